-- A copy of what the server holds for this user. Never migrated: when this file changes (its
-- SHA-256 is kept in `meta`) or the database is damaged, the cache is made anew and fetched again.
--
-- Ids are UUIDs as 16 bytes, times are milliseconds since 1970 (UTC), digests are 32 bytes.
-- `rev` is the row's version: a newer one replaces an older one, whatever the order of arrival.

create table meta (
    only_row integer primary key check (only_row = 1),
    schema_sha256 text not null,
    -- The life of the server's data that the rows belong to; the journal's, or the cache is emptied.
    epoch blob,
    -- The server's clock, as last heard.
    server_ms integer
) strict;

-- The cursor: up to which number a scope is held. None while it is fetched for the first time.
create table scope (
    id integer primary key,
    name text not null unique,
    number integer,
    -- While it is fetched: its number before any row was read, and where the last page ended.
    begun integer,
    after text,
    -- Counts the times it was fetched as a whole: what an earlier time brought and this one did
    -- not is gone from the scope.
    round integer not null
) strict;

-- Which scopes a row is here for; it goes when the last of them goes.
create table held (
    kind text not null,
    id blob not null,
    scope integer not null,
    round integer not null,
    primary key (kind, id, scope)
) strict, without rowid;

create table portfolio (
    id blob primary key,
    rev integer not null,
    name text not null
) strict;

create table property (
    id blob primary key,
    rev integer not null,
    portfolio_id blob not null,
    name text not null,
    time_zone text not null
) strict;

create table unit (
    id blob primary key,
    rev integer not null,
    property_id blob not null,
    label text not null
) strict;

create table lease (
    id blob primary key,
    rev integer not null,
    unit_id blob not null,
    starts_on text not null,
    ends_on text,
    -- JSON as on the wire: [{user_id, left_at}].
    tenants text not null
) strict;

create index lease_by_unit on lease (unit_id);

-- Who is or was on a lease, to find a person's homes. Kept by the triggers below.
create table lease_tenant (
    user_id blob not null,
    lease_id blob not null,
    primary key (user_id, lease_id)
) strict, without rowid;

create index lease_tenant_by_lease on lease_tenant (lease_id);

create trigger lease_tenants_change before insert on lease
begin
    delete from lease_tenant where lease_id = new.id;
end;
create trigger lease_tenants_taken after insert on lease
begin
    insert or ignore into lease_tenant
        select unhex(value ->> 'user_id', '-'), new.id from json_each(new.tenants);
end;
create trigger lease_tenants_lost after delete on lease
begin
    delete from lease_tenant where lease_id = old.id;
end;

create table user_card (
    id blob primary key,
    rev integer not null,
    name text not null
) strict;

create table membership (
    id blob primary key,
    rev integer not null,
    role text not null
) strict;

create table incident (
    id blob primary key,
    rev integer not null,
    portfolio_id blob not null,
    property_id blob not null,
    unit_id blob not null,
    lease_id blob,
    title text not null,
    description text not null,
    category text not null,
    priority text not null,
    status text not null,
    reopened integer not null,
    opened_by blob not null,
    opened_by_type text not null,
    last_n integer not null,
    created_ms integer not null,
    updated_ms integer not null
) strict;

create index incident_by_lease on incident (lease_id) where lease_id is not null;
create index incident_by_opening on incident (created_ms);
-- The list is read from its end, as far as it is seen.
create index incident_by_activity on incident (updated_ms desc, id);

-- Clustered by thread: a page of a thread is read from neighbouring pages of the file, however
-- large the cache is (docs/performance.md).
create table ticket (
    incident_id blob not null,
    n integer not null,
    id blob not null unique,
    rev integer not null,
    kind text not null,
    author_id blob not null,
    author_type text not null,
    message text not null,
    -- JSON: attachment ids in order.
    attachments text not null,
    status_from text,
    status_to text,
    created_ms integer not null,
    written_ms integer,
    after_lease_end integer not null,
    primary key (incident_id, n)
) strict, without rowid;

-- Status moves, for statistics: few among many messages.
create index ticket_by_move on ticket (created_ms, status_to) where status_to is not null;

create table attachment (
    id blob primary key,
    rev integer not null,
    incident_id blob not null,
    ticket_id blob not null,
    name text not null,
    media_type text not null,
    size integer not null,
    sha256 blob not null,
    shared_size integer not null,
    shared_sha256 blob not null,
    has_thumbnail integer not null
) strict;

create table participant (
    id blob primary key,
    rev integer not null,
    incident_id blob not null,
    user_id blob not null,
    role text not null,
    read_n integer not null,
    read_ms integer
) strict;

create index participant_by_incident on participant (incident_id);

-- Owners' internal notes; a tenant's cache has none.
create table note (
    id blob primary key,
    rev integer not null,
    incident_id blob not null,
    m integer not null,
    -- It stands after this ticket.
    after_n integer not null,
    author_id blob not null,
    message text not null,
    created_ms integer not null,
    written_ms integer not null
) strict;

create index note_by_incident on note (incident_id, m);

-- How far the person has read the notes of an incident.
create table note_marker (
    id blob primary key,
    rev integer not null,
    incident_id blob not null,
    read_m integer not null,
    read_ms integer not null
) strict;

create index note_marker_by_incident on note_marker (incident_id);

-- Incidents of which the person wants to hear no more.
create table mute (
    id blob primary key,
    rev integer not null,
    incident_id blob not null,
    muted integer not null
) strict;

create index mute_by_incident on mute (incident_id);

-- The caller's own numbers, in no feed of their own; the newer pair of revs wins.
create table mine (
    incident_id blob primary key,
    read_n integer not null,
    last_n integer not null,
    unread integer not null,
    flagged integer not null,
    flag_rev integer not null,
    incident_rev integer not null,
    participant_rev integer not null
) strict, without rowid;

-- Rows that this version cannot read: kept and skipped.
create table unknown (
    kind text not null,
    id blob not null,
    rev integer not null,
    data text not null,
    primary key (kind, id)
) strict, without rowid;

-- Full text: incidents, messages, notes, names of files; names of people in an index of their own, so that one
-- among a million texts is found at once. Kept by the triggers below in the transaction that changes a row, so that
-- whatever writes a row, the index is right.
--
-- An index holds words and no text; what is shown comes from the rows. Newest first is the
-- order of `search_entry.id`: milliseconds since 1970 above, a number within the millisecond in the
-- lowest 20 bits. People have no time and stand below everything else.
--
-- There is no index of beginnings: it would make taking rows in slower by a third, and what is begun with is looked
-- for among the newest texts first (docs/performance.md).
create table search_entry (
    id integer primary key,
    kind text not null,
    entity_id blob not null
) strict;

create unique index search_entry_by_entity on search_entry (entity_id, kind);

create virtual table search_words using fts5 (
    words,
    content = '', contentless_delete = 1, detail = none,
    tokenize = 'unicode61 remove_diacritics 2'
);
-- Each page of rows leaves a piece of index behind. Put together by eights instead of fours, its words are
-- written less often again (docs/performance.md).
insert into search_words (search_words, rank) values ('automerge', 8);

create virtual table search_names using fts5 (
    words,
    content = '', contentless_delete = 1, detail = none,
    tokenize = 'unicode61 remove_diacritics 2'
);

create trigger search_words_removed after delete on search_entry when old.kind <> 'user_card'
begin
    delete from search_words where rowid = old.id;
end;
create trigger search_names_removed after delete on search_entry when old.kind = 'user_card'
begin
    delete from search_names where rowid = old.id;
end;

create view search_intake as
    select kind, entity_id, 0 as at_ms, '' as words from search_entry;
create view search_name_intake as
    select entity_id, '' as name from search_entry;

-- Ligatures are not accents: unicode61 leaves them, and people type them as two letters.
create trigger search_name_taken instead of insert on search_name_intake
begin
    insert into search_entry (id, kind, entity_id)
        select coalesce((select max(id) + 1 from search_entry where id < 1048576), 0), 'user_card', new.entity_id;
    insert into search_names (rowid, words)
        values (last_insert_rowid(), replace(replace(replace(replace(
            new.name, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'));
end;
create trigger search_intake_taken instead of insert on search_intake
begin
    insert into search_entry (id, kind, entity_id)
        select coalesce(
            (select max(id) + 1 from search_entry
             where id between new.at_ms << 20 and (new.at_ms << 20) + 1048575),
            new.at_ms << 20), new.kind, new.entity_id;
    insert into search_words (rowid, words)
        values (last_insert_rowid(), replace(replace(replace(replace(
            new.words, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'));
end;

-- A row that comes again with other words is found by the new ones.
create trigger incident_words_change before insert on incident
when exists (select 1 from incident old where old.id = new.id
    and (old.title <> new.title or old.description <> new.description))
begin
    delete from search_entry where entity_id = new.id and kind = 'incident';
end;
create trigger incident_found after insert on incident
when not exists (select 1 from search_entry where entity_id = new.id and kind = 'incident')
begin
    insert into search_intake values (
        'incident', new.id, max(new.created_ms, 1), new.title || char(10) || new.description);
end;
create trigger incident_lost after delete on incident
begin
    delete from search_entry where entity_id = old.id and kind = 'incident';
end;

-- What the system wrote has no words, and a message never changes.
create trigger ticket_found after insert on ticket
when new.message <> ''
    and not exists (select 1 from search_entry where entity_id = new.id and kind = 'ticket')
begin
    insert into search_intake values (
        'ticket', new.id, max(new.created_ms, 1), new.message);
end;
create trigger ticket_lost after delete on ticket
begin
    delete from search_entry where entity_id = old.id and kind = 'ticket';
end;

create trigger note_found after insert on note
when not exists (select 1 from search_entry where entity_id = new.id and kind = 'note')
begin
    insert into search_intake values (
        'note', new.id, max(new.created_ms, 1), new.message);
end;
create trigger note_lost after delete on note
begin
    delete from search_entry where entity_id = old.id and kind = 'note';
end;

create trigger attachment_found after insert on attachment
when not exists (select 1 from search_entry where entity_id = new.id and kind = 'attachment')
begin
    insert into search_intake values (
        'attachment', new.id,
        coalesce(
            (select max(created_ms, 1) from ticket where id = new.ticket_id),
            (select max(updated_ms, 1) from incident where id = new.incident_id), 1),
        new.name);
end;
create trigger attachment_lost after delete on attachment
begin
    delete from search_entry where entity_id = old.id and kind = 'attachment';
end;

create trigger user_card_words_change before insert on user_card
when exists (select 1 from user_card old where old.id = new.id and old.name <> new.name)
begin
    delete from search_entry where entity_id = new.id and kind = 'user_card';
end;
create trigger user_card_found after insert on user_card
when not exists (select 1 from search_entry where entity_id = new.id and kind = 'user_card')
begin
    insert into search_name_intake values (new.id, new.name);
end;
create trigger user_card_lost after delete on user_card
begin
    delete from search_entry where entity_id = old.id and kind = 'user_card';
end;
