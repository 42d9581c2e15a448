-- Links by which somebody joins, or chooses a new password: docs/server.md § Links.
-- Of a link only the SHA-256 of its secret is kept; a row goes when the link is used or taken back.

create table invitations (
    id           uuid not null primary key,
    portfolio_id uuid not null references portfolios (id),
    lease_id     uuid references leases (id),
    email        text not null,
    language     text not null,
    token_sha256 bytea not null unique,
    invited_by   uuid not null references users (id),
    created_at   timestamptz not null,
    expires_at   timestamptz not null
);
create index invitations_by_portfolio on invitations (portfolio_id, created_at);
create index invitations_by_lease on invitations (lease_id) where lease_id is not null;
create index invitations_by_inviter on invitations (invited_by);
create index invitations_by_expiry on invitations (expires_at);

-- One for each user: a new link makes the one before good for nothing.
create table password_resets (
    user_id      uuid not null primary key references users (id),
    token_sha256 bytea not null unique,
    created_at   timestamptz not null,
    expires_at   timestamptz not null
);
create index password_resets_by_expiry on password_resets (expires_at);
