//! What the person has read.

use crate::{Client, driver::Input};
use chrono::Utc;
use palier_bridge::{
    CommandError,
    request::{MarkNotesRead, MarkRead, SetUnreadFlag},
};
use palier_domain::{IncidentId, TicketId};
use palier_store::LaneChange;

impl Client {
    /// The person has seen every ticket up to `up_to_n`.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn mark_read(&self, request: MarkRead) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let lane = account
                .store
                .mark_read(request.incident_id, request.up_to_n, Utc::now())
                .await?;
            if lane != LaneChange::default() {
                account.acted(request.incident_id, lane).await;
                account.driver.tell(Input::Read);
            }
            Ok(())
        })
        .await
    }

    /// The person has dealt with a notification without opening it: everything up to its ticket is
    /// read, in whichever account it is. Nothing happens when the ticket is nobody's any more.
    ///
    /// # Errors
    /// The data folder; the disk.
    pub async fn mark_announced_read(
        &self,
        incident_id: IncidentId,
        ticket_id: TicketId,
    ) -> Result<(), CommandError> {
        self.tell(async {
            let (shown, others) = (self.someone().await?, self.others().await?);
            for account in shown.iter().chain(&others) {
                let store = &account.store;
                if let Some(n) = store.number_of(incident_id, ticket_id).await? {
                    let lane = store.mark_read(incident_id, n, Utc::now()).await?;
                    if lane != LaneChange::default() {
                        account.acted(incident_id, lane).await;
                        account.driver.tell(Input::Read);
                    }
                }
            }
            Ok(())
        })
        .await
    }

    /// The person has seen the notes of an incident up to a number. Nobody else is told.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn mark_notes_read(&self, request: MarkNotesRead) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let lane = account
                .store
                .mark_notes_read(request.incident_id, request.up_to_m, Utc::now())
                .await?;
            if lane != LaneChange::default() {
                account.acted(request.incident_id, lane).await;
            }
            Ok(())
        })
        .await
    }

    /// Marks an incident unread by hand, or takes that mark back.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn set_unread_flag(&self, request: SetUnreadFlag) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let lane = account
                .store
                .set_unread_flag(request.incident_id, request.unread, Utc::now())
                .await?;
            account.acted(request.incident_id, lane).await;
            Ok(())
        })
        .await
    }
}
