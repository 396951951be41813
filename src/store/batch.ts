// A batch: commands of one cell that are decided and committed together. Loading, deciding and saving it; the lane (cell-lane.ts)
// says when.

import type { ActivityRecord } from '../core/activity.ts';
import type { AuditEvent } from '../core/audit.ts';
import { auditedState } from '../core/audited-state.ts';
import { type Command, type Doing, execute } from '../core/command.ts';
import { expireDueHolds } from '../core/hold.ts';
import type { Ledger, TrackedHold } from '../core/ledger.ts';
import { addMonths, type Instant, type Month, monthOf } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { FEWEST_MONTHS_KEPT } from '../core/retention.ts';
import { loadRecords, recordOf, saveActivity, storedMonth } from './activity.ts';
import { appendAudit, doneEvent } from './audit.ts';
import { savePlans } from './billing-plan.ts';
import { saveCapabilities } from './capability.ts';
import { saveComputations } from './computation.ts';
import type { Fly, Lane, Row } from './database.ts';
import type { CommandTiming } from './engine-observer.ts';
import { saveEntitlements } from './entitlement.ts';
import { saveEnvironments, saveSums } from './environment.ts';
import { holdOf, loadHolds, saveHolds } from './hold.ts';
import { type Effect, loadKeys, saveKeys, type UsedKey, usedKeyOf } from './idempotency.ts';
import { saveLimits } from './limit.ts';
import { addNeeds, firstFlight, loadForComputing, loadForHolds, noNeeds, putAnswers } from './load.ts';
import { saveNotices } from './notice.ts';
import type { RememberedLedgers } from './remembered-ledgers.ts';
import { saveResources } from './resource.ts';
import { monthFrom, monthText, type Query } from './sql.ts';
import type { Act, Idempotency, Submitted } from './store.ts';
import { ledgerOf, lockTenants, type Scope, saveTenants } from './tenant.ts';
import { saveTrials } from './trial.ts';
import { saveUsage } from './usage.ts';

export type Answer = Submitted<Doing> | { replayed: false; outcome: Refusal };

export interface Pending {
  tenantId: string;
  command: Command;
  idempotency: Idempotency | undefined;
  /** Of an administrative command: whose it is, for the audit log. */
  act?: Act | undefined;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
  /** Of `performance.now()`. */
  submittedAt: number;
  /** Where somebody follows this command by itself (engine-observer.ts). */
  followed?: ((timing: CommandTiming) => void) | undefined;
}

export function tenantsOf(batch: readonly Pending[]): string[] {
  return [...new Set(batch.map((each) => each.tenantId))].sort();
}

/** Locks, loads, decides, saves and commits a batch in two flights (more where a hold or a replay is concerned). `decided` is told when. */
export async function commitBatch(
  cell: number,
  connection: Lane,
  batch: readonly Pending[],
  now: Instant,
  remembered: RememberedLedgers,
  decided: () => void,
): Promise<Answer[]> {
  const scope: Scope = { cell, tenantIds: tenantsOf(batch), now };
  const needs = noNeeds();
  for (const { tenantId, command } of batch) addNeeds(needs, tenantId, command);
  let ledgers: ReadonlyMap<string, Ledger> = new Map();
  const used = new Map<string, Omit<UsedKey, 'month'>>();
  const steps = firstFlight(scope, needs, () => ledgers);
  const keyed = batch.flatMap(({ tenantId, idempotency }) => (idempotency ? [{ tenantId, key: idempotency.key }] : []));
  if (keyed.length > 0) {
    steps.push({
      queries: [loadKeys(cell, keyed)],
      put: ([rows]) => {
        for (const row of rows!) used.set(`${row.tenant_id} ${row.key}`, usedKeyOf(row));
      },
    });
  }
  let versions: ReadonlyMap<string, bigint> = new Map();
  const answers = await connection.transaction(
    scope.tenantIds,
    [lockTenants(scope), ...steps.flatMap((step) => step.queries)],
    async ([tenants, ...loaded], fly) => {
      const rows = tenants!.rows as Row[];
      ledgers = new Map(rows.map((row) => [row.tenant_id, ledgerOf(row, now)]));
      versions = new Map(rows.map((row) => [row.tenant_id, row.version]));
      putAnswers(steps, loaded);
      await loadForHolds(scope, ledgers, fly);
      await loadForComputing(cell, ledgers, needs.computing, fly);
      const earlier = await loadEarlier(cell, batch, ledgers, used, fly);
      const stored = storedMonth(now);
      const { results, keys, events } = decideBatch(batch, ledgers, used, earlier, stored);
      decided();
      const save = saveBatch(cell, [...ledgers.values()], versions, keys, stored);
      return { save: [...save, ...saveEvents(cell, events)], result: results };
    },
  );
  remembered.keep(ledgers, versions);
  return answers;
}

/** What is written together with the commit: everything that the ledgers mark as changed, their records, and the keys. */
export function saveBatch(
  cell: number,
  ledgers: readonly Ledger[],
  versions: ReadonlyMap<string, bigint>,
  keys: readonly UsedKey[],
  stored: Month,
): Query[] {
  return [
    ...saveTenants(cell, ledgers, versions),
    ...savePlans(cell, ledgers),
    ...saveEntitlements(cell, ledgers),
    ...saveCapabilities(cell, ledgers),
    ...saveLimits(cell, ledgers),
    ...saveTrials(cell, ledgers),
    ...saveComputations(cell, ledgers),
    ...saveNotices(cell, ledgers),
    ...saveSums(cell, ledgers),
    ...saveEnvironments(cell, ledgers),
    ...saveHolds(cell, ledgers, stored),
    ...saveActivity(cell, ledgers, stored),
    ...saveKeys(cell, keys),
    ...saveUsage(cell, ledgers),
    ...saveResources(cell, ledgers),
  ];
}

/** After everything else, in one order everywhere: the chains of the tenants are locked from here on. */
function saveEvents(cell: number, events: ReadonlyMap<string, AuditEvent[]>): Query[] {
  return [...events.keys()].sort().map((tenantId) => appendAudit({ cell, tenantId }, events.get(tenantId)!));
}

/** Records and holds that replays answer again, and records of captures that are asked again. */
export interface Earlier {
  records: Map<string, ActivityRecord>;
  holds: Map<string, TrackedHold>;
}

export function nothingEarlier(): Earlier {
  return { records: new Map(), holds: new Map() };
}

const recordName = (tenantId: string, sequence: bigint | number) => `${tenantId} ${sequence}`;

async function loadEarlier(
  cell: number,
  batch: readonly Pending[],
  ledgers: ReadonlyMap<string, Ledger>,
  used: ReadonlyMap<string, Omit<UsedKey, 'month'>>,
  fly: Fly,
): Promise<Earlier> {
  const records: { tenantId: string; sequence: bigint; storedMonth: string }[] = [];
  const holds: { tenantId: string; holdId: string }[] = [];
  for (const { tenantId, effect } of used.values()) {
    if (effect.kind === 'record') records.push({ tenantId, ...effect });
    if (effect.kind === 'hold') holds.push({ tenantId, ...effect });
  }
  for (const { tenantId, command } of batch) {
    const hold = command.do === 'capture' ? ledgers.get(tenantId)?.holds.get(command.holdId) : undefined;
    if (hold?.capture?.storedMonth) {
      records.push({ tenantId, sequence: BigInt(hold.capture.sequence), storedMonth: monthText(hold.capture.storedMonth) });
    }
  }
  const earlier = nothingEarlier();
  if (records.length === 0 && holds.length === 0) return earlier;
  const [recordRows, holdRows] = await fly([loadRecords(cell, records), loadHolds(cell, holds)]);
  for (const row of recordRows!.rows) earlier.records.set(recordName(row.tenant_id, row.sequence), recordOf(row));
  for (const row of holdRows!.rows) earlier.holds.set(`${row.tenant_id} ${row.hold_id}`, holdOf(row));
  return earlier;
}

/** History can be recorded again at any time, so its keys are never pruned. */
const KEPT_FOR_EVER = '9999-12' as Month;

/** Folds `execute` over the batch; a key that was used answers what it did, by an earlier commit or earlier in this batch. */
export function decideBatch(
  batch: readonly Pending[],
  ledgers: ReadonlyMap<string, Ledger>,
  used: Map<string, Omit<UsedKey, 'month'>>,
  earlier: Earlier,
  stored: Month,
): { results: Answer[]; keys: UsedKey[]; events: Map<string, AuditEvent[]> } {
  for (const ledger of ledgers.values()) expireDueHolds(ledger);
  const keys: UsedKey[] = [];
  const events = new Map<string, AuditEvent[]>();
  const results = batch.map(({ tenantId, command, idempotency, act }): Answer => {
    const ledger = ledgers.get(tenantId);
    if (!ledger) return { replayed: false, outcome: refuse('NotFound', 'this tenant is no longer there') };
    const name = idempotency && `${tenantId} ${idempotency.key}`;
    const before = name === undefined ? undefined : used.get(name);
    if (before) {
      if (act) act.recorded = true;
      return replay(before, idempotency!, earlier, stored);
    }
    const stood = act && auditedState(ledger, command);
    const outcome = withRecord(ledger, command, execute(ledger, command as never) as object, earlier, stored);
    if (isRefusal(outcome)) return { replayed: false, outcome };
    ledger.changed = true;
    if (act && stood) {
      const done = { subject: stood.subject, before: stood.state, after: auditedState(ledger, command)!.state };
      events.set(tenantId, [...(events.get(tenantId) ?? []), doneEvent(act, done)]);
      act.recorded = true;
    }
    const complete = asItIsNow(outcome);
    if (idempotency && name !== undefined) {
      const effect = effectOf(command, complete, stored);
      const month = command.do === 'record-history' ? KEPT_FOR_EVER : monthOfEffect(ledger, complete);
      const key: UsedKey = { tenantId, ...idempotency, month, effect };
      keys.push(key);
      used.set(name, key);
      if (effect.kind === 'record')
        earlier.records.set(recordName(tenantId, effect.sequence), (complete as { record: ActivityRecord }).record);
      if (effect.kind === 'hold') earlier.holds.set(`${tenantId} ${effect.holdId}`, (complete as { hold: TrackedHold }).hold);
    }
    return { replayed: false, outcome: complete as never };
  });
  return { results, keys, events };
}

/** A capture that is asked again has no record of its own: it answers the first one's. */
function withRecord(ledger: Ledger, command: Command, outcome: object, earlier: Earlier, stored: Month): object {
  if (command.do !== 'capture' || !('record' in outcome) || outcome.record !== null) return outcome;
  const { capture } = ledger.holds.get(command.holdId)!;
  const inBatch = ledger.records.find((record) => record.sequence === capture!.sequence);
  const record = inBatch ?? earlier.records.get(recordName(ledger.tenantId, capture!.sequence));
  if (!record) return noLongerKept(`the capture of hold ${command.holdId}`, capture!.storedMonth ?? stored, stored);
  return { record };
}

/** An answer shows a thing as its own command left it, whatever later ones of the batch do to it. */
function asItIsNow(outcome: object): object {
  // A record is never written to again.
  if ('record' in outcome) return outcome;
  return Object.fromEntries(
    Object.entries(outcome).map(([name, value]) => [
      name,
      ['hold', 'environment', 'entitlement', 'plan', 'limit', 'trial'].includes(name) ? { ...value } : value,
    ]),
  );
}

function effectOf(command: Command, outcome: object, stored: Month): Effect {
  if (command.do === 'consume' || command.do === 'capture' || command.do === 'record-history') {
    const { record } = outcome as { record: ActivityRecord };
    return { kind: 'record', sequence: BigInt(record.sequence), storedMonth: monthText(stored) };
  }
  if (command.do === 'hold') return { kind: 'hold', holdId: command.id };
  return { kind: 'answer', answer: outcome };
}

function monthOfEffect(ledger: Ledger, outcome: object): Month {
  if ('record' in outcome) return (outcome.record as ActivityRecord).month;
  return 'hold' in outcome ? (outcome.hold as TrackedHold).month : monthOf(ledger.now);
}

/** Its partition was dropped (retention.ts): it had its effect, and cannot be shown again. */
function noLongerKept(what: string, storedIn: Month, now: Month): Refusal {
  if (storedIn >= addMonths(now, -FEWEST_MONTHS_KEPT)) throw new Error(`the record of ${what} is missing`);
  return refuse('NoLongerKept', `${what} was recorded, counts, and is no longer kept; nothing was done now`);
}

function replay(before: Omit<UsedKey, 'month'>, now: Idempotency, earlier: Earlier, stored: Month): Answer {
  if (before.fingerprint !== now.fingerprint) {
    return {
      replayed: false,
      outcome: refuse(
        'IdempotencyConflict',
        `the idempotency key ${JSON.stringify(now.key)} was used for other content; use a new key for a new request`,
      ),
    };
  }
  switch (before.effect.kind) {
    case 'record': {
      const record = earlier.records.get(recordName(before.tenantId, before.effect.sequence));
      if (record) return { replayed: true, outcome: { record } };
      const what = `the action of the key ${JSON.stringify(before.key)}`;
      return { replayed: false, outcome: noLongerKept(what, monthFrom(before.effect.storedMonth), stored) };
    }
    case 'hold': {
      const hold = earlier.holds.get(`${before.tenantId} ${before.effect.holdId}`);
      if (!hold) throw new Error(`hold ${before.effect.holdId} of key ${before.key} is missing`);
      return { replayed: true, outcome: { hold: { ...hold, status: 'open' } } };
    }
    case 'answer':
      return { replayed: true, outcome: before.effect.answer as never };
  }
}
