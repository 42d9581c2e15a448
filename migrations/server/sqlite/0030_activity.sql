-- What lists and statistics ask for, kept beside the incident so that neither walks its thread:
-- the first message of an owner, since when it is done, and which role wrote last.
-- `crates/domain/src/statistics.rs` says what they mean, `server/src/ops/recount.rs` counts them
-- again from the threads.

alter table incidents add column first_answer_at integer;
alter table incidents add column resolved_at integer;
alter table incidents add column last_message_by text;

update incidents set
    first_answer_at = (
        select r.created_at from incident_responses r
        where r.incident_id = incidents.id and r.kind = 'message' and r.author_type = 'owner'
        order by r.n limit 1),
    last_message_by = (
        select r.author_type from incident_responses r
        where r.incident_id = incidents.id and r.kind = 'message'
        order by r.n desc limit 1),
    resolved_at = (
        select r.created_at from incident_responses r
        where r.incident_id = incidents.id and r.kind = 'system'
              and r.status_to in ('resolved', 'closed')
              and incidents.status in ('resolved', 'closed')
              and r.n > coalesce((
                  select max(o.n) from incident_responses o
                  where o.incident_id = incidents.id and o.kind = 'system'
                        and o.status_to = 'open'), 0)
        order by r.n limit 1);

-- Lists, newest first, of a portfolio and of a lease: by activity and by opening.
create index incidents_by_activity on incidents (portfolio_id, updated_at, id);
create index incidents_of_lease_by_activity on incidents (lease_id, updated_at, id);
create index incidents_by_opening on incidents (portfolio_id, created_at, id);
create index incidents_of_lease_by_opening on incidents (lease_id, created_at, id);
create index incidents_by_status on incidents (portfolio_id, status);
-- Status moves of an incident, without its messages.
create index incident_responses_moves on incident_responses (incident_id, created_at)
    where kind = 'system';
