// People (T3): invited, signing in with a password, throttled, changed, disabled. What is wrong of an address and its password is never told.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cellOfSession, hashKey } from '../src/api/key-secret.ts';
import { hashPassword, isPassword, passwordFigures } from '../src/api/password.ts';
import type { Instant } from '../src/core/month.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import type { ProvidedPerson } from '../src/store/store.ts';
import { aMailServer, type MailServer } from './support/a-mail-server.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { type Called, call, cookieOf, OWN_PAGE, pagesOf } from './support/call.ts';
import { signInAtProvider, tryAtProvider } from './support/sign-in-at-provider.ts';

const DAY_MS = 24 * 3_600_000;
const PASSWORD = 'marmot teapot gravel';
const ANOTHER = 'violin compass otter';

let server: AServer;
let mailServer: MailServer;
/** Another process on the same database. */
let other: OpenStore;
let now = Math.floor(Date.now() / 1_000) * 1_000;
let contoso: { id: string; key: string };
let made = 0;

beforeAll(async () => {
  mailServer = await aMailServer();
  const clock = () => now as Instant;
  server = await startServer({ clock, smtpUrl: mailServer.url, server: { trustedProxies: ['127.0.0.1'] } });
  other = await openStore({ url: server.databaseUrl, clock });
  contoso = await server.tenant('Contoso');
  await call(server.url, 'POST /v1/environments', { key: contoso.key, body: { id: 'sales', name: 'Sales' } });
});

afterAll(async () => {
  await other?.close();
  await server?.stop();
  await mailServer?.stop();
});

const tenant = () => ({ cell: server.store.cellOf(contoso.id), tenantId: contoso.id });
const as = (methodAndPath: string, cookie: string, body?: object) =>
  call(server.url, methodAndPath, { headers: { ...OWN_PAGE, cookie }, ...(body ? { body } : {}) });
const ask = (methodAndPath: string, body?: object) =>
  call(server.url, methodAndPath, { key: contoso.key, ...(body ? { body } : {}) });
const signIn = (body: object, headers: Record<string, string> = {}) =>
  call(server.url, 'POST /v1/session', { body, headers: { ...OWN_PAGE, ...headers } });
const withPassword = (email: string, password = PASSWORD, tenantId = contoso.id) => signIn({ email, password, tenant: tenantId });
const isIn = async (cookie: string) => (await as('GET /v1/tenant', cookie)).status === 200;

async function invite(body: object = {}): Promise<{ id: string; email: string; secret: string }> {
  made += 1;
  const email = `person-${made}@contoso.com`;
  const { status, body: answer } = await ask('POST /v1/people', { email, name: `Person ${made}`, role: 'reader', ...body });
  expect(status, JSON.stringify(answer)).toBe(201);
  return { id: answer.person.id, email: answer.person.email, secret: answer.invitation.secret };
}

/** Somebody who accepted, with the cookie of that. */
async function aPerson(body: object = {}): Promise<{ id: string; email: string; cookie: string }> {
  const { id, email, secret } = await invite(body);
  const accepted = await signIn({ invitation: secret, password: PASSWORD });
  expect(accepted.status, JSON.stringify(accepted.body)).toBe(201);
  return { id, email, cookie: cookieOf(accepted) };
}

async function found(id: string): Promise<Called['body']> {
  return (await ask('GET /v1/people?limit=1000')).body.value.find((each: { id: string }) => each.id === id);
}

describe('an invitation', () => {
  it('is a link that is shown once and mailed, with which one chooses a password and is signed in', async () => {
    const { body } = await ask('POST /v1/people', { email: 'Ada@Contoso.com', name: 'Ada', role: 'tenant-admin' });
    expect(body.person).toMatchObject({ email: 'ada@contoso.com', status: 'invited', provider: null, signedInAt: null });
    expect(body.invitation).toMatchObject({
      mailed: true,
      link: `https://bursar.example.com/invitation#${body.invitation.secret}`,
    });
    await expect.poll(() => mailServer.mails.filter(({ to }) => to === 'ada@contoso.com').length, { timeout: 5_000 }).toBe(1);
    const mail = mailServer.mails.find(({ to }) => to === 'ada@contoso.com')!;
    expect(mail.text).toContain(body.invitation.link);
    expect(mail.headers.subject).toBe('Invitation to Bursar: Contoso');
    const read = await call(server.url, 'POST /v1/invitation', {
      body: { invitation: body.invitation.secret },
      headers: OWN_PAGE,
    });
    expect(read.body).toMatchObject({ name: 'Ada', email: 'ada@contoso.com', hasPassword: false, tenant: { name: 'Contoso' } });
    const accepted = await signIn({ invitation: body.invitation.secret, password: PASSWORD });
    expect(accepted).toMatchObject({
      status: 201,
      body: {
        kind: 'person',
        role: 'tenant-admin',
        personId: body.person.id,
        keyId: null,
        name: 'Ada',
        email: 'ada@contoso.com',
      },
    });
    expect(accepted.body).toMatchObject({ hasPassword: true, operations: expect.arrayContaining(['invitePerson']) });
    expect(accepted.headers.get('set-cookie')).toMatch(/^bursar_session=bursar-session_.*HttpOnly.*SameSite=Strict/);
    expect(await isIn(cookieOf(accepted))).toBe(true);
    expect(await found(body.person.id)).toMatchObject({ status: 'active', invitedUntil: null });
    expect((await found(body.person.id)).signedInAt).not.toBeNull();
  });

  it('is taken once', async () => {
    const { secret } = await invite();
    const [first, second] = await Promise.all([1, 2].map(() => signIn({ invitation: secret, password: PASSWORD })));
    expect([first!.status, second!.status].sort()).toEqual([201, 401]);
    expect((await signIn({ invitation: secret, password: ANOTHER })).body.code).toBe('Unauthenticated');
  });

  it('is over after 7 days, where there is another one, and where the account is disabled', async () => {
    const late = await invite();
    const again = await invite();
    const disabled = await invite();
    const { body } = await ask(`POST /v1/people/${again.id}/invitations`);
    await ask(`PATCH /v1/people/${disabled.id}`, { disabled: true });
    for (const { secret } of [again, disabled])
      expect((await signIn({ invitation: secret, password: PASSWORD })).status).toBe(401);
    expect((await signIn({ invitation: body.invitation.secret, password: PASSWORD })).status).toBe(201);
    now += 7 * DAY_MS;
    expect((await signIn({ invitation: late.secret, password: PASSWORD })).status).toBe(401);
    expect((await call(server.url, 'POST /v1/invitation', { body: { invitation: late.secret }, headers: OWN_PAGE })).status).toBe(
      401,
    );
  });

  it('takes no password that is too short or that everybody tries, and is open still', async () => {
    const { secret, email } = await invite();
    for (const password of ['short', 'password1234', `${email}!`])
      expect(await signIn({ invitation: secret, password })).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '/password' }] },
      });
    expect((await signIn({ invitation: secret })).status).toBe(422);
    expect((await signIn({ invitation: secret, password: PASSWORD })).status).toBe(201);
  });

  it('of the first administrator takes the e-mail address as well', async () => {
    const { secret } = await invite();
    await server.store.database.everywhere.query({
      text: 'update person set email = null where invitation_hash = $1',
      values: [hashKey(secret)],
    });
    const unnamed = await signIn({ invitation: secret, password: PASSWORD });
    expect(unnamed).toMatchObject({ status: 422, body: { errors: [{ pointer: '/email' }] } });
    const { email: taken } = await aPerson();
    const own = { invitation: secret, password: PASSWORD, name: 'Grace' };
    expect((await signIn({ ...own, email: taken })).body.code).toBe('AlreadyExists');
    expect((await signIn({ ...own, email: 'Grace@contoso.com' })).body).toMatchObject({
      name: 'Grace',
      email: 'grace@contoso.com',
    });
    expect((await withPassword('grace@contoso.com')).status).toBe(201);
  });

  it('is kept as a hash, and so is the password', async () => {
    const open = await invite();
    const { cookie } = await aPerson();
    const rows = await server.store.database.everywhere.query({
      text: 'select p::text as stored from person p union all select s::text from session s',
      values: [],
    });
    const stored = rows.map((row) => row.stored).join('\n');
    for (const secret of [open.secret, PASSWORD, cookie.split('=')[1]!]) expect(stored).not.toContain(secret);
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  it('is refused for an address that has an account, a role that people have not, and what does not belong to a role', async () => {
    const { email } = await invite();
    const tries: [object, number][] = [
      [{ email, name: 'Again', role: 'reader' }, 409],
      [{ email: email.toUpperCase(), name: 'Again', role: 'reader' }, 409],
      [{ email: 'x@contoso.com', name: 'X', role: 'service' }, 422],
      [{ email: 'x@contoso.com', name: 'X', role: 'maker' }, 422],
      [{ email: 'x@contoso.com', name: 'X', role: 'reader', userId: 'x' }, 422],
      [{ email: 'x@contoso.com', name: 'X', role: 'environment-admin' }, 422],
      [{ email: 'x@contoso.com', name: 'X', role: 'environment-admin', environmentIds: ['nowhere'] }, 404],
      [{ email: 'no address', name: 'X', role: 'reader' }, 422],
    ];
    for (const [body, status] of tries) expect((await ask('POST /v1/people', body)).status, JSON.stringify(body)).toBe(status);
  });
});

describe('signing in with a password', () => {
  it('acts as the person, with role, environments and user', async () => {
    const { cookie } = await aPerson({ role: 'environment-admin', environmentIds: ['sales'] });
    const allocate = (id: string) => as(`PUT /v1/environments/${id}/allocations/copilot-credits`, cookie, { credits: '0' });
    await ask('POST /v1/environments', { id: 'finance', name: 'Finance' });
    expect((await allocate('sales')).status).toBe(200);
    const foreign = await allocate('finance');
    expect([foreign.status, foreign.body.detail]).toEqual([403, expect.stringContaining('your account is for sales')]);
    const refused = await as('POST /v1/environments', cookie, { name: 'X' });
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('somebody of role environment-admin')]);
    const { email } = await aPerson({ role: 'maker', userId: 'ada' });
    expect((await withPassword(email.toUpperCase())).body).toMatchObject({ role: 'maker', userId: 'ada', kind: 'person' });
  });

  it('is refused in one way, whatever of it is wrong', async () => {
    const { email } = await aPerson();
    const { email: onlyInvited } = await invite();
    const disabled = await aPerson();
    await ask(`PATCH /v1/people/${disabled.id}`, { disabled: true });
    const there = await server.tenant('Fabrikam');
    const tries: [string, string, string?][] = [
      [email, ANOTHER],
      ['nobody@contoso.com', PASSWORD],
      [onlyInvited, PASSWORD],
      [disabled.email, ANOTHER],
      [email, PASSWORD, there.id],
      [email, PASSWORD, 'no-such-tenant'],
      [email, `${PASSWORD} `],
    ];
    const answers = new Set<string>();
    for (const [address, password, tenantId] of tries) {
      const before = passwordFigures.workedOut;
      const { status, body, headers } = await withPassword(address, password, tenantId);
      // As much was worked out for each: none of them is quicker.
      expect(passwordFigures.workedOut - before, address).toBe(1);
      expect(headers.get('set-cookie')).toBeNull();
      answers.add(JSON.stringify([status, { ...body, instance: '' }]));
    }
    expect([...answers]).toEqual([expect.stringContaining('no account here has this e-mail address with this password')]);
    // Only who knows the password is told that the account is disabled.
    expect((await withPassword(disabled.email)).body).toMatchObject({
      code: 'Forbidden',
      detail: expect.stringContaining('disabled'),
    });
  });

  it.each([
    ['a key and an address', { key: 'x', email: 'a@b.c', password: 'x' }],
    ['a key and an invitation', { key: 'x', invitation: 'y', password: 'x' }],
    ['an address without a password', { email: 'a@b.c' }],
    ['nothing', {}],
    ['a password alone', { password: 'x' }],
  ])('is not understood with %s', async (_, body) => {
    expect((await signIn({ tenant: contoso.id, ...body })).status).toBe(422);
  });

  it('says no password back, however wrong it is', async () => {
    for (const password of ['x', 'y'.repeat(2000)]) {
      const { body } = await signIn({ email: 'nobody@contoso.com', password, tenant: contoso.id });
      expect(JSON.stringify(body)).not.toContain(`"${password}"`);
      expect(JSON.stringify(body)).not.toContain('yyyy');
    }
  });

  it('needs no tenant where one lives here only, and says so beforehand', async () => {
    const options = await call(server.url, 'GET /v1/sign-in-options');
    expect(options.body).toEqual({ providers: [], people: true, tenantNeeded: true });
    expect(await signIn({ email: 'a@contoso.com', password: PASSWORD })).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/tenant' }] },
    });
    const alone = await startServer();
    try {
      const { key } = await alone.tenant('Alone');
      const optionsOf = async () => (await call(alone.url, 'GET /v1/sign-in-options')).body;
      expect(await optionsOf()).toEqual({ providers: [], people: false, tenantNeeded: false });
      const { body } = await call(alone.url, 'POST /v1/people', {
        key,
        body: { email: 'ada@a.example', name: 'Ada', role: 'reader' },
      });
      expect(body.invitation).toMatchObject({ link: null, mailed: false });
      expect(await optionsOf()).toMatchObject({ people: true });
      const page = { headers: OWN_PAGE };
      await call(alone.url, 'POST /v1/session', { ...page, body: { invitation: body.invitation.secret, password: PASSWORD } });
      const again = await call(alone.url, 'POST /v1/session', { ...page, body: { email: 'ada@a.example', password: PASSWORD } });
      expect(again).toMatchObject({ status: 201, body: { tenant: { name: 'Alone' } } });
    } finally {
      await alone.stop();
    }
  });

  it('ends the session that the browser had, so that nobody is left in one that another has chosen', async () => {
    const { email, cookie } = await aPerson();
    const again = await signIn({ email, password: PASSWORD, tenant: contoso.id }, { cookie });
    expect(cookieOf(again)).not.toBe(cookie);
    expect([await isIn(cookie), await isIn(cookieOf(again))]).toEqual([false, true]);
  });
});

describe('wrong passwords in a row', () => {
  const tries = async (email: string, password = ANOTHER) => {
    const { status, headers } = await withPassword(email, password);
    return [status, Number(headers.get('retry-after')) || null];
  };

  it('make the next try wait: a second after five, twice as long each time, a quarter of an hour at most', async () => {
    const { email } = await aPerson();
    for (let count = 0; count < 5; count += 1) expect(await tries(email)).toEqual([401, null]);
    const waits: number[] = [];
    for (let count = 0; count < 12; count += 1) {
      const [status, wait] = await tries(email);
      expect(status).toBe(429);
      waits.push(wait!);
      // The right one waits as well, or nobody would have to.
      expect((await tries(email, PASSWORD))[0]).toBe(429);
      now += wait! * 1_000;
      expect((await tries(email))[0]).toBe(401);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]);
    now += 900_000;
    expect((await tries(email, PASSWORD))[0]).toBe(201);
    // The right one ends it.
    expect(await tries(email)).toEqual([401, null]);
    expect((await tries(email, PASSWORD))[0]).toBe(201);
  });

  it('count for an address that nobody has, and in every process', async () => {
    const email = 'never-there@contoso.com';
    for (let count = 0; count < 5; count += 1) expect(await tries(email)).toEqual([401, null]);
    expect(await tries(email)).toEqual([429, 1]);
    const hash = (await server.store.database.everywhere.query({
      text: 'select name_hash from sign_in_throttle where failures = 5 and tenant_id = $1',
      values: [contoso.id],
    })) as { name_hash: Buffer }[];
    expect(await other.people.takeTry(tenant(), hash[0]!.name_hash)).toBeGreaterThan(0);
  });

  it('count also where many are sent at once', async () => {
    const { email } = await aPerson();
    const statuses = (await Promise.all(Array.from({ length: 20 }, () => tries(email)))).map(([status]) => status);
    expect(statuses.filter((status) => status === 401)).toHaveLength(5);
    expect(statuses.filter((status) => status === 429)).toHaveLength(15);
  });

  it('are forgotten after a day, and pruned', async () => {
    const { email } = await aPerson();
    for (let count = 0; count < 6; count += 1) await tries(email);
    now += DAY_MS + 1_000_000;
    for (let count = 0; count < 4; count += 1) expect(await tries(email)).toEqual([401, null]);
    now += DAY_MS + 1_000_000;
    await server.store.people.prune(tenant().cell);
    const left = await server.store.database.everywhere.query({
      text: 'select 1 from sign_in_throttle where tenant_id = $1',
      values: [contoso.id],
    });
    expect(left).toEqual([]);
  });
});

describe('a session of a person', () => {
  async function inBoth(cookie: string): Promise<[boolean, boolean]> {
    const secret = cookie.split('=')[1]!;
    const elsewhere = await other.findSession({ cell: cellOfSession(secret)!, hash: hashKey(secret) });
    return [await isIn(cookie), elsewhere !== undefined];
  }

  it.each([
    ['the account is disabled', (id: string) => ask(`PATCH /v1/people/${id}`, { disabled: true })],
    ['somebody signs the person out', (id: string) => ask(`DELETE /v1/people/${id}/sessions`)],
    ['the person signs out everywhere', (_id: string, cookie: string) => as('DELETE /v1/own-sessions', cookie)],
  ])('is over when %s: here at once, in another process within a second', async (_, act) => {
    const { id, email, cookie } = await aPerson();
    const second = cookieOf(await withPassword(email));
    expect([await inBoth(cookie), await inBoth(second)]).toEqual([
      [true, true],
      [true, true],
    ]);
    const began = performance.now();
    expect((await act(id, cookie)).status).toBeLessThan(300);
    expect([await isIn(cookie), await isIn(second)]).toEqual([false, false]);
    await expect
      .poll(async () => (await inBoth(cookie))[1] || (await inBoth(second))[1], { timeout: 3_000, interval: 20 })
      .toBe(false);
    expect(performance.now() - began).toBeLessThan(2_000);
  });

  it('follows what the account may, in every process', async () => {
    const { id, cookie } = await aPerson({ role: 'tenant-admin' });
    const secret = { cell: tenant().cell, hash: hashKey(cookie.split('=')[1]!) };
    const roleElsewhere = async () => (await other.findSession(secret))?.principal.role;
    expect(await roleElsewhere()).toBe('tenant-admin');
    await ask(`PATCH /v1/people/${id}`, { role: 'reader' });
    expect((await as('POST /v1/environments', cookie, { name: 'X' })).status).toBe(403);
    await expect.poll(roleElsewhere, { timeout: 3_000 }).toBe('reader');
  });

  it('comes back after nothing but a new sign-in, where the account is enabled again', async () => {
    const { id, email, cookie } = await aPerson();
    await ask(`PATCH /v1/people/${id}`, { disabled: true });
    expect(await found(id)).toMatchObject({ status: 'disabled' });
    await ask(`PATCH /v1/people/${id}`, { disabled: false });
    expect(await isIn(cookie)).toBe(false);
    expect((await withPassword(email)).status).toBe(201);
  });

  it('ends all of a key where that signs out everywhere', async () => {
    const { body: reader } = await ask('POST /v1/keys', { role: 'reader' });
    const cookies = [cookieOf(await signIn({ key: reader.key })), cookieOf(await signIn({ key: reader.key }))];
    const own = cookieOf(await signIn({ key: contoso.key }));
    await as('DELETE /v1/own-sessions', cookies[0]!);
    expect([await isIn(cookies[0]!), await isIn(cookies[1]!), await isIn(own)]).toEqual([false, false, true]);
  });
});

it('who may see less from now on hears no more of what was open before', async () => {
  const { id, cookie } = await aPerson();
  const { body: stream } = await fetch(`${server.url}/v1/stream`, { headers: { ...OWN_PAGE, cookie } });
  const reader = stream!.getReader();
  expect((await reader.read()).done).toBe(false);
  await ask(`PATCH /v1/people/${id}`, { role: 'maker', userId: 'eve' });
  while (!(await reader.read()).done);
  expect(await isIn(cookie)).toBe(true);
});

describe('a password', () => {
  it('is changed by who knows it: other sessions end, this one goes on under another secret', async () => {
    const { email, cookie } = await aPerson();
    const second = cookieOf(await withPassword(email));
    const change = (password: string, newPassword: string) => as('PUT /v1/own-password', cookie, { password, newPassword });
    expect(await change(`${PASSWORD}s`, ANOTHER)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/password' }] } });
    const { workedOut } = passwordFigures;
    for (const weak of ['short', PASSWORD, 'password1234'])
      expect(await change(PASSWORD, weak)).toMatchObject({ status: 422, body: { errors: [{ pointer: '/newPassword' }] } });
    // Whoever knows the password cannot have it worked out again and again.
    expect(passwordFigures.workedOut).toBe(workedOut);
    const changed = await change(PASSWORD, ANOTHER);
    expect(changed.status).toBe(204);
    expect([await isIn(cookie), await isIn(second), await isIn(cookieOf(changed))]).toEqual([false, false, true]);
    expect((await withPassword(email)).status).toBe(401);
    expect((await withPassword(email, ANOTHER)).status).toBe(201);
  });

  it('that is guessed with a stolen session is throttled as sign-ins are', async () => {
    const { id, cookie } = await aPerson();
    const guess = () => as('PUT /v1/own-password', cookie, { password: `${PASSWORD}s`, newPassword: ANOTHER });
    for (let count = 0; count < 5; count += 1) expect((await guess()).status).toBe(422);
    expect(await guess()).toMatchObject({ status: 429, body: { retryAfterSeconds: 1 } });
    const { value } = (await ask('GET /v1/audit?operation=changePassword&outcome=refused')).body;
    // The others of this minute are one event more (test/audit.test.ts).
    expect(value.filter(({ actor }: { actor: string }) => actor === `person:${id}`)).toHaveLength(1);
  });

  it('that was lost is replaced by a link, after which the old one and its sessions are over', async () => {
    const { id, email, cookie } = await aPerson();
    const { body } = await ask(`POST /v1/people/${id}/invitations`);
    expect((await withPassword(email)).status).toBe(201);
    expect((await signIn({ invitation: body.invitation.secret, password: ANOTHER })).status).toBe(201);
    expect([(await withPassword(email)).status, await isIn(cookie)]).toEqual([401, false]);
  });

  it('is none of a key', async () => {
    const body = { password: PASSWORD, newPassword: ANOTHER };
    expect((await ask('PUT /v1/own-password', body)).body.code).toBe('AccountNotLocal');
  });

  it('is kept so that the same one never looks the same, and only it fits', async () => {
    const [one, two] = (await Promise.all([hashPassword(PASSWORD), hashPassword(PASSWORD)])) as [string, string];
    expect(one).not.toBe(two);
    expect([await isPassword(PASSWORD, one), await isPassword(PASSWORD, two)]).toEqual([true, true]);
    expect([await isPassword(ANOTHER, one), await isPassword(PASSWORD, null)]).toEqual([false, false]);
    expect(await isPassword('cafe\u0301 de la paix', (await hashPassword('café de la paix')) as string)).toBe(true);
    await expect(isPassword(PASSWORD, PASSWORD)).rejects.toThrow('a form that is not known');
  });

  it('waits its turn where many come at once, and is refused where that would be for long', async () => {
    const outcomes = await Promise.all(Array.from({ length: 60 }, () => isPassword(PASSWORD, null)));
    expect(outcomes.filter((each) => each === false)).toHaveLength(52);
    expect(outcomes.filter((each) => typeof each === 'object' && each.refused === 'Unavailable')).toHaveLength(8);
    expect(await isPassword(PASSWORD, null)).toBe(false);
  });
});

describe('people', () => {
  it('are changed by tenant administrators; what belongs to a role goes with it', async () => {
    const { id } = await aPerson({ role: 'environment-admin', environmentIds: ['sales'] });
    const change = (body: object) => ask(`PATCH /v1/people/${id}`, body);
    expect((await change({ name: 'Renamed' })).body).toMatchObject({ name: 'Renamed', environmentIds: ['sales'] });
    expect((await change({ role: 'maker' })).status).toBe(422);
    expect((await change({ role: 'maker', userId: 'ada' })).body).toMatchObject({
      role: 'maker',
      userId: 'ada',
      environmentIds: [],
    });
    expect((await change({ role: 'reader' })).body).toMatchObject({ role: 'reader', userId: null });
    expect((await change({ environmentIds: ['sales'] })).status).toBe(422);
    expect((await change({})).status).toBe(422);
    expect((await ask('PATCH /v1/people/nobody', { name: 'X' })).status).toBe(404);
  });

  it('neither disable themselves nor change their own role', async () => {
    const { id, cookie } = await aPerson({ role: 'tenant-admin' });
    for (const body of [{ disabled: true }, { role: 'reader' }])
      expect((await as(`PATCH /v1/people/${id}`, cookie, body)).body.code).toBe('Forbidden');
    expect((await as(`PATCH /v1/people/${id}`, cookie, { name: 'Myself' })).body.name).toBe('Myself');
  });

  it('are listed in pages, by the order in which they came', async () => {
    const listed = await pagesOf<{ id: string }>((query) => ask(`GET /v1/people?${query}`), 3);
    const seen = listed.map(({ id }) => id);
    expect(seen.length).toBeGreaterThan(10);
    expect(seen).toEqual([...new Set(seen)].sort());
  });
});

describe('who signs in through a provider', () => {
  const grace: ProvidedPerson = {
    provider: 'entra',
    subject: 'subject-1',
    email: 'grace@fabrikam.com',
    name: 'Grace',
    role: 'reader',
    environmentIds: [],
    userId: null,
  };

  const atProvider = (person: ProvidedPerson) => signInAtProvider(server.store, tenant(), person);

  it('is somebody of their own, however the e-mail address is; and what the provider says now', async () => {
    const local = await aPerson({ email: 'grace@fabrikam.com' });
    const first = await atProvider(grace);
    const second = await atProvider({ ...grace, role: 'tenant-admin', name: 'Grace H.' });
    expect(first.id).not.toBe(local.id);
    expect(second).toMatchObject({ id: first.id, role: 'tenant-admin', name: 'Grace H.', kind: 'person' });
    const another = await atProvider({ ...grace, provider: 'keycloak' });
    expect(another.id).not.toBe(first.id);
    expect(await found(first.id)).toMatchObject({ provider: 'entra', status: 'active', role: 'tenant-admin' });
  });

  it('is one person, made once, where they come twice at the same moment', async () => {
    const both = await Promise.all([1, 2].map(() => atProvider({ ...grace, subject: 'subject-3' })));
    const ids = both.map(({ id }) => id);
    expect(ids[0]).toBe(ids[1]);
    const { value } = (await ask('GET /v1/audit?operation=completeSignIn&limit=2')).body;
    expect(value.map((event: Called['body']) => [event.actor, event.before, event.after?.email])).toEqual([
      [`person:${ids[0]}`, null, undefined],
      [`person:${ids[0]}`, null, 'grace@fabrikam.com'],
    ]);
  });

  it('has no password, link or role here, but can be disabled and signed out', async () => {
    const person = await atProvider({ ...grace, subject: 'subject-2' });
    const hash = hashKey('a session');
    await server.store.createSession(person, hash, (now + 3_600_000) as Instant);
    const session = () => server.store.findSession({ cell: person.cell, hash });
    expect(await session()).toMatchObject({ email: 'grace@fabrikam.com', expiresAt: now + 3_600_000 });
    expect((await ask(`POST /v1/people/${person.id}/invitations`)).body.code).toBe('AccountNotLocal');
    expect((await ask(`PATCH /v1/people/${person.id}`, { role: 'tenant-admin' })).body.code).toBe('AccountNotLocal');
    expect((await ask(`PATCH /v1/people/${person.id}`, { disabled: true })).status).toBe(200);
    expect(await session()).toBeUndefined();
    const again = { ...grace, subject: 'subject-2', role: 'tenant-admin' as const };
    expect(await tryAtProvider(server.store, tenant(), again)).toMatchObject({ refused: 'Forbidden' });
    // What nobody is told of has not changed either.
    expect(await found(person.id)).toMatchObject({ role: 'reader', status: 'disabled' });
    await ask(`PATCH /v1/people/${person.id}`, { disabled: false });
    await server.store.createSession(person, hash, (now + 3_600_000) as Instant);
    now += 3_600_000;
    expect(await session()).toBeUndefined();
  });
});

describe('the audit log', () => {
  async function logged(operation: string): Promise<Called['body'][]> {
    return (await ask(`GET /v1/audit?operation=${operation}&limit=100`)).body.value;
  }

  it('has each sign-in, done and refused, and never a password', async () => {
    const { id, email } = await aPerson();
    await withPassword(email);
    // From where nobody was refused before.
    await signIn({ email, password: ANOTHER, tenant: contoso.id }, { 'x-forwarded-for': '192.0.2.1' });
    const [refused, done, accepted] = await logged('signIn');
    expect(refused).toMatchObject({ outcome: 'refused', code: 'Unauthenticated', actor: 'nobody', subject: email });
    expect(done).toMatchObject({ outcome: 'done', actor: `person:${id}`, subject: email, after: { by: 'password' } });
    expect(accepted).toMatchObject({
      outcome: 'done',
      actor: `person:${id}`,
      before: { email, role: 'reader', invitedUntil: expect.any(String) },
      after: { by: 'invitation', email, name: expect.any(String), role: 'reader', disabled: false },
    });
    expect(accepted.after).not.toHaveProperty('invitedUntil');
    expect((await found(id)).signedInAt).not.toBeNull();
    const all = JSON.stringify((await ask('GET /v1/audit?limit=1000')).body);
    for (const secret of [PASSWORD, ANOTHER, 'argon2', 'bursar-invite_', 'bursar-session_']) expect(all).not.toContain(secret);
  });

  it('has what was done to people, before and after', async () => {
    const { id, cookie } = await aPerson();
    await ask(`PATCH /v1/people/${id}`, { role: 'billing-admin' });
    await as('PUT /v1/own-password', cookie, { password: PASSWORD, newPassword: ANOTHER });
    await ask(`DELETE /v1/people/${id}/sessions`);
    const subject = `person:${id}`;
    expect((await logged('invitePerson'))[0]).toMatchObject({
      subject,
      before: null,
      after: { role: 'reader', disabled: false },
    });
    expect((await logged('changePerson'))[0]).toMatchObject({
      subject,
      before: { role: 'reader' },
      after: { role: 'billing-admin' },
    });
    expect((await logged('changePassword'))[0]).toMatchObject({ subject, actor: subject });
    expect((await logged('signOutPerson'))[0]).toMatchObject({ subject });
  });
});
