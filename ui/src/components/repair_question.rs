//! Asks a tenant whether it is really repaired.

use super::Glyph;
use crate::{context::use_i18n, hooks::use_send_or};
use icondata_lu::{LuCheck, LuUndo2, LuWrench};
use palier_bridge::{request::SetStatus, view::IncidentHead};
use palier_domain::Status;
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`RepairQuestion`].
#[derive(PartialEq, Properties)]
pub struct RepairQuestionProps {
    /// The incident.
    pub head: Rc<IncidentHead>,
    /// An answer was refused.
    pub refused: Callback<()>,
}

/// “Is it repaired?”, for the tenants of a home whose incident was resolved.
#[component]
pub fn RepairQuestion(props: &RepairQuestionProps) -> Html {
    let i18n = use_i18n();
    let set_status = use_send_or::<SetStatus>(props.refused.clone());
    let head = &props.head;
    if !is_asked(head) {
        return Html::default();
    }
    let (incident_id, from) = (head.id, head.status);
    let answer = |to: Status| {
        set_status.reform(move |_: MouseEvent| SetStatus {
            incident_id,
            from,
            to,
        })
    };
    html! {
        <section class="repair" data-testid="repair-question" aria-label={i18n.text("repair-question")}>
            <p><Glyph icon={LuWrench} size={17} />{ i18n.text("repair-question") }</p>
            <div class="repair-answers">
                <button type="button" class="button primary" data-testid="repaired" onclick={answer(Status::Closed)}>
                    <Glyph icon={LuCheck} size={16} />{ i18n.text("repair-yes") }
                </button>
                <button type="button" class="button" data-testid="not-repaired" onclick={answer(Status::Open)}>
                    <Glyph icon={LuUndo2} size={16} />{ i18n.text("repair-no") }
                </button>
            </div>
        </section>
    }
}

/// Whether it is resolved, and the person is a tenant who may say whether it is. (An owner may prioritise.)
fn is_asked(head: &IncidentHead) -> bool {
    head.status == Status::Resolved
        && !head.may_prioritise
        && [Status::Closed, Status::Open]
            .iter()
            .all(|answer| head.status_choices.contains(answer))
}
