// Billing plans and what they were billed, month by month.

import { type BillingPlan, billingPlanMonth, type Ledger } from '../core/ledger.ts';
import type { Month } from '../core/month.ts';
import type { Row } from './database.ts';
import { instants, instantText, monthFrom, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { Scope } from './tenant.ts';

export function loadPlans({ cell, tenantIds }: Scope): Query {
  return sql`
    select *
    from billing_plan
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[])`;
}

/** From the tenant's last month on, or from an earlier one on that is named. */
export function loadPlanMonths({ cell, tenantIds, now }: Scope, since: Month | null): Query {
  return sql`
    select m.*
    from tenant t
    cross join lateral (
      select coalesce(
        ${since && monthText(since)}::date,
        (date_trunc('month', coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') - interval '1 month')::date
      ) as month
      offset 0
    ) since
    join billing_plan_month m on m.cell = ${cell} and m.tenant_id = t.tenant_id and m.month >= since.month
    where t.cell = ${cell} and t.tenant_id = any(${texts(tenantIds)}::text[])`;
}

function planOf(row: Row): BillingPlan {
  return {
    id: row.plan_id,
    name: row.name,
    status: row.status,
    monthlyLimit: row.monthly_limit,
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
    months: new Map(),
    changed: false,
  };
}

export function putPlans(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) ledgers.get(row.tenant_id)?.plans.set(row.plan_id, planOf(row));
}

/** After `putPlans`. What is there already is kept: it may have been written to since. */
export function putPlanMonths(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) {
    const plan = ledgers.get(row.tenant_id)?.plans.get(row.plan_id);
    const month = monthFrom(row.month);
    if (plan && !plan.months.has(month)) Object.assign(billingPlanMonth(plan, month), { consumed: row.consumed, held: row.held });
  }
}

export function savePlans(cell: number, ledgers: readonly Ledger[]): Query[] {
  const plans = ledgers.flatMap(({ tenantId, plans: all }) => [...all.values()].map((plan) => ({ tenantId, plan })));
  const changed = plans.filter(({ plan }) => plan.changed);
  const months = plans.flatMap(({ tenantId, plan }) =>
    [...plan.months]
      .filter(([, counters]) => counters.changed)
      .map(([month, counters]) => ({ tenantId, planId: plan.id, month, ...counters })),
  );
  const queries: Query[] = [];
  if (changed.length > 0) {
    queries.push(sql`
      insert into billing_plan (cell, tenant_id, plan_id, name, status, monthly_limit, created_at, deleted_at)
      select ${cell}, *
      from unnest(
        ${texts(changed.map((each) => each.tenantId))}::text[],
        ${texts(changed.map(({ plan }) => plan.id))}::text[],
        ${texts(changed.map(({ plan }) => plan.name))}::text[],
        ${texts(changed.map(({ plan }) => plan.status))}::text[],
        ${scalars(changed.map(({ plan }) => plan.monthlyLimit))}::bigint[],
        ${instants(changed.map(({ plan }) => plan.createdAt))}::timestamptz[],
        ${instants(changed.map(({ plan }) => plan.deletedAt))}::timestamptz[]
      )
      on conflict (cell, tenant_id, plan_id)
      do update set name = excluded.name, status = excluded.status, monthly_limit = excluded.monthly_limit,
        created_at = excluded.created_at, deleted_at = excluded.deleted_at`);
  }
  if (months.length > 0) {
    queries.push(sql`
      insert into billing_plan_month (cell, tenant_id, plan_id, month, consumed, held)
      select ${cell}, *
      from unnest(
        ${texts(months.map((each) => each.tenantId))}::text[],
        ${texts(months.map((each) => each.planId))}::text[],
        ${texts(months.map((each) => monthText(each.month)))}::date[],
        ${scalars(months.map((each) => each.consumed))}::numeric[],
        ${scalars(months.map((each) => each.held))}::numeric[]
      )
      on conflict (cell, tenant_id, plan_id, month)
      do update set consumed = excluded.consumed, held = excluded.held`);
  }
  return queries;
}
