// Migrations: numbered files, forward only, applied at start under an advisory lock so that several processes may start at once.

import { readdir, readFile } from 'node:fs/promises';
import pg from 'pg';
import { migrateJobs } from './job.ts';

const FOLDER = new URL('../../migrations/', import.meta.url);
/** Any number that no other program uses for a lock of its own in this database. Whoever changes the schema holds it. */
export const MIGRATION_LOCK = 4_600_001;

/** The names of all migrations, in their order. */
export async function migrationFiles(): Promise<string[]> {
  return (await readdir(FOLDER)).filter((name) => /^\d{4}_.+\.sql$/.test(name)).sort();
}

/** Applies migrations in the transaction of `client`. */
export async function applyMigrations(client: pg.ClientBase, files: readonly string[]): Promise<void> {
  for (const file of files) {
    await client.query(await readFile(new URL(file, FOLDER), 'utf8'));
    await client.query('insert into migration (name) values ($1)', [file]);
  }
}

/** Where the names of what was applied are kept. */
export const MIGRATION_TABLE =
  'create table if not exists migration (name text primary key, applied_at timestamptz not null default now())';

/** Applies what is missing and answers the names of what it applied. Refuses a database that a newer Bursar has migrated. */
export async function migrate(url: string, log: (line: string) => void): Promise<string[]> {
  const files = await migrationFiles();
  const client = new pg.Client({ connectionString: url, application_name: 'bursar migrate', connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows: version } = await client.query('show server_version_num');
    if (Number(version[0].server_version_num) < 150_000)
      throw new Error('Bursar needs PostgreSQL 15 or later; DATABASE_URL names an older one');
    const { rows: standby } = await client.query('select pg_is_in_recovery() as standby');
    if (standby[0].standby) throw new Error('DATABASE_URL names a standby that takes no writes; name the primary');
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(MIGRATION_TABLE);
    const { rows } = await client.query<{ name: string }>('select name from migration order by name');
    const done = new Set(rows.map((row) => row.name));
    const unknown = [...done].filter((name) => !files.includes(name));
    if (unknown.length > 0)
      throw new Error(`this database was migrated by a newer Bursar (${unknown.join(', ')}); start that version`);
    const applied: string[] = [];
    for (const file of files.filter((name) => !done.has(name))) {
      await client.query('begin');
      await applyMigrations(client, [file]);
      await client.query('commit');
      applied.push(file);
      // A new database is one piece of news.
      if (done.size > 0) log(`migrated ${file}`);
    }
    if (done.size === 0) log(`made the tables of a new database (${files.length} migrations)`);
    await migrateJobs(url);
    return applied;
  } finally {
    await client.end();
  }
}
