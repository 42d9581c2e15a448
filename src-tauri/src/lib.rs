//! The desktop shell: a window, a tray, notifications and pickers around `palier-client`.
//!
//! A translator without rules. The page asks through `commands`, the application answers through
//! `palier-client` and reaches the desktop only through `shell`, so nothing in here decides
//! anything about incidents.
//!
//! Start at `run`.

mod attention;
mod autostart;
mod badge;
mod cli;
mod clipboard;
mod commands;
mod crash;
mod drawing;
mod files;
mod log;
mod notifier;
mod put_away;
mod quit;
mod shell;
mod single_instance;
mod start;
mod tray;
mod tray_icon;
mod tray_menu;
mod window;
mod window_events;
mod words;

pub use cli::Cli;

use palier_client::Client;
use std::{process::ExitCode, time::Duration};
use tauri::{AppHandle, Manager, RunEvent};
use tokio::time::timeout;

/// A program that was told to quit is gone soon, come what may.
const END_LIMIT: Duration = Duration::from_secs(5);

/// Runs the application until it is quit.
pub fn run(cli: Cli) -> ExitCode {
    let folder = cli.data_dir();
    log::start(&folder);
    crash::watch(folder.clone());
    #[cfg(debug_assertions)]
    crash::break_down_where_a_test_says();
    let built = tauri::Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(single_instance::plugin(&cli))
        .plugin(tauri_plugin_dialog::init())
        // Links are followed by `window`; the page needs no permission for it.
        .plugin(
            tauri_plugin_opener::Builder::new()
                .open_js_links_on_click(false)
                .build(),
        )
        .plugin(tauri_plugin_notification::init())
        .plugin(window::remembered_place())
        .register_asynchronous_uri_scheme_protocol(files::SCHEME, files::serve)
        .invoke_handler(commands::handler())
        .on_window_event(window_events::handle)
        .setup(move |app| {
            quit::when_told(app.handle());
            start::begin(app.handle().clone(), cli, folder);
            Ok(())
        })
        .build(tauri::generate_context!());
    let app = match built {
        Ok(app) => app,
        Err(error) => {
            tracing::error!(%error, "the desktop could not be set up");
            return ExitCode::FAILURE;
        }
    };
    let code = app.run_return(|app, event| match event {
        RunEvent::Exit => end(app),
        // Elsewhere a link comes on the command line.
        #[cfg(target_os = "macos")]
        RunEvent::Opened { urls } => {
            attention::raise(app);
            if let (Some(url), Some(client)) = (urls.first(), app.try_state::<Client>()) {
                client.follow_link(url.as_str());
            }
        }
        _ => {}
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// Lets what is being written reach the disk before the process is gone.
fn end(app: &AppHandle) {
    let Some(client) = app.try_state::<Client>() else {
        return;
    };
    let closed = async { timeout(END_LIMIT, client.shutdown()).await };
    if tauri::async_runtime::block_on(closed).is_err() {
        tracing::warn!("not everything closed in time; the journal is made for that");
    }
}
