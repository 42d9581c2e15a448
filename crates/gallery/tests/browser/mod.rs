//! The gallery in real headless browsers.

use palier_webdriver::{
    START, Session, free_port,
    process::{Process, Program, program},
    until, until_within,
};
use serde_json::{Value, json};
use std::{
    env, fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

/// What a page is opened with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// `fr` or `en`.
    pub lang: &'static str,
    /// `light` or `dark`.
    pub theme: &'static str,
}

/// Both languages, light and dark.
pub const LOOKS: [Look; 4] = [
    Look {
        lang: "fr",
        theme: "light",
    },
    Look {
        lang: "fr",
        theme: "dark",
    },
    Look {
        lang: "en",
        theme: "light",
    },
    Look {
        lang: "en",
        theme: "dark",
    },
];

/// A folder or file that `cargo xtask` names.
pub fn told(variable: &str) -> PathBuf {
    let told = env::var_os(variable);
    let told = told.unwrap_or_else(|| panic!("{variable} is not set: cargo xtask gallery does"));
    PathBuf::from(told)
}

/// Serves what was built.
pub async fn serve() -> SocketAddr {
    let dist = told("PALIER_GALLERY");
    assert!(
        dist.join("index.html").is_file(),
        "nothing is built in {}",
        dist.display()
    );
    palier_gallery::server::start(&dist).await.unwrap()
}

/// A browser of its own.
pub struct Browser {
    /// Its window.
    pub session: Session,
    gallery: SocketAddr,
    _driver: Process,
}

impl Browser {
    /// Starts one that looks at the gallery.
    pub async fn start(gallery: SocketAddr) -> Self {
        let logs = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        fs::create_dir_all(&logs).unwrap();
        let port = free_port();
        let mut command = program("chromedriver");
        command.arg(format!("--port={port}"));
        let driver = Program::new(&logs, &format!("chromedriver-{port}"), command).start();
        until_within(START, "the WebDriver listens", async || {
            let there = tokio::net::TcpStream::connect(("127.0.0.1", port));
            there.await.ok()
        })
        .await;
        // Only our own pages are opened, often as root, where its sandbox does not work.
        let args = [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--force-prefers-reduced-motion",
        ];
        let wanted = json!({
            "goog:chromeOptions": { "args": args },
            "goog:loggingPrefs": { "browser": "ALL" },
        });
        let session = Session::start(&format!("http://127.0.0.1:{port}"), wanted).await;
        let session = session.expect("Chromium opens a window");
        let zone = json!({ "timezoneId": "Europe/Paris" });
        session
            .chromium("Emulation.setTimezoneOverride", zone)
            .await
            .unwrap();
        Self {
            session,
            gallery,
            _driver: driver,
        }
    }

    /// Makes the page so wide and high.
    pub async fn resize(&self, width: u32, height: u32) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        let emulated = self
            .session
            .chromium("Emulation.setDeviceMetricsOverride", size);
        emulated.await.unwrap();
        self.settles().await;
    }

    /// Opens a state, and waits until it shows. An error says what never came.
    pub async fn open(&self, state: &str, look: Look) -> Result<(), String> {
        let Look { lang, theme } = look;
        let url = format!(
            "http://{}/?state={state}&lang={lang}&theme={theme}",
            self.gallery
        );
        self.go(&url).await
    }

    /// Opens the index.
    pub async fn open_index(&self) -> Result<(), String> {
        self.go(&format!("http://{}/", self.gallery)).await
    }

    async fn go(&self, url: &str) -> Result<(), String> {
        self.session.go(url).await.unwrap();
        let mark = until("the gallery says that it is there", async || {
            let mark = self
                .session
                .run("return document.documentElement.dataset.gallery");
            mark.await.ok()?.as_str().map(str::to_owned)
        })
        .await;
        if mark != "ready" {
            return Err(mark);
        }
        self.settles().await;
        Ok(())
    }

    /// Waits until pictures are there and nothing moves.
    pub async fn settles(&self) {
        until("the page is at rest", async || {
            let at_rest = "return [...document.images].every(image => image.complete)
                && document.getAnimations().every(animation => animation.playState !== 'running')";
            let at_rest = self.session.run(at_rest).await.ok()?;
            (at_rest == true).then_some(())
        })
        .await;
        let painted = "const done = arguments[0];
            requestAnimationFrame(() => requestAnimationFrame(() => done()))";
        self.session.run_and_wait(painted, &[]).await.unwrap();
    }

    /// What a script returns.
    pub async fn run(&self, script: &str) -> Value {
        self.session.run(script).await.unwrap()
    }

    /// Ends it.
    pub async fn end(self) {
        self.session.end().await.unwrap();
    }
}

/// Every state in every look, opened by as many browsers as there are cores; what `look_at` found
/// wrong with them.
pub async fn in_all_states<F>(prepare: impl AsyncFn(&Browser), look_at: F) -> Vec<String>
where
    F: AsyncFn(&Browser, &'static palier_gallery::scene::Scene, Look) -> Vec<String>,
{
    let wanted = env::var("PALIER_STATES").unwrap_or_default();
    let scenes = palier_gallery::scenes::all()
        .iter()
        .flat_map(|group| group.scenes);
    let visits: Vec<_> = scenes
        .filter(|scene| scene.name.starts_with(wanted.as_str()))
        .flat_map(|scene| LOOKS.map(|look| (scene, look)))
        .collect();
    assert!(!visits.is_empty(), "no state begins with “{wanted}”");
    let gallery = serve().await;
    let next = Arc::new(AtomicUsize::new(0));
    let found = Arc::new(Mutex::new(Vec::new()));
    let browsers = std::thread::available_parallelism()
        .map_or(2, usize::from)
        .clamp(2, 8);
    let work = (0..browsers).map(|_| async {
        let browser = Browser::start(gallery).await;
        prepare(&browser).await;
        while let Some((scene, look)) = visits.get(next.fetch_add(1, Ordering::Relaxed)) {
            let wrong = match browser.open(scene.name, *look).await {
                Ok(()) => look_at(&browser, scene, *look).await,
                Err(mark) => vec![mark],
            };
            let named = wrong
                .into_iter()
                .map(|it| format!("{} {} {}: {it}", scene.name, look.lang, look.theme));
            found.lock().unwrap().extend(named);
        }
        browser.end().await;
    });
    futures_util::future::join_all(work).await;
    let mut found = std::mem::take(&mut *found.lock().unwrap());
    found.sort();
    found
}

/// A folder that is there.
pub fn folder(path: &Path) -> &Path {
    fs::create_dir_all(path).unwrap();
    path
}
