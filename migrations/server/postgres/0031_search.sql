-- Full text: tickets, incidents, names of files, names of tenants.
--
-- Like every index it is kept by the database itself, in the transaction that changes a row:
-- whoever writes (a mutation, an import, an erasure), it is right. Each trigger hands what is to be
-- found to `search_take`.
--
-- `search_entries` holds words and no text; what is shown comes from the rows. Besides the words of
-- the text, one word stands for the portfolio and one for the lease, so that a search costs what the
-- caller may see, not what the server holds. Newest first is the order of `id`.

create table search_entries (
    id           bigint      not null primary key generated always as identity,
    kind         text        not null,
    entity_id    uuid        not null,
    incident_id  uuid,
    lease_id     uuid,
    portfolio_id uuid        not null,
    at           timestamptz not null,
    words        tsvector    not null
);
-- A tenant is found once for each of his leases, everything else once.
create unique index search_entries_by_entity
    on search_entries (entity_id, kind, lease_id) nulls not distinct;
create index search_entries_by_word on search_entries using gin (words);

-- A text without accents, ligatures and punctuation, as SQLite's tokenizer sees it.
-- Not the extension unaccent: it has to be installed beside the server, its dictionary is no
-- immutable function, and it does more than SQLite does. Punctuation goes before the parser sees it,
-- which else takes "cave/garage" for a file and "a.fr" for a host.
create function search_text(given text) returns text
    language sql immutable strict parallel safe
as $$
    select translate(
        regexp_replace(
            normalize(
                replace(replace(replace(replace(
                    given, 'œ', 'oe'), 'Œ', 'oe'), 'æ', 'ae'), 'Æ', 'ae'),
                NFD),
            '[\u0300-\u036f]', '', 'g'),
        '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~«»‘’“”…–—·',
        '                                          ')
$$;

-- The words of the text have weight D, those that stand for scopes weight A: so a scope cannot be
-- had by typing its word.
create function search_words(given text, portfolio uuid, lease uuid) returns tsvector
    language sql immutable parallel safe
as $$
    select to_tsvector('simple', search_text(given))
        || setweight(to_tsvector('simple',
               'p' || replace(portfolio::text, '-', '')
               || coalesce(' l' || replace(lease::text, '-', ''), '')), 'A')
$$;

-- An entry that is there keeps its place.
create function search_take(
    kind text, entity uuid, incident uuid, lease uuid, portfolio uuid, at timestamptz, given text
) returns void language sql as $$
    insert into search_entries (kind, entity_id, incident_id, lease_id, portfolio_id, at, words)
    values (kind, entity, incident, lease, portfolio, at, search_words(given, portfolio, lease))
    on conflict (entity_id, kind, lease_id) do update set words = excluded.words
$$;

-- Incidents: title and description.
create function incidents_found() returns trigger language plpgsql as $$
begin
    perform search_take('incident', new.id, new.id, new.lease_id, new.portfolio_id,
        new.created_at, new.title || E'\n' || new.description);
    return null;
end $$;
create trigger incidents_found after insert or update of title, description on incidents
    for each row execute function incidents_found();

create function incidents_lost() returns trigger language plpgsql as $$
begin
    delete from search_entries where entity_id = old.id and kind = 'incident';
    return null;
end $$;
create trigger incidents_lost after delete on incidents
    for each row execute function incidents_lost();

-- Tickets with a text; what the system wrote has none.
create function incident_responses_found() returns trigger language plpgsql as $$
begin
    if new.message = '' then
        delete from search_entries where entity_id = new.id and kind = 'ticket';
    else
        perform search_take('ticket', new.id, i.id, i.lease_id, i.portfolio_id,
            new.created_at, new.message)
        from incidents i where i.id = new.incident_id;
    end if;
    return null;
end $$;
create trigger incident_responses_found after insert on incident_responses
    for each row when (new.message <> '') execute function incident_responses_found();
create trigger incident_responses_found_again after update of message on incident_responses
    for each row when (new.message <> old.message) execute function incident_responses_found();

create function incident_responses_lost() returns trigger language plpgsql as $$
begin
    delete from search_entries where entity_id = old.id and kind = 'ticket';
    return null;
end $$;
create trigger incident_responses_lost after delete on incident_responses
    for each row execute function incident_responses_lost();

-- Files, from the moment a ticket takes them; what waits for its ticket is nobody else's yet.
create function attachments_found() returns trigger language plpgsql as $$
begin
    perform search_take('attachment', new.id, i.id, i.lease_id, i.portfolio_id,
        new.created_at, new.name)
    from incidents i where i.id = new.incident_id;
    return null;
end $$;
create trigger attachments_found after insert or update of ticket_id, name on attachments
    for each row when (new.ticket_id is not null) execute function attachments_found();

create function attachments_lost() returns trigger language plpgsql as $$
begin
    delete from search_entries where entity_id = old.id and kind = 'attachment';
    return null;
end $$;
create trigger attachments_lost after delete on attachments
    for each row execute function attachments_lost();

-- Tenants, those who left included: their words stay, so their names do.
create function lease_tenants_found() returns trigger language plpgsql as $$
begin
    perform search_take('tenant', new.user_id, null, new.lease_id, p.portfolio_id,
        new.joined_at, s.name)
    from leases l
    join units u on u.id = l.unit_id
    join properties p on p.id = u.property_id
    join users s on s.id = new.user_id
    where l.id = new.lease_id;
    return null;
end $$;
create trigger lease_tenants_found after insert on lease_tenants
    for each row execute function lease_tenants_found();

create function lease_tenants_lost() returns trigger language plpgsql as $$
begin
    delete from search_entries
    where entity_id = old.user_id and kind = 'tenant' and lease_id = old.lease_id;
    return null;
end $$;
create trigger lease_tenants_lost after delete on lease_tenants
    for each row execute function lease_tenants_lost();

create function users_found_again() returns trigger language plpgsql as $$
begin
    update search_entries set words = search_words(new.name, portfolio_id, lease_id)
    where entity_id = new.id and kind = 'tenant';
    return null;
end $$;
create trigger users_found_again after update of name on users
    for each row when (new.name <> old.name) execute function users_found_again();

-- What is there already, in the order of its making.
insert into search_entries (kind, entity_id, incident_id, lease_id, portfolio_id, at, words)
    select kind, entity_id, incident_id, lease_id, portfolio_id, at,
           search_words(given, portfolio_id, lease_id)
    from (
        select 'incident' as kind, id as entity_id, id as incident_id, lease_id, portfolio_id,
               created_at as at, title || E'\n' || description as given
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
        join users s on s.id = t.user_id) as there
    order by at;
