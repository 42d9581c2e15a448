//! The ticketing service, under the names that other parts of a landlord's software know.
//!
//! A thin front of [`Client`]: what it writes is in the journal when it returns and leaves when
//! there is a network.

use crate::{Client, error::ClientError};
use palier_bridge::{
    CommandError,
    request::{GetAppState, GetDashboard, GetThread, MarkRead, SendTicket},
    view::ThreadEntry,
};
use palier_domain::{Dashboard, IncidentId, PeriodChoice, Role, UserId};
use std::path::PathBuf;

/// Most tickets asked for at once.
const PAGE: u32 = 200;

/// Reads and writes the tickets of incidents for the signed-in person.
///
/// ```no_run
/// # async fn example(client: palier_client::Client, incident_id: palier_domain::IncidentId,
/// #     user_id: palier_domain::UserId) -> Result<(), palier_bridge::CommandError> {
/// use palier_client::ticketing::{CreateIncidentTicket, IncidentTicketingService};
/// use palier_domain::Role;
///
/// let incident_ticketing_service = IncidentTicketingService::new(client);
///
/// // Récupérer les tickets
/// let tickets = incident_ticketing_service.get_incident_tickets(incident_id).await?;
///
/// // Créer un ticket
/// let ticket = incident_ticketing_service.create_incident_ticket(CreateIncidentTicket {
///     incident_id,
///     user_id,
///     user_type: Role::Owner,
///     message: "Message content".into(),
///     attachments: vec![],
/// }).await?;
/// # let _ = (tickets, ticket); Ok(()) }
/// ```
#[derive(Clone)]
pub struct IncidentTicketingService {
    client: Client,
}

/// A ticket to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreateIncidentTicket {
    /// On which incident.
    pub incident_id: IncidentId,
    /// Who writes: the signed-in person.
    pub user_id: UserId,
    /// As what. The server knows; it is here because callers know it too.
    pub user_type: Role,
    /// The text.
    pub message: String,
    /// Files to copy and attach.
    pub attachments: Vec<PathBuf>,
}

impl IncidentTicketingService {
    /// The service for whoever is signed in at `client`.
    pub fn new(client: Client) -> Self {
        Self { client }
    }

    /// Every ticket of an incident that is on this device, oldest first, unsent ones last.
    ///
    /// # Errors
    /// The incident is gone; nobody is signed in.
    pub async fn get_incident_tickets(
        &self,
        incident_id: IncidentId,
    ) -> Result<Vec<ThreadEntry>, CommandError> {
        let mut tickets: Vec<ThreadEntry> = Vec::new();
        let mut before_n = None;
        loop {
            let page = self
                .client
                .get_thread(GetThread {
                    incident_id,
                    before_n,
                    limit: PAGE,
                })
                .await?;
            before_n = page.entries.iter().find_map(|entry| entry.n);
            tickets.splice(0..0, page.entries);
            if !page.has_older || before_n.is_none() {
                return Ok(tickets);
            }
        }
    }

    /// Queues a ticket and answers it as a thread shows it. What was being typed on the incident
    /// stays as it is, unless files are attached: those join the draft's.
    ///
    /// # Errors
    /// `signed_out` when `user_id` is not the signed-in person; what
    /// [`Client::send_ticket`] refuses; the first file that is refused.
    pub async fn create_incident_ticket(
        &self,
        ticket: CreateIncidentTicket,
    ) -> Result<ThreadEntry, CommandError> {
        let state = self.client.get_app_state(GetAppState {}).await?;
        if state.account.map(|account| account.user_id) != Some(ticket.user_id) {
            return Err(ClientError::from(CommandError::SignedOut).into());
        }
        if !ticket.attachments.is_empty() {
            let draft = self
                .client
                .attach_files(ticket.incident_id, ticket.attachments)
                .await?;
            if let Some(refused) = draft.refused.into_iter().next() {
                return Err(refused);
            }
        }
        self.client
            .send_ticket(SendTicket {
                incident_id: ticket.incident_id,
                message: ticket.message,
            })
            .await
    }

    /// The person has seen every ticket up to `up_to_n`.
    ///
    /// # Errors
    /// Nobody is signed in; the disk.
    pub async fn mark_read(
        &self,
        incident_id: IncidentId,
        up_to_n: u64,
    ) -> Result<(), CommandError> {
        self.client
            .mark_read(MarkRead {
                incident_id,
                up_to_n,
            })
            .await
    }

    /// How the portfolios of the person stand now, and what happened in a period.
    ///
    /// # Errors
    /// The period is refused; nobody is signed in; the data folder.
    pub async fn statistics(&self, period: PeriodChoice) -> Result<Dashboard, CommandError> {
        let request = GetDashboard {
            period,
            property_id: None,
        };
        Ok(self.client.get_dashboard(request).await?.figures)
    }
}
