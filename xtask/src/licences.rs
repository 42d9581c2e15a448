//! The licences of everything that is built into the desktop program, for people to read in it.
//!
//! Read from the sources that cargo has unpacked anyway, so no network and no other tool is needed. A crate
//! that brings no text gets the standard one of each licence that it names. Many bring the same text: each is
//! kept once. The result is `licences.json` among the screens, which the settings show.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use anyhow::{Context, Result};
use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package, PackageId};
use serde_json::{Value, json};
use spdx::{Expression, ParseMode};

use crate::{wasm, workspace::Workspace};

/// The file's name among the screens.
pub const FILE: &str = "licences.json";

/// What a licence's file is called: it begins like this, in any case.
const NAMES: &[&str] = &[
    "license",
    "licence",
    "copying",
    "copyright",
    "notice",
    "unlicense",
];
/// Longer ones hold something else, and shorter ones only point to a file that stayed behind.
const BYTES: std::ops::Range<u64> = 100..200_000;

/// Writes the file into the folder of the built screens.
pub fn write(workspace: &Workspace, dist: &Path) -> Result<()> {
    let licences = collect(workspace)?;
    let text = serde_json::to_vec(&licences)?;
    fs::write(dist.join(FILE), text).context("could not write the licences")
}

/// The crates of the program and of its screens, with their texts.
pub fn collect(workspace: &Workspace) -> Result<Value> {
    let mut crates = BTreeMap::new();
    for (root, target) in [
        ("palier", host()?),
        ("palier-ui", wasm::TARGET.to_owned()),
        ("palier-web", wasm::TARGET.to_owned()),
    ] {
        let metadata = metadata(workspace, &target)?;
        for package in built_into(&metadata, root) {
            crates.insert(
                (package.name.to_string(), package.version.clone()),
                package.clone(),
            );
        }
    }
    let mut texts = Vec::new();
    let packages: Vec<Value> = crates
        .values()
        .map(|package| describe(package, &mut texts))
        .collect();
    Ok(json!({ "packages": packages, "texts": texts }))
}

fn metadata(workspace: &Workspace, target: &str) -> Result<Metadata> {
    MetadataCommand::new()
        .manifest_path(workspace.root().join("Cargo.toml"))
        .other_options(["--filter-platform".into(), target.into(), "--locked".into()])
        .exec()
        .context("cargo does not say what the program is built from")
}

fn host() -> Result<String> {
    Ok(rustc_version::version_meta()
        .context("rustc does not say for which machine it builds")?
        .host)
}

/// All crates that `root` is built from, except our own; not what only builds or tests it.
fn built_into<'a>(metadata: &'a Metadata, root: &str) -> Vec<&'a Package> {
    let nodes = metadata.resolve.iter().flat_map(|resolve| &resolve.nodes);
    let edges: BTreeMap<&PackageId, Vec<&PackageId>> = nodes
        .map(|node| {
            let normal = node.deps.iter().filter(|edge| {
                edge.dep_kinds
                    .iter()
                    .any(|kind| kind.kind == DependencyKind::Normal)
            });
            (&node.id, normal.map(|edge| &edge.pkg).collect())
        })
        .collect();
    let mut waiting: Vec<&PackageId> = metadata
        .packages
        .iter()
        .filter(|package| package.name.as_str() == root)
        .map(|package| &package.id)
        .collect();
    let mut seen = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        if seen.insert(id) {
            waiting.extend(edges.get(id).into_iter().flatten());
        }
    }
    let foreign = |package: &&Package| package.source.is_some() && seen.contains(&package.id);
    metadata.packages.iter().filter(foreign).collect()
}

fn describe(package: &Package, texts: &mut Vec<String>) -> Value {
    let folder = package
        .manifest_path
        .parent()
        .map(|folder| folder.as_std_path());
    let mut own = folder.map(texts_in).unwrap_or_default();
    if own.is_empty() {
        own = standard_texts(package.license.as_deref().unwrap_or_default());
    }
    let numbers: Vec<usize> = own.into_iter().map(|text| number(texts, text)).collect();
    json!({
        "name": package.name.as_str(),
        "version": package.version.to_string(),
        "licence": package.license.as_deref().unwrap_or("see its text"),
        "texts": numbers,
    })
}

/// Where a text stands, after adding it if it is new.
fn number(texts: &mut Vec<String>, text: String) -> usize {
    texts
        .iter()
        .position(|known| *known == text)
        .unwrap_or_else(|| {
            texts.push(text);
            texts.len() - 1
        })
}

/// The texts in a crate's folder, and in a folder of licences below it.
fn texts_in(folder: &Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut named: Vec<_> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| is_named_so(path))
        .collect();
    named.sort();
    named
        .iter()
        .flat_map(|path| {
            if path.is_dir() {
                texts_below(path)
            } else {
                text_of(path).into_iter().collect()
            }
        })
        .collect()
}

fn texts_below(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_file())
        .collect();
    paths.sort();
    paths.iter().filter_map(|path| text_of(path)).collect()
}

fn is_named_so(path: &Path) -> bool {
    let name = path
        .file_name()
        .map(|name| name.to_string_lossy().to_lowercase())
        .unwrap_or_default();
    // `license.rs` is code.
    NAMES.iter().any(|start| name.starts_with(start)) && !name.ends_with(".rs")
}

fn text_of(path: &Path) -> Option<String> {
    if !BYTES.contains(&fs::metadata(path).ok()?.len()) {
        return None;
    }
    let text = fs::read_to_string(path).ok()?;
    Some(text.replace("\r\n", "\n").trim().to_owned())
}

/// The standard text of every licence that an expression names.
fn standard_texts(expression: &str) -> Vec<String> {
    let Ok(parsed) = Expression::parse_mode(expression, ParseMode::LAX) else {
        return Vec::new();
    };
    let ids = parsed.requirements().filter_map(|one| one.req.license.id());
    ids.map(|id| id.text().trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_crate_of_the_program_has_a_name_a_licence_and_its_text() {
        let licences = collect(&Workspace::find().unwrap()).unwrap();
        let packages = licences["packages"].as_array().unwrap();
        let texts = licences["texts"].as_array().unwrap();
        let names: BTreeSet<&str> = packages
            .iter()
            .filter_map(|one| one["name"].as_str())
            .collect();
        for expected in ["tauri", "sqlx", "reqwest", "yew", "wasm-bindgen"] {
            assert!(names.contains(expected), "{expected}");
        }
        for ours in ["palier", "palier-ui", "palier-domain"] {
            assert!(!names.contains(ours), "{ours}");
        }
        assert!(
            !names.contains("tauri-build"),
            "what only builds is not in it"
        );
        for package in packages {
            let numbers = package["texts"].as_array().unwrap();
            assert!(!numbers.is_empty(), "{package} has no text");
            for number in numbers {
                let text = texts[number.as_u64().unwrap() as usize].as_str().unwrap();
                assert!(text.len() > 80, "{package}: {text:?}");
            }
        }
        let different: BTreeSet<&str> = texts.iter().filter_map(Value::as_str).collect();
        assert_eq!(different.len(), texts.len(), "each text is there once");
    }

    #[test]
    fn a_crate_without_a_text_gets_the_standard_ones() {
        assert!(standard_texts("MIT")[0].contains("Permission is hereby granted"));
        assert_eq!(standard_texts("MIT OR Apache-2.0").len(), 2);
        assert_eq!(standard_texts("MIT/Apache-2.0").len(), 2);
        assert!(standard_texts("whatever").is_empty());
    }
}
