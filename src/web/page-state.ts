// The state of the page is in its address: what is searched, sorted, filtered and opened can be reloaded, shared and gone back to.

import { useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback } from 'react';

/** Parameters of the address; each page reads those that it knows, and makes sense of whatever they say. */
export type PageState = Readonly<Record<string, string | undefined>>;

/** `'?find=a%20b'` → `{ find: 'a b' }` */
export function readAddress(search: string): Record<string, string> {
  return Object.fromEntries([...new URLSearchParams(search)].filter(([, value]) => value !== ''));
}

/** `{ find: 'a b' }` → `'?find=a+b'`; what is empty is left out. */
export function writeAddress(state: PageState): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(state)) if (value !== undefined && value !== '') parameters.set(name, value);
  return parameters.size === 0 ? '' : `?${parameters}`;
}

export function usePageState(): PageState {
  return useSearch({ strict: false });
}

export type ChangePageState = (change: PageState, options?: { replace?: boolean }) => void;

/** Changes part of the state; as a step that Back takes back, unless `replace` is said (typing). */
export function useChangePageState(): ChangePageState {
  const navigate = useNavigate();
  return useCallback(
    (change, { replace = false } = {}) => {
      void navigate({ to: '.', search: (previous: PageState) => ({ ...previous, ...change }), replace, resetScroll: false });
    },
    [navigate],
  );
}
