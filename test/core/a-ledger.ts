// A ledger to run commands on, made with the commands themselves: nothing here knows how a ledger counts. What the rules refuse
// while it is being built throws, so that a test never stands on something else than it says.

import type { Action } from '../../src/core/action.ts';
import type { ActivityRecord } from '../../src/core/activity.ts';
import { type Command, type Doing, execute, type Outcomes, type RefusalWithDecision } from '../../src/core/command.ts';
import { type Credits, CURRENCIES, type Currency, credits, formatCredits, NO_CREDITS } from '../../src/core/credits.ts';
import type { Purchase } from '../../src/core/entitlement.ts';
import type { EnvironmentChange, NewEnvironment } from '../../src/core/environment.ts';
import { byCurrency, type Environment, type Ledger, type TrackedLimit } from '../../src/core/ledger.ts';
import type { LimitScope } from '../../src/core/limit.ts';
import { type Day, dayOf, type Instant, parseInstant } from '../../src/core/month.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { changeSettings, DEFAULT_SETTINGS, type SettingsChange } from '../../src/core/settings.ts';
import { limitSums } from './recount.ts';

export interface GivenEnvironment extends EnvironmentChange {
  type?: NewEnvironment['type'];
  allocations?: Partial<Record<Currency, string>>;
}

export interface GivenPlan {
  status?: 'Enabled' | 'Disabled';
  monthlyLimit?: string;
}

/** 100 AI Builder credits a month, alert only, unless said otherwise. */
export interface GivenLimit {
  scope?: LimitScope;
  currency?: Currency;
  monthly?: string;
  notifyAtPercent?: number;
  stop?: boolean;
}

export interface GivenLedger {
  now: string;
  settings?: SettingsChange;
  entitlements?: Purchase[];
  /** By id. */
  environments?: Record<string, GivenEnvironment>;
  /** By id. */
  plans?: Record<string, GivenPlan>;
  /** By id. */
  limits?: Record<string, GivenLimit>;
  /** Users who are given a trial, now and before anything is bought. */
  trials?: string[];
  /** A live tenant has no clock of its own. */
  isSandbox?: boolean;
}

export function aLedger(given: GivenLedger): Ledger {
  const ledger: Ledger = {
    tenantId: 'contoso',
    name: 'Contoso',
    now: moment(given.now),
    isSandbox: given.isSandbox ?? true,
    beganAt: moment(given.now),
    settings: changeSettings(DEFAULT_SETTINGS, given.settings ?? {}),
    entitlements: [],
    capabilities: [],
    environments: new Map(),
    touched: new Set(),
    plans: new Map(),
    allocated: byCurrency(() => NO_CREDITS),
    allocatedChanged: false,
    months: new Map(),
    holds: new Map(),
    limits: new Map(),
    deletedLimits: new Set(),
    limitSums: new Map(),
    trials: new Map(),
    extensions: [],
    computedAt: null,
    computations: [],
    prepaidDays: [],
    noticeNumber: 0,
    notices: [],
    sequence: 0,
    records: [],
    changed: false,
  };
  for (const userId of given.trials ?? []) done(ledger, { do: 'start-trial', userId });
  for (const purchase of given.entitlements ?? []) done(ledger, { do: 'entitle', purchase });
  for (const [id, { status = 'Enabled', monthlyLimit }] of Object.entries(given.plans ?? {})) {
    const limit = monthlyLimit === undefined ? null : credits(monthlyLimit);
    done(ledger, { do: 'create-billing-plan', plan: { id, name: id, status, monthlyLimit: limit } });
  }
  for (const [id, { type = 'production', allocations = {}, ...change }] of Object.entries(given.environments ?? {})) {
    done(ledger, { do: 'create-environment', environment: { id, name: id, type, region: null } });
    done(ledger, { do: 'change-environment', environmentId: id, change });
    for (const currency of CURRENCIES) {
      const amount = allocations[currency];
      if (amount !== undefined) allocate(ledger, id, amount, currency);
    }
  }
  for (const [id, limit] of Object.entries(given.limits ?? {})) setLimit(ledger, id, limit);
  return ledger;
}

export function moment(text: string): Instant {
  const instant = parseInstant(text);
  if (instant === null) throw new Error(`not an instant: ${text}`);
  return instant;
}

let purchases = 0;

/** A purchase: `bought('power-automate-premium', 2, { endsOn: '2026-04-01' })`. */
export function bought(
  product: string,
  quantity = 1,
  rest: { id?: string; purchasedOn?: string; startsOn?: string; endsOn?: string; servicePlanEnabled?: boolean } = {},
): Purchase {
  purchases += 1;
  const { id = `purchase-${purchases}`, purchasedOn, startsOn, endsOn, servicePlanEnabled } = rest;
  return {
    id,
    product,
    quantity,
    ...(purchasedOn === undefined ? {} : { purchasedOn: purchasedOn as Day }),
    ...(startsOn === undefined ? {} : { startsOn: startsOn as Day }),
    ...(endsOn === undefined ? {} : { endsOn: endsOn as Day }),
    ...(servicePlanEnabled === undefined ? {} : { servicePlanEnabled }),
  };
}

/** One page of a custom document in a cloud flow of `sales`, unless said otherwise: 100 AI Builder credits, 8 Copilot Credits. */
export function anAction(said: Partial<Action> = {}): Action {
  return {
    environmentId: 'sales',
    userId: 'ada',
    caller: 'cloud-flow',
    resource: null,
    capability: 'custom-document-processing',
    model: null,
    usage: { pages: 1 },
    mode: 'run',
    occurredAt: null,
    m365Copilot: false,
    channel: null,
    startedByAgent: false,
    preview: false,
    recordOnly: false,
    ...said,
  };
}

export function pages(count: number, said: Partial<Action> = {}): Action {
  return anAction({ usage: { pages: count }, ...said });
}

/** An agent that gives so many classic answers, at 1 Copilot Credit each. */
export function answers(count: number, said: Partial<Action> = {}): Action {
  return anAction({ caller: 'agent', capability: 'classic-answer', usage: { responses: count }, ...said });
}

let ids = 0;
export function nextId(): string {
  ids += 1;
  return `id-${ids}`;
}

/** Executes a command that must be allowed. */
export function done<D extends Doing>(ledger: Ledger, command: Extract<Command, { do: D }>): Outcomes[D] {
  const outcome = execute<D>(ledger, command);
  if (isRefusal(outcome)) throw new Error(`${command.do} was refused ${outcome.refused}: ${outcome.detail}`);
  return outcome;
}

/** Executes a command that must be refused. */
export function refused<D extends Doing>(ledger: Ledger, command: Extract<Command, { do: D }>): Refusal {
  const outcome = execute<D>(ledger, command);
  if (!isRefusal(outcome)) throw new Error(`${command.do} was not refused`);
  return outcome;
}

export function consume(ledger: Ledger, action: Action): ActivityRecord {
  return done(ledger, { do: 'consume', id: nextId(), action }).record;
}

export function refusedAction(ledger: Ledger, action: Action): RefusalWithDecision {
  return refused(ledger, { do: 'consume', id: nextId(), action }) as RefusalWithDecision;
}

/** What an action came to, in one line: `100 ai-builder-credits from pool`, `free: test`, `QuotaExceeded`. */
export function outcomeOf(ledger: Ledger, action: Action): string {
  const outcome = execute(ledger, { do: 'consume', id: nextId(), action });
  if (isRefusal(outcome)) return outcome.refused;
  const { record } = outcome;
  if (record.free) return `free: ${record.free}`;
  return `${formatCredits(record.credits)} ${record.currency} from ${record.source}${record.inOverage ? ' in overage' : ''}`;
}

export function allocate(ledger: Ledger, environmentId: string, amount: string, currency: Currency = 'ai-builder-credits'): void {
  done(ledger, { do: 'allocate', changes: [{ environmentId, currency, credits: credits(amount) }] });
}

/** Sets a limit; what counts in its scope already is found in the records and open holds, as the store finds it. */
export function setLimit(ledger: Ledger, id: string, given: GivenLimit = {}): TrackedLimit {
  const { scope = {}, currency = 'ai-builder-credits', monthly = '100', notifyAtPercent = 80, stop = false } = given;
  const limit = { id, scope, currency, monthly: credits(monthly), notifyAtPercent, stop };
  ledger.limitSums.set(id, limitSums(ledger, limit));
  return done(ledger, { do: 'set-limit', limit }).limit;
}

/** Computes consumption now. Where `computation.delayDays` holds usage back, the usage by day is found in the records, as the store finds it. */
export function compute(ledger: Ledger): void {
  givePrepaidDays(ledger);
  done(ledger, { do: 'compute', onDemand: true });
}

export function givePrepaidDays(ledger: Ledger): void {
  ledger.prepaidDays = ledger.records.flatMap(({ action, currency, occurredAt, credits: amount, source }) =>
    currency !== null && (source === 'allocation' || source === 'pool')
      ? [{ environmentId: action.environmentId, currency, day: dayOf(occurredAt), credits: amount }]
      : [],
  );
}

/** What a command told, in lines such as `2026-03 near-capacity sales ai-builder-credits 80 of 100`. */
export function toldBy(ledger: Ledger, work: () => void): string[] {
  const before = ledger.notices.length;
  work();
  return ledger.notices.slice(before).map(({ month, kind, environmentId, limitId, currency, consumed, available }) => {
    const about = limitId === null ? environmentId : `limit ${limitId}`;
    return `${month} ${kind} ${about} ${currency} ${formatCredits(consumed)} of ${formatCredits(available)}`;
  });
}

export function moveTo(ledger: Ledger, now: string): void {
  givePrepaidDays(ledger);
  done(ledger, { do: 'move-clock', now: moment(now) });
}

export function environmentOf(ledger: Ledger, id: string): Environment {
  const environment = ledger.environments.get(id);
  if (!environment) throw new Error(`no environment ${id} in this ledger`);
  return environment;
}

/** Credits and instants as they go over the wire, for readable comparisons: `{ consumed: '7.5' }`. */
export function readable<T extends object>(value: T): { [K in keyof T]: T[K] extends Credits ? string : T[K] } {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, typeof each === 'bigint' ? formatCredits(each as Credits) : each]),
  ) as { [K in keyof T]: T[K] extends Credits ? string : T[K] };
}
