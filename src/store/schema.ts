// The schema as it stands after all migrations, as text: read from PostgreSQL's own catalogue, because the private one ships no pg_dump.
// Partitions are left out: they are made as months begin.

import pg from 'pg';

/** Types, tables with their constraints, indexes, policies and functions of the public schema, in a stable order. */
export async function describeSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const parts = [
      await enums(client),
      await tables(client),
      await indexes(client),
      await policies(client),
      await functions(client),
    ];
    return `-- The sum of all migrations; written by scripts/write-schema.ts, never by hand.\n\n${parts.flat().join('\n\n')}\n`;
  } finally {
    await client.end();
  }
}

const IN_PUBLIC = `n.nspname = 'public'`;

async function enums(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select t.typname as name, string_agg(quote_literal(e.enumlabel), ', ' order by e.enumsortorder) as labels
    from pg_type t
    join pg_namespace n on n.oid = t.typnamespace and ${IN_PUBLIC}
    join pg_enum e on e.enumtypid = t.oid
    group by t.typname
    order by t.typname`);
  return rows.map((row) => `create type ${row.name} as enum (${row.labels});`);
}

async function tables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select c.relname as name, c.reloptions as options, pg_get_partkeydef(c.oid) as partitioned,
      (select json_agg(a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
          || coalesce(' collate "' || nullif(co.collname, 'default') || '"', '')
          || case when a.attnotnull then ' not null' else '' end
          || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') order by a.attnum)
        from pg_attribute a
        left join pg_collation co on co.oid = a.attcollation
        left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
      (select json_agg(pg_get_constraintdef(k.oid) order by k.contype <> 'p', k.contype, pg_get_constraintdef(k.oid))
        from pg_constraint k
        where k.conrelid = c.oid and k.contype in ('p', 'u', 'c', 'f')) as constraints
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and ${IN_PUBLIC}
    where c.relkind in ('r', 'p') and not c.relispartition
    order by c.relname`);
  return rows.map(({ name, options, partitioned, columns, constraints }) => {
    const lines = [...columns, ...(constraints ?? [])].map((line: string) => `  ${line}`).join(',\n');
    const partition = partitioned ? ` partition by ${partitioned}` : '';
    return `create table ${name} (\n${lines}\n)${partition}${options ? ` with (${options.join(', ')})` : ''};`;
  });
}

async function indexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select pg_get_indexdef(i.indexrelid) as definition
    from pg_index i
    join pg_class c on c.oid = i.indrelid and not c.relispartition
    join pg_namespace n on n.oid = c.relnamespace and ${IN_PUBLIC}
    where not exists (select from pg_constraint k where k.conindid = i.indexrelid)
    order by 1`);
  return rows.map((row) => `${row.definition};`);
}

async function policies(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select c.relname as table, c.relforcerowsecurity as forced, p.polname as name, p.polpermissive as permissive, p.polcmd as command,
      array(select pg_get_userbyid(role)::text from unnest(p.polroles) as role where role <> 0) as roles,
      pg_get_expr(p.polqual, p.polrelid) as using, pg_get_expr(p.polwithcheck, p.polrelid) as with_check
    from pg_class c
    join pg_namespace n on n.oid = c.relnamespace and ${IN_PUBLIC}
    left join pg_policy p on p.polrelid = c.oid
    where c.relrowsecurity
    order by c.relname, p.polname`);
  return rows.map((row) => {
    const lines = [`alter table ${row.table} ${row.forced ? 'force' : 'enable'} row level security;`];
    if (row.name !== null) {
      const command = COMMANDS[row.command as keyof typeof COMMANDS];
      const kind = row.permissive ? '' : ' as restrictive';
      const roles = row.roles.length === 0 ? '' : ` to ${row.roles.join(', ')}`;
      const using = row.using === null ? '' : ` using (${row.using})`;
      const check = row.with_check === null ? '' : ` with check (${row.with_check})`;
      lines.push(`create policy ${row.name} on ${row.table}${kind}${command}${roles}${using}${check};`);
    }
    return lines.join('\n');
  });
}

const COMMANDS = { '*': '', r: ' for select', a: ' for insert', w: ' for update', d: ' for delete' } as const;

async function functions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query(`
    select pg_get_functiondef(p.oid) as definition
    from pg_proc p
    join pg_namespace n on n.oid = p.pronamespace and ${IN_PUBLIC}
    where p.prokind = 'f' and not exists (select from pg_depend d where d.objid = p.oid and d.deptype = 'e')
    order by p.proname`);
  return rows.map((row) => `${row.definition.trim()};`);
}
