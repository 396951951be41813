// Forecasts (K2): what an environment, the pool and the tenant will have consumed by the month's end, and when their credits run out.
// `monthToDateForecast` is the plain rule, exact. Beside it stands what is expected from the daily history (outlook.ts), with a range: of
// that, what has been consumed is exact and only what is to come is estimated.
//
// The history is of need: every charged credit of the currency, whoever paid, so that a month in which the allocation ran out and
// pay-as-you-go took over does not look like one of little use. What users of a trial consumed is no need of the environment's.
//
// D9: `consumed` and `forecast` are figures as the tenant's view shows them; what is expected, and when credits run out, is always told
// from what is recorded.

import { allocationInForce, hasAllocation, mayDrawFromPool, poolSize, poolUse } from './capacity.ts';
import { type Credits, CURRENCIES, type Currency, ceilToWhole, floorToWhole, MICRO, NO_CREDITS, plus } from './credits.ts';
import {
  type Environment,
  environmentMonth,
  findEnvironment,
  type Ledger,
  owned,
  seenConsumption,
  seenSums,
  tenantMonth,
} from './ledger.ts';
import {
  addMonths,
  DAY_MS,
  type Day,
  dayOf,
  firstDayOf,
  type Instant,
  type Month,
  monthOf,
  monthOfDay,
  resetOf,
  startOfDay,
} from './month.ts';
import { type Outlook, type OutlookDay, type OutlookMethod, outlook } from './outlook.ts';

/** What was charged on one day, by environment; null: all that were not told apart. */
export interface DailyConsumption {
  day: Day;
  currency: Currency;
  environmentId: string | null;
  credits: Credits;
}

/** What is expected for the whole month, in whole credits. */
export interface Expected {
  method: OutlookMethod;
  daysOfHistory: number;
  credits: Credits;
  /** Four times in five it should be between these. */
  low: Credits;
  high: Credits;
}

/** The day on which a source is spent. */
export interface RunOut {
  /** null: not expected this month, but possible. */
  on: Day | null;
  earliest: Day;
  /** null: perhaps not this month. */
  latest: Day | null;
}

export interface EnvironmentForecast {
  currency: Currency;
  /** Charged to allocation and pool this month, as shown (D9). */
  consumed: Credits;
  forecast: Credits;
  /** A2: as set. */
  allocated: Credits;
  source: 'allocation' | 'pool' | 'none';
  /** The size of the source: the allocation in force, or the pool. */
  available: Credits;
  expected: Expected;
  /** Of the source; null: not this month. */
  runsOut: RunOut | null;
}

export interface PoolForecast {
  available: Credits;
  consumed: Credits;
  forecast: Credits;
  expected: Expected;
  runsOut: RunOut | null;
}

export interface TenantForecast {
  currency: Currency;
  consumed: Credits;
  forecast: Credits;
  owned: Credits;
  expected: Expected;
  pool: PoolForecast;
}

/** K2: ⌈consumed × days of the month ÷ days begun⌉ whole credits: 500 on 10 March → 1550. */
export function monthToDateForecast(consumed: Credits, now: Instant): Credits {
  const month = monthOf(now);
  const begun = BigInt(Math.floor((now - startOfDay(firstDayOf(month))) / DAY_MS) + 1);
  const wholeCredit = begun * MICRO;
  return (((consumed * BigInt(daysOf(month)) + wholeCredit - 1n) / wholeCredit) * MICRO) as Credits;
}

function daysOf(month: Month): number {
  return Math.round((startOfDay(resetOf(month)) - startOfDay(firstDayOf(month))) / DAY_MS);
}

function lastDayOf(month: Month): Day {
  return dayOf((startOfDay(firstDayOf(addMonths(month, 1))) - DAY_MS) as Instant);
}

const WEEKS_OF_HISTORY = 12;

/** The first day of history that a forecast looks at: twelve weeks before the month. */
export function historyFrom(now: Instant): Day {
  return dayOf((startOfDay(firstDayOf(monthOf(now))) - WEEKS_OF_HISTORY * 7 * DAY_MS) as Instant);
}

/** Whether the forecast of an environment needs the consumption of the tenant: its source is the pool, and there is one. */
export function dependsOnPool(ledger: Ledger, environment: Environment): boolean {
  return CURRENCIES.some(
    (currency) => sourceOf(ledger, environment, currency) === 'pool' && poolSize(ledger, currency, ledger.now) > 0n,
  );
}

function sourceOf(ledger: Ledger, environment: Environment, currency: Currency): EnvironmentForecast['source'] {
  if (hasAllocation(environment, currency)) return 'allocation';
  return mayDrawFromPool(ledger, environment, currency) ? 'pool' : 'none';
}

/** The environments that do not simply draw from the pool, by their allocations or switches: `tenantForecast` wants them apart. */
export function environmentsApart(ledger: Ledger): string[] {
  return [...ledger.environments.values()]
    .filter(
      (each) =>
        each.deletedAt !== null ||
        CURRENCIES.some((currency) => hasAllocation(each, currency)) ||
        each.deny ||
        !each.drawFromTenantPool,
    )
    .map((each) => each.id);
}

/**
 * K2 for an environment. `own` is its consumption since `historyFrom`; `ofTenant` that of the tenant, as `tenantForecast` wants it: needed
 * only where `dependsOnPool`.
 */
export function environmentForecast(
  ledger: Ledger,
  environment: Environment,
  currency: Currency,
  own: readonly DailyConsumption[],
  ofTenant: readonly DailyConsumption[],
): EnvironmentForecast {
  const counters = environmentMonth(environment, monthOf(ledger.now), currency);
  const shown = seenConsumption(ledger, counters);
  const needed = streamOf(
    ledger,
    own.filter((each) => each.currency === currency),
    NO_CREDITS,
  );
  const source = sourceOf(ledger, environment, currency);
  const inForce = allocationInForce(ledger, environment, currency, ledger.now);
  return {
    currency,
    consumed: shown,
    forecast: monthToDateForecast(shown, ledger.now),
    allocated: environment.allocations[currency],
    source,
    available: source === 'allocation' ? inForce : source === 'pool' ? poolSize(ledger, currency, ledger.now) : NO_CREDITS,
    expected: expectedOf(atLeast(counters.consumed, needed.soFar), needed.outlook),
    runsOut:
      source === 'allocation'
        ? runOutOf(ledger.now, [needed], { available: inForce, consumed: counters.consumed })
        : source === 'pool'
          ? poolForecast(ledger, currency, ofTenant).runsOut
          : null,
  };
}

/**
 * K2 for the tenant and its pool. `consumption` is the tenant's since `historyFrom`, with `environmentsApart` told apart; the ledger has
 * every environment.
 */
export function tenantForecast(ledger: Ledger, currency: Currency, consumption: readonly DailyConsumption[]): TenantForecast {
  const sums = tenantMonth(ledger, monthOf(ledger.now), currency);
  const shown = seenSums(ledger, sums).consumed;
  const needed = streamOf(
    ledger,
    consumption.filter((each) => each.currency === currency),
    NO_CREDITS,
  );
  return {
    currency,
    consumed: shown,
    forecast: monthToDateForecast(shown, ledger.now),
    owned: owned(ledger, currency, ledger.now),
    expected: expectedOf(atLeast(sums.consumed, needed.soFar), needed.outlook),
    pool: poolForecast(ledger, currency, consumption),
  };
}

/**
 * The pool is drawn from by environments without an allocation, and by those that may spill what is above theirs (A6): the pool's outlook
 * is the sum of both.
 */
function poolForecast(ledger: Ledger, currency: Currency, consumption: readonly DailyConsumption[]): PoolForecast {
  const available = poolSize(ledger, currency, ledger.now);
  const month = monthOf(ledger.now);
  const shown = poolUse(ledger, month, currency, available).consumed;
  const { consumed } = poolUse(asRecorded(ledger), month, currency, available);
  const streams = poolStreams(ledger, currency, consumption, available);
  return {
    available,
    consumed: shown,
    forecast: monthToDateForecast(shown, ledger.now),
    expected: expectedOf(consumed, combined(ledger.now, streams)),
    runsOut: runOutOf(ledger.now, streams, { available, consumed }),
  };
}

function asRecorded(ledger: Ledger): Ledger {
  const { settings } = ledger;
  return { ...ledger, settings: { ...settings, enforcement: { ...settings.enforcement, view: 'realtime' } } };
}

function poolStreams(ledger: Ledger, currency: Currency, consumption: readonly DailyConsumption[], size: Credits): Stream[] {
  const common: DailyConsumption[] = [];
  const spilling = new Map<Environment, DailyConsumption[]>();
  for (const each of consumption) {
    if (each.currency !== currency) continue;
    const environment = each.environmentId === null ? null : findEnvironment(ledger, each.environmentId);
    if (environment === null) {
      if (currency !== 'ai-builder-credits' || ledger.settings.consumeUnallocatedAiBuilderCredits) common.push(each);
    } else if (environment && mayDrawFromPool(ledger, environment, currency)) {
      if (!hasAllocation(environment, currency)) common.push(each);
      else if (size > 0n) {
        const rows = spilling.get(environment);
        if (rows) rows.push(each);
        else spilling.set(environment, [each]);
      }
    }
  }
  return [
    streamOf(ledger, common, NO_CREDITS),
    ...[...spilling].map(([environment, rows]) => streamOf(ledger, rows, environment.allocations[currency])),
  ];
}

/** What flows into a source: all of a need, or what is above an allocation. */
interface Stream {
  /** Needed this month, day by day, to the end of each. */
  month: { day: Day; credits: Credits }[];
  soFar: Credits;
  above: Credits;
  outlook: Outlook;
}

function streamOf(ledger: Ledger, consumption: readonly DailyConsumption[], above: Credits): Stream {
  const month = monthOf(ledger.now);
  const today = dayOf(ledger.now);
  const byDay = new Map<Day, bigint>();
  for (const { day, credits } of consumption) byDay.set(day, (byDay.get(day) ?? 0n) + credits);
  const days = [...byDay]
    .map(([day, credits]) => ({ day, credits: credits as Credits }))
    .sort((a, b) => (a.day < b.day ? -1 : 1));
  let soFar = NO_CREDITS;
  const ofMonth: Stream['month'] = [];
  for (const { day, credits } of days) {
    if (monthOfDay(day) !== month) continue;
    soFar = plus(soFar, credits);
    ofMonth.push({ day, credits: soFar });
  }
  return {
    month: ofMonth,
    soFar,
    above,
    outlook: outlook(
      days.map(({ day, credits }) => ({ day, amount: Number(credits) })),
      Number(byDay.get(today) ?? 0n),
      ledger.now,
      lastDayOf(month),
    ),
  };
}

/** What flows into the source from now on, of all streams; their ranges are taken as independent of each other. */
function combined(now: Instant, streams: readonly Stream[]): Outlook {
  const parts = streams.map((stream) => ({ ...stream.outlook, days: stream.outlook.days.map((day) => inflow(stream, day)) }));
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const nothing = outlook([], 0, now, lastDayOf(monthOf(now)));
  return {
    // What was told of the largest part.
    ...parts.reduce((largest, part) => (endOf(part).expected > endOf(largest).expected ? part : largest), only ?? nothing),
    days: nothing.days.map(({ day }, index) => {
      const of = parts.map((part) => part.days[index]!);
      const expected = of.reduce((sum, each) => sum + each.expected, 0);
      const below = Math.hypot(...of.map((each) => each.expected - each.low));
      const over = Math.hypot(...of.map((each) => each.high - each.expected));
      return { day, expected, low: expected - below, high: expected + over };
    }),
  };
}

function inflow({ soFar, above }: Stream, { day, expected, low, high }: OutlookDay): OutlookDay {
  if (above === 0n) return { day, expected, low, high };
  const room = Number(above - soFar);
  const spilled = (amount: number) => Math.max(0, amount - Math.max(0, room));
  return { day, expected: spilled(expected), low: spilled(low), high: spilled(high) };
}

function endOf(of: Outlook): OutlookDay {
  return of.days.at(-1)!;
}

/** What has been consumed, exactly, and what is to come, in whole credits; never below what has been consumed. */
function expectedOf(consumed: Credits, of: Outlook): Expected {
  const { expected, low, high } = endOf(of);
  const withMore = (more: number) => (consumed + BigInt(Math.round(more))) as Credits;
  const atLow = floorToWhole(withMore(low));
  return {
    method: of.method,
    daysOfHistory: of.daysOfHistory,
    credits: ceilToWhole(withMore(expected)),
    low: atLow < consumed ? ceilToWhole(consumed) : atLow,
    high: ceilToWhole(withMore(high)),
  };
}

function runOutOf(
  now: Instant,
  streams: readonly Stream[],
  { available, consumed }: { available: Credits; consumed: Credits },
): RunOut | null {
  if (available === 0n) return null;
  if (consumed >= available) {
    const day = spentOn(streams, available) ?? dayOf(now);
    return { on: day, earliest: day, latest: day };
  }
  const left = Number(available - consumed);
  const { days } = combined(now, streams);
  const firstDay = (of: (day: OutlookDay) => number) => days.find((day) => Math.round(of(day)) >= left)?.day ?? null;
  const earliest = firstDay((day) => day.high);
  return earliest === null ? null : { on: firstDay((day) => day.expected), earliest, latest: firstDay((day) => day.low) };
}

/** The day of this month on which what flowed into the source reached its size, by the allocations of now (A6). */
function spentOn(streams: readonly Stream[], available: Credits): Day | null {
  const days = [...new Set(streams.flatMap((stream) => stream.month.map((each) => each.day)))].sort();
  return (
    days.find((day) => {
      const flowed = streams.reduce((sum, { month, above }) => {
        const needed = month.findLast((each) => each.day <= day)?.credits ?? NO_CREDITS;
        return needed > above ? sum + needed - above : sum;
      }, 0n);
      return flowed >= available;
    }) ?? null
  );
}

function atLeast(a: Credits, b: Credits): Credits {
  return a > b ? a : b;
}
