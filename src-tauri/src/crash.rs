//! What is left of a panic: a report beside the logs, which the next start tells of.
//!
//! The report has version, system, thread, place and backtrace. What the panic says is in it only where it is
//! a sentence of the program: one that was put together may quote what somebody wrote.

use chrono::Utc;
use palier_client::crashes;
use std::{
    backtrace::Backtrace,
    cell::Cell,
    panic::{self, PanicHookInfo, UnwindSafe},
    path::PathBuf,
    thread,
};

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// From now on every panic leaves a report below `data_dir`.
pub fn watch(data_dir: PathBuf) {
    let usual = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if EXPECTED.get() {
            return;
        }
        let report = report(panic, &Backtrace::force_capture());
        let place = panic.location().map(ToString::to_string);
        match crashes::write(&data_dir, Utc::now(), &report) {
            Ok(_) => tracing::error!(?place, "a part of the program crashed; there is a report"),
            Err(error) => tracing::error!(?place, %error, "a crash could not be reported"),
        }
        usual(panic);
    }));
}

/// Runs what may panic for a reason that is known, and leaves no report of it. None when it did.
pub fn expected<T>(work: impl FnOnce() -> T + UnwindSafe) -> Option<T> {
    EXPECTED.set(true);
    let done = panic::catch_unwind(work);
    EXPECTED.set(false);
    done.ok()
}

/// A test has the program break down at the moment that this variable names (`palier_domain::failpoint`).
/// Not in a release: there is nothing there that would ask for it.
#[cfg(debug_assertions)]
pub fn break_down_where_a_test_says() {
    const AT: &str = "PALIER_BREAK_AT";
    if std::env::var_os(AT).is_some() {
        palier_domain::failpoint::watch(|place, _| {
            if std::env::var(AT).is_ok_and(|at| at == place) {
                panic!("a mistake, for a test");
            }
        });
    }
}

fn report(panic: &PanicHookInfo<'_>, backtrace: &Backtrace) -> String {
    let words = panic.payload().downcast_ref::<&'static str>();
    let place = panic.location().map(ToString::to_string);
    format!(
        "Palier {version} on {os} ({arch})\nthread: {thread}\nplace: {place}\nsaid: {said}\n\n{backtrace}\n",
        version = env!("CARGO_PKG_VERSION"),
        os = std::env::consts::OS,
        arch = std::env::consts::ARCH,
        thread = thread::current().name().unwrap_or("?"),
        place = place.as_deref().unwrap_or("?"),
        said = words.unwrap_or(&"(left out: it may quote data)"),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// One test, because there is one hook.
    #[test]
    fn a_panic_leaves_a_report_without_data_and_an_expected_one_leaves_none() {
        let folder = tempfile::tempdir().unwrap();
        watch(folder.path().to_owned());
        let secret = String::from("Merci, le plombier");
        let done = thread::Builder::new()
            .name("trips".into())
            .spawn(move || {
                let _: u32 = secret.parse().unwrap();
            })
            .unwrap()
            .join();
        assert!(done.is_err());
        assert_eq!(expected(|| 7), Some(7));
        assert_eq!(expected(|| panic!("no library for the tray")), None::<u32>);
        let _ = panic::take_hook();

        let reports: Vec<_> = fs::read_dir(crashes::logs_folder(folder.path()))
            .unwrap()
            .map(|file| fs::read_to_string(file.unwrap().path()).unwrap())
            .collect();
        assert_eq!(reports.len(), 1, "{reports:?}");
        let report = &reports[0];
        assert!(report.contains(env!("CARGO_PKG_VERSION")), "{report}");
        assert!(report.contains("thread: trips"), "{report}");
        assert!(report.contains("crash.rs:"), "{report}");
        assert!(report.contains("left out"), "{report}");
        assert!(!report.contains("plombier"), "{report}");
    }
}
