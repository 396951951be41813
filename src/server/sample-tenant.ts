// The tenant of `--sample`: made when the server listens, filled through its API (src/sample), found there by later starts.

import { hashKey, newKey } from '../api/key-secret.ts';
import { type Instant, parseInstant } from '../core/month.ts';
import { isRefusal } from '../core/refusal.ts';
import { CONTOSO, fillSample } from '../sample/fill-sample.ts';
import { ADMINISTRATOR_KEY, type SampleKey } from '../sample/sample-keys.ts';
import type { OpenStore } from '../store/open-store.ts';
import { SettingsError } from './serve-settings.ts';

const MOST_KEYS = 1000;

/** A key to fill it with, for that alone; null: it is complete. Throws `SettingsError` where Contoso is somebody else's. */
export async function openSampleTenant(store: OpenStore): Promise<{ key: string; keyId: string } | null> {
  const cell = store.cellOf(CONTOSO.id);
  const tenant = { cell, tenantId: CONTOSO.id };
  const key = newKey(cell);
  const adminKey = { adminKeyId: store.newId(), adminKeyHash: hashKey(key) };
  const sandboxNow = parseInstant(CONTOSO.beginsAt) as Instant;
  const outcome = await store.createTenant({ id: CONTOSO.id, name: CONTOSO.name, sandboxNow, ...adminKey });
  if (isRefusal(outcome)) {
    throw new SettingsError(
      `--sample makes a tenant "${CONTOSO.id}", and there is one that it did not make; start without --sample, or with another BURSAR_DATA`,
    );
  }
  if (outcome.made) return { key, keyId: adminKey.adminKeyId };
  const { value } = await store.listKeys(tenant, { limit: MOST_KEYS });
  if (value.some(({ name }) => name === ADMINISTRATOR_KEY)) return null;
  // An earlier start was cut off: it is finished with a key of its own.
  await store.createKey(
    tenant,
    {
      id: adminKey.adminKeyId,
      name: 'Finishes the sample',
      role: 'tenant-admin',
      environmentIds: [],
      userId: null,
      scopes: null,
      expiresAt: null,
      createdAt: Date.now() as Instant,
      revokedAt: null,
    },
    adminKey.adminKeyHash,
  );
  return { key, keyId: adminKey.adminKeyId };
}

export interface SampleServing {
  url: string;
  scale: number;
  /** Default: now. */
  until?: string;
  say: (line: string) => void;
  /** What fails while the server stops is no fault. */
  isStopping: () => boolean;
}

/** Makes the sample where it is not there, tells its keys this once, and how it goes on. */
export async function serveSample(
  store: OpenStore,
  { url, scale, until = new Date().toISOString(), say, isStopping }: SampleServing,
): Promise<void> {
  const opened = await openSampleTenant(store);
  if (opened === null) return say(`The sample tenant ${CONTOSO.name} is there already; its keys were shown when it was made.`);
  say(`Filling the sample tenant ${CONTOSO.name}, from ${CONTOSO.beginsAt.slice(0, 10)} to now:`);
  try {
    say(introductionOf(await fillSample({ url, ...opened, until, scale, say })));
  } catch (error) {
    if (!isStopping()) say(`The sample is not complete: ${(error as Error).message}\nStart again with --sample to finish it.`);
  }
}

function introductionOf(keys: readonly SampleKey[]): string {
  const width = Math.max(...keys.map(({ title }) => title.length));
  const lines = keys.map(({ title, secret }) => `  ${`${title}:`.padEnd(width + 1)} ${secret}`);
  return `
It is a sandbox: its clock stands still at this moment until an administrator moves it on.
Its keys are shown this once; keep them:
${lines.join('\n')}
`;
}
