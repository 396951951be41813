// What the simulation found and was mended, each by itself.

import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { sql } from '../../src/store/sql.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { aTenant, consume } from '../support/a-tenant.ts';
import { type Fault, FaultyWire, preparedForFaults } from './faulty-wire.ts';

let database: ADatabase;
let store: OpenStore;
let tenant: TenantAddress;
let wire: FaultyWire;

/** The next flights, one each; of the background's work too, which asks again by itself. */
function next(...faults: (Fault | null)[]): void {
  wire.faultAt = ({ kind }) => (kind === 'flight' ? (faults.shift() ?? null) : null);
}

beforeAll(async () => {
  database = await aDatabase();
  await preparedForFaults(database.url);
});

beforeEach(async () => {
  wire = new FaultyWire();
  await store?.close();
  store = await openStore({ url: database.url, socket: () => wire.socket() });
  tenant = await aTenant(store);
  await consume(store, tenant);
});

afterAll(async () => {
  await store.close();
  await database.drop();
});

async function recorded(): Promise<number> {
  const [row] = await store.database.everywhere.query(
    sql`select count(*) as count from activity where tenant_id = ${tenant.tenantId}`,
  );
  return Number(row!.count);
}

it('a connection that breaks while a read is under way does not end the process', async () => {
  next({ do: 'cut', at: 'after' });
  await expect(store.findTenant(tenant)).rejects.toMatchObject({ name: 'Unavailable' });
  expect((await store.findTenant(tenant))?.tenantId).toBe(tenant.tenantId);
});

it('where begin fails by itself, nothing of what was sent with it is committed', async () => {
  next({ do: 'error', code: '57014', at: 'first' }, { do: 'cut', at: 'before' });
  await expect(consume(store, tenant)).rejects.toMatchObject({ name: 'Unavailable', outcomeUnknown: false });
  expect(await recorded()).toBe(1);
});

it('a transaction that could not be rolled back does not go back to the pool', async () => {
  const again = { do: 'error', code: '55P03', at: 'first' } as const;
  next(null, again, again);
  await expect(store.database.everywhere.transaction((fly) => fly([sql`select 1`]))).rejects.toMatchObject({
    name: 'Unavailable',
  });
  expect(await recorded()).toBe(1);
});

it('what somebody cancelled is answered as Unavailable, not as a fault of the server', async () => {
  const cancelled = { do: 'error', code: '57014', at: 'middle' } as const;
  next(cancelled, cancelled);
  await expect(consume(store, tenant)).rejects.toMatchObject({ name: 'Unavailable', outcomeUnknown: false });
  expect(typeof (await consume(store, tenant))).toBe('object');
});
