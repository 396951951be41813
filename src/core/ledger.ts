// A tenant's ledger: all that a decision needs of one tenant, as loaded under its lock. The store fills it, the functions of
// the core decide on it and write to it, the store saves what was written. Everything that can change carries `changed`, so
// that saving needs no second list of what happened.

import type { ActivityRecord } from './activity.ts';
import type { EraId } from './catalogue.ts';
import { type Credits, CURRENCIES, type Currency, NO_CREDITS } from './credits.ts';
import { type Entitlement, ownedCredits, seededCreditsCount } from './entitlement.ts';
import type { Hold } from './hold.ts';
import type { Limit } from './limit.ts';
import { addMonths, type Day, type Instant, type Month, monthOf } from './month.ts';
import type { Notice } from './notice.ts';
import type { OwnCapability } from './rate-card.ts';
import type { Settings } from './settings.ts';
import type { Extension, Trial } from './trial.ts';

export const ENVIRONMENT_TYPES = ['production', 'sandbox', 'trial', 'developer', 'default'] as const;
export type EnvironmentType = (typeof ENVIRONMENT_TYPES)[number];

/** Something that the store saves when it was written to. */
export interface Tracked {
  changed: boolean;
}

/** An environment's consumption and holds of one currency in one month. */
export interface EnvironmentMonth extends Tracked {
  /** Charged to allocation or pool: the prepaid month-to-date (A6). */
  consumed: Credits;
  /** Open holds on allocation or pool. */
  held: Credits;
  prePurchase: Credits;
  payAsYouGo: Credits;
  /** C2: `consumed` as it was computed last; 0 before the month's first computation. */
  computed: Credits;
  /** N2: how far a notice has told of: 0 nothing, 1 near, 2 exhausted, 3 blocked. */
  noticed: number;
}

/** Sums over a tenant's environments of one currency in one month, kept so that nothing on the path adds up environments. */
export interface TenantMonth extends Tracked {
  consumed: Credits;
  held: Credits;
  payAsYouGo: Credits;
  /** A6: of environments without an allocation; always the pool's. */
  unallocatedConsumed: Credits;
  unallocatedHeld: Credits;
  /** A6: of environments with an allocation that may draw from the pool, what is above it; the pool's unless the pool is of size 0. */
  spilledConsumed: Credits;
  /** The same with open holds counted after consumption. */
  spilledTotal: Credits;
  /** The same four on the computed figures (D9); held is always up to date. */
  computed: Credits;
  unallocatedComputed: Credits;
  spilledComputed: Credits;
  spilledComputedTotal: Credits;
  /** X3: the extensions of the month: how much they brought, and what is drawn from them and held. */
  extensionSize: Credits;
  extensionConsumed: Credits;
  extensionHeld: Credits;
}

export type ByCurrency<T> = Record<Currency, T>;

export interface Environment extends Tracked {
  id: string;
  name: string;
  type: EnvironmentType;
  region: string | null;
  drawFromTenantPool: boolean;
  deny: boolean;
  previewModels: boolean;
  billingPlanId: string | null;
  createdAt: Instant;
  deletedAt: Instant | null;
  /** A2: as set; 0 = none. */
  allocations: ByCurrency<Credits>;
  allocationsChanged: boolean;
  months: Map<Month, ByCurrency<EnvironmentMonth>>;
}

export interface BillingPlan extends Tracked {
  id: string;
  name: string;
  status: 'Enabled' | 'Disabled';
  /** Credits a month; null = no limit of its own. */
  monthlyLimit: Credits | null;
  createdAt: Instant;
  deletedAt: Instant | null;
  months: Map<Month, BillingPlanMonth>;
}

export interface BillingPlanMonth extends Tracked {
  consumed: Credits;
  held: Credits;
}

/** D13: a monthly limit with what counts against it. */
export interface TrackedLimit extends Limit, Tracked {
  months: Map<Month, LimitMonth>;
}

export interface LimitMonth extends Tracked {
  consumed: Credits;
  held: Credits;
  /** N2: how far a notice has told of: 0 nothing, 1 nearing, 2 over. */
  noticed: number;
}

export interface Computation {
  at: Instant;
  onDemand: boolean;
}

/** Prepaid consumption of a day, where computation is held back (C2). */
export interface PrepaidDay {
  environmentId: string;
  currency: Currency;
  day: Day;
  credits: Credits;
}

export interface TrackedEntitlement extends Entitlement, Tracked {}
export interface TrackedHold extends Hold, Tracked {}
export interface TrackedOwnCapability extends OwnCapability, Tracked {}
export interface TrackedTrial extends Trial, Tracked {}

export interface Ledger extends Tracked {
  tenantId: string;
  name: string;
  /** The moment of the decision: the sandbox's clock, else the server's; never before the last record (I9). */
  now: Instant;
  isSandbox: boolean;
  /** When the tenant was made here; of a sandbox, its clock then. */
  beganAt: Instant;
  settings: Settings;
  entitlements: TrackedEntitlement[];
  capabilities: TrackedOwnCapability[];
  environments: Map<string, Environment>;
  /** The ids of those that were written to (`markChanged`), so that a batch costs what it changes, however many there are. */
  touched: Set<string>;
  plans: Map<string, BillingPlan>;
  /** Σ allocations as set. */
  allocated: ByCurrency<Credits>;
  allocatedChanged: boolean;
  months: Map<Month, ByCurrency<TenantMonth>>;
  /** Open holds that are due, and those that a command names. */
  holds: Map<string, TrackedHold>;
  /** D13, by id. */
  limits: Map<string, TrackedLimit>;
  /** Limits that were deleted since it was loaded. */
  deletedLimits: Set<string>;
  /** What counts already against a limit that a command sets, by month; found in daily usage and open holds. */
  limitSums: Map<string, Map<Month, { consumed: Credits; held: Credits }>>;
  /** X1, by user. */
  trials: Map<string, TrackedTrial>;
  /** X3: given since it was loaded. */
  extensions: Extension[];
  /** C2: when consumption was computed last. */
  computedAt: Instant | null;
  /** Made since it was loaded. */
  computations: Computation[];
  /** Only where a command computes while `computation.delayDays` holds usage back. */
  prepaidDays: PrepaidDay[];
  /** N2: the number of the last notice, and those since it was loaded. */
  noticeNumber: number;
  notices: Notice[];
  /** The number of the last activity record. */
  sequence: number;
  /** What was recorded since it was loaded, in order. */
  records: ActivityRecord[];
}

/** Begins anew after everything was saved: nothing is changed, nothing recorded; holds are looked up when they are needed. */
export function forgetChanges(ledger: Ledger): void {
  ledger.changed = false;
  ledger.allocatedChanged = false;
  ledger.records = [];
  ledger.holds = new Map();
  ledger.deletedLimits = new Set();
  ledger.limitSums = new Map();
  ledger.extensions = [];
  ledger.computations = [];
  ledger.prepaidDays = [];
  ledger.notices = [];
  for (const trial of ledger.trials.values()) trial.changed = false;
  for (const limit of ledger.limits.values()) {
    limit.changed = false;
    for (const month of limit.months.values()) month.changed = false;
  }
  for (const entitlement of ledger.entitlements) entitlement.changed = false;
  for (const capability of ledger.capabilities) capability.changed = false;
  for (const months of ledger.months.values()) for (const currency of CURRENCIES) months[currency].changed = false;
  for (const plan of ledger.plans.values()) {
    plan.changed = false;
    for (const month of plan.months.values()) month.changed = false;
  }
  for (const id of ledger.touched) {
    const environment = ledger.environments.get(id)!;
    environment.changed = false;
    environment.allocationsChanged = false;
    for (const months of environment.months.values()) for (const currency of CURRENCIES) months[currency].changed = false;
  }
  ledger.touched = new Set();
}

/** Marks an environment, or one of its months, to be saved. */
export function markChanged(ledger: Ledger, environment: Environment, what: Tracked = environment): void {
  what.changed = true;
  ledger.touched.add(environment.id);
}

export function byCurrency<T>(make: (currency: Currency) => T): ByCurrency<T> {
  return Object.fromEntries(CURRENCIES.map((currency) => [currency, make(currency)])) as ByCurrency<T>;
}

export function newEnvironmentMonth(): EnvironmentMonth {
  return {
    consumed: NO_CREDITS,
    held: NO_CREDITS,
    prePurchase: NO_CREDITS,
    payAsYouGo: NO_CREDITS,
    computed: NO_CREDITS,
    noticed: 0,
    changed: false,
  };
}

export function newTenantMonth(): TenantMonth {
  return {
    consumed: NO_CREDITS,
    held: NO_CREDITS,
    payAsYouGo: NO_CREDITS,
    unallocatedConsumed: NO_CREDITS,
    unallocatedHeld: NO_CREDITS,
    spilledConsumed: NO_CREDITS,
    spilledTotal: NO_CREDITS,
    computed: NO_CREDITS,
    unallocatedComputed: NO_CREDITS,
    spilledComputed: NO_CREDITS,
    spilledComputedTotal: NO_CREDITS,
    extensionSize: NO_CREDITS,
    extensionConsumed: NO_CREDITS,
    extensionHeld: NO_CREDITS,
    changed: false,
  };
}

/** The counters of an environment's month; all 0 where nothing was counted yet (C1: a month needs no job to begin). */
export function environmentMonth(environment: Environment, month: Month, currency: Currency): EnvironmentMonth {
  let months = environment.months.get(month);
  if (!months) {
    months = byCurrency(newEnvironmentMonth);
    environment.months.set(month, months);
  }
  return months[currency];
}

export function tenantMonth(ledger: Ledger, month: Month, currency: Currency): TenantMonth {
  let months = ledger.months.get(month);
  if (!months) {
    months = byCurrency(newTenantMonth);
    ledger.months.set(month, months);
  }
  return months[currency];
}

export function billingPlanMonth(plan: BillingPlan, month: Month): BillingPlanMonth {
  let counters = plan.months.get(month);
  if (!counters) {
    counters = { consumed: NO_CREDITS, held: NO_CREDITS, changed: false };
    plan.months.set(month, counters);
  }
  return counters;
}

export function limitMonth(limit: TrackedLimit, month: Month): LimitMonth {
  let counters = limit.months.get(month);
  if (!counters) {
    counters = { consumed: NO_CREDITS, held: NO_CREDITS, noticed: 0, changed: false };
    limit.months.set(month, counters);
  }
  return counters;
}

/** C3: whether a decision can be about a month: this one, the next (within the five minutes), or the last. Older ones are history. */
export function decidesStill(ledger: Ledger, month: Month): boolean {
  const current = monthOf(ledger.now);
  return month >= current || month === addMonths(current, -1);
}

/** D9: what of an environment's month the tenant's view shows: as recorded, or as computed last. */
export function seenConsumption(ledger: Ledger, counters: EnvironmentMonth): Credits {
  return ledger.settings.enforcement.view === 'computed' ? counters.computed : counters.consumed;
}

/** D9: the same of the tenant's sums. */
export function seenSums(
  ledger: Ledger,
  sums: TenantMonth,
): { consumed: Credits; unallocated: Credits; spilled: Credits; spilledTotal: Credits } {
  return ledger.settings.enforcement.view === 'computed'
    ? {
        consumed: sums.computed,
        unallocated: sums.unallocatedComputed,
        spilled: sums.spilledComputed,
        spilledTotal: sums.spilledComputedTotal,
      }
    : {
        consumed: sums.consumed,
        unallocated: sums.unallocatedConsumed,
        spilled: sums.spilledConsumed,
        spilledTotal: sums.spilledTotal,
      };
}

/** An environment that is there: not unknown and not deleted. */
export function findEnvironment(ledger: Ledger, id: string): Environment | undefined {
  const environment = ledger.environments.get(id);
  return environment && environment.deletedAt === null ? environment : undefined;
}

/** The plan that an environment is linked to, if it is enabled. */
export function enabledPlan(ledger: Ledger, environment: Environment): BillingPlan | undefined {
  const plan = environment.billingPlanId === null ? undefined : ledger.plans.get(environment.billingPlanId);
  return plan && plan.status === 'Enabled' && plan.deletedAt === null ? plan : undefined;
}

/** Credits a month that the tenant owns at the moment of the decision, for an action of that moment (E1, E5, E9). */
export function owned(ledger: Ledger, currency: Currency, actionAt: Instant): Credits {
  return ownedCredits(ledger.entitlements, currency, {
    now: ledger.now,
    seeded: seededCreditsCount(actionAt),
    honourSeededCreditsUntilTerm: ledger.settings.honourSeededCreditsUntilTerm,
  });
}

/** What every answer of a decision says of its time. */
export interface When {
  at: Instant;
  month: Month;
  era: EraId;
  resetsOn: Day;
}
