-- Who came in, who was refused, who was let in by whom. No text that a person wrote, no mail address,
-- no token: ids and words of crates/domain/src/audit.rs. `actor` and subjects are ids without a
-- reference, because the log outlives what it names. `details` is a JSON object.
create table audit_log (
    id           blob    not null primary key,
    at           integer not null,
    actor        blob,
    action       text    not null,
    subject_kind text,
    subject_id   blob,
    address      text,
    request_id   text,
    details      text    not null default '{}'
) strict, without rowid;
create index audit_log_in_order on audit_log (at, id);
-- How many refusals are kept is counted by action.
create index audit_log_by_action on audit_log (action, at);
create index audit_log_by_subject on audit_log (subject_id, at);
