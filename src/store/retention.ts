// Retention: activity is kept for so many whole months, by the month in which it was stored (the server's, also of sandboxes), and then
// dropped as a partition. Daily usage, counters, limits, holds and keys stay, so that every figure stays; what is gone is the single
// action. Nobody waits for it: the partition is detached concurrently, and dropped when no query can see it any more.

import pg from 'pg';
import type { Instant, Month } from '../core/month.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { FEWEST_MONTHS_KEPT, firstMonthKept } from '../core/retention.ts';
import { monthOfPartition, partitionOf } from './activity.ts';
import type { Database, Fly } from './database.ts';
import { instantText, monthFrom, monthText, sql } from './sql.ts';
import type { TenantAddress } from './store.ts';

/** Any number that no other program uses for a lock of its own in this database. */
const LOCK = 4_600_008;
/** A backup or a long query that has begun before is waited for; nobody waits meanwhile. What is not done is done at the next run. */
const PATIENCE = '15min';

export interface RetentionRun {
  keepMonths: number;
  clockNow: Instant;
  signal: AbortSignal;
}

/**
 * Drops the partitions of months that are more than `keepMonths` whole months ago, by the server's clock and by that of the database, so
 * that a clock that is wrong drops nothing. Answers the months. May be interrupted anywhere, and goes on at the next call.
 */
export async function dropOldActivity(database: Database, { keepMonths, clockNow, signal }: RetentionRun): Promise<Month[]> {
  if (!(keepMonths >= FEWEST_MONTHS_KEPT)) throw new Error(`at least ${FEWEST_MONTHS_KEPT} months of activity are kept`);
  // Detaching concurrently cannot be part of a transaction, and the lock belongs to a session.
  const client = new pg.Client({
    connectionString: database.url,
    application_name: 'bursar retention',
    connectionTimeoutMillis: 5_000,
    options: `-c timezone=UTC -c lock_timeout=${PATIENCE}`,
  });
  client.on('error', () => {});
  await client.connect();
  const { rows: own } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cancel = () => void database.everywhere.query(sql`select pg_cancel_backend(${own[0]!.pid})`).catch(() => {});
  signal.addEventListener('abort', cancel);
  try {
    const { rows: locked } = await client.query('select pg_try_advisory_lock($1) as ours', [LOCK]);
    if (!locked[0].ours) return [];
    const { rows: clock } = await client.query<{ now: string }>(
      'select (extract(epoch from least(now(), $1::timestamptz)) * 1000)::bigint as now',
      [instantText(clockNow)],
    );
    const dropped: Month[] = [];
    for (const partition of await partitionsBefore(client, firstMonthKept(Number(clock[0]!.now) as Instant, keepMonths))) {
      if (signal.aborted) break;
      try {
        await dropPartition(client, partition);
      } catch (error) {
        if (signal.aborted) break;
        throw error;
      }
      dropped.push(partition.month);
    }
    return dropped;
  } finally {
    signal.removeEventListener('abort', cancel);
    await client.end().catch(() => {});
  }
}

interface Partition {
  month: Month;
  /** `detaching`: its detachment was begun and not finished; `detached`: no longer part of the activity, and not dropped. */
  state: 'attached' | 'detaching' | 'detached';
}

async function partitionsBefore(client: pg.Client, firstKept: Month): Promise<Partition[]> {
  const { rows } = await client.query<{ name: string; state: Partition['state'] }>(`
    select c.relname as name,
      case when i.inhrelid is null then 'detached' when i.inhdetachpending then 'detaching' else 'attached' end as state
    from pg_class c
    left join pg_inherits i on i.inhrelid = c.oid and i.inhparent = 'activity'::regclass
    where c.relkind = 'r' and c.relnamespace = (select relnamespace from pg_class where oid = 'activity'::regclass)
    order by c.relname`);
  return rows.flatMap(({ name, state }) => {
    const month = monthOfPartition(name);
    return month !== null && month < firstKept ? [{ month, state }] : [];
  });
}

async function dropPartition(client: pg.Client, { month, state }: Partition): Promise<void> {
  // Of our own making: digits and underscores.
  const name = partitionOf(month);
  if (state === 'attached') {
    await client.query(tellDropped(name), [monthText(month)]);
    // Waits for whoever has begun to read the activity before; whoever begins after does not see this partition, and waits for nothing.
    await client.query(`alter table activity detach partition ${name} concurrently`);
  }
  if (state === 'detaching') await client.query(`alter table activity detach partition ${name} finalize`);
  await client.query(`drop table ${name}`);
}

/** Said before it is so: a run that ends in between says it again. Where a month is dropped a second time, its clock had gone back. */
function tellDropped(partition: string): string {
  return `
    insert into activity_dropped as d (cell, tenant_id, stored_month, records, first_sequence, last_sequence, first_occurred_at,
      last_occurred_at)
    select cell, tenant_id, $1::date, count(*), min(sequence), max(sequence), min(occurred_at), max(occurred_at)
    from ${partition}
    group by cell, tenant_id
    on conflict (cell, tenant_id, stored_month)
    do update set
      records = case when excluded.first_sequence > d.last_sequence then d.records else 0 end + excluded.records,
      first_sequence = least(d.first_sequence, excluded.first_sequence),
      last_sequence = greatest(d.last_sequence, excluded.last_sequence),
      first_occurred_at = least(d.first_occurred_at, excluded.first_occurred_at),
      last_occurred_at = greatest(d.last_occurred_at, excluded.last_occurred_at)`;
}

/** Refuses `NoLongerKept` where an action stored in one of these months may have been dropped; undefined: none was. */
export async function refuseDropped(
  database: Database,
  { cell, tenantId }: TenantAddress,
  { from, to }: { from: Month; to: Month },
): Promise<Refusal | undefined> {
  const [row] = await database.of({ tenantId }).query(sql`
    select stored_month
    from activity_dropped
    where cell = ${cell} and tenant_id = ${tenantId} and stored_month between ${monthText(from)}::date and ${monthText(to)}::date
    order by stored_month desc
    limit 1`);
  if (!row) return undefined;
  return refuse(
    'NoLongerKept',
    `single actions that were recorded in ${monthFrom(row.stored_month)} are no longer kept here; GET /v1/usage still has what they add up to`,
  );
}

/** The last moment of which an action was dropped; undefined: none was. */
export async function droppedUpTo(fly: Fly, { cell, tenantId }: TenantAddress): Promise<Instant | undefined> {
  const [answer] = await fly([
    sql`
      select max(last_occurred_at) as up_to
      from activity_dropped
      where cell = ${cell} and tenant_id = ${tenantId}`,
  ]);
  return answer!.rows[0]?.up_to ?? undefined;
}
