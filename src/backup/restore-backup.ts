// Restores a backup into an empty database, in one transaction: the tables as they were when it was taken, its rows, a check that what is
// there now is the backup to the byte, then the migrations that came since. Where anything is wrong, nothing of it stays.

import pg from 'pg';
import { addMonths, type Month } from '../core/month.ts';
import { partitionOf } from '../store/activity.ts';
import { addJob, migrateJobs } from '../store/job.ts';
import { applyMigrations, MIGRATION_LOCK, MIGRATION_TABLE, migrationFiles } from '../store/migrate.ts';
import { prepareUnfinishedReports } from '../store/report.ts';
import { monthText } from '../store/sql.ts';
import { BackupError, type BackupHeader, damaged, type Piece, readBackup, type Section } from './backup-file.ts';
import { type CopyingIn, copyIn } from './copy.ts';
import { COPY_SETTINGS, migrationsOf, quoted, type StoredTable, storedTables } from './schema-tables.ts';
import { writeState } from './take-backup.ts';

export interface Restored {
  takenAt: string;
  sha256: string;
  rows: number;
  /** Migrations that came after the backup. */
  migrated: string[];
}

export interface RestoreOptions {
  /** The file, decompressed. */
  input: AsyncIterable<Buffer>;
  onHeader?: (header: BackupHeader) => void;
  /** Rows that were loaded, then rows that were read again, since the last time. */
  onRows?: (count: number, doing: 'loading' | 'checking') => void;
}

/** Throws `BackupError` where the database is not empty or the file cannot be restored; then nothing has changed. */
export async function restoreBackup(url: string, options: RestoreOptions): Promise<Restored> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'bursar restore',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    await refuseUnusable(client);
    await client.query(COPY_SETTINGS);
    await client.query(`set maintenance_work_mem = '256MB'; set work_mem = '64MB'; set synchronous_commit = on`);
    // A server that is started on this database meanwhile waits until it is there.
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const found = await refuseData(client);
    const pieces = readBackup(options.input);
    const header = await headerOf(pieces);
    const later = await laterMigrations(header, found);
    options.onHeader?.(header);
    // These tables are graphile-worker's own; what is restored adds its jobs to them.
    await migrateJobs(url);
    await client.query('begin');
    const restored = await load(client, { pieces, header, later, makesTables: found === null }, options);
    await client.query('commit');
    await client.query('analyze');
    return restored;
  } finally {
    await client.end().catch(() => {});
  }
}

async function refuseUnusable(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select current_setting('server_version_num')::int as version, pg_is_in_recovery() as standby`,
  );
  if (rows[0].version < 150_000) throw new BackupError('Bursar needs PostgreSQL 15 or later, and this database is an older one');
  if (rows[0].standby) throw new BackupError('this database is a standby that takes no writes; name the primary');
}

/** Answers the migrations of a database that has our tables without a row in them, null where it has no tables at all. */
async function refuseData(client: pg.Client): Promise<string[] | null> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind in ('r', 'p') and not c.relispartition
      and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
    order by 1`);
  if (rows.length === 0) return null;
  const migrations = await migrationsOf(client);
  const tables = migrations === null ? [] : await storedTables(client);
  for (const { name } of tables) {
    const { rows: any } = await client.query(`select exists (select from ${quoted([name])}) as any`);
    if (any[0].any)
      throw new BackupError(
        `there is data in this database already (in the table ${name}), and a restore overwrites nothing; name an empty database or a new data folder`,
      );
  }
  const strange = rows
    .map((row) => row.name)
    .filter((name) => name !== 'migration' && !tables.some((each) => each.name === name));
  if (migrations === null)
    throw new BackupError(`this database is not empty: it has the table ${strange[0]}, which is not Bursar's; name an empty one`);
  return migrations;
}

async function headerOf(pieces: AsyncGenerator<Piece>): Promise<BackupHeader> {
  const { value: piece } = await pieces.next();
  if (piece?.kind !== 'header') throw new Error('a backup was read that does not begin with its header');
  return piece.header;
}

/** The migrations that are to follow once the rows are there. */
async function laterMigrations(header: BackupHeader, found: string[] | null): Promise<string[]> {
  const known = await migrationFiles();
  const newer = header.migrations.filter((name) => !known.includes(name));
  if (newer.length > 0)
    throw new BackupError(`the backup is of a newer Bursar (it has ${newer.join(', ')}); restore it with that version`);
  if (header.migrations.some((name, index) => name !== known[index]))
    throw new BackupError(`the backup lacks migrations before its last one (it has ${header.migrations.join(', ')})`);
  if (found !== null && found.join() !== header.migrations.join())
    throw new BackupError(
      'this database has tables of another version than the backup, without rows; name a database without tables, and they are made',
    );
  return known.slice(header.migrations.length);
}

interface Loadable {
  pieces: AsyncGenerator<Piece>;
  header: BackupHeader;
  later: string[];
  makesTables: boolean;
}

async function load(
  client: pg.Client,
  { pieces, header, later, makesTables }: Loadable,
  { onRows }: RestoreOptions,
): Promise<Restored> {
  if (makesTables) {
    await client.query(MIGRATION_TABLE);
    await applyMigrations(client, header.migrations);
  }
  const loading = new Loading(client, await storedTables(client));
  let sha256 = '';
  try {
    for await (const piece of pieces) {
      if (piece.kind === 'section') await loading.begin(piece.section);
      else if (piece.kind === 'rows') {
        await loading.write(piece.text, piece.count);
        onRows?.(piece.count, 'loading');
      } else if (piece.kind === 'section-end') await loading.end();
      else if (piece.kind === 'end') sha256 = piece.sha256;
    }
  } catch (error) {
    // What a table does not take: a value that is none, a row that is there twice, one that refers to nothing.
    if (error instanceof pg.DatabaseError && /^2[23]/.test(error.code ?? ''))
      throw damaged(`${loading.table} does not take its rows (${error.message})`);
    throw error;
  }
  const now = await writeState(client, header, {
    write: async () => {},
    onRows: onRows && ((count) => onRows(count, 'checking')),
  });
  if (now.sha256 !== sha256)
    throw new BackupError(
      `what was loaded reads as ${now.sha256}, and the backup is ${sha256}; nothing was restored. Bursar or this PostgreSQL is at fault: please report it`,
    );
  await applyMigrations(client, later);
  // Jobs are not part of a backup. The computation may have been due in between; it does nothing where it was not.
  await client.query(prepareUnfinishedReports());
  await client.query(addJob('compute-consumption', {}, { key: 'compute-consumption' }));
  return { takenAt: header.takenAt, sha256, rows: now.rows, migrated: later };
}

/** Puts the rows of one section after the other into its table. */
class Loading {
  readonly #client: pg.Client;
  readonly #tables: readonly StoredTable[];
  readonly #seen = new Set<string>();
  #copying: CopyingIn | null = null;
  #count = 0;
  /** What is to be done when the rows of the section are there. */
  #finish: string | null = null;
  /** Whose rows are being loaded. */
  table = 'the first table';

  constructor(client: pg.Client, tables: readonly StoredTable[]) {
    this.#client = client;
    this.#tables = tables;
  }

  async begin({ table, month, columns }: Section): Promise<void> {
    const stored = this.#tables.find((each) => each.name === table);
    const name = month === undefined ? table : partitionOf(month as Month);
    const fits = stored && stored.columns.join() === columns.join() && (table === 'activity') === (month !== undefined);
    if (!fits || this.#seen.has(name)) throw damaged(`the heading of the table ${name} is not one of its version`);
    this.#seen.add(name);
    this.table = name;
    this.#count = 0;
    this.#finish = month === undefined ? null : await this.#makePartition(name, month as Month);
    this.#copying = await copyIn(this.#client, `copy ${quoted([name])} (${quoted(columns)}) from stdin`);
  }

  async write(text: Buffer, count: number): Promise<void> {
    this.#count += count;
    await this.#copying!.write(text);
  }

  async end(): Promise<void> {
    const loaded = await this.#copying!.end();
    if (loaded !== this.#count) throw damaged(`${this.table} took ${loaded} of its ${this.#count} rows`);
    if (this.#finish !== null) await this.#client.query(this.#finish);
  }

  /** Attached, and thereby indexed, once its rows are in it: in a third of the time. */
  async #makePartition(name: string, month: Month): Promise<string | null> {
    const { rows } = await this.#client.query('select to_regclass($1) is not null as there', [name]);
    if (rows[0].there) return null;
    await this.#client.query(`create table ${name} (like activity including defaults including constraints)`);
    const [from, to] = [monthText(month), monthText(addMonths(month, 1))];
    return `alter table activity attach partition ${name} for values from ('${from}') to ('${to}')`;
  }
}
