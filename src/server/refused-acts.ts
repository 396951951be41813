// Refused acts in the audit log (T3): the first of its kind is written at once; who goes on being refused is written once a minute,
// with how often it was. So a flood of refusals costs a line a minute, and no more.

import type { AuditEvent } from '../core/audit.ts';
import type { Refusal, RefusalCode } from '../core/refusal.ts';
import type { Store, TenantAddress } from '../store/store.ts';

const WRITTEN_EVERY_MS = 60_000;
/** Kinds that are followed at once; beyond that they are written before their minute is over. */
const MOST_FOLLOWED = 10_000;

/** Not a refusal of the act: it could not be read, or not now. */
const NOT_OF_THE_ACT: ReadonlySet<RefusalCode> = new Set([
  'MalformedRequest',
  'InvalidRequest',
  'TooLarge',
  'UnsupportedMediaType',
  'TooManyRequests',
  'Unavailable',
  'InternalError',
]);

export function refusesTheAct({ refused }: Refusal): boolean {
  return !NOT_OF_THE_ACT.has(refused);
}

interface Followed {
  tenant: TenantAddress;
  /** The last one. */
  event: AuditEvent;
  /** How often since it was written. */
  times: number;
}

export class RefusedActs {
  readonly #store: Pick<Store, 'recordAct'>;
  readonly #failed: (error: unknown) => void;
  #followed = new Map<string, Followed>();

  /** `failed` hears of what could not be written: the refusal itself stands. */
  constructor(store: Pick<Store, 'recordAct'>, failed: (error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
  }

  /** Writes for as long as the server runs; what it answers ends that. */
  watch(everyMs: number = WRITTEN_EVERY_MS): () => Promise<void> {
    const timer = setInterval(() => void this.write(), everyMs);
    timer.unref();
    return async () => {
      clearInterval(timer);
      await this.write();
    };
  }

  /** Resolves when the first of a kind is written. */
  async note(tenant: TenantAddress, event: AuditEvent): Promise<void> {
    const kind = `${tenant.tenantId} ${event.actor} ${event.operation} ${event.code}`;
    const known = this.#followed.get(kind);
    if (known) {
      known.event = event;
      known.times += 1;
      return;
    }
    if (this.#followed.size >= MOST_FOLLOWED) await this.write();
    this.#followed.set(kind, { tenant, event, times: 0 });
    await this.#record(tenant, event);
  }

  /** Writes what has gathered; who was not refused since is forgotten. */
  async write(): Promise<void> {
    const followed = this.#followed;
    this.#followed = new Map();
    for (const [kind, { tenant, event, times }] of followed) {
      if (times === 0) continue;
      if (!this.#followed.has(kind)) this.#followed.set(kind, { tenant, event, times: 0 });
      await this.#record(tenant, { ...event, times });
    }
  }

  async #record(tenant: TenantAddress, event: AuditEvent): Promise<void> {
    try {
      await this.#store.recordAct(tenant, event);
    } catch (error) {
      this.#failed(error);
    }
  }
}
