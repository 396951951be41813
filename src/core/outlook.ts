// The outlook: what is expected to be consumed from now to a later day, with a range, from how much was consumed day by day (K2). An
// estimate, so binary floating point is allowed inside; forecast.ts turns it back into credits.
//
// The method is kept simple enough to be explained. Each weekday has its usual share; the level follows the last weeks, a day a week ago
// counting half; a day above twice what is usual on its weekday counts as that, so that one burst is not taken for a new level. Where use
// stopped some days before a month ended, it was most likely blocked until the 1st (D6): those days are taken as not known. The range
// comes from trying the same method on the same history: how far it would have been off over stretches as long as what is left. What
// was tried instead, and how well it does, is in bench/README.md.

import { DAY_MS, type Day, dayOf, type Instant, type Month, monthOfDay, resetOf, startOfDay } from './month.ts';

/** `weekday-pattern`: two weeks of history or more; `daily-rate`: less, every day alike; `nothing-used`: nothing to go by. */
export const OUTLOOK_METHODS = ['weekday-pattern', 'daily-rate', 'nothing-used'] as const;
export type OutlookMethod = (typeof OUTLOOK_METHODS)[number];

/** What was consumed on one day; of any unit, which the outlook then has too. */
export interface DayOfUse {
  day: Day;
  amount: number;
}

/** From now to the end of a day. */
export interface OutlookDay {
  day: Day;
  expected: number;
  /** Four times in five it should be between these. */
  low: number;
  high: number;
}

export interface Outlook {
  method: OutlookMethod;
  /** Complete days of history that it stands on; days that are not known are not among them. */
  daysOfHistory: number;
  /** The rest of today first; every figure counts from now. */
  days: OutlookDay[];
}

/** A day's figure; null: not known. */
type Amount = number | null;

const DAYS_FOR_A_PATTERN = 14;
/** After so many days a day counts half. */
const HALF_LIFE_DAYS = 7;
/** A day counts at most so many times the middle of the same weekday in the four weeks before and after. */
const MOST_TIMES_USUAL = 2;
const WEEKS_AROUND = 4;
/** So many days without use up to a month's end are taken for being blocked, if there was use on most days of the week before. */
const DAYS_OF_BEING_BLOCKED = 3;
const DAYS_USED_IN_A_WEEK = 4;
/** The method's error before anything was tried, as a natural logarithm: a fifth; weighs as one stretch that was tried. */
const SUPPOSED_ERROR = 0.2;
/** The same where history is too short for a pattern: of 13 days from a third to nearly three times, of the first day twice as wide. */
const ERROR_OF_A_SHORT_HISTORY = 0.75;
/** More than four times, or less than a quarter, is as wrong as it gets. */
const MOST_ERROR = Math.log(4);
/** Four of five values of a normal distribution are within so many standard deviations. */
const FOUR_IN_FIVE = 1.2816;

/**
 * What is expected from `now` to the end of each day up to `lastDay`. `history` are the days before today that had any use, in any order;
 * what is left out counts as 0 from the first on. `today` is what was consumed today so far.
 */
export function outlook(history: readonly DayOfUse[], today: number, now: Instant, lastDay: Day): Outlook {
  const amounts = knownAmounts(history, dayOf(now));
  const known = amounts.filter((amount) => amount !== null);
  const days = daysFrom(dayOf(now), lastDay);
  const elapsed = (now - startOfDay(dayOf(now))) / DAY_MS;
  /** What each day from today on is expected to have; of today what is left of it. */
  const ahead = (ofDay: (ahead: number) => number) =>
    cumulated(days.map((_, index) => ofDay(index) * (index === 0 ? 1 - elapsed : 1)));
  if (known.length === 0 && today <= 0) {
    return {
      method: 'nothing-used',
      daysOfHistory: 0,
      days: days.map((day) => ({ day, expected: 0, low: 0, high: 0 })),
    };
  }
  if (known.length < DAYS_FOR_A_PATTERN) {
    // A first day counts as a whole one: what came in its first hours says little of the next.
    const perDay = (sum(known) + today) / Math.max(1, known.length + elapsed);
    const error = ERROR_OF_A_SHORT_HISTORY * (1 + 1 / (1 + known.length));
    return {
      method: 'daily-rate',
      daysOfHistory: known.length,
      days: ranged(
        days,
        ahead(() => perDay),
        days.map(() => error),
      ),
    };
  }
  const patterns = patternsUntilEachDay(withoutBursts(amounts));
  const newest = patterns[amounts.length]!;
  const expected = ahead((index) => expectedOn(newest, amounts.length + index));
  return {
    method: 'weekday-pattern',
    daysOfHistory: known.length,
    days: ranged(days, expected, errorsByLength(amounts, patterns, days.length)),
  };
}

/** From the first day of use to yesterday, a figure a day; what is left out of the history is 0. */
function knownAmounts(history: readonly DayOfUse[], today: Day): Amount[] {
  const used = history.filter((each) => each.amount > 0 && each.day < today);
  if (used.length === 0) return [];
  const first = numberOf(used.reduce((earliest, each) => (each.day < earliest ? each.day : earliest), today));
  const amounts = new Array<number>(numberOf(today) - first).fill(0);
  const lastUses = new Map<Month, Day>();
  for (const { day, amount } of used) {
    amounts[numberOf(day) - first]! += amount;
    const month = monthOfDay(day);
    if (day > (lastUses.get(month) ?? '')) lastUses.set(month, day);
  }
  lastUses.delete(monthOfDay(today));
  const known: Amount[] = amounts;
  for (const [month, lastUse] of lastUses) {
    const last = numberOf(lastUse) - first;
    const end = numberOf(resetOf(month)) - first;
    if (brokeOff(amounts, last, end)) known.fill(null, last + 1, end);
  }
  return known;
}

/** Whether use broke off after that day, until the month's end, rather than came to its usual pause. */
function brokeOff(amounts: readonly Amount[], last: number, end: number): boolean {
  if (end - last - 1 < DAYS_OF_BEING_BLOCKED) return false;
  const week = amounts.slice(Math.max(0, last - 6), last + 1);
  return week.filter((amount) => amount !== null && amount > 0).length >= DAYS_USED_IN_A_WEEK;
}

function numberOf(day: Day): number {
  return startOfDay(day) / DAY_MS;
}

function daysFrom(first: Day, last: Day): Day[] {
  const days: Day[] = [];
  for (let at = startOfDay(first); at <= startOfDay(last); at = (at + DAY_MS) as Instant) days.push(dayOf(at));
  return days;
}

/** Weekdays as remainders: day 0 of the history is of weekday 0, whichever that is. */
function weekdayOf(index: number): number {
  return index % 7;
}

function withoutBursts(amounts: readonly Amount[]): Amount[] {
  return amounts.map((amount, index) => {
    if (amount === null) return null;
    const others: number[] = [];
    for (let week = -WEEKS_AROUND; week <= WEEKS_AROUND; week += 1) {
      const other = amounts[index + 7 * week];
      if (week !== 0 && typeof other === 'number') others.push(other);
    }
    const usual = others.length < 2 ? 0 : middle(others);
    // Where a weekday usually has nothing there is no telling what would be too much.
    return usual > 0 ? Math.min(amount, MOST_TIMES_USUAL * usual) : amount;
  });
}

interface Pattern {
  /** Of each weekday, where 1 is the mean of all days. */
  shares: number[];
  /** Of a day with share 1. */
  level: number;
}

function expectedOn(pattern: Pattern, index: number): number {
  return pattern.level * pattern.shares[weekdayOf(index)]!;
}

/** The pattern as it would have been seen on each morning: `[n]` has seen the first n days. */
function patternsUntilEachDay(amounts: readonly Amount[]): Pattern[] {
  const sums = new Array<number>(7).fill(0);
  const counts = new Array<number>(7).fill(0);
  const patterns: Pattern[] = [];
  let total = 0;
  let known = 0;
  for (let seen = 0; seen <= amounts.length; seen += 1) {
    const mean = total / known;
    const shares = sums.map((of, weekday) => (total > 0 && counts[weekday]! > 0 ? of / counts[weekday]! / mean : 1));
    patterns.push({ shares, level: levelOf(amounts, seen, shares) });
    const amount = amounts[seen];
    if (typeof amount !== 'number') continue;
    sums[weekdayOf(seen)]! += amount;
    counts[weekdayOf(seen)]! += 1;
    total += amount;
    known += 1;
  }
  return patterns;
}

const FADING = 0.5 ** (1 / HALF_LIFE_DAYS);
/** Older days no longer move the level. */
const DAYS_OF_A_LEVEL = 15 * HALF_LIFE_DAYS;

function levelOf(amounts: readonly Amount[], seen: number, shares: readonly number[]): number {
  let consumed = 0;
  let usual = 0;
  let weight = 1;
  for (let index = seen - 1; index >= Math.max(0, seen - DAYS_OF_A_LEVEL); index -= 1) {
    const amount = amounts[index];
    if (typeof amount !== 'number') continue;
    consumed += weight * amount;
    usual += weight * shares[weekdayOf(index)]!;
    weight *= FADING;
  }
  return usual > 0 ? consumed / usual : 0;
}

/**
 * How far the method is off over 1, 2 … `longest` days, as standard deviations of logarithms: tried on every stretch of that length after
 * the first two weeks all of whose days are known. Stretches overlap, so they weigh as much as so many that do not. What was a burst is
 * told with hindsight, so the method is tried a little too kindly.
 */
function errorsByLength(amounts: readonly Amount[], patterns: readonly Pattern[], longest: number): number[] {
  const squares = new Array<number>(longest).fill(0);
  const stretches = new Array<number>(longest).fill(0);
  for (let begin = DAYS_FOR_A_PATTERN; begin < amounts.length; begin += 1) {
    let expected = 0;
    let actual = 0;
    for (let length = 1; length <= longest; length += 1) {
      const amount = amounts[begin + length - 1];
      if (typeof amount !== 'number') break;
      expected += expectedOn(patterns[begin]!, begin + length - 1);
      actual += amount;
      squares[length - 1]! += errorOf(expected, actual) ** 2;
      stretches[length - 1]! += 1;
    }
  }
  let last = SUPPOSED_ERROR;
  return squares.map((of, index) => {
    const count = stretches[index]!;
    // Longer than anything that could be tried: no better than what was.
    if (count === 0) return Math.max(SUPPOSED_ERROR, last);
    const apart = (count - 1) / (index + 1) + 1;
    last = Math.sqrt(((of / count) * apart + SUPPOSED_ERROR ** 2) / (apart + 1));
    return last;
  });
}

function errorOf(expected: number, actual: number): number {
  if (expected === actual) return 0;
  if (expected <= 0 || actual <= 0) return MOST_ERROR;
  return Math.max(-MOST_ERROR, Math.min(MOST_ERROR, Math.log(actual / expected)));
}

/** Consumption only grows, so low and high never fall from one day to the next. */
function ranged(days: readonly Day[], expected: readonly number[], errors: readonly number[]): OutlookDay[] {
  let low = 0;
  let high = 0;
  return days.map((day, index) => {
    const factor = Math.exp(FOUR_IN_FIVE * errors[index]!);
    low = Math.max(low, expected[index]! / factor);
    high = Math.max(high, expected[index]! * factor);
    return { day, expected: expected[index]!, low: Math.min(low, expected[index]!), high };
  });
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

function cumulated(amounts: readonly number[]): number[] {
  let total = 0;
  return amounts.map((amount) => {
    total += amount;
    return total;
  });
}

function middle(amounts: number[]): number {
  const sorted = amounts.sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}
