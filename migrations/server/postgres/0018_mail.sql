-- Mail: docs/server.md § Mail.

alter table users add column language text not null default 'fr';

-- Letters that wait, and what became of the others. A user's letter goes to the address and in the
-- language that he has when it leaves; `address` then says where it went. `arguments` (JSON) may
-- hold a secret link, so it is emptied when nothing more can come of the letter.
create table mails (
    id           uuid        not null primary key,
    user_id      uuid        references users (id),
    address      text,
    portfolio_id uuid        references portfolios (id),
    kind         text        not null,
    language     text        not null,
    arguments    text        not null,
    state        text        not null default 'due',
    attempts     bigint      not null default 0,
    due_at       timestamptz not null,
    expires_at   timestamptz not null,
    last_error   text,
    created_at   timestamptz not null,
    changed_at   timestamptz not null
);
create index mails_due on mails (due_at) where state = 'due';
create index mails_under_way on mails (changed_at) where state in ('claimed', 'sending');
create index mails_by_change on mails (changed_at);
create index mails_by_user on mails (user_id);
create index mails_by_address on mails (address);
create index mails_by_portfolio on mails (portfolio_id) where portfolio_id is not null;

-- Addresses that mail does not reach, with what the mail server said. While `state` is `refused`
-- nothing is sent there.
create table mail_problems (
    id      uuid        not null primary key,
    address text        not null unique,
    state   text        not null,
    reply   text        not null,
    at      timestamptz not null
);
