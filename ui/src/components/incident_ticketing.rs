//! The thread of an incident: `IncidentTicketing`.

use super::{
    BackButton, DiscardDialog, EmptyState, Glyph, ImageViewer, RepairQuestion, SystemTicket,
    ThreadComposer, ThreadHead, ThreadOpening, ThreadSkeleton, TicketRun,
    ticket_acts::use_ticket_acts,
};
use crate::{
    clock::{local, now},
    context::use_i18n,
    hooks::{
        DraftSlot, FocusReport, IncidentTicketingHandle, IncidentTicketingOptions, use_hotkey,
        use_incident_ticketing, use_kept_keyboard, use_read_marker, use_send, use_thread_scroll,
        use_window_focus,
    },
    logic::grouping::{Block, days},
};
use icondata_lu::{LuArrowDown, LuInfo, LuMessageSquare, LuOctagonAlert};
use palier_bridge::{
    request::{DiscardTicket, MarkNotesRead, SetUnreadFlag},
    view::Account,
};
use palier_domain::{AttachmentId, IncidentId, TicketId};
use std::rc::Rc;
use yew::prelude::*;

/// Properties of [`IncidentTicketing`].
#[derive(PartialEq, Properties)]
pub struct IncidentTicketingProps {
    /// Which incident. Key the component by it, so that each has a state of its own.
    pub incident_id: IncidentId,
    /// Who is reading and writing.
    pub current_user: Rc<Account>,
    /// A ticket was put into the outbox.
    #[prop_or_default]
    pub on_ticket_sent: Callback<()>,
    /// The ticket to open at, instead of where reading stopped.
    #[prop_or_default]
    pub ticket_id: Option<TicketId>,
    /// The keyboard goes to where the answer is written.
    #[prop_or_default]
    pub reply: bool,
    /// That ticket's number, where it is known: pages are read back to it.
    #[prop_or_default]
    pub ticket_n: Option<u64>,
    /// Back to the list, where it is not beside the thread.
    #[prop_or_default]
    pub on_back: Callback<()>,
}

/// A thread with everything that can be done in it.
///
/// ```no_run
/// use palier_bridge::view::Account;
/// use palier_domain::IncidentId;
/// use palier_ui::components::IncidentTicketing;
/// use std::rc::Rc;
/// use yew::prelude::*;
///
/// #[derive(PartialEq, Properties)]
/// struct IncidentPageProps {
///     incident_id: IncidentId,
///     current_user: Rc<Account>,
///     load_incident_data: Callback<()>,
/// }
///
/// #[component]
/// fn IncidentPage(props: &IncidentPageProps) -> Html {
///     html! {
///         <IncidentTicketing
///             incident_id={props.incident_id}
///             current_user={props.current_user.clone()}
///             on_ticket_sent={props.load_incident_data.clone()}
///         />
///     }
/// }
/// ```
#[component]
pub fn IncidentTicketing(props: &IncidentTicketingProps) -> Html {
    let i18n = use_i18n();
    let incident_id = props.incident_id;
    let ticketing = use_incident_ticketing(&IncidentTicketingOptions {
        incident_id,
        current_user: props.current_user.clone(),
        auto_refresh: true,
    });
    let IncidentTicketingHandle {
        thread,
        error,
        load_older,
        load_back,
        mark_read,
        reload,
        ..
    } = ticketing.clone();
    // The draft itself lives in the composer: typing must not draw the thread again.
    let draft = use_memo((), |()| DraftSlot::default());
    let (viewport, composer) = (use_node_ref(), use_node_ref());
    use_kept_keyboard(viewport.clone(), composer.clone(), thread.clone());
    let focused = use_window_focus();
    let scroll = use_thread_scroll(
        viewport.clone(),
        thread.clone(),
        props.ticket_id,
        load_older,
    );
    use_effect_with((thread.clone(), props.ticket_n), move |(thread, wanted)| {
        if let (Some(thread), Some(wanted)) = (thread, wanted)
            && thread.oldest_n().is_some_and(|oldest| oldest > *wanted)
        {
            load_back.emit(());
        }
    });
    let messages = thread.as_ref().map(|thread| thread.messages_to_read());
    use_read_marker(viewport.clone(), "data-n", messages, focused, mark_read);
    let notes = thread.as_ref().map(|thread| thread.notes_to_read());
    let mark_notes = use_send::<MarkNotesRead>().reform(move |up_to_m| MarkNotesRead {
        incident_id,
        up_to_m,
    });
    use_read_marker(viewport.clone(), "data-m", notes, focused, mark_notes);
    let discarding = use_state_eq(|| None::<(TicketId, bool)>);
    let viewing = use_state_eq(|| None::<AttachmentId>);

    let report = use_context::<FocusReport>();
    {
        let report = report.clone();
        use_effect_with(scroll.at_end, move |at_end| {
            if let Some(report) = report {
                report.shows(incident_id, *at_end);
            }
        });
    }
    use_effect_with((), move |()| {
        move || {
            if let Some(report) = report {
                report.leaves(incident_id);
            }
        }
    });

    let discard = use_send::<DiscardTicket>();
    let on_flag = use_send::<SetUnreadFlag>().reform(move |unread| SetUnreadFlag {
        incident_id,
        unread,
    });
    let asks = use_callback(
        discarding.setter(),
        |asked: (TicketId, bool), discarding| {
            discarding.set(Some(asked));
        },
    );
    let on_act = use_ticket_acts(thread.clone(), draft.clone(), asks);
    let view = use_callback(viewing.setter(), |id: AttachmentId, viewing| {
        viewing.set(Some(id));
    });
    let on_send = {
        let (draft, ticketing) = (draft.clone(), ticketing.clone());
        let sent = props.on_ticket_sent.clone();
        let to_end = scroll.to_end.clone();
        Callback::from(move |()| {
            let (send, sent) = (ticketing.send_ticket.clone(), sent.clone());
            let add_note = ticketing.add_note.clone();
            to_end.emit(());
            draft.with(|draft| {
                draft.send(move |text, note| async move {
                    match note {
                        true => add_note(text).await?,
                        false => send(text).await?,
                    }
                    sent.emit(());
                    Ok(())
                });
            });
        })
    };
    {
        let on_flag = on_flag.clone();
        use_hotkey(move |event| {
            let asked = matches!(event.key().as_str(), "u" | "U") && !event.ctrl_key();
            if asked {
                on_flag.emit(true);
            }
            asked
        });
    }

    let (Some(thread), Some(head)) = (&thread, thread.as_ref().and_then(|t| t.head.clone())) else {
        return match error {
            None => html! {
                <div class="thread">
                    <header class="thread-head alone"><BackButton onclick={props.on_back.clone()} /></header>
                    <ThreadSkeleton />
                </div>
            },
            Some(error) => html! {
                <EmptyState icon={LuOctagonAlert} title={i18n.text("thread-failed-title")} body={i18n.error(&error)}>
                    <button type="button" class="button" onclick={reload.reform(|_: MouseEvent| ())}>
                        { i18n.text("retry") }
                    </button>
                    <button type="button" class="button" onclick={props.on_back.reform(|_: MouseEvent| ())}>
                        { i18n.text("back") }
                    </button>
                </EmptyState>
            },
        };
    };

    let unread_when_opened = thread.unread(props.current_user.user_id, thread.divider_n);
    let divider = (unread_when_opened > 0).then_some(thread.divider_n);
    let today = local(now()).date();
    let draw = |block: Block| match block {
        Block::Unread => html! {
            <li key="unread" class="unread-divider" data-unread-divider="">
                <span>{ i18n.format("thread-unread-divider", &[("count", unread_when_opened.into())]) }</span>
            </li>
        },
        Block::System(entry) => {
            let key = entry.id.to_string();
            html! { <SystemTicket {key} {entry} on_act={on_act.clone()} /> }
        }
        Block::Run(run) => {
            let key = run
                .first()
                .map(|entry| entry.id.to_string())
                .unwrap_or_default();
            html! { <TicketRun {key} {run} on_act={on_act.clone()} on_view={view.clone()} /> }
        }
    };
    let drawn = days(&thread.entries, divider, |entry| local(entry.at));
    let drawn = drawn.into_iter().map(|(day, blocks)| {
        let said = i18n.day(day, today);
        html! {
            <li key={format!("day {day}")} class="day" aria-label={said.clone()}>
                <p class="day-mark" aria-hidden="true"><span>{ said }</span></p>
                <ol class="day-tickets">
                    { for blocks.into_iter().map(&draw) }
                </ol>
            </li>
        }
    });
    let nothing = thread.entries.is_empty();
    let close_discard = closing(&discarding);
    let close_view = closing(&viewing);
    html! {
        <section
            class="thread" data-testid="thread" data-incident-id={incident_id.to_string()}
            aria-label={i18n.format("thread-label", &[("title", head.title.as_str().into())])}
        >
            <ThreadHead
                head={head.clone()} on_back={props.on_back.clone()} {on_flag}
                refused={reload.clone()}
            />
            <div
                class="thread-scroll" ref={viewport} onscroll={scroll.onscroll.clone()} tabindex="0"
                role="log" aria-busy={ticketing.loading_older.to_string()}
                aria-label={i18n.format("thread-label", &[("title", head.title.as_str().into())])}
            >
                <ol class="tickets">
                    if thread.has_older {
                        <li key="older" class="older">{ i18n.text("thread-older") }</li>
                    } else {
                        <ThreadOpening key="opening" head={head.clone()} />
                    }
                    { for drawn }
                    if head.closed_meanwhile {
                        <li key="closed" class="closed-meanwhile" data-testid="closed-meanwhile">
                            <Glyph icon={LuInfo} />
                            <span>{ i18n.text("thread-closed-meanwhile") }</span>
                        </li>
                    }
                    if nothing {
                        <li key="nothing" class="nothing">
                            <Glyph icon={LuMessageSquare} />{ i18n.text("thread-empty") }
                        </li>
                    }
                </ol>
            </div>
            <div class="to-end-slot">
                if !scroll.at_end && !nothing {
                    <button
                        type="button" class="to-end" data-testid="to-end" data-below={scroll.below.to_string()}
                        onclick={scroll.to_end.reform(|_: MouseEvent| ())}
                    >
                        { i18n.format("thread-jump", &[("count", scroll.below.into())]) }
                        <Glyph icon={LuArrowDown} size={15} />
                    </button>
                }
            </div>
            <RepairQuestion head={head.clone()} refused={reload} />
            <ThreadComposer
                {incident_id} loaded={thread.draft.clone()} slot={(*draft).clone()} {on_send}
                may_write={head.may_write} may_note={head.may_note}
                reply_to={props.ticket_id.filter(|_| props.reply)} area={composer}
            />
            if let Some((ticket_id, attempted)) = *discarding {
                <DiscardDialog
                    {attempted}
                    onclose={close_discard}
                    onconfirm={discard.reform(move |()| DiscardTicket { ticket_id })}
                />
            }
            if let Some(first) = *viewing {
                <ImageViewer images={images(&thread.entries)} {first} onclose={close_view} />
            }
        </section>
    }
}

/// A callback that closes whatever is open.
fn closing<T: PartialEq + 'static>(state: &UseStateHandle<Option<T>>) -> Callback<()> {
    let setter = state.setter();
    Callback::from(move |()| setter.set(None))
}

/// Every picture of the thread, in order, for leafing through.
fn images(
    entries: &[Rc<palier_bridge::view::ThreadEntry>],
) -> Rc<Vec<palier_bridge::view::AttachmentView>> {
    let files = entries.iter().flat_map(|entry| &entry.attachments);
    Rc::new(
        files
            .filter(|file| file.media_type.is_image())
            .cloned()
            .collect(),
    )
}
