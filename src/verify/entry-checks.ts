// What an entry must be by itself: stored and counted in its month (I10), consistent with its status, source and rule of being free
// (I6); its price (price-checks.ts) and its explanation (tried-checks.ts).

import type { Entry, Report } from './entry.ts';
import { asCredits, DAY_MICROS, MINUTE_MICROS, monthBefore, monthOfMicros, startOfMonthMicros } from './exact.ts';
import { checkUnits } from './price-checks.ts';
import { checkTried } from './tried-checks.ts';

/** Everything that an entry shows by itself. */
export function checkEntry(entry: Entry, tenant: { isSandbox: boolean; beganAt: number }, report: Report): void {
  checkMonth(entry, tenant, report);
  checkStatus(entry, report);
  checkSource(entry, report);
  if (entry.imported) return;
  checkFree(entry, report);
  checkUnits(entry.inputs, entry.capability, entry.model, (check, offender) =>
    report(check, `entry ${entry.sequence}: ${offender}`),
  );
  checkTried(entry, report);
}

/** The server's time in an id of version 7, in microseconds; null for ids that somebody else has made. */
function timeOfId(id: string): number | null {
  if (id[14] !== '7') return null;
  const micros = Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) * 1000;
  return micros < FIRST_OF_OURS ? null : micros;
}

const FIRST_OF_OURS = Date.parse('2020-01-01T00:00:00Z') * 1000;

/** I10, C3. Of a sandbox the month of storing is the server's: its ids (version 7) tell the server's time. */
function checkMonth(entry: Entry, { isSandbox, beganAt }: { isSandbox: boolean; beganAt: number }, report: Report): void {
  const { sequence, storedMonth, recordedAt, occurredAt, month, id } = entry;
  const storedAt = isSandbox ? timeOfId(id) : recordedAt;
  // Servers whose clocks differ a little, at the end of a month.
  const near = (micros: number) =>
    monthOfMicros(micros) === storedMonth ||
    monthOfMicros(micros - DAY_MICROS) === storedMonth ||
    monthOfMicros(micros + DAY_MICROS) === storedMonth;
  if (storedAt !== null && !near(storedAt))
    report(
      'entry-stored-month',
      `entry ${sequence} is stored under ${storedMonth}, and was recorded in ${monthOfMicros(storedAt)}`,
    );
  const recordedIn = monthOfMicros(recordedAt);
  if (occurredAt > recordedAt + 5 * MINUTE_MICROS)
    report('entry-month', `entry ${sequence} happened more than 5 minutes after it was recorded`);
  else if (month < monthBefore(recordedIn) && !(entry.imported && occurredAt < startOfMonthMicros(monthOfMicros(beganAt))))
    report('entry-month', `entry ${sequence} was recorded in ${recordedIn} and counts in ${month}`);
}

const REFUSED_BY_DECISION = ['PreviewModelsDisabled', 'LimitReached', 'QuotaExceeded', 'EntitlementNotAvailable'];

/** I6: the four statuses, each with what it has and has not. */
function checkStatus(entry: Entry, report: Report): void {
  const { sequence, status, currency, credits, source, code, holdId, imported } = entry;
  const { free, inOverage, refusal } = entry.outcome;
  const { recordOnly } = entry.inputs;
  const wrong = (what: string) => report('entry-status', `entry ${sequence} is ${status} and ${what}`);
  if ((status === 'free') !== (free !== null)) wrong(free === null ? 'no rule makes it free' : `is free as ${free}`);
  if ((status === 'in-overage') !== inOverage) wrong(inOverage ? 'says it is in overage' : 'does not say it is in overage');
  if ((status === 'refused') !== (code !== null && refusal !== null)) wrong(`its refusal is ${code ?? 'none'}`);
  switch (status) {
    case 'charged':
      if (currency === null || source === null) wrong(`its source is ${source} in ${currency}`);
      break;
    case 'in-overage':
      if (currency === null) wrong('has no currency');
      if (source === null && !recordOnly) wrong('has no source, and was not only recorded');
      if (source !== null && source !== 'allocation' && source !== 'pool') wrong(`its source is ${source}, which has no overage`);
      if (imported) wrong('was imported');
      break;
    case 'free':
    case 'refused':
      if (currency !== null || source !== null || credits !== 0) wrong(`takes ${asCredits(credits)} ${currency} from ${source}`);
      if (status === 'refused' && recordOnly) wrong('was only to be recorded');
      if (status === 'refused' && holdId !== null) wrong(`captures hold ${holdId}`);
      if (status === 'refused' && code !== null && !REFUSED_BY_DECISION.includes(code)) wrong(`its code is ${code}`);
      break;
    default:
      wrong('that is no status');
  }
}

/** D4: which sources a currency has, and what each names. */
function checkSource(entry: Entry, report: Report): void {
  const { sequence, source, currency, imported } = entry;
  const { entitlementId, planId, tried } = entry.outcome;
  const wrong = (what: string) => report('entry-source', `entry ${sequence} is charged to ${source} ${what}`);
  if ((source === 'pre-purchase') !== (entitlementId !== null))
    wrong(entitlementId === null ? 'and names no entitlement' : `and names entitlement ${entitlementId}`);
  if (planId !== null && source !== 'pay-as-you-go') wrong(`and names billing plan ${planId}`);
  if (imported) {
    if (tried.length > 0) report('entry-explanation', `entry ${sequence} was imported, and explains a decision`);
    return;
  }
  if (source === 'pay-as-you-go' && planId === null) wrong('and names no billing plan');
  if ((source === 'trial' || source === 'extension') && currency !== 'ai-builder-credits') wrong(`in ${currency}`);
  if ((source === 'pre-purchase' || source === 'pay-as-you-go') && currency !== 'copilot-credits') wrong(`in ${currency}`);
}

const INTERNAL_CHANNELS = ['teams', 'sharepoint', 'm365-copilot'];

/** F1–F4. */
function checkFree(entry: Entry, report: Report): void {
  const { sequence, status, caller } = entry;
  const { free } = entry.outcome;
  const { mode, preview, m365Copilot, channel, startedByAgent, prices } = entry.inputs;
  const isTest = mode === 'test' && caller !== 'agent-flow';
  const isFree = (rule: string) => {
    switch (rule) {
      case 'test':
        return isTest;
      case 'training':
        return mode === 'train';
      case 'preview':
        return preview;
      case 'zero-rated':
        return (
          m365Copilot &&
          channel !== null &&
          INTERNAL_CHANNELS.includes(channel) &&
          (caller === 'agent' || (caller === 'agent-flow' && startedByAgent))
        );
      case 'free-capability':
        return prices.every((price) => price.credits === 0);
      default:
        return false;
    }
  };
  if (free !== null && !isFree(free)) report('entry-free', `entry ${sequence} is free as ${free}, and is not`);
  if ((status === 'charged' || status === 'in-overage') && (isTest || mode === 'train'))
    report('entry-free', `entry ${sequence} is ${status} in mode ${mode}`);
}
