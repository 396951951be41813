// The trial of a user, with what its entries come to (X1, X2).

import type { Entry } from './entry.ts';
import { type Amount, plus } from './exact.ts';

export interface Trial {
  userId: string;
  startedAt: number;
  startsAt: number;
  endsAt: number;
  extended: boolean;
  /** What it has used for sure, and what may have been charged to it: imports at a moment that the clock cannot tell apart. */
  sure: Amount;
  maybe: Amount;
  /** What of it was recorded before the extension, at least and at most. */
  beforeAtLeast: Amount;
  beforeAtMost: Amount;
  held: Amount;
}

/** X1: history may tell of trials that were none of ours (D11); what it tells is ours where the trial ran at that moment. */
export function chargeTrial(trial: Trial, { credits, occurredAt, recordedAt, imported }: Entry): void {
  const lasts = trial.endsAt - trial.startsAt;
  const inFirst = trial.startedAt <= occurredAt && occurredAt < trial.startedAt + lasts;
  const inSecond = trial.extended && trial.startsAt <= occurredAt && occurredAt < trial.endsAt;
  if (imported) {
    const during = (from: number, until: number) => recordedAt > from && recordedAt < until;
    const firstUntil = trial.extended ? trial.startsAt : Number.POSITIVE_INFINITY;
    const sure = (inFirst && during(trial.startedAt, firstUntil)) || (inSecond && recordedAt > trial.startsAt);
    const never = (!inFirst && !inSecond) || recordedAt < trial.startedAt || (!inSecond && recordedAt > firstUntil);
    if (never) return;
    if (!sure) {
      trial.maybe = plus(trial.maybe, credits);
      if (trial.extended && recordedAt <= trial.startsAt) trial.beforeAtMost = plus(trial.beforeAtMost, credits);
      return;
    }
  }
  trial.sure = plus(trial.sure, credits);
  if (!trial.extended) return;
  if (recordedAt < trial.startsAt) trial.beforeAtLeast = plus(trial.beforeAtLeast, credits);
  if (recordedAt <= trial.startsAt) trial.beforeAtMost = plus(trial.beforeAtMost, credits);
}
