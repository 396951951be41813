// The second wall between tenants (T1): what a connection that serves tenants can see and do, whatever statement is sent. First the whole
// schema, table by table; then the logins under which Bursar may be started.

import type pg from 'pg';
import { escapeIdentifier, escapeLiteral } from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { SEES_ALL } from '../../src/core/sight.ts';
import { readServeSettings } from '../../src/server/serve-settings.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { raiseWall } from '../../src/store/runtime-role.ts';
import { sql } from '../../src/store/sql.ts';
import { UsageRollups } from '../../src/store/usage-rollup.ts';
import { verify } from '../../src/verify/verify.ts';
import { type ADatabase, aDatabase, anEmptyDatabase, runtimeRoleOf, withClient } from '../support/a-database.ts';
import { type AServer, startServer } from '../support/a-server.ts';
import { aTenant, consume } from '../support/a-tenant.ts';
import { everything } from '../support/everything.ts';

const REFUSED = { code: '42501' };

/** As the connections on which tenants are served, but without what those begin with. */
const asRole = <T>(url: string, role: string, use: (client: pg.Client) => Promise<T>) => withClient(url, use, `-c role=${role}`);

const atHand = (client: pg.Client, tenantId: string) =>
  client.query(`select set_config('bursar.tenants', $1, true)`, [JSON.stringify({ [tenantId]: 0 })]);

describe('on a server with two tenants', () => {
  let server: AServer;
  let role: string;
  let tables: string[];
  let own: { cell: number; tenantId: string };
  let foreign: { cell: number; tenantId: string };

  beforeAll(async () => {
    server = await startServer({ privateAddresses: true });
    const made = [await everything(server), await everything(server)];
    [own, foreign] = made.map(({ id }) => ({ cell: server.store.cellOf(id), tenantId: id })) as [typeof own, typeof foreign];
    role = await runtimeRoleOf(server.databaseUrl);
    await withClient(server.databaseUrl, async (owner) => {
      for (const tenant of [own, foreign]) {
        await new UsageRollups(server.store.database, server.store.cells).refresh(tenant);
        await rowsByHand(owner, tenant);
      }
      const { rows } = await owner.query<{ name: string }>(`
        select c.relname as name
        from pg_class c
        join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
        order by 1`);
      tables = rows.map((row) => row.name);
    });
  });

  afterAll(() => server.stop());

  /** Of tables that nothing above writes to. */
  async function rowsByHand(owner: pg.Client, { cell, tenantId }: typeof own): Promise<void> {
    const [of, id] = [`${cell}, ${escapeLiteral(tenantId)}`, escapeLiteral(tenantId)];
    await owner.query(`
      insert into activity_dropped values (${of}, '2020-01-01', 1, 1, 1, '2020-01-02Z', '2020-01-02Z');
      insert into person (cell, tenant_id, person_id, email, name, role, environment_ids, created_at)
      values (${of}, 'by-hand', 'by-hand@example.com', 'Ada', 'reader', '{}', now());
      insert into provider_sign_in values (${of}, sha256(${id}), 'entra', 'nonce', 'verifier', '/', now());
      insert into sign_in_throttle values (${of}, sha256(${id}), 1, now());
      begin;
      select set_config('bursar.tenants', json_build_object(${id}, 0)::text, true);
      select append_audit(${cell}::smallint, ${id}, array['{"at":"2026-01-01Z","actor":"nobody","operation":"test","outcome":"done"}']);
      commit`);
  }

  it('every table with a tenant has the policy, and no other', async () => {
    expect(tables.length).toBeGreaterThan(40);
    await withClient(server.databaseUrl, async (owner) => {
      const { rows } = await owner.query(
        `
        select c.relname as name, c.relrowsecurity as held,
          array(
            select concat_ws(' ', polname, polcmd, polpermissive, polroles, pg_get_expr(polqual, polrelid), pg_get_expr(polwithcheck, polrelid))
            from pg_policy
            where polrelid = c.oid
          ) as policies
        from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relname = any($1)`,
        [tables],
      );
      const [tenant] = rows.filter((row) => row.name === 'tenant');
      expect(tenant.policies).toHaveLength(1);
      expect(tenant.policies[0]).toMatch(/^tenants_at_hand \* t \{0\} .*current_setting\('bursar\.tenants'.*\? tenant_id/s);
      for (const row of rows) expect(row).toEqual({ name: row.name, held: true, policies: tenant.policies });
    });
  });

  it('a table without a tenant cannot be read at all, partitions neither', async () => {
    const unread = await withClient(server.databaseUrl, async (owner) => {
      const { rows } = await owner.query<{ name: string }>(
        `
        select c.oid::regclass::text as name
        from pg_class c
        where c.relnamespace in ('public'::regnamespace, 'graphile_worker'::regnamespace) and c.relkind in ('r', 'p')
          and not (c.relname = any($1) and not c.relispartition)`,
        [tables],
      );
      return rows.map((row) => row.name);
    });
    expect(unread).toContain('installation');
    expect(unread.filter((name) => name.startsWith('activity_2'))).not.toEqual([]);
    expect(unread.filter((name) => name.startsWith('graphile_worker.'))).not.toEqual([]);
    await asRole(server.databaseUrl, role, async (client) => {
      for (const name of unread) await expect(client.query(`select from ${name}`), name).rejects.toMatchObject(REFUSED);
    });
  });

  it('the role is no superuser, passes nothing by, signs in nowhere and owns nothing', async () => {
    await withClient(server.databaseUrl, async (owner) => {
      const { rows } = await owner.query(
        `
        select rolsuper or rolbypassrls or rolcanlogin or rolcreaterole or rolcreatedb or rolreplication as may,
          (select count(*)::int from pg_class where relowner = r.oid) + (select count(*)::int from pg_proc where proowner = r.oid) as owns,
          (select count(*)::int from pg_auth_members where member = r.oid) as is
        from pg_roles r
        where rolname = $1`,
        [role],
      );
      expect(rows).toEqual([{ may: false, owns: 0, is: 0 }]);
    });
  });

  it('a statement that forgets its tenant sees nothing of others, in any table', async () => {
    const { database } = server.store;
    for (const table of tables) {
      const text = `select count(*) as count, count(*) filter (where tenant_id = $1) as foreign_rows from ${escapeIdentifier(table)}`;
      const query = { text, values: [foreign.tenantId] };
      const [seen] = await database.of(own).query(query);
      const [all] = await database.everywhere.query(query);
      // The same statement finds rows where nothing holds it.
      expect(all!.foreign_rows, table).toBeGreaterThan(0n);
      expect(all!.count, table).toBeGreaterThan(all!.foreign_rows);
      expect(seen!.foreign_rows, table).toBe(0n);
      expect(seen!.count, table).toBeGreaterThan(0n);
      const inSnapshot = await database.of(own).snapshot((fly) => fly([query]));
      expect(inSnapshot[0]!.rows[0], table).toEqual(seen);
      const inTransaction = await database.of(own).transaction((fly) => fly([query]));
      expect(inTransaction[0]!.rows[0], table).toEqual(seen);
    }
  });

  it('without a tenant nothing is seen, and nothing is found to change', async () => {
    await asRole(server.databaseUrl, role, async (client) => {
      for (const table of tables) {
        const { rows } = await client.query(`select count(*)::int as count from ${escapeIdentifier(table)}`);
        expect(rows, table).toEqual([{ count: 0 }]);
      }
      const { rowCount } = await client.query(`update tenant set name = 'taken'`);
      expect(rowCount).toBe(0);
    });
  });

  /** With the own tenant at hand, and nothing left of it: how many rows it was, or why it was refused. */
  async function tried(client: pg.Client, text: string, values: unknown[]): Promise<number | string | null | undefined> {
    await client.query('begin');
    await atHand(client, own.tenantId);
    try {
      return (await client.query(text, values)).rowCount;
    } catch (error) {
      return (error as pg.DatabaseError).code;
    } finally {
      await client.query('rollback');
    }
  }

  it('no row of others can be written, changed or deleted, nor one of its own given to them', async () => {
    for (const table of tables) {
      const name = escapeIdentifier(table);
      const theirs = await withClient(server.databaseUrl, async (owner) => {
        const { rows } = await owner.query(`select to_json(t)::text as row from ${name} t where tenant_id = $1 limit 1`, [
          foreign.tenantId,
        ]);
        return rows[0].row as string;
      });
      await asRole(server.databaseUrl, role, async (client) => {
        const insert = `insert into ${name} select (json_populate_record(null::${name}, $1::json)).*`;
        expect(await tried(client, insert, [theirs]), `insert into ${table}`).toBe('42501');
        const give = `update ${name} set tenant_id = $1`;
        expect(await tried(client, give, [foreign.tenantId]), `update ${table}`).toBe('42501');
        expect([0, '42501'], `delete from ${table}`).toContain(
          await tried(client, `delete from ${name} where tenant_id = $1`, [foreign.tenantId]),
        );
        const change = `update ${name} set cell = cell where tenant_id = $1`;
        expect([0, '42501'], `update ${table}`).toContain(await tried(client, change, [foreign.tenantId]));
      });
    }
  });

  it('a foreign key tells nothing of a row of others: who refers to one is refused as who refers to none', async () => {
    const { rows } = await withClient(server.databaseUrl, (owner) =>
      owner.query<{ tenantId: string; keyId: string }>(`select tenant_id as "tenantId", key_id as "keyId" from api_key`),
    );
    const keyOf = (tenantId: string) => rows.find((row) => row.tenantId === tenantId)!.keyId;
    await asRole(server.databaseUrl, role, async (client) => {
      const refer = ({ cell, tenantId }: typeof own, keyId: string) =>
        tried(
          client,
          `insert into session (cell, tenant_id, hash, key_id, created_at, used_at) values ($1, $2, sha256('own'), $3, now(), now())`,
          [cell, tenantId, keyId],
        );
      expect(await refer(own, keyOf(own.tenantId))).toBe(1);
      for (const keyId of [keyOf(foreign.tenantId), 'of-nobody'])
        expect([await refer(own, keyId), await refer(foreign, keyId)]).toEqual(['23503', '42501']);
    });
  });

  it('what was said to be at hand ends with its transaction, also with one that was refused', async () => {
    await asRole(server.databaseUrl, role, async (client) => {
      const visible = async () => (await client.query('select count(*)::int as count from tenant')).rows[0].count;
      for (const end of ['commit', 'rollback']) {
        await client.query('begin');
        await atHand(client, own.tenantId);
        expect(await visible()).toBe(1);
        await client.query(end);
        expect(await visible()).toBe(0);
      }
      await client.query('begin');
      await atHand(client, own.tenantId);
      await expect(client.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
      await client.query('commit');
      expect(await visible()).toBe(0);
      // Without a transaction it is forgotten at once.
      await atHand(client, own.tenantId);
      expect(await visible()).toBe(0);
    });
  });

  it('the log of what was done can be read and added to, and not written', async () => {
    const { database } = server.store;
    await expect(
      database.of(own).query({ text: `update audit_event set operation = 'other'`, values: [] }),
    ).rejects.toMatchObject(REFUSED);
    await expect(database.of(own).query({ text: 'delete from audit_event', values: [] })).rejects.toMatchObject(REFUSED);
    await expect(database.of(own).query({ text: 'update audit_head set sequence = 0', values: [] })).rejects.toMatchObject(
      REFUSED,
    );
    const append = ({ cell, tenantId }: typeof own) => sql`
      select append_audit(${cell}::smallint, ${tenantId}, ${'{"{\\"at\\":\\"2026-01-01Z\\",\\"actor\\":\\"nobody\\",\\"operation\\":\\"test\\",\\"outcome\\":\\"done\\"}"}'}::text[])`;
    await expect(database.of(own).query(append(own))).resolves.toHaveLength(1);
    await expect(database.of(own).query(append(foreign))).rejects.toMatchObject(REFUSED);
  });

  it('a job can be added for a report of its own, and for nothing else', async () => {
    const { database } = server.store;
    const job = ({ tenantId }: typeof own) =>
      sql`select add_report_job(${JSON.stringify({ tenantId })}::json, ${`wall/${tenantId}`}, 1)`;
    await expect(database.of(own).query(job(foreign))).rejects.toMatchObject(REFUSED);
    await expect(
      database.of(own).query({ text: `select graphile_worker.add_job('compute-consumption', '{}')`, values: [] }),
    ).rejects.toMatchObject(REFUSED);
  });

  it('a lane is held as well', async () => {
    const lane = server.store.database.lane();
    try {
      const move = { text: 'update tenant set name = name where tenant_id = $1', values: [foreign.tenantId] };
      const seen = { text: 'select tenant_id from tenant order by 1', values: [] };
      const both = [own.tenantId, foreign.tenantId].sort();
      for (const named of [[own.tenantId], both]) {
        const rows = await lane.transaction(named, [seen], async ([answer]) => ({ save: [], result: answer!.rows }));
        expect(rows.map((row) => row.tenant_id)).toEqual(named);
      }
      await lane.flight([own.tenantId], [move]);
      const give = { text: 'update tenant set tenant_id = $1', values: ['elsewhere'] };
      await expect(lane.flight([own.tenantId], [give])).rejects.toMatchObject(REFUSED);
    } finally {
      await lane.close();
    }
  });
});

describe('the login', () => {
  const cleanups: (() => Promise<unknown>)[] = [];
  let database: ADatabase;
  let logins = 0;

  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  /** A login with a password, and an empty database that it owns. */
  async function aLogin(attributes: string): Promise<{ name: string; url: string }> {
    logins += 1;
    const name = `bursar_test_login_${process.pid}_${logins}`;
    await withClient(inject('postgresUrl'), (admin) =>
      admin.query(`create role ${name} login password 'secret' nosuperuser ${attributes}`),
    );
    // After everything else: what it owns and has granted is gone with the database.
    cleanups.unshift(() => withClient(inject('postgresUrl'), (admin) => admin.query(`drop role ${name}`)));
    const url = new URL(database.url);
    url.username = name;
    url.password = 'secret';
    return { name, url: url.href };
  }

  async function anEmpty(): Promise<ADatabase> {
    const made = await anEmptyDatabase();
    cleanups.push(() => made.drop());
    return made;
  }

  async function give(owner: string): Promise<void> {
    const name = new URL(database.url).pathname.slice(1);
    await withClient(inject('postgresUrl'), (admin) => admin.query(`alter database ${name} owner to ${owner}`));
    cleanups.push(() =>
      withClient(inject('postgresUrl'), (admin) => admin.query(`alter database ${name} owner to current_user`)),
    );
  }

  async function opened(options: Parameters<typeof openStore>[0]): Promise<OpenStore> {
    const store = await openStore(options);
    cleanups.push(() => store.close());
    return store;
  }

  async function serves(store: OpenStore): Promise<void> {
    const tenant = await aTenant(store);
    expect(await consume(store, tenant)).toMatchObject({ status: 'charged' });
    expect((await store.listActivity(tenant, { sight: SEES_ALL }, { limit: 10 })).value).toHaveLength(1);
  }

  it('that may not make roles serves without the wall and says what to run; then with it', async () => {
    database = await anEmpty();
    const { name, url } = await aLogin('');
    await give(name);
    const lines: string[] = [];
    const store = await openStore({ url, log: (line) => lines.push(line), say: () => {} });
    expect(store.figures.hasWall).toBe(false);
    await serves(store);
    await store.close();
    const [line] = lines;
    expect(lines).toHaveLength(1);
    const statements = /: (create role .*;) then start/.exec(line!)?.[1];
    expect(statements).toBe(
      `create role "${await runtimeRoleOf(url)}" nologin; grant "${await runtimeRoleOf(url)}" to "${name}";`,
    );
    await withClient(inject('postgresUrl'), (admin) => admin.query(statements!));
    const again = await opened({ url, log: (each) => lines.push(each), say: () => {} });
    expect(lines).toHaveLength(1);
    expect(again.figures.hasWall).toBe(true);
    await serves(again);
  });

  it('that may make roles needs nobody', async () => {
    database = await anEmpty();
    const { name, url } = await aLogin('createrole');
    await give(name);
    const lines: string[] = [];
    const store = await opened({ url, log: (line) => lines.push(line), say: () => {} });
    expect(lines).toEqual([]);
    expect(store.figures.hasWall).toBe(true);
    await serves(store);
  });

  it('of DATABASE_RUNTIME_URL is on every connection that serves tenants, and reaches nobody above it', async () => {
    database = await aDatabase();
    cleanups.push(() => database.drop());
    const { name, url: runtimeUrl } = await aLogin('noinherit');
    const store = await opened({ url: database.url, runtimeUrl });
    await serves(store);
    const role = await runtimeRoleOf(database.url);
    const who = { text: 'select session_user::text as login, current_user::text as role', values: [] };
    expect(await store.database.of({ tenantId: 'any' }).query(who)).toEqual([{ login: name, role }]);
    const lane = store.database.lane();
    cleanups.push(() => lane.close());
    const ofLane = await lane.transaction(['any'], [who], async ([answer]) => ({ save: [], result: answer!.rows }));
    expect(ofLane).toEqual([{ login: name, role }]);
    const owner = new URL(inject('postgresUrl')).username;
    await asRole(runtimeUrl, role, async (client) => {
      for (const text of [
        `set role ${owner}`,
        `set session authorization ${owner}`,
        `select set_config('role', '${owner}', false)`,
        `alter role ${role} superuser`,
        'alter table tenant disable row level security',
        'drop policy tenants_at_hand on tenant',
        `select pg_read_file('postgresql.conf')`,
        `copy tenant to program 'true'`,
      ])
        await expect(client.query(text), text).rejects.toMatchObject(REFUSED);
      // Off means refused where there is something to hide.
      await client.query('set row_security = off');
      await expect(client.query('select from tenant')).rejects.toMatchObject(REFUSED);
      // Out of the role there is nothing at all.
      await client.query('reset role; set role none');
      await expect(client.query('select from tenant')).rejects.toMatchObject(REFUSED);
    });
  });

  it('of DATABASE_RUNTIME_URL belongs to a DATABASE_URL', () => {
    const [DATABASE_URL, DATABASE_RUNTIME_URL] = ['postgres://owner@db/bursar', 'postgres://requests@db/bursar'];
    expect(readServeSettings({ DATABASE_URL, DATABASE_RUNTIME_URL })).toMatchObject({ databaseRuntimeUrl: DATABASE_RUNTIME_URL });
    expect(readServeSettings({ DATABASE_URL })).toMatchObject({ databaseRuntimeUrl: null });
    expect(() => readServeSettings({ DATABASE_RUNTIME_URL })).toThrow(/DATABASE_RUNTIME_URL needs DATABASE_URL/);
    expect(() => readServeSettings({ DATABASE_URL, DATABASE_RUNTIME_URL: 'mysql://x' })).toThrow(
      /^DATABASE_RUNTIME_URL must look/,
    );
  });

  it('several processes may start on a new database at once', async () => {
    database = await anEmpty();
    const stores = await Promise.all([1, 2, 3].map(() => opened({ url: database.url })));
    for (const store of stores) {
      expect(store.figures.hasWall).toBe(true);
      await serves(store);
    }
  });

  it('is told where the way to PostgreSQL loses the role', async () => {
    database = await anEmpty();
    const withOptions = `${database.url}${database.url.includes('?') ? '&' : '?'}options=-c%20timezone%3DUTC`;
    await expect(openStore({ url: withOptions })).rejects.toThrow(/the start-up parameter "options" is lost on the way/);
  });

  it('is told where it is held and should not be, and where the role is not', async () => {
    database = await aDatabase();
    cleanups.push(() => database.drop());
    const { name, url } = await aLogin('');
    await withClient(database.url, (owner) =>
      owner.query(`grant select, insert, update on all tables in schema public to ${name}`),
    );
    cleanups.push(() => withClient(database.url, (owner) => owner.query(`drop owned by ${name}`)));
    await expect(raiseWall({ url })).rejects.toThrow(/must name the login that owns the tables/);
    await raiseWall({ url: database.url });
    const role = await runtimeRoleOf(database.url);
    await withClient(database.url, (owner) => owner.query(`alter role ${role} bypassrls`));
    await expect(raiseWall({ url: database.url })).rejects.toThrow(/passes by row level security; run: alter role/);
    await withClient(database.url, (owner) => owner.query(`alter role ${role} nobypassrls`));
  });

  it('that is held is refused by verify, rather than told that all of nothing adds up', async () => {
    database = await aDatabase();
    cleanups.push(() => database.drop());
    const store = await opened({ url: database.url });
    await serves(store);
    const { name, url } = await aLogin('');
    await withClient(database.url, (owner) => owner.query(`grant select on all tables in schema public to ${name}`));
    cleanups.push(() => withClient(database.url, (owner) => owner.query(`drop owned by ${name}`)));
    await expect(verify({ url })).rejects.toThrow(/row-level security/);
    await vi.waitFor(async () => expect((await verify({ url: database.url })).violations).toEqual([]));
  });
});
