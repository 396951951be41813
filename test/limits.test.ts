// Limits: rates of keys and addresses, each counted by itself (I12), clients that are slow, headers that every answer has, and that
// nothing can be asked for without a bound.

import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../src/api/route.ts';
import { ROUTES } from '../src/api/routes.ts';
import { Admission } from '../src/server/admission.ts';
import { buildServer } from '../src/server/app.ts';
import { addressOf, isLoopback, networkOf, trustedProxies } from '../src/server/client-address.ts';
import { Limit } from '../src/server/rate-limit.ts';
import { readServeSettings } from '../src/server/serve-settings.ts';
import { PATIENCE, patienceOptions, SlowClients } from '../src/server/slow-clients.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { comingOn, sendBytes } from './support/bytes.ts';
import { type Called, call, cookieOf } from './support/call.ts';
import { PAGES_WITHOUT_ROW } from './support/pages-without-row.ts';

/** With nothing set. */
let plain: AServer;
beforeAll(async () => {
  plain = await startServer();
});
afterAll(() => plain?.stop());

describe('a limit', () => {
  const limit = new Limit('key', { quota: 10, windowMs: 2_000, what: 'this key sends too much' });

  it('lets so many through at once, and then one each time that there is one again', () => {
    const bucket = limit.bucketOf('a');
    for (let count = 0; count < 10; count += 1) expect(limit.take(bucket, 1_000)).toBe(0);
    expect(limit.take(bucket, 1_000)).toBe(200);
    expect(limit.take(bucket, 1_199)).toBe(1);
    expect(limit.take(bucket, 1_200)).toBe(0);
    expect(limit.take(bucket, 1_200)).toBe(200);
    // What is not used does not add up beyond the quota.
    for (let count = 0; count < 10; count += 1) expect(limit.take(bucket, 999_000)).toBe(0);
    expect(limit.take(bucket, 999_000)).toBe(200);
  });

  it('says how it stands, and takes back what was not meant', () => {
    const bucket = limit.bucketOf('b');
    expect([limit.policy, limit.standing(bucket, 0)]).toEqual(['"key";q=10;w=2', '"key";r=10;t=0']);
    for (let count = 0; count < 7; count += 1) limit.take(bucket, 0);
    expect(limit.standing(bucket, 0)).toBe('"key";r=3;t=2');
    limit.giveBack(bucket);
    expect(limit.standing(bucket, 1_000)).toBe('"key";r=9;t=1');
  });

  it('has as many as it says, whatever their interval', () => {
    for (const quota of [3, 7, 14, 49, 700, 3_998]) {
      const odd = new Limit('address', { quota, windowMs: 2_000, what: '' });
      const bucket = odd.bucketOf('a');
      let taken = 0;
      while (odd.take(bucket, 123_456.789) === 0) taken += 1;
      expect([taken, odd.standing(bucket, 123_456.789)]).toEqual([quota, '"address";r=0;t=2']);
    }
  });
});

describe("a request's address", () => {
  const from = (remoteAddress: string, forwarded?: string) =>
    ({ socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } }) as IncomingMessage;

  it.each([
    ['of its connection, whatever it says', [], '9.9.9.9', '1.1.1.1', '9.9.9.9'],
    ['of its connection where that is no proxy', ['10.0.0.0/8'], '9.9.9.9', '1.1.1.1', '9.9.9.9'],
    ['the one that the proxy saw', ['10.0.0.0/8'], '10.0.0.1', '1.1.1.1', '1.1.1.1'],
    ['the one that the proxy saw, not what that one said', ['10.0.0.0/8'], '10.0.0.1', '5.5.5.5, 1.1.1.1', '1.1.1.1'],
    ['the one before several proxies', ['10.0.0.0/8', '::1'], '::1', '5.5.5.5, 1.1.1.1, 10.0.0.7', '1.1.1.1'],
    ['that of the proxy where it says nothing', ['10.0.0.1'], '10.0.0.1', undefined, '10.0.0.1'],
    ['that of the proxy where it says no address', ['10.0.0.1'], '10.0.0.1', '1.1.1.1, unknown', '10.0.0.1'],
    ['without its port', ['10.0.0.1'], '10.0.0.1', '1.1.1.1:5678', '1.1.1.1'],
    ['of IPv6 without its port', ['10.0.0.1'], '10.0.0.1', '[2001:db8::1]:5678', '2001:db8::1'],
    ['behind a proxy whose address is written as one of IPv6', ['10.0.0.1'], '::ffff:10.0.0.1', '1.1.1.1', '1.1.1.1'],
  ])('is %s', (_, proxies, remote, forwarded, wanted) => {
    expect(addressOf(from(remote, forwarded), trustedProxies(proxies))).toBe(wanted);
  });

  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::ffff', '2001:db8:1:2::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['', ''],
  ])('%s counts as %s', (address, network) => expect(networkOf(address)).toBe(network));

  it('is that of this machine for few hosts, however a URL writes them', () => {
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]']) expect(isLoopback(host), host).toBe(true);
    for (const host of ['127.example.com', '127.0.0.1.example.com', 'localhost.example', '0.0.0.0', '::', '10.0.0.1', ''])
      expect(isLoopback(host), host).toBe(false);
  });
});

describe('settings of limits', () => {
  it('are these by default', () => {
    expect(readServeSettings({})).toMatchObject({ rates: { perKey: 2_000, perAddress: 50 }, trustedProxies: [], tls: null });
  });

  it('are read', () => {
    const given = {
      BURSAR_REQUESTS_PER_SECOND_PER_KEY: '0',
      BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS: '7',
      BURSAR_TRUSTED_PROXIES: '10.0.0.0/8, ::1',
      BURSAR_TLS_CERT: 'c.pem',
      BURSAR_TLS_KEY: 'k.pem',
    };
    expect(readServeSettings(given)).toMatchObject({
      rates: { perKey: 0, perAddress: 7 },
      trustedProxies: ['10.0.0.0/8', '::1'],
      tls: { certFile: 'c.pem', keyFile: 'k.pem' },
    });
  });

  it.each([
    ['BURSAR_REQUESTS_PER_SECOND_PER_KEY', 'many'],
    ['BURSAR_REQUESTS_PER_SECOND_PER_KEY', '-1'],
    ['BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS', '1.5'],
    ['BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS', '1000001'],
    ['BURSAR_TRUSTED_PROXIES', 'proxy.example.com'],
    ['BURSAR_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['BURSAR_TLS_CERT', 'c.pem'],
    ['BURSAR_TLS_KEY', 'k.pem'],
  ])('refuse %s=%s, by name', (name, value) => expect(() => readServeSettings({ [name]: value })).toThrow(name));
});

describe('a server with rates', () => {
  const RATE = 5;
  const BURST = 2 * RATE;
  let now = 0;
  let server: AServer;
  let first: { id: string; key: string };
  let second: { id: string; key: string };

  beforeAll(async () => {
    server = await startServer({ server: { rates: { perKey: RATE, perAddress: RATE, clock: () => now } } });
    first = await server.tenant('First');
    second = await server.tenant('Second');
  });
  afterAll(() => server?.stop());

  /** All that was taken is there again. */
  const later = () => {
    now += 120_000;
  };
  const read = (key: string, headers: Record<string, string> = {}) => call(server.url, 'GET /v1/tenant', { key, headers });
  const statuses = async (count: number, send: () => Promise<Called>) => {
    const found: Record<number, number> = {};
    for (let index = 0; index < count; index += 1) {
      const { status } = await send();
      found[status] = (found[status] ?? 0) + 1;
    }
    return found;
  };

  it('tells how the limit of the key stands, and refuses what is over it until Retry-After has passed', async () => {
    later();
    const one = await read(first.key);
    expect([one.status, one.headers.get('ratelimit-policy'), one.headers.get('ratelimit')]).toEqual([
      200,
      `"key";q=${BURST};w=2`,
      `"key";r=${BURST - 1};t=1`,
    ]);
    expect(await statuses(BURST - 1, () => read(first.key))).toEqual({ 200: BURST - 1 });
    const over = await read(first.key);
    expect(over.status).toBe(429);
    expect(over.headers.get('ratelimit')).toBe('"key";r=0;t=2');
    expect(over.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(over.body).toMatchObject({ code: 'TooManyRequests', retryAfterSeconds: 1, type: '/problems/TooManyRequests' });
    expect(over.body.detail).toContain(`more than ${RATE} requests a second`);
    expect(over.body.instance).toBe(`/v1/tenant#${over.headers.get('x-request-id')}`);
    now += Number(over.headers.get('retry-after')) * 1000;
    expect((await read(first.key)).status).toBe(200);
  });

  it('counts each key by itself (I12)', async () => {
    later();
    expect(await statuses(BURST + 20, () => read(first.key))).toEqual({ 200: BURST, 429: 20 });
    expect(await statuses(BURST, () => read(second.key))).toEqual({ 200: BURST });
  });

  it('counts a key once, however its header is written, and its session with it', async () => {
    later();
    const signedIn = await call(server.url, 'POST /v1/session', {
      body: { key: first.key },
      headers: { origin: server.url, 'x-bursar-csrf': '1' },
    });
    const cookie = cookieOf(signedIn);
    const spellings = ['Bearer', 'bearer', 'BEARER', 'Bearer ', 'Bearer  '];
    const sent = spellings.map(
      (word) => () => call(server.url, 'GET /v1/tenant', { headers: { authorization: `${word} ${first.key}` } }),
    );
    const all = [...sent, () => call(server.url, 'GET /v1/tenant', { headers: { cookie } })];
    let left = BURST;
    for (let index = 0; index < BURST + 5; index += 1) {
      const { status } = await all[index % all.length]!();
      expect(status).toBe(left > 0 ? 200 : 429);
      left -= 1;
    }
  });

  it('knows a key again however it is written, and a session whatever comes beside it', async () => {
    later();
    const headers = { origin: server.url, 'x-bursar-csrf': '1' };
    const signedIn = await call(server.url, 'POST /v1/session', { body: { key: second.key }, headers });
    const cookie = signedIn.headers.get('set-cookie')!.split(';')[0]!;
    expect((await read(second.key)).status).toBe(200);
    expect((await call(server.url, 'GET /v1/tenant', { headers: { cookie } })).status).toBe(200);
    let tried = 0;
    const guess = () => {
      tried += 1;
      return read(`bursar_0_stranger${tried}`);
    };
    await statuses(BURST, guess);
    expect((await guess()).status).toBe(429);
    const spellings = [
      { authorization: `bEARER   ${second.key}` },
      { cookie: `theme=dark; ${cookie}` },
      { cookie: `${cookie}; theme=dark` },
      { cookie: cookie.replace('=b', '=%62') },
    ];
    for (const spelling of spellings)
      expect((await call(server.url, 'GET /v1/tenant', { headers: spelling })).status, JSON.stringify(spelling)).toBe(200);
  });

  it('does nothing of what it refuses', async () => {
    later();
    await statuses(BURST, () => read(first.key));
    const body = { id: 'late', name: 'Late' };
    expect((await call(server.url, 'POST /v1/environments', { key: first.key, body })).status).toBe(429);
    later();
    expect((await call(server.url, 'GET /v1/environments/late', { key: first.key })).status).toBe(404);
  });

  it('counts who has no key that is known by the address, and good keys of the same address not with them', async () => {
    later();
    let tried = 0;
    const guess = () => {
      tried += 1;
      return read(`bursar_0_guess${tried}`);
    };
    expect(await statuses(BURST + 5, guess)).toEqual({ 401: BURST, 429: 5 });
    const refused = await guess();
    expect(refused.headers.get('ratelimit-policy')).toBe(`"address";q=${BURST};w=2`);
    expect((await call(server.url, 'GET /v1/tenant')).status).toBe(429);
    expect((await read(second.key)).status).toBe(200);
    for (const path of ['/livez', '/readyz']) expect((await call(server.url, `GET ${path}`)).status).toBe(200);
  });

  it('does not count the first request of a good key for the address', async () => {
    later();
    const keys: string[] = [];
    for (let index = 0; index < BURST - 2; index += 1)
      keys.push((await call(server.url, 'POST /v1/keys', { key: first.key, body: { role: 'reader' } })).body.key);
    later();
    for (const key of keys) expect((await read(key)).headers.get('ratelimit')).toBe(`"key";r=${BURST - 1};t=1`);
    const guess = await read('bursar_0_guess');
    expect(guess.headers.get('ratelimit')).toBe(`"address";r=${BURST - 1};t=1`);
  });

  it('takes a key that was revoked for no key from then on', async () => {
    later();
    const made = await call(server.url, 'POST /v1/keys', { key: second.key, body: { role: 'reader' } });
    const { key, id } = made.body;
    expect((await read(key)).status).toBe(200);
    await call(server.url, `DELETE /v1/keys/${id}`, { key: second.key });
    expect((await read(key)).status).toBe(401);
    expect((await read(key)).headers.get('ratelimit-policy')).toMatch(/^"address"/);
  });

  it('is not led astray by X-Forwarded-For', async () => {
    later();
    let tried = 0;
    const guess = () => {
      tried += 1;
      return read(`bursar_0_x${tried}`, { 'x-forwarded-for': `7.7.7.${tried}`, forwarded: `for=7.7.7.${tried}` });
    };
    expect(await statuses(BURST + 5, guess)).toEqual({ 401: BURST, 429: 5 });
  });

  it('takes ten tries to sign in a minute, right or wrong, however the path is written', async () => {
    later();
    const headers = { origin: server.url, 'x-bursar-csrf': '1' };
    const paths = ['/v1/session', '/v1/sessio%6e', '/v1/session?', '/%76%31/session'];
    const found: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const wanted = index % 5 === 4 ? second.key : 'wrong';
      found.push((await call(server.url, `POST ${paths[index % paths.length]}`, { body: { key: wanted }, headers })).status);
      now += 500;
    }
    expect(found.filter((status) => status === 429)).toEqual([]);
    const over = await call(server.url, 'POST /v1/session', { body: { key: second.key }, headers });
    expect([over.status, over.headers.get('retry-after'), over.headers.get('ratelimit-policy')]).toEqual([
      429,
      '1',
      '"sign-in";q=10;w=60',
    ]);
    expect(over.headers.get('set-cookie')).toBeNull();
    // Others of this address work on.
    expect((await read(second.key)).status).toBe(200);
  });

  it('does not let the page of another site use up the tries of who looks at it', async () => {
    later();
    const elsewhere = { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' };
    for (let index = 0; index < 12; index += 1) {
      const { status } = await call(server.url, 'POST /v1/session', { body: { key: 'wrong' }, headers: elsewhere });
      expect(status).toBe(403);
      now += 500;
    }
    const begin = (site: string) => call(server.url, 'GET /v1/sign-in?provider=none', { headers: { 'sec-fetch-site': site } });
    for (let index = 0; index < 12; index += 1) {
      const { status, headers } = await begin(index % 2 === 0 ? 'cross-site' : 'same-site');
      expect([status, headers.get('ratelimit-policy')]).toEqual([404, expect.stringMatching(/^"address"/)]);
      now += 500;
    }
    const headers = { origin: server.url, 'x-bursar-csrf': '1' };
    expect((await call(server.url, 'POST /v1/session', { body: { key: second.key }, headers })).status).toBe(201);
    const own = [];
    for (let index = 0; index < 10; index += 1) {
      own.push((await begin('same-origin')).status);
      now += 500;
    }
    expect(own).toEqual([...Array(9).fill(404), 429]);
  });

  it('lets an address have more pages than that, but not without end', async () => {
    later();
    const page = () => call(server.url, 'GET /docs/style.css');
    expect(await statuses(BURST * 10 + 3, page)).toEqual({ 200: BURST * 10, 429: 3 });
    expect((await read('bursar_0_guess')).status).toBe(401);
  });

  it('counts what it refused', async () => {
    later();
    const { body } = await call(server.url, 'GET /metrics');
    for (const limit of ['key', 'address', 'page', 'sign-in'])
      expect(
        Number(new RegExp(`^bursar_requests_limited_total\\{limit="${limit}"\\} (\\d+)$`, 'm').exec(body)?.[1]),
      ).toBeGreaterThan(0);
  });
});

describe('a server behind a proxy that it trusts', () => {
  let server: AServer;
  beforeAll(async () => {
    server = await startServer({
      server: { rates: { perKey: 5, perAddress: 5, clock: () => 0 }, trustedProxies: ['127.0.0.1'] },
    });
  });
  afterAll(() => server?.stop());

  it('counts each of the addresses that the proxy has seen, not those that they made up', async () => {
    const guess = (forwarded: string) => call(server.url, 'GET /v1/tenant', { headers: { 'x-forwarded-for': forwarded } });
    const found: number[] = [];
    for (let index = 0; index < 12; index += 1) found.push((await guess(`6.6.6.${index}, 1.1.1.1`)).status);
    expect(found).toEqual([...Array(10).fill(401), 429, 429]);
    expect((await guess('2.2.2.2')).status).toBe(401);
  });
});

it('a server without rates limits nobody and says nothing of it', async () => {
  for (let index = 0; index < 30; index += 1) {
    const { status, headers } = await call(plain.url, 'GET /v1/tenant', { key: 'bursar_0_wrong' });
    expect([status, headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([401, null, null]);
  }
});

describe('every answer has the headers that keep a browser safe', () => {
  const admission = new Admission(10);
  let now = 0;
  let server: AServer;
  let tenant: { id: string; key: string };

  beforeAll(async () => {
    server = await startServer({
      server: { admission, behindTls: true, rates: { perKey: 200, perAddress: 200, clock: () => now } },
    });
    tenant = await server.tenant();
  });
  afterAll(() => server?.stop());

  function expectSafe(headers: Headers, of: string): void {
    expect(headers.get('content-security-policy'), of).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy'), of).not.toMatch(/unsafe-/);
    expect(headers.get('x-content-type-options'), of).toBe('nosniff');
    expect(headers.get('referrer-policy'), of).toBe('no-referrer');
    expect(headers.get('cross-origin-opener-policy'), of).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy'), of).toBe('same-origin');
    expect(headers.get('strict-transport-security'), of).toBe('max-age=31536000');
    expect(headers.get('cache-control'), of).toMatch(/no-store|no-cache|immutable/);
  }

  const pathOf = (row: Route) => row.path.replace(/\{\w+\}/g, 'x');

  it.each(['no key', 'a key'])('of every route, with %s', async (which) => {
    for (const row of ROUTES) {
      const options = which === 'a key' ? { key: tenant.key } : {};
      const body = row.method === 'GET' ? {} : { body: {} };
      const { headers } = await call(server.url, `${row.method} ${pathOf(row)}`, { ...options, ...body });
      expectSafe(headers, `${row.method} ${row.path}`);
      expect(headers.get('x-request-id'), `${row.method} ${row.path}`).toMatch(/^req-/);
    }
  });

  it('of every page', async () => {
    for (const path of Object.keys(PAGES_WITHOUT_ROW)) {
      const concrete = path.replace(':code', 'NotFound').replace('/*', '/environments');
      expectSafe((await call(server.url, `GET ${concrete}`, { headers: { accept: 'text/html' } })).headers, concrete);
    }
  });

  it.each([
    ['nothing', 'GET /v1/nothing', {}, 404],
    ['another method', 'PUT /v1/tenant', {}, 405],
    ['a path that cannot be read', 'GET /v1/environments/%zz', {}, 400],
    ['a body that is too large', 'POST /v1/environments', { raw: ' '.repeat(1024 * 1024 + 1) }, 413],
    ['a body that is no JSON', 'POST /v1/environments', { raw: '{' }, 400],
    ['a file that is not there', 'GET /assets/gone.js', {}, 404],
  ])('of an error: %s', async (_, methodAndPath, options, status) => {
    const answer = await call(server.url, methodAndPath, { key: tenant.key, ...options });
    expect(answer.status).toBe(status);
    expectSafe(answer.headers, methodAndPath);
    expect(answer.headers.get('x-request-id')).toMatch(/^req-/);
  });

  it('of what is shed, before and after it was looked at', async () => {
    const done = Array.from({ length: 10 }, () => admission.begin(tenant.id));
    for (const path of ['GET /v1/environments', 'GET /v1/environments/x']) {
      const { status, headers } = await call(server.url, path, { key: tenant.key });
      expect(status).toBe(503);
      expectSafe(headers, path);
    }
    for (const each of done) each();
  });

  it('of what is over a rate', async () => {
    now += 60_000;
    let answer = await call(server.url, 'GET /v1/tenant', { key: tenant.key });
    while (answer.status === 200) answer = await call(server.url, 'GET /v1/tenant', { key: tenant.key });
    expect(answer.status).toBe(429);
    expectSafe(answer.headers, 'over the rate');
    now += 60_000;
  });

  it('of what is no HTTP', async () => {
    const answer = await sendBytes(Number(new URL(server.url).port), 'this is no request\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    const lines = answer.split('\r\n\r\n')[0]!.split('\r\n').slice(1);
    expectSafe(new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string])), 'no HTTP');
  });

  it('and the cookie of a session is sent back over TLS only', async () => {
    const headers = { origin: server.url, 'x-bursar-csrf': '1' };
    const { headers: got } = await call(server.url, 'POST /v1/session', { body: { key: tenant.key }, headers });
    expect(got.get('set-cookie')).toMatch(/; Secure/);
  });
});

it('a server over plain HTTP says nothing of TLS', async () => {
  const { headers } = await call(plain.url, 'GET /livez');
  expect(headers.get('strict-transport-security')).toBeNull();
});

describe('a client that is slow', () => {
  const SOON = { ...PATIENCE, headersMs: 100, bodyMs: 100, answerMs: 200, lookEveryMs: 20 };
  let app: FastifyInstance;
  let port: number;
  let key: string;

  beforeAll(async () => {
    ({ key } = await plain.tenant());
    app = await buildServer({ store: plain.store, operatorKeyHash: Buffer.alloc(32), logLevel: 'silent', patience: SOON });
    port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  });
  afterAll(() => app?.close());

  it('has so long for its headers', async () => {
    const answer = await sendBytes(port, 'GET /v1/tenant HTTP/1.1\r\nHost: x\r\nX-Slow: ');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('the request did not come to its end in time');
  });

  it('has so long for its body, where that does not come', async () => {
    const head = `POST /v1/consumptions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
    const answer = await sendBytes(port, `${head}Content-Length: 1000\r\n\r\n{"environmentId":`);
    expect(answer).toContain('the request did not come to its end in time');
  });

  it('is cut where it takes nothing of an answer', async () => {
    const opened = once(app.server, 'connection') as Promise<[Socket]>;
    const client = connect(port, '127.0.0.1');
    client.pause();
    const [socket] = await opened;
    // More than all buffers between the two take.
    client.write('GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(100));
    await once(socket, 'close');
    expect(socket.bytesWritten).toBeGreaterThan(400_000);
    client.destroy();
  });

  /** A server that answers when it is told to, with a clock that is told. */
  async function watched(patience = PATIENCE) {
    let now = 0;
    const slow = new SlowClients(patience, () => now);
    const requests: IncomingMessage[] = [];
    const answers: ((text: string) => void)[] = [];
    const http = createServer(patienceOptions(patience), (request, response) => {
      slow.begins(response);
      requests.push(request);
      answers.push((text) => response.end(text));
      request.resume();
    });
    http.on('clientError', (error: Error & { code?: string }, socket: Socket) => socket.end(error.code ?? error.message));
    slow.watch(http, { connections: 'connection' });
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const client = connect((http.address() as AddressInfo).port, '127.0.0.1');
    return {
      http,
      client,
      answers,
      came: comingOn(client),
      /** Sends, and resolves when the server has read it. */
      async send(text: string) {
        const before = requests.length;
        client.write(text);
        if (/^POST|^GET/.test(text)) await once(http, 'request');
        else await once(requests[before - 1]!, 'data');
      },
      look(at: number) {
        now = at;
        slow.look();
      },
      async close() {
        client.destroy();
        http.close();
        await once(http, 'close');
      },
    };
  }

  const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n';

  it('may take as long as it needs for its body while that comes at a rate that any line has', async () => {
    const server = await watched();
    await server.send(HEAD);
    server.look(0);
    const part = 'x'.repeat(2 * 16 * 1024);
    for (let second = 2; second <= 58; second += 2) {
      await server.send(part);
      server.look(second * 1000);
    }
    expect(server.came()).toBe('');
    // Then nothing more comes: what it had saved up is used up at last.
    server.look(87_000);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.came()).toBe('');
    server.look(89_000);
    await once(server.client, 'close');
    expect(server.came()).toBe('ERR_HTTP_REQUEST_TIMEOUT');
    await server.close();
  });

  it('is cut where its body trickles', async () => {
    const server = await watched();
    await server.send(HEAD);
    server.look(0);
    for (let second = 5; second <= 30; second += 5) {
      await server.send('x');
      server.look(second * 1000);
    }
    expect(server.came()).toBe('');
    server.look(31_000);
    await once(server.client, 'close');
    expect(server.came()).toBe('ERR_HTTP_REQUEST_TIMEOUT');
    await server.close();
  });

  it('but not while the server is at work', async () => {
    const server = await watched({ ...PATIENCE, answerMs: 50 });
    await server.send('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    await once(server.http, 'timeout');
    server.look(3_600_000);
    server.answers[0]!('done');
    await once(server.client, 'data');
    expect(server.came()).toMatch(/done$/);
    await server.close();
  });
});

describe('what can be asked for', () => {
  interface Schema {
    type?: string | string[];
    properties?: Record<string, Schema>;
    items?: Schema;
    anyOf?: Schema[];
    enum?: unknown[];
    const?: unknown;
    format?: string;
    pattern?: string;
    maxLength?: number;
    maximum?: number;
    maxItems?: number;
  }

  /** Places without a bound. A pattern without * and + and open braces is one, a format has its own. */
  function unbounded(schema: Schema, place: string): string[] {
    const types = [schema.type ?? []].flat();
    const own: string[] = [];
    const isClosed = schema.enum !== undefined || schema.const !== undefined;
    const isShort = schema.maxLength !== undefined || schema.format !== undefined || !/[*+]|,\}/.test(schema.pattern ?? '*');
    if (types.includes('string') && !isClosed && !isShort) own.push(place);
    if (types.some((type) => type === 'integer' || type === 'number') && !isClosed && schema.maximum === undefined)
      own.push(place);
    if (types.includes('array') && schema.maxItems === undefined) own.push(place);
    return [
      ...own,
      ...Object.entries(schema.properties ?? {}).flatMap(([name, each]) => unbounded(each, `${place}/${name}`)),
      ...(schema.items ? unbounded(schema.items, `${place}/*`) : []),
      ...(schema.anyOf ?? []).flatMap((each) => unbounded(each, place)),
    ];
  }

  it('is bounded: every text, number and list of every path, query and body', () => {
    const found = ROUTES.flatMap((row) =>
      (['params', 'query', 'body'] as const).flatMap((part) =>
        row[part] ? unbounded(row[part] as Schema, `${row.operation} ${part}`) : [],
      ),
    );
    expect(found).toEqual([]);
  });

  it('and what has no bound would be found', () => {
    const text = { type: 'string' };
    const properties = {
      a: text,
      b: { type: 'array', maxItems: 2, items: text },
      c: { anyOf: [{ type: 'integer' }] },
      d: { type: 'array' },
    };
    expect(unbounded({ properties: { ...properties, e: { type: 'string', pattern: '^a{1,}$' } } }, '')).toEqual([
      '/a',
      '/b/*',
      '/c',
      '/d',
      '/e',
    ]);
  });

  it('and every list has its pages', () => {
    const lists = ROUTES.filter(
      (row) => row.method === 'GET' && (row.responses[200] as Schema | undefined)?.properties?.nextCursor,
    );
    expect(lists.length).toBeGreaterThan(10);
    for (const { operation, query } of lists)
      expect((query as Schema).properties?.limit?.maximum, operation).toBeLessThanOrEqual(
        operation === 'getUsage' ? 10_000 : 1_000,
      );
  });
});
