-- Internal notes of owners, how far each owner has read them, and who wants to be told no more.
--
-- They touch no column of incidents, participants or incident_responses: whatever a tenant reads is
-- the same with them and without. `m` counts the notes of an incident, `after_n` is the number of its
-- last ticket when the note came.

create table incident_notes (
    id             uuid not null primary key,
    incident_id    uuid not null references incidents (id),
    m              bigint not null,
    after_n        bigint not null,
    author_id      uuid not null references users (id),
    message        text not null,
    message_sha256 bytea not null,
    written_at     timestamptz not null,
    created_at     timestamptz not null,
    rev            bigint not null default 1
);
create unique index incident_notes_in_order on incident_notes (incident_id, m);

create table note_markers (
    id          uuid not null primary key,
    incident_id uuid not null references incidents (id),
    user_id     uuid not null references users (id),
    read_m      bigint not null,
    read_at     timestamptz not null,
    rev         bigint not null default 1,
    unique (incident_id, user_id)
);

create table mutes (
    id          uuid not null primary key,
    incident_id uuid not null references incidents (id),
    user_id     uuid not null references users (id),
    muted       boolean not null,
    rev         bigint not null default 1,
    unique (incident_id, user_id)
);
