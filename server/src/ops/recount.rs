//! Counting again: what is kept beside an incident, from its thread.
//!
//! Lists and statistics read `last_n`, `reopened`, `first_answer_at`, `resolved_at` and
//! `last_message_by` from the incident's row; mutations keep them in the transaction that changes
//! the thread. [`check`] says where they differ from the thread, [`settle`] puts them right: after
//! an import, or when somebody wrote into the database by hand. Both read every thread.

use crate::{
    App, Error,
    db::{Conn, query, query_as},
};
use futures_util::FutureExt;
use palier_domain::IncidentId;
use uuid::Uuid;

/// An incident whose kept values are not those of its thread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// Which.
    pub incident: IncidentId,
    /// The columns that differ.
    pub columns: Vec<&'static str>,
}

/// The values of every incident, from its thread, as `counted`; then the rest of a statement.
macro_rules! counted {
    ($then:literal) => {
        concat!(
            "with counted as (
                select i.id,
                    (select count(*) from incident_responses r where r.incident_id = i.id)
                        as last_n,
                    (select count(*) from incident_responses r
                     where r.incident_id = i.id and r.kind = 'system' and r.status_to = 'open'
                           and r.status_from in ('resolved', 'closed')) as reopened,
                    (select r.created_at from incident_responses r
                     where r.incident_id = i.id and r.kind = 'message'
                           and r.author_type = 'owner'
                     order by r.n limit 1) as first_answer_at,
                    (select r.created_at from incident_responses r
                     where r.incident_id = i.id and r.kind = 'system'
                           and r.status_to in ('resolved', 'closed')
                           and i.status in ('resolved', 'closed')
                           and r.n > coalesce((
                               select max(o.n) from incident_responses o
                               where o.incident_id = i.id and o.kind = 'system'
                                     and o.status_to = 'open'), 0)
                     order by r.n limit 1) as resolved_at,
                    (select r.author_type from incident_responses r
                     where r.incident_id = i.id and r.kind = 'message'
                     order by r.n desc limit 1) as last_message_by
                from incidents i) ",
            $then
        )
    };
}

#[derive(sqlx::FromRow)]
struct Differences {
    id: Uuid,
    last_n: bool,
    reopened: bool,
    first_answer_at: bool,
    resolved_at: bool,
    last_message_by: bool,
}

/// The incidents whose kept values are wrong. Empty when all is well.
///
/// # Errors
/// The storage's.
pub async fn check(app: &App) -> Result<Vec<Wrong>, Error> {
    let mut conn = app.db().read().await?;
    let rows: Vec<Differences> = query_as(counted!(
        "select i.id,
                i.last_n is distinct from c.last_n as last_n,
                i.reopened is distinct from c.reopened as reopened,
                i.first_answer_at is distinct from c.first_answer_at as first_answer_at,
                i.resolved_at is distinct from c.resolved_at as resolved_at,
                i.last_message_by is distinct from c.last_message_by as last_message_by
         from incidents i join counted c on c.id = i.id
         where i.last_n is distinct from c.last_n
            or i.reopened is distinct from c.reopened
            or i.first_answer_at is distinct from c.first_answer_at
            or i.resolved_at is distinct from c.resolved_at
            or i.last_message_by is distinct from c.last_message_by
         order by i.id"
    ))
    .fetch_all(&mut conn)
    .await?;
    Ok(rows.into_iter().map(Differences::read).collect())
}

impl Differences {
    fn read(self) -> Wrong {
        let columns = [
            ("last_n", self.last_n),
            ("reopened", self.reopened),
            ("first_answer_at", self.first_answer_at),
            ("resolved_at", self.resolved_at),
            ("last_message_by", self.last_message_by),
        ];
        let differ = columns.into_iter().filter(|(_, differs)| *differs);
        Wrong {
            incident: self.id.into(),
            columns: differ.map(|(name, _)| name).collect(),
        }
    }
}

/// Takes the values of every incident from its thread. Running it twice changes nothing more.
///
/// # Errors
/// The storage's.
// `last_n` stays: it gives tickets their numbers, and a hole in a thread is not mended by giving a
// number twice.
pub async fn settle(app: &App) -> Result<(), Error> {
    app.db()
        .write(|tx| async move { settle_in(tx.conn()).await }.boxed())
        .await
}

/// The same, inside a transaction.
pub(crate) async fn settle_in(conn: &mut Conn) -> Result<(), Error> {
    query(counted!(
        "update incidents set reopened = c.reopened,
                first_answer_at = c.first_answer_at, resolved_at = c.resolved_at,
                last_message_by = c.last_message_by
         from counted c where c.id = incidents.id"
    ))
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        Config,
        db::query_scalar,
        feed::mine,
        mutations::{Submission, apply_all},
        ops::seed,
        views::{dashboard, thread},
    };
    use chrono::{DateTime, NaiveDate, Utc};
    use palier_domain::{
        Category, MutationId, Priority, Role, Status, TicketId, TicketKind, UnitId, UserId,
        counts_as_unread,
    };
    use palier_wire::{
        Payload,
        rest::IncidentResponse,
        sync::{
            AddTicket, ClearUnread, MarkRead, MarkUnread, OpenIncident, SetPriority, SetStatus,
        },
    };
    use proptest::{prelude::*, test_runner::TestRunner};
    use tempfile::TempDir;

    /// Something that one of three people does.
    #[derive(Debug, Clone)]
    struct Step {
        who: usize,
        does: Deed,
    }

    #[derive(Debug, Clone)]
    enum Deed {
        Writes,
        /// From the first status, which the incident may have, to the second.
        Moves(Status, Status),
        Presses(Priority, Priority),
        ReadsUpTo(u64),
        MarksUnread,
        ClearsMark,
        /// Sends again what was sent so many steps ago.
        Again(usize),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let status = || prop::sample::select(Status::ALL);
        let priority = || prop::sample::select(Priority::ALL);
        let deed = prop_oneof![
            4 => Just(Deed::Writes),
            4 => (status(), status()).prop_map(|(from, to)| Deed::Moves(from, to)),
            1 => (priority(), priority()).prop_map(|(from, to)| Deed::Presses(from, to)),
            4 => (0u64..12).prop_map(Deed::ReadsUpTo),
            1 => Just(Deed::MarksUnread),
            1 => Just(Deed::ClearsMark),
            2 => (0usize..8).prop_map(Deed::Again),
        ];
        let step = (0usize..3, deed).prop_map(|(who, does)| Step { who, does });
        prop::collection::vec(step, 0..16)
    }

    /// Two owners and a tenant.
    struct House {
        app: App,
        people: [UserId; 3],
        unit: UnitId,
        _folder: TempDir,
    }

    impl House {
        async fn start() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let app = App::open(Config::new(folder.path())).await.unwrap();
            let mut people = [UserId(Uuid::nil()); 3];
            for (at, person) in people.iter_mut().enumerate() {
                let email = format!("p{at}@example.test");
                let made = seed::create_user(&app, &email, "Person", "a long enough secret");
                *person = made.await.unwrap();
            }
            let portfolio = seed::create_portfolio(&app, people[0], "Maisons");
            let portfolio = portfolio.await.unwrap();
            seed::add_owner(&app, portfolio, people[1]).await.unwrap();
            let property = seed::create_property(&app, portfolio, "Rue", "Europe/Paris");
            let unit = seed::create_unit(&app, property.await.unwrap(), "1")
                .await
                .unwrap();
            let first_day = NaiveDate::from_ymd_opt(2020, 1, 1).unwrap();
            seed::create_lease(&app, unit, first_day, None, &people[2..])
                .await
                .unwrap();
            Self {
                app,
                people,
                unit,
                _folder: folder,
            }
        }

        /// Opens an incident, takes the steps in one write, and counts again.
        async fn runs(&self, steps: Vec<Step>) -> Result<(), TestCaseError> {
            let incident = IncidentId(Uuid::now_v7());
            let opener = self.people[steps.len() % 3];
            let mut sent = vec![(opener, submission(opening(incident, self.unit)))];
            for step in steps {
                let entry = match step.does {
                    Deed::Again(back) => sent[sent.len().saturating_sub(back + 1)].clone(),
                    deed => (self.people[step.who], submission(payload(incident, deed))),
                };
                sent.push(entry);
            }
            let applying = sent.clone();
            self.app
                .db()
                .write(move |tx| {
                    async move {
                        for (user, submission) in applying {
                            apply_all(tx, user, vec![submission]).await?;
                        }
                        Ok(())
                    }
                    .boxed()
                })
                .await
                .unwrap();
            let mut conn = self.app.db().read().await.unwrap();
            self.compare(&mut conn, incident).await
        }

        async fn compare(
            &self,
            conn: &mut Conn,
            incident: IncidentId,
        ) -> Result<(), TestCaseError> {
            let thread = thread::page(conn, incident, thread::Part::After(0), 100).await;
            let thread = thread.unwrap().tickets;
            let kept: Kept = query_as(
                "select status, reopened, last_n, first_answer_at, resolved_at, last_message_by
                 from incidents where id = $1",
            )
            .bind(incident.0)
            .fetch_one(conn)
            .await
            .unwrap();
            prop_assert_eq!(&kept, &count_again(&thread));
            let mut read_n = Vec::new();
            for person in self.people {
                let mine = mine::one(conn, person, incident).await.unwrap().unwrap();
                let read = mine.view.read_n;
                let unread = thread.iter().filter(|ticket| {
                    counts_as_unread(ticket.kind, Some(ticket.author_id), ticket.n, person, read)
                });
                prop_assert_eq!(mine.view.unread, unread.count() as u64);
                read_n.push(read);
            }
            for ticket in thread {
                let readers = match ticket.author_type {
                    Role::Owner => &read_n[2..],
                    Role::Tenant => &read_n[..2],
                };
                let is_read = readers.iter().any(|read| *read >= ticket.n);
                prop_assert_eq!(ticket.is_read, is_read, "ticket {}", ticket.n);
            }
            Ok(())
        }
    }

    #[derive(Debug, PartialEq, sqlx::FromRow)]
    struct Kept {
        status: String,
        reopened: i64,
        last_n: i64,
        first_answer_at: Option<crate::db::Stamp>,
        resolved_at: Option<crate::db::Stamp>,
        last_message_by: Option<String>,
    }

    /// The same from the thread, by plain reading.
    fn count_again(thread: &[IncidentResponse]) -> Kept {
        let mut kept = Kept {
            status: Status::Open.to_string(),
            reopened: 0,
            last_n: thread.len() as i64,
            first_answer_at: None,
            resolved_at: None,
            last_message_by: None,
        };
        for ticket in thread {
            let at: DateTime<Utc> = ticket.created_at;
            let at = crate::db::Stamp(at);
            if ticket.kind == TicketKind::Message {
                kept.last_message_by = Some(ticket.author_type.to_string());
                if ticket.author_type == Role::Owner && kept.first_answer_at.is_none() {
                    kept.first_answer_at = Some(at);
                }
            }
            if let Some(change) = ticket.status_change {
                kept.status = change.to.to_string();
                kept.reopened += i64::from(change.to == Status::Open);
                if !change.to.is_done() {
                    kept.resolved_at = None;
                } else if kept.resolved_at.is_none() {
                    kept.resolved_at = Some(at);
                }
            }
        }
        kept
    }

    fn submission(payload: Payload) -> Submission {
        let body = payload.to_raw().unwrap();
        Submission::requested(MutationId(Uuid::now_v7()), &body, payload).unwrap()
    }

    fn opening(incident_id: IncidentId, unit_id: UnitId) -> Payload {
        Payload::OpenIncident(OpenIncident {
            incident_id,
            unit_id,
            title: "Fuite".into(),
            description: String::new(),
            category: Category::Plumbing,
            priority: Priority::Normal,
            written_at: Utc::now(),
        })
    }

    fn payload(incident_id: IncidentId, deed: Deed) -> Payload {
        let (ticket_id, written_at) = (TicketId(Uuid::now_v7()), Utc::now());
        match deed {
            Deed::Writes | Deed::Again(_) => Payload::AddTicket(AddTicket {
                ticket_id,
                incident_id,
                message: "Bonjour".into(),
                attachments: Vec::new(),
                written_at,
            }),
            Deed::Moves(from, to) => Payload::SetStatus(SetStatus {
                incident_id,
                ticket_id,
                from,
                to,
                written_at,
            }),
            Deed::Presses(from, to) => Payload::SetPriority(SetPriority {
                incident_id,
                from,
                to,
            }),
            Deed::ReadsUpTo(n) => Payload::MarkRead(MarkRead {
                up_to_m: None,
                incident_id,
                up_to_n: Some(n),
                seen_flag: None,
            }),
            Deed::MarksUnread => Payload::MarkUnread(MarkUnread { incident_id }),
            Deed::ClearsMark => Payload::ClearUnread(ClearUnread { incident_id }),
        }
    }

    /// Statistics, `is_read` and unread numbers equal a recount after any sequence of mutations.
    #[test]
    fn whatever_people_do_the_kept_values_are_those_of_the_threads() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let house = runtime.block_on(House::start());
        let config = ProptestConfig {
            cases: 200,
            failure_persistence: None,
            ..ProptestConfig::default()
        };
        TestRunner::new(config)
            .run(&steps(), |steps| runtime.block_on(house.runs(steps)))
            .unwrap();
        runtime.block_on(async {
            assert_eq!(check(&house.app).await.unwrap(), []);
            dashboards_count_the_same(&house).await;
        });
    }

    /// What a dashboard shows is the sum of what the incidents show.
    async fn dashboards_count_the_same(house: &House) {
        let mut conn = house.app.db().read().await.unwrap();
        let ids: Vec<Uuid> = query_scalar("select id from incidents")
            .fetch_all(&mut conn)
            .await
            .unwrap();
        for owner in &house.people[..2] {
            let mine = mine::many(&mut conn, *owner, ids.clone()).await.unwrap();
            let shown = mine.values().map(|mine| {
                let view = mine.view;
                view.unread.max(u64::from(view.flagged))
            });
            let wanted = dashboard::Wanted::default();
            let present = dashboard::show(&mut conn, *owner, wanted, Utc::now())
                .await
                .unwrap()
                .present;
            assert_eq!(present.unread, shown.clone().sum::<u64>());
            assert_eq!(
                present.unread_incidents,
                shown.filter(|it| *it > 0).count() as u64
            );
            assert_eq!(
                present.open,
                present.waiting_for_owner + present.waiting_for_tenant
            );
        }
    }

    #[tokio::test]
    async fn what_was_written_by_hand_is_seen_and_put_right() {
        let house = House::start().await;
        let steps = [Deed::Writes, Deed::Moves(Status::Open, Status::Resolved)];
        let steps = steps.map(|does| Step { who: 0, does });
        house.runs(steps.into()).await.unwrap();
        let spoil = "update incidents set first_answer_at = null, resolved_at = created_at,
             reopened = 7, last_message_by = 'tenant'";
        house
            .app
            .db()
            .write(move |tx| async move { Ok(query(spoil).execute(tx.conn()).await?) }.boxed())
            .await
            .unwrap();
        let wrong = check(&house.app).await.unwrap();
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].columns[..2], ["reopened", "first_answer_at"]);
        settle(&house.app).await.unwrap();
        assert_eq!(check(&house.app).await.unwrap(), []);
    }
}
