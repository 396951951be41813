// The data layer: what the pages ask, as queries of the API. Whatever is shown is what the server said. A query whose `meta` says so
// is live: live.ts asks it again when something happened that may change its answer. Here is what several pages ask; what one page alone
// asks stands beside it.

import { type InfiniteData, infiniteQueryOptions, keepPreviousData, QueryClient, queryOptions } from '@tanstack/react-query';
import {
  type ActivityItem,
  BursarError,
  type EnvironmentCapacityRow,
  type Input,
  type Page,
  type TenantCapacity,
} from '../../sdk/src/index.ts';
import { ask } from './client.ts';
import { keepSameRows } from './environment/keep-same-rows.ts';
import type { LiveOn } from './live.ts';

/** The most that one answer lists. */
const LONGEST_PAGE = 1_000;
const USUAL_PAGE = 100;
/** A page that is opened again at once shows what is there. */
const FRESH_FOR_MS = 1_000;

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

export type ActivityFilter = Omit<NonNullable<Input<'listActivity'>['query']>, 'limit' | 'cursor'>;

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: FRESH_FOR_MS,
        // What the rules said no to stays no; only what did not answer is asked again.
        retry: (failures, error) => failures < 3 && error instanceof BursarError && (error.status === 0 || error.status >= 500),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
        refetchOnWindowFocus: false,
        // Loopback and company networks work without the internet that the browser misses.
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => ask('getTenant', { signal }),
  meta: { live: 'tenant' },
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
  meta: { live: 'tenant' },
});

/** All of a list, page by page, where it is searched and sorted here. */
export async function allPages<T>(
  page: (query: { limit: number; cursor?: string | undefined }) => Promise<Page<T>>,
): Promise<T[]> {
  const all: T[] = [];
  let cursor: string | undefined;
  do {
    const { value, nextCursor } = await page({ limit: LONGEST_PAGE, cursor });
    all.push(...value);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return all;
}

/** One function for all queries: then rows are put together again only where there are others. */
function rowsOf<T>({ pages }: InfiniteData<Page<T>>): T[] {
  return pages.flatMap(({ value }) => value);
}

/**
 * A list that the server pages, for `useInfiniteQuery`; `data` is the rows that came so far:
 * `pagedQuery({ key: ['reports'], page: (query, signal) => ask('listReports', { query, signal }), live: 'tenant' })`
 */
export function pagedQuery<T>(list: {
  key: readonly unknown[];
  page: (query: { limit: number; cursor?: string | undefined }, signal: AbortSignal) => Promise<Page<T>>;
  live?: LiveOn;
  pageSize?: number;
}) {
  const { key, page, live, pageSize = USUAL_PAGE } = list;
  return infiniteQueryOptions({
    queryKey: key,
    queryFn: ({ pageParam, signal }) => page({ limit: pageSize, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }: Page<T>) => nextCursor,
    select: rowsOf<T>,
    placeholderData: keepPreviousData,
    ...(live === undefined ? {} : { meta: { live } }),
  });
}

/** All environments: they are searched and sorted here. */
export const environmentCapacitiesQuery = queryOptions({
  queryKey: ['environment-capacities'],
  queryFn: ({ signal }): Promise<EnvironmentCapacityRow[]> =>
    allPages<EnvironmentCapacityRow>((query) => ask('listEnvironmentCapacities', { query, signal })),
  structuralSharing: (before, now) =>
    keepSameRows(before as EnvironmentCapacityRow[] | undefined, now as EnvironmentCapacityRow[]),
  meta: { live: 'tenant' },
});

/** The newest actions first. */
export function activityQuery(filter: ActivityFilter & { limit: number }) {
  return queryOptions({
    queryKey: ['activity', filter],
    queryFn: ({ signal }): Promise<Page<ActivityItem>> => ask('listActivity', { query: filter, signal }),
    placeholderData: keepPreviousData,
    meta: { live: 'activity' },
  });
}
