// What forecasts are made from (K2): charged consumption per day and currency, whoever paid, without what users consumed of their trials.

import type { Credits, Currency } from '../core/credits.ts';
import type { DailyConsumption } from '../core/forecast.ts';
import type { Day } from '../core/month.ts';
import type { Database } from './database.ts';
import { sql, texts } from './sql.ts';
import type { TenantAddress } from './store.ts';
import { queryUsage } from './usage-query.ts';

/** Of these environments, each by itself; both days included. Read by the index of environments. */
export async function environmentConsumption(
  database: Database,
  { cell, tenantId }: TenantAddress,
  environmentIds: readonly string[],
  { from, to }: { from: Day; to: Day },
): Promise<DailyConsumption[]> {
  if (environmentIds.length === 0) return [];
  const rows = await database.query(sql`
    select day, currency::text as currency, environment_id, sum(credits) as credits
    from daily_usage
    where cell = ${cell} and tenant_id = ${tenantId} and environment_id = any(${texts(environmentIds)}::text[])
      and day between ${from}::date and ${to}::date
      and currency is not null and source is distinct from 'trial'
    group by day, currency, environment_id`);
  return rows.map((row) => ({
    day: row.day,
    currency: row.currency as Currency,
    environmentId: row.environment_id,
    credits: row.credits,
  }));
}

// Currencies × sources × days of four months are fewer.
const MOST_ROWS = 10_000;

/**
 * Of the tenant: the environments that are named each by itself, all others added up. The sum over all comes from usage that is added up
 * already, so that only those apart are read one by one.
 */
export async function tenantConsumption(
  database: Database,
  tenant: TenantAddress,
  apart: readonly string[],
  { from, to }: { from: Day; to: Day },
  onStale: () => void,
): Promise<DailyConsumption[]> {
  const [ofAll, ofThose] = await Promise.all([
    queryUsage(
      database,
      tenant,
      { from, to, granularity: 'day', groupBy: ['currency', 'source'] },
      { limit: MOST_ROWS, cursor: undefined },
      onStale,
    ),
    environmentConsumption(database, tenant, apart, { from, to }),
  ]);
  const others = new Map<string, { day: Day; currency: Currency; credits: bigint }>();
  for (const { period, dimensions, credits } of ofAll.value) {
    if (dimensions.currency === null || dimensions.source === 'trial') continue;
    const currency = dimensions.currency as Currency;
    const key = `${period} ${currency}`;
    others.set(key, { day: period as Day, currency, credits: (others.get(key)?.credits ?? 0n) + credits });
  }
  for (const { day, currency, credits } of ofThose) {
    const rest = others.get(`${day} ${currency}`);
    if (rest) rest.credits -= credits;
  }
  // The two are read one after the other: what was recorded between is not taken for less than nothing.
  const ofOthers = [...others.values()].filter((each) => each.credits > 0n);
  return [...ofThose, ...ofOthers.map((each) => ({ ...each, environmentId: null, credits: each.credits as Credits }))];
}
