// The event loop's time: handlers may use a few milliseconds of a turn, then whatever else came is looked at (other requests, which may be
// shed; answers of the database). What has to wait for the next turn is begun in the order of who has the least under way, so that a
// small request does not wait behind another tenant's batches (I12).

/** Of a turn. A handler that has begun is not interrupted. */
const MOST_OF_A_TURN_MS = 5;

interface Waiting {
  tenantId: string;
  begin: () => void;
}

export class LoopShare {
  readonly #underWayOf: (tenantId: string) => number;
  readonly #now: () => number;
  #turnBegan: number | null = null;
  #waiting: Waiting[] = [];

  constructor(underWayOf: (tenantId: string) => number, now: () => number = () => performance.now()) {
    this.#underWayOf = underWayOf;
    this.#now = now;
  }

  /** null: begin at once. */
  turn(tenantId: string): Promise<void> | null {
    if (this.#turnBegan === null) {
      this.#turnBegan = this.#now();
      setImmediate(() => this.#nextTurn());
      return null;
    }
    if (this.#waiting.length === 0 && this.#now() - this.#turnBegan < MOST_OF_A_TURN_MS) return null;
    return new Promise((begin) => this.#waiting.push({ tenantId, begin }));
  }

  #nextTurn(): void {
    this.#turnBegan = this.#waiting.length === 0 ? null : this.#now();
    if (this.#turnBegan !== null) setImmediate(() => this.#nextTurn());
    this.#beginNext();
  }

  /** One after the other: what one does is done when the next looks at the time. */
  #beginNext(): void {
    if (this.#waiting.length === 0 || this.#now() - this.#turnBegan! >= MOST_OF_A_TURN_MS) return;
    let least = 0;
    for (let index = 1; index < this.#waiting.length; index += 1) {
      if (this.#underWayOf(this.#waiting[index]!.tenantId) < this.#underWayOf(this.#waiting[least]!.tenantId)) least = index;
    }
    const [next] = this.#waiting.splice(least, 1);
    next!.begin();
    // After what was begun has run to its first wait.
    queueMicrotask(() => queueMicrotask(() => this.#beginNext()));
  }
}
