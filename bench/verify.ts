// How long `bursar verify` takes: `node bench/verify.ts [--entries 1000000]`. The book is made by the product: a first part through the
// engine (consumption of 200 environments over two months of a sandbox, with keys), which is then copied tenant by tenant with SQL, every
// table of it, until there are so many entries. So every figure is consistent, and the tables are as large and as shaped as the product
// leaves them. Prints a line per size, with the memory of the process at its highest.

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { parseArgs, promisify } from 'node:util';
import pg from 'pg';
import type { Action } from '../src/core/action.ts';
import { credits } from '../src/core/credits.ts';
import { DAY_MS, type Instant, parseInstant } from '../src/core/month.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import { inWords } from '../src/verify/verdict.ts';
import type { Verdict } from '../src/verify/verify.ts';
import { withPostgres } from './private-postgres.ts';

const { values } = parseArgs({ options: { entries: { type: 'string', default: '1000000' } } });
const wanted = Number(values.entries);
if (!(Number.isInteger(wanted) && wanted >= 100_000))
  throw new Error(`--entries must be a whole number of at least 100000, not ${values.entries}`);

/** What the product records itself, of one tenant. */
const FIRST = 100_000;
const DAYS = 40;
const ENVIRONMENTS = 200;
const BEGAN = parseInstant('2026-02-10T08:00:00Z') as Instant;

/** Tables that belong to no tenant, and what a copy needs not. */
const NOT_COPIED = ['api_key', 'installation', 'migration', 'session', 'usage_rolled', 'usage_rollup'];

await withPostgres('verify', ({ url }) => bench(url));

async function bench(url: string): Promise<void> {
  const store = await openStore({ url });
  const began = performance.now();
  await recordFirst(store);
  console.error(`${FIRST} entries recorded by the product in ${((performance.now() - began) / 1000).toFixed(1)} s`);
  const client = new pg.Client({ connectionString: url });
  // Where the benchmark ends early, the server goes before it.
  client.on('error', () => {});
  await client.connect();
  let copies = 1;
  for (const size of [FIRST, wanted / 2, wanted].filter((each, index, all) => all.indexOf(each) === index && each >= FIRST)) {
    for (; copies * FIRST < size; copies += 1) await copyFirst(client, copies, store.cellOf(`copy-${copies}`));
    await client.query('vacuum analyze');
    const verdict = await measured(url);
    const { seconds, violations, entries, megabytes } = verdict;
    if (violations.length > 0) console.error(inWords(verdict));
    console.log(
      `${entries} entries: ${seconds.toFixed(1)} s, ${Math.round(entries / seconds)} entries/s, ${violations.length} violations, at most ${megabytes} MB`,
    );
  }
  await client.end();
  await store.close();
}

/** In a process of its own, whose memory is nothing but this. */
async function measured(url: string): Promise<Verdict & { megabytes: number }> {
  const program = `import { verify } from ${JSON.stringify(new URL('../src/verify/verify.ts', import.meta.url).href)};
    const verdict = await verify({ url: ${JSON.stringify(url)} });
    console.log(JSON.stringify({ ...verdict, megabytes: Math.round(process.resourceUsage().maxRSS / 1024) }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    maxBuffer: 64 << 20,
  });
  return JSON.parse(stdout);
}

/** Through the engine, a day at a time, as many callers at once as fill its batches. */
async function recordFirst(store: OpenStore): Promise<void> {
  const tenantId = 'first';
  const tenant = { cell: store.cellOf(tenantId), tenantId };
  await store.createTenant({
    id: tenantId,
    name: tenantId,
    sandboxNow: BEGAN,
    adminKeyId: 'first',
    adminKeyHash: Buffer.from('first'),
  });
  const environments = Array.from({ length: ENVIRONMENTS }, (_, index) => `environment-${index}`);
  for (const id of environments)
    await store.submit(tenant, { do: 'create-environment', environment: { id, name: id, type: 'production', region: null } });
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'pack', product: 'copilot-credit-pack', quantity: 100 } });
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'seats', product: 'power-automate-premium', quantity: 200 } });
  const changes = environments
    .filter((_, index) => index % 3 === 0)
    .map((environmentId) => ({ environmentId, currency: 'copilot-credits' as const, credits: credits('5000') }));
  await store.submit(tenant, { do: 'allocate', changes });
  const ofADay = FIRST / DAYS;
  for (let day = 0; day < DAYS; day += 1) {
    await store.submit(tenant, { do: 'move-clock', now: (BEGAN + day * DAY_MS) as Instant });
    let next = 0;
    const caller = async () => {
      while (next < ofADay) {
        const number = day * ofADay + next;
        next += 1;
        const fingerprint = createHash('sha256').update(String(number)).digest('hex');
        await store.submit(
          tenant,
          { do: 'consume', id: store.newId(), action: actionOf(number) },
          { key: `key-${number}`, fingerprint },
        );
      }
    };
    await Promise.all(Array.from({ length: 500 }, caller));
  }
}

/** Agents and flows, prompts and answers, of 300 users. */
function actionOf(number: number): Action {
  const spread = (number * 7919) % 104_729;
  const isFlow = spread % 4 === 0;
  const isPrompt = spread % 3 === 0;
  return {
    environmentId: `environment-${spread % ENVIRONMENTS}`,
    userId: `user-${spread % 300}`,
    caller: isFlow ? 'cloud-flow' : 'agent',
    resource: { type: isFlow ? 'flow' : 'agent', id: `resource-${spread % 500}` },
    capability: isPrompt ? 'prompt' : isFlow ? 'custom-document-processing' : 'classic-answer',
    model: isPrompt ? 'gpt-4.1-mini' : null,
    usage: isPrompt
      ? { inputTokens: 500 + (spread % 3000), outputTokens: spread % 900 }
      : isFlow
        ? { pages: 1 }
        : { responses: 1 },
    mode: 'run',
    occurredAt: null,
    m365Copilot: false,
    channel: null,
    startedByAgent: false,
    preview: false,
    recordOnly: false,
  };
}

/** The tenant `first` again under another id, with ids of their own for its entries. */
async function copyFirst(client: pg.Client, number: number, cell: number): Promise<void> {
  const { rows } = await client.query(
    `select c.relname as table, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c
     join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all($1)
     group by c.relname
     having bool_or(a.attname = 'tenant_id')`,
    [NOT_COPIED],
  );
  await client.query('begin; set local session_replication_role = replica');
  for (const { table, columns } of rows as { table: string; columns: string[] }[]) {
    const values = columns.map((column) => {
      if (column === 'cell') return String(cell);
      if (column === 'tenant_id') return `'copy-${number}'`;
      return table === 'activity' && column === 'id'
        ? `(left(id::text, 24) || right(md5(id::text || '${number}'), 12))::uuid`
        : column;
    });
    await client.query(
      `insert into ${table} (${columns.join(', ')}) select ${values.join(', ')} from ${table} where tenant_id = 'first'`,
    );
  }
  await client.query('commit');
}
