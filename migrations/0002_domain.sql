-- The rest of the domain: limits (D13), trials and extensions (X1–X3), computed consumption (C2, D9), notices (N2), and what reports
-- need of daily usage (M4, M5).

alter table tenant
  -- C2: when consumption was computed last; null: never
  add column computed_at timestamptz,
  -- the number of the last notice
  add column notices bigint not null default 0 check (notices >= 0);

-- Until a month is computed it counts 0 (D9).
alter table environment_month
  add column computed numeric not null default 0 check (computed >= 0),
  -- N2: how far a notice has told of: 0 nothing, 1 near, 2 exhausted, 3 blocked
  add column noticed smallint not null default 0 check (noticed between 0 and 3);

-- A6 on the computed figures: the same sums as of the recorded ones; and the extensions of the month (X3).
alter table tenant_month
  add column computed numeric not null default 0 check (computed >= 0),
  add column unallocated_computed numeric not null default 0 check (unallocated_computed between 0 and computed),
  add column spilled_computed numeric not null default 0 check (spilled_computed >= 0),
  add column spilled_computed_total numeric not null default 0 check (spilled_computed_total >= spilled_computed),
  add column extension_size numeric not null default 0 check (extension_size >= 0),
  add column extension_consumed numeric not null default 0 check (extension_consumed >= 0),
  add column extension_held numeric not null default 0 check (extension_held >= 0);

create table computation (
  cell smallint not null,
  tenant_id text collate "C" not null,
  computed_at timestamptz not null,
  on_demand boolean not null,
  primary key (cell, tenant_id, computed_at),
  foreign key (cell, tenant_id) references tenant
);

-- D13. A null in the scope means any.
create table monthly_limit (
  cell smallint not null,
  tenant_id text collate "C" not null,
  limit_id text collate "C" not null,
  environment_id text collate "C",
  user_id text collate "C",
  resource_id text collate "C",
  capability text collate "C",
  currency currency not null,
  monthly bigint not null check (monthly >= 0),
  notify_at_percent smallint not null check (notify_at_percent > 0),
  stop boolean not null,
  created_at timestamptz not null,
  primary key (cell, tenant_id, limit_id),
  foreign key (cell, tenant_id) references tenant
);

create table limit_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  limit_id text collate "C" not null,
  month date not null,
  consumed numeric not null check (consumed >= 0),
  held numeric not null check (held >= 0),
  -- N2: how far a notice has told of: 0 nothing, 1 nearing, 2 over
  noticed smallint not null check (noticed between 0 and 2),
  -- by month first: decisions need those of two months, whatever was before
  primary key (cell, tenant_id, month, limit_id),
  foreign key (cell, tenant_id, limit_id) references monthly_limit on delete cascade
) with (fillfactor = 50);

-- X1. `consumed` is of both periods, `consumed_before` of the first, once it was extended.
create table trial (
  cell smallint not null,
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  started_at timestamptz not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  extended boolean not null,
  consumed numeric not null check (consumed >= 0),
  consumed_before numeric not null check (consumed_before >= 0),
  held numeric not null check (held >= 0),
  primary key (cell, tenant_id, user_id),
  foreign key (cell, tenant_id) references tenant
) with (fillfactor = 50);

-- X3
create table extension (
  cell smallint not null,
  tenant_id text collate "C" not null,
  extension_id text collate "C" not null,
  month date not null,
  credits bigint not null check (credits > 0),
  created_at timestamptz not null,
  primary key (cell, tenant_id, extension_id),
  foreign key (cell, tenant_id) references tenant
);

-- N2: written in the deciding transaction; from here mail and webhooks are sent. Numbered 1..n in its tenant.
create table notice (
  cell smallint not null,
  tenant_id text collate "C" not null,
  number bigint not null,
  at timestamptz not null,
  kind text not null check (kind in ('near-capacity', 'exhausted', 'blocked', 'nearing-limit', 'over-limit')),
  month date not null,
  environment_id text collate "C",
  currency currency not null,
  limit_id text collate "C",
  -- what it was about, as it stood
  available numeric not null,
  consumed numeric not null,
  -- when its mail and webhooks became jobs; null: not yet
  dispatched_at timestamptz,
  primary key (cell, tenant_id, number),
  foreign key (cell, tenant_id) references tenant
);

create index notice_waiting on notice (cell, tenant_id, number) where dispatched_at is null;

-- What the reports tell apart beside C4: the channel, the licence of the user, and what an imported row said that has no place of its own.
alter table daily_usage
  add column channel text,
  add column m365_copilot boolean not null default false,
  add column labels jsonb;

-- An action is looked up by its id. UUIDs of version 7 are inserted at the end: 0.8 µs and 31 bytes a row; BRIN costs less, but falls
-- behind until vacuum has summarised it (73 ms for a month of 185,000 rows).
create index activity_id on activity (id);

-- F7: premium follows from what is known: an app is, if it has an AI action of its own or a flow that has one.
alter table resource
  add column ai_action text check (ai_action in ('seen', 'declared')),
  alter column last_seen_at drop not null;
update resource set ai_action = 'seen';
alter table resource drop column premium;

create table app_flow (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  app_id text collate "C" not null,
  flow_id text collate "C" not null,
  primary key (cell, tenant_id, environment_id, app_id, flow_id)
);
create index app_flow_of_flow on app_flow (cell, tenant_id, environment_id, flow_id);
