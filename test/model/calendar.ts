// Days and months of the reference model: UTC, as text; moments are milliseconds. Shares nothing with src/core/month.ts.

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** `2026-11-21`. */
export function dayAt(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10);
}

/** `2026-11`. */
export function monthAt(moment: number): string {
  return new Date(moment).toISOString().slice(0, 7);
}

/** 00:00 UTC of a day (`2026-11-21`), or of the first of a month (`2026-11`). */
export function midnight(dayOrMonth: string): number {
  return Date.parse(dayOrMonth.length === 7 ? `${dayOrMonth}-01T00:00:00Z` : `${dayOrMonth}T00:00:00Z`);
}

export function monthAfter(month: string): string {
  return monthAt(midnight(month) + 32 * DAY);
}

export function monthBefore(month: string): string {
  return monthAt(midnight(month) - DAY);
}

/** E8: a year from a day; begun on 29 February it ends on 1 March. */
export function yearAfter(day: string): string {
  const [year, rest] = [Number(day.slice(0, 4)) + 1, day.slice(5)];
  return dayAt(Date.parse(`${year}-01-01T00:00:00Z`) + daysBefore(year, rest) * DAY);
}

function daysBefore(year: number, monthAndDay: string): number {
  const [month, day] = monthAndDay.split('-').map(Number) as [number, number];
  return (Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 1)) / DAY;
}
