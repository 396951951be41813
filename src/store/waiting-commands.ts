// The queue of a lane. While it fits into a batch it is first come, first served; when more waits, the batch takes of every tenant
// in turn and is smaller, so that nobody waits behind another's crowd (I12), and a tenant may have no more waiting than there is room left, so
// that the tenant with the longest queue is shed first (I14). The order of one tenant's commands is always kept.

import type { Pending } from './batch.ts';

/** The most commands that wait. */
export const MOST_WAITING = 20_000;
/** Batches after one in which tenants shared. */
const SHARED_FOR = 32;

export class WaitingCommands {
  #all: Pending[] = [];
  readonly #mostOfABatch: number;
  readonly #mostShared: number;
  readonly #most: number;
  /** How many each tenant has waiting; counted only while there is a crowd, so that the common case pays nothing. */
  #crowd: Map<string, number> | null = null;
  /** So many batches are still made as if tenants shared the lane: the next of the others must not meet a long one. */
  #sharedFor = 0;

  /** `mostShared`: of a batch while more than that waits, of several tenants. */
  constructor(mostOfABatch: number, mostShared: number, most: number = MOST_WAITING) {
    this.#mostOfABatch = mostOfABatch;
    this.#mostShared = mostShared;
    this.#most = most;
  }

  get length(): number {
    return this.#all.length;
  }

  /** Since when the first one waits. */
  get oldestSince(): number | undefined {
    return this.#all[0]?.submittedAt;
  }

  /** False: there is no room for it. */
  add(pending: Pending): boolean {
    if (this.#all.length >= this.#mostShared) {
      this.#crowd ??= countByTenant(this.#all);
      const own = this.#crowd.get(pending.tenantId) ?? 0;
      if (own >= this.#most - this.#all.length) return false;
      this.#crowd.set(pending.tenantId, own + 1);
    }
    this.#all.push(pending);
    return true;
  }

  /** The next batch. It stays until it is removed. */
  first(): Pending[] {
    if (this.#all.length <= this.#mostShared) return this.#all.slice();
    const counts = this.#crowd ?? countByTenant(this.#all);
    if (counts.size > 1) this.#sharedFor = SHARED_FOR;
    if (counts.size > 1) return this.#inTurn(counts);
    return this.#all.slice(0, this.#sharedFor > 0 ? this.#mostShared : this.#mostOfABatch);
  }

  /** Takes out a batch, or the beginning of one, that `first` gave. */
  remove(batch: readonly Pending[]): void {
    if (this.#sharedFor > 0) this.#sharedFor -= 1;
    if (batch.length === this.#all.length) this.#all = [];
    else {
      const taken = new Set(batch);
      this.#all = this.#all.filter((pending) => !taken.has(pending));
    }
    this.#crowd = this.#all.length >= this.#mostShared ? countByTenant(this.#all) : null;
  }

  /** As many of each tenant, the first of each, until the batch is full; who has fewer leaves its share to the others. */
  #inTurn(waiting: ReadonlyMap<string, number>): Pending[] {
    const counts = [...waiting.values()].sort((a, b) => a - b);
    let left = this.#mostShared;
    let share = 0;
    for (const [index, count] of counts.entries()) {
      share = Math.floor(left / (counts.length - index));
      if (count > share) break;
      left -= count;
    }
    const taken = new Map<string, number>();
    const batch: Pending[] = [];
    const over: Pending[] = [];
    for (const pending of this.#all) {
      const own = taken.get(pending.tenantId) ?? 0;
      if (own < share) {
        taken.set(pending.tenantId, own + 1);
        batch.push(pending);
      } else over.push(pending);
      if (batch.length === this.#mostShared) return batch;
    }
    // The remainder of the division goes to who waits longest, one to each tenant.
    const once = new Set<string>();
    for (const pending of over) {
      if (batch.length === this.#mostShared) break;
      if (once.has(pending.tenantId)) continue;
      once.add(pending.tenantId);
      batch.push(pending);
    }
    return batch;
  }
}

function countByTenant(all: readonly Pending[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { tenantId } of all) counts.set(tenantId, (counts.get(tenantId) ?? 0) + 1);
  return counts;
}
