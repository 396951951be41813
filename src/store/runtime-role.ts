// The runtime role: whom PostgreSQL sees where tenants are served. It owns nothing, is no superuser, and is held by the policies of
// migrations/0010_wall.sql, so that a statement that forgets its tenant sees nothing of others. A role is of a whole PostgreSQL and not of a
// database, so each database has one of its own, named after its oid; it is made at the start, and not by a migration or a restore.

import pg, { escapeIdentifier } from 'pg';
import type { Database } from './database.ts';
import { isDatabaseError } from './database-error.ts';
import type { Runtime } from './flight.ts';
import { MIGRATION_LOCK } from './migrate.ts';
import { sql } from './sql.ts';

/** What is not in here is select, insert, update and delete on every table that belongs to tenants. */
const FEWER_RIGHTS: Record<string, readonly string[]> = {
  activity: ['select', 'insert'],
  activity_dropped: ['select'],
  audit_event: ['select'],
  audit_head: ['select'],
  usage_rollup: ['select'],
  usage_rolled: ['select'],
};
const RIGHTS = ['select', 'insert', 'update', 'delete'];
/** They act as the owner, and look themselves for the tenant. */
const FUNCTIONS = ['add_report_job', 'append_audit'];
const MAY_NOT = '42501';

/** The wall cannot be relied on, told to the operator. */
export class WallError extends Error {}

export interface Wall {
  runtime: Runtime;
  /** What an administrator has to run so that there is a wall; null: there is one, or this database has none (distribution.ts). */
  missing: string | null;
}

/**
 * Makes what is missing of the role of a database that was migrated, and answers how to be it. `runtimeUrl`: a login of its own, which
 * becomes a member. Where the owner may not make roles, Bursar works as the owner, and `missing` says what to do.
 */
export async function raiseWall({ url, runtimeUrl }: { url: string; runtimeUrl?: string | undefined }): Promise<Wall> {
  const login = runtimeUrl === undefined ? null : await sessionUser(runtimeUrl);
  const client = await connected(url);
  try {
    // A grant that is said by two at a time fails, and so does the second of two processes that make one role.
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const { role, isThere, isAbove, isWalled, ownerIsHeld, members } = await whatIsThere(client, login);
    if (!isWalled) return { runtime: { url, role: null }, missing: null };
    if (ownerIsHeld)
      throw new WallError('DATABASE_URL must name the login that owns the tables: row level security hides them from this one');
    if (isAbove)
      throw new WallError(`the role ${role} passes by row level security; run: alter role ${role} nosuperuser nobypassrls`);
    const statements = [
      ...(isThere ? [] : [`create role ${escapeIdentifier(role)} nologin`]),
      ...members.map((member) => `grant ${escapeIdentifier(role)} to ${escapeIdentifier(member)}`),
    ];
    try {
      for (const statement of statements) await client.query(statement);
    } catch (error) {
      if (!isDatabaseError(error) || error.code !== MAY_NOT) throw error;
      return { runtime: { url, role: null }, missing: `${statements.join('; ')};` };
    }
    for (const grant of await missingGrants(client, role)) await client.query(grant);
    return { runtime: { url: runtimeUrl ?? url, role }, missing: null };
  } finally {
    await client.end();
  }
}

export function noWall(missing: string): string {
  return `tenants are kept apart by Bursar alone, because the login of DATABASE_URL may not make the role for the second wall; let an administrator of PostgreSQL run once, in any database: ${missing} then start Bursar again`;
}

/** Throws where what a store sends for tenants does not arrive as the role: some poolers take away what a connection begins with. */
export async function expectHeld(database: Database, { runtime }: Wall): Promise<void> {
  if (runtime.role === null) return;
  const [row] = await database
    .of({ tenantId: '' })
    .query(sql`select current_user::text as role, row_security_active('tenant') as held`);
  if (row?.role === runtime.role && row.held) return;
  throw new WallError(
    `connections to the database are ${row?.role} and not ${runtime.role}: the start-up parameter "options" is lost on the way; let the pooler pass it, take options out of the URL, or name PostgreSQL itself`,
  );
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: 'bursar migrate', connectionTimeoutMillis: 10_000 });
  client.on('error', () => {});
  await client.connect();
  return client;
}

async function sessionUser(url: string): Promise<string> {
  const client = await connected(url);
  try {
    const { rows } = await client.query<{ name: string }>('select session_user::text as name');
    return rows[0]!.name;
  } finally {
    await client.end();
  }
}

interface Found {
  role: string;
  isThere: boolean;
  isAbove: boolean;
  isWalled: boolean;
  ownerIsHeld: boolean;
  /** Who is to become one. */
  members: string[];
}

async function whatIsThere(client: pg.Client, login: string | null): Promise<Found> {
  const { rows: version } = await client.query('show server_version_num');
  const membership = Number(version[0].server_version_num) >= 160_000 ? 'set' : 'member';
  const { rows } = await client.query<Found>(
    `
    select 'bursar_' || d.oid as role,
      r.oid is not null as "isThere",
      coalesce(r.rolsuper or r.rolbypassrls, false) as "isAbove",
      t.relrowsecurity as "isWalled",
      row_security_active(t.oid) as "ownerIsHeld",
      case when r.oid is not null and pg_has_role(m.name, r.oid, $2) then '{}' else array[m.name::text] end as members
    from pg_database d
    cross join (select coalesce($1, current_user) as name) m
    join pg_class t on t.oid = 'tenant'::regclass
    left join pg_roles r on r.rolname = 'bursar_' || d.oid
    where d.datname = current_database()`,
    [login, membership],
  );
  return rows[0]!;
}

/** The statements that give the role what it has not. One that is given again would change the catalogue all the same. */
async function missingGrants(client: pg.Client, role: string): Promise<string[]> {
  const { rows: tables } = await client.query<{ name: string; rights: string[] }>(
    `
    select c.relname as name, array_agg(wanted.right_name) as rights
    from pg_class c
    join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
    cross join lateral jsonb_array_elements_text(coalesce($2::jsonb -> c.relname::text, $3::jsonb)) as wanted (right_name)
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
      and not has_table_privilege($1, c.oid, wanted.right_name)
    group by c.relname
    order by c.relname`,
    [role, JSON.stringify(FEWER_RIGHTS), JSON.stringify(RIGHTS)],
  );
  const { rows: functions } = await client.query<{ name: string }>(
    `
    select p.oid::regprocedure::text as name
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.proname = any($2) and not has_function_privilege($1, p.oid, 'execute')`,
    [role, FUNCTIONS],
  );
  const { rows: schema } = await client.query<{ open: boolean }>(`select has_schema_privilege($1, 'public', 'usage') as open`, [
    role,
  ]);
  const to = escapeIdentifier(role);
  return [
    ...(schema[0]!.open ? [] : [`grant usage on schema public to ${to}`]),
    ...tables.map(({ name, rights }) => `grant ${rights.join(', ')} on ${escapeIdentifier(name)} to ${to}`),
    ...functions.map(({ name }) => `grant execute on function ${name} to ${to}`),
  ];
}
