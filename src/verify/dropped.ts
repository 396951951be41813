// What retention has dropped of a tenant's activity (whole months, told in `activity_dropped`), and so what can still be checked of it:
// numbers may be missing within what was told, exactly as many as were told (I9), and what a dropped entry may belong to (its days and
// months of occurrence, and sums over all time) is not compared, or only as "at least". Everything else is checked as ever.

import { dayOfMicros } from './exact.ts';
import type { TextRow } from './snapshot.ts';
import type { Check } from './violation.ts';

/** After cell and tenant. */
export const DROPPED_COLUMNS = `stored_month, records, first_sequence, last_sequence,
  (extract(epoch from first_occurred_at) * 1000000)::bigint, (extract(epoch from last_occurred_at) * 1000000)::bigint`;

interface DroppedMonth {
  storedMonth: string;
  records: number;
  first: number;
  last: number;
  firstDay: string;
  lastDay: string;
  /** Entries of it that are still there: it is told before it is done. */
  present: number;
}

/** Months whose numbers overlap, as the clocks of several servers may make them, taken together. */
interface Stretch {
  first: number;
  last: number;
  months: DroppedMonth[];
  missing: number;
}

export class Dropped {
  readonly months: readonly DroppedMonth[];
  readonly records: number;
  readonly lastSequence: number;
  /** What was compared with nothing because of it: days of usage, and figures of months. */
  uncheckedDays = 0;
  uncheckedFigures = 0;
  readonly #stretches: Stretch[] = [];
  readonly #answers = new Map<string, boolean>();

  constructor(rows: readonly TextRow[]) {
    this.months = rows.map(([storedMonth, records, first, last, firstAt, lastAt]) => ({
      storedMonth: storedMonth!.slice(0, 7),
      records: Number(records),
      first: Number(first),
      last: Number(last),
      firstDay: dayOfMicros(Number(firstAt)).day,
      lastDay: dayOfMicros(Number(lastAt)).day,
      present: 0,
    }));
    this.records = this.months.reduce((sum, { records }) => sum + records, 0);
    this.lastSequence = this.months.reduce((most, { last }) => Math.max(most, last), 0);
    for (const month of [...this.months].sort((a, b) => a.first - b.first)) {
      const before = this.#stretches.at(-1);
      if (before && month.first <= before.last) {
        before.months.push(month);
        before.last = Math.max(before.last, month.last);
      } else {
        this.#stretches.push({ first: month.first, last: month.last, months: [month], missing: 0 });
      }
    }
  }

  get none(): boolean {
    return this.months.length === 0;
  }

  /** An entry that is there. */
  see(sequence: number, storedMonth: string): void {
    for (const month of this.months)
      if (month.storedMonth === storedMonth && month.first <= sequence && sequence <= month.last) month.present += 1;
  }

  /** Numbers `from` to `to` are missing; answers those of them that nothing explains, as the stretches between what was dropped. */
  miss(from: number, to: number): [from: number, to: number][] {
    const unexplained: [number, number][] = [];
    let next = from;
    for (const stretch of this.#stretches) {
      if (stretch.last < next) continue;
      if (stretch.first > to) break;
      if (stretch.first > next) unexplained.push([next, stretch.first - 1]);
      stretch.missing += Math.min(to, stretch.last) - Math.max(next, stretch.first) + 1;
      next = stretch.last + 1;
    }
    if (next <= to) unexplained.push([next, to]);
    return unexplained;
  }

  /** After the last entry: as many numbers are missing as records were dropped. */
  checkCounts(report: (check: Check, offender: string) => void): void {
    for (const { months, missing, first, last } of this.#stretches) {
      const told = months.reduce((sum, { records, present }) => sum + records - present, 0);
      if (told !== missing)
        report(
          'dropped-count',
          `of ${months.map(({ storedMonth }) => storedMonth).join(', ')} ${told} entries are said to be dropped, and of ${first} to ${last} ${missing} are missing`,
        );
    }
  }

  /** Whether a dropped entry may have occurred on that day (`2026-11-21`), or in that month (`2026-11`). */
  mayBeOf(period: string): boolean {
    if (this.months.length === 0) return false;
    let answer = this.#answers.get(period);
    if (answer === undefined) {
      const of = (day: string) => day.slice(0, period.length);
      answer = this.months.some(({ firstDay, lastDay }) => of(firstDay) <= period && period <= of(lastDay));
      this.#answers.set(period, answer);
    }
    return answer;
  }
}

/** Of all tenants, for the verdict. */
export interface DroppedTold {
  /** The months of storing, in order. */
  months: string[];
  records: number;
  tenants: number;
  uncheckedDays: number;
  uncheckedFigures: number;
}

export class AllDropped {
  readonly #months = new Set<string>();
  #records = 0;
  #tenants = 0;
  #days = 0;
  #figures = 0;

  add(dropped: Dropped): void {
    if (dropped.none) return;
    for (const { storedMonth } of dropped.months) this.#months.add(storedMonth);
    this.#records += dropped.records;
    this.#tenants += 1;
    this.#days += dropped.uncheckedDays;
    this.#figures += dropped.uncheckedFigures;
  }

  /** Null: nothing was dropped. */
  told(): DroppedTold | null {
    if (this.#tenants === 0) return null;
    return {
      months: [...this.#months].sort(),
      records: this.#records,
      tenants: this.#tenants,
      uncheckedDays: this.#days,
      uncheckedFigures: this.#figures,
    };
  }
}
