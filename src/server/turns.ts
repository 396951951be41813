// Requests that take long (imports, their differences, comparisons) take turns: each keeps a connection of the database or a whole file
// in memory for as long as it lasts, and actions of other tenants must not wait for them. So do downloads of whole files, apart from those:
// each lasts for as long as its reader takes.

import type { ServerResponse } from 'node:http';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';

interface TurnLimits {
  /** What takes turns, as a refusal calls it. */
  what: string;
  atOnce: number;
  atOnceOfATenant: number;
  mostWaiting: number;
  mostWaitingOfATenant: number;
}

/** Of the connections to the database most stay free; what waits may hold a file of 20 MiB. */
export const OF_LONG_WORK: TurnLimits = {
  what: 'imports and comparisons',
  atOnce: 3,
  atOnceOfATenant: 2,
  mostWaiting: 40,
  mostWaitingOfATenant: 8,
};

/** A reader that takes its time holds a part of the file, and no connection. */
export const OF_DOWNLOADS: TurnLimits = {
  what: 'downloads',
  atOnce: 32,
  atOnceOfATenant: 2,
  mostWaiting: 100,
  mostWaitingOfATenant: 8,
};

interface Waiting {
  tenantId: string;
  begin: () => void;
}

export class Turns {
  readonly #limits: TurnLimits;
  readonly #underWay: string[] = [];
  readonly #waiting: Waiting[] = [];

  constructor(limits: TurnLimits) {
    this.#limits = limits;
  }

  /** Does the work when it is its turn; refuses where too many wait already. */
  async take<T>(tenantId: string, work: () => Promise<T>): Promise<T | Refusal> {
    const end = await this.#begin(tenantId);
    if (isRefusal(end)) return end;
    try {
      return await work();
    } finally {
      end();
    }
  }

  /** Waits for a turn that lasts until the answer was sent, or its reader is gone; or refuses. */
  async takeUntilSent(tenantId: string, response: ServerResponse): Promise<Refusal | null> {
    const end = await this.#begin(tenantId);
    if (isRefusal(end)) return end;
    if (response.destroyed) end();
    else response.once('close', end);
    return null;
  }

  /** Answers what ends the turn, to be called once. */
  async #begin(tenantId: string): Promise<(() => void) | Refusal> {
    if (!this.#hasRoom(tenantId)) {
      const full = this.#full(tenantId);
      if (full) return full;
      await new Promise<void>((begin) => this.#waiting.push({ tenantId, begin }));
    } else this.#underWay.push(tenantId);
    return () => {
      this.#underWay.splice(this.#underWay.indexOf(tenantId), 1);
      this.#next();
    };
  }

  #hasRoom(tenantId: string): boolean {
    const { atOnce, atOnceOfATenant } = this.#limits;
    return this.#underWay.length < atOnce && count(this.#underWay, tenantId) < atOnceOfATenant;
  }

  #full(tenantId: string): Refusal | null {
    const { what, mostWaiting, mostWaitingOfATenant } = this.#limits;
    const ofTenant = this.#waiting.filter((each) => each.tenantId === tenantId).length;
    if (ofTenant >= mostWaitingOfATenant)
      return refuse('TooManyRequests', `${ofTenant} ${what} of this tenant wait already; wait for one of them`);
    if (this.#waiting.length < mostWaiting) return null;
    return refuse('Unavailable', `this server has too many ${what} waiting; send it again in a while`);
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
