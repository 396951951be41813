// Charging: writing to the ledger what a decision, a hold or a capture costs, on the counters of its source.

import { addPrepaid, type SourceKind } from './capacity.ts';
import { type Credits, type Currency, plus } from './credits.ts';
import { billingPlanMonth, type Environment, environmentMonth, type Ledger, tenantMonth } from './ledger.ts';
import type { Month } from './month.ts';

/** Writes what an allowed action is charged (`consumed`) or reserves (`held`) to its source; negative amounts take it back. */
export function charge(
  ledger: Ledger,
  environment: Environment,
  on: { month: Month; currency: Currency; source: SourceKind | null; entitlementId: string | null; planId: string | null },
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
      counters.changed = true;
      return;
    }
    case 'pay-as-you-go': {
      const plan = ledger.plans.get(on.planId ?? '');
      if (!plan) throw new Error(`the billing plan ${on.planId} that is charged was not loaded`);
      const billed = billingPlanMonth(plan, on.month);
      billed.consumed = plus(billed.consumed, add.consumed);
      billed.held = plus(billed.held, add.held);
      billed.changed = true;
      const counters = environmentMonth(environment, on.month, on.currency);
      counters.payAsYouGo = plus(counters.payAsYouGo, add.consumed);
      counters.changed = true;
      const sums = tenantMonth(ledger, on.month, on.currency);
      sums.payAsYouGo = plus(sums.payAsYouGo, add.consumed);
      sums.changed = true;
      return;
    }
    case 'trial':
    case 'extension':
      throw new Error(`source ${on.source} is not offered yet`);
    case null:
      return;
    default:
      on.source satisfies never;
  }
}
