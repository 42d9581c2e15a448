//! Builds what the server serves to browsers: the screens of `ui/dist`, the worker in which the application runs
//! there (`crates/web`), and what makes an installable page of both. The result is `server/pages`, which the
//! server carries inside itself.
//!
//! Names of files hold a digest of their contents, so that browsers may keep them for good. The exceptions are what
//! others have to find: the page itself, the service worker, the manifest, icons.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use brotli::CompressorWriter;
use sha2::{Digest, Sha256};
use walkdir::WalkDir;

use crate::{
    cache::Cache,
    licences,
    process::{self, run},
    screens,
    wasm::{TARGET, Toolchain},
    workspace::Workspace,
};

/// The package of the worker, and so the beginning of its files' names.
const WORKER: &str = "palier-web";
const SERVICE_WORKER: &str = "service-worker.js";
/// What is there before the application.
const BEGIN: &str = "begin.js";

/// Files that gain by it are compressed: those that are compressed already are not.
const COMPRESSED: &[&str] = &["css", "html", "js", "json", "svg", "wasm", "webmanifest"];
/// Brotli at its best: it is done once, and files travel often.
const QUALITY: u32 = 11;
const WINDOW: u32 = 24;
const BUFFER: usize = 64 * 1024;

/// What the page's head gets beside what it has in the window.
const HEAD: &str = r##"    <meta name="theme-color" content="#f3f3f0" media="(prefers-color-scheme: light)" />
    <meta name="theme-color" content="#121315" media="(prefers-color-scheme: dark)" />
    <meta name="description" content="Les incidents de votre logement, réglés par messages." />
    <meta name="robots" content="noindex" />
    <link rel="manifest" href="/manifest.webmanifest" />
    <link rel="icon" href="/icon-192.png" sizes="192x192" type="image/png" />
    <link rel="apple-touch-icon" href="/icon-apple-180.png" />
"##;

/// What is seen until the application draws.
const BODY: &str = r#"<body>
    <main class="splash" aria-busy="true">
      <img src="/icon-192.png" width="72" height="72" alt="Palier" />
      <noscript>Palier a besoin de JavaScript pour afficher vos messages. · Palier needs JavaScript to show your messages.</noscript>
    </main>
  </body>"#;

/// Builds the pages unless they are up to date.
pub fn build(workspace: &Workspace) -> Result<()> {
    screens::build(workspace)?;
    let pages = folder(workspace);
    let source = workspace.root().join("crates/web/page");
    // Its names tell what else is in there.
    let screens =
        ["index.html", licences::FILE].map(|name| workspace.root().join("ui/dist").join(name));
    let also = [screens[0].as_path(), screens[1].as_path()];
    screens::unless_up_to_date(workspace, WORKER, &pages, &also, || {
        let made = workspace.web_target().join("pages");
        clear(&made)?;
        copy(&workspace.root().join("ui/dist"), &made, |_| true)?;
        let is_asset = |name: &str| {
            let ending = Path::new(name).extension().and_then(|it| it.to_str());
            matches!(ending, Some("png" | "webmanifest"))
        };
        copy(&source, &made, is_asset)?;
        let worker = build_worker(workspace, &made)?;
        let begin = named(&made, "begin", "js", &fs::read(source.join(BEGIN))?)?;
        write_page(&made, &begin, &worker)?;
        write_service_worker(&source, &made)?;
        compress(&made)?;
        // Whole or not at all: the server of a development build reads them where they lie.
        clear(&pages)?;
        copy(&made, &pages, |_| true)
    })
}

/// Where the server looks for them.
#[must_use]
pub fn folder(workspace: &Workspace) -> PathBuf {
    workspace.root().join("server/pages")
}

/// The worker's files, by their names.
struct Worker {
    /// The one that a page starts.
    start: String,
    wasm: String,
}

/// Compiles the worker and puts its files there.
fn build_worker(workspace: &Workspace, made: &Path) -> Result<Worker> {
    let cache = Cache::find()?;
    let toolchain = Toolchain::require(&cache)?;
    let mut compile = process::cargo();
    compile
        .args(["build", "--profile", "web", "--target", TARGET])
        .args(["--package", WORKER])
        .env("PATH", cache.path()?);
    run(toolchain.prepare(&mut compile, &workspace.web_target())?)?;

    let bound = workspace.web_target().join("worker");
    clear(&bound)?;
    let program = workspace
        .web_target()
        .join(TARGET)
        .join("web")
        .join(format!("{WORKER}.wasm"));
    let wasm_bindgen = cache
        .tool("wasm-bindgen")
        .unwrap_or_else(|| PathBuf::from("wasm-bindgen"));
    run(Command::new(wasm_bindgen)
        .args(["--target", "web", "--no-typescript", "--out-dir"])
        .arg(&bound)
        .arg(&program))?;

    let wasm = named(
        made,
        WORKER,
        "wasm",
        &fs::read(bound.join(format!("{WORKER}_bg.wasm")))?,
    )?;
    let script = named(
        made,
        WORKER,
        "js",
        &fs::read(bound.join(format!("{WORKER}.js")))?,
    )?;
    let start = format!(
        "import start from \"/{script}\";\nawait start({{ module_or_path: \"/{wasm}\" }});\n"
    );
    let start = named(made, "worker", "js", start.as_bytes())?;
    Ok(Worker { start, wasm })
}

/// Writes a file under a name that holds a digest of its contents, and tells the name.
fn named(folder: &Path, stem: &str, ending: &str, bytes: &[u8]) -> Result<String> {
    let digest = hex::encode(Sha256::digest(bytes));
    let name = format!("{stem}-{}.{ending}", &digest[..16]);
    fs::write(folder.join(&name), bytes).with_context(|| format!("could not write {name}"))?;
    Ok(name)
}

/// Makes the page of the window one for browsers: it names the worker, and nothing in it is a script but files, so
/// that the content security policy can refuse all others.
fn write_page(made: &Path, begin: &str, worker: &Worker) -> Result<()> {
    const OPEN: &str = "<script type=\"module\">";
    const CLOSE: &str = "</script>";
    let file = made.join("index.html");
    let page = fs::read_to_string(&file)?;
    let (before, rest) = page.split_once(OPEN).context("the page starts nothing")?;
    let (script, after) = rest
        .split_once(CLOSE)
        .context("the page's script has no end")?;
    // Imports come first, wherever they stand.
    let script = format!("if (window.palierCannot) await new Promise(() => {{}});\n{script}");
    let start = named(made, "start", "js", script.as_bytes())?;
    let page = format!(
        "{before}<script src=\"/{begin}\">{CLOSE}\n<script type=\"module\" src=\"/{start}\">{CLOSE}{after}"
    );
    if page.contains(OPEN) || page.matches("<body></body>").count() != 1 {
        bail!("ui/index.html is not what crates/web makes a page from");
    }
    // What is large of the worker is asked for once the screens are there (`worker::fetch_ahead`).
    let Worker { start, wasm } = worker;
    let head = format!(
        "{HEAD}    <meta name=\"palier-worker\" content=\"/{start}\" />
    <meta name=\"palier-worker-wasm\" content=\"/{wasm}\" />
  </head>"
    );
    let page = page
        .replacen("</head>", &head, 1)
        .replacen("<body></body>", BODY, 1);
    fs::write(file, page).context("could not write the page")
}

/// Tells the service worker what there is to be kept.
fn write_service_worker(source: &Path, made: &Path) -> Result<()> {
    let template = fs::read_to_string(source.join(SERVICE_WORKER))?;
    let mut files = vec!["/".to_owned()];
    let mut digest = Sha256::new();
    for file in files_in(made)? {
        // The guide's pictures and the licences are read by few.
        let by_few = file.starts_with("images/") || file.ends_with(".json");
        if by_few {
            continue;
        }
        digest.update(file.as_bytes());
        digest.update(fs::read(made.join(&file))?);
        if file != "index.html" {
            files.push(format!("/{file}"));
        }
    }
    let build = hex::encode(digest.finalize());
    let text = template
        .replace("@build@", &build[..16])
        .replace("[\"@files@\"]", &serde_json::to_string(&files)?);
    fs::write(made.join(SERVICE_WORKER), text).context("could not write the service worker")
}

/// Puts a compressed twin beside every file that gains by it.
fn compress(made: &Path) -> Result<()> {
    for file in files_in(made)? {
        let path = made.join(&file);
        let ending = path.extension().and_then(|it| it.to_str());
        if !ending.is_some_and(|ending| COMPRESSED.contains(&ending)) {
            continue;
        }
        let mut twin = path.into_os_string();
        let bytes = fs::read(&twin)?;
        twin.push(".br");
        let mut writer = CompressorWriter::new(fs::File::create(&twin)?, BUFFER, QUALITY, WINDOW);
        writer.write_all(&bytes)?;
        writer.flush()?;
    }
    Ok(())
}

/// The files of a folder and those within it, by their addresses, in order.
fn files_in(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in WalkDir::new(folder).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let name = entry.path().strip_prefix(folder)?;
            found.push(name.to_string_lossy().replace('\\', "/"));
        }
    }
    Ok(found)
}

fn copy(from: &Path, to: &Path, wanted: impl Fn(&str) -> bool) -> Result<()> {
    for file in files_in(from)? {
        if wanted(&file) {
            let target = to.join(&file);
            fs::create_dir_all(target.parent().unwrap_or(to))?;
            fs::copy(from.join(&file), target)?;
        }
    }
    Ok(())
}

fn clear(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<html><head>\n<script type=\"module\">\nimport x from '/ui.js';\n</script>\n</head>\n<body></body></html>";

    #[test]
    fn nothing_in_the_page_is_a_script_but_files() {
        let made = tempfile::tempdir().unwrap();
        fs::write(made.path().join("index.html"), PAGE).unwrap();
        let worker = Worker {
            start: "worker-1.js".to_owned(),
            wasm: "palier-web-1.wasm".to_owned(),
        };
        write_page(made.path(), "begin-1.js", &worker).unwrap();
        let page = fs::read_to_string(made.path().join("index.html")).unwrap();
        assert!(!page.contains("import x"), "{page}");
        assert!(page.contains("content=\"/worker-1.js\""), "{page}");
        assert!(page.contains("content=\"/palier-web-1.wasm\""), "{page}");
        assert!(page.contains("src=\"/begin-1.js\""), "{page}");
        let start = files_in(made.path()).unwrap();
        let start = start
            .iter()
            .find(|name| name.starts_with("start-"))
            .unwrap();
        assert!(page.contains(&format!("src=\"/{start}\"")), "{page}");
        let script = fs::read_to_string(made.path().join(start)).unwrap();
        let (guard, script) = script.split_once('\n').unwrap();
        assert!(guard.contains("palierCannot"), "{guard}");
        assert_eq!(script.trim(), "import x from '/ui.js';");
    }

    #[test]
    fn another_content_has_another_name_and_another_page_another_build() {
        let made = tempfile::tempdir().unwrap();
        let one = named(made.path(), "a", "js", b"1").unwrap();
        assert_ne!(one, named(made.path(), "a", "js", b"2").unwrap());
        assert_eq!(one, named(made.path(), "a", "js", b"1").unwrap());

        let source = tempfile::tempdir().unwrap();
        let template = "const B = \"@build@\"; const F = [\"@files@\"];";
        fs::write(source.path().join(SERVICE_WORKER), template).unwrap();
        let built = |page: &str| {
            fs::write(made.path().join("index.html"), page).unwrap();
            write_service_worker(source.path(), made.path()).unwrap();
            let text = fs::read_to_string(made.path().join(SERVICE_WORKER)).unwrap();
            fs::remove_file(made.path().join(SERVICE_WORKER)).unwrap();
            text
        };
        let text = built("<html>1");
        assert!(text.contains(&format!("\"/{one}\"")), "{text}");
        assert!(!text.contains('@'), "{text}");
        assert_ne!(text, built("<html>2"));
    }
}
