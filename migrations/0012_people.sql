-- People (T3): who may sign in to the admin centre with an account of their own, here or at an OpenID provider.

create table person (
  cell smallint not null,
  tenant_id text collate "C" not null,
  person_id text collate "C" not null,
  -- in lower case; a local account signs in with it. null: not told by its provider, or by the first administrator until he accepts
  email text collate "C",
  name text not null,
  role text not null check (role in ('tenant-admin', 'billing-admin', 'environment-admin', 'maker', 'reader')),
  environment_ids text[] not null,
  -- who a maker is in actions
  user_id text,
  -- of an account of an OpenID provider: which, and whom it calls so; null: a local account
  provider text collate "C",
  subject text collate "C",
  -- of a local account, once it was accepted: argon2id as a PHC string
  password text,
  -- the open invitation, or the link to a new password; of its secret only a hash is kept
  invitation_hash bytea,
  invitation_until timestamptz,
  created_at timestamptz not null,
  disabled_at timestamptz,
  signed_in_at timestamptz,
  primary key (cell, tenant_id, person_id),
  unique (cell, tenant_id, provider, subject),
  unique (cell, invitation_hash),
  foreign key (cell, tenant_id) references tenant,
  check ((provider is null) = (subject is null)),
  check (provider is null or (password is null and invitation_hash is null)),
  check (password is null or email is not null),
  check ((invitation_hash is null) = (invitation_until is null))
);

-- an e-mail address that a provider tells is never taken for the local account of that name
create unique index person_email on person (cell, tenant_id, email) where provider is null;

-- A session stands for a key or for a person.
alter table session
  alter column key_id drop not null,
  add column person_id text collate "C",
  -- null: 7 days after it began
  add column ends_at timestamptz,
  add foreign key (cell, tenant_id, person_id) references person,
  add check ((key_id is null) <> (person_id is null));

create index session_of_person on session (cell, tenant_id, person_id) where person_id is not null;

-- A sign-in that is under way at an OpenID provider; taken once. `hash` is of the state that goes there and comes back.
create table provider_sign_in (
  cell smallint not null,
  tenant_id text collate "C" not null,
  hash bytea not null,
  provider text not null,
  nonce text not null,
  code_verifier text not null,
  -- the page to open then
  return_to text not null,
  created_at timestamptz not null,
  primary key (cell, tenant_id, hash),
  foreign key (cell, tenant_id) references tenant
);

-- Wrong passwords in a row, by a hash of the name that was given, whether or not anybody has it: so that nobody learns who has.
create table sign_in_throttle (
  cell smallint not null,
  tenant_id text collate "C" not null,
  name_hash bytea not null,
  failures integer not null check (failures > 0),
  next_at timestamptz not null,
  primary key (cell, tenant_id, name_hash)
);

-- The wall of 0010_wall.sql.
alter table person enable row level security;
create policy tenants_at_hand on person
using ((select coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb) ? tenant_id);

alter table provider_sign_in enable row level security;
create policy tenants_at_hand on provider_sign_in
using ((select coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb) ? tenant_id);

alter table sign_in_throttle enable row level security;
create policy tenants_at_hand on sign_in_throttle
using ((select coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb) ? tenant_id);
