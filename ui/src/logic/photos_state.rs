//! The files of an incident that is being described, and what happens to them.

use palier_bridge::{
    CommandError,
    view::{AttachmentView, Draft},
};
use palier_domain::IncidentId;
use std::rc::Rc;
use yew::Reducible;

/// What the dialog shows of them.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PhotosState {
    /// The incident, once something was attached.
    pub incident_id: Option<IncidentId>,
    /// The files.
    pub files: Rc<Vec<AttachmentView>>,
    /// Files that were just refused, each with its reason.
    pub refused: Rc<Vec<CommandError>>,
    /// So many changes of them are under way: a picker is open, files are being copied.
    pub under_way: u32,
}

/// What happens to them.
#[derive(Debug)]
pub enum PhotosChange {
    /// They are about to change.
    Asked,
    /// The incident has been begun: there is something to attach them to.
    Begun(IncidentId),
    /// A change ended, well or not.
    Ended(Result<Draft, CommandError>),
}

impl Reducible for PhotosState {
    type Action = PhotosChange;

    fn reduce(self: Rc<Self>, change: PhotosChange) -> Rc<Self> {
        let mut next = (*self).clone();
        match change {
            PhotosChange::Asked => {
                // What was refused of those that are still under way is not forgotten with the old.
                if next.under_way == 0 {
                    next.refused = Rc::default();
                }
                next.under_way += 1;
            }
            PhotosChange::Begun(id) => next.incident_id = Some(id),
            PhotosChange::Ended(ended) => {
                next.under_way = next.under_way.saturating_sub(1);
                let refused = match ended {
                    Ok(draft) => {
                        next.files = Rc::new(draft.attachments);
                        draft.refused
                    }
                    Err(error) => vec![error],
                };
                if !refused.is_empty() {
                    next.refused = Rc::new(next.refused.iter().cloned().chain(refused).collect());
                }
            }
        }
        Rc::new(next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_drops_are_both_awaited_and_all_that_is_refused_is_said() {
        let after = |state: PhotosState, change| (*Rc::new(state).reduce(change)).clone();
        let state = after(PhotosState::default(), PhotosChange::Asked);
        let state = after(state, PhotosChange::Asked);
        let full = PhotosChange::Ended(Err(CommandError::DiskFull));
        let state = after(state, full);
        assert_eq!(state.under_way, 1);
        let refused = Draft {
            refused: vec![CommandError::SignedOut],
            ..Draft::default()
        };
        let state = after(state, PhotosChange::Ended(Ok(refused)));
        assert_eq!((state.under_way, state.refused.len()), (0, 2));
        let state = after(state, PhotosChange::Asked);
        assert!(state.refused.is_empty());
    }
}
