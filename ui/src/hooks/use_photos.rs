//! The files of an incident that is being described.

use crate::{backend::BackendHandle, context::use_backend};
use palier_bridge::{
    CommandError,
    request::{
        AttachDropped, BeginIncident, DiscardDraft, PasteImage, PickAttachments, RemoveAttachment,
    },
    view::{AttachmentView, Draft},
};
use palier_domain::{AttachmentId, IncidentId};
use std::rc::Rc;
use yew::{platform::spawn_local, prelude::*};

/// Where files come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhotosFrom {
    /// The system's picker.
    Picker,
    /// They were dropped on the window.
    Drop,
    /// A picture was copied somewhere.
    Clipboard,
}

/// Files attached so far. The incident is begun with the first one.
#[derive(Clone)]
pub struct Photos {
    /// The incident, once something was picked.
    pub incident_id: Option<IncidentId>,
    /// The files.
    pub files: Rc<Vec<AttachmentView>>,
    /// Files that were just refused, each with its reason.
    pub refused: Rc<Vec<CommandError>>,
    /// The picker is open, or files are being copied.
    pub picking: bool,
    backend: BackendHandle,
    state: UseStateSetter<State>,
}

#[derive(Clone, PartialEq, Default)]
struct State {
    incident_id: Option<IncidentId>,
    files: Rc<Vec<AttachmentView>>,
    refused: Rc<Vec<CommandError>>,
    picking: bool,
}

impl State {
    fn of(incident_id: IncidentId, draft: Draft) -> Self {
        Self {
            incident_id: Some(incident_id),
            files: Rc::new(draft.attachments),
            refused: Rc::new(draft.refused),
            picking: false,
        }
    }
}

impl Photos {
    fn now(&self) -> State {
        State {
            incident_id: self.incident_id,
            files: self.files.clone(),
            ..State::default()
        }
    }

    /// Attaches files.
    pub fn take(&self, from: PhotosFrom) {
        if self.picking {
            return;
        }
        let (backend, state, now) = (self.backend.clone(), self.state.clone(), self.now());
        state.set(State {
            picking: true,
            ..now.clone()
        });
        spawn_local(async move {
            let picked = async {
                let incident_id = match now.incident_id {
                    Some(id) => id,
                    None => backend.call(BeginIncident {}).await?,
                };
                let draft = match from {
                    PhotosFrom::Picker => backend.call(PickAttachments { incident_id }).await?,
                    PhotosFrom::Drop => backend.call(AttachDropped { incident_id }).await?,
                    PhotosFrom::Clipboard => backend.call(PasteImage { incident_id }).await?,
                };
                Ok(State::of(incident_id, draft))
            };
            state.set(picked.await.unwrap_or_else(|error| State {
                refused: Rc::new(vec![error]),
                ..now
            }));
        });
    }

    /// Takes a file out.
    pub fn remove(&self, attachment_id: AttachmentId) {
        let Some(incident_id) = self.incident_id else {
            return;
        };
        let (backend, state, now) = (self.backend.clone(), self.state.clone(), self.now());
        spawn_local(async move {
            let request = RemoveAttachment {
                incident_id,
                attachment_id,
            };
            state.set(match backend.call(request).await {
                Ok(draft) => State::of(incident_id, draft),
                Err(error) => State {
                    refused: Rc::new(vec![error]),
                    ..now
                },
            });
        });
    }

    /// The incident is not opened after all.
    pub fn discard(&self) {
        if let Some(incident_id) = self.incident_id {
            let backend = self.backend.clone();
            spawn_local(async move {
                // What stays goes at the next start.
                let _ = backend.call(DiscardDraft { incident_id }).await;
            });
        }
    }
}

/// Files of an incident that is being described.
#[hook]
pub fn use_photos() -> Photos {
    let backend = use_backend();
    let state = use_state_eq(State::default);
    let now = (*state).clone();
    Photos {
        incident_id: now.incident_id,
        files: now.files,
        refused: now.refused,
        picking: now.picking,
        backend,
        state: state.setter(),
    }
}
