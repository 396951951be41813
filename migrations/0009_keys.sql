-- Keys (T3): what a key may beside its role, until when, when it was used last, and a second secret while it is being changed.

alter table api_key
  -- null: all that its role may
  add column scopes text[] check (scopes <@ array['consume', 'check', 'read', 'administer'] and cardinality(scopes) > 0),
  add column expires_at timestamptz,
  -- some seconds behind
  add column last_used_at timestamptz,
  -- of the secret before it was rotated, which works beside the new one for a while
  add column previous_hash bytea,
  add column previous_until timestamptz,
  add check ((previous_hash is null) = (previous_until is null));

create unique index api_key_previous on api_key (cell, previous_hash) where previous_hash is not null;
