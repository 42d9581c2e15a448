//! Every kind of mutation, pushed by everybody.
//!
//! The kinds are those of the description's `Payload`. As for routes: a kind without a row fails, and
//! what each person is answered follows from its rule.

use super::{
    Answer,
    Rule::{self, *},
    Thing::*,
    Who,
    table::{marks, notes as writes_notes},
    world::{Place, World},
};
use crate::{
    notes::{muting, note},
    support::{mark_read, mutation, opening, status, ticket},
};
use palier_domain::{Act, Category, MutationId, Priority, Status, StatusMove, may};
use palier_wire::{
    Mutation, MutationResult, Payload, ProblemKind, Verdict,
    sync::{Cancel, ClearUnread, MarkUnread, SetCategory, SetPriority},
};
use serde_json::Value;
use uuid::Uuid;

/// The rule of a kind, and a mutation about `place`.
async fn row(kind: &str, world: &World, place: &Place) -> Option<(Rule, Mutation)> {
    let Place { unit, incident, .. } = *place;
    let incident_id = incident;
    // Values that still stand: a mutation names what it changes.
    let now = match place.nowhere {
        true => (Status::Open, Priority::Normal, Category::Heating),
        false => {
            let row = world.house.owner.sees(incident).await.incident;
            (row.status, row.priority, row.category)
        }
    };
    Some(match kind {
        "OpenIncident" => (
            At(Unit, |role, standing| {
                may(role, standing, Act::OpenIncident)
            }),
            opening(unit, Uuid::now_v7().into()),
        ),
        "AddTicket" => (
            At(Incident, |role, standing| {
                may(role, standing, Act::AddTicket)
            }),
            ticket(incident, "x"),
        ),
        "AddNote" => (At(Incident, writes_notes), note(incident, "x")),
        "SetStatus" => {
            let next = Status::ALL[Status::ALL.iter().position(|it| *it == now.0).unwrap() + 1];
            (
                At(Incident, |role, standing| {
                    StatusMove::judge(role, standing, Status::Open, Status::Acknowledged).map(drop)
                }),
                status(incident, now.0, next),
            )
        }
        "SetPriority" => (
            At(Incident, |role, standing| {
                may(role, standing, Act::SetPriority)
            }),
            mutation(&Payload::SetPriority(SetPriority {
                incident_id,
                from: now.1,
                to: Priority::High,
            })),
        ),
        "SetCategory" => (
            At(Incident, |role, standing| {
                may(role, standing, Act::SetCategory)
            }),
            mutation(&Payload::SetCategory(SetCategory {
                incident_id,
                from: now.2,
                to: Category::Gas,
            })),
        ),
        "MarkRead" => (At(Incident, marks), mark_read(incident, 1)),
        "MarkUnread" => (
            At(Incident, marks),
            mutation(&Payload::MarkUnread(MarkUnread { incident_id })),
        ),
        "ClearUnread" => (
            At(Incident, marks),
            mutation(&Payload::ClearUnread(ClearUnread { incident_id })),
        ),
        "SetMute" => (
            At(Incident, |role, standing| may(role, standing, Act::Mute)),
            muting(incident, true),
        ),
        "Cancel" => {
            let mutation_id = MutationId(Uuid::now_v7());
            (Own, mutation(&Payload::Cancel(Cancel { mutation_id })))
        }
        _ => return None,
    })
}

/// The kinds that the server describes.
async fn kinds(world: &World) -> Vec<String> {
    let document: Value = world.house.owner.read("/api/openapi.json").await;
    let all = document["components"]["schemas"]["Payload"]["anyOf"].as_array();
    let names = all.unwrap().iter().filter_map(|it| it["$ref"].as_str());
    names
        .map(|it| it.rsplit('/').next().unwrap().to_owned())
        .collect()
}

fn unlisted(kind: &str) -> String {
    format!(
        "the mutation {kind} is not in server/tests/http/matrix/pushes.rs. Add a row: an example \
         of it, and who may (a rule of palier_domain)."
    )
}

fn answer_of(result: &MutationResult) -> Option<Answer> {
    match (result.status, &result.problem) {
        (Verdict::Applied | Verdict::Duplicate, None) => Some(Answer::Done),
        (Verdict::Rejected, Some(problem)) => match problem.kind {
            ProblemKind::Forbidden => problem.denied.map(Answer::Denied),
            ProblemKind::NotFound => Some(Answer::NotThere),
            _ => None,
        },
        _ => None,
    }
}

/// What a push of `kind` comes to, and how many statements it took.
// What is refused leaves nothing, so it may be asked three times: the least counts, because the server
// may do something by itself in between.
async fn pushed(kind: &str, world: &World, who: Who, place: &Place) -> (Rule, MutationResult, u64) {
    let app = &world.house.server.app;
    let person = world.person(who).unwrap();
    let found = row(kind, world, place).await;
    let (rule, mutation) = found.unwrap_or_else(|| panic!("{}", unlisted(kind)));
    let mut least = u64::MAX;
    let mut tries = 0;
    loop {
        let before = app.statements();
        let result = person.push_one(mutation.clone()).await;
        least = least.min(app.statements() - before);
        tries += 1;
        if result.status != Verdict::Rejected || tries == 3 {
            return (rule, result, least);
        }
    }
}

#[tokio::test]
async fn everybody_may_push_what_the_rules_say_and_what_is_foreign_is_unknown() {
    let world = World::make().await;
    let mut wrong = Vec::new();
    let kinds = kinds(&world).await;
    assert!(kinds.len() > 10, "{kinds:?}");
    for kind in &kinds {
        for who in Who::ALL {
            if world.person(who).is_none() {
                continue;
            }
            let place = world.place(who);
            let (rule, result, work) = pushed(kind, &world, who, &place).await;
            let expected = rule.answer(who);
            if answer_of(&result) != Some(expected) {
                wrong.push(format!(
                    "{kind}, {who:?}: {expected:?} expected, {result:?}"
                ));
            }
            if expected != Answer::NotThere {
                continue;
            }
            let (_, of_none, work_for_none) = pushed(kind, &world, who, &World::nowhere()).await;
            if result.problem != of_none.problem || work != work_for_none {
                wrong.push(format!(
                    "{kind}, {who:?}: {result:?} after {work}, {of_none:?} after {work_for_none}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_mutation_that_waits_for_an_unknown_one_does_not_tell_whether_an_incident_exists() {
    let world = World::make().await;
    let stranger = world.person(Who::OtherOwner).unwrap();
    let mut problems = Vec::new();
    for place in [world.place(Who::OtherOwner), World::nowhere()] {
        let waiting = Mutation {
            depends_on: Some(MutationId(Uuid::now_v7())),
            ..ticket(place.incident, "x")
        };
        let result = stranger.push_one(waiting).await;
        assert_eq!(result.status, Verdict::Retry);
        problems.push(result.problem.unwrap());
    }
    assert_eq!(problems[0].kind, ProblemKind::ParentMissing);
    assert_eq!(problems[0], problems[1]);
}
