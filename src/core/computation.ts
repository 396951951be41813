// Computed consumption (C2): each environment's month is added up daily at 00:00 UTC, and on demand, and stamped. The figure is what
// `enforcement.view: computed` decides on (D9) and what is shown as "last updated". A month is computed until it is closed (C3).

import { setComputed } from './capacity.ts';
import { type Credits, CURRENCIES, type Currency, NO_CREDITS } from './credits.ts';
import { isOpen } from './decision.ts';
import { expireDueHolds } from './hold.ts';
import type { Ledger } from './ledger.ts';
import { addMonths, DAY_MS, type Day, dayOf, type Instant, monthOf, monthOfDay } from './month.ts';
import { noticeEnvironments } from './notice.ts';

/** A closed month no longer changes, and one is open for a month and 31 days at most: later computations find nothing new. */
const DAYS_UNTIL_ALL_IS_COMPUTED = 70;
/** Of a clock that is moved by years the last so many daily computations are listed. */
const MOST_COMPUTATIONS_OF_A_MOVE = 400;

/** Computes all open months of every environment (they must be loaded) at `ledger.now`. */
export function compute(ledger: Ledger, onDemand: boolean): void {
  const current = monthOf(ledger.now);
  const months = [addMonths(current, -1), current].filter((month) => isOpen(month, ledger.now, ledger.settings));
  const seen = lateSums(ledger);
  for (const environment of ledger.environments.values()) {
    for (const month of months) {
      const counters = environment.months.get(month);
      if (!counters) continue;
      for (const currency of CURRENCIES) {
        const figure = seen ? (seen.get(`${environment.id} ${currency} ${month}`) ?? NO_CREDITS) : counters[currency].consumed;
        if (figure === counters[currency].computed) continue;
        setComputed(ledger, environment, month, currency, figure);
      }
    }
  }
  note(ledger, onDemand);
  // The pool, and an entitlement that ended, move environments that did nothing themselves: here all of them are looked at.
  for (const month of months) noticeEnvironments(ledger, month);
}

function note(ledger: Ledger, onDemand: boolean): void {
  ledger.computedAt = ledger.now;
  ledger.changed = true;
  ledger.computations = ledger.computations.filter((each) => each.at !== ledger.now);
  ledger.computations.push({ at: ledger.now, onDemand });
}

/** C2: what is known where computation is held back: the usage of the days before; null where it is not held back. */
function lateSums(ledger: Ledger): Map<string, Credits> | null {
  const { delayDays } = ledger.settings.computation;
  if (delayDays === 0) return null;
  const firstUnknown = dayOf((ledger.now - delayDays * DAY_MS) as Instant);
  const sums = new Map<string, Credits>();
  const add = (environmentId: string, currency: Currency, day: Day, credits: Credits) => {
    if (day >= firstUnknown) return;
    const key = `${environmentId} ${currency} ${monthOfDay(day)}`;
    sums.set(key, ((sums.get(key) ?? 0n) + credits) as Credits);
  };
  for (const { environmentId, currency, day, credits } of ledger.prepaidDays) add(environmentId, currency, day, credits);
  return sums;
}

/** T4, C2: moves a sandbox's clock, with every daily computation on the way; holds expire at their moment. */
export function passTime(ledger: Ledger, until: Instant): void {
  const first = Math.floor(ledger.now / DAY_MS) + 1;
  const last = Math.floor(until / DAY_MS);
  for (let day = first; day <= last; day += 1) {
    const at = (day * DAY_MS) as Instant;
    if (day < first + DAYS_UNTIL_ALL_IS_COMPUTED) {
      ledger.now = at;
      expireDueHolds(ledger);
      compute(ledger, false);
    } else if (day > last - MOST_COMPUTATIONS_OF_A_MOVE) {
      ledger.now = at;
      note(ledger, false);
    }
  }
  ledger.now = until;
  ledger.changed = true;
  expireDueHolds(ledger);
}
