// Finding activity: by id, newest first in pages, oldest first for a stream. Records are numbered without gaps in the order of their
// commits, so a range of numbers bounds what one request looks at, and a cursor neither skips nor repeats while new ones arrive.

import type { ActivityRecord } from '../core/activity.ts';
import { FUTURE_TOLERANCE_MS } from '../core/catalogue.ts';
import { DAY_MS, type Instant, monthOf } from '../core/month.ts';
import type { Refusal } from '../core/refusal.ts';
import { recordOf } from './activity.ts';
import type { Database } from './database.ts';
import { encodeCursor, sequenceOf } from './page.ts';
import { refuseDropped } from './retention.ts';
import { instantText, monthText, type Query, sql, texts } from './sql.ts';
import type { ActivityFilter, Page, PageRequest, TenantAddress } from './store.ts';

/** The most records that one page looks at: 70 ms where none of them is wanted (measured on 1,000,000 of a tenant). */
export const MOST_LOOKED_AT = 50_000;

/** Records of a range of numbers, `above` and `upTo` as the ends of a half-open interval from below. */
interface Range {
  above: number;
  upTo: number;
  limit: number;
}

// One text for both orders; `$5` and on are the filter, null where there is none.
function searchText(order: 'asc' | 'desc'): string {
  return `
    select *
    from activity
    where cell = $1 and tenant_id = $2 and sequence > $3 and sequence <= $4
      and ($5::text is null or environment_id = $5)
      and ($6::text is null or user_id = $6)
      and ($7::text is null or caller = $7)
      and ($8::text is null or capability = $8)
      and ($9::text is null or model = $9)
      and ($10::text is null or resource_id = $10)
      and ($11::currency is null or currency = $11)
      and ($12::record_status is null or status = $12)
      and ($13::text is null or code = $13)
      and ($14::source is null or source = $14)
      and ($15::boolean is null or (status in ('charged', 'in-overage')) = $15)
      and ($16::timestamptz is null or occurred_at >= $16)
      and ($17::timestamptz is null or occurred_at < $17)
      and ($18::text[] is null or environment_id = any($18))
      and ($19::text is null or user_id = $19)
    order by sequence ${order}
    limit $20`;
}
const SEARCHES = {
  asc: { name: 'activity-oldest-first', text: searchText('asc') },
  desc: { name: 'activity-newest-first', text: searchText('desc') },
} as const;

/** What of a range passes a filter. */
export function searchActivity(
  order: keyof typeof SEARCHES,
  { cell, tenantId }: TenantAddress,
  { above, upTo, limit }: Range,
  filter: ActivityFilter,
): Query {
  return {
    ...SEARCHES[order],
    values: [
      cell,
      tenantId,
      above,
      upTo,
      filter.environmentId ?? null,
      filter.userId ?? null,
      filter.caller ?? null,
      filter.capability ?? null,
      filter.model ?? null,
      filter.resourceId ?? null,
      filter.currency ?? null,
      filter.status ?? null,
      filter.code ?? null,
      filter.source ?? null,
      filter.billable ?? null,
      instantText(filter.from ?? null),
      instantText(filter.to ?? null),
      filter.sight.environmentIds && texts(filter.sight.environmentIds),
      filter.sight.userId,
      limit,
    ],
  };
}

/** Newest first. A page that looked at `MOST_LOOKED_AT` records ends there, also where it is empty, and says where the next one begins. */
export async function listActivity(
  database: Database,
  tenant: TenantAddress,
  filter: ActivityFilter,
  page: PageRequest,
): Promise<Page<ActivityRecord>> {
  const upTo = page.cursor === undefined ? await lastSequence(database, tenant) : sequenceOf(page.cursor, 'activity') - 1;
  const floor = filter.from === undefined ? 0 : await sequenceBefore(database, tenant, filter.from, upTo);
  const above = Math.max(floor, upTo - MOST_LOOKED_AT);
  const rows = await database.of(tenant).query(searchActivity('desc', tenant, { above, upTo, limit: page.limit + 1 }, filter));
  const value = rows.slice(0, page.limit).map(recordOf);
  if (rows.length > page.limit) return { value, nextCursor: encodeCursor(String(value.at(-1)!.sequence)) };
  const more = above > floor && (await hasActivity(database, tenant, above));
  return more ? { value, nextCursor: encodeCursor(String(above + 1)) } : { value };
}

export async function lastSequence(database: Database, { cell, tenantId }: TenantAddress): Promise<number> {
  const [row] = await database.of({ tenantId }).query(sql`
    select sequence
    from tenant
    where cell = ${cell} and tenant_id = ${tenantId}`);
  return Number(row?.sequence ?? 0);
}

/** Whether there is any record of this number or a lower one: what is older than the retention is gone. */
async function hasActivity(database: Database, { cell, tenantId }: TenantAddress, sequence: number): Promise<boolean> {
  const rows = await database.of({ tenantId }).query(sql`
    select 1 as found
    from activity
    where cell = ${cell} and tenant_id = ${tenantId} and sequence <= ${sequence}
    order by sequence desc
    limit 1`);
  return rows.length > 0;
}

/**
 * The highest number whose record, and every one before it, happened before `from`. Record time never goes back (I9), and nothing
 * happens more than five minutes after it was recorded, so halving finds it: 20 look-ups by key for 1,000,000 records, 1 ms.
 */
export async function sequenceBefore(
  database: Database,
  { cell, tenantId }: TenantAddress,
  from: Instant,
  upTo: number,
): Promise<number> {
  const recordedBefore = instantText((from - FUTURE_TOLERANCE_MS) as Instant);
  const [row] = await database.of({ tenantId }).query(sql`
    with recursive halving (before, after) as (
      select 0::bigint, ${upTo}::bigint + 1
      union all
      select case when middle.is_before then middle.sequence else before end,
        case when middle.is_before then after else middle.sequence end
      from halving
      cross join lateral (
        select (before + after) / 2 as sequence,
          -- what is gone is older than anything that is there
          coalesce((
            select recorded_at < ${recordedBefore}::timestamptz
            from activity
            where cell = ${cell} and tenant_id = ${tenantId} and sequence = (before + after) / 2
            limit 1
          ), true) as is_before
      ) as middle
      where after - before > 1
    )
    select max(before) as sequence
    from halving`);
  return Number(row!.sequence);
}

const UUID_7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * The record of this id; undefined: there is none in this tenant. Its id says when it was made, so one or two partitions are asked.
 * Refuses `NoLongerKept` where it may have been dropped.
 */
export async function findActivity(
  database: Database,
  { cell, tenantId }: TenantAddress,
  id: string,
): Promise<ActivityRecord | Refusal | undefined> {
  const parts = UUID_7.exec(id);
  if (!parts) return undefined;
  const madeAt = Number.parseInt(`${parts[1]}${parts[2]}`, 16);
  if (madeAt > Date.UTC(9999, 0)) return undefined;
  const month = (instant: number) => monthOf(Math.max(0, instant) as Instant);
  const [from, to] = [month(madeAt - DAY_MS), month(madeAt + DAY_MS)];
  const [row] = await database.of({ tenantId }).query(sql`
    select *
    from activity
    where cell = ${cell} and tenant_id = ${tenantId} and id = ${id}
      and stored_month between ${monthText(from)}::date and ${monthText(to)}::date`);
  return row ? recordOf(row) : refuseDropped(database, { cell, tenantId }, { from, to });
}
