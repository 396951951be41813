// What a decision answers (D7): its price, its explanation, and the consumption that was recorded. Everything is read from the activity
// record alone, so that a replay, a capture and the activity say the same.

import { type Static, Type } from 'typebox';
import type { ActivityRecord } from '../core/activity.ts';
import type { RefusalWithDecision } from '../core/command.ts';
import { CURRENCIES, formatCredits } from '../core/credits.ts';
import { explainReason, type Tried } from '../core/explanation.ts';
import { formatInstant } from '../core/month.ts';
import type { Price } from '../core/rate-card.ts';
import type { Refusal, RefusalCode } from '../core/refusal.ts';
import { amount, currency, fields, nullable, oneOf } from './schema.ts';

export const SOURCES = ['trial', 'allocation', 'pool', 'extension', 'pre-purchase', 'pay-as-you-go'] as const;
const FREE_REASONS = ['test', 'training', 'preview', 'zero-rated', 'free-capability'] as const;
const ERAS = ['capacity', 'dual-mode', 'add-on-only'] as const;
const CODES_OF_A_REFUSED_CHECK = ['LimitReached', 'QuotaExceeded', 'EntitlementNotAvailable', 'PreviewModelsDisabled'] as const;

/** What a request that decides an action may be refused with. */
export const DECISION_REFUSALS: RefusalCode[] = [
  'NotFound',
  'UnknownCapability',
  'UnknownModel',
  'PeriodClosed',
  'LimitReached',
  'QuotaExceeded',
  'EntitlementNotAvailable',
  'PreviewModelsDisabled',
];

export const era = oneOf(ERAS);
export const source = oneOf(SOURCES);

export const price = fields(
  {
    prices: Type.Array(fields({ currency, units: Type.Integer(), credits: amount }), {
      description: 'AI Builder before Copilot Credits; only currencies with a rate',
    }),
    rateCard: Type.String({ examples: ['2025-11'] }),
    tier: Type.Optional(oneOf(['basic', 'standard', 'premium'])),
    feature: nullable(Type.String({ description: 'the feature of Copilot Studio that it counts as' })),
  },
  { title: 'Price' },
);

export const explanation = Type.Array(
  fields(
    {
      currency,
      source,
      available: nullable(amount),
      consumed: amount,
      held: amount,
      usable: Type.Boolean(),
      reason: Type.String({ description: 'why it was or was not used, in words' }),
    },
    { title: 'TriedSource' },
  ),
  { description: 'each source that was tried, in order; available null = no limit' },
);

/** What a consumption, a capture, an allowed check and the activity have in common. */
export const decisionFields = {
  environmentId: Type.String(),
  occurredAt: Type.String(),
  currency: nullable(currency),
  credits: amount,
  source: nullable(source),
  billable: Type.Boolean({ description: 'charged at all, also in overage' }),
  free: nullable(oneOf(FREE_REASONS)),
  inOverage: Type.Boolean(),
  era,
  price,
  explanation,
  holdId: Type.Optional(Type.String({ description: 'the hold that was captured' })),
};

export const consumption = fields(
  { id: Type.String(), decision: Type.Literal('allowed'), ...decisionFields },
  { title: 'Consumption' },
);
export const allowedCheck = fields({ decision: Type.Literal('allowed'), ...decisionFields }, { title: 'AllowedCheck' });
/** D6: the figures of a refusal for credits, and what helps. */
export const refusalFigures = {
  available: Type.Optional(amount),
  consumed: Type.Optional(amount),
  resetsOn: Type.Optional(Type.String()),
  remedies: Type.Optional(
    Type.Array(
      fields({ action: Type.String(), credits: Type.Optional(amount), date: Type.Optional(Type.String()) }, { title: 'Remedy' }),
    ),
  ),
};

export const refusedCheck = Type.Object(
  {
    decision: Type.Literal('refused'),
    code: oneOf(CODES_OF_A_REFUSED_CHECK),
    detail: Type.String(),
    ...refusalFigures,
    era,
    price,
    explanation,
  },
  { title: 'RefusedCheck' },
);

type DecisionFields = Omit<Static<typeof consumption>, 'id' | 'decision'>;

export function priceAnswer({ prices, rateCard, tier, feature }: Price): Static<typeof price> {
  // A record that was read from the store may have them in another order than the rate card.
  const inOrder =
    prices.length < 2 ? prices : [...prices].sort((a, b) => CURRENCIES.indexOf(a.currency) - CURRENCIES.indexOf(b.currency));
  return {
    prices: inOrder.map((each) => ({ currency: each.currency, units: each.units, credits: formatCredits(each.credits) })),
    rateCard,
    ...(tier === null ? {} : { tier }),
    feature,
  };
}

export function explanationAnswer(tried: readonly Tried[]): Static<typeof explanation> {
  return tried.map((row) => ({
    currency: row.currency,
    source: row.source,
    available: row.available === null ? null : formatCredits(row.available),
    consumed: formatCredits(row.consumed),
    held: formatCredits(row.held),
    usable: row.usable,
    reason: explainReason(row),
  }));
}

export function decisionAnswer(record: ActivityRecord): DecisionFields {
  return {
    environmentId: record.action.environmentId,
    occurredAt: formatInstant(record.occurredAt),
    currency: record.currency,
    credits: formatCredits(record.credits),
    source: record.source,
    billable: record.status === 'charged' || record.status === 'in-overage',
    free: record.free,
    inOverage: record.inOverage,
    era: record.era,
    price: priceAnswer(record.price),
    explanation: explanationAnswer(record.explanation),
    ...(record.holdId === null ? {} : { holdId: record.holdId }),
  };
}

export function consumptionAnswer(record: ActivityRecord): Static<typeof consumption> {
  return { id: record.id, decision: 'allowed', ...decisionAnswer(record) };
}

export function checkAnswer(record: ActivityRecord): Static<typeof allowedCheck> | Static<typeof refusedCheck> {
  if (record.refusal === null) return { decision: 'allowed', ...decisionAnswer(record) };
  const { refused, detail, members } = record.refusal;
  return {
    decision: 'refused',
    code: refused as Static<typeof refusedCheck>['code'],
    detail,
    ...members,
    era: record.era,
    price: priceAnswer(record.price),
    explanation: explanationAnswer(record.explanation),
  };
}

/** D7: a refusal that was decided says its era, price and explanation as an allowed action does. */
export function explainedRefusal(refusal: Refusal): Refusal {
  if (!('decision' in refusal)) return refusal;
  const { decision, ...rest } = refusal as RefusalWithDecision;
  const explained = {
    era: decision.era,
    price: priceAnswer(decision.price),
    explanation: explanationAnswer(decision.explanation),
  };
  return { ...rest, members: { ...rest.members, ...explained } };
}
