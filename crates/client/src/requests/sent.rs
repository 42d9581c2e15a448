//! Sending tickets, and what can still be done with what was sent and has not arrived.

use super::drafts::draft;
use crate::{Client, account::Account, error::ClientError, view};
use chrono::Utc;
use palier_bridge::{
    CommandError,
    request::{
        AddNote, DiscardTicket, EditTicket, RetryTicket, SendBefore, SendNow, SendTicket,
        UndoTicket,
    },
    view::{Draft, ThreadEntry},
};
use palier_domain::{Act, TicketId, TicketText};
use palier_store::{ActError, act::QueuedTicket, view::HeadRow};

impl Client {
    /// Queues the text and the draft's files as one ticket and clears the draft. It is in the
    /// journal when this returns; whether there is a network does not matter.
    ///
    /// # Errors
    /// The text is empty or too long, the incident is gone, a rule or the disk refuses; the draft
    /// is as before then.
    pub async fn send_ticket(&self, request: SendTicket) -> Result<ThreadEntry, CommandError> {
        self.tell(self.send(&request)).await
    }

    async fn send(&self, request: &SendTicket) -> Result<ThreadEntry, ClientError> {
        let account = self.account().await?;
        let incident_id = request.incident_id;
        let files = account.store.draft(incident_id).await?.files.len();
        let text = TicketText::parse(&request.message, files)?;
        let head = super::incidents::head(&account, incident_id).await?;
        view::may(&head, Act::AddTicket)?;
        let undo_ms = u64::from(self.installation().settings().undo_seconds) * 1_000;
        let queued = account
            .store
            .send_ticket(incident_id, text.as_str(), undo_ms, Utc::now())
            .await?;
        self.shown(&account, &head, queued).await
    }

    /// Queues the text as a note among owners and clears the draft's text.
    ///
    /// # Errors
    /// The text is empty or too long, the incident is gone, a rule or the disk refuses; the draft
    /// is as before then.
    pub async fn add_note(&self, request: AddNote) -> Result<ThreadEntry, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let incident_id = request.incident_id;
            let text = TicketText::parse(&request.message, 0)?;
            let head = super::incidents::head(&account, incident_id).await?;
            view::may(&head, Act::Notes)?;
            let undo_ms = u64::from(self.installation().settings().undo_seconds) * 1_000;
            let queued = account
                .store
                .add_note(incident_id, text.as_str(), undo_ms, Utc::now())
                .await?;
            self.shown(&account, &head, queued).await
        })
        .await
    }

    /// What was just queued, as its thread shows it.
    async fn shown(
        &self,
        account: &Account,
        head: &HeadRow,
        queued: QueuedTicket,
    ) -> Result<ThreadEntry, ClientError> {
        let incident_id = head.id;
        account.acted(incident_id, queued.lane).await;
        let reader = view::Reader::new(self.installation(), account);
        let page = account.store.thread(incident_id, None, 1).await?;
        let entry = page
            .into_iter()
            .flat_map(|page| page.unsent)
            .find(|row| row.ticket_id == Some(queued.ticket_id))
            .and_then(|row| reader.unsent_entry(row, head.my_role));
        // It is not there any more only if it has arrived already: no undo time, a fast network.
        match entry {
            Some(entry) => Ok(entry),
            None => reader
                .ticket(incident_id, queued.ticket_id)
                .await?
                .ok_or(ActError::NoSuchEntry.into()),
        }
    }

    /// Takes a ticket back within its undo time: it becomes the draft again.
    ///
    /// # Errors
    /// `too_late_to_undo` once it may have left.
    pub async fn undo_ticket(&self, request: UndoTicket) -> Result<Draft, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let back = account.store.undo(request.ticket_id, Utc::now()).await?;
            account.acted(back.incident_id, back.lane).await;
            draft(&account, back.incident_id).await
        })
        .await
    }

    /// Ends a ticket's undo time at once.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn send_now(&self, request: SendNow) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let lane = account.store.send_now(request.ticket_id).await?;
            self.moved(&account, request.ticket_id, lane).await?;
            Ok(())
        })
        .await
    }

    /// Sends a message before the one that waits for its files.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn send_before(&self, request: SendBefore) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let lane = account.store.send_before(request.ticket_id).await?;
            self.moved(&account, request.ticket_id, lane).await?;
            Ok(())
        })
        .await
    }

    /// Takes an unsent or failed ticket back into the draft, to be changed.
    ///
    /// # Errors
    /// It is not there any more, or was delivered.
    pub async fn edit_ticket(&self, request: EditTicket) -> Result<Draft, CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let back = account.store.edit(request.ticket_id, Utc::now()).await?;
            account.acted(back.incident_id, back.lane).await;
            draft(&account, back.incident_id).await
        })
        .await
    }

    /// Tries an unsent or failed ticket again now.
    ///
    /// # Errors
    /// It is not there any more.
    pub async fn retry_ticket(&self, request: RetryTicket) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let retried = async {
                let mutation_id = account.store.entry_of(request.ticket_id).await?;
                account.store.retry(mutation_id).await
            };
            let lane = retried.await?;
            self.moved(&account, request.ticket_id, lane).await?;
            Ok(())
        })
        .await
    }

    /// Throws an unsent or failed ticket away; where an attempt was made, the server is asked to
    /// cancel it.
    ///
    /// # Errors
    /// It is not there any more, or was delivered.
    pub async fn discard_ticket(&self, request: DiscardTicket) -> Result<(), CommandError> {
        self.tell(async {
            let account = self.account().await?;
            let incident_id = self.incident_of(&account, request.ticket_id).await?;
            let discarded = async {
                let mutation_id = account.store.entry_of(request.ticket_id).await?;
                account.store.discard(mutation_id, Utc::now()).await
            };
            let lane = discarded.await?;
            account.acted(incident_id, lane).await;
            Ok(())
        })
        .await
    }

    /// Tells engine and page about an entry that still is in the outbox.
    async fn moved(
        &self,
        account: &Account,
        ticket_id: TicketId,
        lane: palier_store::LaneChange,
    ) -> Result<(), ClientError> {
        let incident_id = match lane.changed.first() {
            Some(entry) => entry.incident_id,
            None => self.incident_of(account, ticket_id).await?,
        };
        account.acted(incident_id, lane).await;
        Ok(())
    }

    async fn incident_of(
        &self,
        account: &Account,
        ticket_id: TicketId,
    ) -> Result<palier_domain::IncidentId, ClientError> {
        let rows = account.store.outbox().await?;
        rows.into_iter()
            .find(|row| row.entry.ticket_id == Some(ticket_id))
            .map(|row| row.entry.incident_id)
            .ok_or(ActError::NoSuchEntry.into())
    }
}
