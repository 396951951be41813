// Upgrades (issue 5, point 10): from every schema that there was, with data in it, to the newest; killed half-way; by several at once.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { copyIn, copyOut } from '../src/backup/copy.ts';
import { restoreBackup } from '../src/backup/restore-backup.ts';
import { storedTables } from '../src/backup/schema-tables.ts';
import { applyMigrations, MIGRATION_TABLE, migrate, migrationFiles } from '../src/store/migrate.ts';
import { openStore } from '../src/store/open-store.ts';
import { describeSchema } from '../src/store/schema.ts';
import { inWords } from '../src/verify/verdict.ts';
import { verify } from '../src/verify/verify.ts';
import { type ADatabase, aDatabase, anEmptyDatabase, withClient } from './support/a-database.ts';

/** A tenant with rows in every table, as a backup of the schema 0007; everything of an earlier one is taken from it. */
const FIXTURE = fileURLToPath(new URL('./fixtures/schema-0007.backup', import.meta.url));
const FILES = await migrationFiles();
const SILENT = () => {};

let full: ADatabase;
const cleanups: (() => unknown)[] = [];

beforeAll(async () => {
  full = await anEmpty();
  await restoreBackup(full.url, { input: createReadStream(FIXTURE) });
});

afterAll(async () => {
  for (const cleanup of cleanups.reverse()) await cleanup();
});

async function anEmpty(): Promise<ADatabase> {
  const database = await anEmptyDatabase();
  cleanups.push(() => database.drop());
  return database;
}

/** A database of the first `count` migrations, with all the rows of the fixture as far as its tables and columns had a place for them. */
async function ofSchema(count: number): Promise<ADatabase> {
  const database = await anEmpty();
  await withClient(database.url, (client) =>
    withClient(full.url, async (source) => {
      await client.query(MIGRATION_TABLE);
      await client.query('begin');
      await applyMigrations(client, FILES.slice(0, count));
      await client.query(`set local session_replication_role = replica`);
      const columnsNow = new Map((await storedTables(source)).map((table) => [table.name, table.columns]));
      const months = (await source.query(`select distinct stored_month::text as month from activity`)).rows;
      for (const { month } of months) {
        const name = `activity_${month.slice(0, 7).replace('-', '_')}`;
        await client.query(
          `create table ${name} partition of activity for values from ('${month}') to (date '${month}' + interval '1 month')`,
        );
      }
      for (const { name, columns } of await storedTables(client)) {
        // What an earlier column said has a place of its own in every later schema but one: 0002 drops resource.premium.
        const shared = columns.filter((column) => columnsNow.get(name)!.includes(column)).join(', ');
        const copying = await copyIn(
          client,
          `copy ${name} (${shared}${name === 'resource' && count === 1 ? ', premium' : ''}) from stdin`,
        );
        const constant = name === 'resource' && count === 1 ? ', false' : '';
        const seen = name === 'resource' && count === 1 ? 'where last_seen_at is not null' : '';
        for await (const rows of copyOut(source, `copy (select ${shared}${constant} from ${name} ${seen}) to stdout`))
          await copying.write(rows);
        await copying.end();
      }
      await client.query('commit');
    }),
  );
  return database;
}

async function rowsOf(url: string): Promise<Record<string, string[]>> {
  return withClient(url, async (client) => {
    const rows: Record<string, string[]> = {};
    for (const { name } of await storedTables(client)) {
      rows[name] = (await client.query(`select t::text as row from ${name} t order by 1`)).rows.map((row) => row.row);
    }
    return rows;
  });
}

/** That it is as a new installation would have made it, and can be used. */
async function expectWhole(url: string): Promise<void> {
  const fresh = await aDatabase();
  cleanups.push(() => fresh.drop());
  expect(await describeSchema(url)).toBe(await describeSchema(fresh.url));
  expect(await migrate(url, SILENT)).toEqual([]);
}

describe('from each schema that there was', () => {
  it.each(FILES.slice(0, -1).map((name, index) => [name, index + 1] as const))('%s, with its data', async (_name, count) => {
    const old = await ofSchema(count);
    const before = await rowsOf(old.url);
    expect(before.activity!.length).toBeGreaterThan(5);
    expect(await migrate(old.url, SILENT)).toEqual(FILES.slice(count));
    await expectWhole(old.url);
    const after = await rowsOf(old.url);
    for (const [table, rows] of Object.entries(before)) expect(after[table]!.length, table).toBe(rows.length);
    const now = await rowsOf(full.url);
    // The tables whose columns are still the same have the same rows.
    for (const table of [
      'activity',
      'entitlement',
      'environment',
      'allocation',
      'hold',
      'idempotency_key',
      'api_key',
      'capability',
    ]) {
      expect(after[table], table).toEqual(now[table]);
    }
    // Opens, and is read and written by the newest Bursar.
    const store = await openStore({ url: old.url });
    try {
      const { value: tenants } = await store.listTenants({ limit: 10 });
      for (const { tenantId } of tenants) {
        const tenant = { cell: store.cellOf(tenantId), tenantId };
        const { environments } = await store.readLedger(tenant, 'all');
        expect(environments.size).toBeGreaterThan(0);
        const environment = { id: 'new', name: 'New', type: 'production' as const, region: null };
        expect((await store.submit(tenant, { do: 'create-environment', environment })).outcome).toMatchObject({ made: true });
      }
      expect(tenants.length).toBeGreaterThan(0);
    } finally {
      await store.close();
    }
  });

  it('0007, as a backup, whole and sound', async () => {
    expect(inWords(await verify({ url: full.url }))).toMatch(/^Everything adds up/);
    await expectWhole(full.url);
  });
});

describe('interrupted', () => {
  it.each(FILES.slice(1).map((name, index) => [name, index + 1] as const))(
    '%s killed half-way leaves the schema before it',
    async (name, count) => {
      const { url } = await ofSchema(count);
      const before = await describeSchema(url);
      const rows = await rowsOf(url);
      await withClient(url, async (blocker) => {
        // The migration has done its work and waits before it can say so.
        await blocker.query('begin; lock table migration in share mode');
        const child = migrating(url);
        await waitsIn(url, 'insert into migration');
        child.kill('SIGKILL');
        await once(child, 'exit');
        await blocker.query('rollback');
        await gone(url);
      });
      expect(await describeSchema(url)).toBe(before);
      expect(await rowsOf(url)).toEqual(rows);
      expect((await migrate(url, SILENT))[0]).toBe(name);
      await expectWhole(url);
    },
  );

  it('a connection that is cut in the middle leaves the schema before it', async () => {
    const { url } = await ofSchema(1);
    const before = await describeSchema(url);
    await withClient(url, async (blocker) => {
      await blocker.query('begin; lock table migration in share mode');
      const failed = migrate(url, SILENT).then(
        () => null,
        (error: Error) => error.message,
      );
      await waitsIn(url, 'insert into migration');
      await blocker.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'bursar migrate' and datname = current_database()`,
      );
      expect(await failed).toMatch(/terminat/);
      await blocker.query('rollback');
    });
    expect(await describeSchema(url)).toBe(before);
    expect(await migrate(url, SILENT)).toEqual(FILES.slice(1));
    await expectWhole(url);
  });

  it('the tables of jobs, killed half-way, are made by the next start', async () => {
    const { url } = await ofSchema(3);
    await migrate(url, SILENT);
    await withClient(url, async (client) => {
      await client.query('drop schema graphile_worker cascade');
      await client.query('begin; create schema graphile_worker');
      const child = migrating(url);
      await waitsIn(url, 'graphile_worker');
      child.kill('SIGKILL');
      await once(child, 'exit');
      await client.query('rollback');
    });
    const store = await openStore({ url });
    try {
      await store.discardReports();
    } finally {
      await store.close();
    }
  });
});

describe('several at once', () => {
  it('apply each migration once, and all start', async () => {
    const { url } = await ofSchema(1);
    const applied = await Promise.all([migrate(url, SILENT), migrate(url, SILENT), migrate(url, SILENT)]);
    expect(applied.flat().sort()).toEqual(FILES.slice(1));
    await expectWhole(url);
  });

  it('where one is killed, the other does it', async () => {
    const { url } = await ofSchema(1);
    const { other } = await withClient(url, async (blocker) => {
      await blocker.query('begin; lock table migration in share mode');
      const first = migrating(url);
      await waitsIn(url, 'insert into migration');
      const second = migrate(url, SILENT);
      await waitsIn(url, 'pg_advisory_lock');
      first.kill('SIGKILL');
      await once(first, 'exit');
      await blocker.query('rollback');
      // Wrapped, because it is still under way.
      return { other: second };
    });
    expect(await other).toEqual(FILES.slice(1));
    await expectWhole(url);
  });
});

/** `migrate` in a process of its own, to be killed. */
function migrating(url: string): ChildProcess {
  const code = `const { migrate } = await import(${JSON.stringify(new URL('../src/store/migrate.ts', import.meta.url).href)}); await migrate(process.argv[1], () => {});`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', code, url], { stdio: 'ignore' });
  cleanups.push(() => child.kill('SIGKILL'));
  return child;
}

/** Until a connection waits for a lock in a statement that has this in it. Looked at from outside: a transaction sees no news. */
async function waitsIn(url: string, statement: string): Promise<void> {
  const waiting = (client: pg.Client) =>
    client.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and position($1 in query) > 0`,
      [statement],
    );
  await withClient(url, (client) =>
    expect.poll(async () => (await waiting(client)).rowCount, { timeout: 20_000 }).toBeGreaterThan(0),
  );
}

/** Until PostgreSQL has noticed that nobody is at the other end any more. */
async function gone(url: string): Promise<void> {
  const left = (client: pg.Client) =>
    client.query(`select 1 from pg_stat_activity where application_name = 'bursar migrate' and datname = current_database()`);
  await withClient(url, (client) => expect.poll(async () => (await left(client)).rowCount, { timeout: 20_000 }).toBe(0));
}
