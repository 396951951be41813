// Commands: everything that changes a tenant. `execute` decides one on its ledger and, where it is allowed, writes it there;
// a refusal writes nothing (but for the record of a refused action, M6). Pure but for that ledger: time is `ledger.now`, ids are given.

import type { Action, Usage } from './action.ts';
import { type ActivityRecord, recordCapture, recordDecision, recordHistory } from './activity.ts';
import { type AllocationChange, allocate, allocationRefusal, type SwitchChange } from './allocation.ts';
import { type BillingPlanChange, changeBillingPlan, createBillingPlan, deleteBillingPlan } from './billing-plan.ts';
import { isCatalogueCapability } from './catalogue.ts';
import { charge, noticeDecision } from './charge.ts';
import { compute, passTime } from './computation.ts';
import { CURRENCIES, NO_CREDITS } from './credits.ts';
import { decide, isAllowed, isOpen, isRefused, type Refused } from './decision.ts';
import { decidePurchase, type Purchase } from './entitlement.ts';
import {
  changeEnvironment,
  createEnvironment,
  deleteEnvironment,
  type EnvironmentChange,
  type NewEnvironment,
} from './environment.ts';
import { decideHistory, type HistoryEntry } from './history.ts';
import { captureHold, decideCapture, decideHold, expireDueHolds, openHold, releaseHold } from './hold.ts';
import type {
  BillingPlan,
  Environment,
  Ledger,
  TrackedEntitlement,
  TrackedHold,
  TrackedLimit,
  TrackedOwnCapability,
  TrackedTrial,
} from './ledger.ts';
import { deleteLimit, type Limit, setLimit } from './limit.ts';
import { formatInstant, type Instant, monthOf } from './month.ts';
import { noticeEnvironment, noticeLimit } from './notice.ts';
import type { OwnCapability } from './rate-card.ts';
import { isRefusal, type Refusal, refuse } from './refusal.ts';
import { changeSettings, type Settings, type SettingsChange } from './settings.ts';
import { type Extension, extendMonth, extendTrial, runningTrial, startTrial } from './trial.ts';

export type Command =
  | { do: 'consume'; id: string; action: Action }
  | { do: 'hold'; id: string; action: Action; expiresInSeconds: number }
  | { do: 'capture'; id: string; holdId: string; usage: Usage }
  | { do: 'release'; holdId: string }
  | { do: 'record-history'; id: string; entry: HistoryEntry }
  | { do: 'expire-holds' }
  | { do: 'create-environment'; environment: NewEnvironment }
  | { do: 'change-environment'; environmentId: string; change: EnvironmentChange }
  | { do: 'delete-environment'; environmentId: string }
  | { do: 'entitle'; purchase: Purchase }
  | { do: 'end-entitlement'; entitlementId: string }
  | { do: 'allocate'; changes: AllocationChange[]; switches?: SwitchChange[] }
  | { do: 'create-billing-plan'; plan: Pick<BillingPlan, 'id' | 'name' | 'status' | 'monthlyLimit'> }
  | { do: 'change-billing-plan'; planId: string; change: BillingPlanChange }
  | { do: 'delete-billing-plan'; planId: string }
  | { do: 'define-capability'; capability: OwnCapability }
  | { do: 'set-limit'; limit: Omit<Limit, 'createdAt'> }
  | { do: 'delete-limit'; limitId: string }
  | { do: 'start-trial'; userId: string }
  | { do: 'extend-trial'; userId: string }
  | { do: 'extend-month'; id: string }
  | { do: 'compute'; onDemand: boolean }
  | { do: 'change-settings'; change: SettingsChange }
  | { do: 'move-clock'; now: Instant };

/** What each command answers when it is allowed. */
export interface Outcomes {
  consume: { record: ActivityRecord };
  hold: { hold: TrackedHold };
  /** `record` is null where the same capture was asked before: the store then answers its record. */
  capture: { record: ActivityRecord | null };
  release: { hold: TrackedHold };
  'record-history': { record: ActivityRecord };
  'expire-holds': object;
  'create-environment': { environment: Environment; made: boolean };
  'change-environment': { environment: Environment };
  'delete-environment': { environment: Environment };
  entitle: { entitlement: TrackedEntitlement; made: boolean };
  'end-entitlement': { entitlement: TrackedEntitlement };
  allocate: { changes: AllocationChange[] };
  'create-billing-plan': { plan: BillingPlan; made: boolean };
  'change-billing-plan': { plan: BillingPlan };
  'delete-billing-plan': { plan: BillingPlan };
  'define-capability': { capability: OwnCapability };
  'set-limit': { limit: TrackedLimit; made: boolean };
  'delete-limit': { limit: TrackedLimit };
  'start-trial': { trial: TrackedTrial };
  'extend-trial': { trial: TrackedTrial };
  'extend-month': { extension: Extension };
  compute: { computedAt: Instant };
  'change-settings': { settings: Settings };
  'move-clock': { now: Instant };
}

export type Doing = Command['do'];
export type Outcome<D extends Doing> = Outcomes[D] | Refusal;

/** Decides a command and writes it to the ledger. A refused action is recorded and answered as its refusal, with `record`. */
export function execute<D extends Doing>(ledger: Ledger, command: Extract<Command, { do: D }>): Outcome<D>;
export function execute(ledger: Ledger, command: Command): Outcome<Doing> {
  switch (command.do) {
    case 'consume':
      return consume(ledger, command.id, command.action);
    case 'hold':
      return hold(ledger, command);
    case 'capture':
      return capture(ledger, command);
    case 'release': {
      const held = ledger.holds.get(command.holdId);
      if (!held) return holdNotFound(command.holdId);
      return releaseHold(ledger, held) ?? { hold: held };
    }
    case 'expire-holds':
      expireDueHolds(ledger);
      return {};
    case 'create-environment':
      return createEnvironment(ledger, command.environment);
    case 'change-environment':
      return orRefusal(changeEnvironment(ledger, command.environmentId, command.change), (environment) => {
        noticeNamed(ledger, [environment.id]);
        return { environment };
      });
    case 'delete-environment':
      return orRefusal(deleteEnvironment(ledger, command.environmentId), (environment) => ({ environment }));
    case 'entitle':
      return entitle(ledger, command.purchase);
    case 'end-entitlement':
      return endEntitlement(ledger, command.entitlementId);
    case 'allocate': {
      const { changes, switches = [] } = command;
      const refusal = allocationRefusal(ledger, changes, switches);
      if (refusal) return refusal;
      allocate(ledger, changes, switches);
      noticeNamed(
        ledger,
        [...changes, ...switches].map(({ environmentId }) => environmentId),
      );
      return { changes };
    }
    case 'create-billing-plan':
      return createBillingPlan(ledger, command.plan);
    case 'change-billing-plan':
      return orRefusal(changeBillingPlan(ledger, command.planId, command.change), (plan) => ({ plan }));
    case 'delete-billing-plan':
      return orRefusal(deleteBillingPlan(ledger, command.planId), (plan) => ({ plan }));
    case 'define-capability':
      return defineCapability(ledger, command.capability);
    case 'record-history':
      return recordEntry(ledger, command.id, command.entry);
    case 'set-limit':
      return orRefusal(setLimit(ledger, command.limit), (set) => {
        // It was no limit of last month, and one that nothing counts against yet is told of when it stops something.
        const current = monthOf(ledger.now);
        if (set.limit.months.has(current)) noticeLimit(ledger, set.limit, current);
        return set;
      });
    case 'delete-limit':
      return deleteLimit(ledger, command.limitId);
    case 'start-trial':
      return startTrial(ledger, command.userId);
    case 'extend-trial':
      return extendTrial(ledger, command.userId);
    case 'extend-month':
      return extendMonth(ledger, command.id);
    case 'compute':
      compute(ledger, command.onDemand);
      return { computedAt: ledger.now };
    case 'change-settings':
      return setSettings(ledger, command.change);
    case 'move-clock':
      return moveClock(ledger, command.now);
  }
}

function orRefusal<T extends object, R extends object>(outcome: T | Refusal, answer: (value: T) => R): R | Refusal {
  return isRefusal(outcome) ? outcome : answer(outcome);
}

function consume(ledger: Ledger, id: string, action: Action): Outcomes['consume'] | Refusal {
  const decision = decide(ledger, action);
  if (isRefusal(decision)) return decision;
  if (isRefused(decision)) {
    recordDecision(ledger, id, action, decision);
    noticeDecision(ledger, action, decision);
    return refusalWithDecision(decision);
  }
  if (isAllowed(decision) && decision.currency !== null) {
    const { month, currency, source, credits } = decision;
    const on = {
      month,
      currency,
      source: source?.kind ?? null,
      entitlementId: source?.entitlement?.id ?? null,
      planId: source?.plan?.id ?? null,
    };
    charge(ledger, action, on, { consumed: credits, held: NO_CREDITS });
    noticeDecision(ledger, action, decision);
  }
  return { record: recordDecision(ledger, id, action, decision) };
}

function hold(ledger: Ledger, command: Extract<Command, { do: 'hold' }>): Outcomes['hold'] | Refusal {
  const decision = decideHold(ledger, command.action, command);
  if (isRefusal(decision)) return decision;
  if ('refusal' in decision) {
    recordDecision(ledger, command.id, command.action, decision);
    noticeDecision(ledger, command.action, decision);
    return refusalWithDecision(decision);
  }
  openHold(ledger, decision);
  return { hold: decision };
}

/** A refusal for credits or by policy carries its decision, for the explanation. */
export interface RefusalWithDecision extends Refusal {
  decision: Refused;
}

function refusalWithDecision(decision: Refused): RefusalWithDecision {
  return { ...decision.refusal, decision };
}

function capture(ledger: Ledger, command: Extract<Command, { do: 'capture' }>): Outcomes['capture'] | Refusal {
  const held = ledger.holds.get(command.holdId);
  if (!held) return holdNotFound(command.holdId);
  const outcome = decideCapture(ledger, held, command.usage);
  if (isRefusal(outcome)) return outcome;
  if (outcome.kind === 'again') return { record: null };
  captureHold(ledger, held, command.usage, outcome.decision, { id: command.id, sequence: ledger.sequence + 1 });
  return { record: recordCapture(ledger, command.id, held, command.usage, outcome.decision) };
}

function holdNotFound(id: string): Refusal {
  return refuse('NotFound', `no hold ${JSON.stringify(id)} in this tenant`);
}

/** The same id with the same content answers the one that is there; what the first purchase left to defaults need not be said again. */
function entitle(ledger: Ledger, purchase: Purchase): Outcomes['entitle'] | Refusal {
  const existing = ledger.entitlements.find((each) => each.id === purchase.id);
  if (existing) {
    const same =
      existing.product === purchase.product &&
      existing.quantity === purchase.quantity &&
      (purchase.purchasedOn ?? existing.purchasedOn) === existing.purchasedOn &&
      (purchase.startsOn ?? existing.startsOn) === existing.startsOn &&
      (purchase.endsOn ?? existing.endsOn) === existing.endsOn &&
      (purchase.servicePlanEnabled ?? existing.servicePlanEnabled) === existing.servicePlanEnabled;
    return same
      ? { entitlement: existing, made: false }
      : refuse('AlreadyExists', `entitlement ${purchase.id} is there already, with other content`);
  }
  const bought = decidePurchase(purchase, ledger.entitlements, ledger.now);
  if (isRefusal(bought)) return bought;
  const entitlement = { ...bought, changed: true };
  ledger.entitlements.push(entitlement);
  return { entitlement, made: true };
}

/** E9: ends it now; ending an ended one again changes nothing. */
function endEntitlement(ledger: Ledger, id: string): Outcomes['end-entitlement'] | Refusal {
  const entitlement = ledger.entitlements.find((each) => each.id === id);
  if (!entitlement) return refuse('NotFound', `no entitlement ${JSON.stringify(id)} in this tenant`);
  if (entitlement.endedAt === null) Object.assign(entitlement, { endedAt: ledger.now, changed: true });
  return { entitlement };
}

/** R1: the version in force from its day; the same day again replaces it. */
function defineCapability(ledger: Ledger, wanted: OwnCapability): Outcomes['define-capability'] | Refusal {
  if (isCatalogueCapability(wanted.id)) {
    return refuse('AlreadyExists', `${wanted.id} is a capability of the product and is not redefined; choose another id`);
  }
  const version: TrackedOwnCapability = { ...wanted, changed: true };
  ledger.capabilities = [...ledger.capabilities.filter((each) => each.id !== wanted.id || each.from !== wanted.from), version];
  return { capability: version };
}

/** D11: usage that another product has measured; charged to what it says, refused only where its month cannot take it. */
function recordEntry(ledger: Ledger, id: string, entry: HistoryEntry): Outcomes['record-history'] | Refusal {
  const history = decideHistory(ledger, entry);
  if (isRefusal(history)) return history;
  const { action, environment, currency, credits, source } = history;
  if (currency !== null) {
    const month = monthOf(history.at);
    // History may tell of trials that were none of ours, or not the one that runs.
    const foreign = source === 'trial' && !runningTrial(ledger, action.userId, history.at);
    const on = { month, currency, source: foreign ? null : source, entitlementId: null, planId: null };
    charge(ledger, action, on, { consumed: credits, held: NO_CREDITS });
    if (isOpen(month, ledger.now, ledger.settings)) noticeEnvironment(ledger, environment, month, [currency]);
  }
  return { record: recordHistory(ledger, id, history) };
}

/** N2: what an administrator changes may cross a threshold as well. */
function noticeNamed(ledger: Ledger, environmentIds: readonly string[]): void {
  for (const id of new Set(environmentIds))
    noticeEnvironment(ledger, ledger.environments.get(id)!, monthOf(ledger.now), CURRENCIES);
}

/** C2: only a sandbox can hold its computation back; refuses `NotASandbox`. */
function setSettings(ledger: Ledger, change: SettingsChange): Outcomes['change-settings'] | Refusal {
  if (!ledger.isSandbox && (change.computation?.delayDays ?? 0) > 0)
    return refuse(
      'NotASandbox',
      'computation.delayDays shows in a sandbox what lateness does; this tenant is live and computes daily',
    );
  ledger.settings = changeSettings(ledger.settings, change);
  ledger.changed = true;
  return { settings: ledger.settings };
}

/** T4: a sandbox's clock moves forward only; what falls due on the way has happened when it answers. */
function moveClock(ledger: Ledger, now: Instant): Outcomes['move-clock'] | Refusal {
  if (!ledger.isSandbox)
    return refuse('NotASandbox', 'this tenant is live and has no clock of its own; make one with "sandbox" to move time');
  if (now < ledger.now)
    return refuse(
      'ClockMovesForwardOnly',
      `the sandbox is at ${formatInstant(ledger.now)} already; its clock only moves forward`,
    );
  passTime(ledger, now);
  return { now };
}
