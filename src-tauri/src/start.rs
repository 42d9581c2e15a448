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
use palier_client::{Client, ClientConfig, Shell, vault::DesktopVault};
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
        if let Err(error) = start(&app, &words, &cli, &folder).await {
            match error {
                StartError::Folder(error) => refuse(&app, &words, &error),
                StartError::Window(error) => {
                    tracing::error!(%error, "the window could not be opened");
                    app.exit(FAILED);
                }
            }
        }
    });
}

/// Why there is no window.
enum StartError {
    Folder(CommandError),
    Window(tauri::Error),
}

impl From<CommandError> for StartError {
    fn from(error: CommandError) -> Self {
        Self::Folder(error)
    }
}

impl From<tauri::Error> for StartError {
    fn from(error: tauri::Error) -> Self {
        Self::Window(error)
    }
}

/// The page loads while the accounts are opened, and is seen when both are there: a folder that cannot be used
/// is said in a dialog alone.
async fn start(app: &AppHandle, words: &Words, cli: &Cli, folder: &Path) -> Result<(), StartError> {
    let client = client(app, cli, folder);
    app.manage(client.clone());
    if let Some(link) = cli.link() {
        client.follow_link(link);
    }
    let settings = client.settings().await?;
    words.follow(&settings);
    tray_menu::follow(app, &settings);
    let opening = tauri::async_runtime::spawn(open(client, cli.demo()));
    let window = window::open(app, &settings, folder)?;
    let state = opening.await??;
    if !cli.is_hidden() {
        window.show_when_loaded();
    }
    let (handle, words, folder) = (app.clone(), words.present(), folder.to_owned());
    app.run_on_main_thread(move || tray::put(&handle, &words, &folder))?;
    badge::show(app, state.unread_total);
    tray_menu::refresh(app);
    Ok(())
}

async fn open(client: Client, demo: Option<SignIn>) -> Result<AppState, CommandError> {
    client.begin().await;
    if let Some(demo) = demo {
        sign_in_if_nobody_is(&client, demo).await;
    }
    client.get_app_state(GetAppState {}).await
}

fn client(app: &AppHandle, cli: &Cli, folder: &Path) -> Client {
    let mut config = ClientConfig::new(folder, cli.server());
    config.device_name = device_name();
    config.system_language = words::system_language();
    let vault = DesktopVault::new(config.limits.keyring);
    let shell: Arc<dyn Shell> = Arc::new(DesktopShell::new(app.clone(), cli.autostart()));
    Client::new(config, shell, Arc::new(vault))
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
