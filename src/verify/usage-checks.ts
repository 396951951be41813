// Daily usage (C4) beside the entries, and what is added up of it (M7) beside daily usage. Where a day does not agree, one statement
// finds the rows.

import type pg from 'pg';
import type { Book } from './book.ts';
import { type Report, USAGE_TEXT } from './entry.ts';
import { wholeNumber } from './exact.ts';
import { usageTextOf } from './inputs.ts';
import { type OrderedRows, type TextRow, textRows } from './snapshot.ts';
import type { TenantRow } from './tenant-row.ts';
import { UsageSums, Weight } from './usage-sums.ts';
import type { Findings } from './violation.ts';

/** After cell and tenant: the day, the figures, the dimensions in the order in which entries are weighed, the labels. */
export const USAGE_COLUMNS = `day, concat_ws(' ', credits, units, actions, non_billed), concat_ws(E'\\x1f', ${USAGE_TEXT}),
  feature, billable, channel, m365_copilot, labels`;

const MOST_DAYS_SHOWN = 10;

/** Adds up the tenant's daily usage. */
export async function readDailyUsage(tenant: TenantRow, rows: OrderedRows, stray: (row: TextRow) => void): Promise<UsageSums> {
  const stored = new UsageSums();
  const weight = new Weight();
  await rows.take(
    tenant,
    (row) => {
      const [, , day, figures, text, feature, billable, channel, m365Copilot, labels] = row;
      const rest = usageTextOf(feature!, billable === 't', channel!, m365Copilot === 't', labels ? JSON.parse(labels) : null);
      const [credits, units, actions, nonBilled] = figures!.split(' ');
      stored.add(
        day!,
        weight.start().add(text!).add(rest),
        ...([wholeNumber(credits), wholeNumber(units), wholeNumber(actions), wholeNumber(nonBilled)] as const),
      );
    },
    stray,
  );
  return stored;
}

/** Compares it with the entries, day by day. */
export async function checkDailyUsage(book: Book, stored: UsageSums, apart: pg.Client, report: Report): Promise<void> {
  const days = new Set([...book.usage.days, ...stored.days]);
  for (const day of days) {
    if (!book.dropped.mayBeOf(day)) continue;
    book.dropped.uncheckedDays += 1;
    days.delete(day);
  }
  const wrong = [...days].filter((day) => !book.usage.agreesWith(stored, day)).sort();
  for (const [index, day] of wrong.entries()) {
    const offenders = index < MOST_DAYS_SHOWN ? await rowsThatDiffer(apart, book.tenant, day) : [];
    if (offenders.length === 0) report('daily-usage', `${day}: the sums of its rows are not those of its entries`);
    for (const offender of offenders) report('daily-usage', `${day}: ${offender}`);
  }
}

/** The combinations of dimensions of a day whose sums differ. */
async function rowsThatDiffer(client: pg.Client, tenant: { cell: string; tenantId: string }, day: string): Promise<string[]> {
  // An entry that cannot be read may make the statement fail, which must not end the snapshot.
  await client.query('savepoint rows_that_differ');
  try {
    return await selectRowsThatDiffer(client, tenant, day);
  } catch {
    await client.query('rollback to rows_that_differ');
    return [];
  }
}

async function selectRowsThatDiffer(
  client: pg.Client,
  tenant: { cell: string; tenantId: string },
  day: string,
): Promise<string[]> {
  const key = `environment_id, user_id, caller, resource_type, resource_id`;
  const found = await textRows(
    client,
    `with entries as (
       select jsonb_build_array(${key}, detail ->> 'f', capability, model, currency, source, status <> 'free', detail -> 'a' ->> 'channel',
           coalesce(detail -> 'a' ->> 'm365Copilot', 'false')::boolean, (detail -> 'a' -> 'labels')::jsonb) as dimensions,
         sum(credits) as credits, sum((detail -> 'p' -> 0 ->> 1)::numeric) as units, count(*) as actions,
         sum(case when status = 'free' then (
           select trunc((price ->> 2)::numeric * 1000000) from json_array_elements(detail -> 'p') as price where price ->> 0 = '1' limit 1
         ) end) as non_billed
       from activity
       where cell = $1 and tenant_id = $2 and status <> 'refused'
         and occurred_at >= $3::date::timestamp at time zone 'UTC' and occurred_at < ($3::date + 1)::timestamp at time zone 'UTC'
       group by 1
     ), rows as (
       select jsonb_build_array(${key}, feature, capability, model, currency, source, billable, channel, m365_copilot, labels) as dimensions,
         sum(credits) as credits, sum(units) as units, sum(actions) as actions, sum(non_billed) as non_billed
       from daily_usage
       where cell = $1 and tenant_id = $2 and day = $3::date
       group by 1
     )
     select dimensions, r.credits, r.units, r.actions, r.non_billed, e.credits, e.units, e.actions, coalesce(e.non_billed, 0)
     from rows r
     full join entries e using (dimensions)
     where (r.credits, r.units, r.actions, r.non_billed) is distinct from (e.credits, e.units, e.actions, coalesce(e.non_billed, 0))
     limit 10`,
    [Number(tenant.cell), tenant.tenantId, day],
  );
  return found.map(([dimensions, ...figures]) => {
    const told = (from: number) => (figures[from + 2] === null ? 'nothing' : `${figures.slice(from, from + 4).join('/')}`);
    return `${dimensions}: ${told(0)} micro-credits/units/actions/non-billed are kept, its entries come to ${told(4)}`;
  });
}

/** The groups of dimensions that sums are kept by, with their bits. */
const GROUPS: readonly [bit: number, columns: readonly string[]][] = [
  [1, ['environment_id']],
  [2, ['resource_id']],
  [4, ['user_id']],
  [8, ['capability', 'feature', 'model']],
  [16, ['caller', 'source', 'billable', 'channel']],
];

/**
 * What was added up of a period counts as long as its stamp has the number of changes of its days: then every slice of it must be the
 * sum of daily usage, and have as many rows as the stamp says. Rows are told apart by weights, as in UsageSums.
 */
export async function checkRollups(
  client: pg.Client,
  of: (alias: string) => string,
  values: (string | number)[],
  findings: Findings,
): Promise<void> {
  const stamps = `
    select r.cell, r.tenant_id, r.monthly, r.period, r.through, r.sizes
    from usage_rolled r
    where r.sizes is not null and ${of('r')} and r.changes = (
      select sum(d.changes)
      from usage_day d
      where d.cell = r.cell and d.tenant_id = r.tenant_id and d.day between r.period and r.through
    )`;
  const slices = await textRows(
    client,
    `select distinct slice from (
       select (jsonb_object_keys(s.sizes))::int as slice from (${stamps}) as s
       union all
       select slice from (select distinct slice from usage_rollup u where ${of('u')}) as kept
     ) as all_slices
     order by 1`,
    values,
  );
  for (const [slice] of slices) {
    const columns = GROUPS.filter(([bit]) => (Number(slice) & bit) !== 0).flatMap(([, each]) => each);
    // Three figures side by side in one number, as in UsageSums; what is added up by the day need not be added up again by the month.
    const weighted = `sum(hash_record_extended(row(${[...columns, 'currency'].map((column) => `x.${column}`).join(', ')}), 0)::numeric
      * (x.credits + x.units * 1e25 + x.actions * 1e50))`;
    const found = await textRows(
      client,
      `with stamps as materialized (${stamps}), days as materialized (
         select x.cell, x.tenant_id, x.day, ${weighted} as weighted
         from daily_usage x
         where ${of('x')} and exists (select from usage_rolled r where r.cell = x.cell and r.tenant_id = x.tenant_id)
         group by x.cell, x.tenant_id, x.day
       ), kept as materialized (
         select x.cell, x.tenant_id, x.monthly, x.period, count(*) as rows, ${weighted} as weighted
         from usage_rollup x
         where x.slice = ${Number(slice)} and ${of('x')}
         group by x.cell, x.tenant_id, x.monthly, x.period
       ), wanted as materialized (
         select s.cell, s.tenant_id, s.monthly, s.period, sum(d.weighted) as weighted
         from stamps s
         join days d on d.cell = s.cell and d.tenant_id = s.tenant_id and d.day between s.period and s.through
         group by s.cell, s.tenant_id, s.monthly, s.period
       ), compared as (
         select s.tenant_id, s.monthly, s.period, coalesce((s.sizes ->> '${Number(slice)}')::bigint, 0) as size,
           coalesce(k.rows, 0) as rows, coalesce(k.weighted, 0) as kept, coalesce(w.weighted, 0) as wanted
         from stamps s
         left join kept k using (cell, tenant_id, monthly, period)
         left join wanted w using (cell, tenant_id, monthly, period)
         where s.sizes ? '${Number(slice)}' or k.rows > 0
       )
       select tenant_id, concat(case when monthly then 'month of ' else 'day ' end, period, ', slice ${Number(slice)}: ', rows, ' rows'), count(*) over ()
       from compared
       where kept <> wanted or rows <> size
       order by 1, 2
       limit 10`,
      values,
    );
    for (const [index, [tenantId, offender, total]] of found.entries())
      findings.add('usage-rollup', tenantId!, offender!, index === 0 ? Number(total) - found.length + 1 : 1);
  }
}
