-- Mail about what stays unread: docs/server.md § Mail about unread messages.

-- After how many minutes; 0 is never. Between a mail and `unread_mail_again_at` there is no other, and
-- what is not newer than `unread_mail_through` was in one.
alter table users add column unread_mail_minutes bigint not null default 15;
alter table users add column unread_mail_again_at timestamptz;
alter table users add column unread_mail_through timestamptz;

-- One such letter waits for a person: what comes meanwhile joins it.
create unique index mails_unread on mails (user_id) where kind = 'unread' and state = 'due';
