//! Text that would like to be something else: SQL, a search expression, markup, the end of a string.
//! It is refused or it is stored as it came; it never becomes what it looks like.

use crate::support::{House, tickets};
use palier_domain::IncidentId;
use palier_server::ops::seed;
use palier_wire::{SearchPage, rest::IncidentView};
use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

/// Strings without white space at their ends and without control characters: stored as they come.
const STORED: &[&str] = &[
    "'; drop table incidents; --",
    "' or '1'='1",
    "\" or \"\"=\"",
    "1); delete from users; select (1",
    "%_\\%27%00$1 ?1 :a @b",
    "{scopes} : (p0) OR words:*",
    "\"eau\" AND (NOT \"feu\"* OR NEAR(a b, 2)) ^c - + d",
    "eau:* & !feu | 'x' <-> 'y'",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; &#x27; ]]> <!-- -->",
    "{{7*7}} ${7*7} #{7*7} %s %n {0}",
    "../../etc/passwd\\..\\..",
    "Robert\u{202e}txt.exe\u{202c} \u{2066}x\u{2069} \u{200f}שלום\u{200e}",
    "e\u{301}\u{327} \u{1f469}\u{200d}\u{1f4bb} \u{fffd} \u{feff}x",
    "\u{10ffff}\u{e000}",
    "İstanbul ǅ ß ﬁ Ⅷ ²",
];

/// Strings that hold what no keyboard types.
const REFUSED: &[&str] = &["a\0b", "\u{7}bell", "a\u{1b}[31mb", "a\u{85}b", "x\u{9f}"];

fn answered(reply: &Response, about: &str) {
    let status = reply.status();
    assert!(
        status.is_success() || status.is_client_error(),
        "{status} for {about:?}"
    );
}

#[tokio::test]
async fn what_is_stored_is_what_was_sent_byte_for_byte() {
    let house = House::start().await;
    let incident = house.incident().await;
    for text in STORED {
        assert_eq!(house.tenant.writes(incident, text).await.message, *text);
        let id = IncidentId(Uuid::now_v7());
        let body = json!({"id": id, "unit_id": house.unit, "title": text, "description": text,
            "category": "other"});
        let reply = house.tenant.post("/api/incidents", &body).await;
        assert_eq!(reply.status(), StatusCode::CREATED, "{text}");
        let view: IncidentView = house.owner.sees(id).await;
        assert_eq!(view.incident.title, *text);
        assert_eq!(view.incident.description, *text);
    }
    let thread = house.owner.thread(incident).await;
    let messages: Vec<&str> = thread.iter().map(|it| it.message.as_str()).collect();
    assert_eq!(messages, STORED);
}

#[tokio::test]
async fn what_no_keyboard_types_is_refused_in_every_field() {
    let house = House::start().await;
    let incident = house.incident().await;
    for text in REFUSED {
        let ticket = json!({"id": Uuid::now_v7(), "message": text});
        let reply = house.tenant.post(&tickets(incident), &ticket).await;
        assert_eq!(reply.status(), StatusCode::UNPROCESSABLE_ENTITY, "{text:?}");
        for field in ["title", "description"] {
            let mut body = json!({"id": Uuid::now_v7(), "unit_id": house.unit, "title": "x",
                "category": "other"});
            body[field] = Value::from(*text);
            let reply = house.tenant.post("/api/incidents", &body).await;
            assert_eq!(
                reply.status(),
                StatusCode::UNPROCESSABLE_ENTITY,
                "{field} {text:?}"
            );
        }
    }
    assert!(house.owner.thread(incident).await.is_empty());
}

#[tokio::test]
async fn a_string_that_is_no_text_is_unreadable() {
    let house = House::start().await;
    let incident = house.incident().await;
    let id = Uuid::now_v7();
    let bodies: [Vec<u8>; 5] = [
        format!(r#"{{"id": "{id}", "message": "\ud800"}}"#).into(),
        format!(r#"{{"id": "{id}", "message": "\udc00\ud800"}}"#).into(),
        format!(r#"{{"id": "{id}", "message": "\ud83d x"}}"#).into(),
        [
            b"{\"id\": \"".as_slice(),
            id.to_string().as_bytes(),
            b"\", \"message\": \"\xff\xfe\"}",
        ]
        .concat(),
        [
            b"{\"id\": \"".as_slice(),
            id.to_string().as_bytes(),
            b"\", \"message\": \"\xed\xa0\x80\"}",
        ]
        .concat(),
    ];
    for body in bodies {
        let request = house.tenant.request(Method::POST, &tickets(incident));
        let reply = request.body(body.clone()).send().await.unwrap();
        let shown = String::from_utf8_lossy(&body).into_owned();
        assert_eq!(reply.status(), StatusCode::BAD_REQUEST, "{shown}");
    }
    assert!(house.owner.thread(incident).await.is_empty());
}

#[tokio::test]
async fn every_filter_and_every_search_takes_any_text() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "Un message").await;
    let long = "x".repeat(6_000);
    let texts = STORED.iter().chain(REFUSED).copied().chain([
        "",
        " ",
        "\"",
        "'",
        "(",
        "*",
        "\\",
        "\0",
        "a\0",
        "NOT",
        "AND OR",
        "NEAR(",
        "*a",
        "a*",
        "^",
        "-",
        "+",
        ":",
        "é'",
        "\u{301}",
        "p*",
        long.as_str(),
    ]);
    let fields = [
        "q",
        "status",
        "priority",
        "category",
        "portfolio",
        "property",
        "unit",
        "unread",
        "sort",
        "after",
        "limit",
    ];
    for text in texts {
        for field in fields {
            let request = house.owner.request(Method::GET, "/api/incidents");
            let reply = request.query(&[(field, text)]).send().await.unwrap();
            answered(&reply, text);
        }
        for field in ["q", "after", "limit"] {
            let request = house.owner.request(Method::GET, "/api/search?q=message");
            let reply = request.query(&[(field, text)]).send().await.unwrap();
            answered(&reply, text);
        }
        let request = house.owner.request(Method::GET, "/api/search");
        let reply = request.query(&[("q", text)]).send().await.unwrap();
        answered(&reply, text);
        for field in ["portfolio", "from", "to", "time_zone"] {
            let request = house.owner.request(Method::GET, "/api/dashboard");
            let reply = request.query(&[(field, text)]).send().await.unwrap();
            answered(&reply, text);
        }
        for field in ["after_n", "before_n", "limit"] {
            let request = house.owner.request(Method::GET, &tickets(incident));
            let reply = request.query(&[(field, text)]).send().await.unwrap();
            answered(&reply, text);
        }
    }
    assert_eq!(
        house.owner.thread(incident).await.len(),
        1,
        "all is still there"
    );
}

#[tokio::test]
async fn what_looks_like_an_expression_is_found_by_its_words() {
    let house = House::start().await;
    let incident = house.incident().await;
    for text in STORED {
        house.tenant.writes(incident, text).await;
    }
    let mut found = 0;
    for text in STORED {
        let request = house.owner.request(Method::GET, "/api/search?limit=100");
        let reply = request.query(&[("q", text)]).send().await.unwrap();
        if reply.status() == StatusCode::UNPROCESSABLE_ENTITY {
            continue; // no word in it
        }
        assert_eq!(reply.status(), StatusCode::OK, "{text}");
        let page: SearchPage = reply.json().await.unwrap();
        let whole: Vec<String> = page
            .results
            .iter()
            .map(|result| {
                result
                    .excerpt
                    .iter()
                    .map(|piece| piece.text.as_str())
                    .collect()
            })
            .collect();
        found += usize::from(whole.iter().any(|shown| shown == text));
    }
    assert!(found >= STORED.len() - 2, "only {found} found");
}

#[tokio::test]
async fn names_of_people_and_files_are_only_names() {
    let house = House::start().await;
    for (at, text) in STORED.iter().enumerate() {
        let email = format!("name{at}@example.test");
        // A name may be refused; it may not break anything.
        if let Ok(user) =
            seed::create_user(&house.server.app, &email, text, crate::support::PASSWORD).await
        {
            seed::add_tenant(&house.server.app, house.lease, user)
                .await
                .unwrap();
        }
        let (_, reply) = house
            .tenant
            .begins_upload(&format!("{text}.txt"), b"x")
            .await;
        answered(&reply, text);
    }
    let reply = house.owner.get("/api/search?q=script").await;
    assert_eq!(reply.status(), StatusCode::OK);
}
