// Filters as they stand in the address, read as the API takes them. What makes no sense there is left out.

import { DAY_MS, formatInstant, type Instant, parseDay, startOfDay } from '../core/month.ts';

export function oneOf<T extends string>(known: readonly T[], text: string | undefined): T | undefined {
  return known.find((each) => each === text);
}

/** 00:00 UTC of a day, or of one after it; undefined where it is no day. */
export function startOf(day: string | undefined, daysAfter: number): string | undefined {
  const parsed = day === undefined ? null : parseDay(day);
  return parsed === null ? undefined : formatInstant((startOfDay(parsed) + daysAfter * DAY_MS) as Instant);
}

export function withoutUnset<Filter extends object>(filter: Filter): Partial<Filter> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)) as Partial<Filter>;
}
