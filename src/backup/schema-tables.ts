// Which tables a backup holds, read from PostgreSQL's own catalogue so that a new one is part of it by itself: the installation and
// every table that belongs to tenants, but those that are made again from others.

import type pg from 'pg';
import { BackupError } from './backup-file.ts';

export interface StoredTable {
  name: string;
  columns: string[];
  key: string[];
}

/** Made again in the background from daily_usage (store/usage-rollup.ts), which answers until then: the same state, fewer bytes. */
const MADE_AGAIN = ['usage_rolled', 'usage_rollup'];
/** What is under way for minutes, and no state: sign-ins at a provider, and wrong passwords. */
const PASSING = ['provider_sign_in', 'sign_in_throttle'];

/** In an order in which each comes after those that it refers to, otherwise by name. */
export async function storedTables(client: pg.ClientBase): Promise<StoredTable[]> {
  const { rows } = await client.query<StoredTable & { refers_to: string[] }>(
    `
    select c.relname as name,
      (select array_agg(a.attname::text order by a.attnum)
        from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select array_agg(a.attname::text order by k.place)
        from pg_constraint p
        cross join lateral unnest(p.conkey) with ordinality as k (attnum, place)
        join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attnum
        where p.conrelid = c.oid and p.contype = 'p') as key,
      array(select distinct r.relname::text
        from pg_constraint f
        join pg_class r on r.oid = f.confrelid
        where f.conrelid = c.oid and f.contype = 'f' and f.confrelid <> c.oid) as refers_to
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'public'
    where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> all($1::text[])
      and (c.relname = 'installation' or exists (
        select from pg_attribute a
        where a.attrelid = c.oid and a.attnum = 1 and a.attname = 'cell'))
    order by c.relname collate "C"`,
    [[...MADE_AGAIN, ...PASSING]],
  );
  const ordered: StoredTable[] = [];
  const left = new Map(rows.map((row) => [row.name, row]));
  while (left.size > 0) {
    const next = [...left.values()].find((table) => !table.refers_to.some((other) => left.has(other)));
    if (!next) throw new BackupError(`the tables ${[...left.keys()].join(', ')} refer to each other in a circle`);
    if (!next.key) throw new BackupError(`the table ${next.name} has no primary key, so that its rows have no order`);
    left.delete(next.name);
    ordered.push({ name: next.name, columns: next.columns, key: next.key });
  }
  return ordered;
}

/** The names of the migrations that this database has; null: it is none of Bursar's. */
export async function migrationsOf(client: pg.ClientBase): Promise<string[] | null> {
  const { rows: there } = await client.query(`select to_regclass('public.migration') is not null as there`);
  if (!there[0].there) return null;
  const { rows } = await client.query<{ name: string }>('select name from migration order by name collate "C"');
  return rows.map((row) => row.name);
}

/**
 * How both sides of a COPY write and read instants, bytes and texts, whatever the database's own settings. A login from which rows are
 * hidden is refused, rather than given a backup without them.
 */
export const COPY_SETTINGS = [
  `set timezone = 'UTC'`,
  `set datestyle = 'ISO, YMD'`,
  `set intervalstyle = 'postgres'`,
  `set bytea_output = 'hex'`,
  'set extra_float_digits = 1',
  `set client_encoding = 'UTF8'`,
  `set search_path = public`,
  'set row_security = off',
  'set statement_timeout = 0',
  'set idle_in_transaction_session_timeout = 0',
].join('; ');

export const quoted = (names: readonly string[]) => names.map((name) => `"${name.replaceAll('"', '""')}"`).join(', ');
