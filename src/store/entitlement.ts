// Entitlements: those that count are loaded for a decision, all of them where buying is judged (E7).

import type { Ledger, TrackedEntitlement } from '../core/ledger.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instants, instantText, type Query, scalars, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';
import type { Scope } from './tenant.ts';

/** Those that can count now or later: ended ones are history, and the decision path does not read history. */
export function loadEntitlements({ cell, tenantIds, now }: Scope): Query {
  return sql`
    select e.*
    from entitlement e
    join tenant t on t.cell = ${cell} and t.tenant_id = e.tenant_id
    where e.cell = ${cell} and e.tenant_id = any(${texts(tenantIds)}::text[])
      and e.ended_at is null
      and (e.ends_on is null or e.ends_on > (coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC')::date)
    order by e.tenant_id, e.created_at, e.entitlement_id`;
}

export function loadAllEntitlements({ cell, tenantIds }: Pick<Scope, 'cell' | 'tenantIds'>): Query {
  return sql`
    select *
    from entitlement
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[])
    order by tenant_id, created_at, entitlement_id`;
}

export function entitlementOf(row: Row): TrackedEntitlement {
  return {
    id: row.entitlement_id,
    product: row.product,
    quantity: Number(row.quantity),
    purchasedOn: row.purchased_on,
    startsOn: row.starts_on,
    endsOn: row.ends_on,
    endedAt: row.ended_at,
    servicePlanEnabled: row.service_plan_enabled,
    createdAt: row.created_at,
    drawn: row.drawn,
    held: row.held,
    changed: false,
  };
}

export function putEntitlements(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) ledgers.get(row.tenant_id)?.entitlements.push(entitlementOf(row));
}

export function saveEntitlements(cell: number, ledgers: readonly Ledger[]): Query[] {
  const changed = ledgers.flatMap(({ tenantId, entitlements }) =>
    entitlements.filter((each) => each.changed).map((each) => ({ tenantId, each })),
  );
  if (changed.length === 0) return [];
  const column = <T>(of: (entitlement: TrackedEntitlement) => T) => changed.map(({ each }) => of(each));
  return [
    sql`
      insert into entitlement (cell, tenant_id, entitlement_id, product, quantity, purchased_on, starts_on, ends_on, ended_at,
        service_plan_enabled, created_at, drawn, held)
      select ${cell}, *
      from unnest(
        ${texts(changed.map(({ tenantId }) => tenantId))}::text[],
        ${texts(column((each) => each.id))}::text[],
        ${texts(column((each) => each.product))}::text[],
        ${scalars(column((each) => each.quantity))}::bigint[],
        ${texts(column((each) => each.purchasedOn))}::date[],
        ${texts(column((each) => each.startsOn))}::date[],
        ${texts(column((each) => each.endsOn))}::date[],
        ${instants(column((each) => each.endedAt))}::timestamptz[],
        ${scalars(column((each) => each.servicePlanEnabled))}::boolean[],
        ${instants(column((each) => each.createdAt))}::timestamptz[],
        ${scalars(column((each) => each.drawn))}::numeric[],
        ${scalars(column((each) => each.held))}::numeric[]
      )
      on conflict (cell, tenant_id, entitlement_id)
      do update set ended_at = excluded.ended_at, drawn = excluded.drawn, held = excluded.held`,
  ];
}

export async function listEntitlements(
  database: Database,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<TrackedEntitlement>> {
  const rows = await database.of({ tenantId }).query(sql`
    select *
    from entitlement
    where cell = ${cell} and tenant_id = ${tenantId} and entitlement_id > ${startAfter(page)}
    order by entitlement_id
    limit ${page.limit + 1}`);
  return paged(page, { rows: rows.map(entitlementOf), keyOf: (entitlement) => entitlement.id });
}
