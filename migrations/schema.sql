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
  PRIMARY KEY (cell, tenant_id, key_id),
  FOREIGN KEY (cell, tenant_id) REFERENCES tenant(cell, tenant_id),
  UNIQUE (cell, hash)
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
  PRIMARY KEY (cell, tenant_id, day, dimensions)
) with (fillfactor=70);

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
  PRIMARY KEY (cell, tenant_id, environment_id, month, currency),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  CHECK ((pay_as_you_go >= (0)::numeric)),
  CHECK ((pre_purchase >= (0)::numeric))
) with (fillfactor=50);

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

create table installation (
  one boolean not null default true,
  cells smallint not null,
  operator_key_hash bytea,
  created_at timestamp with time zone not null default now(),
  PRIMARY KEY (one),
  CHECK ((cells > 0)),
  CHECK (one)
);

create table migration (
  name text not null,
  applied_at timestamp with time zone not null default now(),
  PRIMARY KEY (name)
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

create table resource (
  cell smallint not null,
  tenant_id text collate "C" not null,
  environment_id text collate "C" not null,
  type text not null,
  resource_id text collate "C" not null,
  name text,
  premium boolean not null,
  last_seen_at timestamp with time zone not null,
  PRIMARY KEY (cell, tenant_id, environment_id, type, resource_id)
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
  PRIMARY KEY (cell, tenant_id),
  CHECK (((sandbox_start IS NULL) = (sandbox_now IS NULL))),
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
  PRIMARY KEY (cell, tenant_id, month, currency),
  CHECK (((unallocated_consumed >= (0)::numeric) AND (unallocated_consumed <= consumed))),
  CHECK (((unallocated_held >= (0)::numeric) AND (unallocated_held <= held))),
  CHECK ((consumed >= (0)::numeric)),
  CHECK ((held >= (0)::numeric)),
  CHECK ((pay_as_you_go >= (0)::numeric)),
  CHECK ((spilled_consumed >= (0)::numeric)),
  CHECK ((spilled_total >= spilled_consumed))
) with (fillfactor=50);

CREATE INDEX hold_due ON public.hold USING btree (cell, tenant_id, expires_at) WHERE (status = 'open'::hold_status);

CREATE INDEX idempotency_key_month ON public.idempotency_key USING brin (month);

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
