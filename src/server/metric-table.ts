// Every metric of Bursar's own, one row each: what /metrics writes about it and what docs/operating/metrics.md says. The process's own
// figures (memory, event loop, collections of garbage) come beside them from prom-client, with the same prefix. What has the label `tenant` is
// for who brings the operator key.

export interface MetricRow {
  name: string;
  type: 'counter' | 'gauge' | 'histogram';
  help: string;
  labels: readonly string[];
}

export const METRICS = [
  {
    name: 'bursar_http_requests_total',
    type: 'counter',
    help: 'Requests by method, route and status; without those that were shed early',
    labels: ['method', 'route', 'status'],
  },
  { name: 'bursar_http_request_seconds', type: 'histogram', help: 'How long requests took, by route', labels: ['route'] },
  { name: 'bursar_http_connections', type: 'gauge', help: 'Open connections', labels: [] },
  {
    name: 'bursar_http_connections_dropped_total',
    type: 'counter',
    help: 'Connections that were closed at once because there were too many',
    labels: [],
  },
  {
    name: 'bursar_requests_shed_total',
    type: 'counter',
    help: 'Requests that were answered 503 because more came than could be done, by class',
    labels: ['class'],
  },
  {
    name: 'bursar_requests_limited_total',
    type: 'counter',
    help: 'Requests that were answered 429 because their key or their address sent more than its rate, by limit (key, address, page, sign-in)',
    labels: ['limit'],
  },
  {
    name: 'bursar_requests_under_way',
    type: 'gauge',
    help: 'Work that was taken on and is not done yet; a batch counts by its length',
    labels: [],
  },
  {
    name: 'bursar_requests_room',
    type: 'gauge',
    help: 'How much work is taken on at most; it shrinks while commands wait for long',
    labels: [],
  },
  { name: 'bursar_body_bytes', type: 'gauge', help: 'Bytes of large bodies that are being read or worked on', labels: [] },
  {
    name: 'bursar_decisions_total',
    type: 'counter',
    help: 'Decisions by what was done (consume, hold, capture, record-history), status (charged, in-overage, free, held, refused, replayed), code of a refusal and source of the credits',
    labels: ['do', 'status', 'code', 'source'],
  },
  { name: 'bursar_decision_seconds', type: 'histogram', help: 'From the submission of an action to its commit', labels: ['do'] },
  {
    name: 'bursar_queue_seconds',
    type: 'histogram',
    help: 'How long commands waited in their lane before their batch was put together',
    labels: [],
  },
  { name: 'bursar_batch_commands', type: 'histogram', help: 'Commands in one transaction', labels: [] },
  {
    name: 'bursar_batch_seconds',
    type: 'histogram',
    help: 'How long batches took, by part: decide (with loading, where it was needed) and save (until the commit)',
    labels: ['part'],
  },
  { name: 'bursar_lane_waiting_commands', type: 'gauge', help: 'Commands that wait, by lane (one a cell)', labels: ['cell'] },
  { name: 'bursar_lane_oldest_wait_seconds', type: 'gauge', help: 'How long the first of them has waited', labels: ['cell'] },
  {
    name: 'bursar_database_connections',
    type: 'gauge',
    help: 'Connections of the pool for reads and administration: in-use, idle; waiting counts requests for one',
    labels: ['state'],
  },
  {
    name: 'bursar_wall',
    type: 'gauge',
    help: 'Whether PostgreSQL keeps tenants apart by row level security as well: 1, or 0 where the login may not make the role, or on Citus',
    labels: [],
  },
  {
    name: 'bursar_jobs',
    type: 'gauge',
    help: 'Jobs of the database by task: due, running, failed (given up)',
    labels: ['task', 'state'],
  },
  { name: 'bursar_job_late_seconds', type: 'gauge', help: 'How long the first job that is due has been so', labels: ['task'] },
  { name: 'bursar_notices_waiting', type: 'gauge', help: 'Notices that are not yet made into deliveries', labels: [] },
  {
    name: 'bursar_deliveries',
    type: 'gauge',
    help: 'Deliveries that are not made yet: waiting (all of them), due (their time has come)',
    labels: ['state'],
  },
  {
    name: 'bursar_delivery_late_seconds',
    type: 'gauge',
    help: 'How long the first delivery that is due has been so',
    labels: [],
  },
  {
    name: 'bursar_rollup_tenants_waiting',
    type: 'gauge',
    help: 'Tenants whose usage this process has to look at, whether it is added up',
    labels: [],
  },
  {
    name: 'bursar_pool_credits',
    type: 'gauge',
    help: 'Credits of this month by tenant, currency and figure: owned, allocated, and of the pool available, consumed, held and remaining; the fullest pools by themselves, all others together as "other"',
    labels: ['tenant', 'currency', 'figure'],
  },
  {
    name: 'bursar_pool_tenants_left_out',
    type: 'gauge',
    help: 'Tenants that are not in bursar_pool_credits, because there are too many',
    labels: [],
  },
  {
    name: 'bursar_figures_failed_total',
    type: 'counter',
    help: 'Readings of the figures that come from the database which failed; the ones before are shown until one succeeds',
    labels: [],
  },
] as const satisfies readonly MetricRow[];

export type MetricName = (typeof METRICS)[number]['name'];

/** As docs/operating/metrics.md has it. */
export function metricDocs(): string {
  const rows = METRICS.map(
    ({ name, type, help, labels }) => `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(', ')} | ${help} |`,
  );
  return ['| metric | type | labels | what it says |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
