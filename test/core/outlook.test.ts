// The outlook: what a daily history lets expect, and how wide its range is. Tables by hand, then laws.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DAY_MS, type Day, dayOf, type Instant, startOfDay } from '../../src/core/month.ts';
import { type DayOfUse, type Outlook, outlook } from '../../src/core/outlook.ts';
import { moment } from './a-ledger.ts';

// A Monday at midnight: of the week 2 to 8 March nothing has passed.
const MONDAY = moment('2026-03-02T00:00:00Z');
const WORKING_WEEK = [10, 10, 10, 10, 10, 0, 0];

/** The days before today, the newest last. */
function daysBefore(now: Instant, amounts: readonly number[]): DayOfUse[] {
  return amounts.map((amount, index) => ({
    day: dayOf((startOfDay(dayOf(now)) - (amounts.length - index) * DAY_MS) as Instant),
    amount,
  }));
}

function weeks(count: number, week: readonly number[] = WORKING_WEEK): number[] {
  return Array.from({ length: count }, () => week).flat();
}

function endOf(of: Outlook) {
  return of.days.at(-1)!;
}

function inDays(now: Instant, days: number): Day {
  return dayOf((now + days * DAY_MS) as Instant);
}

describe('the weekday pattern', () => {
  it('expects working days to be working days and weekends to be weekends', () => {
    const { method, daysOfHistory, days } = outlook(daysBefore(MONDAY, weeks(8)), 0, MONDAY, inDays(MONDAY, 6));
    expect({ method, daysOfHistory }).toEqual({ method: 'weekday-pattern', daysOfHistory: 56 });
    expect(days.map((each) => Math.round(each.expected))).toEqual([10, 20, 30, 40, 50, 50, 50]);
    expect(days[0]!.day).toBe('2026-03-02');
    expect(days[6]!.day).toBe('2026-03-08');
  });

  it('counts of today what is left of it', () => {
    const noon = (MONDAY + DAY_MS / 2) as Instant;
    const { days } = outlook(daysBefore(MONDAY, weeks(8)), 7, noon, dayOf(MONDAY));
    expect(days).toHaveLength(1);
    expect(days[0]!.expected).toBeCloseTo(5, 9);
  });

  it('follows the level of the last weeks', () => {
    const doubled = [...weeks(6), ...weeks(2, [20, 20, 20, 20, 20, 0, 0])];
    const { expected } = endOf(outlook(daysBefore(MONDAY, doubled), 0, MONDAY, inDays(MONDAY, 6)));
    expect(expected).toBeGreaterThan(80);
    expect(expected).toBeLessThanOrEqual(100);
  });

  it('takes a burst for no more than twice the usual', () => {
    const usual = weeks(8);
    const burst = usual.with(-3, 1000);
    const [plain, after] = [usual, burst].map((amounts) =>
      endOf(outlook(daysBefore(MONDAY, amounts), 0, MONDAY, inDays(MONDAY, 6))),
    );
    const twice = usual.with(-3, 20);
    expect(after!.expected).toBeCloseTo(endOf(outlook(daysBefore(MONDAY, twice), 0, MONDAY, inDays(MONDAY, 6))).expected, 9);
    expect(after!.expected).toBeLessThan(plain!.expected * 1.2);
    // It was there all the same: the range knows.
    expect(after!.high - after!.low).toBeGreaterThan(plain!.high - plain!.low);
  });

  it('begins with the first use, and counts days without any from then on as 0', () => {
    const since = daysBefore(MONDAY, [5, ...new Array(19).fill(0), ...weeks(1)]);
    const { daysOfHistory } = outlook([{ day: '2026-01-05' as Day, amount: 0 }, ...since], 0, MONDAY, inDays(MONDAY, 6));
    expect(daysOfHistory).toBe(27);
  });
});

describe('days on which use was most likely blocked are not known', () => {
  const MARCH = moment('2026-03-01T00:00:00Z');
  const daily = (days: number, amounts: (day: number) => number) =>
    Array.from({ length: days }, (_, index) => ({ day: inDays(MARCH, index - days), amount: amounts(index - days) }));

  it.each([
    // The last day of use, in days before the 1st of March; how many days are known of 56.
    ['spent on the 20th', -9, 48, 310],
    ['stopped three days before the end', -4, 53, 310],
  ])('%s', (_, last, known, expected) => {
    const { daysOfHistory, days } = outlook(
      daily(56, (day) => (day <= last ? 10 : 0)),
      0,
      MARCH,
      inDays(MARCH, 30),
    );
    expect(daysOfHistory).toBe(known);
    expect(Math.round(days.at(-1)!.expected)).toBe(expected);
  });

  it('but two days are a weekend', () => {
    const weekend = daily(56, (day) => (day <= -3 ? 10 : 0));
    const { daysOfHistory, days } = outlook(weekend, 0, MARCH, inDays(MARCH, 30));
    expect(daysOfHistory).toBe(56);
    expect(days.at(-1)!.expected).toBeLessThan(300);
  });

  it('and not where use is as rare anyway: a batch on the 1st of a month', () => {
    const batch = daily(59, (day) => (day === -59 || day === -28 ? 1000 : 0));
    const { daysOfHistory, days } = outlook(batch, 0, MARCH, inDays(MARCH, 30));
    expect(daysOfHistory).toBe(59);
    expect(days.at(-1)!.expected).toBeLessThan(1000);
  });

  it('nor in the month that is still running', () => {
    const now = moment('2026-02-28T00:00:00Z');
    const { daysOfHistory } = outlook(
      daily(56, (day) => (day <= -9 ? 10 : 0)),
      0,
      now,
      inDays(now, 0),
    );
    expect(daysOfHistory).toBe(55);
  });
});

describe('a short history', () => {
  it('of nothing expects nothing', () => {
    const { method, days } = outlook([], 0, MONDAY, inDays(MONDAY, 2));
    expect(method).toBe('nothing-used');
    expect(days.map(({ expected, low, high }) => [expected, low, high])).toEqual([
      [0, 0, 0],
      [0, 0, 0],
      [0, 0, 0],
    ]);
  });

  it.each([
    ['that began today counts today as a whole day', [], 6, 0.5, 6 * 0.5 + 6, 6.84],
    ['of a day and a half', [6], 3, 0.5, 6 * 0.5 + 6, 4.23],
    ['of 13 days has no pattern yet', new Array(13).fill(7), 0, 0, 14, 2.8],
  ])('%s', (_, amounts, today, elapsed, expected, factor) => {
    const now = (MONDAY + elapsed * DAY_MS) as Instant;
    const of = outlook(daysBefore(MONDAY, amounts), today, now, inDays(MONDAY, 1));
    expect(of.method).toBe('daily-rate');
    expect(endOf(of).expected).toBeCloseTo(expected, 9);
    // The fewer days, the wider.
    expect(endOf(of).high / endOf(of).expected).toBeCloseTo(factor, 2);
    expect(endOf(of).expected / endOf(of).low).toBeCloseTo(factor, 2);
  });

  it('of 14 days has one', () => {
    expect(outlook(daysBefore(MONDAY, weeks(2)), 0, MONDAY, inDays(MONDAY, 1)).method).toBe('weekday-pattern');
  });
});

describe('laws', () => {
  const amounts = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1e15 })), { maxLength: 120 });
  const given = fc.record({
    amounts,
    today: fc.integer({ min: 0, max: 1e15 }),
    elapsed: fc.integer({ min: 0, max: DAY_MS - 1 }),
    ahead: fc.integer({ min: 0, max: 30 }),
  });
  const of = (each: { amounts: number[]; today: number; elapsed: number; ahead: number }, times = 1) => {
    const now = (MONDAY + each.elapsed) as Instant;
    const history = daysBefore(
      MONDAY,
      each.amounts.map((amount) => amount * times),
    );
    return outlook(history, each.today * times, now, inDays(MONDAY, each.ahead));
  };

  it('consumption only grows: low ≤ expected ≤ high, and none falls from day to day', () => {
    fc.assert(
      fc.property(given, (each) => {
        let last = { expected: 0, low: 0, high: 0 };
        for (const day of of(each).days) {
          expect(Number.isFinite(day.high)).toBe(true);
          expect(day.low).toBeGreaterThanOrEqual(last.low);
          expect(day.expected).toBeGreaterThanOrEqual(last.expected);
          expect(day.high).toBeGreaterThanOrEqual(last.high);
          expect(day.low).toBeLessThanOrEqual(day.expected);
          expect(day.expected).toBeLessThanOrEqual(day.high);
          last = day;
        }
      }),
    );
  });

  it('the unit does not matter: of a thousand times as much it expects a thousand times as much', () => {
    fc.assert(
      fc.property(given, (each) => {
        const [one, thousand] = [endOf(of(each)), endOf(of(each, 1000))];
        for (const figure of ['expected', 'low', 'high'] as const) {
          expect(Math.abs(thousand[figure] - 1000 * one[figure])).toBeLessThanOrEqual(1e-9 * thousand[figure]);
        }
      }),
    );
  });

  it('more of the same never widens the range', () => {
    const week = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 7, maxLength: 7 }).filter((each) => each[0]! > 0);
    fc.assert(
      fc.property(week, fc.integer({ min: 2, max: 15 }), fc.integer({ min: 0, max: 30 }), (same, count, ahead) => {
        const wide = (howMany: number) => {
          const { low, expected, high } = endOf(
            outlook(daysBefore(MONDAY, weeks(howMany, same)), 0, MONDAY, inDays(MONDAY, ahead)),
          );
          return expected === 0 ? 0 : (high - low) / expected;
        };
        expect(wide(count + 1)).toBeLessThanOrEqual(wide(count) + 1e-9);
      }),
    );
  });

  it('what it expects of weeks that are all alike is one more of them', () => {
    const week = fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 7, maxLength: 7 });
    fc.assert(
      fc.property(week, fc.integer({ min: 2, max: 12 }), (same, count) => {
        const { days } = outlook(daysBefore(MONDAY, weeks(count, same)), 0, MONDAY, inDays(MONDAY, 6));
        let sum = 0;
        for (const [index, day] of days.entries()) {
          sum += same[index]!;
          expect(day.expected).toBeCloseTo(sum, 6);
        }
      }),
    );
  });
});
