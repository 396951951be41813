// Charging: writing to the ledger what a decision, a hold or a capture costs, on the counters of its source and of the limits in whose
// scope it is.

import type { Action } from './action.ts';
import { addPrepaid, type SourceKind } from './capacity.ts';
import { type Credits, type Currency, plus } from './credits.ts';
import { type Decision, isAllowed, isOpen, isRefused } from './decision.ts';
import { billingPlanMonth, type Environment, environmentMonth, type Ledger, markChanged, tenantMonth } from './ledger.ts';
import { countLimits } from './limit.ts';
import type { Month } from './month.ts';
import { noticeEnvironment, noticeLimit } from './notice.ts';
import type { Refusal } from './refusal.ts';

export interface Charged {
  month: Month;
  currency: Currency;
  source: SourceKind | null;
  entitlementId: string | null;
  planId: string | null;
}

/** Writes what an allowed action is charged (`consumed`) or reserves (`held`) to its source; negative amounts take it back. */
export function charge(ledger: Ledger, action: Action, on: Charged, add: { consumed: Credits; held: Credits }): void {
  const environment = ledger.environments.get(action.environmentId);
  if (!environment) throw new Error(`environment ${action.environmentId} that is charged was not loaded`);
  chargeSource(ledger, environment, action, on, add);
  const limits = countLimits(ledger, action, on.month, on.currency, add);
  // Of a closed month (history) nobody needs to be told.
  if (add.consumed > 0n && isOpen(on.month, ledger.now, ledger.settings))
    for (const limit of limits) noticeLimit(ledger, limit, on.month);
}

function chargeSource(
  ledger: Ledger,
  environment: Environment,
  action: Action,
  on: Charged,
  add: { consumed: Credits; held: Credits },
): void {
  switch (on.source) {
    case 'allocation':
    case 'pool':
      addPrepaid(ledger, environment, on.month, on.currency, add);
      return;
    case 'pre-purchase': {
      const entitlement = ledger.entitlements.find((each) => each.id === on.entitlementId);
      if (!entitlement) throw new Error(`the pre-purchase ${on.entitlementId} that is charged was not loaded`);
      entitlement.drawn = plus(entitlement.drawn, add.consumed);
      entitlement.held = plus(entitlement.held, add.held);
      entitlement.changed = true;
      const counters = environmentMonth(environment, on.month, on.currency);
      counters.prePurchase = plus(counters.prePurchase, add.consumed);
      markChanged(ledger, environment, counters);
      return;
    }
    case 'pay-as-you-go': {
      // History that was billed elsewhere is on no plan of ours.
      if (on.planId !== null) {
        const plan = ledger.plans.get(on.planId);
        if (!plan) throw new Error(`the billing plan ${on.planId} that is charged was not loaded`);
        const billed = billingPlanMonth(plan, on.month);
        billed.consumed = plus(billed.consumed, add.consumed);
        billed.held = plus(billed.held, add.held);
        billed.changed = true;
      }
      const counters = environmentMonth(environment, on.month, on.currency);
      counters.payAsYouGo = plus(counters.payAsYouGo, add.consumed);
      markChanged(ledger, environment, counters);
      const sums = tenantMonth(ledger, on.month, on.currency);
      sums.payAsYouGo = plus(sums.payAsYouGo, add.consumed);
      sums.changed = true;
      return;
    }
    case 'trial': {
      // X2: neither the environment's month nor the pool.
      const trial = ledger.trials.get(action.userId);
      if (!trial) throw new Error(`the trial of ${action.userId} that is charged was not loaded`);
      trial.consumed = plus(trial.consumed, add.consumed);
      trial.held = plus(trial.held, add.held);
      trial.changed = true;
      return;
    }
    case 'extension': {
      const sums = tenantMonth(ledger, on.month, on.currency);
      sums.extensionConsumed = plus(sums.extensionConsumed, add.consumed);
      sums.extensionHeld = plus(sums.extensionHeld, add.held);
      sums.changed = true;
      return;
    }
    case null:
      return;
    default:
      on.source satisfies never;
  }
}

/**
 * N2: tells of what a decision brought about: of its environment, where its source is no longer what it was, and of the limit that
 * stopped it. Nearly every action leaves its source far from every threshold: that is seen without working out the status.
 */
export function noticeDecision(ledger: Ledger, action: Action, decision: Exclude<Decision, Refusal>): void {
  const environment = ledger.environments.get(action.environmentId)!;
  if (isRefused(decision)) {
    if (decision.limit) noticeLimit(ledger, decision.limit, decision.month);
    else if (decision.explanation.length > 0)
      noticeEnvironment(ledger, environment, decision.month, [...new Set(decision.explanation.map((row) => row.currency))]);
    return;
  }
  if (!isAllowed(decision) || decision.currency === null) return;
  if (decision.explanation.length === 1 && decision.source) {
    const { kind, available, consumed, held } = decision.source;
    const { nearAtPercent, enforcement } = ledger.settings;
    if ((kind !== 'allocation' && kind !== 'pool') || available === null) return;
    const threshold = available * BigInt(Math.min(nearAtPercent, enforcement.fallbackAtPercent));
    if ((consumed + held + decision.credits) * 100n < threshold) return;
  }
  const currencies = new Set([decision.currency, ...decision.explanation.map((row) => row.currency)]);
  noticeEnvironment(ledger, environment, decision.month, [...currencies]);
}
