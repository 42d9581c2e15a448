//! The list of what waits or failed, whatever it is.

use crate::{Client, account::Account, error::ClientError, view};
use chrono::Utc;
use palier_bridge::{
    CommandError,
    request::{ApplyAnyway, DiscardOutboxItem, ListOutbox, RetryOutboxItem},
    view::OutboxItem,
};
use palier_domain::{Act, MutationId, StatusMove};
use palier_store::{
    ActError,
    view::{UnsentRow, UnsentWhat},
};

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
            let incident_id = entry(&account, request.mutation_id).await?.incident_id;
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
            let incident_id = entry(&account, request.mutation_id).await?.incident_id;
            let lane = account
                .store
                .discard(request.mutation_id, Utc::now())
                .await?;
            account.acted(incident_id, lane).await;
            Ok(())
        })
        .await
    }

    /// Does what somebody else's change stood in the way of, from what the incident has now.
    ///
    /// # Errors
    /// The rules refuse it from there; it is not there any more, or was refused for another reason.
    pub async fn apply_anyway(&self, request: ApplyAnyway) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let entry = entry(&account, request.mutation_id).await?;
            let head = super::incidents::head(&account, entry.incident_id).await?;
            match entry.what {
                UnsentWhat::Status(change) if change.to != head.status => {
                    let standing = view::standing(&head, Utc::now());
                    StatusMove::judge(head.my_role, standing, head.status, change.to)?;
                }
                UnsentWhat::Priority { .. } => view::may(&head, Act::SetPriority)?,
                UnsentWhat::Category { .. } => view::may(&head, Act::SetCategory)?,
                _ => {}
            }
            let lane = account
                .store
                .apply_anyway(request.mutation_id, Utc::now())
                .await?;
            account.acted(entry.incident_id, lane).await;
            Ok(())
        })
        .await
    }
}

async fn entry(account: &Account, mutation_id: MutationId) -> Result<UnsentRow, ClientError> {
    let rows = account.store.outbox().await?;
    rows.into_iter()
        .map(|row| row.entry)
        .find(|entry| entry.mutation_id == mutation_id)
        .ok_or(ActError::NoSuchEntry.into())
}
