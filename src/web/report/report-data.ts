// What the page of reports asks. One that is being prepared changes nothing of the tenant, so it is asked for again until it is done.

import type { Report } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { pagedQuery } from '../data.ts';

const ASK_AGAIN_MS = 1_000;

export function isPending({ status }: Report): boolean {
  return status === 'Submitted' || status === 'InProgress';
}

/** The newest first. */
export const reportsQuery = {
  ...pagedQuery<Report>({ key: ['reports'], page: (query, signal) => ask('listReports', { query, signal }), live: 'tenant' }),
  refetchInterval: (query: { state: { data?: { pages: { value: readonly Report[] }[] } | undefined } }) =>
    query.state.data?.pages.some(({ value }) => value.some(isPending)) ? ASK_AGAIN_MS : (false as const),
};
