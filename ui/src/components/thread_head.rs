//! The head of a thread: what, where, how it stands, who is on it.

use super::{
    BackButton, CategoryIcon, Choice, ChoiceSelect, CopyLinkButton, Glyph, PriorityMark,
    StatusChip, category_icon::category_icon, priority_mark::priority_icon,
    status_chip::status_icon,
};
use crate::{
    context::{I18n, use_i18n},
    hooks::use_send_or,
};
use icondata_lu::{LuBell, LuBellOff, LuCloudUpload, LuMail, LuMailOpen, LuUsers};
use palier_bridge::{
    request::{SetCategory, SetMute, SetPriority, SetStatus},
    view::IncidentHead,
};
use palier_domain::{Category, Priority};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`ThreadHead`].
#[derive(PartialEq, Properties)]
pub struct ThreadHeadProps {
    /// The incident.
    pub head: Rc<IncidentHead>,
    /// Back to the list, where it is not beside the thread.
    pub on_back: Callback<()>,
    /// Marked unread by hand, or the mark taken back.
    pub on_flag: Callback<bool>,
    /// A change was refused: the thread should be read again.
    pub refused: Callback<()>,
}

fn participants(i18n: &I18n, head: &IncidentHead) -> String {
    let names: Vec<_> = head
        .participants
        .iter()
        .map(|person| person.name.as_str())
        .collect();
    if names.is_empty() {
        return i18n.text("thread-alone");
    }
    i18n.format("thread-with", &[("names", names.join(", ").into())])
}

fn participants_with_roles(i18n: &I18n, head: &IncidentHead) -> String {
    let lines = head.participants.iter().map(|person| {
        let role = i18n.role(person.role).to_lowercase();
        let args = [("name", person.name.as_str().into()), ("role", role.into())];
        i18n.format("thread-participant", &args)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Title, place, status and priority to choose, participants.
#[component]
pub fn ThreadHead(props: &ThreadHeadProps) -> Html {
    let i18n = use_i18n();
    let head = &props.head;
    let incident_id = head.id;
    // Counts refusals, so that a refused choice is drawn anew and shows what is true. One that was taken
    // is not: it would lose the keyboard.
    let refusals = use_state_eq(|| 0_u32);
    let refused = {
        let (refusals, refused) = (refusals.clone(), props.refused.clone());
        Callback::from(move |()| {
            refusals.set(*refusals + 1);
            refused.emit(());
        })
    };
    let set_status = use_send_or::<SetStatus>(refused.clone());
    let set_priority = use_send_or::<SetPriority>(refused.clone());
    let set_category = use_send_or::<SetCategory>(refused.clone());
    let set_mute = use_send_or::<SetMute>(refused);

    let status = if head.status_choices.is_empty() {
        html! { <StatusChip status={head.status} /> }
    } else {
        let from = head.status;
        let offered = [from]
            .into_iter()
            .chain(head.status_choices.iter().copied());
        let choices: Vec<_> = offered
            .map(|status| Choice::new(status.as_str(), i18n.status(status)))
            .collect();
        let onchange = Callback::from(move |word: String| {
            if let Ok(to) = word.parse() {
                set_status.emit(SetStatus {
                    incident_id,
                    from,
                    to,
                });
            }
        });
        html! {
            <ChoiceSelect
                key={format!("status {}", *refusals)} class="choice-status" testid="status-select"
                label={i18n.text("thread-status")} icon={status_icon(from)}
                value={from.as_str()} {choices} {onchange}
            />
        }
    };
    let priority = if head.may_prioritise {
        let from = head.priority;
        let choices: Vec<_> = Priority::ALL
            .iter()
            .map(|priority| Choice::new(priority.as_str(), i18n.priority(*priority)))
            .collect();
        let onchange = Callback::from(move |word: String| {
            if let Ok(to) = word.parse() {
                set_priority.emit(SetPriority {
                    incident_id,
                    from,
                    to,
                });
            }
        });
        html! {
            <ChoiceSelect
                key={format!("priority {}", *refusals)}
                class={classes!("choice-priority", from.as_str())} testid="priority-select"
                label={i18n.text("thread-priority")} icon={priority_icon(from)}
                value={from.as_str()} {choices} {onchange}
            />
        }
    } else {
        html! { <PriorityMark priority={head.priority} /> }
    };
    let category = if head.may_prioritise {
        let from = head.category;
        let choices: Vec<_> = Category::ALL
            .iter()
            .map(|category| Choice::new(category.as_str(), i18n.category(*category)))
            .collect();
        let onchange = Callback::from(move |word: String| {
            if let Ok(to) = word.parse() {
                set_category.emit(SetCategory {
                    incident_id,
                    from,
                    to,
                });
            }
        });
        html! {
            <ChoiceSelect
                key={format!("category {}", *refusals)} class="choice-category category-icon"
                testid="category-select" label={i18n.text("thread-category")}
                icon={category_icon(from)} value={from.as_str()} {choices} {onchange}
            />
        }
    } else {
        html! { <CategoryIcon category={head.category} /> }
    };
    // What a switch is called stays, whether it is pressed or not; what a press would do is beside it.
    let muted = head.muted;
    let mute_label = i18n.text(if muted {
        "thread-unmute"
    } else {
        "thread-mute"
    });
    let onmute = set_mute.reform(move |_: MouseEvent| SetMute {
        incident_id,
        muted: !muted,
    });
    let flagged = head.flagged;
    let flag_label = i18n.text(if flagged {
        "thread-mark-read"
    } else {
        "thread-mark-unread"
    });
    html! {
        <header class="thread-head">
            <BackButton onclick={props.on_back.clone()} />
            { category }
            <div class="thread-title">
                <h2>{ &head.title }</h2>
                <p class="quiet">
                    <span>{ &head.place }</span>
                    <span class="thread-people" title={participants_with_roles(&i18n, head)}>
                        <Glyph icon={LuUsers} size={14} /><span>{ participants(&i18n, head) }</span>
                    </span>
                    if head.unsent {
                        <span class="chip" data-mark="waiting">
                            <Glyph icon={LuCloudUpload} size={13} />{ i18n.text("thread-unsent") }
                        </span>
                    }
                </p>
            </div>
            <div class="thread-tools">
                { status }
                { priority }
                <CopyLinkButton {incident_id} />
                <button
                    type="button" class="icon-button" title={mute_label} aria-label={i18n.text("thread-mute")}
                    aria-pressed={muted.to_string()} data-testid="mute" onclick={onmute}
                >
                    <Glyph icon={if muted { LuBellOff } else { LuBell }} />
                </button>
                <button
                    type="button" class="icon-button" title={flag_label} aria-label={i18n.text("thread-mark-unread")}
                    aria-pressed={flagged.to_string()} data-testid="flag-unread"
                    onclick={props.on_flag.reform(move |_: MouseEvent| !flagged)}
                >
                    <Glyph icon={if flagged { LuMail } else { LuMailOpen }} />
                </button>
            </div>
        </header>
    }
}
