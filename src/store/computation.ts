// Computations (C2): when each tenant's consumption was computed, and what is computed where it is held back.

import type { Computation, Ledger } from '../core/ledger.ts';
import { type Day, type Instant, parseInstant } from '../core/month.ts';
import type { Database, Row } from './database.ts';
import { BadCursor, paged, startAfter } from './page.ts';
import { instants, instantText, type Query, scalars, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';

/** Prepaid usage by day from a day on: needed only where `computation.delayDays` holds usage back. */
export function loadPrepaidDays(cell: number, tenantIds: readonly string[], from: Day): Query {
  return sql`
    select tenant_id, environment_id, currency, day, sum(credits) as credits
    from daily_usage
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[]) and day >= ${from}::date
      and source in ('allocation', 'pool')
    group by tenant_id, environment_id, currency, day`;
}

export function putPrepaidDays(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const { tenant_id, environment_id: environmentId, currency, day, credits } of rows)
    ledgers.get(tenant_id)?.prepaidDays.push({ environmentId, currency, day, credits });
}

export function saveComputations(cell: number, ledgers: readonly Ledger[]): Query[] {
  const all = ledgers.flatMap(({ tenantId, computations }) => computations.map((each) => ({ tenantId, ...each })));
  if (all.length === 0) return [];
  return [
    sql`
      insert into computation (cell, tenant_id, computed_at, on_demand)
      select ${cell}, *
      from unnest(
        ${texts(all.map((each) => each.tenantId))}::text[],
        ${instants(all.map((each) => each.at))}::timestamptz[],
        ${scalars(all.map((each) => each.onDemand))}::boolean[]
      )
      on conflict (cell, tenant_id, computed_at)
      do update set on_demand = computation.on_demand and excluded.on_demand`,
  ];
}

/** Newest first. */
export async function listComputations(
  database: Database,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<Computation>> {
  const before = parseInstant(startAfter(page));
  if (before === null && page.cursor !== undefined)
    throw new BadCursor('not a cursor of the computations; use nextCursor of the page before');
  const rows = await database.of({ tenantId }).query(sql`
    select computed_at, on_demand
    from computation
    where cell = ${cell} and tenant_id = ${tenantId}
      and (${instantText(before)}::timestamptz is null or computed_at < ${instantText(before)}::timestamptz)
    order by computed_at desc
    limit ${page.limit + 1}`);
  return paged(page, {
    rows: rows.map((row) => ({ at: row.computed_at, onDemand: row.on_demand })),
    keyOf: (computation) => instantText(computation.at),
  });
}

/** Live tenants of a cell that were not computed since `since`. */
export async function tenantsToCompute(database: Database, cell: number, since: Instant): Promise<string[]> {
  const rows = await database.everywhere.query(sql`
    select tenant_id
    from tenant
    where cell = ${cell} and sandbox_now is null and (computed_at is null or computed_at < ${instantText(since)}::timestamptz)
    order by tenant_id`);
  return rows.map((row) => row.tenant_id);
}
