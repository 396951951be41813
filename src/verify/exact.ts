// Exact amounts and the calendar, of `bursar verify` alone: whole micro-credits, moments as whole microseconds, months as `2026-11`.

/** A whole number, always exact: a number wherever that is safe (they are many times faster), else a bigint. Made only by what is below. */
export type Amount = number | bigint;

export function exact(amount: bigint): Amount {
  const number = Number(amount);
  return Number.isSafeInteger(number) ? number : amount;
}

export function plus(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return sum;
  }
  return exact(BigInt(a) + BigInt(b));
}

export function times(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    if (Number.isSafeInteger(product)) return product;
  }
  return exact(BigInt(a) * BigInt(b));
}

export function minus(a: Amount, b: Amount): Amount {
  return plus(a, -b);
}

const DECIMAL = /^\d+(\.\d{1,6})?$/;
const PLACES = [1_000_000, 100_000, 10_000, 1_000, 100, 10, 1];
const [ZERO, NINE, POINT] = [48, 57, 46];

/** `7.5` → 7500000; undefined for what is no decimal with at most six places. */
export function microCredits(decimal: unknown): Amount | undefined {
  if (typeof decimal !== 'string') return undefined;
  if (decimal.length === 0 || decimal.length > 9) return longMicroCredits(decimal);
  let [digits, point] = [0, -1];
  for (let index = 0; index < decimal.length; index += 1) {
    const code = decimal.charCodeAt(index);
    if (code >= ZERO && code <= NINE) digits = digits * 10 + code - ZERO;
    else if (code === POINT && point < 0) point = index;
    else return undefined;
  }
  if (point < 0) return digits * 1_000_000;
  const places = decimal.length - point - 1;
  return point === 0 || places === 0 || places > 6 ? undefined : digits * PLACES[places]!;
}

function longMicroCredits(decimal: string): Amount | undefined {
  if (!DECIMAL.test(decimal)) return undefined;
  const [whole, fraction = ''] = decimal.split('.') as [string, string?];
  return exact(BigInt(whole + fraction.padEnd(6, '0')));
}

/** What stands for a figure of the database that is no whole number, such as NaN: it is no sum of anything. */
const NO_NUMBER = -(10n ** 60n);

/** A whole number as PostgreSQL writes it. */
export function wholeNumber(text: string | null | undefined): Amount {
  if (text === null || text === undefined || text === '') return NO_NUMBER;
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  return /^-?\d+$/.test(text) ? BigInt(text) : NO_NUMBER;
}

/** 7500000 → `7.5`. */
export function asCredits(amount: Amount): string {
  if (amount <= NO_NUMBER / 2n) return 'no number';
  const digits = (amount < 0 ? -amount : amount).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '');
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -6)}${fraction && `.${fraction}`}`;
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
