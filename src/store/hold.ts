// Holds as they are stored: the columns that are looked for, and the rest as the detail of an activity record has it.

import type { Ledger, TrackedHold } from '../core/ledger.ts';
import type { Month } from '../core/month.ts';
import { actionDetail, explanationDetail, explanationFrom, priceDetail, priceFrom } from './activity.ts';
import type { Database, Row } from './database.ts';
import { instants, instantText, monthFrom, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { TenantAddress } from './store.ts';
import type { Scope } from './tenant.ts';

/** Open holds whose time is over: they are expired before anything is decided. */
export function loadDueHolds({ cell, tenantIds, now }: Scope): Query {
  return sql`
    select h.*
    from tenant t
    cross join lateral (select coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) as now offset 0) this
    join hold h on h.cell = ${cell} and h.tenant_id = t.tenant_id and h.status = 'open' and h.expires_at <= this.now
    where t.cell = ${cell} and t.tenant_id = any(${texts(tenantIds)}::text[])`;
}

/** Fails where a hold of the tenants is due: then they must be loaded and expired first. */
export function expectNoDueHolds({ cell, tenantIds, now }: Scope): Query {
  return sql`
    select expect_rows(count(*), 0)
    from tenant t
    cross join lateral (select coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) as now offset 0) this
    join hold h on h.cell = ${cell} and h.tenant_id = t.tenant_id and h.status = 'open' and h.expires_at <= this.now
    where t.cell = ${cell} and t.tenant_id = any(${texts(tenantIds)}::text[])`;
}

/** Open holds that a move of the clock to `until` makes due. */
export function loadOpenHolds(cell: number, wanted: readonly { tenantId: string; until: TrackedHold['expiresAt'] }[]): Query {
  return sql`
    select h.*
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${instants(wanted.map((each) => each.until))}::timestamptz[]
    ) as wanted (tenant_id, until)
    join hold h on h.cell = ${cell} and h.tenant_id = wanted.tenant_id and h.status = 'open' and h.expires_at <= wanted.until`;
}

export function loadHolds(cell: number, wanted: readonly { tenantId: string; holdId: string }[]): Query {
  return sql`
    select h.*
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${texts(wanted.map((each) => each.holdId))}::text[]
    ) as wanted (tenant_id, hold_id)
    cross join lateral (
      select * from hold h
      where h.cell = ${cell} and h.tenant_id = wanted.tenant_id and h.hold_id = wanted.hold_id
      limit 1
    ) h`;
}

/** Tenants of a cell with a real clock that have holds to expire. */
export async function tenantsWithDueHolds(database: Database, cell: number, now: Scope['now']): Promise<string[]> {
  const rows = await database.everywhere.query(sql`
    select distinct t.tenant_id
    from tenant t
    join hold h on h.cell = ${cell} and h.tenant_id = t.tenant_id and h.status = 'open' and h.expires_at <= ${instantText(now)}::timestamptz
    where t.cell = ${cell} and t.sandbox_now is null
    limit 1000`);
  return rows.map((row) => row.tenant_id);
}

export function holdOf(row: Row): TrackedHold {
  const { detail } = row;
  return {
    id: row.hold_id,
    status: row.status,
    action: {
      mode: 'run',
      occurredAt: null,
      m365Copilot: false,
      channel: null,
      startedByAgent: false,
      preview: false,
      recordOnly: false,
      resource: null,
      ...detail.action,
    },
    occurredAt: row.occurred_at,
    month: monthFrom(row.month),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    currency: row.currency,
    credits: row.credits,
    source: row.source,
    entitlementId: row.entitlement_id,
    planId: row.plan_id,
    free: detail.free ?? null,
    inOverage: detail.inOverage ?? false,
    price: priceFrom(detail, detail.action.model),
    explanation: explanationFrom(detail.x),
    capture:
      row.capture_id === null
        ? null
        : {
            usage: row.captured_usage,
            id: row.capture_id,
            sequence: Number(row.capture_sequence),
            storedMonth: monthFrom(row.capture_stored_month),
          },
    changed: false,
  };
}

export function putHolds(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) {
    const ledger = ledgers.get(row.tenant_id);
    if (ledger && !ledger.holds.has(row.hold_id)) ledger.holds.set(row.hold_id, holdOf(row));
  }
}

function detailOf(hold: TrackedHold): string {
  const { environmentId, userId, caller, resource, capability, model, usage, occurredAt } = hold.action;
  return JSON.stringify({
    action: { environmentId, userId, caller, resource, capability, model, usage, occurredAt, ...actionDetail(hold.action) },
    ...priceDetail(hold.price),
    x: explanationDetail(hold.explanation),
    free: hold.free,
    inOverage: hold.inOverage,
  });
}

export function saveHolds(cell: number, ledgers: readonly Ledger[], stored: Month): Query[] {
  const changed = ledgers.flatMap(({ tenantId, holds }) =>
    [...holds.values()].filter((each) => each.changed).map((each) => ({ tenantId, each })),
  );
  if (changed.length === 0) return [];
  const column = <T>(of: (hold: TrackedHold) => T) => changed.map(({ each }) => of(each));
  return [
    sql`
      insert into hold (cell, tenant_id, hold_id, status, environment_id, month, occurred_at, created_at, expires_at, currency, credits,
        source, entitlement_id, plan_id, detail, captured_usage, capture_id, capture_sequence, capture_stored_month)
      select ${cell}, *
      from unnest(
        ${texts(changed.map(({ tenantId }) => tenantId))}::text[],
        ${texts(column((each) => each.id))}::text[],
        ${texts(column((each) => each.status))}::hold_status[],
        ${texts(column((each) => each.action.environmentId))}::text[],
        ${texts(column((each) => monthText(each.month)))}::date[],
        ${instants(column((each) => each.occurredAt))}::timestamptz[],
        ${instants(column((each) => each.createdAt))}::timestamptz[],
        ${instants(column((each) => each.expiresAt))}::timestamptz[],
        ${texts(column((each) => each.currency))}::currency[],
        ${scalars(column((each) => each.credits))}::bigint[],
        ${texts(column((each) => each.source))}::source[],
        ${texts(column((each) => each.entitlementId))}::text[],
        ${texts(column((each) => each.planId))}::text[],
        ${texts(column(detailOf))}::json[],
        ${texts(column((each) => each.capture && JSON.stringify(each.capture.usage)))}::json[],
        ${texts(column((each) => each.capture?.id ?? null))}::uuid[],
        ${scalars(column((each) => each.capture?.sequence ?? null))}::bigint[],
        ${texts(column((each) => each.capture && monthText(each.capture.storedMonth ?? stored)))}::date[]
      )
      on conflict (cell, tenant_id, hold_id)
      do update set status = excluded.status, captured_usage = excluded.captured_usage, capture_id = excluded.capture_id,
        capture_sequence = excluded.capture_sequence, capture_stored_month = excluded.capture_stored_month`,
  ];
}

export async function findHold(
  database: Database,
  { cell, tenantId }: TenantAddress,
  holdId: string,
  now: Scope['now'],
): Promise<TrackedHold | undefined> {
  const [row] = await database.of({ tenantId }).query(sql`
    select h.*, h.status = 'open' and h.expires_at <= coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) as due
    from hold h
    join tenant t on t.cell = ${cell} and t.tenant_id = h.tenant_id
    where h.cell = ${cell} and h.tenant_id = ${tenantId} and h.hold_id = ${holdId}`);
  if (!row) return undefined;
  const hold = holdOf(row);
  return row.due ? { ...hold, status: 'expired' } : hold;
}
