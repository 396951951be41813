-- The second wall between tenants (T1): a connection of the runtime role (store/runtime-role.ts) sees and writes the tenants that its
-- transaction names, and no other.

-- For functions that act as the owner, whom the wall does not hold.
create function expect_at_hand(wanted text) returns void
language plpgsql
as $$
begin
  if not coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb ? wanted then
    raise exception 'tenant % is not at hand', wanted using errcode = '42501';
  end if;
end
$$;

-- The tables of jobs are the owner's: this is the one job that is added in a transaction of a tenant.
create function add_report_job(payload json, job_key text, max_attempts integer) returns void
language plpgsql security definer
set search_path = public, pg_temp
as $$
begin
  perform expect_at_hand(payload ->> 'tenantId');
  perform graphile_worker.add_job('prepare-report', payload, job_key => add_report_job.job_key,
    max_attempts => add_report_job.max_attempts);
end
$$;

revoke execute on function add_report_job from public;

-- The setting is an object with the tenants of the transaction as its names: one of many is found at once, where an array took 1.8 times as
-- long (a batch of 500 tenants); it is read in a subquery, so once a statement, where once a row took 15 times as long; and not in a
-- function, which took a fourth longer (a batch of one). The owner is not held: migrations, partitions, jobs, sweeps over all tenants,
-- verify, backup and restore are his. A table that a later migration makes needs the same two lines (test/store/wall.test.ts).
do $$
declare
  name text;
begin
  for name in
    select c.relname
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
  loop
    execute format('alter table %I enable row level security', name);
    execute format(
      $policy$
        create policy tenants_at_hand on %I
        using ((select coalesce(nullif(current_setting('bursar.tenants', true), ''), '{}')::jsonb) ? tenant_id)
      $policy$,
      name
    );
  end loop;
end
$$;
