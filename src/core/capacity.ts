// Capacity: what an environment may draw from, how large each source is and what counts against it (A3–A8, D4).
// What an environment or the pool has consumed is never stored as "from here": it follows from the environment's month and
// the allocations in force, so an administrator's change re-attributes at once (A6).

import { type Credits, type Currency, floorToWhole, least, minus, NO_CREDITS, plus } from './credits.ts';
import { prePurchaseSize, prePurchases } from './entitlement.ts';
import {
  type BillingPlan,
  billingPlanMonth,
  decidesStill,
  type Environment,
  type EnvironmentMonth,
  enabledPlan,
  environmentMonth,
  type Ledger,
  markChanged,
  owned,
  seenConsumption,
  seenSums,
  type TenantMonth,
  type TrackedEntitlement,
  tenantMonth,
} from './ledger.ts';
import type { Instant, Month } from './month.ts';
import { runningTrial, TRIAL } from './trial.ts';

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
  const seen = seenSums(ledger, sums);
  if (size === 0n) return { consumed: seen.unallocated, held: sums.unallocatedHeld };
  return {
    consumed: plus(seen.unallocated, seen.spilled),
    held: plus(sums.unallocatedHeld, minus(seen.spilledTotal, seen.spilled)),
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
  const counters = environmentMonth(environment, month, currency);
  const { held } = counters;
  const consumed = seenConsumption(ledger, counters);
  if (!spills(environment, currency) || poolSize(ledger, currency, actionAt) === 0n) return { consumed, held };
  const allocation = environment.allocations[currency];
  const own = least(consumed, allocation);
  return { consumed: own, held: minus(least(plus(consumed, held), allocation), own) };
}

/**
 * D4: the sources of one currency that an environment may draw from, in their order, with the figures that a decision
 * compares. An allocation is compared with the whole month-to-date of its environment (A6). The trial is that of `userId`, if any.
 */
export function sourcesOf(
  ledger: Ledger,
  environment: Environment,
  month: Month,
  currency: Currency,
  actionAt: Instant,
  userId: string | null = null,
): Source[] {
  const sources: Source[] = [];
  const trial = currency === 'ai-builder-credits' && userId !== null ? runningTrial(ledger, userId, actionAt) : undefined;
  if (trial) {
    const consumed = minus(trial.consumed, trial.consumedBefore);
    sources.push({ currency, kind: 'trial', available: TRIAL.credits, consumed, held: trial.held });
  }
  if (hasAllocation(environment, currency)) {
    const counters = environmentMonth(environment, month, currency);
    sources.push({
      currency,
      kind: 'allocation',
      available: allocationInForce(ledger, environment, currency, actionAt),
      consumed: seenConsumption(ledger, counters),
      held: counters.held,
    });
  }
  if (mayDrawFromPool(ledger, environment, currency)) {
    const size = poolSize(ledger, currency, actionAt);
    sources.push({ currency, kind: 'pool', available: size, ...poolUse(ledger, month, currency, size) });
  }
  if (environment.deny) return sources;
  if (currency === 'ai-builder-credits') {
    // X3: where allocation or pool exists and has a size.
    const { extensionSize, extensionConsumed, extensionHeld } = tenantMonth(ledger, month, currency);
    if (extensionSize > 0n && overageSource(sources)) {
      sources.push({
        currency,
        kind: 'extension',
        available: extensionSize,
        consumed: extensionConsumed,
        held: extensionHeld,
      });
    }
  }
  if (currency !== 'copilot-credits') return sources;
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

/** Adds an environment's month to the tenant's sums (or, negative, takes it out), as recorded and as computed. */
function addShare(
  ledger: Ledger,
  environment: Environment,
  month: Month,
  currency: Currency,
  counters: EnvironmentMonth,
  sign: 1n | -1n,
): void {
  const sums = tenantMonth(ledger, month, currency);
  const { consumed, computed, held } = counters;
  sums.changed = true;
  if (!hasAllocation(environment, currency)) {
    sums.unallocatedConsumed = (sums.unallocatedConsumed + sign * consumed) as Credits;
    sums.unallocatedComputed = (sums.unallocatedComputed + sign * computed) as Credits;
    sums.unallocatedHeld = (sums.unallocatedHeld + sign * held) as Credits;
    return;
  }
  if (!spills(environment, currency)) return;
  const allocation = environment.allocations[currency];
  const above = (amount: bigint) => (amount > allocation ? sign * (amount - allocation) : 0n);
  sums.spilledConsumed = (sums.spilledConsumed + above(consumed)) as Credits;
  sums.spilledTotal = (sums.spilledTotal + above(consumed + held)) as Credits;
  sums.spilledComputed = (sums.spilledComputed + above(computed)) as Credits;
  sums.spilledComputedTotal = (sums.spilledComputedTotal + above(computed + held)) as Credits;
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
  const sums = tenantMonth(ledger, month, currency);
  // An older month is not loaded when an allocation changes, so that its shares would go wrong: only its totals are kept.
  const attributed = decidesStill(ledger, month);
  if (attributed) addShare(ledger, environment, month, currency, counters, -1n);
  else Object.assign(sums, NO_SHARES);
  counters.consumed = plus(counters.consumed, add.consumed);
  counters.held = plus(counters.held, add.held);
  markChanged(ledger, environment, counters);
  if (attributed) addShare(ledger, environment, month, currency, counters, 1n);
  sums.consumed = plus(sums.consumed, add.consumed);
  sums.held = plus(sums.held, add.held);
  sums.changed = true;
}

const NO_SHARES = {
  unallocatedConsumed: NO_CREDITS,
  unallocatedHeld: NO_CREDITS,
  spilledConsumed: NO_CREDITS,
  spilledTotal: NO_CREDITS,
  unallocatedComputed: NO_CREDITS,
  spilledComputed: NO_CREDITS,
  spilledComputedTotal: NO_CREDITS,
} satisfies Partial<TenantMonth>;

/** C2: takes a computed figure for an environment's month. */
export function setComputed(ledger: Ledger, environment: Environment, month: Month, currency: Currency, computed: Credits): void {
  const counters = environmentMonth(environment, month, currency);
  addShare(ledger, environment, month, currency, counters, -1n);
  const sums = tenantMonth(ledger, month, currency);
  sums.computed = (sums.computed - counters.computed + computed) as Credits;
  counters.computed = computed;
  markChanged(ledger, environment, counters);
  addShare(ledger, environment, month, currency, counters, 1n);
}

/** A6: re-attributes an environment's months around a change of its allocation or its switches. */
export function reattribute(ledger: Ledger, environment: Environment, change: () => void): void {
  const eachMonth = (sign: 1n | -1n) => {
    for (const [month, counters] of environment.months) {
      if (!decidesStill(ledger, month)) continue;
      for (const [currency, of] of Object.entries(counters) as [Currency, EnvironmentMonth][]) {
        if (of.consumed !== 0n || of.held !== 0n || of.computed !== 0n) addShare(ledger, environment, month, currency, of, sign);
      }
    }
  };
  eachMonth(-1n);
  change();
  eachMonth(1n);
}
