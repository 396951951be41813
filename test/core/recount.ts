// A recount: every counter of a ledger computed anew from its records, open holds and allocations, by the letter of A6 and with
// nothing of the ledger's own sums. Where a counter differs from its recount, the counter is wrong.

import { CURRENCIES, type Currency } from '../../src/core/credits.ts';
import type { Environment, Ledger } from '../../src/core/ledger.ts';

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
      for (const [name, amount] of Object.entries(figures)) tally.add(`${month} ${currency} tenant ${name}`, amount);
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
  for (const currency of CURRENCIES) tally.add(`${currency} allocated`, ledger.allocated[currency]);
  return tally.figures;
}

/** What it should say. */
export function recounted(ledger: Ledger): Counters {
  const tally = new Tally();
  // The prepaid month of each environment and currency: what the sums of the tenant follow from.
  const prepaid = new Map<
    string,
    { environment: Environment; month: string; currency: Currency; consumed: bigint; held: bigint }
  >();
  const entries = [
    ...ledger.records.map((record) => ({
      ...record,
      at: record.month,
      environmentId: record.action.environmentId,
      kind: 'consumed' as const,
    })),
    ...[...ledger.holds.values()]
      .filter((hold) => hold.status === 'open')
      .map((hold) => ({ ...hold, at: hold.month, environmentId: hold.action.environmentId, kind: 'held' as const })),
  ];
  for (const { at: month, environmentId, kind, currency, source, credits, planId, entitlementId } of entries) {
    if (currency === null || source === null) continue;
    const ofEnvironment = `${month} ${currency} ${environmentId}`;
    switch (source) {
      case 'allocation':
      case 'pool': {
        tally.add(`${ofEnvironment} ${kind}`, credits);
        tally.add(`${month} ${currency} tenant ${kind}`, credits);
        const environment = ledger.environments.get(environmentId)!;
        const sum = prepaid.get(ofEnvironment) ?? { environment, month, currency, consumed: 0n, held: 0n };
        sum[kind] += credits;
        prepaid.set(ofEnvironment, sum);
        break;
      }
      case 'pre-purchase':
        tally.add(`entitlement ${entitlementId} ${kind === 'consumed' ? 'drawn' : 'held'}`, credits);
        if (kind === 'consumed') tally.add(`${ofEnvironment} prePurchase`, credits);
        break;
      case 'pay-as-you-go':
        tally.add(`${month} plan ${planId} ${kind}`, credits);
        if (kind === 'consumed') tally.add(`${ofEnvironment} payAsYouGo`, credits);
        if (kind === 'consumed') tally.add(`${month} ${currency} tenant payAsYouGo`, credits);
        break;
      default:
        throw new Error(`no source ${source} in this ledger`);
    }
  }
  for (const { environment, month, currency, consumed, held } of prepaid.values()) {
    const name = `${month} ${currency} tenant`;
    const allocation = environment.deletedAt === null ? environment.allocations[currency] : 0n;
    if (allocation === 0n) {
      tally.add(`${name} unallocatedConsumed`, consumed);
      tally.add(`${name} unallocatedHeld`, held);
    } else if (currency !== 'ai-builder-credits' && environment.drawFromTenantPool && !environment.deny) {
      tally.add(`${name} spilledConsumed`, consumed > allocation ? consumed - allocation : 0n);
      tally.add(`${name} spilledTotal`, consumed + held > allocation ? consumed + held - allocation : 0n);
    }
  }
  for (const environment of ledger.environments.values()) {
    if (environment.deletedAt !== null) continue;
    for (const currency of CURRENCIES) tally.add(`${currency} allocated`, environment.allocations[currency]);
  }
  return tally.figures;
}
