// History: consumption that another product has measured and reported (M4, M5), recorded as it is: nothing is priced or refused for
// credits (D11). An open month takes it, and a closed one only if it lies before the month in which the tenant began here: what
// was recorded here and is closed never changes (C3).

import type { Action, Caller, Channel, Resource } from './action.ts';
import { hasAllocation, type SourceKind } from './capacity.ts';
import { eraAt } from './catalogue.ts';
import { type Credits, type Currency, NO_CREDITS } from './credits.ts';
import { isOpen } from './decision.ts';
import { type Environment, findEnvironment, type Ledger } from './ledger.ts';
import { DAY_MS, type Day, dayOf, type Instant, monthOf, monthOfDay, resetOf, startOfDay } from './month.ts';
import type { Price } from './rate-card.ts';
import { type Refusal, refuse, refuseField } from './refusal.ts';

export interface HistoryEntry {
  environmentId: string;
  userId: string;
  day: Day;
  caller: Caller;
  resource: Resource | null;
  /** Of the catalogue where it could be told, else any word. */
  capability: string;
  feature: string | null;
  model: string | null;
  channel: Channel | null;
  m365Copilot: boolean;
  currency: Currency;
  credits: Credits;
  /** What it was charged to; `non-billed`: what it would have cost (F4). */
  kind: 'prepaid' | 'pay-as-you-go' | 'trial' | 'non-billed';
  labels: Readonly<Record<string, string>> | null;
}

/** The name of the rate card of what was priced elsewhere. */
const IMPORTED = 'imported';

export interface RecordedHistory {
  at: Instant;
  action: Action;
  price: Price;
  environment: Environment;
  currency: Currency | null;
  credits: Credits;
  source: SourceKind | null;
}

/** What an entry is recorded as; refuses `NotFound`, `InvalidRequest` (in the future), `PeriodClosed`. */
export function decideHistory(ledger: Ledger, entry: HistoryEntry): RecordedHistory | Refusal {
  const environment = findEnvironment(ledger, entry.environmentId);
  if (!environment)
    return refuseField('NotFound', '/environmentId', `no environment ${JSON.stringify(entry.environmentId)} in this tenant`);
  if (entry.day > dayOf(ledger.now))
    return refuseField('InvalidRequest', '/day', `${entry.day} is in the future: it is ${dayOf(ledger.now)}`);
  const month = monthOfDay(entry.day);
  if (!isOpen(month, ledger.now, ledger.settings) && month >= monthOf(ledger.beganAt)) {
    return refuse(
      'PeriodClosed',
      `${month} is closed: history is taken for open months and for months before ${monthOf(ledger.beganAt)}, when this tenant began here`,
    );
  }
  // Noon, or now where that is still to come.
  const at = Math.min(startOfDay(entry.day) + DAY_MS / 2, ledger.now) as Instant;
  const billed = entry.kind !== 'non-billed';
  return {
    at,
    environment,
    action: actionOf(entry, at),
    price: priceOf(entry),
    currency: billed ? entry.currency : null,
    credits: billed ? entry.credits : NO_CREDITS,
    source: sourceOf(environment, entry),
  };
}

export function whenOf(at: Instant) {
  return { occurredAt: at, month: monthOf(at), era: eraAt(at), resetsOn: resetOf(monthOf(at)) };
}

function sourceOf(environment: Environment, { kind, currency }: HistoryEntry): SourceKind | null {
  switch (kind) {
    case 'prepaid':
      return hasAllocation(environment, currency) ? 'allocation' : 'pool';
    case 'pay-as-you-go':
    case 'trial':
      return kind;
    case 'non-billed':
      return null;
  }
}

function actionOf(entry: HistoryEntry, at: Instant): Action {
  const { environmentId, userId, caller, resource, capability, model, channel, m365Copilot, labels } = entry;
  return {
    environmentId,
    userId,
    caller,
    resource,
    capability,
    model,
    usage: {},
    mode: 'run',
    occurredAt: at,
    m365Copilot,
    channel,
    startedByAgent: false,
    preview: false,
    recordOnly: true,
    ...(labels ? { labels } : {}),
  };
}

function priceOf({ currency, credits, feature, model }: HistoryEntry): Price {
  return {
    prices: [{ currency, units: 1, credits }],
    rateCard: IMPORTED,
    tier: null,
    feature,
    model,
    free: false,
    previewIsFree: false,
    zeroRatable: false,
    previewModel: false,
  };
}
