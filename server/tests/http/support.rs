//! A server and the people who use it.

use crate::postgres::{self, Database};
use chrono::{NaiveDate, TimeDelta, Utc};
use palier_domain::{
    AttachmentId, Category, DeviceId, IncidentId, LeaseId, MutationId, PortfolioId, Priority,
    PropertyId, Sha256, Status, TicketId, UnitId, UserId,
};
use palier_server::{App, Config, ops::seed};
use palier_wire::{
    ChangesPage, Cursor, Mutation, MutationResult, Payload, Problem, PushReply, PushRequest, Scope,
    SessionCreated, SignIn, SnapshotPage,
    header::EPOCH,
    rest::{IncidentResponse, IncidentView, TicketPage},
    sync::{AddTicket, MarkRead, OpenIncident, SetStatus},
    upload::{PATCH_MEDIA_TYPE, UploadMetadata},
};
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::json;
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};
use uuid::Uuid;

pub const PASSWORD: &str = "a long enough secret";

/// A server with an owner, the tenants of two homes, and strangers.
pub struct House {
    pub server: Server,
    pub portfolio: PortfolioId,
    pub property: PropertyId,
    pub unit: UnitId,
    pub lease: LeaseId,
    pub other_unit: UnitId,
    pub vacant: UnitId,
    /// Runs the portfolio.
    pub owner: Person,
    /// Lives in `unit`.
    pub tenant: Person,
    /// Lives in `other_unit`.
    pub neighbour: Person,
    /// Runs another portfolio.
    pub stranger: Person,
}

/// Whether the tests shall run on PostgreSQL.
pub fn on_postgres() -> bool {
    match std::env::var("PALIER_TEST_DATABASE").as_deref() {
        Ok("postgres") => true,
        Ok("sqlite") | Err(_) => false,
        Ok(other) => panic!("PALIER_TEST_DATABASE is {other}: neither sqlite nor postgres"),
    }
}

/// A running server on a folder and a database of its own.
pub struct Server {
    pub app: App,
    pub url: String,
    pub http: Client,
    folder: Arc<TempDir>,
    database: Option<Arc<Database>>,
    stop: Option<oneshot::Sender<()>>,
    serving: JoinHandle<()>,
}

impl Server {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        let database = match on_postgres() {
            true => Some(Arc::new(postgres::database().await)),
            false => None,
        };
        Self::on(Arc::new(TempDir::new().unwrap()), database, change).await
    }

    #[allow(
        dead_code,
        reason = "locks.rs alone needs PostgreSQL whatever the others run on"
    )]
    /// On PostgreSQL, whatever the others run on.
    pub async fn on_postgres() -> Self {
        let database = Arc::new(postgres::database().await);
        Self::on(Arc::new(TempDir::new().unwrap()), Some(database), |_| {}).await
    }

    async fn on(
        folder: Arc<TempDir>,
        database: Option<Arc<Database>>,
        change: impl FnOnce(&mut Config),
    ) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut config = match &database {
            Some(database) => database.config(folder.path()),
            None => Config::new(folder.path()),
        };
        config.judge = Some(env!("CARGO_BIN_EXE_palier-server").into());
        change(&mut config);
        let app = App::open(config).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        let serving = {
            let app = app.clone();
            tokio::spawn(async move {
                let stopped = async {
                    let _ = stopped.await;
                };
                app.serve(listener, stopped).await.unwrap();
            })
        };
        Self {
            app,
            url,
            http: Client::new(),
            folder,
            database,
            stop: Some(stop),
            serving,
        }
    }

    /// Stops it as SIGTERM would, and waits for its end.
    pub async fn stop(&mut self) {
        self.stop.take().map(|stop| stop.send(()));
        (&mut self.serving).await.unwrap();
    }

    /// Stops it and starts it again on the same folder, on another port.
    pub async fn restart(self) -> Self {
        self.restart_with(|_| {}).await
    }

    /// The same, with other settings.
    pub async fn restart_with(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.stop().await;
        self.app.close().await;
        Self::on(self.folder.clone(), self.database.clone(), change).await
    }

    /// Two servers out of one, on a folder each, whose clocks stand still at the same moment.
    pub async fn into_twins(mut self) -> (Self, Self) {
        self.stop().await;
        self.app.close().await;
        let copy = TempDir::new().unwrap();
        copy_folder(self.folder(), copy.path());
        let now = self.app.config().clock.now();
        let still = |config: &mut Config| config.clock.stand_still(now);
        let database = match &self.database {
            Some(database) => Some(Arc::new(database.copy().await)),
            None => None,
        };
        let first = Self::on(self.folder.clone(), self.database.clone(), still).await;
        (first, Self::on(Arc::new(copy), database, still).await)
    }

    #[allow(dead_code, reason = "as above")]
    /// The database of a server on PostgreSQL.
    pub fn database(&self) -> &Database {
        self.database.as_deref().expect("a server on PostgreSQL")
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.url))
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Response {
        let body = SignIn {
            email: email.into(),
            password: password.into(),
            device_id: DeviceId(Uuid::now_v7()),
            device_name: "test".into(),
            cookie: false,
        };
        let request = self.request(Method::POST, "/api/session").json(&body);
        request.send().await.unwrap()
    }

    /// A new user, signed in.
    pub async fn person(&self, name: &str) -> Person {
        let email = format!("{}@example.test", name.to_lowercase());
        let id = seed::create_user(&self.app, &email, name, PASSWORD)
            .await
            .unwrap();
        self.person_again(id, &email).await
    }

    /// A user on one more device.
    pub async fn person_again(&self, id: UserId, email: &str) -> Person {
        let session: SessionCreated = self.sign_in(email, PASSWORD).await.json().await.unwrap();
        assert_eq!(session.user_id, id);
        Person {
            id,
            email: email.into(),
            token: session.token,
            url: self.url.clone(),
            http: self.http.clone(),
            epoch: self.app.epoch().to_string(),
        }
    }

    /// Moves the server's clock.
    pub fn wait(&self, time: TimeDelta) {
        self.app.config().clock.advance(time);
    }
}

/// The secret of a link, which is its fragment.
pub fn secret(link: &str) -> String {
    let (_, secret) = link.split_once('#').unwrap();
    assert!(secret.len() > 40, "{link}");
    secret.to_owned()
}

fn copy_folder(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let there = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            fs::create_dir_all(&there).unwrap();
            copy_folder(&entry.path(), &there);
        } else {
            fs::copy(entry.path(), there).unwrap();
        }
    }
}

impl House {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    pub async fn with(change: impl FnOnce(&mut Config)) -> Self {
        Self::around(Server::with(change).await).await
    }

    /// The same house on this server.
    pub async fn around(server: Server) -> Self {
        let app = &server.app;
        let owner = server.person("Owner").await;
        let tenant = server.person("Tenant").await;
        let neighbour = server.person("Neighbour").await;
        let stranger = server.person("Stranger").await;
        let portfolio = seed::create_portfolio(app, owner.id, "Maisons")
            .await
            .unwrap();
        seed::create_portfolio(app, stranger.id, "Ailleurs")
            .await
            .unwrap();
        let property = seed::create_property(app, portfolio, "1 rue Haute", "Europe/Paris");
        let property = property.await.unwrap();
        let unit = seed::create_unit(app, property, "1A").await.unwrap();
        let other_unit = seed::create_unit(app, property, "1B").await.unwrap();
        let vacant = seed::create_unit(app, property, "2A").await.unwrap();
        let lease = seed::create_lease(app, unit, day(2020, 1, 1), None, &[tenant.id])
            .await
            .unwrap();
        seed::create_lease(app, other_unit, day(2020, 1, 1), None, &[neighbour.id])
            .await
            .unwrap();
        Self {
            server,
            portfolio,
            property,
            unit,
            lease,
            other_unit,
            vacant,
            owner,
            tenant,
            neighbour,
            stranger,
        }
    }

    /// The tenant opens an incident in his home.
    pub async fn incident(&self) -> IncidentId {
        self.tenant.opens(self.unit, "Pas d’eau chaude").await
    }

    /// Sets the lease's last day so many days back.
    pub async fn end_lease(&self, days_ago: i64) {
        let last = Utc::now().date_naive() - TimeDelta::days(days_ago);
        seed::end_lease(&self.server.app, self.lease, last)
            .await
            .unwrap();
    }
}

pub fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Somebody with a session.
#[derive(Clone)]
pub struct Person {
    pub id: UserId,
    pub email: String,
    pub token: String,
    pub url: String,
    pub http: Client,
    pub epoch: String,
}

impl Person {
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.url))
            .bearer_auth(&self.token)
    }

    pub async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    pub async fn read<T: DeserializeOwned>(&self, path: &str) -> T {
        let reply = self.get(path).await;
        assert_eq!(reply.status(), StatusCode::OK, "{path}");
        reply.json().await.unwrap()
    }

    pub async fn post(&self, path: &str, body: &impl serde::Serialize) -> Response {
        let request = self.request(Method::POST, path).json(body);
        request.send().await.unwrap()
    }

    pub async fn opens(&self, unit: UnitId, title: &str) -> IncidentId {
        let id = IncidentId(Uuid::now_v7());
        let body = json!({"id": id, "unit_id": unit, "title": title, "category": "heating"});
        let reply = self.post("/api/incidents", &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED);
        id
    }

    pub async fn writes(&self, incident: IncidentId, message: &str) -> IncidentResponse {
        let body = json!({"id": Uuid::now_v7(), "message": message});
        let reply = self.post(&tickets(incident), &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED);
        reply.json().await.unwrap()
    }

    pub async fn tries_to_write(&self, incident: IncidentId) -> Response {
        let body = json!({"id": Uuid::now_v7(), "message": "?"});
        self.post(&tickets(incident), &body).await
    }

    pub async fn thread(&self, incident: IncidentId) -> Vec<IncidentResponse> {
        let page: TicketPage = self.read(&format!("{}?limit=200", tickets(incident))).await;
        page.tickets
    }

    pub async fn sees(&self, incident: IncidentId) -> IncidentView {
        self.read(&format!("/api/incidents/{incident}")).await
    }

    pub async fn reads_up_to(&self, incident: IncidentId, n: u64) {
        let path = format!("/api/incidents/{incident}/read-marker");
        let request = self
            .request(Method::PUT, &path)
            .json(&json!({"up_to_n": n}));
        let reply = request.send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::NO_CONTENT);
    }

    pub async fn moves(&self, incident: IncidentId, to: Status) -> Response {
        let path = format!("/api/incidents/{incident}");
        let request = self.request(Method::PATCH, &path).header("if-match", "*");
        request.json(&json!({"status": to})).send().await.unwrap()
    }

    pub fn push_request(&self, mutations: Vec<Mutation>) -> RequestBuilder {
        let body = PushRequest {
            user_id: self.id,
            device_id: DeviceId(Uuid::nil()),
            mutations,
        };
        self.request(Method::POST, "/api/sync/push")
            .header(EPOCH, &self.epoch)
            .json(&body)
    }

    pub async fn push(&self, mutations: Vec<Mutation>) -> Vec<MutationResult> {
        let reply = self.push_request(mutations).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK);
        reply.json::<PushReply>().await.unwrap().results
    }

    pub async fn push_one(&self, mutation: Mutation) -> MutationResult {
        self.push(vec![mutation]).await.remove(0)
    }

    pub async fn changes(&self, cursor: &Cursor, limit: usize) -> ChangesPage {
        self.read(&format!("/api/sync/changes?cursor={cursor}&limit={limit}"))
            .await
    }

    pub async fn snapshot(&self, scope: Scope, after: Option<&str>, limit: usize) -> SnapshotPage {
        let after = after
            .map(|after| format!("&after={after}"))
            .unwrap_or_default();
        self.read(&format!(
            "/api/sync/snapshot?scope={scope}&limit={limit}{after}"
        ))
        .await
    }

    pub async fn begins_upload(&self, name: &str, bytes: &[u8]) -> (AttachmentId, Response) {
        let metadata = UploadMetadata {
            attachment_id: AttachmentId(Uuid::now_v7()),
            filename: name.into(),
            sha256: Sha256::of(bytes),
        };
        let reply = self.creates_upload(&metadata, bytes.len() as u64).await;
        (metadata.attachment_id, reply)
    }

    pub async fn creates_upload(&self, metadata: &UploadMetadata, size: u64) -> Response {
        self.request(Method::POST, "/api/uploads")
            .header("tus-resumable", "1.0.0")
            .header("upload-length", size)
            .header("upload-metadata", metadata.to_header())
            .send()
            .await
            .unwrap()
    }

    pub fn patch(&self, location: &str, offset: u64, bytes: &[u8]) -> RequestBuilder {
        self.request(Method::PATCH, location)
            .header("tus-resumable", "1.0.0")
            .header("upload-offset", offset)
            .header("content-type", PATCH_MEDIA_TYPE)
            .body(bytes.to_vec())
    }

    pub async fn offset(&self, location: &str) -> Response {
        let request = self.request(Method::HEAD, location);
        request
            .header("tus-resumable", "1.0.0")
            .send()
            .await
            .unwrap()
    }

    pub async fn uploads(&self, name: &str, bytes: &[u8]) -> AttachmentId {
        let (id, reply) = self.begins_upload(name, bytes).await;
        assert_eq!(reply.status(), StatusCode::CREATED);
        let reply = self
            .patch(&location(&reply), 0, bytes)
            .send()
            .await
            .unwrap();
        assert_eq!(reply.status(), StatusCode::NO_CONTENT);
        id
    }

    pub async fn attaches(&self, incident: IncidentId, file: AttachmentId) {
        let body = json!({"id": Uuid::now_v7(), "message": "", "attachments": [file]});
        let reply = self.post(&tickets(incident), &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED);
    }
}

pub fn tickets(incident: IncidentId) -> String {
    format!("/api/incidents/{incident}/tickets")
}

pub fn location(reply: &Response) -> String {
    reply.headers()["location"].to_str().unwrap().to_owned()
}

/// Asserts that a reply is a refusal with this slug, and gives it.
pub async fn refused(reply: Response, slug: &str) -> Problem {
    let status = reply.status().as_u16();
    let media_type = reply.headers()["content-type"].to_str().unwrap().to_owned();
    let text = reply.text().await.unwrap();
    assert_eq!(media_type, "application/problem+json", "{text}");
    assert!(
        text.contains(&format!("urn:palier:problem:{slug}\"")),
        "{status} {text}"
    );
    let problem: Problem = serde_json::from_str(&text).unwrap();
    assert_eq!(problem.status, status);
    problem
}

/// A mutation as a device would store it.
pub fn mutation(payload: &Payload) -> Mutation {
    Mutation {
        mutation_id: MutationId(Uuid::now_v7()),
        schema: 1,
        kind: payload.kind().into(),
        payload: payload.to_raw().unwrap(),
        depends_on: None,
    }
}

pub fn opening(unit: UnitId, incident: IncidentId) -> Mutation {
    mutation(&Payload::OpenIncident(OpenIncident {
        incident_id: incident,
        unit_id: unit,
        title: "Fuite".into(),
        description: String::new(),
        category: Category::Plumbing,
        priority: Priority::High,
        written_at: Utc::now(),
    }))
}

pub fn ticket(incident: IncidentId, message: &str) -> Mutation {
    mutation(&Payload::AddTicket(new_ticket(incident, message)))
}

pub fn new_ticket(incident: IncidentId, message: &str) -> AddTicket {
    AddTicket {
        ticket_id: TicketId(Uuid::now_v7()),
        incident_id: incident,
        message: message.into(),
        attachments: Vec::new(),
        written_at: Utc::now(),
    }
}

pub fn status(incident: IncidentId, from: Status, to: Status) -> Mutation {
    mutation(&Payload::SetStatus(SetStatus {
        incident_id: incident,
        ticket_id: TicketId(Uuid::now_v7()),
        from,
        to,
        written_at: Utc::now(),
    }))
}

pub fn mark_read(incident: IncidentId, up_to_n: u64) -> Mutation {
    mutation(&Payload::MarkRead(MarkRead {
        up_to_m: None,
        incident_id: incident,
        up_to_n: Some(up_to_n),
        seen_flag: None,
    }))
}
