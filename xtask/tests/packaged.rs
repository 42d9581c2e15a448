//! What is given to people is built without what only tests turn on.
#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "in a test, a panic is the message"
)]

use std::process::Command;

/// The features of `palier-domain` in a program that is built by itself, as cargo resolves them.
fn features_behind(package: &str) -> String {
    let mut tree = Command::new(env!("CARGO"));
    tree.args([
        "tree",
        "--offline",
        "--package",
        package,
        "--edges",
        "normal",
    ]);
    tree.args(["--prefix", "none", "--format", "{p} | {f}"]);
    tree.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/.."));
    let output = tree.output().expect("cargo can be started");
    let said = String::from_utf8_lossy(&output.stdout);
    let mut lines = said.lines();
    let domain = lines.find(|line| line.starts_with("palier-domain "));
    let Some(domain) = domain else {
        panic!("{package}: {}", String::from_utf8_lossy(&output.stderr));
    };
    let (_, features) = domain.split_once(" | ").expect("a format");
    features.to_owned()
}

#[test]
fn no_program_for_people_has_what_only_tests_turn_on() {
    const FOR_TESTS: [&str; 2] = ["failpoints", "planted-bugs"];
    for program in ["palier", "palier-server", "palier-ui"] {
        let features = features_behind(program);
        let found = FOR_TESTS.iter().find(|it| features.contains(**it));
        assert_eq!(found, None, "{program}: {features}");
    }
    // It would be seen.
    let tests = features_behind("palier-scenarios");
    assert!(FOR_TESTS.iter().all(|it| tests.contains(it)), "{tests}");
}
