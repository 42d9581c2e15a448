//! The workspace keeps to the edges, and a wrong one would be noticed.
#![allow(clippy::expect_used, reason = "in a test, a panic is the message")]

use cargo_metadata::{Metadata, MetadataCommand};
use serde_json::{Value, json};
use xtask::edges::{ALLOWED, violations};

fn read_workspace() -> Value {
    let output = MetadataCommand::new()
        .manifest_path(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .cargo_command()
        .output()
        .expect("cargo can be started");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("cargo prints JSON")
}

fn violations_of(workspace: Value) -> Vec<String> {
    let metadata: Metadata =
        serde_json::from_value(workspace).expect("cargo prints its own format");
    violations(&metadata)
}

/// Writes `from → to` into the workspace as cargo would have read it from a Cargo.toml.
fn plant(workspace: &mut Value, from: &str, to: &str, kind: Option<&str>) {
    let id_of = |workspace: &Value, name: &str| {
        let packages = workspace["packages"]
            .as_array()
            .expect("a list of packages");
        packages
            .iter()
            .find(|package| package["name"] == name)
            .expect("a known package")["id"]
            .clone()
    };
    let (from_id, to_id) = (id_of(workspace, from), id_of(workspace, to));
    let packages = workspace["packages"]
        .as_array_mut()
        .expect("a list of packages");
    let package = packages
        .iter_mut()
        .find(|package| package["name"] == from)
        .expect("a known package");
    package["dependencies"]
        .as_array_mut()
        .expect("a list of dependencies")
        .push(json!({
            "name": to, "source": null, "req": "*", "kind": kind, "rename": null, "optional": false,
            "uses_default_features": true, "features": [], "target": null, "registry": null,
        }));
    let nodes = workspace["resolve"]["nodes"]
        .as_array_mut()
        .expect("a resolved graph");
    let node = nodes
        .iter_mut()
        .find(|node| node["id"] == from_id)
        .expect("a known package");
    node["dependencies"]
        .as_array_mut()
        .expect("a list")
        .push(to_id.clone());
    node["deps"].as_array_mut().expect("a list").push(json!({
        "name": to.replace('-', "_"), "pkg": to_id, "dep_kinds": [{ "kind": kind, "target": null }],
    }));
}

#[test]
fn the_workspace_keeps_to_the_edges() {
    assert_eq!(violations_of(read_workspace()), Vec::<String>::new());
}

#[test]
fn a_planted_wrong_edge_is_found() {
    let mut workspace = read_workspace();
    plant(&mut workspace, "palier-engine", "palier-store", None);
    let found = violations_of(workspace);
    assert!(
        found.contains(&"palier-engine must not depend on palier-store".to_owned()),
        "{found:?}"
    );
    // … and so is what comes with it.
    assert!(
        found
            .iter()
            .any(|text| text.starts_with("palier-engine does no input or output")),
        "{found:?}"
    );
}

#[test]
fn a_planted_wrong_edge_of_a_test_is_found() {
    let mut workspace = read_workspace();
    plant(
        &mut workspace,
        "palier-client",
        "palier-scenarios",
        Some("dev"),
    );
    assert_eq!(
        violations_of(workspace),
        ["palier-client must not depend on palier-scenarios"]
    );
}

#[test]
fn the_window_tests_may_run_a_server_and_the_window_may_not() {
    let mut workspace = read_workspace();
    plant(&mut workspace, "palier", "palier-server", Some("dev"));
    assert_eq!(violations_of(workspace.clone()), Vec::<String>::new());
    plant(&mut workspace, "palier", "palier-server", None);
    assert_eq!(
        violations_of(workspace),
        ["palier must not depend on palier-server"]
    );
}

#[test]
fn a_socket_planted_deep_below_a_pure_crate_is_found() {
    let mut workspace = read_workspace();
    plant(&mut workspace, "uuid", "tokio", None);
    let found = violations_of(workspace);
    assert!(
        found.contains(&"palier-domain does no input or output, yet reaches tokio".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_crate_without_a_row_is_found() {
    let mut workspace = read_workspace();
    for package in workspace["packages"]
        .as_array_mut()
        .expect("a list of packages")
    {
        if package["name"] == "palier-i18n" {
            package["name"] = json!("palier-newcomer");
        }
    }
    let found = violations_of(workspace);
    assert!(
        found[0].starts_with("palier-newcomer has no row"),
        "{found:?}"
    );
}

#[test]
fn every_row_names_a_crate_that_exists() {
    let workspace = read_workspace();
    let exists = |name: &str| {
        workspace["packages"]
            .as_array()
            .is_some_and(|all| all.iter().any(|package| package["name"] == name))
    };
    for (from, to) in ALLOWED {
        assert!(exists(from), "{from} has a row and does not exist");
        for name in *to {
            assert!(exists(name), "{name}, in the row of {from}, does not exist");
        }
    }
}
