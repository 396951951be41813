// Capacity: what an environment may draw from, how large each source is and what counts against it (A3–A8, D4).
// What an environment or the pool has consumed is never stored as "from here": it follows from the environment's month and
// the allocations in force, so an administrator's change re-attributes at once (A6).

import { type Credits, type Currency, floorToWhole, least, minus, NO_CREDITS, plus } from './credits.ts';
import { prePurchaseSize, prePurchases } from './entitlement.ts';
import {
  type BillingPlan,
  billingPlanMonth,
  type Environment,
  type EnvironmentMonth,
  enabledPlan,
  environmentMonth,
  type Ledger,
  owned,
  type TrackedEntitlement,
  tenantMonth,
} from './ledger.ts';
import type { Instant, Month } from './month.ts';

export type SourceKind = 'trial' | 'allocation' | 'pool' | 'extension' | 'pre-purchase' | 'pay-as-you-go';

/** The figures that a decision compares. */
export interface Figures {
  /** null = no limit. */
  available: Credits | null;
  consumed: Credits;
  held: Credits;
}

export interface Source extends Figures {
  currency: Currency;
  kind: SourceKind;
  /** The pre-purchase that is drawn. */
  entitlement?: TrackedEntitlement;
  /** The plan that is billed. */
  plan?: BillingPlan;
}

/** A3, A7: the pool's size: owned less what is allocated, as set; 0 where more is allocated than owned. */
export function poolSize(ledger: Ledger, currency: Currency, actionAt: Instant): Credits {
  const size = owned(ledger, currency, actionAt) - ledger.allocated[currency];
  return (size > 0n ? size : 0n) as Credits;
}

/** A7: the allocation in force: as set, or in proportion (whole credits, rounded down) where more is allocated than owned. */
export function allocationInForce(ledger: Ledger, environment: Environment, currency: Currency, actionAt: Instant): Credits {
  const asSet = environment.allocations[currency];
  if (asSet === 0n) return NO_CREDITS;
  const ownedNow = owned(ledger, currency, actionAt);
  const sum = ledger.allocated[currency];
  return sum > ownedNow ? floorToWhole(((asSet * ownedNow) / sum) as Credits) : asSet;
}

export function hasAllocation(environment: Environment, currency: Currency): boolean {
  return environment.deletedAt === null && environment.allocations[currency] > 0n;
}

/** Whether an environment's own switches let it draw from the pool (A4, A5), whatever the pool's size. */
export function mayDrawFromPool(ledger: Ledger, environment: Environment, currency: Currency): boolean {
  if (environment.deny) return false;
  if (currency === 'ai-builder-credits') {
    return !hasAllocation(environment, currency) && ledger.settings.consumeUnallocatedAiBuilderCredits;
  }
  return environment.drawFromTenantPool;
}

/** A6: whether what is above an allocation is the pool's. */
function spills(environment: Environment, currency: Currency): boolean {
  return currency !== 'ai-builder-credits' && environment.drawFromTenantPool && !environment.deny;
}

/** A6: what the pool has consumed and holds in a month. */
export function poolUse(ledger: Ledger, month: Month, currency: Currency, size: Credits): { consumed: Credits; held: Credits } {
  const sums = tenantMonth(ledger, month, currency);
  if (size === 0n) return { consumed: sums.unallocatedConsumed, held: sums.unallocatedHeld };
  return {
    consumed: plus(sums.unallocatedConsumed, sums.spilledConsumed),
    held: plus(sums.unallocatedHeld, minus(sums.spilledTotal, sums.spilledConsumed)),
  };
}

/** A6: what of an environment's month counts against its allocation; the figures that administrators are shown. */
export function allocationUse(
  ledger: Ledger,
  environment: Environment,
  month: Month,
  currency: Currency,
  actionAt: Instant,
): { consumed: Credits; held: Credits } {
  const { consumed, held } = environmentMonth(environment, month, currency);
  if (!spills(environment, currency) || poolSize(ledger, currency, actionAt) === 0n) return { consumed, held };
  const allocation = environment.allocations[currency];
  const own = least(consumed, allocation);
  return { consumed: own, held: minus(least(plus(consumed, held), allocation), own) };
}

/**
 * D4: the sources of one currency that an environment may draw from, in their order, with the figures that a decision
 * compares. An allocation is compared with the whole month-to-date of its environment (A6).
 */
export function sourcesOf(
  ledger: Ledger,
  environment: Environment,
  month: Month,
  currency: Currency,
  actionAt: Instant,
): Source[] {
  const sources: Source[] = [];
  if (hasAllocation(environment, currency)) {
    const { consumed, held } = environmentMonth(environment, month, currency);
    sources.push({
      currency,
      kind: 'allocation',
      available: allocationInForce(ledger, environment, currency, actionAt),
      consumed,
      held,
    });
  }
  if (mayDrawFromPool(ledger, environment, currency)) {
    const size = poolSize(ledger, currency, actionAt);
    sources.push({ currency, kind: 'pool', available: size, ...poolUse(ledger, month, currency, size) });
  }
  if (currency !== 'copilot-credits' || environment.deny) return sources;
  for (const entitlement of prePurchases(ledger.entitlements, currency, ledger.now) as TrackedEntitlement[]) {
    const { drawn, held } = entitlement;
    sources.push({ currency, kind: 'pre-purchase', available: prePurchaseSize(entitlement), consumed: drawn, held, entitlement });
  }
  const plan = enabledPlan(ledger, environment);
  if (plan) {
    const { consumed, held } = billingPlanMonth(plan, month);
    sources.push({ currency, kind: 'pay-as-you-go', available: plan.monthlyLimit, consumed, held, plan });
  }
  return sources;
}

/** D5: the prepaid source on which actions of a currency run in overage: the last of allocation and pool that is not empty by size. */
export function overageSource(sources: readonly Source[]): Source | undefined {
  return sources.findLast(
    (source) => (source.kind === 'allocation' || source.kind === 'pool') && source.available !== null && source.available > 0n,
  );
}

/** Σ of an environment's month as the tenant's sums keep it. */
function share(environment: Environment, currency: Currency, counters: EnvironmentMonth) {
  const { consumed, held } = counters;
  const none = { unallocatedConsumed: 0n, unallocatedHeld: 0n, spilledConsumed: 0n, spilledTotal: 0n };
  if (!hasAllocation(environment, currency)) return { ...none, unallocatedConsumed: consumed, unallocatedHeld: held };
  if (!spills(environment, currency)) return none;
  const allocation = environment.allocations[currency];
  const above = (amount: bigint) => (amount > allocation ? amount - allocation : 0n);
  return { ...none, spilledConsumed: above(consumed), spilledTotal: above(consumed + held) };
}

function addShare(
  ledger: Ledger,
  environment: Environment,
  month: Month,
  currency: Currency,
  counters: EnvironmentMonth,
  sign: 1n | -1n,
): void {
  const sums = tenantMonth(ledger, month, currency);
  const of = share(environment, currency, counters);
  sums.unallocatedConsumed = (sums.unallocatedConsumed + sign * of.unallocatedConsumed) as Credits;
  sums.unallocatedHeld = (sums.unallocatedHeld + sign * of.unallocatedHeld) as Credits;
  sums.spilledConsumed = (sums.spilledConsumed + sign * of.spilledConsumed) as Credits;
  sums.spilledTotal = (sums.spilledTotal + sign * of.spilledTotal) as Credits;
  sums.changed = true;
}

/** Adds to (or, negative, takes from) the prepaid consumption and holds of an environment's month, and to the tenant's sums. */
export function addPrepaid(
  ledger: Ledger,
  environment: Environment,
  month: Month,
  currency: Currency,
  add: { consumed: Credits; held: Credits },
): void {
  const counters = environmentMonth(environment, month, currency);
  addShare(ledger, environment, month, currency, counters, -1n);
  counters.consumed = plus(counters.consumed, add.consumed);
  counters.held = plus(counters.held, add.held);
  counters.changed = true;
  addShare(ledger, environment, month, currency, counters, 1n);
  const sums = tenantMonth(ledger, month, currency);
  sums.consumed = plus(sums.consumed, add.consumed);
  sums.held = plus(sums.held, add.held);
}

/** A6: re-attributes an environment's months around a change of its allocation or its switches. */
export function reattribute(ledger: Ledger, environment: Environment, change: () => void): void {
  const eachMonth = (sign: 1n | -1n) => {
    for (const [month, counters] of environment.months) {
      for (const [currency, of] of Object.entries(counters) as [Currency, EnvironmentMonth][]) {
        if (of.consumed !== 0n || of.held !== 0n) addShare(ledger, environment, month, currency, of, sign);
      }
    }
  };
  eachMonth(-1n);
  change();
  eachMonth(1n);
}
