// Comparing the two views (D9) on the actions of a period: they are read once, in the order in which they happened, in constant memory.

import { setImmediate } from 'node:timers/promises';
import { type Comparison, ViewComparison } from '../core/comparison.ts';
import type { Ledger } from '../core/ledger.ts';
import { DAY_MS, type Day, dayOf, firstDayOf, type Instant, monthOfDay, startOfDay } from '../core/month.ts';
import { type Refusal, refuseField } from '../core/refusal.ts';
import { loadRecords, recordOf } from './activity.ts';
import { lastSequence, sequenceBefore } from './activity-search.ts';
import type { Database } from './database.ts';
import { droppedUpTo } from './retention.ts';
import { instantText, sql } from './sql.ts';
import type { TenantAddress } from './store.ts';

/** About five seconds of work. */
const MOST_ACTIONS = 200_000;
const PART = 2_000;

export interface ComparisonQuery {
  from: Day;
  /** Included. */
  to: Day;
  delayDays: number;
}

/** `ledger` has every environment and entitlement of the tenant. Refuses `InvalidRequest` beyond 200,000 actions. */
export async function compareViews(
  database: Database,
  tenant: TenantAddress,
  ledger: Ledger,
  { from, to, delayDays }: ComparisonQuery,
): Promise<Comparison | Refusal> {
  const begin = startOfDay(firstDayOf(monthOfDay(from)));
  const end = (startOfDay(to) + DAY_MS) as Instant;
  const above = await sequenceBefore(database, tenant, begin, await lastSequence(database, tenant));
  const comparison = new ViewComparison(ledger, { from, delayDays });
  return database.of(tenant).snapshot(async (fly) => {
    const gone = await droppedUpTo(fly, tenant);
    if (gone !== undefined && gone >= begin) {
      const detail = `single actions up to ${dayOf(gone)} are no longer kept; ask from a later month on (the comparison begins on the 1st)`;
      return refuseField('NoLongerKept', '/from', detail);
    }
    // The keys in the order in which it happened; the records follow in parts.
    const [ordered] = await fly([
      sql`
        select sequence, stored_month
        from activity
        where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and sequence > ${above}
          and occurred_at >= ${instantText(begin)} and occurred_at < ${instantText(end)}
        order by occurred_at, sequence
        limit ${MOST_ACTIONS + 1}`,
    ]);
    const keys = ordered!.rows as { sequence: bigint; stored_month: string }[];
    if (keys.length > MOST_ACTIONS) {
      const detail = `more than ${MOST_ACTIONS} actions from ${firstDayOf(monthOfDay(from))} to ${to}; ask for fewer days`;
      return refuseField('InvalidRequest', '/from', detail);
    }
    for (let start = 0; start < keys.length; start += PART) {
      const part = keys.slice(start, start + PART);
      const wanted = part.map(({ sequence, stored_month: storedMonth }) => ({
        tenantId: tenant.tenantId,
        sequence,
        storedMonth,
      }));
      const [loaded] = await fly([loadRecords(tenant.cell, wanted)]);
      const records = new Map(loaded!.rows.map((row) => [row.sequence, row]));
      for (const { sequence } of part) comparison.play(recordOf(records.get(sequence)!));
      // Others are served in between.
      await setImmediate();
    }
    return comparison.result();
  });
}
