// The engine: begin → lock → load → decide → save → commit. While one transaction of a cell is in flight the next batch gathers (no
// timer, no minimum); then the same `execute` is folded over all of it in memory and saved in one transaction. A batch of one is the
// ordinary case: there is no second path. One lane a cell; row locks on the tenants serialise lanes of other processes.

import type { ActivityRecord } from '../core/activity.ts';
import { type Command, type Doing, execute } from '../core/command.ts';
import { expireDueHolds } from '../core/hold.ts';
import type { Ledger } from '../core/ledger.ts';
import { addMonths, type Instant, type Month, monthOf } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { ensurePartition, loadRecords, recordOf, saveActivity, storedMonth } from './activity.ts';
import { savePlans } from './billing-plan.ts';
import { saveCapabilities } from './capability.ts';
import { type Database, type Fly, isDatabaseError, isTransient, type Lane, type Row } from './database.ts';
import { saveEntitlements } from './entitlement.ts';
import { saveEnvironments, saveSums } from './environment.ts';
import { holdOf, loadHolds, saveHolds } from './hold.ts';
import { type Effect, loadKeys, saveKeys, type UsedKey, usedKeyOf } from './idempotency.ts';
import { addNeeds, firstFlight, loadForHolds, noNeeds } from './load.ts';
import { saveResources } from './resource.ts';
import { monthText, type Query } from './sql.ts';
import { type Idempotency, type Submitted, type TenantAddress, Unavailable } from './store.ts';
import { ledgerOf, lockTenants, type Scope, saveTenants } from './tenant.ts';
import { saveUsage } from './usage.ts';

/** The most commands of one transaction: more gains little and makes everybody wait. */
const MOST_OF_A_BATCH = 500;
/** The most commands that wait in one cell; what comes on top is shed at once. */
const MOST_WAITING = 20_000;
const MOST_RETRIES = 5;

type Answer = Submitted<Doing> | { replayed: false; outcome: Refusal };

interface Pending {
  tenantId: string;
  command: Command;
  idempotency: Idempotency | undefined;
  resolve: (answer: Answer) => void;
  reject: (error: unknown) => void;
}

export class Engine {
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #lanes = new Map<number, CellLane>();
  readonly #partitions = new Set<Month>();
  #closing = false;

  constructor(database: Database, clock: () => Instant) {
    this.#database = database;
    this.#clock = clock;
  }

  submit(tenant: TenantAddress, command: Command, idempotency: Idempotency | undefined): Promise<Answer> {
    if (this.#closing) return Promise.reject(new Unavailable('Bursar is stopping', false));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#laneOf(tenant.cell).add({ tenantId: tenant.tenantId, command, idempotency, resolve, reject });
    return promise;
  }

  /** Takes nothing more, finishes what was accepted, and closes the lanes. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  #laneOf(cell: number): CellLane {
    let lane = this.#lanes.get(cell);
    if (!lane) {
      lane = new CellLane(this.#database.lane(), (connection, batch) => this.#run(cell, connection, batch));
      this.#lanes.set(cell, lane);
    }
    return lane;
  }

  /** Commits a batch and answers how to settle it: telling the callers may wait until the next batch is under way. */
  async #run(cell: number, connection: Lane, batch: readonly Pending[]): Promise<() => void> {
    try {
      if (!this.#partitions.has(storedMonth(this.#clock()))) await this.#prepare();
      const answers = await this.#transaction(cell, connection, batch);
      return () => {
        for (const [index, pending] of batch.entries()) pending.resolve(answers[index]!);
      };
    } catch (error) {
      // What the database refuses of one command must not take the others with it.
      if (isDatabaseError(error) && batch.length > 1) {
        const settle: (() => void)[] = [];
        for (const pending of batch) settle.push(await this.#run(cell, connection, [pending]));
        return () => {
          for (const each of settle) each();
        };
      }
      return () => {
        for (const pending of batch) pending.reject(error);
      };
    }
  }

  /** The partition in which records of this moment are stored, and the next one in good time. */
  async #prepare(): Promise<void> {
    const stored = storedMonth(this.#clock());
    const next = addMonths(stored, 1);
    await ensurePartition(this.#database, stored, next);
    await ensurePartition(this.#database, next, addMonths(next, 1));
    this.#partitions.add(stored);
  }

  async #transaction(cell: number, connection: Lane, batch: readonly Pending[]): Promise<Answer[]> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#attempt(cell, connection, batch);
      } catch (error) {
        if (!isTransient(error) || attempt > MOST_RETRIES) throw error;
      }
    }
  }

  async #attempt(cell: number, connection: Lane, batch: readonly Pending[]): Promise<Answer[]> {
    const now = this.#clock();
    const scope: Scope = { cell, tenantIds: [...new Set(batch.map((each) => each.tenantId))].sort(), now };
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
    return connection.transaction(
      [lockTenants(scope), ...steps.flatMap((step) => step.queries)],
      async ([tenants, ...answers], fly) => {
        ledgers = new Map((tenants!.rows as Row[]).map((row) => [row.tenant_id, ledgerOf(row, now)]));
        let taken = 0;
        for (const { queries, put } of steps) {
          put(answers.slice(taken, taken + queries.length).map((answer) => answer.rows as Row[]));
          taken += queries.length;
        }
        await loadForHolds(scope, ledgers, fly);
        const earlier = await loadEarlier(cell, batch, ledgers, used, fly);
        for (const ledger of ledgers.values()) expireDueHolds(ledger);
        const stored = storedMonth(now);
        const { results, keys } = decideAll(batch, ledgers, used, earlier, stored);
        const all = [...ledgers.values()];
        const save: Query[] = [
          ...saveTenants(cell, all),
          ...savePlans(cell, all),
          ...saveEntitlements(cell, all),
          ...saveCapabilities(cell, all),
          ...saveSums(cell, all),
          ...saveEnvironments(cell, all),
          ...saveHolds(cell, all, stored),
          ...saveActivity(cell, all, stored),
          ...saveKeys(cell, keys),
          ...saveUsage(cell, all),
          ...saveResources(cell, all),
        ];
        return { save, result: results };
      },
    );
  }
}

/** Records and holds that replays answer again, and records of captures that are asked again. */
interface Earlier {
  records: Map<string, ActivityRecord>;
  holds: Map<string, ReturnType<typeof holdOf>>;
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
    if (hold?.capture?.storedMonth)
      records.push({ tenantId, sequence: BigInt(hold.capture.sequence), storedMonth: monthText(hold.capture.storedMonth) });
  }
  const earlier: Earlier = { records: new Map(), holds: new Map() };
  if (records.length === 0 && holds.length === 0) return earlier;
  const [recordRows, holdRows] = await fly([loadRecords(cell, records), loadHolds(cell, holds)]);
  for (const row of recordRows!.rows) earlier.records.set(recordName(row.tenant_id, row.sequence), recordOf(row));
  for (const row of holdRows!.rows) earlier.holds.set(`${row.tenant_id} ${row.hold_id}`, holdOf(row));
  return earlier;
}

/** Folds `execute` over the batch; a key that was used answers what it did, by an earlier commit or earlier in this batch. */
function decideAll(
  batch: readonly Pending[],
  ledgers: ReadonlyMap<string, Ledger>,
  used: Map<string, Omit<UsedKey, 'month'>>,
  earlier: Earlier,
  stored: Month,
): { results: Answer[]; keys: UsedKey[] } {
  const keys: UsedKey[] = [];
  const results = batch.map(({ tenantId, command, idempotency }): Answer => {
    const ledger = ledgers.get(tenantId);
    if (!ledger) return { replayed: false, outcome: refuse('NotFound', 'this tenant is no longer there') };
    const name = idempotency && `${tenantId} ${idempotency.key}`;
    const before = name === undefined ? undefined : used.get(name);
    if (before) return replay(before, idempotency!, earlier);
    const outcome = execute(ledger, command as never) as object;
    if (isRefusal(outcome)) return { replayed: false, outcome };
    const complete = withRecord(ledger, command, outcome, earlier);
    if (idempotency && name !== undefined) {
      const effect = effectOf(command, complete, stored);
      const key: UsedKey = { tenantId, ...idempotency, month: monthOfEffect(ledger, complete), effect };
      keys.push(key);
      used.set(name, key);
      if (effect.kind === 'record')
        earlier.records.set(recordName(tenantId, effect.sequence), (complete as { record: ActivityRecord }).record);
      if (effect.kind === 'hold')
        earlier.holds.set(`${tenantId} ${effect.holdId}`, (complete as { hold: ReturnType<typeof holdOf> }).hold);
    }
    return { replayed: false, outcome: complete as never };
  });
  return { results, keys };
}

/** A capture that is asked again has no record of its own: it answers the first one's. */
function withRecord(ledger: Ledger, command: Command, outcome: object, earlier: Earlier): object {
  if (command.do !== 'capture' || !('record' in outcome) || outcome.record !== null) return outcome;
  const { capture } = ledger.holds.get(command.holdId)!;
  const inBatch = ledger.records.find((record) => record.sequence === capture!.sequence);
  const record = inBatch ?? earlier.records.get(recordName(ledger.tenantId, capture!.sequence));
  if (!record) throw new Error(`the record of the capture of hold ${command.holdId} is missing`);
  return { record };
}

function effectOf(command: Command, outcome: object, stored: Month): Effect {
  if (command.do === 'consume' || command.do === 'capture') {
    const { record } = outcome as { record: ActivityRecord };
    return { kind: 'record', sequence: BigInt(record.sequence), storedMonth: monthText(stored) };
  }
  if (command.do === 'hold') return { kind: 'hold', holdId: command.id };
  return { kind: 'answer', answer: outcome };
}

function monthOfEffect(ledger: Ledger, outcome: object): Month {
  if ('record' in outcome) return (outcome.record as ActivityRecord).month;
  return 'hold' in outcome ? (outcome.hold as { month: Month }).month : monthOf(ledger.now);
}

function replay(before: Omit<UsedKey, 'month'>, now: Idempotency, earlier: Earlier): Answer {
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
      if (!record) throw new Error(`record ${before.effect.sequence} of key ${before.key} is missing`);
      return { replayed: true, outcome: { record } };
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

/** One cell's queue: what gathers while a batch is in flight is the next batch. */
class CellLane {
  readonly #connection: Lane;
  readonly #run: (connection: Lane, batch: readonly Pending[]) => Promise<() => void>;
  #waiting: Pending[] = [];
  #running: Promise<void> | null = null;

  constructor(connection: Lane, run: (connection: Lane, batch: readonly Pending[]) => Promise<() => void>) {
    this.#connection = connection;
    this.#run = run;
  }

  add(pending: Pending): void {
    if (this.#waiting.length >= MOST_WAITING) {
      pending.reject(new Unavailable('too many requests are waiting', false));
      return;
    }
    this.#waiting.push(pending);
    this.#running ??= this.#work();
  }

  async #work(): Promise<void> {
    // What is submitted in this turn belongs to one batch.
    await Promise.resolve();
    let next = this.#takeBatch();
    while (next) {
      const settle = await next;
      // The database works on the next batch while the callers of this one are told.
      next = this.#takeBatch();
      settle();
      // Nothing was waiting: what the callers now send is the next batch.
      if (!next) await new Promise<void>((resolve) => setImmediate(resolve));
      next ??= this.#takeBatch();
    }
    this.#running = null;
  }

  #takeBatch(): Promise<() => void> | null {
    if (this.#waiting.length === 0) return null;
    const batch = this.#waiting.slice(0, MOST_OF_A_BATCH);
    this.#waiting = this.#waiting.slice(batch.length);
    return this.#run(this.#connection, batch);
  }

  async close(): Promise<void> {
    while (this.#running) await this.#running;
    await this.#connection.close();
  }
}
