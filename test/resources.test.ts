// F7: which apps, flows and agents are premium, and why; seen in actions or declared.

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';
import { call } from './support/call.ts';

let server: AServer;
let key: string;

const ask = (route: string, body?: object) => call(server.url, route, { key, ...(body ? { body } : {}) });
const consume = (resource: object, more: object = {}) =>
  ask('POST /v1/consumptions', {
    environmentId: 'sales',
    userId: 'ada',
    caller: 'cloud-flow',
    capability: 'custom-document-processing',
    usage: { pages: 1 },
    resource,
    ...more,
  });
async function found(query = ''): Promise<Record<string, { premium: boolean; why: string; lastSeenAt: string | null }>> {
  const { body } = await ask(`GET /v1/resources${query}`);
  return Object.fromEntries(body.value.map((each: { type: string; id: string }) => [`${each.type} ${each.id}`, each]));
}

beforeAll(async () => {
  server = await startServer();
  ({ key } = await server.tenant('Contoso', '2026-03-10T08:00:00Z'));
  for (const id of ['sales', 'finance']) await ask('POST /v1/environments', { id, name: id });
  await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
});

afterAll(async () => {
  await server?.stop();
});

it('an app with an AI action is premium, and an app with a flow that has one; the flow is not thereby', async () => {
  await consume({ type: 'app', id: 'a-1', name: 'Receipts' }, { caller: 'canvas-app' });
  await consume({ type: 'flow', id: 'f-1', name: 'Read', app: 'a-2' });
  await consume({ type: 'agent', id: 'bot' });
  const all = await found();
  expect(all['app a-1']).toMatchObject({ premium: true, why: 'premium: an AI action of this app was seen' });
  expect(all['app a-2']).toMatchObject({ premium: true, why: 'premium: it has flow f-1, which has an AI action' });
  expect(all['flow f-1']).toMatchObject({
    premium: false,
    why: 'not premium: an AI action does not make a flow premium; it makes app a-2 premium',
  });
  expect(all['agent bot']?.premium).toBe(false);
});

it('what is declared counts like what was seen, and is told apart', async () => {
  const declared = await ask('PUT /v1/resources/app/a-9', { environmentId: 'finance', name: 'Budget' });
  expect(declared.body).toMatchObject({ premium: false, lastSeenAt: null, aiAction: null });
  const flow = await ask('PUT /v1/resources/flow/f-9', { environmentId: 'finance', aiAction: true, apps: ['a-9', 'a-10'] });
  expect(flow.body).toMatchObject({ premium: false, apps: ['a-10', 'a-9'], aiAction: 'declared' });
  const all = await found('?environmentId=finance');
  expect(Object.keys(all)).toEqual(['app a-10', 'app a-9', 'flow f-9']);
  expect(all['app a-9']).toMatchObject({ premium: true, name: 'Budget' });
  // Declared again without the AI action: the app is no longer premium.
  await ask('PUT /v1/resources/flow/f-9', { environmentId: 'finance', aiAction: false });
  expect((await found('?environmentId=finance'))['app a-9']?.premium).toBe(false);
});

it('what was seen stays seen, whatever is declared', async () => {
  await ask('PUT /v1/resources/app/a-1', { environmentId: 'sales', aiAction: false });
  expect((await found())['app a-1']).toMatchObject({ premium: true, name: 'Receipts' });
});

it('lists by premium, type and environment, in pages', async () => {
  expect(Object.keys(await found('?premium=true'))).toEqual(['app a-1', 'app a-2']);
  expect(Object.keys(await found('?type=agent'))).toEqual(['agent bot']);
  const first = await ask('GET /v1/resources?limit=3');
  const rest = await ask(`GET /v1/resources?limit=1000&cursor=${first.body.nextCursor}`);
  const paged = [...first.body.value, ...rest.body.value].map((each: { type: string; id: string }) => `${each.type} ${each.id}`);
  expect(paged).toEqual(Object.keys(await found()));
});

it('refuses what it cannot take', async () => {
  expect((await ask('PUT /v1/resources/app/x', { environmentId: 'nowhere' })).body.code).toBe('NotFound');
  expect((await ask('PUT /v1/resources/app/x', { environmentId: 'sales', apps: ['y'] })).body.errors[0].pointer).toBe('/apps');
  expect((await ask('PUT /v1/resources/robot/x', { environmentId: 'sales' })).status).toBe(422);
  expect((await ask('GET /v1/resources?cursor=bm9uZQ')).status).toBe(422);
  const other = await server.tenant('Fabrikam', '2026-03-10T08:00:00Z');
  expect((await call(server.url, 'GET /v1/resources', { key: other.key })).body.value).toEqual([]);
});
