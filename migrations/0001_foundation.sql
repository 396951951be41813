-- The foundation: tenants in cells, what they own and allocate, what their actions were charged, and the keys that make
-- every request count once. Every key starts with (cell, tenant_id): a batch is of one cell, and the same statements run on one
-- PostgreSQL and on a distributed one. Credits are micro-credits (1 credit = 1,000,000), months their first day. What one request
-- names fits a bigint; what is added up without end is numeric, always whole.

create type currency as enum ('ai-builder-credits', 'copilot-credits', 'copilot-sessions');
create type source as enum ('trial', 'allocation', 'pool', 'extension', 'pre-purchase', 'pay-as-you-go');
create type record_status as enum ('charged', 'in-overage', 'free', 'refused');
create type hold_status as enum ('open', 'captured', 'released', 'expired');

create table installation (
  one boolean primary key default true check (one),
  cells smallint not null check (cells > 0),
  operator_key_hash bytea,
  created_at timestamptz not null default now()
);

create table tenant (
  cell smallint not null,
  tenant_id text collate "C" not null,
  name text not null,
  settings jsonb not null,
  created_at timestamptz not null,
  sandbox_start timestamptz,
  sandbox_now timestamptz,
  -- the number and time of the last activity record (I9)
  sequence bigint not null default 0 check (sequence >= 0),
  -- counts the commits that changed the tenant, so that a process can tell under the lock whether what it remembers still holds
  version bigint not null default 0 check (version >= 0),
  recorded_at timestamptz not null,
  primary key (cell, tenant_id),
  check ((sandbox_start is null) = (sandbox_now is null))
) with (fillfactor = 50);

create table api_key (
  cell smallint not null,
  tenant_id text collate "C" not null,
  key_id text collate "C" not null,
  hash bytea not null,
  name text,
  role text not null,
  environment_ids text[] not null,
  user_id text,
  created_at timestamptz not null,
  revoked_at timestamptz,
  primary key (cell, tenant_id, key_id),
  unique (cell, hash),
  foreign key (cell, tenant_id) references tenant
);

create table entitlement (
  cell smallint not null,
  tenant_id text collate "C" not null,
  entitlement_id text collate "C" not null,
  product text not null,
  quantity bigint not null check (quantity > 0),
  purchased_on date not null,
  starts_on date not null,
  ends_on date check (ends_on > starts_on),
  ended_at timestamptz,
  service_plan_enabled boolean not null,
  created_at timestamptz not null,
  drawn numeric not null default 0 check (drawn >= 0),
  held numeric not null default 0 check (held >= 0),
  primary key (cell, tenant_id, entitlement_id),
  foreign key (cell, tenant_id) references tenant
);

create table capability (
  cell smallint not null,
  tenant_id text collate "C" not null,
  capability_id text collate "C" not null,
  valid_from date not null,
  name text not null,
  unit text not null,
  ai_builder_credits bigint check (ai_builder_credits >= 0),
  copilot_credits bigint check (copilot_credits >= 0),
  primary key (cell, tenant_id, capability_id, valid_from),
  foreign key (cell, tenant_id) references tenant,
  check (ai_builder_credits is not null or copilot_credits is not null)
);

create table billing_plan (
  cell smallint not null,
  tenant_id text collate "C" not null,
  plan_id text collate "C" not null,
  name text not null,
  status text not null check (status in ('Enabled', 'Disabled')),
  monthly_limit bigint check (monthly_limit >= 0),
  created_at timestamptz not null,
  deleted_at timestamptz,
  primary key (cell, tenant_id, plan_id),
  foreign key (cell, tenant_id) references tenant
);

create table billing_plan_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  plan_id text collate "C" not null,
  month date not null,
  consumed numeric not null check (consumed >= 0),
  held numeric not null check (held >= 0),
  primary key (cell, tenant_id, plan_id, month),
  foreign key (cell, tenant_id, plan_id) references billing_plan
) with (fillfactor = 50);

create table environment (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  name text not null,
  type text not null check (type in ('production', 'sandbox', 'trial', 'developer', 'default')),
  region text,
  draw_from_tenant_pool boolean not null,
  deny boolean not null,
  preview_models boolean not null,
  billing_plan_id text collate "C",
  created_at timestamptz not null,
  deleted_at timestamptz,
  primary key (cell, tenant_id, environment_id),
  foreign key (cell, tenant_id) references tenant,
  foreign key (cell, tenant_id, billing_plan_id) references billing_plan
);

create table allocation (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  currency currency not null,
  credits bigint not null check (credits > 0),
  primary key (cell, tenant_id, environment_id, currency),
  foreign key (cell, tenant_id, environment_id) references environment
);

-- Σ allocations as set
create table pool (
  cell smallint not null,
  tenant_id text collate "C" not null,
  currency currency not null,
  allocated bigint not null check (allocated >= 0),
  primary key (cell, tenant_id, currency),
  foreign key (cell, tenant_id) references tenant
);

create table environment_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  month date not null,
  currency currency not null,
  consumed numeric not null check (consumed >= 0),
  held numeric not null check (held >= 0),
  pre_purchase numeric not null check (pre_purchase >= 0),
  pay_as_you_go numeric not null check (pay_as_you_go >= 0),
  primary key (cell, tenant_id, environment_id, month, currency)
) with (fillfactor = 50);

create table tenant_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  month date not null,
  currency currency not null,
  consumed numeric not null check (consumed >= 0),
  held numeric not null check (held >= 0),
  pay_as_you_go numeric not null check (pay_as_you_go >= 0),
  unallocated_consumed numeric not null check (unallocated_consumed between 0 and consumed),
  unallocated_held numeric not null check (unallocated_held between 0 and held),
  spilled_consumed numeric not null check (spilled_consumed >= 0),
  spilled_total numeric not null check (spilled_total >= spilled_consumed),
  primary key (cell, tenant_id, month, currency)
) with (fillfactor = 50);

create table hold (
  cell smallint not null,
  tenant_id text collate "C" not null,
  hold_id text collate "C" not null,
  status hold_status not null,
  environment_id text collate "C" not null,
  month date not null,
  occurred_at timestamptz not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  currency currency,
  credits bigint not null check (credits >= 0),
  source source,
  entitlement_id text collate "C",
  plan_id text collate "C",
  -- the action, its price and how it was decided
  detail json not null,
  captured_usage json,
  -- the record of the capture
  capture_id uuid,
  capture_sequence bigint,
  capture_stored_month date,
  primary key (cell, tenant_id, hold_id),
  foreign key (cell, tenant_id, environment_id) references environment
) with (fillfactor = 70);

create index hold_due on hold (cell, tenant_id, expires_at) where status = 'open';

-- Append-only. In partitions by the month in which they were stored (the server's clock, also for sandboxes), so that retention is
-- dropping one.
create table activity (
  cell smallint not null,
  tenant_id text collate "C" not null,
  sequence bigint not null,
  stored_month date not null,
  id uuid not null,
  recorded_at timestamptz not null,
  occurred_at timestamptz not null,
  environment_id text collate "C" not null,
  user_id text collate "C" not null,
  caller text not null,
  resource_type text,
  resource_id text collate "C",
  capability text not null,
  model text,
  status record_status not null,
  code text,
  currency currency,
  credits bigint not null check (credits >= 0),
  source source,
  hold_id text collate "C",
  -- what else the action said, its price and how it was decided
  detail json not null,
  primary key (cell, tenant_id, sequence, stored_month)
) partition by range (stored_month);

-- D12: the key and its effect are one commit. Pruned by month, when usage of that age is no longer accepted.
create table idempotency_key (
  cell smallint not null,
  tenant_id text collate "C" not null,
  key text collate "C" not null,
  fingerprint bytea not null,
  month date not null,
  -- what it did: an activity record, a hold, or an act of administration with its answer
  sequence bigint,
  stored_month date,
  hold_id text collate "C",
  answer json,
  primary key (cell, tenant_id, key),
  check ((sequence is not null)::int + (hold_id is not null)::int + (answer is not null)::int = 1)
);

create index idempotency_key_month on idempotency_key using brin (month);

-- C4. `dimensions` is a hash of the dimensions, so that the key stays short.
create table daily_usage (
  cell smallint not null,
  tenant_id text collate "C" not null,
  day date not null,
  dimensions uuid not null,
  environment_id text collate "C" not null,
  user_id text collate "C" not null,
  caller text not null,
  resource_type text,
  resource_id text collate "C",
  feature text,
  capability text not null,
  model text,
  currency currency,
  source source,
  billable boolean not null,
  credits numeric not null,
  units numeric not null,
  actions bigint not null,
  -- Copilot Credits that free actions would have cost (F4, M5)
  non_billed numeric not null,
  primary key (cell, tenant_id, day, dimensions)
) with (fillfactor = 70);

-- F7: apps, flows and agents that were seen in an action.
create table resource (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  type text not null,
  resource_id text collate "C" not null,
  name text,
  premium boolean not null,
  last_seen_at timestamptz not null,
  primary key (cell, tenant_id, environment_id, type, resource_id)
);

-- Saving and committing travel together: a statement that did not do what was decided must fail by itself.
create function expect_rows(done bigint, expected bigint) returns void
language plpgsql as $$
begin
  if done <> expected then
    raise exception 'expected % rows to be written, % were', expected, done using errcode = 'BU001';
  end if;
end
$$;
