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

create table audit_event (
  cell smallint not null,
  tenant_id text collate "C" not null,
  sequence bigint not null,
  at timestamp with time zone not null,
  actor text collate "C" not null,
  operation text collate "C" not null,
  outcome text not null,
  subject text collate "C",
  event json not null,
  hash bytea not null,
  PRIMARY KEY (cell, tenant_id, sequence),
  CHECK ((outcome = ANY (ARRAY['done'::text, 'refused'::text]))),
  CHECK ((sequence > 0))
);

create table audit_head (
  cell smallint not null,
  tenant_id text collate "C" not null,
  sequence bigint not null,
  hash bytea not null,
  PRIMARY KEY (cell, tenant_id),
  CHECK ((sequence >= 0))
) with (fillfactor=50);

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

create table person (
  cell smallint not null,
  tenant_id text collate "C" not null,
  person_id text collate "C" not null,
  email text collate "C",
  name text not null,
  role text not null,
  environment_ids text[] not null,
  user_id text,
  provider text collate "C",
  subject text collate "C",
  password text,
  invitation_hash bytea,
  invitation_until timestamp with time zone,
  created_at timestamp with time zone not null,
  disabled_at timestamp with time zone,
  signed_in_at timestamp with time zone,
  PRIMARY KEY (cell, tenant_id, person_id),
  CHECK (((invitation_hash IS NULL) = (invitation_until IS NULL))),
  CHECK (((password IS NULL) OR (email IS NOT NULL))),
  CHECK (((provider IS NULL) = (subject IS NULL))),
  CHECK (((provider IS NULL) OR ((password IS NULL) AND (invitation_hash IS NULL)))),
  CHECK ((role = ANY (ARRAY['tenant-admin'::text, 'billing-admin'::text, 'environment-admin'::text, 'maker'::text, 'reader'::text]))),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id),
  UNIQUE (cell, invitation_hash),
  UNIQUE (cell, tenant_id, provider, subject)
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

create table provider_sign_in (
  cell smallint not null,
  tenant_id text collate "C" not null,
  hash bytea not null,
  provider text not null,
  nonce text not null,
  code_verifier text not null,
  return_to text not null,
  created_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, hash),
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
  key_id text collate "C",
  created_at timestamp with time zone not null,
  used_at timestamp with time zone not null,
  person_id text collate "C",
  ends_at timestamp with time zone,
  PRIMARY KEY (cell, tenant_id, hash),
  CHECK (((key_id IS NULL) <> (person_id IS NULL))),
  CHECK ((used_at >= created_at)),
  FOREIGN KEY (cell, tenant_id, key_id) REFERENCES api_key(cell, tenant_id, key_id),
  FOREIGN KEY (cell, tenant_id, person_id) REFERENCES person(cell, tenant_id, person_id),
  UNIQUE (cell, hash)
);

create table sign_in_throttle (
  cell smallint not null,
  tenant_id text collate "C" not null,
  name_hash bytea not null,
  failures integer not null,
  next_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, name_hash),
  CHECK ((failures > 0))
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

CREATE INDEX session_of_person ON public.session USING btree (cell, tenant_id, person_id) WHERE (person_id IS NOT NULL);

CREATE INDEX usage_rollup_environment ON public.usage_rollup USING btree (cell, tenant_id, monthly, slice, period, environment_id) WHERE (environment_id IS NOT NULL);

CREATE INDEX usage_rollup_resource ON public.usage_rollup USING btree (cell, tenant_id, monthly, slice, period, resource_id) WHERE (resource_id IS NOT NULL);

CREATE INDEX usage_rollup_user ON public.usage_rollup USING btree (cell, tenant_id, monthly, slice, period, user_id) WHERE (user_id IS NOT NULL);

CREATE UNIQUE INDEX api_key_previous ON public.api_key USING btree (cell, previous_hash) WHERE (previous_hash IS NOT NULL);

CREATE UNIQUE INDEX person_email ON public.person USING btree (cell, tenant_id, email) WHERE (provider IS NULL);

alter table activity enable row level security;
create policy tenants_at_hand on activity using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table activity_dropped enable row level security;
create policy tenants_at_hand on activity_dropped using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table allocation enable row level security;
create policy tenants_at_hand on allocation using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table api_key enable row level security;
create policy tenants_at_hand on api_key using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table app_flow enable row level security;
create policy tenants_at_hand on app_flow using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table audit_event enable row level security;
create policy tenants_at_hand on audit_event using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table audit_head enable row level security;
create policy tenants_at_hand on audit_head using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table billing_plan enable row level security;
create policy tenants_at_hand on billing_plan using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table billing_plan_month enable row level security;
create policy tenants_at_hand on billing_plan_month using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table capability enable row level security;
create policy tenants_at_hand on capability using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table computation enable row level security;
create policy tenants_at_hand on computation using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table daily_usage enable row level security;
create policy tenants_at_hand on daily_usage using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table delivery enable row level security;
create policy tenants_at_hand on delivery using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table delivery_attempt enable row level security;
create policy tenants_at_hand on delivery_attempt using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table entitlement enable row level security;
create policy tenants_at_hand on entitlement using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table environment enable row level security;
create policy tenants_at_hand on environment using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table environment_month enable row level security;
create policy tenants_at_hand on environment_month using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table extension enable row level security;
create policy tenants_at_hand on extension using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table hold enable row level security;
create policy tenants_at_hand on hold using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table idempotency_key enable row level security;
create policy tenants_at_hand on idempotency_key using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table import enable row level security;
create policy tenants_at_hand on import using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table import_part enable row level security;
create policy tenants_at_hand on import_part using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table limit_month enable row level security;
create policy tenants_at_hand on limit_month using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table monthly_limit enable row level security;
create policy tenants_at_hand on monthly_limit using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table notice enable row level security;
create policy tenants_at_hand on notice using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table notice_recipients enable row level security;
create policy tenants_at_hand on notice_recipients using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table person enable row level security;
create policy tenants_at_hand on person using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table pool enable row level security;
create policy tenants_at_hand on pool using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table provider_sign_in enable row level security;
create policy tenants_at_hand on provider_sign_in using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table report enable row level security;
create policy tenants_at_hand on report using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table report_part enable row level security;
create policy tenants_at_hand on report_part using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table resource enable row level security;
create policy tenants_at_hand on resource using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table session enable row level security;
create policy tenants_at_hand on session using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table sign_in_throttle enable row level security;
create policy tenants_at_hand on sign_in_throttle using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table tenant enable row level security;
create policy tenants_at_hand on tenant using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table tenant_month enable row level security;
create policy tenants_at_hand on tenant_month using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table trial enable row level security;
create policy tenants_at_hand on trial using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table usage_day enable row level security;
create policy tenants_at_hand on usage_day using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table usage_rolled enable row level security;
create policy tenants_at_hand on usage_rolled using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table usage_rollup enable row level security;
create policy tenants_at_hand on usage_rollup using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

alter table webhook enable row level security;
create policy tenants_at_hand on webhook using ((( SELECT (COALESCE(NULLIF(current_setting('bursar.tenants'::text, true), ''::text), '{}'::text))::jsonb AS "coalesce") ? tenant_id));

CREATE OR REPLACE FUNCTION public.add_report_job(payload json, job_key text, max_attempts integer)
 RETURNS void
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
begin
  perform expect_at_hand(payload ->> 'tenantId');
  perform graphile_worker.add_job('prepare-report', payload, job_key => add_report_job.job_key,
    max_attempts => add_report_job.max_attempts);
end
$function$;

CREATE OR REPLACE FUNCTION public.append_audit(of_cell smallint, of_tenant text, events text[])
 RETURNS bigint
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO 'public', 'pg_temp'
AS $function$
declare
  said json;
  each text;
  number bigint;
  last bytea;
begin
  perform expect_at_hand(of_tenant);
  insert into audit_head (cell, tenant_id, sequence, hash)
  values (of_cell, of_tenant, 0, sha256(convert_to('bursar audit ' || of_tenant, 'UTF8')))
  on conflict do nothing;
  select sequence, hash into strict number, last
  from audit_head
  where cell = of_cell and tenant_id = of_tenant
  for update;
  foreach each in array events loop
    number := number + 1;
    last := sha256(last || convert_to(number || E'\n' || each, 'UTF8'));
    said := each::json;
    insert into audit_event (cell, tenant_id, sequence, at, actor, operation, outcome, subject, event, hash)
    values (of_cell, of_tenant, number, (said ->> 'at')::timestamptz, said ->> 'actor', said ->> 'operation', said ->> 'outcome',
      said ->> 'subject', said, last);
  end loop;
  update audit_head
  set sequence = number, hash = last
  where cell = of_cell and tenant_id = of_tenant;
  return number;
end
$function$;

CREATE OR REPLACE FUNCTION public.expect_at_hand(wanted text)
 RETURNS void
 LANGUAGE plpgsql
AS $function$
begin
  if not coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb ? wanted then
    raise exception 'tenant % is not at hand', wanted using errcode = '42501';
  end if;
end
$function$;

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
