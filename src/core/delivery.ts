// Deliveries of notices (N2): how a message to one address or webhook is tried again and again over days, and when it is given up.

import { DAY_MS, type Instant, MINUTE_MS } from './month.ts';

export const DELIVERY_STATUSES = ['waiting', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** `failed`: may work later. `refused`: will never be taken. `gone`: the webhook wants nothing any more (410). */
export type AttemptOutcome = 'delivered' | 'failed' | 'refused' | 'gone';

const HOUR_MS = 60 * MINUTE_MS;

/** The schedule that Standard Webhooks proposes: ten attempts within three days and four hours. */
const RETRY_AFTER_MS = [
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  14 * HOUR_MS,
  20 * HOUR_MS,
  24 * HOUR_MS,
];
export const MOST_ATTEMPTS = RETRY_AFTER_MS.length + 1;
/** So that what failed together is not tried together. */
const JITTER = 0.1;

/** When to try again after so many failures, with jitter from `random` (0 to 1); null: given up. */
export function retryAt(failures: number, now: Instant, random: number): Instant | null {
  const delay = RETRY_AFTER_MS[failures - 1];
  if (delay === undefined) return null;
  return (now + Math.round(delay * (1 + JITTER * (2 * random - 1)))) as Instant;
}

/** A webhook that has failed for so long without one success is disabled. */
export const DISABLE_AFTER_FAILING_MS = 5 * DAY_MS;
/** After a rotation the old secret signs beside the new one for so long. */
export const PREVIOUS_SECRET_SIGNS_MS = DAY_MS;

/** Why a webhook is to be disabled after a failed attempt; null: it goes on. */
export function reasonToDisable(outcome: AttemptOutcome, failingSince: Instant, now: Instant): string | null {
  if (outcome === 'gone') return 'it answered 410 Gone';
  return now - failingSince >= DISABLE_AFTER_FAILING_MS ? 'it has failed for five days' : null;
}
