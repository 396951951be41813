// What bench/reports asks: every single grouping, usual pairs, everything at once, filters, and later pages, over 12 months, three months
// and one (M3: days for up to three months, months for twelve). And the same question as the plain group-by over daily_usage.

import { CALLERS, productOf } from '../src/core/action.ts';
import { addMonths, DAY_MS, type Day, dayOf, firstDayOf, type Instant, monthOfDay, startOfDay } from '../src/core/month.ts';
import { USAGE_DIMENSIONS, type UsageDimension } from '../src/store/store.ts';

export interface Question {
  from: Day;
  to: Day;
  granularity: 'day' | 'month';
  groupBy: readonly UsageDimension[];
  filter: Readonly<Record<string, string>>;
  /** Which page: the first is 1. */
  page: number;
}

const PAIRS: readonly UsageDimension[][] = [
  ['environment', 'user'],
  ['environment', 'capability'],
  ['environment', 'source'],
  ['user', 'capability'],
  ['capability', 'model'],
  ['caller', 'capability'],
  ['resource', 'caller'],
  ['product', 'feature'],
];
const EVERYTHING: readonly UsageDimension[] = [...USAGE_DIMENSIONS];

const FILTERED: readonly { groupBy: UsageDimension[]; filter: Record<string, string> }[] = [
  { groupBy: [], filter: { environment: 'environment-0' } },
  { groupBy: ['capability'], filter: { environment: 'environment-0' } },
  { groupBy: ['user'], filter: { environment: 'environment-0' } },
  { groupBy: ['capability', 'model'], filter: { environment: 'environment-500' } },
  { groupBy: ['capability', 'environment'], filter: { user: 'user-77@contoso.com' } },
  { groupBy: ['model'], filter: { caller: 'agent' } },
  { groupBy: ['environment'], filter: { source: 'pay-as-you-go' } },
  { groupBy: ['environment'], filter: { model: 'claude-sonnet-4.5' } },
  { groupBy: ['user'], filter: { capability: 'image-description' } },
];

export function questionsUntil(to: Day): Question[] {
  const thisMonth = monthOfDay(to);
  const ago = (days: number) => dayOf((startOfDay(to) - days * DAY_MS) as Instant);
  const year = { from: firstDayOf(addMonths(thisMonth, -11)), to, granularity: 'month' } as const;
  const daysOfYear = { from: ago(364), to, granularity: 'day' } as const;
  const quarter = { from: firstDayOf(addMonths(thisMonth, -2)), to, granularity: 'day' } as const;
  const month = { from: firstDayOf(thisMonth), to, granularity: 'day' } as const;
  // From the middle of a month to the middle of another: only some of their days.
  const parts = { from: ago(340), to: ago(10), granularity: 'month' } as const;
  const plain = { filter: {}, page: 1 };
  const singles: readonly UsageDimension[][] = [[], ...USAGE_DIMENSIONS.map((dimension) => [dimension])];
  return [
    ...[year, month, quarter, daysOfYear].flatMap((span) => singles.map((groupBy) => ({ ...plain, ...span, groupBy }))),
    ...[year, month, daysOfYear].flatMap((span) => PAIRS.map((groupBy) => ({ ...plain, ...span, groupBy }))),
    ...[year, quarter].map((span) => ({ ...plain, ...span, groupBy: EVERYTHING })),
    ...[year, quarter].flatMap((span) => FILTERED.map((asked) => ({ ...plain, ...span, ...asked }))),
    ...[['capability'], ['environment'], ['user']].map((groupBy) => ({
      ...plain,
      ...parts,
      groupBy: groupBy as UsageDimension[],
    })),
    ...[['environment'], ['user', 'model']].map((groupBy) => ({
      ...plain,
      ...year,
      groupBy: groupBy as UsageDimension[],
      page: 3,
    })),
    { ...plain, ...daysOfYear, groupBy: ['environment'], page: 3 },
  ];
}

/** As it stands in the table of results. */
export function nameOf({ from, to, granularity, groupBy, filter, page }: Question): string {
  const filters = Object.entries(filter).map(([name, value]) => `${name}=${value}`);
  const days = Math.round((startOfDay(to) - startOfDay(from)) / DAY_MS) + 1;
  const grouped = groupBy.length === USAGE_DIMENSIONS.length ? 'everything' : groupBy.join(', ') || 'nothing';
  return [`${days} days by ${granularity}`, grouped, ...filters, ...(page === 1 ? [] : [`page ${page}`])].join('; ');
}

export function pathOf({ from, to, granularity, groupBy, filter }: Question, cursor?: string): string {
  const query = new URLSearchParams({ from, to, granularity, groupBy: groupBy.join(','), ...filter });
  if (cursor !== undefined) query.set('cursor', cursor);
  return `/v1/usage?${query}`;
}

const PRODUCT = `case caller ${CALLERS.map((caller) => `when '${caller}' then '${productOf(caller)}'`).join(' ')} end`;
const COLUMNS: Record<string, string> = {
  environment: 'environment_id',
  user: 'user_id',
  resource: 'resource_id',
  product: PRODUCT,
};

/** The same question to daily_usage alone, as it would be asked without any sums that were made before. */
export function plainQuery(
  { cell, tenantId }: { cell: number; tenantId: string },
  { from, to, granularity, groupBy, filter }: Question,
  { limit, offset }: { limit: number; offset: number },
): { text: string; values: unknown[] } {
  const dimensions = [...new Set<UsageDimension>([...groupBy, 'currency'])];
  const values: unknown[] = [cell, tenantId, from, to];
  const conditions = Object.entries(filter).map(
    ([name, value]) => `and (${COLUMNS[name] ?? name})::text = $${values.push(value)}`,
  );
  const columns = dimensions.map(
    (dimension) =>
      `(${COLUMNS[dimension] ?? dimension})${dimension === 'billable' ? '' : '::text collate "C"'} as "${dimension}"`,
  );
  const period = granularity === 'month' ? `to_char(day, 'YYYY-MM')` : 'day::text';
  const order = Array.from({ length: dimensions.length + 1 }, (_, index) => index + 1).join(', ');
  return {
    text: `
      select ${period} as period, ${columns.join(', ')}, sum(credits)::text as credits, sum(units)::text as units, sum(actions)::text as actions
      from daily_usage
      where cell = $1 and tenant_id = $2 and day between $3 and $4 ${conditions.join(' ')}
      group by ${order}
      order by ${order}
      limit ${limit}
      offset ${offset}`,
    values,
  };
}
