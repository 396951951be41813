// The log of deliveries (N2): what was sent to a webhook or for a notice, with every attempt; and what an administrator may send again.

import type { DeliveryStatus } from '../core/delivery.ts';
import { DAY_MS, type Instant } from '../core/month.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { newId } from './new-id.ts';
import { BadCursor, decodeCursor, encodeCursor } from './page.ts';
import { instantText, type Query, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';

export interface Attempt {
  number: number;
  at: Instant;
  durationMs: number;
  /** Of HTTP or SMTP; null: there was no answer. */
  status: number | null;
  error: string | null;
  answer: string | null;
}

export interface Delivery {
  id: string;
  webhookId: string | null;
  email: string | null;
  /** The numbers of the notices that it tells of; none: a test. */
  notices: number[];
  status: DeliveryStatus;
  nextAttemptAt: Instant | null;
  createdAt: Instant;
  attempts: Attempt[];
}

const KEPT_MS = 90 * DAY_MS;

/** Sends a delivery again, under its own id, with retries counted anew. One whose attempt is under way is left to it. */
export async function replayDelivery(
  database: Database,
  tenant: TenantAddress,
  webhookId: string,
  deliveryId: string,
  now: Instant,
): Promise<Delivery | Refusal> {
  const row = await queued(
    database,
    tenant,
    webhookId,
    sql`
      update delivery
      set status = 'waiting', attempts_before = attempts,
        next_attempt_at = case when taken_until is null then ${instantText(now)}::timestamptz else next_attempt_at end
      where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and delivery_id = ${deliveryId}::uuid
        and webhook_id = ${webhookId}
      returning *`,
  );
  if (!row) return refuse('NotFound', `no delivery ${deliveryId} of webhook ${JSON.stringify(webhookId)}`);
  return (await withAttempts(database, tenant, [row]))[0]!;
}

/** A delivery that tells of nothing, to see whether a webhook takes it; due at once, also where it is disabled. */
export async function testWebhook(
  database: Database,
  tenant: TenantAddress,
  webhookId: string,
  now: Instant,
): Promise<Delivery | Refusal> {
  const row = await queued(
    database,
    tenant,
    webhookId,
    sql`
      insert into delivery (cell, tenant_id, delivery_id, webhook_id, notices, status, next_attempt_at, created_at)
      select cell, tenant_id, ${newId()}::uuid, webhook_id, '{}', 'waiting', ${instantText(now)}, ${instantText(now)}
      from webhook
      where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and webhook_id = ${webhookId}
      returning *`,
  );
  if (!row) return refuse('NotFound', `no webhook ${JSON.stringify(webhookId)} in this tenant`);
  return (await withAttempts(database, tenant, [row]))[0]!;
}

/** Puts a delivery into the queue, and into the audit log who did; undefined: there is none. */
async function queued(database: Database, tenant: TenantAddress, webhookId: string, write: Query): Promise<Row | undefined> {
  return database.of(tenant).transaction(async (fly) => {
    const [written] = await fly([write]);
    const row = written!.rows[0];
    if (row) {
      const after = { deliveryId: row.delivery_id, notices: (row.notices as string[]).map(Number) };
      await fly(recordDone(tenant, { subject: `webhook:${webhookId}`, before: null, after }));
    }
    return row;
  });
}

const CURSOR = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function beforeOf(page: PageRequest): string | null {
  const before = page.cursor === undefined ? null : decodeCursor(page.cursor);
  if (before !== null && !CURSOR.test(before))
    throw new BadCursor('not a cursor of the deliveries; use nextCursor of the page before');
  return before;
}

/** Newest first. */
export async function deliveriesOfWebhook(
  database: Database,
  tenant: TenantAddress,
  webhookId: string,
  page: PageRequest,
): Promise<Page<Delivery>> {
  const before = beforeOf(page);
  const rows = await database.of(tenant).query(sql`
    select *
    from delivery
    where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and webhook_id = ${webhookId}
      and (${before}::uuid is null or delivery_id < ${before}::uuid)
    order by delivery_id desc
    limit ${page.limit + 1}`);
  return pageOfDeliveries(database, tenant, rows, page);
}

/** Newest first; a refusal where there is no such notice. */
export async function deliveriesOfNotice(
  database: Database,
  tenant: TenantAddress,
  number: number,
  page: PageRequest,
): Promise<(Page<Delivery> & { dispatchedAt: Instant | null }) | Refusal> {
  const { cell, tenantId } = tenant;
  const before = beforeOf(page);
  const [notice] = await database.of(tenant).query(sql`
    select dispatched_at
    from notice
    where cell = ${cell} and tenant_id = ${tenantId} and number = ${number}`);
  if (!notice) return refuse('NotFound', `no notice ${number} in this tenant`);
  const dispatchedAt: Instant | null = notice.dispatched_at;
  if (dispatchedAt === null) return { value: [], dispatchedAt };
  const rows = await database.of(tenant).query(sql`
    select *
    from delivery
    where cell = ${cell} and tenant_id = ${tenantId} and created_at = ${instantText(dispatchedAt)}
      and ${number}::bigint = any(notices)
      and (${before}::uuid is null or delivery_id < ${before}::uuid)
    order by delivery_id desc
    limit ${page.limit + 1}`);
  return { ...(await pageOfDeliveries(database, tenant, rows, page)), dispatchedAt };
}

async function pageOfDeliveries(
  database: Database,
  tenant: TenantAddress,
  rows: readonly Row[],
  page: PageRequest,
): Promise<Page<Delivery>> {
  const value = await withAttempts(database, tenant, rows.slice(0, page.limit));
  return rows.length > page.limit ? { value, nextCursor: encodeCursor(value.at(-1)!.id) } : { value };
}

async function withAttempts(
  database: Database,
  { cell, tenantId }: TenantAddress,
  deliveries: readonly Row[],
): Promise<Delivery[]> {
  const attempts =
    deliveries.length === 0
      ? []
      : await database.of({ tenantId }).query(sql`
          select *
          from delivery_attempt
          where cell = ${cell} and tenant_id = ${tenantId}
            and delivery_id = any(${texts(deliveries.map((row) => row.delivery_id))}::uuid[])
          order by number`);
  const byDelivery = Map.groupBy(attempts, (row) => row.delivery_id as string);
  return deliveries.map((row) => ({
    id: row.delivery_id,
    webhookId: row.webhook_id,
    email: row.email,
    notices: (row.notices as string[]).map(Number),
    status: row.status,
    nextAttemptAt: row.next_attempt_at,
    createdAt: row.created_at,
    attempts: (byDelivery.get(row.delivery_id) ?? []).map((attempt) => ({
      number: attempt.number,
      at: attempt.at,
      durationMs: attempt.duration_ms,
      status: attempt.status,
      error: attempt.error,
      answer: attempt.answer,
    })),
  }));
}

/** The log is kept for 90 days; what still waits stays. */
export async function pruneDeliveries(database: Database, cell: number, now: Instant): Promise<void> {
  await database.everywhere.query(sql`
    delete from delivery
    where cell = ${cell} and status <> 'waiting' and created_at < ${instantText((now - KEPT_MS) as Instant)}`);
}
