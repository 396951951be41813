-- Where notices go (N2): the addresses that are mailed and the webhooks that are called, and every delivery with its attempts.

create table notice_recipients (
  cell smallint not null,
  tenant_id text collate "C" not null,
  emails text[] not null,
  primary key (cell, tenant_id),
  foreign key (cell, tenant_id) references tenant
);

create table webhook (
  cell smallint not null,
  tenant_id text collate "C" not null,
  webhook_id text collate "C" not null,
  url text not null,
  -- null: every kind of notice
  kinds text[],
  description text,
  -- needed in clear to sign with; shown when it is made and never again
  secret text not null,
  -- signs beside the new one for a while, so that a receiver can change over
  previous_secret text,
  previous_secret_until timestamptz,
  enabled boolean not null,
  disabled_reason text,
  -- the first failure since the last success
  failing_since timestamptz,
  created_at timestamptz not null,
  primary key (cell, tenant_id, webhook_id),
  foreign key (cell, tenant_id) references tenant,
  check ((previous_secret is null) = (previous_secret_until is null)),
  check (enabled or disabled_reason is not null)
);

-- One message to one address or webhook. It is the queue as well: what waits and is due is taken for as long as an attempt may last, so
-- that what a killed process had taken can be taken again.
create table delivery (
  cell smallint not null,
  tenant_id text collate "C" not null,
  delivery_id uuid not null,
  webhook_id text collate "C",
  email text,
  -- the numbers of the notices that it tells of; none: a test
  notices bigint[] not null,
  status text not null check (status in ('waiting', 'delivered', 'failed')),
  attempts integer not null default 0 check (attempts >= 0),
  -- those before it was last replayed: retries are counted anew
  attempts_before integer not null default 0 check (attempts_before between 0 and attempts),
  next_attempt_at timestamptz,
  -- an attempt is under way; after this moment it counts as lost
  taken_until timestamptz,
  created_at timestamptz not null,
  primary key (cell, tenant_id, delivery_id),
  foreign key (cell, tenant_id) references tenant,
  foreign key (cell, tenant_id, webhook_id) references webhook on delete cascade,
  check ((webhook_id is null) <> (email is null)),
  check ((status = 'waiting') = (next_attempt_at is not null)),
  check (status = 'waiting' or taken_until is null)
) with (fillfactor = 70);

create index delivery_due on delivery (cell, next_attempt_at) where status = 'waiting';
-- the deliveries of a notice were made at the moment at which it was dispatched
create index delivery_made on delivery (cell, tenant_id, created_at);
create index delivery_of_webhook on delivery (cell, tenant_id, webhook_id, delivery_id) where webhook_id is not null;

create table delivery_attempt (
  cell smallint not null,
  tenant_id text collate "C" not null,
  delivery_id uuid not null,
  number integer not null,
  at timestamptz not null,
  duration_ms integer not null check (duration_ms >= 0),
  -- of HTTP or SMTP; null: there was no answer
  status integer,
  error text,
  -- its beginning
  answer text,
  primary key (cell, tenant_id, delivery_id, number),
  foreign key (cell, tenant_id, delivery_id) references delivery on delete cascade
);
