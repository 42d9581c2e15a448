//! The first load on a phone: the pages of a server in Chromium, behind a slow line, with a slow processor.

mod line;

use crate::figures::median;
use anyhow::{Context, Result, anyhow};
use palier_webdriver::{Session, free_port};
use serde::Deserialize;
use serde_json::json;
use std::{path::PathBuf, process::Stdio, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    time::{sleep, timeout},
};

/// How much slower than here a phone computes, as Lighthouse has it.
const SLOWER: u32 = 4;
/// Longest wait for a page.
const PATIENCE: Duration = Duration::from_secs(120);

/// What to measure.
#[derive(clap::Args, Clone)]
pub struct Wanted {
    /// The server's program, with its pages inside.
    #[arg(long)]
    server: PathBuf,
    /// How often.
    #[arg(long, default_value_t = 5)]
    rounds: usize,
}

/// Notes when something is painted, when the form is there, when the worker says that it leads, and what jumped
/// meanwhile.
const WATCH: &str = "
    window.seen = { jumped: 0 };
    new PerformanceObserver(list => list.getEntries().forEach(it => {
        if (!it.hadRecentInput) window.seen.jumped += it.value;
    })).observe({ type: 'layout-shift', buffered: true });
    new MutationObserver((_, observer) => {
        if (document.querySelector('[data-testid=sign-in]')) {
            window.seen.form = performance.now();
            observer.disconnect();
        }
    }).observe(document, { childList: true, subtree: true });
    new BroadcastChannel('palier').onmessage = ({ data }) => {
        if (JSON.parse(data.text).to_pages === 'leading') window.seen.answers ??= performance.now();
    };";

const READ: &str = "
    if (!window.seen?.form || !window.seen.answers) return null;
    const painted = performance.getEntriesByName('first-contentful-paint')[0];
    const files = performance.getEntriesByType('resource').concat(performance.getEntriesByType('navigation'));
    return {
        painted: painted ? painted.startTime : null,
        form: window.seen.form,
        answers: window.seen.answers,
        jumped: window.seen.jumped,
        bytes: files.reduce((sum, it) => sum + it.transferSize, 0),
    };";

/// Whether the service worker has kept everything; it keeps all at once.
const KEPT: &str = "
    return navigator.serviceWorker.getRegistration().then(it => Boolean(it?.active))";

#[derive(Debug, Deserialize)]
struct Load {
    painted: Option<f64>,
    form: f64,
    answers: f64,
    jumped: f64,
    bytes: f64,
}

/// Measures.
///
/// # Errors
/// Chromium, its driver or the server do not start, or a page does not come.
pub async fn measure(wanted: &Wanted) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (_server, address) = serve(wanted, folder.path()).await?;
    let line = line::lay(line::SLOW_4G, address).await?;
    let (mut first, mut again) = (Vec::new(), Vec::new());
    for _ in 0..wanted.rounds {
        let (one, two) = visit(&format!("http://{line}/")).await?;
        first.push(one);
        again.push(two);
    }
    println!("\n## The first load on a phone, {} rounds\n", wanted.rounds);
    println!("| medians | the first time | the second |\n|---|---|---|");
    row("something is painted", &first, &again, |it| {
        it.painted.map(|ms| ms / 1000.0)
    });
    row("the form to sign in is there", &first, &again, |it| {
        Some(it.form / 1000.0)
    });
    row("it can be sent", &first, &again, |it| {
        Some(it.answers / 1000.0)
    });
    row("the page jumped (CLS)", &first, &again, |it| {
        Some(it.jumped)
    });
    row("MB over the line", &first, &again, |it| {
        Some(it.bytes / 1e6)
    });
    Ok(())
}

fn row(what: &str, first: &[Load], again: &[Load], value: impl Fn(&Load) -> Option<f64>) {
    let of = |loads: &[Load]| {
        let values: Vec<f64> = loads.iter().filter_map(&value).collect();
        match values.is_empty() {
            true => "–".to_owned(),
            false => format!("{:.2}", median(values)),
        }
    };
    println!("| {what} | {} | {} |", of(first), of(again));
}

async fn serve(wanted: &Wanted, folder: &std::path::Path) -> Result<(Child, std::net::SocketAddr)> {
    let mut server = Command::new(&wanted.server)
        .args(["demo", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder)
        .env("PALIER_LOG", "warn")
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .context("the server")?;
    let said = server.stdout.take().context("the server's words")?;
    let mut lines = BufReader::new(said).lines();
    let line = lines
        .next_line()
        .await?
        .context("the server says nothing")?;
    let address = line.split_once("http://").context("no address")?.1.trim();
    let address = address.parse()?;
    // It goes on speaking.
    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
    Ok((server, address))
}

/// A phone that was never there, and the same one again.
async fn visit(url: &str) -> Result<(Load, Load)> {
    let kept = tempfile::tempdir()?;
    let port = free_port();
    let _driver = Command::new("chromedriver")
        .arg(format!("--port={port}"))
        .stdout(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .context("chromedriver")?;
    let args = [
        "--headless=new".to_owned(),
        "--no-sandbox".to_owned(),
        "--disable-dev-shm-usage".to_owned(),
        format!("--user-data-dir={}", kept.path().display()),
    ];
    let wanted = json!({ "goog:chromeOptions": { "args": args } });
    let driver = format!("http://127.0.0.1:{port}");
    let session = timeout(PATIENCE, async {
        loop {
            match Session::start(&driver, wanted.clone()).await {
                Ok(session) => return session,
                Err(_) => sleep(Duration::from_millis(100)).await,
            }
        }
    })
    .await?;
    let tell = async |command: &str, params| {
        let told = session.chromium(command, params).await;
        told.map_err(|refused| anyhow!("{command}: {refused:?}"))
    };
    let size = json!({ "width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": true });
    tell("Emulation.setDeviceMetricsOverride", size).await?;
    tell("Emulation.setCPUThrottlingRate", json!({ "rate": SLOWER })).await?;
    let watch = json!({ "source": WATCH });
    tell("Page.addScriptToEvaluateOnNewDocument", watch).await?;
    let first = load(&session, url).await?;
    timeout(PATIENCE, async {
        while session.run(KEPT).await.is_ok_and(|kept| kept != true) {
            sleep(Duration::from_millis(200)).await;
        }
    })
    .await?;
    let again = load(&session, url).await?;
    session
        .end()
        .await
        .map_err(|refused| anyhow!("{refused:?}"))?;
    Ok((first, again))
}

async fn load(session: &Session, url: &str) -> Result<Load> {
    // A page that takes long is none that failed: it is asked again and again.
    let _ = session.go(url).await;
    timeout(PATIENCE, async {
        loop {
            if let Ok(found) = session.run(READ).await
                && !found.is_null()
            {
                return serde_json::from_value(found).context("what was seen");
            }
            sleep(Duration::from_millis(100)).await;
        }
    })
    .await?
}
