// Activity queries (M6): filters, pages that look at a bounded number of records, and one action by its id. History is generated
// straight into the table, since what bounds the work is seen only where there is more of it than one page looks at.

import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../src/core/month.ts';
import { SEES_ALL } from '../src/core/sight.ts';
import { MOST_LOOKED_AT } from '../src/store/activity-search.ts';
import type { ActivityFilter, TenantAddress } from '../src/store/store.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

let server: AServer;
let client: pg.Client;

beforeAll(async () => {
  server = await startServer();
  client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await server.stop();
});

/** A sandbox with an environment `sales` and 5,000 AI Builder credits. */
async function aTenant(): Promise<{ id: string; key: string; address: TenantAddress }> {
  const { id, key } = await server.tenant('Contoso', '2026-03-10T08:00:00Z');
  await call(server.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales' } });
  await call(server.url, 'POST /v1/entitlements', { key, body: { product: 'power-automate-premium', quantity: 1 } });
  return { id, key, address: { cell: server.store.cellOf(id), tenantId: id } };
}

async function consume(key: string, said: object = {}): Promise<{ id: string }> {
  const { body } = await call(server.url, 'POST /v1/consumptions', { key, body: { ...ACTION, ...said } });
  return body;
}

/** So many records, one a minute from 2026-01-01 on, the first one by user `rare`; every 50th happened three days before. */
async function fill({ cell, tenantId }: TenantAddress, count: number): Promise<void> {
  await client.query(
    `insert into activity (cell, tenant_id, sequence, stored_month, id, recorded_at, occurred_at, environment_id, user_id, caller,
       capability, status, credits, detail)
     select $1, $2, n, (select max(stored_month) from activity), gen_random_uuid(), at,
       at + case when n % 50 = 0 then interval '-3 days' when n % 7 = 0 then interval '5 minutes' else interval '0' end,
       'sales', case when n = 1 then 'rare' else 'user-' || n % 100 end, 'agent', 'classic-answer', 'free', 0,
       '{"u":{"responses":1},"p":[],"c":"2025-11"}'
     from (select n, timestamptz '2026-01-01T00:00:00Z' + n * interval '1 minute' as at from generate_series(1, $3::bigint) n) as record`,
    [cell, tenantId, count],
  );
  await client.query('update tenant set sequence = $3, version = version + 1 where cell = $1 and tenant_id = $2', [
    cell,
    tenantId,
    count,
  ]);
}

/** Every page of a filter. */
async function pages(tenant: TenantAddress, filter: ActivityFilter, limit = 1000): Promise<number[][]> {
  const all: number[][] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await server.store.listActivity(tenant, filter, { limit, cursor });
    all.push(page.value.map((record) => record.sequence));
    if (page.nextCursor === undefined) return all;
    cursor = page.nextCursor;
  }
}

describe('filters', () => {
  it('tell apart by source, by what was charged, and by the code of a refusal', async () => {
    const { key } = await aTenant();
    await consume(key);
    await consume(key, { mode: 'test' });
    await call(server.url, 'POST /v1/environments', { key, body: { id: 'denied', name: 'Denied' } });
    await call(server.url, 'PATCH /v1/environments/denied', { key, body: { deny: true } });
    await consume(key, { environmentId: 'denied' });
    const found = async (query: string) => {
      const { status, body } = await call(server.url, `GET /v1/activity?${query}`, { key });
      expect(status).toBe(200);
      return body.value.map((item: { sequence: number }) => item.sequence);
    };
    expect(await found('source=pool')).toEqual([1]);
    expect(await found('source=allocation')).toEqual([]);
    expect(await found('billable=true')).toEqual([1]);
    expect(await found('billable=false')).toEqual([3, 2]);
    expect(await found('code=EntitlementNotAvailable')).toEqual([3]);
    expect(await found('status=free&billable=false')).toEqual([2]);
    expect((await call(server.url, 'GET /v1/activity?billable=1', { key })).body.errors[0].pointer).toBe('/billable');
    expect((await call(server.url, 'GET /v1/activity?source=gold', { key })).status).toBe(422);
  });
});

describe('a long history', () => {
  const COUNT = 2 * MOST_LOOKED_AT + 10_000;
  let tenant: TenantAddress;
  let key: string;

  beforeAll(async () => {
    const made = await aTenant();
    tenant = made.address;
    key = made.key;
    // The partition that records of now are stored in.
    await consume(made.key);
    await client.query('delete from activity where cell = $1 and tenant_id = $2', [tenant.cell, tenant.tenantId]);
    await fill(tenant, COUNT);
  });

  it('is looked through in pages of bounded work: short or empty ones lead on to what is rare', async () => {
    expect(await pages(tenant, { sight: SEES_ALL, userId: 'rare' })).toEqual([[], [], [1]]);
    expect(await pages(tenant, { sight: SEES_ALL, userId: 'nobody' })).toEqual([[], [], []]);
    const all = (await pages(tenant, { sight: SEES_ALL })).flat();
    expect(all).toEqual(Array.from({ length: COUNT }, (_, index) => COUNT - index));
  });

  it('is not looked through before "from"', async () => {
    const from = (Date.UTC(2026, 0, 1) + (COUNT - 100) * 60_000) as Instant;
    const found = await pages(tenant, { sight: SEES_ALL, from, userId: 'nobody' });
    expect(found).toEqual([[]]);
  });

  it('has from any moment on what a walk through all of it finds', async () => {
    const { rows } = await client.query<{ sequence: string; at: string }>(
      'select sequence, extract(epoch from occurred_at) * 1000 as at from activity where cell = $1 and tenant_id = $2 order by sequence desc',
      [tenant.cell, tenant.tenantId],
    );
    const history = rows.map((row) => ({ sequence: Number(row.sequence), at: Number(row.at) }));
    const start = Date.UTC(2026, 0, 1);
    const minutes = fc.integer({ min: -10_000, max: COUNT + 10_000 });
    await fc.assert(
      fc.asyncProperty(minutes, fc.integer({ min: 0, max: 3_000 }), async (begin, length) => {
        const from = (start + begin * 60_000) as Instant;
        const to = (from + length * 60_000) as Instant;
        const expected = history.filter(({ at }) => at >= from && at < to).map(({ sequence }) => sequence);
        expect((await pages(tenant, { sight: SEES_ALL, from, to })).flat()).toEqual(expected);
      }),
      { numRuns: 25 },
    );
  });

  it('neither skips nor repeats in its pages while new actions arrive', async () => {
    const seen: number[] = [];
    for (let cursor: string | undefined, turn = 0; turn < 5; turn += 1) {
      const page = await server.store.listActivity(tenant, { sight: SEES_ALL, userId: 'user-7' }, { limit: 10, cursor });
      seen.push(...page.value.map((record) => record.sequence));
      cursor = page.nextCursor;
      await consume(key, { userId: 'user-7' });
    }
    const before = Array.from({ length: 50 }, (_, index) => COUNT - 100 * index - ((COUNT - 7) % 100));
    expect(seen).toEqual(before);
  });

  it('ends where its retention ends', async () => {
    await client.query('delete from activity where cell = $1 and tenant_id = $2 and sequence <= $3', [
      tenant.cell,
      tenant.tenantId,
      MOST_LOOKED_AT + 20_000,
    ]);
    expect(await pages(tenant, { sight: SEES_ALL, userId: 'nobody' })).toEqual([[]]);
  });

  it('takes no cursor of anything else', async () => {
    for (const text of ['0', '-1', 'sales', '1e3', '99999999999999999']) {
      const cursor = Buffer.from(text).toString('base64url');
      const { status, body } = await call(server.url, `GET /v1/activity?cursor=${cursor}`, { key });
      expect([status, body.errors?.[0].pointer]).toEqual([422, '/cursor']);
    }
  });
});

describe('one action', () => {
  it('is shown by its id as the list shows it', async () => {
    const { key } = await aTenant();
    const { id } = await consume(key);
    await consume(key);
    const listed = (await call(server.url, 'GET /v1/activity', { key })).body.value.find(
      (item: { id: string }) => item.id === id,
    );
    expect((await call(server.url, `GET /v1/activity/${id}`, { key })).body).toEqual(listed);
    expect((await call(server.url, `GET /v1/activity/${id.toUpperCase()}`, { key })).body).toEqual(listed);
  });

  it('is found whoever recorded it: refused, captured, in a batch', async () => {
    const { key } = await aTenant();
    const batch = await call(server.url, 'POST /v1/consumptions/batch', { key, body: { actions: [ACTION, ACTION] } });
    const hold = await call(server.url, 'POST /v1/holds', { key, body: ACTION });
    const captured = await call(server.url, `POST /v1/holds/${hold.body.id}/capture`, { key, body: { usage: { pages: 1 } } });
    for (const { id } of [...batch.body.results, captured.body])
      expect((await call(server.url, `GET /v1/activity/${id}`, { key })).body).toMatchObject({ id });
    await consume(key, { usage: { pages: 100_000 } });
    await consume(key, { usage: { pages: 1 } });
    const { body } = await call(server.url, 'GET /v1/activity?status=refused', { key });
    const [refused] = body.value;
    expect((await call(server.url, `GET /v1/activity/${refused.id}`, { key })).body).toEqual(refused);
  });

  it("is not found where it is another tenant's, another maker's, or none", async () => {
    const { key } = await aTenant();
    const { key: foreign } = await aTenant();
    const { id } = await consume(key, { userId: 'ada' });
    const maker = async (userId: string) =>
      (await call(server.url, 'POST /v1/keys', { key, body: { role: 'maker', userId } })).body.key;
    const show = async (of: string, as: string) => (await call(server.url, `GET /v1/activity/${of}`, { key: as })).status;
    expect(await show(id, await maker('ada'))).toBe(200);
    expect(await show(id, await maker('bob'))).toBe(404);
    expect(await show(id, foreign)).toBe(404);
    for (const other of [server.store.newId(), 'run-0042', 'ffffffff-ffff-7fff-bfff-ffffffffffff', crypto.randomUUID(), '%20'])
      expect(await show(other, key), other).toBe(404);
  });
});
