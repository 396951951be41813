// What the calculator asks.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Volume } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';

/** What the volumes cost together, and what to buy after what is owned, which may change. */
export function estimateQuery(volumes: readonly Volume[]) {
  return queryOptions({
    queryKey: ['estimate', volumes],
    queryFn: ({ signal }) => ask('estimateVolumes', { body: { volumes: [...volumes] }, signal }),
    enabled: volumes.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    meta: { live: 'tenant' },
  });
}
