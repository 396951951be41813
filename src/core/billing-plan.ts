// Billing plans: pay-as-you-go that environments are linked to (D4, T2). Only pay-as-you-go is ever billed (D8).

import { catalogueData } from './catalogue-data.ts';
import type { Credits } from './credits.ts';
import { type BillingPlan, type Ledger, markChanged } from './ledger.ts';
import { type Refusal, refuse } from './refusal.ts';

export interface BillingPlanChange {
  name?: string;
  status?: BillingPlan['status'];
  monthlyLimit?: Credits | null;
}

/** What pay-as-you-go costs in US dollars, exactly: a decimal string such as `12.34`, at least two places. */
export function costOf(credits: Credits): string {
  // Micro-credits × hundredths of a dollar: eight places.
  const [whole, hundredths] = catalogueData.payAsYouGo.usdPerCopilotCredit.split('.') as [string, string];
  const rate = BigInt(whole + hundredths.padEnd(2, '0'));
  const digits = (credits * rate).toString().padStart(9, '0');
  const places = digits.slice(-8).replace(/0{1,6}$/, '');
  return `${digits.slice(0, -8)}.${places}`;
}

/** Makes a plan; the same id with the same content answers the one that is there, with other content `AlreadyExists`. */
export function createBillingPlan(
  ledger: Ledger,
  wanted: Pick<BillingPlan, 'id' | 'name' | 'status' | 'monthlyLimit'>,
): { plan: BillingPlan; made: boolean } | Refusal {
  const existing = ledger.plans.get(wanted.id);
  if (existing && existing.deletedAt === null) {
    const same =
      existing.name === wanted.name && existing.status === wanted.status && existing.monthlyLimit === wanted.monthlyLimit;
    return same
      ? { plan: existing, made: false }
      : refuse('AlreadyExists', `billing plan ${wanted.id} is there already, with other content; PATCH changes it`);
  }
  const plan: BillingPlan = {
    ...wanted,
    createdAt: ledger.now,
    deletedAt: null,
    months: existing?.months ?? new Map(),
    changed: true,
  };
  ledger.plans.set(plan.id, plan);
  return { plan, made: true };
}

export function changeBillingPlan(ledger: Ledger, id: string, change: BillingPlanChange): BillingPlan | Refusal {
  const plan = findPlan(ledger, id);
  return plan ? Object.assign(plan, change, { changed: true }) : planNotFound(id);
}

/** Deletes a plan and unlinks its environments, all of which must be loaded; what was billed stays. */
export function deleteBillingPlan(ledger: Ledger, id: string): BillingPlan | Refusal {
  const plan = findPlan(ledger, id);
  if (!plan) return planNotFound(id);
  for (const environment of ledger.environments.values()) {
    if (environment.billingPlanId !== id) continue;
    environment.billingPlanId = null;
    markChanged(ledger, environment);
  }
  return Object.assign(plan, { deletedAt: ledger.now, changed: true });
}

/** A plan that is there: not unknown and not deleted. */
export function findPlan(ledger: Ledger, id: string): BillingPlan | undefined {
  const plan = ledger.plans.get(id);
  return plan && plan.deletedAt === null ? plan : undefined;
}

function planNotFound(id: string): Refusal {
  return refuse('NotFound', `no billing plan ${JSON.stringify(id)} in this tenant`);
}
