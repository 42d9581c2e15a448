//! `cargo xtask say`: what a tenant with an HTTP client would do.
//!
//! Written against the public routes with plain JSON, not with the crate `wire`: so it also shows
//! that a program of somebody else's can write a message.

use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    demo::{Folder, TENANT},
    process::Refused,
    progress::note,
    workspace::Workspace,
};

/// Writes a message as the demo tenant.
pub fn say(workspace: &Workspace, text: &str, incident: Option<&str>) -> Result<()> {
    let server = fs::read_to_string(Folder::of(workspace).address()).map_err(|_| {
        Refused("no demo is running: start `cargo xtask run` in another terminal".into())
    })?;
    let api = Api {
        server: server.trim().to_owned(),
        token: None,
    };

    let session = api.post(
        "/api/session",
        &json!({
            "email": TENANT.email,
            "password": TENANT.password,
            "device_id": Uuid::now_v7(),
            "device_name": "cargo xtask say",
        }),
    )?;
    let token = session["token"]
        .as_str()
        .context("the server's answer to the sign-in has no token")?;
    let api = Api {
        token: Some(token.to_owned()),
        ..api
    };

    let incident = match incident {
        Some(id) => id.to_owned(),
        None => first_incident(&api.get("/api/incidents")?)?,
    };
    let ticket = api.post(
        &format!("/api/incidents/{incident}/tickets"),
        &json!({ "id": Uuid::now_v7(), "message": text }),
    )?;
    note(&format!(
        "{} wrote message {} on incident {incident}: {text}",
        TENANT.email, ticket["n"]
    ));

    // One device a sentence would fill the tenant's list of devices.
    api.delete("/api/session")
}

fn first_incident(page: &Value) -> Result<String> {
    page["incidents"][0]["id"]
        .as_str()
        .map(str::to_owned)
        .context("the tenant has no incident to write to")
}

struct Api {
    server: String,
    token: Option<String>,
}

impl Api {
    fn get(&self, path: &str) -> Result<Value> {
        self.send(ureq::http::Method::GET, path, None)
    }

    fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.send(ureq::http::Method::POST, path, Some(body))
    }

    fn delete(&self, path: &str) -> Result<()> {
        self.send(ureq::http::Method::DELETE, path, None).map(drop)
    }

    fn send(&self, method: ureq::http::Method, path: &str, body: Option<&Value>) -> Result<Value> {
        let what = format!("{method} {path}");
        let agent: ureq::Agent = ureq::Agent::config_builder()
            // A refusal's body says why, so it is read instead of becoming an error without it.
            .http_status_as_error(false)
            .timeout_global(Some(std::time::Duration::from_secs(20)))
            .build()
            .into();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.server));
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let content = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                body.to_string()
            }
            None => String::new(),
        };
        let mut response = agent.run(request.body(content)?).with_context(|| {
            format!(
                "{what}: no answer from {}; is the demo still running?",
                self.server
            )
        })?;
        let answer = response
            .body_mut()
            .read_to_string()
            .with_context(|| format!("{what}: the answer broke off"))?;
        if !response.status().is_success() {
            bail!("{what}: {} {answer}", response.status());
        }
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_str(&answer).with_context(|| format!("{what}: the answer is not JSON"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_incident_is_the_one_written_to() {
        let page = json!({ "incidents": [{ "id": "a" }, { "id": "b" }], "next": null });
        assert_eq!(first_incident(&page).unwrap(), "a");
    }

    #[test]
    fn a_tenant_without_incidents_is_an_error_that_says_so() {
        let error = first_incident(&json!({ "incidents": [] })).unwrap_err();
        assert_eq!(error.to_string(), "the tenant has no incident to write to");
    }
}
