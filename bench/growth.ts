// The benchmark of growth: `npm run bench:growth` (or `node bench/growth.ts [--actions 10000000] [--rounds 5] [--seconds 2]`). A tenant is
// filled through the engine, a year of months, as clients would fill it. At each size the cost of an action is measured beside that of a
// tenant with 10,000 actions, in turns on one PostgreSQL, and the ratio is what is quoted. Then: bytes an action, WAL bytes an action, and
// how long until the first decision on all of it: of a new process, after both were stopped, after a kill -9 of PostgreSQL while much was
// written. Prints a table and keeps it in bench/results/growth.*. 10 million actions take about ten minutes.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import pg from 'pg';
import type { Instant } from '../src/core/month.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import type { TenantAddress } from '../src/store/store.ts';
import { benchAction } from './action.ts';
import { actionOf } from './bursar.ts';
import { readConditions } from './conditions.ts';
import { drive } from './load.ts';
import { type BenchPostgres, withPostgres } from './private-postgres.ts';
import { createBenchTenant } from './tenant.ts';

const SMALL = 10_000;
const ENVIRONMENTS = 200;
const FILLING = 1_000;
const CALLERS = 64;
const WARM_UP_SECONDS = 0.5;
const SECONDS_BEFORE_CRASH = 20;
/** When the first action is filled in, and over how many months all of them lie. */
const FROM = { year: 2025, month: 10 };
const MONTHS = 12;

const { values } = parseArgs({
  options: {
    actions: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
  },
});
const [actions, rounds, seconds] = [values.actions, values.rounds, values.seconds].map(Number) as [number, number, number];
if (!(actions >= 100_000 && rounds >= 1 && seconds > 0))
  throw new Error('--actions from 100000, --rounds from 1, --seconds over 0');

await withPostgres('growth', bench);

interface Grown {
  store: OpenStore;
  tenant: TenantAddress;
  /** Counted towards the size that is wanted, and all of them: those that were measured too. */
  filled: number;
  stored: number;
}

interface Size {
  actions: number;
  perSecond: number;
  perSecondSmall: number;
  ratio: number;
  bytesOfAnAction: number;
}

async function bench(postgres: BenchPostgres): Promise<void> {
  const server = postgres.url;
  const conditions = await readConditions(server, { rounds, seconds });
  const url = await freshDatabase(server, 'grown');
  const grown = await open(url);
  const sizes: Size[] = [];
  let filledWithWal = 0;
  let walOfFilling = 0;
  for (const size of sizesUpTo(actions)) {
    const from = await number(url, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')");
    const before = grown.filled;
    await fill(grown, size);
    walOfFilling += (await number(url, "select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")) - from;
    filledWithWal += grown.filled - before;
    const bytes = await number(url, 'select pg_database_size(current_database())');
    sizes.push({ ...(await beside(server, grown)), actions: size, bytesOfAnAction: bytes / grown.stored });
    console.error(`${size.toLocaleString('en-US')} actions: ${JSON.stringify(sizes.at(-1))}`);
  }
  await grown.store.close();
  const tables = await largestTables(url);
  const startMs = await untilFirstDecision(grown, async () => url);
  const coldStartMs = await untilFirstDecision(grown, async () => {
    await postgres.restart();
    return withDatabase(postgres.url, 'grown');
  });
  const crashMs = await afterCrash(grown, postgres);
  await report({
    conditions,
    sizes,
    tables,
    walBytesOfAnAction: walOfFilling / filledWithWal,
    startMs,
    coldStartMs,
    crashMs,
    filled: grown.filled,
  });
}

function sizesUpTo(most: number): number[] {
  return [SMALL, 100_000, 1_000_000, 3_000_000, 10_000_000].filter((size) => size < most).concat(most);
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

async function untilFirstDecision(grown: Grown, ready: () => Promise<string>): Promise<number> {
  const begun = performance.now();
  const store = await openStore({ url: await ready() });
  await consume({ ...grown, store }, 0, randomUUID());
  const took = performance.now() - begun;
  await store.close();
  return took;
}

/** The private PostgreSQL comes back by itself; it has to go through what was written since its last checkpoint. */
async function afterCrash(grown: Grown, postgres: BenchPostgres): Promise<number> {
  const url = withDatabase(postgres.url, 'grown');
  const store = await openStore({ url });
  const prefix = randomUUID();
  // Ends with the first error, which is the crash.
  const load = drive((index) => consume({ ...grown, store }, index, prefix), {
    concurrency: FILLING,
    seconds: SECONDS_BEFORE_CRASH * 2,
    warmUpSeconds: 0,
  }).catch(() => undefined);
  await delay(SECONDS_BEFORE_CRASH * 1000);
  const pid = await postgres.postmaster();
  const begun = performance.now();
  process.kill(pid, 'SIGKILL');
  for (;;) {
    const done = await untilFirstDecision(grown, async () => url).catch(() => null);
    if (done !== null) break;
    await delay(20);
  }
  const took = performance.now() - begun;
  await load;
  await store.close();
  return took;
}

async function freshDatabase(server: string, name: string): Promise<string> {
  const client = new pg.Client({ connectionString: server });
  await client.connect();
  await client.query(`drop database if exists ${name} with (force)`);
  await client.query(`create database ${name}`);
  await client.end();
  return withDatabase(server, name);
}

async function open(url: string): Promise<Grown> {
  const grown = { filled: 0, stored: 0 } as Grown;
  const started = performance.now();
  const clock = () => {
    const month = Math.min(MONTHS - 1, Math.floor((grown.filled / actions) * MONTHS));
    return (Date.UTC(FROM.year, FROM.month + month, 15, 9) + Math.floor(performance.now() - started)) as Instant;
  };
  grown.store = await openStore({ url, clock });
  grown.tenant = await createBenchTenant(grown.store, ENVIRONMENTS);
  return grown;
}

async function consume({ store, tenant }: Grown, index: number, prefix: string): Promise<void> {
  const action = benchAction(index, ENVIRONMENTS, prefix);
  const fingerprint = createHash('sha256').update(action.idempotencyKey).digest('hex');
  const command = { do: 'consume' as const, id: store.newId(), action: actionOf(action) };
  const { outcome } = await store.submit(tenant, command, { key: action.idempotencyKey, fingerprint });
  if ('refused' in outcome) throw new Error(`Bursar: ${outcome.detail}`);
}

async function fill(grown: Grown, upTo: number): Promise<void> {
  const prefix = randomUUID();
  const caller = async () => {
    while (grown.filled < upTo) {
      grown.filled += 1;
      await consume(grown, grown.filled, prefix);
      grown.stored += 1;
    }
  };
  await Promise.all(Array.from({ length: FILLING }, caller));
}

/** Rounds in turns: a tenant of a database of its own with 10,000 actions, and the grown one. */
async function beside(server: string, grown: Grown): Promise<Pick<Size, 'perSecond' | 'perSecondSmall' | 'ratio'>> {
  const taken: { small: number; large: number }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const small = await open(await freshDatabase(server, 'small'));
    await fill(small, SMALL);
    const turns = round % 2 === 0 ? [small, grown] : [grown, small];
    const speeds = new Map<Grown, number>();
    for (const each of turns) speeds.set(each, await speedOf(each));
    await small.store.close();
    taken.push({ small: speeds.get(small)!, large: speeds.get(grown)! });
  }
  return {
    perSecond: median(taken.map(({ large }) => large)),
    perSecondSmall: median(taken.map(({ small }) => small)),
    ratio: median(taken.map(({ small, large }) => small / large)),
  };
}

async function speedOf(grown: Grown): Promise<number> {
  const prefix = randomUUID();
  const time = { concurrency: CALLERS, seconds, warmUpSeconds: WARM_UP_SECONDS };
  const { perSecond } = await drive(async (index) => {
    await consume(grown, index, prefix);
    grown.stored += 1;
  }, time);
  return perSecond;
}

function median(figures: number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)]!;
}

async function number(url: string, text: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query({ text, rowMode: 'array' });
  await client.end();
  return Number(rows[0]?.[0]);
}

async function largestTables(url: string): Promise<{ name: string; bytes: number; rows: number }[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('analyze');
  const { rows } = await client.query(`
    select regexp_replace(relname, '_\\d{4}_\\d\\d$', '') as name, sum(pg_total_relation_size(oid)) as bytes, sum(greatest(reltuples, 0)) as rows
    from pg_class
    where relkind = 'r' and relnamespace = 'public'::regnamespace
    group by 1
    order by 2 desc
    limit 6`);
  await client.end();
  return rows.map(({ name, bytes, rows: count }) => ({ name, bytes: Number(bytes), rows: Number(count) }));
}

interface Report {
  conditions: object;
  sizes: Size[];
  tables: { name: string; bytes: number; rows: number }[];
  walBytesOfAnAction: number;
  startMs: number;
  coldStartMs: number;
  crashMs: number;
  filled: number;
}

async function report(measured: Report): Promise<void> {
  const whole = (figure: number) => Math.round(figure).toLocaleString('en-US');
  const lines = [
    '| actions stored | actions/s | beside 10,000 stored | time of an action, ratio | bytes stored an action |',
    '|---:|---:|---:|---:|---:|',
    ...measured.sizes.map(
      (size) =>
        `| ${whole(size.actions)} | ${whole(size.perSecond)} | ${whole(size.perSecondSmall)} | ${size.ratio.toFixed(2)} | ${whole(size.bytesOfAnAction)} |`,
    ),
    '',
    `WAL an action while filling with ${FILLING} callers: ${whole(measured.walBytesOfAnAction)} bytes.`,
    `From a start to the first decision on all of it: ${whole(measured.startMs)} ms of Bursar alone, ${whole(measured.coldStartMs)} ms with its PostgreSQL`,
    `stopped and started, ${whole(measured.crashMs)} ms from a kill -9 of PostgreSQL after ${SECONDS_BEFORE_CRASH} s of writing.`,
    ...measured.tables.map(({ name, bytes, rows: count }) => `- ${name}: ${whole(bytes / 2 ** 20)} MiB, ${whole(count)} rows`),
    '',
    JSON.stringify(measured.conditions),
  ];
  console.log(lines.join('\n'));
  const results = new URL('results/', import.meta.url);
  await mkdir(results, { recursive: true });
  await writeFile(new URL('growth.md', results), `${lines.join('\n')}\n`);
  await writeFile(new URL('growth.json', results), `${JSON.stringify(measured, null, 2)}\n`);
}
