// What of a tenant somebody sees (T3, M6): an environment administrator its own environments, a maker its own activity, others all of it.
// The tenant's sums, what it owns and how it is set up are seen by everybody who reads.

import type { LimitScope } from './limit.ts';

export interface Sight {
  /** null: every one. */
  environmentIds: readonly string[] | null;
  /** null: everybody's. */
  userId: string | null;
}

export const SEES_ALL: Sight = { environmentIds: null, userId: null };

export function seesEnvironment({ environmentIds }: Sight, environmentId: string): boolean {
  return environmentIds === null || environmentIds.includes(environmentId);
}

export function seesAction(sight: Sight, of: { environmentId: string; userId: string }): boolean {
  return seesEnvironment(sight, of.environmentId) && (sight.userId === null || sight.userId === of.userId);
}

/** A limit says what was consumed in its scope: of some environments, it is on one of them, or on nothing that may be in another. */
export function seesLimit({ environmentIds, userId }: Sight, scope: LimitScope): boolean {
  if (userId !== null) return scope.userId === userId;
  if (environmentIds === null) return true;
  return scope.environmentId === undefined
    ? scope.userId === undefined && scope.resourceId === undefined
    : environmentIds.includes(scope.environmentId);
}

/** `limitScope` null: the limit is no longer there. */
export function seesNotice(
  sight: Sight,
  of: { environmentId: string | null; limitId: string | null; limitScope: LimitScope | null },
): boolean {
  if (of.limitId !== null && !(of.limitScope && seesLimit(sight, of.limitScope)))
    return sight.environmentIds === null && sight.userId === null;
  return of.environmentId === null || seesEnvironment(sight, of.environmentId);
}
