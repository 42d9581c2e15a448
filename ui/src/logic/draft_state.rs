//! What is being written on one incident, and what happens to it.

use palier_bridge::{
    CommandError,
    view::{AttachmentView, Draft},
};
use std::rc::Rc;
use yew::Reducible;

/// A draft as the composer shows it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DraftState {
    /// The text as typed.
    pub text: Rc<str>,
    /// It is a note among owners.
    pub note: bool,
    /// Its files.
    pub attachments: Rc<Vec<AttachmentView>>,
    /// Files that were just refused.
    pub refused: Rc<Vec<CommandError>>,
    /// Why the last thing asked of the draft did not happen.
    pub error: Option<CommandError>,
    /// Why the words are not saved.
    pub not_saved: Option<CommandError>,
    /// So many changes of its files are under way: a picker is open, files are being copied.
    pub under_way: u32,
    /// A file was dropped or pasted into a note, which carries none.
    pub no_files_in_notes: bool,
    /// The core's draft has been taken over.
    pub known: bool,
    /// What was sent last: a page that was read before shows it as the draft once more.
    pub sent: Rc<str>,
    /// How often a ticket was taken back to be written on: each time the keyboard comes along.
    pub taken_back: u32,
}

impl DraftState {
    /// Whether the core's draft replaces what is here: the first time, and when it put something
    /// into an empty composer (a ticket that was changed too late comes back as a draft).
    pub fn gives_way_to(&self, draft: &Draft, unsaved: bool) -> bool {
        let put_in = self.text.is_empty()
            && !draft.message.is_empty()
            && draft.message.trim_end() != self.sent.trim_end();
        !unsaved && self.under_way == 0 && (!self.known || put_in)
    }
}

/// What happens to a draft.
#[derive(Debug)]
pub enum DraftChange {
    /// The person typed.
    Typed(Rc<str>),
    /// It shall be a note among owners, or a message.
    Note(bool),
    /// The core answered a whole draft.
    Took(Draft),
    /// A ticket was taken back, and is the draft now.
    TookBack(Draft),
    /// The core told which files there are.
    Refreshed(Vec<AttachmentView>),
    /// The core answered a change of the files.
    Files(Draft),
    /// A change of the files was refused.
    FilesFailed(CommandError),
    /// A file was dropped or pasted into a note.
    FileForNote,
    /// It was sent.
    Cleared,
    /// Sending was refused: what was sent comes back.
    Restored(Rc<str>, Rc<Vec<AttachmentView>>, CommandError),
    /// The files are about to change: a picker opens, something was dropped.
    FilesAsked,
    /// Something asked of the draft was refused.
    Failed(CommandError),
    /// The words could not be saved.
    NotSaved(CommandError),
    /// The words are saved.
    Saved,
    /// The reasons were read.
    Dismissed,
}

impl Reducible for DraftState {
    type Action = DraftChange;

    fn reduce(self: Rc<Self>, change: DraftChange) -> Rc<Self> {
        let mut next = (*self).clone();
        match change {
            DraftChange::Typed(text) => {
                next.text = text;
                next.error = None;
            }
            DraftChange::Note(note) => {
                next.note = note;
                next.error = None;
                next.no_files_in_notes = false;
            }
            DraftChange::Took(draft) => {
                next = Self {
                    text: draft.message.into(),
                    note: draft.note,
                    attachments: Rc::new(draft.attachments),
                    refused: Rc::new(draft.refused),
                    known: true,
                    sent: next.sent,
                    taken_back: next.taken_back,
                    under_way: next.under_way,
                    ..Self::default()
                };
            }
            DraftChange::TookBack(draft) => {
                next.taken_back += 1;
                return Rc::new(next).reduce(DraftChange::Took(draft));
            }
            DraftChange::Refreshed(attachments) => next.attachments = Rc::new(attachments),
            DraftChange::Files(draft) => {
                // Not the text: what is typed here is newer than the reply's.
                next.attachments = Rc::new(draft.attachments);
                if !draft.refused.is_empty() {
                    let all = next.refused.iter().cloned().chain(draft.refused);
                    next.refused = Rc::new(all.collect());
                }
                next.under_way = next.under_way.saturating_sub(1);
            }
            DraftChange::FilesFailed(error) => {
                next.under_way = next.under_way.saturating_sub(1);
                next.error = Some(error);
            }
            DraftChange::FileForNote => next.no_files_in_notes = true,
            DraftChange::Cleared => {
                next = Self {
                    known: true,
                    sent: next.text,
                    // The next words are for the same readers until the person says otherwise: a
                    // note that is taken for a message does more harm than the other way round.
                    note: next.note,
                    taken_back: next.taken_back,
                    under_way: next.under_way,
                    ..Self::default()
                };
            }
            DraftChange::Restored(text, attachments, error) => {
                // Whatever was typed meanwhile goes on below.
                let both = [&*text, &*next.text].map(str::trim_end);
                let joined = both.join("\n\n");
                next.text = if next.text.is_empty() {
                    text
                } else {
                    joined.into()
                };
                next.attachments = attachments;
                next.error = Some(error);
            }
            DraftChange::FilesAsked => {
                // What was refused of those that are still under way is not forgotten with the old.
                if next.under_way == 0 {
                    next.refused = Rc::default();
                }
                next.under_way += 1;
            }
            DraftChange::Failed(error) => next.error = Some(error),
            DraftChange::NotSaved(error) => next.not_saved = Some(error),
            DraftChange::Saved => next.not_saved = None,
            DraftChange::Dismissed => {
                next.not_saved = None;
                next.no_files_in_notes = false;
                next.refused = Rc::default();
                next.error = None;
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(start: DraftState, change: DraftChange) -> DraftState {
        (*Rc::new(start).reduce(change)).clone()
    }

    #[test]
    fn a_refused_send_gives_everything_back_and_keeps_what_was_typed_meanwhile() {
        let typed = DraftState {
            text: "et aussi".into(),
            ..DraftState::default()
        };
        let back = DraftChange::Restored("Bonjour".into(), Rc::default(), CommandError::DiskFull);
        let state = after(typed, back);
        assert_eq!(&*state.text, "Bonjour\n\net aussi");
        assert_eq!(state.error, Some(CommandError::DiskFull));
        let back = DraftChange::Restored("Bonjour ".into(), Rc::default(), CommandError::DiskFull);
        assert_eq!(&*after(DraftState::default(), back).text, "Bonjour ");
    }

    #[test]
    fn what_is_typed_while_the_picker_is_open_stays() {
        let typed = DraftState {
            text: "nouveau".into(),
            under_way: 1,
            ..DraftState::default()
        };
        let reply = Draft {
            message: "ancien".to_owned(),
            ..Draft::default()
        };
        let state = after(typed, DraftChange::Files(reply));
        assert_eq!(&*state.text, "nouveau");
        assert_eq!(state.under_way, 0);
    }

    #[test]
    fn the_cores_draft_comes_in_once_and_into_an_empty_composer() {
        let draft = Draft {
            message: "Bonjour".to_owned(),
            ..Draft::default()
        };
        assert!(DraftState::default().gives_way_to(&draft, false));
        assert!(!DraftState::default().gives_way_to(&draft, true));
        let typed = after(DraftState::default(), DraftChange::Took(Draft::default()));
        assert!(typed.gives_way_to(&draft, false), "put in by the core");
        let typed = after(typed, DraftChange::Typed("Bonjour".into()));
        assert!(!typed.gives_way_to(&draft, false), "typed here");
        let sent = after(typed, DraftChange::Cleared);
        assert!(!sent.gives_way_to(&draft, false), "just sent");
    }

    #[test]
    fn after_a_note_comes_a_note_until_the_person_says_otherwise() {
        let noting = after(DraftState::default(), DraftChange::Note(true));
        let sent = after(noting, DraftChange::Cleared);
        assert!(sent.note);
        assert!(!after(sent, DraftChange::Note(false)).note);
        let taken_back = Draft {
            note: true,
            ..Draft::default()
        };
        assert!(after(DraftState::default(), DraftChange::Took(taken_back)).note);
    }

    #[test]
    fn each_ticket_that_is_taken_back_brings_the_keyboard_along_and_nothing_else_does() {
        let back = || DraftChange::TookBack(Draft::default());
        let state = after(DraftState::default(), DraftChange::Took(Draft::default()));
        assert_eq!(state.taken_back, 0);
        let state = after(after(state, back()), DraftChange::Cleared);
        assert_eq!(state.taken_back, 1);
        assert_eq!(after(state, back()).taken_back, 2);
    }

    #[test]
    fn picking_again_forgets_the_old_refusals() {
        let refused = Rc::new(vec![CommandError::DiskFull]);
        let state = after(
            DraftState {
                refused,
                ..DraftState::default()
            },
            DraftChange::FilesAsked,
        );
        assert!(state.refused.is_empty());
    }

    #[test]
    fn files_are_under_way_until_the_last_of_them_is_there() {
        let asked = || DraftChange::FilesAsked;
        let state = after(after(DraftState::default(), asked()), asked());
        let refused = Draft {
            refused: vec![CommandError::DiskFull],
            ..Draft::default()
        };
        let state = after(state, DraftChange::Files(refused));
        let state = after(state, DraftChange::Failed(CommandError::DiskFull));
        assert_eq!(state.under_way, 1, "a draft that is not saved is no file");
        let state = after(state, DraftChange::Took(Draft::default()));
        assert_eq!(state.under_way, 1, "and a draft that came back neither");
        let state = after(state, asked());
        let state = after(state, DraftChange::FilesFailed(CommandError::DiskFull));
        let state = after(state, DraftChange::Files(Draft::default()));
        assert_eq!(state.under_way, 0);
    }

    #[test]
    fn who_drops_a_file_into_a_note_is_told_until_it_is_a_message() {
        let noting = after(DraftState::default(), DraftChange::Note(true));
        let told = after(noting, DraftChange::FileForNote);
        assert!(told.no_files_in_notes);
        assert!(!after(told.clone(), DraftChange::Note(false)).no_files_in_notes);
        assert!(!after(told, DraftChange::Dismissed).no_files_in_notes);
    }
}
