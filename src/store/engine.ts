// The engine: begin → lock → load → decide → save → commit, for every command, in batches of one cell (cell-lane.ts, batch.ts). Row
// locks on the tenants serialise the lanes of other processes on the same database.

import type { Command } from '../core/command.ts';
import { addMonths, type Instant, type Month } from '../core/month.ts';
import { ensurePartition, storedMonth } from './activity.ts';
import type { Answer } from './batch.ts';
import { CellLane } from './cell-lane.ts';
import type { Database } from './database.ts';
import { EngineObservers } from './engine-observer.ts';
import { type Idempotency, type TenantAddress, Unavailable } from './store.ts';

export class Engine {
  readonly #database: Database;
  readonly #clock: () => Instant;
  readonly #committed: (tenantId: string) => void;
  readonly #lanes = new Map<number, CellLane>();
  readonly #partitions = new Set<Month>();
  readonly observers = new EngineObservers();
  #closing = false;

  /** `committed` hears of every command that was answered, in the turn in which its caller does. */
  constructor(database: Database, clock: () => Instant, committed: (tenantId: string) => void) {
    this.#database = database;
    this.#clock = clock;
    this.#committed = committed;
  }

  /** Resolves once it is committed, or refused; commands of one cell are decided in the order in which they are submitted. */
  submit(tenant: TenantAddress, command: Command, idempotency: Idempotency | undefined): Promise<Answer> {
    if (this.#closing) return Promise.reject(new Unavailable('Bursar is stopping', false));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const { cell, tenantId, act } = tenant;
    const answered = (answer: Answer) => {
      resolve(answer);
      this.#committed(tenantId);
    };
    const submittedAt = performance.now();
    const followed = this.observers.follow();
    this.#laneOf(cell).add({ tenantId, command, idempotency, act, resolve: answered, reject, submittedAt, followed });
    return promise;
  }

  /** How many commands wait in each lane, and since when the first does (`performance.now()`; undefined: none waits). */
  lanes(): { cell: number; waiting: number; oldestSince: number | undefined }[] {
    return [...this.#lanes].map(([cell, lane]) => ({ cell, waiting: lane.waiting, oldestSince: lane.oldestSince }));
  }

  /** Takes nothing more, finishes what was accepted, and closes the lanes. */
  async close(): Promise<void> {
    this.#closing = true;
    await Promise.all([...this.#lanes.values()].map((lane) => lane.close()));
  }

  #laneOf(cell: number): CellLane {
    let lane = this.#lanes.get(cell);
    if (!lane) {
      lane = new CellLane({
        cell,
        connection: this.#database.lane(),
        observers: this.observers,
        clock: this.#clock,
        isPrepared: (now) => this.#partitions.has(storedMonth(now)),
        prepare: (now) => this.#makePartitions(storedMonth(now)),
      });
      this.#lanes.set(cell, lane);
    }
    return lane;
  }

  /** Retention: should the clock go back to them, they are made again. */
  forgetPartitions(months: readonly Month[]): void {
    for (const month of months) this.#partitions.delete(month);
  }

  /** The partition of a month, and the next one in good time. */
  async #makePartitions(stored: Month): Promise<void> {
    const next = addMonths(stored, 1);
    await ensurePartition(this.#database, stored, next);
    await ensurePartition(this.#database, next, addMonths(next, 1));
    this.#partitions.add(stored);
  }
}
