-- Retention: whole months of activity may be dropped (a partition, never rows). What was in one is told here, for each of its tenants, so
-- that whoever asks for an action of that time hears why it is gone, and so that verify knows which numbers may be missing. What is
-- counted (daily_usage, counters, holds, keys) stays. Without a foreign key, because its check would lock every tenant at once.
create table activity_dropped (
  cell smallint not null,
  tenant_id text collate "C" not null,
  stored_month date not null,
  records bigint not null check (records > 0),
  first_sequence bigint not null check (first_sequence > 0),
  last_sequence bigint not null check (last_sequence >= first_sequence),
  first_occurred_at timestamptz not null,
  last_occurred_at timestamptz not null check (last_occurred_at >= first_occurred_at),
  primary key (cell, tenant_id, stored_month)
);
