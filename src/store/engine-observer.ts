// What the engine tells whoever watches it: metrics, traces, and the admission of requests, which goes by the time that commands wait.
// All times are of `performance.now()`.

import type { Answer, Pending } from './batch.ts';

/** How the time of one command went. */
export interface CommandTiming {
  submittedAt: number;
  /** When its batch was put together. */
  takenAt: number;
  /** When its batch was decided, and what it writes was sent. */
  decidedAt: number;
  /** When its batch was committed. */
  savedAt: number;
}

/** A batch that was answered. */
export interface AnsweredBatch extends Omit<CommandTiming, 'submittedAt'> {
  cell: number;
  batch: readonly Pending[];
  answers: readonly Answer[];
}

export interface EngineObserver {
  /** Commands are taken out of a lane's queue, of which the first has waited since `oldestSince`. */
  taken?(cell: number, size: number, oldestSince: number, now: number): void;
  answered?(batch: AnsweredBatch): void;
  /** Called in the turn of `submit`; what it answers hears how the time of that command went. */
  follow?(): ((timing: CommandTiming) => void) | undefined;
}

export class EngineObservers {
  readonly #all: EngineObserver[] = [];

  add(observer: EngineObserver): void {
    this.#all.push(observer);
  }

  taken(cell: number, size: number, oldestSince: number, now: number): void {
    for (const observer of this.#all) observer.taken?.(cell, size, oldestSince, now);
  }

  answered(batch: AnsweredBatch): void {
    for (const observer of this.#all) observer.answered?.(batch);
    for (const pending of batch.batch) pending.followed?.({ ...batch, submittedAt: pending.submittedAt });
  }

  follow(): Pending['followed'] {
    for (const observer of this.#all) {
      const followed = observer.follow?.();
      if (followed) return followed;
    }
    return undefined;
  }
}
