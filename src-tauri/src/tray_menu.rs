//! The tray's menu: what is unread, and what one does without looking for the window first.
//!
//! Made anew whenever what it shows changes, and only then: a menu that is replaced while it is open closes.

use crate::{attention, quit::quit, shell, words::Words};
use palier_bridge::AppEvent;
use palier_client::{Client, UnreadIncident};
use palier_domain::IncidentId;
use palier_i18n::Localizer;
use std::{
    sync::{
        Arc, Mutex, PoisonError,
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
const QUIT: &str = "tray-quit";
/// Before the id of an incident.
const INCIDENT: &str = "incident ";

/// What the menu offers.
#[derive(Default)]
pub struct Unread {
    shown: Mutex<Vec<UnreadIncident>>,
    due: AtomicBool,
}

/// The menu as it should be now.
pub fn menu(app: &AppHandle, words: &Localizer) -> tauri::Result<Menu<tauri::Wry>> {
    let unread = app.state::<Unread>();
    let unread = unread.shown.lock().unwrap_or_else(PoisonError::into_inner);
    let mut menu = MenuBuilder::new(app);
    for one in &*unread {
        menu = menu.text(format!("{INCIDENT}{}", one.incident_id), label(words, one));
    }
    if !unread.is_empty() {
        menu = menu.separator();
    }
    menu.text(OPEN, words.text(OPEN))
        .text(NEW, words.text(NEW))
        .separator()
        .text(QUIT, words.text(QUIT))
        .build()
}

/// Does what an entry says.
pub fn chosen(app: &AppHandle, event: MenuEvent) {
    match event.id().as_ref() {
        OPEN => attention::raise(app),
        NEW => {
            attention::raise(app);
            shell::emit(app, &AppEvent::BeginIncident);
        }
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

/// Something that the menu may show has changed.
pub fn refresh(app: &AppHandle) {
    if app.state::<Unread>().due.swap(true, Ordering::Relaxed) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        tokio::time::sleep(TOGETHER).await;
        app.state::<Unread>().due.store(false, Ordering::Relaxed);
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
        let state = app.state::<Unread>();
        let mut shown = state.shown.lock().unwrap_or_else(PoisonError::into_inner);
        if *shown == unread {
            return;
        }
        *shown = unread;
    }
    let handle = app.clone();
    let said = app.run_on_main_thread(move || {
        let words = handle.state::<Arc<Words>>().present();
        if let Err(error) = crate::tray::say_again(&handle, &words) {
            tracing::warn!(%error, "the tray keeps its old menu");
        }
    });
    if let Err(error) = said {
        tracing::debug!(%error, "the window is gone");
    }
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
    fn an_entry_leads_to_its_incident() {
        assert_eq!(incident(&format!("{INCIDENT}{ID}")), ID.parse().ok());
        assert_eq!(incident(OPEN), None);
    }
}
