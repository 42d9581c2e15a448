//! What is written down for whoever looks for a mistake.
//!
//! To standard error, and to `logs/palier.log` in the data folder ([`rotating`]): started from a menu, a
//! program has no other place. `PALIER_LOG` says how much, for instance `palier_client=debug,info`.
//!
//! The folder can be sent as it is: nothing that anybody wrote is in it, no mail address, no file's name,
//! no secret, whatever `PALIER_LOG` says. `tests/stories/logs.rs` looks for them.

mod rotating;

use palier_client::crashes::logs_folder;
use rotating::Rotating;
use std::{
    io::{self, IsTerminal},
    path::Path,
    sync::Mutex,
};
use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::{Filter, SubscriberExt},
    util::SubscriberInitExt,
};

/// As much as is written unless `PALIER_LOG` says otherwise.
const USUAL: &str = "info";

/// Starts writing. A folder that cannot be written is reported by the start of the application.
pub fn start(data_dir: &Path) {
    let screen = fmt::layer()
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_filter(filter(told()));
    let file = Rotating::open(&logs_folder(data_dir)).ok().map(|file| {
        fmt::layer()
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .with_filter(filter(told()))
    });
    // Only a second call could fail, and then the first one's lines are written.
    let _ = tracing_subscriber::registry()
        .with(screen)
        .with(file)
        .try_init();
}

/// As much as was asked for, as far as it may be written.
fn filter<S>(told: EnvFilter) -> impl Filter<S> {
    told.and(filter_fn(may_be_written))
}

fn told() -> EnvFilter {
    EnvFilter::try_from_env("PALIER_LOG").unwrap_or_else(|_| EnvFilter::new(USUAL))
}

/// Libraries would write down what passes through them: they say what goes wrong, no more, and the one that
/// knows the values in the databases not even that.
fn may_be_written(line: &Metadata<'_>) -> bool {
    let library = line.target().split("::").next().unwrap_or_default();
    match library {
        "sqlx" => false,
        _ if library.starts_with("palier") => true,
        _ => *line.level() <= Level::WARN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[derive(Clone, Default)]
    struct Page(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Page {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn nobody_can_ask_for_what_passes_through_libraries() {
        let page = Page::default();
        let writer = page.clone();
        let asked = "trace,sqlx::query=trace,hyper_util::client::legacy=trace,palier_client=info";
        let layer = fmt::layer()
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .with_filter(filter(EnvFilter::new(asked)));
        tracing::subscriber::with_default(tracing_subscriber::registry().with(layer), || {
            tracing::warn!(target: "sqlx::query", "words in a row");
            tracing::debug!(target: "hyper_util::client::legacy::pool", "words on their way");
            tracing::debug!(target: "palier_client::driver", "more than was asked for");
            tracing::warn!(target: "hyper_util::client::legacy", "it goes wrong");
            tracing::debug!(target: "palier_store", "it goes on");
        });
        let written = String::from_utf8(page.0.lock().unwrap().clone()).unwrap();
        let said: Vec<&str> = written
            .lines()
            .map(|line| line.split_once(": ").unwrap().1)
            .collect();
        assert_eq!(said, ["it goes wrong", "it goes on"]);
    }
}
