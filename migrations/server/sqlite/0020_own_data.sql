-- What an export asks for by person.

create index audit_log_by_actor on audit_log (actor, at);
create index read_marks_by_user on read_marks (user_id, at);
