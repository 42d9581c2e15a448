//! Two servers that differ only in notes and note markers answer a tenant byte for byte alike.
//!
//! One server is filled, copied, and both halves stand still at the same moment; then the owners of one
//! of them write notes and mark them read. A tenant asks both every route of the description (a new one
//! is among them as soon as the matrix has its row) and must not be able to tell them apart. Put aside
//! is only what the request itself makes different: its id, the date of the reply, and ids and tokens
//! that the server makes up for an answer.

use crate::{
    matrix::{
        Who, table,
        world::{Ask, World, get, operations, post},
    },
    notes::{mark_notes, muting, note},
    support::{Person, Server},
};
use futures_util::StreamExt;
use palier_domain::UserId;
use palier_wire::{Cursor, Scope};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use std::{collections::BTreeSet, time::Duration};
use uuid::Uuid;

/// What a tenant can ask: every route as the matrix asks it, and what he would ask to find out.
async fn questions(world: &World, tenant: UserId) -> Vec<(String, Ask)> {
    let place = world.place(Who::Tenant);
    let mut asks = Vec::new();
    for operation in operations(world).await {
        let row = table::row(&operation.id, world, &place, tenant).await;
        asks.push((operation.id.clone(), row.expect(&operation.id).1));
    }
    let scopes = [Scope::Lease(place.lease), Scope::User(tenant)];
    let mut cursor = Cursor::start(world.house.server.app.epoch());
    cursor.at.extend(scopes.map(|scope| (scope, 0)));
    for path in [
        format!("/api/sync/changes?cursor={cursor}"),
        format!("/api/sync/stream?cursor={cursor}"),
        format!("/api/sync/snapshot?scope={}", scopes[0]),
        format!("/api/sync/snapshot?scope={}", scopes[1]),
        "/api/search?q=assurance".into(),
        format!("/api/incidents/{}/notes?after_m=1", place.incident),
    ] {
        asks.push((path.clone(), get(path)));
    }
    let marker = format!("/api/incidents/{}/read-marker", place.incident);
    let ask = Ask::new(Method::PUT, marker).body(json!({"up_to_m": 1}));
    asks.push(("mark notes".into(), ask));
    let pushed = json!({"user_id": tenant, "device_id": Uuid::nil(), "mutations": [
        note(place.incident, "Moi aussi"), mark_notes(place.incident, 1),
        muting(place.incident, true)]});
    let epoch = world.house.owner.epoch.clone();
    let ask = post("/api/sync/push", pushed).header("palier-epoch", epoch);
    asks.push(("push notes".into(), ask));
    asks
}

/// A reply as one text: status, headers in order, body; of a stream its first event.
async fn whole(reply: Response) -> String {
    let mut text = format!("{}\n", reply.status());
    let stream = reply
        .headers()
        .get("content-type")
        .is_some_and(|it| it == "text/event-stream");
    let mut headers: Vec<_> = reply
        .headers()
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}\n", String::from_utf8_lossy(value.as_bytes())))
        .collect();
    headers.sort();
    text.extend(headers);
    if stream {
        let mut chunks = reply.bytes_stream();
        let mut seen = String::new();
        while !seen.contains("\n\n") {
            let chunk = tokio::time::timeout(Duration::from_secs(10), chunks.next());
            let chunk = chunk.await.expect("an event").expect("an open stream");
            seen += &String::from_utf8_lossy(&chunk.unwrap());
        }
        return text + &seen;
    }
    let bytes = reply.bytes().await.unwrap();
    match serde_json::from_slice::<Value>(&bytes) {
        Ok(mut body) => {
            if let Value::Object(members) = &mut body {
                members.remove("instance");
                members.remove("token");
            }
            text + &body.to_string()
        }
        Err(_) => text + &String::from_utf8_lossy(&bytes),
    }
}

/// The ids in a text, where they stand.
fn ids(text: &str) -> Vec<&str> {
    (0..text.len().saturating_sub(35))
        .filter_map(|at| text.get(at..at + 36))
        .filter(|it| it.is_ascii() && Uuid::try_parse(it).is_ok())
        .collect()
}

/// The text with names for the ids that only it has, in the order of their appearance: the server made
/// them up for this answer.
fn with_names(text: &str, other: &str) -> String {
    let known: BTreeSet<&str> = ids(other).into_iter().collect();
    let mut named = text.to_owned();
    let mut made_up: Vec<&str> = Vec::new();
    for id in ids(text) {
        if !known.contains(id) && !made_up.contains(&id) {
            made_up.push(id);
        }
    }
    for (at, id) in made_up.iter().enumerate() {
        named = named.replace(id, &format!("made-up-{at}"));
    }
    without_own_hashes(&named)
}

/// A user's own rows (a mute) have ids that the server makes up, and so their hashes differ; their
/// number does not.
fn without_own_hashes(text: &str) -> String {
    let mut left = text.to_owned();
    let mut from = 0;
    while let Some(at) = left[from..].find("\"user:").map(|at| from + at) {
        from = at + 1;
        let own = &left[at..];
        let Some(xor) = own
            .find(",\"xor\":\"")
            .filter(|xor| !own[..*xor].contains('}'))
        else {
            continue;
        };
        let value = at + xor + ",\"xor\":\"".len();
        left.replace_range(value..value + 16, "of-own-rows");
    }
    left
}

/// Somebody as he calls another server.
fn at(person: &Person, server: &Server) -> Person {
    Person {
        url: server.url.clone(),
        http: Client::new(),
        ..person.clone()
    }
}

#[tokio::test]
async fn a_tenant_cannot_tell_a_server_with_notes_from_one_without() {
    let world = World::make().await;
    let tenant = world.house.tenant.clone();
    let owners = [Who::Owner, Who::CoOwner].map(|who| world.person(who).unwrap().clone());
    let incident = world.place(Who::Tenant).incident;
    let asks = questions(&world, tenant.id).await;
    assert!(asks.len() > 50);
    let (with, without) = world.house.server.into_twins().await;

    let write = async |round: &str| {
        for owner in &owners {
            let owner = at(owner, &with);
            let about = [
                note(incident, &format!("Assurance prévenue, {round}")),
                note(incident, "Mauvais payeur ?"),
                mark_notes(incident, 2),
            ];
            let results = owner.push(about.into()).await;
            assert!(results.iter().all(|it| it.problem.is_none()), "{results:?}");
        }
    };
    let ask_both = async |only_reads: bool| {
        for (which, ask) in &asks {
            if only_reads && ask.method != Method::GET {
                continue;
            }
            let mut replies = Vec::new();
            for server in [&with, &without] {
                let token = ask.session.as_ref().unwrap_or(&tenant.token);
                let request = server.request(ask.method.clone(), &ask.path);
                let mut request = request.bearer_auth(token);
                for (name, value) in &ask.headers {
                    request = request.header(*name, value);
                }
                request = match &ask.body {
                    Some(body) => request.json(body),
                    None => request.body(ask.bytes.clone()),
                };
                replies.push(whole(request.send().await.unwrap()).await);
            }
            let [with, without] = [&replies[0], &replies[1]];
            assert_eq!(
                with_names(with, without),
                with_names(without, with),
                "{which}"
            );
            assert!(!with.contains("Mauvais payeur"), "{which}");
        }
    };
    write("une fois").await;
    ask_both(true).await;
    // What he does himself comes out alike too, and so does everything after it.
    ask_both(false).await;
    write("deux fois").await;
    ask_both(true).await;
    // The owners do see a difference.
    let path = format!("/api/incidents/{incident}/notes");
    let notes = at(&owners[0], &with).get(&path).await.text().await.unwrap();
    assert_eq!(notes.matches("Mauvais payeur").count(), 4);
    let notes = at(&owners[0], &without).get(&path).await;
    assert_eq!(notes.json::<Value>().await.unwrap()["notes"], json!([]));
}

#[test]
fn ids_that_a_server_made_up_get_names_and_others_keep_theirs() {
    let [a, b, c] = [1, 2, 3].map(|n| Uuid::from_u128(n).to_string());
    let left = format!("{a} {b} é{b}");
    let right = format!("{a} {c} é{c}");
    assert_eq!(
        with_names(&left, &right),
        format!("{a} made-up-0 émade-up-0")
    );
    assert_eq!(with_names(&left, &right), with_names(&right, &left));
    let digest = |xor: &str| format!("{{\"user:{a}\":{{\"rows\":3,\"xor\":\"{xor}\"}}}}");
    let named = digest("of-own-rows");
    assert_eq!(
        with_names(&digest("2047d8530bba112c"), ""),
        named.replace(&a, "made-up-0")
    );
    let one_more = format!("{right} {}", Uuid::from_u128(4));
    assert_ne!(with_names(&left, &one_more), with_names(&one_more, &left));
}
