//! The data that is measured on: owners with a portfolio, a home, a tenant and an incident each.

use anyhow::{Context, Result};
use chrono::{NaiveDate, Utc};
use palier_domain::{Category, DeviceId, IncidentId, MutationId, Priority, TicketId, UserId};
use palier_server::{App, Config, config::Secret, ops::seed};
use palier_wire::{
    ChangesPage, Cursor, Mutation, Payload, PushRequest, SessionCreated, SignIn, SnapshotPage,
    header::EPOCH,
    sync::{AddTicket, OpenIncident},
};
use reqwest::Client;
use serde::de::DeserializeOwned;
use std::path::Path;
use uuid::Uuid;

/// The password of everybody here.
pub const PASSWORD: &str = "seven words nobody would guess";
/// Messages on each incident before anything is measured.
pub const MESSAGES: usize = 60;
/// Messages a thread's page holds.
pub const PAGE: usize = 50;

/// An owner and the incident that he writes on.
#[derive(Debug, Clone)]
pub struct Owner {
    /// Who.
    pub id: UserId,
    /// By which he signs in.
    pub email: String,
    /// His incident.
    pub incident: IncidentId,
}

/// Makes `owners` owners in an empty folder (and database).
///
/// # Errors
/// When the folder is not empty or the storage fails.
pub async fn furnish(
    folder: &Path,
    database_url: Option<&str>,
    owners: usize,
) -> Result<Vec<Owner>> {
    let mut config = Config::new(folder);
    config.database_url = database_url.map(|url| Secret::from(url.to_owned()));
    let app = App::open(config).await?;
    let mut made = Vec::with_capacity(owners);
    for number in 0..owners {
        made.push(owner(&app, number).await?);
    }
    app.close().await;
    Ok(made)
}

async fn owner(app: &App, number: usize) -> Result<Owner> {
    let email = format!("owner{number}@bench.test");
    let id = seed::create_user(app, &email, "Claire Dubois", PASSWORD).await?;
    let lodger = format!("tenant{number}@bench.test");
    let tenant = seed::create_user(app, &lodger, "Awa Diallo", PASSWORD).await?;
    let portfolio = seed::create_portfolio(app, id, "Maisons").await?;
    let property = seed::create_property(app, portfolio, "1 rue Haute", "Europe/Paris").await?;
    let unit = seed::create_unit(app, property, "1A").await?;
    let day = NaiveDate::from_ymd_opt(2020, 1, 1).context("no such day")?;
    seed::create_lease(app, unit, day, None, &[tenant]).await?;
    let incident = IncidentId(Uuid::now_v7());
    let opened = OpenIncident {
        incident_id: incident,
        unit_id: unit,
        title: "Plus d’eau chaude".into(),
        description: "Depuis ce matin.".into(),
        category: Category::Heating,
        priority: Priority::High,
        written_at: Utc::now(),
    };
    let mut payloads = vec![Payload::OpenIncident(opened)];
    payloads.extend((0..MESSAGES).map(|_| Payload::AddTicket(message(incident))));
    seed::submit(app, id, payloads).await?;
    Ok(Owner {
        id,
        email,
        incident,
    })
}

/// A message as people write them.
pub fn message(incident: IncidentId) -> AddTicket {
    AddTicket {
        ticket_id: TicketId(Uuid::now_v7()),
        incident_id: incident,
        message: "Le chauffagiste passe demain entre 9 h et 11 h. Pouvez-vous lui ouvrir ? Sinon \
                  je dépose les clés chez la gardienne."
            .into(),
        attachments: Vec::new(),
        written_at: Utc::now(),
    }
}

/// An owner with a session.
#[derive(Clone)]
pub struct Caller {
    /// Who.
    pub owner: Owner,
    token: String,
    device: DeviceId,
    epoch: String,
    url: String,
    http: Client,
}

impl Caller {
    /// Signs `owner` in at `url`.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(owner: &Owner, url: &str) -> Result<Self> {
        let (http, device) = (Client::new(), DeviceId(Uuid::now_v7()));
        let account = SignIn {
            email: owner.email.clone(),
            password: PASSWORD.into(),
            device_id: device,
            device_name: "bench".into(),
            cookie: false,
        };
        let reply = http.post(format!("{url}/api/session")).json(&account);
        let reply = reply.send().await?.error_for_status()?;
        let epoch = reply.headers().get(EPOCH);
        let epoch = epoch
            .context("the reply names no epoch")?
            .to_str()?
            .to_owned();
        let session: SessionCreated = reply.json().await?;
        Ok(Self {
            owner: owner.clone(),
            token: session.token,
            epoch,
            device,
            url: url.to_owned(),
            http,
        })
    }

    /// Its token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// Pushes one message on `incident`.
    ///
    /// # Errors
    /// When it is not applied.
    pub async fn push(&self, incident: IncidentId) -> Result<()> {
        self.push_all([incident]).await
    }

    /// Sends a message on each of these incidents, all in one push.
    ///
    /// # Errors
    /// When one is not applied.
    pub async fn push_all(&self, incidents: impl IntoIterator<Item = IncidentId>) -> Result<()> {
        let mutation = |incident| {
            let payload = Payload::AddTicket(message(incident));
            Ok(Mutation {
                mutation_id: MutationId(Uuid::now_v7()),
                schema: 1,
                kind: payload.kind().into(),
                payload: payload.to_raw()?,
                depends_on: None,
            })
        };
        let mutations: Vec<Mutation> =
            incidents.into_iter().map(mutation).collect::<Result<_>>()?;
        let count = mutations.len();
        let push = PushRequest {
            user_id: self.owner.id,
            device_id: self.device,
            mutations,
        };
        let request = self.http.post(format!("{}/api/sync/push", self.url));
        let request = request.header(EPOCH, &self.epoch);
        let reply = request.bearer_auth(&self.token).json(&push).send().await?;
        let body = reply.error_for_status()?.text().await?;
        let applied = body.matches("\"applied\"").count();
        anyhow::ensure!(applied == count, "not applied: {body}");
        Ok(())
    }

    /// A cursor that stands `behind` changes before the end of every scope of his.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn cursor(&self, behind: u64) -> Result<Cursor> {
        let none: ChangesPage = self.json("/api/sync/changes").await?;
        let mut cursor = none.to;
        for scope in none.scopes {
            let page: SnapshotPage = self
                .json(&format!("/api/sync/snapshot?scope={scope}"))
                .await?;
            let number = page.number.context("the first page has no number")?;
            cursor.at.insert(scope, number.saturating_sub(behind));
        }
        Ok(cursor)
    }

    async fn json<T: DeserializeOwned>(&self, path: &str) -> Result<T> {
        let request = self.http.get(format!("{}{path}", self.url));
        let reply = request.bearer_auth(&self.token).send().await?;
        Ok(reply.error_for_status()?.json().await?)
    }

    /// Gets something, to its last byte.
    ///
    /// # Errors
    /// When it is refused.
    pub async fn get(&self, path: &str) -> Result<()> {
        let request = self.http.get(format!("{}{path}", self.url));
        let reply = request.bearer_auth(&self.token).send().await?;
        reply.error_for_status()?.bytes().await?;
        Ok(())
    }
}
