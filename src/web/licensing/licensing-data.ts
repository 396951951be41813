// What the pages of Licensing ask of the API, beyond what other pages ask too.

import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Input } from '../../../sdk/src/index.ts';
import type {
  Allocation,
  AllocationPreview,
  BillingPlan,
  Entitlement,
  Environment,
  Product,
  UsageRow,
} from '../../../sdk/src/openapi.ts';
import { ask } from '../client.ts';
import { allPages, productsQuery } from '../data.ts';

export type { Allocation, AllocationPreview, BillingPlan, Entitlement, Environment, Product, UsageRow };

export const allocationsQuery = queryOptions({
  queryKey: ['allocations'],
  queryFn: ({ signal }) => allPages<Allocation>((query) => ask('listAllocations', { query, signal })),
  meta: { live: 'tenant' },
});

/** With their switches. */
export const environmentsQuery = queryOptions({
  queryKey: ['environments'],
  queryFn: ({ signal }) => allPages<Environment>((query) => ask('listEnvironments', { query, signal })),
  meta: { live: 'tenant' },
});

export const entitlementsQuery = queryOptions({
  queryKey: ['entitlements'],
  queryFn: ({ signal }) => allPages<Entitlement>((query) => ask('listEntitlements', { query, signal })),
  meta: { live: 'tenant' },
});

/** The products with all that the catalogue says of them. */
export const catalogueQuery = queryOptions({
  queryKey: productsQuery.queryKey,
  queryFn: ({ signal }) => ask('listProducts', { signal }),
  select: ({ value }): readonly Product[] => value,
  staleTime: Number.POSITIVE_INFINITY,
});

export const billingPlansQuery = queryOptions({
  queryKey: ['billing-plans'],
  queryFn: ({ signal }) => allPages<BillingPlan>((query) => ask('listBillingPlans', { query, signal })),
  meta: { live: 'tenant' },
});

export type PreviewedChange = NonNullable<Input<'previewAllocations'>['body']>;

/** What a change would do; it follows what others do meanwhile. */
export function previewQuery(change: PreviewedChange | null) {
  return queryOptions({
    queryKey: ['allocation-preview', change],
    queryFn: ({ signal }): Promise<AllocationPreview> => ask('previewAllocations', { body: change ?? {}, signal }),
    enabled: change !== null,
    placeholderData: keepPreviousData,
    meta: { live: 'tenant' },
  });
}

/** Usage of Copilot Credits by day, source and what else is named. */
export function copilotUsageQuery(wanted: {
  from: string;
  to: string;
  groupBy: ('product' | 'source' | 'environment')[];
  granularity: 'day' | 'month';
}) {
  return queryOptions({
    queryKey: ['usage', 'copilot-credits', wanted],
    queryFn: ({ signal }) =>
      allRows((cursor) =>
        ask('getUsage', { query: { ...wanted, currency: 'copilot-credits', ...(cursor !== undefined && { cursor }) }, signal }),
      ),
    placeholderData: keepPreviousData,
    meta: { live: 'tenant' },
  });
}

async function allRows(
  page: (cursor: string | undefined) => Promise<{ value: UsageRow[]; nextCursor?: string | undefined }>,
): Promise<UsageRow[]> {
  const all: UsageRow[] = [];
  let cursor: string | undefined;
  do {
    const { value, nextCursor } = await page(cursor);
    all.push(...value);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return all;
}
