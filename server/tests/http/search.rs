//! Looking for words.

use crate::support::{House, Person, refused};
use palier_server::ops::seed;
use palier_wire::{Found, SearchPage, SearchResult};
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

impl Person {
    async fn finds_page(&self, words: &str, more: &str) -> SearchPage {
        let request = self.request(reqwest::Method::GET, &format!("/api/search?{more}"));
        let reply = request.query(&[("q", words)]).send().await.unwrap();
        assert_eq!(reply.status(), StatusCode::OK, "{words}");
        reply.json().await.unwrap()
    }

    async fn finds(&self, words: &str) -> Vec<SearchResult> {
        self.finds_page(words, "").await.results
    }

    /// What he finds: `i` incident, `t` ticket, `a` attachment, `p` person, newest first.
    async fn kinds(&self, words: &str) -> String {
        let results = self.finds(words).await;
        let kind = |result: &SearchResult| match result.found {
            Found::Ticket { .. } => 't',
            Found::Incident { .. } => 'i',
            Found::Attachment { .. } => 'a',
            Found::Tenant { .. } => 'p',
        };
        results.iter().map(kind).collect()
    }
}

fn marked(result: &SearchResult) -> Vec<&str> {
    let hits = result.excerpt.iter().filter(|piece| piece.hit);
    hits.map(|piece| piece.text.as_str()).collect()
}

#[tokio::test]
async fn words_are_found_whatever_their_case_and_accents() {
    let house = House::start().await;
    let incident = house.incident().await;
    house
        .tenant
        .writes(incident, "L’évier est BOUCHÉ, quel crève-cœur")
        .await;
    for words in [
        "évier",
        "EVIER",
        "bouche",
        "e\u{301}vier bouché",
        "evier, crève-cœur",
        "coeur",
    ] {
        let found = house.owner.finds(words).await;
        assert_eq!(found.len(), 1, "{words}");
        assert_eq!(found[0].title, "Pas d’eau chaude");
        assert!(!marked(&found[0]).is_empty(), "{words}");
    }
    assert!(
        house.owner.finds("évier débouché").await.is_empty(),
        "all words"
    );
}

#[tokio::test]
async fn the_last_word_may_be_only_begun() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "La chaudière siffle").await;
    assert_eq!(house.owner.kinds("chaud").await, "ti", "newest first");
    assert_eq!(house.owner.kinds("siffle chau").await, "t");
    assert_eq!(house.owner.kinds("chau siffle").await, "", "only the last");
    assert_eq!(
        house.owner.kinds("s").await,
        "",
        "one letter is a word of its own"
    );
}

#[tokio::test]
async fn incidents_files_and_tenants_are_found_by_what_they_are_called() {
    let house = House::start().await;
    let body = json!({"id": Uuid::now_v7(), "unit_id": house.unit, "title": "Fuite",
        "description": "Sous le lavabo", "category": "plumbing"});
    house.tenant.post("/api/incidents", &body).await;
    let incident = serde_json::from_value(body["id"].clone()).unwrap();
    let file = house
        .tenant
        .uploads("Facture plombier.txt", b"42 euros")
        .await;
    assert_eq!(
        house.tenant.kinds("plombier").await,
        "",
        "not before it is sent"
    );
    house.tenant.attaches(incident, file).await;
    let found = house.owner.finds("plombier").await;
    assert_eq!(marked(&found[0]), ["plombier"]);
    assert!(matches!(
        found[0].found,
        Found::Attachment { attachment_id, n: 1, .. } if attachment_id == file
    ));
    assert_eq!(house.owner.kinds("lavabo").await, "i");
    let found = house.owner.finds("tenant").await;
    assert!(matches!(
        found[0].found,
        Found::Tenant { user_id, lease_id, unit_id }
            if user_id == house.tenant.id && lease_id == house.lease && unit_id == house.unit
    ));
    assert_eq!((found[0].title.as_str(), found.len()), ("1A", 1));
}

#[tokio::test]
async fn each_finds_only_what_he_may_see() {
    let house = House::start().await;
    let incident = house.incident().await;
    house.tenant.writes(incident, "Le mot secret").await;
    assert_eq!(house.owner.kinds("secret").await, "t");
    assert_eq!(house.tenant.kinds("secret").await, "t");
    assert_eq!(house.neighbour.kinds("secret").await, "");
    assert_eq!(house.stranger.kinds("secret").await, "");
    assert_eq!(house.neighbour.kinds("tenant").await, "");
    // The words that stand for scopes are not to be had by typing them.
    let scope = format!("p{}", house.portfolio.0.simple());
    assert_eq!(house.owner.kinds(&scope).await, "");
    seed::remove_tenant(&house.server.app, house.lease, house.tenant.id)
        .await
        .unwrap();
    assert_eq!(house.tenant.kinds("secret").await, "");
}

#[tokio::test]
async fn pages_go_through_everything_once() {
    let house = House::start().await;
    let incident = house.incident().await;
    for at in 0..7 {
        house
            .tenant
            .writes(incident, &format!("message {at}"))
            .await;
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = house
            .owner
            .finds_page("message", &format!("limit=3{after}"))
            .await;
        seen.extend(page.results.into_iter().map(|result| match result.found {
            Found::Ticket { n, .. } => n,
            _ => 0,
        }));
        let Some(next) = page.next else { break };
        after = format!("&after={next}");
    }
    assert_eq!(seen, [7, 6, 5, 4, 3, 2, 1]);
}

#[tokio::test]
async fn an_excerpt_is_text_in_pieces_and_never_markup() {
    let house = House::start().await;
    let incident = house.incident().await;
    house
        .tenant
        .writes(incident, "<b onclick=x>Fuite</b> & fuites")
        .await;
    let page: Value = house.owner.read("/api/search?q=fuite").await;
    assert_eq!(
        page["results"][0]["excerpt"],
        json!([
            {"text": "<b onclick=x>", "hit": false},
            {"text": "Fuite", "hit": true},
            {"text": "</b> & ", "hit": false},
            {"text": "fuites", "hit": true},
        ])
    );
}

#[tokio::test]
async fn a_query_that_is_too_long_or_empty_is_refused() {
    let house = House::start().await;
    for query in [
        "",
        "q=",
        "q=%20%3F%00",
        &format!("q={}", "a".repeat(257)),
        &format!("q={}", "a+".repeat(17)),
    ] {
        let reply = house.owner.get(&format!("/api/search?{query}")).await;
        let problem = refused(reply, "invalid").await;
        assert_eq!(problem.invalid.unwrap().field, "q", "{query}");
    }
    let reply = house.owner.get("/api/search?q=eau&after=x").await;
    assert_eq!(
        refused(reply, "invalid").await.invalid.unwrap().field,
        "after"
    );
}

#[tokio::test]
async fn words_are_there_after_a_restart_and_what_was_refused_is_not() {
    let house = House::start().await;
    let incident = house.incident().await;
    let first = house.tenant.writes(incident, "Premier").await;
    let again = json!({"id": first.id, "message": "Imposteur"});
    let request = house
        .tenant
        .request(reqwest::Method::POST, &crate::support::tickets(incident))
        .header("idempotency-key", Uuid::now_v7().to_string());
    refused(request.json(&again).send().await.unwrap(), "id-taken").await;
    let server = house.server.restart().await;
    let owner = server
        .person_again(house.owner.id, &house.owner.email)
        .await;
    assert_eq!(owner.kinds("premier").await, "t");
    assert_eq!(owner.kinds("imposteur").await, "");
}
