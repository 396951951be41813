// The state of the page is in its address: what is searched, sorted, filtered and opened can be reloaded, shared and gone back to.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { RECORD_STATUSES, type RecordStatus } from '../core/activity.ts';

export interface PageState {
  /** The action whose explanation is open. */
  record?: string | undefined;
  /** What the list of environments is searched for. */
  find?: string | undefined;
  /** The column by which it is sorted, with `-` before it for descending. */
  sort?: string | undefined;
  /** What the activity is filtered by. */
  status?: RecordStatus | undefined;
  environment?: string | undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Reads the state from whatever an address says; what makes no sense is left out. */
export function readPageState(search: Record<string, unknown>): PageState {
  return {
    record: text(search.record),
    find: text(search.find),
    sort: text(search.sort),
    status: RECORD_STATUSES.find((status) => status === search.status),
    environment: text(search.environment),
  };
}

export function usePageState(): PageState {
  return useSearch({ strict: false });
}

/** Changes part of the state; as a step that Back takes back, unless `replace` is said (typing). */
export function useChangePageState(): (change: PageState, options?: { replace?: boolean }) => void {
  const navigate = useNavigate();
  return (change, { replace = false } = {}) => {
    void navigate({ to: '.', search: (previous: PageState) => ({ ...previous, ...change }), replace, resetScroll: false });
  };
}
