// Monthly limits (D13) and what counts against them, month by month.

import { type Ledger, limitMonth, type TrackedLimit } from '../core/ledger.ts';
import { LIMIT_SCOPES, type Limit, type LimitScope } from '../core/limit.ts';
import type { Row } from './database.ts';
import { instants, instantText, monthFrom, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { Scope } from './tenant.ts';

export function loadLimits({ cell, tenantIds }: Scope): Query {
  return sql`
    select *
    from monthly_limit
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[])
    order by tenant_id, limit_id`;
}

/** Of the tenant's last month, this one and the next: of no other is anything decided. Named one by one, so that years of them are passed over; a tenant has at most 1,000 limits. */
export function loadLimitMonths({ cell, tenantIds, now }: Scope): Query {
  return sql`
    select m.*
    from tenant t
    cross join lateral (
      select date_trunc('month', coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') as month
    ) this
    cross join lateral (
      values ((this.month - interval '1 month')::date), (this.month::date), ((this.month + interval '1 month')::date)
    ) as wanted (month)
    cross join lateral (
      select * from limit_month m
      where m.cell = ${cell} and m.tenant_id = t.tenant_id and m.month = wanted.month
      limit 1000
    ) m
    where t.cell = ${cell} and t.tenant_id = any(${texts(tenantIds)}::text[])`;
}

const COLUMNS = {
  environmentId: 'environment_id',
  userId: 'user_id',
  resourceId: 'resource_id',
  capability: 'capability',
} as const satisfies Record<(typeof LIMIT_SCOPES)[number], string>;

function limitOf(row: Row): TrackedLimit {
  const scope: LimitScope = {};
  for (const key of LIMIT_SCOPES) if (row[COLUMNS[key]] !== null) scope[key] = row[COLUMNS[key]];
  return {
    id: row.limit_id,
    scope,
    currency: row.currency,
    monthly: row.monthly,
    notifyAtPercent: row.notify_at_percent,
    stop: row.stop,
    createdAt: row.created_at,
    months: new Map(),
    changed: false,
  };
}

export function putLimits(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) ledgers.get(row.tenant_id)?.limits.set(row.limit_id, limitOf(row));
}

/** After `putLimits`. What is there already is kept: it may have been written to since. */
export function putLimitMonths(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) {
    const limit = ledgers.get(row.tenant_id)?.limits.get(row.limit_id);
    const month = monthFrom(row.month);
    if (limit && !limit.months.has(month)) {
      const { consumed, held, noticed } = row;
      Object.assign(limitMonth(limit, month), { consumed, held, noticed });
    }
  }
}

export interface WantedSums {
  tenantId: string;
  limit: Omit<Limit, 'createdAt'>;
}

/**
 * What counts already in the scope of a limit that is set: the usage of this month and the last, and the holds that are open. Such a
 * command is decided in a batch of its own, so that nothing of the batch is missing.
 */
export function loadLimitSums({ cell, now }: Scope, { tenantId, limit }: WantedSums): Query {
  const { environmentId = null, userId = null, resourceId = null, capability = null } = limit.scope;
  return sql`
    with since as (
      select coalesce(sandbox_now, ${instantText(now)}::timestamptz) as now,
        (date_trunc('month', coalesce(sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') - interval '1 month')::date as month,
        -- excludes nothing; without it the planner expects a third of all days
        (date_trunc('month', coalesce(sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') + interval '2 months')::date as until
      from tenant
      where cell = ${cell} and tenant_id = ${tenantId}
    ), counted as (
      select date_trunc('month', u.day)::date as month, u.credits as consumed, 0 as held
      from since
      join daily_usage u on u.cell = ${cell} and u.tenant_id = ${tenantId} and u.day between since.month and since.until
      where u.currency = ${limit.currency}::currency
        and (${environmentId}::text is null or u.environment_id = ${environmentId})
        and (${userId}::text is null or u.user_id = ${userId})
        and (${resourceId}::text is null or u.resource_id = ${resourceId})
        and (${capability}::text is null or u.capability = ${capability})
      union all
      select h.month, 0, h.credits
      from since
      join hold h on h.cell = ${cell} and h.tenant_id = ${tenantId} and h.status = 'open' and h.expires_at > since.now
      where h.currency = ${limit.currency}::currency
        and (${environmentId}::text is null or h.environment_id = ${environmentId})
        and (${userId}::text is null or h.detail -> 'action' ->> 'userId' = ${userId})
        and (${resourceId}::text is null or h.detail -> 'action' -> 'resource' ->> 'id' = ${resourceId})
        and (${capability}::text is null or h.detail -> 'action' ->> 'capability' = ${capability})
    )
    select ${tenantId} as tenant_id, ${limit.id} as limit_id, month, sum(consumed) as consumed, sum(held) as held
    from counted
    group by month`;
}

export function putLimitSums(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) {
    const sums = ledgers.get(row.tenant_id)?.limitSums;
    if (!sums) continue;
    const months = sums.get(row.limit_id) ?? new Map();
    sums.set(row.limit_id, months.set(monthFrom(row.month), { consumed: row.consumed, held: row.held }));
  }
}

export function saveLimits(cell: number, ledgers: readonly Ledger[]): Query[] {
  const deleted = ledgers.flatMap(({ tenantId, deletedLimits }) => [...deletedLimits].map((limitId) => ({ tenantId, limitId })));
  const all = ledgers.flatMap(({ tenantId, limits }) => [...limits.values()].map((limit) => ({ tenantId, limit })));
  const changed = all.filter(({ limit }) => limit.changed);
  const months = all.flatMap(({ tenantId, limit }) =>
    [...limit.months]
      .filter(([, counters]) => counters.changed)
      .map(([month, counters]) => ({ tenantId, limitId: limit.id, month, ...counters })),
  );
  const queries: Query[] = [];
  if (deleted.length > 0) {
    queries.push(sql`
      delete from monthly_limit l
      using unnest(
        ${texts(deleted.map((each) => each.tenantId))}::text[],
        ${texts(deleted.map((each) => each.limitId))}::text[]
      ) as deleted (tenant_id, limit_id)
      where l.cell = ${cell} and l.tenant_id = deleted.tenant_id and l.limit_id = deleted.limit_id`);
  }
  if (changed.length > 0) {
    const column = <T>(of: (limit: TrackedLimit) => T) => changed.map(({ limit }) => of(limit));
    queries.push(sql`
      insert into monthly_limit (cell, tenant_id, limit_id, environment_id, user_id, resource_id, capability, currency, monthly,
        notify_at_percent, stop, created_at)
      select ${cell}, *
      from unnest(
        ${texts(changed.map((each) => each.tenantId))}::text[],
        ${texts(column((limit) => limit.id))}::text[],
        ${texts(column((limit) => limit.scope.environmentId ?? null))}::text[],
        ${texts(column((limit) => limit.scope.userId ?? null))}::text[],
        ${texts(column((limit) => limit.scope.resourceId ?? null))}::text[],
        ${texts(column((limit) => limit.scope.capability ?? null))}::text[],
        ${texts(column((limit) => limit.currency))}::currency[],
        ${scalars(column((limit) => limit.monthly))}::bigint[],
        ${scalars(column((limit) => limit.notifyAtPercent))}::smallint[],
        ${scalars(column((limit) => limit.stop))}::boolean[],
        ${instants(column((limit) => limit.createdAt))}::timestamptz[]
      )
      on conflict (cell, tenant_id, limit_id)
      do update set environment_id = excluded.environment_id, user_id = excluded.user_id, resource_id = excluded.resource_id,
        capability = excluded.capability, currency = excluded.currency, monthly = excluded.monthly,
        notify_at_percent = excluded.notify_at_percent, stop = excluded.stop`);
  }
  if (months.length > 0) {
    queries.push(sql`
      insert into limit_month (cell, tenant_id, limit_id, month, consumed, held, noticed)
      select ${cell}, *
      from unnest(
        ${texts(months.map((each) => each.tenantId))}::text[],
        ${texts(months.map((each) => each.limitId))}::text[],
        ${texts(months.map((each) => monthText(each.month)))}::date[],
        ${scalars(months.map((each) => each.consumed))}::numeric[],
        ${scalars(months.map((each) => each.held))}::numeric[],
        ${scalars(months.map((each) => each.noticed))}::smallint[]
      )
      on conflict (cell, tenant_id, month, limit_id)
      do update set consumed = excluded.consumed, held = excluded.held, noticed = excluded.noticed`);
  }
  return queries;
}
