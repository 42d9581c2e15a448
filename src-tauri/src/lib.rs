//! The desktop shell: a window, a tray, notifications and pickers around `palier-client`.
//!
//! A translator without rules. The page asks through [`commands`], the application answers through
//! `palier-client` and reaches the desktop only through [`shell`], so nothing in here decides
//! anything about incidents.
//!
//! Start at [`run`].

mod attention;
mod badge;
mod cli;
mod closing;
mod commands;
mod files;
mod log;
mod notifier;
mod shell;
mod start;
mod tray;
mod tray_icon;
mod window;
mod words;

pub use cli::Cli;

use palier_client::Client;
use std::process::ExitCode;
use tauri::{AppHandle, Manager, RunEvent};

/// Runs the application until it is quit.
pub fn run(cli: Cli) -> ExitCode {
    let folder = cli.data_dir();
    log::start(&folder);
    let built = tauri::Builder::default()
        // First, so that a second start ends before it touches anything.
        .plugin(single_instance(&cli))
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
        .on_window_event(closing::on_window_event)
        .setup(move |app| {
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
    let code = app.run_return(|app, event| {
        if let RunEvent::Exit = event {
            end(app);
        }
    });
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}

/// A second start raises the window of the first, and ends.
///
/// Where the name can be chosen, each folder has its own: a demo beside one's own data is not a
/// second start. (Elsewhere the folder's lock keeps two programs apart.)
fn single_instance(cli: &Cli) -> tauri::plugin::TauriPlugin<tauri::Wry> {
    let mut plugin = tauri_plugin_single_instance::Builder::new()
        .callback(|app, _arguments, _folder| attention::raise(app));
    if let Some(name) = cli.bus_name() {
        plugin = plugin.dbus_id(name);
    }
    plugin.build()
}

/// Lets what is being written reach the disk before the process is gone.
fn end(app: &AppHandle) {
    if let Some(client) = app.try_state::<Client>() {
        tauri::async_runtime::block_on(client.shutdown());
    }
}
