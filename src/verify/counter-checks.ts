// What the tables keep as sums, beside what the book of the tenant adds up (I4, I8, C2): counters of environments, of the tenant with
// the pool's shares (A6), of plans, pre-purchases, limits, trials and extensions.

import type { Book, EnvironmentMonth, Sums, TenantMonth } from './book.ts';
import { DROPPED_COLUMNS } from './dropped.ts';
import type { Report } from './entry.ts';
import { type Amount, asCredits, minus, monthOfMicros, plus, wholeNumber } from './exact.ts';
import { CURRENCIES } from './inputs.ts';
import type { TextRow } from './snapshot.ts';

/** Statements whose rows are those of one tenant after the other; cell and tenant first. */
export const COUNTER_ROWS = {
  environment: 'environment_id, type, draw_from_tenant_pool, deny, deleted_at is not null, billing_plan_id',
  allocation: 'environment_id, currency, credits',
  pool: 'currency, allocated',
  environment_month: 'environment_id, month, currency, consumed, held, pre_purchase, pay_as_you_go, computed',
  tenant_month: `month, currency, consumed, held, pay_as_you_go, unallocated_consumed, unallocated_held, spilled_consumed, spilled_total,
    computed, unallocated_computed, spilled_computed, spilled_computed_total, extension_size, extension_consumed, extension_held`,
  billing_plan: 'plan_id, deleted_at is not null',
  billing_plan_month: 'plan_id, month, consumed, held',
  entitlement: 'entitlement_id, drawn, held',
  capability: 'capability_id, valid_from',
  monthly_limit: 'limit_id, environment_id, user_id, resource_id, capability, currency',
  limit_month: 'limit_id, month, consumed, held',
  trial: `user_id, (extract(epoch from started_at) * 1000000)::bigint, (extract(epoch from starts_at) * 1000000)::bigint,
    (extract(epoch from ends_at) * 1000000)::bigint, extended, consumed, consumed_before, held`,
  extension: 'month, credits',
  computation: '(extract(epoch from computed_at) * 1000000)::bigint',
  activity_dropped: DROPPED_COLUMNS,
} as const;
export type CounterTable = keyof typeof COUNTER_ROWS;
/** The rows of one tenant, without cell and tenant. */
export type CounterRows = Record<CounterTable, TextRow[]>;

/** What must be known of a tenant before its entries are read. */
export function prepareBook(book: Book, rows: CounterRows): void {
  for (const [id] of rows.environment) book.environments.add(id!);
  for (const [id] of rows.entitlement) book.entitlementIds.add(id!);
  for (const [id] of rows.billing_plan) book.planIds.add(id!);
  for (const [id, from] of rows.capability) book.versions.add(`${id} ${from}`);
  for (const [at] of rows.computation) book.computations.push(Number(at));
  book.computations.sort((a, b) => a - b);
  for (const [id, environmentId, userId, resourceId, capability, currency] of rows.monthly_limit)
    book.limits.add({
      id: id!,
      environmentId: environmentId!,
      userId: userId!,
      resourceId: resourceId!,
      capability: capability!,
      currency: currency!,
    });
  for (const [userId, startedAt, startsAt, endsAt, extended] of rows.trial) {
    const times = {
      startedAt: Number(startedAt),
      startsAt: Number(startsAt),
      endsAt: Number(endsAt),
      extended: extended === 't',
    };
    book.trials.set(userId!, { userId: userId!, ...times, sure: 0, maybe: 0, beforeAtLeast: 0, beforeAtMost: 0, held: 0 });
  }
}

/** How a figure must be to what is kept of its entries: the same, or (where some of them may be dropped) at least it. */
type Compare = (check: Parameters<Report>[0], of: string, said: Amount, is: Amount, someDropped?: boolean) => void;

/** Compares every counter with the book, after all entries and open holds were added to it. */
export function checkCounters(book: Book, rows: CounterRows, report: Report): void {
  const compare: Compare = (check, of, said, is, someDropped = false) => {
    if (someDropped) book.dropped.uncheckedFigures += 1;
    if (someDropped ? said < is : said !== is)
      report(check, `${of} is ${asCredits(said)}, and its entries come to ${asCredits(is)}`);
  };
  checkEnvironmentMonths(book, rows, compare, report);
  checkTenantMonths(book, rows, compare);
  checkShares(book, rows, compare);
  checkAllocations(rows, report);
  checkPlans(book, rows, compare, report);
  for (const [id, drawn, held] of rows.entitlement) {
    const sums = book.entitlements.get(id!);
    compare('entitlement-drawn', `drawn of ${id}`, wholeNumber(drawn), sums?.consumed ?? 0, !book.dropped.none);
    compare('entitlement-drawn', `held on ${id}`, wholeNumber(held), sums?.held ?? 0);
  }
  checkLimits(book, rows, compare);
  checkTrials(book, rows, compare, report);
  const last = book.computations.at(-1) ?? null;
  if (last !== book.tenant.computedAt)
    report('computation-stamp', `the tenant says ${book.tenant.computedAt}, the list ends with ${last}`);
}

const monthOfRow = (date: string | null | undefined) => date!.slice(0, 7);
const NOTHING: EnvironmentMonth = {
  ...{ environmentId: '', month: '', currency: '', consumed: 0, held: 0, prePurchase: 0, payAsYouGo: 0 },
  ...{ beforeComputed: 0, untilComputed: 0, computation: 0, computable: 0 },
};

function checkEnvironmentMonths(book: Book, rows: CounterRows, compare: Compare, report: Report): void {
  const computedIn = book.tenant.computedAt === null ? null : monthOfMicros(book.tenant.computedAt);
  const seen = new Set<string>();
  const check = (key: string, figures: readonly Amount[]) => {
    const [environmentId, month, currency] = key.split('\n') as [string, string, string];
    const sums = book.environmentMonths.get(key) ?? NOTHING;
    const [consumed, held, prePurchase, payAsYouGo, computed] = figures as [Amount, Amount, Amount, Amount, Amount];
    const of = (what: string) => `${what} of ${environmentId} in ${month} in ${currency}`;
    if (!book.environments.has(environmentId)) report('entry-environment', `a month is counted of ${environmentId}`);
    const someDropped = book.dropped.mayBeOf(month);
    compare('environment-month', of('the consumption'), consumed, sums.consumed, someDropped);
    compare('environment-month', of('the pre-purchase'), prePurchase, sums.prePurchase, someDropped);
    compare('environment-month', of('the pay-as-you-go'), payAsYouGo, sums.payAsYouGo, someDropped);
    compare('environment-held', of('the held'), held, sums.held);
    // A sandbox may hold back days from its computations; older months were computed under other settings.
    const atLeast = !book.isSandbox && month === computedIn ? sums.beforeComputed : 0;
    const atMost = someDropped ? consumed : sums.untilComputed;
    if (computed > atMost || computed < atLeast)
      report(
        'environment-computed',
        `${of('the computed consumption')} is ${asCredits(computed)}, and ${asCredits(atMost)} were recorded by then`,
      );
  };
  for (const [environmentId, month, currency, ...figures] of rows.environment_month) {
    const key = `${environmentId}\n${monthOfRow(month)}\n${currency}`;
    seen.add(key);
    check(
      key,
      figures.map((figure) => wholeNumber(figure)),
    );
  }
  for (const key of book.environmentMonths.keys()) if (!seen.has(key)) check(key, [0, 0, 0, 0, 0]);
}

const NO_MONTH: TenantMonth = { consumed: 0, held: 0, payAsYouGo: 0, extensionConsumed: 0, extensionHeld: 0 };

function checkTenantMonths(book: Book, rows: CounterRows, compare: Compare): void {
  const extensions = new Map<string, Amount>();
  for (const [month, credits] of rows.extension)
    extensions.set(monthOfRow(month), plus(extensions.get(monthOfRow(month)) ?? 0, wholeNumber(credits)));
  const computed = new Map<string, Amount>();
  for (const [, month, currency, , , , , figure] of rows.environment_month) {
    const key = `${monthOfRow(month)}\n${currency}`;
    computed.set(key, plus(computed.get(key) ?? 0, wholeNumber(figure)));
  }
  const seen = new Set<string>();
  const check = (key: string, row: readonly Amount[]) => {
    const [month, currency] = key.split('\n') as [string, string];
    const sums = book.tenantMonths.get(key) ?? NO_MONTH;
    const of = (what: string) => `${what} of ${month} in ${currency}`;
    const someDropped = book.dropped.mayBeOf(month);
    compare('tenant-month', of('the consumption'), row[0]!, sums.consumed, someDropped);
    compare('tenant-held', of('the held'), row[1]!, sums.held);
    compare('tenant-month', of('the pay-as-you-go'), row[2]!, sums.payAsYouGo, someDropped);
    compare('tenant-month', of('the computed consumption'), row[7]!, computed.get(key) ?? 0);
    const size = currency === 'ai-builder-credits' ? (extensions.get(month) ?? 0) : 0;
    compare('extension-month', of('the size of the extensions'), row[11]!, size);
    compare('extension-month', of('the used of the extensions'), row[12]!, sums.extensionConsumed, someDropped);
    compare('extension-month', of('the held of the extensions'), row[13]!, sums.extensionHeld);
  };
  for (const [month, currency, ...figures] of rows.tenant_month) {
    const key = `${monthOfRow(month)}\n${currency}`;
    seen.add(key);
    check(
      key,
      figures.map((figure) => wholeNumber(figure)),
    );
  }
  const none = new Array<Amount>(14).fill(0);
  const others = [...book.tenantMonths.keys(), ...[...extensions.keys()].map((month) => `${month}\nai-builder-credits`)];
  for (const key of new Set(others)) if (!seen.has(key)) check(key, none);
}

/** A6: the four shares, of months on which something may still be decided; what was attributed before stays as it was. */
function checkShares(book: Book, rows: CounterRows, compare: Compare): void {
  const spills = new Map<string, boolean>();
  for (const [id, , draws, deny] of rows.environment) spills.set(id!, draws === 't' && deny === 'f');
  const allocations = new Map(rows.allocation.map(([id, currency, credits]) => [`${id}\n${currency}`, wholeNumber(credits)]));
  const wanted = new Map<string, Amount[]>();
  for (const [id, date, currency, consumedText, heldText, , , computedText] of rows.environment_month) {
    const month = monthOfRow(date);
    if (month < book.keptFrom) continue;
    const [consumed, held, computed] = [wholeNumber(consumedText), wholeNumber(heldText), wholeNumber(computedText)];
    const shares = wanted.get(`${month}\n${currency}`) ?? new Array<Amount>(7).fill(0);
    wanted.set(`${month}\n${currency}`, shares);
    const allocation = allocations.get(`${id}\n${currency}`);
    const add = (index: number, amount: Amount) => {
      if (amount > 0) shares[index] = plus(shares[index]!, amount);
    };
    if (allocation === undefined) {
      add(0, consumed);
      add(1, held);
      add(4, computed);
    } else if (currency !== 'ai-builder-credits' && spills.get(id!)) {
      add(2, minus(consumed, allocation));
      add(3, minus(plus(consumed, held), allocation));
      add(5, minus(computed, allocation));
      add(6, minus(plus(computed, held), allocation));
    }
  }
  const NAMES = [
    'unallocated',
    'unallocated and held',
    'spilled',
    'spilled with holds',
    'unallocated as computed',
    'spilled as computed',
    'spilled as computed with holds',
  ];
  for (const [date, currency, , , , ...figures] of rows.tenant_month) {
    const month = monthOfRow(date);
    if (month < book.keptFrom) continue;
    const shares = wanted.get(`${month}\n${currency}`);
    const stored = [figures[0], figures[1], figures[2], figures[3], figures[5], figures[6], figures[7]];
    for (const [index, name] of NAMES.entries())
      compare('tenant-shares', `what is ${name} of ${month} in ${currency}`, wholeNumber(stored[index]), shares?.[index] ?? 0);
  }
}

/** A2, A3: what is kept as allocated is the sum of the allocations, and none is of a deleted environment. */
function checkAllocations(rows: CounterRows, report: Report): void {
  const deleted = new Set(rows.environment.filter(([, , , , isDeleted]) => isDeleted === 't').map(([id]) => id));
  const sums = new Map<string, Amount>();
  for (const [id, currency, credits] of rows.allocation) {
    sums.set(currency!, plus(sums.get(currency!) ?? 0, wholeNumber(credits)));
    if (deleted.has(id!)) report('allocation-deleted', `${id} has ${asCredits(wholeNumber(credits))} ${currency}`);
  }
  const kept = new Map(rows.pool.map(([currency, allocated]) => [currency, wholeNumber(allocated)]));
  for (const currency of CURRENCIES) {
    const [sum, said] = [sums.get(currency) ?? 0, kept.get(currency) ?? 0];
    if (sum !== said)
      report(
        'allocated-sum',
        `${asCredits(said)} ${currency} are kept as allocated, and the allocations come to ${asCredits(sum)}`,
      );
  }
}

function checkPlans(book: Book, rows: CounterRows, compare: Compare, report: Report): void {
  checkPairs(book, 'plan-month', 'plan', rows.billing_plan_month, book.planMonths, compare);
  const deleted = new Set(rows.billing_plan.filter(([, isDeleted]) => isDeleted === 't').map(([id]) => id));
  for (const [id, type, , , , planId] of rows.environment) {
    if (!planId) continue;
    if (deleted.has(planId)) report('plan-link', `${id} is linked to ${planId}, which is deleted`);
    if (type !== 'production' && type !== 'sandbox') report('plan-link', `${id}, of type ${type}, is linked to ${planId}`);
  }
}

/** Counters by an id and a month: both figures, and those that are missing. */
function checkPairs(
  book: Book,
  check: 'plan-month' | 'limit-month',
  what: string,
  rows: readonly TextRow[],
  sums: ReadonlyMap<string, Sums>,
  compare: Compare,
  from = '',
): void {
  const seen = new Set<string>();
  const checkOne = (key: string, consumed: Amount, held: Amount) => {
    const [id, month] = key.split('\n') as [string, string];
    if (month < from) return;
    const are = sums.get(key);
    compare(check, `the consumption of ${what} ${id} in ${month}`, consumed, are?.consumed ?? 0, book.dropped.mayBeOf(month));
    compare(check, `the held of ${what} ${id} in ${month}`, held, are?.held ?? 0);
  };
  for (const [id, month, consumed, held] of rows) {
    const key = `${id}\n${monthOfRow(month)}`;
    seen.add(key);
    checkOne(key, wholeNumber(consumed), wholeNumber(held));
  }
  for (const key of sums.keys()) if (!seen.has(key)) checkOne(key, 0, 0);
}

/** D13: of the months on which something may be decided; a limit that was replaced left its older months as they were. */
function checkLimits(book: Book, rows: CounterRows, compare: Compare): void {
  checkPairs(book, 'limit-month', 'limit', rows.limit_month, book.limitMonths, compare, book.keptFrom);
}

function checkTrials(book: Book, rows: CounterRows, compare: Compare, report: Report): void {
  for (const [userId, , , , extended, consumedText, beforeText, heldText] of rows.trial) {
    const trial = book.trials.get(userId!)!;
    const [consumed, before] = [wholeNumber(consumedText), wholeNumber(beforeText)];
    // What was dropped may be of the trial.
    const someDropped = !book.dropped.none;
    if (someDropped) book.dropped.uncheckedFigures += 2;
    if (consumed < trial.sure || (consumed > plus(trial.sure, trial.maybe) && !someDropped))
      compare('trial-consumed', `the consumption of the trial of ${userId}`, consumed, trial.sure);
    const [least, most] = extended === 't' ? [trial.beforeAtLeast, trial.beforeAtMost] : [0, 0];
    if (before < least || (before > most && !someDropped) || (someDropped && before > consumed))
      report(
        'trial-consumed',
        `the first period of the trial of ${userId} is said to have used ${asCredits(before)}, and used ${asCredits(least)} to ${asCredits(most)}`,
      );
    compare('trial-consumed', `the held of the trial of ${userId}`, wholeNumber(heldText), trial.held);
  }
}

/** Settings within what can be set (D3, D5, C3, C2). */
export function checkSettings(settings: Record<string, unknown>, isSandbox: boolean, report: Report): void {
  const enforcement = (settings.enforcement ?? {}) as Record<string, unknown>;
  const computation = (settings.computation ?? {}) as Record<string, unknown>;
  const oneOf = (name: string, value: unknown, ...allowed: unknown[]) => {
    if (value !== undefined && !allowed.includes(value)) report('tenant-settings', `${name} is ${JSON.stringify(value)}`);
  };
  const within = (name: string, value: unknown, least: number, most: number) => {
    if (value !== undefined && !(Number.isInteger(value) && (value as number) >= least && (value as number) <= most))
      report('tenant-settings', `${name} is ${JSON.stringify(value)}`);
  };
  oneOf('enforcement.view', enforcement.view, 'realtime', 'computed');
  oneOf('enforcement.admission', enforcement.admission, 'until-exhausted', 'never-exceed');
  oneOf('allocationBy', settings.allocationBy, 'anyone', 'tenant-admins');
  within('lateUsageDays', settings.lateUsageDays, 0, 31);
  within('computation.delayDays', computation.delayDays, 0, isSandbox ? 31 : 0);
  within('enforcement.fallbackAtPercent', enforcement.fallbackAtPercent, 1, 1_000_000);
  within('enforcement.blockAtPercent', enforcement.blockAtPercent, 1, 1_000_000);
}

/** I9: the tenant's own count and clock. */
export function checkTenant(book: Book, report: Report): void {
  book.takeLast();
  const { tenant, lastSequence, lastRecordedAt } = book;
  if (tenant.sequence !== lastSequence)
    report('entry-count', `it counts ${tenant.sequence} entries, the last one is ${lastSequence}`);
  if (tenant.recordedAt < lastRecordedAt) report('tenant-clock', 'its last entry is later than its clock');
  if (tenant.sandboxNow !== null && tenant.sandboxNow !== tenant.recordedAt)
    report('tenant-clock', 'the sandbox’s clock is not that of its last change');
}
