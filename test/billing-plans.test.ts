// Pay-as-you-go (D4, T2): what was billed to a plan this month and what it costs; and what is left of a pre-purchase (E8).

import { afterAll, beforeAll, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';
import { call } from './support/call.ts';

let server: AServer;
let key: string;

const ask = (route: string, body?: object, headers?: Record<string, string>) =>
  call(server.url, route, { key, ...(body ? { body } : {}), ...(headers ? { headers } : {}) });
const answers = (responses: number) =>
  ask('POST /v1/consumptions', {
    environmentId: 'sales',
    userId: 'ada',
    caller: 'agent',
    capability: 'classic-answer',
    usage: { responses },
  });

beforeAll(async () => {
  server = await startServer();
  ({ key } = await server.tenant('Contoso', '2026-03-10T08:00:00Z'));
  await ask('POST /v1/environments', { id: 'sales', name: 'Sales' });
});

afterAll(async () => {
  await server?.stop();
});

it('a plan shows its credits and cost of the month to date, which begins anew on the 1st', async () => {
  const made = await ask('POST /v1/billing-plans', { id: 'azure', name: 'Azure' }, { 'idempotency-key': 'plan' });
  expect(made.body.monthToDate).toEqual({
    month: '2026-03',
    credits: '0',
    held: '0',
    cost: { currency: 'USD', amount: '0.00' },
  });
  await ask('PATCH /v1/environments/sales', { billingPlanId: 'azure' });
  await answers(123);
  expect((await ask('GET /v1/billing-plans/azure')).body.monthToDate).toMatchObject({ credits: '123', cost: { amount: '1.23' } });
  expect((await ask('GET /v1/billing-plans')).body.value[0].monthToDate.cost.amount).toBe('1.23');
  // What is billed is shown up to date, whatever the view (D9).
  await ask('PATCH /v1/tenant/settings', { enforcement: { view: 'computed' } });
  expect((await ask('GET /v1/billing-plans/azure')).body.monthToDate.credits).toBe('123');
  await ask('PATCH /v1/tenant/settings', { enforcement: { view: 'realtime' } });
  const again = await ask('POST /v1/billing-plans', { id: 'azure', name: 'Azure' }, { 'idempotency-key': 'plan' });
  expect([again.status, again.headers.get('idempotency-replayed'), again.body]).toEqual([201, 'true', made.body]);
  await ask('PUT /v1/tenant/clock', { now: '2026-04-01T00:00:00Z' });
  expect((await ask('GET /v1/billing-plans/azure')).body.monthToDate).toMatchObject({ month: '2026-04', credits: '0' });
  expect((await ask('GET /v1/billing-plans/visa')).status).toBe(404);
});

it('a page goes on where it stood, though the plan that it ended with was deleted', async () => {
  for (const id of ['p-1', 'p-2', 'p-3']) await ask('POST /v1/billing-plans', { id, name: id });
  const first = await ask('GET /v1/billing-plans?limit=2');
  await ask('DELETE /v1/billing-plans/p-1');
  const rest = await ask(`GET /v1/billing-plans?cursor=${first.body.nextCursor}`);
  expect(first.body.value.map((plan: { id: string }) => plan.id)).toEqual(['azure', 'p-1']);
  expect(rest.body.value.map((plan: { id: string }) => plan.id)).toEqual(['p-2', 'p-3']);
});

it('a pre-purchase shows what is left of it, over months and until its year ends', async () => {
  const bought = await ask('POST /v1/entitlements', { id: 'year', product: 'copilot-credit-pre-purchase', quantity: 300_000 });
  expect(bought.body.prePurchase).toEqual({ credits: '300000', drawn: '0', held: '0', remaining: '300000' });
  expect((await answers(300)).body.source).toBe('pre-purchase');
  await ask('PUT /v1/tenant/clock', { now: '2026-07-01T00:00:00Z' });
  await answers(100);
  const [entitlement] = (await ask('GET /v1/entitlements')).body.value;
  expect(entitlement.prePurchase).toEqual({ credits: '300000', drawn: '400', held: '0', remaining: '299600' });
  const { currencies } = (await ask('GET /v1/capacity')).body;
  expect(currencies[1].sources).toEqual([
    { product: 'copilot-credit-pre-purchase', quantity: 300_000, credits: '299600', capped: false },
  ]);
  await ask('PUT /v1/tenant/clock', { now: '2027-04-01T00:00:00Z' });
  expect((await answers(1)).body.source).toBe('pay-as-you-go');
});
