//! The API's description: one golden file, and what every operation says.

use crate::support::Server;
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::{collections::BTreeSet, env, fs, path::Path};

async fn served() -> String {
    let server = Server::start().await;
    let request = server.request(Method::GET, "/api/openapi.json");
    let reply = request.send().await.unwrap();
    assert_eq!(reply.status(), StatusCode::OK);
    assert_eq!(reply.headers()["content-type"], "application/json");
    reply.text().await.unwrap()
}

#[tokio::test]
async fn a_change_of_the_api_is_seen_in_review() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/openapi.json");
    let served = served().await;
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &served).unwrap();
    }
    assert!(
        served == fs::read_to_string(&golden).unwrap(),
        "docs/openapi.json says something else than the code. If the change is meant:\n\
         UPDATE_GOLDEN=1 cargo test -p palier-server --test http openapi"
    );
}

#[tokio::test]
async fn every_operation_says_what_it_is_and_how_it_refuses() {
    let document: Value = serde_json::from_str(&served().await).unwrap();
    let mut ids = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let which = format!("{method} {path}");
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{which}: {id} is there twice");
            assert!(operation["summary"].is_string(), "{which}");
            assert_eq!(operation["tags"].as_array().unwrap().len(), 1, "{which}");
            let replies = operation["responses"].as_object().unwrap();
            assert!(replies.keys().any(|it| it.starts_with('2')), "{which}");
            let public = operation.get("security").is_some();
            assert_eq!(
                replies.contains_key("401") && !["sign_in", "accept_invitation"].contains(&id),
                !public,
                "{which}"
            );
            // What a person sends has to be shown.
            let body = &operation["requestBody"]["content"]["application/json"];
            assert!(body.is_null() || body["schema"].is_object(), "{which}");
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                assert!(parameter["description"].is_string(), "{which} {parameter}");
            }
        }
    }
}

#[tokio::test]
async fn every_reference_in_the_description_leads_somewhere() {
    fn references<'v>(value: &'v Value, found: &mut Vec<&'v str>) {
        match value {
            Value::Object(members) => {
                found.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|it| references(it, found));
            }
            Value::Array(items) => items.iter().for_each(|it| references(it, found)),
            _ => {}
        }
    }
    let document: Value = serde_json::from_str(&served().await).unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(!found.is_empty());
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}
