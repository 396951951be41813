// What the page of the audit log asks. The stream does not tell of administrative acts: it is asked again every few seconds.

import { queryOptions } from '@tanstack/react-query';
import type { Input, Page } from '../../../sdk/src/index.ts';
import type { AuditEvent as Answer } from '../../../sdk/src/openapi.ts';
import { ask } from '../client.ts';
import { pagedQuery } from '../data.ts';

export type AuditEvent = Answer;
export type AuditFilter = Omit<NonNullable<Input<'listAuditEvents'>['query']>, 'limit' | 'cursor'>;

export const ASK_AGAIN_MS = 5_000;
/** A page of few matches may be empty and yet not the last: so many are asked for at a press. */
const MOST_PAGES_AT_ONCE = 20;

export function auditQuery(filter: AuditFilter) {
  return pagedQuery<AuditEvent>({
    key: ['audit', filter],
    async page(query, signal): Promise<Page<AuditEvent>> {
      let page = await ask('listAuditEvents', { query: { ...filter, ...query }, signal });
      for (let pages = 1; page.value.length === 0 && page.nextCursor !== undefined && pages < MOST_PAGES_AT_ONCE; pages++)
        page = await ask('listAuditEvents', { query: { ...filter, ...query, cursor: page.nextCursor }, signal });
      return page;
    },
  });
}

export const auditHeadQuery = queryOptions({
  queryKey: ['audit-head'],
  queryFn: ({ signal }) => ask('getAuditHead', { signal }),
});
