// What an environment may draw from, how large each source is and what counts against it (A3–A7, D4, D9, X1–X3), by the reference model:
// added up from the entries and the open holds each time.

import { above, micro, ONE, sum } from './amount.ts';
import {
  AI_BUILDER,
  type Book,
  COPILOT,
  type Currency,
  type Entry,
  type Environment,
  SESSIONS,
  type SourceName,
  type Trial,
} from './book.ts';
import { dayAt } from './calendar.ts';
import { ownedFor, prePurchasesOf, sizeOf } from './owned.ts';

export interface Source {
  currency: Currency;
  name: SourceName;
  /** null: without a limit. */
  available: bigint | null;
  consumed: bigint;
  held: bigint;
  /** D3: up to which per cent of its size it is usable. */
  percent: number;
  entitlementId: string | null;
  planId: string | null;
}

export const TRIAL_CREDITS = micro('200000');
const EXTENSION_CREDITS = micro('200000');

export function consumedWhere(book: Book, matches: (entry: Entry, index: number) => boolean): bigint {
  let total = 0n;
  for (const [index, entry] of book.entries.entries()) if (matches(entry, index)) total += entry.credits;
  return total;
}

export function heldWhere(
  book: Book,
  matches: (entry: Omit<Entry, 'currency'> & { currency: Currency | null }) => boolean,
): bigint {
  let total = 0n;
  for (const hold of book.holds.values()) if (hold.status === 'open' && matches(hold)) total += hold.credits;
  return total;
}

const isPrepaid = (source: SourceName | null) => source === 'allocation' || source === 'pool';

/** A6: an environment's prepaid month-to-date; D9: as recorded up to now, or as computed last. */
export function monthToDate(book: Book, environmentId: string, currency: Currency, month: string): bigint {
  const isSeen = seenBy(book, month);
  return consumedWhere(
    book,
    (entry, index) =>
      entry.environmentId === environmentId &&
      entry.currency === currency &&
      entry.month === month &&
      isPrepaid(entry.source) &&
      isSeen(entry, index),
  );
}

/** D9, C2: a month without a computation counts 0. */
function seenBy(book: Book, month: string): (entry: Entry, index: number) => boolean {
  if (book.settings.enforcement.view === 'realtime') return () => true;
  const computation = book.computations.get(month);
  if (!computation) return () => false;
  const { entries, firstUnseenDay } = computation;
  return (entry, index) => index < entries && (firstUnseenDay === null || dayAt(entry.at) < firstUnseenDay);
}

export function prepaidHeld(book: Book, environmentId: string, currency: Currency, month: string): bigint {
  return heldWhere(
    book,
    (hold) =>
      hold.environmentId === environmentId && hold.currency === currency && hold.month === month && isPrepaid(hold.source),
  );
}

/** A2: as set; 0 = none. */
export function allocationOf(environment: Environment, currency: Currency): bigint {
  return environment.deleted ? 0n : (environment.allocations.get(currency) ?? 0n);
}

export function allocatedInAll(book: Book, currency: Currency): bigint {
  return sum([...book.environments.values()].map((environment) => allocationOf(environment, currency)));
}

/** A7. */
export function allocationInForce(book: Book, environment: Environment, currency: Currency, at: number): bigint {
  const [owned, all] = [ownedFor(book, currency, at), allocatedInAll(book, currency)];
  const asSet = allocationOf(environment, currency);
  return owned < all ? ((asSet * owned) / all / ONE) * ONE : asSet;
}

/** A3: what is unallocated. */
export function poolSize(book: Book, currency: Currency, at: number): bigint {
  return above(ownedFor(book, currency, at), allocatedInAll(book, currency));
}

/** A4, A5. */
export function mayUsePool(book: Book, environment: Environment, currency: Currency): boolean {
  if (environment.deny) return false;
  if (currency !== AI_BUILDER) return environment.drawFromTenantPool;
  return book.settings.consumeUnallocatedAiBuilderCredits && allocationOf(environment, currency) === 0n;
}

export interface Share {
  consumed: bigint;
  held: bigint;
}

/** A6: which part of an environment's month is the pool's; the rest is its allocation's. */
export function poolShare(book: Book, environment: Environment, currency: Currency, month: string, at: number): Share {
  const consumed = monthToDate(book, environment.id, currency, month);
  const held = prepaidHeld(book, environment.id, currency, month);
  const allocation = allocationOf(environment, currency);
  if (allocation === 0n) return { consumed, held };
  if (currency === AI_BUILDER || !environment.drawFromTenantPool || environment.deny || poolSize(book, currency, at) === 0n) {
    return { consumed: 0n, held: 0n };
  }
  return { consumed: above(consumed, allocation), held: above(consumed + held, allocation) - above(consumed, allocation) };
}

export function poolUse(book: Book, currency: Currency, month: string, at: number): Share {
  const shares = [...book.environments.values()].map((environment) => poolShare(book, environment, currency, month, at));
  return { consumed: sum(shares.map((share) => share.consumed)), held: sum(shares.map((share) => share.held)) };
}

/** D4, in its order. `userId` null: of nobody in particular. */
export function sourcesOf(
  book: Book,
  environment: Environment,
  currency: Currency,
  month: string,
  at: number,
  userId: string | null,
): Source[] {
  const { fallbackAtPercent } = book.settings.enforcement;
  const sources: Source[] = [];
  const add = (name: SourceName, available: bigint | null, use: Share, rest: Partial<Source> = {}) =>
    sources.push({ currency, name, available, ...use, percent: 100, entitlementId: null, planId: null, ...rest });

  const trial = currency === AI_BUILDER && userId !== null ? book.trials.get(userId) : undefined;
  if (trial && trial.startsAt <= at && at < trial.endsAt) add('trial', TRIAL_CREDITS, trialUse(book, trial));

  const hasAllocation = allocationOf(environment, currency) > 0n;
  if (hasAllocation) {
    // D3: with the whole month-to-date of the environment.
    const whole = {
      consumed: monthToDate(book, environment.id, currency, month),
      held: prepaidHeld(book, environment.id, currency, month),
    };
    add('allocation', allocationInForce(book, environment, currency, at), whole, { percent: fallbackAtPercent });
  }
  if (mayUsePool(book, environment, currency)) {
    add('pool', poolSize(book, currency, at), poolUse(book, currency, month, at), { percent: fallbackAtPercent });
  }
  const own = sources.find((source) => source.name === 'allocation' || source.name === 'pool');

  if (currency === AI_BUILDER && own && own.available! > 0n && !environment.deny) {
    const given = book.extensions.filter((each) => each === month).length;
    const isOfIt = (entry: { source: SourceName | null; month: string }) => entry.source === 'extension' && entry.month === month;
    if (given > 0)
      add('extension', EXTENSION_CREDITS * BigInt(given), {
        consumed: consumedWhere(book, isOfIt),
        held: heldWhere(book, isOfIt),
      });
  }
  if (currency === COPILOT && !environment.deny) {
    for (const entitlement of prePurchasesOf(book)) {
      const isOfIt = (entry: { entitlementId: string | null }) => entry.entitlementId === entitlement.id;
      const use = { consumed: consumedWhere(book, isOfIt), held: heldWhere(book, isOfIt) };
      add('pre-purchase', sizeOf(entitlement), use, { entitlementId: entitlement.id });
    }
    const plan = environment.billingPlanId === null ? undefined : book.plans.get(environment.billingPlanId);
    if (plan?.status === 'Enabled') {
      const isOfIt = (entry: { planId: string | null; month: string }) => entry.planId === plan.id && entry.month === month;
      add(
        'pay-as-you-go',
        plan.monthlyLimit,
        { consumed: consumedWhere(book, isOfIt), held: heldWhere(book, isOfIt) },
        { planId: plan.id },
      );
    }
  }
  return sources;
}

/** X1: what was drawn in the period that runs, or ran last; trials span months. */
export function trialUse(book: Book, trial: Trial): Share {
  const isOfIt = (entry: { source: SourceName | null; userId: string }) =>
    entry.source === 'trial' && entry.userId === trial.userId;
  return {
    consumed: consumedWhere(book, (entry, index) => index >= trial.entriesBefore && isOfIt(entry)),
    held: heldWhere(book, isOfIt),
  };
}

/** D5: the last prepaid source that exists ("available > 0"): the pool, where it is not empty by size, else the allocation. */
export function lastPrepaidOf(sources: readonly Source[]): Source | undefined {
  const existing = (name: SourceName) => sources.find((source) => source.name === name && source.available! > 0n);
  return existing('pool') ?? existing('allocation');
}

/** D3, D5: whether there is room below a percentage of its size. */
export function hasRoom(book: Book, source: Source, percent: number, cost: bigint): boolean {
  if (source.available === null) return true;
  const remainder = source.available * BigInt(percent) - (source.consumed + source.held) * 100n;
  return remainder > 0n && (book.settings.enforcement.admission === 'until-exhausted' || remainder >= cost * 100n);
}

/** Section 6, D1: in which order a caller's currencies are tried; sessions wherever Copilot Credits are. */
export function currenciesFor(caller: string, at: number): Currency[] {
  if (caller === 'agent' || caller === 'agent-flow') return [COPILOT, SESSIONS];
  return dayAt(at) < '2025-11-01' ? [AI_BUILDER] : [AI_BUILDER, COPILOT, SESSIONS];
}
