// The tenant of a benchmark, and a key to it.

import { createHash, randomUUID } from 'node:crypto';
import { hashKey, newKey } from '../src/api/key-secret.ts';
import { credits } from '../src/core/credits.ts';
import type { Day, Instant } from '../src/core/month.ts';
import type { OpenStore } from '../src/store/open-store.ts';
import type { TenantAddress } from '../src/store/store.ts';
import { CREDITS_OF_ONE_ENVIRONMENT, environmentId } from './action.ts';

const CREDITS_OF_A_PACK = 1_000_000;

/** Makes a tenant with so many environments, each with its allocation. */
export async function createBenchTenant(store: OpenStore, environments: number): Promise<TenantAddress> {
  const id = `bench-${randomUUID()}`;
  const tenant = { cell: store.cellOf(id), tenantId: id };
  await store.createTenant({
    id,
    name: 'Benchmark',
    sandboxNow: null,
    adminKeyId: store.newId(),
    adminKeyHash: createHash('sha256').update(id).digest(),
  });
  const quantity = (environments * CREDITS_OF_ONE_ENVIRONMENT) / CREDITS_OF_A_PACK;
  await store.submit(tenant, {
    do: 'entitle',
    purchase: { id: 'packs', product: 'ai-builder-add-on-t3', quantity, purchasedOn: '2025-06-01' as Day },
  });
  const ids = Array.from({ length: environments }, (_, index) => environmentId(index));
  await Promise.all(
    ids.map((each) =>
      store.submit(tenant, { do: 'create-environment', environment: { id: each, name: each, type: 'production', region: null } }),
    ),
  );
  const amount = credits(String(CREDITS_OF_ONE_ENVIRONMENT));
  const changes = ids.map((each) => ({ environmentId: each, currency: 'ai-builder-credits' as const, credits: amount }));
  const { outcome } = await store.submit(tenant, { do: 'allocate', changes });
  if ('refused' in outcome) throw new Error(`the bench tenant could not be prepared: ${outcome.detail}`);
  return tenant;
}

/** A key of a service, which may send actions. */
export async function createBenchKey(store: OpenStore, tenant: TenantAddress): Promise<string> {
  const key = newKey(tenant.cell);
  const service = {
    id: store.newId(),
    name: 'bench',
    role: 'service' as const,
    environmentIds: [],
    userId: null,
    scopes: null,
    expiresAt: null,
    createdAt: Date.now() as Instant,
    revokedAt: null,
  };
  await store.createKey(tenant, service, hashKey(key));
  return key;
}
