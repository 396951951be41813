// What an environment administrator sees (T3): its own environments, in every list, by every id and in the stream; and the tenant's sums.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROUTES } from '../src/api/routes.ts';
import type { Role } from '../src/store/store.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Called, call } from './support/call.ts';

/** In every name and id of what is not its own, and nowhere else. */
const MARK = 'zanzibar';
const FOREIGN = `${MARK}-sales`;
const STRANGER = `${MARK}-zoe`;

let server: AServer;
let all: string;
let own: string;
let foreign: Record<'hold' | 'activity' | 'notice', string>;

const ask = (methodAndPath: string, key: string, body?: unknown): Promise<Called> =>
  call(server.url, methodAndPath, { key, ...(body === undefined ? {} : { body }) });

async function done(methodAndPath: string, body?: unknown): Promise<Called['body']> {
  const called = await ask(methodAndPath, all, body);
  expect(called.status, `${methodAndPath} ${JSON.stringify(called.body)}`).toBeLessThan(300);
  return called.body;
}

async function fill(environmentId: string, userId: string, name: string): Promise<{ hold: string }> {
  const action = { ...ACTION, environmentId, userId };
  await done('POST /v1/environments', { id: environmentId, name });
  await done(`PUT /v1/environments/${environmentId}/allocations/ai-builder-credits`, { credits: '100' });
  await done(`PUT /v1/limits/${environmentId}`, { scope: { environmentId }, currency: 'ai-builder-credits', monthly: '30' });
  await done(`PUT /v1/limits/${userId}`, { scope: { userId }, currency: 'ai-builder-credits', monthly: '30' });
  await done(`PUT /v1/limits/${environmentId}-flow`, {
    scope: { resourceId: `${environmentId}-flow` },
    currency: 'ai-builder-credits',
    monthly: '30',
  });
  const { id: hold } = await done('POST /v1/holds', { ...action, expiresInSeconds: 3_600 });
  const resource = { type: 'flow', id: `${environmentId}-flow`, name: `${name} flow` };
  await done('POST /v1/consumptions', { ...action, usage: { pages: 2 }, resource });
  return { hold };
}

beforeAll(async () => {
  server = await startServer();
  all = (await server.tenant('Contoso', '2025-10-10T08:00:00Z')).key;
  // X1 comes before anything is owned.
  await done('POST /v1/trials', { userId: STRANGER });
  await done('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await done('PUT /v1/limits/everything', { scope: {}, currency: 'ai-builder-credits', monthly: '100' });
  await fill('sales', 'ada', 'Sales');
  const { hold } = await fill(FOREIGN, `${MARK}-bob`, `${MARK} sales`);
  // N1 in an environment that draws from the pool.
  await done('POST /v1/environments', { id: `${MARK}-lab`, name: `${MARK} lab` });
  const activity = (await done(`GET /v1/activity?environmentId=${FOREIGN}`)).value[0].id;
  const notice = (await done(`GET /v1/notices?environmentId=${FOREIGN}`)).value[0].id;
  foreign = { hold, activity, notice };
  own = (await done('POST /v1/keys', { role: 'environment-admin', environmentIds: ['sales'] })).key;
});

afterAll(async () => {
  await server?.stop();
});

/** Every route that reads, without an id in its path. */
const LISTS = ROUTES.filter(
  ({ method, path, right, streams }) =>
    method === 'GET' && !path.includes('{') && !streams && (right as readonly Role[]).includes('environment-admin'),
);
const QUERIES: Record<string, string> = { getUsage: '?groupBy=environment,user,resource' };
/** Of these the tenant administrator sees what is not the other's. */
const TELL_APART = [
  'getUsage',
  'listActivity',
  'listAllocations',
  'listBanners',
  'listEnvironmentCapacities',
  'listEnvironments',
  'listLimits',
  'listNotices',
  'listResources',
];

describe('an environment administrator', () => {
  it('reads nothing of other environments, and of people where they act elsewhere, in any list', async () => {
    const told: string[] = [];
    for (const { operation, path } of LISTS) {
      const address = `GET ${path}${QUERIES[operation] ?? ''}`;
      const seen = await ask(address, own);
      expect(seen.status, `${address} ${JSON.stringify(seen.body)}`).toBe(200);
      expect(JSON.stringify(seen.body), address).not.toContain(MARK);
      const whole = await ask(address, all);
      if (JSON.stringify(whole.body).includes(MARK)) told.push(operation);
    }
    expect(told.sort()).toEqual(TELL_APART);
  });

  it('reads all of its own, and the sums of the tenant', async () => {
    const list = async (path: string, key = own) => (await ask(`GET ${path}`, key)).body.value;
    const ids = async (path: string) => (await list(path)).map((each: { id: string }) => each.id);
    expect(await ids('/v1/environments')).toEqual(['sales']);
    expect((await list('/v1/environment-capacities')).map((each: { environmentId: string }) => each.environmentId)).toEqual([
      'sales',
    ]);
    expect(await ids('/v1/limits')).toEqual(['everything', 'sales']);
    expect(await ids('/v1/resources')).toEqual(['sales-flow']);
    expect((await list('/v1/allocations')).map((each: { environmentId: string }) => each.environmentId)).toEqual(['sales']);
    const activity = await list('/v1/activity');
    expect(activity).toEqual(await list('/v1/activity?environmentId=sales', all));
    expect(activity).toHaveLength(1);
    const usage = (key: string, filter = '') => list(`/v1/usage?groupBy=user${filter}`, key);
    expect(await usage(own)).toEqual(await usage(all, '&environment=sales'));
    expect((await usage(own)).length).toBeGreaterThan(0);
    const notices = await list('/v1/notices');
    const everybodys: { environmentId?: string; limitId?: string }[] = await list('/v1/notices', all);
    expect(notices).toEqual(
      everybodys.filter(
        ({ environmentId, limitId }) => environmentId === 'sales' || ['sales', 'everything'].includes(limitId ?? ''),
      ),
    );
    expect(new Set(notices.map((each: { limitId?: string }) => each.limitId))).toEqual(
      new Set([undefined, 'sales', 'everything']),
    );
    expect((await ask('GET /v1/capacity', own)).body).toEqual((await ask('GET /v1/capacity', all)).body);
    expect((await ask('GET /v1/environments/sales/capacity', own)).status).toBe(200);
    expect((await ask('GET /v1/environments/sales/forecast', own)).status).toBe(200);
  });

  it.each([
    'GET /v1/environments/FOREIGN',
    'GET /v1/environments/FOREIGN/capacity',
    'GET /v1/environments/FOREIGN/forecast',
    'GET /v1/activity?environmentId=FOREIGN',
    'GET /v1/usage?environment=FOREIGN',
    'GET /v1/notices?environmentId=FOREIGN',
    'GET /v1/banners?environmentId=FOREIGN',
    'GET /v1/resources?environmentId=FOREIGN',
    'GET /v1/stream?environmentId=FOREIGN',
    'GET /v1/trials',
    'GET /v1/reports',
  ])('is refused %s, whether or not it is there', async (address) => {
    for (const id of [FOREIGN, 'nowhere']) {
      const { status, body } = await ask(address.replace('FOREIGN', id), own);
      expect([status, body.code]).toEqual([403, 'Forbidden']);
      if (address.includes('FOREIGN')) expect(body.detail).toBe(`this key is for sales, not ${id}; use one that is for it`);
    }
  });

  it('does not find things of other environments by their ids', async () => {
    for (const path of [`activity/${foreign.activity}`, `holds/${foreign.hold}`, `limits/${FOREIGN}`, `limits/${STRANGER}`]) {
      const { status, body } = await ask(`GET /v1/${path}`, own);
      expect([path, status, body.code]).toEqual([path, 404, 'NotFound']);
    }
    expect((await ask(`POST /v1/holds/${foreign.hold}/capture`, own, { usage: { pages: 1 } })).status).toBe(404);
    expect((await ask(`POST /v1/holds/${foreign.hold}/release`, own)).status).toBe(404);
    expect((await ask(`GET /v1/holds/${foreign.hold}`, all)).body.status).toBe('open');
  });

  it('is told by a preview what a change does to its own, and to nobody else', async () => {
    const change = (environmentId: string) => ({ changes: [{ environmentId, currency: 'ai-builder-credits', credits: '4900' }] });
    const preview = await ask('POST /v1/allocations/previews', own, change('sales'));
    expect(preview.status).toBe(200);
    expect(JSON.stringify(preview.body)).not.toContain(MARK);
    // All that was left of the pool: the environment that draws from it has none.
    expect((await ask('POST /v1/allocations/previews', all, change('sales'))).body.others.value[0].environmentId).toContain(MARK);
    expect((await ask('POST /v1/allocations/previews', own, change(FOREIGN))).status).toBe(403);
  });
});
