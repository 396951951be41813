// Every refusal over real HTTP on a real database, with its smallest cause; that none tells of the inside; and that a database that
// is gone is 503 and heals.

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { PROBLEMS } from '../src/api/problem.ts';
import type { RefusalCode } from '../src/core/refusal.ts';
import { sql } from '../src/store/sql.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Call, type Called, call } from './support/call.ts';

const NOW = '2026-03-10T08:00:00Z';

let server: AServer;
let admin: string;

const ask = (methodAndPath: string, options: Call = {}) => call(server.url, methodAndPath, { key: admin, ...options });
const post = (path: string, body: unknown) => ask(`POST ${path}`, { body });
const consume = (change: object) => post('/v1/consumptions', { ...ACTION, ...change });

beforeAll(async () => {
  server = await startServer();
  ({ key: admin } = await server.tenant('Refusals', NOW));
  for (const environment of [{ id: 'sales' }, { id: 'spent' }, { id: 'dev', type: 'developer' }]) {
    await post('/v1/environments', { name: environment.id, ...environment });
  }
  await post('/v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await ask('PUT /v1/environments/spent/allocations/ai-builder-credits', { body: { credits: '100' } });
  await consume({ environmentId: 'spent', usage: { pages: 2 } });
  await post('/v1/billing-plans', { id: 'plan', name: 'Azure' });
  await ask('PATCH /v1/environments/dev', { body: { previewModels: false } });
});

afterAll(async () => {
  await server?.stop();
});

/** Codes that no route can be made to answer from outside: rates are not limited here (limits.test.ts), and faults are faults. */
type NotFromOutside = 'TooManyRequests' | 'InternalError' | 'Unavailable';

const CAUSES: Record<Exclude<RefusalCode, NotFromOutside>, () => Promise<Called>> = {
  MalformedRequest: () => ask('POST /v1/environments', { raw: '{"name":' }),
  Unauthenticated: () => call(server.url, 'GET /v1/tenant'),
  Forbidden: async () => {
    const reader = await post('/v1/keys', { role: 'reader' });
    return ask('POST /v1/environments', { key: reader.body.key, body: { name: 'X' } });
  },
  PreviewModelsDisabled: () =>
    consume({ environmentId: 'dev', capability: 'prompt', model: 'gpt-5.2-chat', usage: { inputTokens: 1, outputTokens: 1 } }),
  QuotaExceeded: () => consume({ environmentId: 'spent' }),
  LimitReached: async () => {
    await ask('PUT /v1/limits/eve', {
      body: { scope: { userId: 'eve' }, currency: 'ai-builder-credits', monthly: '0', stop: true },
    });
    return consume({ userId: 'eve' });
  },
  EntitlementNotAvailable: () => consume({ caller: 'agent' }),
  NotFound: () => ask('GET /v1/environments/nowhere'),
  MethodNotAllowed: () => ask('DELETE /v1/tenant'),
  InsufficientUnallocatedCredits: () =>
    ask('PUT /v1/environments/sales/allocations/ai-builder-credits', { body: { credits: '5000' } }),
  EndOfSale: () => post('/v1/entitlements', { product: 'ai-builder-add-on-t1', quantity: 1 }),
  AlreadyExists: () => post('/v1/environments', { id: 'sales', name: 'Other' }),
  AccountNotLocal: () => ask('PUT /v1/own-password', { body: { password: 'present', newPassword: 'another' } }),
  IdempotencyConflict: async () => {
    await consume({ idempotencyKey: 'once' });
    return consume({ idempotencyKey: 'once', userId: 'bob' });
  },
  PeriodClosed: () => consume({ occurredAt: '2026-01-31T00:00:00Z' }),
  HoldClosed: async () => {
    const { body: hold } = await post('/v1/holds', ACTION);
    await post(`/v1/holds/${hold.id}/release`, {});
    return post(`/v1/holds/${hold.id}/capture`, { usage: { pages: 1 } });
  },
  NotASandbox: async () => {
    const live = await server.tenant('Live');
    return ask('PUT /v1/tenant/clock', { key: live.key, body: { now: '2036-01-01T00:00:00Z' } });
  },
  ClockMovesForwardOnly: () => ask('PUT /v1/tenant/clock', { body: { now: '2026-03-10T07:59:59Z' } }),
  TrialNotAvailable: () => post('/v1/trials', { userId: 'ada' }),
  ExtensionNotAvailable: () => post('/v1/extensions', {}),
  CountedAlready: async () => {
    const file = (raw: string) => ask('POST /v1/imports?dryRun=false', { raw, headers: { 'content-type': 'text/csv' } });
    await file('Environment Id,Prepaid Consumed Quantity,Usage Date\nsales,5,3/1/2026\n');
    return file('User Id,Agent Id,Billable credit used\nada,bot,5\n');
  },
  PayAsYouGoNotAvailable: () => ask('PATCH /v1/environments/dev', { body: { billingPlanId: 'plan' } }),
  WebhookDisabled: async () => {
    const { body } = await post('/v1/webhooks', { url: 'https://example.com/notices' });
    await ask(`PATCH /v1/webhooks/${body.id}`, { body: { enabled: false } });
    return post(`/v1/webhooks/${body.id}/deliveries/00000000-0000-7000-8000-000000000000/replay`, {});
  },
  ReportNotAvailable: async () => {
    const { key } = await server.tenant('Late', NOW);
    const { body } = await ask('POST /v1/reports', { key, body: { type: 'ai-builder-consumption' } });
    const status = () => ask(`GET /v1/reports/${body.id}`, { key }).then((report) => report.body.status);
    await expect.poll(status).toBe('Completed');
    await ask('PUT /v1/tenant/clock', { key, body: { now: '2026-04-09T08:00:00Z' } });
    return ask(`GET /v1/reports/${body.id}/content`, { key });
  },
  NoLongerKept: async () => {
    const { id, key } = await server.tenant('Long ago', NOW);
    await server.store.database.everywhere.query(sql`
      insert into activity_dropped (cell, tenant_id, stored_month, records, first_sequence, last_sequence, first_occurred_at, last_occurred_at)
      values (${server.store.cellOf(id)}, ${id}, '2020-01-01', 1, 1, 1, '2020-01-15', '2020-01-15')`);
    return ask('GET /v1/activity/016fa6d5-0000-7000-8000-000000000000', { key });
  },
  TooLarge: () => ask('POST /v1/environments', { raw: `{"name":"${'x'.repeat(1024 * 1024)}"}` }),
  UnsupportedMediaType: () =>
    ask('POST /v1/environments', { raw: 'name=x', headers: { 'content-type': 'application/x-www-form-urlencoded' } }),
  InvalidRequest: () => post('/v1/environments', {}),
  MinimumQuantityNotMet: () => post('/v1/entitlements', { product: 'ai-builder-add-on-t2', quantity: 9 }),
  UnknownCapability: () => consume({ capability: 'telepathy' }),
  UnknownModel: () => consume({ capability: 'prompt', model: 'gpt-99', usage: { inputTokens: 1, outputTokens: 1 } }),
  UnknownProduct: () => post('/v1/entitlements', { product: 'moon', quantity: 1 }),
};

function expectProblem({ status, headers, body }: Called, code: RefusalCode): void {
  expect(body).toMatchObject({ code, status: PROBLEMS[code].status, title: PROBLEMS[code].title, type: `/problems/${code}` });
  expect(status).toBe(PROBLEMS[code].status);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body.detail.length).toBeGreaterThan(10);
  expect(body.instance).toContain(headers.get('x-request-id'));
  expect(JSON.stringify(body)).not.toMatch(/\bat .*\.ts\b|\/src\/|node_modules|\bselect\b.*\bfrom\b/i);
}

describe('each refusal has a smallest cause', () => {
  for (const [code, cause] of Object.entries(CAUSES) as [keyof typeof CAUSES, () => Promise<Called>][]) {
    it(`${code} (${PROBLEMS[code].status})`, async () => expectProblem(await cause(), code));
  }

  for (const code of Object.keys(PROBLEMS)) {
    it(`/problems/${code} says what it means`, async () => {
      const page = await call(server.url, `GET /problems/${code}`);
      expect(page.status).toBe(200);
      expect(page.body).toContain(code);
    });
  }
});

describe('what a refusal carries', () => {
  it('405 says which methods the path takes', async () => {
    expect((await ask('DELETE /v1/tenant')).headers.get('allow')).toBe('GET, HEAD');
    expect((await ask('GET /v1/consumptions')).headers.get('allow')).toBe('POST');
  });

  it('401 says how to authenticate', async () => {
    expect((await call(server.url, 'GET /v1/tenant')).headers.get('www-authenticate')).toBe('Bearer');
  });

  it('a refusal for credits explains itself: figures, remedies, era, price and sources', async () => {
    const { body } = await consume({ environmentId: 'spent' });
    expect(body).toMatchObject({
      available: '100',
      consumed: '200',
      resetsOn: '2026-04-01',
      era: 'dual-mode',
      price: { prices: [{ currency: 'ai-builder-credits', credits: '100' }, { currency: 'copilot-credits' }] },
    });
    expect(body.remedies.at(-1)).toEqual({ action: 'wait', date: '2026-04-01' });
    expect(body.explanation[0]).toMatchObject({ source: 'allocation', available: '100', consumed: '200', usable: false });
  });

  it('all missing fields are told at once, and unknown ones with them', async () => {
    const { body } = await post('/v1/consumptions', { colour: 'red', 'a/b~c': 1, userId: 7 });
    expect(body.errors.map((error: { pointer: string }) => error.pointer).sort()).toEqual(
      ['/a~1b~0c', '/caller', '/capability', '/colour', '/environmentId', '/usage', '/userId'].sort(),
    );
  });
});

describe('what a refusal points at', () => {
  it('the place in the set of changes, also where there is one; nothing in the body where the path names it', async () => {
    const change = { environmentId: 'nowhere', currency: 'ai-builder-credits', credits: '1' };
    const ofTheSet = await post('/v1/allocations/changes', { changes: [change] });
    expect(ofTheSet.body).toMatchObject({ code: 'NotFound', errors: [{ pointer: '/changes/0/environmentId' }] });
    const ofThePath = await ask('PUT /v1/environments/nowhere/allocations/ai-builder-credits', { body: { credits: '1' } });
    expectProblem(ofThePath, 'NotFound');
    expect(ofThePath.body.errors).toBeUndefined();
  });

  it('a query parameter that the route does not take, also where it takes none', async () => {
    for (const answer of [
      await ask('GET /v1/capacity?at=now'),
      await ask('POST /v1/consumptions?dryRun=true', { body: ACTION }),
    ]) {
      expectProblem(answer, 'InvalidRequest');
      expect(answer.body.errors).toHaveLength(1);
    }
    expect((await ask('GET /livez?probe=1')).status).toBe(200);
  });
});

describe('odd input', () => {
  const ODD: [string, Call & { path?: string }, RefusalCode, string?][] = [
    ['NaN', { raw: '{"name":NaN}' }, 'MalformedRequest'],
    ['a key twice', { raw: '{"name":"a","name":"b"}' }, 'MalformedRequest', '/name'],
    ['a lone surrogate', { raw: '{"name":"\\ud800"}' }, 'InvalidRequest', '/name'],
    ['NUL', { body: { name: 'a\0b' } }, 'InvalidRequest', '/name'],
    ['a control character', { body: { name: 'a\u0085b' } }, 'InvalidRequest', '/name'],
    ['a name of 257 characters', { body: { name: 'x'.repeat(257) } }, 'InvalidRequest', '/name'],
    ['an id of 129 characters', { body: { id: 'x'.repeat(129), name: 'X' } }, 'InvalidRequest', '/id'],
    ['__proto__', { raw: '{"name":"X","__proto__":{"id":"y"}}' }, 'InvalidRequest', '/__proto__'],
    ['a list for a body', { raw: '[]' }, 'InvalidRequest', ''],
    ['Latin-1', { raw: new Uint8Array([0x22, 0xe9, 0x22]) }, 'MalformedRequest'],
    ['nesting', { raw: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }, 'MalformedRequest'],
    ['another charset', { raw: '{}', headers: { 'content-type': 'application/json; charset=utf-16' } }, 'UnsupportedMediaType'],
    [
      'a key of an idempotency that is no ASCII',
      { body: { name: 'X' }, headers: { 'idempotency-key': '\u00e9' } },
      'MalformedRequest',
    ],
  ];
  for (const [title, options, code, pointer] of ODD) {
    it(`${title} is refused`, async () => {
      const answer = await ask('POST /v1/environments', options);
      expectProblem(answer, code);
      if (pointer !== undefined) expect(answer.body.errors[0].pointer).toBe(pointer);
    });
  }

  const COUNTS: [string, string][] = [
    ['an exponent', '1e3'],
    ['minus zero', '-0'],
    ['2^53 + 1', '9007199254740993'],
    ['a fraction', '1.5'],
    ['a negative number', '-1'],
    ['more than 1,000,000,000', '1000000001'],
    ['a text', '"1"'],
    ['1e400', '1e400'],
  ];
  for (const [title, count] of COUNTS) {
    it(`${title} is no count`, async () => {
      const raw = JSON.stringify({ ...ACTION, usage: { pages: 0 } }).replace('"pages":0', `"pages":${count}`);
      const answer = await ask('POST /v1/consumptions', { raw });
      expectProblem(answer, 'InvalidRequest');
      expect(answer.body.errors[0].pointer).toBe('/usage/pages');
    });
  }

  const PATHS: [string, RefusalCode][] = [
    ['GET /v1/environments/%zz', 'MalformedRequest'],
    ['GET /v1/environments/%00', 'NotFound'],
    ['GET /v1/environments/%ed%a0%80', 'MalformedRequest'],
    [`GET /v1/environments/${'x'.repeat(129)}`, 'NotFound'],
    [`GET /v1/environments/${'x'.repeat(2000)}`, 'NotFound'],
    ['GET /v1/environments?limit=0', 'InvalidRequest'],
    ['GET /v1/environments?limit=1001', 'InvalidRequest'],
    ['GET /v1/environments?limit=1&limit=2', 'InvalidRequest'],
    ['GET /v1/environments?cursor=nonsense', 'InvalidRequest'],
    ['GET /v1/activity?cursor=nonsense', 'InvalidRequest'],
    ['GET /v1/activity?from=yesterday', 'InvalidRequest'],
    ['GET /v1/activity?userId=%00', 'InvalidRequest'],
    ['GET /v1/usage?from=2026-03-02&to=2026-03-01', 'InvalidRequest'],
    ['GET /v1/usage?groupBy=colour', 'InvalidRequest'],
    ['GET /v1/resources?cursor=nonsense', 'InvalidRequest'],
    ['GET /v1/capabilities?cursor=nonsense', 'InvalidRequest'],
    ['GET /v1/no-such-thing', 'NotFound'],
    ['GET /problems/Moon', 'NotFound'],
  ];
  for (const [methodAndPath, code] of PATHS) {
    it(`${methodAndPath.slice(0, 60)} is ${code}`, async () => expectProblem(await ask(methodAndPath), code));
  }
});

describe('a batch', () => {
  it('with bad actions keeps the others, also where their JSON cannot be taken', async () => {
    const good = JSON.stringify(ACTION);
    const bad = [
      good.replace('"pages":1', '"pages":1e3'),
      good.replace('"userId":"ada"', '"userId":"ada","userId":"bob"'),
      good.replace('"userId":"ada"', '"userId":"\\ud800"'),
      good.replace('"userId":"ada"', '"colour":"red"'),
      good.replace('sales', 'nowhere'),
      '"not an action"',
    ];
    const { status, body } = await ask('POST /v1/consumptions/batch', { raw: `{"actions":[${[good, ...bad, good].join(',')}]}` });
    expect(status).toBe(200);
    expect(body.results.map((result: { status: number }) => result.status)).toEqual([201, 422, 400, 422, 422, 404, 422, 201]);
    expect(body.results[1].problem).toMatchObject({ code: 'InvalidRequest', errors: [{ pointer: '/usage/pages' }] });
    expect(body.results[2].problem).toMatchObject({ code: 'MalformedRequest', errors: [{ pointer: '/userId' }] });
    expect(body.results[7].problem).toBeUndefined();
  });

  it('takes 1,000 actions and no more, 8 MiB and no more, and no key of its own', async () => {
    const actions = Array.from({ length: 1001 }, () => ({}));
    expectProblem(await post('/v1/consumptions/batch', { actions }), 'InvalidRequest');
    expect((await post('/v1/consumptions/batch', { actions: actions.slice(1) })).body.results).toHaveLength(1000);
    const large = `{"actions":[${' '.repeat(8 * 1024 * 1024)}]}`;
    expectProblem(await ask('POST /v1/consumptions/batch', { raw: large }), 'TooLarge');
    const headers = { 'idempotency-key': 'all' };
    expectProblem(await ask('POST /v1/consumptions/batch', { body: { actions: [ACTION] }, headers }), 'MalformedRequest');
  });

  it('knows what was consumed alone, whatever the order of its fields', async () => {
    const first = await consume({ idempotencyKey: 'alone' });
    const { usage, ...rest } = ACTION;
    const { body } = await post('/v1/consumptions/batch', { actions: [{ usage, idempotencyKey: 'alone', ...rest }] });
    expect(body.results[0]).toMatchObject({ status: 200, replayed: true, id: first.body.id });
  });
});

describe('idempotency keys', () => {
  it('in header and body must be the same', async () => {
    const body = { ...ACTION, idempotencyKey: 'one' };
    const answer = await ask('POST /v1/consumptions', { body, headers: { 'idempotency-key': 'two' } });
    expectProblem(answer, 'InvalidRequest');
    expect(answer.body.errors[0].pointer).toBe('/idempotencyKey');
    expect((await ask('POST /v1/consumptions', { body, headers: { 'idempotency-key': 'one' } })).status).toBe(201);
  });

  it('stand for one content on one route', async () => {
    await consume({ idempotencyKey: 'route' });
    expectProblem(await post('/v1/holds', { ...ACTION, idempotencyKey: 'route' }), 'IdempotencyConflict');
  });

  it('make administration happen once: allocations, environments, billing plans', async () => {
    for (const [methodAndPath, body] of [
      ['PUT /v1/environments/sales/allocations/copilot-credits', { credits: '0' }],
      ['POST /v1/allocations/changes', { changes: [{ environmentId: 'sales', currency: 'copilot-credits', credits: '0' }] }],
      ['POST /v1/environments', { name: 'Made once' }],
      ['POST /v1/billing-plans', { name: 'Made once' }],
      ['POST /v1/holds', ACTION],
    ] as const) {
      const headers = { 'idempotency-key': `again ${methodAndPath}` };
      const first = await ask(methodAndPath, { body, headers });
      const again = await ask(methodAndPath, { body, headers });
      expect(first.headers.get('idempotency-replayed')).toBeNull();
      expect(again.headers.get('idempotency-replayed')).toBe('true');
      expect([again.status, again.body]).toEqual([first.status, first.body]);
    }
  });
});

describe('a database that is gone', () => {
  it('is 503 with Retry-After, and heals without a restart', async () => {
    const own = await startServer();
    const { key } = await own.tenant('Gone');
    const name = new URL(own.databaseUrl).pathname.slice(1);
    const client = new pg.Client({ connectionString: inject('postgresUrl') });
    await client.connect();
    await client.query(`alter database ${name} with allow_connections false`);
    await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name]);
    const answer = await call(own.url, 'POST /v1/environments', { key, body: { id: 'a', name: 'A' } });
    expectProblem(answer, 'Unavailable');
    expect(answer.headers.get('retry-after')).toBe('1');
    expectProblem(await call(own.url, 'GET /readyz'), 'Unavailable');
    expect((await call(own.url, 'GET /livez')).status).toBe(200);
    await client.query(`alter database ${name} with allow_connections true`);
    await client.end();
    expect((await call(own.url, 'POST /v1/environments', { key, body: { id: 'a', name: 'A' } })).status).toBe(201);
    expect((await call(own.url, 'GET /readyz')).status).toBe(200);
    await own.stop();
  });
});
