// What can be tried: the capabilities, with the tenant's own, and the models.

import { queryOptions } from '@tanstack/react-query';
import type { Capability, Input, Model } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { allPages } from '../data.ts';

const FRESH_FOR_MS = 60_000;

/** One row a capability, by name: of those with versions, the first that is listed. */
export const capabilitiesQuery = queryOptions({
  queryKey: ['capabilities'],
  queryFn: ({ signal }): Promise<Capability[]> => allPages<Capability>((query) => ask('listCapabilities', { query, signal })),
  select: (rows) =>
    [...new Map(rows.toReversed().map((row) => [row.id, row])).values()].toSorted((a, b) => a.name.localeCompare(b.name)),
  staleTime: FRESH_FOR_MS,
});

export const modelsQuery = queryOptions({
  queryKey: ['models'],
  queryFn: ({ signal }): Promise<Model[]> => allPages<Model>((query) => ask('listModels', { query, signal })),
  staleTime: FRESH_FOR_MS,
});

/** What an action would cost; `action` null: it is not complete. */
export function priceQuery(action: Input<'priceAction'>['body'] | null) {
  return queryOptions({
    queryKey: ['price', action],
    queryFn: ({ signal }) => ask('priceAction', { body: action!, signal }),
    enabled: action !== null,
    retry: false,
  });
}

/** How an action would be decided now. */
export function checkQuery(action: Input<'checkAction'>['body'] | null) {
  return queryOptions({
    queryKey: ['check', action],
    queryFn: ({ signal }) => ask('checkAction', { body: action!, signal }),
    enabled: action !== null,
    retry: false,
    meta: { live: 'tenant' },
  });
}
