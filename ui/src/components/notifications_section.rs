//! When and how the desktop tells of new messages, and whether it does.

use super::{Choice, ChoiceSelect, Glyph, OnSetting, PauseRow};
use crate::{
    backend::Place,
    clock::{local, now},
    context::{Announcement, use_announce, use_backend, use_i18n, use_settings},
    hooks::use_query,
};
use chrono::{NaiveTime, TimeDelta};
use icondata_lu::{LuBell, LuBellRing, LuCircleCheck, LuTriangleAlert};
use palier_bridge::{
    AppEvent,
    request::{ListIncidents, SetMute, TestNotifications},
    view::{IncidentFilter, NotificationTest, SettingChange},
};
use palier_domain::{IncidentId, QuietHours};
use palier_i18n::Localizer;
use web_sys::HtmlInputElement;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`NotificationsSection`].
#[derive(PartialEq, Properties)]
pub struct NotificationsSectionProps {
    /// Changes a setting.
    pub change: OnSetting,
}

/// On or off, sound, quiet hours, a pause, a test, and the incidents that are muted.
#[component]
pub fn NotificationsSection(props: &NotificationsSectionProps) -> Html {
    let i18n = use_i18n();
    let sound_hint = use_backend()
        .place()
        .either("settings-sound-hint", "settings-sound-hint-browser");
    let settings = use_settings();
    let switch = |changes: fn(bool) -> SettingChange| {
        props.change.reform(move |event: Event| {
            changes(event.target_unchecked_into::<HtmlInputElement>().checked())
        })
    };
    let hour = |label: &str,
                testid: &'static str,
                value: NaiveTime,
                changes: fn(NaiveTime) -> SettingChange| {
        let change = props.change.clone();
        let onchange = Callback::from(move |chosen: String| {
            if let Ok(time) = NaiveTime::parse_from_str(&chosen, CLOCK) {
                change.emit(changes(time));
            }
        });
        html! {
            <ChoiceSelect
                {testid} label={i18n.text(label)} value={value.format(CLOCK).to_string()}
                choices={half_hours()} {onchange}
            />
        }
    };
    let on = settings.notifications;
    html! {
        <section class="card settings" aria-labelledby="settings-notifications">
            <h2 id="settings-notifications">{ i18n.text("settings-notifications") }</h2>
            <label class="setting">
                <span>{ i18n.text("settings-notify") }<small>{ i18n.text("settings-notify-hint") }</small></span>
                <input
                    type="checkbox" class="switch" role="switch" data-testid="notifications" checked={on}
                    onchange={switch(SettingChange::Notifications)}
                />
            </label>
            <label class="setting">
                <span>{ i18n.text("settings-sound") }<small>{ i18n.text(sound_hint) }</small></span>
                <input
                    type="checkbox" class="switch" role="switch" data-testid="sound" checked={settings.sound} disabled={!on}
                    onchange={switch(SettingChange::Sound)}
                />
            </label>
            <label class="setting">
                <span>{ i18n.text("settings-quiet") }<small>{ i18n.text("settings-quiet-hint") }</small></span>
                <input
                    type="checkbox" class="switch" role="switch" data-testid="quiet-hours" disabled={!on}
                    checked={settings.quiet_hours.is_some()}
                    onchange={switch(|on| SettingChange::QuietHours(on.then(QuietHours::default)))}
                />
            </label>
            if let Some(hours) = settings.quiet_hours.filter(|_| on) {
                <div class="setting">
                    <span>{ i18n.text("settings-quiet-when") }</span>
                    <span class="span-of-time">
                        { hour("settings-quiet-from", "quiet-from", hours.from, SettingChange::QuietFrom) }
                        <span aria-hidden="true">{ "–" }</span>
                        { hour("settings-quiet-to", "quiet-to", hours.to, SettingChange::QuietTo) }
                    </span>
                </div>
            }
            <PauseRow />
            <TryOut />
            <Muted />
        </section>
    }
}

/// How a time of the day is written.
const CLOCK: &str = "%H:%M";

/// The times between which quiet hours can lie.
fn half_hours() -> Vec<Choice> {
    (0..48)
        .map(|half| NaiveTime::MIN + TimeDelta::minutes(half * 30))
        .map(|time| {
            Choice::new(
                time.format(CLOCK).to_string(),
                time.format(CLOCK).to_string(),
            )
        })
        .collect()
}

/// Raises a notification, and says what became of it and what to do about it.
#[component]
fn TryOut() -> Html {
    let i18n = use_i18n();
    let settings = use_settings();
    let (backend, announce) = (use_backend(), use_announce());
    let place = backend.place();
    let busy = use_state_eq(|| false);
    let result = use_state_eq(|| None::<NotificationTest>);
    let onclick = {
        let (busy, result) = (busy.setter(), result.setter());
        Callback::from(move |_: MouseEvent| {
            let (backend, announce) = (backend.clone(), announce.clone());
            let (busy, result) = (busy.clone(), result.clone());
            busy.set(true);
            spawn_local(async move {
                match backend.call(TestNotifications {}).await {
                    Ok(test) => result.set(Some(test)),
                    Err(error) => announce.emit(Announcement::Error(error)),
                }
                busy.set(false);
            });
        })
    };
    let quiet = settings
        .quiet_hours
        .is_some_and(|hours| hours.cover(local(now()).time()));
    let note = (*result).as_ref().map(|test| {
        let good = matches!(test, NotificationTest::Shown { .. });
        let (icon, tone) = if good {
            (LuCircleCheck, "good")
        } else {
            (LuTriangleAlert, "bad")
        };
        html! {
            <p class="test-result" data-tone={tone} data-testid="notification-test">
                <Glyph {icon} size={16} />
                <span>
                    { said(&i18n, test, place) }
                    if good && !settings.notifications {
                        { " " }{ i18n.text("settings-test-but-off") }
                    } else if good && settings.pause.is_some() {
                        { " " }{ i18n.text("settings-test-but-paused") }
                    } else if good && quiet {
                        { " " }{ i18n.text("settings-test-but-quiet") }
                    }
                </span>
            </p>
        }
    });
    html! {
        <div class="setting wrap">
            <span>{ i18n.text("settings-test") }<small>{ i18n.text("settings-test-hint") }</small></span>
            <button type="button" class="button" data-testid="test-notifications" disabled={*busy} {onclick}>
                <Glyph icon={LuBellRing} size={16} />{ i18n.text("settings-test-button") }
            </button>
            <div role="status">{ for note }</div>
        </div>
    }
}

/// What became of it, and how to mend what is broken.
fn said(i18n: &Localizer, test: &NotificationTest, place: Place) -> String {
    let by = |known: &str, unknown: &str, by: &Option<String>| match by {
        Some(name) => i18n.format(known, &[("name", name.clone().into())]),
        None => i18n.text(unknown),
    };
    match test {
        NotificationTest::Shown { by: name } => {
            let unknown = place.either("settings-test-shown", "settings-test-shown-browser");
            by("settings-test-shown-by", unknown, name)
        }
        NotificationTest::Paused { by: name } => {
            by("settings-test-paused-by", "settings-test-paused", name)
        }
        NotificationTest::NoBus => i18n.text("settings-test-no-bus"),
        NotificationTest::NoService => i18n.text(place.either(
            "settings-test-no-service",
            "settings-test-no-service-browser",
        )),
        NotificationTest::NotAllowed => i18n.text(place.either(
            "settings-test-not-allowed",
            "settings-test-not-allowed-browser",
        )),
        NotificationTest::Failed { reason } => i18n.format(
            place.either("settings-test-failed", "settings-test-failed-browser"),
            &[("reason", reason.clone().into())],
        ),
    }
}

/// Incidents of which the person wants to hear no more, and a way back.
#[component]
fn Muted() -> Html {
    let i18n = use_i18n();
    let (backend, announce) = (use_backend(), use_announce());
    let muted = use_query(
        ListIncidents {
            filter: IncidentFilter {
                muted_only: true,
                ..IncidentFilter::default()
            },
            limit: None,
        },
        |_, event| *event == AppEvent::IncidentsChanged,
    );
    let unmute = |incident_id: IncidentId| {
        let (backend, announce) = (backend.clone(), announce.clone());
        Callback::from(move |_: MouseEvent| {
            let (backend, announce) = (backend.clone(), announce.clone());
            spawn_local(async move {
                let asked = SetMute {
                    incident_id,
                    muted: false,
                };
                if let Err(error) = backend.call(asked).await {
                    announce.emit(Announcement::Error(error));
                }
            });
        })
    };
    let rows = muted.data.as_deref().map(Vec::as_slice).unwrap_or_default();
    html! {
        if !rows.is_empty() {
            <h3>{ i18n.text("settings-muted") }</h3>
            { for rows.iter().map(|row| html! {
                <div class="setting" key={row.id.to_string()} data-testid="muted-incident">
                    <span>{ &row.title }<small>{ &row.place }</small></span>
                    <button
                        type="button" class="button" onclick={unmute(row.id)}
                        aria-label={i18n.format("settings-unmute-one", &[("title", row.title.clone().into())])}
                    >
                        <Glyph icon={LuBell} size={16} />{ i18n.text("settings-unmute") }
                    </button>
                </div>
            }) }
        }
    }
}
