//! The one window: where it stands, what colour it has before the page is there, where links go.

use crate::{drawing, words};
use palier_bridge::view::{self, Settings};
use std::{path::Path, sync::Arc};
use tauri::{
    AppHandle, Manager, PhysicalPosition, PhysicalSize, Theme, Url, WebviewWindow,
    WebviewWindowBuilder, Wry,
    plugin::TauriPlugin,
    utils::config::Color,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tauri_plugin_opener::OpenerExt;
use tauri_plugin_window_state::StateFlags;
use tokio::sync::Notify;

/// The window's label.
pub const MAIN: &str = "main";

/// The page's background, light and dark: `--ground` in ui/styles/tokens.css.
const LIGHT: Color = Color(0xf3, 0xf3, 0xf0, 0xff);
const DARK: Color = Color(0x12, 0x13, 0x15, 0xff);

/// What is remembered of the window. Not whether it was visible: a start always shows it.
pub const REMEMBERED: StateFlags = StateFlags::SIZE
    .union(StateFlags::POSITION)
    .union(StateFlags::MAXIMIZED);

/// Remembers size and place.
pub fn remembered_place() -> TauriPlugin<Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_state_flags(REMEMBERED)
        .build()
}

/// A window that nobody sees yet.
pub struct Hidden {
    window: WebviewWindow,
    loaded: Arc<Notify>,
}

impl Hidden {
    /// Shows it as soon as its page has loaded: nobody sees an empty white one.
    // Once: a page that loads again must not bring back a closed window.
    pub fn show_when_loaded(self) {
        tauri::async_runtime::spawn(async move {
            self.loaded.notified().await;
            show(&self.window);
        });
    }
}

/// Opens the window, hidden; its page begins to load.
pub fn open(app: &AppHandle, settings: &Settings, folder: &Path) -> tauri::Result<Hidden> {
    let config = app
        .config()
        .app
        .windows
        .iter()
        .find(|window| window.label == MAIN)
        .ok_or(tauri::Error::WindowNotFound)?;
    let loaded = Arc::new(Notify::new());
    let tell = loaded.clone();
    let (for_links, for_windows) = (app.clone(), app.clone());
    let window = WebviewWindowBuilder::from_config(app, config)?
        .theme(theme(settings))
        .initialization_script(speak(words::system_language()))
        // What the page itself keeps, beside the data it shows.
        .data_directory(folder.join("page"))
        .on_navigation(move |url| stays(&for_links, url))
        .on_new_window(move |url, _features| {
            follow(&for_windows, &url);
            NewWindowResponse::Deny
        })
        .on_page_load(move |_, load| {
            if load.event() == PageLoadEvent::Finished {
                tell.notify_one();
            }
        })
        .build()?;
    drawing::suit_the_hardware(&window)?;
    fit(&window)?;
    window.set_zoom(zoom(settings))?;
    window.set_background_color(Some(background(window.theme()?)))?;
    Ok(Hidden { window, loaded })
}

/// Makes a window smaller that was left on a larger screen. Its place is put right before, by the plugin that
/// remembers it: a place on no screen is forgotten.
fn fit(window: &WebviewWindow) -> tauri::Result<()> {
    // A window that nobody sees yet is on the first screen, whatever its place.
    let place = window.outer_position()?;
    let screens = window.available_monitors()?;
    let there = screens
        .into_iter()
        .find(|screen| holds(*screen.position(), *screen.size(), place));
    let Some(screen) = there.map_or_else(|| window.current_monitor(), |it| Ok(Some(it)))? else {
        return Ok(());
    };
    let size = window.inner_size()?;
    let fitting = fitting(size, *screen.size());
    if fitting != size {
        window.set_size(fitting)?;
    }
    Ok(())
}

/// Whether a window at this place begins on a screen.
fn holds(
    corner: PhysicalPosition<i32>,
    size: PhysicalSize<u32>,
    place: PhysicalPosition<i32>,
) -> bool {
    let within = |from: i32, long: u32, at: i32| at >= from && at.abs_diff(from) < long;
    within(corner.x, size.width, place.x) && within(corner.y, size.height, place.y)
}

fn fitting(size: PhysicalSize<u32>, screen: PhysicalSize<u32>) -> PhysicalSize<u32> {
    PhysicalSize::new(size.width.min(screen.width), size.height.min(screen.height))
}

/// Follows the person's choice of size.
pub fn follow_zoom(app: &AppHandle, settings: &Settings) {
    if let Some(window) = app.get_webview_window(MAIN)
        && let Err(error) = window.set_zoom(zoom(settings))
    {
        tracing::warn!(%error, "the window keeps its size of letters");
    }
}

fn zoom(settings: &Settings) -> f64 {
    f64::from(settings.zoom_percent) / 100.0
}

/// Follows the person's choice of light or dark.
pub fn follow_theme(app: &AppHandle, settings: &Settings) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let followed = window
        .set_theme(theme(settings))
        .and_then(|()| window.theme())
        .and_then(|theme| window.set_background_color(Some(background(theme))));
    if let Err(error) = followed {
        tracing::warn!(%error, "the window's colours could not be set");
    }
}

fn show(window: &WebviewWindow) {
    if let Err(error) = window.show().and_then(|()| window.set_focus()) {
        tracing::warn!(%error, "the window could not be shown");
    }
}

/// Tells the page the desktop's language. WebKitGTK answers English where the C library lacks the
/// locale that the person has set, and page and notifications would speak two languages.
fn speak(language: view::Language) -> String {
    let code = match language {
        view::Language::Fr => "fr",
        view::Language::En => "en",
    };
    format!("Object.defineProperty(Navigator.prototype, 'language', {{ get: () => '{code}' }});")
}

fn theme(settings: &Settings) -> Option<Theme> {
    match settings.theme {
        view::Theme::System => None,
        view::Theme::Light => Some(Theme::Light),
        view::Theme::Dark => Some(Theme::Dark),
    }
}

fn background(theme: Theme) -> Color {
    match theme {
        Theme::Dark => DARK,
        _ => LIGHT,
    }
}

/// Whether the window may go there. Any other place is a link in a message: the browser's.
fn stays(app: &AppHandle, url: &Url) -> bool {
    let own = is_own(url, app.config().build.dev_url.as_ref());
    if !own {
        follow(app, url);
    }
    own
}

fn is_own(url: &Url, dev: Option<&Url>) -> bool {
    // `tauri://localhost`, on Windows `http://tauri.localhost`; a development build has its server.
    url.scheme() == "tauri"
        || url.host_str() == Some("tauri.localhost")
        || (cfg!(not(feature = "custom-protocol"))
            && dev.is_some_and(|dev| dev.origin() == url.origin()))
}

/// Opens a link in the system's browser or mail program.
fn follow(app: &AppHandle, url: &Url) {
    if !matches!(url.scheme(), "http" | "https" | "mailto" | "tel") {
        tracing::warn!(scheme = url.scheme(), "a link of this kind is not followed");
        return;
    }
    if let Err(error) = app.opener().open_url(url.as_str(), None::<&str>) {
        tracing::warn!(%error, "a link could not be opened");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_in_messages_do_not_take_the_window_away() {
        let own = |url: &str| is_own(&url.parse().unwrap(), None);
        assert!(own("tauri://localhost/owner/incidents"));
        assert!(own("http://tauri.localhost/"));
        assert!(!own("https://example.org/"));
        assert!(!own("file:///etc/passwd"));
        assert!(!own("palier-file://localhost/x"));
    }

    #[test]
    fn a_window_is_on_the_screen_where_it_begins() {
        let second = |x, y| {
            let (corner, size) = (
                PhysicalPosition::new(-1920, 0),
                PhysicalSize::new(1920, 1080),
            );
            holds(corner, size, PhysicalPosition::new(x, y))
        };
        assert!(second(-1920, 0) && second(-1, 1079));
        assert!(!second(0, 0) && !second(-1921, 10) && !second(-5, 1080));
    }

    #[test]
    fn a_window_of_a_larger_screen_becomes_as_large_as_this_one() {
        let screen = PhysicalSize::new(1366, 768);
        let size = |width, height| fitting(PhysicalSize::new(width, height), screen);
        assert_eq!(size(3800, 2100), screen);
        assert_eq!(size(1000, 2100), PhysicalSize::new(1000, 768));
        assert_eq!(size(1000, 700), PhysicalSize::new(1000, 700));
    }
}
