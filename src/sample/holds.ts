// Holds (D10): calls that the phone assistant took, whose expected cost is held before, and captured, released or left to expire; and
// long work that is still going on at the end.

import type { Bursar, HoldAction } from '../../sdk/src/index.ts';
import { isWorkingDay } from './calendar.ts';
import { DEPARTMENTS, VISITORS_OF_THE_WEBSITE } from './people.ts';

const DAY_MS = 86_400_000;
const EVERY_DAYS = 4;
const EXPECTED_MINUTES = 3;
/** What becomes of one call after another. */
const ENDS = ['captured', 'captured', 'released', 'captured', 'expired'] as const;
/** The longest that a hold can be open: those of the sample's last moment stay so while its clock stands still. */
const LONGEST_SECONDS = 86_400;
const AT_THE_END = 2;

/** When a call is taken on a day; null: none. */
export function callOn(day: string): string | null {
  return isWorkingDay(day) && numberOf(day) % EVERY_DAYS === 0 ? `${day}T10:30:00Z` : null;
}

function numberOf(day: string): number {
  return Date.parse(day) / DAY_MS;
}

/** Takes the call of a day, at the tenant's present moment. */
export async function takeCall(bursar: Bursar, day: string): Promise<void> {
  const held = await bursar.hold(call(`sample-call-${day}`, numberOf(day)));
  if (held.decision === 'refused') return;
  const end = ENDS[(numberOf(day) / EVERY_DAYS) % ENDS.length];
  if (end === 'captured') await bursar.capture(held.id, { minutes: 1 + (numberOf(day) % EXPECTED_MINUTES) });
  if (end === 'released') await bursar.release(held.id);
}

/** Analyses that are under way at the sample's last moment. */
export async function beginLastHolds(bursar: Bursar): Promise<void> {
  for (let index = 0; index < AT_THE_END; index += 1) {
    await bursar.hold({
      idempotencyKey: `sample-analysis-${index}`,
      environmentId: 'it-help-desk',
      userId: DEPARTMENTS.technology[index]!,
      caller: 'agent',
      resource: { type: 'agent', id: 'agent-logs', name: 'Log analyst' },
      capability: 'prompt',
      model: 'gpt-5-reasoning',
      usage: { inputTokens: 24_000, outputTokens: 6_000 },
      expiresInSeconds: LONGEST_SECONDS,
    });
  }
}

function call(idempotencyKey: string, number: number): HoldAction {
  return {
    idempotencyKey,
    environmentId: 'customer-service',
    userId: VISITORS_OF_THE_WEBSITE[number % VISITORS_OF_THE_WEBSITE.length]!,
    caller: 'agent',
    channel: 'custom',
    resource: { type: 'agent', id: 'agent-phone', name: 'Phone assistant' },
    capability: 'voice-generative',
    usage: { minutes: EXPECTED_MINUTES },
  };
}
