// What an administrative command is about, and how that stands (T3): asked before and after the command, it says what the act changed.
// What is answered is a copy, with credits as decimal strings, because the ledger goes on changing.

import { findPlan } from './billing-plan.ts';
import type { Command } from './command.ts';
import { type Credits, CURRENCIES, type Currency, formatCredits } from './credits.ts';
import { type Environment, findEnvironment, type Ledger } from './ledger.ts';
import { formatInstant } from './month.ts';

export interface AuditedState {
  /** Such as `limit:ada`. */
  subject: string;
  /** null: it is not there. */
  state: object | null;
}

/** null: no administrative command. */
export function auditedState(ledger: Ledger, command: Command): AuditedState | null {
  switch (command.do) {
    case 'create-environment':
      return ofEnvironment(ledger, command.environment.id);
    case 'change-environment':
    case 'delete-environment':
      return ofEnvironment(ledger, command.environmentId);
    case 'entitle':
      return ofEntitlement(ledger, command.purchase.id);
    case 'end-entitlement':
      return ofEntitlement(ledger, command.entitlementId);
    case 'allocate': {
      const { changes, switches = [] } = command;
      const named = new Set([...changes, ...switches].map(({ environmentId }) => environmentId));
      const [only] = named;
      return {
        subject: named.size === 1 ? `environment:${only}` : 'allocations',
        state: {
          allocations: changes.map(({ environmentId, currency }) => ({
            environmentId,
            currency,
            credits: decimal(ledger.environments.get(environmentId)?.allocations[currency] ?? null),
          })),
          ...(switches.length === 0
            ? {}
            : { switches: switches.map(({ environmentId }) => ({ environmentId, ...switchesOf(ledger, environmentId) })) }),
        },
      };
    }
    case 'create-billing-plan':
      return ofPlan(ledger, command.plan.id);
    case 'change-billing-plan':
    case 'delete-billing-plan':
      return ofPlan(ledger, command.planId);
    case 'define-capability': {
      const { id, from } = command.capability;
      const version = ledger.capabilities.find((each) => each.id === id && each.from === from);
      return {
        subject: `capability:${id}`,
        state: version
          ? {
              from,
              name: version.name,
              unit: version.unit,
              aiBuilderCredits: decimal(version.aiBuilderCredits),
              copilotCredits: decimal(version.copilotCredits),
            }
          : null,
      };
    }
    case 'set-limit':
      return ofLimit(ledger, command.limit.id);
    case 'delete-limit':
      return ofLimit(ledger, command.limitId);
    case 'start-trial':
    case 'extend-trial': {
      const trial = ledger.trials.get(command.userId);
      return {
        subject: `trial:${command.userId}`,
        state: trial
          ? { startsAt: formatInstant(trial.startsAt), endsAt: formatInstant(trial.endsAt), extended: trial.extended }
          : null,
      };
    }
    case 'extend-month': {
      const extension = ledger.extensions.find((each) => each.id === command.id);
      return {
        subject: `extension:${command.id}`,
        state: extension ? { month: extension.month, credits: decimal(extension.credits) } : null,
      };
    }
    case 'compute':
      return { subject: 'computation', state: { computedAt: formatInstant(ledger.computedAt) } };
    case 'change-settings':
      return { subject: 'settings', state: structuredClone(ledger.settings) };
    case 'move-clock':
      return { subject: 'clock', state: { now: formatInstant(ledger.now) } };
    case 'consume':
    case 'hold':
    case 'capture':
    case 'release':
    case 'record-history':
    case 'expire-holds':
      return null;
    default:
      return command satisfies never;
  }
}

function decimal(amount: Credits | null): string | null {
  return amount === null ? null : formatCredits(amount);
}

function ofEnvironment(ledger: Ledger, id: string): AuditedState {
  const environment = findEnvironment(ledger, id);
  return { subject: `environment:${id}`, state: environment ? shown(environment) : null };
}

function shown(environment: Environment): object {
  const { name, type, region, drawFromTenantPool, deny, previewModels, billingPlanId, allocations } = environment;
  return {
    name,
    type,
    region,
    drawFromTenantPool,
    deny,
    previewModels,
    billingPlanId,
    allocations: Object.fromEntries(CURRENCIES.map((currency: Currency) => [currency, formatCredits(allocations[currency])])),
  };
}

function switchesOf(ledger: Ledger, environmentId: string): object {
  const environment = ledger.environments.get(environmentId);
  if (!environment) return {};
  const { drawFromTenantPool, deny, billingPlanId } = environment;
  return { drawFromTenantPool, deny, billingPlanId };
}

function ofEntitlement(ledger: Ledger, id: string): AuditedState {
  const entitlement = ledger.entitlements.find((each) => each.id === id);
  if (!entitlement) return { subject: `entitlement:${id}`, state: null };
  const { product, quantity, purchasedOn, startsOn, endsOn, endedAt, servicePlanEnabled } = entitlement;
  return {
    subject: `entitlement:${id}`,
    state: { product, quantity, purchasedOn, startsOn, endsOn, endedAt: formatInstant(endedAt), servicePlanEnabled },
  };
}

function ofPlan(ledger: Ledger, id: string): AuditedState {
  const plan = findPlan(ledger, id);
  return {
    subject: `billing-plan:${id}`,
    state: plan ? { name: plan.name, status: plan.status, monthlyLimit: decimal(plan.monthlyLimit) } : null,
  };
}

function ofLimit(ledger: Ledger, id: string): AuditedState {
  const limit = ledger.limits.get(id);
  if (!limit) return { subject: `limit:${id}`, state: null };
  const { scope, currency, monthly, notifyAtPercent, stop } = limit;
  return {
    subject: `limit:${id}`,
    state: { scope: { ...scope }, currency, monthly: formatCredits(monthly), notifyAtPercent, stop },
  };
}
