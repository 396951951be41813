// Daily usage without keeping it: of each day one sum in which every combination of dimensions has a weight of its own (a hash), so that
// the sums of entries and of daily usage agree only where every row does. C4, I4. Weights and sums are residues of a prime, two of each,
// because that needs no big numbers; the plain totals of the day are kept beside them.

import { type Amount, plus } from './exact.ts';

/** 2^31 − 1, by which residues are quick to make. */
const PRIME = 2_147_483_647;
const ABOVE = 2_147_483_648;
/** Puts the four figures of a row into one. */
const [UNITS, ACTIONS, NON_BILLED] = [1_540_483_477, 668_265_263, 374_761_393];

/** Of a safe number that is not negative. */
function reduced(number: number): number {
  const high = Math.floor(number / ABOVE);
  const sum = number - high * ABOVE + high;
  return sum >= PRIME ? sum - PRIME : sum;
}

function residue(amount: Amount): number {
  if (typeof amount === 'bigint') return Number(((amount % 2_147_483_647n) + 2_147_483_647n) % 2_147_483_647n);
  return amount < 0 ? (amount % PRIME) + PRIME : reduced(amount);
}

/** Of two residues; no product on the way is above 2^53. */
function product(a: number, b: number): number {
  const high = b >>> 16;
  return reduced(reduced(a * high) * 65_536 + a * (b & 65_535));
}

/** Two hashes of the texts that are added, in their order; nobody chooses texts to deceive a check of one's own books. */
export class Weight {
  #a = 0;
  #b = 0;

  start(): this {
    [this.#a, this.#b] = [0x5eadbeef, 0x41c6ce57];
    return this;
  }

  /** The text from a position on. */
  add(text: string, from = 0): this {
    let [a, b] = [this.#a, this.#b];
    for (let index = from; index < text.length; index += 1) {
      const code = text.charCodeAt(index);
      a = Math.imul(a ^ code, 2654435761);
      a ^= a >>> 15;
      b = Math.imul(b ^ code, 1597334677);
      b ^= b >>> 13;
    }
    [this.#a, this.#b] = [a, b];
    return this;
  }

  get first(): number {
    return mixed(this.#a ^ Math.imul(this.#b, 2246822507));
  }

  get second(): number {
    return mixed(this.#b ^ Math.imul(this.#a, 3266489909));
  }
}

/** A residue that is not 0. */
function mixed(hash: number): number {
  const spread = Math.imul(hash ^ (hash >>> 16), 2246822507);
  return (((spread ^ (spread >>> 13)) >>> 1) % (PRIME - 1)) + 1;
}

class DaySum {
  #first = 0;
  #second = 0;
  #credits: Amount = 0;
  #units: Amount = 0;
  #actions: Amount = 0;
  #nonBilled: Amount = 0;

  add(weight: Weight, credits: Amount, units: Amount, actions: Amount, nonBilled: Amount): void {
    const figures =
      residue(credits) +
      product(residue(units), UNITS) +
      product(residue(actions), ACTIONS) +
      product(residue(nonBilled), NON_BILLED);
    const figure = reduced(figures);
    this.#first = reduced(this.#first + product(weight.first, figure));
    this.#second = reduced(this.#second + product(weight.second, figure));
    this.#credits = plus(this.#credits, credits);
    this.#units = plus(this.#units, units);
    this.#actions = plus(this.#actions, actions);
    this.#nonBilled = plus(this.#nonBilled, nonBilled);
  }

  equals(other: DaySum): boolean {
    return (
      this.#first === other.#first &&
      this.#second === other.#second &&
      this.#credits === other.#credits &&
      this.#units === other.#units &&
      this.#actions === other.#actions &&
      this.#nonBilled === other.#nonBilled
    );
  }
}

export class UsageSums {
  readonly #days = new Map<string, DaySum>();

  get days(): Iterable<string> {
    return this.#days.keys();
  }

  add(day: string, weight: Weight, credits: Amount, units: Amount, actions: Amount, nonBilled: Amount): void {
    let sum = this.#days.get(day);
    if (!sum) {
      sum = new DaySum();
      this.#days.set(day, sum);
    }
    sum.add(weight, credits, units, actions, nonBilled);
  }

  /** Whether both have the same of a day. */
  agreesWith(other: UsageSums, day: string): boolean {
    const [ours, theirs] = [this.#days.get(day), other.#days.get(day)];
    return ours === undefined || theirs === undefined ? ours === theirs : ours.equals(theirs);
  }
}
