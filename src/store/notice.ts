// Notices (N2): the outbox. They are written in the deciding transaction; here they are read, newest first, with the names of what they
// are about. Sending them is a matter of deliveries (delivery.ts).

import type { Ledger } from '../core/ledger.ts';
import { LIMIT_SCOPES, type LimitScope } from '../core/limit.ts';
import type { Month } from '../core/month.ts';
import type { NoticeKind } from '../core/notice.ts';
import type { NamedNotice } from '../core/notice-text.ts';
import type { Sight } from '../core/sight.ts';
import type { Database, Row } from './database.ts';
import { BadCursor, decodeCursor, encodeCursor } from './page.ts';
import { instants, monthFrom, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';

export interface NoticeFilter {
  kind?: NoticeKind;
  environmentId?: string;
  month?: Month;
  /** Of what somebody sees: as seesNotice in core/sight.ts has it. */
  sight: Sight;
}

export interface StoredNotice extends NamedNotice {
  /** Of a sandbox, whose months and moments are not those of the world. */
  sandbox: boolean;
}

export function noticeOf(row: Row): StoredNotice {
  return {
    number: Number(row.number),
    at: row.at,
    kind: row.kind,
    month: monthFrom(row.month),
    currency: row.currency,
    environmentId: row.environment_id,
    environmentName: row.environment_name,
    limitId: row.limit_id,
    limitScope: row.has_limit ? scopeOf(row) : null,
    available: row.available,
    consumed: row.consumed,
    sandbox: row.sandbox,
  };
}

const SCOPE_COLUMNS: Record<(typeof LIMIT_SCOPES)[number], string> = {
  environmentId: 'limit_environment_id',
  userId: 'limit_user_id',
  resourceId: 'limit_resource_id',
  capability: 'limit_capability',
};

function scopeOf(row: Row): LimitScope {
  const keys = LIMIT_SCOPES.filter((key) => row[SCOPE_COLUMNS[key]] !== null);
  return Object.fromEntries(keys.map((key) => [key, row[SCOPE_COLUMNS[key]]]));
}

/** Newest first, by number: new notices get higher ones, so a cursor neither skips nor repeats. */
export async function listNotices(
  database: Database,
  { cell, tenantId }: TenantAddress,
  filter: NoticeFilter,
  page: PageRequest,
): Promise<Page<StoredNotice>> {
  const before = page.cursor === undefined ? null : decodeCursor(page.cursor);
  if (before !== null && !/^[1-9]\d{0,15}$/.test(before))
    throw new BadCursor('not a cursor of the notices; use nextCursor of the page before');
  const kind = filter.kind ?? null;
  const environmentId = filter.environmentId ?? null;
  const month = filter.month === undefined ? null : monthText(filter.month);
  const user = filter.sight.userId;
  const among = filter.sight.environmentIds && texts(filter.sight.environmentIds);
  const found = await database.of({ tenantId }).query(sql`
    select n.number
    from notice n
    left join monthly_limit l on l.cell = ${cell} and l.tenant_id = n.tenant_id and l.limit_id = n.limit_id
    where n.cell = ${cell} and n.tenant_id = ${tenantId}
      and (${before}::bigint is null or n.number < ${before}::bigint)
      and (${kind}::text is null or n.kind = ${kind})
      and (${environmentId}::text is null or n.environment_id = ${environmentId})
      and (${month}::date is null or n.month = ${month}::date)
      and (${user}::text is null or n.limit_id is null or l.user_id = ${user})
      and (${among}::text[] is null or n.environment_id is null or n.environment_id = any(${among}::text[]))
      and (${among}::text[] is null or n.limit_id is null or l.environment_id = any(${among}::text[])
        or (l.limit_id is not null and l.environment_id is null and l.user_id is null and l.resource_id is null))
    order by n.number desc
    limit ${page.limit + 1}`);
  const numbers = found.slice(0, page.limit).map((row) => Number(row.number));
  if (numbers.length === 0) return { value: [] };
  const rows = await database.of({ tenantId }).query(
    loadNotices(
      cell,
      numbers.map((number) => ({ tenantId, number })),
    ),
  );
  const value = rows.map(noticeOf).sort((a, b) => b.number - a.number);
  return found.length > page.limit ? { value, nextCursor: encodeCursor(String(numbers.at(-1)!)) } : { value };
}

/** Notices by their numbers, with the names of what they are about, and whether their tenant is a sandbox. */
export function loadNotices(cell: number, wanted: readonly { tenantId: string; number: number }[]): Query {
  return sql`
    select n.*, t.sandbox_start is not null as sandbox, e.name as environment_name, l.limit_id is not null as has_limit,
      l.environment_id as limit_environment_id, l.user_id as limit_user_id, l.resource_id as limit_resource_id,
      l.capability as limit_capability
    from unnest(
      ${texts(wanted.map((each) => each.tenantId))}::text[],
      ${scalars(wanted.map((each) => each.number))}::bigint[]
    ) as wanted (tenant_id, number)
    join notice n on n.cell = ${cell} and n.tenant_id = wanted.tenant_id and n.number = wanted.number
    join tenant t on t.cell = ${cell} and t.tenant_id = n.tenant_id
    left join environment e on e.cell = ${cell} and e.tenant_id = n.tenant_id and e.environment_id = n.environment_id
    left join monthly_limit l on l.cell = ${cell} and l.tenant_id = n.tenant_id and l.limit_id = n.limit_id`;
}

/** The outbox of N2: written in the transaction that decides. */
export function saveNotices(cell: number, ledgers: readonly Ledger[]): Query[] {
  const all = ledgers.flatMap(({ tenantId, notices }) => notices.map((notice) => ({ tenantId, ...notice })));
  if (all.length === 0) return [];
  return [
    sql`
      insert into notice (cell, tenant_id, number, at, kind, month, environment_id, currency, limit_id, available, consumed)
      select ${cell}, *
      from unnest(
        ${texts(all.map((each) => each.tenantId))}::text[],
        ${scalars(all.map((each) => each.number))}::bigint[],
        ${instants(all.map((each) => each.at))}::timestamptz[],
        ${texts(all.map((each) => each.kind))}::text[],
        ${texts(all.map((each) => monthText(each.month)))}::date[],
        ${texts(all.map((each) => each.environmentId))}::text[],
        ${texts(all.map((each) => each.currency))}::currency[],
        ${texts(all.map((each) => each.limitId))}::text[],
        ${scalars(all.map((each) => each.available))}::numeric[],
        ${scalars(all.map((each) => each.consumed))}::numeric[]
      )`,
  ];
}
