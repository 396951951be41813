// What entries and holds keep of an action beside their columns: usage, prices, switches, and (of entries) the sources that were tried
// with their figures. Entries say the same inputs again and again, so that what was read is remembered; the figures differ each time.

import { type Amount, microCredits } from './exact.ts';

export const CURRENCIES = ['ai-builder-credits', 'copilot-credits', 'copilot-sessions'] as const;

export interface Price {
  currency: string;
  units: number;
  credits: Amount;
}

export interface Tried {
  currency: string;
  source: string;
  /** null: without limit. */
  available: Amount | null;
  consumed: Amount;
  held: Amount;
  usable: boolean;
  reason: string;
  percent: number;
}

/** Shared between the entries that say the same: never changed, but for `unitsRightFor`. */
export interface Inputs {
  usage: Record<string, number>;
  prices: Price[];
  rateCard: string;
  tier: string | null;
  feature: string | null;
  mode: string;
  channel: string | null;
  m365Copilot: boolean;
  startedByAgent: boolean;
  preview: boolean;
  recordOnly: boolean;
  labels: unknown;
  /** What the texts of daily usage say beside the columns of an entry, where it is free and where it is not. */
  usageTexts: { free: string; billable: string };
  /** The capability and model for which units and price were found right (price-checks.ts). */
  unitsRightFor: string | null;
}

/** Members of an entry's detail that are of its outcome. */
export interface Outcome {
  tried: readonly Tried[];
  entitlementId: string | null;
  planId: string | null;
  free: string | null;
  inOverage: boolean;
  refusal: unknown;
}

export class Unreadable extends Error {}

function unreadable(what: string): never {
  throw new Unreadable(what);
}

// biome-ignore lint/suspicious/noExplicitAny: it is what was stored, and is looked at here
type Stored = any;

function inputsOf(detail: Stored, action: Stored, usage: Stored): Inputs {
  if (usage === null || typeof usage !== 'object' || !Object.values(usage).every((count) => Number.isSafeInteger(count)))
    throw new Unreadable('its usage is not whole counts');
  if (!Array.isArray(detail.p)) throw new Unreadable('it has no prices');
  const prices = detail.p.map(([currency, units, amount]: [number, number, string]): Price => {
    if (!Number.isSafeInteger(units) || units < 1) throw new Unreadable(`its units are ${units}`);
    return {
      currency: CURRENCIES[currency] ?? unreadable(`it has a price in currency ${currency}`),
      units,
      credits: microCredits(amount) ?? unreadable(`its price is ${amount}`),
    };
  });
  if (typeof detail.c !== 'string') throw new Unreadable('it has no rate card');
  const [feature, channel, m365Copilot] = [detail.f ?? null, action.channel ?? null, action.m365Copilot ?? false];
  const labels = action.labels ?? null;
  const usageText = (billable: boolean) => usageTextOf(feature, billable, channel, m365Copilot, labels);
  return {
    usage,
    prices,
    rateCard: detail.c,
    tier: detail.t ?? null,
    feature,
    mode: action.mode ?? 'run',
    channel,
    m365Copilot,
    startedByAgent: action.startedByAgent ?? false,
    preview: action.preview ?? false,
    recordOnly: action.recordOnly ?? false,
    labels,
    usageTexts: { free: usageText(false), billable: usageText(true) },
    unitsRightFor: null,
  };
}

/** The end of the text that weighs a row of daily usage; the columns before it are those of entries as well. */
export function usageTextOf(
  feature: string | null,
  billable: boolean,
  channel: string | null,
  m365Copilot: boolean,
  labels: unknown,
): string {
  return `\n${feature}\n${billable}\n${channel}\n${m365Copilot}\n${labels === null ? '' : sortedText(labels)}`;
}

/** The database orders the members of labels in its own way. */
function sortedText(labels: unknown): string {
  if (labels === null || typeof labels !== 'object') return JSON.stringify(labels);
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type StoredTried = [number, string, string | null, string, string, number, string, number];

function triedOf([currency, source, available, consumed, held, usable, reason, percent]: StoredTried): Tried {
  if (!Number.isSafeInteger(percent)) throw new Unreadable(`it tried a source up to ${percent} %`);
  return {
    currency: CURRENCIES[currency] ?? unreadable(`it tried currency ${currency}`),
    source,
    available: available === null ? null : (microCredits(available) ?? unreadable(`it tried a source of ${available}`)),
    consumed: microCredits(consumed) ?? unreadable(`it tried a source with ${consumed} used`),
    held: microCredits(held) ?? unreadable(`it tried a source with ${held} held`),
    usable: usable === 1,
    reason,
    percent,
  };
}

function outcomeOf(detail: Stored): Outcome {
  return {
    tried: detail.x === undefined ? NONE_TRIED : detail.x.map(triedOf),
    entitlementId: detail.e ?? null,
    planId: detail.b ?? null,
    free: detail.z ?? null,
    inOverage: detail.o === 1,
    refusal: detail.r ?? null,
  };
}

const NONE_TRIED: readonly Tried[] = [];
const ONLY_TRIED = { entitlementId: null, planId: null, free: null, inOverage: false, refusal: null };

/** Texts of inputs that were read, with what they say. */
const known = new Map<string, Inputs>();
const MOST_KNOWN = 10_000;

/** Where the outcome begins in a detail as the product writes it: with the sources that were tried. */
const OUTCOME = ',"x":[';

const INPUTS = ['u', 'p', 'c', 't', 'f', 'a'];
const OUTCOMES = ['e', 'b', 'z', 'o', 'r'];

function hasInputsAlone(read: Stored): boolean {
  return read !== undefined && 'u' in read && 'p' in read && 'c' in read && !OUTCOMES.some((member) => member in read);
}

/** Reads the detail of an entry; throws `Unreadable`, or whatever else is wrong with it. */
export function readDetail(detail: string): { inputs: Inputs; outcome: Outcome } {
  const cut = detail.indexOf(OUTCOME);
  if (cut > 0) {
    const text = detail.slice(0, cut);
    let inputs = known.get(text);
    if (!inputs) {
      const read = parsed(`${text}}`);
      // Written in another order, or by another hand: read as a whole.
      if (!hasInputsAlone(read)) return readWhole(JSON.parse(detail));
      inputs = inputsOf(read, read.a ?? {}, read.u);
      if (known.size >= MOST_KNOWN) known.clear();
      known.set(text, inputs);
    }
    // Mostly nothing comes after the sources.
    const tried = detail.endsWith(']]}') ? parsed(detail.slice(cut + OUTCOME.length - 1, -1)) : undefined;
    if (tried !== undefined) return { inputs, outcome: { ...ONLY_TRIED, tried: tried.map(triedOf) } };
    const rest = parsed(`{${detail.slice(cut + 1)}`);
    if (rest !== undefined && !INPUTS.some((member) => member in rest)) return { inputs, outcome: outcomeOf(rest) };
  }
  return readWhole(JSON.parse(detail));
}

function readWhole(detail: Stored): { inputs: Inputs; outcome: Outcome } {
  return { inputs: inputsOf(detail, detail.a ?? {}, detail.u), outcome: outcomeOf(detail) };
}

function parsed(text: string): Stored {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was remembered belongs to one run. */
export function forgetInputs(): void {
  known.clear();
}

/** What a hold keeps of its action. */
export function holdInputs(
  detail: string,
): { inputs: Inputs; action: Record<string, unknown>; free: string | null; inOverage: boolean } | string {
  try {
    const read = JSON.parse(detail);
    return {
      inputs: inputsOf(read, read.action, read.action.usage),
      action: read.action,
      free: read.free ?? null,
      inOverage: read.inOverage ?? false,
    };
  } catch (error) {
    return whyUnreadable(error);
  }
}

export function whyUnreadable(error: unknown): string {
  return error instanceof Unreadable ? error.message : 'its detail has another form';
}
