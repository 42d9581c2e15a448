//! One statement per kind and purpose: how its rows come in, and how they go.
//!
//! Rows of a kind come in as one JSON array, bound once: that is several times as fast as row by
//! row (docs/performance.md). Each is an object; a ticket, of which there are most, is an array, in the order of
//! its statement's columns, and is written over in its place. An older version never replaces a newer one.

use crate::db::SqliteConnection;
use crate::{StoreError, sqlite::*};
use palier_wire::EntityKind;

macro_rules! put {
    ($table:literal, $columns:literal, $values:literal) => {
        concat!(
            "insert or replace into cache.",
            $table,
            " (id, rev, ",
            $columns,
            ") ",
            "select unhex(value ->> 'id'), value ->> 'rev', ",
            $values,
            " from json_each(?1) ",
            "where not exists (select 1 from cache.",
            $table,
            " held ",
            "where held.id = unhex(value ->> 'id') and held.rev > (value ->> 'rev'))"
        )
    };
}

const PUT_TICKET: &str = "
    insert or replace into cache.ticket (id, rev, incident_id, n, kind, author_id, author_type, message,
        attachments, status_from, status_to, created_ms, written_ms, after_lease_end)
    select unhex(value ->> 0), value ->> 1, unhex(value ->> 2), value ->> 3, value ->> 4,
        unhex(value ->> 5), value ->> 6, value ->> 7, value -> 8, value ->> 9, value ->> 10,
        value ->> 11, value ->> 12, value ->> 13
    from json_each(?1) where true
    on conflict (incident_id, n) do update set id = excluded.id, rev = excluded.rev,
        kind = excluded.kind, author_id = excluded.author_id, author_type = excluded.author_type,
        message = excluded.message, attachments = excluded.attachments,
        status_from = excluded.status_from, status_to = excluded.status_to,
        created_ms = excluded.created_ms, written_ms = excluded.written_ms,
        after_lease_end = excluded.after_lease_end
    where excluded.rev >= rev";

/// How rows of this kind come in.
fn put_statement(kind: EntityKind) -> Option<&'static str> {
    Some(match kind {
        EntityKind::Portfolio => put!("portfolio", "name", "value ->> 'name'"),
        EntityKind::Property => put!(
            "property",
            "portfolio_id, name, time_zone",
            "unhex(value ->> 'portfolio_id'), value ->> 'name', value ->> 'time_zone'"
        ),
        EntityKind::Unit => put!(
            "unit",
            "property_id, label",
            "unhex(value ->> 'property_id'), value ->> 'label'"
        ),
        EntityKind::Lease => put!(
            "lease",
            "unit_id, starts_on, ends_on, tenants",
            "unhex(value ->> 'unit_id'), value ->> 'starts_on', value ->> 'ends_on', \
             value -> 'tenants'"
        ),
        EntityKind::UserCard => put!("user_card", "name", "value ->> 'name'"),
        EntityKind::Membership => put!("membership", "role", "value ->> 'role'"),
        EntityKind::Incident => put!(
            "incident",
            "portfolio_id, property_id, unit_id, lease_id, title, description, category, \
             priority, status, reopened, opened_by, opened_by_type, last_n, created_ms, updated_ms",
            "unhex(value ->> 'portfolio_id'), unhex(value ->> 'property_id'), \
             unhex(value ->> 'unit_id'), unhex(value ->> 'lease_id'), value ->> 'title', \
             value ->> 'description', value ->> 'category', value ->> 'priority', \
             value ->> 'status', value ->> 'reopened', unhex(value ->> 'opened_by'), \
             value ->> 'opened_by_type', value ->> 'last_n', value ->> 'created_ms', \
             value ->> 'updated_ms'"
        ),
        EntityKind::Ticket => PUT_TICKET,
        EntityKind::Attachment => put!(
            "attachment",
            "incident_id, ticket_id, name, media_type, size, sha256, shared_size, shared_sha256, \
             has_thumbnail",
            "unhex(value ->> 'incident_id'), unhex(value ->> 'ticket_id'), value ->> 'name', \
             value ->> 'media_type', value ->> 'size', unhex(value ->> 'sha256'), \
             value ->> 'shared_size', unhex(value ->> 'shared_sha256'), value ->> 'has_thumbnail'"
        ),
        EntityKind::Participant => put!(
            "participant",
            "incident_id, user_id, role, read_n, read_ms",
            "unhex(value ->> 'incident_id'), unhex(value ->> 'user_id'), value ->> 'role', \
             value ->> 'read_n', value ->> 'read_ms'"
        ),
        EntityKind::Note => put!(
            "note",
            "incident_id, m, after_n, author_id, message, created_ms, written_ms",
            "unhex(value ->> 'incident_id'), value ->> 'm', value ->> 'after_n', \
             unhex(value ->> 'author_id'), value ->> 'message', value ->> 'created_ms', \
             value ->> 'written_ms'"
        ),
        EntityKind::NoteMarker => put!(
            "note_marker",
            "incident_id, read_m, read_ms",
            "unhex(value ->> 'incident_id'), value ->> 'read_m', value ->> 'read_ms'"
        ),
        EntityKind::Mute => put!(
            "mute",
            "incident_id, muted",
            "unhex(value ->> 'incident_id'), value ->> 'muted'"
        ),
        EntityKind::Unknown => return None,
    })
}

macro_rules! remove {
    ($table:literal) => {
        concat!(
            "delete from cache.",
            $table,
            " where id in (select unhex(value) from json_each(?1)) ",
            "and not exists (select 1 from cache.held h where h.kind = '",
            $table,
            "' and h.id = cache.",
            $table,
            ".id)"
        )
    };
}

/// How rows of this kind go that no scope holds any more, among some ids.
fn remove_statement(kind: EntityKind) -> Option<&'static str> {
    Some(match kind {
        EntityKind::Portfolio => remove!("portfolio"),
        EntityKind::Property => remove!("property"),
        EntityKind::Unit => remove!("unit"),
        EntityKind::Lease => remove!("lease"),
        EntityKind::UserCard => remove!("user_card"),
        EntityKind::Membership => remove!("membership"),
        EntityKind::Incident => remove!("incident"),
        EntityKind::Ticket => remove!("ticket"),
        EntityKind::Attachment => remove!("attachment"),
        EntityKind::Participant => remove!("participant"),
        EntityKind::Note => remove!("note"),
        EntityKind::NoteMarker => remove!("note_marker"),
        EntityKind::Mute => remove!("mute"),
        EntityKind::Unknown => return None,
    })
}

macro_rules! remove_all {
    ($($table:literal)*) => {
        concat!($(
            "delete from cache.", $table, " where not exists (select 1 from cache.held h \
             where h.kind = '", $table, "' and h.id = cache.", $table, ".id);",
        )* "delete from cache.mine where incident_id not in (select id from cache.incident);
            delete from cache.unknown where not exists (select 1 from cache.held h
            where h.kind = cache.unknown.kind and h.id = cache.unknown.id);")
    };
}

/// Puts rows of one kind, given as a JSON array.
pub(crate) async fn put(
    conn: &mut SqliteConnection,
    kind: EntityKind,
    rows: String,
) -> Result<(), StoreError> {
    if let Some(statement) = put_statement(kind) {
        sqlx::query(statement)
            .bind(rows)
            .execute(conn)
            .await
            .doing("writing rows to the cache")?;
    }
    Ok(())
}

/// Whether there are rows that could not be read. Most of the time there are none, and a look costs nothing.
pub(crate) async fn some_kept(conn: &mut SqliteConnection) -> Result<bool, StoreError> {
    sqlx::query_scalar("select exists (select 1 from cache.unknown)")
        .fetch_one(conn)
        .await
        .doing("looking for rows that could not be read")
}

/// Forgets, of rows that can be read, what of them could not; `ids` is a list of [`id_list`].
pub(crate) async fn forget_kept(
    conn: &mut SqliteConnection,
    kind: EntityKind,
    ids: String,
) -> Result<(), StoreError> {
    sqlx::query(
        "delete from cache.unknown where kind = ?2
         and id in (select unhex(value) from json_each(?1))",
    )
    .bind(ids)
    .bind(kind.as_str())
    .execute(conn)
    .await
    .doing("forgetting what could not be read of rows")?;
    Ok(())
}

/// Removes the rows of one kind, among these ids, that no scope holds any more.
pub(crate) async fn remove_unheld_of(
    conn: &mut SqliteConnection,
    kind: EntityKind,
    ids: &str,
) -> Result<(), StoreError> {
    let doing = "removing rows from the cache";
    if let Some(statement) = remove_statement(kind) {
        sqlx::query(statement)
            .bind(ids.to_owned())
            .execute(&mut *conn)
            .await
            .doing(doing)?;
    }
    sqlx::query(
        "delete from cache.unknown
         where kind = ?2 and id in (select unhex(value) from json_each(?1))
           and not exists (select 1 from cache.held h
            where h.kind = cache.unknown.kind and h.id = cache.unknown.id)",
    )
    .bind(ids.to_owned())
    .bind(kind.as_str())
    .execute(&mut *conn)
    .await
    .doing(doing)?;
    if kind == EntityKind::Incident {
        sqlx::query(
            "delete from cache.mine where incident_id in (select unhex(value) from json_each(?1))
             and incident_id not in (select id from cache.incident)",
        )
        .bind(ids.to_owned())
        .execute(conn)
        .await
        .doing(doing)?;
    }
    Ok(())
}

/// Removes every row that no scope holds any more. Reads the whole cache: for the rare case that a
/// scope goes.
pub(crate) async fn remove_unheld(conn: &mut SqliteConnection) -> Result<(), StoreError> {
    sqlx::raw_sql(remove_all!(
        "portfolio" "property" "unit" "lease" "user_card" "membership" "incident" "ticket"
        "attachment" "participant" "note" "note_marker" "mute"
    ))
    .execute(conn)
    .await
    .doing("removing rows from the cache")?;
    Ok(())
}
