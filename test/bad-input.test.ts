// I13: no input makes a 5xx. Fifty thousand requests made from our own OpenAPI document, valid and broken, against a server that is a
// process of its own: every answer fits its schema, every refusal is a problem with a registered code of its route and tells nothing of
// the inside, and what the server holds in memory does not grow with them.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROBLEMS, problem } from '../src/api/problem.ts';
import { allRefusals, type Route } from '../src/api/route.ts';
import { ROUTES } from '../src/api/routes.ts';
import { validatorOf } from '../src/api/validation.ts';
import type { RefusalCode } from '../src/core/refusal.ts';
import { type Answered, Connections } from './bad-input/connection.ts';
import { type Known, type MadeRequest, requestsOf } from './bad-input/requests.ts';
import { type ADatabase, aDatabase } from './support/a-database.ts';
import { type AProcess, aProcess } from './support/a-process.ts';
import { call } from './support/call.ts';

const REQUESTS = Number(process.env.BAD_INPUT_REQUESTS ?? 50_000);
const SEED = Number(process.env.BAD_INPUT_SEED ?? Date.now() % 2_147_483_647);
const AT_ONCE = 8;
const PART = 2_500;
const OPERATOR_KEY = 'operator-of-the-bad-input-test-0001';
/** Of what is inside: files, statements, the database's own complaints. A caller's own words come back too, so these are not among them. */
const INSIDE =
  /\/work\/|src\/(store|api|server|core)\/|\.ts:\d+|node:internal|SQLSTATE|syntax error at or near|violates \w+ constraint|relation "\w+"/;
/** What an idle server and a busy one differ by anyhow. */
const MOST_GROWTH_BYTES = 150 << 20;

let database: ADatabase;
let server: AProcess;
let key: string;

beforeAll(async () => {
  database = await aDatabase();
  server = await aProcess(database.url, OPERATOR_KEY);
  const tenant = await call(server.url, 'POST /v1/tenants', {
    key: OPERATOR_KEY,
    body: { name: 'Contoso', sandbox: { now: '2026-03-10T08:00:00Z' } },
  });
  key = tenant.body.adminKey;
});

afterAll(async () => {
  await server?.end('SIGKILL');
  await database?.drop();
});

/** Something of each kind, for requests to meet. */
async function fill(): Promise<Known> {
  const made = async (methodAndPath: string, body: unknown) => {
    const answer = await call(server.url, methodAndPath, { key, body });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    return answer.body.id as string;
  };
  const environments = ['sales', 'support', 'finance', 'lab'];
  for (const id of environments) await made('POST /v1/environments', { id, name: id, type: 'production' });
  // Nothing runs there: refused with 402. No request names them by a path that would change or delete them.
  const closed = ['closed-1', 'closed-2', 'closed-3'];
  for (const id of closed) {
    await made('POST /v1/environments', { id, name: id, type: 'production' });
    expect((await call(server.url, `PATCH /v1/environments/${id}`, { key, body: { deny: true } })).status).toBe(200);
  }
  const entitlement = await made('POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 20 });
  const plan = await made('POST /v1/billing-plans', { name: 'Azure' });
  const limit = await made('PUT /v1/limits/cap', { scope: { userId: 'ada' }, currency: 'copilot-credits', monthly: '1000' });
  const action = {
    environmentId: 'sales',
    userId: 'ada',
    caller: 'agent',
    capability: 'generative-answer',
    usage: { responses: 1 },
  };
  const record = await made('POST /v1/consumptions', action);
  const holds: string[] = [];
  for (let count = 0; count < 20; count += 1) holds.push(await made('POST /v1/holds', action));
  const capabilities = [
    'generative-answer',
    'classic-answer',
    'receipt-processing',
    'prompt',
    'text-recognition',
    'agent-action',
  ];
  return {
    environmentId: [...environments, ...closed],
    environment: environments,
    userId: ['ada', 'grace'],
    user: ['ada', 'grace'],
    id: [...environments, limit, entitlement, plan, record, ...holds],
    billingPlanId: [plan],
    capability: capabilities,
    model: ['gpt-4.1', 'gpt-4.1-mini'],
    product: ['copilot-credit-pack', 'ai-builder-add-on-t1', 'copilot-credit-pre-purchase', 'power-apps-premium'],
    url: ['https://127.0.0.1:9/hook'],
    now: ['2026-03-10T09:00:00Z', '2026-03-12T00:00:00Z', '2026-04-02T00:00:00Z'],
    resourceId: ['bot', 'app'],
    cursor: ['bm90aGluZw', 'c2FsZXM'],
  };
}

/** What is wrong with an answer; null: nothing. */
function wrongWith(request: MadeRequest, row: Route, { status, type, text }: Answered): string | null {
  if (status >= 500) return 'a 5xx';
  if (status >= 400) {
    if (!type.startsWith('application/problem+json')) return `a refusal as ${type}`;
    const body = JSON.parse(text);
    const errors = validatorOf(problem)(body);
    if (errors) return `a problem that does not fit its schema: ${JSON.stringify(errors)}`;
    const code = body.code as RefusalCode;
    if (PROBLEMS[code]?.status !== status) return `code ${code} with status ${status}`;
    // A path that leads to no route (an id that is '..', say) is refused before there is a row.
    if (!allRefusals(row).includes(code) && !['NotFound', 'MethodNotAllowed', 'MalformedRequest'].includes(code))
      return `code ${code}, which ${row.operation} does not name`;
    if (!body.detail) return 'a problem that says nothing';
    if (INSIDE.test(text)) return 'a word of the inside';
    return null;
  }
  if (request.kind === 'no-json') return `${status} for what is no JSON`;
  const schema = row.responses[status];
  if (schema === undefined) return `${status}, which ${row.operation} does not name`;
  if (schema === null) return text === '' ? null : 'a body where none is said';
  if (!type.includes('json')) return null;
  const errors = validatorOf(schema)(JSON.parse(text));
  return errors && `an answer that does not fit its schema: ${JSON.stringify(errors.slice(0, 3))}`;
}

it(`I13: ${REQUESTS} requests, valid and broken, get answers that fit (seed ${SEED})`, { timeout: 600_000 }, async () => {
  const arbitrary = requestsOf(await fill());
  const rows = new Map(ROUTES.map((row) => [row.operation, row]));
  const connections = new Connections(server.url, AT_ONCE);
  const wrong: string[] = [];
  const statuses = new Map<number, number>();
  const operations = new Set<string>();
  const refusedMs: number[] = [];
  const memory: number[] = [];
  for (let part = 0; part * PART < REQUESTS && wrong.length < 5; part += 1) {
    const requests = fc.sample(arbitrary, { seed: SEED + part, numRuns: Math.min(PART, REQUESTS - part * PART) });
    let next = 0;
    const work = async () => {
      while (next < requests.length && wrong.length < 5) {
        const request = requests[next++]!;
        const row = rows.get(request.operation)!;
        const answer = await connections.send(request, row.right === 'operator' ? OPERATOR_KEY : key);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
        operations.add(request.operation);
        if (answer.status >= 400) refusedMs.push(answer.tookMs);
        const found = wrongWith(request, row, answer);
        if (found)
          wrong.push(
            `${found}\n  ${request.method} ${request.path.slice(0, 300)} ${JSON.stringify(request.headers)}\n  ${String(request.body).slice(0, 500)}\n  → ${answer.status} ${answer.text.slice(0, 500)}`,
          );
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    memory.push(await server.memory());
  }
  connections.close();
  refusedMs.sort((a, b) => a - b);
  const p = (share: number) => refusedMs[Math.floor(refusedMs.length * share)]?.toFixed(1);
  const mib = (bytes: number) => Math.round(bytes / 2 ** 20);
  console.log(
    `bad input: seed ${SEED}, answers by status ${JSON.stringify(Object.fromEntries([...statuses].sort(([a], [b]) => a - b)))}; ` +
      `refused, ${AT_ONCE} at once: p50 ${p(0.5)} ms, p99 ${p(0.99)} ms; memory after each ${PART}: ${memory.map(mib).join(', ')} MiB`,
  );
  expect(wrong.join('\n\n'), `seed ${SEED}`).toBe('');
  expect(operations.size).toBeGreaterThan(80);
  // Both kinds were met: what was taken, and each class of refusal.
  for (const status of [200, 201, 204, 400, 401, 402, 403, 404, 409, 415, 422])
    expect(statuses.get(status) ?? 0, `${status}`).toBeGreaterThan(0);
  const half = memory.length >> 1;
  expect(Math.min(...memory.slice(half)) - Math.max(...memory.slice(0, Math.max(1, half)))).toBeLessThan(MOST_GROWTH_BYTES);
});
