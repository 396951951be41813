// The decision (section 6, with what is free of section 5), by the reference model: who pays for an action, or why nobody does.

import { written } from './amount.ts';
import {
  type Action,
  AI_BUILDER,
  type Book,
  COPILOT,
  type Currency,
  type Environment,
  environmentOf,
  isNo,
  type Limit,
  type No,
  no,
  type Scope,
} from './book.ts';
import { DAY, dayAt, MINUTE, midnight, monthAfter, monthAt, monthBefore } from './calendar.ts';
import { isAddOnForSale, ownedFor } from './owned.ts';
import { type Price, type PriceIn, priceOf } from './price.ts';
import {
  allocatedInAll,
  allocationOf,
  consumedWhere,
  currenciesFor,
  hasRoom,
  heldWhere,
  lastPrepaidOf,
  monthToDate,
  prepaidHeld,
  type Source,
  sourcesOf,
} from './sources.ts';

export type Tried = [currency: string, source: string, available: string | null, consumed: string, held: string, usable: boolean];

export interface Verdict {
  at: number;
  month: string;
  era: string;
  resetsOn: string;
  price: Price;
  status: 'charged' | 'in-overage' | 'free' | 'refused';
  free: string | null;
  currency: Currency | null;
  credits: bigint;
  source: Source | null;
  explanation: Tried[];
  refusal: No | null;
}

/** C3: the current month, the next one within five minutes, and last month for some days. */
export function isOpenMonth(book: Book, month: string): boolean {
  const current = monthAt(book.now);
  if (month >= current) return true;
  return month === monthBefore(current) && book.now < midnight(current) + book.settings.lateUsageDays * DAY;
}

export function eraOf(at: number): string {
  const day = dayAt(at);
  return day < '2025-11-01' ? 'capacity' : day < '2026-11-01' ? 'dual-mode' : 'add-on-only';
}

export function resetDay(month: string): string {
  return `${monthAfter(month)}-01`;
}

export function decide(book: Book, action: Action): Verdict | No {
  const environment = environmentOf(book, action.environmentId);
  if (!environment) return no('NotFound');
  const at = action.occurredAt ?? book.now;
  if (at > book.now + 5 * MINUTE) return no('InvalidRequest');
  const month = monthAt(at);
  if (!isOpenMonth(book, month)) return no('PeriodClosed');
  const price = priceOf(book.capabilities, action, at);
  if (isNo(price)) return price;

  const verdict: Verdict = {
    ...{ at, month, era: eraOf(at), resetsOn: resetDay(month), price },
    ...{ status: 'refused', free: null, currency: null, credits: 0n, source: null, explanation: [], refusal: null },
  };
  const candidates = currenciesFor(action.caller, at).flatMap((currency) =>
    price.prices.filter((each) => each.currency === currency),
  );
  const refuseOr = (refusal: No, explanation: Tried[]): Verdict =>
    action.recordOnly ? recordAnyway(book, environment, verdict, candidates, explanation) : { ...verdict, explanation, refusal };

  // F6 before all others, also in tests.
  if (price.isPromptOnPreviewModel && !environment.previewModels) return refuseOr(no('PreviewModelsDisabled'), []);
  const free = freeReason(action, price);
  if (free !== null) return { ...verdict, status: 'free', free };

  const options = candidates.map((candidate) => ({
    candidate,
    sources: sourcesOf(book, environment, candidate.currency, month, at, action.userId),
  }));
  const explanation: Tried[] = [];
  const payer = findPayer(book, environment, action, options, explanation);
  // D13: of what would pay, else of the first currency that may be used.
  const meant = payer?.candidate ?? candidates[0];
  const stopping = meant ? limitsThatStop(book, action, month, meant) : [];
  if (stopping.length > 0) return refuseOr(limitReached(book, month, verdict.resetsOn, stopping), explanation);
  if (payer === null) return refuseOr(spentOrNothing(book, environment, action, options, verdict), explanation);
  return {
    ...verdict,
    status: payer.inOverage ? 'in-overage' : 'charged',
    currency: payer.candidate.currency,
    credits: payer.candidate.credits,
    source: payer.source,
    explanation,
  };
}

/** F1–F4. */
function freeReason(action: Action, price: Price): string | null {
  if (action.mode === 'test' && action.caller !== 'agent-flow') return 'test';
  if (action.mode === 'train') return 'training';
  if (action.preview && price.isAiModel) return 'preview';
  if (price.isFree) return 'free-capability';
  const isInternal = action.channel === 'teams' || action.channel === 'sharepoint' || action.channel === 'm365-copilot';
  const isThroughAgent = action.caller === 'agent' || (action.caller === 'agent-flow' && action.startedByAgent);
  const isCopilot = price.prices.some((each) => each.currency === COPILOT);
  return action.m365Copilot && isInternal && isThroughAgent && isCopilot && price.mayBeZeroRated ? 'zero-rated' : null;
}

interface Option {
  candidate: PriceIn;
  sources: Source[];
}

interface Payer {
  candidate: PriceIn;
  source: Source;
  inOverage: boolean;
}

/** D3, D4, then D5. D7: what was tried is told; of pre-purchases that are spent the first eight. */
function findPayer(book: Book, environment: Environment, action: Action, options: Option[], explanation: Tried[]): Payer | null {
  for (const { candidate, sources } of options) {
    for (const source of sources) {
      const usable = hasRoom(book, source, source.percent, candidate.credits);
      const spentBefore = explanation.filter(([, name]) => name === 'pre-purchase').length;
      if (usable || source.name !== 'pre-purchase' || spentBefore < 8) explanation.push(tried(source, usable));
      if (usable) return { candidate, source, inOverage: false };
    }
  }
  if (environment.deny) return null; // A5
  for (const { candidate, sources } of options) {
    if (action.caller === 'agent-flow' && candidate.currency !== AI_BUILDER) continue;
    const source = lastPrepaidOf(sources);
    if (source && hasRoom(book, source, book.settings.enforcement.blockAtPercent, candidate.credits)) {
      return { candidate, source, inOverage: true };
    }
  }
  return null;
}

function tried({ currency, name, available, consumed, held }: Source, usable: boolean): Tried {
  return [currency, name, available === null ? null : written(available), written(consumed), written(held), usable];
}

/** D11: to the source of D5 whatever its room, of the first currency that has one; else to none. */
function recordAnyway(
  book: Book,
  environment: Environment,
  verdict: Verdict,
  candidates: PriceIn[],
  explanation: Tried[],
): Verdict {
  const recorded: Verdict = { ...verdict, status: 'in-overage', explanation };
  for (const { currency, credits } of candidates) {
    const source = lastPrepaidOf(sourcesOf(book, environment, currency, verdict.month, verdict.at, null));
    if (source) return { ...recorded, currency, credits, source };
  }
  // The specification does not say what it costs where no currency of its caller has a rate: what it would cost in the first that has.
  const { currency, credits } = candidates[0] ?? verdict.price.prices[0]!;
  return { ...recorded, currency, credits };
}

export function isInScope(
  scope: Scope,
  use: { environmentId: string; userId: string; resourceId: string | null; capability: string },
): boolean {
  return Object.entries(scope).every(([key, value]) => use[key as keyof Scope] === value);
}

/** D13: what counts against a limit in a month: every credit of its currency that is charged in its scope. */
export function limitUse(book: Book, limit: Limit, month: string): { consumed: bigint; held: bigint } {
  const counts = (use: Parameters<typeof isInScope>[1] & { currency: Currency | null; month: string }) =>
    use.currency === limit.currency && use.month === month && isInScope(limit.scope, use);
  return { consumed: consumedWhere(book, counts), held: heldWhere(book, counts) };
}

function limitsThatStop(book: Book, action: Action, month: string, { currency, credits }: PriceIn): Limit[] {
  const use = { ...action, resourceId: action.resource?.id ?? null };
  return [...book.limits.values()].filter((limit) => {
    if (!limit.stop || limit.currency !== currency || !isInScope(limit.scope, use)) return false;
    const { consumed, held } = limitUse(book, limit, month);
    const remainder = limit.monthly - consumed - held;
    return remainder <= 0n || (book.settings.enforcement.admission === 'never-exceed' && remainder < credits);
  });
}

/** Where several limits stop an action, any of them may be named. */
function limitReached(book: Book, month: string, resetsOn: string, stopping: Limit[]): No {
  return no('LimitReached', {
    resetsOn,
    remedies: waiting(book, resetsOn),
    anyOf: stopping.map((limit) => [limit.id, written(limit.monthly), written(limitUse(book, limit, month).consumed)].join(' ')),
  });
}

/** Waiting does not help usage of a month whose reset has passed (C3). */
function waiting(book: Book, resetsOn: string): object[] {
  return resetsOn > dayAt(book.now) ? [{ action: 'wait', date: resetsOn }] : [];
}

/** D6. */
function spentOrNothing(book: Book, environment: Environment, action: Action, options: Option[], verdict: Verdict): No {
  const { month, at, resetsOn } = verdict;
  const hasAny = options.some(({ sources }) => sources.some((source) => source.available === null || source.available > 0n));
  const figures = options.map(({ sources }) => lastPrepaidOf(sources)).find((source) => source !== undefined);
  const isAgentic = action.caller === 'agent' || action.caller === 'agent-flow';
  const message = isAgentic ? 'This agent' : figures?.currency === AI_BUILDER ? 'All AI Builder' : 'Missing';
  const remedies: object[] = [];
  const candidateIn = (currency: Currency) => options.find(({ candidate }) => candidate.currency === currency)?.candidate;
  const [aiBuilder, copilot] = [candidateIn(AI_BUILDER), candidateIn(COPILOT)];
  const fill = ({ currency, credits }: PriceIn) => {
    const used = monthToDate(book, environment.id, currency, month) + prepaidHeld(book, environment.id, currency, month);
    const gap = used + credits - allocationOf(environment, currency);
    return gap > 0n ? { credits: written(gap) } : {};
  };
  /** Credits that are unallocated, or allocated to others. */
  const isElsewhere = (currency: Currency) => {
    const all = allocatedInAll(book, currency);
    return ownedFor(book, currency, at) > all || all > allocationOf(environment, currency);
  };
  if (aiBuilder && isElsewhere(AI_BUILDER)) remedies.push({ action: 'reallocate', ...fill(aiBuilder) });
  if (aiBuilder && isAddOnForSale(book, dayAt(book.now))) remedies.push({ action: 'buy-add-on' });
  if (copilot) remedies.push({ action: 'buy-copilot-credits' });
  if (copilot && isElsewhere(COPILOT)) remedies.push({ action: 'allocate-copilot-credits', ...fill(copilot) });
  const plan = environment.billingPlanId === null ? undefined : book.plans.get(environment.billingPlanId);
  const isLinkable =
    (environment.type === 'production' || environment.type === 'sandbox') && plan?.status !== 'Enabled' && !environment.deny;
  if (copilot && isLinkable) remedies.push({ action: 'link-pay-as-you-go' });
  return no(hasAny ? 'QuotaExceeded' : 'EntitlementNotAvailable', {
    available: written(figures?.available ?? 0n),
    consumed: written(figures?.consumed ?? 0n),
    resetsOn,
    remedies: [...remedies, ...(hasAny ? waiting(book, resetsOn) : [])],
    message,
  });
}
