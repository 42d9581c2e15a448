//! The tray's menu: what is unread, and what one does without looking for the window first.
//!
//! Made anew whenever what it shows changes, and only then: a menu that is replaced while it is open closes.

use crate::{attention, quit::quit, shell, tray};
use chrono::{DateTime, Local};
use palier_bridge::{AppEvent, request::PauseNotifications, view::Settings};
use palier_client::{Client, UnreadIncident};
use palier_domain::{IncidentId, Pause, PauseLength, failpoint};
use palier_i18n::Localizer;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use tauri::{
    AppHandle, Manager,
    menu::{Menu, MenuBuilder, MenuEvent},
};

/// Most incidents in the menu.
const MOST: u32 = 5;
/// Most characters of an incident's name.
const TITLE: usize = 40;
/// Changes that come together are shown together.
const TOGETHER: Duration = Duration::from_millis(300);

const OPEN: &str = "tray-open";
const NEW: &str = "tray-new-incident";
const PAUSE_HOUR: &str = "tray-pause-hour";
const PAUSE_MORNING: &str = "tray-pause-morning";
const RESUME: &str = "tray-resume";
const QUIT: &str = "tray-quit";
/// Before the id of an incident.
const INCIDENT: &str = "incident ";

/// What the menu offers.
#[derive(Default)]
pub struct Offer {
    unread: Mutex<Vec<UnreadIncident>>,
    quiet: Mutex<Quiet>,
    due: AtomicBool,
}

/// What the menu can do about notifications.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Quiet {
    /// Nothing: they are off.
    #[default]
    Off,
    /// Hold them for a while.
    On,
    /// Have them again.
    Paused(Pause),
}

impl Quiet {
    fn of(settings: &Settings) -> Self {
        match settings.pause {
            _ if !settings.notifications => Self::Off,
            None => Self::On,
            Some(pause) => Self::Paused(pause),
        }
    }

    /// The menu's entries: ids and labels.
    fn entries(self, words: &Localizer, now: DateTime<Local>) -> Vec<(&'static str, String)> {
        match self {
            Self::Off => Vec::new(),
            Self::On => [PAUSE_HOUR, PAUSE_MORNING]
                .map(|id| (id, words.text(id)))
                .into(),
            Self::Paused(pause) => {
                let until = pause.until.with_timezone(&Local).naive_local();
                let until = words.until(until, now.naive_local());
                vec![(RESUME, words.format(RESUME, &[("until", until.into())]))]
            }
        }
    }
}

/// The menu as it should be now.
pub fn menu(app: &AppHandle, words: &Localizer) -> tauri::Result<Menu<tauri::Wry>> {
    let offer = app.state::<Offer>();
    let unread = offer.unread.lock().unwrap_or_else(PoisonError::into_inner);
    let quiet = *offer.quiet.lock().unwrap_or_else(PoisonError::into_inner);
    let mut menu = MenuBuilder::new(app);
    for one in &*unread {
        menu = menu.text(format!("{INCIDENT}{}", one.incident_id), label(words, one));
    }
    if !unread.is_empty() {
        menu = menu.separator();
    }
    menu = menu
        .text(OPEN, words.text(OPEN))
        .text(NEW, words.text(NEW))
        .separator();
    let quiet = quiet.entries(words, Local::now());
    let any = !quiet.is_empty();
    for (id, label) in quiet {
        menu = menu.text(id, label);
    }
    if any {
        menu = menu.separator();
    }
    menu.text(QUIT, words.text(QUIT)).build()
}

/// Does what an entry says.
pub fn chosen(app: &AppHandle, event: MenuEvent) {
    failpoint::pass("desktop: on the main thread", "an entry was chosen");
    match event.id().as_ref() {
        OPEN => attention::raise(app),
        NEW => {
            attention::raise(app);
            shell::emit(app, &AppEvent::BeginIncident);
        }
        PAUSE_HOUR => pause(app, Some(PauseLength::Hour)),
        PAUSE_MORNING => pause(app, Some(PauseLength::UntilMorning)),
        RESUME => pause(app, None),
        QUIT => quit(app),
        other => {
            if let Some(incident_id) = incident(other) {
                attention::raise(app);
                let (app, event) = (app.clone(), opening(incident_id));
                tauri::async_runtime::spawn(async move {
                    shell::open(&app, incident_id, &event).await;
                });
            }
        }
    }
}

fn opening(incident_id: IncidentId) -> AppEvent {
    AppEvent::OpenIncident {
        incident_id,
        ticket_id: None,
        reply: false,
    }
}

fn pause(app: &AppHandle, length: Option<PauseLength>) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(client) = app.try_state::<Client>() else {
            return;
        };
        let request = PauseNotifications { length };
        if let Err(error) = client.pause_notifications(request).await {
            tracing::warn!(%error, "notifications are as they were");
        }
    });
}

/// Offers what fits the settings. True when that is something else than before: the menu must be said
/// again.
pub fn follow(app: &AppHandle, settings: &Settings) -> bool {
    let offer = app.state::<Offer>();
    let mut quiet = offer.quiet.lock().unwrap_or_else(PoisonError::into_inner);
    let wanted = Quiet::of(settings);
    std::mem::replace(&mut *quiet, wanted) != wanted
}

/// An incident that the menu may show has changed.
pub fn refresh(app: &AppHandle) {
    if app.state::<Offer>().due.swap(true, Ordering::Relaxed) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(TOGETHER).await;
        app.state::<Offer>().due.store(false, Ordering::Relaxed);
        let Some(client) = app.try_state::<Client>() else {
            return;
        };
        match client.newest_unread(MOST).await {
            Ok(unread) => show(&app, unread),
            Err(error) => tracing::debug!(%error, "the tray keeps what it showed"),
        }
    });
}

fn show(app: &AppHandle, unread: Vec<UnreadIncident>) {
    {
        let offer = app.state::<Offer>();
        let mut shown = offer.unread.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown == unread {
            return;
        }
        *shown = unread;
    }
    tray::say_again(app);
}

fn incident(entry: &str) -> Option<IncidentId> {
    entry.strip_prefix(INCIDENT)?.parse().ok()
}

/// `Plus d’eau chaude · 3B (2)`; an ampersand would underline the next letter.
fn label(words: &Localizer, one: &UnreadIncident) -> String {
    let mut title: String = one.title.chars().take(TITLE).collect();
    if title.len() < one.title.len() {
        title.push('…');
    }
    let (title, count) = (("title", title.into()), ("count", one.unread.into()));
    let label = match &one.unit {
        Some(unit) => words.format(
            "tray-incident-at",
            &[title, ("place", unit.clone().into()), count],
        ),
        None => words.format("tray-incident", &[title, count]),
    };
    label.replace('&', "&&")
}

#[cfg(test)]
mod tests {
    use super::*;
    use palier_i18n::Language;

    const ID: &str = "01936b3e-7d1a-7000-8000-000000000001";

    fn unread(title: &str, unit: Option<&str>) -> UnreadIncident {
        UnreadIncident {
            incident_id: ID.parse().unwrap(),
            title: title.into(),
            unit: unit.map(Into::into),
            unread: 2,
        }
    }

    #[test]
    fn an_entry_says_what_where_and_how_much() {
        let french = Localizer::new(Language::Fr);
        let said = |one| label(&french, &one);
        assert_eq!(said(unread("Fuite", Some("3B"))), "Fuite · 3B (2)");
        assert_eq!(
            said(unread("Porte & serrure", None)),
            "Porte && serrure (2)"
        );
        let long = said(unread(&"é".repeat(50), None));
        assert_eq!(long.chars().filter(|&c| c == 'é').count(), TITLE);
        assert!(long.contains('…'));
    }

    #[test]
    fn notifications_are_paused_or_resumed_unless_they_are_off() {
        let mut settings = Settings::default();
        let now = Local::now();
        let offered = |settings: &Settings| {
            let entries = Quiet::of(settings).entries(&Localizer::new(Language::Fr), now);
            let mut ids: Vec<_> = entries.iter().map(|(id, _)| *id).collect();
            ids.extend(
                entries
                    .iter()
                    .any(|(_, label)| label.contains('{'))
                    .then_some("a hole"),
            );
            ids
        };
        assert_eq!(offered(&settings), [PAUSE_HOUR, PAUSE_MORNING]);
        settings.pause = Some(Pause::begin(
            PauseLength::Hour,
            &now,
            chrono::NaiveTime::MIN,
        ));
        assert_eq!(offered(&settings), [RESUME]);
        settings.notifications = false;
        assert!(offered(&settings).is_empty());
    }

    #[test]
    fn an_entry_leads_to_its_incident() {
        assert_eq!(incident(&format!("{INCIDENT}{ID}")), ID.parse().ok());
        assert_eq!(incident(OPEN), None);
    }
}
