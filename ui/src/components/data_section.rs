//! The person's data: a copy of everything, and the room it takes here.

use super::Glyph;
use crate::{
    backend::Place,
    context::{Announcement, use_announce, use_backend, use_i18n},
    hooks::{use_app_event, use_query},
};
use icondata_lu::{LuArchive, LuBrush};
use palier_bridge::{
    AppEvent,
    request::{ExportData, FreeDownloads, GetRoom},
    view::Link,
};
use palier_i18n::size::format_bytes;
use std::rc::Rc;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`DataSection`].
#[derive(PartialEq, Properties)]
pub struct DataSectionProps {
    /// How the connection stands.
    pub link: Link,
}

/// Export and storage.
#[component]
pub fn DataSection(props: &DataSectionProps) -> Html {
    let i18n = use_i18n();
    html! {
        <section class="card settings" aria-labelledby="settings-data">
            <h2 id="settings-data">{ i18n.text("settings-data") }</h2>
            <Export online={props.link == Link::Online} />
            <Storage />
        </section>
    }
}

#[derive(PartialEq, Properties)]
struct ExportProps {
    online: bool,
}

/// Saves a copy of everything, saying how far it is.
#[component]
fn Export(props: &ExportProps) -> Html {
    let i18n = use_i18n();
    let (backend, announce) = (use_backend(), use_announce());
    let in_browser = backend.place() == Place::Browser;
    let busy = use_state_eq(|| false);
    let fetched = use_state_eq(|| None::<u64>);
    let saved = use_state_eq(|| None::<String>);
    {
        let fetched = fetched.setter();
        use_app_event(move |event| {
            if let AppEvent::ExportProgress { bytes } = event {
                fetched.set(bytes);
            }
        });
    }
    let onclick = {
        let (busy, saved) = (busy.setter(), saved.setter());
        Callback::from(move |_: MouseEvent| {
            let (backend, announce) = (backend.clone(), announce.clone());
            let (busy, saved) = (busy.clone(), saved.clone());
            busy.set(true);
            saved.set(None);
            spawn_local(async move {
                match backend.call(ExportData {}).await {
                    Ok(place) => saved.set(place),
                    Err(error) => announce.emit(Announcement::Error(error)),
                }
                busy.set(false);
            });
        })
    };
    let said = match (*fetched, &*saved) {
        (Some(bytes), _) => {
            let size = format_bytes(i18n.language(), bytes);
            i18n.format("settings-export-progress", &[("size", size.into())])
        }
        (None, Some(place)) if in_browser => {
            // Only the name says something: the place is the application's own.
            let name = place.rsplit('/').next().unwrap_or_default().to_owned();
            i18n.format("settings-export-saved-browser", &[("name", name.into())])
        }
        (None, Some(place)) => {
            i18n.format("settings-export-saved", &[("place", place.clone().into())])
        }
        (None, None) => i18n.text("settings-export-hint"),
    };
    html! {
        <div class="setting">
            <span>{ i18n.text("settings-export") }<small role="status" data-testid="export-state">{ said }</small></span>
            <button type="button" class="button" data-testid="export" disabled={*busy || !props.online} {onclick}>
                <Glyph icon={LuArchive} size={16} />{ i18n.text("settings-export-button") }
            </button>
        </div>
    }
}

/// How much there is on this device, and a way to free some of it.
#[component]
fn Storage() -> Html {
    let i18n = use_i18n();
    let (backend, announce) = (use_backend(), use_announce());
    let room = use_query(GetRoom {}, |_, event| *event == AppEvent::SessionChanged);
    let onclick = {
        let set = room.set.clone();
        Callback::from(move |_: MouseEvent| {
            let (backend, announce, set) = (backend.clone(), announce.clone(), set.clone());
            spawn_local(async move {
                match backend.call(FreeDownloads {}).await {
                    Ok(room) => set.emit(Rc::new(room)),
                    Err(error) => announce.emit(Announcement::Error(error)),
                }
            });
        })
    };
    let size = |bytes| format_bytes(i18n.language(), bytes);
    let said = match (&room.data, &room.error) {
        (Some(room), _) => i18n.format(
            "settings-room-value",
            &[
                ("total", size(room.total).into()),
                ("downloads", size(room.downloads).into()),
                ("limit", size(room.downloads_limit).into()),
            ],
        ),
        (None, Some(error)) => i18n.error(error),
        (None, None) => String::new(),
    };
    let can_free = room.data.as_ref().is_some_and(|room| room.downloads > 0);
    html! {
        <div class="setting">
            <span>{ i18n.text("settings-room") }<small role="status" data-testid="room">{ said }</small></span>
            <button type="button" class="button" data-testid="free-downloads" disabled={!can_free} {onclick}>
                <Glyph icon={LuBrush} size={16} />{ i18n.text("settings-room-free") }
            </button>
        </div>
    }
}
