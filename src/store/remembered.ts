// What was read of the database and is believed for a second, so that a change is felt at once here and within a second everywhere.

import { LRUCache } from 'lru-cache';

const BELIEVED_MS = 1_000;
const MOST = 10_000;

export class Remembered<T extends object> {
  readonly #found = new LRUCache<string, T>({ max: MOST, ttl: BELIEVED_MS });
  /** How often something was forgotten: what was read before that may be old. */
  #forgotten = 0;

  /** Only what was found is remembered, and only if nothing was forgotten while it was read. */
  async get(name: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    const known = this.#found.get(name);
    if (known) return known;
    const forgotten = this.#forgotten;
    const found = await read();
    if (found && forgotten === this.#forgotten) this.#found.set(name, found);
    return found;
  }

  forget(name: string): void {
    this.#forgotten += 1;
    this.#found.delete(name);
  }

  forgetWhere(isMeant: (found: T) => boolean): void {
    this.#forgotten += 1;
    for (const [name, found] of this.#found.entries()) if (isMeant(found)) this.#found.delete(name);
  }
}
