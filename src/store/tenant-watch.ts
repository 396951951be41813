// Who listens to a tenant, and what wakes them: a commit of this process at once, one of another process within a second, by its
// version. No notification goes through the database: commits pay one look into a map.

import type { Database } from './database.ts';
import { sql, texts } from './sql.ts';
import { type TenantAddress, Unavailable } from './store.ts';

const POLL_EVERY_MS = 1_000;
/** A busy tenant wakes its listeners this often at most; what was committed in between waits for the next time. */
const WAKE_EVERY_MS = 50;

export class TenantWatch {
  readonly #database: Database;
  readonly #log: (line: string) => void;
  readonly #watched = new Map<string, WatchedTenant>();
  readonly #timer: NodeJS.Timeout;
  #polling = false;

  constructor(database: Database, log: (line: string) => void) {
    this.#database = database;
    this.#log = log;
    this.#timer = setInterval(() => void this.#poll(), POLL_EVERY_MS);
    this.#timer.unref();
  }

  join(tenant: TenantAddress): Listener {
    let watched = this.#watched.get(tenant.tenantId);
    if (!watched) {
      watched = new WatchedTenant(tenant);
      this.#watched.set(tenant.tenantId, watched);
    }
    const listener = new Listener(watched);
    watched.listeners.add(listener);
    return listener;
  }

  leave(listener: Listener): void {
    const { watched } = listener;
    watched.listeners.delete(listener);
    if (watched.listeners.size > 0) return;
    watched.rest();
    if (this.#watched.get(watched.tenantId) === watched) this.#watched.delete(watched.tenantId);
  }

  /** Called for every command that was committed. */
  committed(tenantId: string): void {
    if (this.#watched.size > 0) this.#watched.get(tenantId)?.wake();
  }

  close(): void {
    clearInterval(this.#timer);
    for (const watched of this.#watched.values()) watched.rest();
  }

  /** One look-up by key a cell, for all tenants that are listened to. */
  async #poll(): Promise<void> {
    if (this.#watched.size === 0 || this.#polling) return;
    this.#polling = true;
    try {
      const cells = Map.groupBy(this.#watched.values(), ({ cell }) => cell);
      for (const [cell, tenants] of cells) {
        const rows = await this.#database.everywhere.query(sql`
          select tenant_id, version
          from tenant
          where cell = ${cell} and tenant_id = any(${texts(tenants.map(({ tenantId }) => tenantId))}::text[])`);
        for (const { tenant_id: tenantId, version } of rows) {
          const watched = this.#watched.get(tenantId);
          if (watched?.isBehind(version)) watched.wake();
        }
      }
    } catch (error) {
      // The next poll finds what this one did not.
      if (!(error instanceof Unavailable)) this.#log(`looking for changes failed: ${(error as Error).message}`);
    } finally {
      this.#polling = false;
    }
  }
}

class WatchedTenant {
  readonly cell: number;
  readonly tenantId: string;
  readonly listeners = new Set<Listener>();
  /** Counts the times that listeners were woken. */
  generation = 0;
  #resting: NodeJS.Timeout | null = null;
  #wakeAgain = false;

  constructor({ cell, tenantId }: TenantAddress) {
    this.cell = cell;
    this.tenantId = tenantId;
  }

  isBehind(version: bigint): boolean {
    for (const { seen } of this.listeners) if (seen !== version) return true;
    return false;
  }

  wake(): void {
    if (this.#resting) {
      this.#wakeAgain = true;
      return;
    }
    this.generation += 1;
    for (const listener of this.listeners) listener.wake();
    this.#resting = setTimeout(() => {
      this.#resting = null;
      if (!this.#wakeAgain) return;
      this.#wakeAgain = false;
      this.wake();
    }, WAKE_EVERY_MS);
    this.#resting.unref();
  }

  rest(): void {
    if (this.#resting) clearTimeout(this.#resting);
    this.#resting = null;
  }
}

export class Listener {
  readonly watched: WatchedTenant;
  /** The version of the tenant that this listener has looked at. */
  seen: bigint | null = null;
  #woken = false;
  #resolve: (() => void) | null = null;

  constructor(watched: WatchedTenant) {
    this.watched = watched;
  }

  /** Reads that were begun in one generation see the same commits at least: listeners may share them. */
  get generation(): number {
    return this.watched.generation;
  }

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }

  /** Resolves once the tenant may have changed since this was asked last; at the latest after `withinMs`, or when it is `ended`. */
  async changed(ended: AbortSignal, withinMs: number | null): Promise<void> {
    if (!this.#woken && !ended.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const timer = withinMs === null ? undefined : setTimeout(resolve, withinMs);
      const giveUp = () => resolve();
      ended.addEventListener('abort', giveUp, { once: true });
      this.#resolve = resolve;
      await promise;
      this.#resolve = null;
      ended.removeEventListener('abort', giveUp);
      clearTimeout(timer);
    }
    this.#woken = false;
  }
}
