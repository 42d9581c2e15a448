-- Where a property is, beside how people call it.
alter table properties add column address text not null default '';
