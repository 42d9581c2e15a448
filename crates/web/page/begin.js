// Says why Palier does not come, for as long as the application itself cannot: its sentences are not there yet.
"use strict";

(() => {
  const french = navigator.language.startsWith("fr");
  const SENTENCES = {
    loading: french
      ? "Palier n’a pas pu se charger. Vérifiez votre connexion."
      : "Palier could not load. Check your connection.",
    insecure: french
      ? "Ouvrez Palier par une adresse qui commence par https : sans elle, votre navigateur ne garde pas ce que vous écrivez."
      : "Open Palier at an address that begins with https: without it, your browser does not keep what you write.",
    old: french
      ? "Votre navigateur est trop ancien pour Palier. Mettez-le à jour, ou prenez Chrome, Edge, Firefox ou Safari récent."
      : "Your browser is too old for Palier. Update it, or use a recent Chrome, Edge, Firefox or Safari.",
  };
  let begun = false;

  const say = (why) => {
    const splash = document.querySelector("main.splash");
    if (begun || !splash || splash.querySelector("p")) {
      return;
    }
    const sentence = document.createElement("p");
    sentence.textContent = SENTENCES[why];
    sentence.setAttribute("role", "alert");
    sentence.dataset.testid = `cannot-begin-${why}`;
    const again = document.createElement("button");
    again.type = "button";
    again.className = "button primary";
    again.textContent = french ? "Réessayer" : "Try again";
    again.addEventListener("click", () => location.reload());
    splash.removeAttribute("aria-busy");
    splash.append(sentence, again);
  };
  const sayWhenDrawn = (why) => {
    // Before the application is started (`start-….js`), and after the page is there to say it in.
    window.palierCannot = why;
    addEventListener("DOMContentLoaded", () => say(why));
  };

  addEventListener("TrunkApplicationStarted", () => {
    begun = true;
  });
  // A file that does not come is told to itself alone, on the way down.
  addEventListener("error", ({ target }) => (target instanceof HTMLScriptElement ? say("loading") : null), true);
  addEventListener("unhandledrejection", () => say("loading"));

  if (!isSecureContext) {
    sayWhenDrawn("insecure");
  } else if (
    !CSS.supports("color", "light-dark(#000, #fff)") ||
    !("locks" in navigator && "BroadcastChannel" in window && "Worker" in window && navigator.storage?.getDirectory)
  ) {
    sayWhenDrawn("old");
  }
})();
