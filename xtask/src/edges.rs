//! Which crate may be built on which.
//!
//! Arrows point at `domain`. What decides (`engine`) and what travels (`wire`, `bridge`) stays
//! free of sockets and databases, so that the browser and the model test can run it.
//! `tests/edges.rs` holds the workspace to this, and shows that a wrong edge is found.

use std::collections::{BTreeMap, BTreeSet};

use cargo_metadata::{DependencyKind, Metadata, Package, PackageId};

/// The edges that are allowed, between members of the workspace.
pub const ALLOWED: &[(&str, &[&str])] = &[
    ("palier-domain", &[]),
    ("palier-wire", &["palier-domain"]),
    ("palier-bridge", &["palier-domain"]),
    ("palier-engine", &["palier-domain", "palier-wire"]),
    ("palier-i18n", &["palier-domain"]),
    ("palier-disk", &[]),
    ("palier-sqlite", &[]),
    (
        "palier-store",
        &[
            "palier-disk",
            "palier-domain",
            "palier-engine",
            "palier-sqlite",
            "palier-wire",
        ],
    ),
    (
        "palier-client",
        &[
            "palier-disk",
            "palier-domain",
            "palier-wire",
            "palier-bridge",
            "palier-engine",
            "palier-store",
            "palier-i18n",
        ],
    ),
    (
        "palier-web",
        &[
            "palier-bridge",
            "palier-client",
            "palier-disk",
            "palier-domain",
        ],
    ),
    (
        "palier-ui",
        &[
            "palier-domain",
            "palier-wire",
            "palier-bridge",
            "palier-engine",
            "palier-i18n",
        ],
    ),
    (
        "palier",
        &[
            "palier-domain",
            "palier-bridge",
            "palier-client",
            "palier-i18n",
        ],
    ),
    (
        "palier-server",
        &["palier-domain", "palier-wire", "palier-i18n"],
    ),
    (
        "palier-bench",
        &[
            "palier-domain",
            "palier-wire",
            "palier-bridge",
            "palier-client",
            "palier-store",
            "palier-server",
            "palier-webdriver",
        ],
    ),
    (
        "palier-model",
        &[
            "palier-domain",
            "palier-wire",
            "palier-engine",
            "palier-store",
            "palier-server",
        ],
    ),
    (
        "palier-scenarios",
        &[
            "palier-domain",
            "palier-wire",
            "palier-bridge",
            "palier-engine",
            "palier-store",
            "palier-client",
            "palier-i18n",
            "palier-server",
        ],
    ),
    (
        "palier-gallery",
        &["palier-domain", "palier-bridge", "palier-i18n", "palier-ui"],
    ),
    ("palier-webdriver", &[]),
    ("xtask", &[]),
];

/// What only tests may use in addition: the window tests run a whole server and watch both ends.
pub const ALLOWED_IN_TESTS: &[(&str, &[&str])] = &[
    (
        "palier",
        &[
            "palier-wire",
            "palier-server",
            "palier-scenarios",
            "palier-webdriver",
        ],
    ),
    ("palier-gallery", &["palier-webdriver"]),
];

/// Crates that do no input or output, …
pub const PURE: &[&str] = &[
    "palier-domain",
    "palier-wire",
    "palier-bridge",
    "palier-engine",
];

/// … and what they must not reach, directly or through others.
pub const IMPURE: &[&str] = &[
    "tokio",
    "sqlx",
    "sqlx-core",
    "reqwest",
    "hyper",
    "axum",
    "tauri",
];

/// What is wrong with the edges of a workspace: one sentence each, none when all is well.
///
/// `metadata` must have been read with dependencies.
#[must_use]
pub fn violations(metadata: &Metadata) -> Vec<String> {
    let members: Vec<&Package> = metadata.workspace_packages();
    let names: BTreeSet<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let mut found = Vec::new();
    for member in &members {
        let Some(allowed) = of(ALLOWED, &member.name) else {
            found.push(format!(
                "{} has no row in xtask/src/edges.rs: say what it may use",
                member.name
            ));
            continue;
        };
        for edge in &member.dependencies {
            if !names.contains(edge.name.as_str()) {
                continue;
            }
            let in_tests = edge.kind == DependencyKind::Development
                && of(ALLOWED_IN_TESTS, &member.name)
                    .is_some_and(|more| more.contains(&edge.name.as_str()));
            if !allowed.contains(&edge.name.as_str()) && !in_tests {
                found.push(format!("{} must not depend on {}", member.name, edge.name));
            }
        }
        if PURE.contains(&member.name.as_str()) {
            found.extend(
                reached(metadata, &member.id)
                    .into_iter()
                    .filter(|name| IMPURE.contains(name))
                    .map(|name| {
                        format!(
                            "{} does no input or output, yet reaches {name}",
                            member.name
                        )
                    }),
            );
        }
    }
    found.sort();
    found
}

fn of(table: &[(&str, &'static [&'static str])], name: &str) -> Option<&'static [&'static str]> {
    table
        .iter()
        .find(|(from, _)| *from == name)
        .map(|(_, to)| *to)
}

/// The names of all packages that end up in a package's code; not those of its tests or build scripts.
fn reached<'a>(metadata: &'a Metadata, from: &'a PackageId) -> BTreeSet<&'a str> {
    let edges: BTreeMap<&PackageId, Vec<&PackageId>> = metadata
        .resolve
        .iter()
        .flat_map(|resolve| &resolve.nodes)
        .map(|node| {
            let normal = node
                .deps
                .iter()
                .filter(|edge| {
                    edge.dep_kinds
                        .iter()
                        .any(|kind| kind.kind == DependencyKind::Normal)
                })
                .map(|edge| &edge.pkg)
                .collect();
            (&node.id, normal)
        })
        .collect();
    let mut seen = BTreeSet::new();
    let mut waiting = vec![from];
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            waiting.extend(edges.get(id).into_iter().flatten());
        }
    }
    metadata
        .packages
        .iter()
        .filter(|package| seen.contains(&package.id))
        .map(|package| package.name.as_str())
        .collect()
}
