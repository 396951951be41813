// Remedies (D6): what would help against a refusal for credits, in the order of the rule.

import { PAY_AS_YOU_GO_ENVIRONMENT_TYPES } from './catalogue.ts';
import { type Credits, type Currency, formatCredits } from './credits.ts';
import { canBuyAddOn } from './entitlement.ts';
import { type Environment, enabledPlan, environmentMonth, type Ledger, owned, seenConsumption, type When } from './ledger.ts';
import { dayOf, type Instant, type Month } from './month.ts';
import type { CurrencyPrice } from './rate-card.ts';

export type RemedyAction =
  | 'reallocate'
  | 'buy-add-on'
  | 'buy-copilot-credits'
  | 'allocate-copilot-credits'
  | 'link-pay-as-you-go'
  | 'wait';

export interface Remedy {
  action: RemedyAction;
  /** What would fill the gap. */
  credits?: string;
  /** When it passes by itself. */
  date?: string;
}

/** D6: what helps, in the order of the rule; `wait` is added by its code. */
export function remediesOf(ledger: Ledger, environment: Environment, candidates: CurrencyPrice[], when: When): Remedy[] {
  const remedies: Remedy[] = [];
  const priceIn = (currency: Currency) => candidates.find((candidate) => candidate.currency === currency);
  const aiBuilder = priceIn('ai-builder-credits');
  const copilot = priceIn('copilot-credits');
  if (aiBuilder && isElsewhere(ledger, environment, 'ai-builder-credits', when.at)) {
    remedies.push({ action: 'reallocate', ...gap(ledger, environment, when.month, aiBuilder) });
  }
  if (aiBuilder && canBuyAddOn(ledger.entitlements, dayOf(ledger.now), ledger.now)) remedies.push({ action: 'buy-add-on' });
  if (copilot) remedies.push({ action: 'buy-copilot-credits' });
  if (copilot && isElsewhere(ledger, environment, 'copilot-credits', when.at)) {
    remedies.push({ action: 'allocate-copilot-credits', ...gap(ledger, environment, when.month, copilot) });
  }
  const linkable =
    PAY_AS_YOU_GO_ENVIRONMENT_TYPES.includes(environment.type) && !enabledPlan(ledger, environment) && !environment.deny;
  if (copilot && linkable) remedies.push({ action: 'link-pay-as-you-go' });
  return remedies;
}

/** Whether credits of a currency are unallocated, or allocated to another environment. */
function isElsewhere(ledger: Ledger, environment: Environment, currency: Currency, at: Instant): boolean {
  const own = environment.allocations[currency];
  return owned(ledger, currency, at) > ledger.allocated[currency] || ledger.allocated[currency] > own;
}

/** The credits that would fill the gap: month-to-date + held + cost − allocation. */
function gap(ledger: Ledger, environment: Environment, month: Month, candidate: CurrencyPrice): { credits?: string } {
  const counters = environmentMonth(environment, month, candidate.currency);
  const missing = (seenConsumption(ledger, counters) +
    counters.held +
    candidate.credits -
    environment.allocations[candidate.currency]) as Credits;
  return missing > 0n ? { credits: formatCredits(missing) } : {};
}
