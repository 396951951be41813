// What the server answers is what its document says: openapi.json is fresh, and a walk through every route gets answers that fit the
// schemas of its rows, unknown fields included.

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiDocument } from '../src/api/openapi.ts';
import { allRefusals, type Route } from '../src/api/route.ts';
import { ROUTES } from '../src/api/routes.ts';
import { validatorOf } from '../src/api/validation.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, type Call, type Called, call, pagesOf } from './support/call.ts';

let server: AServer;
let key: string;
const walked = new Set<Route>();

beforeAll(async () => {
  server = await startServer();
  ({ key } = await server.tenant('Answers', '2026-03-10T08:00:00Z'));
});

afterAll(async () => {
  await server?.stop();
});

/** Calls a route by its operation and holds the answer to the row's schema. */
async function walk(
  operation: string,
  ids: Record<string, string> = {},
  options: Call & { query?: string } = {},
): Promise<Called> {
  const row = ROUTES.find((each) => each.operation === operation);
  if (!row) throw new Error(`no operation ${operation}`);
  walked.add(row);
  const path = row.path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
  const answer = await call(server.url, `${row.method} ${path}${options.query ?? ''}`, {
    key: row.right === 'operator' ? server.operatorKey : key,
    ...options,
  });
  const schema = row.responses[answer.status];
  expect(schema, `${operation} answered ${answer.status} ${JSON.stringify(answer.body)}`).toBeDefined();
  // What comes in a stream is held to its schema in stream.test.ts.
  if (row.streams) expect(answer.body).toMatch(/^id: a\d+\.n\d+$/m);
  else if (schema) expect(validatorOf(schema)(answer.body), operation).toBeNull();
  else expect(answer.body).toBe('');
  return answer;
}

/** Asks again until it is so; the test's own time limit ends it. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 50));
}

describe('the document', () => {
  it('openapi.json is fresh (npm run derive)', async () => {
    const written = await readFile(new URL('../openapi.json', import.meta.url), 'utf8');
    expect(JSON.parse(written)).toEqual(openApiDocument(ROUTES));
  });

  it('is served, and so is the reference, without scripts or other hosts', async () => {
    expect((await call(server.url, 'GET /openapi.json')).body).toEqual(openApiDocument(ROUTES));
    const docs = await call(server.url, 'GET /docs');
    for (const row of ROUTES) expect(docs.body).toContain(`id="${row.operation}"`);
    expect(docs.body).not.toMatch(/<script|(src|href|action)="?https?:\/\/|@import|url\(|style=/);
    expect(docs.headers.get('content-security-policy')).toContain("default-src 'self'");
  });

  it('names each operation once, and each path with a method once', () => {
    expect(new Set(ROUTES.map((row) => row.operation)).size).toBe(ROUTES.length);
    expect(new Set(ROUTES.map((row) => `${row.method} ${row.path}`)).size).toBe(ROUTES.length);
  });

  it('says of every route what refuses it', () => {
    for (const row of ROUTES) expect(allRefusals(row)).toContain('InternalError');
  });
});

describe('answers', () => {
  it('of every route fit its schema', async () => {
    await walk('getLiveness');
    await walk('getReadiness');
    await walk('createTenant', {}, { body: { id: 'other', name: 'Other' } });
    await walk('createTenant', {}, { body: { id: 'other', name: 'Other' } });
    await walk('listTenants', {}, { query: '?limit=1' });
    await walk('getTenant');
    await walk('getSettings');
    await walk('changeSettings', {}, { body: { enforcement: { blockAtPercent: 150 } } });

    await walk('createEnvironment', {}, { body: { id: 'sales', name: 'Sales', region: 'europe' } });
    await walk('createEnvironment', {}, { body: { name: 'Made' } });
    await walk('createBillingPlan', {}, { body: { id: 'plan', name: 'Azure', monthlyLimit: '100' } });
    await walk('changeBillingPlan', { id: 'plan' }, { body: { monthlyLimit: null } });
    await walk('listBillingPlans');
    await walk('changeEnvironment', { id: 'sales' }, { body: { billingPlanId: 'plan', deny: false } });
    await walk('getEnvironment', { id: 'sales' });
    await walk('listEnvironments', {}, { query: '?limit=1' });

    await walk('listProducts');
    const { body: bought } = await walk('createEntitlement', {}, { body: { product: 'power-automate-premium', quantity: 1 } });
    await walk('createEntitlement', {}, { body: { product: 'copilot-credit-pre-purchase', quantity: 300_000 } });
    await walk('listEntitlements');
    await walk('setAllocation', { id: 'sales', currency: 'ai-builder-credits' }, { body: { credits: '250.5' } });
    await walk(
      'changeAllocations',
      {},
      {
        body: { changes: [{ environmentId: 'sales', currency: 'ai-builder-credits', credits: '300' }] },
      },
    );
    await walk(
      'previewAllocations',
      {},
      { body: { changes: [{ environmentId: 'sales', currency: 'ai-builder-credits', credits: '400' }] } },
    );
    await walk('listAllocations');

    const resource = { type: 'flow', id: 'f-1', name: 'Read', app: 'a-1' };
    await walk(
      'priceAction',
      {},
      { body: { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 1, outputTokens: 1 } } },
    );
    await walk('checkAction', {}, { body: ACTION });
    await walk('consumeAction', {}, { body: { ...ACTION, resource, occurredAt: null } });
    await walk('consumeAction', {}, { body: { ...ACTION, mode: 'test' } });
    await walk('consumeAction', {}, { body: { ...ACTION, caller: 'agent' } });
    await walk('createEnvironment', {}, { body: { id: 'denied', name: 'Denied' } });
    await walk('changeEnvironment', { id: 'denied' }, { body: { deny: true } });
    const { body: refused } = await walk('checkAction', {}, { body: { ...ACTION, environmentId: 'denied' } });
    expect(refused).toMatchObject({ decision: 'refused', code: 'EntitlementNotAvailable' });
    const actions = [
      { ...ACTION, idempotencyKey: 'b' },
      { ...ACTION, idempotencyKey: 'b' },
      { ...ACTION, environmentId: 'denied' },
      {},
    ];
    const { body: batch } = await walk('consumeBatch', {}, { body: { actions } });
    expect(batch.results.map((result: { status: number }) => result.status)).toEqual([201, 200, 402, 422]);

    const { body: hold } = await walk('createHold', {}, { body: { ...ACTION, expiresInSeconds: 60 } });
    await walk('getHold', { id: hold.id });
    const { body: captured } = await walk('captureHold', { id: hold.id }, { body: { usage: { pages: 2 } } });
    expect(captured.holdId).toBe(hold.id);
    expect((await walk('getHold', { id: hold.id })).body).toMatchObject({ status: 'captured', consumptionId: captured.id });
    const { body: second } = await walk('createHold', {}, { body: ACTION });
    await walk('releaseHold', { id: second.id });

    await walk('getCapacity');
    await walk('getEnvironmentCapacity', { id: 'sales' });
    await walk('listEnvironmentCapacities', {}, { query: '?limit=2' });
    const { body: activity } = await walk('listActivity', {}, { query: '?limit=500' });
    expect(activity.value.map((item: { status: string }) => item.status)).toEqual(
      expect.arrayContaining(['charged', 'free', 'refused']),
    );
    await walk('getActivity', { id: activity.value[0].id });
    await walk('openStream');
    const everything = 'environment,user,caller,resource,product,feature,capability,model,currency,source,billable';
    await walk('getUsage', {}, { query: `?groupBy=${everything}` });
    await walk('getUsage', {}, { query: '?granularity=month&from=2026-03-01&to=2026-03-31' });
    await walk('listResources');
    await walk('declareResource', { type: 'app', id: 'a-9' }, { body: { environmentId: 'sales', aiAction: true } });

    const limit = { scope: { userId: ACTION.userId }, currency: 'copilot-credits', monthly: '0', stop: true };
    await walk('setLimit', { id: 'ada' }, { body: limit });
    await walk('listLimits');
    await walk('getLimit', { id: 'ada' });
    const { body: stopped } = await walk('checkAction', {}, { body: ACTION });
    expect(stopped).toMatchObject({ decision: 'refused', code: 'LimitReached', limitId: 'ada' });
    await walk('deleteLimit', { id: 'ada' });
    await walk('compute');
    await walk('listComputations');
    await walk('compareViews', {}, { body: { from: '2026-03-01', to: '2026-03-10' } });
    await walk('estimateVolumes', {}, { body: { volumes: [{ capability: 'receipt-processing', usage: { pages: 32_000 } }] } });
    await walk('getEnvironmentForecast', { id: 'sales' });
    await walk('getForecast');
    await walk('getBillingPlan', { id: 'plan' });

    const { body: report } = await walk('createReport', {}, { body: { type: 'ai-builder-consumption' } });
    await walk('listReports');
    await until(async () => (await walk('getReport', { id: report.id })).body.status === 'Completed');
    // A file, not JSON: its content is held to its format in reports.test.ts.
    walked.add(ROUTES.find((row) => row.operation === 'getReportContent')!);
    expect((await call(server.url, `GET /v1/reports/${report.id}/content`, { key })).headers.get('content-type')).toMatch(
      /^text\/csv/,
    );
    await walk('deleteReport', { id: report.id });

    // Trials and extensions are of the past: in a sandbox whose clock is there.
    const now = key;
    ({ key } = await server.tenant('Past', '2025-06-10T08:00:00Z'));
    await walk('startTrial', {}, { body: { userId: 'ada' } });
    await walk('listTrials');
    await walk('createExtension');
    await walk('listExtensions');
    await walk('moveClock', {}, { body: { now: '2025-07-10T08:00:00Z' } });
    await walk('extendTrial', { userId: 'ada' });
    key = now;

    await walk('defineCapability', { id: 'drawing-reader' }, { body: { unit: 'page', copilotCredits: '0.75' } });
    await walk('listModels');
    const listed = await pagesOf<{ id: string }>((query) => walk('listCapabilities', {}, { query: `?${query}` }), 7);
    const seen = listed.map(({ id }) => id);
    expect(seen[0]).toBe('drawing-reader');
    expect(new Set(seen).size).toBe(seen.length);

    await walk('setNoticeRecipients', {}, { body: { emails: ['ada@contoso.com'] } });
    await walk('getNoticeRecipients');
    const hook = { id: 'hook', url: 'https://example.com/notices', kinds: ['exhausted'] };
    await walk('createWebhook', {}, { body: hook });
    await walk('createWebhook', {}, { body: hook });
    await walk('listWebhooks');
    await walk('changeWebhook', { id: 'hook' }, { body: { kinds: null, description: 'to the team' } });
    await walk('getWebhook', { id: 'hook' });
    await walk('rotateWebhookSecret', { id: 'hook' });
    const { body: test } = await walk('testWebhook', { id: 'hook' });
    await walk('listDeliveriesOfWebhook', { id: 'hook' });
    await walk('replayDelivery', { id: 'hook', deliveryId: test.id });
    const { body: notices } = await walk('listNotices');
    await server.store.outbox.dispatch({ mail: true });
    const { body: deliveries } = await walk('listDeliveriesOfNotice', { id: notices.value[0].id });
    expect(deliveries.value.map((each: { email?: string }) => each.email).sort()).toEqual(['ada@contoso.com', undefined]);
    const { body: banners } = await walk('listBanners');
    expect(banners.value).toHaveLength(1);
    await walk('deleteWebhook', { id: 'hook' });

    const file = {
      raw: 'Date,EnvironmentId,AIConsumption,Remark\n2026-03-10,sales,<1K,\n2026-03-10,lab,many,\n',
      headers: { 'content-type': 'text/csv' },
    };
    await walk('importFile', {}, file);
    await walk('importFile', {}, { ...file, query: '?dryRun=false&id=march' });
    await walk('listImports');
    await walk('getImport', { id: 'march' });
    await walk('getImportDifferences', { id: 'march' });

    const { body: made } = await walk('createKey', {}, { body: { role: 'environment-admin', environmentIds: ['sales'] } });
    await walk('listKeys');
    await walk('rotateKey', { id: made.id }, { body: {} });
    await walk('revokeKey', { id: made.id });
    const { body: ada } = await walk('invitePerson', {}, { body: { email: 'Ada@contoso.com', name: 'Ada', role: 'reader' } });
    await walk('listPeople');
    await walk('invitePersonAgain', { id: ada.person.id });
    await walk('changePerson', { id: ada.person.id }, { body: { role: 'maker', userId: 'ada', disabled: true } });
    await walk('signOutPerson', { id: ada.person.id });
    await walk('signOutEverywhere');
    await walk('moveClock', {}, { body: { now: '2026-03-10T09:00:00Z' } });
    await walk('endEntitlement', { id: bought.id });
    await walk('deleteBillingPlan', { id: 'plan' });
    await walk('deleteEnvironment', { id: 'sales' });

    await walk('listAuditEvents');
    await walk('getAuditHead');
    await walk('listAuditHeads', {}, { query: '?limit=1' });
    await walk('listInstallationAudit');
    // A file: audit.test.ts.
    walked.add(ROUTES.find((row) => row.operation === 'exportAudit')!);
    expect((await call(server.url, 'GET /v1/audit/content', { key })).headers.get('content-type')).toMatch(/^text\/csv/);

    // The session of the page and its password are a matter of cookies: session.test.ts, people.test.ts.
    const ofKeys = ROUTES.filter((row) => row.right !== 'page' && row.operation !== 'changePassword');
    expect(ofKeys.filter((row) => !walked.has(row)).map((row) => row.operation)).toEqual([]);
  });

  it('lists in pages that neither skip nor repeat', async () => {
    const listed = await pagesOf<{ sequence: number }>((query) => walk('listActivity', {}, { query: `?${query}` }), 2);
    expect(listed.length).toBeGreaterThan(2);
    expect(listed.map(({ sequence }) => sequence)).toEqual(listed.map((_, index) => listed.length - index));
  });

  it('count requests by route and status for Prometheus', async () => {
    const { body, headers } = await call(server.url, 'GET /metrics');
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body).toMatch(/bursar_http_requests_total\{method="POST",route="\/v1\/consumptions",status="201"\} \d/);
  });
});
