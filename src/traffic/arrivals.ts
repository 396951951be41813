// When actions arrive: a rate that follows the hours of the week, times bursts from minute to minute, filled with gaps as in the trace.
// Gaps and bursts are fitted; the hours of the week are our own picture of office work (the trace lasts an hour).

import { BURST_DEVIATION, BURST_MEMORY, GAP_QUANTILES } from './fitted-figures.ts';
import type { Random } from './random.ts';

export const WEEK_PATTERNS = ['office', 'flat'] as const;
export type WeekPattern = (typeof WEEK_PATTERNS)[number];

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Of a working day, UTC hour by hour; weekends have a fifth of it. */
const OFFICE_HOURS = [2, 2, 1, 1, 2, 4, 8, 20, 45, 65, 75, 70, 50, 60, 75, 72, 60, 40, 22, 14, 10, 7, 5, 3];
const WEEKEND_SHARE = 0.2;
const MEAN_OF_OFFICE_HOURS = (OFFICE_HOURS.reduce((sum, share) => sum + share, 0) / 24) * ((5 + 2 * WEEKEND_SHARE) / 7);

/** The moments of arrival, in milliseconds since 1970 with fractions, in [from, to), rising. Over whole weeks `perDay` is the mean. */
export function* arrivals(
  random: Random,
  from: number,
  to: number,
  perDay: number,
  pattern: WeekPattern = 'office',
): Generator<number, void> {
  if (!(perDay > 0)) return;
  let minute = Math.floor(from / MINUTE_MS);
  let burst = random.normal() * BURST_DEVIATION;
  let rate = ratePerMs(minute);
  let now = from;
  // A gap is drawn for a rate of 1 and stretched by the rate of every minute that it crosses.
  let left = random.quantile(GAP_QUANTILES);
  while (now < to) {
    const endOfMinute = (minute + 1) * MINUTE_MS;
    const used = (endOfMinute - now) * rate;
    if (used <= left) {
      left -= used;
      now = endOfMinute;
      minute += 1;
      burst = BURST_MEMORY * burst + Math.sqrt(1 - BURST_MEMORY ** 2) * BURST_DEVIATION * random.normal();
      rate = ratePerMs(minute);
      continue;
    }
    now += left / rate;
    if (now >= to) return;
    yield now;
    left = random.quantile(GAP_QUANTILES);
  }

  function ratePerMs(ofMinute: number): number {
    // The mean of a lognormal is above its middle by this half.
    return (perDay / DAY_MS) * weekShare(ofMinute * MINUTE_MS, pattern) * Math.exp(burst - BURST_DEVIATION ** 2 / 2);
  }
}

function weekShare(ms: number, pattern: WeekPattern): number {
  if (pattern === 'flat') return 1;
  const at = new Date(ms);
  const weekend = at.getUTCDay() === 0 || at.getUTCDay() === 6;
  return (OFFICE_HOURS[at.getUTCHours()]! * (weekend ? WEEKEND_SHARE : 1)) / MEAN_OF_OFFICE_HOURS;
}
