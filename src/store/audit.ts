// The audit log (T3): a chain of events per tenant, and one of the installation. PostgreSQL appends (migrations/0011_audit.sql): the
// role that Bursar runs as may neither change an event nor write one past its chain.

import { createHash } from 'node:crypto';
import { type AuditEvent, type AuditHead, auditText, eventOf, type LoggedEvent } from '../core/audit.ts';
import type { Refusal } from '../core/refusal.ts';
import type { Database, Row } from './database.ts';
import { encodeCursor, paged, sequenceOf, startAfter } from './page.ts';
import { instantText, type Query, sql, texts } from './sql.ts';
import type { Act, AuditFilter, Page, PageRequest, TenantAddress } from './store.ts';

/** Where the installation's own events are: what its operator does, and refusals of whom nobody knows. */
export const INSTALLATION: TenantAddress = { cell: 0, tenantId: '' };

/** The most events that one page looks at. */
export const MOST_LOOKED_AT = 50_000;
const EXPORTED_AT_ONCE = 1_000;

/** Must be the last statement before the commit: from here on the tenant's chain is locked. */
export function appendAudit({ cell, tenantId }: TenantAddress, events: readonly AuditEvent[]): Query {
  return sql`select append_audit(${cell}::smallint, ${tenantId}, ${texts(events.map(auditText))}::text[]) as sequence`;
}

/** What an act did, and to what. */
export interface Done {
  subject: string | null;
  before: object | null;
  after: object | null;
}

/** The event of an act that was done. */
export function doneEvent({ recorded: _, ...act }: Act, done: Done): AuditEvent {
  return { ...act, ...done, outcome: 'done', code: null, detail: null, times: 1, subjects: [] };
}

/** The event of an act that was refused. */
export function refusedEvent(
  { recorded: _, ...act }: Act,
  { refused: code, detail }: Refusal,
  subject: string | null,
): AuditEvent {
  return { ...act, subject, before: null, after: null, outcome: 'refused', code, detail, times: 1, subjects: [] };
}

/** What a transaction that does something for a tenant ends with; nothing where the server does it by itself. */
export function recordDone(tenant: TenantAddress, done: Done): Query[] {
  const { act } = tenant;
  if (!act) return [];
  act.recorded = true;
  return [appendAudit(tenant, [doneEvent(act, done)])];
}

/** Nothing was done that was not done before: there is nothing to tell. */
export function nothingDone({ act }: TenantAddress): void {
  if (act) act.recorded = true;
}

export async function recordAct(database: Database, tenant: TenantAddress, event: AuditEvent): Promise<void> {
  await database.of(tenant).query(appendAudit(tenant, [event]));
}

/** The hash before the first event. */
export function firstHash(tenantId: string): Buffer {
  return createHash('sha256').update(`bursar audit ${tenantId}`).digest();
}

/** As append_audit in migrations/0011_audit.sql has it; `text` is the event as it is stored. */
export function nextHash(last: Buffer, sequence: bigint, text: string): Buffer {
  return createHash('sha256').update(last).update(`${sequence}\n${text}`).digest();
}

function loggedEventOf(row: Row): LoggedEvent {
  return { ...eventOf(row.event, row.at), sequence: Number(row.sequence), hash: (row.hash as Buffer).toString('hex') };
}

interface Range {
  above: number;
  upTo: number;
  limit: number;
}

/** Whether one of several subjects is meant: first whether it stands in the event at all, for reading them takes three times as long (550 ms). */
function searchText(order: 'asc' | 'desc'): string {
  return `
    select sequence, at, event, hash
    from audit_event
    where cell = $1 and tenant_id = $2 and sequence > $3 and sequence <= $4
      and ($5::text is null or actor = $5)
      and ($6::text is null or operation = $6)
      and ($7::text is null or outcome = $7)
      and ($8::text is null or subject = $8
        or (outcome = 'refused' and strpos(event::text, to_json($8)::text) > 0 and (event -> 'subjects')::jsonb ? $8))
      and ($9::timestamptz is null or at >= $9)
      and ($10::timestamptz is null or at < $10)
    order by sequence ${order}
    limit $11`;
}
const SEARCHES = {
  asc: { name: 'audit-oldest-first', text: searchText('asc') },
  desc: { name: 'audit-newest-first', text: searchText('desc') },
} as const;

function search(
  order: keyof typeof SEARCHES,
  { cell, tenantId }: TenantAddress,
  { above, upTo, limit }: Range,
  filter: AuditFilter,
): Query {
  return {
    ...SEARCHES[order],
    values: [
      cell,
      tenantId,
      above,
      upTo,
      filter.actor ?? null,
      filter.operation ?? null,
      filter.outcome ?? null,
      filter.subject ?? null,
      instantText(filter.from ?? null),
      instantText(filter.to ?? null),
      limit,
    ],
  };
}

export async function auditHead(database: Database, { cell, tenantId }: TenantAddress): Promise<AuditHead> {
  const [row] = await database.of({ tenantId }).query(sql`
    select sequence, hash
    from audit_head
    where cell = ${cell} and tenant_id = ${tenantId}`);
  return { sequence: Number(row?.sequence ?? 0), hash: ((row?.hash as Buffer) ?? firstHash(tenantId)).toString('hex') };
}

/** A page that looked at `MOST_LOOKED_AT` events ends there, also where it is empty, and says where the next one begins. */
export async function listAuditEvents(
  database: Database,
  tenant: TenantAddress,
  filter: AuditFilter,
  page: PageRequest,
): Promise<Page<LoggedEvent>> {
  const upTo =
    page.cursor === undefined ? (await auditHead(database, tenant)).sequence : sequenceOf(page.cursor, 'audit log') - 1;
  const above = Math.max(0, upTo - MOST_LOOKED_AT);
  const rows = await database.of(tenant).query(search('desc', tenant, { above, upTo, limit: page.limit + 1 }, filter));
  const value = rows.slice(0, page.limit).map(loggedEventOf);
  if (rows.length > page.limit) return { value, nextCursor: encodeCursor(String(value.at(-1)!.sequence)) };
  return above > 0 ? { value, nextCursor: encodeCursor(String(above + 1)) } : { value };
}

export async function* auditEvents(
  database: Database,
  tenant: TenantAddress,
  filter: AuditFilter,
): AsyncGenerator<LoggedEvent[], void> {
  const { sequence: last } = await auditHead(database, tenant);
  for (let above = 0; above < last; ) {
    const upTo = Math.min(last, above + MOST_LOOKED_AT);
    const rows = await database.of(tenant).query(search('asc', tenant, { above, upTo, limit: EXPORTED_AT_ONCE }, filter));
    const events = rows.map(loggedEventOf);
    if (events.length > 0) yield events;
    above = events.length === EXPORTED_AT_ONCE ? events.at(-1)!.sequence : upTo;
  }
}

export async function listAuditHeads(database: Database, page: PageRequest): Promise<Page<AuditHead & { tenantId: string }>> {
  const rows = await database.everywhere.query(sql`
    select tenant_id, sequence, hash
    from audit_head
    where '/' || tenant_id > ${startAfter(page)} collate "C"
    order by tenant_id
    limit ${page.limit + 1}`);
  const heads = rows.map((row) => ({
    tenantId: row.tenant_id as string,
    sequence: Number(row.sequence),
    hash: (row.hash as Buffer).toString('hex'),
  }));
  // With a sign before it, because a cursor is never empty.
  return paged(page, { rows: heads, keyOf: ({ tenantId }) => `/${tenantId}` });
}
