// The benchmark of usage queries: `node bench/reports.ts` (or `--url postgres://… [--repeats 5]`). A tenant of 10 million actions a year in
// 1,000 environments (reports-data.ts) is asked over HTTP, through the server as it is, what reports-queries.ts lists. Every answer is
// compared with the plain group-by over daily_usage, which is timed beside it. Prints a table and keeps it in bench/results/reports.*.
// Making the data takes about two minutes; then it asks, in an order that a seed has shuffled, for three minutes at most (`--minutes`).

import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { hashKey, newKey } from '../src/api/key-secret.ts';
import { creditsAsWritten } from '../src/core/credits.ts';
import { addMonths, DAY_MS, type Day, dayOf, firstDayOf, type Instant, monthOfDay, startOfDay } from '../src/core/month.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import type { TenantAddress } from '../src/store/store.ts';
import { UsageRollups } from '../src/store/usage-rollup.ts';
import { randomOf } from '../src/traffic/random.ts';
import { readConditions } from './conditions.ts';
import { startBursarServer } from './http-bursar.ts';
import { withPostgres } from './private-postgres.ts';
import { fillUsage, SIZE } from './reports-data.ts';
import { nameOf, pathOf, plainQuery, type Question, questionsUntil } from './reports-queries.ts';

const SEED = 'reports-1';
const ROWS_OF_A_PAGE = 1_000;
const LATE_QUESTIONS = 12;

const { values } = parseArgs({
  options: { url: { type: 'string' }, repeats: { type: 'string', default: '5' }, minutes: { type: 'string', default: '3' } },
});
const minutes = Number(values.minutes);
if (!(minutes > 0 && minutes <= 60)) throw new Error(`--minutes must be a number over 0 and at most 60, not ${values.minutes}`);
const repeats = Number(values.repeats);
if (!(Number.isInteger(repeats) && repeats > 0))
  throw new Error(`--repeats must be a whole number over 0, not ${values.repeats}`);

const given = values.url ?? process.env.DATABASE_URL;
await (given ? bench(given) : withPostgres('reports', ({ url }) => bench(url)));

interface Asked {
  name: string;
  rows: number;
  timesMs: number[];
  plainMs: number;
}

async function bench(database: string): Promise<void> {
  const load = loadavg()
    .map((each) => each.toFixed(1))
    .join(', ');
  const conditions = await readConditions(database, { rounds: repeats, seconds: 0 });
  const store = await openStore({ url: database });
  const to = dayOf(Date.now() as Instant);
  const from = dayOf((startOfDay(to) - 364 * DAY_MS) as Instant);
  const { tenant, key } = await createTenant(store);
  const filled = await timed(() => fillUsage(database, tenant, { seed: SEED, from, to, log: console.error }));
  console.error(
    `${filled.result.actions} actions in ${filled.result.rows} rows of daily usage, written in ${seconds(filled.ms)}`,
  );
  const rolled = await timed(() => new UsageRollups(store.database, store.cells).refresh(tenant));
  console.error(`the year was added up in ${seconds(rolled.ms)}`);
  const server = await startBursarServer({ url: database, tenant });
  const plain = new pg.Client({ connectionString: database, options: '-c timezone=UTC -c jit=off' });
  await plain.connect();
  await plain.query('vacuum analyze usage_rollup, usage_rolled, usage_day');
  const ask = asker(server.origin, key);
  const questions = shuffled(questionsUntil(to));
  const until = performance.now() + minutes * 60_000;
  const asked: Asked[] = [];
  for (const question of questions) {
    if (performance.now() > until) break;
    asked.push(await measure(question, { ask, plain, tenant }));
  }
  // The worst moment: a late action has just changed a day and a month that were added up.
  await recordLate(store, tenant, to);
  const afterLate: Asked[] = [];
  for (const question of questions.slice(0, LATE_QUESTIONS)) afterLate.push(await measure(question, { ask, plain, tenant }));
  await plain.end();
  await server.close();
  await store.close();
  await report(asked, afterLate, {
    ...conditions,
    'load of the machine before it began (1, 5, 15 minutes)': load,
    data: `${filled.result.actions.toLocaleString('en-US')} actions in ${filled.result.rows.toLocaleString('en-US')} rows of daily usage; ${SIZE.environments} environments, ${SIZE.users} users, ${SIZE.resources} resources; seed ${SEED}`,
    'adding the year up took': seconds(rolled.ms),
    asked: `${asked.length} of ${questions.length} queries, ${repeats} times each`,
  });
}

function shuffled<T>(all: readonly T[]): T[] {
  const random = randomOf(SEED);
  return all
    .map((each) => ({ each, at: random.next() }))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each);
}

async function createTenant(store: OpenStore): Promise<{ tenant: TenantAddress; key: string }> {
  const id = `reports-${randomUUID()}`;
  const tenant = { cell: store.cellOf(id), tenantId: id };
  const key = newKey(tenant.cell);
  await store.createTenant({ id, name: 'Reports', sandboxNow: null, adminKeyId: store.newId(), adminKeyHash: hashKey(key) });
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'packs', product: 'copilot-credit-pack', quantity: 1_000 } });
  await Promise.all(
    Array.from({ length: SIZE.environments }, (_, index) => `environment-${index}`).map((each) =>
      store.submit(tenant, { do: 'create-environment', environment: { id: each, name: each, type: 'production', region: null } }),
    ),
  );
  return { tenant, key };
}

async function recordLate(store: OpenStore, tenant: TenantAddress, to: Day): Promise<void> {
  // Last month where it is still open, else the first of this one.
  const inLastMonth = Number(to.slice(8)) <= 7;
  const month = addMonths(monthOfDay(to), inLastMonth ? -1 : 0);
  const action = {
    environmentId: 'environment-1',
    userId: 'user-1@contoso.com',
    caller: 'agent' as const,
    capability: 'classic-answer',
    model: null,
    usage: { responses: 1 },
    resource: null,
    mode: 'run' as const,
    occurredAt: startOfDay(firstDayOf(month)),
    m365Copilot: false,
    channel: null,
    startedByAgent: false,
    preview: false,
    recordOnly: true,
  };
  const { outcome } = await store.submit(tenant, { do: 'consume', id: store.newId(), action });
  if ('refused' in outcome) throw new Error(`the late action was refused: ${outcome.detail}`);
}

interface Answer {
  value: Record<string, unknown>[];
  nextCursor?: string;
}

/** GETs over one kept connection; the time is until the last byte, before the JSON is read. */
function asker(origin: string, key: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (path: string): Promise<{ ms: number; answer: Answer }> =>
    new Promise((resolve, reject) => {
      const begun = performance.now();
      get(`${origin}${path}`, { agent, headers: { authorization: `Bearer ${key}` } }, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece: Buffer) => pieces.push(piece));
        response.on('end', () => {
          const ms = performance.now() - begun;
          const body = Buffer.concat(pieces).toString();
          if (response.statusCode !== 200)
            reject(new Error(`GET ${path} answered ${response.statusCode}: ${body.slice(0, 500)}`));
          else resolve({ ms, answer: JSON.parse(body) });
        });
        response.on('error', reject);
      }).on('error', reject);
    });
}

async function measure(
  question: Question,
  { ask, plain, tenant }: { ask: ReturnType<typeof asker>; plain: pg.Client; tenant: TenantAddress },
): Promise<Asked> {
  let path = pathOf(question);
  for (let page = 1; page < question.page; page += 1) {
    const { answer } = await ask(path);
    if (answer.nextCursor === undefined) throw new Error(`${nameOf(question)}: there is no page ${question.page}`);
    path = pathOf(question, answer.nextCursor);
  }
  const timesMs: number[] = [];
  let last: Answer = { value: [] };
  for (let repeat = 0; repeat < repeats; repeat += 1) {
    const { ms, answer } = await ask(path);
    timesMs.push(ms);
    last = answer;
  }
  const query = plainQuery(tenant, question, { limit: ROWS_OF_A_PAGE, offset: (question.page - 1) * ROWS_OF_A_PAGE });
  const { result, ms: plainMs } = await timed(() => plain.query(query));
  mustBeSame(question, last.value, result.rows);
  const row = { name: nameOf(question), rows: last.value.length, timesMs, plainMs };
  console.error(`${row.name}: ${row.rows} rows, ${quantile(timesMs, 0.5).toFixed(1)} ms, plain ${plainMs.toFixed(0)} ms`);
  return row;
}

function mustBeSame(
  question: Question,
  answered: readonly Record<string, unknown>[],
  wanted: readonly Record<string, unknown>[],
): void {
  const told = (row: Record<string, unknown>) =>
    Object.entries(row)
      .map(([name, value]) => `${name}=${name === 'credits' ? creditsAsWritten(String(value)) : value}`)
      .sort()
      .join(' ');
  const plain = wanted.map((row) => told({ ...row, credits: micro(String(row.credits)) }));
  const ours = answered.map(told);
  const at = ours.findIndex((row, index) => row !== plain[index]);
  if (at !== -1 || ours.length !== plain.length)
    throw new Error(
      `${nameOf(question)}: row ${at} of ${ours.length} is\n  ${ours[at]}\nand plainly (${plain.length})\n  ${plain[at]}`,
    );
}

/** Micro-credits as a decimal of credits. */
function micro(amount: string): string {
  const digits = amount.padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`;
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; ms: number }> {
  const begun = performance.now();
  const result = await work();
  return { result, ms: performance.now() - begun };
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)]!;
}

async function report(
  asked: readonly Asked[],
  afterLate: readonly Asked[],
  conditions: Record<string, string | number>,
): Promise<void> {
  const summary = (name: string, rows: readonly Asked[]) => {
    const all = rows.flatMap((row) => row.timesMs);
    const plain = rows.map((row) => row.plainMs);
    return {
      name,
      queries: rows.length,
      medianMs: quantile(all, 0.5),
      p95Ms: quantile(all, 0.95),
      worstMedianMs: Math.max(...rows.map((row) => quantile(row.timesMs, 0.5))),
      plainMedianMs: quantile(plain, 0.5),
      plainP95Ms: quantile(plain, 0.95),
    };
  };
  const summaries = [summary('all queries', asked), summary('right after late usage', afterLate)];
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const ms = (value: number) => value.toFixed(1);
  const table = [
    line(['', 'queries', 'median ms', 'p95 ms', 'slowest query (its median) ms', 'plain median ms', 'plain p95 ms']),
    line(['---', '---:', '---:', '---:', '---:', '---:', '---:']),
    ...summaries.map((each) =>
      line([
        each.name,
        each.queries,
        ms(each.medianMs),
        ms(each.p95Ms),
        ms(each.worstMedianMs),
        ms(each.plainMedianMs),
        ms(each.plainP95Ms),
      ]),
    ),
    '',
    line(['query', 'rows', 'median ms', 'slowest ms', 'plain ms', '× faster']),
    line(['---', '---:', '---:', '---:', '---:', '---:']),
    ...asked.map((row) => {
      const median = quantile(row.timesMs, 0.5);
      return line([
        row.name,
        row.rows,
        ms(median),
        ms(Math.max(...row.timesMs)),
        ms(row.plainMs),
        (row.plainMs / median).toFixed(1),
      ]);
    }),
  ].join('\n');
  const results = new URL('results/', import.meta.url);
  await mkdir(results, { recursive: true });
  const settings = Object.entries(conditions)
    .filter(([name]) => name !== 'rounds' && name !== 'secondsOfOneRound')
    .map(([name, value]) => `- ${name}: ${value}`);
  await writeFile(new URL('reports.md', results), `# Usage queries\n\n${settings.join('\n')}\n\n${table}\n`);
  await writeFile(new URL('reports.json', results), `${JSON.stringify({ conditions, summaries, asked, afterLate }, null, 2)}\n`);
  console.log(table);
}
