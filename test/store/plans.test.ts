// What the decision path costs must not grow with history: its statements are taken from the wire, and their generic plans read.

import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Command } from '../../src/core/command.ts';
import { credits } from '../../src/core/credits.ts';
import type { LimitScope } from '../../src/core/limit.ts';
import type { Day } from '../../src/core/month.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { anAction } from '../core/a-ledger.ts';
import { type ADatabase, aDatabase, runtimeRoleOf, withClient } from '../support/a-database.ts';
import { aTenant, consume } from '../support/a-tenant.ts';

// Limits and trials are not: a tenant has a thousand at most, and all of them are loaded.
const HISTORY = [
  'activity',
  'idempotency_key',
  'daily_usage',
  'usage_day',
  'environment_month',
  'environment',
  'allocation',
  'hold',
  'limit_month',
  'notice',
  'computation',
  'extension',
  'resource',
];
const ENVIRONMENTS = 1_000;
const LIMITS = 990;
const DAYS = 1_000;
const ACTIONS = 10_000;
const HOLDS = 2_000;

let database: ADatabase;
let store: OpenStore;
let tenant: TenantAddress;
const sent = new Map<string, unknown[]>();

beforeAll(async () => {
  database = await aDatabase();
  store = await openStore({ url: database.url });
  tenant = await aTenant(store);
  const ids = Array.from({ length: ENVIRONMENTS }, (_, index) => `environment-${index}`);
  await Promise.all(
    ids.map((id) =>
      store.submit(tenant, { do: 'create-environment', environment: { id, name: id, type: 'production', region: null } }),
    ),
  );
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'packs', product: 'copilot-credit-pack', quantity: 100_000 } });
  const changes = ids.map((environmentId) => ({ environmentId, currency: 'copilot-credits' as const, credits: credits('1000') }));
  await store.submit(tenant, { do: 'allocate', changes });
  const fill = Array.from({ length: ACTIONS }, (_, index) =>
    consume(
      store,
      tenant,
      anAction({ environmentId: ids[index % ENVIRONMENTS]!, userId: `user-${index % 500}`, caller: 'agent' }),
      `fill-${index}`,
    ),
  );
  await Promise.all(fill);
  const holds = Array.from({ length: HOLDS }, async (_, index) => {
    const holdId = store.newId();
    const action = anAction({ environmentId: ids[index % ENVIRONMENTS]!, caller: 'agent' });
    await store.submit(tenant, { do: 'hold', id: holdId, action, expiresInSeconds: 60 });
    await store.submit(tenant, { do: 'release', holdId });
  });
  await Promise.all(holds);
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  // Years of months, days and crossings, as they would have come about one by one.
  const limits = Array.from({ length: LIMITS }, (_, index) => ({ id: `limit-${index}`, scope: { userId: `user-${index}` } }));
  await Promise.all(limits.map((limit) => store.submit(tenant, setLimit(limit))));
  const history = [
    `insert into limit_month
     select cell, tenant_id, limit_id, month, 1, 0, 0
     from monthly_limit, generate_series('2022-01-01'::date, '2026-02-01', '1 month') as month
     order by month`,
    `insert into computation
     select cell, tenant_id, sandbox_now - day * interval '1 day', false
     from tenant, generate_series(1, ${DAYS}) as day`,
    `insert into usage_day
     select cell, tenant_id, '2026-03-01'::date - day, 1
     from tenant, generate_series(1, ${DAYS}) as day`,
    `insert into notice (cell, tenant_id, number, at, kind, month, currency, available, consumed)
     select cell, tenant_id, number, sandbox_now, 'near-capacity', '2026-01-01', 'copilot-credits', 1, 1
     from tenant, generate_series(notices + 1, notices + ${DAYS}) as number`,
    `update tenant set notices = notices + ${DAYS}, version = version + 1`,
    `insert into trial
     select cell, tenant_id, 'user-' || number, sandbox_now, sandbox_now, sandbox_now, true, 0, 0, 0
     from tenant, generate_series(1, 1000) as number`,
  ];
  for (const text of history) await client.query(text);
  await client.query('analyze');
  await client.end();
  // From here on, what goes over the wire is noted, connection by connection. Nothing is replaced.
  const noted = new Map<pg.Client, Map<string, unknown[]>>();
  const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
  pg.Client.prototype.query = function note(this: pg.Client, ...given: unknown[]) {
    const [config] = given as [{ text?: string; values?: unknown[] } | string];
    if (typeof config === 'object' && config.text && config.values) {
      const ofConnection = noted.get(this) ?? new Map<string, unknown[]>();
      noted.set(this, ofConnection.set(config.text, config.values));
    }
    return query.apply(this, given);
  } as typeof pg.Client.prototype.query;
  await consume(
    store,
    tenant,
    anAction({ environmentId: 'environment-7', caller: 'agent', resource: { type: 'agent', id: 'bot' } }),
    'one',
  );
  await consume(
    store,
    tenant,
    anAction({ environmentId: 'environment-7', caller: 'agent', resource: { type: 'agent', id: 'bot' } }),
    'one',
  );
  const { outcome } = await store.submit(tenant, {
    do: 'hold',
    id: store.newId(),
    action: anAction({ caller: 'agent' }),
    expiresInSeconds: 60,
  });
  await store.submit(tenant, {
    do: 'capture',
    id: store.newId(),
    holdId: (outcome as { hold: { id: string } }).hold.id,
    usage: { pages: 2 },
  });
  await store.submit(tenant, setLimit({ id: 'bot', scope: { resourceId: 'bot', environmentId: 'environment-7' } }));
  await consume(
    store,
    tenant,
    anAction({ environmentId: 'environment-7', caller: 'agent', resource: { type: 'agent', id: 'bot' } }),
  );
  await store.submit(tenant, { do: 'delete-limit', limitId: 'bot' });
  await store.submit(tenant, {
    do: 'record-history',
    id: store.newId(),
    entry: {
      ...anAction({ environmentId: 'environment-8' }),
      day: '2024-05-05' as Day,
      feature: null,
      currency: 'copilot-credits',
      credits: credits('900'),
      kind: 'prepaid',
      labels: { 'Agent type': 'custom' },
    },
  });
  // What is crossed is told.
  await consume(
    store,
    tenant,
    anAction({ environmentId: 'environment-9', caller: 'agent', capability: 'classic-answer', usage: { responses: 900 } }),
  );
  pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
  // The lanes' connections, which lock tenants; background work has others.
  for (const texts of noted.values()) {
    if ([...texts.keys()].some((text) => text.includes('for no key update'))) for (const each of texts) sent.set(...each);
  }
});

function setLimit({ id, scope }: { id: string; scope: LimitScope }): Extract<Command, { do: 'set-limit' }> {
  const limit = { id, scope, currency: 'copilot-credits' as const, monthly: credits('1000'), notifyAtPercent: 80, stop: true };
  return { do: 'set-limit', limit };
}

afterAll(async () => {
  await store.close();
  await database.drop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  Plans?: Plan[];
}

/** Tables that grow and are read from end to end; `empty` are partitions of months to come. */
function scans(plan: Plan, empty: ReadonlySet<string>): string[] {
  const table = plan['Relation Name'] ?? '';
  const grows = HISTORY.includes(table.replace(/_\d{4}_\d\d$/, '')) && !empty.has(table);
  const own = plan['Node Type'] === 'Seq Scan' && grows ? [table] : [];
  return [...own, ...(plan.Plans ?? []).flatMap((each) => scans(each, empty))];
}

/** The generic plan of every statement that was sent, as PostgreSQL makes it for who serves tenants, or for the owner. */
async function plansOf(who: 'runtime role' | 'owner'): Promise<Map<string, Plan>> {
  const role = who === 'owner' ? '' : `-c role=${await runtimeRoleOf(database.url)} -c bursar.tenants={"${tenant.tenantId}":0}`;
  const client = new pg.Client({ connectionString: database.url, options: `-c plan_cache_mode=force_generic_plan ${role}` });
  await client.connect();
  const plans = new Map<string, Plan>();
  for (const [text, values] of sent) {
    if (!/\b(from|insert|update|delete)\b/.test(text)) continue;
    const name = `statement_${plans.size}`;
    await client.query(`prepare ${name} as ${text}`);
    const literals = values.map((value) =>
      value === null ? 'null' : Buffer.isBuffer(value) ? `'\\x${value.toString('hex')}'` : pg.escapeLiteral(String(value)),
    );
    const { rows } = await client.query(`explain (format json) execute ${name}(${literals.join(', ')})`);
    plans.set(text, rows[0]['QUERY PLAN'][0].Plan);
  }
  await client.end();
  return plans;
}

/** What is asked of the indexes of what grows, column by column. */
function askedOf(plan: Plan): string[] {
  const table = HISTORY.find((each) => new RegExp(`^${each}(_\\d{4}_\\d\\d)?(_|$)`).test(plan['Index Name'] ?? ''));
  const columns = plan['Index Cond']?.match(/(?<=\()\(?\w+(?= (=|<|>|<=|>=) )/g) ?? [];
  const own = table ? columns.map((column) => `${table}.${column.replace('(', '')}`) : [];
  return [...own, ...(plan.Plans ?? []).flatMap(askedOf)].sort();
}

it('every statement of the decision path is of one cell', () => {
  expect(sent.size).toBeGreaterThan(15);
  for (const text of sent.keys())
    if (/\b(from|into|update)\b/.test(text)) expect(text, text).toMatch(/cell = \$\d|select \$1,\s/);
});

it.each(['runtime role', 'owner'] as const)('no statement of the decision path scans what grows, as the %s', async (who) => {
  const { rows: partitions } = await withClient(database.url, (client) =>
    client.query(`select relname from pg_class where relispartition and relpages = 0`),
  );
  const empty = new Set<string>(partitions.map((row) => row.relname));
  const plans = await plansOf(who);
  expect(plans.size).toBeGreaterThan(15);
  for (const [text, plan] of plans) expect(scans(plan, empty), text).toEqual([]);
});

it('under the wall indexes are asked for the same, but for enumerations', async () => {
  const [held, free] = [await plansOf('runtime role'), await plansOf('owner')];
  for (const [text, plan] of free) {
    const wanted = askedOf(plan).filter((column) => !/\.(currency|status|source)$/.test(column));
    expect(askedOf(held.get(text)!), text).toEqual(expect.arrayContaining(wanted));
  }
  const asked = [...held.values()].flatMap(askedOf);
  for (const column of ['hold.expires_at', 'environment_month.month', 'daily_usage.day']) expect(asked).toContain(column);
});

it('what is saved and loaded of limits, notices and history was on the wire', () => {
  const texts = [...sent.keys()].join('\n');
  for (const table of ['monthly_limit', 'limit_month', 'notice']) expect(texts).toMatch(new RegExp(`insert into ${table} `));
  expect(texts).toMatch(/delete from monthly_limit/);
  expect(texts).toMatch(/from trial/);
  expect(texts).toMatch(/join daily_usage/);
});
