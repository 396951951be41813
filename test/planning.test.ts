// Planning over the API: estimates (K1) and forecasts (K2) on a running server, with a sandbox's clock.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

let server: AServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server?.stop();
});

const AI_BUILDER = 'ai-builder-credits';
const COPILOT = 'copilot-credits';

interface Sandbox {
  ask(methodAndPath: string, body?: unknown): ReturnType<typeof call>;
  /** So many pages of a custom document in `environmentId`: 100 AI Builder credits each. */
  consume(pages: number, said?: object): Promise<void>;
  moveTo(now: string): Promise<void>;
  /** The forecast of one currency: of an environment, or of the tenant. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  forecast(currency?: string, environmentId?: string | null): Promise<any>;
}

async function sandbox(now: string, environments = ['sales']): Promise<Sandbox> {
  const { key } = await server.tenant('Planning', now);
  const ask = (methodAndPath: string, body?: unknown) => call(server.url, methodAndPath, { key, ...(body ? { body } : {}) });
  for (const id of environments) await ask('POST /v1/environments', { id, name: id });
  await ask('POST /v1/entitlements', { product: 'ai-builder-add-on-t1', quantity: 1, purchasedOn: '2025-06-01' });
  return {
    ask,
    async consume(pages, said = {}) {
      const { status, body } = await ask('POST /v1/consumptions', { ...ACTION, usage: { pages }, ...said });
      expect(status, JSON.stringify(body)).toBe(201);
    },
    async moveTo(to) {
      expect((await ask('PUT /v1/tenant/clock', { now: to })).status).toBe(200);
    },
    async forecast(currency = AI_BUILDER, environmentId = 'sales') {
      const { status, body } = await ask(`GET /v1/${environmentId === null ? '' : `environments/${environmentId}/`}forecast`);
      expect(status, JSON.stringify(body)).toBe(200);
      return body.currencies.find((each: { currency: string }) => each.currency === currency);
    },
  };
}

function day(month: string, of: number): string {
  return `${month}-${String(of).padStart(2, '0')}`;
}

describe('POST /v1/estimates', () => {
  it('answers a line for each volume and a total for each currency, with how it was reckoned', async () => {
    const { ask } = await sandbox('2026-03-10T08:00:00Z');
    const { status, body } = await ask('POST /v1/estimates', {
      volumes: [
        { capability: 'receipt-processing', usage: { pages: 50_000 } },
        { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 }, actions: 1000 },
      ],
    });
    expect(status).toBe(200);
    expect(body.lines).toEqual([
      {
        volume: { capability: 'receipt-processing', model: null, usage: { pages: 50_000 }, actions: 1 },
        prices: [
          { currency: AI_BUILDER, units: 50_000, credits: '1600000' },
          { currency: COPILOT, units: 50_000, credits: '400000' },
        ],
        rateCard: expect.any(String),
        feature: expect.any(String),
      },
      expect.objectContaining({
        volume: expect.objectContaining({ actions: 1000 }),
        tier: 'standard',
        prices: [
          { currency: AI_BUILDER, units: 5000, credits: '152000' },
          { currency: COPILOT, units: 5000, credits: '7500' },
        ],
      }),
    ]);
    expect(body.totals).toEqual([
      {
        currency: AI_BUILDER,
        credits: '1752000',
        owned: '1000000',
        seeded: '0',
        prePurchaseLeft: '0',
        missing: '752000',
        product: 'ai-builder-add-on-t1',
        toBuy: 1,
        canBuy: true,
        endOfSale: '2026-11-01',
        notPriced: [],
        reason:
          'The volumes cost 1752000 a month and 1000000 a month are owned. 752000 are missing: 1 × AI Builder capacity add-on T1, 1000000 a month each.',
      },
      expect.objectContaining({ currency: COPILOT, credits: '407500', toBuy: 17, canBuy: true, endOfSale: null }),
    ]);
  });

  it('says what is not in a total, what is no longer sold, and what seeds what is owned', async () => {
    const { key } = await server.tenant('No add-on', '2026-03-10T08:00:00Z');
    const ask = (methodAndPath: string, body: unknown) => call(server.url, methodAndPath, { key, body });
    await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
    const { body } = await ask('POST /v1/estimates', {
      volumes: [
        { capability: 'receipt-processing', usage: { pages: 1000 } },
        { capability: 'classic-answer', usage: { responses: 1 } },
      ],
    });
    expect(body.totals[0]).toMatchObject({ owned: '5000', seeded: '5000', canBuy: false, endOfSale: '2025-11-01' });
    expect(body.totals[0].reason).toBe(
      'The volumes cost 32000 a month and 5000 a month are owned, of which 5000 are seeded by licences, until 2026-11-01. 27000 are missing: 1 × AI Builder capacity add-on T1, 1000000 a month each. Since 2025-11-01 it is sold only to who has an active one: Copilot Credits can carry it instead (D1). Not in it, because this currency has no rate for it: classic-answer.',
    );
  });

  it('prices own capabilities, of its own tenant only', async () => {
    const { ask } = await sandbox('2026-03-10T08:00:00Z');
    const volumes = [{ capability: 'signatures', usage: { pages: 10 } }];
    await ask('PUT /v1/capabilities/signatures', { unit: 'page', copilotCredits: '0.5' });
    expect((await ask('POST /v1/estimates', { volumes })).body.totals[1]).toMatchObject({ currency: COPILOT, credits: '5' });
    const other = await sandbox('2026-03-10T08:00:00Z');
    const { status, body } = await other.ask('POST /v1/estimates', { volumes });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'UnknownCapability', '/volumes/0/capability']);
  });

  it.each([
    ['no volume', [], '/volumes'],
    ['more than 1,000', new Array(1001).fill({ capability: 'receipt-processing', usage: { pages: 1 } }), '/volumes'],
    ['no usage', [{ capability: 'receipt-processing' }], '/volumes/0/usage'],
    [
      'an unknown field',
      [{ capability: 'receipt-processing', usage: { pages: 1 }, environmentId: 'sales' }],
      '/volumes/0/environmentId',
    ],
    ['no actions', [{ capability: 'receipt-processing', usage: { pages: 1 }, actions: 0 }], '/volumes/0/actions'],
    ['another unit', [{ capability: 'receipt-processing', usage: { images: 1 } }], '/volumes/0/usage/pages'],
  ])('refuses %s', async (_, volumes, pointer) => {
    const { ask } = await sandbox('2026-03-10T08:00:00Z');
    const { status, body } = await ask('POST /v1/estimates', { volumes });
    expect([status, body.code, body.errors[0].pointer]).toEqual([422, 'InvalidRequest', pointer]);
  });

  it('takes 1,000 volumes', async () => {
    const { ask } = await sandbox('2026-03-10T08:00:00Z');
    const volumes = new Array(1000).fill({ capability: 'receipt-processing', usage: { pages: 1 } });
    const { status, body } = await ask('POST /v1/estimates', { volumes });
    expect([status, body.lines.length, body.totals[0].credits]).toEqual([200, 1000, '32000']);
  });
});

describe('GET /v1/environments/{id}/forecast', () => {
  it('stands on the weeks before, and on the month to date', async () => {
    const { ask, consume, moveTo, forecast } = await sandbox('2026-01-26T00:00:00Z');
    // 100 a day since the 1st of February.
    for (const [month, last] of [
      ['2026-02', 28],
      ['2026-03', 9],
    ] as const) {
      for (let of = 1; of <= last; of += 1) {
        await moveTo(`${day(month, of)}T12:00:00Z`);
        await consume(1);
      }
    }
    await moveTo('2026-03-10T00:00:00Z');
    await ask(`PUT /v1/environments/sales/allocations/${AI_BUILDER}`, { credits: '2000' });
    const { expected, ...rest } = await forecast();
    expect(rest).toEqual({
      currency: AI_BUILDER,
      consumed: '900',
      forecast: '2790',
      allocated: '2000',
      source: 'allocation',
      available: '2000',
      runsOut: {
        on: '2026-03-20',
        earliest: expect.stringMatching(/^2026-03-1[789]$/),
        latest: expect.stringMatching(/^2026-03-2[1-4]$/),
      },
    });
    expect(expected).toMatchObject({ method: 'weekday-pattern', credits: '3100', daysOfHistory: 37, reason: expect.any(String) });
    expect(Number(expected.low)).toBeLessThan(3100);
    expect(Number(expected.high)).toBeGreaterThan(3100);
  });

  it('of a leap February has 29 days', async () => {
    const { consume, forecast } = await sandbox('2028-02-10T08:00:00Z');
    await consume(10);
    expect(await forecast()).toMatchObject({ consumed: '1000', forecast: '2900' });
  });

  it('starts anew on the 1st, and ends with what was consumed', async () => {
    const { consume, moveTo, forecast } = await sandbox('2026-03-31T00:00:00Z');
    await consume(10);
    await moveTo('2026-03-31T23:59:59Z');
    expect(await forecast()).toMatchObject({ consumed: '1000', forecast: '1000', expected: { credits: '1001' } });
    await moveTo('2026-04-01T00:00:00Z');
    expect(await forecast()).toMatchObject({
      consumed: '0',
      forecast: '0',
      expected: { method: 'daily-rate', daysOfHistory: 1 },
    });
  });

  it('of a new environment says so', async () => {
    const { consume, forecast } = await sandbox('2026-03-10T08:00:00Z');
    expect((await forecast()).expected).toMatchObject({ method: 'nothing-used', credits: '0', low: '0', high: '0' });
    await consume(5);
    expect((await forecast()).expected).toMatchObject({
      method: 'daily-rate',
      daysOfHistory: 0,
      reason: expect.stringMatching('today'),
    });
  });

  it('lists every currency, and counts a late action on its day', async () => {
    const { consume, ask, forecast } = await sandbox('2026-03-10T08:00:00Z');
    await consume(1, { occurredAt: '2026-03-03T08:00:00Z' });
    const { body } = await ask('GET /v1/environments/sales/forecast');
    expect(body.month).toBe('2026-03');
    expect(body.now).toBe('2026-03-10T08:00:00Z');
    expect(body.currencies.map((each: { currency: string }) => each.currency)).toEqual([AI_BUILDER, COPILOT, 'copilot-sessions']);
    expect(await forecast()).toMatchObject({ consumed: '100', expected: { daysOfHistory: 7 } });
  });

  it('counts what free and refused actions did not cost as nothing', async () => {
    const { consume, ask, forecast } = await sandbox('2026-03-10T08:00:00Z');
    await consume(1, { mode: 'test' });
    await ask('PATCH /v1/environments/sales', { deny: true });
    expect((await ask('POST /v1/consumptions', ACTION)).status).toBe(402);
    expect(await forecast()).toMatchObject({
      consumed: '0',
      source: 'none',
      expected: { method: 'nothing-used' },
      runsOut: null,
    });
  });

  it('does not find what is unknown, deleted or of another tenant', async () => {
    const { ask } = await sandbox('2026-03-10T08:00:00Z', ['sales', 'gone']);
    const other = await sandbox('2026-03-10T08:00:00Z', ['theirs']);
    await ask('DELETE /v1/environments/gone');
    for (const id of ['unknown', 'gone', 'theirs'])
      expect(await ask(`GET /v1/environments/${id}/forecast`)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect((await other.ask('GET /v1/environments/theirs/forecast')).status).toBe(200);
  });
});

describe('GET /v1/forecast', () => {
  it('tells the pool from the tenant', async () => {
    const { ask, consume, forecast } = await sandbox('2026-03-10T00:00:00Z', ['sales', 'service']);
    await ask(`PUT /v1/environments/sales/allocations/${AI_BUILDER}`, { credits: '400000' });
    for (let of = 1; of <= 9; of += 1) {
      await consume(100, { occurredAt: `${day('2026-03', of)}T12:00:00Z` });
      await consume(300, { environmentId: 'service', occurredAt: `${day('2026-03', of)}T12:00:00Z` });
    }
    const { pool, ...tenant } = await forecast(AI_BUILDER, null);
    expect(tenant).toMatchObject({ consumed: '360000', forecast: '1116000', owned: '1000000', expected: { credits: '1240000' } });
    expect(pool).toMatchObject({
      available: '600000',
      consumed: '270000',
      forecast: '837000',
      expected: { credits: '930000' },
      // 330,000 are left, 30,000 go a day.
      runsOut: { on: '2026-03-20' },
    });
    // What draws from the pool runs out with it.
    expect(await forecast(AI_BUILDER, 'service')).toMatchObject({ source: 'pool', available: '600000', runsOut: pool.runsOut });
    expect(await forecast(AI_BUILDER, 'sales')).toMatchObject({ source: 'allocation', runsOut: { on: null } });
  });

  it('counts what a deleted environment consumed, and expects no more of it', async () => {
    const { ask, consume, forecast } = await sandbox('2026-03-10T00:00:00Z', ['sales', 'gone']);
    await consume(10, { environmentId: 'gone', occurredAt: '2026-03-09T12:00:00Z' });
    expect((await forecast(AI_BUILDER, null)).pool).toMatchObject({ consumed: '1000', expected: { credits: '23000' } });
    await ask('DELETE /v1/environments/gone');
    expect((await forecast(AI_BUILDER, null)).pool).toMatchObject({ consumed: '1000', expected: { credits: '1000' } });
  });

  it('sees nothing of another tenant', async () => {
    const [one, other] = [await sandbox('2026-03-10T00:00:00Z'), await sandbox('2026-03-10T00:00:00Z')];
    await one.consume(10);
    expect(await other.forecast(AI_BUILDER, null)).toMatchObject({ consumed: '0', expected: { method: 'nothing-used' } });
    expect(await other.forecast()).toMatchObject({ consumed: '0', expected: { method: 'nothing-used' } });
  });
});
