-- Internal notes of owners, how far each owner has read them, and who wants to be told no more.
--
-- They touch no column of incidents, participants or incident_responses: whatever a tenant reads is
-- the same with them and without. `m` counts the notes of an incident, `after_n` is the number of its
-- last ticket when the note came.

create table incident_notes (
    id             blob not null primary key,
    incident_id    blob not null references incidents (id),
    m              integer not null,
    after_n        integer not null,
    author_id      blob not null references users (id),
    message        text not null,
    message_sha256 blob not null,
    written_at     integer not null,
    created_at     integer not null,
    rev            integer not null default 1
) strict;
create unique index incident_notes_in_order on incident_notes (incident_id, m);

create table note_markers (
    id          blob not null primary key,
    incident_id blob not null references incidents (id),
    user_id     blob not null references users (id),
    read_m      integer not null,
    read_at     integer not null,
    rev         integer not null default 1,
    unique (incident_id, user_id)
) strict;

create table mutes (
    id          blob not null primary key,
    incident_id blob not null references incidents (id),
    user_id     blob not null references users (id),
    muted       integer not null,
    rev         integer not null default 1,
    unique (incident_id, user_id)
) strict;
