// Retention: for how long single actions are kept. What they add up to is kept for ever.

import { addMonths, type Instant, type Month, monthOf } from './month.ts';

/** Late usage, and the keys that go with it, reach back into last month (C3, D12); one more, so that nothing is dropped that is in use. */
export const FEWEST_MONTHS_KEPT = 2;

/** The first month of which actions are kept: `firstMonthKept(21 November 2026, 2)` is 2026-09. */
export function firstMonthKept(now: Instant, keepMonths: number): Month {
  return addMonths(monthOf(now), -keepMonths);
}
