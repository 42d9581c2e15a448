-- Full text: tickets, incidents, names of files, names of tenants.
--
-- Like every index it is kept by the database itself, in the transaction that changes a row:
-- whoever writes (a mutation, an import, an erasure), it is right. A trigger hands what is to be
-- found to `search_intake`, whose one trigger does the rest.
--
-- `search_words` holds words and no text; what is shown comes from the rows. Its column `scopes`
-- holds one word for the portfolio and one for the lease, so that a search costs what the caller
-- may see, not what the server holds. Newest first is the order of `search_entries.id`.

create table search_entries (
    id           integer not null primary key,
    kind         text    not null,
    entity_id    blob    not null,
    incident_id  blob,
    lease_id     blob,
    portfolio_id blob    not null,
    at           integer not null
) strict;
-- A tenant is found once for each of his leases, everything else once.
create index search_entries_by_entity on search_entries (entity_id, kind, lease_id);

create virtual table search_words using fts5 (
    words, scopes,
    content = '', contentless_delete = 1,
    tokenize = 'unicode61 remove_diacritics 2',
    prefix = '2 3'
);

create trigger search_entries_removed after delete on search_entries
begin
    delete from search_words where rowid = old.id;
end;

create view search_intake as
    select kind, entity_id, incident_id, lease_id, portfolio_id, at, '' as words
    from search_entries;

-- An entry that is there keeps its place. Ligatures are not accents: unicode61 leaves them, and
-- people type them as two letters.
create trigger search_intake_taken instead of insert on search_intake
begin
    delete from search_words where rowid in (
        select id from search_entries
        where entity_id = new.entity_id and kind = new.kind and lease_id is new.lease_id);
    insert into search_entries (kind, entity_id, incident_id, lease_id, portfolio_id, at)
        select new.kind, new.entity_id, new.incident_id, new.lease_id, new.portfolio_id, new.at
        where not exists (
            select 1 from search_entries
            where entity_id = new.entity_id and kind = new.kind and lease_id is new.lease_id);
    insert into search_words (rowid, words, scopes)
        select id,
               replace(replace(replace(replace(
                   new.words, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'),
               'p' || hex(new.portfolio_id) || coalesce(' l' || hex(new.lease_id), '')
        from search_entries
        where entity_id = new.entity_id and kind = new.kind and lease_id is new.lease_id;
end;

-- Incidents: title and description.
create trigger incidents_found after insert on incidents
begin
    insert into search_intake values ('incident', new.id, new.id, new.lease_id, new.portfolio_id,
        new.created_at, new.title || char(10) || new.description);
end;
create trigger incidents_found_again after update of title, description on incidents
begin
    insert into search_intake values ('incident', new.id, new.id, new.lease_id, new.portfolio_id,
        new.created_at, new.title || char(10) || new.description);
end;
create trigger incidents_lost after delete on incidents
begin
    delete from search_entries where entity_id = old.id and kind = 'incident';
end;

-- Tickets with a text; what the system wrote has none.
create trigger incident_responses_found after insert on incident_responses
when new.message <> ''
begin
    insert into search_intake
        select 'ticket', new.id, i.id, i.lease_id, i.portfolio_id, new.created_at, new.message
        from incidents i where i.id = new.incident_id;
end;
create trigger incident_responses_found_again after update of message on incident_responses
when new.message <> old.message
begin
    delete from search_entries
        where entity_id = new.id and kind = 'ticket' and new.message = '';
    insert into search_intake
        select 'ticket', new.id, i.id, i.lease_id, i.portfolio_id, new.created_at, new.message
        from incidents i where i.id = new.incident_id and new.message <> '';
end;
create trigger incident_responses_lost after delete on incident_responses
begin
    delete from search_entries where entity_id = old.id and kind = 'ticket';
end;

-- Files, from the moment a ticket takes them; what waits for its ticket is nobody else's yet.
create trigger attachments_found_at_once after insert on attachments
when new.ticket_id is not null
begin
    insert into search_intake
        select 'attachment', new.id, i.id, i.lease_id, i.portfolio_id, new.created_at, new.name
        from incidents i where i.id = new.incident_id;
end;
create trigger attachments_found after update of ticket_id, name on attachments
when new.ticket_id is not null
begin
    insert into search_intake
        select 'attachment', new.id, i.id, i.lease_id, i.portfolio_id, new.created_at, new.name
        from incidents i where i.id = new.incident_id;
end;
create trigger attachments_lost after delete on attachments
begin
    delete from search_entries where entity_id = old.id and kind = 'attachment';
end;

-- Tenants, those who left included: their words stay, so their names do.
create trigger lease_tenants_found after insert on lease_tenants
begin
    insert into search_intake
        select 'tenant', new.user_id, null, new.lease_id, p.portfolio_id, new.joined_at, s.name
        from leases l
        join units u on u.id = l.unit_id
        join properties p on p.id = u.property_id
        join users s on s.id = new.user_id
        where l.id = new.lease_id;
end;
create trigger lease_tenants_lost after delete on lease_tenants
begin
    delete from search_entries
        where entity_id = old.user_id and kind = 'tenant' and lease_id = old.lease_id;
end;
create trigger users_found_again after update of name on users
when new.name <> old.name
begin
    insert into search_intake
        select e.kind, e.entity_id, e.incident_id, e.lease_id, e.portfolio_id, e.at, new.name
        from search_entries e where e.entity_id = new.id and e.kind = 'tenant';
end;

-- What is there already, in the order of its making.
insert into search_intake
    select kind, entity_id, incident_id, lease_id, portfolio_id, at, words from (
        select 'incident' as kind, id as entity_id, id as incident_id, lease_id, portfolio_id,
               created_at as at, title || char(10) || description as words
        from incidents
        union all
        select 'ticket', r.id, i.id, i.lease_id, i.portfolio_id, r.created_at, r.message
        from incident_responses r join incidents i on i.id = r.incident_id
        where r.message <> ''
        union all
        select 'attachment', a.id, i.id, i.lease_id, i.portfolio_id, a.created_at, a.name
        from attachments a join incidents i on i.id = a.incident_id
        where a.ticket_id is not null
        union all
        select 'tenant', t.user_id, null, t.lease_id, p.portfolio_id, t.joined_at, s.name
        from lease_tenants t
        join leases l on l.id = t.lease_id
        join units u on u.id = l.unit_id
        join properties p on p.id = u.property_id
        join users s on s.id = t.user_id)
    order by at;
