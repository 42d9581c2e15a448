-- The server's data on PostgreSQL, table by table and column by column what it is on SQLite.
--
-- Where the types differ: ids are uuid, digests bytea, times timestamptz, days date, lists text[],
-- yes and no boolean, every number bigint. Words (status, role …) are TEXT as crates/domain spells
-- them. `rev` counts the versions of a row that travels in a feed.

create table server_meta (
    key   text not null primary key,
    value text not null
);

create table users (
    id            uuid        not null primary key,
    email         text        not null unique,
    name          text        not null,
    password_hash text        not null,
    created_at    timestamptz not null,
    rev           bigint      not null default 1
);

-- The token itself is nowhere: only its SHA-256.
create table sessions (
    id           uuid        not null primary key,
    token_sha256 bytea       not null unique,
    user_id      uuid        not null references users (id),
    device_id    uuid        not null,
    device_name  text        not null,
    created_at   timestamptz not null,
    used_at      timestamptz not null,
    expires_at   timestamptz not null
);
create index sessions_by_user on sessions (user_id);

create table portfolios (
    id         uuid        not null primary key,
    name       text        not null,
    created_at timestamptz not null,
    rev        bigint      not null default 1
);

-- People who left stay, with left_at. `rev` is the membership's in the user's own scope.
create table portfolio_members (
    portfolio_id uuid        not null references portfolios (id),
    user_id      uuid        not null references users (id),
    joined_at    timestamptz not null,
    left_at      timestamptz,
    rev          bigint      not null default 1,
    primary key (portfolio_id, user_id)
);
create index portfolio_members_by_user on portfolio_members (user_id);

create table properties (
    id           uuid        not null primary key,
    portfolio_id uuid        not null references portfolios (id),
    name         text        not null,
    time_zone    text        not null,
    created_at   timestamptz not null,
    rev          bigint      not null default 1
);
create index properties_by_portfolio on properties (portfolio_id);

create table units (
    id          uuid        not null primary key,
    property_id uuid        not null references properties (id),
    label       text        not null,
    created_at  timestamptz not null,
    rev         bigint      not null default 1
);
create index units_by_property on units (property_id);

create table leases (
    id         uuid        not null primary key,
    unit_id    uuid        not null references units (id),
    starts_on  date        not null,
    ends_on    date,
    created_at timestamptz not null,
    rev        bigint      not null default 1
);
create index leases_by_unit on leases (unit_id);

create table lease_tenants (
    lease_id  uuid        not null references leases (id),
    user_id   uuid        not null references users (id),
    joined_at timestamptz not null,
    left_at   timestamptz,
    rev       bigint      not null default 1,
    primary key (lease_id, user_id)
);
create index lease_tenants_by_user on lease_tenants (user_id);

create table incidents (
    id             uuid        not null primary key,
    portfolio_id   uuid        not null references portfolios (id),
    property_id    uuid        not null references properties (id),
    unit_id        uuid        not null references units (id),
    lease_id       uuid        references leases (id),
    title          text        not null,
    description    text        not null,
    category       text        not null,
    priority       text        not null,
    status         text        not null,
    reopened       bigint      not null default 0,
    opened_by      uuid        not null references users (id),
    opened_by_type text        not null,
    last_n         bigint      not null default 0,
    written_at     timestamptz,
    created_at     timestamptz not null,
    updated_at     timestamptz not null,
    rev            bigint      not null default 1
);
create index incidents_by_portfolio on incidents (portfolio_id, id);
create index incidents_by_lease on incidents (lease_id, id);

-- One row per ticket. The first ten columns are those of the system that Palier replaces;
-- `n` is the ticket's place in its thread, `attachments` the ids of its attachments.
create table incident_responses (
    id              uuid        not null primary key,
    incident_id     uuid        not null references incidents (id),
    author_id       uuid        not null references users (id),
    author_name     text        not null,
    author_type     text        not null,
    message         text        not null,
    attachments     text[]      not null default '{}',
    is_read         boolean     not null default false,
    created_at      timestamptz not null,
    updated_at      timestamptz not null,
    n               bigint      not null,
    kind            text        not null default 'message',
    written_at      timestamptz,
    message_sha256  bytea       not null,
    rev             bigint      not null default 1,
    status_from     text,
    status_to       text,
    after_lease_end boolean     not null default false
);
create unique index incident_responses_in_order on incident_responses (incident_id, n);

-- `rev` 0: joined, but no marker yet, so not in any feed.
create table participants (
    id          uuid        not null primary key,
    incident_id uuid        not null references incidents (id),
    user_id     uuid        not null references users (id),
    role        text        not null,
    read_n      bigint      not null default 0,
    read_at     timestamptz,
    flagged     boolean     not null default false,
    flag_rev    bigint      not null default 0,
    joined_at   timestamptz not null,
    rev         bigint      not null default 0,
    unique (incident_id, user_id)
);

-- Every advance of a marker, as evidence. Never updated, never deleted.
create table read_marks (
    incident_id uuid        not null references incidents (id),
    user_id     uuid        not null references users (id),
    n           bigint      not null,
    at          timestamptz not null,
    primary key (incident_id, user_id, n)
);

-- Files in the storage folder, named by their digest.
create table blobs (
    sha256     bytea       not null primary key,
    size       bigint      not null,
    created_at timestamptz not null
);

-- `received` reaches `size` only in the transaction that makes the attachment.
create table uploads (
    id            uuid        not null primary key,
    user_id       uuid        not null references users (id),
    attachment_id uuid        not null,
    name          text        not null,
    size          bigint      not null,
    sha256        bytea       not null,
    received      bigint      not null default 0,
    created_at    timestamptz not null,
    expires_at    timestamptz not null,
    unique (user_id, attachment_id)
);
create index uploads_by_expiry on uploads (expires_at);

-- Without a ticket it waits for one, until expires_at.
create table attachments (
    id               uuid        not null primary key,
    uploaded_by      uuid        not null references users (id),
    incident_id      uuid        references incidents (id),
    ticket_id        uuid        references incident_responses (id),
    name             text        not null,
    media_type       text        not null,
    size             bigint      not null,
    sha256           bytea       not null references blobs (sha256),
    shared_size      bigint      not null,
    shared_sha256    bytea       not null references blobs (sha256),
    thumbnail_sha256 bytea       references blobs (sha256),
    created_at       timestamptz not null,
    expires_at       timestamptz,
    rev              bigint      not null default 1
);
create index attachments_by_ticket on attachments (ticket_id);
create index attachments_unused on attachments (expires_at) where ticket_id is null;
create index attachments_by_blob on attachments (sha256);
create index attachments_by_shared_blob on attachments (shared_sha256);
create index attachments_by_thumbnail on attachments (thumbnail_sha256);

-- Applied mutations, and ids that a cancel claimed (`payload_hash` null: nothing may arrive
-- under them any more). `result` names the row that was made, as JSON.
create table mutation_log (
    user_id      uuid        not null references users (id),
    mutation_id  uuid        not null,
    payload_hash bytea,
    result       text,
    epoch        text        not null,
    at           timestamptz not null,
    primary key (user_id, mutation_id)
);
create index mutation_log_by_age on mutation_log (at);

-- A scope's number, and the digest and count of its live rows.
-- `seq` is counted here, in the row that every writer of the scope locks until its commit, and not
-- by a sequence: those give numbers out in another order than transactions commit, and a reader who
-- has seen the later one would never see the earlier. `id` is a name, not a number to read after.
create table feed_head (
    id     bigint not null primary key generated by default as identity,
    scope  text   not null unique,
    seq    bigint not null default 0,
    digest bigint not null default 0,
    live   bigint not null default 0
);

-- One row per scope and entity, moved to a new number when the entity changes.
create table feed (
    head_id     bigint not null references feed_head (id),
    kind        text   not null,
    entity_id   uuid   not null,
    incident_id uuid,
    seq         bigint not null,
    rev         bigint not null,
    op          text   not null,
    primary key (head_id, kind, entity_id)
);
create unique index feed_in_order on feed (head_id, seq);
