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
use tracing_subscriber::{EnvFilter, Layer, fmt, layer::SubscriberExt, util::SubscriberInitExt};

/// As much as is written unless `PALIER_LOG` says otherwise.
const USUAL: &str = "info";

/// Libraries that would write down what passes through them: they say what goes wrong, no more.
const DISCREET: &[&str] = &[
    "h2=warn",
    "hyper=warn",
    "hyper_util=warn",
    "reqwest=warn",
    "rustls=warn",
    "sqlx=off",
    "tracing=warn",
    "zbus=warn",
];

/// Starts writing. A folder that cannot be written is reported by the start of the application.
pub fn start(data_dir: &Path) {
    let screen = fmt::layer()
        .with_ansi(io::stderr().is_terminal())
        .with_writer(io::stderr)
        .with_filter(filter());
    let file = Rotating::open(&logs_folder(data_dir)).ok().map(|file| {
        fmt::layer()
            .with_ansi(false)
            .with_writer(Mutex::new(file))
            .with_filter(filter())
    });
    // Only a second call could fail, and then the first one's lines are written.
    let _ = tracing_subscriber::registry()
        .with(screen)
        .with(file)
        .try_init();
}

fn filter() -> EnvFilter {
    let told = EnvFilter::try_from_env("PALIER_LOG").unwrap_or_else(|_| EnvFilter::new(USUAL));
    DISCREET.iter().fold(told, |filter, discreet| {
        match discreet.parse() {
            Ok(directive) => filter.add_directive(directive),
            // The tests read them all.
            Err(_) => filter,
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing_subscriber::filter::Directive;

    #[test]
    fn what_libraries_may_say_can_be_read() {
        for discreet in DISCREET {
            assert!(discreet.parse::<Directive>().is_ok(), "{discreet}");
        }
        assert!(filter().to_string().contains("zbus=warn"));
    }
}
