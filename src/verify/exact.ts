// Exact amounts and the calendar, of `bursar verify` alone: micro-credits as bigint, moments as whole microseconds, months as `2026-11`.

const DECIMAL = /^\d+(\.\d{1,6})?$/;
/** Entries say the same prices and sizes again and again. */
const read = new Map<string, bigint>();
const MOST_READ = 20_000;

/** `7.5` → 7500000n; undefined for what is no decimal with at most six places. */
export function microCredits(decimal: unknown): bigint | undefined {
  if (typeof decimal !== 'string') return undefined;
  const known = read.get(decimal);
  if (known !== undefined) return known;
  const amount = readDecimal(decimal);
  if (amount === undefined) return undefined;
  if (read.size >= MOST_READ) read.clear();
  read.set(decimal, amount);
  return amount;
}

function readDecimal(decimal: string): bigint | undefined {
  const point = decimal.indexOf('.');
  if (!DECIMAL.test(decimal)) return undefined;
  if (point < 0) return BigInt(decimal) * 1_000_000n;
  return BigInt(decimal.slice(0, point) + decimal.slice(point + 1).padEnd(6, '0'));
}

/** What stands for a figure of the database that is no whole number, such as NaN: it is no sum of anything. */
const NO_NUMBER = -(10n ** 60n);

/** A whole number as PostgreSQL writes it. */
export function wholeNumber(text: string | null | undefined): bigint {
  return text !== null && text !== undefined && /^-?\d+$/.test(text) ? BigInt(text) : NO_NUMBER;
}

/** 7500000n → `7.5`. */
export function asCredits(amount: bigint): string {
  if (amount <= NO_NUMBER / 2n) return 'no number';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${amount < 0n ? '-' : ''}${digits.slice(0, -6)}${fraction && `.${fraction}`}`;
}

export const DAY_MICROS = 86_400_000_000;
export const MINUTE_MICROS = 60_000_000;

export interface Day {
  day: string;
  month: string;
}

const days = new Map<number, Day>();

export function dayOfMicros(micros: number): Day {
  const number = Math.floor(micros / DAY_MICROS);
  let found = days.get(number);
  if (!found) {
    const day = new Date(number * 86_400_000).toISOString().slice(0, 10);
    found = { day, month: day.slice(0, 7) };
    if (days.size > 10_000) days.clear();
    days.set(number, found);
  }
  return found;
}

export function monthOfMicros(micros: number): string {
  return dayOfMicros(micros).month;
}

const before = new Map<string, string>();

export function monthBefore(month: string): string {
  let found = before.get(month);
  if (found === undefined) {
    const [year, number] = month.split('-').map(Number) as [number, number];
    found = number === 1 ? `${year - 1}-12` : `${year}-${String(number - 1).padStart(2, '0')}`;
    if (before.size > 10_000) before.clear();
    before.set(month, found);
  }
  return found;
}

export function startOfMonthMicros(month: string): number {
  return Date.parse(`${month}-01T00:00:00Z`) * 1000;
}

export function asInstant(micros: number): string {
  return new Date(micros / 1000).toISOString();
}
