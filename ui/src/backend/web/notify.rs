//! Notifications, by way of the service worker: on phones only that may show them, and a click finds a page or
//! opens one.

use super::port::Port;
use crate::backend::EventHub;
use gloo::{
    events::EventListener,
    utils::{document, window},
};
use js_sys::{Array, Function, Object, Promise, Reflect};
use palier_bridge::{
    AppEvent,
    page::{PageNotification, ToWorker},
    view::NotificationTest,
};
use palier_domain::IncidentId;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    MessageEvent, Notification, NotificationPermission, ServiceWorkerContainer,
    ServiceWorkerRegistration, VisibilityState,
};

/// The service worker's file, at the root so that all pages are its own.
const SERVICE_WORKER: &str = "/service-worker.js";

/// The notification that stands for several incidents.
const SUMMARY: &str = "summary";

/// Begins to listen to the service worker, and to what brings the network back.
pub fn begin(hub: &EventHub, port: &Rc<Port>) {
    for (target, name) in [
        (window().as_ref(), "online"),
        (document().as_ref(), "visibilitychange"),
    ] {
        let port = port.clone();
        EventListener::new(target, name, move |_| {
            if document().visibility_state() == VisibilityState::Visible {
                port.say(&ToWorker::Nudge, &[]);
            }
        })
        .forget();
    }
    let Some(container) = container() else {
        return;
    };
    let hub = hub.clone();
    EventListener::new(&container, "message", move |event| {
        let event: &MessageEvent = event.unchecked_ref();
        let text = Reflect::get(&event.data(), &"event".into());
        let text = text.ok().and_then(|text| text.as_string());
        if let Some(event) = text.and_then(|text| serde_json::from_str::<AppEvent>(&text).ok()) {
            hub.emit(&event);
        }
    })
    .forget();
    spawn_local(async move {
        if let Err(error) = JsFuture::from(container.register(SERVICE_WORKER)).await {
            // Everything works without, as long as there is a network.
            web_sys::console::warn_2(&"no service worker:".into(), &error);
        }
    });
}

/// None where the page's address is not a safe one, or the browser has none.
pub fn container() -> Option<ServiceWorkerContainer> {
    let navigator = window().navigator();
    let there = Reflect::get(&navigator, &"serviceWorker".into()).ok()?;
    there.is_object().then(|| there.unchecked_into())
}

/// None where none could be registered: `ready` alone would wait for ever.
pub async fn registration() -> Option<ServiceWorkerRegistration> {
    let container = container()?;
    let there = JsFuture::from(container.get_registration()).await.ok()?;
    if !there.is_object() {
        return None;
    }
    let ready = JsFuture::from(container.ready().ok()?).await.ok()?;
    Some(ready.unchecked_into())
}

/// Whether the person has been asked, and what she said; none where there are no notifications.
pub fn permission() -> Option<NotificationPermission> {
    let there = Reflect::get(&window(), &"Notification".into()).ok()?;
    there.is_function().then(Notification::permission)
}

/// Shows a notification, or updates the one of the same incident. Without permission nobody is told.
pub fn show(notification: PageNotification) {
    if permission() == Some(NotificationPermission::Granted) {
        spawn_local(async move {
            if let Err(error) = put(&notification).await {
                web_sys::console::warn_2(&"no notification:".into(), &error);
            }
        });
    }
}

async fn put(notification: &PageNotification) -> Result<(), JsValue> {
    let registration = registration().await.ok_or("no service worker")?;
    let options = Object::new();
    let set = |name: &str, value: JsValue| Reflect::set(&options, &name.into(), &value);
    set("body", notification.body.as_str().into())?;
    set("tag", tag(notification.incident_id).into())?;
    set("renotify", notification.sound.into())?;
    set("silent", (!notification.sound).into())?;
    set("requireInteraction", notification.urgent.into())?;
    set("icon", "/icon-192.png".into())?;
    if let Some(incident_id) = notification.incident_id {
        let event = AppEvent::OpenIncident {
            incident_id,
            ticket_id: notification.ticket_id,
            reply: false,
        };
        let event = serde_json::to_string(&event).map_err(|error| error.to_string())?;
        set("data", event.into())?;
    }
    call(
        &registration,
        "showNotification",
        &[notification.title.as_str().into(), options.into()],
    )
    .await
    .map(drop)
}

fn tag(incident_id: Option<IncidentId>) -> String {
    incident_id.map_or_else(|| SUMMARY.to_owned(), |id| id.to_string())
}

/// Calls a method that answers later.
async fn call(on: &JsValue, name: &str, args: &[JsValue]) -> Result<JsValue, JsValue> {
    let method: Function = Reflect::get(on, &name.into())?.dyn_into()?;
    let promise: Promise = method
        .apply(on, &args.iter().collect::<Array>())?
        .dyn_into()?;
    JsFuture::from(promise).await
}

/// Takes the notification of an incident away.
pub fn withdraw(incident_id: IncidentId) {
    spawn_local(async move {
        let Some(registration) = registration().await else {
            return;
        };
        let which = Object::new();
        let _ = Reflect::set(&which, &"tag".into(), &tag(Some(incident_id)).into());
        let shown = call(&registration, "getNotifications", &[which.into()]).await;
        for shown in shown.iter().flat_map(|it| Array::from(it).to_vec()) {
            shown.unchecked_into::<Notification>().close();
        }
    });
}

/// Asks the person for her permission, unless she has said; must follow a click of hers.
pub async fn ask() -> NotificationPermission {
    match permission() {
        None => NotificationPermission::Denied,
        Some(NotificationPermission::Default) => match Notification::request_permission() {
            Ok(asked) => {
                let _ = JsFuture::from(asked).await;
                Notification::permission()
            }
            Err(_) => NotificationPermission::Denied,
        },
        Some(said) => said,
    }
}

/// Shows one to see whether it works, and tells the worker.
pub fn try_out(port: Rc<Port>, ask_number: u32, notification: PageNotification) {
    spawn_local(async move {
        let outcome = if permission().is_none() || registration().await.is_none() {
            NotificationTest::NoService
        } else if ask().await != NotificationPermission::Granted {
            NotificationTest::NotAllowed
        } else {
            match put(&notification).await {
                Ok(()) => NotificationTest::Shown { by: None },
                Err(error) => NotificationTest::Failed {
                    reason: format!("{error:?}"),
                },
            }
        };
        port.say(
            &ToWorker::Tried {
                ask: ask_number,
                outcome,
            },
            &[],
        );
    });
}

/// Says how much is unread on the icon of the installed application, where there is such a thing.
pub fn badge(unread: u64) {
    let navigator = window().navigator();
    #[allow(clippy::cast_precision_loss)]
    let count = JsValue::from(unread as f64);
    spawn_local(async move {
        let there = Reflect::get(&navigator, &"setAppBadge".into());
        if there.is_ok_and(|there| there.is_function()) {
            // An application that is not installed has no icon.
            let _ = call(&navigator, "setAppBadge", &[count]).await;
        }
    });
}
