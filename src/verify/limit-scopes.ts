// D13: which monthly limits an action counts against.

export interface Limit {
  id: string;
  environmentId: string | null;
  userId: string | null;
  resourceId: string | null;
  capability: string | null;
  currency: string;
}

export interface Scoped {
  environmentId: string;
  userId: string;
  resourceId: string | null;
  capability: string;
}

/** The limits of a tenant, found by the narrowest part of their scope. */
export class LimitScopes {
  readonly #limits = new Map<string, Limit[]>();

  add(limit: Limit): void {
    const key = limit.resourceId ?? limit.userId ?? limit.environmentId ?? limit.capability ?? '';
    this.#limits.set(key, [...(this.#limits.get(key) ?? []), limit]);
  }

  get none(): boolean {
    return this.#limits.size === 0;
  }

  /** D13: the limits in whose scope an action is. */
  *of(scoped: Scoped, currency: string): Generator<Limit> {
    const { environmentId, userId, resourceId, capability } = scoped;
    for (const key of new Set(['', environmentId, userId, capability, ...(resourceId === null ? [] : [resourceId])])) {
      for (const limit of this.#limits.get(key) ?? []) {
        if (
          limit.currency === currency &&
          (limit.environmentId === null || limit.environmentId === environmentId) &&
          (limit.userId === null || limit.userId === userId) &&
          (limit.resourceId === null || limit.resourceId === resourceId) &&
          (limit.capability === null || limit.capability === capability)
        )
          yield limit;
      }
    }
  }
}
