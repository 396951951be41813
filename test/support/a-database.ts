// A database of its own for a test file, made from the migrated template.

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
  const admin = new pg.Client({ connectionString: server });
  await admin.connect();
  try {
    await admin.query(`create database ${name} ${from}`);
  } finally {
    await admin.end();
  }
  return {
    url: databaseUrl(server, name),
    async drop() {
      const client = new pg.Client({ connectionString: server });
      await client.connect();
      await client.query(`drop database if exists ${name} with (force)`);
      await client.end();
    },
  };
}
