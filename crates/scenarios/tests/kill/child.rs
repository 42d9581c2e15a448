//! A program that dies where it is told to.

use palier_domain::{
    failpoint,
    planted::{Bug, plant},
};
use std::{
    collections::HashSet,
    sync::{Mutex, OnceLock},
    time::Duration,
};

/// Which part this program plays; without it, it is no child.
pub const PART: &str = "PALIER_KILL_PART";
/// `place/doing/n`: it dies when it passes that moment for the n-th time.
pub const DIES_AT: &str = "PALIER_KILL_AT";

/// The bug that is planted in it, by its name.
pub const BUG: &str = "PALIER_KILL_BUG";

/// What a child tells begins so; everything else on its output is the test runner's.
pub const MARK: &str = "@ ";

struct Fate {
    at: Option<(String, u32)>,
    passed: u32,
    seen: HashSet<String>,
}

static FATE: OnceLock<Mutex<Fate>> = OnceLock::new();

/// Plays the part that the parent gave, if there is one.
pub fn play() {
    let Ok(part) = std::env::var(PART) else {
        return;
    };
    let at = std::env::var(DIES_AT).ok().and_then(|told| {
        let (place, n) = told.rsplit_once('/')?;
        Some((place.to_owned(), n.parse().ok()?))
    });
    let fate = Fate {
        at,
        passed: 0,
        seen: HashSet::new(),
    };
    let _ = FATE.set(Mutex::new(fate));
    let bug = std::env::var(BUG).ok();
    plant(
        Bug::ALL
            .iter()
            .copied()
            .find(|it| bug == Some(format!("{it:?}"))),
    );
    failpoint::watch(pass);
    orphaned();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let played = runtime.block_on(async {
        match part.as_str() {
            "server" => super::server::play().await,
            "check" => super::server::check().await,
            _ => super::client::play().await,
        }
    });
    if let Err(error) = played {
        tell(&format!("failed {error:#}"));
    }
}

/// Says something to the parent. In the pipe it outlives this program.
pub fn tell(line: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    // The parent may be gone.
    let _ = writeln!(out, "{MARK}{line}");
    let _ = out.flush();
}

fn pass(place: &'static str, doing: &'static str) {
    let name = format!("{place}/{doing}");
    let mut fate = FATE.get().unwrap().lock().unwrap();
    if fate.seen.insert(name.clone()) {
        tell(&format!("passes {name}"));
    }
    let Some((at, n)) = fate.at.clone() else {
        return;
    };
    if at == name {
        fate.passed += 1;
        if fate.passed == n {
            tell(&format!("dies {name}"));
            // As a power cut: no destructor runs, nothing is flushed.
            std::process::abort();
        }
    }
}

/// Ends this program soon after the one that started it.
fn orphaned() {
    let parent = std::os::unix::process::parent_id();
    std::thread::spawn(move || {
        while std::os::unix::process::parent_id() == parent {
            std::thread::sleep(Duration::from_millis(500));
        }
        std::process::exit(1);
    });
}
