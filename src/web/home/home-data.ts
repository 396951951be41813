// What Home asks of the API, beyond what other pages ask too.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { ask } from '../client.ts';

/** What should be seen now (N1): by administrators, or by makers in an environment. */
export function bannersQuery(environmentId: string | undefined) {
  return queryOptions({
    queryKey: ['banners', environmentId],
    // The same answer as notice/notice-data.ts asks for, under the same name.
    queryFn: ({ signal }) => ask('listBanners', { query: { environmentId }, signal }),
    select: ({ value }) => value,
    placeholderData: keepPreviousData,
    meta: { live: 'tenant' },
  });
}

export const forecastQuery = queryOptions({
  queryKey: ['forecast'],
  queryFn: ({ signal }) => ask('getForecast', { signal }),
  placeholderData: keepPreviousData,
  meta: { live: 'tenant' },
});

export function environmentForecastQuery(id: string) {
  return queryOptions({
    queryKey: ['forecast', id],
    queryFn: ({ signal }) => ask('getEnvironmentForecast', { params: { id }, signal }),
    meta: { live: 'tenant' },
  });
}
