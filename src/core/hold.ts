// Holds (D10): a reservation of the expected cost before a long call, captured with the real usage, released, or expired.
// Expiry ends the reservation, not the right to capture. A hold and its capture belong to the month of the hold's action.

import type { Action, Usage } from './action.ts';
import type { SourceKind } from './capacity.ts';
import { eraAt } from './catalogue.ts';
import { charge } from './charge.ts';
import { type Credits, type Currency, NO_CREDITS } from './credits.ts';
import { decide, isOpen, isRefused, type Refused } from './decision.ts';
import type { Tried } from './explanation.ts';
import type { FreeReason } from './free.ts';
import type { Ledger, TrackedHold, When } from './ledger.ts';
import { type Instant, type Month, monthOf, resetOf } from './month.ts';
import { noticeEnvironment } from './notice.ts';
import { type Price, price } from './rate-card.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';

export interface Hold {
  id: string;
  status: 'open' | 'captured' | 'released' | 'expired';
  action: Action;
  /** The moment of the action, and the month whose counters it holds on. */
  occurredAt: Instant;
  month: Month;
  createdAt: Instant;
  expiresAt: Instant;
  currency: Currency | null;
  credits: Credits;
  source: SourceKind | null;
  entitlementId: string | null;
  planId: string | null;
  free: FreeReason | null;
  inOverage: boolean;
  price: Price;
  /** The sources that were tried when the hold was decided. */
  explanation: Tried[];
  /** What was captured, and the number of its record; the store knows in which month that is stored. */
  capture: { usage: Usage; id: string; sequence: number; storedMonth: Month | null } | null;
}

/** Takes or gives back what an open hold reserves. */
function reserve(ledger: Ledger, hold: Hold, amount: Credits): void {
  if (hold.currency !== null)
    charge(ledger, hold.action, { ...hold, currency: hold.currency }, { consumed: NO_CREDITS, held: amount });
}

/** What a hold of an action would be, or why not; the decision is that of a consumption. */
export function decideHold(
  ledger: Ledger,
  action: Action,
  hold: { id: string; expiresInSeconds: number },
): TrackedHold | Refused | Refusal {
  const decision = decide(ledger, action);
  if (isRefusal(decision) || isRefused(decision)) return decision;
  return {
    id: hold.id,
    status: 'open',
    action,
    occurredAt: decision.at,
    month: decision.month,
    createdAt: ledger.now,
    expiresAt: (ledger.now + hold.expiresInSeconds * 1000) as Instant,
    currency: decision.currency,
    credits: decision.credits,
    source: decision.source?.kind ?? null,
    entitlementId: decision.source?.entitlement?.id ?? null,
    planId: decision.source?.plan?.id ?? null,
    free: decision.free,
    inOverage: decision.inOverage,
    price: decision.price,
    explanation: decision.explanation,
    capture: null,
    changed: true,
  };
}

/** Writes a hold to the ledger: from now on it counts as held. */
export function openHold(ledger: Ledger, hold: TrackedHold): void {
  ledger.holds.set(hold.id, hold);
  reserve(ledger, hold, hold.credits);
}

export type Capture =
  | { kind: 'record'; decision: CaptureDecision }
  /** The same was asked before: its first answer again. */
  | { kind: 'again' };

/** What a capture records: on the source of the hold, never refused for credits. */
export interface CaptureDecision extends When {
  price: Price;
  credits: Credits;
}

/** Decides a capture with the real usage; refuses `HoldClosed`, or `InvalidRequest` for usage of another unit. */
export function decideCapture(ledger: Ledger, hold: Hold, usage: Usage): Capture | Refusal {
  if (hold.status === 'captured') {
    if (hold.capture && sameUsage(hold.capture.usage, usage)) return { kind: 'again' };
    return refuse('HoldClosed', `hold ${hold.id} was captured already, with other usage; that record stands`);
  }
  if (hold.status === 'released')
    return refuse('HoldClosed', `hold ${hold.id} was released; record the usage as a consumption with recordOnly`);
  const priced = price({ ...hold.action, usage }, ledger.capabilities, hold.occurredAt);
  if ('refused' in priced) return priced;
  // To the current month if that of the hold is closed by now.
  const at = isOpen(hold.month, ledger.now, ledger.settings) ? hold.occurredAt : ledger.now;
  const month = monthOf(at);
  const credits =
    hold.currency === null ? NO_CREDITS : (priced.prices.find((each) => each.currency === hold.currency)?.credits ?? NO_CREDITS);
  return {
    kind: 'record',
    decision: { at, month, era: eraAt(at), resetsOn: resetOf(month), price: priced, credits },
  };
}

/** Writes a capture to the ledger: gives back what was reserved and charges what was used. */
export function captureHold(
  ledger: Ledger,
  hold: TrackedHold,
  usage: Usage,
  decision: CaptureDecision,
  record: { id: string; sequence: number },
): void {
  if (hold.status === 'open') reserve(ledger, hold, -hold.credits as Credits);
  if (hold.currency !== null) {
    const on = { ...hold, currency: hold.currency, month: decision.month };
    charge(ledger, hold.action, on, { consumed: decision.credits, held: NO_CREDITS });
    noticeEnvironment(ledger, ledger.environments.get(hold.action.environmentId)!, decision.month, [hold.currency]);
  }
  Object.assign(hold, {
    status: 'captured',
    capture: { usage, ...record, storedMonth: null },
    changed: true,
  } satisfies Partial<TrackedHold>);
}

/** Releases an open hold; a released one can be released again; refuses `HoldClosed` for a captured or expired one. */
export function releaseHold(ledger: Ledger, hold: TrackedHold): Refusal | null {
  if (hold.status === 'released') return null;
  if (hold.status !== 'open') return refuse('HoldClosed', `hold ${hold.id} is ${hold.status} and cannot be released`);
  reserve(ledger, hold, -hold.credits as Credits);
  Object.assign(hold, { status: 'released', changed: true } satisfies Partial<TrackedHold>);
  return null;
}

/** Ends the reservation of every loaded hold that is due. */
export function expireDueHolds(ledger: Ledger): void {
  for (const hold of ledger.holds.values()) {
    if (hold.status !== 'open' || hold.expiresAt > ledger.now) continue;
    ledger.changed = true;
    reserve(ledger, hold, -hold.credits as Credits);
    Object.assign(hold, { status: 'expired', changed: true } satisfies Partial<TrackedHold>);
  }
}

function sameUsage(a: Usage, b: Usage): boolean {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Usage>;
  return [...fields].every((field) => a[field] === b[field]);
}
