//! What the server holds, as a program with an owner's session sees it over plain HTTP.

use anyhow::{Context, ensure};
use palier_domain::{AttachmentId, IncidentId, TicketId};
use palier_wire::{
    Dashboard, SessionCreated, SignIn,
    rest::{
        IncidentPage, IncidentResponse, IncidentView, NewTicket, NotePage, NoteView, TicketPage,
    },
};
use reqwest::{Client, StatusCode};
use serde::de::DeserializeOwned;
use std::collections::HashSet;
use uuid::Uuid;

/// Somebody who looks at the server directly, past all devices.
#[derive(Clone)]
pub struct Onlooker {
    http: Client,
    server: String,
    token: String,
}

impl Onlooker {
    /// Signs in at `server`.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn enter(server: &str, email: &str, password: &str) -> anyhow::Result<Self> {
        // Fails only when one is installed already, which serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().build()?;
        let sign_in = SignIn {
            email: email.to_owned(),
            password: password.to_owned(),
            device_id: Uuid::now_v7().into(),
            device_name: "onlooker".to_owned(),
            cookie: false,
        };
        let reply = http
            .post(format!("{server}/api/session"))
            .json(&sign_in)
            .send()
            .await?;
        let session: SessionCreated = reply.error_for_status()?.json().await?;
        Ok(Self {
            http,
            server: server.to_owned(),
            token: session.token,
        })
    }

    /// The same server with another session's secret.
    pub fn with_secret(&self, secret: &str) -> Self {
        Self {
            token: secret.to_owned(),
            ..self.clone()
        }
    }

    async fn get<T: DeserializeOwned>(&self, path: &str) -> anyhow::Result<T> {
        let reply = self
            .http
            .get(format!("{}{path}", self.server))
            .bearer_auth(&self.token)
            .send()
            .await?;
        Ok(reply.error_for_status()?.json().await?)
    }

    /// The tickets of an incident in order, system tickets included.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn tickets(&self, incident: IncidentId) -> anyhow::Result<Vec<IncidentResponse>> {
        let mut tickets: Vec<IncidentResponse> = Vec::new();
        loop {
            let after = tickets.last().map_or(0, |ticket| ticket.n);
            let page: TicketPage = self
                .get(&format!(
                    "/api/incidents/{incident}/tickets?after_n={after}&limit=200"
                ))
                .await?;
            tickets.extend(page.tickets);
            if !page.more {
                return Ok(tickets);
            }
        }
    }

    /// The owners' notes of an incident in order.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn notes(&self, incident: IncidentId) -> anyhow::Result<Vec<String>> {
        let mut notes: Vec<NoteView> = Vec::new();
        loop {
            let after = notes.last().map_or(0, |note| note.note.m);
            let page: NotePage = self
                .get(&format!(
                    "/api/incidents/{incident}/notes?after_m={after}&limit=200"
                ))
                .await?;
            notes.extend(page.notes);
            if !page.more {
                return Ok(notes.into_iter().map(|note| note.note.message).collect());
            }
        }
    }

    /// The messages of an incident in order.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn messages(&self, incident: IncidentId) -> anyhow::Result<Vec<String>> {
        let tickets = self.tickets(incident).await?;
        Ok(tickets
            .into_iter()
            .filter(|ticket| ticket.kind == palier_domain::TicketKind::Message)
            .map(|ticket| ticket.message)
            .collect())
    }

    /// Every incident that the onlooker may see.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn incidents(&self) -> anyhow::Result<Vec<IncidentView>> {
        let page: IncidentPage = self.get("/api/incidents?limit=200").await?;
        Ok(page.incidents)
    }

    /// The figures of what the onlooker lets, as the server counts them.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn dashboard(&self, query: &str) -> anyhow::Result<Dashboard> {
        self.get(&format!("/api/dashboard?{query}")).await
    }

    /// Writes a ticket over plain HTTP.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn writes(&self, incident: IncidentId, message: &str) -> anyhow::Result<TicketId> {
        let ticket = NewTicket {
            id: Uuid::now_v7().into(),
            message: message.to_owned(),
            attachments: Vec::new(),
            written_at: None,
        };
        self.http
            .post(format!("{}/api/incidents/{incident}/tickets", self.server))
            .bearer_auth(&self.token)
            .json(&ticket)
            .send()
            .await?
            .error_for_status()?;
        Ok(ticket.id)
    }

    /// The bytes of a file as the server gives them to the onlooker.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn file(&self, id: AttachmentId) -> anyhow::Result<Vec<u8>> {
        let reply = self
            .http
            .get(format!("{}/api/attachments/{id}", self.server))
            .bearer_auth(&self.token)
            .send()
            .await?;
        Ok(reply.error_for_status()?.bytes().await?.to_vec())
    }

    /// Ends the onlooker's own session.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn leaves(&self) -> anyhow::Result<()> {
        let reply = self
            .http
            .delete(format!("{}/api/session", self.server))
            .bearer_auth(&self.token)
            .send()
            .await?;
        ensure!(reply.status() == StatusCode::NO_CONTENT, "not signed out");
        Ok(())
    }

    /// Every incident's numbers are 1, 2, 3 … and no ticket, no words and no file is there twice.
    /// Stories write different words each time, so equal words are one message that arrived twice.
    ///
    /// # Errors
    /// When something is there twice, or missing in between.
    pub async fn ensure_nothing_is_doubled(&self) -> anyhow::Result<()> {
        for view in self.incidents().await? {
            let incident = view.incident.id;
            let tickets = self.tickets(incident).await.context("reading a thread")?;
            let numbers: Vec<u64> = tickets.iter().map(|ticket| ticket.n).collect();
            let expected: Vec<u64> = (1..=tickets.len() as u64).collect();
            ensure!(numbers == expected, "numbers without gaps: {numbers:?}");
            let ids: HashSet<_> = tickets.iter().map(|ticket| ticket.id).collect();
            ensure!(ids.len() == tickets.len(), "a ticket is there twice");
            let said: Vec<_> = tickets
                .iter()
                .filter(|ticket| !ticket.message.is_empty())
                .map(|ticket| (ticket.author_id, ticket.message.as_str()))
                .collect();
            let different: HashSet<_> = said.iter().collect();
            ensure!(
                different.len() == said.len(),
                "words arrived twice: {said:?}"
            );
            let files: Vec<_> = tickets
                .iter()
                .flat_map(|ticket| &ticket.attachments)
                .collect();
            let different: HashSet<_> = files.iter().collect();
            ensure!(different.len() == files.len(), "a file is there twice");
        }
        Ok(())
    }
}
