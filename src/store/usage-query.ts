// Usage queries (C4): sums by period and any dimensions, exact at every moment. In one snapshot it is read which months and days are
// added up as they are now; those are taken from the smallest slice that tells what is asked (usage-rollup.ts), every other day, the
// last one always, from daily_usage. Rows are in the order of their periods, so a page is read period by period until it is full: what
// has many rows needs few periods of a fine slice, what has few rows needs all periods of a coarse one.

import { CALLERS, productOf } from '../core/action.ts';
import type { Credits } from '../core/credits.ts';
import { type Day, firstDayOf, monthOfDay, parseDay } from '../core/month.ts';
import type { Database, Fly } from './database.ts';
import { BadCursor, decodeCursor, encodeCursor } from './page.ts';
import { type Parameter, type Query, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress, UsageDimension, UsageFilter, UsageQuery, UsageRow } from './store.ts';
import { columnsOf, GROUP_OF, type Slice, sliceOf } from './usage-rollup.ts';

/** Each dimension's expression; `product` follows from the caller (C4). Identifiers come from here, never from input. */
const EXPRESSIONS: Record<UsageDimension | 'channel', string> = {
  environment: 'environment_id',
  user: 'user_id',
  caller: 'caller',
  resource: 'resource_id',
  product: `case caller ${CALLERS.map((caller) => `when '${caller}' then '${productOf(caller)}'`).join(' ')} end collate "C"`,
  feature: 'feature',
  capability: 'capability',
  model: 'model',
  currency: 'currency',
  source: 'source',
  billable: 'billable',
  channel: 'channel',
};
/** Rows are sorted by texts. An enumeration is grouped as it is; that of currencies is in the order of their names, so that it may sort, too. */
const TEXTS: Partial<Record<UsageDimension, string>> = {
  currency: 'currency::text collate "C"',
  source: 'source::text collate "C"',
};
const SORTED: Partial<Record<UsageDimension, string>> = { source: TEXTS.source! };

/** Dimensions with more values than a few dozen. */
const MANY: ReadonlySet<UsageDimension> = new Set(['environment', 'user', 'resource']);

/** Months whose days are all added up, and days apart from them. */
interface Piece {
  /** As it is answered and sorted: a day, or the first of a month. */
  period: Day;
  month: boolean;
  rolledDays: Day[];
  days: Day[];
  /** About so many rows are to be read. */
  rows: number;
}

interface Plan {
  pieces: Piece[];
  monthSlice: Slice | null;
  daySlice: Slice | null;
  /** Whether days were found that could have been added up before. */
  stale: boolean;
}

type Sizes = Record<string, number>;

/** The fewest and the first rows to read: they take some milliseconds, and tell how many of them a page needs. */
const FEWEST_TO_READ = 4_000;
const READ_FOR_ONE_AT_FIRST = 1.5;
const MOST_GROWTH = 16;
/** What a day of daily_usage is taken for: nothing is known of it. */
const ROWS_OF_A_DAY = 5_000;

/** Rows of one page, sorted by period, then the dimensions in the order asked for, then the currency. `onStale` hears of days that were not added up. */
export async function queryUsage(
  database: Database,
  tenant: TenantAddress,
  query: UsageQuery,
  page: PageRequest,
  onStale: () => void,
): Promise<Page<UsageRow>> {
  const dimensions = [...new Set<UsageDimension>([...query.groupBy, 'currency'])];
  const after = page.cursor === undefined ? null : readCursor(page.cursor, query, dimensions);
  const rows: string[][] = [];
  await database.of(tenant).snapshot(async (fly) => {
    const plan = await planOf(
      fly,
      tenant,
      { ...query, from: after && after[0]! > query.from ? (after[0] as Day) : query.from },
      dimensions,
    );
    if (plan.stale) onStale();
    let left = plan.pieces;
    // How many rows were read for a row of the answer; of months and of days apart, because their slices differ.
    const readForOne = new Map<boolean, number>();
    let toRead = FEWEST_TO_READ;
    while (left.length > 0 && rows.length <= page.limit) {
      const { month } = left[0]!;
      const missing = page.limit + 1 - rows.length;
      const wanted = missing * (readForOne.get(month) ?? READ_FOR_ONE_AT_FIRST);
      const pieces = firstPieces(left, Math.max(FEWEST_TO_READ, Math.min(wanted, toRead * MOST_GROWTH)));
      const place = pieces[0]!.period === after?.[0] ? after : null;
      const [found] = await fly([sumsOf(tenant, query, dimensions, { ...plan, pieces }, place, missing)]);
      const some = found!.rows as unknown as string[][];
      for (const row of some) rows.push(row);
      left = left.slice(pieces.length);
      toRead = pieces.reduce((sum, piece) => sum + piece.rows, 0);
      readForOne.set(month, toRead / Math.max(1, some.length));
    }
  });
  const value = rows.slice(0, page.limit).map((row) => usageRow(row, dimensions, query.granularity));
  if (rows.length <= page.limit) return { value };
  return {
    value,
    nextCursor: encodeCursor(
      JSON.stringify([...keyOf(query, dimensions), ...rows[page.limit - 1]!.slice(0, dimensions.length + 1)]),
    ),
  };
}

function usageRow(
  row: readonly unknown[],
  dimensions: readonly UsageDimension[],
  granularity: UsageQuery['granularity'],
): UsageRow {
  const told: UsageRow['dimensions'] = {};
  for (const [index, dimension] of dimensions.entries()) told[dimension] = row[index + 1] as string | boolean | null;
  const sums = dimensions.length + 1;
  const period = row[0] as string;
  return {
    period: granularity === 'month' ? period.slice(0, 7) : period,
    dimensions: told,
    credits: row[sums] as Credits,
    units: Number(row[sums + 1]),
    actions: Number(row[sums + 2]),
  };
}

/** What a cursor belongs to: with other dimensions its place means nothing. */
function keyOf({ granularity }: UsageQuery, dimensions: readonly UsageDimension[]): string[] {
  return [granularity, dimensions.join(',')];
}

/** The period and the values of the dimensions after which the page starts. */
function readCursor(cursor: string, query: UsageQuery, dimensions: readonly UsageDimension[]): (string | boolean | null)[] {
  const wrong = new BadCursor(
    'not a cursor of this query; use nextCursor of the page before with the same granularity and groupBy',
  );
  let read: unknown;
  try {
    read = JSON.parse(decodeCursor(cursor));
  } catch {
    throw wrong;
  }
  if (!Array.isArray(read)) throw wrong;
  const key = keyOf(query, dimensions);
  const place = read.slice(key.length);
  const fits = place.every(
    (value, index) => value === null || typeof value === (dimensions[index - 1] === 'billable' ? 'boolean' : 'string'),
  );
  if (key.some((part, index) => part !== read[index]) || place.length !== dimensions.length + 1 || !fits) throw wrong;
  if (typeof place[0] !== 'string' || parseDay(place[0]) === null) throw wrong;
  if (place.some((value) => typeof value === 'string' && value.includes('\0'))) throw wrong;
  return place;
}

/** Whether a slice's rows are apart by these dimensions and no others. */
function tellsJust(slice: Slice, dimensions: readonly UsageDimension[]): boolean {
  const asked = new Set(dimensions.map((dimension) => EXPRESSIONS[dimension]));
  return columnsOf(slice).every((column) => asked.has(column));
}

/** Reads what is added up as it is now, and says where each period of the query is to be read. */
async function planOf(
  fly: Fly,
  { cell, tenantId }: TenantAddress,
  { from, to, granularity, filter, sight }: UsageQuery,
  dimensions: readonly UsageDimension[],
): Promise<Plan> {
  const [, found] = await fly([
    // What is read at once is added up in memory.
    sql`set local work_mem = '32MB'`,
    // Months only where all of their days that are added up are asked for; days that no month covers; sizes are null where they are not current.
    sql`
      with months as (
        select true as monthly, r.period, r.through, r.sizes
        from usage_rolled r
        where r.cell = ${cell} and r.tenant_id = ${tenantId} and r.monthly and ${granularity} = 'month'
          and r.period >= ${from}::date and r.through <= ${to}::date and r.sizes is not null
          and r.changes = (
            select sum(d.changes)
            from usage_day d
            where d.cell = ${cell} and d.tenant_id = ${tenantId} and d.day between r.period and r.through
          )
      )
      select *, false as last
      from months
      union all
      select false, d.day, d.day, r.sizes, d.day = (select max(day) from usage_day where cell = ${cell} and tenant_id = ${tenantId})
      from usage_day d
      left join usage_rolled r
        on r.cell = ${cell} and r.tenant_id = ${tenantId} and not r.monthly and r.period = d.day and r.changes = d.changes
      where d.cell = ${cell} and d.tenant_id = ${tenantId} and d.day between ${from}::date and ${to}::date
        and not exists (select from months m where d.day between m.period and m.through)
      order by period, monthly desc`,
  ]);
  const rows = found!.rows as { monthly: boolean; period: Day; sizes: Sizes | null; last: boolean }[];
  const seenBy: UsageDimension[] = [
    ...(sight.environmentIds ? (['environment'] as const) : []),
    ...(sight.userId === null ? [] : (['user'] as const)),
  ];
  const told = [...dimensions, ...(Object.keys(filter ?? {}) as (keyof UsageFilter)[]), ...seenBy];
  const wanted = sliceOf(told.flatMap((each) => (each === 'currency' ? [] : GROUP_OF[each])));
  const monthSlice = smallestSlice(
    wanted,
    rows.filter((row) => row.monthly),
  );
  const daySlice = smallestSlice(
    wanted,
    rows.filter((row) => !row.monthly),
  );
  const pieces: Piece[] = [];
  for (const { monthly, period: day, sizes } of rows) {
    const period = granularity === 'month' ? firstDayOf(monthOfDay(day)) : day;
    let piece = pieces.at(-1);
    if (piece?.period !== period) {
      piece = { period, month: false, rolledDays: [], days: [], rows: 0 };
      pieces.push(piece);
    }
    if (monthly) {
      piece.month = true;
      piece.rows += sizes?.[monthSlice!] ?? 0;
    } else if (sizes && daySlice !== null) {
      piece.rolledDays.push(day);
      piece.rows += sizes[daySlice] ?? 0;
    } else {
      piece.days.push(day);
      piece.rows += ROWS_OF_A_DAY;
    }
  }
  return { pieces, monthSlice, daySlice, stale: rows.some((row) => row.sizes === null && !row.last) };
}

/** The slice with the fewest rows of those that tell what is wanted; null: there is none. */
function smallestSlice(wanted: Slice, periods: readonly { sizes: Sizes | null }[]): Slice | null {
  const totals = new Map<Slice, number>();
  for (const { sizes } of periods) {
    for (const [slice, size] of Object.entries(sizes ?? {})) {
      if ((Number(slice) & wanted) === wanted) totals.set(Number(slice), (totals.get(Number(slice)) ?? 0) + size);
    }
  }
  return [...totals].sort(([, a], [, b]) => a - b)[0]?.[0] ?? null;
}

/** The first pieces, all months or all days, with about so many rows: one at least. */
function firstPieces(pieces: readonly Piece[], rows: number): Piece[] {
  let total = 0;
  const tooFar = pieces.findIndex((piece) => {
    total += piece.rows;
    return total > rows || piece.month !== pieces[0]!.month;
  });
  return tooFar === -1 ? [...pieces] : pieces.slice(0, Math.max(1, tooFar));
}

/** The sums of some periods, as arrays: period, dimensions, credits, units, actions. */
function sumsOf(
  { cell, tenantId }: TenantAddress,
  { granularity, filter = {}, sight }: UsageQuery,
  dimensions: readonly UsageDimension[],
  { pieces, monthSlice, daySlice }: Plan,
  after: readonly (string | boolean | null)[] | null,
  limit: number,
): Query & { rowMode: 'array' } {
  const values: Parameter[] = [cell, tenantId];
  const value = (given: Parameter) => `$${values.push(given)}`;
  const dates = (days: readonly Day[]) => `${value(`{${days}}`)}::date[]`;
  const filters = Object.entries(filter)
    .map(([name, wanted]) => ` and ${conditionOf(name as keyof UsageFilter, wanted, value)}`)
    .concat(sight.environmentIds ? ` and environment_id = any(${value(texts(sight.environmentIds))}::text[])` : [])
    .concat(sight.userId === null ? [] : ` and user_id = ${value(sight.userId)}::text`)
    .join('');
  const named = dimensions.map((dimension) => `${EXPRESSIONS[dimension]} as "${dimension}"`).join(', ');
  const periodOf = (day: string) => (granularity === 'month' ? `date_trunc('month', ${day}::timestamp)::date` : day);
  const months = pieces.filter((piece) => piece.month).map((piece) => piece.period);
  const rolledDays = pieces.flatMap((piece) => piece.rolledDays);
  const days = pieces.flatMap((piece) => piece.days);
  const parts: string[] = [];
  const fromRollup = (monthly: boolean, slice: Slice, periods: readonly Day[]) => `
      select ${monthly ? 'period' : periodOf('period')} as period, ${named}, credits, units, actions
      from usage_rollup
      where cell = $1 and tenant_id = $2 and monthly = ${monthly} and slice = ${value(slice)}::smallint and period = any(${dates(periods)})${filters}`;
  if (months.length > 0) parts.push(fromRollup(true, monthSlice!, months));
  if (rolledDays.length > 0) parts.push(fromRollup(false, daySlice!, rolledDays));
  if (days.length > 0) {
    parts.push(`
      select ${periodOf('day')} as period, ${named}, credits, units, actions
      from (
        select day, environment_id, user_id, caller collate "C" as caller, resource_id, feature collate "C" as feature,
          capability collate "C" as capability, model collate "C" as model, currency, source, billable, channel collate "C" as channel,
          credits, units, actions
        from daily_usage
        where cell = $1 and tenant_id = $2 and day = any(${dates(days)})
      ) as daily_usage
      where true${filters}`);
  }
  const groups = ['period', ...dimensions.map((dimension) => `"${dimension}"`)].join(', ');
  const isBehind = after === null ? '' : `\n    where ${isAfter(dimensions, after, value)}`;
  const summed = (part: string) => `
    select ${groups}, sum(credits) as credits, sum(units) as units, sum(actions) as actions
    from (${part}
    ) as usage${isBehind}
    group by ${groups}`;
  // A slice that tells just what is asked is the answer.
  const single = parts.length === 1 ? parts[0] : undefined;
  const isAnswer =
    single !== undefined &&
    ((months.length > 0 && tellsJust(monthSlice!, dimensions)) ||
      (rolledDays.length > 0 && granularity === 'day' && tellsJust(daySlice!, dimensions)));
  // Each part is added up by itself: together with the numerics of daily_usage, the rollups' bigints would be numerics, too.
  const sums = isAnswer
    ? `
    select *
    from (${single}
    ) as usage${isBehind}`
    : single !== undefined
      ? summed(single)
      : `
    select ${groups}, sum(credits) as credits, sum(units) as units, sum(actions) as actions
    from (${parts.map(summed).join('\n    union all')}
    ) as parts
    group by ${groups}`;
  // Where many rows come to few, they are hashed; where they come to more than a page, sorting them first lets the limit end the work.
  const comeToFew = !dimensions.some((dimension) => MANY.has(dimension));
  return {
    text: `
  with sums as ${comeToFew ? 'materialized ' : ''}(${sums}
  )
  select *
  from sums
  order by ${['period', ...dimensions.map((dimension) => SORTED[dimension] ?? `"${dimension}"`)].join(', ')}
  limit ${value(limit)}`,
    values,
    rowMode: 'array',
  };
}

function conditionOf(name: keyof UsageFilter, wanted: string | boolean, value: (given: Parameter) => string): string {
  switch (name) {
    case 'product':
      return `caller = any(${value(`{${CALLERS.filter((caller) => productOf(caller) === wanted)}}`)}::text[])`;
    case 'currency':
      return `currency = ${value(wanted)}::currency`;
    case 'source':
      return `source = ${value(wanted)}::source`;
    case 'billable':
      return `billable = ${value(wanted)}::boolean`;
    default:
      return `${EXPRESSIONS[name]} = ${value(wanted)}::text`;
  }
}

/** Behind the place of a cursor, in the order of the rows: nothing (null) is behind everything. */
function isAfter(
  dimensions: readonly UsageDimension[],
  [period, ...place]: readonly (string | boolean | null)[],
  value: (given: Parameter) => string,
): string {
  const here = ['period'];
  const there = [`${value(period!)}::date`];
  for (const [index, dimension] of dimensions.entries()) {
    const given = place[index] ?? null;
    here.push(`"${dimension}" is null`);
    there.push(given === null ? 'true' : 'false');
    here.push(dimension === 'billable' ? 'coalesce("billable", false)' : `coalesce(${TEXTS[dimension] ?? `"${dimension}"`}, '')`);
    there.push(dimension === 'billable' ? `${value(given ?? false)}::boolean` : `${value(given ?? '')}::text`);
  }
  return `(${here.join(', ')}) > (${there.join(', ')})`;
}
