//! The files of an incident that is being described.

use super::SerialQueue;
use crate::{
    backend::BackendHandle,
    context::use_backend,
    logic::photos_state::{PhotosChange, PhotosState},
};
use palier_bridge::{
    CommandError,
    request::{
        AttachDropped, BeginIncident, DiscardDraft, PasteImage, PickAttachments, RemoveAttachment,
    },
    view::{AttachmentView, Draft},
};
use palier_domain::{AttachmentId, IncidentId};
use std::{cell::Cell, future::Future, rc::Rc};
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
    /// The incident, once something was attached.
    pub incident_id: Option<IncidentId>,
    /// The files.
    pub files: Rc<Vec<AttachmentView>>,
    /// Files that were just refused, each with its reason.
    pub refused: Rc<Vec<CommandError>>,
    under_way: u32,
    backend: BackendHandle,
    state: UseReducerDispatcher<PhotosState>,
    begun: Rc<Begun>,
}

/// The incident that files are attached to, begun once however many come at the same time.
#[derive(Default)]
struct Begun {
    incident_id: Cell<Option<IncidentId>>,
    queue: SerialQueue,
}

impl Photos {
    /// A picker is open, or files are being copied: an incident that is opened now would be without them.
    pub fn under_way(&self) -> bool {
        self.under_way > 0
    }

    /// Attaches files.
    pub fn take(&self, from: PhotosFrom) {
        let backend = self.backend.clone();
        self.state.dispatch(PhotosChange::Asked);
        let attach = move |incident_id| async move {
            match from {
                PhotosFrom::Picker => backend.call(PickAttachments { incident_id }).await,
                PhotosFrom::Drop => backend.call(AttachDropped { incident_id }).await,
                PhotosFrom::Clipboard => backend.call(PasteImage { incident_id }).await,
            }
        };
        let photos = self.clone();
        self.begun.queue.push(async move {
            match photos.begin().await {
                // Not in the queue: a picker may stay open for long.
                Ok(incident_id) => photos.ends(attach(incident_id)),
                Err(error) => photos.state.dispatch(PhotosChange::Ended(Err(error))),
            }
        });
    }

    async fn begin(&self) -> Result<IncidentId, CommandError> {
        if let Some(begun) = self.begun.incident_id.get() {
            return Ok(begun);
        }
        let begun = self.backend.call(BeginIncident {}).await?;
        self.begun.incident_id.set(Some(begun));
        self.state.dispatch(PhotosChange::Begun(begun));
        Ok(begun)
    }

    fn ends(&self, change: impl Future<Output = Result<Draft, CommandError>> + 'static) {
        let state = self.state.clone();
        spawn_local(async move { state.dispatch(PhotosChange::Ended(change.await)) });
    }

    /// Takes a file out.
    pub fn remove(&self, attachment_id: AttachmentId) {
        let Some(incident_id) = self.incident_id else {
            return;
        };
        let backend = self.backend.clone();
        self.state.dispatch(PhotosChange::Asked);
        self.ends(async move {
            let request = RemoveAttachment {
                incident_id,
                attachment_id,
            };
            backend.call(request).await
        });
    }

    /// The incident is not opened after all.
    pub fn discard(&self) {
        if let Some(incident_id) = self.begun.incident_id.get() {
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
    let state = use_reducer_eq(PhotosState::default);
    let begun = use_memo((), |()| Begun::default());
    Photos {
        incident_id: state.incident_id,
        files: state.files.clone(),
        refused: state.refused.clone(),
        under_way: state.under_way,
        backend,
        state: state.dispatcher(),
        begun,
    }
}
