// Tokens of an OpenID provider instead of keys: what a program gets by client credentials acts as the role that its provider gives it, in the
// tenant that the provider is for; whatever somebody else has made, changed or taken from elsewhere opens nothing.

import { createPublicKey } from 'node:crypto';
import { importJWK, type JWK, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ProviderSettings, RoleRule } from '../src/server/openid-settings.ts';
import { sql } from '../src/store/sql.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { type AnOpenIdProvider, AUDIENCE, aKey, anOpenIdProvider, PROGRAM } from './support/an-openid-provider.ts';
import { ACTION, type Called, call, OWN_PAGE } from './support/call.ts';
import { signInAtProvider } from './support/sign-in-at-provider.ts';

let provider: AnOpenIdProvider;
/** Of another tenant. */
let other: AnOpenIdProvider;
let server: AServer;
let contoso: string;
/** How far the server's clock is ahead, as far as tokens go. */
let ahead = 0;

beforeAll(async () => {
  provider = await anOpenIdProvider();
  other = await anOpenIdProvider();
  server = await startServer({
    openId: {
      settings: [provider.settings({ tenantId: 'contoso' }), other.settings({ id: 'other', tenantId: 'fabrikam' })],
      clock: () => Date.now() + ahead,
    },
  });
  contoso = await aTenant(server, 'contoso');
  await aTenant(server, 'fabrikam');
  await call(server.url, 'POST /v1/environments', { key: contoso, body: { id: 'sales', name: 'Sales' } });
});

afterAll(async () => {
  await server?.stop();
  await provider?.stop();
  await other?.stop();
});

async function aTenant({ url, operatorKey }: AServer, id: string): Promise<string> {
  return (await call(url, 'POST /v1/tenants', { key: operatorKey, body: { id, name: id } })).body.adminKey;
}

const check = (key: string, url = server.url) => call(url, 'POST /v1/checks', { key, body: ACTION });
const read = (key: string) => call(server.url, 'GET /v1/tenant', { key });

const seconds = () => Math.floor(Date.now() / 1000);
const encoded = (part: object | string) =>
  Buffer.from(typeof part === 'string' ? part : JSON.stringify(part)).toString('base64url');

describe('a token', () => {
  it('by client credentials may what its role may, and nothing else', async () => {
    const token = await provider.token();
    expect((await check(token)).status).toBe(200);
    const refused = await call(server.url, 'POST /v1/environments', { key: token, body: { name: 'Mine' } });
    expect([refused.status, refused.body.code]).toEqual([403, 'Forbidden']);
    expect((await call(server.url, 'GET /v1/tenants', { key: token })).status).toBe(403);
  });

  it('acts in the tenant of its provider, and in no other', async () => {
    const ofContoso = await read(await provider.sign({ roles: ['Reader'] }));
    expect([ofContoso.status, ofContoso.body.id]).toEqual([200, 'contoso']);
    const ofFabrikam = await read(await other.sign({ roles: ['Reader'] }));
    expect([ofFabrikam.status, ofFabrikam.body.id]).toEqual([200, 'fabrikam']);
  });

  it('has the role of the first rule that fits, a maker with its user', async () => {
    const both = await provider.sign({ roles: ['Meter', 'Reader', 'Maker'] });
    expect((await read(both)).status).toBe(200);
    expect((await check(both)).status).toBe(403);
    const maker = await provider.sign({ roles: ['Maker'], sub: 'ada' });
    expect((await call(server.url, 'POST /v1/checks', { key: maker, body: { ...ACTION, mode: 'test' } })).status).toBe(200);
    expect((await check(maker)).status).toBe(403);
  });

  it('may come without a key id, where its provider has one key, and as an array of one audience', async () => {
    expect((await check(await provider.sign({ aud: [AUDIENCE, 'api://elsewhere'] }, { kid: undefined }))).status).toBe(200);
    expect((await check(await provider.sign({}, { typ: 'at+jwt' }))).status).toBe(200);
  });

  it('may be a minute late, as clocks differ, and no more', async () => {
    expect((await check(await provider.sign({ exp: seconds() - 50 }))).status).toBe(200);
    expect((await check(await provider.sign({ nbf: seconds() + 50 }))).status).toBe(200);
    expect((await check(await provider.sign({ exp: seconds() - 70 }))).status).toBe(401);
  });

  it('is remembered, but not beyond its end', async () => {
    const token = await provider.sign({ exp: seconds() + 30 });
    expect((await check(token)).status).toBe(200);
    ahead = 91_000;
    const late = await check(token);
    ahead = 0;
    expect([late.status, late.body.detail]).toEqual([401, expect.stringContaining('expired')]);
  });

  describe('of somebody who signs in here too', () => {
    const tenant = () => ({ cell: server.store.cellOf('contoso'), tenantId: 'contoso' });
    const disable = (personId: string, disabled: boolean) =>
      call(server.url, `PATCH /v1/people/${personId}`, { key: contoso, body: { disabled } });

    async function aPerson(subject: string): Promise<{ personId: string; token: string }> {
      const said = { email: `${subject}@contoso.com`, name: subject, role: 'reader' as const, environmentIds: [], userId: null };
      const { id: personId } = await signInAtProvider(server.store, tenant(), { ...said, provider: 'own', subject });
      return { personId, token: await provider.sign({ roles: ['Reader'], sub: subject }) };
    }

    it('opens nothing while their account is disabled, and their tenant is told', async () => {
      const { personId, token } = await aPerson('oda');
      const another = await provider.sign({ roles: ['Reader'], sub: 'somebody-else' });
      expect((await read(token)).status).toBe(200);
      await disable(personId, true);
      // Here at once; not only this token, and nobody else's.
      const refused = await read(token);
      expect([refused.status, refused.body.code]).toEqual([403, 'Forbidden']);
      expect((await read(await provider.sign({ roles: ['Reader'], sub: 'oda', azp: 'x' }))).status).toBe(403);
      expect((await read(another)).status).toBe(200);
      const { value } = (await call(server.url, 'GET /v1/audit?actor=token:own:oda', { key: contoso })).body;
      expect(value).toHaveLength(1);
      expect(value[0]).toMatchObject({ operation: 'getTenant', outcome: 'refused', code: 'Forbidden', role: 'reader' });
      await disable(personId, false);
      expect((await read(token)).status).toBe(200);
    });

    it('is looked up once a second at most', async () => {
      const { personId, token } = await aPerson('per');
      const began = performance.now();
      expect((await read(token)).status).toBe(200);
      // As another process would.
      await server.store.database.everywhere.query(sql`
        update person
        set disabled_at = now()
        where tenant_id = 'contoso' and person_id = ${personId}`);
      const first = await read(token);
      // It was read a moment ago: whoever takes longer than that sees nothing of it.
      if (performance.now() - began < 900) expect(first.status).toBe(200);
      await expect.poll(async () => (await read(token)).status, { timeout: 3_000, interval: 20 }).toBe(403);
      expect(performance.now() - began).toBeLessThan(2_500);
    });
  });

  it('signs nobody in to the page', async () => {
    const body = { key: await provider.sign({ roles: ['Reader'] }) };
    expect((await call(server.url, 'POST /v1/session', { body, headers: OWN_PAGE })).status).not.toBe(201);
  });

  it('stands in the audit log as whom its provider names', async () => {
    const writer: RoleRule = { value: 'Writer', role: 'tenant-admin', environmentIds: [], for: 'programs' };
    const settings = provider.settings({ tenantId: 'contoso', roles: [writer] });
    const own = await startServer({ openId: { settings: [settings] } });
    try {
      await aTenant(own, 'contoso');
      const key = await provider.sign({ roles: ['Writer'], azp: 'the-deployment' });
      expect((await call(own.url, 'POST /v1/environments', { key, body: { name: 'Made' } })).status).toBe(201);
      const [event] = (await call(own.url, 'GET /v1/audit', { key })).body.value;
      expect(event).toMatchObject({
        actor: `token:own:${PROGRAM.id}`,
        actorName: 'the-deployment',
        role: 'tenant-admin',
        operation: 'createEnvironment',
        outcome: 'done',
      });
    } finally {
      await own.stop();
    }
  });
});

/** `[what, the token, what the answer says of it]` */
type Forged = [string, () => Promise<string> | string, RegExp];

const said = (claims: JWTPayload = {}) => ({
  iss: provider.issuer,
  aud: AUDIENCE,
  sub: PROGRAM.id,
  roles: ['Meter'],
  iat: seconds(),
  exp: seconds() + 600,
  ...claims,
});

async function signedWith(secret: string | Buffer): Promise<string> {
  const key = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  return new SignJWT(said()).setProtectedHeader({ alg: 'HS256', kid: provider.key.kid! }).sign(key);
}

function publicPart({ kty, n, e, kid, alg, use }: JWK): JWK {
  return { kty: kty!, n: n!, e: e!, kid: kid!, alg: alg!, use: use! };
}

/** A token that is good, with one of its parts exchanged. */
async function withPart(index: 0 | 1 | 2, change: (part: string) => string): Promise<string> {
  const parts = (await provider.sign({})).split('.');
  parts[index] = change(parts[index]!);
  return parts.join('.');
}

const withHeader = async (header: (attackers: JWK) => Record<string, unknown>): Promise<string> => {
  const attackers = await aKey();
  return provider.sign({}, header(attackers), attackers);
};

const NOT_SIGNED = /has not signed it/;
const FORGED: Forged[] = [
  ['without a signature (alg none)', () => `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(said())}.`, /algorithm|read/],
  ['without a signature, spelled otherwise', () => `${encoded({ alg: 'nOnE' })}.${encoded(said())}.`, /algorithm|read/],
  ['without an algorithm', () => `${encoded({ typ: 'JWT' })}.${encoded(said())}.AAAA`, /read/],
  ['with the public key as the secret of HS256 (PEM)', () => signedWith(pem()), /another algorithm/],
  ['with the public key as the secret of HS256 (JWK)', () => signedWith(JSON.stringify(publicPart(provider.key))), /another alg/],
  ['with the modulus as the secret of HS256', () => signedWith(Buffer.from(provider.key.n!, 'base64url')), /another algorithm/],
  ['signed by another algorithm of the same key', () => provider.sign({}, { alg: 'PS256' }, loose()), /another algorithm/],
  ['of another key under the id of the real one', () => withHeader(() => ({})), NOT_SIGNED],
  ['of a key that nobody has', () => withHeader(({ kid }) => ({ kid })), NOT_SIGNED],
  ['that brings its key along (jwk)', () => withHeader((own) => ({ jwk: publicPart(own), kid: own.kid })), NOT_SIGNED],
  ['that says where its key is (jku)', () => withHeader(({ kid }) => ({ jku: `${other.issuer}/jwks`, kid })), NOT_SIGNED],
  ['that says where its certificate is (x5u)', () => withHeader(({ kid }) => ({ x5u: other.issuer, kid })), NOT_SIGNED],
  ['with a key id that is a path', () => withHeader(() => ({ kid: '../../../../dev/null' })), NOT_SIGNED],
  ['with a key id that is a statement', () => withHeader(() => ({ kid: "' or 1=1 --" })), NOT_SIGNED],
  ['of the provider of another tenant', () => provider.sign({}, { kid: other.key.kid! }, other.key), NOT_SIGNED],
  ['of another provider in its own name', () => other.sign({ iss: provider.issuer }), NOT_SIGNED],
  ['of an issuer that nobody knows', () => provider.sign({ iss: 'https://evil.example' }), /issuer/],
  ['of an issuer that looks alike', () => provider.sign({ iss: `${provider.issuer}/` }), /issuer/],
  ['of several issuers', () => provider.sign({ iss: [provider.issuer] as never }), /issuer/],
  ['without an issuer', () => provider.sign({ iss: undefined as never }), /issuer/],
  ['for another audience', () => provider.sign({ aud: 'api://elsewhere' }), /audience/],
  ['for an audience that looks alike', () => provider.sign({ aud: `${AUDIENCE}/` }), /audience/],
  ['for no audience', () => provider.sign({ aud: undefined as never }), /audience/],
  ['for the admin centre: an ID token', () => provider.sign({ aud: 'bursar-admin-centre' }), /audience/],
  ['that is an ID token with the right audience', () => provider.sign({ nonce: 'n' }), /no access token/],
  ['that is an ID token beside a code', () => provider.sign({ at_hash: 'h' }), /no access token/],
  [
    'that tells of a logout',
    () => provider.sign({ events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }),
    /no acc/,
  ],
  ['that is of another kind, by its header', () => provider.sign({}, { typ: 'logout+jwt' }), /no access token/],
  ['that proves a key (DPoP)', () => provider.sign({}, { typ: 'dpop+jwt' }), /no access token/],
  ['that is an ID token of Keycloak', () => provider.sign({ typ: 'ID' }), /no access token/],
  ['that is a refresh token of Keycloak', () => provider.sign({ typ: 'Refresh' }), /no access token/],
  ['that is an ID token of Cognito', () => provider.sign({ token_use: 'id' }), /no access token/],
  ['that is bound to a key of somebody else', () => provider.sign({ cnf: { jkt: 'x' } }), /bound/],
  ['that has expired', () => provider.sign({ exp: seconds() - 61 }), /expired/],
  ['that is not to be used yet', () => provider.sign({ nbf: seconds() + 600 }), /nbf/],
  ['that never ends', () => provider.sign({ exp: undefined as never }), /exp is missing/],
  ['whose end is a text', () => provider.sign({ exp: '9999999999' as never }), /exp/],
  ['of nobody', () => provider.sign({ sub: undefined as never }), /sub is missing/],
  ['of somebody who is no text', () => provider.sign({ sub: 7 as never }), /subject|sub/],
  ['of somebody with a control character', () => provider.sign({ sub: 'a\u0000b' }), /subject/],
  ['of somebody with too long a name', () => provider.sign({ sub: 'a'.repeat(256) }), /subject/],
  ['without a role', () => provider.sign({ roles: undefined as never }), /the claim roles is missing/],
  ['with a role that means nothing here', () => provider.sign({ roles: ['Owner'] }), /no rule is for roles \["Owner"\]/],
  ['with a role of people', () => provider.sign({ roles: ['Administrator'] }), /no rule/],
  ['with its role in another claim', () => provider.sign({ roles: undefined as never, scope: 'Meter' }), /missing/],
  ['with a role inside a text', () => provider.sign({ roles: 'Owner Meter' }), /no rule/],
  ['with a role inside an object', () => provider.sign({ roles: { Meter: true } as never }), /no rule/],
  [
    'that must be understood in a way that nobody knows',
    () => provider.sign({}, { crit: ['x'], x: 1 }).catch(crit),
    /read|signed/,
  ],
  ['with its text as it is (b64)', () => withPart(0, headerWith({ b64: false, crit: ['b64'] })), /read|signed/],
  ['with other claims than were signed', () => withPart(1, () => encoded(said({ roles: ['Reader'] }))), NOT_SIGNED],
  ['with another header than was signed', () => withPart(0, headerWith({ typ: 'at+jwt' })), NOT_SIGNED],
  ['with the signature of another', async () => withPart(2, signatureOf(await provider.sign({ sub: 'x' }))), NOT_SIGNED],
  ['with a signature that is cut', () => withPart(2, (part) => part.slice(0, -4)), NOT_SIGNED],
  ['with a signature that is empty', () => withPart(2, () => ''), NOT_SIGNED],
  ['whose claims are no object', () => `${encoded({ alg: 'RS256' })}.eyJ9.AAAA`, /read/],
  ['that is encrypted', () => `${encoded({ alg: 'RSA-OAEP', enc: 'A256GCM' })}.eyJ.eyJ.AAAA.AAAA`, /not known here/],
];

/** What cannot be signed honestly is put together by hand. */
const crit = () => withPart(0, headerWith({ crit: ['x'], x: 1 }));

function headerWith(more: Record<string, unknown>): (part: string) => string {
  return (part) => encoded({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...more });
}

function signatureOf(token: string): () => string {
  return () => token.split('.')[2]!;
}

function pem(): string {
  return createPublicKey({ key: publicPart(provider.key) as never, format: 'jwk' }).export({
    type: 'spki',
    format: 'pem',
  }) as string;
}

/** The provider's key, not kept to one algorithm. */
function loose(): JWK {
  const { alg: _alg, ...key } = provider.key;
  return key;
}

describe('a forged token', () => {
  it.each(FORGED)('%s opens nothing', async (_what, forge, says) => {
    // It is this and nothing else that is wrong: the same provider's good token is taken.
    const answers: Called[] = [await check(await forge()), await check(await provider.sign({}))];
    expect(answers.map(({ status }) => status)).toEqual([401, 200]);
    expect(answers[0]!.body).toMatchObject({ code: 'Unauthenticated', detail: expect.stringMatching(says) });
  });

  it('says nothing of who is here', async () => {
    const { body } = await check(await withPart(2, () => ''));
    expect(JSON.stringify(body)).not.toMatch(/contoso|fabrikam/);
  });

  it('is not asked about at the provider again and again', async () => {
    await check(await provider.sign({}));
    const asked = provider.asked.length;
    const strange = await aKey();
    for (let sent = 0; sent < 20; sent += 1)
      expect((await check(await provider.sign({}, { kid: `${sent}` }, strange))).status).toBe(401);
    expect(provider.asked.length).toBe(asked);
  });

  it('that is for the audiences of two tenants at once is of none', async () => {
    const both: ProviderSettings[] = [
      provider.settings({ tenantId: 'contoso' }),
      provider.settings({ id: 'two', tenantId: 'fabrikam', audience: 'api://fabrikam' }),
    ];
    const own = await startServer({ openId: { settings: both } });
    try {
      await aTenant(own, 'contoso');
      await aTenant(own, 'fabrikam');
      const read = async (aud: string | string[]) =>
        call(own.url, 'GET /v1/tenant', { key: await provider.sign({ aud, roles: ['Reader'] }) });
      expect((await read('api://fabrikam')).body.id).toBe('fabrikam');
      expect((await read([AUDIENCE, 'api://fabrikam'])).status).toBe(401);
    } finally {
      await own.stop();
    }
  });
});

describe('the keys of a provider', () => {
  it('may change without a restart; what the old one has signed is no longer good', async () => {
    const own = await startServer({
      openId: { settings: [provider.settings({ tenantId: 'contoso' })], clock: () => Date.now() + ahead, keysCooldownMs: 0 },
    });
    try {
      const key = await aTenant(own, 'contoso');
      await call(own.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales' } });
      const before = await provider.sign({});
      expect((await check(before, own.url)).status).toBe(200);
      await provider.rotate();
      expect((await check(await provider.sign({}), own.url)).status).toBe(200);
      ahead = 61_000;
      expect((await check(before, own.url)).status).toBe(401);
    } finally {
      ahead = 0;
      await own.stop();
    }
  });

  it('that cannot be asked for make tokens wait, and keys go on', async () => {
    const warned: string[] = [];
    const own = await startServer({
      openId: {
        settings: [provider.settings({ tenantId: 'contoso' })],
        clock: () => Date.now() + ahead,
        warn: (line) => warned.push(line),
      },
    });
    try {
      const key = await aTenant(own, 'contoso');
      await call(own.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales' } });
      await provider.stop();
      for (let sent = 0; sent < 3; sent += 1) {
        const answer = await check(await provider.sign({}), own.url);
        expect([answer.status, answer.body.code]).toEqual([503, 'Unavailable']);
        expect(answer.headers.get('retry-after')).not.toBeNull();
      }
      expect((await check(key, own.url)).status).toBe(200);
      // It was asked once, and rests.
      expect(warned.filter((line) => line.includes('cannot be asked'))).toHaveLength(1);
      await provider.start();
      ahead = 5_001;
      expect((await check(await provider.sign({}), own.url)).status).toBe(200);
    } finally {
      ahead = 0;
      await own.stop();
    }
  });

  it('are of the issuer that was meant: one that calls itself otherwise is not believed', async () => {
    const warned: string[] = [];
    const settings = { ...provider.settings({ tenantId: 'contoso' }), issuer: provider.issuer.replace('127.0.0.1', 'localhost') };
    const own = await startServer({ openId: { settings: [settings], warn: (line) => warned.push(line) } });
    try {
      await aTenant(own, 'contoso');
      expect((await check(await provider.sign({ iss: settings.issuer }), own.url)).status).toBe(503);
      expect(warned.join()).toMatch(/issuer/);
    } finally {
      await own.stop();
    }
  });
});

it('without a provider a token is as unknown as any other text', async () => {
  const own = await startServer();
  try {
    const { status, body } = await check(await provider.sign({}), own.url);
    expect([status, body.code]).toEqual([401, 'Unauthenticated']);
  } finally {
    await own.stop();
  }
});

it('the keys of these tests do what they are for', async () => {
  const key = await aKey();
  expect(publicPart(key)).not.toHaveProperty('d');
  expect(await importJWK(publicPart(key), 'RS256')).toHaveProperty('type', 'public');
});
