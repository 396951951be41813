// Status (M1): how an environment stands in each currency, of the source that it draws from; what makers may do (M1b); and the
// tenant's picture (M2). Judged for a cloud flow on AI Builder credits and for an agent on Copilot Credits and sessions.

import type { Caller } from './action.ts';
import {
  allocationInForce,
  allocationUse,
  hasAllocation,
  mayDrawFromPool,
  overageSource,
  poolSize,
  poolUse,
  type Source,
  sourcesOf,
} from './capacity.ts';
import { eraAt } from './catalogue.ts';
import { type Credits, CURRENCIES, type Currency, NO_CREDITS, percentOf } from './credits.ts';
import { currenciesOf, hasRoom, usablePercent } from './decision.ts';
import { type EntitlementSource, entitlementSources, seededCreditsCount } from './entitlement.ts';
import { type Environment, environmentMonth, type Ledger, owned, seenSums, tenantMonth } from './ledger.ts';
import { addMonths, type Day, firstDayOf, type Instant, type Month, monthOf, resetOf, startOfDay } from './month.ts';
import type { RefusalCode } from './refusal.ts';
import type { Settings } from './settings.ts';

/** From best to worst; `no-capacity` stands apart. */
export const STATUSES = ['within-capacity', 'near-capacity', 'covered-overage', 'overage', 'blocked', 'no-capacity'] as const;
export type Status = (typeof STATUSES)[number];

export interface EnvironmentCapacity {
  currency: Currency;
  source: 'allocation' | 'pool' | 'none';
  available: Credits;
  consumed: Credits;
  held: Credits;
  overage: Credits;
  /** null where nothing is available. */
  percent: string | null;
  status: Status;
  payAsYouGo: Credits;
  resetsOn: Day;
}

const JUDGED_FOR: Record<Currency, Caller> = {
  'ai-builder-credits': 'cloud-flow',
  'copilot-credits': 'agent',
  'copilot-sessions': 'agent',
};

/** M1: the capacity of an environment in one currency, this month. */
export function environmentCapacity(ledger: Ledger, environment: Environment, currency: Currency): EnvironmentCapacity {
  const month = monthOf(ledger.now);
  const figures = shownFigures(ledger, environment, currency, month);
  return {
    currency,
    ...figures,
    overage: (figures.consumed > figures.available ? figures.consumed - figures.available : 0n) as Credits,
    percent: percentOf(figures.consumed, figures.available),
    status: statusOf(ledger, environment, currency, month, figures),
    payAsYouGo: environmentMonth(environment, month, currency).payAsYouGo,
    resetsOn: resetOf(month),
  };
}

/** M1: how an environment stands in a currency in any month that is open, with the figures of its source. */
export function standingIn(
  ledger: Ledger,
  environment: Environment,
  currency: Currency,
  month: Month,
): { status: Status; available: Credits; consumed: Credits } {
  const figures = shownFigures(ledger, environment, currency, month);
  const { available, consumed } = figures;
  return { status: statusOf(ledger, environment, currency, month, figures), available, consumed };
}

/** C3: the moment by which a month is judged: now; of another month that is open, its own end nearest to now, for its era and its seeded credits (E5). */
function momentIn(ledger: Ledger, month: Month): Instant {
  const current = monthOf(ledger.now);
  if (month === current) return ledger.now;
  return month < current ? ((startOfDay(firstDayOf(addMonths(month, 1))) - 1) as Instant) : startOfDay(firstDayOf(month));
}

interface ShownFigures {
  source: 'allocation' | 'pool' | 'none';
  available: Credits;
  consumed: Credits;
  held: Credits;
}

function shownFigures(ledger: Ledger, environment: Environment, currency: Currency, month: Month): ShownFigures {
  const at = momentIn(ledger, month);
  if (hasAllocation(environment, currency)) {
    const available = allocationInForce(ledger, environment, currency, at);
    return { source: 'allocation', available, ...allocationUse(ledger, environment, month, currency, at) };
  }
  if (mayDrawFromPool(ledger, environment, currency)) {
    const available = poolSize(ledger, currency, at);
    return { source: 'pool', available, ...poolUse(ledger, month, currency, available) };
  }
  return { source: 'none', available: NO_CREDITS, consumed: NO_CREDITS, held: NO_CREDITS };
}

function statusOf(ledger: Ledger, environment: Environment, currency: Currency, month: Month, figures: ShownFigures): Status {
  if (figures.available === 0n) return 'no-capacity';
  const room = roomOf(ledger, environment, JUDGED_FOR[currency], month, currency);
  if (room.ownSourceUsable) {
    const near = figures.consumed * 100n >= figures.available * BigInt(ledger.settings.nearAtPercent);
    return near ? 'near-capacity' : 'within-capacity';
  }
  if (room.otherSourceUsable) return 'covered-overage';
  return room.runsInOverage ? 'overage' : 'blocked';
}

interface Room {
  ownSourceUsable: boolean;
  otherSourceUsable: boolean;
  runsInOverage: boolean;
  anySource: boolean;
}

/** What a caller's next action would meet, without its cost: by D3 with `until-exhausted`, then D5. */
function roomOf(ledger: Ledger, environment: Environment, caller: Caller, month: Month, currency: Currency): Room {
  const settings: Settings = {
    ...ledger.settings,
    enforcement: { ...ledger.settings.enforcement, admission: 'until-exhausted' },
  };
  const { blockAtPercent } = settings.enforcement;
  const at = momentIn(ledger, month);
  const usable = (source: Source) => hasRoom(source, usablePercent(source, settings), NO_CREDITS, settings);
  // A currency is judged with those that its caller falls back to: AI Builder credits on Copilot Credits, sessions on nothing.
  const currencies =
    currency === 'copilot-sessions' ? [currency] : currenciesOf(caller, eraAt(at)).filter((each) => each !== 'copilot-sessions');
  const byCurrency = currencies.map((each) => sourcesOf(ledger, environment, month, each, at));
  const sources = byCurrency.flat();
  const own = sources.find((source) => source.currency === currency);
  const ownSourceUsable = own !== undefined && usable(own);
  const runsInOverage =
    !environment.deny &&
    byCurrency.some((each) => {
      const source = overageSource(each);
      return source !== undefined && hasRoom(source, blockAtPercent, NO_CREDITS, settings);
    });
  return {
    ownSourceUsable,
    otherSourceUsable: sources.some((source) => source !== own && usable(source)),
    runsInOverage,
    anySource: sources.some((source) => source.available === null || source.available > 0n),
  };
}

export interface Feature {
  allowed: boolean;
  code?: Extract<RefusalCode, 'QuotaExceeded' | 'EntitlementNotAvailable'>;
}

export const MAKER_FEATURES = ['run', 'create', 'edit', 'test', 'train'] as const;
export type MakerFeatures = Record<(typeof MAKER_FEATURES)[number], Feature>;

/** M1b: what the makers' pages of an environment offer. */
export function makerFeatures(ledger: Ledger, environment: Environment): MakerFeatures {
  const yes: Feature = { allowed: true };
  const all = (feature: Feature, run: Feature): MakerFeatures => ({
    run,
    create: feature,
    edit: feature,
    test: feature,
    train: feature,
  });
  if (eraAt(ledger.now) === 'capacity') {
    const exceeded: Feature = { allowed: false, code: 'QuotaExceeded' };
    const { status } = environmentCapacity(ledger, environment, 'ai-builder-credits');
    switch (status) {
      case 'within-capacity':
      case 'near-capacity':
      case 'covered-overage':
        return all(yes, yes);
      case 'overage':
        return all(exceeded, yes);
      case 'blocked':
        return all(exceeded, exceeded);
      case 'no-capacity': {
        const none: Feature = { allowed: false, code: 'EntitlementNotAvailable' };
        return all(none, none);
      }
    }
  }
  const room = roomOf(ledger, environment, 'cloud-flow', monthOf(ledger.now), 'ai-builder-credits');
  if (room.ownSourceUsable || room.otherSourceUsable || room.runsInOverage) return all(yes, yes);
  return all(yes, { allowed: false, code: room.anySource ? 'QuotaExceeded' : 'EntitlementNotAvailable' });
}

export interface TenantCapacity {
  currency: Currency;
  owned: Credits;
  allocated: Credits;
  unallocated: Credits;
  /** A7: what is allocated beyond what is owned. */
  overAllocated: Credits;
  consumed: Credits;
  held: Credits;
  payAsYouGo: Credits;
  status: Status;
  sources: EntitlementSource[];
}

/** M2: the tenant's picture, this month. Needs every environment in the ledger, for the status. */
export function tenantCapacity(ledger: Ledger): TenantCapacity[] {
  const month = monthOf(ledger.now);
  const sources = entitlementSources(ledger.entitlements, {
    now: ledger.now,
    seeded: seededCreditsCount(ledger.now),
    honourSeededCreditsUntilTerm: ledger.settings.honourSeededCreditsUntilTerm,
  });
  return CURRENCIES.map((currency) => {
    const ownedNow = owned(ledger, currency, ledger.now);
    const allocated = ledger.allocated[currency];
    const sums = tenantMonth(ledger, month, currency);
    const { held, payAsYouGo } = sums;
    const { consumed } = seenSums(ledger, sums);
    return {
      currency,
      owned: ownedNow,
      allocated,
      unallocated: poolSize(ledger, currency, ledger.now),
      overAllocated: (allocated > ownedNow ? allocated - ownedNow : 0n) as Credits,
      consumed,
      held,
      payAsYouGo,
      status: tenantStatus(ledger, currency, ownedNow),
      sources: sources.filter((source) => source.currency === currency),
    };
  });
}

/** M1: the worst of the environments, those without capacity aside; `no-capacity` only where nothing is owned. */
function tenantStatus(ledger: Ledger, currency: Currency, ownedNow: Credits): Status {
  if (ownedNow === 0n) return 'no-capacity';
  let worst = 0;
  for (const environment of ledger.environments.values()) {
    if (environment.deletedAt !== null) continue;
    const { status } = environmentCapacity(ledger, environment, currency);
    if (status !== 'no-capacity') worst = Math.max(worst, STATUSES.indexOf(status));
  }
  return STATUSES[worst]!;
}
