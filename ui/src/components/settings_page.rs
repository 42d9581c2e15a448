//! The settings of this device.

use super::{
    AboutSection, AccountsSection, Choice, ChoiceSelect, DataSection, DevicesSection,
    NotificationsSection, WindowSection,
};
use crate::{
    backend::Place,
    context::{Announcement, use_announce, use_backend, use_i18n, use_settings},
};
use palier_bridge::{
    request::{GetAppState, UpdateSettings},
    view::{self, AppState, Language, OtherAccount, SettingChange, Settings, Theme},
};
use std::rc::Rc;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Changes one of the settings of this device.
pub type OnSetting = Callback<SettingChange>;

/// Properties of [`SettingsPage`].
#[derive(PartialEq, Properties)]
pub struct SettingsPageProps {
    /// Version of the application.
    pub version: AttrValue,
    /// How the connection stands.
    pub link: view::Link,
    /// Who else is signed in on this device.
    pub others: Vec<OtherAccount>,
    /// The server's address to start from when an account is added.
    pub server: AttrValue,
    /// Shows the sheet of keys.
    pub show_keys: Callback<()>,
    /// A newer state came as the reply to something.
    pub state_changed: Callback<Rc<AppState>>,
}

/// Language, theme, writing, notifications, account.
#[component]
pub fn SettingsPage(props: &SettingsPageProps) -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let place = backend.place();
    let announce = use_announce();
    let settings = use_settings();

    let change = {
        let state_changed = props.state_changed.clone();
        OnSetting::from(move |change: SettingChange| {
            let (backend, announce) = (backend.clone(), announce.clone());
            let state_changed = state_changed.clone();
            spawn_local(async move {
                let changed = async {
                    backend.call(UpdateSettings { change }).await?;
                    backend.call(GetAppState {}).await
                };
                match changed.await {
                    Ok(state) => state_changed.emit(Rc::new(state)),
                    Err(error) => announce.emit(Announcement::Error(error)),
                }
            });
        })
    };
    macro_rules! on_word {
        ($word:ident => $setting:ident($value:expr)) => {
            change.reform(move |$word: String| SettingChange::$setting($value))
        };
    }
    let on_language = on_word!(word => Language(match word.as_str() {
        "fr" => Some(Language::Fr),
        "en" => Some(Language::En),
        _ => None,
    }));
    let on_theme = on_word!(word => Theme(match word.as_str() {
        "light" => Theme::Light,
        "dark" => Theme::Dark,
        _ => Theme::System,
    }));
    let on_close = on_word!(word => CloseToTray(match word.as_str() {
        "keep" => Some(true),
        "quit" => Some(false),
        _ => None,
    }));
    let on_undo = {
        change.reform(|event: Event| {
            let value = event.target_unchecked_into::<HtmlInputElement>().value();
            let seconds = value.parse().unwrap_or(5);
            SettingChange::UndoSeconds(seconds.min(Settings::MAX_UNDO_SECONDS))
        })
    };
    let on_check = |changes: fn(bool) -> SettingChange| {
        change.reform(move |event: Event| {
            changes(event.target_unchecked_into::<HtmlInputElement>().checked())
        })
    };

    let languages = vec![
        Choice::new("", i18n.text("settings-language-system")),
        Choice::new("fr", palier_i18n::Language::Fr.endonym()),
        Choice::new("en", palier_i18n::Language::En.endonym()),
    ];
    let language = match settings.language {
        None => "",
        Some(Language::Fr) => "fr",
        Some(Language::En) => "en",
    };
    let themes = vec![
        Choice::new("system", i18n.text("settings-theme-system")),
        Choice::new("light", i18n.text("settings-theme-light")),
        Choice::new("dark", i18n.text("settings-theme-dark")),
    ];
    let theme = match settings.theme {
        Theme::System => "system",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let closings = vec![
        Choice::new("ask", i18n.text("settings-close-ask")),
        Choice::new("keep", i18n.text("settings-close-keep")),
        Choice::new("quit", i18n.text("settings-close-quit")),
    ];
    let closing = match settings.close_to_tray {
        None => "ask",
        Some(true) => "keep",
        Some(false) => "quit",
    };
    let undo = i18n.format(
        "settings-undo-value",
        &[("count", settings.undo_seconds.into())],
    );
    html! {
        <main class="plain-page" id="content" data-testid="settings">
            <header class="page-head"><h1>{ i18n.text("settings-title") }</h1></header>
            <section class="card settings">
                <h2>{ i18n.text("settings-appearance") }</h2>
                <div class="setting">
                    <span>{ i18n.text("settings-language") }</span>
                    <ChoiceSelect testid="language-select" label={i18n.text("settings-language")} value={language} choices={languages} onchange={on_language} />
                </div>
                <div class="setting">
                    <span>{ i18n.text("settings-theme") }</span>
                    <ChoiceSelect testid="theme-select" label={i18n.text("settings-theme")} value={theme} choices={themes} onchange={on_theme} />
                </div>
            </section>
            <section class="card settings">
                <h2>{ i18n.text("settings-writing") }</h2>
                <label class="setting">
                    <span>{ i18n.text("settings-undo") }<small>{ i18n.text("settings-undo-hint") }</small></span>
                    <span class="range">
                        <output>{ &undo }</output>
                        // The label's own field is what stands first in it.
                        <input
                            aria-label={i18n.text("settings-undo")} aria-valuetext={undo.clone()}
                            type="range" min="0" max={Settings::MAX_UNDO_SECONDS.to_string()} step="1" data-testid="undo-seconds"
                            value={settings.undo_seconds.to_string()} onchange={on_undo}
                        />
                    </span>
                </label>
                <label class="setting">
                    <span>{ i18n.text("settings-enter") }<small>{ i18n.text("settings-enter-hint") }</small></span>
                    <input
                        type="checkbox" class="switch" role="switch" data-testid="enter-sends" checked={settings.enter_sends}
                        onchange={on_check(SettingChange::EnterSends)}
                    />
                </label>
            </section>
            <NotificationsSection change={change.clone()} />
            // A browser has its own tabs and its own zoom.
            if place == Place::Window {
                <section class="card settings">
                    <h2>{ i18n.text("settings-desktop") }</h2>
                    <div class="setting">
                        <span>{ i18n.text("settings-close") }</span>
                        <ChoiceSelect testid="close-select" label={i18n.text("settings-close")} value={closing} choices={closings} onchange={on_close} />
                    </div>
                </section>
                <WindowSection />
            }
            <AccountsSection
                others={props.others.clone()} server={props.server.clone()}
                state_changed={props.state_changed.clone()}
            />
            <DevicesSection link={props.link} />
            <DataSection link={props.link} />
            <AboutSection version={props.version.clone()} show_keys={props.show_keys.clone()} />
        </main>
    }
}
