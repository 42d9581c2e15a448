-- What a push locks, in one round trip. The order is in server/src/lock.rs.
create function lock_for_mutations(claim_ids uuid[], incident_ids uuid[], unit_ids uuid[])
returns void language plpgsql as $$
begin
    -- Locks without rows: a claim's row is not there yet, and is undone by a rejection. Who comes with an
    -- id that another transaction claims waits here, and then reads what became of it.
    perform pg_advisory_xact_lock(('x' || right(replace(id::text, '-', ''), 16))::bit(64)::bigint)
    from unnest(claim_ids) as claims (id);
    if cardinality(incident_ids) = 0 and cardinality(unit_ids) = 0 then
        return;
    end if;
    -- An incident never moves to another portfolio or lease, so these may be looked up unlocked.
    perform 1 from portfolios where id in (
        select portfolio_id from incidents where id = any(incident_ids)
        union select p.portfolio_id from units u
              join properties p on p.id = u.property_id where u.id = any(unit_ids))
    order by id for share;
    perform 1 from leases where id in (
        select lease_id from incidents where id = any(incident_ids)
        union select id from leases where unit_id = any(unit_ids))
    order by id for share;
    perform 1 from incidents where id = any(incident_ids) order by id for no key update;
end
$$;
