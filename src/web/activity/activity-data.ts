// What the panel of one action asks.

import { type QueryClient, queryOptions } from '@tanstack/react-query';
import { type ActivityItem, BursarError, type Page } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';

/** One action by its id; null where there is none. */
export function activityItemQuery(client: QueryClient, id: string) {
  const listed = () =>
    client
      .getQueriesData<Page<ActivityItem>>({ queryKey: ['activity'] })
      .flatMap(([, page]) => page?.value ?? [])
      .find((item) => item.id === id);
  return queryOptions({
    queryKey: ['activity-item', id],
    queryFn: async ({ signal }): Promise<ActivityItem | null> => {
      try {
        return listed() ?? (await ask('getActivity', { params: { id }, signal }));
      } catch (error) {
        if (error instanceof BursarError && error.status === 404) return null;
        throw error;
      }
    },
    // Records are never changed.
    staleTime: Number.POSITIVE_INFINITY,
  });
}
