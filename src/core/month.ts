// Instants, days and months, all UTC (C1). Months and days are values such as `2026-11` and `2026-11-21`, never dates with
// a hidden clock; intervals are half-open. An instant is whole milliseconds: finer fractions of a second are cut off.

/** Milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = number & { readonly unit: 'epoch-milliseconds' };
/** A UTC day such as `2026-11-21`. */
export type Day = string & { readonly unit: 'day' };
/** A UTC month such as `2026-11`. */
export type Month = string & { readonly unit: 'month' };

export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;
const FIRST_YEAR = 2000;
const LAST_YEAR = 2199;

/** Reads an RFC 3339 instant in UTC (`2026-11-21T08:00:00Z`, years 2000 to 2199); null where it is none. */
export function parseInstant(text: string): Instant | null {
  const parts = INSTANT.exec(text);
  if (!parts) return null;
  const [, year, month, day, hour, minute, second, fraction = ''] = parts;
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return null;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return null;
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second), ms) as Instant;
}

/** Reads a day (`2026-11-21`); null where the calendar has none. */
export function parseDay(text: string): Day | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text);
  return parts && isCalendarDay(Number(parts[1]), Number(parts[2]), Number(parts[3])) ? (text as Day) : null;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || day < 1) return false;
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate();
}

/** Writes an instant as RFC 3339 in UTC; milliseconds only where there are any. null, where there is none, stays null. */
export function formatInstant(instant: Instant): string;
export function formatInstant(instant: Instant | null): string | null;
export function formatInstant(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString().replace('.000Z', 'Z');
}

// A decision asks for the day of `now` again and again: the last answer is kept.
let lastDayStart = Number.NaN;
let lastDay = '' as Day;

export function dayOf(instant: Instant): Day {
  const start = Math.floor(instant / DAY_MS);
  if (start !== lastDayStart) {
    lastDayStart = start;
    lastDay = new Date(start * DAY_MS).toISOString().slice(0, 10) as Day;
  }
  return lastDay;
}

export function monthOf(instant: Instant): Month {
  return dayOf(instant).slice(0, 7) as Month;
}

export function monthOfDay(day: Day): Month {
  return day.slice(0, 7) as Month;
}

/** 00:00 UTC of a day. */
export function startOfDay(day: Day): Instant {
  return Date.parse(`${day}T00:00:00Z`) as Instant;
}

export function firstDayOf(month: Month): Day {
  return `${month}-01` as Day;
}

export function addMonths(month: Month, count: number): Month {
  const index = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, '0')}-${String((index % 12) + 1).padStart(2, '0')}` as Month;
}

/** The day a year later; 29 February → 1 March (E8). */
export function addYear(day: Day): Day {
  const year = Number(day.slice(0, 4)) + 1;
  // The year after a leap year is none.
  return (day.endsWith('-02-29') ? `${year}-03-01` : `${year}${day.slice(4)}`) as Day;
}

/** The day on which the counts of a month are gone: the 1st of the next. */
export function resetOf(month: Month): Day {
  return firstDayOf(addMonths(month, 1));
}
