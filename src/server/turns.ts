// Requests that take long (imports, their differences, comparisons) take turns: each keeps a connection of the database or a whole file
// in memory for as long as it lasts, and actions of other tenants must not wait for them.

import { type Refusal, refuse } from '../core/refusal.ts';

/** Of the connections to the database most stay free. */
const AT_ONCE = 3;
const AT_ONCE_OF_A_TENANT = 2;
/** What waits may hold a file of 20 MiB. */
const MOST_WAITING = 40;
const MOST_WAITING_OF_A_TENANT = 8;

interface Waiting {
  tenantId: string;
  begin: () => void;
}

export class Turns {
  readonly #underWay: string[] = [];
  readonly #waiting: Waiting[] = [];

  /** Does the work when it is its turn; refuses where too many wait already. */
  async take<T>(tenantId: string, work: () => Promise<T>): Promise<T | Refusal> {
    if (!this.#hasRoom(tenantId)) {
      const full = this.#full(tenantId);
      if (full) return full;
      await new Promise<void>((begin) => this.#waiting.push({ tenantId, begin }));
    } else this.#underWay.push(tenantId);
    try {
      return await work();
    } finally {
      this.#underWay.splice(this.#underWay.indexOf(tenantId), 1);
      this.#next();
    }
  }

  #hasRoom(tenantId: string): boolean {
    return this.#underWay.length < AT_ONCE && count(this.#underWay, tenantId) < AT_ONCE_OF_A_TENANT;
  }

  #full(tenantId: string): Refusal | null {
    const ofTenant = this.#waiting.filter((each) => each.tenantId === tenantId).length;
    if (ofTenant >= MOST_WAITING_OF_A_TENANT)
      return refuse('TooManyRequests', `${ofTenant} imports and comparisons of this tenant wait already; wait for one of them`);
    if (this.#waiting.length < MOST_WAITING) return null;
    return refuse('Unavailable', 'this server has too many imports and comparisons waiting; send it again in a while');
  }

  /** The first in line that there is room for. */
  #next(): void {
    const place = this.#waiting.findIndex(({ tenantId }) => this.#hasRoom(tenantId));
    if (place < 0) return;
    const [next] = this.#waiting.splice(place, 1);
    this.#underWay.push(next!.tenantId);
    next!.begin();
  }
}

function count(all: readonly string[], one: string): number {
  return all.filter((each) => each === one).length;
}
