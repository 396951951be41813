// Refused acts in the audit log (T3): the first of its kind from a network is written at once; who goes on being refused is written once
// a minute, with how often it was and what it was about. So a flood of refusals costs a line a minute of few networks, and no more.

import { type AuditEvent, MOST_SUBJECTS } from '../core/audit.ts';
import type { Refusal, RefusalCode } from '../core/refusal.ts';
import type { Store, TenantAddress } from '../store/store.ts';
import { networkOf } from './client-address.ts';

const WRITTEN_EVERY_MS = 60_000;
/** Kinds that are followed at once; beyond that they are written before their minute is over. */
const MOST_FOLLOWED = 10_000;
/** Of one kind that have lines of their own; what comes from others is gathered as if it were one more. */
const MOST_NETWORKS = 20;
const ELSEWHERE = 'elsewhere';

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
  /** How often since it was written, and about what. */
  times: number;
  subjects: Set<string>;
}

function kindOf({ tenantId }: TenantAddress, { actor, operation, code, after }: AuditEvent): string {
  return `${tenantId} ${actor} ${operation} ${code} ${JSON.stringify(after)}`;
}

export class RefusedActs {
  readonly #store: Pick<Store, 'recordAct'>;
  readonly #failed: (error: unknown) => void;
  /** By kind and network. */
  #followed = new Map<string, Map<string, Followed>>();
  #size = 0;

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
    const kind = kindOf(tenant, event);
    const ofKind = this.#followed.get(kind);
    const own = networkOf(event.address);
    const network = ofKind === undefined || ofKind.has(own) || ofKind.size < MOST_NETWORKS ? own : ELSEWHERE;
    const known = ofKind?.get(network);
    if (known) {
      known.event = event;
      known.times += 1;
      if (event.subject !== null && known.subjects.size < MOST_SUBJECTS) known.subjects.add(event.subject);
      return;
    }
    if (this.#size >= MOST_FOLLOWED) await this.write();
    this.#follow(tenant, event, network);
    await this.#record(tenant, event);
  }

  /** Writes what has gathered; who was not refused since is forgotten. */
  async write(): Promise<void> {
    const followed = this.#followed;
    this.#followed = new Map();
    this.#size = 0;
    for (const ofKind of followed.values()) {
      for (const [network, { tenant, event, times, subjects }] of ofKind) {
        if (times === 0) continue;
        this.#follow(tenant, event, network);
        await this.#record(tenant, { ...event, times, subjects: subjects.size > 1 ? [...subjects] : [] });
      }
    }
  }

  #follow(tenant: TenantAddress, event: AuditEvent, network: string): void {
    const kind = kindOf(tenant, event);
    const ofKind = this.#followed.get(kind) ?? new Map<string, Followed>();
    if (ofKind.has(network)) return;
    this.#followed.set(kind, ofKind.set(network, { tenant, event, times: 0, subjects: new Set() }));
    this.#size += 1;
  }

  async #record(tenant: TenantAddress, event: AuditEvent): Promise<void> {
    try {
      await this.#store.recordAct(tenant, event);
    } catch (error) {
      this.#failed(error);
    }
  }
}
