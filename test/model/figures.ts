// What is shown of a tenant (M1, M1b, M2, D13), by the reference model: statuses and figures, added up from the entries.

import { above, sum, written } from './amount.ts';
import { AI_BUILDER, ALL_CURRENCIES, type Book, COPILOT, type Currency, type Environment, SESSIONS } from './book.ts';
import { monthAt } from './calendar.ts';
import { eraOf, limitUse } from './decide.ts';
import { ownedFor, prePurchasesOf, sizeOf } from './owned.ts';
import {
  allocatedInAll,
  allocationInForce,
  allocationOf,
  consumedWhere,
  hasRoom,
  heldWhere,
  lastPrepaidOf,
  mayUsePool,
  monthToDate,
  poolShare,
  poolSize,
  poolUse,
  prepaidHeld,
  type Source,
  sourcesOf,
  trialUse,
} from './sources.ts';

export type Figures = Record<string, string>;
const WORST_LAST = ['within-capacity', 'near-capacity', 'covered-overage', 'overage', 'blocked'];

interface Shown {
  source: 'allocation' | 'pool' | 'none';
  available: bigint;
  consumed: bigint;
  held: bigint;
}

/** Every figure that is shown, by name; the same names as `figuresOfLedger` of the drivers. */
export function figuresOf(book: Book): Figures {
  const figures: Figures = {};
  const month = monthAt(book.now);
  const here = [...book.environments.values()].filter((environment) => !environment.deleted);
  for (const currency of ALL_CURRENCIES) {
    const statuses: string[] = [];
    for (const environment of here) {
      const shown = shownOf(book, environment, currency, month);
      const status = statusOf(book, environment, currency, month, shown);
      statuses.push(status);
      const billed = consumedWhere(
        book,
        (entry) =>
          entry.environmentId === environment.id &&
          entry.currency === currency &&
          entry.month === month &&
          entry.source === 'pay-as-you-go',
      );
      figures[`${environment.id} ${currency}`] =
        `${shown.source} ${written(shown.available)} consumed ${written(shown.consumed)} held ${written(shown.held)} billed ${written(billed)} ${status}`;
    }
    const owned = ownedFor(book, currency, book.now);
    const allocated = allocatedInAll(book, currency);
    const all = [...book.environments.values()];
    const consumed = sum(all.map(({ id }) => monthToDate(book, id, currency, month)));
    const held = sum(all.map(({ id }) => prepaidHeld(book, id, currency, month)));
    const billed = consumedWhere(
      book,
      (entry) => entry.currency === currency && entry.month === month && entry.source === 'pay-as-you-go',
    );
    const worst = WORST_LAST.findLast((status) => statuses.includes(status)) ?? 'within-capacity';
    figures[`tenant ${currency}`] =
      `owned ${written(owned)} allocated ${written(allocated)} unallocated ${written(poolSize(book, currency, book.now))} over-allocated ${written(above(allocated, owned))} ` +
      `consumed ${written(consumed)} held ${written(held)} billed ${written(billed)} ${owned === 0n ? 'no-capacity' : worst}`;
  }
  for (const environment of here) figures[`${environment.id} makers`] = makersMay(book, environment, month);
  for (const limit of book.limits.values()) {
    const { consumed, held } = limitUse(book, limit, month);
    const isNear = consumed * 100n >= limit.monthly * BigInt(limit.notifyAtPercent);
    const status = consumed >= limit.monthly ? 'over-limit' : isNear ? 'nearing-limit' : 'within-limit';
    figures[`limit ${limit.id}`] = `consumed ${written(consumed)} held ${written(held)} ${status}`;
  }
  for (const trial of book.trials.values()) {
    const { consumed, held } = trialUse(book, trial);
    figures[`trial ${trial.userId}`] = `consumed ${written(consumed)} held ${written(held)}`;
  }
  for (const plan of book.plans.values()) {
    const isOfIt = (use: { planId: string | null; month: string }) => use.planId === plan.id && use.month === month;
    figures[`plan ${plan.id}`] = `consumed ${written(consumedWhere(book, isOfIt))} held ${written(heldWhere(book, isOfIt))}`;
  }
  for (const entitlement of prePurchasesOf(book)) {
    const isOfIt = (use: { entitlementId: string | null }) => use.entitlementId === entitlement.id;
    const [drawn, held] = [consumedWhere(book, isOfIt), heldWhere(book, isOfIt)];
    figures[`pre-purchase ${entitlement.id}`] =
      `size ${written(sizeOf(entitlement))} drawn ${written(drawn)} held ${written(held)}`;
  }
  return figures;
}

/** M1: of its allocation if it has one, else of the pool if it may; A6: what counts against it. */
function shownOf(book: Book, environment: Environment, currency: Currency, month: string): Shown {
  if (allocationOf(environment, currency) > 0n) {
    const ofPool = poolShare(book, environment, currency, month, book.now);
    return {
      source: 'allocation',
      available: allocationInForce(book, environment, currency, book.now),
      consumed: monthToDate(book, environment.id, currency, month) - ofPool.consumed,
      held: prepaidHeld(book, environment.id, currency, month) - ofPool.held,
    };
  }
  if (!mayUsePool(book, environment, currency)) return { source: 'none', available: 0n, consumed: 0n, held: 0n };
  return { source: 'pool', available: poolSize(book, currency, book.now), ...poolUse(book, currency, month, book.now) };
}

/** D3 with `until-exhausted`, and D5, of the sources of some currencies. */
function roomIn(book: Book, environment: Environment, currencies: readonly Currency[], month: string) {
  const { admission: _, ...rest } = book.settings.enforcement;
  const judged: Book = { ...book, settings: { ...book.settings, enforcement: { ...rest, admission: 'until-exhausted' } } };
  const byCurrency = currencies.map((currency) => sourcesOf(book, environment, currency, month, book.now, null));
  const usable = byCurrency.flat().filter((source) => hasRoom(judged, source, source.percent, 0n));
  const runsInOverage =
    !environment.deny &&
    byCurrency.some((sources) => {
      const source: Source | undefined = lastPrepaidOf(sources);
      return source !== undefined && hasRoom(judged, source, book.settings.enforcement.blockAtPercent, 0n);
    });
  return { all: byCurrency.flat(), usable, runsInOverage };
}

/** M1. Judged for a cloud flow on AI Builder credits (from `dual-mode` on it may use Copilot Credits too), for an agent on Copilot Credits. */
function statusOf(book: Book, environment: Environment, currency: Currency, month: string, shown: Shown): string {
  if (shown.available === 0n) return 'no-capacity';
  const { all, usable, runsInOverage } = roomIn(book, environment, judgedWith(book, currency), month);
  const own = all.find((source) => source.currency === currency && source.name === shown.source);
  if (own && usable.includes(own)) {
    return shown.consumed * 100n >= shown.available * BigInt(book.settings.nearAtPercent) ? 'near-capacity' : 'within-capacity';
  }
  if (usable.length > 0) return 'covered-overage';
  return runsInOverage ? 'overage' : 'blocked';
}

function judgedWith(book: Book, currency: Currency): Currency[] {
  if (currency === AI_BUILDER) return eraOf(book.now) === 'capacity' ? [AI_BUILDER] : [AI_BUILDER, COPILOT];
  return currency === SESSIONS ? [SESSIONS] : [COPILOT];
}

/** M1b: run, and what makers do. */
function makersMay(book: Book, environment: Environment, month: string): string {
  if (eraOf(book.now) === 'capacity') {
    const status = statusOf(book, environment, AI_BUILDER, month, shownOf(book, environment, AI_BUILDER, month));
    switch (status) {
      case 'overage':
        return 'run yes, make QuotaExceeded';
      case 'blocked':
        return 'run QuotaExceeded, make QuotaExceeded';
      case 'no-capacity':
        return 'run EntitlementNotAvailable, make EntitlementNotAvailable';
      default:
        return 'run yes, make yes';
    }
  }
  const { all, usable, runsInOverage } = roomIn(book, environment, judgedWith(book, AI_BUILDER), month);
  if (usable.length > 0 || runsInOverage) return 'run yes, make yes';
  const hasAny = all.some((source) => source.available === null || source.available > 0n);
  return `run ${hasAny ? 'QuotaExceeded' : 'EntitlementNotAvailable'}, make yes`;
}
