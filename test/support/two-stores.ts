// Two stores on one database of their own, as two processes would have it, and a client that looks at what they stored.

import pg from 'pg';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { aDatabase } from './a-database.ts';

export interface TwoStores {
  /** Of the database. */
  url: string;
  store: OpenStore;
  other: OpenStore;
  client: pg.Client;
  close(): Promise<void>;
}

export async function twoStores(): Promise<TwoStores> {
  const database = await aDatabase();
  const store = await openStore({ url: database.url });
  const other = await openStore({ url: database.url });
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return {
    url: database.url,
    store,
    other,
    client,
    async close() {
      await client.end();
      await store.close();
      await other.close();
      await database.drop();
    },
  };
}
