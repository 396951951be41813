// Loading ledgers: which statements a set of commands needs, sent in one flight; and, where a hold is concerned, a second one for what
// it was charged to. The same loading serves the engine (under the lock) and reads (of one snapshot).

import { isCatalogueCapability } from '../core/catalogue.ts';
import type { Command } from '../core/command.ts';
import type { Ledger } from '../core/ledger.ts';
import { addMonths, firstDayOf, type Instant, type Month, monthOf, monthOfDay } from '../core/month.ts';
import { loadPlanMonths, loadPlans, putPlanMonths, putPlans } from './billing-plan.ts';
import { loadCapabilities, putCapabilities } from './capability.ts';
import { loadPrepaidDays, putPrepaidDays } from './computation.ts';
import type { Fly, Row } from './database.ts';
import { entitlementOf, loadAllEntitlements, loadEntitlements, putEntitlements } from './entitlement.ts';
import {
  loadAllEnvironments,
  loadEnvironments,
  loadSums,
  putEnvironments,
  putSums,
  type WantedEnvironment,
} from './environment.ts';
import { loadDueHolds, loadHolds, loadOpenHolds, putHolds } from './hold.ts';
import { loadLimitMonths, loadLimitSums, loadLimits, putLimitMonths, putLimitSums, putLimits, type WantedSums } from './limit.ts';
import type { Query } from './sql.ts';
import type { Scope } from './tenant.ts';
import { loadTrials, putTrials } from './trial.ts';

/** What a batch needs beside the tenants themselves. */
export interface Needs {
  environments: WantedEnvironment[];
  /** Tenants all of whose environments are needed. */
  allEnvironments: Set<string>;
  /** Tenants all of whose entitlements are needed, ended ones too (E7). */
  allEntitlements: Set<string>;
  capabilities: { tenantId: string; capability: string }[];
  holds: { tenantId: string; holdId: string }[];
  /** Limits that are set: what counts in their scope already. */
  limitSums: WantedSums[];
  /** Tenants whose consumption is computed; with all their environments. */
  computing: Set<string>;
  /** The earliest month for which history is recorded: months are loaded from there on. */
  history: Month | null;
  /** Moves of a sandbox's clock: what falls due on the way (T4). */
  until: { tenantId: string; until: Instant }[];
}

export function noNeeds(): Needs {
  return {
    environments: [],
    allEnvironments: new Set(),
    allEntitlements: new Set(),
    capabilities: [],
    holds: [],
    limitSums: [],
    computing: new Set(),
    history: null,
    until: [],
  };
}

/** Adds what deciding a command needs. */
export function addNeeds(needs: Needs, tenantId: string, command: Command): void {
  switch (command.do) {
    case 'consume':
    case 'hold':
      needs.environments.push({ tenantId, environmentId: command.action.environmentId });
      addCapability(needs, tenantId, command.action.capability);
      return;
    case 'capture':
    case 'release':
      needs.holds.push({ tenantId, holdId: command.holdId });
      return;
    case 'create-environment':
      needs.environments.push({ tenantId, environmentId: command.environment.id });
      return;
    case 'change-environment':
    case 'delete-environment':
      needs.environments.push({ tenantId, environmentId: command.environmentId });
      return;
    case 'allocate':
      for (const { environmentId } of [...command.changes, ...(command.switches ?? [])])
        needs.environments.push({ tenantId, environmentId });
      return;
    case 'entitle':
    case 'end-entitlement':
      needs.allEntitlements.add(tenantId);
      return;
    case 'delete-billing-plan':
      needs.allEnvironments.add(tenantId);
      return;
    case 'record-history': {
      const month = monthOfDay(command.entry.day);
      needs.environments.push({ tenantId, environmentId: command.entry.environmentId });
      if (needs.history === null || month < needs.history) needs.history = month;
      return;
    }
    case 'set-limit':
      needs.limitSums.push({ tenantId, limit: command.limit });
      return;
    case 'compute':
      needs.allEnvironments.add(tenantId);
      needs.computing.add(tenantId);
      return;
    case 'move-clock':
      needs.allEnvironments.add(tenantId);
      needs.computing.add(tenantId);
      needs.until.push({ tenantId, until: command.now });
      return;
    case 'define-capability':
      // All its versions: a lane that knows one must know them all.
      addCapability(needs, tenantId, command.capability.id);
      return;
    case 'expire-holds':
    case 'create-billing-plan':
    case 'change-billing-plan':
    case 'delete-limit':
    case 'start-trial':
    case 'extend-trial':
    case 'extend-month':
    case 'change-settings':
      return;
    default:
      command satisfies never;
  }
}

export function addCapability(needs: Needs, tenantId: string, capability: string): void {
  if (!isCatalogueCapability(capability)) needs.capabilities.push({ tenantId, capability });
}

/** Statements whose answers are put into the ledgers together. */
export interface Step {
  queries: Query[];
  put: (rows: Row[][]) => void;
}

/** Puts the answers of a flight into the ledgers, step by step. */
export function putAnswers(steps: readonly Step[], answers: readonly { rows: unknown[] }[]): void {
  let taken = 0;
  for (const { queries, put } of steps) {
    put(answers.slice(taken, taken + queries.length).map((answer) => answer.rows as Row[]));
    taken += queries.length;
  }
}

/** The statements of the first flight, after that which reads the tenants; `put` takes their answers once the ledgers are there. */
export function firstFlight(scope: Scope, needs: Needs, ledgers: () => ReadonlyMap<string, Ledger>): Step[] {
  const { cell, tenantIds } = scope;
  const steps: Step[] = [];
  const step = (queries: Query | Query[], put: (rows: Row[][]) => void) => steps.push({ queries: [queries].flat(), put });
  const some = tenantIds.filter((id) => !needs.allEntitlements.has(id));
  if (some.length > 0) step(loadEntitlements({ ...scope, tenantIds: some }), ([rows]) => putEntitlements(ledgers(), rows!));
  if (needs.allEntitlements.size > 0) {
    step(loadAllEntitlements({ cell, tenantIds: [...needs.allEntitlements] }), ([rows]) => putEntitlements(ledgers(), rows!));
  }
  step(loadPlans(scope), ([rows]) => putPlans(ledgers(), rows!));
  step(loadPlanMonths(scope, null), ([rows]) => putPlanMonths(ledgers(), rows!));
  step(loadLimits(scope), ([rows]) => putLimits(ledgers(), rows!));
  step(loadLimitMonths(scope), ([rows]) => putLimitMonths(ledgers(), rows!));
  for (const wanted of needs.limitSums) step(loadLimitSums(scope, wanted), ([rows]) => putLimitSums(ledgers(), rows!));
  step(loadTrials(scope), ([rows]) => putTrials(ledgers(), rows!));
  const single = distinct(needs.environments.filter((each) => !needs.allEnvironments.has(each.tenantId)));
  if (single.length > 0) step(loadEnvironments(scope, single, null), (rows) => putEnvironments(ledgers(), rows));
  if (needs.allEnvironments.size > 0) {
    step(loadAllEnvironments({ ...scope, tenantIds: [...needs.allEnvironments] }), (rows) => putEnvironments(ledgers(), rows));
  }
  step(loadSums(scope, null), (rows) => putSums(ledgers(), rows));
  if (needs.history !== null) {
    // Beside what is loaded anyhow: this month and the last may be later, or earlier.
    step(loadEnvironments(scope, distinct(needs.environments), needs.history), (rows) => putEnvironments(ledgers(), rows));
    step(loadSums(scope, needs.history), (rows) => putSums(ledgers(), rows));
  }
  if (needs.capabilities.length > 0)
    step(loadCapabilities(scope, distinct(needs.capabilities)), ([rows]) => putCapabilities(ledgers(), rows!));
  step(loadDueHolds(scope), ([rows]) => putHolds(ledgers(), rows!));
  if (needs.holds.length > 0) step(loadHolds(cell, distinct(needs.holds)), ([rows]) => putHolds(ledgers(), rows!));
  if (needs.until.length > 0) step(loadOpenHolds(cell, needs.until), ([rows]) => putHolds(ledgers(), rows!));
  return steps;
}

function distinct<T extends object>(wanted: readonly T[]): T[] {
  return [...new Map(wanted.map((each) => [Object.values(each).join(' '), each])).values()];
}

/** What the loaded holds were charged to: their environments, months, pre-purchases and plans, however old. */
export async function loadForHolds(scope: Scope, ledgers: ReadonlyMap<string, Ledger>, fly: Fly): Promise<void> {
  const holds = [...ledgers.values()].flatMap(({ tenantId, holds: all }) =>
    [...all.values()].map((hold) => ({ tenantId, hold })),
  );
  if (holds.length === 0) return;
  const tenantIds = [...new Set(holds.map((each) => each.tenantId))];
  const since = holds.map(({ hold }) => hold.month).sort()[0]!;
  const wanted = distinct(holds.map(({ tenantId, hold }) => ({ tenantId, environmentId: hold.action.environmentId })));
  const needs = noNeeds();
  for (const { tenantId, hold } of holds) addCapability(needs, tenantId, hold.action.capability);
  const ofHolds = { ...scope, tenantIds };
  // What is loaded already is kept, so naming more than is missing does no harm.
  const answers = await fly([
    ...loadEnvironments(ofHolds, wanted, null),
    ...loadEnvironments(ofHolds, wanted, since),
    ...loadSums(ofHolds, since),
    loadPlanMonths(ofHolds, since),
    loadAllEntitlements(ofHolds),
    ...(needs.capabilities.length > 0 ? [loadCapabilities(ofHolds, distinct(needs.capabilities))] : []),
  ]);
  const rows = answers.map((answer) => answer.rows as Row[]);
  putEnvironments(ledgers, rows.slice(0, 3));
  putEnvironments(ledgers, rows.slice(3, 6));
  putSums(ledgers, rows.slice(6, 8));
  putPlanMonths(ledgers, rows[8]!);
  for (const row of rows[9]!) {
    const ledger = ledgers.get(row.tenant_id)!;
    if (!ledger.entitlements.some((each) => each.id === row.entitlement_id)) ledger.entitlements.push(entitlementOf(row));
  }
  putCapabilities(ledgers, rows[10] ?? []);
}

/** C2: the usage by day of tenants that compute while computation is held back. */
export async function loadForComputing(
  cell: number,
  ledgers: ReadonlyMap<string, Ledger>,
  computing: ReadonlySet<string>,
  fly: Fly,
): Promise<void> {
  for (const tenantId of computing) {
    const ledger = ledgers.get(tenantId);
    if (!ledger || ledger.settings.computation.delayDays === 0) continue;
    const from = firstDayOf(addMonths(monthOf(ledger.now), -1));
    const [answer] = await fly([loadPrepaidDays(cell, [tenantId], from)]);
    putPrepaidDays(ledgers, answer!.rows as Row[]);
  }
}
