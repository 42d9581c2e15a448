//! A scope as a whole, page by page.
//!
//! The first page carries the scope's number, taken before any row was read; whatever changes
//! meanwhile comes again in the delta from that number. Order: what makes the list usable
//! (portfolio … incidents, participants), then the newest tickets of each incident, then the rest,
//! tickets with their attachments. The position in `after` is where the last row stood, so any
//! page can be asked again.

use super::{
    changes::{Limits, Rows, heads},
    entities::attachments,
};
use crate::{
    access::scopes_of,
    db::{Conn, codec::number, query_as, query_scalar},
    error::{Error, Result},
};
use chrono::{DateTime, Utc};
use palier_domain::{Invalid, InvalidReason, UserId};
use palier_wire::{Change, EntityKind, SCHEMA, Scope, SnapshotPage};
use std::{fmt, str::FromStr};
use uuid::Uuid;

/// The kinds that come first, in this order.
const FIRST: &[EntityKind] = &[
    EntityKind::Membership,
    EntityKind::Portfolio,
    EntityKind::Property,
    EntityKind::Unit,
    EntityKind::Lease,
    EntityKind::UserCard,
    EntityKind::Incident,
    EntityKind::Participant,
    EntityKind::NoteMarker,
    EntityKind::Mute,
    EntityKind::Note,
];

/// How many of each incident's tickets count as its newest: a screenful.
const NEWEST: i64 = 20;

/// How many rows are read at once.
const CHUNK: usize = 100;

/// Where a page ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Position {
    /// After this row of `FIRST[0]`.
    First(usize, Uuid),
    /// After ticket `n` of this incident, among the newest (or the rest).
    Tickets { rest: bool, incident: Uuid, n: i64 },
}

impl Position {
    const START: Self = Self::First(0, Uuid::nil());

    const fn tickets(rest: bool) -> Self {
        Self::Tickets {
            rest,
            incident: Uuid::nil(),
            n: 0,
        }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::First(kind, id) => write!(f, "first.{kind}.{id}"),
            Self::Tickets { rest, incident, n } => {
                let word = if *rest { "rest" } else { "newest" };
                write!(f, "{word}.{n}.{incident}")
            }
        }
    }
}

impl FromStr for Position {
    type Err = Error;
    fn from_str(text: &str) -> Result<Self> {
        let malformed = || Error::from(Invalid::new("after", InvalidReason::Malformed));
        let mut parts = text.splitn(3, '.');
        let mut next = || parts.next().ok_or_else(malformed);
        let (word, at, id) = (next()?, next()?, next()?);
        let id = id.parse().map_err(|_| malformed())?;
        let at: u32 = at.parse().map_err(|_| malformed())?;
        match word {
            "first" => Ok(Self::First(at as usize, id)),
            "newest" | "rest" => Ok(Self::Tickets {
                rest: word == "rest",
                incident: id,
                n: at.into(),
            }),
            _ => Err(malformed()),
        }
    }
}

/// One page of `scope` for `reader`. `conn` is inside one reading transaction.
///
/// # Errors
/// `not-found` when the reader may not see the scope; `invalid` when `after` is not ours.
pub async fn page(
    conn: &mut Conn,
    reader: UserId,
    scope: Scope,
    after: Option<&str>,
    limits: Limits,
    now: DateTime<Utc>,
) -> Result<SnapshotPage> {
    if !scopes_of(conn, reader).await?.contains(&scope) {
        return Err(Error::not_found("scope"));
    }
    let head = heads(conn, [&scope]).await?.remove(&scope);
    let mut page = SnapshotPage {
        scope,
        number: after.is_none().then_some(head.map_or(0, |head| head.seq)),
        changes: Vec::new(),
        next: None,
        server_time: now,
        schema: SCHEMA,
    };
    let Some(head) = head else {
        return Ok(page);
    };
    let mut reading = Reading {
        conn,
        reader,
        scope,
        head: head.id,
    };
    let mut position = match after {
        Some(text) => text.parse()?,
        None => Position::START,
    };
    let mut room = limits.bytes.saturating_sub(512);
    loop {
        let chunk = reading.chunk(position).await?;
        for (at, changes) in chunk.rows {
            let size = changes.iter().try_fold(0, |sum, change| {
                serde_json::to_vec(change).map(|json| sum + json.len() + 1)
            })?;
            let full = size > room || page.changes.len() + changes.len() > limits.changes;
            if full && !page.changes.is_empty() {
                page.next = Some(position.to_string());
                return Ok(page);
            }
            room = room.saturating_sub(size);
            page.changes.extend(changes);
            position = at;
        }
        match (chunk.full, next_part(position)) {
            (true, _) => {}
            (false, Some(part)) => position = part,
            (false, None) => return Ok(page),
        }
    }
}

/// Where the part after the one that `position` is in begins.
fn next_part(position: Position) -> Option<Position> {
    match position {
        Position::First(kind, _) if kind + 1 < FIRST.len() => {
            Some(Position::First(kind + 1, Uuid::nil()))
        }
        Position::First(..) => Some(Position::tickets(false)),
        Position::Tickets { rest: false, .. } => Some(Position::tickets(true)),
        Position::Tickets { rest: true, .. } => None,
    }
}

struct Reading<'c> {
    conn: &'c mut Conn,
    reader: UserId,
    scope: Scope,
    head: i64,
}

/// Some rows of one part, each with the position after it and what it consists of.
struct Chunk {
    rows: Vec<(Position, Vec<Change>)>,
    /// There may be more in this part.
    full: bool,
}

impl Reading<'_> {
    async fn chunk(&mut self, after: Position) -> Result<Chunk> {
        match after {
            Position::First(kind, id) => self.first(kind, id).await,
            Position::Tickets { rest, incident, n } => self.tickets(rest, incident, n).await,
        }
    }

    async fn first(&mut self, at: usize, after: Uuid) -> Result<Chunk> {
        let kind = *FIRST
            .get(at)
            .ok_or_else(|| Error::from(Invalid::new("after", InvalidReason::Malformed)))?;
        let ids: Vec<Uuid> = query_scalar(
            "select entity_id from feed
             where head_id = $1 and kind = $2 and entity_id > $3 and op = 'put'
             order by entity_id limit $4",
        )
        .bind(self.head)
        .bind(kind.as_str())
        .bind(after)
        .bind(number(CHUNK as u64))
        .fetch_all(&mut *self.conn)
        .await?;
        let wanted: Vec<_> = ids.iter().map(|id| (kind, *id)).collect();
        let mut data = Rows::load(self.conn, self.reader, &wanted).await?;
        Ok(Chunk {
            full: ids.len() == CHUNK,
            rows: ids
                .into_iter()
                .map(|id| {
                    let changes = data.put(self.scope, kind, id).into_iter().collect();
                    (Position::First(at, id), changes)
                })
                .collect(),
        })
    }

    async fn tickets(&mut self, rest: bool, incident: Uuid, n: i64) -> Result<Chunk> {
        let keys = match self.scope {
            Scope::Portfolio(id) => self.portfolio_tickets(id.0, rest, incident, n).await?,
            Scope::Lease(id) => self.lease_tickets(id.0, rest, incident, n).await?,
            Scope::User(_) => Vec::new(),
        };
        let ids: Vec<Uuid> = keys.iter().map(|key| key.0).collect();
        let files = attachments::of_tickets(self.conn, &ids).await?;
        let mut wanted: Vec<_> = ids.iter().map(|id| (EntityKind::Ticket, *id)).collect();
        wanted.extend(
            files
                .iter()
                .map(|file| (EntityKind::Attachment, file.row.id.0)),
        );
        let mut data = Rows::load(self.conn, self.reader, &wanted).await?;
        let full = keys.len() == CHUNK;
        let rows = keys
            .into_iter()
            .map(|(id, incident, n)| {
                let ticket = data.put(self.scope, EntityKind::Ticket, id);
                let own = files.iter().filter(|file| file.row.ticket_id.0 == id);
                let files = own
                    .filter_map(|file| data.put(self.scope, EntityKind::Attachment, file.row.id.0));
                let changes = ticket.into_iter().chain(files).collect();
                (Position::Tickets { rest, incident, n }, changes)
            })
            .collect();
        Ok(Chunk { rows, full })
    }

    // "Newest" is judged by the present last_n. Where that grew between two pages, some tickets come
    // twice, none is left out: the rest always begins right below the newest.
    async fn portfolio_tickets(
        &mut self,
        portfolio: Uuid,
        rest: bool,
        incident: Uuid,
        n: i64,
    ) -> Result<Vec<(Uuid, Uuid, i64)>> {
        Ok(query_as(
            "select r.id, r.incident_id, r.n
             from incidents i join incident_responses r on r.incident_id = i.id
             where i.portfolio_id = $1 and (r.n <= i.last_n - $2) = $3
                   and (i.id > $4 or (i.id = $4 and r.n < $5))
             order by i.id, r.n desc limit $6",
        )
        .bind(portfolio)
        .bind(NEWEST)
        .bind(rest)
        .bind(incident)
        .bind(n)
        .bind(number(CHUNK as u64))
        .fetch_all(&mut *self.conn)
        .await?)
    }

    async fn lease_tickets(
        &mut self,
        lease: Uuid,
        rest: bool,
        incident: Uuid,
        n: i64,
    ) -> Result<Vec<(Uuid, Uuid, i64)>> {
        Ok(query_as(
            "select r.id, r.incident_id, r.n
             from incidents i join incident_responses r on r.incident_id = i.id
             where i.lease_id = $1 and (r.n <= i.last_n - $2) = $3
                   and (i.id > $4 or (i.id = $4 and r.n < $5))
             order by i.id, r.n desc limit $6",
        )
        .bind(lease)
        .bind(NEWEST)
        .bind(rest)
        .bind(incident)
        .bind(n)
        .bind(number(CHUNK as u64))
        .fetch_all(&mut *self.conn)
        .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn position() -> impl Strategy<Value = Position> {
        let id = any::<u128>().prop_map(Uuid::from_u128);
        prop_oneof![
            (0..FIRST.len(), id.clone()).prop_map(|(kind, id)| Position::First(kind, id)),
            (any::<bool>(), id, 0..i64::from(u32::MAX))
                .prop_map(|(rest, incident, n)| { Position::Tickets { rest, incident, n } }),
        ]
    }

    proptest! {
        #[test]
        fn a_position_survives_a_round_trip(position in position()) {
            prop_assert_eq!(position.to_string().parse::<Position>().unwrap(), position);
        }

        #[test]
        fn no_text_makes_the_reader_panic(text in ".{0,80}|(first|newest|rest)\\.[0-9]{0,12}\\..{0,40}") {
            let _ = text.parse::<Position>();
        }
    }
}
