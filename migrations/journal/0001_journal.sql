-- What the person wrote, and what was told to him. Never thrown away; migrated forward only.
--
-- Ids are UUIDs as 16 bytes, times are milliseconds since 1970 (UTC), digests are 32 bytes.

-- Whose folder this is, and the life of the server's data that it knows.
create table account (
    only_row integer primary key check (only_row = 1),
    user_id blob not null,
    device_id blob not null,
    epoch blob,
    -- Everything below notify_after is history; before this is 1, everything is.
    notifying integer not null default 0
) strict;

-- Epochs left behind: a late reply that carries one is dropped.
create table epochs_left (
    epoch blob primary key
) strict, without rowid;

create table settings (
    key text primary key,
    value text not null
) strict, without rowid;

-- Files that the person added; their bytes are in blobs/, named by the digest.
create table files (
    id blob primary key,
    name text not null,
    media_type text not null,
    size integer not null,
    sha256 blob not null,
    has_thumbnail integer not null default 0,
    on_server integer not null default 0
) strict, without rowid;

create index files_by_digest on files (sha256);

-- What is being written, one draft per incident.
create table drafts (
    incident_id blob primary key,
    message text not null default '',
    -- The ticket's id for the next send, when a refused ticket was taken back to be changed.
    ticket_id blob,
    updated_ms integer not null
) strict;

create table draft_files (
    incident_id blob not null references drafts on delete cascade,
    position integer not null,
    file_id blob not null references files,
    primary key (incident_id, position)
) strict, without rowid;

-- What waits to be sent.
create table outbox (
    mutation_id blob primary key,
    -- The place in the lane of its incident; a cancel has that of the entry it takes back.
    position integer not null,
    incident_id blob not null,
    -- The ticket, or the system ticket of a status move.
    ticket_id blob,
    kind text not null,
    schema integer not null,
    -- Byte for byte as it leaves, every time.
    payload text not null,
    state text not null check (state in ('held', 'uploading', 'queued', 'sending', 'waiting',
        'signed_out', 'failed', 'blocked', 'cancelling', 'done')),
    attempts integer not null default 0,
    hold_ms integer not null default 0,
    depends_on blob,
    -- On a cancel: the entry that it takes back. That one stands as 'cancelling' and never leaves
    -- again; it is kept for the case that it had arrived.
    cancels blob,
    problem text,
    written_ms integer not null
) strict;

create index outbox_by_lane on outbox (incident_id, position);
create index outbox_by_ticket on outbox (ticket_id) where ticket_id is not null;

create table outbox_files (
    mutation_id blob not null references outbox on delete cascade,
    position integer not null,
    file_id blob not null references files,
    primary key (mutation_id, position)
) strict, without rowid;

-- What the server has applied, for 30 days of its time: queued again when it was restored.
create table sent_log (
    mutation_id blob primary key,
    position integer not null,
    incident_id blob not null,
    ticket_id blob,
    kind text not null,
    schema integer not null,
    payload text not null,
    depends_on blob,
    written_ms integer not null,
    sent_ms integer not null
) strict;

create index sent_log_by_time on sent_log (sent_ms);

create table sent_files (
    mutation_id blob not null references sent_log on delete cascade,
    position integer not null,
    file_id blob not null references files,
    primary key (mutation_id, position)
) strict, without rowid;

-- Foreign tickets that were decided on: nothing is announced twice.
create table notified (
    ticket_id blob primary key,
    incident_id blob not null,
    n integer not null,
    how text not null check (how in ('shown', 'suppressed', 'withdrawn'))
) strict, without rowid;

create index notified_shown on notified (incident_id, n) where how = 'shown';

-- Tickets up to n were there before notifications began.
create table notify_after (
    incident_id blob primary key,
    n integer not null
) strict, without rowid;
