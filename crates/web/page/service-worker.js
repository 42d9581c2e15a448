// Lets the pages begin without a network, shows pictures that only this device has, and finds a page for a
// notification that was clicked. Kept to what only a service worker can do; the application is Rust.
"use strict";

// Filled in when the pages are built.
const BUILD = "@build@";
const FILES = ["@files@"];

const CACHE = `palier-${BUILD}`;
const CHANNEL = "palier";
// How long the worker that leads may take to fetch a file that is not here.
const PATIENCE_MS = 20000;
// How long to wait for the server's own page before the kept one will do.
const HURRY_MS = 3000;

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin || /^\/(api\/|signed-out$)/.test(url.pathname)) {
    return;
  }
  const file = url.pathname.match(/^\/files\/([0-9a-f-]{36})(\/thumbnail)?$/);
  if (file) {
    event.respondWith(fileOf(file[1], Boolean(file[2]), request));
  } else if (request.mode === "navigate") {
    event.respondWith(page(request));
  } else if (FILES.includes(url.pathname)) {
    event.respondWith(kept(request));
  }
});

// The server's page where it answers soon, so that a new version is seen at once; else the one that is kept.
async function page(request) {
  const hurry = new Promise((_, reject) => setTimeout(reject, HURRY_MS));
  try {
    const reply = await Promise.race([fetch(request), hurry]);
    if (reply.ok || reply.type === "opaqueredirect") {
      return reply;
    }
    // A page of somebody else's (a proxy that finds no server) instead of ours.
    return reply.status >= 500 ? ((await caches.match("/")) ?? reply) : reply;
  } catch {
    return (await caches.match("/")) ?? Response.error();
  }
}

async function kept(request) {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

// Asks the worker that leads; where none answers, the server.
async function fileOf(id, thumbnail, request) {
  const found = await ask(id, thumbnail);
  if (!found) {
    return fetch(`/api/attachments/${id}${thumbnail ? "/thumbnail" : ""}`, { signal: request.signal });
  }
  return new Response(found, {
    headers: {
      "content-type": found.type,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "no-store",
    },
  });
}

function ask(id, thumbnail) {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(CHANNEL);
    const name = crypto.randomUUID();
    const end = (found) => {
      clearTimeout(late);
      channel.close();
      resolve(found);
    };
    const late = setTimeout(() => end(null), PATIENCE_MS);
    channel.onmessage = ({ data }) => {
      const said = JSON.parse(data.text);
      if (said.to_pages === "file" && said.ask === name) {
        end(data.files[0] ?? null);
      }
    };
    channel.postMessage({ text: JSON.stringify({ to_worker: "file", ask: name, id, thumbnail }), files: [] });
  });
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const open = event.notification.data;
  event.waitUntil(
    self.clients.matchAll({ type: "window", includeUncontrolled: true }).then(async (pages) => {
      const [shown] = pages;
      if (!shown) {
        const id = open && JSON.parse(open).incident_id;
        return self.clients.openWindow(id ? `/tenant/incidents/${id}` : "/");
      }
      await shown.focus();
      if (open) {
        shown.postMessage({ event: open });
      }
    }),
  );
});
