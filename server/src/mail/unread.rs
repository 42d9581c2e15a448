//! Mail about what stays unread.
//!
//! A message makes a letter wait for everybody else on the incident who wants such mails ([`expect`]);
//! one letter for each person, which later messages join. When it is due it is looked again
//! ([`Digest::of`]): what was read meanwhile is not in it, what is too fresh postpones it, and if nothing is
//! left there is no mail. After a mail there is a pause, which ends when the person reads something
//! ([`has_read`]).
//!
//! All of that is in the database, so it survives a restart, and of several nodes one sends.

use super::content::{Part, Words, line};
use crate::{
    access::{Seat, scopes_of, standing},
    config::Config,
    db::{Conn, Stamp, codec::count, query, query_as, writer::WriteTx},
    error::Result,
};
use chrono::{DateTime, NaiveDate, Utc};
use palier_domain::{
    Role, UNREAD_MAIL_AGE, UNREAD_MAIL_PAUSE, UnreadMailMinutes, UserId, first_words, may_be_mailed,
};
use palier_i18n::{Language, Localizer};
use palier_wire::Scope;
use std::collections::BTreeMap;
use uuid::Uuid;

/// The word for such letters in the table.
pub const KIND: &str = "unread";
/// How many incidents a mail shows; the others are counted.
const SHOWN: usize = 5;

/// Makes a letter wait for everybody on the incident who has not muted it, but `seat`, who has just
/// written there.
// Who has left since is among them: whether he may still be told is asked when the letter is due.
// In the order of their ids: in which a database with many writers locks the letters.
pub async fn expect(tx: &mut WriteTx, seat: &Seat) -> Result<()> {
    let now = Stamp(tx.now);
    query(sql!(
        "insert into mails (id, user_id, kind, language, arguments, due_at, expires_at, created_at,
                            changed_at)
         select " {new_id} ", u.id, 'unread', u.language, '{}', "
                {sqlite "max($3 + u.unread_mail_minutes * 60000000,
                             coalesce(u.unread_mail_again_at, 0))"}
                {postgres "greatest($3 + make_interval(mins => u.unread_mail_minutes::int),
                                    u.unread_mail_again_at)"} ",
                $4, $3, $3
         from participants p join users u on u.id = p.user_id
         where p.incident_id = $1 and p.user_id <> $2 and u.unread_mail_minutes > 0
               and not exists (select 1 from mutes m where m.incident_id = p.incident_id
                               and m.user_id = p.user_id and m.muted)
         order by p.user_id
         on conflict (user_id) where kind = 'unread' and state = 'due' do update
         set due_at = excluded.due_at, expires_at = excluded.expires_at
         where excluded.due_at < mails.due_at"
    ))
    .bind(seat.incident.row.id.0)
    .bind(seat.user.0)
    .bind(now)
    .bind(Stamp(now.0 + UNREAD_MAIL_AGE))
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// `user` has read something: the pause after the last mail is over.
pub async fn has_read(tx: &mut WriteTx, user: UserId) -> Result<()> {
    let now = Stamp(tx.now);
    let paused = query(
        "update users set unread_mail_again_at = null
         where id = $1 and unread_mail_again_at is not null",
    )
    .bind(user.0)
    .execute(tx.conn())
    .await?;
    if paused > 0 {
        // Looked at again now; what is too fresh postpones it.
        query(
            "update mails set due_at = $2
             where user_id = $1 and kind = 'unread' and state = 'due' and due_at > $2",
        )
        .bind(user.0)
        .bind(now)
        .execute(tx.conn())
        .await?;
    }
    Ok(())
}

/// `user` was sent what there was up to `through`.
pub async fn was_sent(tx: &mut WriteTx, user: UserId, through: DateTime<Utc>) -> Result<()> {
    let now = tx.now;
    query("update users set unread_mail_again_at = $2, unread_mail_through = $3 where id = $1")
        .bind(user.0)
        .bind(Stamp(now + UNREAD_MAIL_PAUSE))
        .bind(Stamp(through))
        .execute(tx.conn())
        .await?;
    Ok(())
}

/// What there is to say to somebody.
pub enum Digest {
    /// Nothing, or he wants no such mail.
    Nothing,
    /// Nothing before that time.
    Later(DateTime<Utc>),
    /// These incidents, the newest message first.
    Now(Vec<Waiting>, UnreadMailMinutes),
}

/// Unread messages of an incident.
pub struct Waiting {
    incident: Uuid,
    title: String,
    role: Role,
    unread: u64,
    author: String,
    words: String,
    /// When the last of them was written.
    pub newest: DateTime<Utc>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    title: String,
    unread: i64,
    oldest: Stamp,
    newest: Stamp,
    last: i64,
}

impl Digest {
    /// What `user` has not read at `now` and was not told of by mail.
    pub async fn of(conn: &mut Conn, user: UserId, now: DateTime<Utc>) -> Result<Self> {
        let setting: Option<(i64, Option<Stamp>)> =
            query_as("select unread_mail_minutes, unread_mail_through from users where id = $1")
                .bind(user.0)
                .fetch_optional(&mut *conn)
                .await?;
        let Some((minutes, through)) = setting else {
            return Ok(Self::Nothing);
        };
        let minutes = u32::try_from(count(minutes)).unwrap_or_default();
        let minutes = UnreadMailMinutes::parse(minutes).unwrap_or_default();
        let Some(patience) = minutes.patience() else {
            return Ok(Self::Nothing);
        };
        let since = now - UNREAD_MAIL_AGE;
        let since = through.map_or(since, |through| through.0.max(since));
        let found = unread_since(conn, user, since, now).await?;
        let Some(oldest) = found.values().map(|(_, row)| row.oldest.0).min() else {
            return Ok(Self::Nothing);
        };
        if oldest + patience > now {
            return Ok(Self::Later(oldest + patience));
        }
        let mut waiting = Vec::new();
        for (role, row) in found.into_values() {
            let (author, message): (String, String) = query_as(
                "select u.name, r.message from incident_responses r
                 join users u on u.id = r.author_id where r.incident_id = $1 and r.n = $2",
            )
            .bind(row.id)
            .bind(row.last)
            .fetch_one(&mut *conn)
            .await?;
            waiting.push(Waiting {
                incident: row.id,
                title: line(&row.title),
                role,
                unread: count(row.unread),
                author: line(&author),
                words: line(&first_words(&message)),
                newest: row.newest.0,
            });
        }
        waiting.sort_by_key(|it| std::cmp::Reverse(it.newest));
        Ok(Self::Now(waiting, minutes))
    }
}

/// The incidents with messages that `user` has not read, written after `since`, where he may be told.
/// Where he is owner and tenant, owner wins.
// What counts is `palier_domain::counts_as_unread` in SQL, as in `feed::mine`.
async fn unread_since(
    conn: &mut Conn,
    user: UserId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<BTreeMap<Uuid, (Role, Row)>> {
    let portfolios: Vec<Uuid> = scopes_of(conn, user)
        .await?
        .into_iter()
        .filter_map(|scope| match scope {
            Scope::Portfolio(portfolio) => Some(portfolio.0),
            _ => None,
        })
        .collect();
    let rented: Vec<(Uuid, Option<NaiveDate>, String)> = query_as(
        "select t.lease_id, l.ends_on, p.time_zone
         from lease_tenants t
         join leases l on l.id = t.lease_id
         join units u on u.id = l.unit_id
         join properties p on p.id = u.property_id
         where t.user_id = $1 and t.left_at is null",
    )
    .bind(user.0)
    .fetch_all(&mut *conn)
    .await?;
    let mut leases = Vec::new();
    for (lease, ends_on, zone) in rented {
        if may_be_mailed(standing(ends_on, &zone, now)?) {
            leases.push(lease);
        }
    }
    let mut found = BTreeMap::new();
    for (role, scopes) in [(Role::Tenant, leases), (Role::Owner, portfolios)] {
        let statement = match role {
            Role::Owner => sql!(
                "select i.id, i.title, count(*) as unread, min(r.created_at) as oldest,
                        max(r.created_at) as newest, max(r.n) as last
                 from incidents i
                 join incident_responses r on r.incident_id = i.id
                 left join participants p on p.incident_id = i.id and p.user_id = $1
                 where i.portfolio_id " {ids "$2"} " and i.updated_at > $3
                       and r.n > coalesce(p.read_n, 0) and r.kind = 'message'
                       and r.author_id <> $1 and r.created_at > $3
                 group by i.id, i.title"
            ),
            Role::Tenant => sql!(
                "select i.id, i.title, count(*) as unread, min(r.created_at) as oldest,
                        max(r.created_at) as newest, max(r.n) as last
                 from incidents i
                 join incident_responses r on r.incident_id = i.id
                 left join participants p on p.incident_id = i.id and p.user_id = $1
                 where i.lease_id " {ids "$2"} " and i.updated_at > $3
                       and r.n > coalesce(p.read_n, 0) and r.kind = 'message'
                       and r.author_id <> $1 and r.created_at > $3
                 group by i.id, i.title"
            ),
        };
        let rows: Vec<Row> = query_as(statement)
            .bind(user.0)
            .bind_ids(scopes)
            .bind(Stamp(since))
            .fetch_all(&mut *conn)
            .await?;
        found.extend(rows.into_iter().map(|row| (row.id, (role, row))));
    }
    Ok(found)
}

/// The mail about what is `waiting`, for a reader called `name`.
pub fn words(
    config: &Config,
    language: Language,
    name: Option<&str>,
    waiting: &[Waiting],
    minutes: UnreadMailMinutes,
) -> Words {
    let say = Localizer::new(language);
    let count: u64 = waiting.iter().map(|it| it.unread).sum();
    let subject = match waiting {
        [only] => say.format(
            "mail-unread-subject-one",
            &[("title", only.title.as_str().into())],
        ),
        many => say.format(
            "mail-unread-subject-many",
            &[("count", count.into()), ("incidents", many.len().into())],
        ),
    };
    let mut parts: Vec<Part> = name
        .map(|name| say.format("mail-greeting", &[("name", line(name).into())]))
        .into_iter()
        .map(Part::Text)
        .collect();
    for it in waiting.iter().take(SHOWN) {
        let count = say.format("mail-unread-count", &[("count", it.unread.into())]);
        parts.push(Part::Text(format!("{} · {count}", it.title)));
        let author = ("author", it.author.as_str().into());
        parts.push(Part::Text(match it.words.as_str() {
            "" => say.format("mail-unread-files", &[author]),
            words => say.format("mail-unread-words", &[author, ("words", words.into())]),
        }));
        let page = match it.role {
            Role::Owner => format!("/owner/rental-management/incidents/{}", it.incident),
            Role::Tenant => format!("/tenant/incidents/{}", it.incident),
        };
        let link = config.public_link(&page);
        parts.extend(link.map(|link| Part::Link(say.text("mail-unread-open"), link)));
    }
    let others = waiting.len().saturating_sub(SHOWN);
    if others > 0 {
        let count = [("count", others.into())];
        parts.push(Part::Text(say.format("mail-unread-others", &count)));
    }
    let minutes = [("minutes", minutes.get().into())];
    parts.push(Part::Text(say.format("mail-unread-why", &minutes)));
    Words {
        language,
        subject,
        parts,
    }
}
