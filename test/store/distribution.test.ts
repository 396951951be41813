// Scale-out: what Citus asks of a schema, and what `bursar migrate --distributed` sends. There is no Citus on the machines of the tests: a
// function of its name stands in for it, which refuses what Citus refuses (a foreign key to a table that is not distributed yet).

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/store/open-store.ts';
import { anAction } from '../core/a-ledger.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { bursar } from '../support/a-program.ts';
import { aTenant, consume } from '../support/a-tenant.ts';

let database: ADatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await aDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const run = (args: string[]) => bursar(['migrate', ...args], { DATABASE_URL: database.url });

describe('what Citus asks of a schema', () => {
  it('every key of a table with a cell begins with it, foreign keys at both ends', async () => {
    const { rows } = await client.query<{ table: string; name: string; own: string; other: string | null }>(`
      select k.conrelid::regclass::text as table, k.conname as name,
        (select attname from pg_attribute where attrelid = k.conrelid and attnum = k.conkey[1]) as own,
        (select attname from pg_attribute where attrelid = k.confrelid and attnum = k.confkey[1]) as other
      from pg_constraint k
      join pg_attribute cell on cell.attrelid = k.conrelid and cell.attname = 'cell'
      where k.contype in ('p', 'u', 'f') and k.connamespace = current_schema()::regnamespace`);
    expect(rows.length).toBeGreaterThan(50);
    for (const { table, name, own, other } of rows)
      expect([own, other ?? 'cell'], `${name} of ${table}`).toEqual(['cell', 'cell']);
  });

  it('no table without a cell is referred to by one with a cell', async () => {
    const { rows } = await client.query(`
      select k.conname
      from pg_constraint k
      where k.contype = 'f'
        and exists (select from pg_attribute where attrelid = k.conrelid and attname = 'cell')
        and not exists (select from pg_attribute where attrelid = k.confrelid and attname = 'cell')`);
    expect(rows).toEqual([]);
  });
});

describe('bursar migrate', () => {
  it('says what to do where there is no Citus, and leaves the tables as they were', async () => {
    const { exitCode, stderr } = await run(['--distributed']);
    expect(stderr).toMatch(/no Citus extension; run "create extension citus"/);
    expect(exitCode).toBe(2);
  });

  it('wants a database of your own', async () => {
    const { exitCode, stderr } = await bursar(['migrate'], { DATABASE_URL: '' });
    expect(stderr).toMatch(/set DATABASE_URL/);
    expect(exitCode).toBe(2);
  });

  it('fixes the cells of a new installation, and never changes them', async () => {
    expect((await run(['--cells', '0'])).exitCode).toBe(2);
    expect((await run(['--cells', '64'])).exitCode).toBe(0);
    expect((await run(['--cells', '64'])).exitCode).toBe(0);
    const again = await run(['--cells', '8']);
    expect(again.stderr).toMatch(/has 64 cells, and that is fixed/);
    expect(again.exitCode).toBe(2);
  });

  it('distributes all that has a cell beside the tenants, with every foreign key put back', async () => {
    const constraints = async () =>
      (await client.query(`select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint order by 1, 2`))
        .rows;
    const before = await constraints();
    await client.query(`
      create table pg_dist_partition (logicalrelid regclass, partition_column text, colocate_with text);
      create function create_distributed_table(wanted regclass, partition_column text, colocate_with text default 'default')
      returns void language plpgsql as $$
      begin
        if exists (select from pg_constraint where contype = 'f' and wanted in (conrelid, confrelid)) then
          raise exception 'cannot distribute %: it has foreign keys', wanted;
        end if;
        insert into pg_dist_partition values (wanted, partition_column, colocate_with);
      end $$`);
    const { exitCode, stdout, stderr } = await run(['--distributed']);
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/on the coordinator: installation, migration, pg_dist_partition/);
    const { rows } = await client.query(
      `select logicalrelid::text as name, partition_column, colocate_with from pg_dist_partition`,
    );
    expect(rows[0]).toEqual({ name: 'tenant', partition_column: 'cell', colocate_with: 'default' });
    for (const row of rows.slice(1)) expect(row).toMatchObject({ partition_column: 'cell', colocate_with: 'tenant' });
    const { rows: withCell } = await client.query<{ name: string }>(`
      select c.relname as name
      from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attname = 'cell'
      where c.relkind in ('r', 'p') and not c.relispartition and c.relnamespace = current_schema()::regnamespace`);
    expect(rows.map((row) => row.name).sort()).toEqual(withCell.map((row) => row.name).sort());
    expect(await constraints()).toEqual(before);
    // Policies read a setting that no worker has.
    const { rows: held } = await client.query(
      `select relname from pg_class where relrowsecurity and relnamespace = 'public'::regnamespace union select polname from pg_policy`,
    );
    expect(held).toEqual([]);
    // A second run finds all of it done.
    expect((await run(['--distributed'])).stdout).not.toMatch(/distributed tenant by cell/);
  });

  it('leaves a database on which Bursar decides, over 64 cells', async () => {
    const store = await openStore({ url: database.url });
    try {
      expect(store.cells).toBe(64);
      expect(store.figures.hasWall).toBe(false);
      const tenant = await aTenant(store);
      await store.submit(tenant, { do: 'entitle', purchase: { id: 'packs', product: 'copilot-credit-pack', quantity: 1 } });
      await store.submit(tenant, {
        do: 'create-environment',
        environment: { id: 'sales', name: 'Sales', type: 'production', region: null },
      });
      const action = anAction({ environmentId: 'sales', caller: 'agent' });
      expect(await consume(store, tenant, action, 'one')).toMatchObject({ status: 'charged' });
    } finally {
      await store.close();
    }
  });
});
