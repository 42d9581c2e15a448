//! What this program is, and what to send when it goes wrong.

use super::{Glyph, LicencesDialog};
use crate::{
    backend::Place,
    context::{use_backend, use_i18n},
    hooks::{use_query, use_send},
    routes::Route,
};
use icondata_lu::{LuBookOpen, LuFolderOpen, LuInfo, LuKeyboard, LuScale};
use palier_bridge::{
    AppEvent,
    request::{GetAbout, OpenLogFolder},
    view::About,
};
use yew::prelude::*;
use yew_router::prelude::Link;

/// Properties of [`AboutSection`].
#[derive(PartialEq, Properties)]
pub struct AboutSectionProps {
    /// Version of the application.
    pub version: AttrValue,
    /// Shows the sheet of keys.
    pub show_keys: Callback<()>,
}

/// Version, newer version, keys, licences, logs.
#[component]
pub fn AboutSection(props: &AboutSectionProps) -> Html {
    let i18n = use_i18n();
    let place = use_backend().place();
    let licences = use_state_eq(|| false);
    let about = use_query(GetAbout {}, |_, event| *event == AppEvent::SyncChanged).data;
    let open_logs = use_send::<OpenLogFolder>().reform(|_: MouseEvent| OpenLogFolder {});
    let show_licences = use_callback(licences.setter(), |_: MouseEvent, open| open.set(true));
    let close_licences = use_callback(licences.setter(), |(), open| open.set(false));
    let formats = |about: &About| {
        let args = [
            ("journal", about.journal_schema.into()),
            ("wire", about.wire_schema.into()),
        ];
        i18n.format("settings-formats", &args)
    };
    let update = about.as_ref().and_then(|about| about.update.clone());
    html! {
        <section class="card settings" data-testid="about">
            <h2>{ i18n.text("settings-about") }</h2>
            if let Some(update) = update {
                <p class="notice" role="status" data-testid="update-available">
                    <Glyph icon={LuInfo} />{ i18n.format(place.either("settings-update", "settings-update-browser"), &[("version", update.into())]) }
                </p>
            }
            <div class="setting">
                <span>
                    { i18n.format("settings-version", &[("version", props.version.as_str().into())]) }
                    if let Some(about) = &about { <small data-testid="formats">{ formats(about) }</small> }
                </span>
                <Link<Route> to={Route::Guide} classes="button">
                    <Glyph icon={LuBookOpen} size={16} />{ i18n.text("settings-guide") }
                </Link<Route>>
                <button type="button" class="button" onclick={props.show_keys.reform(|_: MouseEvent| ())}>
                    <Glyph icon={LuKeyboard} size={16} />{ i18n.text("settings-keys") }
                </button>
            </div>
            <div class="setting">
                <span>{ i18n.text("settings-licences") }<small>{ i18n.text("settings-licences-hint") }</small></span>
                <button type="button" class="button" data-testid="open-licences" onclick={show_licences}>
                    <Glyph icon={LuScale} size={16} />{ i18n.text("settings-licences-open") }
                </button>
            </div>
            // A browser keeps its own log, in its developer tools.
            if place == Place::Window {
                <div class="setting">
                    <span>{ i18n.text("settings-logs") }<small>{ i18n.text("settings-logs-hint") }</small></span>
                    <button type="button" class="button" data-testid="open-logs" onclick={open_logs}>
                        <Glyph icon={LuFolderOpen} size={16} />{ i18n.text("settings-logs-open") }
                    </button>
                </div>
            }
            if *licences { <LicencesDialog onclose={close_licences} /> }
        </section>
    }
}
