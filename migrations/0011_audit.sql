-- The log of what was done (T3): who, what, when, from where, before and after; a chain of hashes per tenant.

-- Append-only. `event` is the text that is hashed; the columns before it say parts of it once more, to be searched. The installation's own
-- has the tenant '' in cell 0, and therefore no foreign key. No index beside the chain: one page of a search walks 50,000 events at most
-- (20 ms where none of them is wanted), and an index by actor was of no use to it.
create table audit_event (
  cell smallint not null,
  tenant_id text collate "C" not null,
  sequence bigint not null check (sequence > 0),
  at timestamptz not null,
  actor text collate "C" not null,
  operation text collate "C" not null,
  outcome text not null check (outcome in ('done', 'refused')),
  subject text collate "C",
  event json not null,
  -- sha256 of the one before, this one's number, a newline and its event
  hash bytea not null,
  primary key (cell, tenant_id, sequence)
);

create table audit_head (
  cell smallint not null,
  tenant_id text collate "C" not null,
  sequence bigint not null check (sequence >= 0),
  hash bytea not null,
  primary key (cell, tenant_id)
) with (fillfactor = 50);

-- The one way into the log, for the runtime role may only read it. Must be the last statement of its transaction before the commit: it
-- keeps the head locked.
create function append_audit(of_cell smallint, of_tenant text, events text[]) returns bigint
language plpgsql security definer
set search_path = public, pg_temp
as $$
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
$$;

revoke execute on function append_audit from public;

-- The wall of 0010_wall.sql.
alter table audit_event enable row level security;
create policy tenants_at_hand on audit_event
using ((select coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb) ? tenant_id);

alter table audit_head enable row level security;
create policy tenants_at_hand on audit_head
using ((select coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb) ? tenant_id);
