// Somebody whom an OpenID provider has signed in, as the route that completes a sign-in leaves them, without a provider.

import { actorOf, signInEvent } from '../../src/core/audit.ts';
import type { Instant } from '../../src/core/month.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import type { Principal, ProvidedPerson, Store, TenantAddress } from '../../src/store/store.ts';

export function tryAtProvider(store: Store, tenant: TenantAddress, person: ProvidedPerson): Promise<Principal | Refusal> {
  const origin = { address: '127.0.0.1', agent: null, requestId: 'req-1' };
  return store.people.signInOfProvider(tenant, person, (who, changed) => {
    const event = { ...actorOf(who), operation: 'completeSignIn', subject: `provider:${person.provider}`, refusal: null };
    return { ...signInEvent(event, origin, Date.now() as Instant), ...changed };
  });
}

export async function signInAtProvider(store: Store, tenant: TenantAddress, person: ProvidedPerson): Promise<Principal> {
  const outcome = await tryAtProvider(store, tenant, person);
  if (isRefusal(outcome)) throw new Error(outcome.detail);
  return outcome;
}
