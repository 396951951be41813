// How figures are written and drawn. Credits travel as decimal strings and are shown exactly; only widths of bars are approximate.

import type { Amount } from './data.ts';

const LOCALE = 'en';

const amountFormat = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 6 });
const timeFormat = new Intl.DateTimeFormat(LOCALE, {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
  timeZone: 'UTC',
});
const dayFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', timeZone: 'UTC' });
const dateFormat = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const monthFormat = new Intl.DateTimeFormat(LOCALE, { month: 'long', year: 'numeric', timeZone: 'UTC' });

/** `'1025000.5'` → `'1,025,000.5'`, whatever its size. */
export function formatAmount(amount: Amount): string {
  return amountFormat.format(amount as `${number}`);
}

export function formatCount(count: number): string {
  return amountFormat.format(count);
}

/** `'103.2'` → `'103.2 %'`, with a space that does not break. */
export function formatPercent(percent: string): string {
  return `${percent}\u00a0%`;
}

/** All times are UTC, as the months are. */
export function formatTime(instant: string): string {
  return timeFormat.format(new Date(instant));
}

export function formatDay(instant: string): string {
  return dayFormat.format(new Date(instant));
}

/** A day, or the day of an instant: `1 Dec 2026` as the language writes it. */
export function formatDate(dayOrInstant: string): string {
  return dateFormat.format(new Date(dayOrInstant));
}

/** A day and its time. */
export function formatMoment(instant: string): string {
  return `${formatDate(instant)}, ${formatTime(instant)}`;
}

export function formatMonth(month: string): string {
  return monthFormat.format(new Date(`${month}-01T00:00:00Z`));
}

/** For comparing and drawing only. */
export function approximate(amount: Amount): number {
  return Number(amount);
}

export function isNone(amount: Amount): boolean {
  return amount === '0';
}

/** `part` of `whole` in per cent with at most 2 places; null where `whole` is 0. */
export function percentOf(part: Amount, whole: Amount): string | null {
  if (isNone(whole)) return null;
  return String(Math.round((approximate(part) / approximate(whole)) * 10_000) / 100);
}
