// Monthly limits (D13): on an environment, a user, a resource, a capability, or several of them together; as alert only, or as a stop.
// A limit counts every credit of its currency that an action in its scope is charged, whatever the source.

import type { Action } from './action.ts';
import { type Credits, type Currency, NO_CREDITS, plus } from './credits.ts';
import { decidesStill, type Ledger, limitMonth, type TrackedLimit } from './ledger.ts';
import type { Instant, Month } from './month.ts';
import { type Refusal, refuse } from './refusal.ts';
import type { Settings } from './settings.ts';

export const LIMIT_SCOPES = ['environmentId', 'userId', 'resourceId', 'capability'] as const;
/** D13: a scope with several keys means all of them; none means the whole tenant. */
export type LimitScope = Partial<Record<(typeof LIMIT_SCOPES)[number], string>>;

export interface Limit {
  id: string;
  scope: LimitScope;
  currency: Currency;
  monthly: Credits;
  notifyAtPercent: number;
  stop: boolean;
  createdAt: Instant;
}

/** So that what every decision of a tenant may need stays small. */
export const MOST_LIMITS = 1_000;

export type LimitStatus = 'within-limit' | 'nearing-limit' | 'over-limit';

/** D13: how a limit stands in a month; holds do not count. */
export function limitStatus(limit: TrackedLimit, month: Month): LimitStatus {
  const { consumed } = limitMonth(limit, month);
  if (consumed >= limit.monthly) return 'over-limit';
  return consumed * 100n >= limit.monthly * BigInt(limit.notifyAtPercent) ? 'nearing-limit' : 'within-limit';
}

// A tenant may have many limits and an action meets few: they are found by the narrowest key of their scope. Made anew where the
// limits of the ledger are others.
const indexes = new WeakMap<ReadonlyMap<string, TrackedLimit>, Map<string, TrackedLimit[]>>();

function indexKey({ resourceId, userId, environmentId, capability }: LimitScope): string {
  if (resourceId !== undefined) return `r ${resourceId}`;
  if (userId !== undefined) return `u ${userId}`;
  if (environmentId !== undefined) return `e ${environmentId}`;
  return capability === undefined ? '' : `c ${capability}`;
}

function indexOf(limits: ReadonlyMap<string, TrackedLimit>): Map<string, TrackedLimit[]> {
  let index = indexes.get(limits);
  if (!index) {
    index = new Map();
    for (const limit of limits.values()) {
      const key = indexKey(limit.scope);
      index.set(key, [...(index.get(key) ?? []), limit]);
    }
    indexes.set(limits, index);
  }
  return index;
}

/** The limits that count an action in a currency, by id. */
export function limitsOf(ledger: Ledger, action: Action, currency: Currency): TrackedLimit[] {
  if (ledger.limits.size === 0) return [];
  const index = indexOf(ledger.limits);
  const { environmentId, userId, capability } = action;
  const resourceId = action.resource?.id;
  const found: TrackedLimit[] = [];
  const keys = [
    '',
    `e ${environmentId}`,
    `u ${userId}`,
    `c ${capability}`,
    ...(resourceId === undefined ? [] : [`r ${resourceId}`]),
  ];
  for (const key of keys) {
    for (const limit of index.get(key) ?? []) {
      const { scope } = limit;
      if (
        limit.currency === currency &&
        (scope.environmentId ?? environmentId) === environmentId &&
        (scope.userId ?? userId) === userId &&
        (scope.capability ?? capability) === capability &&
        (scope.resourceId ?? resourceId) === resourceId
      )
        found.push(limit);
    }
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** D13, D3: the first limit that stops an action which would be charged in this currency: its room is judged as a source's, held included. */
export function stoppingLimit(
  ledger: Ledger,
  action: Action,
  month: Month,
  currency: Currency,
  cost: Credits,
  admission: Settings['enforcement']['admission'],
): TrackedLimit | undefined {
  return limitsOf(ledger, action, currency).find((limit) => {
    if (!limit.stop) return false;
    const { consumed, held } = limitMonth(limit, month);
    const room = limit.monthly - consumed - held;
    return room <= 0n || (admission === 'never-exceed' && room < cost);
  });
}

/** Counts what an action is charged, or reserves, against the limits that it meets; answers them. None of a month on which nothing is decided any more. */
export function countLimits(
  ledger: Ledger,
  action: Action,
  month: Month,
  currency: Currency,
  add: { consumed: Credits; held: Credits },
): TrackedLimit[] {
  const limits = decidesStill(ledger, month) ? limitsOf(ledger, action, currency) : [];
  for (const limit of limits) {
    const counters = limitMonth(limit, month);
    counters.consumed = plus(counters.consumed, add.consumed);
    counters.held = plus(counters.held, add.held);
    counters.changed = true;
  }
  return limits;
}

/**
 * D13: sets a limit; the same id again replaces it. What was consumed in its scope before counts as well: the sums are loaded with
 * the command. Refuses `InvalidRequest` beyond 1,000 limits.
 */
export function setLimit(ledger: Ledger, wanted: Omit<Limit, 'createdAt'>): { limit: TrackedLimit; made: boolean } | Refusal {
  const existing = ledger.limits.get(wanted.id);
  if (!existing && ledger.limits.size >= MOST_LIMITS)
    return refuse(
      'InvalidRequest',
      `this tenant has ${MOST_LIMITS} limits, which is the most; delete one, or give one a wider scope`,
    );
  const limit: TrackedLimit = { ...wanted, createdAt: existing?.createdAt ?? ledger.now, months: new Map(), changed: true };
  for (const [month, { noticed }] of existing?.months ?? []) Object.assign(limitMonth(limit, month), { noticed, changed: true });
  for (const counters of limit.months.values()) Object.assign(counters, { consumed: NO_CREDITS, held: NO_CREDITS });
  for (const [month, sums] of ledger.limitSums.get(wanted.id) ?? []) {
    Object.assign(limitMonth(limit, month), { ...sums, changed: true });
  }
  ledger.limits = new Map(ledger.limits).set(limit.id, limit);
  return { limit, made: existing === undefined };
}

export function deleteLimit(ledger: Ledger, id: string): { limit: TrackedLimit } | Refusal {
  const limit = ledger.limits.get(id);
  if (!limit) return refuse('NotFound', `no limit ${JSON.stringify(id)} in this tenant`);
  ledger.limits = new Map(ledger.limits);
  ledger.limits.delete(id);
  ledger.deletedLimits.add(id);
  return { limit };
}
