// What a change of allocations (A2) and of an environment's switches (A5) would do before it is made: to the pool, to how the named
// environments stand (M1), and to others that share the pool (A8). It is the change itself, made on a ledger that is thrown away, so that
// nothing is reckoned in two ways.

import { type AllocationChange, allocate, allocationRefusal, type SwitchChange } from './allocation.ts';
import { mayDrawFromPool, poolSize, poolUse } from './capacity.ts';
import { type Credits, CURRENCIES, type Currency } from './credits.ts';
import { type Environment, type Ledger, owned } from './ledger.ts';
import { monthOf } from './month.ts';
import type { Refusal } from './refusal.ts';
import { type EnvironmentCapacity, environmentCapacity } from './status.ts';

export interface PoolFigures {
  allocated: Credits;
  unallocated: Credits;
  /** A6: of the pool. */
  consumed: Credits;
}

export interface PoolPreview {
  currency: Currency;
  owned: Credits;
  before: PoolFigures;
  after: PoolFigures;
  /** How many environments that are not named draw from the pool. */
  sharedBy: number;
}

/** How an environment stands, with its allocation as set. */
export interface Standing extends EnvironmentCapacity {
  allocated: Credits;
}

export interface StandingPreview {
  environmentId: string;
  name: string;
  currency: Currency;
  before: Standing;
  after: Standing;
}

export interface AllocationPreview {
  pools: PoolPreview[];
  /** The named environments, as they are named, in every currency that the change concerns. */
  named: StandingPreview[];
  /** Those that are not named and would have another status. */
  others: StandingPreview[];
}

/**
 * What these changes would do if they were made now: `allocationPreview(ledger, changes, switches)`. Needs every environment in the
 * ledger, and writes to it: give it one of its own. Refuses what making them would refuse.
 */
export function allocationPreview(
  ledger: Ledger,
  changes: readonly AllocationChange[],
  switches: readonly SwitchChange[] = [],
): AllocationPreview | Refusal {
  const namedIds = new Set([...changes, ...switches].map(({ environmentId }) => environmentId));
  const currencies = CURRENCIES.filter(
    (currency) => changes.some((change) => change.currency === currency) || switches.some((each) => concerns(each, currency)),
  );
  const refusal = allocationRefusal(ledger, changes, switches);
  if (refusal) return refusal;
  const before = pictureOf(ledger);
  allocate(ledger, changes, switches);
  const after = pictureOf(ledger);
  const changed = [...after.standings].flatMap(([key, now]): StandingPreview[] => {
    const was = before.standings.get(key)!;
    const { id, name } = now.environment;
    return [{ environmentId: id, name, currency: now.of.currency, before: was.of, after: now.of }];
  });
  const order = [...namedIds];
  return {
    pools: currencies.map((currency) => ({
      currency,
      owned: owned(ledger, currency, ledger.now),
      before: before.pools[currency],
      after: after.pools[currency],
      sharedBy: [...ledger.environments.values()].filter(
        (environment) =>
          environment.deletedAt === null && !namedIds.has(environment.id) && mayDrawFromPool(ledger, environment, currency),
      ).length,
    })),
    named: changed
      .filter(
        (each) =>
          namedIds.has(each.environmentId) && (currencies.includes(each.currency) || each.before.status !== each.after.status),
      )
      .sort((a, b) => order.indexOf(a.environmentId) - order.indexOf(b.environmentId)),
    others: changed.filter((each) => !namedIds.has(each.environmentId) && each.before.status !== each.after.status),
  };
}

/** A5: the pool's switch and pay-as-you-go are of Copilot Credits; `deny` stops AI Builder credits too. */
function concerns(change: SwitchChange, currency: Currency): boolean {
  return currency === 'copilot-credits' || (currency === 'ai-builder-credits' && change.deny !== undefined);
}

interface Picture {
  pools: Record<Currency, PoolFigures>;
  /** By environment and currency. */
  standings: Map<string, { environment: Environment; of: Standing }>;
}

function pictureOf(ledger: Ledger): Picture {
  const month = monthOf(ledger.now);
  const pools = Object.fromEntries(
    CURRENCIES.map((currency) => {
      const unallocated = poolSize(ledger, currency, ledger.now);
      const { consumed } = poolUse(ledger, month, currency, unallocated);
      return [currency, { allocated: ledger.allocated[currency], unallocated, consumed }];
    }),
  ) as Picture['pools'];
  const standings: Picture['standings'] = new Map();
  for (const environment of ledger.environments.values()) {
    if (environment.deletedAt !== null) continue;
    for (const currency of CURRENCIES) {
      const allocated = environment.allocations[currency];
      standings.set(`${currency} ${environment.id}`, {
        environment,
        of: { ...environmentCapacity(ledger, environment, currency), allocated },
      });
    }
  }
  return { pools, standings };
}
