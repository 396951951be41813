// Opens the store on a database: migrates it, and puts engine and reads together behind the `Store` that the API knows. The one place
// where the server's clock is read and ids are made.

import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { Action } from '../core/action.ts';
import { previewOf } from '../core/activity.ts';
import type { Command, Doing } from '../core/command.ts';
import { decide } from '../core/decision.ts';
import { environmentNotFound } from '../core/environment.ts';
import { expireDueHolds } from '../core/hold.ts';
import type { Ledger } from '../core/ledger.ts';
import { dayOf, type Instant, type Month, startOfDay } from '../core/month.ts';
import { price } from '../core/rate-card.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { findActivity, listActivity } from './activity-search.ts';
import { auditEvents, auditHead, listAuditEvents, listAuditHeads, recordAct, recordDone } from './audit.ts';
import { allCapabilities, listCapabilities } from './capability.ts';
import { compareViews } from './comparison.ts';
import { listComputations, tenantsToCompute } from './computation.ts';
import { Database, type Row } from './database.ts';
import { Engine } from './engine.ts';
import { listEntitlements } from './entitlement.ts';
import { listAllocations, pageOfEnvironments } from './environment.ts';
import { figuresOf } from './figures.ts';
import { environmentConsumption, tenantConsumption } from './forecast.ts';
import { findHold, tenantsWithDueHolds } from './hold.ts';
import { pruneKeys } from './idempotency.ts';
import { importsOf } from './import.ts';
import { Keys } from './key.ts';
import { addCapability, firstFlight, loadForHolds, type Needs, noNeeds, putAnswers } from './load.ts';
import { migrate } from './migrate.ts';
import { newId } from './new-id.ts';
import { outboxOf } from './outbox.ts';
import { peopleOf } from './person.ts';
import { providerSignInsOf } from './provider-sign-in.ts';
import {
  createReport,
  deleteReport,
  discardExpiredReports,
  failAbandonedReports,
  findReport,
  listReports,
  reportContent,
} from './report.ts';
import { prepareReport } from './report-preparation.ts';
import { declareResource, listResources } from './resource.ts';
import { dropOldActivity } from './retention.ts';
import { expectHeld, noWall, raiseWall } from './runtime-role.ts';
import { Sessions } from './session.ts';
import { sql } from './sql.ts';
import { type Idempotency, type Store, type TenantAddress, Unavailable } from './store.ts';
import { ChangeStreams } from './stream.ts';
import { createTenant, findTenant, ledgerOf, listTenants, readTenants, type Scope } from './tenant.ts';
import { TenantWatch } from './tenant-watch.ts';
import { listExtensions, listTrials } from './trial.ts';
import { queryUsage } from './usage-query.ts';
import { UsageRollups } from './usage-rollup.ts';

const DEFAULT_CELLS = 4;
const DEFAULT_CONNECTIONS = 10;
const SWEEP_INTERVAL_MS = 1_000;
const PRUNE_INTERVAL_MS = 3_600_000;
const MOST_PARTS_PRUNED = 100;
const ROLLUP_INTERVAL_MS = 500;
const KEY_USES_INTERVAL_MS = 15_000;

export interface OpenStore extends Store {
  database: Database;
  cells: number;
  /** The stored hash of the operator key that was made at the first start; null: none yet. */
  operatorKeyHash: Buffer | null;
  /** The job of a report: false where it was told to stop before it was done. */
  prepareReport(report: TenantAddress & { reportId: string }, run: { signal: AbortSignal; last: boolean }): Promise<boolean>;
  /** Forgets the contents of expired reports, and says of those that nobody prepares any more that they failed. */
  discardReports(): Promise<void>;
  /** Retention: drops the single actions of months more than `keepMonths` whole months ago; answers the months. */
  dropOldActivity(keepMonths: number, signal: AbortSignal): Promise<Month[]>;
  /** Keeps the first operator key of an installation; false: there was one already. */
  keepOperatorKey(hash: Buffer): Promise<boolean>;
}

/**
 * `clock` is the server's; tests may give another, and a `socket` with faults. `log` takes a line about a fault, `say` one of news (`log`
 * takes that too where there is none).
 */
export async function openStore(options: {
  url: string;
  /** Another login of the same database for whatever is done for tenants: so that the owner's is not on those connections at all. */
  runtimeUrl?: string | undefined;
  clock?: () => Instant;
  log?: (line: string) => void;
  say?: (line: string) => void;
  connections?: number;
  socket?: () => Duplex;
}): Promise<OpenStore> {
  const log = options.log ?? (() => {});
  const clock = options.clock ?? (() => Date.now() as Instant);
  await migrate(options.url, options.say ?? log);
  const wall = await raiseWall(options);
  if (wall.missing !== null) log(noWall(wall.missing));
  const database = new Database({
    url: options.url,
    runtime: wall.runtime,
    connections: options.connections ?? DEFAULT_CONNECTIONS,
    onFault: (error) => log(`database connection: ${error.message}`),
    socket: options.socket,
  });
  await expectHeld(database, wall);
  await database.everywhere.query(sql`insert into installation (cells) values (${DEFAULT_CELLS}) on conflict do nothing`);
  const [installation] = await database.everywhere.query(sql`select cells, operator_key_hash from installation`);
  const cells: number = installation!.cells;
  const watch = new TenantWatch(database, log);
  const streams = new ChangeStreams(database, watch, clock);
  const engine = new Engine(database, clock, (tenantId) => watch.committed(tenantId));
  const keys = new Keys(database, clock);
  const sessions = new Sessions(database, clock);
  const people = peopleOf(database, clock, (tenantId, personId) => sessions.forget(tenantId, personId));
  const providerSignIns = providerSignInsOf(database, clock);
  const rollups = new UsageRollups(database, cells);
  const timers = [
    setInterval(() => void quietly(sweep), SWEEP_INTERVAL_MS),
    setInterval(() => void quietly(prune), PRUNE_INTERVAL_MS),
    setInterval(() => void quietly(() => rollups.work()), ROLLUP_INTERVAL_MS),
    setInterval(() => void quietly(() => keys.writeUses()), KEY_USES_INTERVAL_MS),
  ];
  for (const timer of timers) timer.unref();

  function cellOf(tenantId: string): number {
    return createHash('sha256').update(tenantId).digest().readUInt32BE(0) % cells;
  }

  async function quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!(error instanceof Unavailable)) log(`background work failed: ${(error as Error).message}`);
    }
  }

  /** I7: no open hold outlives its expiry by more than this. Sandboxes move by their own clock. */
  async function sweep(): Promise<void> {
    for (let cell = 0; cell < cells; cell += 1) {
      for (const tenantId of await tenantsWithDueHolds(database, cell, clock())) {
        await engine.submit({ cell, tenantId }, { do: 'expire-holds' }, undefined);
      }
    }
  }

  async function prune(): Promise<void> {
    for (let cell = 0; cell < cells; cell += 1) {
      // A part at a time, so that no transaction is long; as many parts as a busy month needs within its hours.
      for (let parts = 0; parts < MOST_PARTS_PRUNED && (await pruneKeys(database, { cell, now: clock() })) > 0; parts += 1);
      await sessions.prune(cell);
      await people.prune(cell);
      await providerSignIns.prune(cell);
    }
  }

  /** Those who ask at once share one question: it needs no key. */
  let askedIfReady: Promise<boolean> | null = null;

  /** The ledgers of one snapshot, as a decision would find them: with due holds expired, but nothing written. */
  async function read(tenant: TenantAddress, needs: Needs): Promise<Ledger | undefined> {
    const now = clock();
    const scope: Scope = { cell: tenant.cell, tenantIds: [tenant.tenantId], now };
    return database.of(tenant).snapshot(async (fly) => {
      let ledgers: ReadonlyMap<string, Ledger> = new Map();
      const steps = firstFlight(scope, needs, () => ledgers);
      const [tenants, ...answers] = await fly([readTenants(scope), ...steps.flatMap((step) => step.queries)]);
      ledgers = new Map((tenants!.rows as Row[]).map((row) => [row.tenant_id, ledgerOf(row, now)]));
      putAnswers(steps, answers);
      await loadForHolds(scope, ledgers, fly);
      const ledger = ledgers.get(tenant.tenantId);
      if (ledger) expireDueHolds(ledger);
      return ledger;
    });
  }

  async function readSome(
    tenant: TenantAddress,
    environments: readonly string[] | 'all',
    capabilities: readonly string[] = [],
  ): Promise<Ledger> {
    const needs = noNeeds();
    for (const capability of capabilities) addCapability(needs, tenant.tenantId, capability);
    if (environments === 'all') needs.allEnvironments.add(tenant.tenantId);
    else needs.environments = environments.map((environmentId) => ({ tenantId: tenant.tenantId, environmentId }));
    const ledger = await read(tenant, needs);
    if (!ledger) throw new Error(`tenant ${tenant.tenantId} is not there`);
    return ledger;
  }

  return {
    database,
    cells,
    operatorKeyHash: installation!.operator_key_hash,
    async keepOperatorKey(hash) {
      const rows = await database.everywhere.query(sql`
        update installation
        set operator_key_hash = ${hash}
        where operator_key_hash is null
        returning 1 as kept`);
      return rows.length === 1;
    },

    submit: <D extends Doing>(tenant: TenantAddress, command: Extract<Command, { do: D }>, idempotency?: Idempotency) =>
      engine.submit(tenant, command, idempotency) as never,
    newId,
    readLedger: readSome,
    async price(tenant, action) {
      const needs = noNeeds();
      addCapability(needs, tenant.tenantId, action.capability);
      const ledger = await read(tenant, needs);
      if (!ledger) return refuse('NotFound', 'this tenant is no longer there');
      return price(action, ledger.capabilities, action.occurredAt ?? ledger.now);
    },
    async check(tenant, action: Action) {
      const needs = noNeeds();
      needs.environments.push({ tenantId: tenant.tenantId, environmentId: action.environmentId });
      addCapability(needs, tenant.tenantId, action.capability);
      const ledger = await read(tenant, needs);
      if (!ledger) return refuse('NotFound', 'this tenant is no longer there');
      const decision = decide(ledger, action);
      return isRefusal(decision) ? decision : previewOf(ledger, '', action, decision);
    },

    cellOf,
    createTenant({ id, name, sandboxNow, adminKeyId, adminKeyHash, act }) {
      const now = clock();
      const adminKey = {
        id: adminKeyId,
        name: 'first administrator',
        role: 'tenant-admin' as const,
        environmentIds: [],
        userId: null,
        scopes: null,
        expiresAt: null,
        createdAt: now,
        revokedAt: null,
      };
      return createTenant(database, { cell: cellOf(id), tenantId: id }, { name, sandboxNow, now, adminKey, adminKeyHash, act });
    },
    findTenant: (tenant) => findTenant(database, tenant, clock()),
    listTenants: (page) => listTenants(database, page, clock()),

    createKey: (tenant, key, hash) => keys.create(tenant, key, hash),
    listKeys: (tenant, page) => keys.list(tenant, page),
    async revokeKey(tenant, keyId) {
      const outcome = await keys.revoke(tenant, keyId);
      sessions.forget(tenant.tenantId, keyId);
      return outcome;
    },
    async rotateKey(tenant, keyId, hash, graceMs) {
      const rotated = await keys.rotate(tenant, keyId, hash, graceMs);
      sessions.forget(tenant.tenantId, keyId);
      return rotated;
    },
    holderOfKey: (cell, hash) => keys.holderOf(cell, hash),
    createSession: (principal, hash, endsAt) => sessions.create(principal, hash, endsAt),
    findSession: (secret) => sessions.find(secret),
    endSession: (secret) => sessions.end(secret),
    signOut: (tenant, hash, event) => sessions.signOut(tenant, hash, event),
    endSessionsOf: (tenant, of) => sessions.endAllOf(tenant, of),
    people,
    providerSignIns,

    recordAct: (tenant, event) => recordAct(database, tenant, event),
    listAuditEvents: (tenant, filter, page) => listAuditEvents(database, tenant, filter, page),
    async recordExport(tenant, filter) {
      for (const query of recordDone(tenant, { subject: 'audit', before: null, after: { filter } }))
        await database.of(tenant).query(query);
    },
    auditEvents: (tenant, filter) => auditEvents(database, tenant, filter),
    auditHead: (tenant) => auditHead(database, tenant),
    listAuditHeads: (page) => listAuditHeads(database, page),

    async listEnvironments(tenant, sight, page) {
      const { value, ...rest } = await pageOfEnvironments(database, tenant, sight, page);
      const ledger = await readSome(tenant, value);
      return { value: value.flatMap((id) => ledger.environments.get(id) ?? []), ...rest, ledger };
    },
    async listEntitlements(tenant, page) {
      return { ...(await listEntitlements(database, tenant, page)), ledger: await readSome(tenant, []) };
    },
    listAllocations: (tenant, sight, page) => listAllocations(database, tenant, sight, page),
    listCapabilities: (tenant, page) => listCapabilities(database, tenant, page),
    findHold: (tenant, holdId) => findHold(database, tenant, holdId, clock()),
    listActivity: (tenant, filter, page) => listActivity(database, tenant, filter, page),
    findActivity: (tenant, id) => findActivity(database, tenant, id),
    openStream: (tenant, request) => streams.open(tenant, request),
    listTrials: (tenant, sight, page) => listTrials(database, tenant, sight, page),
    listExtensions: (tenant, page) => listExtensions(database, tenant, page),
    listComputations: (tenant, page) => listComputations(database, tenant, page),
    async compareViews(tenant, query) {
      const needs = noNeeds();
      needs.allEnvironments.add(tenant.tenantId);
      needs.allEntitlements.add(tenant.tenantId);
      const ledger = await read(tenant, needs);
      if (!ledger) return refuse('NotFound', 'this tenant is no longer there');
      ledger.capabilities = await allCapabilities(database, tenant);
      return compareViews(database, tenant, ledger, query);
    },
    async computeAll() {
      const midnight = startOfDay(dayOf(clock()));
      let computed = 0;
      for (let cell = 0; cell < cells; cell += 1) {
        for (const tenantId of await tenantsToCompute(database, cell, midnight)) {
          await engine.submit({ cell, tenantId }, { do: 'compute', onDemand: false }, undefined);
          computed += 1;
        }
      }
      return computed;
    },
    listResources: (tenant, filter, page) => listResources(database, tenant, filter, page),
    async declareResource(tenant, resource) {
      const { environments } = await readSome(tenant, [resource.environmentId]);
      if (!environments.has(resource.environmentId)) return environmentNotFound(resource.environmentId);
      return declareResource(database, tenant, resource);
    },
    usage: (tenant, query, page) => queryUsage(database, tenant, query, page, () => rollups.ask(tenant)),

    imports: importsOf(database, clock),
    outbox: outboxOf(database, cells, clock),
    figures: figuresOf({ database, engine, rollups, cells, clock, hasWall: wall.runtime.role !== null }),

    environmentConsumption: (tenant, environmentIds, days) =>
      environmentConsumption(database, tenant, environmentIds, days, () => rollups.ask(tenant)),
    tenantConsumption: (tenant, apart, days) => tenantConsumption(database, tenant, apart, days, () => rollups.ask(tenant)),

    createReport: (tenant, wanted, idempotency) => createReport(database, clock(), tenant, wanted, idempotency),
    findReport: (tenant, reportId) => findReport(database, clock(), tenant, reportId),
    listReports: (tenant, page) => listReports(database, clock(), tenant, page),
    reportContent: (tenant, reportId) => reportContent(database, tenant, reportId),
    deleteReport: (tenant, reportId) => deleteReport(database, tenant, reportId),
    prepareReport: (report, run) => prepareReport(database, clock, report, run),
    async discardReports() {
      for (let cell = 0; cell < cells; cell += 1) {
        await discardExpiredReports(database, cell, clock());
        await failAbandonedReports(database, cell);
      }
    },

    async dropOldActivity(keepMonths, signal) {
      const dropped = await dropOldActivity(database, { keepMonths, clockNow: clock(), signal });
      engine.forgetPartitions(dropped);
      return dropped;
    },

    isReady() {
      askedIfReady ??= isReady(database).finally(() => {
        askedIfReady = null;
      });
      return askedIfReady;
    },
    async close() {
      for (const timer of timers) clearInterval(timer);
      watch.close();
      await engine.close();
      await rollups.close();
      await quietly(() => keys.writeUses());
      await database.close();
    },
  };
}

/** Asked on a connection such as serves tenants: that is what others wait for. */
async function isReady(database: Database): Promise<boolean> {
  try {
    const [row] = await database.of({ tenantId: '' }).query(sql`select pg_is_in_recovery() as standby`);
    return row?.standby === false;
  } catch {
    return false;
  }
}
