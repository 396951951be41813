// Holds (D10): reserve what a long call is expected to cost, do the work, capture what it really used; or release.

import { type CallOptions, call, send } from './call.ts';
import type { Connection } from './connection.ts';
import { type Allowed, decisionOf, type Refused, withKey } from './decision.ts';
import type { Consumption, Hold, HoldAction, Usage } from './openapi.ts';

export interface Held extends Hold {
  decision: 'allowed';
  replayed: boolean;
}

/** Captures before the work ends, for work that knows its usage early; at most once. */
export type Capture = (usage: Usage) => Promise<Consumption>;

/** What the work gives back: its result, and what it used unless it has called `capture` itself. */
export interface Done<R> {
  result: R;
  usage?: Usage | undefined;
}

export interface Captured<R> {
  decision: 'allowed';
  result: R;
  hold: Hold;
  consumption: Consumption;
}

export async function hold(connection: Connection, action: HoldAction, options: CallOptions = {}): Promise<Held | Refused> {
  const received = await send(connection, 'createHold', { ...options, body: withKey(action, options) });
  const decided = decisionOf<Hold>(received);
  return 'decision' in decided ? decided : { ...decided, decision: 'allowed' };
}

/** Records what was really used. Never refused for credits; asked again, it answers the same. */
export async function capture(connection: Connection, holdId: string, usage: Usage, options: CallOptions = {}): Promise<Allowed> {
  const received = await send(connection, 'captureHold', { ...options, params: { id: holdId }, body: { usage } });
  // Nothing of a capture is refused for credits: whatever is not done is thrown.
  return decisionOf<Consumption>(received) as Allowed;
}

export function release(connection: Connection, holdId: string, options: CallOptions = {}): Promise<Hold> {
  return call(connection, 'releaseHold', { ...options, params: { id: holdId } });
}

/**
 * Holds, runs the work, and captures what it used; releases where the work fails, and throws its error as it was. A refused hold is
 * answered without running the work. Where the capture fails the work was done and the hold stays: its expiry ends the
 * reservation, not the right to capture, so `capture(hold.id, usage)` can be tried again later.
 */
export async function withHold<R>(
  connection: Connection,
  action: HoldAction,
  work: (hold: Held, capture: Capture) => Promise<Done<R>>,
  options: CallOptions = {},
): Promise<Captured<R> | Refused> {
  const held = await hold(connection, action, options);
  if (held.decision === 'refused') return held;
  let captured: Promise<Consumption> | undefined;
  const captureOnce: Capture = (usage) => {
    if (captured) throw new Error(`hold ${held.id} was captured before: call capture once, or give usage back`);
    captured = capture(connection, held.id, usage, { signal: options.signal });
    // Where the work fails beside it, its error is the one that is thrown.
    captured.catch(() => {});
    return captured;
  };
  const done = await work(held, captureOnce).catch(async (error: unknown) => {
    // Not in the way of the error that matters: an unreleased hold expires by itself.
    if (!captured) await release(connection, held.id).catch(() => {});
    throw error;
  });
  if (!captured && done.usage === undefined) {
    await release(connection, held.id).catch(() => {});
    throw new TypeError('the work gave back no usage and did not capture: give { result, usage }; the hold was released');
  }
  return { decision: 'allowed', result: done.result, hold: held, consumption: await (captured ?? captureOnce(done.usage!)) };
}
