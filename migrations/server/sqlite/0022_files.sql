-- What is being written and what is being deleted, so that no node does one while another does the other:
-- docs/server.md § Files.

create table blob_claims (
    sha256     blob not null,
    upload_id  blob not null,
    expires_at integer not null,
    primary key (sha256, upload_id)
) strict, without rowid;
create index blob_claims_by_upload on blob_claims (upload_id);

create table blob_deletions (
    sha256 blob not null primary key,
    at     integer not null
) strict, without rowid;

-- How many bytes of files the tickets of a portfolio have.
create table portfolio_files (
    portfolio_id blob not null primary key references portfolios (id),
    bytes        integer not null
) strict, without rowid;
insert into portfolio_files (portfolio_id, bytes)
    select i.portfolio_id, sum(a.size)
    from attachments a join incidents i on i.id = a.incident_id
    where a.ticket_id is not null group by i.portfolio_id;
create index attachments_by_uploader on attachments (uploaded_by) where ticket_id is null;
