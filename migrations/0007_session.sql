-- Sessions of the admin centre: whoever brings the secret acts as the key that signed in, for as long as that key is not revoked. Of the
-- secret only a hash is kept.

create table session (
  cell smallint not null,
  tenant_id text collate "C" not null,
  hash bytea not null,
  key_id text collate "C" not null,
  created_at timestamptz not null,
  -- a little behind: what is used all the time is not written all the time
  used_at timestamptz not null check (used_at >= created_at),
  primary key (cell, tenant_id, hash),
  unique (cell, hash),
  foreign key (cell, tenant_id, key_id) references api_key
);
