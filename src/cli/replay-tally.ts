// What a replay adds up: credits by currency and source, refusals by code, faults, and for each environment the source that it began
// on, the moment when that no longer paid, and what carried it from there.

import { type Allowed, type Failed, formatMicroCredits, microCreditsOf, type Refused } from '../../sdk/src/index.ts';
import { instantOf, type PlannedAction } from './replay-plan.ts';

/** What paid for some actions: a source of a currency, in overage or not; nothing, because they were free or refused. */
export interface Carrier {
  currency: string | null;
  source: string | null;
  inOverage: boolean;
  free: string | null;
  /** The code of a refusal. */
  refused: string | null;
}

export interface CarrierTotal extends Carrier {
  actions: number;
  credits: string;
}

export interface EnvironmentTotal {
  environmentId: string;
  first: Carrier;
  /** The first action that its first source did not pay, and its line; null: that paid for all. */
  exhaustedAt: string | null;
  exhaustedAtLine: number | null;
  /** What carried the actions from there on. */
  carriedBy: CarrierTotal[];
}

export interface ReplayTotals {
  actions: number;
  /** Recorded by this run; by an earlier one; refused; not decided. */
  new: number;
  replayed: number;
  refused: number;
  failed: number;
  carriers: CarrierTotal[];
  environments: EnvironmentTotal[];
  faults: { code: string; actions: number; firstLine: number; detail: string }[];
}

interface Sum {
  carrier: Carrier;
  actions: number;
  micro: bigint;
}

interface EnvironmentTally {
  first: Carrier;
  exhausted: { ms: number; line: number } | null;
  carriedBy: Map<string, Sum>;
}

export class ReplayTally {
  #new = 0;
  #replayed = 0;
  #refused = 0;
  #failed = 0;
  readonly #sums = new Map<string, Sum>();
  readonly #environments = new Map<string, EnvironmentTally>();
  readonly #faults = new Map<string, { actions: number; firstLine: number; detail: string }>();

  add({ line, ms, action }: PlannedAction, decision: Allowed | Refused | Failed): void {
    if (decision.decision === 'failed') {
      this.#failed += 1;
      const { code, errors, message } = decision.error;
      const known = this.#faults.get(code);
      const detail = errors[0] ? `${errors[0].pointer}: ${errors[0].detail}` : message;
      this.#faults.set(code, known ? { ...known, actions: known.actions + 1 } : { actions: 1, firstLine: line, detail });
      return;
    }
    if (decision.decision === 'refused') this.#refused += 1;
    else if (decision.replayed) this.#replayed += 1;
    else this.#new += 1;
    const carrier = carrierOf(decision);
    const micro = decision.decision === 'allowed' ? microCreditsOf(decision.credits) : 0n;
    addTo(this.#sums, carrier, micro);
    const at = decision.decision === 'allowed' ? Date.parse(decision.occurredAt) : ms;
    this.#addToEnvironment(action.environmentId, carrier, micro, { ms: at, line });
  }

  #addToEnvironment(environmentId: string, carrier: Carrier, micro: bigint, at: { ms: number; line: number }): void {
    // A free action says nothing about what pays.
    if (carrier.free !== null) return;
    let environment = this.#environments.get(environmentId);
    if (!environment) {
      environment = { first: carrier, exhausted: null, carriedBy: new Map() };
      this.#environments.set(environmentId, environment);
    }
    if (environment.exhausted === null && keyOf(carrier) === keyOf(environment.first)) return;
    environment.exhausted ??= at;
    addTo(environment.carriedBy, carrier, micro);
  }

  totals(): ReplayTotals {
    return {
      actions: this.#new + this.#replayed + this.#refused + this.#failed,
      new: this.#new,
      replayed: this.#replayed,
      refused: this.#refused,
      failed: this.#failed,
      carriers: totalsOf(this.#sums),
      environments: [...this.#environments]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([environmentId, { first, exhausted, carriedBy }]) => ({
          environmentId,
          first,
          exhaustedAt: exhausted === null ? null : instantOf(exhausted.ms),
          exhaustedAtLine: exhausted === null ? null : exhausted.line,
          carriedBy: totalsOf(carriedBy),
        })),
      faults: [...this.#faults].map(([code, fault]) => ({ code, ...fault })),
    };
  }
}

function carrierOf(decision: Allowed | Refused): Carrier {
  if (decision.decision === 'refused')
    return { currency: null, source: null, inOverage: false, free: null, refused: decision.code };
  const { currency, source, inOverage, free } = decision;
  return { currency, source, inOverage, free, refused: null };
}

function keyOf({ currency, source, inOverage, free, refused }: Carrier): string {
  return `${currency}/${source}/${inOverage}/${free}/${refused}`;
}

function addTo(sums: Map<string, Sum>, carrier: Carrier, micro: bigint): void {
  const key = keyOf(carrier);
  const sum = sums.get(key) ?? { carrier, actions: 0, micro: 0n };
  sums.set(key, { carrier, actions: sum.actions + 1, micro: sum.micro + micro });
}

function totalsOf(sums: Map<string, Sum>): CarrierTotal[] {
  return [...sums.values()]
    .sort((a, b) => b.actions - a.actions)
    .map(({ carrier, actions, micro }) => ({ ...carrier, actions, credits: formatMicroCredits(micro) }));
}
