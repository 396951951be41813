// The data layer: what the pages ask, as queries of the API. Whatever is shown is what the server said; figures that change are asked
// again while the page is visible, until the live stream comes.

import { QueryClient, queryOptions } from '@tanstack/react-query';
import {
  type ActivityItem,
  BursarError,
  type EnvironmentCapacityRow,
  type Page,
  type TenantCapacity,
} from '../../sdk/src/index.ts';
import type { RecordStatus } from '../core/activity.ts';
import { ask } from './client.ts';

const FIGURES_EVERY_MS = 2_000;
const ACTIVITY_EVERY_MS = 1_000;
/** The most that one answer lists. */
const LONGEST_PAGE = 1_000;

/** A decimal string of credits, as on the wire. */
export type Amount = string;

export type {
  ActivityItem,
  EnvironmentCapacityOfCurrency,
  EnvironmentCapacityRow,
  Settings,
  TenantCapacity,
} from '../../sdk/src/index.ts';
export type CurrencyCapacity = TenantCapacity['currencies'][number];

export interface ActivityFilter {
  environmentId?: string | undefined;
  status?: RecordStatus | undefined;
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the rules said no to stays no; only what did not answer is asked again.
        retry: (failures, error) => failures < 3 && error instanceof BursarError && (error.status === 0 || error.status >= 500),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
        // Loopback and company networks work without the internet that the browser misses.
        networkMode: 'always',
      },
    },
  });
}

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => ask('getTenant', { signal }),
  refetchInterval: FIGURES_EVERY_MS,
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => ask('getSettings', { signal }),
  staleTime: 30_000,
});

/** The names of the products, by id. */
export const productsQuery = queryOptions({
  queryKey: ['products'],
  queryFn: ({ signal }) => ask('listProducts', { signal }),
  select: ({ value }) => new Map(value.map((product) => [product.id, product.name])),
  staleTime: Number.POSITIVE_INFINITY,
});

export const capacityQuery = queryOptions({
  queryKey: ['capacity'],
  queryFn: ({ signal }) => ask('getCapacity', { signal }),
  refetchInterval: FIGURES_EVERY_MS,
});

/** All environments, page by page: they are searched and sorted here. */
export const environmentCapacitiesQuery = queryOptions({
  queryKey: ['environment-capacities'],
  queryFn: async ({ signal }) => {
    const environments: EnvironmentCapacityRow[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<EnvironmentCapacityRow> = await ask('listEnvironmentCapacities', {
        query: { limit: LONGEST_PAGE, cursor },
        signal,
      });
      environments.push(...page.value);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return environments;
  },
  refetchInterval: FIGURES_EVERY_MS,
});

/** The newest actions first. */
export function activityQuery(filter: ActivityFilter & { limit: number }, live = true) {
  return queryOptions({
    queryKey: ['activity', filter],
    queryFn: ({ signal }): Promise<Page<ActivityItem>> => ask('listActivity', { query: filter, signal }),
    refetchInterval: live ? ACTIVITY_EVERY_MS : false,
    placeholderData: (previous) => previous,
  });
}

/** One action by its id: of a list that is here already, else among the newest; null where it is older than those. */
export function activityItemQuery(client: QueryClient, id: string) {
  const listed = () =>
    client
      .getQueriesData<Page<ActivityItem>>({ queryKey: ['activity'] })
      .flatMap(([, page]) => page?.value ?? [])
      .find((item) => item.id === id);
  return queryOptions({
    queryKey: ['activity-item', id],
    queryFn: async ({ signal }): Promise<ActivityItem | null> => {
      const known = listed();
      if (known) return known;
      const newest = await ask('listActivity', { query: { limit: LONGEST_PAGE }, signal });
      return newest.value.find((item) => item.id === id) ?? null;
    },
    // Records are never changed.
    staleTime: Number.POSITIVE_INFINITY,
  });
}
