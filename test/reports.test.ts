// Reports over the API (M4, M5): their rows by hand, their life, and what a kill, a big tenant and a hostile name do to them.

import { randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../src/store/sql.ts';
import { aDatabase } from './support/a-database.ts';
import { type AProcess, aProcess } from './support/a-process.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Called, call } from './support/call.ts';

const NOW = '2026-03-10T08:00:00Z';

let server: AServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(async () => {
  await server?.stop();
});

interface Tenant {
  id: string;
  key: string;
  call(methodAndPath: string, body?: unknown, headers?: Record<string, string>): Promise<Called>;
}

/** A sandbox with credits of both currencies and the environments `sales` and `lab`. */
async function aTenant(): Promise<Tenant> {
  const { id, key } = await server.tenant('Contoso', NOW);
  const tenant: Tenant = {
    id,
    key,
    call: (methodAndPath, body, headers) => call(server.url, methodAndPath, { key, body, ...(headers ? { headers } : {}) }),
  };
  await tenant.call('POST /v1/environments', { id: 'sales', name: 'Sales, "north"' });
  await tenant.call('POST /v1/environments', { id: 'lab', name: 'Lab' });
  await tenant.call('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await tenant.call('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 1 });
  return tenant;
}

async function consume(tenant: Tenant, action: Record<string, unknown>): Promise<void> {
  const { status, body } = await tenant.call('POST /v1/consumptions', { ...ACTION, ...action });
  expect(status, JSON.stringify(body)).toBe(201);
}

async function completed(tenant: Pick<Tenant, 'call'>, id: string, timeout = 10_000): Promise<Called['body']> {
  const report = () => tenant.call(`GET /v1/reports/${id}`).then(({ body }) => body);
  await expect.poll(async () => (await report()).status, { timeout }).toBe('Completed');
  return report();
}

/** Asks for a report, waits for it and answers its file. */
async function fileOf(tenant: Pick<Tenant, 'call'>, wanted: Record<string, unknown>): Promise<string> {
  const { status, body } = await tenant.call('POST /v1/reports', wanted);
  expect(status, JSON.stringify(body)).toBe(202);
  await completed(tenant, body.id);
  return (await tenant.call(`GET /v1/reports/${body.id}/content`)).body;
}

const AGENT = {
  caller: 'agent',
  capability: 'classic-answer',
  usage: { responses: 3 },
  userId: 'ada@contoso.com',
  channel: 'teams',
  resource: { type: 'agent', id: 'bot', name: 'Helper' },
};

describe('the rows of', () => {
  it('the AI Builder consumption report are those of each day, user and environment; free actions have none', async () => {
    const tenant = await aTenant();
    await consume(tenant, {});
    await consume(tenant, { usage: { pages: 2 } });
    await consume(tenant, { userId: 'bob', environmentId: 'lab' });
    await consume(tenant, { mode: 'test' });
    await consume(tenant, AGENT);
    await tenant.call('PUT /v1/tenant/clock', { now: '2026-03-11T08:00:00Z' });
    await consume(tenant, { environmentId: 'lab' });
    await consume(tenant, { capability: 'receipt-processing' });
    await tenant.call('DELETE /v1/environments/lab');
    expect(await fileOf(tenant, { type: 'ai-builder-consumption' })).toBe(
      `Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial
2026-03-10,ada,sales,"Sales, ""north""",300,FALSE
2026-03-10,bob,lab,Lab,100,FALSE
2026-03-11,ada,lab,Lab,100,FALSE
2026-03-11,ada,sales,"Sales, ""north""",32,FALSE
`,
    );
    expect(await fileOf(tenant, { type: 'ai-builder-consumption', targetDate: '2026-03-10' })).toMatch(/100,FALSE\n$/);
  });

  it('the report per environment are those of each day, with prepaid and pay-as-you-go apart', async () => {
    const tenant = await aTenant();
    await tenant.call('PUT /v1/environments/sales/allocations/copilot-credits', { credits: '1234.5' });
    await tenant.call('POST /v1/billing-plans', { id: 'plan-1', name: 'Azure' });
    await tenant.call('PATCH /v1/environments/lab', { drawFromTenantPool: false, billingPlanId: 'plan-1' });
    await consume(tenant, AGENT);
    await consume(tenant, { ...AGENT, caller: 'agent-flow', capability: 'agent-flow-actions', usage: { actions: 3 } });
    await consume(tenant, { ...AGENT, environmentId: 'lab' });
    await consume(tenant, {});
    await tenant.call('PUT /v1/tenant/clock', { now: '2026-03-11T08:00:00Z' });
    await consume(tenant, { ...AGENT, environmentId: 'lab', userId: 'bob' });
    // Free, so that it is no consumption of its environment.
    await consume(tenant, { ...AGENT, m365Copilot: true });
    expect(await fileOf(tenant, { type: 'copilot-credits-environments', days: 60 })).toBe(
      `BillingPlan Id,BillingPlan Name,Environment Id,Environment Name,Capacity Type,Entitled Quantity,Prepaid Consumed Quantity,Pay as you go Consumed Quantity,Usage Date
plan-1,Azure,lab,Lab,MCSMessages,0,0,3,3/10/2026 12:00:00 AM
,,sales,"Sales, ""north""",MCSMessages,1234.5,3.39,0,3/10/2026 12:00:00 AM
plan-1,Azure,lab,Lab,MCSMessages,0,0,3,3/11/2026 12:00:00 AM
`,
    );
  });

  it('the report per agent tell feature, channel and model apart; what is no agent stands in its place, nothing is left out', async () => {
    const tenant = await aTenant();
    await tenant.call('PUT /v1/capabilities/translate-deck', { name: 'Deck translation', unit: 'page', copilotCredits: '1.5' });
    await consume(tenant, AGENT);
    await consume(tenant, { ...AGENT, m365Copilot: true, usage: { responses: 2 } });
    await consume(tenant, { ...AGENT, channel: 'm365-copilot' });
    await consume(tenant, { ...AGENT, environmentId: 'lab' });
    await consume(tenant, {
      ...AGENT,
      channel: undefined,
      capability: 'prompt',
      model: 'gpt-4.1',
      usage: { inputTokens: 1500, outputTokens: 1 },
    });
    await consume(tenant, { ...AGENT, resource: undefined, capability: 'translate-deck', usage: { pages: 1 }, channel: 'web' });
    await consume(tenant, {
      caller: 'cloud-flow',
      capability: 'generative-answer',
      usage: { responses: 1 },
      resource: { type: 'flow', id: 'f-1', name: 'Read' },
    });
    const file = await fileOf(tenant, { type: 'copilot-credits-agents' });
    const [header, ...rows] = file.trimEnd().split('\n');
    expect(header).toBe(
      'Agent Name,Agent Id,Product,AI Feature/Billable Feature,Billed credit,Non-billed credit,Channel,Knowledge Sources,Tool Used,LLM Model,Scenario Name,Environment Id,Environment Name',
    );
    expect(rows).toEqual([
      ',,Copilot Studio,Deck translation,1.5,0,Web,,,,,sales,"Sales, ""north"""',
      'Helper,bot,Copilot Studio,Classic answer,3,0,Teams,,,,,lab,Lab',
      'Helper,bot,Copilot Studio,Classic answer,3,0,M365 Copilot,,,,,sales,"Sales, ""north"""',
      'Helper,bot,Copilot Studio,Classic answer,3,2,Teams,,,,,sales,"Sales, ""north"""',
      'Helper,bot,Copilot Studio,Text and generative AI tools (standard),3,0,,,,gpt-4.1,,sales,"Sales, ""north"""',
      'Read,f-1,Power Automate,Generative answer,2,0,,,,,,sales,"Sales, ""north"""',
    ]);
  });

  it('the report per user are those of each user and agent over all environments', async () => {
    const tenant = await aTenant();
    await consume(tenant, AGENT);
    await consume(tenant, { ...AGENT, environmentId: 'lab' });
    await consume(tenant, { ...AGENT, m365Copilot: true, usage: { responses: 2 } });
    await consume(tenant, { ...AGENT, userId: 'bob' });
    await consume(tenant, { ...AGENT, userId: 'bob', resource: undefined });
    expect(await fileOf(tenant, { type: 'copilot-credits-users' })).toBe(
      `User Id,User Email,Agent Id,Agent Name,Billable credit used,Credits used,M365 Copilot Licensed
ada@contoso.com,ada@contoso.com,bot,Helper,6,8,TRUE
bob,,,,3,3,FALSE
bob,,bot,Helper,3,3,FALSE
`,
    );
  });

  it('a tenant without consumption are none, and the header is there', async () => {
    const tenant = await aTenant();
    expect(await fileOf(tenant, { type: 'ai-builder-consumption' })).toBe(
      'Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial\n',
    );
  });

  it('imported consumption say what their file said, in the view that it came from; elsewhere what we know', async () => {
    const tenant = await aTenant();
    await tenant.call('POST /v1/billing-plans', { id: 'plan-1', name: 'Azure' });
    await tenant.call('PATCH /v1/environments/sales', { billingPlanId: 'plan-1' });
    const view = 'copilot-credits-environments';
    await insertUsage(tenant.id, { labels: { view, billingPlanId: 'p-9', billingPlanName: 'Old', entitledQuantity: '12000' } });
    await insertUsage(tenant.id, { labels: { view } });
    await insertUsage(tenant.id, { labels: { view: 'copilot-credits-agents', model: 'GPT-5.6 Sol', toolUsed: 'HTTP' } });
    await insertUsage(tenant.id, { currency: 'ai-builder-credits', labels: { view: 'ai-builder-consumption', figure: '<1K' } });
    const environments = await fileOf(tenant, { type: 'copilot-credits-environments' });
    expect(environments.split('\n').slice(1)).toEqual([
      ',,sales,"Sales, ""north""",MCSMessages,,7.5,0,3/9/2026 12:00:00 AM',
      'p-9,Old,sales,"Sales, ""north""",MCSMessages,12000,7.5,0,3/9/2026 12:00:00 AM',
      'plan-1,Azure,sales,"Sales, ""north""",MCSMessages,0,7.5,0,3/9/2026 12:00:00 AM',
      '',
    ]);
    const agents = await fileOf(tenant, { type: 'copilot-credits-agents' });
    expect(agents).toContain(',7.5,0,,,HTTP,GPT-5.6 Sol,,sales,');
    const aiBuilder = await fileOf(tenant, { type: 'ai-builder-consumption' });
    expect(aiBuilder).toContain('\n2026-03-09,ada,sales,"Sales, ""north""",<1K,FALSE\n');
  });
});

async function insertUsage(
  tenantId: string,
  { currency = 'copilot-credits', labels }: { currency?: string; labels: Record<string, string> },
): Promise<void> {
  await server.store.database.everywhere.query(sql`
    insert into daily_usage (cell, tenant_id, day, dimensions, environment_id, user_id, caller, capability, currency, source, billable,
      labels, credits, units, actions, non_billed)
    values (${server.store.cellOf(tenantId)}, ${tenantId}, '2026-03-09', ${randomUUID()}, 'sales', 'ada', 'agent', 'classic-answer',
      ${currency}::currency, 'pool', true, ${JSON.stringify(labels)}::jsonb, 7500000, 1, 1, 0)`);
}

describe('a hostile name', () => {
  it('is no formula in any report, and its figures stay figures', async () => {
    const tenant = await aTenant();
    const name = '=HYPERLINK("http://evil.example";"see")';
    await tenant.call('PATCH /v1/environments/lab', { name });
    await consume(tenant, { environmentId: 'lab', userId: '+1 555' });
    await consume(tenant, { environmentId: 'lab', userId: '@ada' });
    await consume(tenant, { ...AGENT, environmentId: 'lab', userId: '-1', resource: { type: 'agent', id: 'bot', name: '=1+1' } });
    const types = ['ai-builder-consumption', 'copilot-credits-environments', 'copilot-credits-agents', 'copilot-credits-users'];
    const files = await Promise.all(types.map((type) => fileOf(tenant, { type })));
    const cells = files.flatMap((file) => parse(file) as string[][]).flat();
    expect(cells.filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
    expect(cells).toEqual(expect.arrayContaining([`'${name}`, "'+1 555", "'@ada", "'-1", "'=1+1", '100', '3']));
  });
});

describe('a report', () => {
  it('is submitted, completed, and downloaded as a file of its own name', async () => {
    const tenant = await aTenant();
    await consume(tenant, {});
    const { status, body: submitted } = await tenant.call('POST /v1/reports', { type: 'ai-builder-consumption', days: 60 });
    expect(status).toBe(202);
    expect(submitted).toMatchObject({ status: 'Submitted', firstDay: '2026-01-10', targetDate: '2026-03-10', days: 60 });
    const report = await completed(tenant, submitted.id);
    expect(report).toMatchObject({
      completedAt: NOW,
      expiresAt: '2026-04-09T08:00:00Z',
      progress: { rows: 1, days: 60, daysDone: 60 },
      failure: null,
    });
    const content = await tenant.call(`GET /v1/reports/${submitted.id}/content`);
    expect(content.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(content.headers.get('content-disposition')).toBe(
      'attachment; filename="AIBuilderConsumptionReport_60_2026-03-10.csv"',
    );
    expect(content.headers.get('content-length')).toBe(String(report.bytes));
    expect(Buffer.byteLength(content.body)).toBe(report.bytes);
  });

  it('expires 30 days after by the clock of its tenant; its content is forgotten, it stays listed', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' });
    await completed(tenant, body.id);
    await tenant.call('PUT /v1/tenant/clock', { now: '2026-04-09T07:59:59Z' });
    await server.store.discardReports();
    expect((await tenant.call(`GET /v1/reports/${body.id}/content`)).status).toBe(200);
    await tenant.call('PUT /v1/tenant/clock', { now: '2026-04-09T08:00:00Z' });
    const refused = await tenant.call(`GET /v1/reports/${body.id}/content`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'ReportNotAvailable', reportStatus: 'Expired' } });
    const parts = () =>
      server.store.database.everywhere
        .query(sql`select content from report_part where report_id = ${body.id}`)
        .then((rows) => rows.length);
    expect(await parts()).toBe(1);
    await server.store.discardReports();
    expect(await parts()).toBe(0);
    expect((await tenant.call('GET /v1/reports')).body.value).toMatchObject([{ id: body.id, status: 'Expired' }]);
  });

  it('that nobody prepares is not there to be downloaded, and fails at the next look', async () => {
    const tenant = await aTenant();
    const id = await withoutJob(tenant.id);
    const early = await tenant.call(`GET /v1/reports/${id}/content`);
    expect(early).toMatchObject({ status: 409, body: { code: 'ReportNotAvailable', reportStatus: 'Submitted' } });
    await server.store.discardReports();
    const failed = await tenant.call(`GET /v1/reports/${id}`);
    expect(failed.body).toMatchObject({ status: 'Failed', failure: expect.stringContaining('ask for a new one') });
    expect((await tenant.call(`GET /v1/reports/${id}/content`)).body.reportStatus).toBe('Failed');
  });

  it('fails when its last attempt fails, and not before', async () => {
    const tenant = await aTenant();
    const id = await withoutJob(tenant.id);
    await server.store.database.everywhere.query(sql`alter table daily_usage rename to daily_usage_away`);
    const job = { cell: server.store.cellOf(tenant.id), tenantId: tenant.id, reportId: id };
    const { signal } = new AbortController();
    await expect(server.store.prepareReport(job, { signal, last: false })).rejects.toThrow('daily_usage');
    const status = () =>
      server.store.database.everywhere.query(sql`select status from report where report_id = ${id}`).then(([row]) => row!.status);
    expect(await status()).toBe('InProgress');
    await expect(server.store.prepareReport(job, { signal, last: true })).rejects.toThrow('daily_usage');
    expect(await status()).toBe('Failed');
    await server.store.database.everywhere.query(sql`alter table daily_usage_away rename to daily_usage`);
  });

  it('is deleted by a tenant administrator', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.call('POST /v1/reports', { type: 'copilot-credits-users' });
    expect((await tenant.call(`DELETE /v1/reports/${body.id}`)).status).toBe(204);
    expect((await tenant.call(`GET /v1/reports/${body.id}`)).status).toBe(404);
    expect((await tenant.call(`DELETE /v1/reports/${body.id}`)).status).toBe(404);
  });

  it('of another tenant is not found', async () => {
    const [ours, theirs] = [await aTenant(), await aTenant()];
    const { body } = await theirs.call('POST /v1/reports', { type: 'ai-builder-consumption' });
    await completed(theirs, body.id);
    for (const path of [`GET /v1/reports/${body.id}`, `GET /v1/reports/${body.id}/content`, `DELETE /v1/reports/${body.id}`])
      expect(await ours.call(path)).toMatchObject({ status: 404, body: { code: 'NotFound' } });
    expect((await ours.call('GET /v1/reports')).body.value).toEqual([]);
    expect((await theirs.call(`GET /v1/reports/${body.id}`)).status).toBe(200);
  });

  it('is for those who may see what everybody consumed', async () => {
    const tenant = await aTenant();
    const keyOf = async (role: string, more = {}) => (await tenant.call('POST /v1/keys', { role, ...more })).body.key as string;
    const ask = (key: string) => call(server.url, 'POST /v1/reports', { key, body: { type: 'ai-builder-consumption' } });
    const reader = await keyOf('reader');
    const { status, body } = await ask(reader);
    expect(status).toBe(202);
    expect((await call(server.url, `DELETE /v1/reports/${body.id}`, { key: reader })).status).toBe(403);
    // T3: it sees its own environments, a report all of them.
    expect((await ask(await keyOf('environment-admin', { environmentIds: ['sales'] }))).status).toBe(403);
    expect((await ask(await keyOf('maker', { userId: 'ada' }))).status).toBe(403);
    expect((await ask(await keyOf('service'))).status).toBe(403);
  });
});

describe('asking for a report', () => {
  it('refuses a day to come, other spans and other types', async () => {
    const tenant = await aTenant();
    const refusals = [
      [{ type: 'ai-builder-consumption', targetDate: '2026-03-11' }, '/targetDate'],
      [{ type: 'ai-builder-consumption', targetDate: '2026-02-30' }, '/targetDate'],
      [{ type: 'ai-builder-consumption', days: 31 }, '/days'],
      [{ type: 'weather' }, '/type'],
    ] as const;
    for (const [body, pointer] of refusals)
      expect(await tenant.call('POST /v1/reports', body)).toMatchObject({
        status: 422,
        body: { code: 'InvalidRequest', errors: [{ pointer }] },
      });
  });

  it('twice with one key makes one report', async () => {
    const tenant = await aTenant();
    const key = { 'idempotency-key': 'monthly' };
    const first = await tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' }, key);
    await completed(tenant, first.body.id);
    const [second, third] = await Promise.all([
      tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' }, key),
      tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' }, key),
    ]);
    for (const again of [second, third]) {
      expect(again).toMatchObject({ status: 202, body: first.body });
      expect(again!.headers.get('idempotency-replayed')).toBe('true');
    }
    expect((await tenant.call('POST /v1/reports', { type: 'copilot-credits-users' }, key)).body.code).toBe('IdempotencyConflict');
    // One space of keys over all routes (D12), in both directions.
    expect((await tenant.call('POST /v1/consumptions', { ...ACTION, idempotencyKey: 'monthly' })).body.code).toBe(
      'IdempotencyConflict',
    );
    await consume(tenant, { idempotencyKey: 'run-1' });
    const taken = await tenant.call('POST /v1/reports', { type: 'copilot-credits-users' }, { 'idempotency-key': 'run-1' });
    expect(taken.body.code).toBe('IdempotencyConflict');
    expect((await tenant.call('GET /v1/reports')).body.value).toHaveLength(1);
  });

  it('waits its turn once many are being prepared', async () => {
    const tenant = await aTenant();
    for (let index = 0; index < 20; index += 1) await withoutJob(tenant.id);
    const { status, body, headers } = await tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' });
    expect([status, body.code]).toEqual([429, 'TooManyRequests']);
    expect(headers.get('retry-after')).toBeTruthy();
  });

  it('lists them newest first, in pages', async () => {
    const tenant = await aTenant();
    const ids: string[] = [];
    for (let index = 0; index < 3; index += 1)
      ids.unshift((await tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' })).body.id);
    const first = await tenant.call('GET /v1/reports?limit=2');
    const second = await tenant.call(`GET /v1/reports?limit=2&cursor=${first.body.nextCursor}`);
    expect([...first.body.value, ...second.body.value].map(({ id }) => id)).toEqual(ids);
    expect(second.body.nextCursor).toBeUndefined();
  });
});

/** A report as it is before its job has begun, and nobody will. */
async function withoutJob(tenantId: string, type = 'ai-builder-consumption'): Promise<string> {
  const id = server.store.newId();
  await server.store.database.everywhere.query(sql`
    insert into report (cell, tenant_id, report_id, type, first_day, last_day, status, created_at)
    values (${server.store.cellOf(tenantId)}, ${tenantId}, ${id}, ${type}, '2026-02-09', '2026-03-10', 'Submitted', ${NOW})`);
  return id;
}

/** Days up to 2026-03-10, users and environments in turn; credits 1, 2, 3 … thousandths. Half of it in AI Builder credits. */
function manyRows(cell: number, tenantId: string, rows: number) {
  return sql`
    insert into daily_usage (cell, tenant_id, day, dimensions, environment_id, user_id, caller, capability, currency, source, billable,
      credits, units, actions, non_billed)
    select ${cell}, ${tenantId}, date '2026-03-10' - n % 30, gen_random_uuid(), 'env-' || n % 7, 'user-' || n / 60, 'cloud-flow',
      'custom-document-processing', (array['ai-builder-credits', 'copilot-credits'])[1 + n % 2]::currency, 'pool', true, n * 1000, 1, 1, 0
    from generate_series(1, ${rows}) as n`;
}

describe('a preparation', () => {
  const ROWS = 12_000;
  let tenant: Tenant;
  let job: (reportId: string) => { cell: number; tenantId: string; reportId: string };

  beforeAll(async () => {
    tenant = await aTenant();
    const cell = server.store.cellOf(tenant.id);
    job = (reportId) => ({ cell, tenantId: tenant.id, reportId });
    await server.store.database.everywhere.query(manyRows(cell, tenant.id, ROWS));
  });

  it.each(['ai-builder-consumption', 'copilot-credits-environments', 'copilot-credits-agents', 'copilot-credits-users'])(
    'that is stopped after each part leaves the same bytes as one that is not (%s)',
    async (type) => {
      const undisturbed = await fileOf(tenant, { type });
      const id = await withoutJob(tenant.id, type);
      let stops = 0;
      for (let asked = 0; !(await server.store.prepareReport(job(id), { signal: stopsAfterOnePart(), last: true })); asked += 1) {
        stops += 1;
        expect(asked).toBeLessThan(10);
        expect((await tenant.call(`GET /v1/reports/${id}`)).body.status).toBe('InProgress');
      }
      expect((await tenant.call(`GET /v1/reports/${id}/content`)).body).toBe(undisturbed);
      const rows = undisturbed.split('\n').length - 2;
      expect(stops).toBe(Math.max(Math.ceil(rows / 2000) - 1, 0));
    },
  );

  it('that two processes do at once writes each row once', async () => {
    const undisturbed = await fileOf(tenant, { type: 'ai-builder-consumption' });
    const id = await withoutJob(tenant.id);
    const { signal } = new AbortController();
    const both = await Promise.allSettled([1, 2].map(() => server.store.prepareReport(job(id), { signal, last: false })));
    // The one that wrote the next part last may find it completed by the other, or under way.
    for (const each of both) if (each.status === 'rejected') expect(String(each.reason)).toContain('another process goes on');
    if (both.every((each) => each.status === 'rejected')) await server.store.prepareReport(job(id), { signal, last: false });
    expect((await tenant.call(`GET /v1/reports/${id}/content`)).body).toBe(undisturbed);
  });

  it('gives up where its report is deleted', async () => {
    const id = await withoutJob(tenant.id);
    const deletions: Promise<Called>[] = [];
    const signal = asked(() => {
      deletions.push(tenant.call(`DELETE /v1/reports/${id}`));
      return false;
    });
    expect(await server.store.prepareReport(job(id), { signal, last: true })).toBe(true);
    await Promise.all(deletions);
    expect(await server.store.prepareReport(job(id), { signal, last: true })).toBe(true);
    expect((await tenant.call(`GET /v1/reports/${id}`)).status).toBe(404);
  });

  it('stops at once also while its statement takes long', async () => {
    const id = await withoutJob(tenant.id);
    const outside = new pg.Client({ connectionString: server.databaseUrl });
    await outside.connect();
    await outside.query('begin');
    await outside.query('lock table daily_usage in access exclusive mode');
    const stopping = new AbortController();
    const stopped = server.store.prepareReport(job(id), { signal: stopping.signal, last: true });
    const waiting = () =>
      server.store.database.everywhere.query(sql`
        select query
        from pg_stat_activity
        where wait_event_type = 'Lock' and query like '%report_rows%' and datname = current_database()`);
    await expect.poll(async () => (await waiting()).length, { timeout: 10_000 }).toBe(1);
    stopping.abort();
    expect(await stopped).toBe(false);
    await outside.query('rollback');
    await outside.end();
    expect((await tenant.call(`GET /v1/reports/${id}`)).body.status).toBe('InProgress');
  });

  /** Lets one part through. */
  function stopsAfterOnePart(): AbortSignal {
    let times = 0;
    return asked(() => {
      times += 1;
      return times > 1;
    });
  }

  /** A signal that says whether it is aborted when it is asked. */
  function asked(aborted: () => boolean): AbortSignal {
    return Object.defineProperty(new EventTarget(), 'aborted', { get: aborted }) as AbortSignal;
  }
});

describe('a big report', () => {
  const ROWS = 300_000;
  const OPERATOR_KEY = 'operator-key-of-the-reports-test';
  const MIB = 1 << 20;

  it('is gone on with after kill -9, in bounded memory, without a gap or a repeat', async () => {
    const database = await aDatabase();
    const outside = new pg.Client({ connectionString: database.url });
    await outside.connect();
    const first = await aProcess(database.url, OPERATOR_KEY);
    const { body: made } = await call(first.url, 'POST /v1/tenants', {
      key: OPERATOR_KEY,
      body: { name: 'Big', sandbox: { now: NOW } },
    });
    const tenantAt = ({ url }: AProcess) => ({
      call: (methodAndPath: string, body?: unknown) => call(url, methodAndPath, { key: made.adminKey, body }),
    });
    const { rows } = await outside.query('select cell from tenant where tenant_id = $1', [made.id]);
    await outside.query(manyRows(rows[0].cell, made.id, ROWS));

    const { body: report } = await tenantAt(first).call('POST /v1/reports', { type: 'ai-builder-consumption' });
    const progress = async () =>
      (await outside.query('select status, parts from report')).rows[0] as { status: string; parts: number };
    await expect.poll(async () => (await progress()).parts, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0);
    await first.end('SIGKILL');
    const left = await progress();
    expect(left.status).toBe('InProgress');

    const second = await aProcess(database.url, OPERATOR_KEY);
    const tenant = tenantAt(second);
    const resumed = await completed(tenant, report.id, 60_000);
    const before = await second.memory();
    let most = before;
    const watching = setInterval(async () => {
      most = Math.max(most, await second.memory());
    }, 20);
    const { body: again } = await tenant.call('POST /v1/reports', { type: 'ai-builder-consumption' });
    await completed(tenant, again.id, 60_000);
    const file: string = (await tenant.call(`GET /v1/reports/${again.id}/content`)).body;
    clearInterval(watching);
    const { rows: parts } = await outside.query('select max(octet_length(content)) as largest from report_part');
    expect(parts[0].largest).toBeLessThan(MIB / 4);
    const resumedFile: string = (await tenant.call(`GET /v1/reports/${report.id}/content`)).body;
    expect(resumedFile === file).toBe(true);

    const [, ...lines] = parse(file) as string[][];
    expect(lines).toHaveLength(resumed.progress.rows);
    const thousandths = lines.reduce((sum, cells) => sum + Math.round(Number(cells[4]) * 1000), 0);
    // 2 + 4 + … + 300,000
    expect(thousandths).toBe((ROWS / 2) * (ROWS / 2 + 1));
    const keys = lines.map((cells) => cells.slice(0, 3).join());
    expect(keys.every((key, index) => index === 0 || keys[index - 1]! < key)).toBe(true);
    console.log(
      `${lines.length} rows, ${(file.length / MIB).toFixed(1)} MiB; killed after ${left.parts} parts; ` +
        `memory ${(before / MIB).toFixed(0)} → at most ${(most / MIB).toFixed(0)} MiB`,
    );
    expect(most - before).toBeLessThan(96 * MIB);
    expect(await second.end()).toBe(0);
    await outside.end();
    await database.drop();
  }, 180_000);
});
