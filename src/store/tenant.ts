// Tenants: where they live, their settings and clock, and the lock under which everything of a tenant happens.

import type { Currency } from '../core/credits.ts';
import { byCurrency, type Ledger } from '../core/ledger.ts';
import type { Instant } from '../core/month.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import { changeSettings, DEFAULT_SETTINGS, type SettingsChange } from '../core/settings.ts';
import { appendAudit, doneEvent, INSTALLATION } from './audit.ts';
import type { Database, Row } from './database.ts';
import { atHand } from './flight.ts';
import { insertKey } from './key.ts';
import { type Listing, paged, startAfter } from './page.ts';
import { instants, instantText, type Query, scalars, sql, texts } from './sql.ts';
import type { Act, ApiKey, Page, PageRequest, Tenant, TenantAddress } from './store.ts';

/** What the statements of one load share. */
export interface Scope {
  cell: number;
  tenantIds: readonly string[];
  /** The server's clock; a sandbox has its own. */
  now: Instant;
}

/** Locks the tenants of a batch, in one order everywhere; must be the first statement (the later ones then see what the last holder committed). */
export function lockTenants({ cell, tenantIds }: Scope): Query {
  return sql`
    select tenant_id, name, settings, created_at, sandbox_start, sandbox_now, sequence, version, recorded_at, computed_at, notices
    from tenant
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[])
    order by tenant_id
    for no key update`;
}

export function readTenants({ cell, tenantIds }: Scope): Query {
  return sql`
    select tenant_id, name, settings, created_at, sandbox_start, sandbox_now, sequence, version, recorded_at, computed_at, notices
    from tenant
    where cell = ${cell} and tenant_id = any(${texts(tenantIds)}::text[])`;
}

/** An empty ledger of a tenant; the other concepts fill it. */
export function ledgerOf(row: Row, now: Instant): Ledger {
  const isSandbox = row.sandbox_now !== null;
  return {
    tenantId: row.tenant_id,
    name: row.name,
    // I9: record time never goes back, whatever the server's clock does.
    now: isSandbox ? row.sandbox_now : (Math.max(now, row.recorded_at) as Instant),
    isSandbox,
    beganAt: row.sandbox_start ?? row.created_at,
    settings: changeSettings(DEFAULT_SETTINGS, row.settings as SettingsChange),
    entitlements: [],
    capabilities: [],
    environments: new Map(),
    touched: new Set(),
    plans: new Map(),
    allocated: byCurrency(() => 0n as Ledger['allocated'][Currency]),
    allocatedChanged: false,
    months: new Map(),
    holds: new Map(),
    limits: new Map(),
    deletedLimits: new Set(),
    limitSums: new Map(),
    trials: new Map(),
    extensions: [],
    computedAt: row.computed_at,
    computations: [],
    prepaidDays: [],
    noticeNumber: Number(row.notices),
    notices: [],
    sequence: Number(row.sequence),
    records: [],
    changed: false,
  };
}

/** Fails where one of the tenants has another version by now. */
export function expectVersions(cell: number, tenantIds: readonly string[], versions: ReadonlyMap<string, bigint>): Query {
  return sql`
    select expect_rows(count(*), ${tenantIds.length})
    from unnest(
      ${texts(tenantIds)}::text[],
      ${scalars(tenantIds.map((tenantId) => versions.get(tenantId)!))}::bigint[]
    ) as expected (tenant_id, version)
    join tenant t on t.cell = ${cell} and t.tenant_id = expected.tenant_id and t.version = expected.version`;
}

/**
 * Sequence and record time of every tenant, with its settings and clock. `versions` are those that the ledgers are of: where the
 * tenant has another by now the statement fails, and nothing of the batch is saved.
 */
export function saveTenants(cell: number, ledgers: readonly Ledger[], versions: ReadonlyMap<string, bigint>): Query[] {
  const changed = ledgers.filter((ledger) => ledger.changed);
  if (changed.length === 0) return [];
  return [
    sql`
      with written as (
        update tenant
        set sequence = new.sequence, version = new.version + 1, recorded_at = new.now, settings = new.settings::jsonb,
          sandbox_now = case when sandbox_now is null then null else new.now end,
          computed_at = new.computed_at, notices = new.notices
        from (
          select
            unnest(${texts(changed.map((each) => each.tenantId))}::text[]),
            unnest(${scalars(changed.map((each) => each.sequence))}::bigint[]),
            unnest(${scalars(changed.map((each) => versions.get(each.tenantId)!))}::bigint[]),
            unnest(${instants(changed.map((each) => each.now))}::timestamptz[]),
            unnest(${texts(changed.map((each) => JSON.stringify(each.settings)))}::text[]),
            unnest(${instants(changed.map((each) => each.computedAt))}::timestamptz[]),
            unnest(${scalars(changed.map((each) => each.noticeNumber))}::bigint[])
        ) as new (tenant_id, sequence, version, now, settings, computed_at, notices)
        where tenant.cell = ${cell} and tenant.tenant_id = new.tenant_id and tenant.version = new.version
        returning 1
      )
      select expect_rows((select count(*) from written), ${changed.length})`,
  ];
}

function tenantOf(row: Row): Tenant {
  return {
    cell: row.cell,
    tenantId: row.tenant_id,
    name: row.name,
    createdAt: row.created_at,
    now: row.now,
    sandboxStart: row.sandbox_start,
  };
}

export async function createTenant(
  database: Database,
  address: TenantAddress,
  wanted: {
    name: string;
    sandboxNow: Instant | null;
    now: Instant;
    adminKey: ApiKey;
    adminKeyHash: Buffer;
    act: Act | undefined;
  },
): Promise<{ tenant: Tenant; made: boolean } | Refusal> {
  const { cell, tenantId } = address;
  const sandbox = instantText(wanted.sandboxNow);
  return database.of(address).transaction(async (fly) => {
    const [inserted] = await fly([
      sql`
        insert into tenant (cell, tenant_id, name, settings, created_at, sandbox_start, sandbox_now, recorded_at)
        values (${cell}, ${tenantId}, ${wanted.name}, '{}', ${instantText(wanted.now)}, ${sandbox}::timestamptz, ${sandbox}::timestamptz,
          coalesce(${sandbox}::timestamptz, ${instantText(wanted.now)}::timestamptz))
        on conflict do nothing`,
    ]);
    if (inserted?.rowCount === 1) await fly([insertKey(address, wanted.adminKey, wanted.adminKeyHash)]);
    const [found] = await fly([selectTenant(address, wanted.now)]);
    const tenant = tenantOf(found!.rows[0]!);
    const made = inserted?.rowCount === 1;
    if (!made && (tenant.name !== wanted.name || tenant.sandboxStart !== wanted.sandboxNow)) {
      return refuse('AlreadyExists', `tenant ${tenantId} is there already, with another name or sandbox`);
    }
    if (wanted.act) wanted.act.recorded = true;
    if (wanted.act && made)
      await fly(recordMade(address, wanted.act, { name: wanted.name, sandbox, adminKeyId: wanted.adminKey.id }));
    return { tenant, made };
  });
}

/** The first of the tenant's own log, and in the installation's, because the operator did it. */
function recordMade(address: TenantAddress, act: Act, after: object): Query[] {
  const event = doneEvent(act, { subject: `tenant:${address.tenantId}`, before: null, after });
  return [atHand([address.tenantId, INSTALLATION.tenantId]), appendAudit(address, [event]), appendAudit(INSTALLATION, [event])];
}

function selectTenant({ cell, tenantId }: TenantAddress, now: Instant): Query {
  return sql`
    select cell, tenant_id, name, created_at, sandbox_start, coalesce(sandbox_now, greatest(recorded_at, ${instantText(now)}::timestamptz)) as now
    from tenant
    where cell = ${cell} and tenant_id = ${tenantId}`;
}

export async function findTenant(database: Database, address: TenantAddress, now: Instant): Promise<Tenant | undefined> {
  const [row] = await database.of(address).query(selectTenant(address, now));
  return row && tenantOf(row);
}

/** Every tenant of the installation, by id; for its operator. */
export async function listTenants(database: Database, page: PageRequest, now: Instant): Promise<Page<Tenant>> {
  const rows = await database.everywhere.query(sql`
    select cell, tenant_id, name, created_at, sandbox_start, coalesce(sandbox_now, greatest(recorded_at, ${instantText(now)}::timestamptz)) as now
    from tenant
    where tenant_id > ${startAfter(page)}
    order by tenant_id
    limit ${page.limit + 1}`);
  const listing: Listing<Tenant> = { rows: rows.map(tenantOf), keyOf: (tenant) => tenant.tenantId };
  return paged(page, listing);
}
