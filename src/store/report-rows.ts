// The rows of a report (M4, M5), read from daily usage through a cursor of one snapshot, so that memory does not grow with them. A row
// is told from others by what it shows: everything but its sums is its key, sorted in one order, and reading can begin after any key.

import {
  CAPABILITY_NAMES,
  CHANNEL_NAMES,
  FEATURE_NAMES,
  PRODUCT_NAME_OF_CALLER,
  type Report,
  type ReportRows,
  type ReportType,
} from '../core/report.ts';
import type { Database } from './database.ts';
import { type Parameter, sql } from './sql.ts';
import type { TenantAddress } from './store.ts';

interface View<T extends ReportType> {
  /** Texts, never null; in the order of the rows. */
  key: (keyof ReportRows[T] & string)[];
  sums: Partial<Record<keyof ReportRows[T] & string, string>>;
  /** $1 cell, $2 tenant, $3 first and $4 last day, $5 the key that was reached, $6 … its own. */
  from: string;
  parameters: Parameter[];
}

const OF_TENANT_AND_DAYS = 'u.cell = $1 and u.tenant_id = $2 and u.day between $3 and $4';
const ENVIRONMENT = 'left join environment e on e.cell = $1 and e.tenant_id = $2 and e.environment_id = u.environment_id';
/** What would have cost Copilot Credits counts as well (F4, M5). */
const COPILOT_CREDITS = `(u.currency = 'copilot-credits' or u.currency is null and u.non_billed > 0)`;
const BILLED = `coalesce(sum(credits) filter (where currency = 'copilot-credits'), 0)`;

/** Whatever the resource is, agent, flow or app, it stands where the exports have the agent: the sums are then those of all consumption. */
const RESOURCE = `left join resource r on r.cell = $1 and r.tenant_id = $2 and r.environment_id = u.environment_id
        and r.type = u.resource_type and r.resource_id = u.resource_id`;

const VIEWS: { [T in ReportType]: View<T> } = {
  'ai-builder-consumption': {
    key: ['day', 'userId', 'environmentId', 'isTrial', 'figure', 'environmentName'],
    sums: { credits: 'sum(credits)' },
    from: `
      select u.day::text as "day", u.user_id as "userId", u.environment_id as "environmentId",
        case when u.source = 'trial' then 'TRUE' else 'FALSE' end as "isTrial",
        said(u.labels, 'ai-builder-consumption', 'figure', '') as "figure",
        coalesce(e.name, '') as "environmentName", u.credits
      from daily_usage u
      ${ENVIRONMENT}
      where ${OF_TENANT_AND_DAYS} and u.currency = 'ai-builder-credits'`,
    parameters: [],
  },
  'copilot-credits-environments': {
    key: ['day', 'environmentName', 'environmentId', 'billingPlanId', 'billingPlanName', 'entitledQuantity'],
    sums: {
      prepaid: `coalesce(sum(credits) filter (where source is distinct from 'pay-as-you-go'), 0)`,
      payAsYouGo: `coalesce(sum(credits) filter (where source = 'pay-as-you-go'), 0)`,
    },
    from: `
      select u.day::text as "day", coalesce(e.name, '') as "environmentName",
        u.environment_id as "environmentId",
        said(u.labels, 'copilot-credits-environments', 'billingPlanId', p.plan_id) as "billingPlanId",
        said(u.labels, 'copilot-credits-environments', 'billingPlanName', p.name) as "billingPlanName",
        said(u.labels, 'copilot-credits-environments', 'entitledQuantity',
          coalesce(trim_scale(a.credits * 0.000001)::text, '0')) as "entitledQuantity",
        u.source, u.credits
      from daily_usage u
      ${ENVIRONMENT}
      left join billing_plan p on p.cell = $1 and p.tenant_id = $2 and p.plan_id = e.billing_plan_id and p.deleted_at is null
      left join allocation a on a.cell = $1 and a.tenant_id = $2 and a.environment_id = u.environment_id
        and a.currency = 'copilot-credits'
      where ${OF_TENANT_AND_DAYS} and u.currency = 'copilot-credits'`,
    parameters: [],
  },
  'copilot-credits-agents': {
    key: [
      'agentName',
      'agentId',
      'environmentName',
      'environmentId',
      'product',
      'feature',
      'channel',
      'knowledgeSources',
      'toolUsed',
      'model',
      'scenarioName',
    ],
    sums: { billed: BILLED, nonBilled: 'sum(non_billed)' },
    from: `
      select coalesce(r.name, '') as "agentName", coalesce(u.resource_id, '') as "agentId",
        coalesce(e.name, '') as "environmentName", u.environment_id as "environmentId",
        said(u.labels, 'copilot-credits-agents', 'product', $6::jsonb ->> u.caller) as "product",
        said(u.labels, 'copilot-credits-agents', 'feature',
          coalesce($7::jsonb ->> u.feature, u.feature, c.name, $8::jsonb ->> u.capability, u.capability)) as "feature",
        said(u.labels, 'copilot-credits-agents', 'channel', coalesce($9::jsonb ->> u.channel, u.channel)) as "channel",
        said(u.labels, 'copilot-credits-agents', 'knowledgeSources', '') as "knowledgeSources",
        said(u.labels, 'copilot-credits-agents', 'toolUsed', '') as "toolUsed",
        said(u.labels, 'copilot-credits-agents', 'model', u.model) as "model",
        said(u.labels, 'copilot-credits-agents', 'scenarioName', '') as "scenarioName",
        u.currency, u.credits, u.non_billed
      from daily_usage u
      ${ENVIRONMENT}
      ${RESOURCE}
      left join (
        select distinct on (capability_id) capability_id, name
        from capability
        where cell = $1 and tenant_id = $2
        order by capability_id, valid_from desc
      ) c on c.capability_id = u.capability
      where ${OF_TENANT_AND_DAYS} and ${COPILOT_CREDITS}`,
    parameters: [PRODUCT_NAME_OF_CALLER, FEATURE_NAMES, CAPABILITY_NAMES, CHANNEL_NAMES].map((names) => JSON.stringify(names)),
  },
  'copilot-credits-users': {
    key: ['userId', 'userEmail', 'agentName', 'agentId'],
    sums: { billed: BILLED, nonBilled: 'sum(non_billed)', licensed: 'bool_or(m365_copilot)' },
    from: `
      select u.user_id as "userId",
        said(u.labels, 'copilot-credits-users', 'userEmail', case when u.user_id like '%@%' then u.user_id end) as "userEmail",
        coalesce(r.name, '') as "agentName", coalesce(u.resource_id, '') as "agentId",
        u.currency, u.credits, u.non_billed, u.m365_copilot
      from daily_usage u
      ${RESOURCE}
      where ${OF_TENANT_AND_DAYS} and ${COPILOT_CREDITS}`,
    parameters: [],
  },
};

/** Whether the first of the key is the day. */
export function isByDay(type: ReportType): boolean {
  return (VIEWS[type].key as string[])[0] === 'day';
}

export function keyOf<T extends ReportType>(type: T, row: ReportRows[T]): string[] {
  return VIEWS[type].key.map((name) => String(row[name]));
}

// Identifiers come from the views above, never from input.
function statement({ key, sums, from }: { key: string[]; sums: Record<string, string>; from: string }): string {
  // One order, whatever the database's own is, so that it can be gone on with anywhere.
  const names = key.map((name) => `"${name}" collate "C"`).join(', ');
  return `
    declare report_rows no scroll cursor for
    select ${key.map((name) => `"${name}" collate "C" as "${name}"`).join(', ')}, ${Object.entries(sums)
      .map(([name, sum]) => `${sum} as "${name}"`)
      .join(', ')}
    from (${from}) shown
    where $5::text[] is null or (${names}) > (${key.map((_, index) => `($5::text[])[${index + 1}]`).join(', ')})
    group by ${names}
    order by ${names}`;
}

const ROWS_A_TIME = 2_000;

/**
 * Reads the rows that come after `reached` (null: all of them), some at a time, as of one moment. Answers whether it came to the end:
 * once `signal` is aborted it stops, also in the middle of a statement that takes long.
 */
export async function readReportRows<T extends ReportType>(
  database: Database,
  { cell, tenantId }: TenantAddress,
  report: Pick<Report, 'firstDay' | 'lastDay'> & { type: T; reached: string[] | null },
  signal: AbortSignal,
  take: (rows: ReportRows[T][]) => Promise<void>,
): Promise<boolean> {
  const view = VIEWS[report.type] as View<T>;
  const values = [cell, tenantId, report.firstDay, report.lastDay, report.reached as never, ...view.parameters];
  return database.of({ tenantId }).snapshot(async (fly) => {
    const [backend] = await fly([sql`select pg_backend_pid() as pid`]);
    const cancel = () => void database.everywhere.query(sql`select pg_cancel_backend(${backend!.rows[0]!.pid})`).catch(() => {});
    signal.addEventListener('abort', cancel);
    try {
      await fly([{ text: statement(view as never), values }]);
      for (;;) {
        const [fetched] = await fly([{ text: `fetch ${ROWS_A_TIME} from report_rows`, values: [] }]);
        const rows = fetched!.rows as ReportRows[T][];
        if (rows.length > 0 && signal.aborted) return false;
        if (rows.length > 0) await take(rows);
        if (rows.length < ROWS_A_TIME) return true;
      }
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  });
}
