// Sums of daily usage by fewer dimensions, per day and per month, so that a query over a year need not add up millions of rows. They
// are made in the background and are never trusted by themselves: usage_day counts the commits that changed a day, usage_rolled says at
// which count a day or month was added up, and where the two differ a query takes daily_usage instead (usage-query.ts).
//
// A slice is a set of groups of dimensions. They were chosen on a tenant of 10 million actions a year (bench/reports): whatever is asked,
// there is one with about three rows at most for each row of a page, or with few rows altogether.

import { LRUCache } from 'lru-cache';
import type { Database, Row } from './database.ts';
import { isDatabaseError, isTransient } from './database-error.ts';
import { type Query, sql } from './sql.ts';
import { type TenantAddress, Unavailable, type UsageDimension } from './store.ts';

/** Dimensions that are kept or left out together: one tells the others, or they have few values. The currency is always kept. */
export const GROUPS = {
  environment: { bit: 1, columns: ['environment_id'] },
  resource: { bit: 2, columns: ['resource_id'] },
  user: { bit: 4, columns: ['user_id'] },
  what: { bit: 8, columns: ['capability', 'feature', 'model'] },
  how: { bit: 16, columns: ['caller', 'source', 'billable', 'channel'] },
} as const;
export type Group = keyof typeof GROUPS;

/** A set of groups, as the sum of their bits. */
export type Slice = number;

export function sliceOf(groups: Iterable<Group>): Slice {
  let slice = 0;
  for (const group of groups) slice |= GROUPS[group].bit;
  return slice;
}

function groupsOf(slice: Slice) {
  return Object.values(GROUPS).filter(({ bit }) => (slice & bit) !== 0);
}

/** The columns that a slice's rows are told apart by. */
export function columnsOf(slice: Slice): string[] {
  return [...groupsOf(slice).flatMap((group): readonly string[] => group.columns), 'currency'];
}

export const GROUP_OF: Record<Exclude<UsageDimension, 'currency'> | 'channel', Group> = {
  environment: 'environment',
  user: 'user',
  resource: 'resource',
  capability: 'what',
  feature: 'what',
  model: 'what',
  caller: 'how',
  product: 'how',
  source: 'how',
  billable: 'how',
  channel: 'how',
};

const PLACES = sliceOf(['environment', 'resource', 'what', 'how']);
/** As daily_usage, but with bigints, and with indexes that would cost too much in the decision path. */
const EVERYTHING = sliceOf(Object.keys(GROUPS) as Group[]);
const DAY_SLICES: readonly Slice[] = [sliceOf(['what']), sliceOf(['how']), sliceOf(['what', 'how']), PLACES, EVERYTHING];
const MONTH_SLICES: readonly Slice[] = [
  sliceOf(['environment']),
  sliceOf(['user']),
  sliceOf(['what', 'how']),
  PLACES,
  EVERYTHING,
];

/** A tenant with fewer rows of daily usage is answered from them within milliseconds. */
const WORTH_ROLLING = 20_000;
/** The share of the time that adding up may take, so that it never crowds out decisions. */
const MOST_OF_THE_TIME = 0.25;
/** How many tenants are looked at in one go, whether they have changed since they were up to date. */
const TENANTS_AT_ONCE = 100;
const A_MOMENT_MS = 200;
const MOST_REMEMBERED = 50_000;
/** A sum that does not fit a bigint. */
const OUT_OF_RANGE = '22003';
const UNIQUE_VIOLATION = '23505';

interface Period {
  monthly: boolean;
  period: string;
  through: string;
}

/** Days and months that are not added up as they are now, the newest first. The last day is still filling and is left alone. */
function stalePeriods({ cell, tenantId }: TenantAddress, most: number): Query {
  return sql`
    with settled as (
      select day, changes
      from usage_day
      where cell = ${cell} and tenant_id = ${tenantId}
        and day < (select max(day) from usage_day where cell = ${cell} and tenant_id = ${tenantId})
    ), wanted as (
      select true as monthly, date_trunc('month', day::timestamp)::date as period, max(day) as through, sum(changes) as changes
      from settled
      group by 2
      union all
      select false, day, day, changes
      from settled
    )
    select wanted.monthly, wanted.period, wanted.through
    from wanted
    left join usage_rolled r on r.cell = ${cell} and r.tenant_id = ${tenantId} and r.monthly = wanted.monthly and r.period = wanted.period
    where r.changes is distinct from wanted.changes
    order by wanted.monthly desc, wanted.period desc
    limit ${most}`;
}

/** Adds up a period in every slice at once. Identifiers are from above, never from input. */
function addUp({ cell, tenantId }: TenantAddress, { monthly, period, through }: Period): Query {
  const slices = monthly ? MONTH_SLICES : DAY_SLICES;
  const any = slices.reduce((all, slice) => all | slice, 0);
  // grouping() is 0 where the column is in the set.
  const slice = groupsOf(any).map(({ bit, columns }) => `${bit} * (1 - grouping(${columns[0]}))`);
  return {
    text: `
      insert into usage_rollup (cell, tenant_id, monthly, slice, period, number, ${columnsOf(any).join(', ')}, credits, units, actions)
      select $1::smallint, $2::text, $3::boolean, ${slice.join(' + ')}, $4::date, row_number() over (),
        ${columnsOf(any).join(', ')}, sum(credits)::bigint, sum(units)::bigint, sum(actions)::bigint
      from daily_usage
      where cell = $1 and tenant_id = $2 and day between $4 and $5
      group by grouping sets (${slices.map((each) => `(${columnsOf(each).join(', ')})`).join(', ')})`,
    values: [cell, tenantId, monthly, period, through],
  };
}

function forget({ cell, tenantId }: TenantAddress, { monthly, period }: Period): Query {
  return sql`
    delete from usage_rollup
    where cell = ${cell} and tenant_id = ${tenantId} and monthly = ${monthly} and period = ${period}::date
      and slice = any(${`{${[...DAY_SLICES, ...MONTH_SLICES]}}`}::smallint[])`;
}

/** Says what was added up, at which count of changes; `fits` is false where a sum is too large to be kept. */
function stamp({ cell, tenantId }: TenantAddress, { monthly, period, through }: Period, fits: boolean): Query {
  return sql`
    insert into usage_rolled (cell, tenant_id, monthly, period, through, changes, sizes)
    select ${cell}, ${tenantId}, ${monthly}, ${period}::date, ${through}::date, sum(changes), case when ${fits} then (
      select coalesce(jsonb_object_agg(slice, size), '{}')
      from (
        select slice, count(*) as size
        from usage_rollup
        where cell = ${cell} and tenant_id = ${tenantId} and monthly = ${monthly} and period = ${period}::date
        group by slice
      ) as slices
    ) end
    from usage_day
    where cell = ${cell} and tenant_id = ${tenantId} and day between ${period}::date and ${through}::date
    on conflict (cell, tenant_id, monthly, period)
    do update set through = excluded.through, changes = excluded.changes, sizes = excluded.sizes`;
}

/** Adds up one period as of one snapshot; false where another process was at it, or usage came in between that must be counted first. */
async function rollUp(database: Database, tenant: TenantAddress, period: Period): Promise<boolean> {
  const save = (queries: readonly Query[]) =>
    database.everywhere.transaction((fly) =>
      fly([
        sql`set transaction isolation level repeatable read`,
        // All slices are hashed at once rather than sorted for each; on one processor, because decisions need the others. A month of
        // 200,000 rows: 1.05 s on one, before it was 1.7 s on three.
        sql`set local work_mem = '64MB'`,
        sql`set local max_parallel_workers_per_gather = 0`,
        ...queries,
      ]),
    );
  try {
    await save([forget(tenant, period), addUp(tenant, period), stamp(tenant, period, true)]);
    return true;
  } catch (error) {
    if (error instanceof Unavailable && isTransient(error.cause)) return false;
    if (isDatabaseError(error) && error.code === UNIQUE_VIOLATION) return false;
    if (!isDatabaseError(error) || error.code !== OUT_OF_RANGE) throw error;
    await save([forget(tenant, period), stamp(tenant, period, false)]);
    return true;
  }
}

/** Keeps the sums up to date: of tenants that queries have asked for, and of the others in turn. */
export class UsageRollups {
  readonly #database: Database;
  readonly #cells: number;
  /** Tenants whose days are to be looked at, in the order in which they were found. */
  readonly #waiting = new Map<string, TenantAddress>();
  /** The version at which a tenant was found up to date: an idle one costs nothing more. */
  readonly #upToDate = new LRUCache<string, bigint>({ max: MOST_REMEMBERED });
  #next: TenantAddress = { cell: 0, tenantId: '' };
  #restUntil = 0;
  #working: Promise<void> | null = null;
  #closing = false;

  constructor(database: Database, cells: number) {
    this.#database = database;
    this.#cells = cells;
  }

  /** How many tenants are to be looked at. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** A query of this tenant had to do without. */
  ask(tenant: TenantAddress): void {
    if (this.#waiting.size < TENANTS_AT_ONCE) this.#waiting.set(`${tenant.cell} ${tenant.tenantId}`, tenant);
  }

  /** Called again and again; works for a moment, and rests thereafter for longer than it worked. */
  async work(): Promise<void> {
    if (this.#working || this.#closing || performance.now() < this.#restUntil) return;
    const begun = performance.now();
    this.#working = this.#workUntil(begun + A_MOMENT_MS);
    try {
      await this.#working;
    } finally {
      this.#working = null;
      const took = performance.now() - begun;
      this.#restUntil = performance.now() + took * (1 / MOST_OF_THE_TIME - 1);
    }
  }

  async close(): Promise<void> {
    this.#closing = true;
    await this.#working?.catch(() => {});
  }

  /** Brings one tenant up to date, however small. Answers false where it stopped before: closing, out of time, or another process does it. */
  async refresh(tenant: TenantAddress, until = Number.POSITIVE_INFINITY): Promise<boolean> {
    while (!this.#closing) {
      const [period] = await this.#database.everywhere.query<Period & Row>(stalePeriods(tenant, 1));
      if (!period) return true;
      if (performance.now() >= until || !(await rollUp(this.#database, tenant, period))) return false;
    }
    return false;
  }

  async #workUntil(until: number): Promise<void> {
    if (this.#waiting.size === 0) await this.#look();
    for (const [name, tenant] of this.#waiting) {
      if (performance.now() >= until) return;
      this.#waiting.delete(name);
      const version = await this.#versionOf(tenant);
      if (version === undefined) continue;
      if (!(await this.#isWorthIt(tenant)) || (await this.refresh(tenant, until))) this.#upToDate.set(name, version);
      else this.#waiting.set(name, tenant);
    }
  }

  /** The next tenants that have changed since they were up to date, of the next cell that has some; after the last cell from the first one again. */
  async #look(): Promise<void> {
    for (let cells = 0; cells < this.#cells && this.#waiting.size === 0; cells += 1) {
      const { cell, tenantId } = this.#next;
      const rows = await this.#database.everywhere.query(sql`
        select tenant_id, version
        from tenant
        where cell = ${cell} and tenant_id > ${tenantId}
        order by tenant_id
        limit ${TENANTS_AT_ONCE}`);
      for (const row of rows) {
        const name = `${cell} ${row.tenant_id}`;
        if (this.#upToDate.get(name) !== row.version) this.#waiting.set(name, { cell, tenantId: row.tenant_id });
      }
      this.#next =
        rows.length === TENANTS_AT_ONCE
          ? { cell, tenantId: rows.at(-1)!.tenant_id }
          : { cell: (cell + 1) % this.#cells, tenantId: '' };
    }
  }

  async #versionOf({ cell, tenantId }: TenantAddress): Promise<bigint | undefined> {
    const [row] = await this.#database.everywhere.query(
      sql`select version from tenant where cell = ${cell} and tenant_id = ${tenantId}`,
    );
    return row?.version;
  }

  async #isWorthIt({ cell, tenantId }: TenantAddress): Promise<boolean> {
    const rows = await this.#database.everywhere.query(sql`
      select 1 as there
      from daily_usage
      where cell = ${cell} and tenant_id = ${tenantId}
      offset ${WORTH_ROLLING - 1}
      limit 1`);
    return rows.length > 0;
  }
}
