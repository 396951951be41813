// A tenant in which every table has rows, made through the API as people and programs make it.

import { expect, vi } from 'vitest';
import { aReceiver } from './a-receiver.ts';
import type { AServer } from './a-server.ts';
import { ACTION, type Called, call, OWN_PAGE } from './call.ts';

/** What a text column must give back as it was: all that COPY writes in a way of its own. */
export const AWKWARD = '\\. \\N, "naïve" 東京 \u{1f469}\u{1f680} \\\\';

const FILE = `Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial
2025-03-10,ada,sales,Sales,200,FALSE
2025-03-11,bob,finance,"Finance, Europe",32,FALSE
`;

/** Needs a server with `privateAddresses`. One report is ready. */
export async function everything(server: AServer): Promise<{ id: string; key: string }> {
  const receiver = await aReceiver();
  const { id, key } = await server.tenant('Contoso', '2025-10-10T08:00:00Z');
  const ask = async (methodAndPath: string, body?: unknown, headers?: Record<string, string>): Promise<Called> => {
    const called = await call(server.url, methodAndPath, { key, body, ...(headers ? { headers } : {}) });
    expect(called.status, `${methodAndPath} ${JSON.stringify(called.body)}`).toBeLessThan(300);
    return called;
  };
  try {
    // X1 comes before anything is owned.
    for (const environment of ['sales', 'lab']) await ask('POST /v1/environments', { id: environment, name: `${environment} é` });
    await ask('POST /v1/trials', { userId: 'tess' });
    await ask('POST /v1/consumptions', { ...ACTION, environmentId: 'lab', userId: 'tess' });
    await ask('POST /v1/billing-plans', { id: 'plan', name: 'Plan' });
    await ask('PATCH /v1/environments/lab', { billingPlanId: 'plan', drawFromTenantPool: false });
    await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
    await ask('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 1 });
    await ask('POST /v1/extensions');
    await ask('PUT /v1/environments/sales/allocations/ai-builder-credits', { credits: '1000' });
    await ask('PUT /v1/capabilities/own', { name: 'Own', unit: 'action', from: '2025-10-01', copilotCredits: '0.000001' });
    await ask('PUT /v1/limits/ada', { scope: { userId: 'ada' }, currency: 'ai-builder-credits', monthly: '900' });
    await ask('PUT /v1/notice-recipients', { emails: ['ops@example.com'] });
    await ask('POST /v1/webhooks', { id: 'hook', url: receiver.url, description: AWKWARD });
    await ask('PUT /v1/resources/app/expenses', { environmentId: 'sales', name: AWKWARD, aiAction: true });
    await ask('PUT /v1/resources/flow/claims', { environmentId: 'sales', apps: ['expenses'] });
    const held = await ask('POST /v1/holds', { ...ACTION, expiresInSeconds: 3_600 }, { 'idempotency-key': 'held' });
    await ask(`POST /v1/holds/${held.body.id}/capture`, { usage: { pages: 2 } });
    await ask('POST /v1/holds', { ...ACTION, expiresInSeconds: 3_600 });
    for (const pages of [3, 3]) {
      const action = { ...ACTION, usage: { pages }, resource: { type: 'flow', id: 'claims', name: AWKWARD, app: 'expenses' } };
      await ask('POST /v1/consumptions', action, { 'idempotency-key': `paid-${pages}-${Math.random()}` });
    }
    await ask('POST /v1/consumptions', {
      environmentId: 'lab',
      userId: 'bot',
      caller: 'agent',
      capability: 'generative-answer',
      usage: { responses: 1 },
    });
    await ask('POST /v1/computations');
    await server.deliver();
    await call(server.url, 'POST /v1/imports?dryRun=false', { key, raw: FILE, headers: { 'content-type': 'text/csv' } });
    const { body: ada } = await ask('POST /v1/people', { email: 'ada@example.com', name: AWKWARD, role: 'reader' });
    await call(server.url, 'POST /v1/session', {
      body: { invitation: ada.invitation.secret, password: 'three words of ada' },
      headers: OWN_PAGE,
    });
    await ask('POST /v1/people', { email: 'bob@example.com', name: 'Bob', role: 'environment-admin', environmentIds: ['sales'] });
    await call(server.url, 'POST /v1/session', {
      body: { key },
      headers: OWN_PAGE,
    });
    const report = await ask('POST /v1/reports', { type: 'ai-builder-consumption' });
    await vi.waitFor(async () => expect((await ask(`GET /v1/reports/${report.body.id}`)).body.status).toBe('Completed'), 10_000);
  } finally {
    await receiver.stop();
  }
  return { id, key };
}
