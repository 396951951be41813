// A cell's lane: the one connection over which its batches are committed, and the queue before it. What gathers while a batch is in
// flight is the next batch: no timer, no minimum. A batch that is decided on what the lane remembers takes one flight and may follow
// another one that is still committing; any other takes two and has the lane for itself.

import type { Command } from '../core/command.ts';
import type { Instant } from '../core/month.ts';
import { type Answer, commitBatch, type Pending } from './batch.ts';
import type { Lane } from './database.ts';
import { isDatabaseError, isPassing, isTransient } from './database-error.ts';
import type { EngineObservers } from './engine-observer.ts';
import { type Decided, RememberedLedgers } from './remembered-ledgers.ts';
import { Unavailable } from './store.ts';
import { WaitingCommands } from './waiting-commands.ts';

/** The most commands of one transaction: more gains little and makes everybody wait; fewer where tenants share the lane. */
const MOST_OF_A_BATCH = 500;
const MOST_OF_A_SHARED_BATCH = 200;
/** So many callers are told at once; then whatever else came is looked at, because each of them goes on at once. */
const MOST_TOLD_AT_ONCE = 100;
const MOST_RETRIES = 5;
const MOST_FLYING = 2;
/** So many waiting commands are worth a flight of their own while another is still on its way; fewer gather until it has landed. */
const ENOUGH_TO_FOLLOW = 100;
/** After a remembered ledger turned out to be old (another process writes to the tenant) so many batches are loaded as a matter of course. */
const LOADED_AFTER_A_MISS = 16;

interface Flying {
  batch: Pending[];
  answers: Answer[];
  takenAt: number;
  decidedAt: number;
  /** Resolves with null when it is committed, else with what went wrong. */
  landed: Promise<unknown>;
}

/** Commands that are a batch of their own. */
const ALONE: ReadonlySet<Command['do']> = new Set(['set-limit', 'compute', 'move-clock']);

export interface LaneOptions {
  cell: number;
  connection: Lane;
  observers: EngineObservers;
  clock: () => Instant;
  /** Whether records of this moment have their partition; `prepare` makes it. */
  isPrepared: (now: Instant) => boolean;
  prepare: (now: Instant) => Promise<void>;
}

export class CellLane {
  readonly #options: LaneOptions;
  readonly #remembered = new RememberedLedgers();
  readonly #waiting = new WaitingCommands(MOST_OF_A_BATCH, MOST_OF_A_SHARED_BATCH);
  #running: Promise<void> | null = null;
  #loadNext = 0;
  /** Resolves what the lane waits for once enough has gathered. */
  #enough: (() => void) | null = null;

  constructor(options: LaneOptions) {
    this.#options = options;
  }

  add(pending: Pending): void {
    if (!this.#waiting.add(pending)) {
      pending.reject(new Unavailable('too many requests are waiting', false));
      return;
    }
    if (this.#waiting.length === ENOUGH_TO_FOLLOW) this.#enough?.();
    this.#running ??= this.#work();
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  get oldestSince(): number | undefined {
    return this.#waiting.oldestSince;
  }

  /** Finishes what was accepted. */
  async close(): Promise<void> {
    while (this.#running) await this.#running;
    await this.#options.connection.close();
  }

  async #work(): Promise<void> {
    // What is submitted in this turn belongs to one batch.
    await Promise.resolve();
    const flying: Flying[] = [];
    let tell: (() => void) | null = null;
    for (;;) {
      // The database works on the next batch while the callers of the last one are told.
      while (flying.length < MOST_FLYING && this.#waiting.length > 0) {
        const sent = this.#sendRemembered();
        if (!sent) break;
        flying.push(sent);
      }
      tell?.();
      tell = null;
      const oldest = flying[0];
      if (oldest) {
        if (flying.length < MOST_FLYING && (await this.#gathersBefore(oldest.landed))) continue;
        const failed = await oldest.landed;
        if (failed === null) {
          flying.shift();
          tell = this.#tellOf(oldest, performance.now());
        } else {
          await this.#again(flying.splice(0));
        }
      } else if (this.#waiting.length > 0) {
        tell = await this.#commit(this.#takeBatch());
      } else {
        // What the callers that were just told send now is the next batch.
        await new Promise<void>((resolve) => setImmediate(resolve));
        if (this.#waiting.length === 0) break;
      }
    }
    this.#running = null;
  }

  /** Whether enough for another flight gathers before one has landed. */
  async #gathersBefore(landed: Promise<unknown>): Promise<boolean> {
    if (this.#loadNext > 0 || this.#waiting.length >= ENOUGH_TO_FOLLOW) return false;
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.#enough = () => setImmediate(resolve, true);
    const gathered = await Promise.race([promise, landed.then(() => false)]);
    this.#enough = null;
    return gathered;
  }

  #takeBatch(): Pending[] {
    const batch = this.#waiting.first();
    // What adds up usage as it is stored must not miss what the batch itself records.
    const alone = batch.findIndex(({ command }) => ALONE.has(command.do));
    if (alone >= 0) batch.length = Math.max(alone, 1);
    this.#waiting.remove(batch);
    return batch;
  }

  /** Sends the next batch on what is remembered; null where it must be loaded. */
  #sendRemembered(): Flying | null {
    if (this.#loadNext > 0) return null;
    const { cell, clock, isPrepared, connection } = this.#options;
    const now = clock();
    if (!isPrepared(now)) return null;
    const takenAt = performance.now();
    const batch = this.#waiting.first();
    const decided = this.#decideRemembered(cell, batch, now);
    if (!decided) return null;
    this.#waiting.remove(batch);
    this.#options.observers.taken(cell, batch.length, batch[0]!.submittedAt, takenAt);
    const landed = connection.flight(decided.tenantIds, decided.save).then(
      () => null,
      (error: unknown) => error,
    );
    return { batch, answers: decided.answers, takenAt, decidedAt: performance.now(), landed };
  }

  /** A fault while deciding must not end the lane: the batch is decided again on what is stored, where a fault rejects its callers. */
  #decideRemembered(cell: number, batch: readonly Pending[], now: Instant): Decided | null {
    try {
      return this.#remembered.decide(cell, batch, now);
    } catch {
      this.#remembered.forget();
      return null;
    }
  }

  /** A flight failed: what it was decided on is no longer so. Those that did not land are decided again, in their order, on what is stored. */
  async #again(flying: readonly Flying[]): Promise<void> {
    this.#remembered.forget();
    this.#loadNext = LOADED_AFTER_A_MISS;
    const landed = await Promise.all(flying.map((each) => each.landed));
    for (const [index, each] of flying.entries()) {
      const error = landed[index];
      const { batch } = each;
      if (error === null) this.#tellOf(each, performance.now())();
      else if (isDatabaseError(error)) (await this.#commit(batch))();
      else for (const pending of batch) pending.reject(error);
    }
  }

  /** Loads, decides and commits a batch; answers how to tell its callers. */
  async #commit(batch: readonly Pending[]): Promise<() => void> {
    if (this.#loadNext > 0) this.#loadNext -= 1;
    const { cell, clock, isPrepared, prepare, connection, observers } = this.#options;
    const takenAt = performance.now();
    let decidedAt = takenAt;
    const decided = () => {
      decidedAt = performance.now();
    };
    observers.taken(cell, batch.length, batch[0]!.submittedAt, takenAt);
    try {
      if (!isPrepared(clock())) await prepare(clock());
      for (let attempt = 1; ; attempt += 1) {
        try {
          const answers = await commitBatch(cell, connection, batch, clock(), this.#remembered, decided);
          return this.#tellOf({ batch, answers, takenAt, decidedAt }, performance.now());
        } catch (error) {
          if (!isTransient(error) || attempt > MOST_RETRIES) throw error;
        }
      }
    } catch (caught) {
      this.#remembered.forget();
      const error = isPassing(caught) ? new Unavailable('the database is too busy', false, { cause: caught }) : caught;
      // What the database refuses of one command must not take the others with it.
      if (isDatabaseError(error) && batch.length > 1) {
        const tells: (() => void)[] = [];
        for (const pending of batch) tells.push(await this.#commit([pending]));
        return () => {
          for (const tell of tells) tell();
        };
      }
      return () => {
        for (const pending of batch) pending.reject(error);
      };
    }
  }

  /** How to tell the callers of a batch that it was committed. */
  #tellOf(
    { batch, answers, takenAt, decidedAt }: Omit<Flying, 'landed' | 'batch'> & { batch: readonly Pending[] },
    savedAt: number,
  ) {
    const { cell, observers } = this.#options;
    const tellFrom = (first: number): void => {
      const end = Math.min(first + MOST_TOLD_AT_ONCE, batch.length);
      for (let index = first; index < end; index += 1) batch[index]!.resolve(answers[index]!);
      if (end < batch.length) setImmediate(tellFrom, end);
    };
    return (): void => {
      tellFrom(0);
      observers.answered({ cell, batch, answers, takenAt, decidedAt, savedAt });
    };
  }
}
