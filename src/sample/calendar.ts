// How busy a day is: growth over the year, public holidays, the summer, and what happened at Contoso. Weekends and the hours of the
// day are the generator's (src/traffic/arrivals.ts).

const DAY_MS = 86_400_000;

/** Early enough for a trial and an extension, which ended with that month (X1, X3). */
export const BEGIN = '2025-10-01';

/** Days on which offices are closed: month and day. */
const HOLIDAYS: ReadonlySet<string> = new Set(['01-01', '01-02', '05-01', '10-03', '12-24', '12-25', '12-26', '12-31']);
const EASTER: ReadonlySet<string> = new Set(['2026-04-03', '2026-04-06', '2027-03-26', '2027-03-29']);
const HOLIDAY_SHARE = 0.15;
const SUMMER_SHARE = 0.75;
/** The generator gives weekends a fifth of a working day: customers come then as well. */
const CUSTOMERS_AT_WEEKENDS = 3;
const GROWTH_DAYS = 365;
/** How much of the traffic of the year's end there is at its beginning. */
const FIRST_SHARE = 0.45;
const FIRST_MONTH_SHARE = 0.5;
const RAMP_DAYS = 30;

/** What happened: on these days an environment had so many times the usual. */
const EVENTS: readonly { environmentId: string; from: string; to: string; times: number }[] = [
  { environmentId: 'logistics', from: '2025-11-27', to: '2025-12-02', times: 3.2 },
  { environmentId: 'customer-service', from: '2025-12-22', to: '2025-12-24', times: 2.5 },
  { environmentId: 'finance', from: '2026-01-08', to: '2026-01-14', times: 2.4 },
  { environmentId: 'marketing', from: '2026-03-17', to: '2026-03-20', times: 3 },
  { environmentId: 'human-resources', from: '2026-05-11', to: '2026-05-22', times: 2.2 },
  { environmentId: 'manufacturing', from: '2026-07-07', to: '2026-07-10', times: 4 },
  { environmentId: 'it-help-desk', from: '2026-09-16', to: '2026-09-17', times: 5 },
  { environmentId: 'sales', from: '2026-09-28', to: '2026-10-01', times: 2 },
];
/** Books are closed in the last days of a month. */
const CLOSING_DAYS = 2;
const CLOSING_TIMES = 2;

export function daysBetween(first: string, last: string): string[] {
  const days: string[] = [];
  for (let ms = Date.parse(first); ms <= Date.parse(last); ms += DAY_MS) days.push(dayOf(ms));
  return days;
}

export function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return dayOf(Date.parse(day) + count * DAY_MS);
}

export function isWorkingDay(day: string): boolean {
  return !isWeekend(day) && !isHoliday(day);
}

/** The first working day of its month: administrators plan on it. */
export function isFirstWorkingDay(day: string): boolean {
  return isWorkingDay(day) && daysBetween(`${day.slice(0, 7)}-01`, addDays(day, -1)).every((earlier) => !isWorkingDay(earlier));
}

function isWeekend(day: string): boolean {
  return [0, 6].includes(new Date(day).getUTCDay());
}

function isHoliday(day: string): boolean {
  return HOLIDAYS.has(day.slice(5)) || EASTER.has(day);
}

/** From something below a half to 1 after a year; it stays there. */
export function growth(day: string): number {
  const age = (Date.parse(day) - Date.parse(BEGIN)) / DAY_MS;
  return Math.min(1, FIRST_SHARE + ((1 - FIRST_SHARE) * age) / GROWTH_DAYS);
}

/** What a day has of an environment's usual traffic. `opened`: the day on which it began. */
export function shareOfDay(day: string, environment: { id: string; opened: string; customers: boolean }): number {
  const age = (Date.parse(day) - Date.parse(environment.opened)) / DAY_MS;
  let share = growth(day) * Math.min(1, FIRST_MONTH_SHARE + age / RAMP_DAYS);
  if (isWeekend(day)) share *= environment.customers ? CUSTOMERS_AT_WEEKENDS : 1;
  else if (isHoliday(day) && !environment.customers) share *= HOLIDAY_SHARE;
  if (day.slice(5, 7) === '08' && !environment.customers) share *= SUMMER_SHARE;
  if (environment.id === 'finance' && addDays(day, CLOSING_DAYS).slice(0, 7) !== day.slice(0, 7)) share *= CLOSING_TIMES;
  for (const { environmentId, from, to, times } of EVENTS)
    if (environmentId === environment.id && from <= day && day <= to) share *= times;
  return share;
}
