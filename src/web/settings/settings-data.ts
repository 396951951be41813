// What the pages of the settings ask.

import { queryOptions } from '@tanstack/react-query';
import type { Computation, Extension, Key, Person, Trial, Webhook } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { allPages, pagedQuery } from '../data.ts';

export const keysQuery = pagedQuery<Key>({
  key: ['keys'],
  page: (query, signal) => ask('listKeys', { query, signal }),
  live: 'tenant',
});

export const peopleQuery = pagedQuery<Person>({
  key: ['people'],
  page: (query, signal) => ask('listPeople', { query, signal }),
  live: 'tenant',
});

export const webhooksQuery = queryOptions({
  queryKey: ['webhooks'],
  queryFn: () => allPages<Webhook>((query) => ask('listWebhooks', { query })),
  meta: { live: 'tenant' },
});

export const recipientsQuery = queryOptions({
  queryKey: ['notice-recipients'],
  queryFn: ({ signal }) => ask('getNoticeRecipients', { signal }),
  meta: { live: 'tenant' },
});

export const computationsQuery = pagedQuery<Computation>({
  key: ['computations'],
  page: (query, signal) => ask('listComputations', { query, signal }),
  live: 'tenant',
  pageSize: 10,
});

export const trialsQuery = pagedQuery<Trial>({
  key: ['trials'],
  page: (query, signal) => ask('listTrials', { query, signal }),
  live: 'tenant',
});

export const extensionsQuery = queryOptions({
  queryKey: ['extensions'],
  queryFn: () => allPages<Extension>((query) => ask('listExtensions', { query })),
  meta: { live: 'tenant' },
});

export interface ComparisonRequest {
  from: string;
  to: string;
  delayDays: number;
}

/** Asked once for what is in the address; the same actions give the same answer. */
export function comparisonQuery(request: ComparisonRequest | null) {
  return queryOptions({
    queryKey: ['comparison', request],
    queryFn: ({ signal }) => ask('compareViews', { body: request!, signal }),
    enabled: request !== null,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}
