// Scale-out: spreads the tables over a Citus cluster by cell (docs/operating/scale-out.md). Whatever has a cell is distributed by it and
// co-located, so that a tenant's rows, their keys and the locks on them are on one node and every statement of the decision path goes
// there as a whole; what has none (the installation, the migrations, waiting jobs) stays on the coordinator. The policies of the second wall
// read a setting of the coordinator's connection, which no worker has: they are taken away.

import pg, { escapeIdentifier } from 'pg';
import { MIGRATION_LOCK } from './migrate.ts';

/** Every other table is put beside this one. */
const FIRST = 'tenant';

export interface Distribution {
  /** Distributed by their cell, co-located. */
  distributed: string[];
  /** On the coordinator only. */
  local: string[];
}

interface ForeignKey {
  table: string;
  name: string;
  definition: string;
}

/** What cannot be distributed, told to the operator. */
export class DistributionError extends Error {}

/**
 * How many cells an installation has is fixed when it is made: tenants lie where the hash of their id says. Answers how many there are,
 * which are others than wanted where it was made before.
 */
export async function fixCells(url: string, cells: number): Promise<number> {
  const client = new pg.Client({ connectionString: url, application_name: 'bursar migrate' });
  await client.connect();
  try {
    await client.query('insert into installation (cells) values ($1) on conflict do nothing', [cells]);
    const { rows } = await client.query<{ cells: number }>('select cells from installation');
    return rows[0]!.cells;
  } finally {
    await client.end();
  }
}

/** Distributes the tables of a database that was migrated. One transaction: all of it, or nothing. Again changes nothing. */
export async function distribute(url: string, log: (line: string) => void): Promise<Distribution> {
  const client = new pg.Client({ connectionString: url, application_name: 'bursar migrate', connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows: citus } = await client.query(`select to_regproc('create_distributed_table') is not null as there`);
    if (!citus[0].there)
      throw new DistributionError(
        'this database has no Citus extension; run "create extension citus" in it and on its workers, or migrate without --distributed',
      );
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const tables = await tablesOf(client);
    const done = await distributedAlready(client);
    const wanted = tables.distributed.filter((table) => !done.has(table));
    await client.query('begin');
    await takeDownWall(client, tables.distributed);
    if (wanted.length > 0) await spread(client, wanted);
    await client.query('commit');
    for (const table of wanted) log(`distributed ${table} by cell`);
    return tables;
  } finally {
    await client.end();
  }
}

/** Tables by whether they have a cell; partitions follow the table that they are of. */
async function tablesOf(client: pg.Client): Promise<Distribution> {
  const { rows } = await client.query<{ name: string; has_cell: boolean }>(`
    select c.relname as name, exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'cell') as has_cell
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace
      and c.relkind in ('r', 'p')
      and not c.relispartition
    order by c.relname <> '${FIRST}', c.relname`);
  return {
    distributed: rows.filter((row) => row.has_cell).map((row) => row.name),
    local: rows.filter((row) => !row.has_cell).map((row) => row.name),
  };
}

async function distributedAlready(client: pg.Client): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ name: string }>(`
    select c.relname as name
    from pg_dist_partition d
    join pg_class c on c.oid = d.logicalrelid`);
  return new Set(rows.map((row) => row.name));
}

/** Together with row level security: without policies nobody but the owner would see anything. */
async function takeDownWall(client: pg.Client, tables: readonly string[]): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `
    select c.relname as name
    from pg_class c
    where c.relnamespace = current_schema()::regnamespace and c.relname = any($1) and c.relrowsecurity
    order by c.relname`,
    [tables],
  );
  for (const { name } of rows) {
    const table = escapeIdentifier(name);
    await client.query(`drop policy if exists tenants_at_hand on ${table}; alter table ${table} disable row level security`);
  }
}

/** Citus takes no foreign keys between a table that is distributed and one that is not yet: they are taken off and put back. */
async function spread(client: pg.Client, tables: readonly string[]): Promise<void> {
  const keys = await foreignKeysOf(client, tables);
  for (const { table, name } of keys)
    await client.query(`alter table ${escapeIdentifier(table)} drop constraint ${escapeIdentifier(name)}`);
  for (const table of tables) {
    if (table === FIRST) await client.query(`select create_distributed_table($1, 'cell')`, [table]);
    else await client.query(`select create_distributed_table($1, 'cell', colocate_with => $2)`, [table, FIRST]);
  }
  for (const { table, name, definition } of keys)
    await client.query(`alter table ${escapeIdentifier(table)} add constraint ${escapeIdentifier(name)} ${definition}`);
}

async function foreignKeysOf(client: pg.Client, tables: readonly string[]): Promise<ForeignKey[]> {
  const { rows } = await client.query<ForeignKey>(
    `
    select t.relname as table, k.conname as name, pg_get_constraintdef(k.oid) as definition
    from pg_constraint k
    join pg_class t on t.oid = k.conrelid
    where k.contype = 'f' and k.conparentid = 0 and t.relnamespace = current_schema()::regnamespace
      and (t.relname = any($1) or k.confrelid = any(select oid from pg_class where relname = any($1)))
    order by t.relname, k.conname`,
    [tables],
  );
  return rows;
}
