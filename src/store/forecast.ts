// What forecasts are made from (K2): charged consumption per day and currency, whoever paid, without what users consumed of their trials.

import type { Credits, Currency } from '../core/credits.ts';
import type { DailyConsumption } from '../core/forecast.ts';
import type { Day } from '../core/month.ts';
import { SEES_ALL } from '../core/sight.ts';
import type { Database } from './database.ts';
import type { TenantAddress, UsageQuery, UsageRow } from './store.ts';
import { queryUsage } from './usage-query.ts';

/** Fewer environments are asked one by one, more in one go over all of the tenant's. */
const FEW = 10;

/** Of these environments, each by itself; both days included. From usage that is added up already, where it is. */
export async function environmentConsumption(
  database: Database,
  tenant: TenantAddress,
  environmentIds: readonly string[],
  { from, to }: { from: Day; to: Day },
  onStale: () => void,
): Promise<DailyConsumption[]> {
  const query: UsageQuery = { from, to, granularity: 'day', groupBy: ['environment', 'currency', 'source'], sight: SEES_ALL };
  const wanted = new Set(environmentIds);
  const queries =
    wanted.size > FEW ? [query] : [...wanted].map((environment): UsageQuery => ({ ...query, filter: { environment } }));
  const sums = new Map<string, DailyConsumption & { environmentId: string }>();
  for (const each of queries) {
    for await (const { period, dimensions, credits } of everyRow(database, tenant, each, onStale)) {
      const { currency, source, environment: environmentId } = dimensions as Record<string, string | null>;
      if (currency === null || source === 'trial' || !wanted.has(environmentId!)) continue;
      const key = `${period} ${currency} ${environmentId}`;
      const sum = sums.get(key)?.credits ?? 0n;
      sums.set(key, {
        day: period as Day,
        currency: currency as Currency,
        environmentId: environmentId!,
        credits: (sum + credits) as Credits,
      });
    }
  }
  return [...sums.values()];
}

async function* everyRow(
  database: Database,
  tenant: TenantAddress,
  query: UsageQuery,
  onStale: () => void,
): AsyncGenerator<UsageRow> {
  let cursor: string | undefined;
  do {
    const page = await queryUsage(database, tenant, query, { limit: MOST_ROWS, cursor }, onStale);
    yield* page.value;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
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
      { from, to, granularity: 'day', groupBy: ['currency', 'source'], sight: SEES_ALL },
      { limit: MOST_ROWS, cursor: undefined },
      onStale,
    ),
    environmentConsumption(database, tenant, apart, { from, to }, onStale),
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
