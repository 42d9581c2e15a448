-- What is being written is a message to everybody on the incident, or a note among owners. Kept with
-- the text, so that a note can never be sent as a message after a restart.
alter table drafts add column note integer not null default 0;

-- The files of an incident that is being described and is not opened yet. One that a crash leaves goes
-- at the next start: its form is gone.
alter table drafts add column begun integer not null default 0;
