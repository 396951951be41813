// What the pages of an environment ask.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Input, KnownResource, Limit, UsageRow } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { allPages } from '../data.ts';

const NAMES_FRESH_FOR_MS = 30_000;

/** The names of all environments, by id, sorted by name. */
export const environmentNamesQuery = queryOptions({
  queryKey: ['environment-names'],
  queryFn: async ({ signal }) => {
    const all = await allPages<{ id: string; name: string }>((query) => ask('listEnvironments', { query, signal }));
    return new Map(all.toSorted((a, b) => a.name.localeCompare(b.name)).map(({ id, name }) => [id, name]));
  },
  staleTime: NAMES_FRESH_FOR_MS,
  meta: { live: 'own-acts' },
});

export function environmentQuery(id: string) {
  return queryOptions({
    queryKey: ['environment', id],
    queryFn: ({ signal }) => ask('getEnvironment', { params: { id }, signal }),
    meta: { live: 'tenant' },
  });
}

export function environmentCapacityQuery(id: string) {
  return queryOptions({
    queryKey: ['environment-capacity', id],
    queryFn: ({ signal }) => ask('getEnvironmentCapacity', { params: { id }, signal }),
    meta: { live: 'tenant' },
  });
}

export function environmentForecastQuery(id: string) {
  return queryOptions({
    queryKey: ['environment-forecast', id],
    queryFn: ({ signal }) => ask('getEnvironmentForecast', { params: { id }, signal }),
    meta: { live: 'tenant' },
  });
}

type Dimension = NonNullable<NonNullable<Input<'getUsage'>['query']>['groupBy']>[number];

/** Of this month to date, by these dimensions. */
export function environmentUsageQuery(environment: string, groupBy: readonly Dimension[]) {
  return queryOptions({
    queryKey: ['environment-usage', environment, ...groupBy],
    queryFn: ({ signal }): Promise<UsageRow[]> =>
      allPages<UsageRow>(({ cursor }) =>
        ask('getUsage', { query: { environment, granularity: 'month', groupBy: [...groupBy], cursor }, signal }),
      ),
    placeholderData: keepPreviousData,
    meta: { live: 'activity' },
  });
}

/** Day by day. */
export function environmentTrendQuery(environment: string, from: string) {
  return queryOptions({
    queryKey: ['environment-trend', environment, from],
    queryFn: ({ signal }): Promise<UsageRow[]> =>
      allPages<UsageRow>(({ cursor }) => ask('getUsage', { query: { environment, from, granularity: 'day', cursor }, signal })),
    meta: { live: 'activity' },
  });
}

export function environmentResourcesQuery(environmentId: string) {
  return queryOptions({
    queryKey: ['environment-resources', environmentId],
    queryFn: ({ signal }): Promise<KnownResource[]> =>
      allPages<KnownResource>((query) => ask('listResources', { query: { ...query, environmentId }, signal })),
    meta: { live: 'activity' },
  });
}

/** Every limit of the tenant. */
export const limitsQuery = queryOptions({
  queryKey: ['limits'],
  queryFn: ({ signal }): Promise<Limit[]> => allPages<Limit>((query) => ask('listLimits', { query, signal })),
  meta: { live: 'tenant' },
});
