// What the product answers and shows, in the words of the reference model, so that the two can be compared. The only files here that know
// src/ are this one and those that drive it.

import type { ActivityRecord } from '../../src/core/activity.ts';
import type { RefusalWithDecision } from '../../src/core/command.ts';
import { CURRENCIES, formatCredits } from '../../src/core/credits.ts';
import { prePurchaseSize, prePurchases } from '../../src/core/entitlement.ts';
import { billingPlanMonth, type Ledger, limitMonth } from '../../src/core/ledger.ts';
import { limitStatus } from '../../src/core/limit.ts';
import { monthOf } from '../../src/core/month.ts';
import { environmentCapacity, makerFeatures, tenantCapacity } from '../../src/core/status.ts';
import type { Command, Told } from './command.ts';
import type { Figures } from './figures.ts';

// biome-ignore lint/suspicious/noExplicitAny: outcomes of every command are read by name here.
type Loose = Record<string, any>;

export function toldOf(command: Command, outcome: object): Told {
  if ('refused' in outcome) return refusalTold(outcome as RefusalWithDecision);
  const answer = outcome as Loose;
  switch (command.do) {
    case 'consume':
      return recordTold(answer.record);
    case 'capture':
      // The core says only that it is a repetition: the record is the store's to find.
      return answer.record === null ? { again: true } : recordTold(answer.record);
    case 'hold':
    case 'release': {
      const { status, currency, credits, source, entitlementId, planId, inOverage, free, expiresAt, month, occurredAt } =
        answer.hold as Loose;
      return {
        status,
        currency,
        credits: formatCredits(credits),
        source,
        entitlementId,
        planId,
        inOverage,
        free,
        expiresAt,
        month,
        at: occurredAt,
      };
    }
    case 'record-history': {
      const { status, currency, credits, free, source, month, occurredAt } = answer.record as ActivityRecord;
      return { status, currency, credits: formatCredits(credits), free, source, month, at: occurredAt };
    }
    case 'entitle': {
      const { product, quantity, purchasedOn, startsOn, endsOn, endedAt } = answer.entitlement as Loose;
      return { made: answer.made, product, quantity, purchasedOn, startsOn, endsOn, endedAt };
    }
    case 'end-entitlement':
      return { endedAt: (answer.entitlement as Loose).endedAt };
    case 'allocate':
      return { changed: (answer.changes as unknown[]).length };
    case 'create-environment':
    case 'change-environment': {
      const { id, name, type, region, drawFromTenantPool, deny, previewModels, billingPlanId } = answer.environment as Loose;
      const made = command.do === 'create-environment' ? { made: answer.made } : {};
      return { id, name, type, region, drawFromTenantPool, deny, previewModels, billingPlanId, ...made };
    }
    case 'delete-environment':
      return { id: (answer.environment as Loose).id };
    case 'create-billing-plan':
    case 'change-billing-plan':
    case 'delete-billing-plan': {
      const { id, name, status, monthlyLimit } = answer.plan as Loose;
      const made = command.do === 'create-billing-plan' ? { made: answer.made } : {};
      return { id, name, status, monthlyLimit: monthlyLimit === null ? null : formatCredits(monthlyLimit), ...made };
    }
    case 'define-capability':
      return { id: (answer.capability as Loose).id, from: (answer.capability as Loose).from };
    case 'set-limit':
      return { made: answer.made };
    case 'delete-limit':
      return { deleted: (answer.limit as Loose).id };
    case 'start-trial':
    case 'extend-trial': {
      const { userId, startsAt, endsAt, extended } = answer.trial as Loose;
      return { userId, startsAt, endsAt, extended };
    }
    case 'extend-month':
      return { month: (answer.extension as Loose).month };
    case 'compute':
      return { computedAt: answer.computedAt };
    case 'change-settings':
      return { settings: answer.settings };
    case 'move-clock':
      return { now: answer.now };
    case 'expire-holds':
      return {};
  }
}

function recordTold(record: ActivityRecord): Told {
  const { status, currency, credits, source, entitlementId, planId, free } = record;
  return {
    status,
    currency,
    credits: formatCredits(credits),
    source,
    entitlementId,
    planId,
    free,
    ...decisionTold(record, record.occurredAt),
  };
}

type Decided = Pick<ActivityRecord, 'month' | 'era' | 'resetsOn' | 'price' | 'explanation'>;

function decisionTold({ month, era, resetsOn, price, explanation }: Decided, at: number): Told {
  const { rateCard, tier, feature, model } = price;
  const prices = price.prices.map(({ currency, units, credits }) => `${units}: ${formatCredits(credits)} ${currency}`);
  const rows = explanation.map(({ currency, source, available, consumed, held, usable }) => [
    ...[
      currency,
      source,
      available === null ? null : formatCredits(available),
      formatCredits(consumed),
      formatCredits(held),
      usable,
    ],
  ]);
  return { month, era, resetsOn, at, prices, rateCard, tier, feature, model, explanation: rows };
}

function refusalTold({ refused, members, detail, decision }: RefusalWithDecision): Told {
  if (!decision) return members === undefined ? { refused } : { refused, members };
  const about = decisionTold(decision, decision.at);
  if (members === undefined) return { refused, ...about };
  const { available, consumed, limitId, ...rest } = members;
  if (refused === 'LimitReached')
    return { refused, members: { ...rest, limit: [limitId, available, consumed].join(' ') }, ...about };
  return { refused, members: { ...members, message: /^(This agent|All AI Builder|Missing)/.exec(detail)?.[0] }, ...about };
}

/** The figures of a ledger that has all its environments, by the names of `figuresOf`. */
export function figuresOfLedger(ledger: Ledger): Figures {
  const figures: Figures = {};
  const month = monthOf(ledger.now);
  const here = [...ledger.environments.values()].filter((environment) => environment.deletedAt === null);
  const tenant = tenantCapacity(ledger);
  for (const currency of CURRENCIES) {
    for (const environment of here) {
      const { source, available, consumed, held, payAsYouGo, status } = environmentCapacity(ledger, environment, currency);
      figures[`${environment.id} ${currency}`] =
        `${source} ${formatCredits(available)} consumed ${formatCredits(consumed)} held ${formatCredits(held)} billed ${formatCredits(payAsYouGo)} ${status}`;
    }
    const of = tenant.find((each) => each.currency === currency)!;
    figures[`tenant ${currency}`] =
      `owned ${formatCredits(of.owned)} allocated ${formatCredits(of.allocated)} unallocated ${formatCredits(of.unallocated)} over-allocated ${formatCredits(of.overAllocated)} ` +
      `consumed ${formatCredits(of.consumed)} held ${formatCredits(of.held)} billed ${formatCredits(of.payAsYouGo)} ${of.status}`;
  }
  for (const environment of here) {
    const { run, create, edit, test, train } = makerFeatures(ledger, environment);
    const may = (feature: typeof run) => (feature.allowed ? 'yes' : feature.code);
    const make = new Set([create, edit, test, train].map(may));
    figures[`${environment.id} makers`] = `run ${may(run)}, make ${[...make].join(' or ')}`;
  }
  for (const limit of ledger.limits.values()) {
    const { consumed, held } = limitMonth(limit, month);
    figures[`limit ${limit.id}`] = `consumed ${formatCredits(consumed)} held ${formatCredits(held)} ${limitStatus(limit, month)}`;
  }
  for (const { userId, consumed, consumedBefore, held } of ledger.trials.values()) {
    figures[`trial ${userId}`] = `consumed ${formatCredits((consumed - consumedBefore) as never)} held ${formatCredits(held)}`;
  }
  for (const plan of ledger.plans.values()) {
    if (plan.deletedAt !== null) continue;
    const { consumed, held } = billingPlanMonth(plan, month);
    figures[`plan ${plan.id}`] = `consumed ${formatCredits(consumed)} held ${formatCredits(held)}`;
  }
  for (const entitlement of prePurchases(ledger.entitlements, 'copilot-credits', ledger.now)) {
    const { id, drawn, held } = entitlement;
    figures[`pre-purchase ${id}`] =
      `size ${formatCredits(prePurchaseSize(entitlement))} drawn ${formatCredits(drawn)} held ${formatCredits(held)}`;
  }
  return figures;
}
