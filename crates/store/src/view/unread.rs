//! What is unread, as the person is shown: the server's numbers, moved by what this device has
//! queued and by tickets that came since. The rule itself is [`palier_domain::shown_unread`].

use crate::db::SqliteConnection;
use crate::{StoreError, journal::outbox::PAYLOAD_SCHEMA, sqlite::*};
use palier_domain::{IncidentId, QueuedMarker, ReadView, UserId, shown_unread};
use palier_wire::Payload;
use std::collections::HashMap;
use uuid::Uuid;

/// How the person stands to one incident.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ReadState {
    /// The server's numbers.
    pub mine: ReadView,
    /// Rev of the hand-made mark.
    pub flag_rev: u64,
    /// What is queued here.
    pub queued: QueuedMarker,
    /// What the person is shown.
    pub unread: u64,
}

impl ReadState {
    /// How far the person has read, own unsent markers included.
    pub fn read_up_to(&self) -> u64 {
        self.queued.up_to_n.unwrap_or(0).max(self.mine.read_n)
    }

    /// Marked unread by hand, own unsent marks included.
    pub fn flagged(&self) -> bool {
        // Without tickets, the rule answers for the mark alone.
        let alone = ReadView {
            unread: 0,
            ..self.mine
        };
        shown_unread(alone, self.queued, []) > 0
    }
}

/// Markers of one incident that wait, in order.
#[derive(Debug, Clone, Copy, Default)]
struct Waiting {
    up_to_n: Option<u64>,
    seen_flag: Option<u64>,
    flag: Option<bool>,
}

impl Waiting {
    fn add(&mut self, payload: &Payload) {
        match payload {
            Payload::MarkRead(marker) => {
                self.up_to_n = self.up_to_n.max(marker.up_to_n);
                self.seen_flag = self.seen_flag.max(marker.seen_flag);
                // Only a marker that advances is queued, and reading on answers the mark.
                if self.flag == Some(true) {
                    self.flag = Some(false);
                }
            }
            Payload::MarkUnread(_) => self.flag = Some(true),
            Payload::ClearUnread(_) => self.flag = Some(false),
            _ => {}
        }
    }

    /// `flag_rev`: the mark that the server has now. A marker that answered an older one leaves it.
    fn queued(self, flag_rev: u64) -> QueuedMarker {
        let answered = self.seen_flag == Some(flag_rev);
        QueuedMarker {
            up_to_n: self.up_to_n,
            flag: self.flag.or(answered.then_some(false)),
        }
    }
}

#[derive(sqlx::FromRow)]
struct Numbers {
    id: Uuid,
    read_n: i64,
    last_n: i64,
    unread: i64,
    flagged: bool,
    flag_rev: i64,
    foreign_n: String,
}

macro_rules! numbers_select {
    ($tail:literal) => {
        concat!(
            "with waiting (incident_id, up_to_n) as (
                select unhex(value ->> 0), value ->> 1 from json_each(?2))
             select i.id, coalesce(m.read_n, 0) as read_n, coalesce(m.last_n, 0) as last_n,
                coalesce(m.unread, 0) as unread, coalesce(m.flagged, 0) as flagged,
                coalesce(m.flag_rev, 0) as flag_rev,
                (select json_group_array(t.n) from cache.ticket t
                 where t.incident_id = i.id and t.kind = 'message' and t.author_id <> ?1
                   and t.n > case when coalesce(w.up_to_n, 0) > coalesce(m.read_n, 0)
                        then coalesce(m.read_n, 0)
                        else max(coalesce(m.last_n, 0), coalesce(m.read_n, 0)) end) as foreign_n
             from cache.incident i
             left join cache.mine m on m.incident_id = i.id
             left join waiting w on w.incident_id = i.id ",
            $tail
        )
    };
}

/// How the person stands to every incident in the cache.
// Foreign tickets are read only where they can make a difference: above what the server counted,
// and above the person's marker where one waits. For most incidents that is a single look into the
// index, however long their threads are.
pub(crate) async fn of_all(
    conn: &mut SqliteConnection,
    user: UserId,
) -> Result<HashMap<IncidentId, ReadState>, StoreError> {
    let waiting = waiting(conn).await?;
    let rows: Vec<Numbers> = sqlx::query_as(numbers_select!(""))
        .bind(user.0)
        .bind(marks(&waiting)?)
        .fetch_all(conn)
        .await
        .doing("counting what is unread")?;
    rows.into_iter().map(|row| row.judge(&waiting)).collect()
}

/// How the person stands to every incident in which something may be unread.
// What everybody has read is looked at and not fetched: of a large cache that is nearly everything, and the
// badge asks at every start and after every message.
pub(crate) async fn of_unread(
    conn: &mut SqliteConnection,
    user: UserId,
) -> Result<HashMap<IncidentId, ReadState>, StoreError> {
    let waiting = waiting(conn).await?;
    let rows: Vec<Numbers> = sqlx::query_as(numbers_select!(
        "where m.unread > 0 or m.flagged
            or i.id in (select unhex(value) from json_each(?3))
            or exists (select 1 from cache.ticket t where t.incident_id = i.id
                and t.n > max(coalesce(m.last_n, 0), coalesce(m.read_n, 0)))"
    ))
    .bind(user.0)
    .bind(marks(&waiting)?)
    .bind(id_list(waiting.keys().map(|id| id.0)))
    .fetch_all(conn)
    .await
    .doing("counting what is unread")?;
    rows.into_iter().map(|row| row.judge(&waiting)).collect()
}

/// How the person stands to the incidents of a list of ids.
pub(crate) async fn of_these(
    conn: &mut SqliteConnection,
    user: UserId,
    ids: &str,
) -> Result<HashMap<IncidentId, ReadState>, StoreError> {
    let waiting = waiting(conn).await?;
    let rows: Vec<Numbers> = sqlx::query_as(numbers_select!(
        "where i.id in (select unhex(value) from json_each(?3))"
    ))
    .bind(user.0)
    .bind(marks(&waiting)?)
    .bind(ids)
    .fetch_all(conn)
    .await
    .doing("counting what is unread in some incidents")?;
    rows.into_iter().map(|row| row.judge(&waiting)).collect()
}

/// How the person stands to one incident; none when it is not in the cache.
pub(crate) async fn of(
    conn: &mut SqliteConnection,
    user: UserId,
    incident_id: IncidentId,
) -> Result<Option<ReadState>, StoreError> {
    let waiting = waiting(conn).await?;
    let row: Option<Numbers> = sqlx::query_as(numbers_select!("where i.id = ?3"))
        .bind(user.0)
        .bind(marks(&waiting)?)
        .bind(incident_id.0)
        .fetch_optional(conn)
        .await
        .doing("counting what is unread")?;
    row.map(|row| Ok(row.judge(&waiting)?.1)).transpose()
}

impl Numbers {
    fn judge(
        self,
        waiting: &HashMap<IncidentId, Waiting>,
    ) -> Result<(IncidentId, ReadState), StoreError> {
        let id = IncidentId(self.id);
        let mine = ReadView {
            read_n: to_u64(self.read_n),
            last_n: to_u64(self.last_n),
            unread: to_u64(self.unread),
            flagged: self.flagged,
        };
        let flag_rev = to_u64(self.flag_rev);
        let queued = waiting
            .get(&id)
            .copied()
            .unwrap_or_default()
            .queued(flag_rev);
        let foreign: Vec<u64> =
            serde_json::from_str(&self.foreign_n).doing("counting what is unread")?;
        let state = ReadState {
            mine,
            flag_rev,
            queued,
            unread: shown_unread(mine, queued, foreign),
        };
        Ok((id, state))
    }
}

/// The markers that wait, by incident. Done ones count until they are retired: the numbers that
/// know of them come with the same pull.
async fn waiting(conn: &mut SqliteConnection) -> Result<HashMap<IncidentId, Waiting>, StoreError> {
    let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
        "select incident_id, kind, payload from main.outbox
         where kind in ('mark_read', 'mark_unread', 'clear_unread') order by position",
    )
    .fetch_all(conn)
    .await
    .doing("reading the markers that wait")?;
    let mut waiting: HashMap<IncidentId, Waiting> = HashMap::new();
    for (incident_id, kind, payload) in rows {
        if let Ok(payload) = Payload::decode(&kind, PAYLOAD_SCHEMA, &payload) {
            waiting.entry(incident_id.into()).or_default().add(&payload);
        }
    }
    Ok(waiting)
}

fn marks(waiting: &HashMap<IncidentId, Waiting>) -> Result<String, StoreError> {
    let list: Vec<(String, u64)> = waiting
        .iter()
        .filter_map(|(id, waiting)| Some((hex_id(id.0), waiting.up_to_n?)))
        .collect();
    serde_json::to_string(&list).doing("counting what is unread")
}
