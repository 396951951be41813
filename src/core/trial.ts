// Trials and extensions (X1–X3): AI Builder credits of the past, which sandboxes and old months need. A trial belongs to a user and is
// drawn before everything else; an extension belongs to the tenant's month and is drawn after allocation and pool.

import { catalogueData } from './catalogue-data.ts';
import { type Credits, credits, NO_CREDITS, plus } from './credits.ts';
import { type Ledger, owned, type TrackedTrial, tenantMonth } from './ledger.ts';
import { DAY_MS, type Day, formatInstant, type Instant, type Month, monthOf, startOfDay } from './month.ts';
import { type Refusal, refuse } from './refusal.ts';

export const TRIAL = {
  credits: credits(catalogueData.trial.credits),
  days: catalogueData.trial.days,
  /** None can start or be extended from this moment on. */
  closed: startOfDay(catalogueData.dates.trialsClosed as Day),
} as const;

export const EXTENSION = {
  credits: credits(catalogueData.extension.credits),
  mostOfAMonth: catalogueData.extension.perMonth,
  /** None is given from this moment on. */
  ended: startOfDay(catalogueData.dates.extensionsEnd as Day),
} as const;

/** So that what a tenant's every decision may need stays small; no tenant without credits of its own has so many makers. */
const MOST_TRIALS = 1_000;

export interface Trial {
  userId: string;
  /** When it was first given. */
  startedAt: Instant;
  /** The period that runs, or ran last: half-open. */
  startsAt: Instant;
  endsAt: Instant;
  extended: boolean;
  /** Of both periods. */
  consumed: Credits;
  /** Of the first, once it was extended. */
  consumedBefore: Credits;
  held: Credits;
}

export interface Extension {
  id: string;
  month: Month;
  credits: Credits;
  createdAt: Instant;
}

/** The trial of a user, if it runs at that moment. */
export function runningTrial(ledger: Ledger, userId: string, at: Instant): TrackedTrial | undefined {
  const trial = ledger.trials.get(userId);
  return trial && trial.startsAt <= at && at < trial.endsAt ? trial : undefined;
}

const notAvailable = (detail: string) => refuse('TrialNotAvailable', detail);

/** X1: a trial for one user; refuses `TrialNotAvailable`. */
export function startTrial(ledger: Ledger, userId: string): { trial: TrackedTrial } | Refusal {
  if (ledger.now >= TRIAL.closed) return notAvailable(`no trial can start from ${formatInstant(TRIAL.closed)} on`);
  const had = ledger.trials.get(userId);
  if (had) {
    return notAvailable(
      `${userId} has had a trial, from ${formatInstant(had.startedAt)}; it can be extended one time, after it has ended`,
    );
  }
  if (owned(ledger, 'ai-builder-credits', ledger.now) > 0n)
    return notAvailable('this tenant has AI Builder credits of its own; trials are for tenants without');
  if (ledger.trials.size >= MOST_TRIALS) return notAvailable(`this tenant has given ${MOST_TRIALS} trials, which is the most`);
  const trial: TrackedTrial = {
    userId,
    startedAt: ledger.now,
    ...periodFrom(ledger.now),
    extended: false,
    consumed: NO_CREDITS,
    consumedBefore: NO_CREDITS,
    held: NO_CREDITS,
    changed: true,
  };
  ledger.trials.set(userId, trial);
  return { trial };
}

/** X1: another 200,000 for 30 days, one time, after it has ended; refuses `NotFound`, `TrialNotAvailable`. */
export function extendTrial(ledger: Ledger, userId: string): { trial: TrackedTrial } | Refusal {
  const trial = ledger.trials.get(userId);
  if (!trial) return refuse('NotFound', `${JSON.stringify(userId)} has had no trial in this tenant`);
  if (ledger.now >= TRIAL.closed) return notAvailable(`no trial can be extended from ${formatInstant(TRIAL.closed)} on`);
  if (trial.extended) return notAvailable(`the trial of ${userId} was extended already; one time is the most`);
  if (ledger.now < trial.endsAt)
    return notAvailable(`the trial of ${userId} runs until ${formatInstant(trial.endsAt)}; extend it after it has ended`);
  if (owned(ledger, 'ai-builder-credits', ledger.now) > 0n)
    return notAvailable('this tenant has AI Builder credits of its own by now; trials are for tenants without');
  Object.assign(trial, { ...periodFrom(ledger.now), extended: true, consumedBefore: trial.consumed, changed: true });
  return { trial };
}

function periodFrom(start: Instant): Pick<Trial, 'startsAt' | 'endsAt'> {
  return { startsAt: start, endsAt: (start + TRIAL.days * DAY_MS) as Instant };
}

/** X3: 200,000 for the current month, at most three times a month; refuses `ExtensionNotAvailable`. */
export function extendMonth(ledger: Ledger, id: string): { extension: Extension } | Refusal {
  if (ledger.now >= EXTENSION.ended)
    return refuse('ExtensionNotAvailable', `no extension is given from ${formatInstant(EXTENSION.ended)} on`);
  const month = monthOf(ledger.now);
  const sums = tenantMonth(ledger, month, 'ai-builder-credits');
  if (sums.extensionSize >= EXTENSION.credits * BigInt(EXTENSION.mostOfAMonth))
    return refuse('ExtensionNotAvailable', `${month} has had ${EXTENSION.mostOfAMonth} extensions, which is the most of a month`);
  sums.extensionSize = plus(sums.extensionSize, EXTENSION.credits);
  sums.changed = true;
  const extension = { id, month, credits: EXTENSION.credits, createdAt: ledger.now };
  ledger.extensions.push(extension);
  return { extension };
}
