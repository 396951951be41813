// C4, M7: usage by any dimensions is what the records add up to, at every moment: before anything is added up in advance, after, while it
// is being done, and after late usage has changed a day that was.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Action, CALLERS, productOf } from '../../src/core/action.ts';
import type { ActivityRecord } from '../../src/core/activity.ts';
import { credits } from '../../src/core/credits.ts';
import { DAY_MS, type Day, dayOf, type Instant, monthOf, parseInstant } from '../../src/core/month.ts';
import { SEES_ALL } from '../../src/core/sight.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import {
  type TenantAddress,
  USAGE_DIMENSIONS,
  type UsageDimension,
  type UsageFilter,
  type UsageQuery,
  type UsageRow,
} from '../../src/store/store.ts';
import { UsageRollups } from '../../src/store/usage-rollup.ts';
import { type Random, randomOf } from '../../src/traffic/random.ts';
import { anAction } from '../core/a-ledger.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { type AServer, startServer } from '../support/a-server.ts';
import { aTenant, consume } from '../support/a-tenant.ts';
import { ACTION, call } from '../support/call.ts';

const SEED = process.env.SEED ?? '2026-11-21';
const QUERIES = 60;

let database: ADatabase;
let store: OpenStore;
let client: pg.Client;

beforeAll(async () => {
  database = await aDatabase();
  store = await openStore({ url: database.url });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

/** A sandbox whose actions differ in every dimension; `act` consumes some at its present moment, or on a day of the past. */
async function aBusyTenant(now: string): Promise<{
  tenant: TenantAddress;
  moveTo(now: Instant): Promise<void>;
  act(random: Random, count: number, on?: Instant): Promise<ActivityRecord[]>;
}> {
  const tenant = await aTenant(store, { now, allocated: '300' });
  for (const id of ['lab', 'plant'])
    await store.submit(tenant, { do: 'create-environment', environment: { id, name: id, type: 'production', region: null } });
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'packs', product: 'copilot-credit-pack', quantity: 3 } });
  await store.submit(tenant, {
    do: 'allocate',
    changes: [{ environmentId: 'lab', currency: 'copilot-credits', credits: credits('40') }],
  });
  return {
    tenant,
    async moveTo(moment) {
      const { outcome } = await store.submit(tenant, { do: 'move-clock', now: moment });
      expect(outcome).not.toHaveProperty('refused');
    },
    async act(random, count, on) {
      const records = await Promise.all(
        Array.from({ length: count }, () => consume(store, tenant, anyAction(random, on ?? null))),
      );
      for (const record of records) expect(record).toBeTypeOf('object');
      return records as ActivityRecord[];
    },
  };
}

function oneOf<T>(random: Random, values: readonly T[]): T {
  return values[Math.floor(random.next() * values.length)]!;
}

function anyAction(random: Random, occurredAt: Instant | null): Action {
  const caller = oneOf(random, CALLERS);
  const of: Partial<Action> = oneOf<Partial<Action>>(random, [
    { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 900, outputTokens: 100 } },
    { capability: 'prompt', model: 'gpt-4.1-mini', usage: { inputTokens: 900, outputTokens: 1_900 } },
    { capability: 'receipt-processing', usage: { pages: 2 } },
    { capability: 'classic-answer', usage: { responses: 3 } },
  ]);
  return anAction({
    environmentId: oneOf(random, ['sales', 'lab', 'plant']),
    userId: oneOf(random, ['ada', 'bob', 'Čapek', 'eve "e" \\ {x},y']),
    caller,
    resource: random.next() < 0.3 ? null : { type: 'flow', id: oneOf(random, ['flow-1', 'flow-2', 'flow-3']) },
    mode: random.next() < 0.1 ? 'test' : 'run',
    channel: caller === 'agent' ? oneOf(random, ['teams', 'web', null]) : null,
    m365Copilot: random.next() < 0.3,
    recordOnly: true,
    occurredAt,
    ...of,
  });
}

/** What the records say by themselves. */
function dimensionsOf(record: ActivityRecord): Record<UsageDimension | 'channel', string | boolean | null> {
  const { action, price, currency, source, status } = record;
  return {
    environment: action.environmentId,
    user: action.userId,
    caller: action.caller,
    resource: action.resource?.id ?? null,
    product: productOf(action.caller),
    feature: price.feature,
    capability: action.capability,
    model: price.model,
    currency,
    source,
    billable: status !== 'free',
    channel: action.channel,
  };
}

function addedUp(
  records: readonly ActivityRecord[],
  { from, to, granularity, groupBy, filter = {}, sight: { environmentIds, userId } }: UsageQuery,
): UsageRow[] {
  const rows = new Map<string, UsageRow & { key: (string | boolean | null)[] }>();
  for (const record of records) {
    const day = dayOf(record.occurredAt);
    const all = dimensionsOf(record);
    if (record.status === 'refused' || day < from || day > to) continue;
    if (environmentIds && !environmentIds.includes(all.environment as string)) continue;
    if (userId !== null && all.user !== userId) continue;
    if (Object.entries(filter).some(([name, value]) => all[name as UsageDimension] !== value)) continue;
    const period = granularity === 'month' ? monthOf(record.occurredAt) : day;
    const names = [...new Set<UsageDimension>([...groupBy, 'currency'])];
    const key = [period, ...names.map((name) => all[name])];
    const row = rows.get(JSON.stringify(key)) ?? {
      key,
      period,
      dimensions: Object.fromEntries(names.map((name) => [name, all[name]])),
      credits: 0n as UsageRow['credits'],
      units: 0,
      actions: 0,
    };
    row.credits = (row.credits + record.credits) as UsageRow['credits'];
    row.units += (record.price.prices.find((each) => each.currency === record.currency) ?? record.price.prices[0])?.units ?? 0;
    row.actions += 1;
    rows.set(JSON.stringify(key), row);
  }
  return [...rows.values()].sort((a, b) => inOrder(a.key, b.key)).map(({ key: _, ...row }) => row);
}

/** By period, then by each dimension, as bytes; nothing behind everything. */
function inOrder(a: readonly (string | boolean | null)[], b: readonly (string | boolean | null)[]): number {
  const index = a.findIndex((value, at) => value !== b[at]);
  const [left, right] = [a[index] ?? null, b[index] ?? null];
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
  return Buffer.compare(Buffer.from(String(left)), Buffer.from(String(right)));
}

async function wholeAnswer(tenant: TenantAddress, query: UsageQuery, limit: number): Promise<UsageRow[]> {
  const rows: UsageRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.usage(tenant, query, { limit, cursor });
    expect(page.value.length).toBeLessThanOrEqual(limit);
    rows.push(...page.value);
    cursor = page.nextCursor;
    if (cursor !== undefined) expect(page.value).toHaveLength(limit);
  } while (cursor !== undefined);
  return rows;
}

function anyQuery(random: Random, records: readonly ActivityRecord[], first: Instant, days: number): UsageQuery {
  const begin = Math.floor(random.next() * days);
  const end = begin + Math.floor(random.next() * (days - begin));
  const day = (index: number) => dayOf((first + index * DAY_MS) as Instant);
  const startsAMonth = random.next() < 0.5;
  const like = dimensionsOf(oneOf(random, records));
  const names = [...USAGE_DIMENSIONS, 'channel'] as const;
  const filter = Object.fromEntries(
    names.filter((name) => like[name] !== null && random.next() < 0.08).map((name) => [name, like[name]]),
  );
  return {
    from: startsAMonth ? (`${day(begin).slice(0, 7)}-01` as Day) : day(begin),
    to: day(end),
    granularity: random.next() < 0.6 ? 'month' : 'day',
    groupBy: USAGE_DIMENSIONS.filter(() => random.next() < 0.25).sort(() => random.next() - 0.5),
    filter: filter as UsageFilter,
    sight: {
      environmentIds: random.next() < 0.2 ? records.slice(0, 2).map(({ action }) => action.environmentId) : null,
      userId: random.next() < 0.1 ? (like.user as string) : null,
    },
  };
}

describe('usage is what the records add up to', () => {
  it(`with and without sums that were made before, and in between (seed ${SEED})`, async () => {
    const random = randomOf(SEED);
    const first = parseInstant('2026-01-20T09:00:00Z')!;
    const { tenant, act, moveTo } = await aBusyTenant('2026-01-20T09:00:00Z');
    const rollups = new UsageRollups(store.database, store.cells);
    const records: ActivityRecord[] = [];
    const DAYS = 60;
    const compare = async (state: string) => {
      for (let asked = 0; asked < QUERIES; asked += 1) {
        const query = anyQuery(random, records, first, DAYS);
        const limit = random.next() < 0.5 ? 10_000 : 1 + Math.floor(random.next() * 40);
        expect(await wholeAnswer(tenant, query, limit), `${state}: ${JSON.stringify(query)}`).toEqual(addedUp(records, query));
      }
    };
    for (let day = 0; day < DAYS; day += 1) {
      await moveTo((first + day * DAY_MS) as Instant);
      // Some days nobody does anything.
      if (random.next() < 0.8) records.push(...(await act(random, 1 + Math.floor(random.next() * 14))));
      if (day === 35) {
        await compare('nothing is added up');
        expect(await rollups.refresh(tenant)).toBe(true);
        await compare('all but the last day is added up');
        // 1 March: late usage of February is taken.
      }
      if (day === 41) {
        records.push(...(await act(random, 12, parseInstant('2026-02-10T12:00:00Z')!)));
        await compare('days have changed since they were added up');
        expect(await rollups.refresh(tenant)).toBe(true);
        await compare('they are added up again');
      }
    }
    await compare('the last days are not added up');
    const stamped = await client.query('select count(*)::int as days from usage_rolled where tenant_id = $1 and not monthly', [
      tenant.tenantId,
    ]);
    expect(stamped.rows[0].days).toBeGreaterThan(20);
  });

  it('a sum is used while it is current, and never after', async () => {
    const { tenant, act, moveTo } = await aBusyTenant('2026-03-01T09:00:00Z');
    const random = randomOf(SEED);
    await act(random, 5);
    await moveTo(parseInstant('2026-03-02T09:00:00Z')!);
    await act(random, 5);
    await new UsageRollups(store.database, store.cells).refresh(tenant);
    // A mark that no record has made tells who answers.
    await client.query('update usage_rollup set actions = actions + 1000 where tenant_id = $1', [tenant.tenantId]);
    const ask = async (granularity: 'day' | 'month', groupBy: UsageDimension[]) => {
      const query = { from: '2026-03-01' as Day, to: '2026-03-01' as Day, granularity, groupBy, sight: SEES_ALL };
      const { value } = await store.usage(tenant, query, { limit: 10_000 });
      return value.reduce((sum, row) => sum + row.actions, 0);
    };
    for (const groupBy of [
      [],
      ['capability'],
      ['caller', 'model'],
      ['environment'],
      ['resource', 'source'],
    ] as UsageDimension[][]) {
      expect(await ask('day', groupBy), String(groupBy)).toBeGreaterThan(1000);
      expect(await ask('month', groupBy), String(groupBy)).toBeGreaterThan(1000);
    }
    await act(random, 1, parseInstant('2026-03-01T23:00:00Z')!);
    for (const groupBy of [[], ['capability'], ['caller', 'model'], ['environment'], ['user', 'source']] as UsageDimension[][]) {
      expect(await ask('day', groupBy)).toBe(6);
      expect(await ask('month', groupBy)).toBe(6);
    }
  });

  it('also while two processes add up and others consume', async () => {
    const random = randomOf(`${SEED} concurrent`);
    const { tenant, act, moveTo } = await aBusyTenant('2026-04-01T09:00:00Z');
    const others = await openStore({ url: database.url });
    const records: ActivityRecord[] = [];
    for (let day = 1; day <= 9; day += 1) {
      await moveTo(parseInstant(`2026-04-0${day}T09:00:00Z`)!);
      records.push(...(await act(random, 10)));
    }
    const query: UsageQuery = {
      sight: SEES_ALL,
      from: '2026-04-01' as Day,
      to: '2026-04-30' as Day,
      granularity: 'month',
      groupBy: ['user', 'capability'],
    };
    const total = (rows: readonly UsageRow[]) => rows.reduce((sum, row) => sum + row.actions, 0);
    let submitted = records.length;
    const addUp = [store, others].map(async ({ database: of, cells }) => {
      const rollups = new UsageRollups(of, cells);
      for (let round = 0; round < 12; round += 1) await rollups.refresh(tenant);
    });
    const write = async () => {
      for (let round = 0; round < 12; round += 1) {
        submitted += 5;
        records.push(...(await act(random, 5, parseInstant(`2026-04-0${1 + (round % 8)}T10:00:00Z`)!)));
      }
    };
    const read = async () => {
      for (let round = 0; round < 40; round += 1) {
        const before = records.length;
        const { value } = await (round % 2 ? store : others).usage(tenant, query, { limit: 10_000 });
        expect(total(value)).toBeGreaterThanOrEqual(before);
        expect(total(value)).toBeLessThanOrEqual(submitted);
      }
    };
    await Promise.all([...addUp, write(), read()]);
    const rollups = new UsageRollups(store.database, store.cells);
    expect(await rollups.refresh(tenant)).toBe(true);
    for (let asked = 0; asked < QUERIES; asked += 1) {
      const any = anyQuery(random, records, parseInstant('2026-04-01T00:00:00Z')!, 9);
      expect(await wholeAnswer(tenant, any, 10_000), JSON.stringify(any)).toEqual(addedUp(records, any));
    }
    await others.close();
  });

  it('and a sum that no bigint can hold is told from the days themselves', async () => {
    const { tenant, act, moveTo } = await aBusyTenant('2026-05-01T09:00:00Z');
    const random = randomOf(SEED);
    await act(random, 3);
    await moveTo(parseInstant('2026-05-02T09:00:00Z')!);
    await act(random, 1);
    const huge = 2n ** 63n;
    await client.query(`update daily_usage set credits = ${huge} where tenant_id = $1 and day = '2026-05-01'`, [tenant.tenantId]);
    const rollups = new UsageRollups(store.database, store.cells);
    expect(await rollups.refresh(tenant)).toBe(true);
    const { value } = await store.usage(
      tenant,
      {
        sight: SEES_ALL,
        from: '2026-05-01' as Day,
        to: '2026-05-01' as Day,
        granularity: 'month',
        groupBy: ['user', 'capability', 'caller', 'resource'],
      },
      { limit: 10 },
    );
    expect(value.reduce((sum, row) => sum + row.credits, 0n) % huge).toBe(0n);
    expect(value[0]!.credits).toBeGreaterThanOrEqual(huge);
  });
});

it('adds up in the background what is worth it, and goes on after late usage', { timeout: 90_000 }, async () => {
  const { tenant, act, moveTo } = await aBusyTenant('2026-06-01T09:00:00Z');
  await act(randomOf(SEED), 3);
  await client.query(
    `insert into daily_usage (cell, tenant_id, day, dimensions, environment_id, user_id, caller, capability, billable, credits, units, actions, non_billed)
     select cell, tenant_id, '2026-06-01', gen_random_uuid(), 'sales', 'user-' || user_number, 'api', 'prompt', false, 0, 1, 1, 0
     from tenant, generate_series(1, 20000) as user_number
     where tenant_id = $1`,
    [tenant.tenantId],
  );
  await moveTo(parseInstant('2026-06-02T09:00:00Z')!);
  await act(randomOf(SEED), 3);
  const rolled = async () => {
    const { rows } = await client.query(
      `select r.changes = d.changes as current
       from usage_day d
       left join usage_rolled r on r.cell = d.cell and r.tenant_id = d.tenant_id and r.period = d.day and not r.monthly
       where d.tenant_id = $1
       order by d.day`,
      [tenant.tenantId],
    );
    return rows.map((row) => row.current);
  };
  await vi.waitFor(async () => expect(await rolled()).toEqual([true, null]), 30_000);
  await act(randomOf(SEED), 1, parseInstant('2026-06-01T23:00:00Z')!);
  await vi.waitFor(async () => expect(await rolled()).toEqual([true, null]), 30_000);
});

describe('GET /v1/usage', () => {
  let server: AServer;
  let key: string;
  const ask = (path: string, by = key) => call(server.url, `GET /v1/usage${path}`, { key: by });

  beforeAll(async () => {
    server = await startServer();
    const tenant = await server.tenant('Contoso', '2026-03-10T08:00:00Z');
    key = tenant.key;
    const post = (path: string, body: object) => call(server.url, `POST ${path}`, { key, body });
    await post('/v1/environments', { id: 'sales', name: 'Sales' });
    await post('/v1/environments', { id: 'lab', name: 'Lab' });
    for (const [environmentId, userId] of [
      ['sales', 'ada'],
      ['sales', 'bob'],
      ['lab', 'ada'],
    ]) {
      const { status } = await post('/v1/consumptions', {
        ...ACTION,
        environmentId,
        userId,
        caller: 'agent',
        channel: 'teams',
        recordOnly: true,
      });
      expect(status).toBe(201);
    }
  });

  afterAll(() => server.stop());

  it('is filtered by any dimension and by the channel', async () => {
    const actions = async (path: string) => {
      const { status, body } = await ask(path);
      expect(status, path).toBe(200);
      return body.value.reduce((sum: number, row: { actions: number }) => sum + row.actions, 0);
    };
    expect(await actions('')).toBe(3);
    expect(await actions('?environment=sales')).toBe(2);
    expect(await actions('?environment=sales&user=ada')).toBe(1);
    expect(await actions('?product=copilot-studio&caller=agent&channel=teams&billable=true&currency=copilot-credits')).toBe(3);
    expect(await actions('?product=power-apps')).toBe(0);
    expect(await actions('?channel=web')).toBe(0);
    expect(await actions('?billable=false')).toBe(0);
  });

  it('comes in pages', async () => {
    const one = await ask('?groupBy=environment,user&limit=2');
    expect(one.body.value).toMatchObject([
      { environment: 'lab', user: 'ada' },
      { environment: 'sales', user: 'ada' },
    ]);
    const two = await ask(`?groupBy=environment,user&limit=2&cursor=${one.body.nextCursor}`);
    expect(two.body).toMatchObject({ value: [{ environment: 'sales', user: 'bob' }] });
    expect(two.body).not.toHaveProperty('nextCursor');
  });

  it('is of 12 months at most', async () => {
    expect((await ask('?from=2025-03-11&to=2026-03-10&granularity=month')).status).toBe(200);
    expect((await ask('?from=2024-02-29&to=2025-02-28')).status).toBe(200);
    const { status, body } = await ask('?from=2025-03-10&to=2026-03-10');
    expect(status).toBe(422);
    expect(body.errors).toEqual([
      { pointer: '/from', detail: 'at most 12 months at once: from 2025-03-10 to 2026-03-09; ask again for what follows' },
    ]);
  });

  it('refuses cursors of other queries, or of nobody', async () => {
    const { body } = await ask('?groupBy=environment&limit=1');
    const cursor = (place: unknown) => Buffer.from(JSON.stringify(place)).toString('base64url');
    expect((await ask(`?groupBy=environment&limit=1&cursor=${body.nextCursor}`)).status).toBe(200);
    const wrong = [
      `?groupBy=user&cursor=${body.nextCursor}`,
      `?groupBy=environment&granularity=month&cursor=${body.nextCursor}`,
      '?groupBy=environment&cursor=nonsense',
      `?groupBy=environment&cursor=${cursor(['day', 'environment,currency', '2026-02-30', 'lab', null])}`,
      `?groupBy=environment&cursor=${cursor(['day', 'environment,currency', '2026-03-10', 'a\0b', null])}`,
      `?groupBy=environment&cursor=${cursor(['day', 'environment,currency', '2026-03-10', 7, null])}`,
      `?groupBy=environment&cursor=${cursor(['day', 'environment,currency', '2026-03-10'])}`,
      `?groupBy=environment&cursor=${cursor({ day: 1 })}`,
    ];
    for (const path of wrong) {
      const refused = await ask(path);
      expect(refused.status, path).toBe(422);
      expect(refused.body.errors[0].pointer).toBe('/cursor');
    }
  });

  it('refuses what is no value of a dimension', async () => {
    for (const path of [
      'caller=nobody',
      'product=moon',
      'currency=euro',
      'source=none',
      'billable=maybe',
      'channel=post',
      'limit=0',
      'limit=10001',
      'colour=red',
    ]) {
      const { status, body } = await ask(`?${path}`);
      expect(status, path).toBe(422);
      expect(body.errors[0].pointer).toBe(`/${path.split('=')[0]}`);
    }
  });

  it('M6: shows a maker its own only', async () => {
    const { body } = await call(server.url, 'POST /v1/keys', { key, body: { role: 'maker', userId: 'bob' } });
    expect((await ask('?groupBy=user', body.key)).body.value).toMatchObject([{ user: 'bob', actions: 1 }]);
    expect((await ask('?user=ada', body.key)).status).toBe(403);
  });
});
