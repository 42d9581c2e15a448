//! Every state of the gallery in a real browser: `cargo xtask test` runs it, or by hand
//! `cargo xtask gallery --check`. `PALIER_STATES=thread` looks only at those that begin so.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[allow(dead_code, reason = "each test program uses a part of it")]
mod browser;

use browser::{Browser, LOOKS, in_all_states, serve, told};
use palier_webdriver::keyboard::HAS_THE_KEYBOARD;
use serde_json::{Value, json};
use std::{collections::HashSet, fs, sync::Mutex};

/// As wide as a small phone.
const NARROW: (u32, u32) = (360, 740);
const WIDE: (u32, u32) = (1280, 800);

/// What would be read out when it changes, were it not within a button: axe does not see it.
const SILENT: &str = "
    return [...document.querySelectorAll('button [role=status], button [aria-live], button[aria-live]')]
        .map(it => `a button has a status within it: ${it.outerHTML.slice(0, 120)}`);
";

#[tokio::test(flavor = "multi_thread")]
async fn every_state_is_accessible_fits_and_is_translated() {
    let axe = fs::read_to_string(told("PALIER_AXE")).expect("axe-core is installed");
    let titles = Mutex::new(HashSet::new());
    let found = in_all_states(
        async |browser| {
            let source = json!({ "source": axe });
            let added = "Page.addScriptToEvaluateOnNewDocument";
            browser.session.chromium(added, source).await.unwrap();
            browser.resize(WIDE.0, WIDE.1).await;
        },
        async |browser, _, look| {
            let mut wrong = violations(browser).await;
            wrong.extend(strings(&browser.run(UNTRANSLATED).await));
            wrong.extend(strings(&browser.run(SILENT).await));
            let title = browser.run("return document.title").await.to_string();
            if !titles
                .lock()
                .unwrap()
                .insert((title.clone(), look.lang, look.theme))
            {
                wrong.push(format!("another state is called {title} too"));
            }
            browser.resize(NARROW.0, NARROW.1).await;
            wrong.extend(strings(&browser.run(TOO_WIDE).await));
            wrong.extend(violations(browser).await);
            browser.resize(WIDE.0, WIDE.1).await;
            wrong.extend(said(browser).await);
            wrong.sort();
            wrong.dedup();
            wrong
        },
    )
    .await;
    assert!(
        found.is_empty(),
        "{} things are wrong:\n{}",
        found.len(),
        found.join("\n")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_leads_to_every_state() {
    let browser = Browser::start(serve().await).await;
    browser.open_index().await.unwrap();
    let links = "return [...document.querySelectorAll('li a')].map(link => new URL(link.href).searchParams.get('state'))";
    let links = strings(&browser.run(links).await);
    let names: Vec<_> = palier_gallery::scenes::all()
        .iter()
        .flat_map(|group| group.scenes)
        .map(|scene| scene.name)
        .collect();
    assert_eq!(links, names);
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn typing_draws_the_composer_only() {
    let browser = Browser::start(serve().await).await;
    browser.open("thread-many", LOOKS[0]).await.unwrap();
    let tickets = browser.run("return document.querySelectorAll('[data-testid=ticket]').length");
    assert!(
        tickets.await.as_u64().unwrap() >= 50,
        "a thread worth drawing"
    );
    browser
        .run(
            "window.changes = [];
            const watch = new MutationObserver(all => window.changes.push(
                ...all.map(it => it.target).filter(it => !it.parentElement?.closest('.composer'))
                    .map(it => it.className || it.nodeName)));
            watch.observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })",
        )
        .await;
    let before = renders(&browser).await;
    let words = "Le plombier passe à 9 h";
    let field = browser
        .session
        .find("[data-testid=composer-input]")
        .await
        .unwrap();
    field.write(words).await.unwrap();
    assert_eq!(field.property("value").await.unwrap(), words);
    browser.settles().await;
    let drawn = renders(&browser).await - before;
    assert_eq!(
        browser.run("return window.changes").await,
        json!([]),
        "outside of the composer"
    );
    let letters = words.chars().count() as u64;
    println!("{drawn} components drawn for {letters} letters");
    // The box, what holds its draft, and its files: not one of the hundreds around them.
    assert!(
        (letters..=4 * letters).contains(&drawn),
        "{drawn} for {letters} letters"
    );
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn sending_draws_the_new_ticket_and_not_the_others() {
    let browser = Browser::start(serve().await).await;
    browser.open("thread-many", LOOKS[0]).await.unwrap();
    let composer = "[data-testid=composer-input]";
    let field = browser.session.find(composer).await.unwrap();
    field.write("Le plombier passe à 9 h").await.unwrap();
    browser.settles().await;
    let count = "return document.querySelectorAll('[data-testid=ticket]').length";
    let tickets = browser.run(count).await.as_u64().unwrap();
    assert!(tickets >= 50, "a thread worth drawing");
    let before = renders(&browser).await;
    let send = browser.session.find("[data-testid=composer-send]").await;
    send.unwrap().click().await.unwrap();
    browser.settles().await;
    assert_eq!(browser.run(count).await, tickets + 1);
    let drawn = renders(&browser).await - before;
    println!("{drawn} components drawn for one ticket among {tickets}");
    // Thread, composer, the new ticket with what is in it, a few times as it comes along; several components of each
    // of the others would be hundreds.
    assert!(drawn < tickets, "{drawn} for one ticket among {tickets}");
    browser.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tab_key_goes_through_the_window_in_reading_order() {
    const TAB: &str = "\u{e004}";
    let browser = Browser::start(serve().await).await;
    browser.resize(WIDE.0, WIDE.1).await;
    browser.open("thread", LOOKS[2]).await.unwrap();
    let mut order = Vec::new();
    loop {
        browser.session.press(TAB).await.unwrap();
        let here = browser.run(HAS_THE_KEYBOARD).await;
        let Some(here) = here.as_str().map(str::to_owned) else {
            break;
        };
        assert!(
            order.len() < 100,
            "the keyboard does not get out: {order:?}"
        );
        order.push(here);
    }
    insta::assert_snapshot!(order.join("\n"));
    browser.end().await;
}

/// Words that are keys or have holes, in texts and in what is read out.
const UNTRANSLATED: &str = r"
    const wrong = [];
    const look = (text, where) => {
        const words = text.trim();
        if (/^[a-z]+(-[a-z]+)+$/.test(words) || /\{\s*\$?[\w-]+\s*\}|\uFFFD|\bundefined\b|\bNaN\b/.test(words)) {
            wrong.push(`“${words}” ${where}`);
        }
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
        if (!/^(SCRIPT|STYLE)$/.test(texts.currentNode.parentNode.nodeName)) look(texts.currentNode.data, 'is shown');
    }
    for (const name of ['aria-label', 'title', 'placeholder', 'alt']) {
        for (const element of document.querySelectorAll(`[${name}]`)) look(element.getAttribute(name), `is the ${name}`);
    }
    return wrong;
";

/// What reaches out of the window sideways, scrolls sideways, or cannot be reached.
const TOO_WIDE: &str = "
    const wrong = [], width = document.documentElement.clientWidth;
    const name = it => `${it.tagName.toLowerCase()}.${[...it.classList].join('.')} “${(it.textContent || '').trim().slice(0, 30)}”`;
    if (document.documentElement.scrollWidth > innerWidth) wrong.push(`the page is ${document.documentElement.scrollWidth} px wide`);
    for (const it of document.querySelectorAll('body *')) {
        if (it.closest('.skip, [data-zoomed=true], svg') || !it.checkVisibility({ visibilityProperty: true })) continue;
        const { left, right, width: own } = it.getBoundingClientRect();
        const style = getComputedStyle(it);
        if (own > 1 && it.matches('a[href], button, input, select, textarea, [tabindex]') && (left < -1 || right > width + 1)) {
            wrong.push(`${name(it)} reaches from ${Math.round(left)} to ${Math.round(right)} px`);
        }
        // Words that leave the window, unless something around them cuts them off on purpose.
        const words = [...it.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim());
        if (words && own > 1 && (left < -1 || right > width + 1)) {
            let around = it;
            while (around !== document.body && getComputedStyle(around).overflowX === 'visible') around = around.parentElement;
            if (around === document.body) wrong.push(`${name(it)} reaches from ${Math.round(left)} to ${Math.round(right)} px`);
        }
        if (/auto|scroll/.test(style.overflowX) && it.scrollWidth > it.clientWidth + 1 && it.tagName !== 'TEXTAREA') {
            wrong.push(`${name(it)} scrolls sideways`);
        }
    }
    return wrong;
";

/// The violations that axe-core finds, each with its elements.
async fn violations(browser: &Browser) -> Vec<String> {
    let script = "const done = arguments[0];
        axe.run(document, { resultTypes: ['violations'] }).then(
            found => done(found.violations.flatMap(rule => rule.nodes.map(
                node => `${rule.id} (${rule.impact}): ${node.target.join(' ')} – ${node.any.concat(node.all, node.none).map(it => it.message).join('; ')}`))),
            error => done([`axe-core: ${error}`]))";
    strings(&browser.session.run_and_wait(script, &[]).await.unwrap())
}

/// Errors in the page's console, panics among them.
async fn said(browser: &Browser) -> Vec<String> {
    let entries = browser.session.console().await.unwrap().into_iter();
    entries
        .filter(|entry| entry["level"] == "SEVERE")
        .map(|entry| format!("console: {}", entry["message"]))
        .collect()
}

async fn renders(browser: &Browser) -> u64 {
    let count = format!("return window.{}", palier_gallery::renders::NAME);
    browser.run(&count).await.as_u64().expect("a count")
}

fn strings(list: &Value) -> Vec<String> {
    let list = list.as_array().expect("a list").iter();
    list.map(|it| it.as_str().expect("a text").to_owned())
        .collect()
}
