// An entry of the activity as verify reads it, and what it must be by itself: readable, consistent with its status (I6), stored and
// counted in its month (I10), priced by its own inputs (R1–R3, I11), and explained by the sources that it says were tried (D3–D6, I5).

import {
  asCredits,
  DAY_MICROS,
  dayOfMicros,
  MINUTE_MICROS,
  microCredits,
  monthBefore,
  monthOfMicros,
  startOfMonthMicros,
} from './exact.ts';
import type { TextRow } from './snapshot.ts';
import type { Check } from './violation.ts';

export const CURRENCIES = ['ai-builder-credits', 'copilot-credits', 'copilot-sessions'] as const;

/** The columns of a row, in this order. */
export const ENTRY_COLUMNS = `cell, tenant_id, sequence, stored_month, id, (extract(epoch from recorded_at) * 1000000)::bigint,
  (extract(epoch from occurred_at) * 1000000)::bigint, environment_id, user_id, caller, resource_type, resource_id, capability, model,
  status, code, currency, credits, source, hold_id, detail`;

interface Price {
  currency: string;
  units: number;
  credits: bigint;
}

export interface Tried {
  currency: string;
  source: string;
  /** null: without limit. */
  available: bigint | null;
  consumed: bigint;
  held: bigint;
  usable: boolean;
  reason: string;
  percent: bigint;
}

/** What entries and holds keep of an action beside their columns. */
export interface Inputs {
  usage: Record<string, number>;
  prices: Price[];
  rateCard: string;
  tier: string | null;
  feature: string | null;
  tried: Tried[];
  mode: string;
  channel: string | null;
  m365Copilot: boolean;
  startedByAgent: boolean;
  preview: boolean;
  recordOnly: boolean;
  labels: unknown;
}

export interface Entry extends Inputs {
  sequence: number;
  storedMonth: string;
  id: string;
  recordedAt: number;
  occurredAt: number;
  day: string;
  month: string;
  environmentId: string;
  userId: string;
  caller: string;
  resourceType: string | null;
  resourceId: string | null;
  capability: string;
  model: string | null;
  status: string;
  code: string | null;
  currency: string | null;
  credits: bigint;
  source: string | null;
  holdId: string | null;
  entitlementId: string | null;
  planId: string | null;
  free: string | null;
  inOverage: boolean;
  refusal: unknown;
  /** Measured by another product and imported: neither priced nor decided here. */
  imported: boolean;
}

class Unreadable extends Error {}

function wanted<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Unreadable(what);
  return value;
}

// biome-ignore lint/suspicious/noExplicitAny: it is what was stored, and is looked at here
function inputsOf(detail: any, action: any, usage: any): Inputs {
  if (usage === null || typeof usage !== 'object' || !Object.values(usage).every((count) => Number.isSafeInteger(count)))
    throw new Unreadable('its usage is not whole counts');
  if (!Array.isArray(detail.p)) throw new Unreadable('it has no prices');
  const prices = detail.p.map(([currency, units, amount]: [number, number, string]): Price => {
    if (!Number.isSafeInteger(units) || units < 1) throw new Unreadable(`its units are ${units}`);
    return {
      currency: wanted(CURRENCIES[currency], `it has a price in currency ${currency}`),
      units,
      credits: wanted(microCredits(amount), `its price is ${amount}`),
    };
  });
  if (typeof detail.c !== 'string') throw new Unreadable('it has no rate card');
  const tried = (detail.x ?? []).map(
    ([currency, source, available, consumed, held, usable, reason, percent]: [
      number,
      string,
      string | null,
      string,
      string,
      number,
      string,
      number,
    ]): Tried => ({
      currency: wanted(CURRENCIES[currency], `it tried currency ${currency}`),
      source,
      available: available === null ? null : wanted(microCredits(available), `it tried a source of ${available}`),
      consumed: wanted(microCredits(consumed), `it tried a source with ${consumed} used`),
      held: wanted(microCredits(held), `it tried a source with ${held} held`),
      usable: usable === 1,
      reason,
      percent: BigInt(percent),
    }),
  );
  return {
    usage,
    prices,
    rateCard: detail.c,
    tier: detail.t ?? null,
    feature: detail.f ?? null,
    tried,
    mode: action.mode ?? 'run',
    channel: action.channel ?? null,
    m365Copilot: action.m365Copilot ?? false,
    startedByAgent: action.startedByAgent ?? false,
    preview: action.preview ?? false,
    recordOnly: action.recordOnly ?? false,
    labels: action.labels ?? null,
  };
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
    return error instanceof Unreadable ? error.message : 'its detail has another form';
  }
}

/** Reads a row of `ENTRY_COLUMNS`; a text says why it cannot be read. */
export function entryOf(row: TextRow): Entry | string {
  try {
    const detail = JSON.parse(row[20]!);
    const occurredAt = Number(row[6]);
    const { day, month } = dayOfMicros(occurredAt);
    return {
      ...inputsOf(detail, detail.a ?? {}, detail.u),
      sequence: Number(row[2]),
      storedMonth: row[3]!.slice(0, 7),
      id: row[4]!,
      recordedAt: Number(row[5]),
      occurredAt,
      day,
      month,
      environmentId: row[7]!,
      userId: row[8]!,
      caller: row[9]!,
      resourceType: row[10]!,
      resourceId: row[11]!,
      capability: row[12]!,
      model: row[13]!,
      status: row[14]!,
      code: row[15]!,
      currency: row[16]!,
      credits: BigInt(row[17]!),
      source: row[18]!,
      holdId: row[19]!,
      entitlementId: detail.e ?? null,
      planId: detail.b ?? null,
      free: detail.z ?? null,
      inOverage: detail.o === 1,
      refusal: detail.r ?? null,
      imported: detail.c === 'imported',
    };
  } catch (error) {
    return error instanceof Unreadable ? error.message : 'its detail has another form';
  }
}

export type Report = (check: Check, offender: string) => void;

/** Everything that an entry shows by itself. */
export function checkEntry(entry: Entry, tenant: { isSandbox: boolean; beganAt: number }, report: Report): void {
  checkMonth(entry, tenant, report);
  checkStatus(entry, report);
  checkSource(entry, report);
  if (entry.imported) return;
  checkFree(entry, report);
  checkUnits(entry, entry.capability, entry.model, (check, offender) => report(check, `entry ${entry.sequence}: ${offender}`));
  checkTried(entry, report);
}

/** The server's time in an id of version 7, in microseconds; null for ids that somebody else has made. */
function timeOfId(id: string): number | null {
  if (id[14] !== '7') return null;
  const micros = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) * 1000;
  return micros < FIRST_OF_OURS ? null : micros;
}

const FIRST_OF_OURS = Date.parse('2020-01-01T00:00:00Z') * 1000;

/** I10, C3. Of a sandbox the month of storing is the server's: its ids (version 7) tell the server's time. */
function checkMonth(entry: Entry, { isSandbox, beganAt }: { isSandbox: boolean; beganAt: number }, report: Report): void {
  const { sequence, storedMonth, recordedAt, occurredAt, month, id } = entry;
  const storedAt = isSandbox ? timeOfId(id) : recordedAt;
  // Servers whose clocks differ a little, at the end of a month.
  const near = (micros: number) =>
    [micros - DAY_MICROS, micros, micros + DAY_MICROS].some((each) => monthOfMicros(each) === storedMonth);
  if (storedAt !== null && !near(storedAt))
    report(
      'entry-stored-month',
      `entry ${sequence} is stored under ${storedMonth}, and was recorded in ${monthOfMicros(storedAt)}`,
    );
  const recordedIn = monthOfMicros(recordedAt);
  if (occurredAt > recordedAt + 5 * MINUTE_MICROS)
    report('entry-month', `entry ${sequence} happened more than 5 minutes after it was recorded`);
  else if (month < monthBefore(recordedIn) && !(entry.imported && occurredAt < startOfMonthMicros(monthOfMicros(beganAt))))
    report('entry-month', `entry ${sequence} was recorded in ${recordedIn} and counts in ${month}`);
}

const REFUSED_BY_DECISION = ['PreviewModelsDisabled', 'LimitReached', 'QuotaExceeded', 'EntitlementNotAvailable'];

/** I6: the four statuses, each with what it has and has not. */
function checkStatus(entry: Entry, report: Report): void {
  const { sequence, status, currency, credits, source, free, inOverage, code, refusal, holdId, recordOnly, imported } = entry;
  const wrong = (what: string) => report('entry-status', `entry ${sequence} is ${status} and ${what}`);
  if ((status === 'free') !== (free !== null)) wrong(free === null ? 'no rule makes it free' : `is free as ${free}`);
  if ((status === 'in-overage') !== inOverage) wrong(inOverage ? 'says it is in overage' : 'does not say it is in overage');
  if ((status === 'refused') !== (code !== null && refusal !== null)) wrong(`its refusal is ${code ?? 'none'}`);
  switch (status) {
    case 'charged':
      if (currency === null || source === null) wrong(`its source is ${source} in ${currency}`);
      break;
    case 'in-overage':
      if (currency === null) wrong('has no currency');
      if (source === null && !recordOnly) wrong('has no source, and was not only recorded');
      if (source !== null && source !== 'allocation' && source !== 'pool') wrong(`its source is ${source}, which has no overage`);
      if (imported) wrong('was imported');
      break;
    case 'free':
    case 'refused':
      if (currency !== null || source !== null || credits !== 0n) wrong(`takes ${asCredits(credits)} ${currency} from ${source}`);
      if (status === 'refused' && recordOnly) wrong('was only to be recorded');
      if (status === 'refused' && holdId !== null) wrong(`captures hold ${holdId}`);
      if (status === 'refused' && code !== null && !REFUSED_BY_DECISION.includes(code)) wrong(`its code is ${code}`);
      break;
    default:
      wrong('that is no status');
  }
}

/** D4: which sources a currency has, and what each names. */
function checkSource(entry: Entry, report: Report): void {
  const { sequence, source, currency, entitlementId, planId, imported, tried } = entry;
  const wrong = (what: string) => report('entry-source', `entry ${sequence} is charged to ${source} ${what}`);
  if ((source === 'pre-purchase') !== (entitlementId !== null))
    wrong(entitlementId === null ? 'and names no entitlement' : `and names entitlement ${entitlementId}`);
  if (planId !== null && source !== 'pay-as-you-go') wrong(`and names billing plan ${planId}`);
  if (imported) {
    if (tried.length > 0) report('entry-explanation', `entry ${sequence} was imported, and explains a decision`);
    return;
  }
  if (source === 'pay-as-you-go' && planId === null) wrong('and names no billing plan');
  if ((source === 'trial' || source === 'extension') && currency !== 'ai-builder-credits') wrong(`in ${currency}`);
  if ((source === 'pre-purchase' || source === 'pay-as-you-go') && currency !== 'copilot-credits') wrong(`in ${currency}`);
}

const INTERNAL_CHANNELS = ['teams', 'sharepoint', 'm365-copilot'];

/** F1–F4. */
function checkFree(entry: Entry, report: Report): void {
  const { sequence, status, free, mode, caller, preview, m365Copilot, channel, startedByAgent, prices } = entry;
  const isTest = mode === 'test' && caller !== 'agent-flow';
  const holds: Record<string, boolean> = {
    test: isTest,
    training: mode === 'train',
    preview,
    'zero-rated':
      m365Copilot &&
      channel !== null &&
      INTERNAL_CHANNELS.includes(channel) &&
      (caller === 'agent' || (caller === 'agent-flow' && startedByAgent)),
    'free-capability': prices.every((price) => price.credits === 0n),
  };
  if (free !== null && !holds[free]) report('entry-free', `entry ${sequence} is free as ${free}, and is not`);
  if ((status === 'charged' || status === 'in-overage') && (isTest || mode === 'train'))
    report('entry-free', `entry ${sequence} is ${status} in mode ${mode}`);
}

/** R3: AI Builder credits per 1,000 tokens of input and output, of the rate cards that are known here. */
const PROMPT_RATES: Record<string, readonly [input: bigint, output: bigint]> = {
  basic: [1n, 3n],
  standard: [20n, 60n],
  premium: [140n, 560n],
};
const KNOWN_CARDS = ['2025-04', '2025-09-03', '2025-11'];

/** Credits per unit that were met first, by capability, card, tier and currency (R1). */
const rates = new Map<string, bigint>();
const MOST_RATES = 100_000;

/** R1–R3: units from usage, and credits from units. */
export function checkUnits(inputs: Inputs, capability: string, model: string | null, report: Report): void {
  const { usage, prices, rateCard, tier, feature } = inputs;
  const units = unitsOf(usage, capability, model);
  if (units === null) {
    report('entry-units', `its usage is ${JSON.stringify(usage)}`);
    return;
  }
  for (const { currency, units: priced, credits } of prices) {
    if (priced !== units) report('entry-units', `${JSON.stringify(usage)} are ${units} units, and ${priced} were priced`);
    const isPrompt = tier !== null && usage.inputTokens !== undefined;
    if (isPrompt && currency === 'ai-builder-credits') {
      const rate = KNOWN_CARDS.includes(rateCard) ? PROMPT_RATES[tier] : undefined;
      if (!rate) continue;
      const perThousand = rate[0] * BigInt(usage.inputTokens!) + rate[1] * BigInt(usage.outputTokens ?? 0);
      const whole = (perThousand + 999n) / 1000n;
      const price = (whole < 1n ? 1n : whole) * 1_000_000n;
      if (price !== credits)
        report(
          'entry-price',
          `${JSON.stringify(usage)} on ${tier} cost ${asCredits(price)} ${currency}, and ${asCredits(credits)} were priced`,
        );
      continue;
    }
    const rate = credits / BigInt(priced);
    if (rate * BigInt(priced) !== credits) {
      report('entry-rate', `${asCredits(credits)} ${currency} for ${priced} units of ${capability} is no rate`);
      continue;
    }
    // A tenant may redefine its own capabilities on the same day; cards of the catalogue never change.
    if (isOwnCard(rateCard)) continue;
    const name = `${capability} ${rateCard} ${tier} ${feature} ${currency}`;
    const first = rates.get(name);
    if (first === undefined) {
      if (rates.size < MOST_RATES) rates.set(name, rate);
    } else if (first !== rate) {
      report(
        'entry-rate',
        `${capability} at ${asCredits(rate)} ${currency} on card ${rateCard}, and ${asCredits(first)} elsewhere`,
      );
    }
  }
}

/** Versions of a tenant's own capabilities are named by the day from which they hold. */
function isOwnCard(rateCard: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(rateCard);
}

/** R1: the version of a tenant's own capability that priced an entry, as `capability day`; null where a card of the catalogue did. */
export function ownVersionOf({ capability, rateCard }: Pick<Entry, 'capability' | 'rateCard'>): string | null {
  return isOwnCard(rateCard) && !KNOWN_CARDS.includes(rateCard) ? `${capability} ${rateCard}` : null;
}

/** What was learnt of rates belongs to one run. */
export function forgetRates(): void {
  rates.clear();
}

function unitsOf(usage: Record<string, number>, capability: string, model: string | null): number | null {
  if (capability === 'prompt' && model === 'byom') return 1;
  const { inputTokens, outputTokens, ...counted } = usage;
  const counts = Object.entries(counted);
  if (inputTokens !== undefined || outputTokens !== undefined) {
    if (counts.length > 0 || inputTokens === undefined || outputTokens === undefined) return null;
    return Math.max(1, Math.ceil((inputTokens + outputTokens) / 1000));
  }
  const [only] = counts;
  if (!only || counts.length > 1) return null;
  return Math.max(1, only[0] === 'characters' ? Math.ceil(only[1] / 1000) : only[1]);
}

const spent = (row: Tried) => row.consumed + row.held;

/** D3, D5: whether a source had room below its percentage; both ways of admission need that. */
function hadRoom(row: Tried): boolean {
  return row.available === null || row.available * row.percent > spent(row) * 100n;
}

/** What each reason says of a source's figures. */
function rowContradiction(row: Tried): string | null {
  const { reason, usable, available } = row;
  switch (reason) {
    case 'used':
      return usable ? null : 'is used and not usable';
    case 'empty':
      return !usable && available === 0n ? null : 'is empty and has a size';
    case 'spent':
      return !usable && available !== null && available > 0n && spent(row) >= available ? null : 'is spent and is not';
    case 'too-small':
      return !usable && available !== null && available > 0n && spent(row) < available ? null : 'is too small and is not';
    case 'overage':
    case 'limit-reached':
      return null;
    default:
      return `is ${reason}, which is no reason`;
  }
}

/** D3–D6: the outcome follows from the sources that were tried. */
function checkTried(entry: Entry, report: Report): void {
  const { sequence, tried, status, currency, source, code, recordOnly } = entry;
  const wrong = (what: string) => report('entry-explanation', `entry ${sequence}: ${what}`);
  let used: Tried | undefined;
  let overage: Tried | undefined;
  for (const row of tried) {
    const contradiction = rowContradiction(row);
    if (contradiction !== null) wrong(`${row.source} in ${row.currency} ${contradiction}`);
    if (row.reason === 'used') used = row;
    if (row.reason === 'overage') overage = row;
    if ((row.reason === 'used' || row.reason === 'overage') && !hadRoom(row))
      report(
        'decision-room',
        `entry ${sequence}: ${row.source} of ${asCredits(row.available ?? 0n)} ${row.currency} had ${asCredits(row.consumed)} used and ${asCredits(row.held)} held, up to ${row.percent} %`,
      );
  }
  switch (status) {
    case 'charged':
      if (used?.source !== source || used?.currency !== currency)
        wrong(
          `is charged to ${source} in ${currency}, and ${used ? `${used.source} in ${used.currency} was usable` : 'nothing was usable'}`,
        );
      return;
    case 'in-overage':
      if (recordOnly) return;
      if (overage?.source !== source || overage?.currency !== currency)
        wrong(
          `runs in overage on ${source} in ${currency}, and ${overage ? `${overage.source} in ${overage.currency}` : 'nothing'} bore it`,
        );
      if (used) wrong(`runs in overage, and ${used.source} in ${used.currency} was usable`);
      return;
    case 'free':
      if (tried.length > 0) wrong('is free, and sources were tried');
      return;
    case 'refused':
      if (code === 'LimitReached') return;
      if (used || overage) wrong(`is refused ${code}, and ${(used ?? overage)!.source} would have paid`);
      if (code === 'QuotaExceeded' && !tried.some((row) => row.reason !== 'empty'))
        wrong('is refused as spent, and nothing was there');
      if (code === 'EntitlementNotAvailable' && tried.some((row) => row.reason !== 'empty'))
        wrong('is refused as without capacity, and there was some');
      return;
  }
}

/** What was charged is the price in its currency, to the last place. */
export function checkCharged(entry: Entry, report: Report): void {
  const { sequence, prices, currency, credits } = entry;
  if (currency === null) return;
  const price = prices.find((each) => each.currency === currency)?.credits ?? (entry.holdId === null ? undefined : 0n);
  if (price !== credits)
    report(
      'entry-price',
      `entry ${sequence} is charged ${asCredits(credits)} ${currency}, and its price is ${price === undefined ? 'in none of it' : asCredits(price)}`,
    );
}
