// Sign-in at an OpenID provider, against a real one: the browser leaves, comes back and has a session as whom the provider names; an answer that
// was not asked for in this browser, was used before, took too long or was made by somebody else opens nothing.

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Instant } from '../src/core/month.ts';
import { sql } from '../src/store/sql.ts';
import { CookieBrowser, type Visited } from './support/a-cookie-browser.ts';
import { type AServer, PUBLIC_URL, startServer } from './support/a-server.ts';
import { type AnOpenIdProvider, anOpenIdProvider } from './support/an-openid-provider.ts';
import { type Called, call } from './support/call.ts';

const HOUR_MS = 3_600_000;
const BEGIN = `${PUBLIC_URL}/v1/sign-in?provider=own&returnTo=/activity`;
const CALLBACK = `${PUBLIC_URL}/v1/sign-in-callback-own`;

let provider: AnOpenIdProvider;
let other: AnOpenIdProvider;
let server: AServer;
let key: string;
let ahead = 0;
const warned: string[] = [];

beforeAll(async () => {
  provider = await anOpenIdProvider({ redirectUris: [CALLBACK] });
  other = await anOpenIdProvider({ redirectUris: [`${PUBLIC_URL}/v1/sign-in-callback-other`] });
  server = await startServer({
    clock: () => (Date.now() + ahead) as Instant,
    openId: {
      settings: [
        provider.settings({ tenantId: 'contoso' }),
        other.settings({ id: 'other', name: 'Another', tenantId: 'fabrikam' }),
        { ...other.settings({ id: 'gone', name: 'Gone', tenantId: 'contoso' }), issuer: 'http://127.0.0.1:9' },
        other.settings({ id: 'programs', name: 'For programs', tenantId: 'fabrikam', client: null }),
      ],
      clock: () => Date.now() + ahead,
      warn: (line) => warned.push(line),
    },
    server: { behindTls: true, trustedProxies: ['127.0.0.1'] },
  });
  ({ adminKey: key } = (await aTenant('contoso')).body);
  await aTenant('fabrikam');
});

afterAll(async () => {
  await server?.stop();
  await provider?.stop();
  await other?.stop();
});

afterEach(() => {
  ahead = 0;
  provider.person = 'ada';
});

function aTenant(id: string): Promise<Called> {
  return call(server.url, 'POST /v1/tenants', { key: server.operatorKey, body: { id, name: id } });
}

function aBrowser(headers: Record<string, string> = {}): CookieBrowser {
  return new CookieBrowser({ [PUBLIC_URL]: server.url }, headers);
}

let places = 0;

/** Where nobody was refused before: else what is refused is told within a minute. */
function aBrowserElsewhere(): CookieBrowser {
  places += 1;
  return aBrowser({ 'x-forwarded-for': `192.0.2.${places}` });
}

const isThePage = (url: string) => url.startsWith(PUBLIC_URL) && !url.includes('/v1/');
const isTheCallback = (url: string) => url.startsWith(`${PUBLIC_URL}/v1/sign-in-callback`);

/** Where it ends up. */
async function signIn(browser: CookieBrowser, address = BEGIN): Promise<string> {
  return (await browser.open(address, isThePage)).at(-1)!.url;
}

/** Up to where the provider sends the browser back to, without going there. */
async function answerOf(browser: CookieBrowser, address = BEGIN): Promise<string> {
  return (await browser.open(address, isTheCallback)).at(-1)!.url;
}

async function session(browser: CookieBrowser) {
  const answer = await browser.fetch(`${PUBLIC_URL}/v1/session`);
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  return answer.status === 200 ? ((await answer.json()) as any) : null;
}

const attributesOf = ({ headers }: Visited, name: string) =>
  headers
    .getSetCookie()
    .find((each) => each.startsWith(`${name}=`) && !each.startsWith(`${name}=;`))!
    .split('; ')
    .slice(1)
    .sort();

async function lastEvent(): Promise<Record<string, unknown>> {
  return (await call(server.url, 'GET /v1/audit', { key })).body.value[0];
}

describe('signing in at a provider', () => {
  it('leads there, back and to the page that was wanted, with a session as whom the provider names', async () => {
    const browser = aBrowser();
    const visited = await browser.open(BEGIN, isThePage);
    expect(visited.at(-1)!.url).toBe(`${PUBLIC_URL}/#/activity`);
    expect(await session(browser)).toMatchObject({
      kind: 'person',
      role: 'tenant-admin',
      email: 'ada@contoso.com',
      name: 'Ada',
      tenant: { id: 'contoso' },
    });
    const completed = visited.find(({ url }) => isTheCallback(url))!;
    expect(attributesOf(completed, 'bursar_session')).toEqual(['HttpOnly', 'Max-Age=604800', 'SameSite=Strict', 'Secure']);
    // Comes back with a link from another site; only for as long as it may take.
    expect(attributesOf(visited[0]!, 'bursar_sign_in')).toEqual(['HttpOnly', 'Max-Age=600', 'SameSite=Lax', 'Secure']);
    expect(browser.cookie('bursar_sign_in')).toBeUndefined();
    expect(await lastEvent()).toMatchObject({
      operation: 'completeSignIn',
      outcome: 'done',
      actorName: 'Ada',
      subject: 'provider:own',
    });
  });

  it('asks with PKCE, a state and a nonce, none of which is the secret that stays in the browser', async () => {
    const browser = aBrowser();
    const [begun] = await browser.open(BEGIN, (url) => url.startsWith(provider.issuer));
    const { searchParams, origin } = new URL(begun!.headers.get('location')!);
    expect(origin).toBe(provider.issuer);
    expect(Object.fromEntries(searchParams)).toMatchObject({
      response_type: 'code',
      client_id: 'bursar-admin-centre',
      redirect_uri: CALLBACK,
      scope: 'openid profile email',
      code_challenge_method: 'S256',
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(searchParams.get(name)).toMatch(/^[\w-]{43}$/);
    expect(begun!.headers.get('location')).not.toContain(browser.cookie('bursar_sign_in'));
  });

  it('is of the same person each time, as what the provider says now', async () => {
    provider.person = 'grace';
    provider.people.grace = { email: 'grace@contoso.com', name: 'Grace', roles: ['Administrator', 'Reader'] };
    const before = aBrowser();
    await signIn(before);
    provider.people.grace = { email: 'hopper@contoso.com', name: 'Grace Hopper', roles: ['Reader'] };
    const after = aBrowser();
    await signIn(after);
    const [first, second] = [await session(before), await session(after)];
    expect(second).toMatchObject({ personId: first.personId, role: 'reader', name: 'Grace Hopper', email: 'hopper@contoso.com' });
    // What they may no longer do ends everywhere, not only where they sign in anew.
    expect(first.role).toBe('reader');
  });

  it('leaves in the audit log what it changed of the person, and nothing where it changed nothing', async () => {
    provider.person = 'lin';
    provider.people.lin = { email: 'lin@contoso.com', name: 'Lin', roles: ['Reader'] };
    const browser = aBrowser();
    await signIn(browser);
    const { personId } = await session(browser);
    const said = { operation: 'completeSignIn', outcome: 'done', actor: `person:${personId}`, subject: 'provider:own' };
    const as = { email: 'lin@contoso.com', name: 'Lin', role: 'reader', environmentIds: [], userId: null, provider: 'own' };
    const first = { ...as, disabled: false };
    expect(await lastEvent()).toMatchObject({ ...said, before: null, after: first });
    await signIn(aBrowser());
    expect(await lastEvent()).toMatchObject({ ...said, before: null, after: null });
    provider.people.lin = { email: 'lin@contoso.com', name: 'Lin', roles: ['Administrator'] };
    await signIn(aBrowser());
    expect(await lastEvent()).toMatchObject({ ...said, before: first, after: { ...first, role: 'tenant-admin' } });
  });

  it('is never of the local account, or another provider’s, that has the same e-mail address', async () => {
    const invited = { email: 'eve@contoso.com', name: 'Eve, the administrator', role: 'tenant-admin' };
    const { body } = await call(server.url, 'POST /v1/people', { key, body: invited });
    provider.person = 'eve';
    provider.people.eve = { email: 'eve@contoso.com', email_verified: true, name: 'Eve', roles: ['Reader'] };
    const browser = aBrowser();
    await signIn(browser);
    const found = await session(browser);
    expect(found).toMatchObject({ role: 'reader', name: 'Eve', email: 'eve@contoso.com' });
    expect(found.personId).not.toBe(body.person.id);
  });

  it('leads into the tenant of the provider', async () => {
    const browser = aBrowser();
    expect(await signIn(browser, `${PUBLIC_URL}/v1/sign-in?provider=other`)).toBe(`${PUBLIC_URL}/#/`);
    expect((await session(browser)).tenant.id).toBe('fabrikam');
  });

  it('lasts 12 hours at most, however much it is used', async () => {
    const browser = aBrowser();
    await signIn(browser);
    for (const hours of [5, 10, 11]) {
      ahead = hours * HOUR_MS;
      expect(await session(browser)).not.toBeNull();
    }
    ahead = 12 * HOUR_MS + 60_000;
    expect(await session(browser)).toBeNull();
  });

  it('is among the options of sign-in, with what nobody can sign in with left out', async () => {
    const { body } = await call(server.url, 'GET /v1/sign-in-options');
    expect(body.providers).toEqual([
      { id: 'own', name: 'Our provider' },
      { id: 'other', name: 'Another' },
      { id: 'gone', name: 'Gone' },
    ]);
  });

  it('leads to a page of Bursar only', async () => {
    for (const returnTo of ['https://evil.example', 'activity', '/a b', '/a\nb', '/ä'])
      expect((await begin(`provider=own&returnTo=${encodeURIComponent(returnTo)}`)).status).toBe(422);
    expect(await signIn(aBrowser(), `${PUBLIC_URL}/v1/sign-in?provider=own&returnTo=//evil.example`)).toBe(
      `${PUBLIC_URL}/#//evil.example`,
    );
  });
});

function begin(query: string): Promise<Called> {
  return call(server.url, `GET /v1/sign-in?${query}`);
}

const failed = (reason: string, page = '/activity') => `${PUBLIC_URL}/?signInFailed=${reason}#${page}`;

it('is begun by nobody but themselves: what another site leads to is the page', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const answer = await aBrowser().fetch(BEGIN, { headers: { 'sec-fetch-site': site } });
    expect([answer.headers.get('location'), answer.headers.getSetCookie()]).toEqual(['../#/activity', []]);
  }
  for (const site of ['same-origin', 'none']) {
    const answer = await aBrowser().fetch(BEGIN, { headers: { 'sec-fetch-site': site } });
    expect(answer.headers.get('location')).toContain(provider.issuer);
  }
});

describe('an answer opens nothing', () => {
  it('a second time', async () => {
    const browser = aBrowser();
    const answer = await answerOf(browser);
    const secret = browser.cookie('bursar_sign_in')!;
    const headers = { cookie: `bursar_sign_in=${secret}` };
    expect((await aBrowser().fetch(answer, { headers })).headers.get('location')).toBe('../#/activity');
    const again = await aBrowser().fetch(answer, { headers });
    expect([again.headers.get('location'), again.headers.getSetCookie()]).toEqual(['../?signInFailed=over#/', []]);
  });

  it('in another browser, one without a sign-in or with one of its own', async () => {
    const stolen = await answerOf(aBrowser());
    const none = aBrowser();
    const own = aBrowser();
    await answerOf(own);
    for (const browser of [none, own]) {
      expect(await signIn(browser, stolen)).toBe(failed('over', '/'));
      expect(await session(browser)).toBeNull();
    }
  });

  it('after ten minutes', async () => {
    const browser = aBrowser();
    const answer = await answerOf(browser);
    ahead = 600_001;
    expect(await signIn(browser, answer)).toBe(failed('over', '/'));
    expect(await session(browser)).toBeNull();
  });

  const changes: [string, (answer: URL) => void, string][] = [
    ['without a state', ({ searchParams }) => searchParams.delete('state'), 'over'],
    ['with another state', ({ searchParams }) => searchParams.set('state', 'A'.repeat(43)), 'over'],
    ['without a code', ({ searchParams }) => searchParams.delete('code'), 'not-trusted'],
    ['with another code', ({ searchParams }) => searchParams.set('code', 'A'.repeat(43)), 'not-trusted'],
    ['of another issuer', ({ searchParams }) => searchParams.set('iss', other.issuer), 'not-trusted'],
    ['without the issuer that it must name', ({ searchParams }) => searchParams.delete('iss'), 'not-trusted'],
    ['at the address of another tenant’s provider', (answer) => setProvider(answer, 'other'), 'over'],
    ['at the address of another provider of the tenant', (answer) => setProvider(answer, 'gone'), 'over'],
    ['with an error of somebody’s own', ({ searchParams }) => searchParams.set('error', '<script>'), 'forbidden'],
  ];

  function setProvider(answer: URL, id: string): void {
    answer.pathname = `/v1/sign-in-callback-${id}`;
  }

  it.each(changes)('%s', async (_what, change, reason) => {
    const browser = aBrowser();
    const answer = new URL(await answerOf(browser));
    change(answer);
    expect(await signIn(browser, answer.href)).toBe(failed(reason, reason === 'over' ? '/' : '/activity'));
    expect(await session(browser)).toBeNull();
  });

  it.each([
    ['with another nonce than was asked with', 'nonce'],
    ['to another proof than was promised (PKCE)', 'code_verifier'],
  ])('%s', async (_what, column) => {
    const browser = aBrowserElsewhere();
    const answer = await answerOf(browser);
    const other = 'B'.repeat(43);
    await server.store.database.everywhere.query(
      column === 'nonce'
        ? sql`update provider_sign_in set nonce = ${other} where tenant_id = 'contoso'`
        : sql`update provider_sign_in set code_verifier = ${other} where tenant_id = 'contoso'`,
    );
    expect(await signIn(browser, answer)).toBe(failed('not-trusted'));
    expect(await session(browser)).toBeNull();
    expect(await lastEvent()).toMatchObject({ operation: 'completeSignIn', outcome: 'refused', code: 'Unauthenticated' });
  });
});

describe('nobody signs in', () => {
  it('who says no there', async () => {
    provider.person = null;
    const browser = aBrowser();
    expect(await signIn(browser)).toBe(failed('forbidden'));
    expect(await session(browser)).toBeNull();
  });

  const without: [string, Record<string, unknown>, RegExp][] = [
    ['has a role that means nothing here', { roles: ['Owner'] }, /no rule is for roles \["Owner"\]/],
    ['has a role of programs', { roles: ['Meter'] }, /no rule/],
    ['has none', {}, /the claim roles is missing or empty/],
    ['is in too many groups for a token', { _claim_names: { roles: 'src1' } }, /too many roles for a token; use app roles/],
  ];
  it.each(without)('who %s, and the audit log says which values came', async (_what, claims, says) => {
    provider.person = 'mallory';
    provider.people.mallory = { name: 'Mallory', ...claims };
    const browser = aBrowserElsewhere();
    expect(await signIn(browser)).toBe(failed('forbidden'));
    expect(await session(browser)).toBeNull();
    expect(await lastEvent()).toMatchObject({
      subject: 'provider:own/mallory',
      outcome: 'refused',
      code: 'Forbidden',
      detail: expect.stringMatching(says),
    });
  });

  it('who is disabled here', async () => {
    provider.person = 'carl';
    provider.people.carl = { name: 'Carl', roles: ['Reader'] };
    const browser = aBrowserElsewhere();
    await signIn(browser);
    const { personId } = await session(browser);
    expect((await call(server.url, `PATCH /v1/people/${personId}`, { key, body: { disabled: true } })).status).toBe(200);
    expect(await session(browser)).toBeNull();
    expect(await signIn(browser)).toBe(failed('forbidden'));
    expect(await session(browser)).toBeNull();
    expect(await lastEvent()).toMatchObject({
      operation: 'completeSignIn',
      outcome: 'refused',
      code: 'Forbidden',
      subject: `person:${personId}`,
      detail: expect.stringContaining(`Carl (person:${personId}) is disabled here`),
      before: null,
      after: null,
    });
  });

  it('while the provider cannot be asked; keys go on', async () => {
    expect(await signIn(aBrowser(), `${PUBLIC_URL}/v1/sign-in?provider=gone`)).toBe(failed('unavailable', '/'));
    expect(warned.join()).toMatch(/the OpenID provider gone cannot be asked/);
    expect((await call(server.url, 'GET /v1/tenant', { key })).status).toBe(200);
  });

  it('where the provider does not answer in the middle, and may try again', async () => {
    const browser = aBrowser();
    const answer = await answerOf(browser);
    await provider.stop();
    expect(await signIn(browser, answer)).toBe(failed('unavailable'));
    await provider.start();
    ahead = 5_001;
    expect(await signIn(browser)).toBe(`${PUBLIC_URL}/#/activity`);
  });

  it('with a provider that nobody has set up', async () => {
    for (const path of ['sign-in?provider=none', 'sign-in-callback-none?code=x&state=y'])
      expect((await call(server.url, `GET /v1/${path}`)).status).toBe(404);
  });
});
