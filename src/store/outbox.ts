// The outbox as the API and the server know it: notices, where they are to go, and their deliveries.

import type { Instant } from '../core/month.ts';
import type { Database } from './database.ts';
import { dispatchNotices, giveBack, recordAttempt, type TakenDelivery, takeDeliveries } from './delivery.ts';
import { deliveriesOfNotice, deliveriesOfWebhook, pruneDeliveries, replayDelivery, testWebhook } from './delivery-log.ts';
import { listNotices, type NoticeFilter } from './notice.ts';
import { noticeRecipients, setNoticeRecipients } from './notice-recipients.ts';
import type { PageRequest, TenantAddress } from './store.ts';
import {
  changeWebhook,
  createWebhook,
  deleteWebhook,
  findWebhook,
  listWebhooks,
  rotateSecret,
  type WebhookChange,
} from './webhook.ts';

export type Outbox = ReturnType<typeof outboxOf>;

/** `clock` is the server's: deliveries know no other, also those of a sandbox. */
export function outboxOf(database: Database, cells: number, clock: () => Instant) {
  return {
    clock,
    listNotices: (tenant: TenantAddress, filter: NoticeFilter, page: PageRequest) => listNotices(database, tenant, filter, page),
    deliveriesOfNotice: (tenant: TenantAddress, number: number, page: PageRequest) =>
      deliveriesOfNotice(database, tenant, number, page),

    recipients: (tenant: TenantAddress) => noticeRecipients(database, tenant),
    setRecipients: (tenant: TenantAddress, emails: readonly string[]) => setNoticeRecipients(database, tenant, emails),

    createWebhook: (tenant: TenantAddress, wanted: Parameters<typeof createWebhook>[2]) =>
      createWebhook(database, tenant, wanted, clock()),
    listWebhooks: (tenant: TenantAddress, page: PageRequest) => listWebhooks(database, tenant, page),
    findWebhook: (tenant: TenantAddress, webhookId: string) => findWebhook(database, tenant, webhookId),
    changeWebhook: (tenant: TenantAddress, webhookId: string, change: WebhookChange) =>
      changeWebhook(database, tenant, webhookId, change),
    deleteWebhook: (tenant: TenantAddress, webhookId: string) => deleteWebhook(database, tenant, webhookId),
    rotateSecret: (tenant: TenantAddress, webhookId: string) => rotateSecret(database, tenant, webhookId, clock()),
    testWebhook: (tenant: TenantAddress, webhookId: string) => testWebhook(database, tenant, webhookId, clock()),
    deliveriesOfWebhook: (tenant: TenantAddress, webhookId: string, page: PageRequest) =>
      deliveriesOfWebhook(database, tenant, webhookId, page),
    replay: (tenant: TenantAddress, webhookId: string, deliveryId: string) =>
      replayDelivery(database, tenant, webhookId, deliveryId, clock()),

    /** Of every cell; `mail`: whether there is a way to send any. */
    async dispatch(options: { mail: boolean }): Promise<void> {
      for (let cell = 0; cell < cells; cell += 1) {
        while ((await dispatchNotices(database, cell, { now: clock(), ...options })) > 0);
      }
    },
    /** At most `most` that are due, of whatever cell. */
    async take(options: { most: number; busyTenants: readonly string[] }): Promise<TakenDelivery[]> {
      const taken: TakenDelivery[] = [];
      for (let cell = 0; cell < cells && taken.length < options.most; cell += 1) {
        const most = options.most - taken.length;
        taken.push(...(await takeDeliveries(database, cell, { now: clock(), most, busyTenants: options.busyTenants })));
      }
      return taken;
    },
    record: (taken: TakenDelivery, result: Parameters<typeof recordAttempt>[2], random: number) =>
      recordAttempt(database, taken, result, random),
    giveBack: (taken: TakenDelivery) => giveBack(database, taken),
    async prune(): Promise<void> {
      for (let cell = 0; cell < cells; cell += 1) await pruneDeliveries(database, cell, clock());
    },
  };
}
