// A comparison of the two views (D9): the actions of a period are decided once more, on what was owned at their moment and is
// allocated today, by `realtime` and by `computed`: what each would have admitted, refused, and overspent. It shows what late figures
// cost.

import type { ActivityRecord } from './activity.ts';
import { allocationInForce, hasAllocation, poolSize, poolUse } from './capacity.ts';
import { charge } from './charge.ts';
import { passTime } from './computation.ts';
import { type Credits, type Currency, NO_CREDITS, plus } from './credits.ts';
import { decide, isAllowed, isRefused } from './decision.ts';
import { byCurrency, environmentMonth, type Ledger, type PrepaidDay, seenSums, tenantMonth } from './ledger.ts';
import { type Day, dayOf, firstDayOf, type Instant, type Month, monthOfDay, startOfDay } from './month.ts';
import { isRefusal } from './refusal.ts';

export const VIEWS = ['realtime', 'computed'] as const;
export type View = (typeof VIEWS)[number];

/** What came of the actions of a period under one view. */
export interface ViewTally {
  admitted: number;
  refused: number;
  /** Of the admitted ones. */
  free: number;
  inOverage: number;
  credits: Record<Currency, Credits>;
}

export interface ComparedView extends ViewTally {
  /** What was drawn from allocations and pool beyond their size, summed over the months. */
  overspent: Record<Currency, Credits>;
}

export interface ComparedDay {
  day: Day;
  views: Record<View, ViewTally>;
}

export interface Comparison {
  actions: number;
  /** Those that could not be decided again: their environment, capability or model is gone. */
  skipped: number;
  /** Admitted by one view and refused by the other. */
  onlyRealtimeAdmits: number;
  onlyComputedAdmits: number;
  views: Record<View, ComparedView>;
  days: ComparedDay[];
}

function noTally(): ViewTally {
  return { admitted: 0, refused: 0, free: 0, inOverage: 0, credits: byCurrency(() => NO_CREDITS) };
}

/** One view's run: a ledger of its own that begins with an empty month. */
class Run {
  readonly ledger: Ledger;
  readonly #prepaidDays = new Map<string, PrepaidDay>();
  readonly months = new Set<Month>();

  constructor(ledger: Ledger, view: View, delayDays: number, begin: Instant) {
    const { settings } = ledger;
    const enforcement = { ...settings.enforcement, view };
    this.ledger = {
      ...ledger,
      now: begin,
      beganAt: begin,
      isSandbox: true,
      settings: { ...settings, enforcement, computation: { delayDays } },
      months: new Map(),
      holds: new Map(),
      touched: new Set(),
      environments: new Map([...ledger.environments].map(([id, each]) => [id, { ...each, months: new Map() }])),
      plans: new Map([...ledger.plans].map(([id, each]) => [id, { ...each, months: new Map() }])),
      limits: new Map([...ledger.limits].map(([id, each]) => [id, { ...each, months: new Map() }])),
      entitlements: ledger.entitlements.map((each) => ({ ...each, drawn: NO_CREDITS, held: NO_CREDITS })),
      trials: new Map(),
      records: [],
      notices: [],
      computations: [],
      prepaidDays: [],
    };
  }

  /** Decides an action at its moment and charges it; null: it cannot be decided. */
  play(
    record: ActivityRecord,
  ): { admitted: boolean; free: boolean; inOverage: boolean; currency: Currency | null; credits: Credits } | null {
    const { ledger } = this;
    const at = Math.max(record.occurredAt, ledger.now) as Instant;
    if (dayOf(at) !== dayOf(ledger.now)) {
      ledger.prepaidDays = [...this.#prepaidDays.values()];
      passTime(ledger, at);
      ledger.computations = [];
    }
    ledger.now = at;
    // What was only recorded (D11) is decided, too: would it have been admitted?
    const action = { ...record.action, occurredAt: at, recordOnly: false };
    const decision = decide(ledger, action);
    ledger.notices = [];
    if (isRefusal(decision)) return null;
    if (isRefused(decision)) return { admitted: false, free: false, inOverage: false, currency: null, credits: NO_CREDITS };
    if (!isAllowed(decision) || decision.currency === null)
      return { admitted: true, free: true, inOverage: false, currency: null, credits: NO_CREDITS };
    const { month, currency, source, credits, inOverage } = decision;
    const planId = source?.plan?.id ?? null;
    const entitlementId = source?.entitlement?.id ?? null;
    charge(
      ledger,
      action,
      { month, currency, source: source?.kind ?? null, entitlementId, planId },
      { consumed: credits, held: NO_CREDITS },
    );
    if (source?.kind === 'allocation' || source?.kind === 'pool')
      this.#keepDay(action.environmentId, currency, dayOf(at), credits);
    this.months.add(month);
    return { admitted: true, free: false, inOverage, currency, credits };
  }

  #keepDay(environmentId: string, currency: Currency, day: Day, credits: Credits): void {
    const key = `${environmentId} ${currency} ${day}`;
    const kept = this.#prepaidDays.get(key);
    if (kept) kept.credits = plus(kept.credits, credits);
    else this.#prepaidDays.set(key, { environmentId, currency, day, credits });
  }

  /** Beyond allocations and pool, by what was really consumed. */
  overspent(): Record<Currency, Credits> {
    const { settings } = this.ledger;
    const ledger: Ledger = {
      ...this.ledger,
      settings: { ...settings, enforcement: { ...settings.enforcement, view: 'realtime' } },
    };
    return byCurrency((currency) => {
      let sum = 0n;
      for (const month of this.months) {
        const size = poolSize(ledger, currency, ledger.now);
        let beyondAllocations = 0n;
        for (const environment of ledger.environments.values()) {
          if (!hasAllocation(environment, currency)) continue;
          const beyond =
            environmentMonth(environment, month, currency).consumed -
            allocationInForce(ledger, environment, currency, ledger.now);
          if (beyond > 0n) beyondAllocations += beyond;
        }
        // What spills over an allocation into the pool is beyond only where the pool is, too.
        const spilled = size === 0n ? 0n : seenSums(ledger, tenantMonth(ledger, month, currency)).spilled;
        const beyondPool = poolUse(ledger, month, currency, size).consumed - size;
        sum += beyondAllocations - spilled + (beyondPool > 0n ? beyondPool : 0n);
      }
      return sum as Credits;
    });
  }
}

/** Plays records in the order in which they happened, from the 1st of the month of `from`; tallies those from `from` on. */
export class ViewComparison {
  readonly #from: Instant;
  readonly #runs: Record<View, Run>;
  readonly #days = new Map<Day, ComparedDay>();
  readonly #totals: Record<View, ViewTally> = { realtime: noTally(), computed: noTally() };
  #actions = 0;
  #skipped = 0;
  #onlyRealtimeAdmits = 0;
  #onlyComputedAdmits = 0;

  constructor(ledger: Ledger, period: { from: Day; delayDays: number }) {
    const begin = startOfDay(firstDayOf(monthOfDay(period.from)));
    this.#from = startOfDay(period.from);
    this.#runs = {
      realtime: new Run(ledger, 'realtime', 0, begin),
      computed: new Run(ledger, 'computed', period.delayDays, begin),
    };
  }

  play(record: ActivityRecord): void {
    const realtime = this.#runs.realtime.play(record);
    const computed = this.#runs.computed.play(record);
    if (record.occurredAt < this.#from) return;
    this.#actions += 1;
    if (!realtime || !computed) {
      this.#skipped += 1;
      return;
    }
    if (realtime.admitted && !computed.admitted) this.#onlyRealtimeAdmits += 1;
    if (computed.admitted && !realtime.admitted) this.#onlyComputedAdmits += 1;
    const day = dayOf(record.occurredAt);
    const ofDay = this.#days.get(day) ?? { day, views: { realtime: noTally(), computed: noTally() } };
    this.#days.set(day, ofDay);
    for (const [view, outcome] of [
      ['realtime', realtime],
      ['computed', computed],
    ] as const) {
      for (const tally of [this.#totals[view], ofDay.views[view]]) {
        if (outcome.admitted) tally.admitted += 1;
        else tally.refused += 1;
        if (outcome.free) tally.free += 1;
        if (outcome.inOverage) tally.inOverage += 1;
        if (outcome.currency) tally.credits[outcome.currency] = plus(tally.credits[outcome.currency], outcome.credits);
      }
    }
  }

  result(): Comparison {
    const viewOf = (view: View): ComparedView => ({ ...this.#totals[view], overspent: this.#runs[view].overspent() });
    return {
      actions: this.#actions,
      skipped: this.#skipped,
      onlyRealtimeAdmits: this.#onlyRealtimeAdmits,
      onlyComputedAdmits: this.#onlyComputedAdmits,
      views: { realtime: viewOf('realtime'), computed: viewOf('computed') },
      days: [...this.#days.values()].sort((a, b) => (a.day < b.day ? -1 : 1)),
    };
  }
}
