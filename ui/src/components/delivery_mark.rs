//! How far an own message has come, and what can be done about it.

use super::{Glyph, TicketAct};
use crate::{
    clock::{local, now},
    context::{I18n, use_i18n},
    hooks::use_countdown,
    logic::delivery::Ways,
};
use icondata_core::Icon;
use icondata_lu::{LuCheck, LuCheckCheck, LuClock, LuCloudUpload, LuTriangleAlert, LuUndo2};
use palier_bridge::view::Delivery;
use yew::prelude::*;

/// Properties of [`DeliveryMark`].
#[derive(PartialEq, Properties)]
pub struct DeliveryMarkProps {
    /// How far it has come.
    pub delivery: Delivery,
    /// Something should be done with it.
    pub on_act: Callback<TicketAct>,
}

fn said(i18n: &I18n, delivery: &Delivery, seconds: u64) -> Option<(Icon, String)> {
    Some(match delivery {
        Delivery::Foreign => return None,
        Delivery::Held { .. } => (
            LuClock,
            i18n.format("delivery-held", &[("count", seconds.into())]),
        ),
        Delivery::Waiting { troubled: true, .. } => {
            (LuTriangleAlert, i18n.text("delivery-troubled"))
        }
        Delivery::Waiting {
            upload_percent: Some(percent),
            ..
        } => (
            LuCloudUpload,
            i18n.format("delivery-uploading", &[("percent", (*percent).into())]),
        ),
        Delivery::Waiting {
            behind_upload: true,
            ..
        } => (LuClock, i18n.text("delivery-behind-upload")),
        Delivery::Waiting { .. } => (LuClock, i18n.text("delivery-waiting")),
        Delivery::Cancelling => (LuUndo2, i18n.text("delivery-cancelling")),
        Delivery::Sent => (LuCheck, i18n.text("delivery-sent")),
        Delivery::Read { by, at } => {
            let name = ("name", by.as_str().into());
            let words = match at {
                None => i18n.format("delivery-read", &[name]),
                Some(at) => {
                    let (at, today) = (local(*at), local(now()).date());
                    let time = i18n.time_of_day(at);
                    let when = if at.date() == today {
                        time
                    } else {
                        format!("{} {time}", i18n.short_date(at.date(), today))
                    };
                    i18n.format("delivery-read-at", &[name, ("time", when.into())])
                }
            };
            (LuCheckCheck, words)
        }
        Delivery::Failed { .. } => (LuTriangleAlert, i18n.text("delivery-failed")),
    })
}

/// About to leave (undo), waiting, sent, read, or refused with the reason and the ways out.
#[component]
pub fn DeliveryMark(props: &DeliveryMarkProps) -> Html {
    let i18n = use_i18n();
    let remaining = match &props.delivery {
        Delivery::Held { remaining_ms } => Some(*remaining_ms),
        _ => None,
    };
    let seconds = use_countdown(remaining);
    let Some((icon, words)) = said(&i18n, &props.delivery, seconds) else {
        return Html::default();
    };
    let ways = Ways::of(&props.delivery);
    let button = |offered: bool, act: TicketAct, testid: &'static str, key: &str| {
        if !offered {
            return Html::default();
        }
        let onclick = props.on_act.reform(move |_: MouseEvent| act);
        html! {
            <button type="button" class="button small" data-testid={testid} {onclick}>{ i18n.text(key) }</button>
        }
    };
    let reason = match &props.delivery {
        Delivery::Failed { reason } => Some(i18n.failure(reason)),
        _ => None,
    };
    let any = ways != Ways::default();
    html! {
        <span class="delivery" data-testid="delivery">
            <span class="delivery-words"><Glyph {icon} size={15} />{ words }</span>
            if let Some(reason) = reason { <span class="delivery-reason">{ reason }</span> }
            if any {
                <span class="delivery-ways">
                    { button(ways.undo, TicketAct::Undo, "undo", "delivery-undo") }
                    { button(ways.send_now, TicketAct::SendNow, "send-now", "delivery-send-now") }
                    { button(ways.send_before, TicketAct::SendBefore, "send-before", "delivery-send-before") }
                    { button(ways.apply_anyway, TicketAct::ApplyAnyway, "apply-anyway", "delivery-apply-anyway") }
                    { button(ways.edit, TicketAct::Edit, "edit", "edit") }
                    { button(ways.retry, TicketAct::Retry, "retry", "retry") }
                    { button(ways.discard, TicketAct::Discard, "discard", "discard") }
                </span>
            }
        </span>
    }
}
