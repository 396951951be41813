// The log: JSON, of the level that is set, and without secrets, whatever went wrong.

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashKey, newInvitation, newKey, newOperatorKey, newSessionSecret } from '../src/api/key-secret.ts';
import { buildServer } from '../src/server/app.ts';
import { withoutSecrets } from '../src/server/log.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import { type Store, Unavailable } from '../src/store/store.ts';
import { type ADatabase, aDatabase } from './support/a-database.ts';
import { ACTION, call } from './support/call.ts';

const PASSWORD = randomBytes(12).toString('hex');
const OWN_OPERATOR_KEY = `operator-${randomBytes(20).toString('hex')}`;
const WEBHOOK_SECRET = `whsec_${randomBytes(24).toString('base64')}`;

describe('what a server writes while things go wrong', () => {
  let database: ADatabase;
  let store: OpenStore;
  let url: string;
  let key: string;
  const lines: string[] = [];
  const closing: (() => Promise<unknown>)[] = [];
  let fault: Error = new Error('none');

  beforeAll(async () => {
    database = await aDatabase();
    store = await openStore({ url: database.url });
    // A store of which some operations fail with texts that carry secrets, as those of drivers and libraries may.
    const broken: Store = new Proxy<Store>(store, {
      get(target, name, receiver) {
        if (name === 'listTenants' || name === 'check') return () => Promise.reject(fault);
        return Reflect.get(target, name, receiver);
      },
    });
    const server = await buildServer({
      store: broken,
      operatorKeyHash: hashKey(OWN_OPERATOR_KEY),
      logLevel: 'warn',
      secrets: [OWN_OPERATOR_KEY, PASSWORD],
      logStream: { write: (line) => lines.push(line) },
    });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
    closing.push(
      () => server.close(),
      () => store.close(),
      () => database.drop(),
    );
    const body = { name: 'Contoso' };
    key = (await call(url, 'POST /v1/tenants', { key: OWN_OPERATOR_KEY, body })).body.adminKey;
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  it('has no key, cookie, webhook secret or password in it, and names the request as its answer does', async () => {
    const session = newSessionSecret(0);
    const headers = { cookie: `bursar_session=${session}`, 'x-signature': WEBHOOK_SECRET };
    const cause = new Error(`password authentication failed: postgres://bursar:${PASSWORD}@db.example:5432/bursar`);
    const faults: Error[] = [
      new Error(`sent Authorization: Bearer ${key} with Cookie: bursar_session=${session}`),
      new Error(`the webhook with ${WEBHOOK_SECRET} broke`),
      new Unavailable(`smtps://mailer:${PASSWORD}@mail.example:465 does not answer`, false, { cause }),
      Object.assign(new Error(`a driver that tells too much of ${OWN_OPERATOR_KEY}`), {
        config: { password: PASSWORD, connectionString: `postgresql://bursar:${PASSWORD}@db.example/bursar` },
        headers: { cookie: headers.cookie, authorization: `Basic ${Buffer.from(`a:${PASSWORD}`).toString('base64')}` },
      }),
    ];
    for (const each of faults) {
      fault = each;
      const before = lines.length;
      const checked = await call(url, 'POST /v1/checks', { key, body: ACTION, headers });
      expect([500, 503]).toContain(checked.status);
      expect(lines.length).toBe(before + 1);
      const line = JSON.parse(lines.at(-1)!);
      expect(line.instance).toBe(checked.body.instance);
      expect(checked.body.instance).toContain(checked.headers.get('x-request-id'));
      expect(JSON.stringify(checked.body)).not.toMatch(/at .*\.ts|postgres|smtps/);
      expect((await call(url, 'GET /v1/tenants', { key: OWN_OPERATOR_KEY })).status).toBe(checked.status);
    }
    const written = lines.join('');
    const basic = Buffer.from(`a:${PASSWORD}`).toString('base64');
    for (const secret of [key, session, WEBHOOK_SECRET, PASSWORD, OWN_OPERATOR_KEY, basic]) expect(written).not.toContain(secret);
    // It still says what happened.
    for (const said of [
      'password authentication failed',
      'db.example:5432',
      'mail.example:465',
      'a driver that tells too much',
    ]) {
      expect(written).toContain(said);
    }
  });

  it('is one object of JSON a line, of the level that is set or above it', () => {
    expect(lines.length).toBeGreaterThan(4);
    for (const line of lines) {
      expect(line.endsWith('\n')).toBe(true);
      expect(['warn', 'error', 'fatal']).toContain(JSON.parse(line).level);
    }
  });

  it('has nothing of requests that went well or were refused', async () => {
    const before = lines.length;
    expect((await call(url, 'GET /v1/environments', { key })).status).toBe(200);
    expect((await call(url, 'GET /v1/environments', { key: newKey(0) })).status).toBe(401);
    expect(lines.slice(before)).toEqual([]);
  });
});

it.each([
  ['a key', () => newKey(3)],
  ['an operator key', newOperatorKey],
  ['the secret of a session', () => newSessionSecret(12)],
  ['the secret of an invitation', () => newInvitation(2)],
])('%s is taken out wherever it stands', (_name, secret) => {
  const text = secret();
  expect(withoutSecrets(`{"msg":"before ${text}, after"}`)).toBe('{"msg":"before [removed], after"}');
});

it('what is no secret stays as it is', () => {
  const line = '{"msg":"GET https://example.com/v1/keys?x=a@b bursar_decisions_total","url":"postgres://localhost/bursar"}';
  expect(withoutSecrets(line)).toBe(line);
});
