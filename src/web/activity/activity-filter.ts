// The filters of the activity, as they stand in the address, and as the API takes them.

import { CALLERS } from '../../core/action.ts';
import { RECORD_STATUSES } from '../../core/activity.ts';
import { CURRENCIES } from '../../core/credits.ts';
import type { ActivityFilter } from '../data.ts';
import { oneOf, startOf, withoutUnset } from '../filter-state.ts';
import type { PageState } from '../page-state.ts';

/** Those beside the list, and those that open below. */
const MAIN_FILTERS = ['status', 'caller', 'environment'] as const;
export const MORE_FILTERS = ['user', 'capability', 'model', 'resource', 'currency', 'source', 'code', 'from', 'to'] as const;
export const FILTERS = [...MAIN_FILTERS, ...MORE_FILTERS] as const;

export const FILTERED_SOURCES = ['trial', 'allocation', 'pool', 'extension', 'pre-purchase', 'pay-as-you-go'] as const;

export function filterOf(state: PageState): ActivityFilter {
  return withoutUnset({
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
  });
}
