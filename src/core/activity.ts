// Activity (M6): the record of an action as it was decided: charged, in overage, free (F5), or refused. It is all that is needed to
// answer the same again, to explain the decision (D7), and to count the usage (C4). Records are never changed.

import type { Action } from './action.ts';
import type { SourceKind } from './capacity.ts';
import type { EraId } from './catalogue.ts';
import { type Credits, type Currency, NO_CREDITS } from './credits.ts';
import { type Decision, isAllowed, isRefused, type Refused } from './decision.ts';
import type { Tried } from './explanation.ts';
import type { FreeReason } from './free.ts';
import { type RecordedHistory, whenOf } from './history.ts';
import type { CaptureDecision, Hold } from './hold.ts';
import type { Ledger } from './ledger.ts';
import type { Day, Instant, Month } from './month.ts';
import type { Price } from './rate-card.ts';
import type { Refusal } from './refusal.ts';

export const RECORD_STATUSES = ['charged', 'in-overage', 'free', 'refused'] as const;
export type RecordStatus = (typeof RECORD_STATUSES)[number];

export interface ActivityRecord {
  id: string;
  /** 1..n in its tenant, without gaps (I9). */
  sequence: number;
  recordedAt: Instant;
  occurredAt: Instant;
  month: Month;
  era: EraId;
  resetsOn: Day;
  action: Action;
  status: RecordStatus;
  price: Price;
  /** null: free or refused. */
  currency: Currency | null;
  credits: Credits;
  source: SourceKind | null;
  entitlementId: string | null;
  planId: string | null;
  free: FreeReason | null;
  inOverage: boolean;
  explanation: Tried[];
  /** Of a refused action. */
  refusal: Refusal | null;
  /** The hold that was captured. */
  holdId: string | null;
}

function append(ledger: Ledger, record: Omit<ActivityRecord, 'sequence' | 'recordedAt'>): ActivityRecord {
  ledger.sequence += 1;
  ledger.changed = true;
  const complete = { ...record, sequence: ledger.sequence, recordedAt: ledger.now };
  ledger.records.push(complete);
  return complete;
}

/** Records a decision that allowed or refused; bad input is not recorded. */
export function recordDecision(ledger: Ledger, id: string, action: Action, decision: Exclude<Decision, Refusal>): ActivityRecord {
  if (isRefused(decision)) return recordRefused(ledger, id, action, decision);
  const { at, month, era, resetsOn, price, currency, credits, source, free, inOverage, explanation } = decision;
  return append(ledger, {
    id,
    occurredAt: at,
    month,
    era,
    resetsOn,
    action,
    status: free ? 'free' : inOverage ? 'in-overage' : 'charged',
    price,
    currency,
    credits,
    source: source?.kind ?? null,
    entitlementId: source?.entitlement?.id ?? null,
    planId: source?.plan?.id ?? null,
    free,
    inOverage,
    explanation,
    refusal: null,
    holdId: null,
  });
}

function recordRefused(ledger: Ledger, id: string, action: Action, refused: Refused): ActivityRecord {
  return append(ledger, {
    id,
    occurredAt: refused.at,
    month: refused.month,
    era: refused.era,
    resetsOn: refused.resetsOn,
    action,
    status: 'refused',
    price: refused.price,
    currency: null,
    credits: NO_CREDITS,
    source: null,
    entitlementId: null,
    planId: null,
    free: null,
    inOverage: false,
    explanation: refused.explanation,
    refusal: refused.refusal,
    holdId: null,
  });
}

/** Records what a capture used, on the source that its hold reserved (D10). */
export function recordCapture(
  ledger: Ledger,
  id: string,
  hold: Hold,
  usage: Action['usage'],
  decision: CaptureDecision,
): ActivityRecord {
  const { at, month, era, resetsOn, price, credits } = decision;
  return append(ledger, {
    id,
    occurredAt: at,
    month,
    era,
    resetsOn,
    action: { ...hold.action, usage },
    status: hold.free ? 'free' : hold.inOverage ? 'in-overage' : 'charged',
    price,
    currency: hold.currency,
    credits,
    source: hold.source,
    entitlementId: hold.entitlementId,
    planId: hold.planId,
    free: hold.free,
    inOverage: hold.inOverage,
    explanation: hold.explanation,
    refusal: null,
    holdId: hold.id,
  });
}

/** Records what another product has measured (history.ts). */
export function recordHistory(ledger: Ledger, id: string, history: RecordedHistory): ActivityRecord {
  const { action, price, currency, credits, source } = history;
  return append(ledger, {
    id,
    ...whenOf(history.at),
    action,
    status: currency === null ? 'free' : 'charged',
    price,
    currency,
    credits,
    source,
    entitlementId: null,
    planId: null,
    free: currency === null ? 'zero-rated' : null,
    inOverage: false,
    explanation: [],
    refusal: null,
    holdId: null,
  });
}

/** What a decision would be recorded as, without recording it: for a check. */
export function previewOf(ledger: Ledger, id: string, action: Action, decision: Exclude<Decision, Refusal>): ActivityRecord {
  const aside: Ledger = { ...ledger, records: [] };
  return isAllowed(decision) ? recordDecision(aside, id, action, decision) : recordRefused(aside, id, action, decision);
}
