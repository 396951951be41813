// What late figures cost (D9, C2): the same actions decided by realtime and by computed consumption.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type AServer, startServer } from './support/a-server.ts';
import { call } from './support/call.ts';

let server: AServer;
let key: string;

const ask = (route: string, body?: object) => call(server.url, route, { key, ...(body ? { body } : {}) });
const pages = (count: number, more: object = {}) => ({
  environmentId: 'sales',
  userId: 'ada',
  caller: 'cloud-flow',
  capability: 'custom-document-processing',
  usage: { pages: count },
  ...more,
});

beforeAll(async () => {
  server = await startServer();
  ({ key } = await server.tenant('Contoso', '2025-06-10T08:00:00Z'));
  await ask('POST /v1/environments', { id: 'sales', name: 'Sales' });
  await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await ask('PUT /v1/environments/sales/allocations/ai-builder-credits', { credits: '1000' });
  // Realtime: 8 + 4 pages are 1,200 of 1,000; the third is still in its grace, the fourth is refused.
  for (const count of [8, 4, 1, 1]) await ask('POST /v1/consumptions', pages(count));
  await ask('PUT /v1/tenant/clock', { now: '2025-06-11T08:00:00Z' });
  await ask('POST /v1/consumptions', pages(1));
});

afterAll(async () => {
  await server?.stop();
});

describe('POST /v1/comparisons', () => {
  it('says what each view would have admitted, refused and overspent', async () => {
    const { status, body } = await ask('POST /v1/comparisons', { from: '2025-06-10', to: '2025-06-11' });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body.actions).toBe(5);
    // As it happened: 800 and 400 admitted, 100 in overage until 125 %, then refused.
    expect(body.realtime).toMatchObject({
      admitted: 3,
      refused: 2,
      inOverage: 1,
      credits: [{ currency: 'ai-builder-credits', credits: '1300' }],
      overspent: [{ currency: 'ai-builder-credits', credits: '300' }],
    });
    // Nothing was computed on the first day, so all four run; at midnight 1,400 are known and the fifth is refused.
    expect(body.computed).toMatchObject({
      admitted: 4,
      refused: 1,
      inOverage: 0,
      credits: [{ currency: 'ai-builder-credits', credits: '1400' }],
      overspent: [{ currency: 'ai-builder-credits', credits: '400' }],
    });
    expect([body.onlyRealtimeAdmits, body.onlyComputedAdmits, body.skipped]).toEqual([0, 1, 0]);
    expect(body.days.map((day: { day: string }) => day.day)).toEqual(['2025-06-10', '2025-06-11']);
    expect(body.days[1].computed).toMatchObject({ admitted: 0, refused: 1 });
  });

  it('computation that is held back for days lets more pass', async () => {
    const { body } = await ask('POST /v1/comparisons', { from: '2025-06-10', to: '2025-06-11', delayDays: 1 });
    expect(body.computed).toMatchObject({ admitted: 5, refused: 0, overspent: [{ credits: '500' }] });
    expect(body.realtime).toMatchObject({ admitted: 3 });
  });

  it('a period that begins within a month is decided on what was consumed before', async () => {
    const { body } = await ask('POST /v1/comparisons', { from: '2025-06-11', to: '2025-06-30' });
    expect(body.actions).toBe(1);
    expect(body.realtime).toMatchObject({ admitted: 0, refused: 1 });
  });

  it('usage that was only recorded is decided, too', async () => {
    const other = await server.tenant('Fabrikam', '2025-06-10T08:00:00Z');
    const as = { key: other.key };
    await call(server.url, 'POST /v1/environments', { ...as, body: { id: 'sales', name: 'Sales' } });
    await call(server.url, 'POST /v1/consumptions', { ...as, body: pages(1, { recordOnly: true }) });
    const { body } = await call(server.url, 'POST /v1/comparisons', { ...as, body: { from: '2025-06-10', to: '2025-06-10' } });
    expect([body.realtime.admitted, body.realtime.refused]).toEqual([0, 1]);
  });

  it('records nothing', async () => {
    const before = (await ask('GET /v1/environments/sales/capacity')).body;
    await ask('POST /v1/comparisons', { from: '2025-06-10', to: '2025-06-11' });
    expect((await ask('GET /v1/environments/sales/capacity')).body).toEqual(before);
    expect((await ask('GET /v1/activity')).body.value).toHaveLength(5);
  });

  it.each([
    [{ from: '2025-06-11', to: '2025-06-10' }, '/from'],
    [{ from: '2024-06-11', to: '2025-06-12' }, '/from'],
    [{ from: 'yesterday', to: '2025-06-10' }, '/from'],
    [{ from: '2025-06-10', to: '2025-06-11', delayDays: 32 }, '/delayDays'],
  ])('%j is refused at %s', async (body, pointer) => {
    const answer = await ask('POST /v1/comparisons', body);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].pointer).toBe(pointer);
  });
});
