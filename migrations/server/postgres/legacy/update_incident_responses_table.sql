-- The older system's table incident_responses, brought to the columns of its description.
--
-- For people, with psql, on PostgreSQL 12 or newer; running it again changes nothing:
--
--     psql "$DATABASE_URL" -v ON_ERROR_STOP=1 -f update_incident_responses_table.sql
--
-- `-v user_name=full_name` where users.name is called otherwise, `-v owner=landlord_id` where
-- incidents.owner_id is. `palier-server import-legacy` does not need it: it fills the same columns
-- while it takes the table over. (It does not stand beside the numbered migrations because the server
-- would take it for one of them.)

\if :{?user_name}
\else
    \set user_name name
\endif
\if :{?owner}
\else
    \set owner owner_id
\endif

begin;
set local timezone = 'UTC';
lock table incident_responses in access exclusive mode;

-- 1. The columns that may be missing.
alter table incident_responses add column if not exists author_name text;
alter table incident_responses add column if not exists author_type text;
alter table incident_responses add column if not exists attachments text[];
alter table incident_responses add column if not exists updated_at timestamptz;
-- Where nobody could mark anything as read, everything is: else all of it would ring.
do $$
begin
    if not exists (
        select from pg_attribute
        where attrelid = 'incident_responses'::regclass and attname = 'is_read'
              and not attisdropped
    ) then
        alter table incident_responses add column is_read boolean not null default true;
        alter table incident_responses alter column is_read set default false;
    end if;
end $$;
-- The place in the thread, and the digest of what was written.
alter table incident_responses add column if not exists n bigint;
alter table incident_responses add column if not exists message_sha256 bytea;

-- 2. What is in them.
update incident_responses r set author_name = u.:"user_name"
    from users u
    where u.id = r.author_id and coalesce(r.author_name, '') = '' and u.:"user_name" is not null;
update incident_responses r
    set author_type = case when r.author_id = i.:"owner" then 'owner' else 'tenant' end
    from incidents i
    where i.id = r.incident_id and coalesce(r.author_type, '') = '';
update incident_responses set attachments = '{}' where attachments is null;
update incident_responses set updated_at = created_at where updated_at is null;
update incident_responses set is_read = false where is_read is null;
update incident_responses r set n = o.n
    from (select id, row_number() over (partition by incident_id order by created_at, id) as n
          from incident_responses) o
    where o.id = r.id and r.n is distinct from o.n;
update incident_responses set message_sha256 = sha256(convert_to(message, 'UTF8'))
    where message_sha256 is distinct from sha256(convert_to(message, 'UTF8'));

alter table incident_responses alter column attachments set default '{}';
alter table incident_responses alter column attachments set not null;
alter table incident_responses alter column updated_at set default now();
alter table incident_responses alter column updated_at set not null;

-- 3. Indexes: a thread in its order, what is unread, what somebody wrote.
create index if not exists incident_responses_by_incident
    on incident_responses (incident_id, created_at, id);
create index if not exists incident_responses_unread
    on incident_responses (incident_id) where not is_read;
create index if not exists incident_responses_by_author on incident_responses (author_id);

commit;
