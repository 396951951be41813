// A running server on a database of its own, as `bursar serve` puts it together.

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hashKey, newKey } from '../../src/api/key-secret.ts';
import { buildServer } from '../../src/server/app.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { aDatabase } from './a-database.ts';

export interface AServer {
  url: string;
  operatorKey: string;
  store: OpenStore;
  databaseUrl: string;
  /** A tenant with its administrator's key; a sandbox where `now` is given. */
  tenant(name?: string, now?: string): Promise<{ id: string; key: string }>;
  stop(): Promise<void>;
}

export async function startServer(): Promise<AServer> {
  const database = await aDatabase();
  const store = await openStore({ url: database.url });
  const operatorKey = newKey(0);
  const webRoot = fileURLToPath(new URL('../../dist/web/', import.meta.url));
  const server = await buildServer({
    store,
    operatorKeyHash: hashKey(operatorKey),
    logLevel: 'silent',
    ...(existsSync(webRoot) ? { webRoot } : {}),
  });
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  return {
    url,
    operatorKey,
    store,
    databaseUrl: database.url,
    async tenant(name = 'Contoso', now) {
      const answer = await fetch(`${url}/v1/tenants`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${operatorKey}` },
        body: JSON.stringify({ name, ...(now ? { sandbox: { now } } : {}) }),
      });
      const { id, adminKey } = (await answer.json()) as { id: string; adminKey: string };
      return { id, key: adminKey };
    },
    async stop() {
      await server.close();
      await store.close();
      await database.drop();
    },
  };
}
