// Rounds of chaos with real processes: each does something terrible under load and answers what is violated afterwards. What the client's
// log says was acknowledged must be stored, and what is stored must have been attempted; after all, `bursar verify` reads everything.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { Random } from '../../src/traffic/random.ts';
import { verify } from '../../src/verify/verify.ts';
import { aDatabaseProxy } from '../support/a-database-proxy.ts';
import { aChaosTenant, type ChaosTenant, chaosAction, send, startChaosServer, startLoad } from './chaos-server.ts';
import type { ClientLog } from './client-log.ts';

export interface Chaos {
  /** The PostgreSQL that outlives the servers. */
  databaseUrl: string;
  log: ClientLog;
  random: Random;
  /** Numbers the rounds, so that every key is new. */
  rounds: number;
}

export interface Round {
  violations: string[];
  acknowledged: number;
  milliseconds: number;
}

/** SIGTERM must have ended a server within so long. */
const STOPS_WITHIN_MS = 10_000;
const MOST_ACKNOWLEDGED_BEFORE = 60;

function prefixOf(chaos: Chaos, name: string): string {
  chaos.rounds += 1;
  return `${name}-${chaos.rounds}-`;
}

/** acknowledged ⊆ stored ⊆ attempted; every key once; every counter the sum of its records; the sequence without gaps. */
async function violationsOf(databaseUrl: string, log: ClientLog, tenant: ChaosTenant, prefix: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const keys = await client.query('select key, sequence from idempotency_key where tenant_id = $1 and starts_with(key, $2)', [
      tenant.id,
      prefix,
    ]);
    const sums = await client.query(
      `select (select count(*)::int from activity where tenant_id = $1) as records, sequence::int,
        (select coalesce(sum(credits), 0)::text from activity where tenant_id = $1) as credits,
        (select coalesce(sum(consumed), 0)::text from environment_month where tenant_id = $1) as consumed,
        (select coalesce(sum(credits), 0)::text from daily_usage where tenant_id = $1) as daily,
        (select count(*)::int from activity a join idempotency_key k using (cell, tenant_id, sequence) where a.tenant_id = $1) as keyed,
        (select count(*)::int from idempotency_key where tenant_id = $1 and sequence is not null) as keys
      from tenant where tenant_id = $1`,
      [tenant.id],
    );
    const { attempted, acknowledged } = await log.read(prefix);
    const stored = new Set<string>(keys.rows.map((row) => row.key));
    const { records, sequence, credits, consumed, daily, keyed, keys: count } = sums.rows[0];
    const found: string[] = [];
    const lost = [...acknowledged].filter((key) => !stored.has(key));
    const invented = [...stored].filter((key) => !attempted.has(key));
    if (lost.length > 0) found.push(`I1 acknowledged and not stored: ${lost}`);
    if (invented.length > 0) found.push(`I2 stored and never attempted: ${invented}`);
    if (records !== sequence) found.push(`I9 the sequence is at ${sequence}, ${records} records are stored`);
    if (keyed !== count) found.push(`I3 ${count} keys name ${keyed} records`);
    if (credits !== consumed || credits !== daily)
      found.push(`I4 records ${credits}, counters ${consumed}, daily usage ${daily}`);
    return found;
  } finally {
    await client.end();
  }
}

/** kill -9 of the server under load, `times` in a row, each time on the next one; then what is unknown is asked again. */
export async function killServers(chaos: Chaos, times: number): Promise<Round[]> {
  const rounds: Round[] = [];
  let server = await startChaosServer({ DATABASE_URL: chaos.databaseUrl });
  const tenant = await aChaosTenant(server.url);
  // One that ends in good order leaves its compiled code to the others.
  await server.end('SIGTERM');
  server = await startChaosServer({ DATABASE_URL: chaos.databaseUrl });
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const prefix = prefixOf(chaos, 'kill');
    const { url } = server;
    const load = startLoad(() => url, tenant, chaos.log, { prefix });
    await load.reach(1 + Math.floor(chaos.random.next() * MOST_ACKNOWLEDGED_BEFORE));
    await server.end('SIGKILL');
    await load.stop();
    server = await startChaosServer({ DATABASE_URL: chaos.databaseUrl });
    const violations = await violationsOf(chaos.databaseUrl, chaos.log, tenant, prefix);
    violations.push(...(await askAgain(server.url, tenant, chaos, prefix)));
    rounds.push({ violations, acknowledged: load.acknowledged(), milliseconds: performance.now() - began });
  }
  await server.end('SIGTERM');
  return rounds;
}

/** I3: a retry tells whether what is unknown has happened: a replay exactly where it was acknowledged or stored. */
async function askAgain(url: string, tenant: ChaosTenant, chaos: Chaos, prefix: string): Promise<string[]> {
  const { attempted, acknowledged } = await chaos.log.read(prefix);
  const stored = await storedKeys(chaos.databaseUrl, tenant, prefix);
  const unknown = [...attempted].filter((key) => !acknowledged.has(key));
  const answers = await Promise.all(
    [...unknown, ...[...acknowledged].slice(-3)].map(async (key) => {
      const answer = await send(url, tenant.key, 'POST /v1/consumptions', chaosAction(key));
      if (answer?.status !== 201) return [`the retry of ${key} answers ${answer?.status}`];
      await chaos.log.acknowledge(key);
      return answer.replayed === stored.has(key)
        ? []
        : [`I3 ${key} was ${stored.has(key) ? '' : 'not '}stored, and its retry tells otherwise`];
    }),
  );
  return answers.flat();
}

async function storedKeys(databaseUrl: string, tenant: ChaosTenant, prefix: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query('select key from idempotency_key where tenant_id = $1 and starts_with(key, $2)', [
    tenant.id,
    prefix,
  ]);
  await client.end();
  return new Set(rows.map((row) => row.key));
}

/** SIGTERM under load: what was accepted is finished, the server ends with 0 in time, and nobody is answered anything but 201 or 503. */
export async function terminateServers(chaos: Chaos, times: number): Promise<Round[]> {
  const rounds: Round[] = [];
  let tenant: ChaosTenant | null = null;
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const prefix = prefixOf(chaos, 'term');
    const server = await startChaosServer({ DATABASE_URL: chaos.databaseUrl });
    tenant ??= await aChaosTenant(server.url);
    const load = startLoad(() => server.url, tenant, chaos.log, { prefix });
    await load.reach(1 + Math.floor(chaos.random.next() * MOST_ACKNOWLEDGED_BEFORE));
    const { code, milliseconds } = await server.end('SIGTERM');
    const statuses = await load.stop();
    const violations = await violationsOf(chaos.databaseUrl, chaos.log, tenant, prefix);
    if (code !== 0) violations.push(`SIGTERM ended it with ${code}:\n${server.output()}`);
    if (milliseconds > STOPS_WITHIN_MS) violations.push(`SIGTERM took ${Math.round(milliseconds)} ms`);
    for (const status of statuses.keys())
      if (![201, 503, 0].includes(status)) violations.push(`SIGTERM: somebody was answered ${status}`);
    rounds.push({ violations, acknowledged: load.acknowledged(), milliseconds: performance.now() - began });
  }
  return rounds;
}

/** kill -9 of the private database under load: its server brings it back, and goes on. */
export async function killDatabases(chaos: Chaos, folder: string, times: number): Promise<Round[]> {
  const rounds: Round[] = [];
  const server = await startChaosServer({ BURSAR_DATA: folder });
  const tenant = await aChaosTenant(server.url);
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const prefix = prefixOf(chaos, 'database');
    const load = startLoad(() => server.url, tenant, chaos.log, { prefix, stubborn: true });
    await load.reach(1 + Math.floor(chaos.random.next() * MOST_ACKNOWLEDGED_BEFORE));
    process.kill(await postmasterOf(folder), 'SIGKILL');
    // It heals by itself: the same callers are answered again.
    await load.reach(20);
    const statuses = await load.stop();
    const violations = await violationsOf(await privateUrl(folder), chaos.log, tenant, prefix);
    for (const status of statuses.keys())
      if (![201, 503].includes(status)) violations.push(`while the database was away somebody was answered ${status}`);
    rounds.push({ violations, acknowledged: load.acknowledged(), milliseconds: performance.now() - began });
  }
  const { violations } = await verify({ url: await privateUrl(folder) });
  rounds.push({ violations: violations.map((violation) => JSON.stringify(violation)), acknowledged: 0, milliseconds: 0 });
  const { code } = await server.end('SIGTERM');
  if (code !== 0) rounds.at(-1)!.violations.push(`SIGTERM ended it with ${code}`);
  return rounds;
}

async function postmasterOf(folder: string): Promise<number> {
  return Number((await readFile(join(folder, 'postgresql', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

async function privateUrl(folder: string): Promise<string> {
  const { reachDatabase } = await import('../../src/store/reached-database.ts');
  const reached = await reachDatabase({ databaseUrl: null, data: { folder, named: true } }, () => {});
  return reached.url;
}

const MOST_CUTS = 10;

/** The connection to the database is cut before a commit arrives, or after it has happened: a retry with the same key tells. */
export async function cutConnections(chaos: Chaos, times: number): Promise<Round[]> {
  const proxy = await aDatabaseProxy(chaos.databaseUrl);
  const server = await startChaosServer({ DATABASE_URL: proxy.url });
  const tenant = await aChaosTenant(server.url);
  const rounds: Round[] = [];
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    const prefix = prefixOf(chaos, 'cut');
    const load = startLoad(() => server.url, tenant, chaos.log, { prefix });
    await load.reach(1 + Math.floor(chaos.random.next() * MOST_ACKNOWLEDGED_BEFORE));
    // Where a sweep was cut off instead (holds that expire), no caller has heard of it: another one is.
    for (let cuts = 0; cuts < MOST_CUTS && !load.saw(503); cuts += 1) {
      proxy.cut = time % 2 === 0 ? 'before-commit' : 'after-commit';
      await load.reach(20);
    }
    const statuses = await load.stop();
    const violations = await violationsOf(chaos.databaseUrl, chaos.log, tenant, prefix);
    if (!statuses.has(503)) violations.push('the cut did not come to pass');
    for (const status of statuses.keys())
      if (![201, 503].includes(status)) violations.push(`after a cut somebody was answered ${status}`);
    violations.push(...(await askAgain(server.url, tenant, chaos, prefix)));
    rounds.push({ violations, acknowledged: load.acknowledged(), milliseconds: performance.now() - began });
  }
  await server.end('SIGTERM');
  await proxy.stop();
  return rounds;
}

/** I5: so many servers race on one environment at its cap: not one credit above it is spent, and all below it. */
export async function raceServers(chaos: Chaos, servers: number, cap: number): Promise<Round> {
  const began = performance.now();
  const prefix = prefixOf(chaos, 'race');
  const running = await Promise.all(Array.from({ length: servers }, () => startChaosServer({ DATABASE_URL: chaos.databaseUrl })));
  const tenant = await aChaosTenant(running[0]!.url, cap);
  const statuses = new Map<number, number>();
  let spent = 0;
  let number = 0;
  // 1 to 3 credits at a time; then 1 at a time, until everybody is refused.
  const work = async (url: string) => {
    let refusals = 0;
    while (refusals < 5) {
      number += 1;
      const key = `${prefix}${number}`;
      const responses = refusals > 0 ? 1 : 1 + (number % 3);
      chaos.log.attempt(key);
      const answer = await send(url, tenant.key, 'POST /v1/consumptions', chaosAction(key, responses));
      const status = answer?.status ?? 0;
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      if (status === 201) {
        await chaos.log.acknowledge(key);
        spent += responses;
      } else refusals += 1;
    }
  };
  await Promise.all(running.flatMap(({ url }) => [url, url, url, url].map(work)));
  const violations = await violationsOf(chaos.databaseUrl, chaos.log, tenant, prefix);
  if (spent !== cap) violations.push(`I5 ${spent} of ${cap} were spent by ${servers} servers`);
  for (const status of statuses.keys()) if (![201, 402].includes(status)) violations.push(`somebody was answered ${status}`);
  await Promise.all(running.map((server) => server.end('SIGTERM')));
  return { violations, acknowledged: statuses.get(201) ?? 0, milliseconds: performance.now() - began };
}

/** Every invariant of the whole database. */
export async function verifyAll(chaos: Chaos): Promise<string[]> {
  const { violations } = await verify({ url: chaos.databaseUrl });
  return violations.map((violation) => JSON.stringify(violation));
}
