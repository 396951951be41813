// What the page of imports asks.

import { queryOptions } from '@tanstack/react-query';
import type { Import } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { pagedQuery } from '../data.ts';

const MOST_DIFFERENCES = 1_000;

/** The newest first. */
export const importsQuery = pagedQuery<Import>({
  key: ['imports'],
  page: (query, signal) => ask('listImports', { query, signal }),
  live: 'tenant',
});

/** The days of an import, exported again and held against its file. */
export function differencesQuery(importId: string) {
  return queryOptions({
    queryKey: ['import-differences', importId],
    queryFn: ({ signal }) =>
      ask('getImportDifferences', { params: { id: importId }, query: { limit: MOST_DIFFERENCES }, signal }),
    retry: false,
  });
}
