// A recount: every counter of a ledger computed anew from its records, open holds, computations and allocations, by the letter of A6,
// C2, D13 and X1–X3, with nothing of the ledger's own sums. Where a counter differs from its recount, the counter is wrong.

import type { Action } from '../../src/core/action.ts';
import { type Credits, CURRENCIES, type Currency } from '../../src/core/credits.ts';
import type { Environment, Ledger, TrackedLimit } from '../../src/core/ledger.ts';
import { addMonths, DAY_MS, dayOf, type Instant, type Month, monthOf, startOfDay } from '../../src/core/month.ts';

type Figures = Record<string, bigint>;

/** Every figure that is not 0, by its name: `2026-03 copilot-credits pool consumed`. */
export type Counters = Record<string, bigint>;

class Tally {
  readonly figures: Figures = {};
  add(name: string, amount: bigint): void {
    const sum = (this.figures[name] ?? 0n) + amount;
    if (sum === 0n) delete this.figures[name];
    else this.figures[name] = sum;
  }
}

/** What the ledger says. */
export function counted(ledger: Ledger): Counters {
  const tally = new Tally();
  for (const environment of ledger.environments.values()) {
    for (const [month, currencies] of environment.months) {
      for (const currency of CURRENCIES) {
        const { changed: _, noticed: __, ...figures } = currencies[currency];
        for (const [name, amount] of Object.entries(figures)) tally.add(`${month} ${currency} ${environment.id} ${name}`, amount);
      }
    }
  }
  for (const [month, currencies] of ledger.months) {
    for (const currency of CURRENCIES) {
      const { changed: _, ...figures } = currencies[currency];
      for (const [name, amount] of Object.entries(figures)) {
        if (month < lastMonth(ledger) && /^(unallocated|spilled)/.test(name)) continue;
        tally.add(`${month} ${currency} tenant ${name}`, amount);
      }
    }
  }
  for (const plan of ledger.plans.values()) {
    for (const [month, { consumed, held }] of plan.months) {
      tally.add(`${month} plan ${plan.id} consumed`, consumed);
      tally.add(`${month} plan ${plan.id} held`, held);
    }
  }
  for (const { id, drawn, held } of ledger.entitlements) {
    tally.add(`entitlement ${id} drawn`, drawn);
    tally.add(`entitlement ${id} held`, held);
  }
  for (const { userId, consumed, held } of ledger.trials.values()) {
    tally.add(`trial ${userId} consumed`, consumed);
    tally.add(`trial ${userId} held`, held);
  }
  for (const limit of ledger.limits.values()) {
    for (const [month, { consumed, held }] of limit.months) {
      if (month < lastMonth(ledger)) continue;
      tally.add(`${month} limit ${limit.id} consumed`, consumed);
      tally.add(`${month} limit ${limit.id} held`, held);
    }
  }
  for (const currency of CURRENCIES) tally.add(`${currency} allocated`, ledger.allocated[currency]);
  return tally.figures;
}

/** Older months decide nothing: their shares are not kept up when an allocation changes, nor counted anew when a limit is set. */
function lastMonth(ledger: Ledger): Month {
  return addMonths(monthOf(ledger.now), -1);
}

/** What was charged, and what is held, as records and open holds say it. */
interface Entry {
  month: Month;
  environmentId: string;
  action: Action;
  kind: 'consumed' | 'held';
  currency: Currency | null;
  source: string | null;
  credits: Credits;
  planId: string | null;
  entitlementId: string | null;
  recordedAt: Instant | null;
  occurredAt: Instant;
}

function entriesOf(ledger: Ledger): Entry[] {
  return [
    ...ledger.records.map((record) => ({ ...record, environmentId: record.action.environmentId, kind: 'consumed' as const })),
    ...[...ledger.holds.values()]
      .filter((hold) => hold.status === 'open')
      .map((hold) => ({ ...hold, environmentId: hold.action.environmentId, recordedAt: null, kind: 'held' as const })),
  ];
}

/** What it should say. */
export function recounted(ledger: Ledger): Counters {
  const tally = new Tally();
  // The prepaid month of each environment and currency: what the sums of the tenant follow from.
  const prepaid = new Map<
    string,
    { environment: Environment; month: Month; currency: Currency; consumed: bigint; held: bigint; computed: bigint }
  >();
  const computations = lastComputations(ledger);
  for (const entry of entriesOf(ledger)) {
    const { month, environmentId, kind, currency, source, credits, planId, entitlementId } = entry;
    if (currency === null || source === null) continue;
    const ofEnvironment = `${month} ${currency} ${environmentId}`;
    switch (source) {
      case 'allocation':
      case 'pool': {
        const environment = ledger.environments.get(environmentId)!;
        const sum = prepaid.get(ofEnvironment) ?? { environment, month, currency, consumed: 0n, held: 0n, computed: 0n };
        sum[kind] += credits;
        if (isComputed(ledger, entry, computations)) sum.computed += credits;
        prepaid.set(ofEnvironment, sum);
        break;
      }
      case 'pre-purchase':
        tally.add(`entitlement ${entitlementId} ${kind === 'consumed' ? 'drawn' : 'held'}`, credits);
        if (kind === 'consumed') tally.add(`${ofEnvironment} prePurchase`, credits);
        break;
      case 'pay-as-you-go':
        // History that was billed elsewhere is on no plan.
        if (planId !== null) tally.add(`${month} plan ${planId} ${kind}`, credits);
        if (kind === 'consumed') tally.add(`${ofEnvironment} payAsYouGo`, credits);
        if (kind === 'consumed') tally.add(`${month} ${currency} tenant payAsYouGo`, credits);
        break;
      case 'trial':
        // History tells of trials that were given elsewhere, too.
        if (ledger.trials.has(entry.action.userId)) tally.add(`trial ${entry.action.userId} ${kind}`, credits);
        break;
      case 'extension':
        tally.add(`${month} ${currency} tenant ${kind === 'consumed' ? 'extensionConsumed' : 'extensionHeld'}`, credits);
        break;
      default:
        throw new Error(`no source ${source} in this ledger`);
    }
  }
  for (const { environment, month, currency, consumed, held, computed } of prepaid.values()) {
    for (const [name, amount] of Object.entries({ consumed, held, computed })) {
      tally.add(`${month} ${currency} ${environment.id} ${name}`, amount);
      tally.add(`${month} ${currency} tenant ${name}`, amount);
    }
    if (month < lastMonth(ledger)) continue;
    const name = `${month} ${currency} tenant`;
    const allocation = environment.deletedAt === null ? environment.allocations[currency] : 0n;
    if (allocation === 0n) {
      tally.add(`${name} unallocatedConsumed`, consumed);
      tally.add(`${name} unallocatedComputed`, computed);
      tally.add(`${name} unallocatedHeld`, held);
    } else if (currency !== 'ai-builder-credits' && environment.drawFromTenantPool && !environment.deny) {
      const above = (amount: bigint) => (amount > allocation ? amount - allocation : 0n);
      tally.add(`${name} spilledConsumed`, above(consumed));
      tally.add(`${name} spilledTotal`, above(consumed + held));
      tally.add(`${name} spilledComputed`, above(computed));
      tally.add(`${name} spilledComputedTotal`, above(computed + held));
    }
  }
  for (const { month, credits } of ledger.extensions) tally.add(`${month} ai-builder-credits tenant extensionSize`, credits);
  for (const limit of ledger.limits.values()) {
    for (const [month, { consumed, held }] of limitSums(ledger, limit)) {
      tally.add(`${month} limit ${limit.id} consumed`, consumed);
      tally.add(`${month} limit ${limit.id} held`, held);
    }
  }
  for (const environment of ledger.environments.values()) {
    if (environment.deletedAt !== null) continue;
    for (const currency of CURRENCIES) tally.add(`${currency} allocated`, environment.allocations[currency]);
  }
  return tally.figures;
}

/** D13: what counts in the scope of a limit, month by month, whatever the source. */
export function limitSums(
  ledger: Ledger,
  { scope, currency }: Pick<TrackedLimit, 'scope' | 'currency'>,
): Map<Month, { consumed: Credits; held: Credits }> {
  const sums = new Map<Month, { consumed: Credits; held: Credits }>();
  for (const { month, kind, action, currency: charged, credits } of entriesOf(ledger)) {
    const { environmentId, userId, capability, resource } = action;
    const said = { environmentId, userId, capability, resourceId: resource?.id };
    const inScope = Object.entries(scope).every(([key, wanted]) => said[key as keyof typeof said] === wanted);
    if (month < lastMonth(ledger) || charged !== currency || !inScope) continue;
    const sum = sums.get(month) ?? { consumed: 0n as Credits, held: 0n as Credits };
    sum[kind] = (sum[kind] + credits) as Credits;
    sums.set(month, sum);
  }
  return sums;
}

/** The last computation of each month: one that fell into the month, or after it until it was closed (C2, C3). */
function lastComputations(ledger: Ledger): Map<Month, { at: Instant; onDemand: boolean }> {
  const last = new Map<Month, { at: Instant; onDemand: boolean }>();
  for (const computation of ledger.computations) {
    const current = monthOf(computation.at);
    const closes = startOfDay(`${current}-01` as never) + ledger.settings.lateUsageDays * DAY_MS;
    last.set(current, computation);
    if (computation.at < closes) last.set(addMonths(current, -1), computation);
  }
  return last;
}

/**
 * C2: whether a record is in the computed figure of its month. What is recorded at the instant of a daily computation comes after it;
 * after one on demand a test moves the clock before it records again.
 */
function isComputed(ledger: Ledger, entry: Entry, computations: ReturnType<typeof lastComputations>): boolean {
  const computation = computations.get(entry.month);
  if (!computation || entry.recordedAt === null) return false;
  const { at, onDemand } = computation;
  if (onDemand ? entry.recordedAt > at : entry.recordedAt >= at) return false;
  const { delayDays } = ledger.settings.computation;
  return delayDays === 0 || dayOf(entry.occurredAt) < dayOf((at - delayDays * DAY_MS) as Instant);
}
