// Environments: made, changed, deleted (T2). A deleted one gives its allocation back and counts as one without (A6); its history
// stays, and making the same id again takes it up.

import { findPlan } from './billing-plan.ts';
import { reattribute } from './capacity.ts';
import { PAY_AS_YOU_GO_ENVIRONMENT_TYPES } from './catalogue.ts';
import { NO_CREDITS } from './credits.ts';
import { byCurrency, type Environment, type EnvironmentType, findEnvironment, type Ledger, markChanged } from './ledger.ts';
import { type Refusal, refuse, refuseField } from './refusal.ts';

export interface NewEnvironment {
  id: string;
  name: string;
  type: EnvironmentType;
  region: string | null;
}

export interface EnvironmentChange {
  name?: string;
  drawFromTenantPool?: boolean;
  deny?: boolean;
  previewModels?: boolean;
  billingPlanId?: string | null;
}

/** Makes an environment; the same id with the same content answers the one that is there (`made` false), with other content `AlreadyExists`. */
export function createEnvironment(ledger: Ledger, wanted: NewEnvironment): { environment: Environment; made: boolean } | Refusal {
  const existing = findEnvironment(ledger, wanted.id);
  if (existing) {
    const same = existing.name === wanted.name && existing.type === wanted.type && existing.region === wanted.region;
    return same
      ? { environment: existing, made: false }
      : refuse(
          'AlreadyExists',
          `environment ${wanted.id} is there already, with another name, type or region; PATCH changes its name`,
        );
  }
  const deleted = ledger.environments.get(wanted.id);
  const environment: Environment = {
    ...wanted,
    drawFromTenantPool: true,
    deny: false,
    previewModels: true,
    billingPlanId: null,
    createdAt: ledger.now,
    deletedAt: null,
    allocations: byCurrency(() => NO_CREDITS),
    // Deleted and made again in one batch: that its allocations went back is still to be saved.
    allocationsChanged: deleted?.allocationsChanged ?? false,
    months: deleted?.months ?? new Map(),
    changed: false,
  };
  ledger.environments.set(wanted.id, environment);
  markChanged(ledger, environment);
  return { environment, made: true };
}

/** Why an administrator may not switch this: `NotFound` of the environment or plan, `PayAsYouGoNotAvailable` (T2). Null: they may. */
export function environmentChangeRefusal(ledger: Ledger, id: string, { billingPlanId }: EnvironmentChange): Refusal | null {
  const environment = findEnvironment(ledger, id);
  if (!environment) return environmentNotFound(id);
  if (typeof billingPlanId !== 'string') return null;
  if (!findPlan(ledger, billingPlanId)) {
    return refuseField('NotFound', '/billingPlanId', `no billing plan ${JSON.stringify(billingPlanId)} in this tenant`);
  }
  if (PAY_AS_YOU_GO_ENVIRONMENT_TYPES.includes(environment.type)) return null;
  const types = PAY_AS_YOU_GO_ENVIRONMENT_TYPES.join(' and ');
  return refuse(
    'PayAsYouGoNotAvailable',
    `pay-as-you-go can be linked to ${types} environments only; ${id} is of type ${environment.type}`,
  );
}

/** Changes what an administrator may switch; refuses as `environmentChangeRefusal`. A6: its month is re-attributed at once. */
export function changeEnvironment(ledger: Ledger, id: string, change: EnvironmentChange): Environment | Refusal {
  const refusal = environmentChangeRefusal(ledger, id, change);
  if (refusal) return refusal;
  const environment = ledger.environments.get(id)!;
  reattribute(ledger, environment, () => Object.assign(environment, change));
  markChanged(ledger, environment);
  return environment;
}

/** Deletes an environment: its allocations return to the pool, its month counts as the pool's. Refuses `NotFound`. */
export function deleteEnvironment(ledger: Ledger, id: string): Environment | Refusal {
  const environment = findEnvironment(ledger, id);
  if (!environment) return environmentNotFound(id);
  reattribute(ledger, environment, () => {
    for (const [currency, amount] of Object.entries(environment.allocations) as [
      keyof typeof environment.allocations,
      bigint,
    ][]) {
      ledger.allocated[currency] = (ledger.allocated[currency] - amount) as typeof NO_CREDITS;
      environment.allocations[currency] = NO_CREDITS;
    }
    environment.deletedAt = ledger.now;
  });
  markChanged(ledger, environment);
  environment.allocationsChanged = true;
  ledger.allocatedChanged = true;
  return environment;
}

export function environmentNotFound(id: string): Refusal {
  return refuse('NotFound', `no environment ${JSON.stringify(id)} in this tenant`);
}
