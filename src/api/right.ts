// What a key may do beyond its route (T3): one that is for some environments in those, a maker in tests and as itself.

import type { Action } from '../core/action.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { KeyHolder, Store } from '../store/store.ts';

/** Whether a key that is for some environments (of an environment administrator, or a service) acts in another; null: go on. */
export function foreignEnvironment({ key }: KeyHolder, environmentIds: readonly string[]): Refusal | null {
  if (key.environmentIds.length === 0) return null;
  const foreign = environmentIds.filter((id) => !key.environmentIds.includes(id));
  if (foreign.length === 0) return null;
  return refuse(
    'Forbidden',
    `this key is for ${some(key.environmentIds)}, not ${some([...new Set(foreign)])}; use a key that is for it`,
  );
}

const MOST_NAMED = 10;

/** A few of many ids: a batch may be refused a thousand times over. */
function some(ids: readonly string[]): string {
  const more = ids.length - MOST_NAMED;
  return more > 0 ? `${ids.slice(0, MOST_NAMED).join(', ')} and ${more} more` : ids.join(', ');
}

/** Whether a key may check or consume this action; null: it may. */
export function meteringRefusal(holder: KeyHolder, action: Action): Refusal | null {
  const { role, userId } = holder.key;
  if (role !== 'maker') return foreignEnvironment(holder, [action.environmentId]);
  if (action.mode === 'run') {
    return refuse('Forbidden', 'a maker may check and consume with mode test or train only; runs are metered with a service key');
  }
  if (action.recordOnly)
    return refuse('Forbidden', 'a maker tests and trains; usage that has happened is recorded with a service key');
  return action.userId === userId
    ? null
    : refuse('Forbidden', `a maker acts as its own user, ${userId}, not as ${action.userId}`);
}

/** T3: whether a key may allocate for these environments, now; null: it may. */
export async function allocatingRefusal(
  holder: KeyHolder,
  environmentIds: readonly string[],
  store: Store,
): Promise<Refusal | null> {
  if (holder.key.role === 'tenant-admin') return null;
  const foreign = foreignEnvironment(holder, environmentIds);
  if (foreign) return foreign;
  const { settings } = await store.readLedger(holder, []);
  return settings.allocationBy === 'anyone'
    ? null
    : refuse('Forbidden', 'the setting allocationBy is "tenant-admins": only tenant administrators allocate');
}

/** M6: a maker sees only what is its own. Answers the user to filter by, if any. */
export function visibleUser({ key }: KeyHolder, asked: string | undefined): { userId?: string } | Refusal {
  if (key.role !== 'maker' || key.userId === null) return asked === undefined ? {} : { userId: asked };
  if (asked !== undefined && asked !== key.userId)
    return refuse('Forbidden', `a maker sees only its own activity, that of ${key.userId}`);
  return { userId: key.userId };
}
