// The decision: may this action run, who pays for it, and why (D1–D12). `decide` reads a ledger and answers a value; charge.ts
// writes an allowed one to the ledger. The order of the checks is the precedence of the refusals.

import type { Action, Caller } from './action.ts';
import { overageSource, type Source, sourcesOf } from './capacity.ts';
import { type EraId, eraAt, FUTURE_TOLERANCE_MS } from './catalogue.ts';
import { type Credits, type Currency, formatCredits, NO_CREDITS } from './credits.ts';
import type { Reason, Tried } from './explanation.ts';
import { type FreeReason, freeReason } from './free.ts';
import { type Environment, findEnvironment, type Ledger, limitMonth, type TrackedLimit, type When } from './ledger.ts';
import { stoppingLimit } from './limit.ts';
import {
  addMonths,
  DAY_MS,
  dayOf,
  firstDayOf,
  formatInstant,
  type Instant,
  type Month,
  monthOf,
  resetOf,
  startOfDay,
} from './month.ts';
import { type CurrencyPrice, type Price, price } from './rate-card.ts';
import { type Refusal, refuse, refuseField } from './refusal.ts';
import { remediesOf } from './remedy.ts';
import type { Settings } from './settings.ts';

/** Of many pre-purchases that are spent only the first few are explained: each is a row of every answer and every record. */
const MOST_TOLD_PRE_PURCHASES = 8;

export interface Allowed extends When {
  price: Price;
  free: FreeReason | null;
  /** null: free. */
  currency: Currency | null;
  credits: Credits;
  /** null: free, or recorded though there was no source at all (D11). */
  source: Source | null;
  inOverage: boolean;
  explanation: Tried[];
}

/** D6, F6: refused for credits or by policy: what is recorded in the activity, with its price where it has one. */
export interface Refused extends When {
  refusal: Refusal;
  price: Price;
  explanation: Tried[];
  /** D13: the limit that stopped it. */
  limit?: TrackedLimit;
}

export type Decision = Allowed | Refused | Refusal;

export function isAllowed(decision: Decision): decision is Allowed {
  return 'inOverage' in decision;
}

/** Refused by the decision itself, as opposed to input that could not be taken. */
export function isRefused(decision: Decision): decision is Refused {
  return 'refusal' in decision;
}

/**
 * Decides one action on a ledger that has its environment. Refuses with `NotFound`, `PeriodClosed`, `InvalidRequest`,
 * `UnknownCapability`, `UnknownModel` (not recorded), or with `PreviewModelsDisabled`, `LimitReached`, `QuotaExceeded`, `EntitlementNotAvailable`.
 */
export function decide(ledger: Ledger, action: Action): Decision {
  const environment = findEnvironment(ledger, action.environmentId);
  if (!environment) {
    return refuseField(
      'NotFound',
      '/environmentId',
      `no environment ${JSON.stringify(action.environmentId)} in this tenant; POST /v1/environments makes one`,
    );
  }
  const at = action.occurredAt ?? ledger.now;
  const untimely = periodRefusal(at, ledger.now, ledger.settings);
  if (untimely) return untimely;
  const priced = price(action, ledger.capabilities, at);
  if ('refused' in priced) return priced;
  const month = monthOf(at);
  const when: When = { at, month, era: eraAt(at), resetsOn: resetOf(month) };
  const charged = decideSource(ledger, environment, action, priced, when);
  return action.recordOnly && isRefused(charged) ? recordAnyway(ledger, environment, action, charged) : charged;
}

/** C3: whether usage of that moment can still be taken. */
export function periodRefusal(at: Instant, now: Instant, settings: Settings): Refusal | null {
  if (at > now + FUTURE_TOLERANCE_MS) {
    return refuseField('InvalidRequest', '/occurredAt', `is more than 5 minutes in the future: it is ${formatInstant(now)} now`);
  }
  if (isOpen(monthOf(at), now, settings)) return null;
  return refuse(
    'PeriodClosed',
    `usage of ${monthOf(at)} is no longer accepted: only that of the current month, and that of last month until ${settings.lateUsageDays} days into this one`,
  );
}

/** C3: whether a month still takes usage. */
export function isOpen(month: Month, now: Instant, settings: Settings): boolean {
  const current = monthOf(now);
  if (month >= current) return true;
  return month === addMonths(current, -1) && now < startOfDay(firstDayOf(current)) + settings.lateUsageDays * DAY_MS;
}

/** D1: the currencies that a caller may use in an era, in the order in which they are tried. Sessions go wherever Copilot Credits go. */
export function currenciesOf(caller: Caller, era: EraId): Currency[] {
  if (isAgentic(caller)) return ['copilot-credits', 'copilot-sessions'];
  return era === 'capacity' ? ['ai-builder-credits'] : ['ai-builder-credits', 'copilot-credits', 'copilot-sessions'];
}

function decideSource(ledger: Ledger, environment: Environment, action: Action, priced: Price, when: When): Allowed | Refused {
  // F6 first, also in tests.
  if (priced.previewModel && !environment.previewModels) {
    const detail = `preview models are switched off in environment ${environment.id}, and ${priced.model} is one; use another model, or switch them on`;
    return { ...when, price: priced, explanation: [], refusal: refuse('PreviewModelsDisabled', detail) };
  }
  const free = freeReason(action, priced);
  if (free) {
    return { ...when, price: priced, free, currency: null, credits: NO_CREDITS, source: null, inOverage: false, explanation: [] };
  }
  const candidates = candidatesOf(action, priced, when.era);
  const explanation: Tried[] = [];
  const sourcesByCurrency = candidates.map((candidate) => ({
    candidate,
    sources: sourcesOf(ledger, environment, when.month, candidate.currency, when.at, action.userId),
  }));
  const funded = findFunding(ledger, environment, action, priced, when, sourcesByCurrency, explanation);
  return (
    stoppedByLimit(ledger, action, priced, when, candidates, funded, explanation) ??
    funded ??
    refuseForCredits(ledger, environment, action, priced, when, sourcesByCurrency, explanation)
  );
}

/** D4, D5: the first source that is usable, else the first that bears the action in overage; null: none. Says what it tried. */
function findFunding(
  ledger: Ledger,
  environment: Environment,
  action: Action,
  priced: Price,
  when: When,
  sourcesByCurrency: readonly { candidate: CurrencyPrice; sources: Source[] }[],
  explanation: Tried[],
): Allowed | null {
  for (const { candidate, sources } of sourcesByCurrency) {
    for (const source of sources) {
      const percent = usablePercent(source, ledger.settings);
      const usable = hasRoom(source, percent, candidate.credits, ledger.settings);
      if (usable || source.kind !== 'pre-purchase' || prePurchasesIn(explanation) < MOST_TOLD_PRE_PURCHASES) {
        explanation.push(tried(source, usable, usable ? 'used' : whyNot(source), percent));
      }
      if (usable) return allowed(when, priced, candidate, source, false, explanation);
    }
  }
  for (const { candidate, sources } of sourcesByCurrency) {
    const source = overageSource(sources);
    if (!source || !hasGrace(environment, action.caller, candidate.currency)) continue;
    if (!hasRoom(source, ledger.settings.enforcement.blockAtPercent, candidate.credits, ledger.settings)) continue;
    const row = explanation.find((each) => each.currency === source.currency && each.source === source.kind);
    if (row) Object.assign(row, { reason: 'overage', percent: ledger.settings.enforcement.blockAtPercent });
    return allowed(when, priced, candidate, source, true, explanation);
  }
  return null;
}

/** D13: a limit counts for an action that would be charged in its currency; where nothing would pay, the first it may use. Null: none stops it. */
function stoppedByLimit(
  ledger: Ledger,
  action: Action,
  priced: Price,
  when: When,
  candidates: readonly CurrencyPrice[],
  funded: Allowed | null,
  explanation: Tried[],
): Refused | null {
  if (ledger.limits.size === 0) return null;
  // D1: without a rate in any currency of its caller it may use none, and no 1st of a month helps it.
  const currency = funded?.currency ?? candidates[0]?.currency;
  if (!currency) return null;
  const cost = funded?.credits ?? candidates[0]?.credits ?? NO_CREDITS;
  const limit = stoppingLimit(ledger, action, when.month, currency, cost, ledger.settings.enforcement.admission);
  if (!limit) return null;
  // What would have paid is explained as such.
  const row = funded && explanation.find((each) => each.currency === currency && each.source === funded.source?.kind);
  if (row) row.reason = 'limit-reached';
  const { consumed, held } = limitMonth(limit, when.month);
  const figures = { available: formatCredits(limit.monthly), consumed: formatCredits(consumed), held: formatCredits(held) };
  const said = isAgentic(action.caller) ? `${MESSAGES.agent} ` : '';
  const detail = `${said}The monthly limit ${JSON.stringify(limit.id)} of ${figures.available} ${currency} is reached: ${figures.consumed} are used${held > 0n ? `, ${figures.held} held` : ''} in ${when.month}; it counts from 0 again on ${when.resetsOn}.`;
  const remedies = when.resetsOn > dayOf(ledger.now) ? [{ action: 'wait', date: when.resetsOn }] : [];
  const { available } = figures;
  const members = { available, consumed: figures.consumed, resetsOn: when.resetsOn, remedies, limitId: limit.id };
  return { ...when, price: priced, explanation, limit, refusal: refuse('LimitReached', detail, members) };
}

function isAgentic(caller: Caller): boolean {
  return caller === 'agent' || caller === 'agent-flow';
}

function prePurchasesIn(explanation: readonly Tried[]): number {
  return explanation.filter((row) => row.source === 'pre-purchase').length;
}

function candidatesOf(action: Action, priced: Price, era: EraId): CurrencyPrice[] {
  return currenciesOf(action.caller, era).flatMap((currency) => priced.prices.filter((each) => each.currency === currency));
}

/** D3: the percentages are of allocation and pool; everything else counts at 100. */
export function usablePercent(source: Source, settings: Settings): number {
  return source.kind === 'allocation' || source.kind === 'pool' ? settings.enforcement.fallbackAtPercent : 100;
}

/** D3, D5: whether a source has room up to a percentage of its size, by the tenant's admission. */
export function hasRoom(source: Source, percent: number, cost: Credits, settings: Settings): boolean {
  if (source.available === null) return true;
  const room = source.available * BigInt(percent) - (source.consumed + source.held) * 100n;
  return settings.enforcement.admission === 'never-exceed' ? room >= cost * 100n && room > 0n : room > 0n;
}

/** D5: agent flows have no grace on Copilot Credits; A5: `deny` ends all grace. */
function hasGrace(environment: Environment, caller: Caller, currency: Currency): boolean {
  return !environment.deny && !(caller === 'agent-flow' && currency !== 'ai-builder-credits');
}

function whyNot(source: Source): Reason {
  if (source.available === 0n) return 'empty';
  const spent = source.available !== null && source.consumed + source.held >= source.available;
  return spent ? 'spent' : 'too-small';
}

function tried(source: Source, usable: boolean, reason: Reason, percent: number): Tried {
  const { currency, kind, available, consumed, held } = source;
  return { currency, source: kind, available, consumed, held, usable, reason, percent };
}

function allowed(
  when: When,
  priced: Price,
  candidate: CurrencyPrice,
  source: Source | null,
  inOverage: boolean,
  explanation: Tried[],
): Allowed {
  const { currency, credits } = candidate;
  return { ...when, price: priced, free: null, currency, credits, source, inOverage, explanation };
}

/** D11: usage that has already happened is charged in overage where a decision would refuse. */
function recordAnyway(ledger: Ledger, environment: Environment, action: Action, refused: Refused): Allowed {
  const { at, month, era, resetsOn } = refused;
  const when: When = { at, month, era, resetsOn };
  const candidates = candidatesOf(action, refused.price, refused.era);
  for (const candidate of candidates) {
    const source = overageSource(sourcesOf(ledger, environment, refused.month, candidate.currency, refused.at));
    if (source) return allowed(when, refused.price, candidate, source, true, refused.explanation);
  }
  // Without a rate in any currency of the caller, what it would have cost in another is recorded, on no source.
  const candidate = candidates[0] ?? refused.price.prices[0];
  if (!candidate) throw new Error(`capability ${action.capability} was priced in no currency`);
  return allowed(when, refused.price, candidate, null, true, refused.explanation);
}

const MESSAGES = {
  agent: 'This agent is currently unavailable. It has reached its usage limit.',
  aiBuilder: 'All AI Builder credits in this environment have been consumed.',
  missing: 'Missing Copilot Credit or AI Builder credit capacity.',
} as const;

/** D6: the refusal that people know, with its figures and the remedies that apply. */
function refuseForCredits(
  ledger: Ledger,
  environment: Environment,
  action: Action,
  priced: Price,
  when: When,
  sourcesByCurrency: { candidate: CurrencyPrice; sources: Source[] }[],
  explanation: Tried[],
): Refused {
  const anyCapacity = sourcesByCurrency.some(({ sources }) =>
    sources.some((source) => source.available === null || source.available > 0n),
  );
  const code = anyCapacity ? 'QuotaExceeded' : 'EntitlementNotAvailable';
  const figures = sourcesByCurrency.map(({ sources }) => overageSource(sources)).find((source) => source !== undefined);
  const message = isAgentic(action.caller)
    ? MESSAGES.agent
    : figures?.currency === 'ai-builder-credits'
      ? MESSAGES.aiBuilder
      : MESSAGES.missing;
  const available = formatCredits(figures?.available ?? NO_CREDITS);
  const consumed = formatCredits(figures?.consumed ?? NO_CREDITS);
  const remedies = remediesOf(
    ledger,
    environment,
    sourcesByCurrency.map(({ candidate }) => candidate),
    when,
  );
  // Late usage (C3) belongs to a month whose reset has passed: waiting does not help it.
  if (code === 'QuotaExceeded' && when.resetsOn > dayOf(ledger.now)) remedies.push({ action: 'wait', date: when.resetsOn });
  const held = figures && figures.held > 0n ? `, ${formatCredits(figures.held)} held` : '';
  const detail = anyCapacity
    ? `${message} ${consumed} of ${available} credits are used${held} in ${when.month}; they reset on ${when.resetsOn}.`
    : `${message} Environment ${environment.id} has no capacity that ${action.caller} may use for ${action.capability}.`;
  return {
    ...when,
    price: priced,
    explanation,
    refusal: refuse(code, detail, { available, consumed, resetsOn: when.resetsOn, remedies }),
  };
}
