//! The beginning of a thread: what the person who opened the incident said.

use super::{Avatar, RichText};
use crate::{
    clock::{local, now},
    context::use_i18n,
};
use palier_bridge::view::IncidentHead;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`ThreadOpening`].
#[derive(PartialEq, Properties)]
pub struct ThreadOpeningProps {
    /// The incident.
    pub head: Rc<IncidentHead>,
}

/// Who opened the incident, when, and with which words.
#[component]
pub fn ThreadOpening(props: &ThreadOpeningProps) -> Html {
    let i18n = use_i18n();
    let head = &props.head;
    let at = local(head.created_at);
    let date = format!(
        "{} · {}",
        i18n.short_date(at.date(), local(now()).date()),
        i18n.time_of_day(at)
    );
    let args = [
        ("name", head.opened_by.as_str().into()),
        ("date", date.into()),
    ];
    html! {
        <li class="opening">
            <p class="opening-by">
                <Avatar name={head.opened_by.clone()} />
                <span title={i18n.exact(at)}>{ i18n.format("thread-opened", &args) }</span>
                <span class="chip">{ i18n.category(head.category) }</span>
            </p>
            if !head.description.trim().is_empty() {
                <p class="opening-words"><RichText text={head.description.clone()} /></p>
            }
        </li>
    }
}
