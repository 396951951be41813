// A tenant on a store, and actions to send through its engine.

import type { ActivityRecord } from '../../src/core/activity.ts';
import { credits } from '../../src/core/credits.ts';
import { type Instant, parseInstant } from '../../src/core/month.ts';
import type { OpenStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { anAction } from '../core/a-ledger.ts';

let made = 0;

/** A sandbox with one environment `sales`, 5,000 AI Builder credits a month, `allocated` of them allocated to it. */
export async function aTenant(
  store: OpenStore,
  options: { now?: string; allocated?: string; id?: string } = {},
): Promise<TenantAddress> {
  made += 1;
  const id = options.id ?? `tenant-${process.pid}-${made}`;
  const tenant = { cell: store.cellOf(id), tenantId: id };
  const sandboxNow = parseInstant(options.now ?? '2026-03-10T08:00:00Z') as Instant;
  await store.createTenant({ id, name: id, sandboxNow, adminKeyId: store.newId(), adminKeyHash: Buffer.from(store.newId()) });
  await store.submit(tenant, {
    do: 'create-environment',
    environment: { id: 'sales', name: 'Sales', type: 'production', region: null },
  });
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'seats', product: 'power-automate-premium', quantity: 1 } });
  if (options.allocated) {
    const change = { environmentId: 'sales', currency: 'ai-builder-credits' as const, credits: credits(options.allocated) };
    await store.submit(tenant, { do: 'allocate', changes: [change] });
  }
  return tenant;
}

/** Consumes and answers the record, or the refusal's code. */
export async function consume(
  store: OpenStore,
  tenant: TenantAddress,
  action = anAction(),
  key?: string,
  fingerprint = '00',
): Promise<ActivityRecord | string> {
  const { outcome } = await store.submit(
    tenant,
    { do: 'consume', id: store.newId(), action },
    key === undefined ? undefined : { key, fingerprint },
  );
  return 'refused' in outcome ? outcome.refused : outcome.record;
}
