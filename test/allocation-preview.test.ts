// Previews of allocations over HTTP: the answer, that nothing is recorded, that what is not there to allocate is an answer; and the same
// set made, with its switches, all or none.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

let server: AServer;
let key: string;

const ask = (methodAndPath: string, body?: unknown) =>
  call(server.url, methodAndPath, { key, ...(body === undefined ? {} : { body }) });
const preview = (body: unknown) => ask('POST /v1/allocations/previews', body);
const aiBuilder = (environmentId: string, credits: string) => ({ environmentId, currency: 'ai-builder-credits', credits });

beforeAll(async () => {
  server = await startServer();
  ({ key } = await server.tenant('Previews', '2026-03-10T08:00:00Z'));
  await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  for (const id of ['sales', 'finance']) await ask('POST /v1/environments', { id, name: id.toUpperCase() });
  await ask('POST /v1/consumptions', { ...ACTION, usage: { pages: 9 } });
});

afterAll(() => server?.stop());

it('answers what would change, and changes nothing', async () => {
  const before = (await ask('GET /v1/capacity')).body;
  const { status, body } = await preview({ changes: [aiBuilder('sales', '1000')] });
  expect(status).toBe(200);
  expect(body).toEqual({
    decision: 'allowed',
    pools: [
      {
        currency: 'ai-builder-credits',
        owned: '5000',
        before: { allocated: '0', unallocated: '5000', consumed: '900' },
        after: { allocated: '1000', unallocated: '4000', consumed: '0' },
        sharedBy: 1,
      },
    ],
    named: [
      {
        environmentId: 'sales',
        name: 'SALES',
        currency: 'ai-builder-credits',
        before: { allocated: '0', source: 'pool', available: '5000', consumed: '900', percent: '18', status: 'within-capacity' },
        after: {
          allocated: '1000',
          source: 'allocation',
          available: '1000',
          consumed: '900',
          percent: '90',
          status: 'near-capacity',
        },
      },
    ],
    others: { count: 0, value: [] },
  });
  expect((await ask('GET /v1/capacity')).body.currencies).toEqual(before.currencies);
  expect((await ask('GET /v1/allocations')).body.value).toEqual([]);
});

it('counts others whose status would change', async () => {
  const { body } = await preview({ changes: [aiBuilder('sales', '5000')] });
  expect(body.others.count).toBe(1);
  expect(body.others.value[0]).toMatchObject({ environmentId: 'finance', after: { status: 'no-capacity' } });
});

it('answers that not enough is unallocated, with what is available', async () => {
  const { status, body } = await preview({ changes: [aiBuilder('sales', '4000'), aiBuilder('finance', '1001')] });
  expect(status).toBe(200);
  expect(body).toMatchObject({
    decision: 'refused',
    code: 'InsufficientUnallocatedCredits',
    available: '5000',
    currency: 'ai-builder-credits',
    pools: [],
  });
});

it('previews switches too, and says where it is wrong', async () => {
  const { body } = await preview({ environments: [{ environmentId: 'sales', deny: true }] });
  expect(body.named.map(({ after }: { after: { status: string } }) => after.status)).toEqual(['no-capacity', 'no-capacity']);
  const wrong = await preview({ environments: [{ environmentId: 'nowhere', deny: true }] });
  expect([wrong.status, wrong.body.errors[0].pointer]).toEqual([404, '/environments/0/environmentId']);
});

it('makes allocations and switches as one: all or none, of environments that are the key’s own', async () => {
  const set = (credits: string, environments: object[]) => ({ changes: [aiBuilder('finance', credits)], environments });
  const before = (await ask('GET /v1/environments/finance')).body;
  const refused = await ask('POST /v1/allocations/changes', set('6000', [{ environmentId: 'finance', deny: true }]));
  expect([refused.status, refused.body.code]).toEqual([409, 'InsufficientUnallocatedCredits']);
  const wrong = set('100', [
    { environmentId: 'finance', deny: true },
    { environmentId: 'sales', billingPlanId: 'none' },
  ]);
  const unknown = await ask('POST /v1/allocations/changes', wrong);
  expect([unknown.status, unknown.body.errors[0].pointer]).toEqual([404, '/environments/1/billingPlanId']);
  const { body: made } = await ask('POST /v1/keys', { role: 'environment-admin', environmentIds: ['finance'] });
  const foreign = await call(server.url, 'POST /v1/allocations/changes', {
    key: made.key,
    body: set('100', [{ environmentId: 'sales', deny: true }]),
  });
  expect(foreign.status).toBe(403);
  expect((await ask('GET /v1/environments/finance')).body).toEqual(before);
  expect((await ask('GET /v1/allocations')).body.value).toEqual([]);

  const done = await ask('POST /v1/allocations/changes', set('100', [{ environmentId: 'finance', deny: true }]));
  expect([done.status, done.body]).toEqual([200, { changes: [aiBuilder('finance', '100')] }]);
  expect((await ask('GET /v1/environments/finance')).body).toEqual({ ...before, deny: true });
  expect((await ask('GET /v1/allocations')).body.value).toEqual([aiBuilder('finance', '100')]);
});
