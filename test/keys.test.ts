// What keys are beside their role (T3): narrowed to scopes and environments, for a time, rotated, and never the last one revoked.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellOfKey, hashKey } from '../src/api/key-secret.ts';
import { callRefusal } from '../src/api/right.ts';
import { ROUTES } from '../src/api/routes.ts';
import type { Instant } from '../src/core/month.ts';
import { openStore } from '../src/store/open-store.ts';
import { type Principal, SCOPES } from '../src/store/store.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call, cookieOf, OWN_PAGE } from './support/call.ts';

const HOUR_MS = 3_600_000;

let server: AServer;
// Whole seconds: they are told without fractions.
let now = Math.floor(Date.now() / 1_000) * 1_000;
let admin: string;

beforeAll(async () => {
  server = await startServer({ clock: () => now as Instant });
  admin = (await server.tenant('Keys')).key;
  for (const id of ['sales', 'finance']) await call(server.url, 'POST /v1/environments', { key: admin, body: { id, name: id } });
  await call(server.url, 'POST /v1/entitlements', { key: admin, body: { product: 'copilot-credit-pack', quantity: 1 } });
});

afterAll(async () => {
  await server?.stop();
});

const at = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');
const make = (body: object, key = admin) => call(server.url, 'POST /v1/keys', { key, body });
const works = async (key: string) => (await call(server.url, 'GET /v1/tenant', { key })).status === 200;
const keyListed = async (id: string) =>
  (await call(server.url, 'GET /v1/keys', { key: admin })).body.value.find((each: { id: string }) => each.id === id);

describe('scopes', () => {
  const CHECK = ['POST /v1/price', 'POST /v1/checks'];
  const CONSUME = ['POST /v1/consumptions', 'POST /v1/consumptions/batch', 'POST /v1/holds'].concat(
    ['capture', 'release'].map((act) => `POST /v1/holds/{id}/${act}`),
  );
  const READ = ['POST /v1/estimates', 'POST /v1/allocations/previews', 'POST /v1/comparisons'];
  const wanted = (route: string) => {
    if (CHECK.includes(route)) return 'check';
    if (CONSUME.includes(route)) return 'consume';
    // Who takes the audit log away is in it.
    if (route === 'GET /v1/audit/content') return 'administer';
    return READ.includes(route) || route.startsWith('GET ') ? 'read' : 'administer';
  };

  it.each(SCOPES)(
    'a key with the scope %s alone is refused by every route of another one, and by none of its own',
    async (scope) => {
      const { key } = (await make({ role: 'tenant-admin', scopes: [scope] })).body;
      const wrong: string[] = [];
      let walked = 0;
      for (const { method, path, right } of ROUTES) {
        if (!Array.isArray(right) || !right.includes('tenant-admin')) continue;
        walked += 1;
        const route = `${method} ${path}`;
        // Nothing of it is there, and no body fits: whatever is let in is refused later.
        const asked = await call(server.url, `${method} ${path.replace(/\{\w+\}/g, 'nothing')}`, {
          key,
          ...(method === 'GET' || method === 'DELETE' ? {} : { body: { unfit: true } }),
        });
        const refused = asked.status === 403 && asked.body.detail.startsWith(`this key may ${scope} only`);
        if (refused === (wanted(route) === scope)) wrong.push(`${route}: ${asked.status}`);
      }
      expect(wrong).toEqual([]);
      expect(walked).toBeGreaterThan(60);
    },
  );

  it.each([{ scopes: ['administer', 'read'] }, { expiresAt: '2126-01-01T00:00:00Z' }])(
    'with %j let nobody else in: what is made would be more than what makes it',
    async (narrow) => {
      const { key, id } = (await make({ role: 'tenant-admin', ...narrow })).body;
      const ask = (route: string, body: object) => call(server.url, route, { key, body });
      const asked = [
        await ask('POST /v1/keys', { role: 'tenant-admin' }),
        await ask(`POST /v1/keys/${id}/rotations`, {}),
        await ask('POST /v1/people', { email: 'eve@example.com', name: 'Eve', role: 'tenant-admin' }),
        await ask('POST /v1/people/nobody/invitations', {}),
        await ask('PATCH /v1/people/nobody', { role: 'tenant-admin' }),
      ];
      expect(asked.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
      for (const { body } of asked) expect(body.detail).toContain('lets nobody else in');
      expect((await ask('PATCH /v1/tenant/settings', {})).status).toBe(200);
      const { id: another } = (await make({ role: 'reader' })).body;
      const shut = (keyId: string) => call(server.url, `DELETE /v1/keys/${keyId}`, { key });
      expect([(await shut(another)).status, (await shut(id)).status]).toEqual([403, 204]);
    },
  );

  it('nor does a token of a provider, which ends by itself: what it made would not', () => {
    const token = {
      cell: 0,
      tenantId: 't',
      kind: 'token',
      id: 'p:s',
      name: null,
      role: 'tenant-admin',
      environmentIds: [],
    } as const;
    const principal: Principal = { ...token, environmentIds: [], userId: null, scopes: null, expiresAt: now as Instant };
    const refused = (operation: string) => {
      const row = ROUTES.find((each) => each.operation === operation)!;
      return callRefusal(principal, { ...row, right: ['tenant-admin'] })?.refused;
    };
    expect([refused('createKey'), refused('invitePerson'), refused('changeSettings')]).toEqual([
      'Forbidden',
      'Forbidden',
      undefined,
    ]);
  });

  it('are told with the key, in one order, and name what there is where they are unknown', async () => {
    expect((await make({ role: 'reader', scopes: ['read', 'check', 'read'] })).body.scopes).toEqual(['check', 'read']);
    expect((await make({ role: 'reader' })).body.scopes).toBeNull();
    for (const scopes of [[], ['everything']]) expect((await make({ role: 'reader', scopes })).status).toBe(422);
  });

  it('hold for the page: it shows what they allow, and takes the scope read', async () => {
    const signIn = (key: string) => call(server.url, 'POST /v1/session', { body: { key }, headers: OWN_PAGE });
    const reading = await signIn((await make({ role: 'tenant-admin', scopes: ['read'] })).body.key);
    expect(reading.body).toMatchObject({ role: 'tenant-admin', scopes: ['read'] });
    expect(reading.body.operations).toContain('listKeys');
    expect(reading.body.operations).not.toContain('createKey');
    expect((await signIn((await make({ role: 'tenant-admin', scopes: ['administer'] })).body.key)).status).toBe(403);
  });
});

describe('the environments of a service', () => {
  it('are where it meters, holds and closes holds, and nowhere else', async () => {
    const { key } = (await make({ role: 'service', environmentIds: ['sales'] })).body;
    const ask = (route: string, body: object) => call(server.url, route, { key, body });
    const foreign = { ...ACTION, environmentId: 'finance' };
    for (const path of ['/v1/checks', '/v1/consumptions', '/v1/holds']) {
      expect((await ask(`POST ${path}`, ACTION)).status).toBeLessThan(300);
      expect(await ask(`POST ${path}`, foreign)).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    }
    const { results } = (await ask('POST /v1/consumptions/batch', { actions: [ACTION, foreign] })).body;
    expect(results.map((each: { status: number }) => each.status)).toEqual([201, 403]);
    const hold = (await call(server.url, 'POST /v1/holds', { key: admin, body: foreign })).body;
    for (const act of ['capture', 'release'])
      expect((await ask(`POST /v1/holds/${hold.id}/${act}`, act === 'capture' ? { usage: { pages: 1 } } : {})).status).toBe(404);
  });
});

describe('a key for a time', () => {
  it('works until then, for its session too, in every process', async () => {
    const expiresAt = at(now + HOUR_MS);
    const { key } = (await make({ role: 'reader', expiresAt })).body;
    const session = await call(server.url, 'POST /v1/session', { body: { key }, headers: OWN_PAGE });
    expect(session.body.expiresAt).toBe(expiresAt);
    const cookie = cookieOf(session);
    const other = await openStore({ url: server.databaseUrl, clock: () => now as Instant });
    const found = () => other.holderOfKey(cellOfKey(key)!, hashKey(key));
    expect(await works(key)).toBe(true);
    expect((await call(server.url, 'GET /v1/tenant', { headers: { cookie } })).status).toBe(200);
    expect(await found()).toMatchObject({ works: true, principal: { role: 'reader' } });
    now += HOUR_MS;
    expect(await works(key)).toBe(false);
    expect((await call(server.url, 'GET /v1/tenant', { headers: { cookie } })).status).toBe(401);
    expect(await found()).toMatchObject({ works: false });
    await other.close();
  });

  it('is not made for a time that has passed', async () => {
    const refused = await make({ role: 'reader', expiresAt: '2026-01-01T00:00:00Z' });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '/expiresAt' }] } });
  });
});

describe('rotating a key', () => {
  const rotate = (id: string, body: object = {}) => call(server.url, `POST /v1/keys/${id}/rotations`, { key: admin, body });

  it('gives it a new secret; the old one works beside it until its time is over', async () => {
    const first = (await make({ role: 'reader', name: 'Power BI' })).body;
    const second = (await rotate(first.id, { graceSeconds: 3600 })).body;
    expect(second).toMatchObject({ id: first.id, name: 'Power BI', role: 'reader' });
    expect(second.rotatedUntil).toBe(at(now + HOUR_MS));
    expect([await works(first.key), await works(second.key)]).toEqual([true, true]);
    now += HOUR_MS;
    await expect.poll(() => works(first.key), { timeout: 5_000 }).toBe(false);
    expect(await works(second.key)).toBe(true);
    expect((await keyListed(first.id)).rotatedUntil).toBeNull();
  });

  it('ends the sessions that the old secret began with it, for whoever has stolen that has signed in', async () => {
    const { id, key } = (await make({ role: 'tenant-admin' })).body;
    const signedIn = await call(server.url, 'POST /v1/session', { body: { key }, headers: OWN_PAGE });
    const cookie = cookieOf(signedIn);
    const isIn = async () => (await call(server.url, 'GET /v1/tenant', { headers: { ...OWN_PAGE, cookie } })).status === 200;
    await rotate(id, { graceSeconds: 3600 });
    expect(await isIn()).toBe(true);
    await rotate(id, { graceSeconds: 0 });
    expect(await isIn()).toBe(false);
  });

  it('leaves no more than two: rotating again ends the older, and without grace there is one', async () => {
    const first = (await make({ role: 'reader' })).body;
    const second = (await rotate(first.id)).body;
    const third = (await rotate(first.id)).body;
    expect([await works(first.key), await works(second.key), await works(third.key)]).toEqual([false, true, true]);
    const fourth = (await rotate(first.id, { graceSeconds: 0 })).body;
    expect([await works(third.key), await works(fourth.key)]).toEqual([false, true]);
  });

  it('ends both at once when it is revoked, felt by another process within a second or two', async () => {
    const first = (await make({ role: 'reader' })).body;
    const second = (await rotate(first.id)).body;
    const other = await openStore({ url: server.databaseUrl, clock: () => now as Instant });
    const found = async () =>
      (await Promise.all([first.key, second.key].map((key) => other.holderOfKey(cellOfKey(key)!, hashKey(key))))).filter(
        (holder) => holder?.works,
      ).length;
    expect(await found()).toBe(2);
    expect((await call(server.url, `DELETE /v1/keys/${first.id}`, { key: admin })).status).toBe(204);
    expect([await works(first.key), await works(second.key)]).toEqual([false, false]);
    await expect.poll(found, { timeout: 3_000 }).toBe(0);
    await other.close();
  });

  it('takes a key that works, and a bounded grace', async () => {
    const { id } = (await make({ role: 'reader' })).body;
    await call(server.url, `DELETE /v1/keys/${id}`, { key: admin });
    expect((await rotate(id)).status).toBe(404);
    expect((await rotate('no-such-key')).status).toBe(404);
    expect((await rotate(id, { graceSeconds: 30 * 86_400 + 1 })).status).toBe(422);
  });
});

it('when a key was used last is told, and costs requests nothing', async () => {
  const { id, key } = (await make({ role: 'reader' })).body;
  expect((await keyListed(id)).lastUsedAt).toBeNull();
  const other = await openStore({ url: server.databaseUrl, clock: () => (now + 5_000) as Instant });
  await other.holderOfKey(cellOfKey(key)!, hashKey(key));
  await other.close();
  expect((await keyListed(id)).lastUsedAt).toBe(at(now + 5_000));
});

describe('the last key that can administer a tenant', () => {
  it('cannot be revoked, whatever other keys there are', async () => {
    const { key } = await server.tenant('Last');
    const own = (await call(server.url, 'GET /v1/keys', { key })).body.value[0].id;
    await make({ role: 'tenant-admin', scopes: ['administer'] }, key);
    await make({ role: 'tenant-admin', expiresAt: at(now + HOUR_MS) }, key);
    const refused = await call(server.url, `DELETE /v1/keys/${own}`, { key });
    expect(refused).toMatchObject({ status: 403, body: { code: 'Forbidden' } });
    const second = (await make({ role: 'tenant-admin' }, key)).body;
    expect((await call(server.url, `DELETE /v1/keys/${own}`, { key })).status).toBe(204);
    expect((await call(server.url, `DELETE /v1/keys/${second.id}`, { key: second.key })).status).toBe(403);
  });

  it('stays where two revoke each other at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { key } = await server.tenant('Two');
      const own = (await call(server.url, 'GET /v1/keys', { key })).body.value[0].id;
      const second = (await make({ role: 'tenant-admin' }, key)).body;
      const outcomes = await Promise.all([
        call(server.url, `DELETE /v1/keys/${second.id}`, { key }),
        call(server.url, `DELETE /v1/keys/${own}`, { key: second.key }),
      ]);
      expect(outcomes.filter(({ status }) => status === 204).length).toBe(1);
      expect([await works(key), await works(second.key)].filter(Boolean).length).toBe(1);
    }
  });
});
