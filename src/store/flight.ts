// Flights: several statements in one round trip, and those that every transaction begins and ends with.

import type { Duplex } from 'node:stream';
import type pg from 'pg';
import type { QueryResult } from 'pg';
import { columnTypes, type Query, sql } from './sql.ts';

/** The login and the role of connections that are of tenants; without a role PostgreSQL holds them to nothing. */
export interface Runtime {
  url: string;
  role: string | null;
}

const CONNECT_TIMEOUT_MS = 5_000;
/** Instants are read and written in UTC; an idle transaction of a process that hangs must not block a tenant for ever. */
const SETTINGS =
  '-c timezone=UTC -c default_transaction_isolation=read\\ committed -c idle_in_transaction_session_timeout=60000 -c jit=off';

export function connectionOptions(
  { url, role }: Runtime,
  socket: (() => Duplex) | undefined,
): pg.ClientConfig & { pipeline: boolean; options: string } {
  return {
    connectionString: url,
    ...(socket && { stream: socket }),
    pipeline: true,
    types: columnTypes,
    application_name: 'bursar',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    options: role === null ? SETTINGS : `${SETTINGS} -c role=${role}`,
    keepAlive: true,
  };
}

/** Sends all queries at once and waits for every answer; throws the first error, when nothing is under way any more. */
export async function fly(client: pg.ClientBase, queries: readonly Query[]): Promise<QueryResult[]> {
  const { stream } = (client as unknown as { connection: { stream: { cork(): void; uncork(): void } } }).connection;
  stream.cork();
  const underWay = queries.map((query) => client.query(query));
  stream.uncork();
  const settled = await Promise.allSettled(underWay);
  const failed = settled.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
  return settled.map((each) => (each as PromiseFulfilledResult<QueryResult>).value);
}

export const begin: Query = { name: 'begin', text: 'begin', values: [] };
export const beginWriting: Query = { name: 'begin-writing', text: 'begin read write', values: [] };
export const beginReading: Query = { name: 'begin-reading', text: 'begin isolation level repeatable read read only', values: [] };
export const commit: Query = { name: 'commit', text: 'commit', values: [] };
export const rollback: Query = { name: 'rollback', text: 'rollback', values: [] };

/** Until the transaction ends; where none has begun, it is forgotten at once. */
export function atHand(tenantIds: readonly string[]): Query {
  return sql`select set_config('bursar.tenants', ${JSON.stringify(Object.fromEntries(tenantIds.map((id) => [id, 0])))}, true)`;
}

export async function isRolledBack(client: pg.ClientBase): Promise<boolean> {
  return fly(client, [rollback]).then(
    () => true,
    () => false,
  );
}

/** After an error PostgreSQL answers a commit with ROLLBACK, without complaint. */
export function expectCommit(ended: QueryResult | undefined): void {
  if (ended?.command !== 'COMMIT') throw new Error(`the commit was answered with ${ended?.command}`);
}
