//! Incidents and their threads, by the thousand.

use super::{
    Error, Taken, Wanted,
    bulk::Bulk,
    homes::{Case, Home, Homes, People, role_of},
    old::{Old, Reader, Unreadable},
};
use crate::{
    db::{query, query_scalar, writer::WriteTx},
    error::Result,
};
use chrono::{DateTime, Utc};
use palier_domain::{Role, Sha256};
use palier_wire::{EntityKind, Scope};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;

/// So many rows are read and written at once.
const PAGE: usize = 1000;

/// Columns that the older table may lack.
const FILLED: [&str; 5] = [
    "author_name",
    "author_type",
    "attachments",
    "is_read",
    "updated_at",
];

/// What is known of a thread while its tickets pass.
#[derive(Default)]
struct Thread {
    last_n: u64,
    last_at: Option<DateTime<Utc>>,
    /// The first ticket of the other role that the owner, and the tenant, have not read.
    unread_by: HashMap<Role, u64>,
}

pub(super) async fn make(
    tx: &mut WriteTx,
    bulk: &mut Bulk,
    cases: &[Case],
    people: &People,
    homes: &Homes,
    wanted: &Wanted,
    taken: &mut Taken,
) -> Result<(), Error> {
    for page in cases.chunks(PAGE) {
        incidents(tx, bulk, page, homes).await?;
    }
    taken.incidents = cases.len() as u64;
    let by_id: HashMap<Uuid, &Case> = cases.iter().map(|case| (case.id, case)).collect();
    let mut making = Making {
        cases: by_id,
        people,
        homes,
        wanted,
        cards: HashSet::new(),
        threads: HashMap::new(),
        unreadable: Vec::new(),
    };
    making.tickets(tx, bulk, taken).await?;
    if !making.unreadable.is_empty() {
        return Err(Error::Unreadable(making.unreadable));
    }
    for page in cases.chunks(PAGE) {
        participants(tx, bulk, page, homes, &making.threads).await?;
    }
    Ok(())
}

async fn incidents(tx: &mut WriteTx, bulk: &mut Bulk, page: &[Case], homes: &Homes) -> Result<()> {
    let mut rows = Vec::with_capacity(page.len());
    for case in page {
        let home = homes[&case.id];
        let (opener, role) = match case.tenant {
            Some(tenant) => (tenant, Role::Tenant),
            None => (case.owner, Role::Owner),
        };
        rows.push(json!({
            "id": hex(case.id),
            "portfolio": hex(home.portfolio.0),
            "property": hex(home.property.0),
            "unit": hex(home.unit.0),
            "lease": home.lease.map(|lease| hex(lease.0)),
            "title": case.title,
            "description": case.description,
            "category": case.category,
            "priority": case.priority,
            "status": case.status,
            "opener": hex(opener),
            "role": role,
            "created": case.created_at.timestamp_micros(),
            "updated": case.updated_at.timestamp_micros(),
        }));
        for scope in scopes(home) {
            bulk.put(
                tx.conn(),
                scope,
                EntityKind::Incident,
                case.id,
                Some(case.id),
            )
            .await?;
        }
    }
    query(sql!(
        "insert into incidents (id, portfolio_id, property_id, unit_id, lease_id, title, description,
                                category, priority, status, opened_by, opened_by_type,
                                created_at, updated_at) "
        {sqlite "select unhex(value ->> 'id'), unhex(value ->> 'portfolio'),
                    unhex(value ->> 'property'), unhex(value ->> 'unit'), unhex(value ->> 'lease'),
                    value ->> 'title', value ->> 'description', value ->> 'category',
                    value ->> 'priority', value ->> 'status', unhex(value ->> 'opener'),
                    value ->> 'role', value ->> 'created', value ->> 'updated'
                 from json_each($1)"}
        {postgres "select (value ->> 'id')::uuid, (value ->> 'portfolio')::uuid,
                    (value ->> 'property')::uuid, (value ->> 'unit')::uuid,
                    (value ->> 'lease')::uuid,
                    value ->> 'title', value ->> 'description', value ->> 'category',
                    value ->> 'priority', value ->> 'status', (value ->> 'opener')::uuid,
                    value ->> 'role',
                    timestamptz 'epoch' + (value ->> 'created')::bigint * interval '1 microsecond',
                    timestamptz 'epoch' + (value ->> 'updated')::bigint * interval '1 microsecond'
                 from jsonb_array_elements($1::jsonb)"}))
    .bind(Value::from(rows).to_string())
    .execute(tx.conn())
    .await?;
    bulk.write(tx.conn(), PAGE).await
}

struct Making<'a> {
    cases: HashMap<Uuid, &'a Case>,
    people: &'a People,
    homes: &'a Homes,
    wanted: &'a Wanted,
    /// Whose names are in which scope besides those who live or own there.
    cards: HashSet<(Scope, Uuid)>,
    threads: HashMap<Uuid, Thread>,
    unreadable: Vec<Unreadable>,
}

impl Making<'_> {
    async fn tickets(
        &mut self,
        tx: &mut WriteTx,
        bulk: &mut Bulk,
        taken: &mut Taken,
    ) -> Result<()> {
        // The order of the threads, once: ids break ties, so that two runs number alike.
        query(sql!(
            "create temporary table legacy_order " {postgres "on commit drop "}
            "as select id, row_number() over (partition by incident_id order by created_at, id) as n,
                    row_number() over (order by incident_id, created_at, id) as place
             from legacy_incident_responses"))
        .execute(tx.conn())
        .await?;
        query(sql!(
            {sqlite "create index temp.legacy_order_by_place on legacy_order (place)"}
            {postgres "create index on legacy_order (place)"}))
        .execute(tx.conn())
        .await?;
        let count: i64 = query_scalar("select count(*) from legacy_order")
            .fetch_one(tx.conn())
            .await?;
        let mut after = 0;
        while after < count {
            let upto = after + i64::try_from(PAGE).unwrap_or(i64::MAX);
            let rows = query(sql!(
                {sqlite "select r.*, o.n as palier_n
                    from temp.legacy_order o join legacy_incident_responses r on r.id = o.id"}
                {postgres "select (to_jsonb(r) || jsonb_build_object('palier_n', o.n))::text
                    from legacy_order o join legacy_incident_responses r on r.id = o.id"}
                " where o.place > $1 and o.place <= $2 order by o.place"))
            .bind(after)
            .bind(upto)
            .fetch_objects(tx.conn())
            .await?;
            self.page(tx, bulk, rows, taken).await?;
            after = upto;
        }
        query(sql!({sqlite "drop table temp.legacy_order"} {postgres "drop table legacy_order"}))
            .execute(tx.conn())
            .await?;
        Ok(())
    }

    async fn page(
        &mut self,
        tx: &mut WriteTx,
        bulk: &mut Bulk,
        rows: Vec<serde_json::Map<String, Value>>,
        taken: &mut Taken,
    ) -> Result<()> {
        let mut tickets = Vec::with_capacity(rows.len());
        for row in rows.into_iter().map(Old) {
            let reader = Reader {
                table: "incident_responses",
                mapping: &self.wanted.mapping,
                row: &row,
            };
            if taken.tickets == 0 {
                let lacks = |column: &&str| !reader.has(column);
                taken.columns_filled = FILLED.into_iter().filter(lacks).collect();
            }
            match self.ticket(&reader) {
                Ok((ticket, id, case, author, read)) => {
                    tickets.push(ticket);
                    taken.tickets += 1;
                    taken.unread += u64::from(!read);
                    self.tell(tx, bulk, id, case, author).await?;
                }
                Err(why) => self.unreadable.push(why),
            }
        }
        // One that cannot be read ends it all, but only after everybody has heard of every one.
        if !self.unreadable.is_empty() {
            return Ok(());
        }
        insert(tx, tickets).await?;
        bulk.write(tx.conn(), PAGE).await
    }

    /// A ticket as it is inserted, its id, incident and author, and whether it was read.
    fn ticket(
        &mut self,
        reader: &Reader<'_>,
    ) -> Result<(Value, Uuid, Uuid, Uuid, bool), Unreadable> {
        let (id, incident) = (reader.id("id")?, reader.id("incident_id")?);
        let author = reader.id("author_id")?;
        let case = *self
            .cases
            .get(&incident)
            .ok_or_else(|| reader.wrong("incident_id names no incident"))?;
        let person = self
            .people
            .get(&author)
            .ok_or_else(|| reader.wrong("author_id names nobody"))?;
        let name = reader.text("author_name");
        let name = if name.is_empty() {
            person.name.clone()
        } else {
            name
        };
        let role = reader.role("author_type", role_of(author, case, self.people))?;
        // Where nobody could mark anything as read, everything is: else all of it would ring.
        let read = reader.flag("is_read").unwrap_or(!reader.has("is_read"));
        let created_at = reader.time("created_at")?;
        let updated_at = reader.time_if_any("updated_at")?.unwrap_or(created_at);
        let message = reader.text("message");
        let n = reader.row.0.get("palier_n").and_then(Value::as_u64);
        let n = n.ok_or_else(|| reader.wrong("it has no place"))?;
        let ticket = json!({
            "id": hex(id),
            "incident": hex(incident),
            "author": hex(author),
            "name": name,
            "role": role,
            "sha": Sha256::of(message.as_bytes()),
            "message": message,
            "attachments": reader.list("attachments"),
            "read": read,
            "created": created_at.timestamp_micros(),
            "updated": updated_at.timestamp_micros(),
            "n": n,
        });
        let thread = self.threads.entry(incident).or_default();
        thread.last_n = n;
        thread.last_at = Some(created_at);
        if !read {
            thread.unread_by.entry(role.other()).or_insert(n);
        }
        Ok((ticket, id, incident, author, read))
    }

    /// Puts a ticket, and the name of its author, where its readers find it.
    async fn tell(
        &mut self,
        tx: &mut WriteTx,
        bulk: &mut Bulk,
        id: Uuid,
        incident: Uuid,
        author: Uuid,
    ) -> Result<()> {
        let case = self.cases[&incident];
        for scope in scopes(self.homes[&incident]) {
            bulk.put(tx.conn(), scope, EntityKind::Ticket, id, Some(incident))
                .await?;
            let known = author == case.owner || Some(author) == case.tenant;
            if !known && self.cards.insert((scope, author)) && !self.lives_in(scope, author) {
                bulk.put(tx.conn(), scope, EntityKind::UserCard, author, None)
                    .await?;
            }
        }
        Ok(())
    }

    /// Whether somebody is an owner or tenant of what a scope shows.
    fn lives_in(&self, scope: Scope, user: Uuid) -> bool {
        self.cases.values().any(|case| {
            let there = self.homes[&case.id];
            scopes(there).any(|one| one == scope)
                && (case.owner == user || case.tenant == Some(user))
        })
    }
}

async fn insert(tx: &mut WriteTx, tickets: Vec<Value>) -> Result<()> {
    query(sql!(
        "insert into incident_responses (id, incident_id, author_id, author_name, author_type,
            message, attachments, is_read, created_at, updated_at, n, message_sha256) "
        {sqlite "select unhex(value ->> 'id'), unhex(value ->> 'incident'),
                    unhex(value ->> 'author'), value ->> 'name', value ->> 'role',
                    value ->> 'message', value -> 'attachments', value ->> 'read',
                    value ->> 'created', value ->> 'updated', value ->> 'n',
                    unhex(value ->> 'sha')
                 from json_each($1)"}
        {postgres "select (value ->> 'id')::uuid, (value ->> 'incident')::uuid,
                    (value ->> 'author')::uuid, value ->> 'name', value ->> 'role',
                    value ->> 'message',
                    array(select jsonb_array_elements_text(value -> 'attachments')),
                    (value ->> 'read')::boolean,
                    timestamptz 'epoch' + (value ->> 'created')::bigint * interval '1 microsecond',
                    timestamptz 'epoch' + (value ->> 'updated')::bigint * interval '1 microsecond',
                    (value ->> 'n')::bigint, decode(value ->> 'sha', 'hex')
                 from jsonb_array_elements($1::jsonb)"}))
    .bind(Value::from(tickets).to_string())
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Marker rows: each stands at the last number before the first ticket of the other role that was
/// not read. And the numbers that incidents keep.
async fn participants(
    tx: &mut WriteTx,
    bulk: &mut Bulk,
    page: &[Case],
    homes: &Homes,
    threads: &HashMap<Uuid, Thread>,
) -> Result<()> {
    let (mut rows, mut kept) = (Vec::new(), Vec::new());
    let none = Thread::default();
    for case in page {
        let thread = threads.get(&case.id).unwrap_or(&none);
        kept.push(json!({
            "id": hex(case.id),
            "last_n": thread.last_n,
            "updated": thread.last_at.map_or(case.updated_at, |at| at.max(case.updated_at))
                .timestamp_micros(),
        }));
        let owner = Some((case.owner, Role::Owner));
        let tenant = case.tenant.map(|tenant| (tenant, Role::Tenant));
        // Somebody who owns what he lives in is its owner.
        let tenant = tenant.filter(|(tenant, _)| *tenant != case.owner);
        for (user, role) in owner.into_iter().chain(tenant) {
            let read_n = thread.unread_by.get(&role).map_or(thread.last_n, |n| n - 1);
            let id = Uuid::new_v4();
            rows.push(json!({
                "id": hex(id),
                "incident": hex(case.id),
                "user": hex(user),
                "role": role,
                "read_n": read_n,
                "joined": case.created_at.timestamp_micros(),
                "rev": u8::from(read_n > 0),
            }));
            if read_n > 0 {
                for scope in scopes(homes[&case.id]) {
                    let kind = EntityKind::Participant;
                    bulk.put(tx.conn(), scope, kind, id, Some(case.id)).await?;
                }
            }
        }
    }
    query(sql!(
        "insert into participants (id, incident_id, user_id, role, read_n, joined_at, rev) "
        {sqlite "select unhex(value ->> 'id'), unhex(value ->> 'incident'),
                    unhex(value ->> 'user'), value ->> 'role', value ->> 'read_n',
                    value ->> 'joined', value ->> 'rev'
                 from json_each($1)"}
        {postgres "select (value ->> 'id')::uuid, (value ->> 'incident')::uuid,
                    (value ->> 'user')::uuid, value ->> 'role', (value ->> 'read_n')::bigint,
                    timestamptz 'epoch' + (value ->> 'joined')::bigint * interval '1 microsecond',
                    (value ->> 'rev')::bigint
                 from jsonb_array_elements($1::jsonb)"}))
    .bind(Value::from(rows).to_string())
    .execute(tx.conn())
    .await?;
    query(sql!(
        "update incidents set "
        {sqlite "last_n = t.value ->> 'last_n', updated_at = t.value ->> 'updated'
                 from json_each($1) t where incidents.id = unhex(t.value ->> 'id')"}
        {postgres "last_n = (value ->> 'last_n')::bigint,
                    updated_at = timestamptz 'epoch'
                        + (value ->> 'updated')::bigint * interval '1 microsecond'
                 from jsonb_array_elements($1::jsonb) where id = (value ->> 'id')::uuid"}))
    .bind(Value::from(kept).to_string())
    .execute(tx.conn())
    .await?;
    bulk.write(tx.conn(), PAGE).await
}

fn scopes(home: Home) -> impl Iterator<Item = Scope> {
    let lease = home.lease.map(Scope::Lease);
    [Scope::Portfolio(home.portfolio)].into_iter().chain(lease)
}

fn hex(id: Uuid) -> String {
    id.simple().to_string()
}
