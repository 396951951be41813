// Every route × every role, the operator and nobody × its own tenant, a foreign one and none (T1, T3): who may not is refused, ids of another
// tenant are not there, no answer holds a name of another tenant, and nothing of it is changed.

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { newKey, newSessionSecret } from '../src/api/key-secret.ts';
import type { Route } from '../src/api/route.ts';
import { ROUTES } from '../src/api/routes.ts';
import { isAudited } from '../src/api/scope.ts';
import { ROLES, type Role } from '../src/store/store.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Called, call, OWN_PAGE } from './support/call.ts';
import { PAGES_WITHOUT_ROW } from './support/pages-without-row.ts';

/** In every name and id that the other tenant gives itself, and nowhere else. */
const MARK = 'zanzibar';
/** An environment that both tenants have, each its own. */
const SHARED_ID = 'lab';

/** What a route is asked with. */
interface Ask {
  ids?: Record<string, string>;
  query?: string;
  body?: unknown;
  raw?: string;
}

/** What is to come of it for who may: what the tenant has of its own, or the id of another tenant that is not there for it. */
type Wanted = 'own' | 'foreign';

let server: AServer;
/** The tenant that asks. */
const keys = {} as Record<Role, string>;
let own: { id: string; key: string };
/** The tenant that is asked for, its ids, and everything by which it would be known. */
let other: { id: string; key: string };
let its: Record<
  'key' | 'person' | 'entitlement' | 'hold' | 'activity' | 'import' | 'report' | 'notice' | 'delivery' | 'noticeDelivery',
  string
>;
let secrets: string[];

const ENVIRONMENT = `${MARK}-sales`;
const PLAN = `${MARK}-plan`;
const HOOK = `${MARK}-hook`;
const USER = `${MARK}-ada`;
const LIMIT = { scope: { userId: 'bob' }, currency: 'ai-builder-credits', monthly: '900' };
const FILE = 'Date,EnvironmentId,AIConsumption\n2025-10-10,lab,<1K\n';
const TESTED = { ...ACTION, environmentId: ENVIRONMENT, userId: 'bob', mode: 'test' };

/** With what to ask for things of the other tenant: of every route that takes an id or a body. Fails for one that is missing. */
function asksFor(row: Route): [Wanted, Ask][] {
  const id = (text: string, more: Ask = {}): [Wanted, Ask] => ['foreign', { ids: { id: text }, ...more }];
  const asks: Record<string, [Wanted, Ask][]> = {
    moveClock: [['own', { body: { now: '2025-10-10T09:00:00Z' } }]],
    changeSettings: [['own', { body: {} }]],
    createKey: [
      ['foreign', { body: { role: 'environment-admin', environmentIds: [ENVIRONMENT] } }],
      ['own', { body: { role: 'reader' } }],
    ],
    revokeKey: [id(its.key)],
    rotateKey: [id(its.key, { body: {} })],
    invitePerson: [
      ['foreign', { body: { email: 'new@example.com', name: 'New', role: 'environment-admin', environmentIds: [ENVIRONMENT] } }],
      ['own', { body: { email: `${MARK}-eve@example.com`, name: 'Eve', role: 'reader' } }],
    ],
    invitePersonAgain: [id(its.person)],
    changePerson: [id(its.person, { body: { name: 'Taken' } }), id(its.person, { body: { disabled: false } })],
    signOutPerson: [id(its.person)],
    changePassword: [['own', { body: { password: 'whatever it may be', newPassword: 'something else then' } }]],
    signOutEverywhere: [['own', {}]],
    createEnvironment: [['own', { body: { name: 'New' } }]],
    getEnvironment: [id(ENVIRONMENT)],
    changeEnvironment: [id(ENVIRONMENT, { body: { billingPlanId: null } }), id(SHARED_ID, { body: { billingPlanId: PLAN } })],
    deleteEnvironment: [id(ENVIRONMENT)],
    createEntitlement: [['own', { body: { product: 'power-automate-premium', quantity: 1 } }]],
    endEntitlement: [id(its.entitlement)],
    setAllocation: [['foreign', { ids: { id: ENVIRONMENT, currency: 'ai-builder-credits' }, body: { credits: '1' } }]],
    changeAllocations: [
      ['foreign', { body: { changes: [{ environmentId: ENVIRONMENT, currency: 'ai-builder-credits', credits: '1' }] } }],
    ],
    previewAllocations: [
      ['foreign', { body: { changes: [{ environmentId: ENVIRONMENT, currency: 'ai-builder-credits', credits: '1' }] } }],
    ],
    getEnvironmentCapacity: [id(ENVIRONMENT)],
    priceAction: [['own', { body: { capability: 'receipt-processing', usage: { pages: 1 } } }]],
    checkAction: [['foreign', { body: TESTED }]],
    consumeAction: [['foreign', { body: TESTED }]],
    consumeBatch: [['own', { body: { actions: [{ ...TESTED, idempotencyKey: 'b' }] } }]],
    createHold: [['foreign', { body: { ...ACTION, environmentId: ENVIRONMENT } }]],
    captureHold: [id(its.hold, { body: { usage: { pages: 1 } } })],
    releaseHold: [id(its.hold)],
    getHold: [id(its.hold)],
    getActivity: [id(its.activity)],
    listActivity: [['own', { query: `?environmentId=${ENVIRONMENT}` }]],
    importFile: [['own', { raw: FILE }]],
    getImport: [id(its.import)],
    getImportDifferences: [id(its.import)],
    declareResource: [['foreign', { ids: { type: 'flow', id: `${MARK}-flow` }, body: { environmentId: ENVIRONMENT } }]],
    defineCapability: [['own', { ids: { id: `${MARK}-reader` }, body: { unit: 'page', copilotCredits: '2' } }]],
    createBillingPlan: [['own', { body: { name: 'New' } }]],
    getBillingPlan: [id(PLAN)],
    changeBillingPlan: [id(PLAN, { body: { name: 'Taken' } })],
    deleteBillingPlan: [id(PLAN)],
    setLimit: [['own', { ids: { id: `${MARK}-limit` }, body: LIMIT }]],
    getLimit: [id(`${MARK}-limit`)],
    deleteLimit: [id(`${MARK}-limit`)],
    startTrial: [['own', { body: { userId: 'carl' } }]],
    extendTrial: [['foreign', { ids: { userId: USER } }]],
    createExtension: [['own', {}]],
    compute: [['own', {}]],
    compareViews: [['own', { body: { from: '2025-10-01', to: '2025-10-10' } }]],
    createReport: [['own', { body: { type: 'ai-builder-consumption' } }]],
    getReport: [id(its.report)],
    getReportContent: [id(its.report)],
    deleteReport: [id(its.report)],
    listDeliveriesOfNotice: [id(its.notice)],
    listBanners: [['foreign', { query: `?environmentId=${ENVIRONMENT}` }]],
    setNoticeRecipients: [['own', { body: { emails: ['own@example.com'] } }]],
    createWebhook: [['own', { body: { url: 'https://example.com/own' } }]],
    getWebhook: [id(HOOK)],
    changeWebhook: [id(HOOK, { body: { description: 'taken' } })],
    deleteWebhook: [id(HOOK)],
    rotateWebhookSecret: [id(HOOK)],
    testWebhook: [id(HOOK)],
    listDeliveriesOfWebhook: [id(HOOK)],
    replayDelivery: [['foreign', { ids: { id: HOOK, deliveryId: its.delivery } }]],
    estimateVolumes: [['own', { body: { volumes: [{ capability: 'receipt-processing', usage: { pages: 1 } }] } }]],
    getEnvironmentForecast: [id(ENVIRONMENT)],
    // What was refused repeats what was asked for.
    listAuditEvents: [['own', { query: '?outcome=done' }]],
    exportAudit: [['own', { query: '?outcome=done' }]],
  };
  const known = asks[row.operation];
  if (known) return known;
  if (row.params || row.method !== 'GET')
    throw new Error(`say in asksFor with what of another tenant ${row.operation} is to be asked`);
  return [['own', {}]];
}

function send(row: Route, ask: Ask, key: string): Promise<Called> {
  const path = row.path.replace(/\{(\w+)\}/g, (_, name: string) => ask.ids?.[name] ?? 'nothing-of-this-id');
  const { body, raw, query = '' } = ask;
  return call(server.url, `${row.method} ${path}${query}`, {
    key,
    ...(body === undefined ? {} : { body }),
    ...(raw === undefined ? {} : { raw, headers: { 'content-type': 'text/csv' } }),
  });
}

async function fillOther(): Promise<void> {
  const ask = async (methodAndPath: string, body?: unknown, raw?: string): Promise<Called['body']> => {
    const sent = raw === undefined ? { body } : { raw, headers: { 'content-type': 'text/csv' } };
    const called = await call(server.url, methodAndPath, { key: other.key, ...sent });
    expect(called.status, `${methodAndPath} ${JSON.stringify(called.body)}`).toBeLessThan(300);
    return called.body;
  };
  const action = { ...ACTION, environmentId: ENVIRONMENT, userId: `${MARK}-eve` };
  await ask('POST /v1/environments', { id: ENVIRONMENT, name: `${MARK} sales` });
  await ask('POST /v1/environments', { id: SHARED_ID, name: `${MARK} lab` });
  // X1 comes before anything is owned.
  await ask('POST /v1/trials', { userId: USER });
  await ask('POST /v1/billing-plans', { id: PLAN, name: `${MARK} plan` });
  const { id: entitlement } = await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await ask(`PUT /v1/environments/${ENVIRONMENT}/allocations/ai-builder-credits`, { credits: '300' });
  await ask(`PUT /v1/capabilities/${MARK}-reader`, { name: `${MARK} reader`, unit: 'page', copilotCredits: '0.75' });
  await ask(`PUT /v1/limits/${MARK}-limit`, { ...LIMIT, scope: { userId: action.userId } });
  await ask('PUT /v1/notice-recipients', { emails: [`${MARK}@example.com`] });
  await ask('POST /v1/webhooks', { id: HOOK, url: `https://example.com/${MARK}`, description: MARK });
  const resource = { type: 'flow', id: `${MARK}-flow`, name: `${MARK} flow` };
  await ask(`PUT /v1/resources/flow/${MARK}-flow`, { environmentId: ENVIRONMENT, name: resource.name });
  const { id: hold } = await ask('POST /v1/holds', { ...action, expiresInSeconds: 3_600 });
  // What is left of the allocation, so that there is a notice.
  await ask('POST /v1/consumptions', { ...action, usage: { pages: 2 }, resource });
  await ask(`POST /v1/imports?dryRun=false&id=${MARK}-import`, undefined, FILE.replaceAll('lab', ENVIRONMENT));
  const { id: key } = await ask('POST /v1/keys', { role: 'reader', name: `${MARK} key` });
  const { person } = await ask('POST /v1/people', { email: `${MARK}-eve@example.com`, name: `${MARK} eve`, role: 'reader' });
  const { id: delivery } = await ask(`POST /v1/webhooks/${HOOK}/test`);
  const { id: report } = await ask('POST /v1/reports', { type: 'ai-builder-consumption' });
  await vi.waitFor(async () => expect((await ask(`GET /v1/reports/${report}`)).status).toBe('Completed'), 10_000);
  await server.store.outbox.dispatch({ mail: true });
  const activity = (await ask('GET /v1/activity')).value[0].id;
  const notice = (await ask('GET /v1/notices')).value[0].id;
  const noticeDelivery = (await ask(`GET /v1/notices/${notice}/deliveries`)).value[0].id;
  its = {
    key,
    person: person.id,
    entitlement,
    hold,
    activity,
    import: `${MARK}-import`,
    report,
    notice,
    delivery,
    noticeDelivery,
  };
  // A number such as that of a notice may be anywhere.
  const ids = Object.values(its).filter((id) => id.length > 8);
  secrets = [MARK, other.id, ...ids].map((text) => text.toLowerCase());
}

beforeAll(async () => {
  server = await startServer();
  const now = '2025-10-10T08:00:00Z';
  other = await server.tenant('Zanzibar Ltd', now);
  await fillOther();
  own = await server.tenant('Own', now);
  keys['tenant-admin'] = own.key;
  const set = async (methodAndPath: string, body: object) => (await call(server.url, methodAndPath, { key: own.key, body })).body;
  await set('POST /v1/environments', { id: SHARED_ID, name: 'Lab' });
  for (const role of ROLES.filter((each) => each !== 'tenant-admin')) {
    const more = role === 'environment-admin' ? { environmentIds: [SHARED_ID] } : role === 'maker' ? { userId: 'bob' } : {};
    keys[role] = (await set('POST /v1/keys', { role, ...more })).key;
  }
});

afterAll(async () => {
  await server?.stop();
});

const may = ({ right }: Route, role: Role): boolean => right === 'anyone' || (Array.isArray(right) && right.includes(role));
const named = ({ method, path }: Route) => `${method} ${path}`;
/** The session of the page is a matter of cookies: session.test.ts. */
const ofKeys = ROUTES.filter(({ right }) => right !== 'page');
const ofTenants = ofKeys.filter(({ right }) => Array.isArray(right));
const isDone = (status: number) => status >= 200 && status < 300;

describe('its own tenant', () => {
  for (const row of ofKeys) {
    it(`${named(row)} is for the roles of its right, the operator where it is the operator's`, async () => {
      const ask = row.method === 'GET' || row.method === 'DELETE' ? {} : { body: {} };
      const ids = { ids: { currency: 'copilot-credits', type: 'flow' } };
      const wrong: string[] = [];
      for (const role of ROLES) {
        const { status } = await send(row, { ...ask, ...ids }, keys[role]);
        // An environment administrator may, but not in an environment that is not its own.
        const done = role === 'environment-admin' ? [200, 201, 204, 403, 404, 422] : [200, 201, 202, 204, 404, 409, 422];
        if (!(may(row, role) ? done : [403]).includes(status)) wrong.push(`${role}: ${status}`);
      }
      const { status } = await send(row, { ...ask, ...ids }, server.operatorKey);
      const operators = row.right === 'anyone' || row.right === 'operator' ? [200, 201, 422] : [403];
      if (!operators.includes(status)) wrong.push(`operator: ${status}`);
      expect(wrong).toEqual([]);
    });
  }
});

describe('no tenant', () => {
  it('nothing but the probes is for who has no key, or one that is none', async () => {
    const { key: revoked, id } = (await call(server.url, 'POST /v1/keys', { key: own.key, body: { role: 'tenant-admin' } })).body;
    await call(server.url, `DELETE /v1/keys/${id}`, { key: own.key });
    const headers: Record<string, string>[] = [
      {},
      { authorization: 'Bearer nonsense' },
      { authorization: `Bearer ${newKey(0)}` },
      { authorization: `Bearer ${revoked}` },
      { authorization: `Basic ${btoa(`operator:${server.operatorKey}`)}` },
      { cookie: `bursar_session=${newSessionSecret(0)}`, ...OWN_PAGE },
    ];
    const wrong: string[] = [];
    for (const row of ofKeys) {
      const path = row.path.replace(/\{(\w+)\}/g, SHARED_ID);
      for (const method of row.method === 'GET' ? ['GET', 'HEAD'] : [row.method]) {
        for (const [index, each] of headers.entries()) {
          const body = method === 'GET' || method === 'HEAD' ? {} : { body: {} };
          const { status } = await call(server.url, `${method} ${path}`, { headers: each, ...body });
          if (status !== (row.right === 'anyone' ? 200 : 401)) wrong.push(`${method} ${path}, ${index}: ${status}`);
        }
      }
    }
    expect(wrong).toEqual([]);
  });

  it('the session is changed by the page only, and is nobody of itself', async () => {
    for (const method of ['POST', 'DELETE']) {
      const from = { key: own.key, headers: { 'sec-fetch-site': 'cross-site', 'x-bursar-csrf': '1' } };
      const body = method === 'POST' ? { body: { key: own.key } } : {};
      expect((await call(server.url, `${method} /v1/session`, { ...from, ...body })).status).toBe(403);
      expect((await call(server.url, `${method} /v1/session`, { key: own.key, ...body })).status).toBe(403);
    }
    expect((await call(server.url, 'GET /v1/session', { key: own.key })).status).toBe(204);
  });

  it.each(Object.keys(PAGES_WITHOUT_ROW))('%s holds nothing of a tenant', async (path) => {
    const { body } = await call(server.url, `GET ${path.replace(':code', 'NotFound').replace('*', 'index.html')}`);
    const text = JSON.stringify(body).toLowerCase();
    expect(secrets.filter((each) => text.includes(each))).toEqual([]);
  });
});

/** What of the other tenant is in an answer beyond what was asked for, which may be repeated. */
function leaksOf({ body, headers }: Called, ask: Ask): string[] {
  const asked = JSON.stringify(ask).toLowerCase();
  let text = JSON.stringify([body, [...headers]]).toLowerCase();
  for (const each of [...(asked.match(new RegExp(`${MARK}[a-z-]*`, 'g')) ?? []), ...secrets.slice(1)]) {
    if (asked.includes(each)) text = text.replaceAll(each, '');
  }
  return secrets.filter((each) => text.includes(each));
}

describe('a foreign tenant', () => {
  /** All that it can read of itself. */
  async function stateOfOther(): Promise<Record<string, unknown>> {
    const state: Record<string, unknown> = {};
    // Who takes the log away is in it: that would be a change.
    for (const row of ofTenants.filter((each) => each.method === 'GET' && !each.streams && !isAudited(each))) {
      const [, ask] = asksFor(row)[0]!;
      const { status, body } = await send(row, ask, other.key);
      expect(status, `${named(row)} ${JSON.stringify(body)}`).toBe(200);
      // Reading it uses its key, which is written down some seconds later.
      state[row.operation] = JSON.parse(JSON.stringify(body, (name, value) => (name === 'lastUsedAt' ? undefined : value)));
    }
    return state;
  }

  // What a tenant makes under an id that another has chosen is its own: last, because from then on it is there.
  const rows = ofTenants.toSorted((a, b) => Number(makes(a)) - Number(makes(b)));

  function makes(row: Route): boolean {
    return row.method === 'PUT' || (row.method === 'POST' && !row.path.includes('{'));
  }

  it('is not there for any role on any route, and stays as it was', async () => {
    const before = await stateOfOther();
    // It would be known by these: the test sees what it looks for.
    for (const each of secrets) expect(JSON.stringify(before).toLowerCase()).toContain(each);
    const wrong: string[] = [];
    for (const row of rows) {
      for (const [wanted, ask] of asksFor(row)) {
        for (const role of ROLES) {
          const called = await send(row, ask, keys[role]);
          const { status, body } = called;
          const limited = role === 'environment-admin' || role === 'maker';
          const fits = !may(row, role)
            ? status === 403
            : wanted === 'foreign'
              ? status === 404 || (limited && status === 403)
              : isDone(status) || [409, 422, 429].includes(status) || (limited && status === 403);
          const inside: { status: number }[] = body?.results ?? [];
          if (!fits || inside.some((each) => isDone(each.status)))
            wrong.push(`${named(row)} as ${role}: ${status} ${JSON.stringify(body)}`);
          for (const leak of leaksOf(called, ask)) wrong.push(`${named(row)} as ${role} tells ${leak}: ${JSON.stringify(body)}`);
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(await stateOfOther()).toEqual(before);
  });

  it('is there for itself under the same ids, so that they were not refused for another reason', async () => {
    const wrong: string[] = [];
    for (const row of ofTenants.toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))) {
      for (const [wanted, ask] of asksFor(row).filter(([each]) => each === 'foreign')) {
        const { status, body } = await send(row, ask, other.key);
        if ([400, 401, 403, 404].includes(status)) wrong.push(`${wanted} ${named(row)}: ${status} ${JSON.stringify(body)}`);
      }
    }
    expect(wrong).toEqual([]);
  });
});
