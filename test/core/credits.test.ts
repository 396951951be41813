// Credits: exact decimals (R6) and the roundings that the rules name (R3, A7, percentages).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  atLeastNone,
  CREDITS_PATTERN,
  type Credits,
  ceilToWhole,
  credits,
  floorToWhole,
  formatCredits,
  MOST_CREDITS_OF_AN_ACTION,
  MOST_CREDITS_OWNED,
  percentOf,
} from '../../src/core/credits.ts';

describe('R6: a decimal string is read exactly and written without needless zeros', () => {
  it.each([
    ['0', 0n, '0'],
    ['1', 1_000_000n, '1'],
    ['7.5', 7_500_000n, '7.5'],
    ['0.13', 130_000n, '0.13'],
    ['0.000001', 1n, '0.000001'],
    ['1025000', 1_025_000_000_000n, '1025000'],
    ['1500.500000', 1_500_500_000n, '1500.5'],
    ['999999999999.999999', 999_999_999_999_999_999n, '999999999999.999999'],
  ])('%s', (text, micro, written) => {
    expect(credits(text)).toBe(micro);
    expect(formatCredits(credits(text))).toBe(written);
  });

  it('a difference below zero is written with a sign', () => {
    expect(formatCredits(-1_500_000n as Credits)).toBe('-1.5');
  });
});

describe('R6: what is no decimal string of credits is refused', () => {
  it.each([
    '',
    ' ',
    '-1',
    '+1',
    '1e3',
    '1E3',
    '.5',
    '5.',
    '01',
    '00',
    '1.0000001',
    '1,5',
    '1 000',
    'NaN',
    'Infinity',
    '0x1',
    '１',
    '1\n',
  ])('%j', (text) => {
    expect(() => credits(text)).toThrow(RangeError);
    expect(new RegExp(CREDITS_PATTERN).test(text)).toBe(false);
  });

  it('13 whole digits are more than anybody can own', () => {
    expect(() => credits('1000000000000')).toThrow(RangeError);
  });
});

describe('rounding', () => {
  it.each([
    ['0', '0', '0'],
    ['0.000001', '1', '0'],
    ['151.999999', '152', '151'],
    ['152', '152', '152'],
    ['152.000001', '153', '152'],
  ])('R3, A7: %s rounds up to %s and down to %s whole credits', (text, up, down) => {
    expect(formatCredits(ceilToWhole(credits(text)))).toBe(up);
    expect(formatCredits(floorToWhole(credits(text)))).toBe(down);
  });

  it.each([
    ['1300', '2999', '43.35'],
    ['1', '3', '33.33'],
    ['2', '3', '66.67'],
    ['1', '20000', '0.01'], // 0.005 is half: up
    ['1', '20001', '0'],
    ['125', '200', '62.5'],
    ['1300', '1000', '130'],
    ['0', '5', '0'],
  ])('%s of %s is %s per cent, at most two places, half up', (part, whole, percent) => {
    expect(percentOf(credits(part), credits(whole))).toBe(percent);
  });

  it('there is no percentage of nothing', () => {
    expect(percentOf(credits('5'), credits('0'))).toBeNull();
  });

  it('what would be below zero counts as none', () => {
    expect(atLeastNone(-1n as Credits)).toBe(0n);
    expect(atLeastNone(1n as Credits)).toBe(1n);
  });
});

it('all that a tenant can own, and a thousand of the dearest actions, fit a 64-bit column', () => {
  const largest = 2n ** 63n - 1n;
  expect(MOST_CREDITS_OWNED * 5n).toBeLessThan(largest);
  expect(MOST_CREDITS_OF_AN_ACTION * 1_000n).toBeLessThan(largest);
});

const amounts = fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n }).map((micro) => micro as Credits);

it('law: reading what was written gives the same credits', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      expect(formatCredits(amount)).toMatch(new RegExp(CREDITS_PATTERN));
      expect(credits(formatCredits(amount))).toBe(amount);
    }),
    { numRuns: 500 },
  );
});

it('law: rounding up and down encloses an amount within one credit', () => {
  fc.assert(
    fc.property(amounts, (amount) => {
      const [up, down] = [ceilToWhole(amount), floorToWhole(amount)];
      expect(down <= amount && amount <= up).toBe(true);
      expect(up - down === 0n || up - down === 1_000_000n).toBe(true);
    }),
    { numRuns: 300 },
  );
});
