// Deliveries (N2): notices on their way to addresses and webhooks. A table is the queue: notices become deliveries in the transaction
// that marks them as dispatched (so none is lost or sent to a place twice), and a delivery is taken for longer than an attempt can last:
// what a killed process had taken is due again by itself. It is a queue of its own rather than jobs, so that the log that people read
// is the state itself, and a place that hangs holds up nobody's reports.

import { type AttemptOutcome, type DeliveryStatus, reasonToDisable, retryAt } from '../core/delivery.ts';
import type { Instant } from '../core/month.ts';
import type { NoticeKind } from '../core/notice.ts';
import type { Database, Fly, Row } from './database.ts';
import type { Attempt } from './delivery-log.ts';
import { newId } from './new-id.ts';
import { loadNotices, noticeOf, type StoredNotice } from './notice.ts';
import { instantText, type Query, scalars, sql, texts } from './sql.ts';
import type { TenantAddress } from './store.ts';
import { type SignedWebhook, signedWebhookOf } from './webhook.ts';

/** A delivery that this process has taken to attempt it. */
export interface TakenDelivery extends TenantAddress {
  id: string;
  createdAt: Instant;
  tenantName: string;
  isSandbox: boolean;
  email: string | null;
  webhook: SignedWebhook | null;
  notices: StoredNotice[];
  isTest: boolean;
  /** Failures since it was made, or replayed. */
  failures: number;
}

export interface AttemptResult extends Omit<Attempt, 'number'> {
  outcome: AttemptOutcome;
}

/** Longer than any attempt lasts. */
const ATTEMPT_LASTS_AT_MOST_MS = 120_000;
const NOTICES_OF_A_DISPATCH = 500;

/**
 * Turns waiting notices of a cell into deliveries: one mail to every recipient that tells of all of its tenant's notices, and one
 * delivery of each notice to every enabled webhook that wants its kind. Answers how many notices that were; 0: none wait.
 */
export async function dispatchNotices(
  database: Database,
  cell: number,
  options: { now: Instant; mail: boolean },
): Promise<number> {
  const now = instantText(options.now);
  return database.everywhere.transaction(async (fly) => {
    const [waiting] = await fly([
      sql`
        select tenant_id, number, kind
        from notice
        where cell = ${cell} and dispatched_at is null
        order by tenant_id, number
        limit ${NOTICES_OF_A_DISPATCH}
        for update skip locked`,
    ]);
    const notices = waiting!.rows as { tenant_id: string; number: bigint; kind: NoticeKind }[];
    if (notices.length === 0) return 0;
    const byTenant = Map.groupBy(notices, (notice) => notice.tenant_id);
    const tenantIds = texts([...byTenant.keys()]);
    const [recipients, webhooks] = await fly([
      sql`
        select tenant_id, emails
        from notice_recipients
        where cell = ${cell} and tenant_id = any(${tenantIds}::text[])`,
      // A webhook that is being deleted is not delivered to, and one that is delivered to is not deleted meanwhile.
      sql`
        select tenant_id, webhook_id, kinds
        from webhook
        where cell = ${cell} and tenant_id = any(${tenantIds}::text[]) and enabled
        for key share`,
    ]);
    const made: { tenantId: string; webhookId: string | null; email: string | null; notices: bigint[] }[] = [];
    if (options.mail) {
      for (const { tenant_id: tenantId, emails } of recipients!.rows) {
        const numbers = byTenant.get(tenantId)!.map((notice) => notice.number);
        for (const email of emails as string[]) made.push({ tenantId, webhookId: null, email, notices: numbers });
      }
    }
    for (const { tenant_id: tenantId, webhook_id: webhookId, kinds } of webhooks!.rows) {
      for (const { number, kind } of byTenant.get(tenantId)!)
        if (kinds === null || kinds.includes(kind)) made.push({ tenantId, webhookId, email: null, notices: [number] });
    }
    await fly([
      ...(made.length === 0 ? [] : [insertDeliveries(cell, made, options.now)]),
      sql`
        update notice
        set dispatched_at = ${now}
        from unnest(
          ${texts(notices.map((each) => each.tenant_id))}::text[],
          ${scalars(notices.map((each) => each.number))}::bigint[]
        ) as sent (tenant_id, number)
        where notice.cell = ${cell} and notice.tenant_id = sent.tenant_id and notice.number = sent.number`,
    ]);
    return notices.length;
  });
}

function insertDeliveries(
  cell: number,
  made: readonly { tenantId: string; webhookId: string | null; email: string | null; notices: readonly bigint[] }[],
  now: Instant,
): Query {
  return sql`
    insert into delivery (cell, tenant_id, delivery_id, webhook_id, email, notices, status, next_attempt_at, created_at)
    select ${cell}, tenant_id, delivery_id, webhook_id, email, notices::bigint[], 'waiting', ${instantText(now)}, ${instantText(now)}
    from unnest(
      ${texts(made.map((each) => each.tenantId))}::text[],
      ${texts(made.map(newId))}::uuid[],
      ${texts(made.map((each) => each.webhookId))}::text[],
      ${texts(made.map((each) => each.email))}::text[],
      ${texts(made.map((each) => scalars(each.notices)))}::text[]
    ) as made (tenant_id, delivery_id, webhook_id, email, notices)`;
}

/**
 * Takes deliveries of a cell that are due, at most `most`, none of the tenants that are busy already.
 */
export async function takeDeliveries(
  database: Database,
  cell: number,
  options: { now: Instant; most: number; busyTenants: readonly string[] },
): Promise<TakenDelivery[]> {
  const { now } = options;
  const until = (now + ATTEMPT_LASTS_AT_MOST_MS) as Instant;
  return database.everywhere.transaction(async (fly) => {
    const [due] = await fly([
      sql`
        with due as (
          select tenant_id, delivery_id
          from delivery
          where cell = ${cell} and status = 'waiting' and next_attempt_at <= ${instantText(now)}
            and (taken_until is null or taken_until <= ${instantText(now)})
            and tenant_id <> all(${texts(options.busyTenants)}::text[])
          order by next_attempt_at
          limit ${options.most}
          for update skip locked
        )
        update delivery d
        set taken_until = ${instantText(until)}
        from due
        where d.cell = ${cell} and d.tenant_id = due.tenant_id and d.delivery_id = due.delivery_id
        returning d.*`,
    ]);
    return due!.rows.length === 0 ? [] : describe(cell, due!.rows, now, fly);
  });
}

/** What an attempt needs beside the delivery. */
async function describe(cell: number, rows: readonly Row[], now: Instant, fly: Fly): Promise<TakenDelivery[]> {
  const tenantIds = texts([...new Set(rows.map((row) => row.tenant_id as string))]);
  const withWebhook = rows.filter((row) => row.webhook_id !== null);
  const wanted = rows.flatMap((row) =>
    (row.notices as string[]).map((number) => ({ tenantId: row.tenant_id as string, number: Number(number) })),
  );
  const [tenants, webhooks, notices] = await fly([
    sql`
      select tenant_id, name, sandbox_start is not null as sandbox
      from tenant
      where cell = ${cell} and tenant_id = any(${tenantIds}::text[])`,
    sql`
      select w.*
      from unnest(
        ${texts(withWebhook.map((row) => row.tenant_id))}::text[],
        ${texts(withWebhook.map((row) => row.webhook_id))}::text[]
      ) as wanted (tenant_id, webhook_id)
      join webhook w on w.cell = ${cell} and w.tenant_id = wanted.tenant_id and w.webhook_id = wanted.webhook_id`,
    loadNotices(cell, wanted),
  ]);
  const tenantOf = new Map(tenants!.rows.map((row) => [row.tenant_id, row]));
  const webhookOf = new Map(webhooks!.rows.map((row) => [`${row.tenant_id} ${row.webhook_id}`, signedWebhookOf(row, now)]));
  const noticesOf = new Map(notices!.rows.map((row) => [`${row.tenant_id} ${row.number}`, noticeOf(row)]));
  return rows.map((row) => ({
    cell,
    tenantId: row.tenant_id,
    id: row.delivery_id,
    createdAt: row.created_at,
    tenantName: tenantOf.get(row.tenant_id)!.name,
    isSandbox: tenantOf.get(row.tenant_id)!.sandbox,
    email: row.email,
    webhook: row.webhook_id === null ? null : webhookOf.get(`${row.tenant_id} ${row.webhook_id}`)!,
    notices: (row.notices as string[]).map((number) => noticesOf.get(`${row.tenant_id} ${number}`)!),
    isTest: row.notices.length === 0,
    failures: row.attempts - row.attempts_before,
  }));
}

/** Gives back what was taken and not attempted to the end: it is due at once. */
export async function giveBack(database: Database, { cell, tenantId, id }: TakenDelivery): Promise<void> {
  await database.of({ tenantId }).query(sql`
    update delivery
    set taken_until = null
    where cell = ${cell} and tenant_id = ${tenantId} and delivery_id = ${id}::uuid and status = 'waiting'`);
}

/**
 * Keeps what came of an attempt, plans the next one (`random` from 0 to 1 is its jitter), and disables a webhook that is gone or has
 * failed for five days. Answers why it was disabled, if it was. A test is attempted once, and its failure counts for nothing but 410.
 */
export async function recordAttempt(
  database: Database,
  taken: TakenDelivery,
  result: AttemptResult,
  random: number,
): Promise<{ disabled: string | null }> {
  const { cell, tenantId, id, webhook } = taken;
  const end = (result.at + result.durationMs) as Instant;
  const delivered = result.outcome === 'delivered';
  const failingSince = taken.isTest ? end : (webhook?.failingSince ?? end);
  const disabled = delivered || webhook === null ? null : reasonToDisable(result.outcome, failingSince, end);
  const mayRetry = result.outcome === 'failed' && disabled === null && !taken.isTest;
  const next = mayRetry ? retryAt(taken.failures + 1, end, random) : null;
  const status: DeliveryStatus = delivered ? 'delivered' : next === null ? 'failed' : 'waiting';
  await database.of(taken).transaction((fly) =>
    fly([
      // Before the delivery: deleting a webhook locks in this order as well.
      ...(webhook === null ? [] : [webhookAfter(taken, webhook, { delivered, disabled, end })]),
      // A delivery that was deleted meanwhile, or that another process has delivered, is left as it is.
      sql`
        with attempted as (
          update delivery
          set status = ${status}, attempts = attempts + 1, next_attempt_at = ${instantText(next)},
            taken_until = null
          where cell = ${cell} and tenant_id = ${tenantId} and delivery_id = ${id}::uuid and status = 'waiting'
          returning attempts
        )
        insert into delivery_attempt (cell, tenant_id, delivery_id, number, at, duration_ms, status, error, answer)
        select ${cell}, ${tenantId}, ${id}::uuid, attempts, ${instantText(result.at)}, ${Math.round(result.durationMs)}, ${result.status},
          ${result.error}, ${result.answer}
        from attempted`,
    ]),
  );
  return { disabled: webhook?.enabled ? disabled : null };
}

function webhookAfter(
  { cell, tenantId, isTest }: TakenDelivery,
  webhook: SignedWebhook,
  { delivered, disabled, end }: { delivered: boolean; disabled: string | null; end: Instant },
): Query {
  return delivered
    ? sql`
      update webhook
      set failing_since = null
      where cell = ${cell} and tenant_id = ${tenantId} and webhook_id = ${webhook.id} and failing_since is not null`
    : sql`
      update webhook
      set failing_since = case when ${isTest} then failing_since else coalesce(failing_since, ${instantText(end)}) end,
        disabled_reason = case when enabled then ${disabled} else disabled_reason end,
        enabled = enabled and ${disabled === null}
      where cell = ${cell} and tenant_id = ${tenantId} and webhook_id = ${webhook.id}`;
}
