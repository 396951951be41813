// The arithmetic of `bursar verify`: exact at every size, and sums of usage that agree only where every row does.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Amount, asCredits, exact, microCredits, minus, plus, times, wholeNumber } from '../../src/verify/exact.ts';
import { UsageSums, Weight } from '../../src/verify/usage-sums.ts';

const whole = fc.oneof(
  fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }),
  fc.constantFrom(2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n), 0n, 1n),
);

describe('an amount', () => {
  it('is exact at every size, and a number exactly where that is safe', () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        for (const [ours, is] of [
          [plus(exact(a), exact(b)), a + b],
          [minus(exact(a), exact(b)), a - b],
          [times(exact(a), exact(b)), a * b],
          [wholeNumber(String(a)), a],
        ] as [Amount, bigint][]) {
          expect(BigInt(ours)).toBe(is);
          expect(typeof ours).toBe(Number.isSafeInteger(Number(is)) ? 'number' : 'bigint');
        }
      }),
    );
  });

  it('is read from a decimal with at most six places, and written as one', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), (micros) => {
        expect(microCredits(asCredits(exact(micros)))).toBe(exact(micros));
      }),
    );
    for (const [text, micros] of [
      ['7.5', 7_500_000],
      ['0.000001', 1],
      ['007', 7_000_000],
      ['1234567.5', 1_234_567_500_000],
      ['123456789.123456', 123_456_789_123_456],
      ['99999999999', 99_999_999_999_000_000n],
    ] as const)
      expect(microCredits(text), text).toBe(micros);
    for (const text of ['', '.', '.5', '5.', '1.2.3', '1.1234567', '-1', '1e3', ' 1', '１', 'NaN', '12345678901.', null, 5])
      expect(microCredits(text), String(text)).toBeUndefined();
  });

  it('is no sum of anything where the database has no whole number', () => {
    for (const text of ['NaN', 'Infinity', '1.5', '', null, undefined, '9007199254740993.5']) {
      expect(asCredits(wholeNumber(text))).toBe('no number');
    }
  });
});

describe('sums of usage', () => {
  type Row = [key: string, credits: bigint, units: number, actions: number];
  const sumsOf = (rows: readonly Row[]) => {
    const sums = new UsageSums();
    const weight = new Weight();
    for (const [key, credits, units, actions] of rows)
      sums.add('2026-03-01', weight.start().add(key), exact(credits), units, actions, 0);
    return sums;
  };
  const agree = (a: readonly Row[], b: readonly Row[]) => sumsOf(a).agreesWith(sumsOf(b), '2026-03-01');
  const row = fc.tuple(
    fc.string({ minLength: 1, maxLength: 12 }),
    fc.bigInt({ min: 0n, max: 10n ** 17n }),
    fc.nat(5000),
    fc.integer({ min: 1, max: 9 }),
  );

  it('agree in whatever order and parts the same is added', () => {
    fc.assert(
      fc.property(fc.array(row, { minLength: 1 }), fc.nat(), (rows, at) => {
        const [key, credits, units, actions] = rows[at % rows.length]!;
        const half = credits / 3n;
        const parted: Row[] = rows.filter((_, index) => index !== at % rows.length).reverse();
        parted.push([key, half, units, actions - 1], [key, credits - half, 0, 1]);
        expect(agree(rows, parted)).toBe(true);
      }),
    );
  });

  it('disagree where anything moves from one row to another, however round the figure', () => {
    const moved = fc.oneof(
      fc.bigInt({ min: 1n, max: 10n ** 12n }),
      fc.integer({ min: 0, max: 50 }).map((power) => 2n ** BigInt(power)),
      fc.constantFrom(1_000_000n, 1_000_000_000n, 2n ** 32n),
    );
    fc.assert(
      fc.property(row, row, moved, (a, b, credits) => {
        fc.pre(a[0] !== b[0]);
        const from: Row = [a[0], a[1] + credits, a[2], a[3]];
        expect(agree([from, b], [a, [b[0], b[1] + credits, b[2], b[3]]])).toBe(false);
        expect(agree([a, b], [[a[0], a[1], a[2] + 1, a[3]], b])).toBe(false);
        expect(agree([a, [b[0], b[1], b[2] + 1, b[3]]], [[a[0], a[1], a[2] + 1, a[3]], b])).toBe(false);
      }),
    );
  });

  it('disagree where a day is missing', () => {
    expect(agree([], [['a', 0n, 0, 1]])).toBe(false);
    expect(agree([], [])).toBe(true);
  });
});
