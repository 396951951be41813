// Retention: whole months of single actions are dropped; what they add up to stays, and whoever asks for one of them hears why it is gone.

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../src/core/activity.ts';
import { addMonths, dayOf, firstDayOf, type Instant, type Month, monthOf, startOfDay } from '../../src/core/month.ts';
import { SEES_ALL } from '../../src/core/sight.ts';
import { readServeSettings } from '../../src/server/serve-settings.ts';
import { tasksOf } from '../../src/server/tasks.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { inWords } from '../../src/verify/verdict.ts';
import { verify } from '../../src/verify/verify.ts';
import type { Check } from '../../src/verify/violation.ts';
import { anAction } from '../core/a-ledger.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { aTenant, consume } from '../support/a-tenant.ts';
import { verdictAfter } from '../verify/verdict-after.ts';

const THIS_MONTH = monthOf(Date.now() as Instant);
const monthsAgo = (months: number): Month => addMonths(THIS_MONTH, -months);
const NEVER = new AbortController().signal;

let database: ADatabase;
let store: OpenStore;
let client: pg.Client;
/** The server's clock. */
let now: Instant;

beforeAll(async () => {
  database = await aDatabase();
  store = await openStore({ url: database.url, clock: () => now });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await database.drop();
});

beforeEach(() => {
  now = Date.now() as Instant;
});

/** The middle of the month so many months ago. */
function at(months: number): void {
  now = (startOfDay(firstDayOf(monthsAgo(months))) + 14 * 86_400_000) as Instant;
}

const ANSWER = anAction({ caller: 'agent', capability: 'generative-answer', usage: { responses: 1 } });

/** A live tenant that began so many months ago, with 25,000 Copilot Credits a month. */
async function aLiveTenant(months: number): Promise<TenantAddress> {
  at(months);
  const id = store.newId();
  const tenant = { cell: store.cellOf(id), tenantId: id };
  await store.createTenant({
    id,
    name: id,
    sandboxNow: null,
    adminKeyId: store.newId(),
    adminKeyHash: Buffer.from(store.newId()),
  });
  const environment = { id: 'sales', name: 'Sales', type: 'production' as const, region: null };
  await store.submit(tenant, { do: 'create-environment', environment });
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'packs', product: 'copilot-credit-pack', quantity: 1 } });
  return tenant;
}

async function spend(tenant: TenantAddress, months: number, key?: string): Promise<ActivityRecord> {
  at(months);
  return (await consume(store, tenant, ANSWER, key)) as ActivityRecord;
}

async function dropMonths(keepMonths: number): Promise<Month[]> {
  now = Date.now() as Instant;
  return store.dropOldActivity(keepMonths, NEVER);
}

async function partitions(): Promise<string[]> {
  const { rows } = await client.query(`
    select relname as name from pg_class where relname ~ '^activity_\\d{4}_\\d{2}$' and relkind = 'r' order by 1`);
  return rows.map((row) => row.name);
}

const partitionOf = (month: Month) => `activity_${month.replace('-', '_')}`;
const listed = async (tenant: TenantAddress) =>
  (await store.listActivity(tenant, { sight: SEES_ALL }, { limit: 100 })).value.map((record) => record.sequence);

async function figures(tenant: TenantAddress) {
  const of = async (text: string) => (await client.query(text, [tenant.cell, tenant.tenantId])).rows;
  return {
    days: await of('select * from daily_usage where cell = $1 and tenant_id = $2 order by day, dimensions'),
    months: await of('select * from environment_month where cell = $1 and tenant_id = $2 order by month, currency'),
    sums: await of('select * from tenant_month where cell = $1 and tenant_id = $2 order by month, currency'),
  };
}

describe('the months before', () => {
  it('are dropped with their partitions, and every figure stays', async () => {
    const tenant = await aLiveTenant(6);
    for (const months of [6, 4, 3, 0]) await spend(tenant, months);
    const before = await figures(tenant);
    expect(await dropMonths(3)).toEqual(expect.arrayContaining([monthsAgo(6), monthsAgo(4)]));
    expect(await partitions()).toEqual(expect.not.arrayContaining([partitionOf(monthsAgo(6)), partitionOf(monthsAgo(4))]));
    expect(await partitions()).toEqual(expect.arrayContaining([partitionOf(monthsAgo(3)), partitionOf(THIS_MONTH)]));
    expect(await figures(tenant)).toEqual(before);
    expect(before.days).toHaveLength(4);
    expect(await listed(tenant)).toEqual([4, 3]);
    const { rows } = await client.query(
      'select stored_month::text, records, first_sequence, last_sequence from activity_dropped where tenant_id = $1 order by 1',
      [tenant.tenantId],
    );
    expect(rows).toEqual([
      { stored_month: firstDayOf(monthsAgo(6)), records: '1', first_sequence: '1', last_sequence: '1' },
      { stored_month: firstDayOf(monthsAgo(4)), records: '1', first_sequence: '2', last_sequence: '2' },
    ]);
  });

  it('go by the server, so that a sandbox that plays through a year loses nothing of it today', async () => {
    const sandbox = await aTenant(store, { now: '2024-03-10T08:00:00Z' });
    await consume(store, sandbox);
    await store.submit(sandbox, { do: 'move-clock', now: Date.parse('2025-03-10T08:00:00Z') as Instant });
    await consume(store, sandbox);
    await dropMonths(2);
    expect(await listed(sandbox)).toEqual([2, 1]);
  });

  it('are not dropped by a clock that is wrong', async () => {
    const tenant = await aLiveTenant(1);
    await spend(tenant, 0);
    now = (Date.now() + 3_650 * 86_400_000) as Instant;
    expect(await store.dropOldActivity(2, NEVER)).not.toContain(monthsAgo(1));
    expect(await listed(tenant)).toEqual([1]);
  });

  it('are dropped by the daily job where a retention is set, and kept for ever where none is', async () => {
    const tenant = await aLiveTenant(5);
    await spend(tenant, 5);
    now = Date.now() as Instant;
    const run = { attempt: 1, maxAttempts: 25, last: false, signal: NEVER };
    await tasksOf(store)['drop-old-activity']({}, run);
    expect(await listed(tenant)).toEqual([1]);
    await tasksOf(store, { retentionMonths: 3 })['drop-old-activity']({}, run);
    expect(await listed(tenant)).toEqual([]);
  });

  it('are at least two, whatever is asked', async () => {
    await expect(dropMonths(1)).rejects.toThrow('at least 2 months');
    expect(() => readServeSettings({ BURSAR_RETENTION_MONTHS: '1' })).toThrow(/BURSAR_RETENTION_MONTHS is "1".*from 2/);
    expect(() => readServeSettings({ BURSAR_RETENTION_MONTHS: 'all' })).toThrow(/BURSAR_RETENTION_MONTHS is "all"/);
    expect(readServeSettings({ BURSAR_RETENTION_MONTHS: '13' }).retentionMonths).toBe(13);
    expect(readServeSettings({}).retentionMonths).toBeNull();
  });
});

describe('who asks for what is gone hears why', () => {
  it('by the id of an action', async () => {
    const tenant = await aLiveTenant(5);
    // Its id is made of the real clock: as the server would have made it then.
    at(5);
    const madeThen = `${Math.floor(now)
      .toString(16)
      .padStart(12, '0')
      .replace(/^(.{8})/, '$1-')}-7000-8000-000000000001`;
    await store.submit(tenant, { do: 'consume', id: madeThen, action: ANSWER });
    expect(await store.findActivity(tenant, madeThen)).toMatchObject({ id: madeThen });
    await dropMonths(3);
    expect(await store.findActivity(tenant, madeThen)).toMatchObject({
      refused: 'NoLongerKept',
      detail: `single actions that were recorded in ${monthsAgo(5)} are no longer kept here; GET /v1/usage still has what they add up to`,
    });
    expect(await store.findActivity(tenant, store.newId())).toBeUndefined();
  });

  it('D12: by its idempotency key, and it has no second effect', async () => {
    const tenant = await aLiveTenant(5);
    await spend(tenant, 5, 'gone');
    const kept = await spend(tenant, 1, 'kept');
    await dropMonths(3);
    const before = await figures(tenant);
    const again = await store.submit(
      tenant,
      { do: 'consume', id: store.newId(), action: ANSWER },
      { key: 'gone', fingerprint: '00' },
    );
    expect(again).toMatchObject({ replayed: false, outcome: { refused: 'NoLongerKept' } });
    expect(await consume(store, tenant, ANSWER, 'gone', '01')).toBe('IdempotencyConflict');
    expect(await consume(store, tenant, ANSWER, 'kept')).toMatchObject({ id: kept.id });
    expect(await figures(tenant)).toEqual(before);
  });

  it('D10: by a capture that is asked again', async () => {
    const tenant = await aLiveTenant(5);
    const holdId = store.newId();
    await store.submit(tenant, { do: 'hold', id: holdId, action: ANSWER, expiresInSeconds: 3_600 });
    const capture = () =>
      store.submit(tenant, { do: 'capture', id: store.newId(), holdId, usage: { responses: 1 } }).then(({ outcome }) => outcome);
    expect(await capture()).toMatchObject({ record: { sequence: 1 } });
    expect(await capture()).toMatchObject({ record: { sequence: 1 } });
    await dropMonths(3);
    expect(await capture()).toMatchObject({ refused: 'NoLongerKept' });
    expect(await store.findHold(tenant, holdId)).toMatchObject({ status: 'captured' });
  });

  it('D9: by a comparison of a month that is gone, while later ones are compared', async () => {
    const tenant = await aLiveTenant(5);
    await spend(tenant, 5);
    await spend(tenant, 0);
    await dropMonths(3);
    const compare = (month: Month) =>
      store.compareViews(tenant, {
        from: firstDayOf(month),
        to: dayOf((startOfDay(firstDayOf(month)) + 86_400_000) as Instant),
        delayDays: 0,
      });
    expect(await compare(monthsAgo(5))).toMatchObject({ refused: 'NoLongerKept', errors: [{ pointer: '/from' }] });
    expect(await compare(monthsAgo(4))).not.toHaveProperty('refused');
  });
});

describe('while a reader has the activity open, as a backup does', () => {
  it('its months stay whole for it, and nobody else waits', async () => {
    const tenant = await aLiveTenant(5);
    await spend(tenant, 5);
    const reader = new pg.Client({ connectionString: database.url });
    await reader.connect();
    await reader.query('begin isolation level repeatable read read only');
    const count = async () =>
      Number((await reader.query('select count(*) as n from activity where tenant_id = $1', [tenant.tenantId])).rows[0].n);
    expect(await count()).toBe(1);
    const dropping = dropMonths(3);
    const waits = async () =>
      (
        await client.query(
          `select 1 from pg_stat_activity where application_name = 'bursar retention' and wait_event_type = 'Lock' and datname = current_database()`,
        )
      ).rowCount;
    await expect.poll(waits, { timeout: 5_000 }).toBe(1);
    // Decisions, lists and streams go on.
    await spend(tenant, 0);
    expect(await listed(tenant)).toEqual([2]);
    expect(await count()).toBe(1);
    await reader.query('commit');
    await reader.end();
    expect(await dropping).toContain(monthsAgo(5));
  });

  it('a run that is told to stop stops, and the next one ends what it began', async () => {
    const tenant = await aLiveTenant(5);
    await spend(tenant, 5);
    await client.query('begin');
    await client.query('select count(*) from activity');
    const stopping = new AbortController();
    now = Date.now() as Instant;
    const dropping = store.dropOldActivity(3, stopping.signal);
    const pending = async () =>
      (await queryApart(`select 1 from pg_inherits where inhparent = 'activity'::regclass and inhdetachpending`)).length;
    await expect.poll(pending, { timeout: 5_000 }).toBe(1);
    stopping.abort();
    expect(await dropping).toEqual([]);
    expect(await partitions()).toContain(partitionOf(monthsAgo(5)));
    await client.query('commit');
    expect(await dropMonths(3)).toContain(monthsAgo(5));
    expect(await partitions()).not.toContain(partitionOf(monthsAgo(5)));
    expect(await listed(tenant)).toEqual([]);
  });

  it('a partition that was detached and not dropped is dropped by the next run', async () => {
    const tenant = await aLiveTenant(5);
    await spend(tenant, 5);
    const name = partitionOf(monthsAgo(5));
    await client.query(
      `insert into activity_dropped
       select cell, tenant_id, stored_month, 1, sequence, sequence, occurred_at, occurred_at from activity where tenant_id = $1`,
      [tenant.tenantId],
    );
    await client.query(`alter table activity detach partition ${name}`);
    expect(await dropMonths(3)).toContain(monthsAgo(5));
    expect(await partitions()).not.toContain(name);
  });
});

describe('bursar verify, after all that was dropped above', () => {
  it('finds nothing wrong, and says what it could not compare', async () => {
    const verdict = await verify({ url: database.url });
    expect(verdict.violations).toEqual([]);
    expect(verdict.dropped!.months).toEqual(expect.arrayContaining([monthsAgo(6), monthsAgo(5), monthsAgo(4)]));
    expect(verdict.dropped!.uncheckedDays).toBeGreaterThan(2);
    expect(inWords(verdict)).toMatch(/^The records of \d months \(\S+ to \S+\) were dropped by retention: \d+ of \d+ tenants\./m);
  });

  it('finds nothing wrong where something of everything was dropped, and nothing in it is kept', async () => {
    const tenant = await aLiveTenant(6);
    await store.submit(tenant, { do: 'start-trial', userId: 'ada' });
    const submit = (command: Parameters<OpenStore['submit']>[1], key?: string) =>
      store.submit(tenant, command, key === undefined ? undefined : { key, fingerprint: '00' });
    const pages = anAction({ userId: 'ada', usage: { pages: 2 } });
    await submit({ do: 'consume', id: store.newId(), action: pages }, 'pages');
    const holdId = store.newId();
    await submit({ do: 'hold', id: holdId, action: ANSWER, expiresInSeconds: 3_600 }, 'hold');
    const capture = () => submit({ do: 'capture', id: store.newId(), holdId, usage: { responses: 2 } }, store.newId());
    expect(await capture()).toMatchObject({ outcome: { record: { source: 'pool' } } });
    // The same capture under a second key.
    await capture();
    await submit({ do: 'entitle', purchase: { id: 'year', product: 'copilot-credit-pre-purchase', quantity: 3_000 } });
    await submit({ do: 'compute', onDemand: true });
    await dropMonths(3);
    expect(await listed(tenant)).toEqual([]);
    expect(await verify({ url: database.url, tenantId: tenant.tenantId })).toMatchObject({ violations: [], entries: 0 });
  });

  describe('still finds', () => {
    let tenant: TenantAddress;
    beforeAll(async () => {
      tenant = await aLiveTenant(6);
      for (const months of [6, 6, 5, 1, 0]) await spend(tenant, months, `${months} ${store.newId()}`);
      await dropMonths(3);
    });
    const ours = () => `tenant_id = '${tenant.tenantId}'`;

    it.each<[string, Check, () => string]>([
      ['a kept number that is missing', 'entry-sequence', () => `delete from activity where ${ours()} and sequence = 4`],
      ['the last entry that is missing', 'entry-count', () => `delete from activity where ${ours()} and sequence = 5`],
      [
        'too many that are said to be dropped',
        'dropped-count',
        () => `update activity_dropped set records = records + 1 where ${ours()} and first_sequence = 1`,
      ],
      [
        'too few that are said to be dropped',
        'dropped-count',
        () => `update activity_dropped set records = 1 where ${ours()} and first_sequence = 1`,
      ],
      [
        'a dropped month that nothing tells of',
        'entry-sequence',
        () => `delete from activity_dropped where ${ours()} and first_sequence = 3`,
      ],
      [
        'a counter of a kept month',
        'environment-month',
        () => `update environment_month set consumed = consumed + 1 where ${ours()} and month = '${firstDayOf(monthsAgo(1))}'`,
      ],
      [
        'a sum of a kept month',
        'tenant-month',
        () => `update tenant_month set consumed = consumed + 1 where ${ours()} and month = '${firstDayOf(THIS_MONTH)}'`,
      ],
      [
        'usage of a kept day',
        'daily-usage',
        () => `update daily_usage set credits = credits + 1 where ${ours()} and day >= '${firstDayOf(monthsAgo(1))}'`,
      ],
      [
        'what is held of a dropped month',
        'environment-held',
        () => `update environment_month set held = held + 1 where ${ours()} and month = '${firstDayOf(monthsAgo(5))}'`,
      ],
      [
        'a key whose kept entry is gone',
        'key-effect',
        () => `update idempotency_key set sequence = 77 where ${ours()} and sequence = 5`,
      ],
      [
        'a key of a dropped month whose number was never there',
        'key-effect',
        () => `update idempotency_key set sequence = 77 where ${ours()} and sequence = 1`,
      ],
      [
        'a second key of a dropped entry',
        'key-twice',
        () => `insert into idempotency_key
          select cell, tenant_id, key || ' again', fingerprint, month, sequence, stored_month, hold_id, answer
          from idempotency_key where ${ours()} and sequence = 1`,
      ],
    ])('%s', async (_, finds, text) => {
      const { changed, violations } = await verdictAfter(database.url, text());
      expect(changed).toBeGreaterThan(0);
      expect(violations.map(({ check }) => check)).toContain(finds);
    });

    it('and nothing without a cause', async () => {
      expect((await verify({ url: database.url, tenantId: tenant.tenantId })).violations).toEqual([]);
    });
  });
});

/** On a connection of its own: `client` may be in a transaction. */
async function queryApart(text: string): Promise<unknown[]> {
  const other = new pg.Client({ connectionString: database.url });
  await other.connect();
  try {
    return (await other.query(text)).rows;
  } finally {
    await other.end();
  }
}
