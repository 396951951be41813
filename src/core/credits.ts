// Credits: exact decimals with at most 6 places (R6), held as whole micro-credits so that no binary floating point is met
// between the request and the report. One type serves the three currencies; the currency always travels beside it.

/** An amount of credits in micro-credits (1 credit = 1,000,000). Never negative in a decision; differences may be. */
export type Credits = bigint & { readonly unit: 'micro-credits' };

export const CURRENCIES = ['ai-builder-credits', 'copilot-credits', 'copilot-sessions'] as const;
export type Currency = (typeof CURRENCIES)[number];

export const MICRO = 1_000_000n;
export const NO_CREDITS = 0n as Credits;
/** The most that one action may cost. */
export const MOST_CREDITS_OF_AN_ACTION = (1_000_000_000n * MICRO) as Credits;
/** The most of one currency that a tenant can own, so that every allocation and every sum of them fits as well. */
export const MOST_CREDITS_OWNED = (1_000_000_000_000n * MICRO) as Credits;

/** What a decimal string of credits looks like on the wire: no sign, no exponent, at most 6 places, at most 12 whole digits. */
export const CREDITS_PATTERN = '^(0|[1-9][0-9]{0,11})(\\.[0-9]{1,6})?$';
const creditsExpression = new RegExp(CREDITS_PATTERN);

/** Reads a decimal string: `credits('7.5')` → 7500000n. Throws a RangeError for anything that `CREDITS_PATTERN` refuses. */
export function credits(decimal: string): Credits {
  if (!creditsExpression.test(decimal)) throw new RangeError(`not a decimal string of credits: ${JSON.stringify(decimal)}`);
  return creditsAsWritten(decimal);
}

/** Reads what `formatCredits` wrote, of any size: sums may have more digits than a request may name. Not for input. */
export function creditsAsWritten(decimal: string): Credits {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return (BigInt(whole) * MICRO + BigInt(fraction.padEnd(6, '0'))) as Credits;
}

/** Writes credits as a decimal string without needless zeros: `formatCredits(7500000n)` → `'7.5'`. */
export function formatCredits(amount: Credits): string {
  if (amount < 0n) return `-${formatCredits(-amount as Credits)}`;
  const whole = amount / MICRO;
  const fraction = amount % MICRO;
  if (fraction === 0n) return whole.toString();
  return `${whole}.${fraction.toString().padStart(6, '0').replace(/0+$/, '')}`;
}

/** Rounds up to whole credits (R3). */
export function ceilToWhole(amount: Credits): Credits {
  return (((amount + MICRO - 1n) / MICRO) * MICRO) as Credits;
}

/** Rounds down to whole credits (A7). */
export function floorToWhole(amount: Credits): Credits {
  return ((amount / MICRO) * MICRO) as Credits;
}

export function plus(a: Credits, b: Credits): Credits {
  return (a + b) as Credits;
}

export function minus(a: Credits, b: Credits): Credits {
  return (a - b) as Credits;
}

export function atLeastNone(amount: Credits): Credits {
  return amount > 0n ? amount : NO_CREDITS;
}

export function least(a: Credits, b: Credits): Credits {
  return a < b ? a : b;
}

/** `part` of `whole` in per cent, at most 2 places, rounded half up, as a decimal string; null where `whole` is 0. */
export function percentOf(part: Credits, whole: Credits): string | null {
  if (whole === 0n) return null;
  const hundredths = (part * 10_000n * 2n + whole) / (whole * 2n);
  const fraction = (hundredths % 100n).toString().padStart(2, '0').replace(/0+$/, '');
  return fraction ? `${hundredths / 100n}.${fraction}` : `${hundredths / 100n}`;
}
