// Credits of the reference model: whole millionths (R6), as bigint.

export const ONE = 1_000_000n;

/** `micro('7.5')` → 7500000n. */
export function micro(decimal: string): bigint {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

/** `written(7500000n)` → `'7.5'`. */
export function written(amount: bigint): string {
  const sign = amount < 0n ? '-' : '';
  const digits = String(amount < 0n ? -amount : amount).padStart(7, '0');
  return `${sign}${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
}

export function above(amount: bigint, line: bigint): bigint {
  return amount > line ? amount - line : 0n;
}

export function sum(amounts: Iterable<bigint>): bigint {
  let total = 0n;
  for (const amount of amounts) total += amount;
  return total;
}
