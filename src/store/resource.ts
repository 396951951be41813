// Apps, flows and agents that were seen in an action (F7): an app with an AI action, or with a flow that has one, is premium; a flow
// with one is not thereby.

import type { Ledger } from '../core/ledger.ts';
import type { Instant } from '../core/month.ts';
import type { Database } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instants, type Query, scalars, sql, texts } from './sql.ts';
import type { Page, PageRequest, SeenResource, TenantAddress } from './store.ts';

interface Seen {
  tenantId: string;
  environmentId: string;
  type: SeenResource['type'];
  id: string;
  name: string | null;
  premium: boolean;
  at: Instant;
}

/** Writes what was not known yet, or has another name; the day it was seen last is kept to the day, so that a busy flow is not written each time. */
export function saveResources(cell: number, ledgers: readonly Ledger[]): Query[] {
  const seen = new Map<string, Seen>();
  const note = (resource: Seen) => {
    const key = `${resource.tenantId} ${resource.environmentId} ${resource.type} ${resource.id}`;
    seen.set(key, { ...resource, name: resource.name ?? seen.get(key)?.name ?? null });
  };
  for (const { tenantId, records } of ledgers) {
    for (const { action, recordedAt: at } of records) {
      if (!action.resource) continue;
      const { environmentId } = action;
      const { type, id, name = null, app } = action.resource;
      note({ tenantId, environmentId, type, id, name, premium: type === 'app', at });
      if (app !== undefined) note({ tenantId, environmentId, type: 'app', id: app, name: null, premium: true, at });
    }
  }
  if (seen.size === 0) return [];
  const all = [...seen.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, resource]) => resource);
  return [
    sql`
      insert into resource (cell, tenant_id, environment_id, type, resource_id, name, premium, last_seen_at)
      select ${cell}, *
      from unnest(
        ${texts(all.map((each) => each.tenantId))}::text[],
        ${texts(all.map((each) => each.environmentId))}::text[],
        ${texts(all.map((each) => each.type))}::text[],
        ${texts(all.map((each) => each.id))}::text[],
        ${texts(all.map((each) => each.name))}::text[],
        ${scalars(all.map((each) => each.premium))}::boolean[],
        ${instants(all.map((each) => each.at))}::timestamptz[]
      )
      on conflict (cell, tenant_id, environment_id, type, resource_id)
      do update set name = coalesce(excluded.name, resource.name), premium = excluded.premium, last_seen_at = excluded.last_seen_at
      where coalesce(excluded.name, resource.name) is distinct from resource.name
        or resource.last_seen_at < excluded.last_seen_at - interval '1 day'`,
  ];
}

export async function listResources(
  database: Database,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<SeenResource>> {
  const rows = await database.query(sql`
    select environment_id, type, resource_id, name, premium, last_seen_at, type || ' ' || resource_id || ' ' || environment_id as key
    from resource
    where cell = ${cell} and tenant_id = ${tenantId} and type || ' ' || resource_id || ' ' || environment_id > ${startAfter(page)}
    order by type || ' ' || resource_id || ' ' || environment_id
    limit ${page.limit + 1}`);
  return paged(page, {
    rows: rows.map((row) => ({
      type: row.type,
      id: row.resource_id,
      name: row.name,
      environmentId: row.environment_id,
      premium: row.premium,
      lastSeenAt: row.last_seen_at,
    })),
    keyOf: (resource) => `${resource.type} ${resource.id} ${resource.environmentId}`,
  });
}
