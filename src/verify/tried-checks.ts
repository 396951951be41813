// I5, I11: the sources that an entry says were tried had the room that it says, and lead to its outcome (D3–D6).

import type { Entry, Report } from './entry.ts';
import { asCredits, plus, times } from './exact.ts';
import type { Tried } from './inputs.ts';

const spent = (row: Tried) => plus(row.consumed, row.held);

/** D3, D5: whether a source had room below its percentage; both ways of admission need that. */
function hadRoom(row: Tried): boolean {
  return row.available === null || times(row.available, row.percent) > times(spent(row), 100);
}

/** What each reason says of a source's figures. */
function rowContradiction(row: Tried): string | null {
  const { reason, usable, available } = row;
  switch (reason) {
    case 'used':
      return usable ? null : 'is used and not usable';
    case 'empty':
      return !usable && available === 0 ? null : 'is empty and has a size';
    case 'spent':
      return !usable && available !== null && available > 0 && spent(row) >= available ? null : 'is spent and is not';
    case 'too-small':
      return !usable && available !== null && available > 0 && spent(row) < available ? null : 'is too small and is not';
    case 'overage':
    case 'limit-reached':
      return null;
    default:
      return `is ${reason}, which is no reason`;
  }
}

/** D3–D6: the outcome follows from the sources that were tried. */
export function checkTried(entry: Entry, report: Report): void {
  const { sequence, status, currency, source, code } = entry;
  const { tried } = entry.outcome;
  const { recordOnly } = entry.inputs;
  const wrong = (what: string) => report('entry-explanation', `entry ${sequence}: ${what}`);
  let used: Tried | undefined;
  let overage: Tried | undefined;
  for (const row of tried) {
    const contradiction = rowContradiction(row);
    if (contradiction !== null) wrong(`${row.source} in ${row.currency} ${contradiction}`);
    if (row.reason === 'used') used = row;
    if (row.reason === 'overage') overage = row;
    if ((row.reason === 'used' || row.reason === 'overage') && !hadRoom(row))
      report(
        'decision-room',
        `entry ${sequence}: ${row.source} of ${asCredits(row.available ?? 0)} ${row.currency} had ${asCredits(row.consumed)} used and ${asCredits(row.held)} held, up to ${row.percent} %`,
      );
  }
  switch (status) {
    case 'charged':
      if (used?.source !== source || used?.currency !== currency)
        wrong(
          `is charged to ${source} in ${currency}, and ${used ? `${used.source} in ${used.currency} was usable` : 'nothing was usable'}`,
        );
      return;
    case 'in-overage':
      if (recordOnly) return;
      if (overage?.source !== source || overage?.currency !== currency)
        wrong(
          `runs in overage on ${source} in ${currency}, and ${overage ? `${overage.source} in ${overage.currency}` : 'nothing'} bore it`,
        );
      if (used) wrong(`runs in overage, and ${used.source} in ${used.currency} was usable`);
      return;
    case 'free':
      if (tried.length > 0) wrong('is free, and sources were tried');
      return;
    case 'refused':
      if (code === 'LimitReached') return;
      if (used || overage) wrong(`is refused ${code}, and ${(used ?? overage)!.source} would have paid`);
      if (code === 'QuotaExceeded' && !tried.some((row) => row.reason !== 'empty'))
        wrong('is refused as spent, and nothing was there');
      if (code === 'EntitlementNotAvailable' && tried.some((row) => row.reason !== 'empty'))
        wrong('is refused as without capacity, and there was some');
      return;
  }
}
