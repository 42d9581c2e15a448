//! The box under a thread. Saving, sending and retrying live in
//! [`use_draft`](crate::hooks::use_draft).

use super::{ComposerFiles, Glyph};
use crate::{
    context::{use_i18n, use_settings},
    hooks::{DraftHandle, use_app_event, use_hotkey},
    logic::{
        message_length::{Room, room},
        pasting::pastes_words,
    },
};
use gloo::{
    events::EventListener,
    utils::{document, window},
};
use icondata_lu::{LuLock, LuPaperclip, LuSendHorizontal, LuTriangleAlert};
use palier_bridge::AppEvent;
use palier_domain::{MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS, TicketId, TicketText};
use palier_i18n::size::format_bytes;
use web_sys::{HtmlElement, HtmlTextAreaElement};
use yew::prelude::*;

/// Properties of [`TicketComposer`].
#[derive(PartialEq, Properties)]
pub struct TicketComposerProps {
    /// What is being written.
    pub draft: DraftHandle,
    /// It should be sent.
    pub on_send: Callback<()>,
    /// The person may write notes among owners.
    pub may_note: bool,
    /// The person asked to answer this ticket: the keyboard comes here.
    #[prop_or_default]
    pub reply_to: Option<TicketId>,
    /// The field for the words.
    pub area: NodeRef,
}

/// Words, files, and the button that sends them.
#[component]
pub fn TicketComposer(props: &TicketComposerProps) -> Html {
    let i18n = use_i18n();
    let settings = use_settings();
    let draft = &props.draft;
    let (text, files) = (draft.text(), draft.attachments());
    let has_files = !files.is_empty();
    let node = props.area.clone();
    {
        let node = node.clone();
        use_effect_with(text.clone(), move |_| {
            if let Some(area) = node.cast::<HtmlElement>() {
                fit(&area);
            }
        });
    }
    {
        // Another width makes other lines of the same words.
        let node = node.clone();
        use_effect_with((), move |()| {
            let resizing = EventListener::new(&window(), "resize", move |_| {
                if let Some(area) = node.cast::<HtmlElement>() {
                    fit(&area);
                }
            });
            move || drop(resizing)
        });
    }
    {
        let node = node.clone();
        // Taken back, words are there to be written on.
        let asked = (props.reply_to, draft.taken_back());
        use_effect_with(asked, move |asked| {
            if let (true, Some(area)) = (*asked != (None, 0), node.cast::<HtmlElement>()) {
                let _ = area.focus();
            }
        });
    }
    {
        let node = node.clone();
        use_hotkey(move |event| {
            let asked =
                matches!(event.key().as_str(), "r" | "R") && !event.ctrl_key() && !event.meta_key();
            if let (true, Some(area)) = (asked, node.cast::<HtmlElement>()) {
                let _ = area.focus();
            }
            asked
        });
    }
    let note = props.may_note && draft.note();
    let carried = if note { 0 } else { files.len() };
    let ready = TicketText::parse(&text, carried).is_ok() && !draft.files_under_way();
    let toggle_note = {
        let node = node.clone();
        use_callback(draft.clone(), move |_: MouseEvent, draft| {
            draft.set_note(!draft.note());
            if let Some(area) = node.cast::<HtmlElement>() {
                let _ = area.focus();
            }
        })
    };
    let oninput = use_callback(draft.clone(), |event: InputEvent, draft| {
        let area = event.target_unchecked_into::<HtmlTextAreaElement>();
        // At once: the effect comes after the browser has painted.
        fit(&area);
        draft.edit(area.value());
    });
    let onblur = use_callback(draft.clone(), |_: FocusEvent, draft| draft.flush());
    let send = {
        let (on_send, node) = (props.on_send.clone(), node.clone());
        Callback::from(move |()| {
            if ready {
                on_send.emit(());
                if let Some(area) = node.cast::<HtmlElement>() {
                    let _ = area.focus();
                }
            }
        })
    };
    let onkeydown = {
        let (send, enter_sends) = (send.clone(), settings.enter_sends);
        Callback::from(move |event: KeyboardEvent| {
            let key = event.key();
            if key == "Escape" {
                event.prevent_default();
                let _ = event.target_unchecked_into::<HtmlElement>().blur();
            }
            // While an accent or a word is being composed, Enter belongs to the composing.
            if key != "Enter" || event.is_composing() {
                return;
            }
            let with_key = event.ctrl_key() || event.meta_key();
            if with_key || (enter_sends && !event.shift_key()) {
                event.prevent_default();
                send.emit(());
            }
        })
    };
    let over = use_state_eq(|| false);
    {
        let (over, draft) = (over.setter(), draft.clone());
        use_app_event(move |event| match event {
            AppEvent::FilesOver { over: are } => over.set(are),
            // What is dropped on a dialog is not for the thread behind it.
            AppEvent::FilesDropped if a_dialog_is_open() => {}
            AppEvent::FilesDropped if note => draft.refuse_file_for_note(),
            AppEvent::FilesDropped => draft.take_dropped(),
            _ => {}
        });
    }
    // Words are pasted by the field itself; a picture has none.
    let onpaste = use_callback((draft.clone(), note), |event: Event, (draft, note)| {
        if pastes_words(&event) {
            return;
        }
        event.prevent_default();
        if *note {
            draft.refuse_file_for_note();
        } else {
            draft.paste_image();
        }
    });
    let pick = use_callback(draft.clone(), |_: MouseEvent, draft| draft.pick());
    let onremove = use_callback(draft.clone(), |id, draft| draft.remove(id));
    let dismiss = use_callback(draft.clone(), |_: MouseEvent, draft| draft.dismiss());

    let room = room(&text);
    let size = format_bytes(i18n.language(), MAX_ATTACHMENT_BYTES);
    let limits = [("limit", MAX_ATTACHMENTS.into()), ("size", size.into())];
    let send_hint = i18n.text(if settings.enter_sends {
        "composer-send-hint-enter"
    } else {
        "composer-send-hint-ctrl"
    });
    let refused = draft.refused();
    let (error, not_saved) = (draft.error(), draft.not_saved());
    let no_files_in_notes = note && draft.no_files_in_notes();
    let too_long = matches!(room, Room::TooMany(_));
    html! {
        <div class="composer" data-testid="composer" data-note={note.to_string()} data-over={over.to_string()}>
            if *over && !note {
                <p class="composer-drop" aria-hidden="true">{ i18n.text("composer-drop") }</p>
            }
            if error.is_some() || not_saved.is_some() || !refused.is_empty() || no_files_in_notes {
                <div class="composer-trouble" role="alert" data-testid="composer-error">
                    <Glyph icon={LuTriangleAlert} size={16} />
                    <ul>
                        if no_files_in_notes { <li>{ i18n.text("composer-note-no-files") }</li> }
                        { for error.iter().chain(not_saved.iter()).chain(refused.iter()).map(|error| html! { <li>{ i18n.error(error) }</li> }) }
                    </ul>
                    <button type="button" class="button small" onclick={dismiss}>{ i18n.text("composer-refused-dismiss") }</button>
                </div>
            }
            if note {
                <p class="composer-note" role="status">
                    <Glyph icon={LuLock} size={14} />{ i18n.text("composer-note-on") }
                </p>
            }
            <div class="composer-box">
                <ComposerFiles {files} {onremove} />
                <div class="composer-row">
                    <button
                        type="button" class="icon-button" data-testid="composer-attach" onclick={pick}
                        disabled={note || draft.files_under_way() || draft.attachments().len() >= MAX_ATTACHMENTS}
                        aria-label={i18n.text("composer-attach")} title={i18n.format("composer-attach-hint", &limits)}
                    >
                        <Glyph icon={LuPaperclip} size={20} />
                    </button>
                    if props.may_note {
                        <button
                            type="button" class="icon-button" data-testid="composer-note" onclick={toggle_note}
                            aria-pressed={note.to_string()} disabled={(has_files || draft.files_under_way()) && !note}
                            aria-label={i18n.text("composer-note")}
                            title={i18n.text(if has_files && !note { "composer-note-no-files" } else { "composer-note" })}
                        >
                            <Glyph icon={LuLock} size={18} />
                        </button>
                    }
                    <textarea
                        ref={node} data-testid="composer-input" rows="1" value={text.to_string()}
                        placeholder={i18n.text(if note { "composer-note-placeholder" } else { "composer-placeholder" })} aria-label={i18n.text("composer-label")}
                        aria-invalid={too_long.then_some("true")} aria-describedby="composer-hint"
                        {oninput} {onblur} {onkeydown} {onpaste}
                    />
                    <button
                        type="button" class="button primary composer-send" data-testid="composer-send" disabled={!ready}
                        title={send_hint.clone()} onclick={send.reform(|_: MouseEvent| ())}
                    >
                        <Glyph icon={LuSendHorizontal} size={17} /><span>{ i18n.text(if note { "composer-note-send" } else { "send" }) }</span>
                    </button>
                </div>
            </div>
            <p class="composer-hint" id="composer-hint" aria-live="polite">
                { match room {
                    Room::Plenty => html! { <><span>{ send_hint }</span><span>{ i18n.format("composer-limits", &limits) }</span></> },
                    Room::Left(left) => html! { <span class="composer-left">{ i18n.format("composer-left", &[("count", left.into())]) }</span> },
                    Room::TooMany(many) => html! {
                        <span class="field-error" data-testid="composer-too-long">
                            <Glyph icon={LuTriangleAlert} size={15} />{ i18n.format("composer-too-long", &[("count", many.into())]) }
                        </span>
                    },
                } }
            </p>
        </div>
    }
}

fn a_dialog_is_open() -> bool {
    let open = document().query_selector("dialog[open]");
    open.is_ok_and(|dialog| dialog.is_some())
}

/// Makes the field as high as its words, up to what the style sheet allows.
fn fit(area: &HtmlElement) {
    let style = area.style();
    let _ = style.set_property("height", "auto");
    let _ = style.set_property("height", &format!("{}px", area.scroll_height()));
}
