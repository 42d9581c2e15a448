//! The other side of an incident, over plain REST: a tenant with a program of his own.

use super::{SOON, webdriver::http};
use palier_domain::{AttachmentId, IncidentId, TicketId};
use palier_wire::{
    rest::{IncidentPage, IncidentResponse, IncidentView, NewTicket, TicketPage},
    session::{SessionCreated, SignIn},
};
use serde::{Serialize, de::DeserializeOwned};
use std::net::SocketAddr;
use uuid::Uuid;

/// A signed-in person.
pub struct Person {
    server: SocketAddr,
    token: String,
    http: reqwest::Client,
}

impl Person {
    /// Signs in to the server itself, past the network that the window uses.
    pub async fn sign_in(server: SocketAddr, (email, password): (&str, &str)) -> Self {
        let mut person = Self {
            server,
            token: String::new(),
            http: http(SOON),
        };
        let session: SessionCreated = person
            .post(
                "/api/session",
                &SignIn {
                    email: email.into(),
                    password: password.into(),
                    device_id: Uuid::now_v7().into(),
                    device_name: "a test".into(),
                    cookie: false,
                },
            )
            .await;
        person.token = session.token;
        person
    }

    /// The same person, after the server moved.
    pub fn at(mut self, server: SocketAddr) -> Self {
        self.server = server;
        self
    }

    /// His incidents.
    pub async fn incidents(&self) -> Vec<IncidentView> {
        let page: IncidentPage = self.get("/api/incidents?limit=100").await;
        page.incidents
    }

    /// The thread of an incident.
    pub async fn thread(&self, incident: IncidentId) -> Vec<IncidentResponse> {
        let path = format!("/api/incidents/{incident}/tickets?limit=200");
        let page: TicketPage = self.get(&path).await;
        assert!(!page.more, "the demonstration's threads are short");
        page.tickets
    }

    /// Writes a message.
    pub async fn writes(&self, incident: IncidentId, message: &str) -> IncidentResponse {
        let ticket = NewTicket {
            id: TicketId(Uuid::now_v7()),
            message: message.into(),
            attachments: Vec::new(),
            written_at: None,
        };
        self.post(&format!("/api/incidents/{incident}/tickets"), &ticket)
            .await
    }

    /// The bytes of a file.
    pub async fn file(&self, id: AttachmentId) -> Vec<u8> {
        let url = self.url(&format!("/api/attachments/{id}"));
        let reply = self.http.get(url).bearer_auth(&self.token).send();
        let reply = reply.await.unwrap().error_for_status().unwrap();
        reply.bytes().await.unwrap().to_vec()
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.server)
    }

    /// What a route answers.
    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> T {
        read(self.http.get(self.url(path)).bearer_auth(&self.token)).await
    }

    /// Changes something, whatever version it has.
    pub async fn patch<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        let request = self.http.patch(self.url(path)).json(body);
        read(request.header("if-match", "*").bearer_auth(&self.token)).await
    }

    /// What a route answers to this.
    pub async fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> T {
        let request = self.http.post(self.url(path)).json(body);
        read(request.bearer_auth(&self.token)).await
    }
}

async fn read<T: DeserializeOwned>(request: reqwest::RequestBuilder) -> T {
    let reply = request.send().await.unwrap();
    let (status, url) = (reply.status(), reply.url().clone());
    let text = reply.text().await.unwrap();
    assert!(status.is_success(), "{url} answered {status}: {text}");
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{url}: {error} in {text}"))
}
