// The audit log (T3): every administrative act leaves one event with who, from where, and how it was before and after; so do refused
// acts and sign-ins; it is found, downloaded, and held to its chain by `bursar verify`.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { hashKey } from '../src/api/key-secret.ts';
import { ROUTES } from '../src/api/routes.ts';
import { isAudited } from '../src/api/scope.ts';
import { buildServer } from '../src/server/app.ts';
import { RefusedActs } from '../src/server/refused-acts.ts';
import { INSTALLATION } from '../src/store/audit.ts';
import { Unavailable } from '../src/store/store.ts';
import { readHeads } from '../src/verify/audit-checks.ts';
import { verify } from '../src/verify/verify.ts';
import { bursar } from './support/a-program.ts';
import { aReceiver } from './support/a-receiver.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { type Call, type Called, call, cookieOf, OWN_PAGE, pagesOf } from './support/call.ts';

const FILE = 'Date,EnvironmentId,AIConsumption\n2025-06-09,sales,<1K\n';

let server: AServer;

beforeAll(async () => {
  server = await startServer({ privateAddresses: true });
});

afterAll(async () => {
  await server?.stop();
});

// biome-ignore lint/suspicious/noExplicitAny: a test looks into it
type Event = any;

/** The events of a tenant, newest first. */
async function events(key: string, query = ''): Promise<Event[]> {
  const { status, body } = await call(server.url, `GET /v1/audit${query}`, { key });
  expect(status, JSON.stringify(body)).toBe(200);
  return body.value;
}

async function aKey(admin: string, body: object): Promise<{ id: string; key: string }> {
  return (await call(server.url, 'POST /v1/keys', { key: admin, body })).body;
}

describe('every administrative act', () => {
  const done = new Set<string>();

  it('leaves one event, written in the transaction of what it did', async () => {
    const receiver = await aReceiver();
    const { id: tenantId, key } = await server.tenant('Acts', '2025-06-10T08:00:00Z');
    const [made] = await events(key);
    expect(made).toMatchObject({ sequence: 1, actor: 'operator', operation: 'createTenant', subject: `tenant:${tenantId}` });
    done.add('createTenant');
    const { body: own } = await call(server.url, 'GET /v1/keys', { key });
    const admin = `key:${own.value[0].id}`;

    /** Does it, and answers what came of it; fails unless it left one event that says what it changed. */
    async function act(operation: string, { ids = {}, subject, before, after, ...options }: Act = {}): Promise<Called['body']> {
      const row = ROUTES.find((each) => each.operation === operation)!;
      const path = row.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name]!);
      const { sequence } = await server.store.auditHead({ cell: server.store.cellOf(tenantId), tenantId });
      const called = await call(server.url, `${row.method} ${path}${options.query ?? ''}`, {
        ...(options.headers?.cookie ? {} : { key }),
        ...options,
      });
      expect(called.status, `${operation} ${JSON.stringify(called.body)}`).toBeLessThan(300);
      const since = (await events(key)).filter((event) => event.sequence > sequence);
      expect(
        since.map((event) => event.operation),
        operation,
      ).toEqual([operation]);
      const [event] = since;
      expect(event).toMatchObject({
        outcome: 'done',
        code: null,
        times: 1,
        address: '127.0.0.1',
        requestId: called.headers.get('x-request-id'),
        ...(options.headers?.cookie ? {} : { actor: admin, actorName: 'first administrator', role: 'tenant-admin' }),
      });
      // An act whose handler kept the store from knowing of it would say nothing of what it changed.
      expect(event.before ?? event.after, `${operation} says what it changed`).not.toBeNull();
      expect(event.subject, operation).toBe(subject ?? event.subject);
      if (before !== undefined) expect(event.before, operation).toEqual(before);
      if (after !== undefined) expect(event.after, operation).toEqual(after);
      const text = JSON.stringify(event);
      for (const secret of secretsOf(called.body)) expect(text, `${operation} keeps a secret`).not.toContain(secret);
      done.add(operation);
      return called.body;
    }

    try {
      await act('createEnvironment', {
        body: { id: 'sales', name: 'Sales' },
        subject: 'environment:sales',
        before: null,
        after: expect.objectContaining({ name: 'Sales', drawFromTenantPool: true }),
      });
      await act('changeEnvironment', {
        ids: { id: 'sales' },
        body: { drawFromTenantPool: false },
        before: expect.objectContaining({ drawFromTenantPool: true }),
        after: expect.objectContaining({ drawFromTenantPool: false }),
      });
      await act('startTrial', { body: { userId: 'ada' }, subject: 'trial:ada', before: null });
      await act('createExtension');
      const { id: pack } = await act('createEntitlement', { body: { product: 'power-automate-premium', quantity: 1 } });
      await act('setAllocation', {
        ids: { id: 'sales', currency: 'ai-builder-credits' },
        body: { credits: '250.5' },
        subject: 'environment:sales',
        before: { allocations: [{ environmentId: 'sales', currency: 'ai-builder-credits', credits: '0' }] },
        after: { allocations: [{ environmentId: 'sales', currency: 'ai-builder-credits', credits: '250.5' }] },
      });
      await act('createEnvironment', { body: { id: 'lab', name: 'Lab' } });
      await act('changeAllocations', {
        body: { changes: ['sales', 'lab'].map((id) => ({ environmentId: id, currency: 'ai-builder-credits', credits: '1' })) },
        subject: 'allocations',
      });
      await act('createBillingPlan', { body: { id: 'plan', name: 'Plan' }, subject: 'billing-plan:plan' });
      await act('changeBillingPlan', {
        ids: { id: 'plan' },
        body: { monthlyLimit: '9' },
        before: { name: 'Plan', status: 'Enabled', monthlyLimit: null },
        after: { name: 'Plan', status: 'Enabled', monthlyLimit: '9' },
      });
      await act('deleteBillingPlan', { ids: { id: 'plan' }, after: null });
      const own = { unit: 'page', copilotCredits: '2', from: '2025-06-01' };
      await act('defineCapability', { ids: { id: 'own' }, body: own, subject: 'capability:own', before: null });
      await act('defineCapability', {
        ids: { id: 'own' },
        body: { ...own, copilotCredits: '3' },
        before: expect.objectContaining({ copilotCredits: '2' }),
        after: expect.objectContaining({ copilotCredits: '3' }),
      });
      const limit = { scope: { userId: 'ada' }, currency: 'ai-builder-credits', monthly: '900' };
      await act('setLimit', { ids: { id: 'ada' }, body: limit, subject: 'limit:ada', before: null });
      await act('setLimit', {
        ids: { id: 'ada' },
        body: { ...limit, monthly: '1000' },
        before: expect.objectContaining({ monthly: '900', scope: { userId: 'ada' } }),
        after: expect.objectContaining({ monthly: '1000' }),
      });
      await act('deleteLimit', { ids: { id: 'ada' }, after: null });
      await act('changeSettings', {
        body: { nearAtPercent: 70 },
        subject: 'settings',
        before: expect.objectContaining({ nearAtPercent: 80 }),
        after: expect.objectContaining({ nearAtPercent: 70 }),
      });
      await act('compute', { subject: 'computation' });
      await act('declareResource', {
        ids: { type: 'flow', id: 'claims' },
        body: { environmentId: 'sales', apps: ['expenses'] },
        subject: 'resource:flow/claims',
        before: null,
      });
      const sent = { raw: FILE, headers: { 'content-type': 'text/csv' }, query: '?dryRun=false&id=june' };
      await act('importFile', { ...sent, subject: 'import:june' });
      const { id: reportId } = await act('createReport', { body: { type: 'ai-builder-consumption' }, before: null });
      await act('deleteReport', { ids: { id: reportId }, subject: `report:${reportId}`, after: null });
      await act('setNoticeRecipients', { body: { emails: ['a@example.com'] }, before: { emails: [] } });

      const hook = { id: 'hook', url: receiver.url };
      await act('createWebhook', { body: hook, subject: 'webhook:hook', before: null });
      await act('changeWebhook', { ids: { id: 'hook' }, body: { description: 'team' }, subject: 'webhook:hook' });
      await act('rotateWebhookSecret', { ids: { id: 'hook' }, subject: 'webhook:hook' });
      const { id: deliveryId } = await act('testWebhook', { ids: { id: 'hook' }, subject: 'webhook:hook' });
      await act('replayDelivery', { ids: { id: 'hook', deliveryId } });
      await act('deleteWebhook', { ids: { id: 'hook' }, after: null });

      const { id: keyId } = await act('createKey', { body: { role: 'reader', name: 'Seen' }, before: null });
      await act('rotateKey', { ids: { id: keyId }, body: {}, subject: `key:${keyId}` });
      await act('revokeKey', {
        ids: { id: keyId },
        before: expect.objectContaining({ revokedAt: null }),
        after: expect.objectContaining({ revokedAt: expect.any(String) }),
      });

      const { person } = await act('invitePerson', { body: { email: 'eve@example.com', name: 'Eve', role: 'reader' } });
      await act('changePerson', { ids: { id: person.id }, body: { role: 'billing-admin' }, subject: `person:${person.id}` });
      const { invitation } = await act('invitePersonAgain', { ids: { id: person.id } });
      const [password, newPassword] = ['three words of eve', 'other words of eve'];
      const signedIn = await call(server.url, 'POST /v1/session', {
        body: { invitation: invitation.secret, password },
        headers: OWN_PAGE,
      });
      expect(signedIn.status).toBe(201);
      expect((await events(key))[0]).toMatchObject({ operation: 'signIn', actor: `person:${person.id}`, outcome: 'done' });
      const headers = { ...OWN_PAGE, cookie: cookieOf(signedIn) };
      await act('changePassword', { headers, body: { password, newPassword }, subject: `person:${person.id}` });
      await act('signOutPerson', { ids: { id: person.id } });
      const again = { body: { email: 'eve@example.com', password: newPassword, tenant: tenantId }, headers: OWN_PAGE };
      const signedInAgain = await call(server.url, 'POST /v1/session', again);
      await act('signOutEverywhere', { headers: { ...OWN_PAGE, cookie: cookieOf(signedInAgain) } });

      await act('moveClock', { body: { now: '2025-07-10T08:00:00Z' }, before: { now: '2025-06-10T08:00:00Z' } });
      await act('endEntitlement', { ids: { id: pack }, before: expect.objectContaining({ endedAt: null }) });
      await act('extendTrial', { ids: { userId: 'ada' }, before: expect.objectContaining({ extended: false }) });
      await act('deleteEnvironment', { ids: { id: 'lab' }, after: null });
      await act('exportAudit', { subject: 'audit', after: { filter: {} } });
    } finally {
      await receiver.stop();
    }
  });

  it('is of a route that was done here: a new one must be', () => {
    expect(
      ROUTES.filter(isAudited)
        .map((row) => row.operation)
        .filter((operation) => !done.has(operation)),
    ).toEqual([]);
  });
});

interface Act extends Call {
  ids?: Record<string, string>;
  query?: string;
  subject?: string;
  before?: unknown;
  after?: unknown;
}

function secretsOf(body: Called['body']): string[] {
  const found = [body?.key, body?.secret, body?.adminKey, body?.invitation?.secret];
  return found.filter((each): each is string => typeof each === 'string' && each.length > 20);
}

describe('what is no act', () => {
  it('leaves nothing: what is read, previewed, metered, tried, or was done before under its key', async () => {
    const { key } = await server.tenant('Quiet', '2026-03-10T08:00:00Z');
    const ask = (methodAndPath: string, options: Call = {}) => call(server.url, methodAndPath, { key, ...options });
    const twice = { body: { name: 'Sales', id: 'sales' }, headers: { 'idempotency-key': 'once' } };
    await ask('POST /v1/environments', twice);
    await ask('POST /v1/entitlements', { body: { product: 'power-automate-premium', quantity: 1 } });
    const { length } = await events(key);
    expect((await ask('POST /v1/environments', twice)).headers.get('idempotency-replayed')).toBe('true');
    const action = {
      environmentId: 'sales',
      userId: 'ada',
      caller: 'cloud-flow',
      capability: 'receipt-processing',
      usage: { pages: 1 },
    };
    for (const path of ['checks', 'consumptions', 'holds']) await ask(`POST /v1/${path}`, { body: action });
    await ask('POST /v1/consumptions/batch', { body: { actions: [action] } });
    await ask('POST /v1/imports', { raw: FILE.replaceAll('2025-06-09', '2026-03-09'), headers: { 'content-type': 'text/csv' } });
    await ask('GET /v1/keys');
    await ask('GET /v1/audit/head');
    await ask('PUT /v1/limits/ada', { body: { nothing: 'of a limit' } });
    expect(await events(key)).toHaveLength(length);
  });
});

describe('refused acts', () => {
  it('are there with who, what and why: for want of a right, and by the rules', async () => {
    const { key } = await server.tenant('Refused', '2026-03-10T08:00:00Z');
    const reader = await aKey(key, { role: 'reader', name: 'Looker' });
    const narrow = await aKey(key, { role: 'tenant-admin', scopes: ['read'] });
    const agent = `${'a'.repeat(500)}\u00e9`;
    await call(server.url, 'DELETE /v1/limits/ada', { key: reader.key, headers: { 'user-agent': agent } });
    expect((await events(key))[0]).toMatchObject({
      actor: `key:${reader.id}`,
      actorName: 'Looker',
      role: 'reader',
      operation: 'deleteLimit',
      outcome: 'refused',
      code: 'Forbidden',
      subject: 'limit:ada',
      before: null,
      after: null,
      agent: `${'a'.repeat(200)}…`,
    });
    await call(server.url, 'POST /v1/keys', { key: narrow.key, body: { role: 'reader' } });
    expect((await events(key))[0]).toMatchObject({ actor: `key:${narrow.id}`, operation: 'createKey', code: 'Forbidden' });
    await call(server.url, 'DELETE /v1/limits/ada', { key });
    expect((await events(key))[0]).toMatchObject({
      operation: 'deleteLimit',
      code: 'NotFound',
      detail: expect.stringContaining('ada'),
    });
    // Reading what one may not read is refused as well, and so is metering.
    await call(server.url, 'GET /v1/keys', { key: reader.key });
    expect((await events(key))[0]).toMatchObject({ operation: 'listKeys', code: 'Forbidden' });
    const tenants = await call(server.url, 'GET /v1/tenants', { key });
    expect(tenants.status).toBe(403);
    expect((await events(key))[0]).toMatchObject({ operation: 'listTenants', code: 'Forbidden' });
  });

  it('of a key that was revoked are there too: somebody has it still', async () => {
    const { key } = await server.tenant('Lost', '2026-03-10T08:00:00Z');
    const lost = await aKey(key, { role: 'tenant-admin', name: 'Lost' });
    await call(server.url, `DELETE /v1/keys/${lost.id}`, { key });
    expect((await call(server.url, 'GET /v1/keys', { key: lost.key })).status).toBe(401);
    expect((await events(key))[0]).toMatchObject({
      actor: `key:${lost.id}`,
      actorName: 'Lost',
      operation: 'listKeys',
      outcome: 'refused',
      code: 'Unauthenticated',
    });
    expect((await call(server.url, 'POST /v1/session', { body: { key: lost.key }, headers: OWN_PAGE })).status).toBe(401);
    expect((await events(key))[0]).toMatchObject({
      actor: 'nobody',
      operation: 'signIn',
      subject: `key:${lost.id}`,
      outcome: 'refused',
    });
  });

  it('of whom nobody knows are in the log of the installation', async () => {
    const ofInstallation = async () =>
      (await call(server.url, 'GET /v1/installation/audit', { key: server.operatorKey })).body.value as Event[];
    await call(server.url, 'PUT /v1/notice-recipients', { headers: { authorization: 'Bearer nonsense' }, body: { emails: [] } });
    expect((await ofInstallation())[0]).toMatchObject({
      actor: 'nobody',
      operation: 'setNoticeRecipients',
      outcome: 'refused',
      code: 'Unauthenticated',
    });
    await call(server.url, 'GET /v1/webhooks', { key: server.operatorKey });
    expect((await ofInstallation())[0]).toMatchObject({ actor: 'operator', operation: 'listWebhooks', code: 'Forbidden' });
  });

  it('of one kind that go on are one event a minute, with how many they were', async () => {
    const written: Event[] = [];
    const tenant = { cell: 0, tenantId: 'a' };
    const acts = new RefusedActs({ recordAct: async (_, event) => void written.push(event) }, () => {});
    const event = {
      actor: 'key:1',
      operation: 'setLimit',
      code: 'Forbidden',
      times: 1,
      subject: 'limit:ada',
      subjects: [],
    } as Event;
    for (let time = 0; time < 1_000; time += 1) await acts.note(tenant, { ...event, requestId: `req-${time}` });
    await acts.note(tenant, { ...event, code: 'NotFound' });
    expect(written.map(({ code, times }) => [code, times])).toEqual([
      ['Forbidden', 1],
      ['NotFound', 1],
    ]);
    await acts.write();
    expect(written.slice(2)).toEqual([{ ...event, requestId: 'req-999', times: 999 }]);
    // It goes on: still one a minute. It stopped: the next one is the first again.
    await acts.note(tenant, event);
    await acts.write();
    await acts.write();
    await acts.note(tenant, event);
    expect(written.slice(3).map(({ times }) => times)).toEqual([1, 1]);
  });

  it('of one kind are told apart by the network they come from, of twenty; more are one event together', async () => {
    const written: Event[] = [];
    const acts = new RefusedActs({ recordAct: async (_, event) => void written.push(event) }, () => {});
    const event = { actor: 'nobody', operation: 'signIn', code: 'Unauthenticated', times: 1, subject: null } as Event;
    const from = (address: string) => acts.note(INSTALLATION, { ...event, address });
    for (const last of [1, 2, 3]) await from(`2001:db8:0:1::${last}`);
    for (let network = 2; network <= 500; network += 1) await from(`2001:db8:0:${network.toString(16)}::1`);
    // Twenty networks, and the first of those that are more.
    expect(written).toHaveLength(21);
    await acts.write();
    expect(written.slice(21).map(({ address, times }) => [address, times])).toEqual([
      ['2001:db8:0:1::3', 2],
      ['2001:db8:0:1f4::1', 479],
    ]);
  });

  it('of one kind say what they were about, at most twenty things, each once', async () => {
    const written: Event[] = [];
    const acts = new RefusedActs({ recordAct: async (_, event) => void written.push(event) }, () => {});
    const event = { actor: 'nobody', operation: 'signIn', code: 'Unauthenticated', times: 1, subjects: [] } as Event;
    const about = (...names: (string | null)[]) =>
      Promise.all(names.map((subject) => acts.note(INSTALLATION, { ...event, subject })));
    await about('ada', 'bob', 'carl', 'bob', null);
    await acts.write();
    await about('ada', 'ada');
    await acts.write();
    await about(...Array.from({ length: 1_000 }, (_, number) => `name-${number}`));
    await acts.write();
    expect(written.map(({ times, subjects }) => [times, subjects])).toEqual([
      [1, []],
      [4, ['bob', 'carl']],
      [2, []],
      [1_000, Array.from({ length: 20 }, (_, number) => `name-${number}`)],
    ]);
  });

  it('are written when the server stops, and what cannot be written is told', async () => {
    const told: unknown[] = [];
    const record = vi.fn(async (): Promise<void> => {
      if (record.mock.calls.length === 1) throw new Unavailable('the database is gone', false);
    });
    const acts = new RefusedActs({ recordAct: record }, (error) => told.push(error));
    const end = acts.watch(3_600_000);
    const event = { actor: 'nobody', operation: 'signIn', code: 'Unauthenticated' } as Event;
    await acts.note(INSTALLATION, event);
    await acts.note(INSTALLATION, event);
    await end();
    expect(told).toHaveLength(1);
    expect(record.mock.calls).toHaveLength(2);
  });
});

describe('the list', () => {
  let key: string;
  let reader: { id: string; key: string };

  beforeAll(async () => {
    ({ key } = await server.tenant('Found', '2026-03-10T08:00:00Z'));
    reader = await aKey(key, { role: 'reader' });
    for (const user of ['ada', 'bob', 'carl']) {
      const body = { scope: { userId: user }, currency: 'ai-builder-credits', monthly: '9' };
      await call(server.url, `PUT /v1/limits/${user}`, { key, body });
    }
    await call(server.url, 'DELETE /v1/limits/bob', { key });
    await call(server.url, 'DELETE /v1/limits/bob', { key: reader.key });
  });

  it('comes in pages, newest first, that neither skip nor repeat', async () => {
    const all = await events(key);
    expect(all.map((event) => event.sequence)).toEqual(all.map((_, index) => all.length - index));
    expect(await pagesOf((query) => call(server.url, `GET /v1/audit?${query}`, { key }), 2)).toEqual(all);
    expect((await call(server.url, 'GET /v1/audit?cursor=bm9uc2Vuc2U', { key })).status).toBe(422);
  });

  it('is narrowed by who, what, outcome, to what, and when', async () => {
    const all = await events(key);
    const some = async (query: string) => (await events(key, query)).map((event) => event.sequence);
    const those = (condition: (event: Event) => boolean) => all.filter(condition).map((event) => event.sequence);
    expect(await some(`?actor=key:${reader.id}`)).toEqual(those((event) => event.outcome === 'refused'));
    expect(await some('?operation=setLimit')).toEqual(those((event) => event.operation === 'setLimit'));
    expect(await some('?outcome=refused')).toHaveLength(1);
    expect(await some('?subject=limit:bob')).toHaveLength(3);
    expect(await some('?subject=limit:bob&outcome=done&operation=deleteLimit')).toHaveLength(1);
    const middle = all[2].at;
    expect(await some(`?from=${middle}`)).toEqual(those((event) => event.at >= middle));
    expect(await some(`?to=${middle}`)).toEqual(those((event) => event.at < middle));
    expect(await some('?actor=operator&from=2199-01-01T00:00:00Z')).toEqual([]);
  });

  it('is for tenant administrators, each sees its own', async () => {
    for (const role of ['billing-admin', 'maker', 'reader', 'service']) {
      const other = await aKey(key, { role, ...(role === 'maker' ? { userId: 'ada' } : {}) });
      for (const path of ['', '/head', '/content'])
        expect((await call(server.url, `GET /v1/audit${path}`, { key: other.key })).status).toBe(403);
    }
    const { key: stranger } = await server.tenant('Stranger');
    expect((await events(stranger)).map((event) => event.operation)).toEqual(['createTenant']);
    for (const path of ['audit-heads', 'installation/audit'])
      expect((await call(server.url, `GET /v1/${path}`, { key })).status).toBe(403);
  });

  it('is downloaded as CSV, oldest first, in which nothing is a formula', async () => {
    await aKey(key, { role: 'reader', name: '=HYPERLINK("https://example.com")' });
    const formula = await aKey(key, { role: 'tenant-admin', name: '=1+1' });
    await call(server.url, 'DELETE /v1/limits/ada', { key: formula.key });
    const { body, headers } = await call(server.url, 'GET /v1/audit/content', { key });
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="AuditLog_\d{4}-\d\d-\d\d\.csv"$/);
    const rows = parse(body, { columns: true }) as Record<string, string>[];
    const all = (await events(key)).toReversed();
    expect(rows.map((row) => row.sequence)).toEqual(all.map((event) => String(event.sequence)));
    expect(rows.map((row) => row.hash)).toEqual(all.map((event) => event.hash));
    expect(rows.at(-1)).toMatchObject({ operation: 'exportAudit', subject: 'audit' });
    expect(rows.find((row) => row.operation === 'deleteLimit' && row.subject === 'limit:ada')).toMatchObject({
      actorName: "'=1+1",
    });
    const set = rows.find((row) => row.operation === 'setLimit')!;
    expect(JSON.parse(set.after!)).toMatchObject({ scope: { userId: 'ada' }, monthly: '9' });
    const { body: refused } = await call(server.url, 'GET /v1/audit/content?outcome=refused', { key });
    expect(parse(refused, { columns: true })).toHaveLength((await events(key, '?outcome=refused')).length);
  });
});

describe('sign-ins', () => {
  it('are there, done and refused', async () => {
    const { key } = await server.tenant('Signed', '2026-03-10T08:00:00Z');
    const signIn = (withKey: string) => call(server.url, 'POST /v1/session', { body: { key: withKey }, headers: OWN_PAGE });
    expect((await signIn(key)).status).toBe(201);
    const [done] = await events(key);
    expect(done).toMatchObject({ operation: 'signIn', outcome: 'done', role: 'tenant-admin', address: '127.0.0.1' });
    expect(done.subject).toBe(done.actor);
    const service = await aKey(key, { role: 'service' });
    expect((await signIn(service.key)).status).toBe(403);
    const refused = (await events(key)).filter((event) => event.outcome === 'refused');
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatchObject({ operation: 'signIn', code: 'Forbidden', subject: `key:${service.id}` });
  });

  it('are there with their end: who signed out, once, and nothing of whom nobody knows', async () => {
    const { key } = await server.tenant('Left', '2026-03-10T08:00:00Z');
    const signOut = (cookie?: string) =>
      call(server.url, 'DELETE /v1/session', { headers: { ...OWN_PAGE, ...(cookie ? { cookie } : {}) } });
    const signedIn = await call(server.url, 'POST /v1/session', { body: { key }, headers: OWN_PAGE });
    const cookie = cookieOf(signedIn);
    for (let time = 0; time < 2; time += 1) expect((await signOut(cookie)).status).toBe(204);
    for (const unknown of [undefined, 'bursar_session=nonsense', `${cookie.slice(0, -1)}_`])
      expect((await signOut(unknown)).status).toBe(204);
    const [ended, begun] = await events(key);
    expect(begun.operation).toBe('signIn');
    expect(ended).toMatchObject({
      operation: 'signOut',
      outcome: 'done',
      actor: begun.actor,
      actorName: 'first administrator',
      role: 'tenant-admin',
      subject: begun.actor,
      address: '127.0.0.1',
    });
    expect((await call(server.url, 'GET /v1/tenant', { headers: { ...OWN_PAGE, cookie } })).status).toBe(401);
  });

  it('that go on being refused are one event a minute of a network, with the names that were tried', async () => {
    const { id, key } = await server.tenant('Sprayed');
    // Another process of the installation, which writes what has gathered when it stops.
    const { store, operatorKey } = server;
    const app = await buildServer({
      store,
      operatorKeyHash: hashKey(operatorKey),
      logLevel: 'silent',
      trustedProxies: ['127.0.0.1'],
    });
    const url = await app.listen({ host: '127.0.0.1', port: 0 });
    const guess = (name: string, from: string) =>
      call(url, 'POST /v1/session', {
        body: { email: `${name}@contoso.com`, password: 'not this one', tenant: id },
        headers: { ...OWN_PAGE, 'x-forwarded-for': from },
      });
    for (const name of ['ada', 'bob', 'carl', 'bob']) expect((await guess(name, '192.0.2.1')).status).toBe(401);
    expect((await guess('dora', '192.0.2.2')).status).toBe(401);
    await app.close();
    const said = await events(key, '?operation=signIn');
    expect(said.map(({ address, times, subject, subjects }) => [address, times, subject, subjects])).toEqual([
      ['192.0.2.1', 3, 'bob@contoso.com', ['bob@contoso.com', 'carl@contoso.com']],
      ['192.0.2.2', 1, 'dora@contoso.com', []],
      ['192.0.2.1', 1, 'ada@contoso.com', []],
    ]);
    expect(await events(key, '?subject=carl@contoso.com')).toEqual([said[0]]);
    const { body: file } = await call(server.url, 'GET /v1/audit/content?subject=carl@contoso.com', { key });
    expect(JSON.parse((parse(file, { columns: true }) as Record<string, string>[])[0]!.subjects!)).toEqual(said[0].subjects);
  });
});

describe('heads that were exported', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bursar-heads-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('let bursar verify say whether the log is still the same', async () => {
    const { id, key } = await server.tenant('Exported', '2026-03-10T08:00:00Z');
    await call(server.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales' } });
    const { body: head } = await call(server.url, 'GET /v1/audit/head', { key });
    expect(head).toEqual({ tenantId: id, sequence: 2, hash: (await events(key))[0].hash });
    const { body: heads } = await call(server.url, 'GET /v1/audit-heads', { key: server.operatorKey });
    expect(heads.value[0].tenantId).toBeNull();
    expect(heads.value).toContainEqual(head);
    const page = (query: string) => call(server.url, `GET /v1/audit-heads?${query}`, { key: server.operatorKey });
    const single = await pagesOf<Event>(page, 1);
    expect(single.map((each) => each.tenantId)).toEqual(heads.value.map((each: Event) => each.tenantId));

    const found = async (content: unknown) => {
      const auditHeads = readHeads(JSON.stringify(content));
      const { violations } = await verify({ url: server.databaseUrl, tenantId: id, auditHeads });
      return violations.flatMap(({ check, offenders }) => offenders.map((offender) => `${check} ${offender}`));
    };
    expect(await found(head)).toEqual([]);
    // It went on, and is still the same up to there.
    await call(server.url, 'POST /v1/environments', { key, body: { id: 'lab', name: 'Lab' } });
    expect(await found(heads)).toEqual([]);
    expect(await found([head])).toEqual([]);
    const other = { ...head, hash: 'ab'.repeat(32) };
    const changed = `audit-exported tenant ${id}: event 2 is another one than was exported`;
    expect(await found(other)).toEqual([changed]);
    expect(await found({ ...head, sequence: 4 })).toEqual([`audit-exported tenant ${id}: event 4 was exported and is gone`]);
    await expect(found([{ tenantId: id }])).rejects.toThrow('number 1 is no head');

    const file = join(folder, 'heads.json');
    const verb = async (content: string) => {
      await writeFile(file, content);
      return bursar(['verify', '--tenant', id, '--audit-heads', file], { DATABASE_URL: server.databaseUrl });
    };
    const told = await verb(JSON.stringify({ value: [other] }));
    expect(told.exitCode).toBe(1);
    expect(told.stdout).toContain('T3 audit-exported, 1 ×');
    expect(await verb('nothing of this kind')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('holds no heads') });
  });
});
