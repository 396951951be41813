// Webhooks: where a tenant wants its notices posted to (N2). Their secrets are kept as they are, because they are needed to sign with.

import { randomBytes } from 'node:crypto';
import { PREVIOUS_SECRET_SIGNS_MS } from '../core/delivery.ts';
import { formatInstant, type Instant } from '../core/month.ts';
import type { NoticeKind } from '../core/notice.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { type Done, nothingDone, recordDone } from './audit.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instantText, type Query, sql, texts } from './sql.ts';
import type { Page, PageRequest, TenantAddress } from './store.ts';

export interface Webhook {
  id: string;
  url: string;
  /** null: every kind. */
  kinds: NoticeKind[] | null;
  description: string | null;
  enabled: boolean;
  disabledReason: string | null;
  /** The first failure since the last success. */
  failingSince: Instant | null;
  createdAt: Instant;
}

/** With what its deliveries are signed: the newest first. */
export interface SignedWebhook extends Webhook {
  secrets: string[];
}

export interface WebhookChange {
  url?: string;
  kinds?: NoticeKind[] | null;
  description?: string | null;
  enabled?: boolean;
}

/** Every notice is posted to each of them. */
export const MOST_WEBHOOKS = 20;
/** Standard Webhooks wants 24 to 64 bytes. */
const SECRET_BYTES = 32;

function newSecret(): string {
  return `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
}

function webhookOf(row: Row): Webhook {
  return {
    id: row.webhook_id,
    url: row.url,
    kinds: row.kinds,
    description: row.description,
    enabled: row.enabled,
    disabledReason: row.disabled_reason,
    failingSince: row.failing_since,
    createdAt: row.created_at,
  };
}

export function signedWebhookOf(row: Row, now: Instant): SignedWebhook {
  const previousSigns = row.previous_secret !== null && now < row.previous_secret_until;
  return { ...webhookOf(row), secrets: previousSigns ? [row.secret, row.previous_secret] : [row.secret] };
}

/** What the audit log says of a webhook: all but its secrets. */
function stateOf(row: Row | undefined): object | null {
  if (!row) return null;
  const { url, kinds, description, enabled, previous_secret_until: until } = row;
  return { url, kinds, description, enabled, ...(until === null ? {} : { previousSecretUntil: formatInstant(until) }) };
}

function changeOf(webhookId: string, before: Row | undefined, after: Row | undefined): Done {
  return { subject: `webhook:${webhookId}`, before: stateOf(before), after: stateOf(after) };
}

/** A webhook as it is, until the transaction is over. */
function lockWebhook({ cell, tenantId }: TenantAddress, webhookId: string): Query {
  return sql`
    select *
    from webhook
    where cell = ${cell} and tenant_id = ${tenantId} and webhook_id = ${webhookId}
    for update`;
}

function notThere(webhookId: string): Refusal {
  return refuse('NotFound', `no webhook ${JSON.stringify(webhookId)} in this tenant`);
}

/** Makes it with a secret; the same id with the same content answers the one that is there, without its secret. */
export async function createWebhook(
  database: Database,
  tenant: TenantAddress,
  wanted: { id: string; url: string; kinds: NoticeKind[] | null; description: string | null },
  now: Instant,
): Promise<{ webhook: Webhook; secret: string | null } | Refusal> {
  const { cell, tenantId } = tenant;
  const secret = newSecret();
  const kinds = wanted.kinds === null ? null : texts(wanted.kinds);
  return database.of({ tenantId }).transaction(async (fly) => {
    // Two that are made at once must not both be the last one.
    await fly([sql`select 1 from tenant where cell = ${cell} and tenant_id = ${tenantId} for no key update`]);
    const [found, counted] = await fly([
      sql`select * from webhook where cell = ${cell} and tenant_id = ${tenantId} and webhook_id = ${wanted.id}`,
      sql`select count(*)::int as count from webhook where cell = ${cell} and tenant_id = ${tenantId}`,
    ]);
    if (found?.rows[0]) {
      const webhook = webhookOf(found.rows[0]);
      const same =
        webhook.url === wanted.url &&
        webhook.description === wanted.description &&
        JSON.stringify(webhook.kinds) === JSON.stringify(wanted.kinds);
      if (same) nothingDone(tenant);
      return same
        ? { webhook, secret: null }
        : refuse(
            'AlreadyExists',
            `webhook ${wanted.id} is there already, with another url, kinds or description; PATCH changes it`,
          );
    }
    if (counted?.rows[0]?.count >= MOST_WEBHOOKS)
      return refuse('InvalidRequest', `this tenant has ${MOST_WEBHOOKS} webhooks, which is the most; delete one first`);
    const [inserted] = await fly([
      sql`
        insert into webhook (cell, tenant_id, webhook_id, url, kinds, description, secret, enabled, created_at)
        values (${cell}, ${tenantId}, ${wanted.id}, ${wanted.url}, ${kinds}::text[], ${wanted.description}, ${secret}, true, ${instantText(now)})
        returning *`,
    ]);
    await fly(recordDone(tenant, changeOf(wanted.id, undefined, inserted!.rows[0])));
    return { webhook: webhookOf(inserted!.rows[0]!), secret };
  });
}

export async function listWebhooks(
  database: Database,
  { cell, tenantId }: TenantAddress,
  page: PageRequest,
): Promise<Page<Webhook>> {
  const rows = await database.of({ tenantId }).query(sql`
    select *
    from webhook
    where cell = ${cell} and tenant_id = ${tenantId} and webhook_id > ${startAfter(page)}
    order by webhook_id
    limit ${page.limit + 1}`);
  return paged(page, { rows: rows.map(webhookOf), keyOf: (webhook) => webhook.id });
}

export async function findWebhook(
  database: Database,
  { cell, tenantId }: TenantAddress,
  webhookId: string,
): Promise<Webhook | Refusal> {
  const [row] = await database.of({ tenantId }).query(sql`
    select *
    from webhook
    where cell = ${cell} and tenant_id = ${tenantId} and webhook_id = ${webhookId}`);
  return row ? webhookOf(row) : notThere(webhookId);
}

/** Enabling it again forgets how long it has failed. */
export async function changeWebhook(
  database: Database,
  tenant: TenantAddress,
  webhookId: string,
  change: WebhookChange,
): Promise<Webhook | Refusal> {
  const { url = null, kinds, description, enabled = null } = change;
  const row = await changed(
    database,
    tenant,
    webhookId,
    sql`
      update webhook
      set url = coalesce(${url}, url),
        kinds = case when ${kinds !== undefined} then ${kinds ? texts(kinds) : null}::text[] else kinds end,
        description = case when ${description !== undefined} then ${description ?? null} else description end,
        enabled = coalesce(${enabled}::boolean, enabled),
        disabled_reason = case ${enabled}::boolean
          when true then null
          when false then coalesce(disabled_reason, 'an administrator disabled it')
          else disabled_reason end,
        failing_since = case when ${enabled}::boolean and not enabled then null else failing_since end
      where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and webhook_id = ${webhookId}
      returning *`,
  );
  return row ? webhookOf(row) : notThere(webhookId);
}

/** Runs the update and records what it changed; undefined: there is no such webhook. */
async function changed(database: Database, tenant: TenantAddress, webhookId: string, update: Query): Promise<Row | undefined> {
  return database.of(tenant).transaction(async (fly) => {
    const [before, after] = await fly([lockWebhook(tenant, webhookId), update]);
    const row = after!.rows[0];
    if (row) await fly(recordDone(tenant, changeOf(webhookId, before!.rows[0], row)));
    return row;
  });
}

/** Its deliveries go with it. */
export async function deleteWebhook(database: Database, tenant: TenantAddress, webhookId: string): Promise<Refusal | null> {
  return database.of(tenant).transaction(async (fly) => {
    const [deleted] = await fly([
      sql`
        delete from webhook
        where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and webhook_id = ${webhookId}
        returning *`,
    ]);
    const [row] = deleted!.rows;
    if (!row) return notThere(webhookId);
    await fly(recordDone(tenant, changeOf(webhookId, row, undefined)));
    return null;
  });
}

/** A new secret; the one before signs beside it for a day, older ones no longer. */
export async function rotateSecret(
  database: Database,
  tenant: TenantAddress,
  webhookId: string,
  now: Instant,
): Promise<{ webhook: Webhook; secret: string } | Refusal> {
  const secret = newSecret();
  const until = (now + PREVIOUS_SECRET_SIGNS_MS) as Instant;
  const row = await changed(
    database,
    tenant,
    webhookId,
    sql`
      update webhook
      set previous_secret = secret, previous_secret_until = ${instantText(until)}, secret = ${secret}
      where cell = ${tenant.cell} and tenant_id = ${tenant.tenantId} and webhook_id = ${webhookId}
      returning *`,
  );
  return row ? { webhook: webhookOf(row), secret } : notThere(webhookId);
}
