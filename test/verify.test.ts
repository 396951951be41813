// `bursar verify`: a book that the product has written has no violation, and whatever is wrong in one is found and named (issue 5).

import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { openStore } from '../src/store/open-store.ts';
import { startPrivatePostgres } from '../src/store/private-postgres.ts';
import type { ExportedHead } from '../src/verify/audit-checks.ts';
import { type Verdict, verify } from '../src/verify/verify.ts';
import { CHECKS } from '../src/verify/violation.ts';
import { databaseUrl, dropDatabase } from './support/a-database.ts';
import { bursar } from './support/a-program.ts';
import { call } from './support/call.ts';
import { startRichly } from './verify/a-rich-book.ts';
import { CORRUPTIONS } from './verify/corruptions.ts';
import { verdictAfter } from './verify/verdict-after.ts';

let admin: pg.Client;
/** What the product wrote, with no server on it any more. */
let book: string;
/** The ends of its audit logs, as somebody has kept them elsewhere. */
let heads: ExportedHead[];

beforeAll(async () => {
  admin = new pg.Client({ connectionString: inject('postgresUrl') });
  await admin.connect();
  const { server } = await startRichly();
  const exported = await call(server.url, 'GET /v1/audit-heads', { key: server.operatorKey });
  heads = exported.body.value;
  await server.stop({ keepDatabase: true });
  book = new URL(server.databaseUrl).pathname.slice(1);
  // Beside foreign keys (session_replication_role) checks of rows would refuse some of what a fault of the machine can write. Room for
  // entries of another month is made as well.
  await queried(
    server.databaseUrl,
    `do $$ declare c record; begin
       for c in
         select conrelid::regclass as name, conname from pg_constraint
         where contype = 'c' and conrelid <> 0 and coninhcount = 0 and connamespace = 'public'::regnamespace
       loop
         execute format('alter table %s drop constraint %I', c.name, c.conname);
       end loop;
     end $$;
     create table activity_2026_01 partition of activity for values from ('2026-01-01') to ('2026-02-01')`,
  );
});

afterAll(async () => {
  if (book) await dropDatabase(admin, book);
  await admin.end();
});

const url = () => databaseUrl(inject('postgresUrl'), book);

// biome-ignore lint/suspicious/noExplicitAny: a test looks into it
async function queried(from: string, text: string): Promise<pg.QueryResult<any>> {
  const client = new pg.Client({ connectionString: from });
  await client.connect();
  try {
    return await client.query(text);
  } finally {
    await client.end();
  }
}

it('a book that the product has written is clean', async () => {
  const { violations, entries, tenants, dropped } = await verify({ url: url() });
  expect({ violations, tenants, dropped }).toEqual({ violations: [], tenants: 3, dropped: null });
  expect(entries).toBeGreaterThan(120);
});

it('reads one tenant alone where only that is asked for', async () => {
  const { rows } = await queried(url(), `select tenant_id, sequence::int from tenant where name = 'First'`);
  const verdict = await verify({ url: url(), tenantId: rows[0].tenant_id });
  expect(verdict).toMatchObject({ violations: [], tenants: 1, entries: rows[0].sequence });
});

describe('finds', () => {
  it.each(CORRUPTIONS)('$what: $finds', async ({ finds, text }) => {
    const { changed, violations } = await verdictAfter(url(), text, heads);
    expect(changed, 'the corruption changed something').toBeGreaterThan(0);
    const found = violations.find(({ check }) => check === finds);
    expect(found, `found only ${violations.map(({ check }) => check).join(', ') || 'nothing'}`).toBeDefined();
    expect(found).toMatchObject({ invariant: CHECKS[finds][0], meaning: CHECKS[finds][1] });
    expect(found!.offenders.length).toBe(Math.min(found!.count, 10));
    for (const { offenders } of violations) for (const offender of offenders) expect(offender).not.toBe('');
  });

  it('something of every kind of violation that there is', () => {
    expect(new Set(CORRUPTIONS.map(({ finds }) => finds))).toEqual(new Set(Object.keys(CHECKS)));
  });
});

describe('the verb', () => {
  it('ends with 0 and says how much it read where everything adds up', async () => {
    const { exitCode, stdout, stderr } = await bursar(['verify'], { DATABASE_URL: url() });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^Everything adds up: \d+ entries of 3 tenants in \d+\.\d s\.\n$/);
  });

  it('ends with 1 and names the invariant, what it means and the first offenders', async () => {
    const clone = `${book}_violated`;
    await admin.query(`create database ${clone} template ${book}`);
    const violated = databaseUrl(inject('postgresUrl'), clone);
    try {
      await queried(violated, `update environment_month set consumed = consumed + 1000000 where computed > 0`);
      const { exitCode, stdout } = await bursar(['verify'], { DATABASE_URL: violated });
      expect(exitCode).toBe(1);
      expect(stdout).toContain(`I4 environment-month, `);
      expect(stdout).toContain(CHECKS['environment-month'][1]);
      expect(stdout).toMatch(
        /^ {2}tenant \S+: the consumption of \w+ in \d{4}-\d\d in \S+ is \S+, and its entries come to \S+$/m,
      );
      const json = await bursar(['verify', '--json'], { DATABASE_URL: violated });
      expect(json.exitCode).toBe(1);
      const verdict: Verdict = JSON.parse(json.stdout);
      expect(verdict.violations.map(({ invariant, check }) => ({ invariant, check }))).toContainEqual({
        invariant: 'I4',
        check: 'environment-month',
      });
    } finally {
      await dropDatabase(admin, clone);
    }
  });

  it.each<[string, string[], () => Record<string, string>, RegExp]>([
    ['a tenant that is not there', ['--tenant', 'nobody'], () => ({ DATABASE_URL: url() }), /there is no tenant "nobody"/],
    ['a database of something else', [], () => ({ DATABASE_URL: inject('postgresUrl') }), /holds no Bursar/],
    [
      'a database that does not answer',
      [],
      () => ({ DATABASE_URL: 'postgres://bursar@127.0.0.1:1/bursar' }),
      /cannot be reached: .*ECONNREFUSED/,
    ],
    ['a folder without data', [], () => ({ DATABASE_URL: '', BURSAR_DATA: '/tmp/bursar-nothing-here' }), /There is no Bursar in/],
  ])('ends with 2 and says why for %s', async (_, options, environment, why) => {
    const { exitCode, stdout, stderr } = await bursar(['verify', ...options], environment());
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(why);
  });

  it('finds the private PostgreSQL of a data folder: one that runs, which goes on; else it starts it for the time', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'bursar-verify-'));
    await chmod(parent, 0o755);
    const folder = join(parent, 'data');
    const environment = { DATABASE_URL: '', BURSAR_DATA: folder };
    try {
      const postgres = await startPrivatePostgres({ folder, explicit: true, log: () => {} });
      await openStore({ url: postgres.url }).then((store) => store.close());
      const running = await bursar(['verify'], environment);
      expect(running).toMatchObject({ exitCode: 0, stderr: '' });
      expect((await queried(postgres.url, 'select 1 as one')).rows).toEqual([{ one: 1 }]);
      await postgres.stop();
      const stopped = await bursar(['verify'], environment);
      expect(stopped).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('Everything adds up: 0 entries of 0 tenants'),
      });
      expect(existsSync(join(folder, 'postgresql', 'postmaster.pid'))).toBe(false);
      // It left the folder free.
      await (await startPrivatePostgres({ folder, explicit: true, log: () => {} })).stop();
    } finally {
      await rm(parent, { recursive: true, force: true });
    }
  });
});
