//! The list of what waits or failed, whatever it is.

use crate::{Client, error::ClientError, view};
use chrono::Utc;
use palier_bridge::{
    CommandError,
    request::{DiscardOutboxItem, ListOutbox, RetryOutboxItem},
    view::OutboxItem,
};
use palier_domain::{IncidentId, MutationId};
use palier_store::ActError;

impl Client {
    /// What waits to be sent or failed, oldest first.
    ///
    /// # Errors
    /// Nobody is signed in; the data folder.
    pub async fn list_outbox(&self, _: ListOutbox) -> Result<Vec<OutboxItem>, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let rows = account.store.outbox().await?;
            let reader = view::Reader::new(self.installation(), &account);
            Ok(rows
                .into_iter()
                .map(|row| reader.outbox_item(row))
                .collect())
        })
        .await
    }

    /// Tries something that waits or failed again now.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn retry_outbox_item(&self, request: RetryOutboxItem) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let incident_id = lane_of(&account, request.mutation_id).await?;
            let lane = account.store.retry(request.mutation_id).await?;
            account.acted(incident_id, lane).await;
            Ok(())
        })
        .await
    }

    /// Throws something that waits or failed away; where an attempt was made, the server is asked
    /// to cancel it.
    ///
    /// # Errors
    /// It is not there any more, or was delivered.
    pub async fn discard_outbox_item(
        &self,
        request: DiscardOutboxItem,
    ) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let incident_id = lane_of(&account, request.mutation_id).await?;
            let lane = account
                .store
                .discard(request.mutation_id, Utc::now())
                .await?;
            account.acted(incident_id, lane).await;
            Ok(())
        })
        .await
    }
}

async fn lane_of(
    account: &crate::account::Account,
    mutation_id: MutationId,
) -> Result<IncidentId, ClientError> {
    let rows = account.store.outbox().await?;
    rows.into_iter()
        .find(|row| row.entry.mutation_id == mutation_id)
        .map(|row| row.entry.incident_id)
        .ok_or(ActError::NoSuchEntry.into())
}
