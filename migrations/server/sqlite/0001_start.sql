-- The server's data on SQLite.
--
-- Ids are 16-byte BLOBs, times INTEGER microseconds since 1970 in UTC, days TEXT as YYYY-MM-DD,
-- words (status, role …) TEXT as crates/domain spells them. `rev` counts the versions of a row
-- that travels in a feed.

create table server_meta (
    key   text not null primary key,
    value text not null
) strict;

create table users (
    id            blob    not null primary key,
    email         text    not null unique,
    name          text    not null,
    password_hash text    not null,
    created_at    integer not null,
    rev           integer not null default 1
) strict;

-- The token itself is nowhere: only its SHA-256.
create table sessions (
    id           blob    not null primary key,
    token_sha256 blob    not null unique,
    user_id      blob    not null references users (id),
    device_id    blob    not null,
    device_name  text    not null,
    created_at   integer not null,
    used_at      integer not null,
    expires_at   integer not null
) strict;
create index sessions_by_user on sessions (user_id);

create table portfolios (
    id         blob    not null primary key,
    name       text    not null,
    created_at integer not null,
    rev        integer not null default 1
) strict;

-- People who left stay, with left_at. `rev` is the membership's in the user's own scope.
create table portfolio_members (
    portfolio_id blob    not null references portfolios (id),
    user_id      blob    not null references users (id),
    joined_at    integer not null,
    left_at      integer,
    rev          integer not null default 1,
    primary key (portfolio_id, user_id)
) strict, without rowid;
create index portfolio_members_by_user on portfolio_members (user_id);

create table properties (
    id           blob    not null primary key,
    portfolio_id blob    not null references portfolios (id),
    name         text    not null,
    time_zone    text    not null,
    created_at   integer not null,
    rev          integer not null default 1
) strict;
create index properties_by_portfolio on properties (portfolio_id);

create table units (
    id          blob    not null primary key,
    property_id blob    not null references properties (id),
    label       text    not null,
    created_at  integer not null,
    rev         integer not null default 1
) strict;
create index units_by_property on units (property_id);

create table leases (
    id         blob    not null primary key,
    unit_id    blob    not null references units (id),
    starts_on  text    not null,
    ends_on    text,
    created_at integer not null,
    rev        integer not null default 1
) strict;
create index leases_by_unit on leases (unit_id);

create table lease_tenants (
    lease_id  blob    not null references leases (id),
    user_id   blob    not null references users (id),
    joined_at integer not null,
    left_at   integer,
    rev       integer not null default 1,
    primary key (lease_id, user_id)
) strict, without rowid;
create index lease_tenants_by_user on lease_tenants (user_id);

create table incidents (
    id             blob    not null primary key,
    portfolio_id   blob    not null references portfolios (id),
    property_id    blob    not null references properties (id),
    unit_id        blob    not null references units (id),
    lease_id       blob    references leases (id),
    title          text    not null,
    description    text    not null,
    category       text    not null,
    priority       text    not null,
    status         text    not null,
    reopened       integer not null default 0,
    opened_by      blob    not null references users (id),
    opened_by_type text    not null,
    last_n         integer not null default 0,
    written_at     integer,
    created_at     integer not null,
    updated_at     integer not null,
    rev            integer not null default 1
) strict;
create index incidents_by_portfolio on incidents (portfolio_id, id);
create index incidents_by_lease on incidents (lease_id, id);

-- One row per ticket. The first ten columns are those of the system that Palier replaces;
-- `n` is the ticket's place in its thread, `attachments` a JSON array of attachment ids.
create table incident_responses (
    id              blob    not null primary key,
    incident_id     blob    not null references incidents (id),
    author_id       blob    not null references users (id),
    author_name     text    not null,
    author_type     text    not null,
    message         text    not null,
    attachments     text    not null default '[]',
    is_read         integer not null default 0,
    created_at      integer not null,
    updated_at      integer not null,
    n               integer not null,
    kind            text    not null default 'message',
    written_at      integer,
    message_sha256  blob    not null,
    rev             integer not null default 1,
    status_from     text,
    status_to       text,
    after_lease_end integer not null default 0
) strict;
create unique index incident_responses_in_order on incident_responses (incident_id, n);

-- `rev` 0: joined, but no marker yet, so not in any feed.
create table participants (
    id          blob    not null primary key,
    incident_id blob    not null references incidents (id),
    user_id     blob    not null references users (id),
    role        text    not null,
    read_n      integer not null default 0,
    read_at     integer,
    flagged     integer not null default 0,
    flag_rev    integer not null default 0,
    joined_at   integer not null,
    rev         integer not null default 0,
    unique (incident_id, user_id)
) strict;

-- Every advance of a marker, as evidence. Never updated, never deleted.
create table read_marks (
    incident_id blob    not null references incidents (id),
    user_id     blob    not null references users (id),
    n           integer not null,
    at          integer not null,
    primary key (incident_id, user_id, n)
) strict, without rowid;

-- Files in the storage folder, named by their digest.
create table blobs (
    sha256     blob    not null primary key,
    size       integer not null,
    created_at integer not null
) strict, without rowid;

-- `received` reaches `size` only in the transaction that makes the attachment.
create table uploads (
    id            blob    not null primary key,
    user_id       blob    not null references users (id),
    attachment_id blob    not null,
    name          text    not null,
    size          integer not null,
    sha256        blob    not null,
    received      integer not null default 0,
    created_at    integer not null,
    expires_at    integer not null,
    unique (user_id, attachment_id)
) strict;
create index uploads_by_expiry on uploads (expires_at);

-- Without a ticket it waits for one, until expires_at.
create table attachments (
    id               blob    not null primary key,
    uploaded_by      blob    not null references users (id),
    incident_id      blob    references incidents (id),
    ticket_id        blob    references incident_responses (id),
    name             text    not null,
    media_type       text    not null,
    size             integer not null,
    sha256           blob    not null references blobs (sha256),
    shared_size      integer not null,
    shared_sha256    blob    not null references blobs (sha256),
    thumbnail_sha256 blob    references blobs (sha256),
    created_at       integer not null,
    expires_at       integer,
    rev              integer not null default 1
) strict;
create index attachments_by_ticket on attachments (ticket_id);
create index attachments_unused on attachments (expires_at) where ticket_id is null;
create index attachments_by_blob on attachments (sha256);
create index attachments_by_shared_blob on attachments (shared_sha256);
create index attachments_by_thumbnail on attachments (thumbnail_sha256);

-- Applied mutations, and ids that a cancel claimed (`payload_hash` null: nothing may arrive
-- under them any more). `result` names the row that was made, as JSON.
create table mutation_log (
    user_id      blob    not null references users (id),
    mutation_id  blob    not null,
    payload_hash blob,
    result       text,
    epoch        text    not null,
    at           integer not null,
    primary key (user_id, mutation_id)
) strict, without rowid;
create index mutation_log_by_age on mutation_log (at);

-- A scope's number, and the digest and count of its live rows.
create table feed_head (
    id     integer primary key,
    scope  text    not null unique,
    seq    integer not null default 0,
    digest integer not null default 0,
    live   integer not null default 0
) strict;

-- One row per scope and entity, moved to a new number when the entity changes.
create table feed (
    head_id     integer not null references feed_head (id),
    kind        text    not null,
    entity_id   blob    not null,
    incident_id blob,
    seq         integer not null,
    rev         integer not null,
    op          text    not null,
    primary key (head_id, kind, entity_id)
) strict, without rowid;
create unique index feed_in_order on feed (head_id, seq);
