// Metrics, their documentation and the dashboard that is made of them: all from one table (src/server/metric-table.ts).

import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Credits } from '../src/core/credits.ts';
import { Distribution } from '../src/server/distribution.ts';
import { METRICS, metricDocs } from '../src/server/metric-table.ts';
import { OTHER, shownPools } from '../src/server/stored-figures.ts';
import type { PoolFigures } from '../src/store/figures.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

const OPERATING = new URL('../docs/operating/', import.meta.url);

describe('the metrics of a server that has decided something', () => {
  let server: AServer;
  let text: string;
  let tenant: { id: string; key: string };

  beforeAll(async () => {
    server = await startServer();
    tenant = await server.tenant();
    const { key } = tenant;
    const body = { product: 'ai-builder-add-on-t1', quantity: 1, purchasedOn: '2025-06-01' };
    expect((await call(server.url, 'POST /v1/entitlements', { key, body })).status).toBe(201);
    await call(server.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales', type: 'production' } });
    const consume = (more: object = {}) => call(server.url, 'POST /v1/consumptions', { key, body: { ...ACTION, ...more } });
    const headers = { 'idempotency-key': 'once' };
    expect((await consume()).status).toBe(201);
    await call(server.url, 'POST /v1/consumptions', { key, body: ACTION, headers });
    await call(server.url, 'POST /v1/consumptions', { key, body: ACTION, headers });
    expect((await consume({ capability: 'no-such-capability' })).status).toBe(422);
    text = (await call(server.url, 'GET /metrics', { key: server.operatorKey })).body;
  });
  afterAll(() => server.stop());

  const seriesOf = (series: string) =>
    Number(
      text
        .split('\n')
        .find((line) => line.startsWith(`${series} `))
        ?.split(' ')[1],
    );

  it('count decisions by what was done, status, code and source', () => {
    expect(seriesOf('bursar_decisions_total{do="consume",status="charged",code="",source="pool"}')).toBe(2);
    expect(seriesOf('bursar_decisions_total{do="consume",status="replayed",code="",source=""}')).toBe(1);
    expect(seriesOf('bursar_decisions_total{do="consume",status="refused",code="UnknownCapability",source=""}')).toBe(1);
    expect(seriesOf('bursar_decision_seconds_count{do="consume"}')).toBe(4);
    expect(seriesOf('bursar_queue_seconds_count')).toBe(seriesOf('bursar_batch_commands_sum'));
  });

  it('tell how the pools stand', () => {
    const pool = (figure: string) =>
      seriesOf(`bursar_pool_credits{tenant="${tenant.id}",currency="ai-builder-credits",figure="${figure}"}`);
    expect(pool('available')).toBeGreaterThan(0);
    expect(pool('consumed')).toBe(200);
    expect(pool('remaining')).toBe(pool('available') - 200);
  });

  it('name no tenant to who brings no key, and say nothing to another', async () => {
    const { status, body } = await call(server.url, 'GET /metrics');
    expect(status).toBe(200);
    expect(body).not.toContain(tenant.id);
    expect(body).not.toContain('tenant="');
    const unnamed = text.split('\n').filter((line) => line.startsWith('# TYPE ') && !line.includes('bursar_pool_credits'));
    for (const line of unnamed) expect(body).toContain(line);
    for (const authorization of [`Bearer ${tenant.key}`, 'Bearer nothing', 'Basic eDp5']) {
      const refused = await call(server.url, 'GET /metrics', { headers: { authorization } });
      expect([refused.status, refused.body.code]).toEqual([401, 'Unauthenticated']);
    }
  });

  it('have every row of the table, with its type, its help and no other labels', () => {
    for (const { name, type, help, labels } of METRICS) {
      expect(text).toContain(`# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`);
      const own = new RegExp(`^${name}(?:_bucket|_sum|_count)?(?:\\{(.*)\\})? `, 'gm');
      for (const [, written] of text.matchAll(own)) {
        const names = [...(written ?? '').matchAll(/(\w+)="/g)].map((match) => match[1]!).filter((label) => label !== 'le');
        expect(names, name).toEqual(labels);
      }
    }
  });

  it('have no metric of our own that the table does not have', () => {
    const known = new Set<string>(METRICS.map(({ name }) => name));
    const names = [...text.matchAll(/^# TYPE (bursar_\w+)/gm)].map((match) => match[1]!);
    expect(names.filter((name) => !known.has(name) && !/^bursar_(process|nodejs)_/.test(name))).toEqual([]);
  });

  it('are all that the dashboard asks for', async () => {
    const dashboard = JSON.parse(await readFile(new URL('grafana-dashboard.json', OPERATING), 'utf8'));
    const queries: string[] = dashboard.panels.flatMap((panel: { targets?: { expr: string }[] }) =>
      (panel.targets ?? []).map(({ expr }) => expr),
    );
    expect(queries.length).toBeGreaterThan(10);
    const written = new Set([...text.matchAll(/^(bursar_\w+?)(?:\{.*\})? /gm)].map((match) => match[1]!));
    const declared = new Set([...text.matchAll(/^# TYPE (bursar_\w+)/gm)].map((match) => match[1]!));
    for (const query of queries) {
      const asked = [...query.matchAll(/\bbursar_\w+/g)].map((match) => match[0]);
      expect(asked.length, query).toBeGreaterThan(0);
      for (const name of asked) expect(written.has(name) || declared.has(name), `${name} in ${query}`).toBe(true);
    }
  });
});

it('docs/operating/metrics.md has the table as it is', async () => {
  expect(await readFile(new URL('metrics.md', OPERATING), 'utf8')).toContain(metricDocs());
});

describe('what is shown of pools is bounded', () => {
  const pool = (tenantId: string, available: number, consumed: number): PoolFigures => ({
    tenantId,
    currency: 'copilot-credits',
    owned: BigInt(available) as Credits,
    allocated: 0n as Credits,
    available: BigInt(available) as Credits,
    consumed: BigInt(consumed) as Credits,
    held: 0n as Credits,
  });
  const inMillions = (amount: number) => amount / 1_000_000;

  it('to the fullest, and all others are summed', () => {
    const pools = Array.from({ length: 30 }, (_, index) => pool(`tenant-${index}`, 1_000, index));
    const shown = shownPools(pools, 3);
    const tenants = [...new Set(shown.map((each) => each.tenant))];
    expect(tenants).toEqual(['tenant-29', 'tenant-28', 'tenant-27', OTHER]);
    const others = shown.find(
      (each) => each.tenant === OTHER && each.figure === 'consumed' && each.currency === 'copilot-credits',
    );
    // 0 + 1 + … + 26
    expect(others!.credits).toBeCloseTo(inMillions(351), 12);
  });

  it('and one that has nothing left of nothing is fuller than any', () => {
    expect(shownPools([pool('half', 10, 5), pool('none', 0, 1), pool('idle', 0, 0)], 1)[0]!.tenant).toBe('none');
  });
});

it('a distribution counts up to each edge, which belongs to its bucket', () => {
  const distribution = new Distribution([1, 2]);
  for (const value of [0.5, 1, 1.5, 7]) distribution.observe(value);
  expect(distribution.values('x').map(({ metricName, labels, value }) => [metricName, labels.le, value])).toEqual([
    ['x_bucket', 1, 2],
    ['x_bucket', 2, 3],
    ['x_bucket', '+Inf', 4],
    ['x_sum', undefined, 10],
    ['x_count', undefined, 4],
  ]);
});
