// The event loop's time: of the requests that came, so much is begun in a turn, then whatever else came is looked at (other requests,
// which may be shed; answers of the database). What has to wait for another turn is begun in the order of who has the least under way,
// so that a small request does not wait behind another tenant's crowd (I12). Only its headers were read until then.

import type { Admission } from './admission.ts';

/** Parts of work (admission.ts) that are begun in a turn; one request is always begun. */
const MOST_OF_A_TURN = 16;
/** What admission knows the queue as, beside the lanes. */
const TURN = -2;

interface Waiting {
  parts: number;
  since: number;
  /** Ends its being counted as under way. */
  done: () => void;
  begin: () => void;
}

export class LoopShare {
  readonly #admission: Admission;
  readonly #waiting = new Map<string, Waiting[]>();
  /** Parts that were begun in this turn, and of whom; null: no turn is under way. */
  #begun: { parts: number; of: Map<string, number> } | null = null;

  constructor(admission: Admission) {
    this.#admission = admission;
  }

  /** Calls `begin` at once or in a later turn. What waits counts as under way. */
  take(tenantId: string, parts: number, begin: () => void): void {
    if (this.#begun === null) {
      this.#begun = { parts: 0, of: new Map() };
      setImmediate(() => this.#nextTurn());
    }
    if (this.#waiting.size === 0 && this.#fits(parts)) {
      this.#count(tenantId, parts);
      this.#admission.waited(TURN, 0);
      begin();
      return;
    }
    const own = this.#waiting.get(tenantId) ?? [];
    own.push({ parts, since: performance.now(), done: this.#admission.begin(tenantId, parts), begin });
    this.#waiting.set(tenantId, own);
  }

  #fits(parts: number): boolean {
    return this.#begun!.parts === 0 || this.#begun!.parts + parts <= MOST_OF_A_TURN;
  }

  #count(tenantId: string, parts: number): void {
    const begun = this.#begun!;
    begun.parts += parts;
    begun.of.set(tenantId, (begun.of.get(tenantId) ?? 0) + parts);
  }

  #nextTurn(): void {
    if (this.#waiting.size === 0) {
      this.#begun = null;
      return;
    }
    this.#begun = { parts: 0, of: new Map() };
    setImmediate(() => this.#nextTurn());
    const now = performance.now();
    while (this.#waiting.size > 0) {
      const tenantId = this.#nextTenant();
      const own = this.#waiting.get(tenantId)!;
      const next = own[0]!;
      if (!this.#fits(next.parts)) return;
      own.shift();
      if (own.length === 0) this.#waiting.delete(tenantId);
      this.#count(tenantId, next.parts);
      next.done();
      this.#admission.waited(TURN, now - next.since);
      next.begin();
    }
  }

  /** Who has the least under way; what was begun in this turn may not be counted yet. */
  #nextTenant(): string {
    let least = Number.POSITIVE_INFINITY;
    let found = '';
    for (const tenantId of this.#waiting.keys()) {
      const underWay = this.#admission.underWayOf(tenantId) + (this.#begun!.of.get(tenantId) ?? 0);
      if (underWay < least) {
        least = underWay;
        found = tenantId;
      }
    }
    return found;
  }
}
