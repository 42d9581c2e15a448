//! The thread of an incident.

use crate::{Client, error::ClientError, view};
use palier_bridge::{CommandError, request::GetThread, view::Thread};
use palier_store::ActError;

/// Most tickets on one page.
const MAX_PAGE: u32 = 200;

impl Client {
    /// The thread of an incident: the page of tickets that ends before `before_n` (the newest one
    /// without), own unsent tickets at the end, and the draft.
    ///
    /// # Errors
    /// The incident is gone; nobody is signed in; the data folder.
    pub async fn get_thread(&self, request: GetThread) -> Result<Thread, CommandError> {
        self.tell(self.thread(request)).await
    }

    async fn thread(&self, request: GetThread) -> Result<Thread, ClientError> {
        let account = self.account().await?;
        let page = account
            .store
            .thread(
                request.incident_id,
                request.before_n,
                request.limit.clamp(1, MAX_PAGE),
            )
            .await?
            .ok_or(ActError::NoSuchIncident)?;
        let draft = account.store.draft(request.incident_id).await?;
        Ok(view::Reader::new(self.installation(), &account).thread(page, draft))
    }
}
