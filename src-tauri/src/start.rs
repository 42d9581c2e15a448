//! From the command line to a window, or to a sentence that says why there is none.
//!
//! Before the window is there, only a dialog of the system can say what is wrong with the data
//! folder; later the page says it.

use crate::{
    Cli,
    badge::{self, Badge},
    shell::DesktopShell,
    tray, tray_menu, window,
    words::{self, Words},
};
use palier_bridge::{
    CommandError,
    request::{GetAppState, SignIn},
    view::AppState,
};
use palier_client::{Client, ClientConfig, Shell, vault};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};
use tauri::{AppHandle, Manager};
use tauri_plugin_dialog::{DialogExt, MessageDialogKind};

/// The exit code of a start that failed and said so.
const FAILED: i32 = 1;

/// Starts the application, and opens its window when it runs.
pub fn begin(app: AppHandle, cli: Cli, folder: PathBuf) {
    let words = Arc::new(Words::new(words::system_language()));
    app.manage(words.clone());
    app.manage(Badge::default());
    app.manage(tray_menu::Offer::default());
    tauri::async_runtime::spawn(async move {
        let client = start(&app, &cli, &folder).await;
        match client.get_app_state(GetAppState {}).await {
            Ok(state) => {
                if let Err(error) = show(&app, &state, &folder, cli.is_hidden()) {
                    tracing::error!(%error, "the window could not be opened");
                    app.exit(FAILED);
                }
            }
            Err(error) => refuse(&app, &words, &error),
        }
    });
}

async fn start(app: &AppHandle, cli: &Cli, folder: &Path) -> Client {
    let mut config = ClientConfig::new(folder, cli.server());
    config.device_name = device_name();
    config.system_language = words::system_language();
    let vault = vault::choose(config.limits.keyring).await;
    let shell: Arc<dyn Shell> = Arc::new(DesktopShell::new(app.clone(), cli.autostart()));
    let client = Client::start(config, shell, vault).await;
    if let Some(demo) = cli.demo() {
        sign_in_if_nobody_is(&client, demo).await;
    }
    app.manage(client.clone());
    if let Some(link) = cli.link() {
        client.follow_link(link);
    }
    client
}

fn show(app: &AppHandle, state: &AppState, folder: &Path, hidden: bool) -> tauri::Result<()> {
    let words = app.state::<Arc<Words>>();
    words.follow(&state.settings);
    tray_menu::follow(app, &state.settings);
    window::open(app, &state.settings, folder, hidden)?;
    let (handle, words, folder) = (app.clone(), words.present(), folder.to_owned());
    app.run_on_main_thread(move || tray::put(&handle, &words, &folder))?;
    badge::show(app, state.unread_total);
    tray_menu::refresh(app);
    Ok(())
}

/// For the demo. Where it fails, the sign-in form is there and says more.
async fn sign_in_if_nobody_is(client: &Client, demo: SignIn) {
    let nobody = client
        .get_app_state(GetAppState {})
        .await
        .is_ok_and(|state| state.account.is_none());
    if nobody && let Err(error) = client.sign_in(demo).await {
        tracing::warn!(%error, "the demo could not sign in");
    }
}

/// Says why there is no window, and ends.
fn refuse(app: &AppHandle, words: &Words, error: &CommandError) {
    tracing::error!(%error, "the application cannot start");
    let words = words.present();
    let app = app.clone();
    app.dialog()
        .message(words::start_error(&words, error))
        .title(words.text("start-failed-title"))
        .kind(MessageDialogKind::Error)
        .show({
            let app = app.clone();
            move |_| app.exit(FAILED)
        });
}

/// What the list of devices calls this one.
fn device_name() -> String {
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname")
        .ok()
        .or_else(|| std::env::var("COMPUTERNAME").ok())
        .or_else(|| std::env::var("HOSTNAME").ok())
        .unwrap_or_default();
    match host.trim() {
        "" => format!("Palier ({})", std::env::consts::OS),
        host => host.to_owned(),
    }
}
