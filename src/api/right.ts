// What a principal may do beyond its route (T3): one that is for some environments in those, a maker in tests and as itself.

import type { Action } from '../core/action.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { Sight } from '../core/sight.ts';
import type { Principal, Role, Store } from '../store/store.ts';
import type { Route } from './route.ts';
import { scopeOf } from './scope.ts';

/** What a principal is called in a refusal that it reads. */
const CALLED = { key: 'this key', person: 'your account', token: 'this token' } as const satisfies Record<
  Principal['kind'],
  string
>;

export function called({ kind }: Principal): string {
  return CALLED[kind];
}

/** What lets somebody else in. */
const LETS_IN: ReadonlySet<string> = new Set(['createKey', 'rotateKey', 'invitePerson', 'invitePersonAgain', 'changePerson']);

/** Whether a principal may call a route of a tenant, by its role and its scopes; null: it may. */
export function callRefusal(
  principal: Principal,
  row: Pick<Route, 'operation' | 'method'> & { right: readonly Role[] },
): Refusal | null {
  const { kind, role, scopes } = principal;
  if (!row.right.includes(role)) {
    const who = kind === 'key' ? 'a key' : 'somebody';
    return refuse('Forbidden', `${who} of role ${role} may not do this; it takes ${row.right.join(', or ')}`);
  }
  const scope = scopeOf(row);
  if (scopes !== null && !scopes.includes(scope))
    return refuse('Forbidden', `${called(principal)} may ${scopes.join(', ')} only; this takes the scope ${scope}`);
  // Else it would make itself one that may everything, for ever.
  if (LETS_IN.has(row.operation) && isLimited(principal))
    return refuse(
      'Forbidden',
      `${called(principal)} has scopes or an expiry and lets nobody else in; use a key that has neither, or the account of a tenant administrator`,
    );
  return null;
}

/** Whether it may less than all that its role may, or not for good. */
export function isLimited({ scopes, expiresAt }: Principal): boolean {
  return scopes !== null || expiresAt !== null;
}

/** Whether who is for some environments (an environment administrator, or a service) acts in another, or looks at it; null: go on. */
export function foreignEnvironment(principal: Principal, environmentIds: readonly string[]): Refusal | null {
  const own = principal.environmentIds;
  if (own.length === 0) return null;
  const foreign = environmentIds.filter((id) => !own.includes(id));
  if (foreign.length === 0) return null;
  return refuse(
    'Forbidden',
    `${called(principal)} is for ${some(own)}, not ${some([...new Set(foreign)])}; use one that is for it`,
  );
}

const MOST_NAMED = 10;

/** A few of many ids: a batch may be refused a thousand times over. */
function some(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED;
  return more > 0 ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${more} more` : ids.join(', ');
}

/** Whether a principal may check or consume this action; null: it may. */
export function meteringRefusal(principal: Principal, action: Action): Refusal | null {
  const { role, userId } = principal;
  if (role !== 'maker') return foreignEnvironment(principal, [action.environmentId]);
  if (action.mode === 'run') {
    return refuse('Forbidden', 'a maker may check and consume with mode test or train only; runs are metered with a service key');
  }
  if (action.recordOnly)
    return refuse('Forbidden', 'a maker tests and trains; usage that has happened is recorded with a service key');
  return action.userId === userId
    ? null
    : refuse('Forbidden', `a maker acts as its own user, ${userId}, not as ${action.userId}`);
}

/** T3: whether a principal may allocate for these environments, now; null: it may. */
export async function allocatingRefusal(
  principal: Principal,
  environmentIds: readonly string[],
  store: Store,
): Promise<Refusal | null> {
  if (principal.role === 'tenant-admin') return null;
  const foreign = foreignEnvironment(principal, environmentIds);
  if (foreign) return foreign;
  const { settings } = await store.readLedger(principal, []);
  return settings.allocationBy === 'anyone'
    ? null
    : refuse('Forbidden', 'the setting allocationBy is "tenant-admins": only tenant administrators allocate');
}

export function sightOf({ role, environmentIds, userId }: Principal): Sight {
  return { environmentIds: environmentIds.length === 0 ? null : environmentIds, userId: role === 'maker' ? userId : null };
}

/** What a principal sees of an environment and a user that a request may name; or why it may not see these. */
export function visible(
  principal: Principal,
  asked: { environmentId?: string | undefined; userId?: string | undefined },
): Sight | Refusal {
  const foreign = asked.environmentId === undefined ? null : foreignEnvironment(principal, [asked.environmentId]);
  if (foreign) return foreign;
  const sight = sightOf(principal);
  if (sight.userId !== null && asked.userId !== undefined && asked.userId !== sight.userId)
    return refuse('Forbidden', `a maker sees only its own activity, that of ${sight.userId}`);
  return sight;
}
