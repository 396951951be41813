// Instants, days and months in UTC (C1), and the year of a pre-purchase (E8).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addMonths,
  addYear,
  type Day,
  dayOf,
  formatInstant,
  type Instant,
  type Month,
  monthOf,
  monthOfDay,
  parseDay,
  parseInstant,
  resetOf,
  startOfDay,
} from '../../src/core/month.ts';
import { moment } from './a-ledger.ts';

describe('an instant is RFC 3339 in UTC', () => {
  it.each([
    ['2026-11-21T08:00:00Z', '2026-11-21T08:00:00Z'],
    ['2026-11-21T08:00:00.5Z', '2026-11-21T08:00:00.500Z'],
    ['2026-11-21T08:00:00.123456789Z', '2026-11-21T08:00:00.123Z'], // cut off, never rounded into the next day
    ['2026-12-31T23:59:59.9999Z', '2026-12-31T23:59:59.999Z'],
    ['2028-02-29T00:00:00Z', '2028-02-29T00:00:00Z'],
  ])('%s', (text, written) => {
    expect(formatInstant(moment(text))).toBe(written);
  });

  it.each([
    '2026-11-21',
    '2026-11-21T08:00:00',
    '2026-11-21T08:00Z',
    '2026-11-21T08:00:00+01:00',
    '2026-02-29T08:00:00Z',
    '2026-13-01T08:00:00Z',
    '2026-00-01T08:00:00Z',
    '2026-11-31T08:00:00Z',
    '2026-11-21T24:00:00Z',
    '2026-11-21T23:60:00Z',
    '2026-11-21T23:59:60Z',
    '1999-12-31T23:59:59Z',
    '2200-01-01T00:00:00Z',
    ' 2026-11-21T08:00:00Z',
    '2026-11-21T08:00:00Z\n',
    'now',
    '',
  ])('%j is none', (text) => {
    expect(parseInstant(text)).toBeNull();
  });
});

describe('a day is one of the calendar', () => {
  it.each(['2026-11-21', '2028-02-29', '2000-02-29', '2100-02-28', '2199-12-31'])('%s is', (text) => {
    expect(parseDay(text)).toBe(text);
  });
  it.each(['2026-02-29', '2100-02-29', '2026-04-31', '2026-1-1', '2026-01-00', '26-01-01', '2026-01-01T00:00:00Z', ''])(
    '%j is not',
    (text) => {
      expect(parseDay(text)).toBeNull();
    },
  );
});

describe('C1: a moment belongs to one UTC day and month', () => {
  it.each([
    ['2026-10-31T23:59:59.999Z', '2026-10-31', '2026-10', '2026-11-01'],
    ['2026-11-01T00:00:00Z', '2026-11-01', '2026-11', '2026-12-01'],
    ['2026-12-31T23:59:59.999Z', '2026-12-31', '2026-12', '2027-01-01'],
    ['2028-02-29T12:00:00Z', '2028-02-29', '2028-02', '2028-03-01'],
  ])('%s is of %s, of %s, which is gone on %s', (text, day, month, reset) => {
    expect(dayOf(moment(text))).toBe(day);
    expect(monthOf(moment(text))).toBe(month);
    expect(monthOfDay(day as Day)).toBe(month);
    expect(resetOf(month as Month)).toBe(reset);
  });

  it.each([
    ['2026-11', 1, '2026-12'],
    ['2026-12', 1, '2027-01'],
    ['2026-01', -1, '2025-12'],
    ['2026-01', -13, '2024-12'],
    ['2026-06', 0, '2026-06'],
  ])('%s and %i months is %s', (month, count, expected) => {
    expect(addMonths(month as Month, count)).toBe(expected);
  });
});

describe('E8: a year from a day', () => {
  it.each([
    ['2026-03-10', '2027-03-10'],
    ['2028-02-29', '2029-03-01'],
    ['2027-02-28', '2028-02-28'],
    ['2027-12-31', '2028-12-31'],
    ['2199-05-10', '2200-05-10'], // the last year whose days can be said still has years after it
  ])('from %s is %s', (day, expected) => {
    expect(addYear(day as Day)).toBe(expected);
  });
});

const instants = fc
  .integer({ min: moment('2000-01-01T00:00:00Z'), max: moment('2199-12-31T23:59:59.999Z') })
  .map((ms) => ms as Instant);

it('law: reading what was written gives the same instant, and its day begins no later than it', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      expect(parseInstant(formatInstant(instant))).toBe(instant);
      const start = startOfDay(dayOf(instant));
      expect(start <= instant && instant < start + 86_400_000).toBe(true);
    }),
    { numRuns: 300 },
  );
});

it('law: months tile time: an instant is before the reset of its own month and not before that of the last', () => {
  fc.assert(
    fc.property(instants, (instant) => {
      const month = monthOf(instant);
      expect(instant < startOfDay(resetOf(month))).toBe(true);
      expect(instant >= startOfDay(resetOf(addMonths(month, -1)))).toBe(true);
    }),
    { numRuns: 300 },
  );
});
