-- The sum of all migrations; written by scripts/write-schema.ts, never by hand.

create type currency as enum ('ai-builder-credits', 'copilot-credits', 'copilot-sessions');

create type hold_status as enum ('open', 'captured', 'released', 'expired');

create type record_status as enum ('charged', 'in-overage', 'free', 'refused');

create type source as enum ('trial', 'allocation', 'pool', 'extension', 'pre-purchase', 'pay-as-you-go');

create table activity (
  cell smallint not null,
  tenant_id text collate "C" not null,
  sequence bigint not null,
  stored_month date not null,
  id uuid not null,
  recorded_at timestamp with time zone not null,
  occurred_at timestamp with time zone not null,
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
  credits bigint not null,
  source source,
  hold_id text collate "C",
  detail json not null,
  PRIMARY KEY (cell, tenant_id, sequence, stored_month),
  CHECK ((credits >= 0))
) partition by RANGE (stored_month);

create table activity_dropped (
  cell smallint not null,
  tenant_id text collate "C" not null,
  stored_month date not null,
  records bigint not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  first_occurred_at timestamp with time zone not null,
  last_occurred_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, stored_month),
  CHECK ((first_sequence > 0)),
  CHECK ((last_occurred_at >= first_occurred_at)),
  CHECK ((last_sequence >= first_sequence)),
  CHECK ((records > 0))
);

create table allocation (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  currency currency not null,
  credits bigint not null,
  PRIMARY KEY (cell, tenant_id, environment_id, currency),
  CHECK ((credits > 0)),
  FOREIGN KEY (cell, tenant_id, environment_id) REFERENCES environment(cell, tenant_id, environment_id)
);

create table api_key (
  cell smallint not null,
  tenant_id text collate "C" not null,
  key_id text collate "C" not null,
  hash bytea not null,
  name text,
  role text not null,
  environment_ids text[] not null,
  user_id text,
  created_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  scopes text[],
  expires_at timestamp with time zone,
  last_used_at timestamp with time zone,
  previous_hash bytea,
  previous_until timestamp with time zone,
  PRIMARY KEY (cell, tenant_id, key_id),
  CHECK (((previous_hash IS NULL) = (previous_until IS NULL))),
  CHECK (((scopes <@ ARRAY['consume'::text, 'check'::text, 'read'::text, 'administer'::text]) AND (cardinality(scopes) > 0))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id),
  UNIQUE (cell, hash)
);

create table app_flow (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  app_id text collate "C" not null,
  flow_id text collate "C" not null,
  PRIMARY KEY (cell, tenant_id, environment_id, app_id, flow_id)
);

create table billing_plan (
  cell smallint not null,
  tenant_id text collate "C" not null,
  plan_id text collate "C" not null,
  name text not null,
  status text not null,
  monthly_limit bigint,
  created_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  PRIMARY KEY (cell, tenant_id, plan_id),
  CHECK ((monthly_limit >= 0)),
  CHECK ((status = ANY (ARRAY['Enabled'::text, 'Disabled'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table billing_plan_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  plan_id text collate "C" not null,
  month date not null,
  consumed numeric not null,
  held numeric not null,
  PRIMARY KEY (cell, tenant_id, plan_id, month),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  FOREIGN KEY (cell, tenant_id, plan_id) REFERENCES billing_plan(cell, tenant_id, plan_id)
) with (fillfactor=50);

create table capability (
  cell smallint not null,
  tenant_id text collate "C" not null,
  capability_id text collate "C" not null,
  valid_from date not null,
  name text not null,
  unit text not null,
  ai_builder_credits bigint,
  copilot_credits bigint,
  PRIMARY KEY (cell, tenant_id, capability_id, valid_from),
  CHECK (((ai_builder_credits IS NOT NULL) OR (copilot_credits IS NOT NULL))),
  CHECK ((ai_builder_credits >= 0)),
  CHECK ((copilot_credits >= 0)),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table computation (
  cell smallint not null,
  tenant_id text collate "C" not null,
  computed_at timestamp with time zone not null,
  on_demand boolean not null,
  PRIMARY KEY (cell, tenant_id, computed_at),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

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
  non_billed numeric not null,
  channel text,
  m365_copilot boolean not null default false,
  labels jsonb,
  PRIMARY KEY (cell, tenant_id, day, dimensions)
) with (fillfactor=70);

create table delivery (
  cell smallint not null,
  tenant_id text collate "C" not null,
  delivery_id uuid not null,
  webhook_id text collate "C",
  email text,
  notices bigint[] not null,
  status text not null,
  attempts integer not null default 0,
  attempts_before integer not null default 0,
  next_attempt_at timestamp with time zone,
  taken_until timestamp with time zone,
  created_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, delivery_id),
  CHECK (((attempts_before >= 0) AND (attempts_before <= attempts))),
  CHECK (((status = 'waiting'::text) = (next_attempt_at IS NOT NULL))),
  CHECK (((status = 'waiting'::text) OR (taken_until IS NULL))),
  CHECK (((webhook_id IS NULL) <> (email IS NULL))),
  CHECK ((attempts >= 0)),
  CHECK ((status = ANY (ARRAY['waiting'::text, 'delivered'::text, 'failed'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id),
  FOREIGN KEY (cell, tenant_id, webhook_id) REFERENCES webhook(cell, tenant_id, webhook_id) ON DELETE CASCADE
) with (fillfactor=70);

create table delivery_attempt (
  cell smallint not null,
  tenant_id text collate "C" not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamp with time zone not null,
  duration_ms integer not null,
  status integer,
  error text,
  answer text,
  PRIMARY KEY (cell, tenant_id, delivery_id, number),
  CHECK ((duration_ms >= 0)),
  FOREIGN KEY (cell, tenant_id, delivery_id) REFERENCES delivery(cell, tenant_id, delivery_id) ON DELETE CASCADE
);

create table entitlement (
  cell smallint not null,
  tenant_id text collate "C" not null,
  entitlement_id text collate "C" not null,
  product text not null,
  quantity bigint not null,
  purchased_on date not null,
  starts_on date not null,
  ends_on date,
  ended_at timestamp with time zone,
  service_plan_enabled boolean not null,
  created_at timestamp with time zone not null,
  drawn numeric not null default 0,
  held numeric not null default 0,
  PRIMARY KEY (cell, tenant_id, entitlement_id),
  CHECK ((drawn >= (0)::numeric)),
  CHECK ((ends_on > starts_on)),
  CHECK ((held >= (0)::numeric)),
  CHECK ((quantity > 0)),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table environment (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  name text not null,
  type text not null,
  region text,
  draw_from_tenant_pool boolean not null,
  deny boolean not null,
  preview_models boolean not null,
  billing_plan_id text collate "C",
  created_at timestamp with time zone not null,
  deleted_at timestamp with time zone,
  PRIMARY KEY (cell, tenant_id, environment_id),
  CHECK ((type = ANY (ARRAY['production'::text, 'sandbox'::text, 'trial'::text, 'developer'::text, 'default'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id),
  FOREIGN KEY (cell, tenant_id, billing_plan_id) REFERENCES billing_plan(cell, tenant_id, plan_id)
);

create table environment_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  month date not null,
  currency currency not null,
  consumed numeric not null,
  held numeric not null,
  pre_purchase numeric not null,
  pay_as_you_go numeric not null,
  computed numeric not null default 0,
  noticed smallint not null default 0,
  PRIMARY KEY (cell, tenant_id, environment_id, month, currency),
  CHECK (((noticed >= 0) AND (noticed <= 3))),
  CHECK ((computed >= (0)::numeric)),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  CHECK ((pay_as_you_go >= (0)::numeric)),
  CHECK ((pre_purchase >= (0)::numeric))
) with (fillfactor=50);

create table extension (
  cell smallint not null,
  tenant_id text collate "C" not null,
  extension_id text collate "C" not null,
  month date not null,
  credits bigint not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, extension_id),
  CHECK ((credits > 0)),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table hold (
  cell smallint not null,
  tenant_id text collate "C" not null,
  hold_id text collate "C" not null,
  status hold_status not null,
  environment_id text collate "C" not null,
  month date not null,
  occurred_at timestamp with time zone not null,
  created_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  currency currency,
  credits bigint not null,
  source source,
  entitlement_id text collate "C",
  plan_id text collate "C",
  detail json not null,
  captured_usage json,
  capture_id uuid,
  capture_sequence bigint,
  capture_stored_month date,
  PRIMARY KEY (cell, tenant_id, hold_id),
  CHECK ((credits >= 0)),
  FOREIGN KEY (cell, tenant_id, environment_id) REFERENCES environment(cell, tenant_id, environment_id)
) with (fillfactor=70);

create table idempotency_key (
  cell smallint not null,
  tenant_id text collate "C" not null,
  key text collate "C" not null,
  fingerprint bytea not null,
  month date not null,
  sequence bigint,
  stored_month date,
  hold_id text collate "C",
  answer json,
  PRIMARY KEY (cell, tenant_id, key),
  CHECK ((((((sequence IS NOT NULL))::integer + ((hold_id IS NOT NULL))::integer) + ((answer IS NOT NULL))::integer) = 1))
);

create table import (
  cell smallint not null,
  tenant_id text collate "C" not null,
  import_id text collate "C" not null,
  view text not null,
  file_name text,
  from_day date not null,
  to_day date not null,
  below_thousand_as bigint not null,
  environment_id text collate "C" not null,
  environment_name text not null,
  parts integer not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, import_id),
  CHECK ((from_day <= to_day)),
  CHECK ((parts > 0)),
  CHECK ((view = ANY (ARRAY['ai-builder-consumption'::text, 'copilot-credits-environments'::text, 'copilot-credits-agents'::text, 'copilot-credits-users'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table import_part (
  cell smallint not null,
  tenant_id text collate "C" not null,
  import_id text collate "C" not null,
  part integer not null,
  content bytea not null,
  finished_at timestamp with time zone,
  rows integer not null default 0,
  recorded integer not null default 0,
  unchanged integer not null default 0,
  problems integer not null default 0,
  PRIMARY KEY (cell, tenant_id, import_id, part),
  CHECK ((part > 0)),
  CHECK ((problems >= 0)),
  CHECK ((recorded >= 0)),
  CHECK ((rows >= 0)),
  CHECK ((unchanged >= 0)),
  FOREIGN KEY (cell, tenant_id, import_id) REFERENCES import(cell, tenant_id, import_id)
);

create table installation (
  one boolean not null default true,
  cells smallint not null,
  operator_key_hash bytea,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (one),
  CHECK ((cells > 0)),
  CHECK (one)
);

create table limit_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  limit_id text collate "C" not null,
  month date not null,
  consumed numeric not null,
  held numeric not null,
  noticed smallint not null,
  PRIMARY KEY (cell, tenant_id, month, limit_id),
  CHECK (((noticed >= 0) AND (noticed <= 2))),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  FOREIGN KEY (cell, tenant_id, limit_id) REFERENCES monthly_limit(cell, tenant_id, limit_id) ON DELETE CASCADE
) with (fillfactor=50);

create table migration (
  name text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (name)
);

create table monthly_limit (
  cell smallint not null,
  tenant_id text collate "C" not null,
  limit_id text collate "C" not null,
  environment_id text collate "C",
  user_id text collate "C",
  resource_id text collate "C",
  capability text collate "C",
  currency currency not null,
  monthly bigint not null,
  notify_at_percent smallint not null,
  stop boolean not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, limit_id),
  CHECK ((monthly >= 0)),
  CHECK ((notify_at_percent > 0)),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table notice (
  cell smallint not null,
  tenant_id text collate "C" not null,
  number bigint not null,
  at timestamp with time zone not null,
  kind text not null,
  month date not null,
  environment_id text collate "C",
  currency currency not null,
  limit_id text collate "C",
  available numeric not null,
  consumed numeric not null,
  dispatched_at timestamp with time zone,
  PRIMARY KEY (cell, tenant_id, number),
  CHECK ((kind = ANY (ARRAY['near-capacity'::text, 'exhausted'::text, 'blocked'::text, 'nearing-limit'::text, 'over-limit'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table notice_recipients (
  cell smallint not null,
  tenant_id text collate "C" not null,
  emails text[] not null,
  PRIMARY KEY (cell, tenant_id),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table pool (
  cell smallint not null,
  tenant_id text collate "C" not null,
  currency currency not null,
  allocated bigint not null,
  PRIMARY KEY (cell, tenant_id, currency),
  CHECK ((allocated >= 0)),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table report (
  cell smallint not null,
  tenant_id text collate "C" not null,
  report_id text collate "C" not null,
  type text not null,
  first_day date not null,
  last_day date not null,
  status text not null,
  created_at timestamp with time zone not null,
  completed_at timestamp with time zone,
  expires_at timestamp with time zone,
  failure text,
  parts integer not null default 0,
  row_count bigint not null default 0,
  bytes bigint not null default 0,
  reached text[],
  discarded boolean not null default false,
  PRIMARY KEY (cell, tenant_id, report_id),
  CHECK (((status = 'Completed'::text) = (completed_at IS NOT NULL))),
  CHECK (((status = 'Completed'::text) = (expires_at IS NOT NULL))),
  CHECK (((status = 'Failed'::text) = (failure IS NOT NULL))),
  CHECK ((bytes >= 0)),
  CHECK ((last_day >= first_day)),
  CHECK ((parts >= 0)),
  CHECK ((row_count >= 0)),
  CHECK ((status = ANY (ARRAY['Submitted'::text, 'InProgress'::text, 'Completed'::text, 'Failed'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

create table report_part (
  cell smallint not null,
  tenant_id text collate "C" not null,
  report_id text collate "C" not null,
  part integer not null,
  content text not null,
  PRIMARY KEY (cell, tenant_id, report_id, part),
  FOREIGN KEY (cell, tenant_id, report_id) REFERENCES report(cell, tenant_id, report_id) ON DELETE CASCADE
);

create table resource (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  type text not null,
  resource_id text collate "C" not null,
  name text,
  last_seen_at timestamp with time zone,
  ai_action text,
  PRIMARY KEY (cell, tenant_id, environment_id, type, resource_id),
  CHECK ((ai_action = ANY (ARRAY['seen'::text, 'declared'::text])))
);

create table session (
  cell smallint not null,
  tenant_id text collate "C" not null,
  hash bytea not null,
  key_id text collate "C" not null,
  created_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, hash),
  CHECK ((used_at >= created_at)),
  FOREIGN KEY (cell, tenant_id, key_id) REFERENCES api_key(cell, tenant_id, key_id),
  UNIQUE (cell, hash)
);

create table tenant (
  cell smallint not null,
  tenant_id text collate "C" not null,
  name text not null,
  settings jsonb not null,
  created_at timestamp with time zone not null,
  sandbox_start timestamp with time zone,
  sandbox_now timestamp with time zone,
  sequence bigint not null default 0,
  version bigint not null default 0,
  recorded_at timestamp with time zone not null,
  computed_at timestamp with time zone,
  notices bigint not null default 0,
  PRIMARY KEY (cell, tenant_id),
  CHECK (((sandbox_start IS NULL) = (sandbox_now IS NULL))),
  CHECK ((notices >= 0)),
  CHECK ((sequence >= 0)),
  CHECK ((version >= 0))
) with (fillfactor=50);

create table tenant_month (
  cell smallint not null,
  tenant_id text collate "C" not null,
  month date not null,
  currency currency not null,
  consumed numeric not null,
  held numeric not null,
  pay_as_you_go numeric not null,
  unallocated_consumed numeric not null,
  unallocated_held numeric not null,
  spilled_consumed numeric not null,
  spilled_total numeric not null,
  computed numeric not null default 0,
  unallocated_computed numeric not null default 0,
  spilled_computed numeric not null default 0,
  spilled_computed_total numeric not null default 0,
  extension_size numeric not null default 0,
  extension_consumed numeric not null default 0,
  extension_held numeric not null default 0,
  PRIMARY KEY (cell, tenant_id, month, currency),
  CHECK (((unallocated_computed >= (0)::numeric) AND (unallocated_computed <= computed))),
  CHECK (((unallocated_consumed >= (0)::numeric) AND (unallocated_consumed <= consumed))),
  CHECK (((unallocated_held >= (0)::numeric) AND (unallocated_held <= held))),
  CHECK ((computed >= (0)::numeric)),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((extension_consumed >= (0)::numeric)),
  CHECK ((extension_held >= (0)::numeric)),
  CHECK ((extension_size >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  CHECK ((pay_as_you_go >= (0)::numeric)),
  CHECK ((spilled_computed >= (0)::numeric)),
  CHECK ((spilled_computed_total >= spilled_computed)),
  CHECK ((spilled_consumed >= (0)::numeric)),
  CHECK ((spilled_total >= spilled_consumed))
) with (fillfactor=50);

create table trial (
  cell smallint not null,
  tenant_id text collate "C" not null,
  user_id text collate "C" not null,
  started_at timestamp with time zone not null,
  starts_at timestamp with time zone not null,
  ends_at timestamp with time zone not null,
  extended boolean not null,
  consumed numeric not null,
  consumed_before numeric not null,
  held numeric not null,
  PRIMARY KEY (cell, tenant_id, user_id),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((consumed_before >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
) with (fillfactor=50);

create table usage_day (
  cell smallint not null,
  tenant_id text collate "C" not null,
  day date not null,
  changes bigint not null,
  PRIMARY KEY (cell, tenant_id, day),
  CHECK ((changes > 0))
) with (fillfactor=50);

create table usage_rolled (
  cell smallint not null,
  tenant_id text collate "C" not null,
  monthly boolean not null,
  period date not null,
  through date not null,
  changes bigint not null,
  sizes jsonb,
  PRIMARY KEY (cell, tenant_id, monthly, period),
  CHECK ((changes > 0)),
  CHECK ((through >= period))
);

create table usage_rollup (
  cell smallint not null,
  tenant_id text collate "C" not null,
  monthly boolean not null,
  slice smallint not null,
  period date not null,
  number integer not null,
  environment_id text collate "C",
  resource_id text collate "C",
  user_id text collate "C",
  capability text collate "C",
  feature text collate "C",
  model text collate "C",
  caller text collate "C",
  source source,
  billable boolean,
  channel text collate "C",
  currency currency,
  credits bigint not null,
  units bigint not null,
  actions bigint not null,
  PRIMARY KEY (cell, tenant_id, monthly, slice, period, number)
);

create table webhook (
  cell smallint not null,
  tenant_id text collate "C" not null,
  webhook_id text collate "C" not null,
  url text not null,
  kinds text[],
  description text,
  secret text not null,
  previous_secret text,
  previous_secret_until timestamp with time zone,
  enabled boolean not null,
  disabled_reason text,
  failing_since timestamp with time zone,
  created_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, webhook_id),
  CHECK (((previous_secret IS NULL) = (previous_secret_until IS NULL))),
  CHECK ((enabled OR (disabled_reason IS NOT NULL))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id)
);

CREATE INDEX activity_id ON ONLY public.activity USING btree (id);

CREATE INDEX app_flow_of_flow ON public.app_flow USING btree (cell, tenant_id, environment_id, flow_id);

CREATE INDEX delivery_due ON public.delivery USING btree (cell, next_attempt_at) WHERE (status = 'waiting'::text);

CREATE INDEX delivery_made ON public.delivery USING btree (cell, tenant_id, created_at);

CREATE INDEX delivery_of_webhook ON public.delivery USING btree (cell, tenant_id, webhook_id, delivery_id) WHERE (webhook_id IS NOT NULL);

CREATE INDEX hold_due ON public.hold USING btree (cell, tenant_id, expires_at) WHERE (status = 'open'::hold_status);

CREATE INDEX idempotency_key_month ON public.idempotency_key USING brin (month);

CREATE INDEX notice_waiting ON public.notice USING btree (cell, tenant_id, number) WHERE (dispatched_at IS NULL);

CREATE INDEX report_to_discard ON public.report USING btree (cell, expires_at) WHERE ((status = 'Completed'::text) AND (NOT discarded));

CREATE INDEX report_unfinished ON public.report USING btree (cell, tenant_id) WHERE (status = ANY (ARRAY['Submitted'::text, 'InProgress'::text]));

CREATE INDEX usage_rollup_environment ON public.usage_rollup USING btree (cell, tenant_id, monthly, slice, period, environment_id) WHERE (environment_id IS NOT NULL);

CREATE INDEX usage_rollup_resource ON public.usage_rollup USING btree (cell, tenant_id, monthly, slice, period, resource_id) WHERE (resource_id IS NOT NULL);

CREATE INDEX usage_rollup_user ON public.usage_rollup USING btree (cell, tenant_id, monthly, slice, period, user_id) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX api_key_previous ON public.api_key USING btree (cell, previous_hash) WHERE (previous_hash IS NOT NULL);

CREATE OR REPLACE FUNCTION public.expect_rows(done bigint, expected bigint)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if done <> expected then
    raise exception 'expected % rows to be written, % were', expected, done using errcode = 'BU001';
  end if;
end
$function$;

CREATE OR REPLACE FUNCTION public.said(labels jsonb, view text, label text, ours text)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE PARALLEL SAFE
AS $function$
  select coalesce(labels ->> label, case when labels ->> 'view' = view then '' else ours end, '')
$function$;
