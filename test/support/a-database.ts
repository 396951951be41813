// A database of its own for a test file, made from the migrated template, and clients that look into it.

import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';

export interface ADatabase {
  url: string;
  drop(): Promise<void>;
}

export function databaseUrl(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

export function aDatabase(): Promise<ADatabase> {
  return made(`template ${inject('template')}`);
}

/** Without a table. */
export function anEmptyDatabase(server = inject('postgresUrl')): Promise<ADatabase> {
  return made('template template0', server);
}

async function made(from: string, server = inject('postgresUrl')): Promise<ADatabase> {
  const name = `bursar_test_${randomBytes(6).toString('hex')}`;
  await withClient(server, (admin) => admin.query(`create database ${name} ${from}`));
  return {
    url: databaseUrl(server, name),
    drop: () => withClient(server, (admin) => dropDatabase(admin, name)),
  };
}

/** `options`: what the connection begins with, `-c role=…`. */
export async function withClient<T>(url: string, use: (client: pg.Client) => Promise<T>, options = ''): Promise<T> {
  const client = new pg.Client({ connectionString: url, options });
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** As whom the connections act that serve tenants (T1). */
export function runtimeRoleOf(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query(`select 'bursar_' || oid as role from pg_database where datname = current_database()`);
    return rows[0].role;
  });
}

/** With its runtime role, which is of the whole PostgreSQL. A copy of it that is still there keeps the role's name on its tables. */
export async function dropDatabase(client: pg.Client, name: string): Promise<void> {
  const { rows } = await client.query<{ oid: number }>('select oid from pg_database where datname = $1', [name]);
  await client.query(`drop database if exists ${name} with (force)`);
  for (const { oid } of rows) await client.query(`drop role if exists bursar_${oid}`).catch(expectStillNamed);
}

const STILL_NAMED = '2BP01';

function expectStillNamed(error: Error & { code?: string }): void {
  if (error.code !== STILL_NAMED) throw error;
}
