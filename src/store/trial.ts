// Trials and extensions (X1–X3). No live tenant has any: they are of sandboxes whose clock is before 2025-11-01.

import type { Ledger, TrackedTrial } from '../core/ledger.ts';
import type { Sight } from '../core/sight.ts';
import type { Extension } from '../core/trial.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instants, monthFrom, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';
import type { Scope } from './tenant.ts';

export function loadTrials({ cell, tenantIds }: Scope): Query {
  return sql`
    select *
    from trial
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[])`;
}

function trialOf(row: Row): TrackedTrial {
  return {
    userId: row.user_id,
    startedAt: row.started_at,
    startsAt: row.starts_at,
    endsAt: row.ends_at,
    extended: row.extended,
    consumed: row.consumed,
    consumedBefore: row.consumed_before,
    held: row.held,
    changed: false,
  };
}

export function putTrials(ledgers: ReadonlyMap<string, Ledger>, rows: readonly Row[]): void {
  for (const row of rows) ledgers.get(row.tenant_id)?.trials.set(row.user_id, trialOf(row));
}

export function saveTrials(cell: number, ledgers: readonly Ledger[]): Query[] {
  const trials = ledgers.flatMap(({ tenantId, trials: all }) =>
    [...all.values()].filter((trial) => trial.changed).map((trial) => ({ tenantId, ...trial })),
  );
  const extensions = ledgers.flatMap(({ tenantId, extensions: all }) => all.map((extension) => ({ tenantId, ...extension })));
  const queries: Query[] = [];
  if (trials.length > 0) {
    queries.push(sql`
      insert into trial (cell, tenant_id, user_id, started_at, starts_at, ends_at, extended, consumed, consumed_before, held)
      select ${cell}, *
      from unnest(
        ${texts(trials.map((each) => each.tenantId))}::text[],
        ${texts(trials.map((each) => each.userId))}::text[],
        ${instants(trials.map((each) => each.startedAt))}::timestamptz[],
        ${instants(trials.map((each) => each.startsAt))}::timestamptz[],
        ${instants(trials.map((each) => each.endsAt))}::timestamptz[],
        ${scalars(trials.map((each) => each.extended))}::boolean[],
        ${scalars(trials.map((each) => each.consumed))}::numeric[],
        ${scalars(trials.map((each) => each.consumedBefore))}::numeric[],
        ${scalars(trials.map((each) => each.held))}::numeric[]
      )
      on conflict (cell, tenant_id, user_id)
      do update set starts_at = excluded.starts_at, ends_at = excluded.ends_at, extended = excluded.extended,
        consumed = excluded.consumed, consumed_before = excluded.consumed_before, held = excluded.held`);
  }
  if (extensions.length > 0) {
    queries.push(sql`
      insert into extension (cell, tenant_id, extension_id, month, credits, created_at)
      select ${cell}, *
      from unnest(
        ${texts(extensions.map((each) => each.tenantId))}::text[],
        ${texts(extensions.map((each) => each.id))}::text[],
        ${texts(extensions.map((each) => monthText(each.month)))}::date[],
        ${scalars(extensions.map((each) => each.credits))}::bigint[],
        ${instants(extensions.map((each) => each.createdAt))}::timestamptz[]
      )`);
  }
  return queries;
}

export async function listTrials(
  database: Database,
  { cell, tenantId }: TenantAddress,
  { userId }: Sight,
  page: PageRequest,
): Promise<Page<TrackedTrial>> {
  const rows = await database.of({ tenantId }).query(sql`
    select *
    from trial
    where cell = ${cell} and tenant_id = ${tenantId} and user_id > ${startAfter(page)}
      and (${userId}::text is null or user_id = ${userId})
    order by user_id
    limit ${page.limit + 1}`);
  return paged(page, { rows: rows.map(trialOf), keyOf: (trial) => trial.userId });
}

export async function listExtensions(
  database: Database,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<Extension>> {
  const rows = await database.of({ tenantId }).query(sql`
    select *
    from extension
    where cell = ${cell} and tenant_id = ${tenantId} and extension_id > ${startAfter(page)}
    order by extension_id
    limit ${page.limit + 1}`);
  const extensions = rows.map((row) => ({
    id: row.extension_id,
    month: monthFrom(row.month),
    credits: row.credits,
    createdAt: row.created_at,
  }));
  return paged(page, { rows: extensions, keyOf: (extension) => extension.id });
}
