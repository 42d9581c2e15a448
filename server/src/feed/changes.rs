//! Pages of changes after a cursor.

use super::{entities, mine};
use crate::{
    access::scopes_of,
    db::{
        Conn,
        codec::{count, number},
        query_as,
    },
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use palier_domain::UserId;
use palier_wire::{
    Change, ChangesPage, Cursor, EntityKind, Op, ProblemKind, SCHEMA, Scope, ScopeDigest,
};
use std::collections::{BTreeMap, HashMap, VecDeque};
use uuid::Uuid;

/// How large a page may become.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Most changes.
    pub changes: usize,
    /// Most bytes of JSON, except where one change alone is larger.
    pub bytes: usize,
    /// With the scopes' digests on a page after which there is no more.
    pub digests: bool,
}

/// How many rows are read at once: rows that no longer fit into the page are read in vain.
const CHUNK: usize = 64;

/// A row of a feed, before its data is read.
#[derive(Debug, Clone, sqlx::FromRow)]
struct Entry {
    kind: String,
    entity_id: Uuid,
    seq: i64,
    rev: i64,
    op: String,
}

/// The page after `cursor` for `reader`. `conn` is inside one reading transaction.
///
/// Scopes of the cursor that the reader may not see are ignored: they are neither in `from` nor
/// in `to`. `scopes` tells him where he stands.
///
/// # Errors
/// `cursor-gone` when a number is above the scope's head: it was never given out in this epoch.
pub async fn page(
    conn: &mut Conn,
    reader: UserId,
    cursor: &Cursor,
    limits: Limits,
    now: DateTime<Utc>,
) -> Result<ChangesPage> {
    let scopes = scopes_of(conn, reader).await?;
    let mut from = Cursor::start(cursor.epoch);
    from.at = cursor
        .at
        .iter()
        .filter(|(scope, _)| scopes.contains(scope))
        .map(|(scope, at)| (*scope, *at))
        .collect();
    let heads = heads(conn, from.at.keys()).await?;
    let mut queue = waiting(conn, &from, &heads, limits.changes).await?;
    let mut page = ChangesPage {
        to: from.clone(),
        from,
        more: false,
        scopes,
        changes: Vec::new(),
        digests: BTreeMap::new(),
        server_time: now,
        schema: SCHEMA,
    };
    let mut room = limits
        .bytes
        .saturating_sub(serde_json::to_vec(&page)?.len());
    'full: while page.changes.len() < limits.changes && !queue.is_empty() {
        let chunk = CHUNK.min(limits.changes - page.changes.len());
        let chunk: Vec<_> = queue.drain(..chunk.min(queue.len())).collect();
        for (seq, change) in read(conn, reader, chunk).await? {
            let size = serde_json::to_vec(&change)?.len() + 1;
            if size > room && !page.changes.is_empty() {
                break 'full;
            }
            room = room.saturating_sub(size);
            page.to.at.insert(change.scope, seq);
            page.changes.push(change);
        }
    }
    page.more = page
        .to
        .at
        .iter()
        .any(|(scope, at)| heads.get(scope).is_some_and(|head| *at < head.seq));
    if limits.digests && !page.more {
        let digest = |scope: &Scope| heads.get(scope).map(|head| head.digest);
        let digests = page.to.at.keys();
        page.digests = digests
            .map(|scope| (*scope, digest(scope).unwrap_or_default()))
            .collect();
    }
    Ok(page)
}

/// A scope's present number.
#[derive(Debug, Clone, Copy)]
pub struct Head {
    pub(super) id: i64,
    /// The number of its last change.
    pub seq: u64,
    /// What its rows come to.
    pub digest: ScopeDigest,
}

/// The heads of these scopes; a scope without any change has none.
pub async fn heads<'s>(
    conn: &mut Conn,
    scopes: impl IntoIterator<Item = &'s Scope>,
) -> Result<HashMap<Scope, Head>> {
    let names = scopes.into_iter().map(Scope::to_string);
    let rows: Vec<(i64, String, i64, i64, i64)> = query_as(sql!(
        "select id, scope, seq, digest, live from feed_head where scope " {words "$1"}
    ))
    .bind_words(names)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|(id, scope, seq, digest, live)| {
            let scope = scope.parse().map_err(|_| Error::Corrupt("scope"))?;
            let head = Head {
                id,
                seq: count(seq),
                digest: ScopeDigest {
                    xor: digest.cast_unsigned(),
                    rows: count(live),
                },
            };
            Ok((scope, head))
        })
        .collect()
}

/// What waits after the cursor, one entry of each scope in turn.
// In turn: else one busy portfolio would starve the user's own scope, where revocations come.
async fn waiting(
    conn: &mut Conn,
    from: &Cursor,
    heads: &HashMap<Scope, Head>,
    limit: usize,
) -> Result<VecDeque<(Scope, Entry)>> {
    let mut lists: BTreeMap<Scope, VecDeque<Entry>> = BTreeMap::new();
    for (scope, at) in &from.at {
        let head = heads.get(scope);
        let seq = head.map_or(0, |head| head.seq);
        if *at > seq {
            return Err(Error::refused(
                ProblemKind::CursorGone,
                format!("{scope} has not come to {at} yet: bootstrap again"),
            ));
        }
        let Some(head) = head.filter(|_| *at < seq) else {
            continue;
        };
        let entries: Vec<Entry> = query_as(
            "select kind, entity_id, seq, rev, op from feed
             where head_id = $1 and seq > $2 order by seq limit $3",
        )
        .bind(head.id)
        .bind(number(*at))
        .bind(number(limit as u64))
        .fetch_all(&mut *conn)
        .await?;
        lists.insert(*scope, entries.into());
    }
    let mut queue = VecDeque::new();
    while queue.len() < limit && !lists.is_empty() {
        lists.retain(|scope, entries| {
            let next = entries.pop_front();
            let any = next.is_some();
            queue.extend(next.map(|entry| (*scope, entry)));
            any
        });
    }
    queue.truncate(limit);
    Ok(queue)
}

/// Reads the data of some entries, with each one's number.
async fn read(
    conn: &mut Conn,
    reader: UserId,
    entries: Vec<(Scope, Entry)>,
) -> Result<Vec<(u64, Change)>> {
    let puts: Vec<(EntityKind, Uuid)> = entries
        .iter()
        .filter(|(_, entry)| entry.op == "put")
        .map(|(_, entry)| (EntityKind::from_word(&entry.kind), entry.entity_id))
        .collect();
    let mut data = Rows::load(conn, reader, &puts).await?;
    Ok(entries
        .into_iter()
        .map(|(scope, entry)| {
            let kind = EntityKind::from_word(&entry.kind);
            let change = data.put(scope, kind, entry.entity_id).unwrap_or(Change {
                scope,
                kind,
                op: Op::Drop,
                id: entry.entity_id,
                rev: count(entry.rev),
                data: None,
                mine: None,
            });
            (count(entry.seq), change)
        })
        .collect())
}

/// Rows of several kinds with the reader's own numbers, ready to become changes.
pub(super) struct Rows {
    by_kind: HashMap<EntityKind, entities::Loaded>,
    mine: HashMap<Uuid, palier_wire::Mine>,
    reader: UserId,
}

impl Rows {
    /// Reads the rows, one query for each kind.
    pub(super) async fn load(
        conn: &mut Conn,
        reader: UserId,
        wanted: &[(EntityKind, Uuid)],
    ) -> Result<Self> {
        let mut ids: HashMap<EntityKind, Vec<Uuid>> = HashMap::new();
        for (kind, id) in wanted {
            ids.entry(*kind).or_default().push(*id);
        }
        let mut by_kind = HashMap::new();
        for (kind, ids) in ids {
            by_kind.insert(kind, entities::load(conn, kind, &ids, reader).await?);
        }
        let mut rows = Self {
            by_kind,
            mine: HashMap::new(),
            reader,
        };
        let incidents: Vec<Uuid> = wanted
            .iter()
            .filter_map(|(kind, id)| rows.incident_of_mine(*kind, *id))
            .collect();
        rows.mine = mine::many(conn, reader, incidents).await?;
        Ok(rows)
    }

    /// The row as a put in `scope`; none when it is not there.
    pub(super) fn put(&mut self, scope: Scope, kind: EntityKind, id: Uuid) -> Option<Change> {
        let mine = self
            .incident_of_mine(kind, id)
            .and_then(|incident| self.mine.get(&incident).copied());
        let row = self.by_kind.get(&kind)?.get(&id)?;
        Some(Change {
            scope,
            kind,
            op: Op::Put,
            id,
            rev: row.rev,
            data: Some(row.row.clone()),
            mine,
        })
    }

    /// The incident whose numbers travel with a row: an incident's, and the reader's own
    /// participant row's.
    fn incident_of_mine(&self, kind: EntityKind, id: Uuid) -> Option<Uuid> {
        match kind {
            EntityKind::Incident => Some(id),
            EntityKind::Participant => {
                let row = &self.by_kind.get(&kind)?.get(&id)?.row;
                let own = row.get("user_id")?.as_str()? == self.reader.to_string();
                own.then(|| row.get("incident_id")?.as_str()?.parse().ok())?
            }
            _ => None,
        }
    }
}
