//! Offers a browser's notifications, once there is something to be told of.

use super::Glyph;
use crate::{
    context::{use_backend, use_i18n},
    hooks::{UseStored, use_app_event, use_stored},
};
use icondata_lu::LuBellRing;
use palier_bridge::AppEvent;
use yew::{platform::spawn_local, prelude::*};

/// Where it is kept that the person wants none.
const DECLINED: &str = "palier.notifications-declined";

/// A banner for who has written something here and was not asked yet. A browser asks once, and a person who does not
/// know what for says no.
#[component]
pub fn NotifyOffer() -> Html {
    let i18n = use_i18n();
    let backend = use_backend();
    let UseStored { value, set } = use_stored::<bool>(DECLINED);
    let wanted = use_state_eq(|| backend.may_offer_notifications());
    {
        let (backend, wanted) = (backend.clone(), wanted.setter());
        use_app_event(move |event| {
            if event == AppEvent::IncidentsChanged {
                wanted.set(backend.may_offer_notifications());
            }
        });
    }
    if *value || !*wanted {
        return Html::default();
    }
    let accept = {
        let (backend, wanted) = (backend.clone(), wanted.setter());
        Callback::from(move |_: MouseEvent| {
            let (asked, wanted) = (backend.ask_for_notifications(), wanted.clone());
            spawn_local(async move {
                asked.await;
                wanted.set(false);
            });
        })
    };
    let decline = set.reform(|_: MouseEvent| true);
    html! {
        <section class="banner" data-testid="notify-offer" aria-label={i18n.text("notify-offer")}>
            <Glyph icon={LuBellRing} />
            <p>{ i18n.text("notify-offer") }</p>
            <button type="button" class="button primary" data-testid="notify-accept" onclick={accept}>{ i18n.text("notify-accept") }</button>
            <button type="button" class="button" data-testid="notify-decline" onclick={decline}>{ i18n.text("notify-decline") }</button>
        </section>
    }
}
