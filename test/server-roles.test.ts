// The limits of roles within their routes (T3); every route × every role is in rights.test.ts.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ROLES, type Role } from '../src/store/store.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Call, call } from './support/call.ts';

let server: AServer;
const keys = {} as Record<Role, string>;
const keyIds = {} as Record<Role, string>;

const ask = (methodAndPath: string, role: Role, options: Call = {}) =>
  call(server.url, methodAndPath, { key: keys[role], ...options });

beforeAll(async () => {
  server = await startServer();
  keys['tenant-admin'] = (await server.tenant('Roles', '2026-03-10T08:00:00Z')).key;
  for (const id of ['sales', 'finance']) await ask('POST /v1/environments', 'tenant-admin', { body: { id, name: id } });
  await ask('POST /v1/entitlements', 'tenant-admin', { body: { product: 'power-automate-premium', quantity: 1 } });
  await ask('POST /v1/billing-plans', 'tenant-admin', { body: { id: 'plan', name: 'Azure' } });
  for (const role of ROLES.filter((each) => each !== 'tenant-admin')) {
    const own = role === 'environment-admin' ? { environmentIds: ['sales'] } : role === 'maker' ? { userId: 'ada' } : {};
    const made = await ask('POST /v1/keys', 'tenant-admin', { body: { role, ...own } });
    keys[role] = made.body.key;
    keyIds[role] = made.body.id;
  }
});

afterAll(async () => {
  await server?.stop();
});

describe('an environment administrator', () => {
  const as = 'environment-admin';

  it('allocates for, changes and meters in its own environments only', async () => {
    expect(
      (await ask('PUT /v1/environments/sales/allocations/ai-builder-credits', as, { body: { credits: '1000' } })).status,
    ).toBe(200);
    expect(
      (await ask('PUT /v1/environments/finance/allocations/ai-builder-credits', as, { body: { credits: '1' } })).status,
    ).toBe(403);
    expect((await ask('PATCH /v1/environments/sales', as, { body: { name: 'Sales' } })).status).toBe(200);
    expect((await ask('PATCH /v1/environments/finance', as, { body: { name: 'Finance' } })).status).toBe(403);
    for (const [path, done] of [
      ['/v1/consumptions', 201],
      ['/v1/checks', 200],
      ['/v1/holds', 201],
    ] as const) {
      expect((await ask(`POST ${path}`, as, { body: ACTION })).status).toBe(done);
      expect((await ask(`POST ${path}`, as, { body: { ...ACTION, environmentId: 'finance' } })).status).toBe(403);
    }
    const foreign = { ...ACTION, environmentId: 'finance' };
    const { body } = await ask('POST /v1/consumptions/batch', as, { body: { actions: [ACTION, foreign, ACTION] } });
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 403, 201]);
  });

  it('closes holds of its own environments only', async () => {
    const hold = await ask('POST /v1/holds', 'service', { body: { ...ACTION, environmentId: 'finance' } });
    // Nor does it learn that it is there.
    expect((await ask(`POST /v1/holds/${hold.body.id}/capture`, as, { body: { usage: { pages: 1 } } })).status).toBe(404);
    expect((await ask(`POST /v1/holds/${hold.body.id}/release`, as)).status).toBe(404);
    expect((await ask(`POST /v1/holds/${hold.body.id}/release`, 'service')).status).toBe(200);
  });

  it('does not allocate while only tenant administrators may', async () => {
    await ask('PATCH /v1/tenant/settings', 'tenant-admin', { body: { allocationBy: 'tenant-admins' } });
    const answers = [await ask('PUT /v1/environments/sales/allocations/ai-builder-credits', as, { body: { credits: '0' } })];
    // What is as good as an allocation: the pool, and a billing plan.
    for (const body of [{ drawFromTenantPool: true }, { deny: false }, { billingPlanId: null }])
      answers.push(await ask('PATCH /v1/environments/sales', as, { body }));
    const named = await ask('PATCH /v1/environments/sales', as, { body: { name: 'Sales' } });
    await ask('PATCH /v1/tenant/settings', 'tenant-admin', { body: { allocationBy: 'anyone' } });
    for (const answer of answers) {
      expect(answer.status).toBe(403);
      expect(answer.body.detail).toContain('allocationBy');
    }
    expect(named.status).toBe(200);
  });
});

describe('a billing administrator', () => {
  it('links a billing plan and changes nothing else of an environment', async () => {
    expect((await ask('PATCH /v1/environments/sales', 'billing-admin', { body: { billingPlanId: 'plan' } })).status).toBe(200);
    expect(
      (await ask('PATCH /v1/environments/sales', 'billing-admin', { body: { billingPlanId: null, deny: true } })).status,
    ).toBe(403);
    expect((await ask('GET /v1/environments/sales', 'reader')).body).toMatchObject({ billingPlanId: 'plan', deny: false });
  });
});

describe('a maker', () => {
  const test = { ...ACTION, mode: 'test' };

  it('checks and consumes in tests and training, as itself', async () => {
    expect((await ask('POST /v1/consumptions', 'maker', { body: test })).body).toMatchObject({ free: 'test', credits: '0' });
    expect((await ask('POST /v1/checks', 'maker', { body: { ...ACTION, mode: 'train' } })).status).toBe(200);
    expect((await ask('POST /v1/consumptions', 'maker', { body: ACTION })).status).toBe(403);
    expect((await ask('POST /v1/consumptions', 'maker', { body: { ...test, userId: 'bob' } })).status).toBe(403);
  });

  it('sees its own trial only', async () => {
    const { key } = await server.tenant('Trials', '2025-10-10T08:00:00Z');
    for (const userId of ['ada', 'bob']) await call(server.url, 'POST /v1/trials', { key, body: { userId } });
    const maker = (await call(server.url, 'POST /v1/keys', { key, body: { role: 'maker', userId: 'ada' } })).body.key;
    const usersSeenBy = async (by: string) =>
      (await call(server.url, 'GET /v1/trials', { key: by })).body.value.map((trial: { userId: string }) => trial.userId);
    expect([await usersSeenBy(key), await usersSeenBy(maker)]).toEqual([['ada', 'bob'], ['ada']]);
  });

  it('sees its own activity, usage and holds only', async () => {
    const bob = await ask('POST /v1/holds', 'service', { body: { ...ACTION, userId: 'bob' } });
    await ask('POST /v1/consumptions', 'service', { body: { ...ACTION, userId: 'bob' } });
    const users = (await ask('GET /v1/activity', 'maker')).body.value.map((item: { userId: string }) => item.userId);
    expect(new Set(users)).toEqual(new Set(['ada']));
    expect((await ask('GET /v1/activity?userId=bob', 'maker')).status).toBe(403);
    const usage = (await ask('GET /v1/usage?groupBy=user', 'maker')).body.value.map((row: { user: string }) => row.user);
    expect(new Set(usage)).toEqual(new Set(['ada']));
    expect((await ask(`GET /v1/holds/${bob.body.id}`, 'maker')).status).toBe(404);
    expect((await ask(`GET /v1/holds/${bob.body.id}`, 'reader')).status).toBe(200);
  });
});

describe('keys', () => {
  it('say what their role needs, and no more', async () => {
    const make = (body: object) => ask('POST /v1/keys', 'tenant-admin', { body });
    expect((await make({ role: 'environment-admin' })).body.errors[0].pointer).toBe('/environmentIds');
    expect((await make({ role: 'reader', environmentIds: ['sales'] })).body.errors[0].pointer).toBe('/environmentIds');
    expect((await make({ role: 'maker' })).body.errors[0].pointer).toBe('/userId');
    expect((await make({ role: 'service', userId: 'ada' })).body.errors[0].pointer).toBe('/userId');
    expect((await make({ role: 'king' })).body.errors[0].pointer).toBe('/role');
    expect((await make({ role: 'environment-admin', environmentIds: ['sales', 'nowhere'] })).body).toMatchObject({
      code: 'NotFound',
      errors: [{ pointer: '/environmentIds/1' }],
    });
  });

  it('are listed without their secret, and no longer work once revoked', async () => {
    const listed = await ask('GET /v1/keys', 'tenant-admin');
    expect(JSON.stringify(listed.body)).not.toContain('bursar_');
    expect((await ask(`DELETE /v1/keys/${keyIds.reader}`, 'tenant-admin')).status).toBe(204);
    expect((await ask('GET /v1/tenant', 'reader')).status).toBe(401);
    expect((await ask('DELETE /v1/keys/no-such-key', 'tenant-admin')).status).toBe(404);
  });

  it('of one character too many or another are not asked for in the database', async () => {
    const key = keys['tenant-admin'];
    for (const wrong of [`${key}a`, key.slice(0, -1), `${key.slice(0, -1)}${key.endsWith('0') ? '1' : '0'}`, key.toUpperCase()]) {
      expect((await call(server.url, 'GET /v1/tenant', { key: wrong })).status).toBe(401);
    }
  });
});
