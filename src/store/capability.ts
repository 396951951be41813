// Capabilities that tenants add, version by version (R1).

import type { Ledger, TrackedOwnCapability } from '../core/ledger.ts';
import type { OwnCapability } from '../core/rate-card.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { type Query, scalars, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';
import type { Scope } from './tenant.ts';

/** Every version of the named capabilities: a late action is priced by an older one. */
export function loadCapabilities({ cell }: Scope, wanted: readonly { tenantId: string; capability: string }[]): Query {
  return sql`
    select c.*
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${texts(wanted.map((each) => each.capability))}::text[]
    ) as wanted (tenant_id, capability_id)
    join capability c on c.cell = ${cell} and c.tenant_id = wanted.tenant_id and c.capability_id = wanted.capability_id`;
}

function capabilityOf(row: Row): TrackedOwnCapability {
  return {
    id: row.capability_id,
    name: row.name,
    unit: row.unit,
    from: row.valid_from,
    aiBuilderCredits: row.ai_builder_credits,
    copilotCredits: row.copilot_credits,
    changed: false,
  };
}

/** What is in the ledger already is kept. */
export function putCapabilities(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) {
    const ledger = ledgers.get(row.tenant_id);
    const version = capabilityOf(row);
    const isThere = ledger?.capabilities.some((each) => each.id === version.id && each.from === version.from);
    if (ledger && !isThere) ledger.capabilities.push(version);
  }
}

export function saveCapabilities(cell: number, ledgers: readonly Ledger[]): Query[] {
  const changed = ledgers.flatMap(({ tenantId, capabilities }) =>
    capabilities.filter((each) => each.changed).map((each) => ({ tenantId, ...each })),
  );
  if (changed.length === 0) return [];
  return [
    sql`
      insert into capability (cell, tenant_id, capability_id, valid_from, name, unit, ai_builder_credits, copilot_credits)
      select ${cell}, *
      from unnest(
        ${texts(changed.map((each) => each.tenantId))}::text[],
        ${texts(changed.map((each) => each.id))}::text[],
        ${texts(changed.map((each) => each.from))}::date[],
        ${texts(changed.map((each) => each.name))}::text[],
        ${texts(changed.map((each) => each.unit))}::text[],
        ${scalars(changed.map((each) => each.aiBuilderCredits))}::bigint[],
        ${scalars(changed.map((each) => each.copilotCredits))}::bigint[]
      )
      on conflict (cell, tenant_id, capability_id, valid_from)
      do update set name = excluded.name, unit = excluded.unit,
        ai_builder_credits = excluded.ai_builder_credits, copilot_credits = excluded.copilot_credits`,
  ];
}

/** Every version of every one that the tenant added. */
export async function allCapabilities(database: Database, { cell, tenantId }: TenantAddress): Promise<TrackedOwnCapability[]> {
  const rows = await database.of({ tenantId }).query(sql`
    select *
    from capability
    where cell = ${cell} and tenant_id = ${tenantId}
    order by capability_id, valid_from`);
  return rows.map(capabilityOf);
}

export async function listCapabilities(
  database: Database,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<OwnCapability>> {
  const rows = await database.of({ tenantId }).query(sql`
    select *
    from capability
    where cell = ${cell} and tenant_id = ${tenantId} and capability_id || ' ' || valid_from > ${startAfter(page)}
    order by capability_id || ' ' || valid_from
    limit ${page.limit + 1}`);
  return paged(page, { rows: rows.map(capabilityOf), keyOf: (capability) => `${capability.id} ${capability.from}` });
}
