//! The page of the desktop may do what it does, and no more.
#![allow(clippy::unwrap_used, reason = "in a test, a panic is the message")]

use serde_json::{Value, json};
use std::path::Path;
use xtask::shell::Shell;

fn shell() -> Shell {
    Shell::read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))).unwrap()
}

#[test]
fn the_page_may_do_what_it_does_and_no_more() {
    assert_eq!(shell().violations(), Vec::<String>::new());
}

/// Puts a value into the configuration, and says what is found.
fn planted(place: &str, value: Value) -> Vec<String> {
    let mut shell = shell();
    let (before, last) = place.rsplit_once('/').unwrap();
    shell.config.pointer_mut(before).unwrap()[last] = value;
    shell.violations()
}

/// Puts a value into the capability, and says what is found.
fn granted(key: &str, value: Value) -> Vec<String> {
    let mut shell = shell();
    shell.capabilities[0].1[key] = value;
    shell.violations()
}

fn is_found(found: &[String], word: &str) {
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(word), "{found:?}");
}

#[test]
fn a_looser_policy_is_found() {
    let csp = "/app/security/csp";
    let scripts = |sources: &str| planted(&format!("{csp}/script-src"), json!(sources));
    for excess in [
        "'unsafe-inline'",
        "'unsafe-eval'",
        "https://cdn.example",
        "*",
        "data:",
    ] {
        is_found(&scripts(&format!("'self' {excess}")), excess);
        is_found(
            &planted(&format!("{csp}/script-src"), json!(["'self'", excess])),
            excess,
        );
    }
    is_found(
        &planted(&format!("{csp}/style-src"), json!("'unsafe-inline'")),
        "unsafe-inline",
    );
    is_found(
        &planted(&format!("{csp}/connect-src"), json!("'self' https:")),
        "https:",
    );
    is_found(
        &planted(&format!("{csp}/frame-src"), json!("https://example.org")),
        "frame-src",
    );
    assert!(!planted("/app/security/csp", Value::Null).is_empty());
    let mut shell = shell();
    let policy = shell.config.pointer_mut(csp).unwrap();
    policy.as_object_mut().unwrap().remove("object-src");
    is_found(&shell.violations(), "object-src");
}

#[test]
fn a_side_door_is_found() {
    is_found(
        &planted("/app/withGlobalTauri", json!(true)),
        "withGlobalTauri",
    );
    is_found(
        &planted("/app/security/freezePrototype", json!(false)),
        "freezePrototype",
    );
    is_found(
        &planted("/app/security/devCsp", json!("default-src *")),
        "devCsp",
    );
    is_found(
        &planted("/app/security/assetProtocol", json!({"enable": true})),
        "assetProtocol",
    );
    let switch = "dangerousDisableAssetCspModification";
    is_found(
        &planted(&format!("/app/security/{switch}"), json!(["style-src"])),
        switch,
    );
    is_found(
        &planted("/app/security/capabilities", json!(["all"])),
        "capabilities",
    );
    is_found(
        &planted("/build/frontendDist", json!("https://example.org")),
        "example.org",
    );
}

#[test]
fn a_window_from_elsewhere_is_found() {
    let window = shell().config["app"]["windows"][0].clone();
    let with = |key: &str, value: Value| {
        let mut window = window.clone();
        window[key] = value;
        planted("/app/windows", json!([window]))
    };
    is_found(&with("url", json!("https://example.org")), "example.org");
    is_found(&with("create", json!(true)), "create");
    is_found(&with("label", json!("second")), "second");
}

#[test]
fn a_permission_too_many_is_found() {
    let listen = "core:event:allow-listen";
    for excess in [
        "core:default",
        "opener:allow-open-path",
        "core:event:allow-emit",
        "fs:default",
    ] {
        is_found(&granted("permissions", json!([listen, excess])), excess);
    }
    let scoped = json!([listen, {"identifier": "fs:scope", "allow": ["$HOME/**"]}]);
    is_found(&granted("permissions", scoped), "fs:scope");
    is_found(
        &granted("remote", json!({"urls": ["https://example.org"]})),
        "elsewhere",
    );
    is_found(&granted("windows", json!(["main", "*"])), "*");
    is_found(&granted("webviews", json!(["*"])), "webviews");
}
