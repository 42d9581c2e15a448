//! Rows of the store as screens show them: names and places filled in, states in the screens'
//! words, rules asked.

mod delivery;
mod list;
mod search;
mod thread;

pub(crate) use thread::{draft, may, standing};

use crate::{account::Account, error::ClientError, installation::Installation};
use palier_bridge::view::ThreadEntry;
use palier_domain::{IncidentId, TicketId};
use palier_i18n::Localizer;
use std::sync::Arc;

/// Turns rows into what screens show, for one account and in one language.
pub(crate) struct Reader<'a> {
    words: Arc<Localizer>,
    account: &'a Account,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(installation: &Installation, account: &'a Account) -> Self {
        Self {
            words: installation.words(),
            account,
        }
    }

    /// A ticket that has arrived, if it is among the newest.
    pub(crate) async fn ticket(
        &self,
        incident_id: IncidentId,
        ticket_id: TicketId,
    ) -> Result<Option<ThreadEntry>, ClientError> {
        let page = self.account.store.thread(incident_id, None, 50).await?;
        Ok(page.and_then(|page| {
            let (people, mut notes) = (page.people, page.notes.into_iter());
            page.tickets
                .into_iter()
                .find(|ticket| ticket.id == ticket_id)
                .map(|ticket| self.ticket_entry(ticket, &people))
                .or_else(|| {
                    let note = notes.find(|note| note.id.0 == ticket_id.0)?;
                    Some(self.note_entry(note))
                })
        }))
    }
}
