// Daily usage without keeping it: of each day one sum in which every combination of dimensions has a weight of its own (a hash), so that
// the sums of entries and of daily usage agree only where every row does. C4, I4.

import type { Entry } from './entry.ts';

export interface UsageRow {
  day: string;
  dimensions: readonly unknown[];
  credits: bigint;
  units: bigint;
  actions: bigint;
  nonBilled: bigint;
}

interface DaySum {
  weighted: bigint;
  credits: bigint;
  actions: bigint;
}

const MOST_WEIGHTS = 100_000;

export class UsageSums {
  readonly days = new Map<string, DaySum>();
  readonly #weights = new Map<string, bigint>();

  add(entry: Entry): void {
    const { prices, currency, status } = entry;
    const charged = prices.find((price) => price.currency === currency) ?? prices[0];
    const wouldBe = status === 'free' ? prices.find((price) => price.currency === 'copilot-credits') : undefined;
    const key = `${entry.environmentId}\n${entry.userId}\n${entry.caller}\n${entry.resourceType}\n${entry.resourceId}\n${entry.feature}\n${entry.capability}\n${entry.model}\n${currency}\n${entry.source}\n${status !== 'free'}\n${entry.channel}\n${entry.m365Copilot}\n${entry.labels === null ? '' : sortedText(entry.labels)}`;
    this.#count(entry.day, key, entry.credits, BigInt(charged?.units ?? 0), 1n, wouldBe?.credits ?? 0n);
  }

  /** A row of daily usage, with its dimensions in the same order: environment, user, caller, resource type and id, feature … labels. */
  addRow({ day, dimensions, credits, units, actions, nonBilled }: UsageRow): void {
    const labels = dimensions[13];
    const key = [...dimensions.slice(0, 13), labels === null ? '' : sortedText(labels)].map(String).join('\n');
    this.#count(day, key, credits, units, actions, nonBilled);
  }

  #count(day: string, key: string, credits: bigint, units: bigint, actions: bigint, nonBilled: bigint): void {
    let sum = this.days.get(day);
    if (!sum) {
      sum = { weighted: 0n, credits: 0n, actions: 0n };
      this.days.set(day, sum);
    }
    // Four figures side by side in one number: none can reach into the next.
    sum.weighted += this.#weightOf(key) * (credits + (units << 80n) + (actions << 160n) + (nonBilled << 240n));
    sum.credits += credits;
    sum.actions += actions;
  }

  #weightOf(key: string): bigint {
    let weight = this.#weights.get(key);
    if (weight === undefined) {
      weight = hash(key);
      if (this.#weights.size >= MOST_WEIGHTS) this.#weights.clear();
      this.#weights.set(key, weight);
    }
    return weight;
  }
}

/** 64 bits of a text; nobody chooses texts to deceive a check of one's own books. */
function hash(text: string): bigint {
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return (BigInt(b >>> 0) << 32n) | BigInt(a >>> 0);
}

/** The database orders the members of labels in its own way. */
function sortedText(labels: unknown): string {
  if (labels === null || typeof labels !== 'object') return JSON.stringify(labels);
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
