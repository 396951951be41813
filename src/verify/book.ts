// The book of one tenant: its entries folded in their order into every sum that the tables keep of them (I4, I9), with what was
// recorded by then at hand, so that the figures of a decision can be compared with it (I5). Its size grows with environments and
// months, never with entries.

import type { Dropped } from './dropped.ts';
import type { Entry, Report } from './entry.ts';
import { type Amount, asCredits, monthBefore, monthOfMicros, plus } from './exact.ts';
import { LimitScopes, type Scoped } from './limit-scopes.ts';
import { ownVersionOf, priceIn } from './price-checks.ts';
import type { TenantRow } from './tenant-row.ts';
import { chargeTrial, type Trial } from './trial.ts';
import { UsageSums, Weight } from './usage-sums.ts';

export interface EnvironmentMonth {
  environmentId: string;
  month: string;
  currency: string;
  consumed: Amount;
  held: Amount;
  prePurchase: Amount;
  payAsYouGo: Amount;
  /** C2: prepaid consumption that was recorded before the last computation, and until it. */
  beforeComputed: Amount;
  untilComputed: Amount;
  /** What the computed view may have shown since the computation with this number. */
  computation: number;
  computable: Amount;
}

export interface TenantMonth {
  consumed: Amount;
  held: Amount;
  payAsYouGo: Amount;
  extensionConsumed: Amount;
  extensionHeld: Amount;
}

export interface Sums {
  consumed: Amount;
  held: Amount;
}

function addConsumed(sums: { consumed: Amount }, credits: Amount): void {
  sums.consumed = plus(sums.consumed, credits);
}

function addHeld(sums: { held: Amount }, credits: Amount): void {
  sums.held = plus(sums.held, credits);
}

function sumsOf(map: Map<string, Sums>, key: string): Sums {
  let sums = map.get(key);
  if (!sums) {
    sums = { consumed: 0, held: 0 };
    map.set(key, sums);
  }
  return sums;
}

export class Book {
  readonly tenant: TenantRow;
  readonly dropped: Dropped;
  readonly isSandbox: boolean;
  readonly environments = new Set<string>();
  readonly entitlementIds = new Set<string>();
  readonly planIds = new Set<string>();
  readonly versions = new Set<string>();
  readonly trials = new Map<string, Trial>();
  /** When consumption was computed, oldest first. */
  readonly computations: number[] = [];
  readonly environmentMonths = new Map<string, EnvironmentMonth>();
  readonly tenantMonths = new Map<string, TenantMonth>();
  readonly entitlements = new Map<string, Sums>();
  readonly planMonths = new Map<string, Sums>();
  readonly limitMonths = new Map<string, Sums>();
  readonly usage = new UsageSums();
  /** I4: limits and shares are kept of months on which something may still be decided, and then left as they were. */
  readonly keptFrom: string;
  entries = 0;
  /** The last entry's number and time. */
  #sequence = 0;
  #recordedAt = 0;
  #computed = 0;
  readonly limits = new LimitScopes();
  readonly #report: Report;
  readonly #weight = new Weight();
  /** The month of an environment, and of the tenant, that was met last, by currency: mostly the next one as well. */
  readonly #lastOfEnvironment = new Map<string, Map<string, EnvironmentMonth>>();
  readonly #lastOfTenant = new Map<string, { month: string; sums: TenantMonth }>();

  constructor(tenant: TenantRow, dropped: Dropped, report: Report) {
    this.tenant = tenant;
    this.dropped = dropped;
    this.isSandbox = tenant.sandboxNow !== null;
    this.keptFrom = monthBefore(monthOfMicros(tenant.recordedAt));
    this.#report = report;
  }

  /** A row that could not be read still has its number. */
  takeSequence(sequence: number): void {
    this.entries += 1;
    if (sequence !== this.#sequence + 1) {
      if (sequence <= this.#sequence) this.#report('entry-sequence', `entry ${sequence} comes twice`);
      else this.#miss(this.#sequence + 1, sequence - 1);
    }
    this.#sequence = sequence;
  }

  #miss(from: number, to: number): void {
    for (const [first, last] of this.dropped.miss(from, to))
      this.#report('entry-sequence', `after entry ${first - 1} comes ${last + 1}`);
  }

  /** After the last entry: the numbers that were dropped behind it, where a tenant has done nothing since. */
  takeLast(): void {
    if (this.dropped.lastSequence > this.#sequence) {
      this.#miss(this.#sequence + 1, this.dropped.lastSequence);
      this.#sequence = this.dropped.lastSequence;
    }
    this.dropped.checkCounts(this.#report);
  }

  get lastSequence(): number {
    return this.#sequence;
  }

  get lastRecordedAt(): number {
    return this.#recordedAt;
  }

  add(entry: Entry): void {
    const { sequence, recordedAt } = entry;
    if (!this.dropped.none) this.dropped.see(sequence, entry.storedMonth);
    if (recordedAt < this.#recordedAt) this.#report('entry-time', `entry ${sequence} was recorded before entry ${sequence - 1}`);
    this.#recordedAt = recordedAt;
    while (this.#computed < this.computations.length && this.computations[this.#computed]! <= recordedAt) this.#computed += 1;
    this.#checkReferences(entry);
    if (entry.holdId === null && !entry.imported && entry.outcome.tried.length > 0) this.#checkFigures(entry);
    if (entry.status === 'refused') return;
    this.#addUsage(entry);
    if (entry.currency !== null) this.#charge(entry, entry.currency);
  }

  #checkReferences(entry: Entry): void {
    const { sequence, environmentId } = entry;
    const { entitlementId, planId } = entry.outcome;
    if (!this.environments.has(environmentId)) this.#report('entry-environment', `entry ${sequence} is of ${environmentId}`);
    if (entitlementId !== null && !this.entitlementIds.has(entitlementId))
      this.#report('entitlement-unknown', `entry ${sequence} is charged to entitlement ${entitlementId}`);
    if (planId !== null && !this.planIds.has(planId))
      this.#report('entitlement-unknown', `entry ${sequence} is billed to plan ${planId}`);
    const version = ownVersionOf(entry);
    if (version !== null && !this.versions.has(version))
      this.#report('entry-card', `entry ${sequence} was priced by ${entry.capability} of ${entry.inputs.rateCard}`);
  }

  /**
   * I5: the figures that were compared are those of what was recorded by then, or (D9) of the last computation. Where retention dropped
   * some of that, figures of all time are at least those of what is kept.
   */
  #checkFigures(entry: Entry): void {
    const { sequence, month } = entry;
    const { tried, entitlementId, planId } = entry.outcome;
    const isSum = (said: Amount, kept: Amount) => (this.dropped.none ? said === kept : said >= kept);
    const wrong = (source: string, said: Amount, is: Amount) =>
      this.#report(
        'decision-figures',
        `entry ${sequence} was decided on ${asCredits(said)} used of ${source}, and ${asCredits(is)} were`,
      );
    const { dropped } = this;
    for (const row of tried) {
      if (dropped.mayBeOf(month) && row.source !== 'trial' && row.source !== 'pre-purchase') continue;
      switch (row.source) {
        case 'allocation': {
          const counters = this.#environmentMonth(entry.environmentId, month, row.currency);
          const isTie = this.#computed > 0 && this.computations[this.#computed - 1] === entry.recordedAt;
          if (!isTie) this.#seeComputation(counters);
          const { consumed, computable } = counters;
          if (row.consumed !== consumed && row.consumed > (isTie ? consumed : computable))
            wrong('the allocation', row.consumed, consumed);
          break;
        }
        case 'pool': {
          const { consumed } = this.#tenantMonth(month, row.currency);
          if (row.consumed > consumed) wrong('the pool', row.consumed, consumed);
          break;
        }
        case 'extension': {
          const { extensionConsumed } = this.#tenantMonth(month, row.currency);
          if (row.consumed !== extensionConsumed) wrong('the extension', row.consumed, extensionConsumed);
          break;
        }
        case 'trial': {
          const trial = this.trials.get(entry.userId);
          if (trial && !trial.extended && trial.maybe === 0 && !isSum(row.consumed, trial.sure))
            wrong(`the trial of ${entry.userId}`, row.consumed, trial.sure);
          break;
        }
        case 'pre-purchase': {
          if (row.reason !== 'used' || entitlementId === null) break;
          const { consumed } = sumsOf(this.entitlements, entitlementId);
          if (!isSum(row.consumed, consumed)) wrong(`pre-purchase ${entitlementId}`, row.consumed, consumed);
          break;
        }
        case 'pay-as-you-go': {
          if (row.reason !== 'used' || planId === null) break;
          const { consumed } = sumsOf(this.planMonths, `${planId}\n${month}`);
          if (row.consumed !== consumed) wrong(`billing plan ${planId}`, row.consumed, consumed);
          break;
        }
      }
    }
  }

  #seeComputation(counters: EnvironmentMonth): void {
    if (counters.computation === this.#computed) return;
    counters.computation = this.#computed;
    counters.computable = counters.consumed;
  }

  #charge(entry: Entry, currency: string): void {
    const { source, month, credits, environmentId, recordedAt } = entry;
    const { entitlementId, planId } = entry.outcome;
    const counters = this.#environmentMonth(environmentId, month, currency);
    const sums = this.#tenantMonth(month, currency);
    switch (source) {
      case 'allocation':
      case 'pool': {
        const { computedAt } = this.tenant;
        // Before the first of this computation's time is added, what was computed then is known.
        if (this.#computed > 0 && this.computations[this.#computed - 1]! < recordedAt) this.#seeComputation(counters);
        counters.consumed = plus(counters.consumed, credits);
        if (computedAt !== null && recordedAt <= computedAt) counters.untilComputed = plus(counters.untilComputed, credits);
        if (computedAt !== null && recordedAt < computedAt) counters.beforeComputed = plus(counters.beforeComputed, credits);
        sums.consumed = plus(sums.consumed, credits);
        break;
      }
      case 'pre-purchase':
        counters.prePurchase = plus(counters.prePurchase, credits);
        addConsumed(sumsOf(this.entitlements, entitlementId ?? ''), credits);
        break;
      case 'pay-as-you-go':
        counters.payAsYouGo = plus(counters.payAsYouGo, credits);
        sums.payAsYouGo = plus(sums.payAsYouGo, credits);
        if (planId !== null) addConsumed(sumsOf(this.planMonths, `${planId}\n${month}`), credits);
        break;
      case 'trial':
        this.#chargeTrial(entry);
        break;
      case 'extension':
        sums.extensionConsumed = plus(sums.extensionConsumed, credits);
        break;
      default:
        break;
    }
    if (!this.limits.none && month >= this.keptFrom)
      for (const limit of this.limits.of(entry, currency))
        addConsumed(sumsOf(this.limitMonths, `${limit.id}\n${month}`), credits);
  }

  #chargeTrial(entry: Entry): void {
    const trial = this.trials.get(entry.userId);
    if (trial) chargeTrial(trial, entry);
    else if (!entry.imported)
      this.#report('trial-consumed', `entry ${entry.sequence} is charged to a trial of ${entry.userId}, who has none`);
  }

  /** C4: as a row of daily usage that is of this entry alone. */
  #addUsage({ inputs, text, usageFrom, day, status, currency, credits }: Entry): void {
    const isFree = status === 'free';
    const { free, billable } = inputs.usageTexts;
    const weight = this.#weight
      .start()
      .add(text, usageFrom)
      .add(isFree ? free : billable);
    const units = (priceIn(inputs, currency) ?? inputs.prices[0])?.units ?? 0;
    const nonBilled = isFree ? (priceIn(inputs, 'copilot-credits')?.credits ?? 0) : 0;
    this.usage.add(day, weight, credits, units, 1, nonBilled);
  }

  /** An open hold counts as held on its source and its limits. */
  addOpenHold(hold: {
    scoped: Scoped;
    month: string;
    currency: string | null;
    credits: Amount;
    source: string | null;
    entitlementId: string | null;
    planId: string | null;
  }): void {
    const { month, currency, credits, source, scoped } = hold;
    if (currency === null) return;
    switch (source) {
      case 'allocation':
      case 'pool':
        addHeld(this.#environmentMonth(scoped.environmentId, month, currency), credits);
        addHeld(this.#tenantMonth(month, currency), credits);
        break;
      case 'pre-purchase':
        addHeld(sumsOf(this.entitlements, hold.entitlementId ?? ''), credits);
        break;
      case 'pay-as-you-go':
        if (hold.planId !== null) addHeld(sumsOf(this.planMonths, `${hold.planId}\n${month}`), credits);
        break;
      case 'trial': {
        const trial = this.trials.get(scoped.userId);
        if (trial) addHeld(trial, credits);
        break;
      }
      case 'extension':
        {
          const sums = this.#tenantMonth(month, currency);
          sums.extensionHeld = plus(sums.extensionHeld, credits);
        }
        break;
      default:
        break;
    }
    if (month >= this.keptFrom)
      for (const limit of this.limits.of(scoped, currency)) addHeld(sumsOf(this.limitMonths, `${limit.id}\n${month}`), credits);
  }

  #environmentMonth(environmentId: string, month: string, currency: string): EnvironmentMonth {
    let lasts = this.#lastOfEnvironment.get(currency);
    if (!lasts) {
      lasts = new Map();
      this.#lastOfEnvironment.set(currency, lasts);
    }
    const last = lasts.get(environmentId);
    if (last && last.month === month) return last;
    const key = `${environmentId}\n${month}\n${currency}`;
    let counters = this.environmentMonths.get(key);
    if (!counters) {
      counters = {
        ...{ environmentId, month, currency, consumed: 0, held: 0, prePurchase: 0, payAsYouGo: 0 },
        ...{ beforeComputed: 0, untilComputed: 0, computation: 0, computable: 0 },
      };
      this.environmentMonths.set(key, counters);
    }
    lasts.set(environmentId, counters);
    return counters;
  }

  #tenantMonth(month: string, currency: string): TenantMonth {
    const last = this.#lastOfTenant.get(currency);
    if (last && last.month === month) return last.sums;
    const key = `${month}\n${currency}`;
    let sums = this.tenantMonths.get(key);
    if (!sums) {
      sums = { consumed: 0, held: 0, payAsYouGo: 0, extensionConsumed: 0, extensionHeld: 0 };
      this.tenantMonths.set(key, sums);
    }
    this.#lastOfTenant.set(currency, { month, sums });
    return sums;
  }
}
