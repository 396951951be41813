// Bursar's own server for the benchmark, a process of its own: `startBursarServer` forks this file; run as a process it tells its parent
// where it listens and ends when the parent disconnects.

import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { hashKey, newKey } from '../src/api/key-secret.ts';
import { buildServer } from '../src/server/app.ts';
import { openStore } from '../src/store/open-store.ts';
import type { TenantAddress } from '../src/store/store.ts';

export interface BursarServer {
  origin: string;
  key: string;
  close(): Promise<void>;
}

interface Settings {
  url: string;
  tenant: TenantAddress;
}

export async function startBursarServer(settings: Settings): Promise<BursarServer> {
  const server = fork(fileURLToPath(import.meta.url));
  const exited = once(server, 'exit');
  server.send(settings);
  const gone = exited.then(([code]) => {
    throw new Error(`Bursar's server ended before it listened (exit code ${code}); its error is printed above`);
  });
  const [{ origin, key }] = (await Promise.race([once(server, 'message'), gone])) as [{ origin: string; key: string }];
  gone.catch(() => undefined);
  return {
    origin,
    key,
    async close() {
      if (server.connected) server.disconnect();
      await exited;
    },
  };
}

async function serve({ url, tenant }: Settings): Promise<void> {
  const store = await openStore({ url });
  const key = newKey(tenant.cell);
  const admin = {
    id: randomUUID(),
    name: 'bench',
    role: 'service' as const,
    environmentIds: [],
    userId: null,
    createdAt: Date.now() as never,
    revokedAt: null,
  };
  await store.createKey(tenant, admin, hashKey(key));
  const server = await buildServer({ store, operatorKeyHash: hashKey(newKey(0)), logLevel: 'silent' });
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ origin, key });
  process.on('disconnect', async () => {
    await server.close();
    await store.close();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.once('message', (settings: Settings) => void serve(settings));
