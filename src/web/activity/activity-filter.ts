// The filters of the activity, as they stand in the address, and as the API takes them. What makes no sense there is left out.

import { CALLERS } from '../../core/action.ts';
import { RECORD_STATUSES } from '../../core/activity.ts';
import { CURRENCIES } from '../../core/credits.ts';
import type { ActivityFilter } from '../data.ts';
import type { PageState } from '../page-state.ts';

/** Those beside the list, and those that open below. */
export const MAIN_FILTERS = ['status', 'caller', 'environment'] as const;
export const MORE_FILTERS = ['user', 'capability', 'model', 'resource', 'currency', 'source', 'code', 'from', 'to'] as const;

export const FILTERED_SOURCES = ['trial', 'allocation', 'pool', 'extension', 'pre-purchase', 'pay-as-you-go'] as const;

const DAY = /^\d{4}-\d\d-\d\d$/;
const DAY_MS = 86_400_000;

function oneOf<T extends string>(known: readonly T[], text: string | undefined): T | undefined {
  return known.find((each) => each === text);
}

/** The start of a day, or of one after it; undefined where it is no day. */
function startOf(day: string | undefined, daysAfter: number): string | undefined {
  if (day === undefined || !DAY.test(day)) return undefined;
  const start = new Date(`${day}T00:00:00Z`).getTime();
  return Number.isNaN(start) ? undefined : new Date(start + daysAfter * DAY_MS).toISOString().replace('.000Z', 'Z');
}

export function filterOf(state: PageState): ActivityFilter {
  const filter: ActivityFilter = {
    status: oneOf(RECORD_STATUSES, state.status),
    caller: oneOf(CALLERS, state.caller),
    environmentId: state.environment,
    userId: state.user,
    capability: state.capability,
    model: state.model,
    resourceId: state.resource,
    currency: oneOf(CURRENCIES, state.currency),
    source: oneOf(FILTERED_SOURCES, state.source),
    code: state.code,
    from: startOf(state.from, 0),
    to: startOf(state.to, 1),
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}
