//! Every route, asked by everybody.
//!
//! The routes are those of `/api/openapi.json`, so a new one is here by itself, and fails until
//! [`table`] says how it is asked and which rule of `palier_domain` lets whom pass. What each caller is
//! to be answered follows from that rule ([`Rule::answer`]): nobody writes down a cell.
//!
//! Whoever may not see something is answered as if it did not exist, in the same words and after the
//! same work: the second test counts statements and password hashes.

mod pushes;
pub mod table;
pub mod world;

use palier_domain::{Denied, LeaseStanding, Role};
use reqwest::{Method, StatusCode};
use serde_json::Value;
use std::collections::BTreeMap;
use world::{World, operations};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// Runs it.
    Owner,
    /// Runs it too.
    CoOwner,
    /// Runs another portfolio.
    OtherOwner,
    /// Lives there.
    Tenant,
    /// Lived there until a month ago.
    FormerTenant,
    /// Was taken off the lease.
    RemovedTenant,
    /// Lives next door, in the same property.
    OtherTenant,
    /// Is not signed in.
    Anonymous,
}

impl Who {
    const ALL: [Self; 8] = [
        Self::Anonymous,
        Self::OtherOwner,
        Self::RemovedTenant,
        Self::OtherTenant,
        Self::FormerTenant,
        Self::Tenant,
        Self::CoOwner,
        Self::Owner,
    ];

    /// As what he sees a thing, when he sees it.
    fn seat(self, thing: Thing) -> Option<(Role, LeaseStanding)> {
        match self {
            Self::Owner | Self::CoOwner => Some((Role::Owner, LeaseStanding::Running)),
            Self::Tenant | Self::FormerTenant if thing == Thing::OwnersAlone => None,
            Self::Tenant => Some((Role::Tenant, LeaseStanding::Running)),
            Self::FormerTenant => Some((Role::Tenant, LeaseStanding::Ended)),
            Self::OtherTenant if matches!(thing, Thing::Portfolio | Thing::Property) => {
                Some((Role::Tenant, LeaseStanding::Running))
            }
            _ => None,
        }
    }
}

/// What a request is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    Portfolio,
    Property,
    Unit,
    Lease,
    /// An incident of the lease, or what hangs on it.
    Incident,
    /// What only owners see: a place where nobody lives, the feed of the portfolio.
    OwnersAlone,
}

/// Who may do what a route does.
#[derive(Clone, Copy)]
pub enum Rule {
    /// Everybody, signed in or not.
    Public,
    /// Everybody who is signed in: it is about himself.
    Own,
    /// Only who runs something, wherever.
    Owners(fn(Role, LeaseStanding) -> Result<(), Denied>),
    /// Who sees the thing, if this rule of the domain lets him.
    At(Thing, fn(Role, LeaseStanding) -> Result<(), Denied>),
    /// [`Who::Owner`] alone: it is his own.
    OwnersOwn,
}

/// What somebody is answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Done,
    Denied(Denied),
    NotThere,
    NotSignedIn,
}

impl Rule {
    fn answer(self, who: Who) -> Answer {
        let judged = |verdict: Result<(), Denied>| match verdict {
            Ok(()) => Answer::Done,
            Err(denied) => Answer::Denied(denied),
        };
        let owns_something = matches!(who, Who::Owner | Who::CoOwner | Who::OtherOwner);
        match (self, who) {
            (Self::Public, _) => Answer::Done,
            (_, Who::Anonymous) => Answer::NotSignedIn,
            (Self::Own, _) | (Self::OwnersOwn, Who::Owner) => Answer::Done,
            (Self::OwnersOwn, _) => Answer::NotThere,
            (Self::Owners(rule), _) if owns_something => {
                judged(rule(Role::Owner, LeaseStanding::Running))
            }
            (Self::Owners(rule), _) => judged(rule(Role::Tenant, LeaseStanding::Running)),
            (Self::At(thing, rule), who) => match who.seat(thing) {
                Some((role, standing)) => judged(rule(role, standing)),
                None => Answer::NotThere,
            },
        }
    }

    /// Whether there are people for whom the thing does not exist.
    fn hides(self) -> bool {
        matches!(self, Self::At(..) | Self::OwnersOwn)
    }
}

/// Why a route fails that the table does not have.
fn unlisted(operation: &str) -> String {
    format!(
        "{operation} is not in server/tests/http/matrix/table.rs. Add a row: how it is asked \
         (path, body), and who may: Public, Own, Owners(rule), At(Thing, rule) or OwnersOwn. \
         The rule is a function of palier_domain, for instance |role, standing| may(role, \
         standing, Act::AddTicket); where none says it yet, write it there first."
    )
}

async fn answer_of(reply: reqwest::Response) -> (Option<Answer>, StatusCode, String) {
    let status = reply.status();
    let stream = reply
        .headers()
        .get("content-type")
        .is_some_and(|it| it == "text/event-stream");
    // A stream has no end, and a file's bytes are not the point.
    let text = if stream || status.is_success() {
        String::new()
    } else {
        reply.text().await.unwrap_or_default()
    };
    let problem: Value = serde_json::from_str(&text).unwrap_or_default();
    let denied = serde_json::from_value(problem["denied"].clone()).ok();
    let kind = problem["type"].as_str().unwrap_or_default();
    let answer = match status.as_u16() {
        200..=299 => Some(Answer::Done),
        401 if !kind.ends_with("wrong-credentials") => Some(Answer::NotSignedIn),
        403 => denied.map(Answer::Denied),
        404 | 410 => Some(Answer::NotThere),
        _ => None,
    };
    (answer, status, text)
}

#[tokio::test]
async fn everybody_may_what_the_rules_say_and_nothing_else() {
    let world = World::make().await;
    let mut wrong = Vec::new();
    let mut cells = 0;
    for operation in operations(&world).await {
        let id = operation.id.as_str();
        for who in Who::ALL {
            let place = world.place(who);
            let row = table::row(id, &world, &place, world.id(who)).await;
            let (rule, ask) = row.unwrap_or_else(|| panic!("{}", unlisted(id)));
            assert_eq!(
                (
                    &ask.method,
                    ask.path.split('?').next().unwrap().matches('/').count()
                ),
                (&operation.method, operation.path.matches('/').count()),
                "{id}: the row asks another route than {} {}",
                operation.method,
                operation.path
            );
            let expected = rule.answer(who);
            let reply = world.request(who, &ask).send().await.unwrap();
            let (answer, status, text) = answer_of(reply).await;
            // HEAD has no body that would say which problem.
            let without_words = operation.method == Method::HEAD && expected == Answer::NotThere;
            if answer != Some(expected) && !(without_words && status.is_client_error()) {
                wrong.push(format!(
                    "{id}, {who:?}: {expected:?} expected, {status} {text}"
                ));
            }
            cells += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(cells > 8 * 40, "{cells} cells");
}

#[tokio::test]
async fn what_is_foreign_is_answered_like_what_does_not_exist_after_the_same_work() {
    let world = World::make().await;
    let mut wrong = Vec::new();
    let mut compared = 0;
    for operation in operations(&world).await {
        let id = operation.id.as_str();
        for who in [Who::OtherOwner, Who::RemovedTenant, Who::OtherTenant] {
            let place = world.place(who);
            let row = table::row(id, &world, &place, world.id(who)).await;
            let (rule, foreign) = row.unwrap_or_else(|| panic!("{}", unlisted(id)));
            if !rule.hides() || rule.answer(who) != Answer::NotThere {
                continue;
            }
            let row = table::row(id, &world, &World::nowhere(), world.id(who)).await;
            let (_, unknown) = row.unwrap_or_else(|| panic!("{}", unlisted(id)));
            assert_ne!(
                foreign.path.clone() + &foreign.said(),
                unknown.path.clone() + &unknown.said(),
                "{id}"
            );
            let (said, work) = world.cost(who, &foreign).await;
            let (said_of_none, work_for_none) = world.cost(who, &unknown).await;
            if said != said_of_none {
                wrong.push(format!("{id}, {who:?}: {said} but {said_of_none}"));
            }
            if work != work_for_none {
                wrong.push(format!(
                    "{id}, {who:?}: (statements, hashes) {work:?} but {work_for_none:?}"
                ));
            }
            compared += 1;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(compared > 40, "{compared} compared");
}

/// The table has no rows for routes that are gone.
#[tokio::test]
async fn every_row_belongs_to_a_route() {
    let world = World::make().await;
    let there: BTreeMap<_, _> = operations(&world)
        .await
        .into_iter()
        .map(|it| (it.id, it.path))
        .collect();
    for row in table::ROWS.lines().filter_map(|line| {
        let line = line.trim().strip_prefix('"')?;
        let (id, rest) = line.split_once('"')?;
        rest.trim_start().starts_with("=>").then_some(id)
    }) {
        assert!(
            there.contains_key(row),
            "table.rs has a row for {row}, which is no route"
        );
    }
}
