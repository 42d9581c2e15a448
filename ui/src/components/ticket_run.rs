//! What one person wrote in one go.

use super::{Avatar, TicketAct, TicketView};
use crate::{context::use_i18n, logic::delivery::shows_mark};
use palier_bridge::view::ThreadEntry;
use palier_domain::{AttachmentId, TicketId};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`TicketRun`].
#[derive(PartialEq, Properties)]
pub struct TicketRunProps {
    /// The tickets, of one author, oldest first; never empty.
    pub run: Vec<Rc<ThreadEntry>>,
    /// Something should be done with one.
    pub on_act: Callback<(TicketAct, TicketId)>,
    /// A picture should be shown large.
    pub on_view: Callback<AttachmentId>,
}

/// Messages of one author, with the name above foreign ones.
#[component]
pub fn TicketRun(props: &TicketRunProps) -> Html {
    let i18n = use_i18n();
    let Some(first) = props.run.first() else {
        return Html::default();
    };
    let mine = first.is_mine;
    let role = i18n.role(first.author_type);
    html! {
        <li class="run" data-mine={mine.to_string()}>
            if !mine {
                <Avatar name={first.author_name.clone()} />
            }
            <div class="run-body">
                if !mine {
                    <p class="run-author">{ &first.author_name }<span>{ role }</span></p>
                }
                { for props.run.iter().enumerate().map(|(index, entry)| {
                    let next = props.run.get(index + 1);
                    html! {
                        <TicketView
                            key={entry.id.to_string()}
                            entry={entry.clone()}
                            last={next.is_none()}
                            marked={shows_mark(entry, next.map(|next| &**next))}
                            on_act={props.on_act.clone()}
                            on_view={props.on_view.clone()}
                        />
                    }
                }) }
            </div>
        </li>
    }
}
