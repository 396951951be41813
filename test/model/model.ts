// The reference model of the domain (domain.md): every command on a book of entries, slow and plain, with no counters and no code of src/.
// `play` decides a command, writes it to the book and answers what a caller is told, as plain data.

import { sum, written } from './amount.ts';
import { type Book, type Environment, environmentOf, isNo, no, type Plan } from './book.ts';
import { DAY, dayAt, midnight, monthAt, monthBefore } from './calendar.ts';
import type { Command, SettingsChange, Told } from './command.ts';
import { isOpenMonth } from './decide.ts';
import { entitle, ownedFor, ownsAiBuilderCredits } from './owned.ts';
import { isOfTheCatalogue } from './price.ts';
import { allocationOf } from './sources.ts';
import { capture, consume, expireHolds, hold, recordHistory, release } from './use.ts';

export function play(book: Book, command: Command): Told {
  switch (command.do) {
    case 'consume':
      return consume(book, command.action);
    case 'hold':
      return hold(book, command);
    case 'capture':
      return capture(book, command.holdId, command.usage);
    case 'release':
      return release(book, command.holdId);
    case 'record-history':
      return recordHistory(book, command.entry);
    case 'expire-holds':
      expireHolds(book, book.now);
      return {};
    case 'create-environment':
      return createEnvironment(book, command.environment);
    case 'change-environment':
      return changeEnvironment(book, command.environmentId, command.change);
    case 'delete-environment':
      return deleteEnvironment(book, command.environmentId);
    case 'entitle': {
      const outcome = entitle(book, command.purchase);
      if (isNo(outcome)) return { ...outcome };
      const { product, quantity, purchasedOn, startsOn, endsOn, endedAt } = outcome.entitlement;
      return { made: outcome.made, product, quantity, purchasedOn, startsOn, endsOn, endedAt };
    }
    case 'end-entitlement': {
      const entitlement = book.entitlements.find((each) => each.id === command.entitlementId);
      if (!entitlement) return { ...no('NotFound') };
      entitlement.endedAt ??= book.now;
      return { endedAt: entitlement.endedAt };
    }
    case 'allocate':
      return allocate(book, command.changes);
    case 'create-billing-plan':
      return createPlan(book, command.plan);
    case 'change-billing-plan': {
      const plan = book.plans.get(command.planId);
      if (!plan) return { ...no('NotFound') };
      Object.assign(plan, command.change);
      return planTold(plan);
    }
    case 'delete-billing-plan': {
      const plan = book.plans.get(command.planId);
      if (!plan) return { ...no('NotFound') };
      book.plans.delete(plan.id);
      for (const environment of book.environments.values()) {
        if (environment.billingPlanId === plan.id) environment.billingPlanId = null;
      }
      return planTold(plan);
    }
    case 'define-capability': {
      const { capability } = command;
      if (isOfTheCatalogue(capability.id)) return { ...no('AlreadyExists') };
      book.capabilities = book.capabilities.filter((each) => each.id !== capability.id || each.from !== capability.from);
      book.capabilities.push(capability);
      return { id: capability.id, from: capability.from };
    }
    case 'set-limit': {
      const made = !book.limits.has(command.limit.id);
      book.limits.set(command.limit.id, { ...command.limit });
      return { made };
    }
    case 'delete-limit':
      return book.limits.delete(command.limitId) ? { deleted: command.limitId } : { ...no('NotFound') };
    case 'start-trial': {
      const { userId } = command;
      // X1: by nobody from 2025-11-01, once by a user, and only by tenants without credits of their own.
      if (book.now >= TRIALS_END || book.trials.has(userId) || ownsAiBuilderCredits(book)) return { ...no('TrialNotAvailable') };
      return beginTrial(book, userId, false);
    }
    case 'extend-trial': {
      const trial = book.trials.get(command.userId);
      if (!trial) return { ...no('NotFound') };
      const mayNot = book.now >= TRIALS_END || trial.extended || book.now < trial.endsAt || ownsAiBuilderCredits(book);
      return mayNot ? { ...no('TrialNotAvailable') } : beginTrial(book, command.userId, true);
    }
    case 'extend-month': {
      const month = monthAt(book.now);
      // X3: until 2025-10-31, at most three a month.
      if (book.now >= midnight('2025-11-01') || book.extensions.filter((each) => each === month).length >= 3) {
        return { ...no('ExtensionNotAvailable') };
      }
      book.extensions.push(month);
      return { month };
    }
    case 'compute':
      compute(book, book.now);
      return { computedAt: book.now };
    case 'change-settings':
      return changeSettings(book, command.change);
    case 'move-clock':
      return moveClock(book, command.now);
  }
}

const TRIALS_END = midnight('2025-11-01');

function createEnvironment(book: Book, wanted: Extract<Command, { do: 'create-environment' }>['environment']): Told {
  const there = environmentOf(book, wanted.id);
  if (there) {
    const isSame = there.name === wanted.name && there.type === wanted.type && there.region === wanted.region;
    return isSame ? environmentTold(there, { made: false }) : { ...no('AlreadyExists') };
  }
  const environment: Environment = {
    ...wanted,
    ...{
      drawFromTenantPool: true,
      deny: false,
      previewModels: true,
      billingPlanId: null,
      deleted: false,
      allocations: new Map(),
    },
  };
  book.environments.set(wanted.id, environment);
  return environmentTold(environment, { made: true });
}

function environmentTold(environment: Environment, more: Told = {}): Told {
  const { id, name, type, region, drawFromTenantPool, deny, previewModels, billingPlanId } = environment;
  return { id, name, type, region, drawFromTenantPool, deny, previewModels, billingPlanId, ...more };
}

function changeEnvironment(book: Book, id: string, change: Extract<Command, { do: 'change-environment' }>['change']): Told {
  const environment = environmentOf(book, id);
  if (!environment) return { ...no('NotFound') };
  if (typeof change.billingPlanId === 'string') {
    if (!book.plans.has(change.billingPlanId)) return { ...no('NotFound') };
    // T2.
    if (environment.type !== 'production' && environment.type !== 'sandbox') return { ...no('PayAsYouGoNotAvailable') };
  }
  Object.assign(environment, change);
  return environmentTold(environment);
}

function deleteEnvironment(book: Book, id: string): Told {
  const environment = environmentOf(book, id);
  if (!environment) return { ...no('NotFound') };
  environment.deleted = true;
  environment.allocations.clear();
  return { id };
}

/** A2: all or none. */
function allocate(book: Book, changes: Extract<Command, { do: 'allocate' }>['changes']): Told {
  const named = new Set<string>();
  for (const { environmentId, currency } of changes) {
    if (!environmentOf(book, environmentId)) return { ...no('NotFound') };
    if (named.has(`${environmentId} ${currency}`)) return { ...no('InvalidRequest') };
    named.add(`${environmentId} ${currency}`);
  }
  for (const currency of new Set(changes.map((change) => change.currency))) {
    const ofIt = changes.filter((change) => change.currency === currency);
    const raises = ofIt.some(
      ({ environmentId, credits }) => credits > allocationOf(book.environments.get(environmentId)!, currency),
    );
    const others = sum(
      [...book.environments.values()]
        .filter((environment) => !ofIt.some((change) => change.environmentId === environment.id))
        .map((environment) => allocationOf(environment, currency)),
    );
    const owned = ownedFor(book, currency, book.now);
    if (raises && others + sum(ofIt.map((change) => change.credits)) > owned) {
      return { ...no('InsufficientUnallocatedCredits', { available: written(owned > others ? owned - others : 0n), currency }) };
    }
  }
  for (const { environmentId, currency, credits } of changes)
    book.environments.get(environmentId)!.allocations.set(currency, credits);
  return { changed: changes.length };
}

function createPlan(book: Book, plan: Plan): Told {
  const there = book.plans.get(plan.id);
  if (!there) {
    book.plans.set(plan.id, { ...plan });
    return planTold(plan, { made: true });
  }
  const isSame = there.name === plan.name && there.status === plan.status && there.monthlyLimit === plan.monthlyLimit;
  return isSame ? planTold(there, { made: false }) : { ...no('AlreadyExists') };
}

function planTold({ id, name, status, monthlyLimit }: Plan, more: Told = {}): Told {
  return { id, name, status, monthlyLimit: monthlyLimit === null ? null : written(monthlyLimit), ...more };
}

/** X1: 200,000 for 30 days. */
function beginTrial(book: Book, userId: string, extended: boolean): Told {
  const period = { startsAt: book.now, endsAt: book.now + 30 * DAY };
  book.trials.set(userId, { userId, ...period, extended, entriesBefore: book.entries.length });
  return { userId, ...period, extended };
}

/** C2: last month while it is open, and the current one. */
function compute(book: Book, at: number): void {
  const { delayDays } = book.settings.computation;
  const firstUnseenDay = delayDays === 0 ? null : dayAt(at - delayDays * DAY);
  const current = monthAt(at);
  for (const month of [monthBefore(current), current]) {
    if (isOpenMonth({ ...book, now: at }, month)) book.computations.set(month, { entries: book.entries.length, firstUnseenDay });
  }
}

function changeSettings(book: Book, change: SettingsChange): Told {
  if (!book.sandbox && (change.computation?.delayDays ?? 0) > 0) return { ...no('NotASandbox') };
  const { enforcement, computation, ...rest } = change;
  Object.assign(book.settings, rest);
  Object.assign(book.settings.enforcement, enforcement);
  Object.assign(book.settings.computation, computation);
  return { settings: structuredClone(book.settings) };
}

/** T4: forward only; what falls due on the way has happened: the daily computation at every midnight, and the expiry of holds. */
function moveClock(book: Book, now: number): Told {
  if (!book.sandbox) return { ...no('NotASandbox') };
  if (now < book.now) return { ...no('ClockMovesForwardOnly') };
  for (let midnightAt = midnight(dayAt(book.now)) + DAY; midnightAt <= now; midnightAt += DAY) compute(book, midnightAt);
  book.now = now;
  expireHolds(book, now);
  return { now };
}

/** The clock of a live tenant goes on by itself. */
export function timePasses(book: Book, ms: number): void {
  book.now += ms;
  expireHolds(book, book.now);
}
