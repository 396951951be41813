// Notices and banners (N1, N2) as the API shows them.

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

/** A sandbox with 5,000 AI Builder credits and these environments. */
async function aTenant(now: string, environments: string[]) {
  const { key } = await server.tenant('Contoso', now);
  const ask = (methodAndPath: string, body?: unknown, as = key) => call(server.url, methodAndPath, { key: as, body });
  await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  for (const id of environments) await ask('POST /v1/environments', { id, name: id.toUpperCase() });
  return {
    ask,
    keyOf: async (role: object): Promise<string> => (await ask('POST /v1/keys', role)).body.key,
    allocate: (environmentId: string, credits: string) =>
      ask(`PUT /v1/environments/${environmentId}/allocations/ai-builder-credits`, { credits }),
    /** 100 credits a page. */
    consume: (environmentId: string, pages: number, userId = 'ada') =>
      ask('POST /v1/consumptions', { ...ACTION, environmentId, userId, usage: { pages }, recordOnly: true }),
  };
}

const kindsOf = (listed: { body: { value: { kind: string }[] } }) => listed.body.value.map((notice) => notice.kind);

describe('notices', () => {
  it('are listed newest first, with figures and sentences, by kind, environment and month', async () => {
    const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales', 'finance']);
    await tenant.allocate('sales', '1000');
    await tenant.allocate('finance', '2000');
    await tenant.consume('sales', 13);
    await tenant.consume('finance', 16);
    await tenant.ask('PUT /v1/tenant/clock', { now: '2025-07-01T00:00:00Z' });
    await tenant.consume('sales', 9);
    const listed = await tenant.ask('GET /v1/notices');
    expect(
      listed.body.value.map(({ id, kind, environmentId, month }: Record<string, string>) => [id, kind, environmentId, month]),
    ).toEqual([
      ['5', 'near-capacity', 'sales', '2025-07'],
      ['4', 'near-capacity', 'finance', '2025-06'],
      ['3', 'blocked', 'sales', '2025-06'],
      ['2', 'exhausted', 'sales', '2025-06'],
      ['1', 'near-capacity', 'sales', '2025-06'],
    ]);
    expect(listed.body.value[3]).toEqual({
      id: '2',
      at: '2025-06-10T08:00:00Z',
      kind: 'exhausted',
      month: '2025-06',
      environmentId: 'sales',
      environmentName: 'SALES',
      currency: 'ai-builder-credits',
      available: '1000',
      consumed: '1300',
      percent: '130',
      resetsOn: '2025-07-01',
      sandbox: true,
      subject: 'Environment SALES (sales) has consumed all AI Builder credits',
      detail:
        '1,300 of 1,000 AI Builder credits were consumed in 2025-06. The count starts again at 0 on 2025-07-01 (UTC). Its AI actions run on only where another source or overage covers them. Raise its allocation from unallocated credits or from another environment, or provide Copilot Credits.',
    });
    expect(kindsOf(await tenant.ask('GET /v1/notices?environmentId=sales&month=2025-06'))).toEqual([
      'blocked',
      'exhausted',
      'near-capacity',
    ]);
    expect(kindsOf(await tenant.ask('GET /v1/notices?kind=near-capacity'))).toHaveLength(3);
    for (const wrong of ['kind=loud', 'month=2025-13', 'cursor=bm9uZQ', 'page=2'])
      expect((await tenant.ask(`GET /v1/notices?${wrong}`)).status, wrong).toBe(422);
  });

  it('come in pages that neither skip nor repeat while new ones arrive', async () => {
    const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales', 'finance']);
    await tenant.allocate('sales', '1000');
    await tenant.consume('sales', 13);
    const first = await tenant.ask('GET /v1/notices?limit=2');
    await tenant.allocate('finance', '1000');
    await tenant.consume('finance', 9);
    const second = await tenant.ask(`GET /v1/notices?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.value, ...second.body.value].map((notice) => notice.id)).toEqual(['3', '2', '1']);
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  it('of limits name the limit and whom it is on; a maker sees those on itself only', async () => {
    const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales']);
    await tenant.allocate('sales', '1000');
    for (const userId of ['ada', 'bob'])
      await tenant.ask(`PUT /v1/limits/of-${userId}`, { scope: { userId }, currency: 'ai-builder-credits', monthly: '500' });
    await tenant.consume('sales', 4, 'ada');
    await tenant.consume('sales', 5, 'bob');
    const [near, over, , nearing] = (await tenant.ask('GET /v1/notices')).body.value;
    expect(near.kind).toBe('near-capacity');
    expect(over).toMatchObject({
      kind: 'over-limit',
      limitId: 'of-bob',
      available: '500',
      consumed: '500',
      subject: 'Monthly limit of-bob of user bob is used up',
    });
    expect(over).not.toHaveProperty('environmentId');
    expect(nearing).toMatchObject({ kind: 'nearing-limit', limitId: 'of-ada', percent: '80' });
    const maker = await tenant.keyOf({ role: 'maker', userId: 'ada' });
    const seen = (await tenant.ask('GET /v1/notices', undefined, maker)).body.value;
    expect(seen.map(({ kind, limitId }: Record<string, string>) => [kind, limitId])).toEqual([
      ['near-capacity', undefined],
      ['nearing-limit', 'of-ada'],
    ]);
    // Of a limit that is gone it is no longer known whom it was on.
    await tenant.ask('DELETE /v1/limits/of-bob');
    expect((await tenant.ask('GET /v1/notices?kind=over-limit')).body.value[0].subject).toBe('Monthly limit of-bob is used up');
  });

  it('of one tenant are not there for another, and have deliveries only where there is such a notice', async () => {
    const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales']);
    const other = await aTenant('2025-06-10T08:00:00Z', ['sales']);
    await tenant.allocate('sales', '1000');
    await tenant.consume('sales', 9);
    expect(kindsOf(await other.ask('GET /v1/notices'))).toEqual([]);
    expect((await tenant.ask('GET /v1/notices/1/deliveries')).body).toEqual({ value: [] });
    for (const id of ['0', '2', 'x', '1e3', '99999999999999999999'])
      expect((await tenant.ask(`GET /v1/notices/${id}/deliveries`)).status, id).toBe(404);
    expect((await other.ask('GET /v1/notices/1/deliveries')).status).toBe(404);
  });
});

describe('banners', () => {
  it('tell administrators of environments that are near or over now, the worst first', async () => {
    const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales', 'finance', 'idle']);
    await tenant.allocate('sales', '1000');
    await tenant.allocate('finance', '1000');
    expect((await tenant.ask('GET /v1/banners')).body).toEqual({ value: [] });
    await tenant.consume('sales', 8);
    await tenant.consume('finance', 13);
    expect((await tenant.ask('GET /v1/banners')).body.value).toEqual([
      {
        kind: 'environments-near-or-over',
        currency: 'ai-builder-credits',
        sentence: 'Some environments have consumed all or almost all AI Builder credits',
        whatToDo: expect.stringContaining('Allocate more'),
        environments: [
          { environmentId: 'finance', name: 'FINANCE', status: 'blocked', percent: '130' },
          { environmentId: 'sales', name: 'SALES', status: 'near-capacity', percent: '80' },
        ],
        count: 2,
      },
    ]);
    const own = await tenant.keyOf({ role: 'environment-admin', environmentIds: ['sales'] });
    expect((await tenant.ask('GET /v1/banners', undefined, own)).body.value[0]).toMatchObject({
      environments: [{ environmentId: 'sales' }],
      count: 1,
    });
    // They are of this moment, not of what once crossed.
    await tenant.ask('PUT /v1/tenant/clock', { now: '2025-07-01T00:00:00Z' });
    expect((await tenant.ask('GET /v1/banners')).body.value).toEqual([]);
  });

  it('name at most ten environments and count them all', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `e${index}`);
    const tenant = await aTenant('2025-06-10T08:00:00Z', ids);
    for (const id of ids) await tenant.allocate(id, '100');
    for (const id of ids) await tenant.consume(id, 1);
    const [banner] = (await tenant.ask('GET /v1/banners')).body.value;
    expect([banner.environments.length, banner.count]).toEqual([10, 12]);
  });

  it('tell of allocations beyond what is owned (A7)', async () => {
    const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales']);
    await tenant.allocate('sales', '5000');
    const [{ id }] = (await tenant.ask('GET /v1/entitlements')).body.value;
    await tenant.ask(`DELETE /v1/entitlements/${id}`);
    const banners = (await tenant.ask('GET /v1/banners')).body.value;
    expect(banners).toMatchObject([
      { kind: 'over-allocated', sentence: 'More AI Builder credits are allocated than are owned: 5,000 are missing' },
    ]);
  });

  describe('tell makers in an environment', () => {
    const seenAt = async (now: string, pages: number, options: { nothingOwned?: boolean } = {}) => {
      const tenant = await aTenant(now, ['sales']);
      if (options.nothingOwned) {
        const [{ id }] = (await tenant.ask('GET /v1/entitlements')).body.value;
        await tenant.ask(`DELETE /v1/entitlements/${id}`);
      } else {
        await tenant.allocate('sales', '1000');
        await tenant.consume('sales', pages);
      }
      const maker = await tenant.keyOf({ role: 'maker', userId: 'ada' });
      const { status, body } = await tenant.ask('GET /v1/banners?environmentId=sales', undefined, maker);
      expect(status).toBe(200);
      return body.value.map((banner: { sentence: string }) => banner.sentence);
    };
    const CONSUMED = "You've consumed all your AI Builder credits";
    const LICENSE = 'You need an AI Builder license to use this component';
    const MISSING = 'Missing Copilot Credit or AI Builder credit capacity';

    it('nothing while there is room', async () => {
      expect(await seenAt('2025-06-10T08:00:00Z', 8)).toEqual([]);
      expect(await seenAt('2026-03-10T08:00:00Z', 8)).toEqual([]);
    });

    it('in the capacity era: that all is consumed, or that a licence is needed', async () => {
      expect(await seenAt('2025-06-10T08:00:00Z', 11)).toEqual([CONSUMED]);
      expect(await seenAt('2025-06-10T08:00:00Z', 13)).toEqual([CONSUMED]);
      expect(await seenAt('2025-06-10T08:00:00Z', 0, { nothingOwned: true })).toEqual([LICENSE]);
    });

    it('from the dual mode on: that all is consumed while it still runs, and that capacity is missing once it does not', async () => {
      expect(await seenAt('2026-03-10T08:00:00Z', 11)).toEqual([CONSUMED]);
      expect(await seenAt('2026-03-10T08:00:00Z', 13)).toEqual([MISSING]);
      expect(await seenAt('2026-03-10T08:00:00Z', 0, { nothingOwned: true })).toEqual([MISSING]);
    });

    it('whose environment they must name, and it must be there', async () => {
      const tenant = await aTenant('2025-06-10T08:00:00Z', ['sales']);
      const maker = await tenant.keyOf({ role: 'maker', userId: 'ada' });
      const nameless = await tenant.ask('GET /v1/banners', undefined, maker);
      expect(nameless).toMatchObject({ status: 422, body: { errors: [{ pointer: '/environmentId' }] } });
      expect((await tenant.ask('GET /v1/banners?environmentId=nowhere', undefined, maker)).status).toBe(404);
    });
  });
});
