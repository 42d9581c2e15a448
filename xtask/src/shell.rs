//! What the desktop's page may do: little, and nothing that is not used.
//!
//! `tauri.conf.json` says what the page may load and run, `capabilities/` what it may ask of Tauri itself.
//! Both are held to the tables here, so that more is a decision: change the table in a commit that says why.
//! `tests/shell.rs` reads them, and shows that an excess is found.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use serde_json::Value;

/// The content security policy: every source that a directive may name.
const POLICY: &[(&str, &[&str])] = &[
    ("default-src", &["'self'"]),
    // The page is WebAssembly, which counts as evaluated code; scripts from text stay forbidden.
    ("script-src", &["'self'", "'wasm-unsafe-eval'"]),
    ("style-src", &["'self'"]),
    // The second form is Windows', which knows own schemes only below http; its host is the application.
    (
        "img-src",
        &[
            "'self'",
            "data:",
            "blob:",
            "palier-file:",
            "http://palier-file.localhost",
        ],
    ),
    // Commands, in the two forms.
    ("connect-src", &["'self'", "ipc:", "http://ipc.localhost"]),
    ("object-src", &["'none'"]),
    ("base-uri", &["'none'"]),
    ("form-action", &["'none'"]),
    ("frame-ancestors", &["'none'"]),
];

/// What the page asks of Tauri beside Palier's own commands: to hear events.
const PERMISSIONS: &[&str] = &["core:event:allow-listen"];

/// The one window.
const WINDOW: &str = "main";

/// The configuration and every capability, as they are in a checkout.
pub struct Shell {
    /// `tauri.conf.json`.
    pub config: Value,
    /// `capabilities/*.json`, each with its name.
    pub capabilities: Vec<(String, Value)>,
}

impl Shell {
    /// Reads both below `root`.
    pub fn read(root: &Path) -> Result<Self> {
        let mut capabilities = Vec::new();
        for file in fs::read_dir(root.join("capabilities"))? {
            let path = file?.path();
            let name = path
                .file_name()
                .map(|name| name.to_string_lossy().into_owned());
            capabilities.push((name.unwrap_or_default(), json(&path)?));
        }
        Ok(Self {
            config: json(&root.join("tauri.conf.json"))?,
            capabilities,
        })
    }

    /// What goes beyond the tables: one sentence each, none when all is well.
    #[must_use]
    pub fn violations(&self) -> Vec<String> {
        let mut found = policy(&self.config["app"]["security"]["csp"]);
        found.extend(switches(&self.config));
        found.extend(windows(&self.config));
        for (name, capability) in &self.capabilities {
            found.extend(excess(capability).map(|what| format!("{name}: {what}")));
        }
        found
    }
}

fn json(path: &Path) -> Result<Value> {
    let text = fs::read(path).with_context(|| format!("could not read {}", path.display()))?;
    serde_json::from_slice(&text).with_context(|| format!("{} is not JSON", path.display()))
}

/// Every directive is there, and names nothing else.
fn policy(policy: &Value) -> Vec<String> {
    let Some(directives) = policy.as_object() else {
        return vec!["the content security policy is missing, or not a table".to_owned()];
    };
    let missing = POLICY
        .iter()
        .filter(|(name, _)| !directives.contains_key(*name))
        .map(|(name, _)| format!("the policy has no {name}"));
    let more = directives.iter().flat_map(|(name, sources)| {
        let allowed = POLICY.iter().find(|(known, _)| known == name);
        let allowed = allowed.map_or(&[][..], |(_, sources)| sources);
        words(sources)
            .into_iter()
            .filter(|source| !allowed.contains(&source.as_str()))
            .map(move |source| format!("{name} must not name {source}"))
    });
    missing.chain(more).collect()
}

/// The words of a string or of a list.
fn words(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => text.split_whitespace().map(str::to_owned).collect(),
        Value::Array(list) => list.iter().flat_map(words).collect(),
        other => vec![other.to_string()],
    }
}

/// What would open a side door.
fn switches(config: &Value) -> Vec<String> {
    let app = &config["app"];
    let security = &app["security"];
    let rules = [
        (
            app["withGlobalTauri"] != true,
            "all of Tauri's interface is handed to the page (withGlobalTauri)",
        ),
        (
            security["freezePrototype"] == true,
            "prototypes can be changed (freezePrototype)",
        ),
        (
            security["devCsp"].is_null(),
            "development has a policy of its own (devCsp)",
        ),
        (
            matches!(
                security["dangerousDisableAssetCspModification"],
                Value::Null | Value::Bool(false)
            ),
            "Tauri does not complete the policy (dangerousDisableAssetCspModification)",
        ),
        (
            security["assetProtocol"]["enable"] != true,
            "the page can read files by their path (assetProtocol)",
        ),
        (
            security["capabilities"].is_null(),
            "capabilities are named outside of their folder",
        ),
        (
            security["pattern"].is_null(),
            "commands pass through a frame (pattern)",
        ),
    ];
    let broken = rules.into_iter().filter(|(holds, _)| !holds);
    let mut found: Vec<String> = broken.map(|(_, what)| what.to_owned()).collect();
    let dist = &config["build"]["frontendDist"];
    if dist.as_str().is_none_or(|dist| dist.contains("://")) {
        found.push(format!(
            "the page does not come out of the program but from {dist}"
        ));
    }
    found
}

fn windows(config: &Value) -> Vec<String> {
    let Some(windows) = config["app"]["windows"].as_array() else {
        return vec!["there is no list of windows".to_owned()];
    };
    let mut found = Vec::new();
    for window in windows {
        if window["label"] != WINDOW {
            found.push(format!("there is a window {}", window["label"]));
        }
        if !window["url"].is_null() {
            found.push(format!("the window begins at {}", window["url"]));
        }
        // Made in `window.rs`, which blocks navigation and new windows.
        if window["create"] != false {
            found.push("the window is made without its guards (create)".to_owned());
        }
    }
    found
}

fn excess(capability: &Value) -> impl Iterator<Item = String> {
    let remote =
        (!capability["remote"].is_null()).then(|| "a page from elsewhere may ask".to_owned());
    let windows = words(&capability["windows"])
        .into_iter()
        .filter(|label| label != WINDOW);
    let windows = windows.map(|label| format!("window {label} may ask"));
    let webviews = (!capability["webviews"].is_null()).then(|| "webviews may ask".to_owned());
    let permissions = capability["permissions"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    let permissions = permissions
        .into_iter()
        .filter(|one| !one.as_str().is_some_and(|name| PERMISSIONS.contains(&name)))
        .map(|one| format!("the page may {one}, which it does not use"));
    remote
        .into_iter()
        .chain(windows)
        .chain(webviews)
        .chain(permissions)
}
