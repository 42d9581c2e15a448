-- Queued again because the server's data began a new life, or lacked it: since when, by the server's
-- clock. What is refused then was not refused when it was written: it is listed as what could not be put
-- back, and is tried for 30 days where somebody else's journal may still bring what it belongs to.
alter table outbox add column replayed_ms integer;
