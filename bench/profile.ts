// Where the time of an action goes: `npm run bench:profile` (or `node bench/profile.ts [--seconds 4]`). Bursar's server, a client and a
// private PostgreSQL are processes of their own; for each way of asking, the processor time of each process is read from /proc, and that of
// the server is split by what V8's profiler saw it do. Beside it: WAL bytes an action, and how fast PostgreSQL inserts the same rows by
// COPY, which is the limit of any system that keeps as much of an action in it. Prints tables and keeps them in bench/results/profile.md.

import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import type { Profiler } from 'node:inspector';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openStore } from '../src/store/open-store.ts';
import { readConditions } from './conditions.ts';
import { type BursarServer, startBursarServer } from './http-bursar.ts';
import { type HttpClient, type Measurement, startHttpClient } from './load.ts';
import { type BenchPostgres, withPostgres } from './private-postgres.ts';
import { createBenchTenant } from './tenant.ts';

const ENVIRONMENTS = 200;
const WAYS = [
  { name: 'batches of 100, 16 connections', connections: 16, actionsPerRequest: 100 },
  { name: 'single actions, 64 connections', connections: 64, actionsPerRequest: 1 },
  // Last, because code that has not run often is slower by far.
  { name: 'single actions, 1 connection', connections: 1, actionsPerRequest: 1 },
];
/** Each insert of the COPY is of so many actions, as a batch is. */
const ROWS_OF_A_COPY = 10_000;
const COPIES = 10;
const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** By where a function of the server stands. */
const PARTS: readonly [RegExp, string][] = [
  [/\/node_modules\/pg|\/src\/store\/(sql|database)\.ts/, 'PostgreSQL protocol'],
  [/\/src\/core\//, 'deciding'],
  [/\/src\/store\//, 'statements and lanes'],
  [/strict-json|unreadable/, 'JSON'],
  [/\/src\/(api|server)\//, 'routes: key, validation, fingerprint, gate'],
  [/^node:internal\/crypto/, 'routes: key, validation, fingerprint, gate'],
  [/\/node_modules\//, 'HTTP'],
  [/^node:/, 'HTTP'],
];

const { values } = parseArgs({ options: { seconds: { type: 'string', default: '4' } } });
const seconds = Number(values.seconds);
if (!(seconds > 0 && seconds <= 60)) throw new Error(`--seconds must be a number over 0 and at most 60, not ${values.seconds}`);

await withPostgres('profile', profile);

interface Spent {
  name: string;
  measured: Measurement;
  /** Processor time in microseconds an action. */
  server: number;
  postgres: number;
  client: number;
  walBytes: number;
  /** Of the server's time: what part of the work took how much, in microseconds an action. */
  parts: Map<string, number>;
  /** The functions that took most by themselves. */
  functions: [string, number][];
}

async function profile({ url, postmaster }: BenchPostgres): Promise<void> {
  const conditions = await readConditions(url, { rounds: 1, seconds });
  const store = await openStore({ url });
  const tenant = await createBenchTenant(store, ENVIRONMENTS);
  await store.close();
  const server = await startBursarServer({ url, tenant });
  const http = startHttpClient();
  const spent: Spent[] = [];
  for (const way of WAYS) spent.push(await spentOn(way, { url, server, http, postmaster: await postmaster() }));
  await http.close();
  await server.close();
  await report(spent, await copied(url), conditions);
}

async function spentOn(
  way: (typeof WAYS)[number],
  { url, server, http, postmaster }: { url: string; server: BursarServer; http: HttpClient; postmaster: number },
): Promise<Spent> {
  const load = (time: { seconds: number; warmUpSeconds: number }) =>
    http.measure({
      ...time,
      ...way,
      origin: server.origin,
      key: server.key,
      environments: ENVIRONMENTS,
      keyPrefix: randomUUID(),
    });
  await load({ seconds: 1, warmUpSeconds: 1 });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const wal = async () => Number((await client.query("select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0') as at")).rows[0].at);
  const processes = { server: [server.pid], client: [http.pid], postgres: withChildren(postmaster) };
  const before = {
    wal: await wal(),
    server: ticks(processes.server),
    client: ticks(processes.client),
    pg: ticks(processes.postgres),
  };
  await server.startProfile();
  const measured = await load({ seconds, warmUpSeconds: 0 });
  const seen = await server.stopProfile();
  const walBytes = ((await wal()) - before.wal) / measured.count;
  const each = (now: number, then: number) => ((now - then) / TICKS_PER_SECOND / measured.count) * 1e6;
  const spent = {
    name: way.name,
    measured,
    server: each(ticks(processes.server), before.server),
    client: each(ticks(processes.client), before.client),
    postgres: each(ticks(processes.postgres), before.pg),
    walBytes,
  };
  await client.end();
  const { parts, functions } = split(seen, spent.server);
  return { ...spent, parts, functions };
}

function withChildren(parent: number): number[] {
  const processes = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' }).trim().split('\n');
  const children = processes.map((line) => line.trim().split(/\s+/).map(Number)).filter(([, of]) => of === parent);
  return [parent, ...children.map(([pid]) => pid!)];
}

/** Processor time of processes that are still there, in clock ticks. */
function ticks(pids: readonly number[]): number {
  let sum = 0;
  for (const pid of pids) {
    try {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      sum += Number(fields[11]) + Number(fields[12]);
    } catch {
      // It has ended: its time was little.
    }
  }
  return sum;
}

/** Built-in functions and the system's belong to who called them; JSON and the collector are parts of their own. */
function split({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile, micros: number): Pick<Spent, 'parts' | 'functions'> {
  const parents = new Map<number, Profiler.ProfileNode>();
  const byId = new Map(nodes.map((node) => [node.id, node]));
  for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node);
  const partOf = (node: Profiler.ProfileNode | undefined): string => {
    if (!node) return 'the system: sockets, libuv';
    const { functionName, url } = node.callFrame;
    if (functionName === '(garbage collector)') return 'garbage collection';
    if (functionName === '(program)') return 'the system: sockets, libuv';
    if (url === '' && /^(parse|stringify)$/.test(functionName)) return 'JSON';
    if (/writev?$|writeBuffer|writeUtf8String|writeLatin1String/.test(functionName) && url === '')
      return 'the system: sockets, libuv';
    return PARTS.find(([pattern]) => pattern.test(url))?.[1] ?? partOf(parents.get(node.id));
  };
  const parts = new Map<string, number>();
  const functions = new Map<string, number>();
  let all = 0;
  for (const [index, id] of samples.entries()) {
    const node = byId.get(id)!;
    const { functionName, url, lineNumber } = node.callFrame;
    if (functionName === '(idle)') continue;
    const time = timeDeltas[index] ?? 0;
    all += time;
    const part = partOf(node);
    parts.set(part, (parts.get(part) ?? 0) + time);
    const name = `${functionName || '(anonymous)'} ${url.replace(/^.*\/(node_modules|src)\//, '$1/')}:${lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + time);
  }
  const scaled = (of: Map<string, number>) =>
    [...of].map(([name, time]): [string, number] => [name, (time / all) * micros]).sort(([, a], [, b]) => b - a);
  return { parts: new Map(scaled(parts)), functions: scaled(functions).slice(0, 40) };
}

/** The rows of actions inserted again, by COPY from a file of the server, with the same indexes: actions a second. */
async function copied(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  // Where something fails, the server goes before it.
  client.on('error', () => {});
  await client.connect();
  const file = `${(await client.query('show data_directory')).rows[0].data_directory}/copied`;
  const speeds: number[] = [];
  await client.query('create table copied_activity (like activity including all)');
  await client.query('create table copied_key (like idempotency_key including all)');
  for (let copy = 0; copy < COPIES; copy += 1) {
    const page = `order by cell, tenant_id, %s offset ${copy * ROWS_OF_A_COPY} limit ${ROWS_OF_A_COPY}`;
    await client.query(`copy (select * from activity ${page.replace('%s', 'sequence')}) to '${file}.activity' (format binary)`);
    await client.query(`copy (select * from idempotency_key ${page.replace('%s', 'key')}) to '${file}.key' (format binary)`);
    const begun = performance.now();
    await client.query('begin');
    await client.query(`copy copied_activity from '${file}.activity' (format binary)`);
    await client.query(`copy copied_key from '${file}.key' (format binary)`);
    await client.query('commit');
    speeds.push((ROWS_OF_A_COPY / (performance.now() - begun)) * 1000);
  }
  await client.end();
  return speeds.toSorted((a, b) => a - b)[COPIES / 2]!;
}

async function report(spent: readonly Spent[], copiedPerSecond: number, conditions: object): Promise<void> {
  const whole = (figure: number) => Math.round(figure).toLocaleString('en-US');
  const names = [...new Set(spent.flatMap(({ parts }) => [...parts.keys()]))];
  const line = (name: string, figure: (of: Spent) => string) => `| ${name} | ${spent.map(figure).join(' | ')} |`;
  const lines = [
    `| microseconds of processor time an action | ${spent.map(({ name }) => name).join(' | ')} |`,
    `|---|${spent.map(() => '---:').join('|')}|`,
    line('actions/s', ({ measured }) => whole(measured.perSecond)),
    line('p50 / p99 ms of a request', ({ measured }) => `${measured.p50Ms.toFixed(2)} / ${measured.p99Ms.toFixed(2)}`),
    line('PostgreSQL, all processes', (of) => whole(of.postgres)),
    line('client', (of) => whole(of.client)),
    line('server', (of) => whole(of.server)),
    ...names.map((name) => line(`· ${name}`, ({ parts }) => (parts.get(name) ?? 0).toFixed(1))),
    line('WAL bytes an action', (of) => whole(of.walBytes)),
    '',
    `PostgreSQL inserting the same rows of activity and keys by COPY: ${whole(copiedPerSecond)} actions/s.`,
    '',
    ...spent.flatMap(({ name, functions }) => [
      `Functions of the server by their own time, ${name}:`,
      ...functions.map(([of, time]) => `- ${time.toFixed(2)} ${of}`),
      '',
    ]),
    JSON.stringify(conditions),
  ];
  console.log(lines.join('\n'));
  const results = new URL('results/', import.meta.url);
  await mkdir(results, { recursive: true });
  await writeFile(new URL('profile.md', results), `${lines.join('\n')}\n`);
}
