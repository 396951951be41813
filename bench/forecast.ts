// How good forecasts are (K2): `node bench/forecast.ts [--months 330] [--seed 1000]`. The product's outlook beside the month to date × days,
// and beside simpler ways that were tried, on generated months (forecast-months.ts) and on a published trace of one hour. The method was
// tuned on seeds 0 to 439 only. Needs no database, takes about half a minute; prints the tables and keeps them in bench/results/.

import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { DAY_MS, type Day, dayOf, type Instant, monthOfDay, parseInstant, startOfDay } from '../src/core/month.ts';
import { outlook } from '../src/core/outlook.ts';
import { price } from '../src/core/rate-card.ts';
import { isRefusal } from '../src/core/refusal.ts';
import { randomOf } from '../src/traffic/random.ts';
import { type GeneratedMonth, generateMonth, type HistoryDay, KINDS } from './forecast-months.ts';

const TRACE = '/work/shared/data/azure-llm-inference-2023/conv.csv';
/** Asked on these days of the month, in the morning. */
const ASKED_ON = [3, 7, 14, 21] as const;
const ASKED_AT_HOUR = 9;

const { values } = parseArgs({
  options: {
    months: { type: 'string', default: '330' },
    seed: { type: 'string', default: '1000' },
    trace: { type: 'string', default: TRACE },
  },
});

/** What a method says in the morning of a day: what will be consumed by the end of each day from now, first of all today. */
type Foretold = { expected: number; low: number; high: number }[];

/** What it may look at. */
interface Known {
  /** Complete days, oldest first. */
  history: readonly HistoryDay[];
  today: HistoryDay;
  /** Consumed this month before today, and today so far. */
  consumed: number;
  /** Today and the days after it, to the month's end. */
  days: readonly Day[];
}

interface Method {
  name: string;
  /** null: it cannot say. */
  foretell(known: Known): Foretold | null;
}

const REST_OF_TODAY = 1 - ASKED_AT_HOUR / 24;

/** So much a day from now on. */
function atRate({ consumed, days }: Known, perDay: (index: number) => number): Foretold {
  let total = consumed;
  return days.map((_, index) => {
    total += perDay(index) * (index === 0 ? REST_OF_TODAY : 1);
    return { expected: total, low: total, high: total };
  });
}

function total(days: readonly HistoryDay[]): number {
  return days.reduce((sum, day) => sum + day.untilHour[24]!, 0);
}

const METHODS: readonly Method[] = [
  {
    // K2: ⌈consumed × days ÷ days begun⌉; for the days between, the same rate.
    name: 'month to date × days',
    foretell(known) {
      const begun = Number(known.today.day.slice(8));
      const left = known.days.length - 1 + REST_OF_TODAY;
      const end = (known.consumed * (begun + known.days.length - 1)) / begun;
      return atRate(known, () => (end - known.consumed) / left);
    },
  },
  {
    name: 'mean of the last 28 days',
    foretell(known) {
      const last = known.history.slice(-28);
      return last.length === 0 ? null : atRate(known, () => total(last) / last.length);
    },
  },
  {
    name: 'mean of the same weekday, 8 weeks',
    foretell(known) {
      const last = known.history.slice(-56);
      if (last.length < 7) return null;
      return atRate(known, (index) => {
        const same = last.filter((_, at) => (last.length - at + index) % 7 === 0);
        return total(same) / same.length;
      });
    },
  },
  {
    name: 'outlook',
    foretell({ history, today, consumed, days }) {
      const { days: ahead } = outlook(
        history.map((each) => ({ day: each.day, amount: each.untilHour[24]! })),
        today.untilHour[ASKED_AT_HOUR]!,
        (startOfDay(today.day) + ASKED_AT_HOUR * 3_600_000) as Instant,
        days.at(-1)!,
      );
      return ahead.map(({ expected, low, high }) => ({
        expected: consumed + expected,
        low: consumed + low,
        high: consumed + high,
      }));
    },
  },
];

/** One question: a method, on one morning of one month. */
interface Asked {
  kind: string;
  method: string;
  askedOn: number;
  /** |foretold − actual| ÷ actual. */
  error: number;
  within: boolean;
  /** (high − low) ÷ actual. */
  width: number;
  runOut: RunOutAsked | null;
}

/** Of a source that is not spent yet and lasts for a part of the month's consumption, or for all of it. */
interface RunOutAsked {
  /** Whether it said rightly that it does, or does not, run out this month. */
  rightly: boolean;
  /** In days; null where it does not run out, or was not said to. */
  error: number | null;
  within: boolean;
}

function ask(month: GeneratedMonth, lasts: number): Asked[] {
  const { kind, days } = month;
  const first = days.findIndex((each) => monthOfDay(each.day) === month.month);
  const ofMonth = days.slice(first);
  const actual = total(ofMonth);
  return ASKED_ON.flatMap((askedOn) => {
    // A new environment may begin later.
    const index = days.findIndex((each) => monthOfDay(each.day) === month.month && Number(each.day.slice(8)) === askedOn);
    const today = days[index];
    if (!today || actual === 0) return [];
    const consumed = total(days.slice(first, index)) + today.untilHour[ASKED_AT_HOUR]!;
    const known = { history: days.slice(0, index), today, consumed, days: days.slice(index).map((each) => each.day) };
    return METHODS.flatMap((method) => {
      const foretold = method.foretell(known);
      if (!foretold) return [];
      const { expected, low, high } = foretold.at(-1)!;
      return [
        {
          kind,
          method: method.name,
          askedOn,
          error: Math.abs(expected - actual) / actual,
          within: low <= actual && actual <= high,
          width: (high - low) / actual,
          runOut: runOutAsked(foretold, days.slice(index), { consumed, left: lasts * actual }),
        },
      ];
    });
  });
}

function runOutAsked(
  foretold: Foretold,
  days: readonly HistoryDay[],
  { consumed, left }: { consumed: number; left: number },
): RunOutAsked | null {
  if (consumed >= left) return null;
  let reached = consumed - days[0]!.untilHour[ASKED_AT_HOUR]!;
  const actual = days.findIndex((day) => {
    reached += day.untilHour[24]!;
    return reached >= left;
  });
  const said = foretold.findIndex((day) => day.expected >= left);
  const earliest = foretold.findIndex((day) => day.high >= left);
  const latest = foretold.findIndex((day) => day.low >= left);
  const after = (index: number) => (index === -1 ? Number.POSITIVE_INFINITY : index);
  return {
    rightly: (actual === -1) === (said === -1),
    error: actual === -1 || said === -1 ? null : Math.abs(said - actual),
    within: after(earliest) <= after(actual) && after(actual) <= after(latest),
  };
}

/** A trace of one hour, in which half a minute is taken for a day: what real demand does when nobody has made it up. */
async function traceAsMonths(path: string): Promise<GeneratedMonth[]> {
  const lines = (await readFile(path, 'utf8')).trim().split('\n').slice(1);
  const at = parseInstant('2026-03-10T08:00:00Z')!;
  const requests = lines.map((line) => {
    const [time = '', input, output] = line.split(',');
    const priced = price(
      { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: Number(input), outputTokens: Number(output) } },
      [],
      at,
    );
    if (isRefusal(priced)) throw new Error(priced.detail);
    const credits = Number(priced.prices.find((each) => each.currency === 'copilot-credits')!.credits) / 1e6;
    return { ms: Date.parse(`${time.trim().replace(' ', 'T').slice(0, 23)}Z`), credits };
  });
  const SLOT_MS = 30_000;
  const HISTORY = 56;
  const MONTH = 30;
  const begin = Math.ceil(requests[0]!.ms / SLOT_MS) * SLOT_MS;
  const slots = Math.floor((requests.at(-1)!.ms - begin) / SLOT_MS);
  const hours = Array.from({ length: slots }, () => new Array<number>(25).fill(0));
  for (const { ms, credits } of requests) {
    const slot = hours[Math.floor((ms - begin) / SLOT_MS)];
    if (ms < begin || !slot) continue;
    const hour = Math.floor((((ms - begin) % SLOT_MS) / SLOT_MS) * 24);
    for (let later = hour + 1; later <= 24; later += 1) slot[later]! += credits;
  }
  const firstDay = startOfDay('2026-04-01' as Day) - HISTORY * DAY_MS;
  return Array.from({ length: slots - HISTORY - MONTH + 1 }, (_, offset) => ({
    kind: 'steady',
    month: monthOfDay('2026-04-01' as Day),
    days: hours
      .slice(offset, offset + HISTORY + MONTH)
      .map((untilHour, index) => ({ day: dayOf((firstDay + index * DAY_MS) as Instant), untilHour })),
  }));
}

function middle(of: readonly number[], share = 0.5): number {
  const sorted = [...of].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function percent(share: number, places = 0): string {
  return Number.isNaN(share) ? '' : `${(100 * share).toFixed(places)} %`;
}

function share<T>(of: readonly T[], is: (each: T) => boolean): number {
  return of.filter(is).length / of.length;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => row[at]!.length)));
  const line = (texts: readonly string[]) =>
    `| ${texts.map((text, at) => (at === 0 ? text.padEnd(widths[at]!) : text.padStart(widths[at]!))).join(' | ')} |`;
  const rule = widths.map((width, at) => (at === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [line(head), `| ${rule.join(' | ')} |`, ...rows.map(line)].join('\n');
}

const ON_DAYS = ASKED_ON.map((day) => `day ${day}`);

function errorTable(asked: readonly Asked[]): string {
  return table(
    ['median error (nine in ten below)', ...ON_DAYS],
    METHODS.map(({ name }) => [
      name,
      ...ASKED_ON.map((day) => {
        const errors = asked.filter((each) => each.method === name && each.askedOn === day).map((each) => each.error);
        return `${percent(middle(errors), 1)} (${percent(middle(errors, 0.9))})`;
      }),
    ]),
  );
}

function kindTable(asked: readonly Asked[]): string {
  const of = (kind: string, method: string, day: number) =>
    asked.filter((each) => each.kind === kind && each.method === method && each.askedOn === day);
  return table(
    [
      'median error by kind of month',
      'm.t.d. day 7',
      'outlook day 7',
      'm.t.d. day 14',
      'outlook day 14',
      'in range, day 7',
      'day 14',
    ],
    KINDS.map((kind) => [
      kind,
      ...[7, 14].flatMap((day) =>
        ['month to date × days', 'outlook'].map((method) => percent(middle(of(kind, method, day).map((each) => each.error)), 1)),
      ),
      ...[7, 14].map((day) => percent(share(of(kind, 'outlook', day), (each) => each.within))),
    ]),
  );
}

function rangeTable(asked: readonly Asked[]): string {
  const of = (day: number) => asked.filter((each) => each.method === 'outlook' && each.askedOn === day);
  return table(
    ['range of the outlook (80 % wanted)', ...ON_DAYS],
    [
      ['month ends within it', ...ASKED_ON.map((day) => percent(share(of(day), (each) => each.within)))],
      ['median width, of the month', ...ASKED_ON.map((day) => percent(middle(of(day).map((each) => each.width))))],
    ],
  );
}

function runOutTable(asked: readonly Asked[]): string {
  const of = (method: string, day: number) =>
    asked.filter((each) => each.method === method && each.askedOn === day).flatMap((each) => each.runOut ?? []);
  const named = ['month to date × days', 'outlook'];
  return table(
    ['run-out of a source', ...ON_DAYS],
    [
      ...named.map((name) => [
        `says rightly whether this month: ${name}`,
        ...ASKED_ON.map((day) => percent(share(of(name, day), (each) => each.rightly))),
      ]),
      ...named.map((name) => [
        `days off, mean: ${name}`,
        ...ASKED_ON.map((day) => {
          const errors = of(name, day).flatMap((each) => each.error ?? []);
          return (errors.reduce((sum, each) => sum + each, 0) / errors.length).toFixed(1);
        }),
      ]),
      [
        'between earliest and latest: outlook',
        ...ASKED_ON.map((day) => percent(share(of('outlook', day), (each) => each.within))),
      ],
    ],
  );
}

const count = Number(values.months);
const seed = Number(values.seed);
const asked: Asked[] = [];
for (let each = seed; each < seed + count; each += 1) {
  // The source lasts for half the month's consumption to a fifth more than all of it.
  asked.push(...ask(generateMonth(each), 0.5 + 0.7 * randomOf(`forecast/${each}/lasts`).next()));
  if ((each - seed + 1) % 50 === 0) console.error(`${each - seed + 1} of ${count} months`);
}
const parts = [
  '# Forecasts',
  `${count} generated months (seeds ${seed} to ${seed + count - 1}, ${KINDS.length} kinds), asked at 0${ASKED_AT_HOUR}:00 on the ${ASKED_ON.join('th, ').replace('3th', '3rd').replace('21', '21st')}.`,
  errorTable(asked),
  rangeTable(asked),
  runOutTable(asked),
  kindTable(asked),
];
const trace = existsSync(values.trace) ? (await traceAsMonths(values.trace)).flatMap((month) => ask(month, 0.8)) : null;
if (trace) {
  parts.push(
    'The trace, half a minute taken for a day, every place at which a month can begin (they overlap, so it is hardly more than one):',
    errorTable(trace),
    rangeTable(trace),
  );
} else console.error(`no trace at ${values.trace}: left out`);
const text = `${parts.join('\n\n')}\n`;
console.log(text);
const folder = new URL('results/', import.meta.url);
await mkdir(folder, { recursive: true });
await writeFile(new URL('forecast.md', folder), text);
