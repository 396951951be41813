// Apps, flows and agents (F7) that were seen in an action or declared, and which flows an app has.

import type { Ledger } from '../core/ledger.ts';
import type { Instant } from '../core/month.ts';
import type { KnownResource, ResourceType } from '../core/resource.ts';
import { SEES_ALL } from '../core/sight.ts';
import { recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { BadCursor, decodeCursor, paged } from './page.ts';
import { instants, type Query, sql, texts } from './sql.ts';
import type { DeclaredResource, Page, PageRequest, ResourceFilter, TenantAddress } from './store.ts';

interface Seen {
  tenantId: string;
  environmentId: string;
  type: ResourceType;
  id: string;
  name: string | null;
  /** Of an app that was only named as the one that has a flow: null. */
  aiAction: 'seen' | null;
  at: Instant;
}

/** Of an app's flows, or a flow's apps, so many are named. */
const MOST_NAMED = 5;

/** Writes what was not known yet, or has another name; the day it was seen last is kept to the day, so that a busy flow is not written each time. */
export function saveResources(cell: number, ledgers: readonly Ledger[]): Query[] {
  const seen = new Map<string, Seen>();
  const links = new Map<string, { tenantId: string; environmentId: string; app: string; flow: string }>();
  const note = (resource: Seen) => {
    const key = `${resource.tenantId} ${resource.environmentId} ${resource.type} ${resource.id}`;
    const before = seen.get(key);
    const aiAction = resource.aiAction ?? before?.aiAction ?? null;
    seen.set(key, { ...resource, name: resource.name ?? before?.name ?? null, aiAction });
  };
  for (const { tenantId, records } of ledgers) {
    for (const { action, recordedAt: at } of records) {
      if (!action.resource) continue;
      const { environmentId } = action;
      const { type, id, name = null, app } = action.resource;
      note({ tenantId, environmentId, type, id, name, aiAction: 'seen', at });
      if (app === undefined) continue;
      note({ tenantId, environmentId, type: 'app', id: app, name: null, aiAction: null, at });
      if (type === 'flow') links.set(`${tenantId} ${environmentId} ${app} ${id}`, { tenantId, environmentId, app, flow: id });
    }
  }
  if (seen.size === 0) return [];
  const inOrder = <T>(all: Map<string, T>) => [...all.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
  const all = inOrder(seen);
  const queries = [
    sql`
      insert into resource (cell, tenant_id, environment_id, type, resource_id, name, ai_action, last_seen_at)
      select ${cell}, *
      from unnest(
        ${texts(all.map((each) => each.tenantId))}::text[],
        ${texts(all.map((each) => each.environmentId))}::text[],
        ${texts(all.map((each) => each.type))}::text[],
        ${texts(all.map((each) => each.id))}::text[],
        ${texts(all.map((each) => each.name))}::text[],
        ${texts(all.map((each) => each.aiAction))}::text[],
        ${instants(all.map((each) => each.at))}::timestamptz[]
      )
      on conflict (cell, tenant_id, environment_id, type, resource_id)
      do update set name = coalesce(excluded.name, resource.name), ai_action = coalesce(excluded.ai_action, resource.ai_action),
        last_seen_at = excluded.last_seen_at
      where coalesce(excluded.name, resource.name) is distinct from resource.name
        or coalesce(excluded.ai_action, resource.ai_action) is distinct from resource.ai_action
        or resource.last_seen_at is null
        or resource.last_seen_at < excluded.last_seen_at - interval '1 day'`,
  ];
  if (links.size > 0) queries.push(saveLinks(cell, inOrder(links)));
  return queries;
}

function saveLinks(
  cell: number,
  links: readonly { tenantId: string; environmentId: string; app: string; flow: string }[],
): Query {
  return sql`
    insert into app_flow (cell, tenant_id, environment_id, app_id, flow_id)
    select ${cell}, *
    from unnest(
      ${texts(links.map((each) => each.tenantId))}::text[],
      ${texts(links.map((each) => each.environmentId))}::text[],
      ${texts(links.map((each) => each.app))}::text[],
      ${texts(links.map((each) => each.flow))}::text[]
    )
    on conflict do nothing`;
}

/** F7: what an administrator knows of a resource; what was seen stays seen. */
export async function declareResource(
  database: Database,
  tenant: TenantAddress,
  { environmentId, type, id, name, aiAction, apps }: DeclaredResource,
): Promise<KnownResource> {
  const { cell, tenantId } = tenant;
  const select = selectResources(tenant, { sight: SEES_ALL, environmentId, type, id }, ['', '', ''], 1);
  return database.of(tenant).transaction(async (fly) => {
    const [before] = await fly([
      select,
      sql`
        insert into resource (cell, tenant_id, environment_id, type, resource_id, name, ai_action)
        values (${cell}, ${tenantId}, ${environmentId}, ${type}, ${id}, ${name}, ${aiAction ? 'declared' : null})
        on conflict (cell, tenant_id, environment_id, type, resource_id)
        do update set name = coalesce(excluded.name, resource.name),
          ai_action = case when resource.ai_action = 'seen' then 'seen' else excluded.ai_action end`,
      sql`
        insert into resource (cell, tenant_id, environment_id, type, resource_id)
        select ${cell}, ${tenantId}, ${environmentId}, 'app', app
        from unnest(${texts(apps)}::text[]) as app
        on conflict do nothing`,
      saveLinks(
        cell,
        apps.map((app) => ({ tenantId, environmentId, app, flow: id })),
      ),
    ]);
    const [found] = await fly([select]);
    const known = resourceOf(found!.rows[0]!);
    const had = before!.rows[0] ? stateOf(resourceOf(before!.rows[0])) : null;
    await fly(recordDone(tenant, { subject: `resource:${type}/${id}`, before: had, after: stateOf(known) }));
    return known;
  });
}

/** What the audit log says of a resource. */
function stateOf({ environmentId, name, aiAction, apps, aiFlows }: KnownResource): object {
  return { environmentId, name, aiAction, apps, aiFlows };
}

function resourceOf(row: Row): KnownResource {
  return {
    type: row.type,
    id: row.resource_id,
    name: row.name,
    environmentId: row.environment_id,
    aiAction: row.ai_action,
    aiFlows: row.ai_flows,
    apps: row.apps,
    lastSeenAt: row.last_seen_at,
  };
}

/** By environment, type and id, after a key; each with the flows or apps that say why it is premium. */
function selectResources(
  { cell, tenantId }: TenantAddress,
  { sight, environmentId, type, id, premium }: ResourceFilter & { id?: string },
  after: readonly [string, string, string],
  limit: number,
): Query {
  const among = sight.environmentIds && texts(sight.environmentIds);
  return sql`
    select r.*, ai_flows.ids as ai_flows, apps.ids as apps
    from resource r
    cross join lateral (
      select coalesce(json_agg(flow_id), '[]') as ids
      from (
        select l.flow_id
        from app_flow l
        join resource f on f.cell = ${cell} and f.tenant_id = l.tenant_id and f.environment_id = l.environment_id
          and f.type = 'flow' and f.resource_id = l.flow_id and f.ai_action is not null
        where l.cell = ${cell} and l.tenant_id = r.tenant_id and l.environment_id = r.environment_id and l.app_id = r.resource_id
          and r.type = 'app'
        order by l.flow_id
        limit ${MOST_NAMED}
      ) as named
    ) as ai_flows
    cross join lateral (
      select coalesce(json_agg(app_id), '[]') as ids
      from (
        select l.app_id
        from app_flow l
        where l.cell = ${cell} and l.tenant_id = r.tenant_id and l.environment_id = r.environment_id and l.flow_id = r.resource_id
          and r.type = 'flow'
        order by l.app_id
        limit ${MOST_NAMED}
      ) as named
    ) as apps
    where r.cell = ${cell} and r.tenant_id = ${tenantId}
      and (r.environment_id, r.type, r.resource_id) > (${after[0]}, ${after[1]}, ${after[2]})
      and (${environmentId ?? null}::text is null or r.environment_id = ${environmentId ?? null})
      and (${among}::text[] is null or r.environment_id = any(${among}::text[]))
      and (${type ?? null}::text is null or r.type = ${type ?? null})
      and (${id ?? null}::text is null or r.resource_id = ${id ?? null})
      and (${premium ?? null}::boolean is null
        or (r.type = 'app' and (r.ai_action is not null or json_array_length(ai_flows.ids) > 0)) = ${premium ?? null})
    order by r.environment_id, r.type, r.resource_id
    limit ${limit}`;
}

/** By environment, type and id. */
export async function listResources(
  database: Database,
  tenant: TenantAddress,
  filter: ResourceFilter,
  page: PageRequest,
): Promise<Page<KnownResource>> {
  const [environment = '', type = '', id] = page.cursor === undefined ? ['', '', ''] : decodeCursor(page.cursor).split('\n');
  if (id === undefined) throw new BadCursor('not a cursor of the resources; use nextCursor of the page before');
  const rows = await database.of(tenant).query(selectResources(tenant, filter, [environment, type, id], page.limit + 1));
  return paged(page, {
    rows: rows.map(resourceOf),
    keyOf: (resource) => `${resource.environmentId}\n${resource.type}\n${resource.id}`,
  });
}
