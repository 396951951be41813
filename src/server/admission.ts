// Admission (I14): which requests this server takes on, decided before their bodies are read. What it has taken on is counted in parts of
// work, and there is only so much room for it; what does not fit is shed at once with 503 and Retry-After, instead of waiting with
// the others until nobody wants the answer any more.
//
// One rule sheds by class and is fair to tenants (I12): a request is taken while its tenant has less under way than its class's share of
// the room that is left. Whoever fills the room most is shed first; what is left after that is there for the others. The room itself
// follows the time that commands wait in the lanes: it shrinks while all of them wait for long, and grows again when they do not.

import { REQUEST_CLASSES, type RequestClass } from '../api/request-class.ts';

/** Of the room that is left, what one tenant may have under way. */
const SHARE: Record<RequestClass, number> = { reports: 1 / 8, imports: 1 / 4, management: 1 / 2, consume: 1, check: 2 };
/** What a tenant may always have under way, so that nobody is shut out by what others began before the room shrank. */
const ALWAYS: Record<RequestClass, number> = { reports: 0, imports: 1, management: 2, consume: 4, check: 8 };

export const LEAST_ROOM = 128;
export const MOST_ROOM = 2_048;
/** Times the room: beyond this nobody is taken, whatever is promised to each. */
const MOST_UNDER_WAY = 4;
/** A lane whose commands all wait longer than this during a window is behind. */
const LONG_WAIT_MS = 250;
export const WINDOW_MS = 100;
const BYTES_OF_A_PART = 2048;
/** A batch of 1,000 actions counts as much as this many single ones: it costs less than it is long. */
const MOST_PARTS = 64;

/** Callers whose key nobody has looked up yet share what one tenant may have. */
export const STRANGERS = '';

/** Quick refusals are cheap but not free: beyond so many in a window, the connections on which they were given rest for a while. */
const QUICK_REFUSALS_OF_A_WINDOW = 100;
const REST_MS = 500;

export class Admission {
  readonly shed: Record<RequestClass, number> = countsByClass();
  readonly #byTenant = new Map<string, number>();
  /** Of the lanes that took commands in this window: the shortest wait of a batch's first command. */
  readonly #shortestWait = new Map<number, number>();
  readonly #mostRoom: number;
  #room: number;
  #underWay = 0;
  /** The most that was under way at once in this window. */
  #mostInWindow = 0;
  #refusedInWindow = 0;

  constructor(mostRoom: number = MOST_ROOM) {
    this.#mostRoom = mostRoom;
    this.#room = mostRoom;
  }

  get room(): number {
    return this.#room;
  }

  get underWay(): number {
    return this.#underWay;
  }

  underWayOf(tenantId: string): number {
    return this.#byTenant.get(tenantId) ?? 0;
  }

  /** Whether a request is to be taken; one that is not counts as shed. */
  admits(tenantId: string, requestClass: RequestClass): boolean {
    const own = this.#byTenant.get(tenantId) ?? 0;
    const may = Math.max(ALWAYS[requestClass], SHARE[requestClass] * (this.#room - this.#underWay));
    if (own < may && this.#underWay < MOST_UNDER_WAY * this.#mostRoom) return true;
    this.shed[requestClass] += 1;
    return false;
  }

  /** Begins a request's work; what it answers must be called once, when it is done. */
  begin(tenantId: string, parts = 1): () => void {
    this.#underWay += parts;
    this.#mostInWindow = Math.max(this.#mostInWindow, this.#underWay);
    this.#byTenant.set(tenantId, (this.#byTenant.get(tenantId) ?? 0) + parts);
    return () => {
      this.#underWay -= parts;
      const left = this.#byTenant.get(tenantId)! - parts;
      if (left === 0) this.#byTenant.delete(tenantId);
      else this.#byTenant.set(tenantId, left);
    };
  }

  /** A lane took commands, of which the first had waited so long. */
  waited(lane: number, ms: number): void {
    const shortest = this.#shortestWait.get(lane);
    if (shortest === undefined || ms < shortest) this.#shortestWait.set(lane, ms);
  }

  /** To be called each `WINDOW_MS`. `oldestWaits`: of each lane in which commands wait, how long the first has. */
  endWindow(oldestWaits: readonly number[]): void {
    // One lane that stands still (a row that somebody else has locked) is no reason to shed what goes to the others.
    const nothingMoves = this.#shortestWait.size === 0 && oldestWaits.length > 0;
    const wait = nothingMoves ? Math.min(...oldestWaits) : Math.max(0, ...this.#shortestWait.values());
    const least = Math.min(LEAST_ROOM, this.#mostRoom);
    if (wait <= LONG_WAIT_MS) this.#room = Math.min(this.#mostRoom, Math.ceil(this.#room * 1.1));
    // With less under way it is something else of the machine that takes the time, and shedding would help nobody.
    else if (this.#mostInWindow >= least) this.#room = Math.max(least, Math.floor(this.#room * 0.8));
    this.#mostInWindow = this.#underWay;
    this.#shortestWait.clear();
    this.#refusedInWindow = 0;
  }

  /** How long the connection of a request that was shed is to rest before it is read again; 0: not at all. */
  restMs(): number {
    this.#refusedInWindow += 1;
    return this.#refusedInWindow > QUICK_REFUSALS_OF_A_WINDOW ? REST_MS : 0;
  }
}

/** How much work a request is, by the length of its body. */
export function partsOf(contentLength: number): number {
  return Math.min(MOST_PARTS, 1 + Math.floor(contentLength / BYTES_OF_A_PART));
}

export function countsByClass(): Record<RequestClass, number> {
  return Object.fromEntries(REQUEST_CLASSES.map((each) => [each, 0])) as Record<RequestClass, number>;
}
