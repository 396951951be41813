// Environments with their allocations and the counters of their months; and the tenant's sums over them. Counters are written
// in the transaction of the record that they count, as absolute figures: the tenant's lock is held since they were read.
//
// What a month or a moment is compared with is worked out in a subquery with `offset 0`, here and elsewhere: under row level security an
// index is asked only for what can tell nothing of rows of others, and `coalesce` or `date_trunc` beside a column might.

import { CURRENCIES, type Currency } from '../core/credits.ts';
import { byCurrency, type Environment, environmentMonth, type Ledger, tenantMonth } from '../core/ledger.ts';
import type { Month } from '../core/month.ts';
import type { Sight } from '../core/sight.ts';
import type { Database, Row } from './database.ts';
import { paged, startAfter } from './page.ts';
import { instants, instantText, monthFrom, monthText, type Query, scalars, sql, texts } from './sql.ts';
import type { AllocationRow, Page, PageRequest, TenantAddress } from './store.ts';
import type { Scope } from './tenant.ts';

export interface WantedEnvironment {
  tenantId: string;
  environmentId: string;
}

/** Environments (deleted ones too), their allocations, and their months from last month on, or from an earlier one that is named. */
export function loadEnvironments({ cell, now }: Scope, wanted: readonly WantedEnvironment[], since: Month | null): Query[] {
  const tenantIds = texts(wanted.map((each) => each.tenantId));
  const environmentIds = texts(wanted.map((each) => each.environmentId));
  return [
    sql`
      select e.*
      from unnest(${tenantIds}::text[], ${environmentIds}::text[]) as wanted (tenant_id, environment_id)
      cross join lateral (
        select * from environment e
        where e.cell = ${cell} and e.tenant_id = wanted.tenant_id and e.environment_id = wanted.environment_id
        limit 1
      ) e`,
    sql`
      select a.tenant_id, a.environment_id, a.currency, a.credits
      from unnest(${tenantIds}::text[], ${environmentIds}::text[]) as wanted (tenant_id, environment_id)
      cross join lateral (
        select * from allocation a
        where a.cell = ${cell} and a.tenant_id = wanted.tenant_id and a.environment_id = wanted.environment_id
        limit 3
      ) a`,
    sql`
      select m.*
      from unnest(${tenantIds}::text[], ${environmentIds}::text[]) as wanted (tenant_id, environment_id)
      join tenant t on t.cell = ${cell} and t.tenant_id = wanted.tenant_id
      cross join lateral (
        select coalesce(
          ${since && monthText(since)}::date,
          (date_trunc('month', coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') - interval '1 month')::date
        ) as month
        offset 0
      ) since
      cross join lateral (
        select * from environment_month m
        where m.cell = ${cell} and m.tenant_id = wanted.tenant_id and m.environment_id = wanted.environment_id
          and m.month >= since.month
        limit 1000
      ) m`,
  ];
}

/** The same of every environment of the tenants. */
export function loadAllEnvironments({ cell, tenantIds, now }: Scope): Query[] {
  const ids = texts(tenantIds);
  return [
    sql`
      select *
      from environment
      where cell = ${cell} and tenant_id = any(${ids}::text[])
      order by tenant_id, environment_id`,
    sql`
      select tenant_id, environment_id, currency, credits
      from allocation
      where cell = ${cell} and tenant_id = any(${ids}::text[])`,
    sql`
      select m.*
      from tenant t
      cross join lateral (
        select (date_trunc('month', coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') - interval '1 month')::date as month
        offset 0
      ) since
      join environment_month m on m.cell = ${cell} and m.tenant_id = t.tenant_id and m.month >= since.month
      where t.cell = ${cell} and t.tenant_id = any(${ids}::text[])`,
  ];
}

function environmentOf(row: Row): Environment {
  return {
    id: row.environment_id,
    name: row.name,
    type: row.type,
    region: row.region,
    drawFromTenantPool: row.draw_from_tenant_pool,
    deny: row.deny,
    previewModels: row.preview_models,
    billingPlanId: row.billing_plan_id,
    createdAt: row.created_at,
    deletedAt: row.deleted_at,
    allocations: byCurrency(() => 0n as Environment['allocations'][Currency]),
    allocationsChanged: false,
    months: new Map(),
    changed: false,
  };
}

/** Takes the answers of the three statements. What is in the ledger already is kept: it may have been written to since. */
export function putEnvironments(
  ledgers: ReadonlyMap<string, Ledger>,
  [environments, allocations, months]: readonly (readonly Row[])[],
): void {
  const fresh = new Set<Environment>();
  for (const row of environments ?? []) {
    const ledger = ledgers.get(row.tenant_id);
    if (!ledger || ledger.environments.has(row.environment_id)) continue;
    const environment = environmentOf(row);
    fresh.add(environment);
    ledger.environments.set(environment.id, environment);
  }
  for (const row of allocations ?? []) {
    const environment = ledgers.get(row.tenant_id)?.environments.get(row.environment_id);
    if (environment && fresh.has(environment)) environment.allocations[row.currency as Currency] = row.credits;
  }
  const before = new Map(
    [...ledgers.values()]
      .flatMap((ledger) => [...ledger.environments.values()])
      .map((each) => [each, new Set(each.months.keys())]),
  );
  for (const row of months ?? []) {
    const environment = ledgers.get(row.tenant_id)?.environments.get(row.environment_id);
    const month = monthFrom(row.month);
    if (!environment || before.get(environment)?.has(month)) continue;
    Object.assign(environmentMonth(environment, month, row.currency), {
      consumed: row.consumed,
      held: row.held,
      prePurchase: row.pre_purchase,
      payAsYouGo: row.pay_as_you_go,
      computed: row.computed,
      noticed: row.noticed,
    });
  }
}

/** Σ allocations, and the sums over the environments of each month. */
export function loadSums({ cell, tenantIds, now }: Scope, since: Month | null): Query[] {
  const ids = texts(tenantIds);
  return [
    sql`
      select tenant_id, currency, allocated
      from pool
      where cell = ${cell} and tenant_id = any(${ids}::text[])`,
    sql`
      select m.*
      from tenant t
      cross join lateral (
        select coalesce(
          ${since && monthText(since)}::date,
          (date_trunc('month', coalesce(t.sandbox_now, ${instantText(now)}::timestamptz) at time zone 'UTC') - interval '1 month')::date
        ) as month
        offset 0
      ) since
      join tenant_month m on m.cell = ${cell} and m.tenant_id = t.tenant_id and m.month >= since.month
      where t.cell = ${cell} and t.tenant_id = any(${ids}::text[])`,
  ];
}

export function putSums(ledgers: ReadonlyMap<string, Ledger>, [pools, months]: readonly (readonly Row[])[]): void {
  for (const row of pools ?? []) {
    const ledger = ledgers.get(row.tenant_id);
    if (ledger) ledger.allocated[row.currency as Currency] = row.allocated;
  }
  const before = new Map([...ledgers.values()].map((ledger) => [ledger, new Set(ledger.months.keys())]));
  for (const row of months ?? []) {
    const ledger = ledgers.get(row.tenant_id);
    const month = monthFrom(row.month);
    if (!ledger || before.get(ledger)?.has(month)) continue;
    Object.assign(tenantMonth(ledger, month, row.currency), {
      consumed: row.consumed,
      held: row.held,
      payAsYouGo: row.pay_as_you_go,
      unallocatedConsumed: row.unallocated_consumed,
      unallocatedHeld: row.unallocated_held,
      spilledConsumed: row.spilled_consumed,
      spilledTotal: row.spilled_total,
      computed: row.computed,
      unallocatedComputed: row.unallocated_computed,
      spilledComputed: row.spilled_computed,
      spilledComputedTotal: row.spilled_computed_total,
      extensionSize: row.extension_size,
      extensionConsumed: row.extension_consumed,
      extensionHeld: row.extension_held,
    });
  }
}

export function saveEnvironments(cell: number, ledgers: readonly Ledger[]): Query[] {
  const all = ledgers.flatMap(({ tenantId, touched, environments }) =>
    [...touched].map((id) => ({ tenantId, environment: environments.get(id)! })),
  );
  const changed = all.filter(({ environment }) => environment.changed);
  const reallocated = all.filter(({ environment }) => environment.allocationsChanged);
  const queries: Query[] = [];
  if (changed.length > 0) queries.push(upsertEnvironments(cell, changed));
  if (reallocated.length > 0) queries.push(...replaceAllocations(cell, reallocated));
  const months = all.flatMap(({ tenantId, environment }) =>
    [...environment.months].flatMap(([month, counters]) =>
      CURRENCIES.filter((currency) => counters[currency].changed).map((currency) => ({
        tenantId,
        environmentId: environment.id,
        month,
        currency,
        counters: counters[currency],
      })),
    ),
  );
  if (months.length > 0) {
    queries.push(sql`
      insert into environment_month (cell, tenant_id, environment_id, month, currency, consumed, held, pre_purchase, pay_as_you_go,
        computed, noticed)
      select ${cell},
        unnest(${texts(months.map((each) => each.tenantId))}::text[]),
        unnest(${texts(months.map((each) => each.environmentId))}::text[]),
        unnest(${texts(months.map((each) => monthText(each.month)))}::date[]),
        unnest(${texts(months.map((each) => each.currency))}::currency[]),
        unnest(${scalars(months.map(({ counters }) => counters.consumed))}::numeric[]),
        unnest(${scalars(months.map(({ counters }) => counters.held))}::numeric[]),
        unnest(${scalars(months.map(({ counters }) => counters.prePurchase))}::numeric[]),
        unnest(${scalars(months.map(({ counters }) => counters.payAsYouGo))}::numeric[]),
        unnest(${scalars(months.map(({ counters }) => counters.computed))}::numeric[]),
        unnest(${scalars(months.map(({ counters }) => counters.noticed))}::smallint[])
      on conflict (cell, tenant_id, environment_id, month, currency)
      do update set consumed = excluded.consumed, held = excluded.held, pre_purchase = excluded.pre_purchase,
        pay_as_you_go = excluded.pay_as_you_go, computed = excluded.computed, noticed = excluded.noticed`);
  }
  return queries;
}

function upsertEnvironments(cell: number, changed: readonly { tenantId: string; environment: Environment }[]): Query {
  const column = <T>(of: (environment: Environment) => T) => changed.map(({ environment }) => of(environment));
  return sql`
    insert into environment (cell, tenant_id, environment_id, name, type, region, draw_from_tenant_pool, deny, preview_models,
      billing_plan_id, created_at, deleted_at)
    select ${cell}, *
    from unnest(
      ${texts(changed.map((each) => each.tenantId))}::text[],
      ${texts(column((each) => each.id))}::text[],
      ${texts(column((each) => each.name))}::text[],
      ${texts(column((each) => each.type))}::text[],
      ${texts(column((each) => each.region))}::text[],
      ${scalars(column((each) => each.drawFromTenantPool))}::boolean[],
      ${scalars(column((each) => each.deny))}::boolean[],
      ${scalars(column((each) => each.previewModels))}::boolean[],
      ${texts(column((each) => each.billingPlanId))}::text[],
      ${instants(column((each) => each.createdAt))}::timestamptz[],
      ${instants(column((each) => each.deletedAt))}::timestamptz[]
    )
    on conflict (cell, tenant_id, environment_id)
    do update set name = excluded.name, type = excluded.type, region = excluded.region,
      draw_from_tenant_pool = excluded.draw_from_tenant_pool, deny = excluded.deny, preview_models = excluded.preview_models,
      billing_plan_id = excluded.billing_plan_id, created_at = excluded.created_at, deleted_at = excluded.deleted_at`;
}

function replaceAllocations(cell: number, reallocated: readonly { tenantId: string; environment: Environment }[]): Query[] {
  const rows = reallocated.flatMap(({ tenantId, environment }) =>
    CURRENCIES.map((currency) => ({
      tenantId,
      environmentId: environment.id,
      currency,
      credits: environment.allocations[currency],
    })),
  );
  const gone = rows.filter((row) => row.credits === 0n);
  const kept = rows.filter((row) => row.credits > 0n);
  return [
    sql`
      delete from allocation a
      using unnest(
        ${texts(gone.map((row) => row.tenantId))}::text[],
        ${texts(gone.map((row) => row.environmentId))}::text[],
        ${texts(gone.map((row) => row.currency))}::currency[]
      ) as gone (tenant_id, environment_id, currency)
      where a.cell = ${cell} and a.tenant_id = gone.tenant_id and a.environment_id = gone.environment_id and a.currency = gone.currency`,
    sql`
      insert into allocation (cell, tenant_id, environment_id, currency, credits)
      select ${cell}, *
      from unnest(
        ${texts(kept.map((row) => row.tenantId))}::text[],
        ${texts(kept.map((row) => row.environmentId))}::text[],
        ${texts(kept.map((row) => row.currency))}::currency[],
        ${scalars(kept.map((row) => row.credits))}::bigint[]
      )
      on conflict (cell, tenant_id, environment_id, currency)
      do update set credits = excluded.credits`,
  ];
}

export function saveSums(cell: number, ledgers: readonly Ledger[]): Query[] {
  const queries: Query[] = [];
  const pools = ledgers
    .filter((ledger) => ledger.allocatedChanged)
    .flatMap(({ tenantId, allocated }) => CURRENCIES.map((currency) => ({ tenantId, currency, allocated: allocated[currency] })));
  if (pools.length > 0) {
    queries.push(sql`
      insert into pool (cell, tenant_id, currency, allocated)
      select ${cell},
        unnest(${texts(pools.map((each) => each.tenantId))}::text[]),
        unnest(${texts(pools.map((each) => each.currency))}::currency[]),
        unnest(${scalars(pools.map((each) => each.allocated))}::bigint[])
      on conflict (cell, tenant_id, currency)
      do update set allocated = excluded.allocated`);
  }
  const months = ledgers.flatMap(({ tenantId, months: all }) =>
    [...all].flatMap(([month, sums]) =>
      CURRENCIES.filter((currency) => sums[currency].changed).map((currency) => ({
        tenantId,
        month,
        currency,
        sums: sums[currency],
      })),
    ),
  );
  if (months.length > 0) {
    queries.push(sql`
      insert into tenant_month (cell, tenant_id, month, currency, consumed, held, pay_as_you_go, unallocated_consumed, unallocated_held,
        spilled_consumed, spilled_total, computed, unallocated_computed, spilled_computed, spilled_computed_total, extension_size,
        extension_consumed, extension_held)
      select ${cell},
        unnest(${texts(months.map((each) => each.tenantId))}::text[]),
        unnest(${texts(months.map((each) => monthText(each.month)))}::date[]),
        unnest(${texts(months.map((each) => each.currency))}::currency[]),
        unnest(${scalars(months.map(({ sums }) => sums.consumed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.held))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.payAsYouGo))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.unallocatedConsumed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.unallocatedHeld))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.spilledConsumed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.spilledTotal))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.computed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.unallocatedComputed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.spilledComputed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.spilledComputedTotal))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.extensionSize))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.extensionConsumed))}::numeric[]),
        unnest(${scalars(months.map(({ sums }) => sums.extensionHeld))}::numeric[])
      on conflict (cell, tenant_id, month, currency)
      do update set consumed = excluded.consumed, held = excluded.held, pay_as_you_go = excluded.pay_as_you_go,
        unallocated_consumed = excluded.unallocated_consumed, unallocated_held = excluded.unallocated_held,
        spilled_consumed = excluded.spilled_consumed, spilled_total = excluded.spilled_total,
        computed = excluded.computed, unallocated_computed = excluded.unallocated_computed, spilled_computed = excluded.spilled_computed,
        spilled_computed_total = excluded.spilled_computed_total, extension_size = excluded.extension_size,
        extension_consumed = excluded.extension_consumed, extension_held = excluded.extension_held`);
  }
  return queries;
}

/** The ids of one page of environments, by id; deleted ones are left out. */
export async function pageOfEnvironments(
  database: Database,
  { cell, tenantId }: TenantAddress,
  sight: Sight,
  page: PageRequest,
): Promise<Page<string>> {
  const among = sight.environmentIds && texts(sight.environmentIds);
  const rows = await database.of({ tenantId }).query(sql`
    select environment_id
    from environment
    where cell = ${cell} and tenant_id = ${tenantId} and environment_id > ${startAfter(page)} and deleted_at is null
      and (${among}::text[] is null or environment_id = any(${among}::text[]))
    order by environment_id
    limit ${page.limit + 1}`);
  return paged(page, { rows: rows.map((row) => row.environment_id as string), keyOf: (id) => id });
}

export async function listAllocations(
  database: Database,
  { cell, tenantId }: TenantAddress,
  sight: Sight,
  page: PageRequest,
): Promise<Page<AllocationRow>> {
  const among = sight.environmentIds && texts(sight.environmentIds);
  const rows = await database.of({ tenantId }).query(sql`
    select environment_id, currency, credits
    from allocation
    where cell = ${cell} and tenant_id = ${tenantId} and environment_id || ' ' || currency > ${startAfter(page)}
      and (${among}::text[] is null or environment_id = any(${among}::text[]))
    order by environment_id || ' ' || currency
    limit ${page.limit + 1}`);
  return paged(page, {
    rows: rows.map((row) => ({ environmentId: row.environment_id, currency: row.currency, credits: row.credits })),
    keyOf: (row) => `${row.environmentId} ${row.currency}`,
  });
}
