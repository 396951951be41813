// What the page of the audit log asks. The stream does not tell of administrative acts: it is asked again every few seconds.

import { queryOptions } from '@tanstack/react-query';
import type { Input } from '../../../sdk/src/index.ts';
import type { AuditEvent as Answer } from '../../../sdk/src/openapi.ts';
import { ask } from '../client.ts';
import { pagedQuery } from '../data.ts';
import { firstWithRows } from '../first-with-rows.ts';

export type AuditEvent = Answer;
export type AuditFilter = Omit<NonNullable<Input<'listAuditEvents'>['query']>, 'limit' | 'cursor'>;

export const ASK_AGAIN_MS = 5_000;

export function auditQuery(filter: AuditFilter) {
  return pagedQuery<AuditEvent>({
    key: ['audit', filter],
    page: ({ limit, cursor: from }, signal) =>
      firstWithRows<AuditEvent>((cursor) => ask('listAuditEvents', { query: { ...filter, limit, cursor }, signal }), from),
  });
}

export const auditHeadQuery = queryOptions({
  queryKey: ['audit-head'],
  queryFn: ({ signal }) => ask('getAuditHead', { signal }),
});
