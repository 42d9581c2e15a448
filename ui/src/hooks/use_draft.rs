//! What is being written on one incident, saved as it is typed.

use super::{
    draft_saver::{Saver, SharedSaver},
    use_app_event,
};
use crate::{
    backend::BackendHandle,
    context::{use_account, use_announce, use_backend, use_saving, use_unsaved_drafts},
    logic::{
        draft_state::{DraftChange, DraftState},
        unsaved_drafts::Words,
    },
};
use gloo::{
    events::EventListener,
    utils::{document, window},
};
use palier_bridge::{
    AppEvent, CommandError,
    request::{AttachDropped, PasteImage, PickAttachments, RemoveAttachment},
    view::{AttachmentView, Draft},
};
use palier_domain::{AttachmentId, IncidentId};
use std::{cell::RefCell, future::Future, rc::Rc};
use yew::{platform::spawn_local, prelude::*};

/// Text rests so long before it is saved.
const DEBOUNCE_MS: u32 = 200;

/// The draft of one incident.
#[derive(Clone)]
pub struct DraftHandle {
    state: UseReducerHandle<DraftState>,
    saver: SharedSaver,
}

impl PartialEq for DraftHandle {
    fn eq(&self, other: &Self) -> bool {
        self.state == other.state && Rc::ptr_eq(&self.saver, &other.saver)
    }
}

impl DraftHandle {
    /// The text.
    pub fn text(&self) -> Rc<str> {
        self.state.text.clone()
    }

    /// Its files.
    pub fn attachments(&self) -> Rc<Vec<AttachmentView>> {
        self.state.attachments.clone()
    }

    /// Files that were just refused, each with its reason.
    pub fn refused(&self) -> Rc<Vec<CommandError>> {
        self.state.refused.clone()
    }

    /// Why the last thing asked of the draft did not happen.
    pub fn error(&self) -> Option<CommandError> {
        self.state.error.clone()
    }

    /// Why the words are not saved; they are tried again until they are.
    pub fn not_saved(&self) -> Option<CommandError> {
        self.state.not_saved.clone()
    }

    /// A picker is open, or files are being copied: what is sent now would leave without them.
    pub fn files_under_way(&self) -> bool {
        self.state.under_way > 0
    }

    /// A file was dropped or pasted into a note.
    pub fn no_files_in_notes(&self) -> bool {
        self.state.no_files_in_notes
    }

    /// Lets the person know that a note carries no files.
    pub fn refuse_file_for_note(&self) {
        self.state.dispatch(DraftChange::FileForNote);
    }

    /// The person typed.
    pub fn edit(&self, text: String) {
        let text: Rc<str> = text.into();
        self.state.dispatch(DraftChange::Typed(text.clone()));
        let note = self.state.note;
        self.saver.borrow_mut().owe(Some(Words { text, note }));
        Saver::later(&self.saver, DEBOUNCE_MS);
    }

    /// It is a note among owners.
    pub fn note(&self) -> bool {
        self.state.note
    }

    /// It shall be a note among owners, or a message.
    pub fn set_note(&self, note: bool) {
        self.state.dispatch(DraftChange::Note(note));
        // With its words at once: a note must not come back as a message after a crash.
        let text = self.text();
        self.saver.borrow_mut().owe(Some(Words { text, note }));
        self.flush();
    }

    /// Takes over what the core has, where nothing newer is here.
    fn load(&self, draft: &Draft) {
        let mut saver = self.saver.borrow_mut();
        if !self.state.gives_way_to(draft, saver.is_unsaved()) {
            if self.state.under_way == 0 {
                let files = draft.attachments.clone();
                self.state.dispatch(DraftChange::Refreshed(files));
            }
            return;
        }
        self.state.dispatch(DraftChange::Took(draft.clone()));
        // Words that could not be saved when they were left are newer than what the core has.
        if let Some(words) = saver.kept.take((saver.author, saver.incident_id)) {
            self.state.dispatch(DraftChange::Note(words.note));
            self.state.dispatch(DraftChange::Typed(words.text.clone()));
            saver.owe(Some(words));
            drop(saver);
            self.flush();
        }
    }

    /// Saves what is not saved yet, at once.
    pub fn flush(&self) {
        Saver::flush(&self.saver);
    }

    /// Opens the picker.
    pub fn pick(&self) {
        let request = PickAttachments {
            incident_id: self.saver.borrow().incident_id,
        };
        self.change_files(move |backend| async move { backend.call(request).await });
    }

    /// Takes what was dropped on the window.
    pub fn take_dropped(&self) {
        let request = AttachDropped {
            incident_id: self.saver.borrow().incident_id,
        };
        self.change_files(move |backend| async move { backend.call(request).await });
    }

    /// Takes the picture from the clipboard.
    pub fn paste_image(&self) {
        let request = PasteImage {
            incident_id: self.saver.borrow().incident_id,
        };
        self.change_files(move |backend| async move { backend.call(request).await });
    }

    /// Takes a file out.
    pub fn remove(&self, attachment_id: AttachmentId) {
        let incident_id = self.saver.borrow().incident_id;
        let request = RemoveAttachment {
            incident_id,
            attachment_id,
        };
        self.change_files(move |backend| async move { backend.call(request).await });
    }

    /// Lets the person know that the reasons were read.
    pub fn dismiss(&self) {
        self.state.dispatch(DraftChange::Dismissed);
    }

    /// Sends text and files with `send`: the composer is empty at once, and gets everything back
    /// when sending is refused.
    pub fn send<F>(&self, send: impl FnOnce(String, bool) -> F + 'static)
    where
        F: Future<Output = Result<(), CommandError>> + 'static,
    {
        let (text, attachments, note) = (self.text(), self.attachments(), self.note());
        let mut saver = self.saver.borrow_mut();
        saver.owe(None);
        self.state.dispatch(DraftChange::Cleared);
        let state = self.state.clone();
        saver.queue.push(async move {
            if let Err(error) = send(text.to_string(), note).await {
                state.dispatch(DraftChange::Restored(text, attachments, error));
            }
        });
    }

    /// Replaces the draft by what `fetch` answers: a ticket that was taken back.
    pub fn replace<F>(&self, fetch: impl FnOnce(BackendHandle) -> F + 'static)
    where
        F: Future<Output = Result<Draft, CommandError>> + 'static,
    {
        self.flush();
        let state = self.state.clone();
        let saver = self.saver.borrow();
        let backend = saver.backend.clone();
        saver.queue.push(async move {
            match fetch(backend).await {
                Ok(draft) => state.dispatch(DraftChange::TookBack(draft)),
                Err(error) => state.dispatch(DraftChange::Failed(error)),
            }
        });
    }

    /// How often a ticket was taken back to be written on.
    pub fn taken_back(&self) -> u32 {
        self.state.taken_back
    }

    /// Asks for a change of the files. Not through the queue: the picker may stay open for long,
    /// and what is typed meanwhile must be saved.
    fn change_files<F>(&self, ask: impl FnOnce(BackendHandle) -> F)
    where
        F: Future<Output = Result<Draft, CommandError>> + 'static,
    {
        let state = self.state.clone();
        state.dispatch(DraftChange::FilesAsked);
        let reply = ask(self.saver.borrow().backend.clone());
        spawn_local(async move {
            match reply.await {
                Ok(draft) => state.dispatch(DraftChange::Files(draft)),
                Err(error) => state.dispatch(DraftChange::FilesFailed(error)),
            }
        });
    }
}

/// Where a thread finds the draft of its composer, without being drawn again as it is typed.
#[derive(Clone, Default)]
pub struct DraftSlot(Rc<RefCell<Option<DraftHandle>>>);

impl DraftSlot {
    /// The composer's newest handle.
    pub(crate) fn put(&self, draft: DraftHandle) {
        self.0.replace(Some(draft));
    }

    /// Acts on the draft; does nothing before there is one.
    pub fn with(&self, act: impl FnOnce(&DraftHandle)) {
        // A copy: acting draws the composer again, which puts a newer one.
        let draft = self.0.borrow().clone();
        if let Some(draft) = draft {
            act(&draft);
        }
    }
}

impl PartialEq for DraftSlot {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// The draft of `incident_id`. `loaded` is what the core has, once it is known; the text is taken
/// over the first time only, because afterwards what is typed here is newer.
///
/// The component that uses it is keyed by the incident, so that every incident has its own.
#[hook]
pub fn use_draft(incident_id: IncidentId, loaded: Option<Rc<Draft>>) -> DraftHandle {
    let (backend, queue, kept) = (use_backend(), use_saving(), use_unsaved_drafts());
    let author = use_account().map(|account| account.user_id);
    let announce = use_announce();
    let state = use_reducer_eq(DraftState::default);
    let saver = {
        let told = state.dispatcher();
        use_mut_ref(move || Saver {
            backend,
            queue,
            incident_id,
            unsaved: None,
            version: 0,
            timer: None,
            saving: 0,
            told,
            kept,
            author,
            announce,
            gone: false,
        })
    };
    let handle = DraftHandle {
        state: state.clone(),
        saver: saver.clone(),
    };
    {
        let handle = handle.clone();
        use_effect_with(loaded, move |loaded| {
            if let Some(draft) = loaded {
                handle.load(draft);
            }
        });
    }
    {
        let handle = handle.clone();
        use_app_event(move |event| {
            if event == AppEvent::Leaving {
                handle.flush();
            }
        });
    }
    // The window may go without a word, and the debounce is short.
    use_effect_with((), move |()| {
        let flush = {
            let saver = saver.clone();
            move |_: &web_sys::Event| Saver::flush(&saver)
        };
        let listeners = [
            EventListener::new(&window(), "blur", flush.clone()),
            EventListener::new(&window(), "pagehide", flush.clone()),
            EventListener::new(&document(), "visibilitychange", flush),
        ];
        move || {
            drop(listeners);
            saver.borrow_mut().gone = true;
            Saver::flush(&saver);
        }
    });
    handle
}
