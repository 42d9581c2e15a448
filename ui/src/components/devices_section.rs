//! Where the person is signed in, and the password with which she does it. Online only.

use super::{Glyph, PasswordDialog, TimeMark};
use crate::{
    context::{Announcement, use_announce, use_backend, use_i18n},
    hooks::use_query,
};
use icondata_lu::{LuKeyRound, LuLaptop, LuLogOut, LuRefreshCw};
use palier_bridge::{
    AppEvent,
    request::{ListDevices, RevokeDevice},
    view::{DeviceView, Link},
};
use palier_domain::SessionId;
use yew::{platform::spawn_local, prelude::*};

/// Properties of [`DevicesSection`].
#[derive(PartialEq, Properties)]
pub struct DevicesSectionProps {
    /// How the connection stands.
    pub link: Link,
}

/// The devices, each with a way to sign it out, and the way to another password.
#[component]
pub fn DevicesSection(props: &DevicesSectionProps) -> Html {
    let i18n = use_i18n();
    let (backend, announce) = (use_backend(), use_announce());
    let devices = use_query(ListDevices {}, |_, event| {
        *event == AppEvent::SessionChanged
    });
    let online = props.link == Link::Online;
    use_effect_with(online, {
        let reload = devices.reload.clone();
        move |online| {
            if *online {
                reload.emit(());
            }
        }
    });
    let changing = use_state_eq(|| false);
    let busy = use_state_eq(|| None::<SessionId>);

    let revoke = |id: SessionId| {
        let (backend, announce) = (backend.clone(), announce.clone());
        let (busy, reload) = (busy.setter(), devices.reload.clone());
        Callback::from(move |_: MouseEvent| {
            let (backend, announce) = (backend.clone(), announce.clone());
            let (busy, reload) = (busy.clone(), reload.clone());
            busy.set(Some(id));
            spawn_local(async move {
                if let Err(error) = backend.call(RevokeDevice { id }).await {
                    announce.emit(Announcement::Error(error));
                }
                busy.set(None);
                reload.emit(());
            });
        })
    };
    let device = |device: &DeviceView| {
        let name = match device.name.as_str() {
            "" => i18n.text("settings-device-unnamed"),
            name => name.to_owned(),
        };
        let signs_out = i18n.format(
            "settings-device-sign-out-one",
            &[("name", name.clone().into())],
        );
        html! {
            <div class="setting" key={device.id.to_string()} data-testid="device">
                <Glyph icon={LuLaptop} size={18} />
                <span class="grow">
                    { name }
                    <small>
                        if device.this_one {
                            { i18n.text("settings-device-this") }
                        } else {
                            { i18n.text("settings-device-used") }{ " " }<TimeMark at={device.used_at} />
                        }
                    </small>
                </span>
                if !device.this_one {
                    <button
                        type="button" class="button" disabled={!online || *busy == Some(device.id)}
                        aria-label={signs_out} onclick={revoke(device.id)}
                    >
                        <Glyph icon={LuLogOut} size={16} />{ i18n.text("settings-device-sign-out") }
                    </button>
                }
            </div>
        }
    };
    let list = match (&devices.data, &devices.error) {
        (Some(all), _) => html! { { for all.iter().map(device) } },
        (None, Some(error)) => html! {
            <div class="setting" data-testid="devices-error">
                <span>{ i18n.error(error) }</span>
                <button type="button" class="button" onclick={devices.reload.reform(|_: MouseEvent| ())}>
                    <Glyph icon={LuRefreshCw} size={16} />{ i18n.text("retry") }
                </button>
            </div>
        },
        (None, None) => html! { <div class="setting" role="status">{ i18n.text("loading") }</div> },
    };
    let open = use_callback(changing.setter(), |_: MouseEvent, changing| {
        changing.set(true)
    });
    let onclose = {
        let (changing, reload) = (changing.setter(), devices.reload.clone());
        Callback::from(move |()| {
            changing.set(false);
            // Another password signs every other device out.
            reload.emit(());
        })
    };
    html! {
        <section class="card settings" aria-labelledby="settings-devices">
            <h2 id="settings-devices">{ i18n.text("settings-devices") }</h2>
            { list }
            <div class="setting">
                <span>{ i18n.text("settings-password") }<small>{ i18n.text("settings-password-hint") }</small></span>
                <button type="button" class="button" data-testid="change-password" disabled={!online} onclick={open}>
                    <Glyph icon={LuKeyRound} size={16} />{ i18n.text("settings-password-change") }
                </button>
            </div>
            if *changing { <PasswordDialog {onclose} /> }
        </section>
    }
}
