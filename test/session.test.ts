// The session of the admin centre: a key becomes a cookie that acts as it, for as long as the key lives and the session is used, and for
// changes from the page itself only.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../src/core/month.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { type Called, call, cookieOf, OWN_PAGE } from './support/call.ts';

const HOUR_MS = 3_600_000;

let server: AServer;
let now: number;
let contoso: { id: string; key: string };

beforeAll(async () => {
  now = Date.parse('2026-03-10T08:00:00Z');
  server = await startServer({ clock: () => now as Instant });
  contoso = await server.tenant('Contoso', '2026-03-10T08:00:00Z');
});

afterAll(async () => {
  await server?.stop();
});

function signIn(key: string, headers: Record<string, string> = {}): Promise<Called> {
  return call(server.url, 'POST /v1/session', { body: { key }, headers: { ...OWN_PAGE, ...headers } });
}

async function aSession(key = contoso.key): Promise<string> {
  return cookieOf(await signIn(key));
}

async function aKey(body: object): Promise<{ id: string; key: string }> {
  return (await call(server.url, 'POST /v1/keys', { key: contoso.key, body })).body;
}

function read(cookie: string, path = '/v1/tenant'): Promise<Called> {
  return call(server.url, `GET ${path}`, { headers: { cookie } });
}

const createEnvironment = (headers: Record<string, string>) =>
  call(server.url, 'POST /v1/environments', { body: { name: 'Sales' }, headers });

describe('signing in', () => {
  it('exchanges a key for a cookie that no script and no other site has', async () => {
    const answer = await signIn(contoso.key);
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      role: 'tenant-admin',
      environmentIds: [],
      userId: null,
      tenant: { id: contoso.id, name: 'Contoso' },
      startedAt: '2026-03-10T08:00:00Z',
      expiresAt: '2026-03-10T20:00:00Z',
    });
    const attributes = answer.headers.get('set-cookie')!.split('; ').slice(1);
    expect(attributes.sort()).toEqual(['HttpOnly', 'Max-Age=604800', 'SameSite=Strict']);
    expect(JSON.stringify(answer.body)).not.toContain(cookieOf(answer).split('=')[1]);
  });

  it('keeps the cookie to TLS where the page came by TLS', async () => {
    const { headers } = await signIn(contoso.key, { origin: 'https://bursar.example.com' });
    expect(headers.get('set-cookie')).toContain('; Secure');
  });

  it('says what the role may call', async () => {
    const { body: administrator } = await signIn(contoso.key);
    expect(administrator.operations).toEqual(expect.arrayContaining(['createKey', 'getCapacity', 'getLiveness']));
    expect(administrator.operations).not.toContain('createTenant');
    const { key } = await aKey({ role: 'maker', userId: 'ada' });
    const { body: maker } = await signIn(key);
    expect(maker).toMatchObject({ role: 'maker', userId: 'ada' });
    expect(maker.operations).toContain('getCapacity');
    expect(maker.operations).not.toContain('createKey');
  });

  it('stores no secret', async () => {
    const secret = (await aSession()).split('=')[1]!;
    const { database } = server.store;
    const rows = await database.everywhere.query({ text: 'select s::text as stored from session s', values: [] });
    expect(rows.length).toBeGreaterThan(0);
    for (const { stored } of rows) expect(stored).not.toContain(secret);
  });

  it('ends the session that was there before', async () => {
    const first = await aSession();
    await signIn(contoso.key, { cookie: first });
    expect((await read(first)).status).toBe(401);
  });

  it('is refused to what opens no tenant', async () => {
    for (const key of ['not-a-key', 'ключ 🔑', 'bursar_operator_x', `${contoso.key}x`])
      expect((await signIn(key)).body.code).toBe('Unauthenticated');
    expect((await signIn('')).status).toBe(422);
    const { key } = await aKey({ role: 'service' });
    const service = await signIn(key);
    expect([service.status, service.body.code, service.headers.get('set-cookie')]).toEqual([403, 'Forbidden', null]);
  });

  it('is for the page only: another site cannot sign a browser in to a tenant of its choice', async () => {
    const body = { key: contoso.key };
    expect((await call(server.url, 'POST /v1/session', { body })).status).toBe(403);
    const foreign = { 'x-bursar-csrf': '1', 'sec-fetch-site': 'cross-site' };
    expect((await call(server.url, 'POST /v1/session', { body, headers: foreign })).status).toBe(403);
  });
});

describe('a session', () => {
  it('acts as its key, with its role and its limits', async () => {
    const { key } = await aKey({ role: 'reader' });
    const cookie = await aSession(key);
    expect((await read(cookie)).body.name).toBe('Contoso');
    const refused = await createEnvironment({ cookie, ...OWN_PAGE });
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('a key of role reader may not do this')]);
    expect((await createEnvironment({ cookie: await aSession(), ...OWN_PAGE })).status).toBe(201);
  });

  it('says who is signed in, and 204 where nobody is', async () => {
    const cookie = await aSession();
    expect((await read(cookie, '/v1/session')).body).toMatchObject({ role: 'tenant-admin', tenant: { id: contoso.id } });
    for (const nobody of ['', 'bursar_session=nonsense', 'bursar_session=%ff', 'other=1; bursar_session='])
      expect((await read(nobody, '/v1/session')).status).toBe(204);
  });

  it('never makes tenants, and is not asked for where nobody needs a key', async () => {
    const cookie = await aSession();
    expect((await read(cookie, '/v1/tenants')).status).toBe(403);
    expect((await read('bursar_session=nonsense', '/livez')).status).toBe(200);
  });

  it('is nothing beside a key: a program is who it says it is', async () => {
    const { key } = await aKey({ role: 'reader' });
    const { status } = await call(server.url, 'POST /v1/environments', {
      key,
      body: { name: 'Sales' },
      headers: { cookie: await aSession(), ...OWN_PAGE },
    });
    expect(status).toBe(403);
    const { status: wrong } = await call(server.url, 'GET /v1/tenant', { key: 'wrong', headers: { cookie: await aSession() } });
    expect(wrong).toBe(401);
  });

  it('ends when it is signed out', async () => {
    const cookie = await aSession();
    const out = await call(server.url, 'DELETE /v1/session', { headers: { cookie, ...OWN_PAGE } });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringMatching(/^bursar_session=;.*Max-Age=0/)]);
    const { status, body } = await read(cookie);
    expect([status, body.detail]).toEqual([401, 'this session is over; sign in again']);
    // Once more does no harm, and forgets the cookie again.
    expect((await call(server.url, 'DELETE /v1/session', { headers: { cookie, ...OWN_PAGE } })).status).toBe(204);
  });

  it('ends with its key, at once where that is revoked', async () => {
    const { id, key } = await aKey({ role: 'reader' });
    const cookie = await aSession(key);
    const elsewhere = await aSession(key);
    expect((await read(cookie)).status).toBe(200);
    await call(server.url, `DELETE /v1/keys/${id}`, { key: contoso.key });
    expect((await read(cookie)).status).toBe(401);
    expect((await read(elsewhere)).status).toBe(401);
  });

  it('ends after 12 hours without use', async () => {
    const cookie = await aSession();
    now += 11 * HOUR_MS;
    expect((await read(cookie)).status).toBe(200);
    now += 11 * HOUR_MS;
    expect((await read(cookie, '/v1/session')).body.expiresAt).toBe(
      new Date(now + 12 * HOUR_MS).toISOString().replace('.000', ''),
    );
    now += 12 * HOUR_MS;
    expect((await read(cookie)).status).toBe(401);
  });

  it('ends after 7 days, however much it is used', async () => {
    const cookie = await aSession();
    for (let hours = 0; hours < 7 * 24 - 8; hours += 8) {
      now += 8 * HOUR_MS;
      expect((await read(cookie)).status).toBe(200);
    }
    expect((await read(cookie, '/v1/session')).body.expiresAt).toBe(
      new Date(now + 8 * HOUR_MS).toISOString().replace('.000', ''),
    );
    now += 8 * HOUR_MS;
    expect((await read(cookie)).status).toBe(401);
  });

  it('gives way to newer ones of the same key, so that they do not pile up', async () => {
    const { key } = await aKey({ role: 'reader' });
    const first = await aSession(key);
    for (let made = 0; made < 100; made += 1) {
      now += 1;
      await aSession(key);
    }
    expect((await read(first)).status).toBe(401);
  });
});

describe('a change with a session', () => {
  const tries: [string, Record<string, string>, number][] = [
    ['from the page', OWN_PAGE, 201],
    ['without the header', { 'sec-fetch-site': 'same-origin' }, 403],
    ['from another site', { 'x-bursar-csrf': '1', 'sec-fetch-site': 'cross-site' }, 403],
    ['from a sibling domain or another port', { 'x-bursar-csrf': '1', 'sec-fetch-site': 'same-site' }, 403],
    ['typed into the address', { 'x-bursar-csrf': '1', 'sec-fetch-site': 'none' }, 403],
    ['of unknown origin', { 'x-bursar-csrf': '1' }, 403],
    ['from an origin of its own', { 'x-bursar-csrf': '1', origin: 'https://evil.example' }, 403],
    ['from a sandboxed frame', { 'x-bursar-csrf': '1', origin: 'null' }, 403],
    [
      'from another origin, though the browser says same',
      { 'x-bursar-csrf': '1', origin: 'null', 'sec-fetch-site': 'same-site' },
      403,
    ],
  ];
  for (const [where, headers, expected] of tries) {
    it(`${where}: ${expected}`, async () => {
      expect((await createEnvironment({ cookie: await aSession(), ...headers })).status).toBe(expected);
    });
  }

  it('is taken without TLS, where browsers say their origin only', async () => {
    const cookie = await aSession();
    expect((await createEnvironment({ cookie, 'x-bursar-csrf': '1', origin: server.url })).status).toBe(201);
    const proxied = { 'x-bursar-csrf': '1', origin: 'http://bursar.intranet', 'x-forwarded-host': 'bursar.intranet' };
    expect((await createEnvironment({ cookie, ...proxied })).status).toBe(201);
  });

  it('with a key needs none of this', async () => {
    const { status } = await call(server.url, 'POST /v1/environments', { key: contoso.key, body: { name: 'Sales' } });
    expect(status).toBe(201);
  });
});

describe('behind a gateway', () => {
  let gateway: Server;
  let origin: string;

  beforeAll(async () => {
    gateway = createServer(async (request, response) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of request) chunks.push(chunk as Uint8Array);
      const { host: _, connection: __, 'content-length': ___, ...headers } = request.headers as Record<string, string>;
      const answer = await fetch(server.url + request.url!.replace(/^\/ai\/credits/, ''), {
        method: request.method!,
        headers,
        ...(chunks.length > 0 ? { body: Buffer.concat(chunks) } : {}),
      });
      const cookie = answer.headers.get('set-cookie');
      response.writeHead(answer.status, cookie ? { 'set-cookie': cookie } : {}).end(Buffer.from(await answer.arrayBuffer()));
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  });

  afterAll(() => {
    gateway.closeAllConnections();
    gateway.close();
  });

  it('names no path, so that the browser sends it to where the API is', async () => {
    const answer = await call(origin, 'POST /ai/credits/v1/session', { body: { key: contoso.key }, headers: OWN_PAGE });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('set-cookie')).not.toMatch(/path/i);
  });
});
