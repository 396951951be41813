// Allocation: giving environments their own share of what a tenant owns (A2), and switching with it what else they may draw from (A5).
// Several changes are one atomic set.

import { reattribute } from './capacity.ts';
import { type Credits, type Currency, formatCredits } from './credits.ts';
import { changeEnvironment, type EnvironmentChange, environmentChangeRefusal } from './environment.ts';
import { type Environment, findEnvironment, type Ledger, owned } from './ledger.ts';
import { type FieldError, type Refusal, refuse, refuseField } from './refusal.ts';

export interface AllocationChange {
  environmentId: string;
  currency: Currency;
  /** The new figure, not a difference; 0 releases to the pool. */
  credits: Credits;
}

/** The switches of an environment that change what it may draw from (A5). */
export interface SwitchChange extends Pick<EnvironmentChange, 'drawFromTenantPool' | 'deny' | 'billingPlanId'> {
  environmentId: string;
}

/**
 * Whether a set of changes can be made: `NotFound` for an unknown environment, `InvalidRequest` for one named twice,
 * `InsufficientUnallocatedCredits` (with `available`) where one raises and the sum would exceed what is owned; of switches what
 * changing the environment alone would be refused with. Null: it can.
 */
export function allocationRefusal(
  ledger: Ledger,
  changes: readonly AllocationChange[],
  switches: readonly SwitchChange[] = [],
): Refusal | null {
  const named = new Set<string>();
  for (const [index, change] of changes.entries()) {
    const pointer = `/changes/${index}/environmentId`;
    if (!findEnvironment(ledger, change.environmentId)) {
      return refuseField('NotFound', pointer, `no environment ${JSON.stringify(change.environmentId)} in this tenant`);
    }
    const key = `${change.currency} ${change.environmentId}`;
    if (named.has(key))
      return refuseField(
        'InvalidRequest',
        pointer,
        `the set names ${change.environmentId} twice for ${change.currency}; say it once`,
      );
    named.add(key);
  }
  for (const currency of new Set(changes.map((change) => change.currency))) {
    const ofCurrency = changes.filter((change) => change.currency === currency);
    const current = (change: AllocationChange) => ledger.environments.get(change.environmentId)!.allocations[currency];
    if (!ofCurrency.some((change) => change.credits > current(change))) continue;
    const ownedNow = owned(ledger, currency, ledger.now);
    const others = ledger.allocated[currency] - ofCurrency.reduce((sum, change) => sum + current(change), 0n);
    const wanted = ofCurrency.reduce((sum, change) => sum + change.credits, 0n);
    if (others + wanted > ownedNow) {
      const available = formatCredits((ownedNow > others ? ownedNow - others : 0n) as Credits);
      return refuse(
        'InsufficientUnallocatedCredits',
        `${formatCredits(wanted as Credits)} ${currency} were asked for and ${available} can be allocated: ${formatCredits(ownedNow)} are owned, ${formatCredits(others as Credits)} allocated to other environments; lower those, or buy more`,
        { available, currency },
      );
    }
  }
  return switchesRefusal(ledger, switches);
}

function switchesRefusal(ledger: Ledger, switches: readonly SwitchChange[]): Refusal | null {
  const named = new Set<string>();
  for (const [index, { environmentId, ...change }] of switches.entries()) {
    const at = `/environments/${index}`;
    const refusal = environmentChangeRefusal(ledger, environmentId, change);
    if (refusal) return { ...refusal, errors: errorsAt(at, refusal) };
    if (named.has(environmentId))
      return refuseField('InvalidRequest', `${at}/environmentId`, `the set switches ${environmentId} twice; say it once`);
    named.add(environmentId);
  }
  return null;
}

/** What was said stands deeper in the set than in a change of one environment. */
function errorsAt(at: string, { errors, detail }: Refusal): FieldError[] {
  if (!errors) return [{ pointer: `${at}/environmentId`, detail }];
  return errors.map((error) => ({ ...error, pointer: at + error.pointer }));
}

/** Writes a set of changes that `allocationRefusal` let pass. A6: consumption is re-attributed at once. */
export function allocate(ledger: Ledger, changes: readonly AllocationChange[], switches: readonly SwitchChange[] = []): void {
  for (const change of changes)
    setAllocation(ledger, ledger.environments.get(change.environmentId)!, change.currency, change.credits);
  for (const { environmentId, ...change } of switches) changeEnvironment(ledger, environmentId, change);
}

function setAllocation(ledger: Ledger, environment: Environment, currency: Currency, amount: Credits): void {
  reattribute(ledger, environment, () => {
    ledger.allocated[currency] = (ledger.allocated[currency] - environment.allocations[currency] + amount) as Credits;
    environment.allocations[currency] = amount;
  });
  ledger.allocatedChanged = true;
  environment.allocationsChanged = true;
  ledger.touched.add(environment.id);
}
