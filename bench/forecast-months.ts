// The months that forecasts are judged on: an environment's consumption hour by hour, from twelve weeks before a month to its end.
// Actions come from the product's own generator of traffic (src/traffic: arrivals and tokens fitted to a published trace, office hours and
// weekends of our own making) and are priced by the product's rate cards; what happens to an environment beside that (growth, holidays,
// bursts …) is drawn from the seed. The same seed gives the same month everywhere.

import type { Usage } from '../src/core/action.ts';
import {
  addMonths,
  DAY_MS,
  type Day,
  dayOf,
  firstDayOf,
  type Instant,
  type Month,
  monthOfDay,
  startOfDay,
} from '../src/core/month.ts';
import { price } from '../src/core/rate-card.ts';
import { isRefusal } from '../src/core/refusal.ts';
import { generateTraffic } from '../src/traffic/generate-traffic.ts';
import { SAMPLE_MIX } from '../src/traffic/mix.ts';
import { type Random, randomOf } from '../src/traffic/random.ts';

/** What happens to an environment. */
export const KINDS = [
  'steady',
  'around the clock',
  'growing',
  'shrinking',
  'drifting',
  'step',
  'bursts',
  'holidays',
  'month begin',
  'blocked before',
  'new',
] as const;
export type Kind = (typeof KINDS)[number];

export interface HistoryDay {
  day: Day;
  /** Credits consumed from 00:00 to the beginning of each hour and, last, to the end of the day: 25 figures. */
  untilHour: readonly number[];
}

export interface GeneratedMonth {
  kind: Kind;
  month: Month;
  /** From twelve weeks before the month, or from the first use of a new environment, to the month's last day. */
  days: readonly HistoryDay[];
}

const HISTORY_DAYS = 84;
const FIRST_MONTH = '2026-01' as Month;

/** The month of a seed: which kind it is follows from the seed's place in the row of kinds. */
export function generateMonth(seed: number): GeneratedMonth {
  const random = randomOf(`forecast/${seed}`);
  const kind = KINDS[seed % KINDS.length]!;
  const month = addMonths(FIRST_MONTH, Math.floor(random.next() * 10));
  const first = startOfDay(firstDayOf(month));
  const end = startOfDay(firstDayOf(addMonths(month, 1)));
  const environment = SAMPLE_MIX[Math.floor(random.next() * SAMPLE_MIX.length)]!;
  // From a hobby to a department.
  const actionsPerDay = 8 * 40 ** random.next();
  // No two days are alike: by a twentieth where machines do it, by two fifths where a few people do.
  const unevenness = 0.05 * 8 ** random.next();
  const life = lifeOf(kind, random, { first, end });
  // Credits for so many usual days, until the month that is forecast: then there are enough.
  const lasts = kind === 'blocked before' ? 12 + 14 * random.next() : Number.POSITIVE_INFINITY;
  const days: HistoryDay[] = [];
  for (let at = life.from; at < end; at += DAY_MS) {
    const actions = generateTraffic({
      seed: `forecast/${seed}`,
      from: new Date(at).toISOString(),
      to: new Date(at + DAY_MS).toISOString(),
      actionsPerDay: actionsPerDay * life.shareOf(at) * Math.exp(unevenness * random.normal()),
      mix: [environment],
      pattern: kind === 'around the clock' ? 'flat' : 'office',
    });
    const hours = new Array<number>(25).fill(0);
    for (const action of actions) {
      const occurredAt = Date.parse(action.occurredAt);
      const cost = copilotCredits(action.capability, action.model ?? null, action.usage, occurredAt as Instant);
      for (let hour = Math.floor((occurredAt - at) / 3_600_000) + 1; hour <= 24; hour += 1) hours[hour]! += cost;
    }
    days.push({ day: dayOf(at as Instant), untilHour: hours });
  }
  return { kind, month, days: days.map((day) => blockedAfter(lasts, day, days, month)) };
}

/** A day as it was where credits of a month before the one that is forecast last for so many mean days only. */
function blockedAfter(lasts: number, of: HistoryDay, days: readonly HistoryDay[], month: Month): HistoryDay {
  if (!Number.isFinite(lasts) || monthOfDay(of.day) === month) return of;
  const perDay = days.reduce((sum, day) => sum + day.untilHour[24]!, 0) / days.length;
  const spent = days
    .filter((day) => monthOfDay(day.day) === monthOfDay(of.day) && day.day < of.day)
    .reduce((sum, day) => sum + day.untilHour[24]!, 0);
  return { day: of.day, untilHour: of.untilHour.map((credits) => Math.max(0, Math.min(credits, lasts * perDay - spent))) };
}

function copilotCredits(capability: string, model: string | null, usage: Usage, at: Instant): number {
  const priced = price({ capability, model, usage }, [], at);
  if (isRefusal(priced)) throw new Error(priced.detail);
  return Number(priced.prices.find((each) => each.currency === 'copilot-credits')?.credits ?? 0n) / 1e6;
}

interface Life {
  from: number;
  /** How much of its usual traffic a day has. */
  shareOf(at: number): number;
}

function lifeOf(kind: Kind, random: Random, { first, end }: { first: number; end: number }): Life {
  const from = first - HISTORY_DAYS * DAY_MS;
  const days = (end - from) / DAY_MS;
  const index = (at: number) => Math.round((at - from) / DAY_MS);
  switch (kind) {
    case 'steady':
    case 'around the clock':
    case 'blocked before':
      return { from, shareOf: () => 1 };
    case 'growing':
    case 'shrinking': {
      const perWeek = (kind === 'growing' ? 1 : -1) * (0.02 + 0.06 * random.next());
      return { from, shareOf: (at) => Math.exp((perWeek * index(at)) / 7) };
    }
    case 'drifting': {
      // The level walks by about a tenth a week.
      let level = 0;
      const levels = Array.from({ length: days }, () => (level += (0.1 / Math.sqrt(7)) * random.normal()));
      return { from, shareOf: (at) => Math.exp(levels[index(at)]!) };
    }
    case 'step': {
      // Something is put into service, or taken out, some time in the eight weeks around the beginning of the month.
      const when = HISTORY_DAYS - 35 + Math.floor(random.next() * 56);
      const factor = random.next() < 0.6 ? 1.4 + random.next() : 0.3 + 0.4 * random.next();
      return { from, shareOf: (at) => (index(at) >= when ? factor : 1) };
    }
    case 'bursts': {
      const factors = Array.from({ length: days }, () => (random.next() < 0.05 ? 2 + 5 * random.next() : 1));
      return { from, shareOf: (at) => factors[index(at)]! };
    }
    case 'holidays': {
      const factors = new Array<number>(days).fill(1);
      for (let each = 0; each < 4; each += 1) {
        const begin = Math.floor(random.next() * days);
        const length = random.next() < 0.7 ? 1 : 5;
        for (let day = begin; day < Math.min(days, begin + length); day += 1) factors[day] = 0.1;
      }
      return { from, shareOf: (at) => factors[index(at)]! };
    }
    case 'month begin': {
      // Invoices: the first three days of every month are several times the others.
      const factor = 2 + 4 * random.next();
      return { from, shareOf: (at) => (new Date(at).getUTCDate() <= 3 ? factor : 1) };
    }
    case 'new': {
      // First used from 10 days before the month to its 10th day, and taken up over some weeks.
      const begin = first + Math.floor(-10 + 20 * random.next()) * DAY_MS;
      const weeks = 0.5 + 3 * random.next();
      return { from: begin, shareOf: (at) => 1 - 0.8 * Math.exp(-(at - begin) / DAY_MS / (7 * weeks)) };
    }
  }
}
