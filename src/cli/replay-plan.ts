// What a replay makes of the lines of a trace: actions of the given model, caller, environments and users, at moments of the open month
// or of a sandbox's clock. Who gets which line follows from a hash of the seed and the line; keys from the file, the line and
// everything that shapes the action: so the same replay again has no second effect.

import { createHash, type Hash } from 'node:crypto';
import { basename } from 'node:path';
import type { Action } from '../../sdk/src/index.ts';
import type { TraceCall, TraceSurvey } from './trace-file.ts';
import { isDate } from './trace-format.ts';
import { UsageError } from './verb.ts';

export interface ReplayPlan {
  file: string;
  capability: string;
  model: string | undefined;
  caller: Action['caller'];
  environments: readonly string[];
  users: number;
  seed: string;
  /** Tells another run of the same file apart. */
  run: string;
  recordOnly: boolean;
  /** `record`: at the times of the trace, moved by `offsetMs`; `play`: as it comes, on a sandbox's clock. */
  mode: 'record' | 'play';
  offsetMs: number;
}

export interface PlannedAction {
  line: number;
  /** When it happens in the tenant. */
  ms: number;
  action: Action;
}

/**
 * By how much a trace is moved to be recorded: its first call to `at`, or else to the first moment of the open month, which is the same
 * however often and late in the month it is replayed. It must have ended by now and lie within the month.
 */
export function recordOffset(survey: TraceSurvey, now: string, at: string | undefined): number {
  const [nowMs, monthStart] = [Date.parse(now), Date.parse(`${now.slice(0, 7)}-01T00:00:00Z`)];
  const start = at === undefined ? monthStart : Date.parse(at);
  if (Number.isNaN(start)) throw new UsageError(`--at ${JSON.stringify(at)}: wanted an instant such as 2026-11-02T08:00:00Z`);
  const offset = Math.ceil(start - survey.firstMs);
  const end = survey.lastMs + offset;
  if (start < monthStart || end > nowMs) {
    const long = durationOf(survey.lastMs - survey.firstMs);
    throw new UsageError(
      `the trace is ${long} long and does not fit: from ${instantOf(start)} to ${instantOf(end)} is not within the open month, which goes ` +
        `from ${instantOf(monthStart)} to now, ${now}. Give another start with --at, or play it on a sandbox: --play`,
    );
  }
  return offset;
}

/** Turns calls into actions. */
export function planner(plan: ReplayPlan): (call: TraceCall) => PlannedAction {
  const { mode, offsetMs, file, ...shape } = plan;
  // A played action has no time of its own, so where the clock began does not make it another.
  const place = mode === 'record' ? { offsetMs } : {};
  const prefix = createHash('sha256').update(JSON.stringify({ file: basename(file), mode, ...place, ...shape }));
  return (call) => {
    const hash = mixed(`${plan.seed}/${call.line}`);
    const ms = Math.floor(call.ms + offsetMs);
    const model = call.model ?? plan.model;
    return {
      line: call.line,
      ms,
      action: {
        idempotencyKey: keyOf(prefix, call),
        environmentId: call.environmentId ?? plan.environments[hash % plan.environments.length]!,
        userId: call.userId ?? `user-${((hash >>> 16) % plan.users) + 1}@example.com`,
        caller: plan.caller,
        capability: plan.capability,
        ...(model === undefined ? {} : { model }),
        usage: { inputTokens: call.inputTokens, outputTokens: call.outputTokens },
        ...(mode === 'record' ? { occurredAt: instantOf(ms) } : {}),
        ...(plan.recordOnly ? { recordOnly: true } : {}),
      },
    };
  };
}

function keyOf(prefix: Hash, call: TraceCall): string {
  const digest = prefix.copy().update(`\n${call.line}\n${call.text}`).digest('hex');
  return `replay-${digest.slice(0, 32)}`;
}

/** A hash whose bits are all as good as any other (FNV-1a, then the finisher of murmur). */
function mixed(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

export function instantOf(ms: number): string {
  return new Date(ms).toISOString();
}

/** The moments of a trace as it tells them. */
export function traceTime(ms: number): string {
  return isDate(ms) ? instantOf(ms) : `${(ms / 1000).toFixed(3)} s`;
}

function durationOf(ms: number): string {
  const hours = ms / 3_600_000;
  if (hours >= 48) return `${(hours / 24).toFixed(1)} days`;
  return hours >= 1 ? `${hours.toFixed(1)} hours` : `${(hours * 60).toFixed(1)} minutes`;
}
