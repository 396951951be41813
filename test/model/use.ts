// What callers do, by the reference model: consume, hold, capture, release (D10), and history that was measured elsewhere.

import { written } from './amount.ts';
import { type Action, type Book, environmentOf, type Hold, isNo, no, type Usage } from './book.ts';
import { DAY, dayAt, midnight, monthAt } from './calendar.ts';
import type { Command, HistoryEntry, Told } from './command.ts';
import { decide, eraOf, isOpenMonth, resetDay, type Verdict } from './decide.ts';
import { type Price, priceOf } from './price.ts';
import { allocationOf } from './sources.ts';

function verdictTold({ price, refusal, ...verdict }: Verdict): Told {
  const { status, currency, credits, source, free, month, era, resetsOn, at, explanation } = verdict;
  const about = { month, era, resetsOn, at, ...priceTold(price), explanation };
  if (refusal) return { ...refusal, ...about };
  const { entitlementId = null, planId = null } = source ?? {};
  return { status, currency, credits: written(credits), source: source?.name ?? null, entitlementId, planId, free, ...about };
}

function priceTold({ prices, rateCard, tier, feature, model }: Price): Told {
  return {
    prices: prices.map(({ currency, units, credits }) => `${units}: ${written(credits)} ${currency}`),
    rateCard,
    tier,
    feature,
    model,
  };
}

export function consume(book: Book, action: Action): Told {
  const verdict = decide(book, action);
  if (isNo(verdict)) return { ...verdict };
  if (verdict.currency !== null) {
    const { at, month, currency, credits, source } = verdict;
    book.entries.push({ ...scopeOf(action), at, month, currency, credits, ...placeOf(source) });
  }
  return verdictTold(verdict);
}

function scopeOf({ environmentId, userId, capability, resource }: Action) {
  return { environmentId, userId, capability, resourceId: resource?.id ?? null };
}

function placeOf(source: Verdict['source']) {
  return { source: source?.name ?? null, entitlementId: source?.entitlementId ?? null, planId: source?.planId ?? null };
}

export function hold(book: Book, { id, action, expiresInSeconds }: Extract<Command, { do: 'hold' }>): Told {
  const verdict = decide(book, action);
  if (isNo(verdict)) return { ...verdict };
  if (verdict.refusal) return verdictTold(verdict);
  const { at, month, currency, credits, free, source, status, explanation } = verdict;
  const expiresAt = book.now + expiresInSeconds * 1000;
  book.holds.set(id, {
    ...{
      ...scopeOf(action),
      id,
      status: 'open',
      action,
      expiresAt,
      at,
      month,
      currency,
      credits,
      free,
      explanation,
      captured: null,
    },
    ...{ ...placeOf(source), inOverage: status === 'in-overage' },
  });
  return holdTold(book.holds.get(id)!);
}

function holdTold({
  status,
  currency,
  credits,
  source,
  entitlementId,
  planId,
  inOverage,
  free,
  expiresAt,
  month,
  at,
}: Hold): Told {
  return { status, currency, credits: written(credits), source, entitlementId, planId, inOverage, free, expiresAt, month, at };
}

/** D10: never refused for credits; the same again is nothing, another is `HoldClosed`. */
export function capture(book: Book, holdId: string, usage: Usage): Told {
  const held = book.holds.get(holdId);
  if (!held) return { ...no('NotFound') };
  const said = JSON.stringify(Object.entries(usage).sort());
  if (held.status === 'captured') return held.captured!.usage === said ? held.captured!.told : { ...no('HoldClosed') };
  if (held.status === 'released') return { ...no('HoldClosed') };
  const price = priceOf(book.capabilities, { ...held.action, usage }, held.at);
  if (isNo(price)) return { ...price };
  // The month of the hold's action, or the current one if that is closed.
  const at = isOpenMonth(book, held.month) ? held.at : book.now;
  const month = monthAt(at);
  const { currency, source, entitlementId, planId, free } = held;
  const credits = price.prices.find((each) => each.currency === currency)?.credits ?? 0n;
  if (currency !== null)
    book.entries.push({ ...scopeOf(held.action), at, month, currency, source, credits, entitlementId, planId });
  held.status = 'captured';
  const status = free !== null ? 'free' : held.inOverage ? 'in-overage' : 'charged';
  const when = { month, era: eraOf(at), resetsOn: resetDay(month), at };
  const charged = { status, currency, credits: written(credits), source, entitlementId, planId, free };
  held.captured = { usage: said, told: { ...charged, ...when, ...priceTold(price), explanation: held.explanation } };
  return held.captured.told;
}

export function release(book: Book, holdId: string): Told {
  const held = book.holds.get(holdId);
  if (!held) return { ...no('NotFound') };
  if (held.status === 'captured' || held.status === 'expired') return { ...no('HoldClosed') };
  held.status = 'released';
  return holdTold(held);
}

export function expireHolds(book: Book, now: number): void {
  for (const held of book.holds.values()) if (held.status === 'open' && held.expiresAt <= now) held.status = 'expired';
}

/** Consumption that was measured elsewhere: in an open month, or in one before the tenant began here. */
export function recordHistory(book: Book, entry: HistoryEntry): Told {
  const environment = environmentOf(book, entry.environmentId);
  if (!environment) return { ...no('NotFound') };
  if (entry.day > dayAt(book.now)) return { ...no('InvalidRequest') };
  const month = entry.day.slice(0, 7);
  if (!isOpenMonth(book, month) && month >= monthAt(book.beganAt)) return { ...no('PeriodClosed') };
  const at = Math.min(midnight(entry.day) + DAY / 2, book.now);
  const { currency, credits, kind, environmentId, userId, capability, resource } = entry;
  const isBilled = kind !== 'non-billed';
  const prepaidSource = allocationOf(environment, currency) > 0n ? 'allocation' : 'pool';
  const source = !isBilled ? null : kind === 'prepaid' ? prepaidSource : kind;
  if (isBilled) {
    // A trial that is told of may have been none of ours: then it counts against none.
    const trial = book.trials.get(userId);
    const isForeign = source === 'trial' && !(trial && trial.startsAt <= at && at < trial.endsAt);
    const use = { environmentId, userId, capability, resourceId: resource?.id ?? null, at, month, currency, credits };
    book.entries.push({ ...use, source: isForeign ? null : source, entitlementId: null, planId: null });
  }
  const charged = isBilled
    ? { status: 'charged', currency, credits: written(credits), free: null }
    : { status: 'free', currency: null, credits: '0', free: 'zero-rated' };
  return { ...charged, source, month, at };
}
