// Exact sums of credits (R6): decimal strings of the API as whole micro-credits.

const PLACES = 6;

export function microCreditsOf(credits: string): bigint {
  const [whole = '0', fraction = ''] = credits.split('.');
  return BigInt(whole + fraction.padEnd(PLACES, '0'));
}

export function formatMicroCredits(micro: bigint): string {
  const digits = String(micro).padStart(PLACES + 1, '0');
  const fraction = digits.slice(-PLACES).replace(/0+$/, '');
  return digits.slice(0, -PLACES) + (fraction === '' ? '' : `.${fraction}`);
}
