// Exact sums of credits (R6): decimal strings of the API as whole micro-credits, because numbers would round them.

const PLACES = 6;

/** `microCreditsOf('7.5')` is `7_500_000n`. */
export function microCreditsOf(credits: string): bigint {
  const [whole = '0', fraction = ''] = credits.split('.');
  return BigInt(whole + fraction.padEnd(PLACES, '0'));
}

/** `formatMicroCredits(7_500_000n)` is `'7.5'`. */
export function formatMicroCredits(micro: bigint): string {
  if (micro < 0n) return `-${formatMicroCredits(-micro)}`;
  const digits = String(micro).padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return digits.slice(0, -PLACES) + (fraction === '' ? '' : `.${fraction}`);
}
