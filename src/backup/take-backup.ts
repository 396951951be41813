// Takes a backup of a database that is in use: one snapshot (repeatable read), table by table in the order of their primary keys,
// streamed. Writers do not wait for it, and it sees nothing of what they commit after it began.

import pg from 'pg';
import { monthOfPartition } from '../store/activity.ts';
import { BackupError, type BackupHeader, BackupWriter, newlinesOf, type Section } from './backup-file.ts';
import { copyOut } from './copy.ts';
import { COPY_SETTINGS, migrationsOf, quoted, storedTables } from './schema-tables.ts';

/** Within the copies, a sort that needs more goes to PostgreSQL's own temporary files. */
const WORK_MEM = `set work_mem = '64MB'`;

export interface TakenBackup {
  takenAt: string;
  /** Of the state: two backups with the same one hold the same. */
  sha256: string;
  rows: number;
}

export interface TakeOptions {
  /** The next bytes of the file; resolves when more may come. */
  write: (bytes: Buffer) => Promise<void>;
  /** About how many rows there are, before the first. */
  onBegin?: (rows: number) => void;
  /** Rows that were written since the last time. */
  onRows?: (count: number) => void;
}

export async function takeBackup(url: string, { write, onBegin, onRows }: TakeOptions): Promise<TakenBackup> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'bursar backup',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // Whoever reads is told as well.
  client.on('error', () => {});
  await client.connect();
  try {
    await client.query(COPY_SETTINGS);
    await client.query(WORK_MEM);
    const before = await migrationsOf(client);
    if (!before?.length) throw new BackupError('there is no data of Bursar in this database; nothing was backed up');
    const tables = await storedTables(client);
    await client.query('begin isolation level repeatable read read only');
    // Before the snapshot, which the first query takes: a partition that is dropped (retention) is then wholly there or wholly gone.
    await client.query(`lock table ${quoted(tables.map((table) => table.name))} in access share mode`);
    const migrations = (await migrationsOf(client))!;
    if (migrations.join() !== before.join())
      throw new BackupError(
        'the database is being upgraded at this moment; nothing was backed up. Start again when that is done',
      );
    onBegin?.(await aboutHowMany(client));
    const takenAt = new Date().toISOString();
    const { sha256, rows } = await writeState(client, { takenAt, migrations }, { write, onRows });
    return { takenAt, sha256, rows };
  } finally {
    await client.end().catch(() => {});
  }
}

/** Writes what the transaction of `client` sees. */
export async function writeState(
  client: pg.Client,
  { takenAt, migrations }: Pick<BackupHeader, 'takenAt' | 'migrations'>,
  { write, onRows }: Pick<TakeOptions, 'write'> & { onRows?: TakeOptions['onRows'] | undefined },
): Promise<{ sha256: string; rows: number }> {
  const { rows: installation } = await client.query<{ cells: number }>('select cells from installation');
  const writer = new BackupWriter();
  await write(writer.begin({ takenAt, migrations, cells: installation[0]?.cells ?? null }));
  let rows = 0;
  for (const { section, query } of await sectionsOf(client)) {
    let begun = false;
    for await (const text of copyOut(client, `copy (${query}) to stdout`)) {
      if (!begun) await write(writer.beginSection(section));
      begun = true;
      await write(writer.rows(text));
      const count = newlinesOf(text);
      rows += count;
      onRows?.(count);
    }
    if (begun) await write(writer.endSection());
  }
  const { line, sha256 } = writer.end();
  await write(line);
  return { sha256, rows };
}

interface Reading {
  section: Section;
  query: string;
}

async function sectionsOf(client: pg.Client): Promise<Reading[]> {
  const months = await activityMonths(client);
  return (await storedTables(client)).flatMap(({ name, columns, key }): Reading[] => {
    const query = (where: string) => `select ${quoted(columns)} from ${quoted([name])} ${where} order by ${quoted(key)}`;
    if (name !== 'activity') return [{ section: { table: name, columns }, query: query('') }];
    return months.map((month) => ({
      section: { table: name, month, columns },
      query: query(`where stored_month = date '${month}-01'`),
    }));
  });
}

/** One that is empty, such as that of the month to come, has no section. */
async function activityMonths(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name
    from pg_inherits i
    join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'activity'::regclass
    order by c.relname collate "C"`);
  return rows.map(({ name }) => {
    const month = monthOfPartition(name);
    if (month === null)
      throw new BackupError(`the partition ${name} of the activity is not named after a month; nothing was backed up`);
    return month;
  });
}

/** As PostgreSQL last counted. */
async function aboutHowMany(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ rows: string }>(`
    select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint as rows
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind = 'r' and c.relname not in ('usage_rollup', 'usage_rolled')`);
  return Number(rows[0]!.rows);
}
