// Metrics for Prometheus: the rows of metric-table.ts, each with where its values come from, and the process itself.

import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Histogram, type Metric, Registry } from 'prom-client';
import { REQUEST_CLASSES } from '../api/request-class.ts';
import type { StoreFigures } from '../store/figures.ts';
import { DecisionFigures } from './decision-figures.ts';
import type { Gate } from './gate.ts';
import { METRICS, type MetricName, type MetricRow } from './metric-table.ts';
import { LIMIT_NAMES } from './rate-limit.ts';
import { StoredFigures } from './stored-figures.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

interface Value {
  labels: Record<string, string | number>;
  value: number;
  /** Of a histogram: with its ending. */
  metricName?: string;
}
/** Those that prom-client keeps by itself are not in it. */
type Sources = Record<Exclude<MetricName, 'bursar_http_requests_total' | 'bursar_http_request_seconds'>, () => Value[]>;

export interface Measured {
  /** Names no tenant. */
  ofInstallation: Registry;
  /** With what is of single tenants. */
  whole: Registry;
}

export function measure(app: FastifyInstance, { figures, gate }: { figures: StoreFigures; gate: Gate }): Measured {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: 'bursar_' });
  measureRequests(app, registry);
  const decisions = new DecisionFigures();
  figures.observe(decisions);
  const stored = new StoredFigures(figures);
  const sources = sourcesOf({ figures, gate, decisions, stored });
  const ofTenants = new Registry();
  for (const row of METRICS) {
    const namesTenants = (row.labels as readonly string[]).includes('tenant');
    if (row.name in sources)
      (namesTenants ? ofTenants : registry).registerMetric(metricOf(row, sources[row.name as keyof Sources], stored));
  }
  return { ofInstallation: registry, whole: Registry.merge([registry, ofTenants]) };
}

function measureRequests(app: FastifyInstance, registry: Registry): void {
  const requests = new Counter({ ...headOf('bursar_http_requests_total'), registers: [registry] });
  const duration = new Histogram({ ...headOf('bursar_http_request_seconds'), buckets: SECONDS, registers: [registry] });
  app.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    requests.inc({ method: request.method, route, status: reply.statusCode });
    duration.observe({ route }, reply.elapsedTime / 1000);
    done();
  });
}

function headOf(name: MetricName): { name: string; help: string; labelNames: string[] } {
  const row: MetricRow = METRICS.find((each) => each.name === name)!;
  return { name, help: row.help, labelNames: [...row.labels] };
}

/** What prom-client asks of a metric: its values when it is read. */
function metricOf({ name, type, help }: MetricRow, read: () => Value[], stored: StoredFigures): Metric {
  return {
    name,
    help,
    type,
    async get() {
      await stored.refresh();
      return { name, help, type, aggregator: 'sum', values: read() };
    },
    reset() {},
  } as unknown as Metric;
}

function sourcesOf(from: { figures: StoreFigures; gate: Gate; decisions: DecisionFigures; stored: StoredFigures }): Sources {
  const { figures, gate, decisions, stored } = from;
  const { admission } = gate;
  const ofBackground = (read: (background: NonNullable<StoredFigures['background']>) => Value[]) => () =>
    stored.background === null ? [] : read(stored.background);
  return {
    bursar_http_connections: () => one(gate.openConnections),
    bursar_http_connections_dropped_total: () => one(gate.droppedConnections),
    bursar_requests_limited_total: () => LIMIT_NAMES.map((limit) => ({ labels: { limit }, value: gate.rates.refused[limit] })),
    bursar_requests_shed_total: () => REQUEST_CLASSES.map((each) => ({ labels: { class: each }, value: admission.shed[each] })),
    bursar_requests_under_way: () => one(admission.underWay),
    bursar_requests_room: () => one(admission.room),
    bursar_body_bytes: () => one(gate.bodyBytes),
    bursar_decisions_total: () =>
      [...decisions.outcomes].map(([name, value]) => {
        const [done, status, code, source] = name.split(' ');
        return { labels: { do: done!, status: status!, code: code!, source: source! }, value };
      }),
    bursar_decision_seconds: () =>
      Object.entries(decisions.seconds).flatMap(([done, distribution]) =>
        distribution.values('bursar_decision_seconds', { do: done }),
      ),
    bursar_queue_seconds: () => decisions.queue.values('bursar_queue_seconds'),
    bursar_batch_commands: () => decisions.commands.values('bursar_batch_commands'),
    bursar_batch_seconds: () =>
      Object.entries(decisions.parts).flatMap(([part, distribution]) => distribution.values('bursar_batch_seconds', { part })),
    bursar_lane_waiting_commands: () => figures.lanes().map(({ cell, waiting }) => ({ labels: { cell }, value: waiting })),
    bursar_lane_oldest_wait_seconds: () =>
      figures.lanes().map(({ cell, oldestSince }) => ({
        labels: { cell },
        value: oldestSince === undefined ? 0 : (performance.now() - oldestSince) / 1000,
      })),
    bursar_database_connections: () => {
      const { inUse, idle, waiting } = figures.connections();
      return byLabel('state', { 'in-use': inUse, idle, waiting });
    },
    bursar_wall: () => one(figures.hasWall ? 1 : 0),
    bursar_jobs: ofBackground(({ jobs }) =>
      jobs.flatMap(({ task, due, running, failed }) => byLabel('state', { due, running, failed }, { task })),
    ),
    bursar_job_late_seconds: ofBackground(({ jobs }) =>
      jobs.map(({ task, lateSeconds }) => ({ labels: { task }, value: lateSeconds })),
    ),
    bursar_notices_waiting: ofBackground(({ notices }) => one(notices)),
    bursar_deliveries: ofBackground(({ deliveries: { waiting, due } }) => byLabel('state', { waiting, due })),
    bursar_delivery_late_seconds: ofBackground(({ deliveries }) => one(deliveries.lateSeconds)),
    bursar_rollup_tenants_waiting: ofBackground(({ rollups }) => one(rollups)),
    bursar_pool_credits: () =>
      stored.pools.map(({ tenant, currency, figure, credits }) => ({ labels: { tenant, currency, figure }, value: credits })),
    bursar_pool_tenants_left_out: () => one(stored.leftOut),
    bursar_figures_failed_total: () => one(stored.failed),
  };
}

function one(value: number): Value[] {
  return [{ labels: {}, value }];
}

function byLabel(label: string, values: Record<string, number>, labels: Record<string, string> = {}): Value[] {
  return Object.entries(values).map(([name, value]) => ({ labels: { ...labels, [label]: name }, value }));
}
