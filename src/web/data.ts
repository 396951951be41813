// The data layer: what the pages ask, as queries of the API. Whatever is shown is what the server said; figures that change are asked
// again while the page is visible, until the live stream comes.

import { QueryClient, queryOptions } from '@tanstack/react-query';
import type { Caller, Mode, Resource, Usage } from '../core/action.ts';
import type { RecordStatus } from '../core/activity.ts';
import type { SourceKind } from '../core/capacity.ts';
import type { EraId } from '../core/catalogue.ts';
import type { Currency } from '../core/credits.ts';
import type { Remedy } from '../core/decision.ts';
import type { FreeReason } from '../core/free.ts';
import type { EnvironmentType } from '../core/ledger.ts';
import type { RefusalCode } from '../core/refusal.ts';
import type { Status } from '../core/status.ts';
import { get, Problem } from './request.ts';

const FIGURES_EVERY_MS = 2_000;
const ACTIVITY_EVERY_MS = 1_000;
/** The most that one answer lists. */
const LONGEST_PAGE = 1_000;

/** A decimal string of credits, as on the wire. */
export type Amount = string;

export interface Tenant {
  id: string;
  name: string;
  sandbox: { now: string } | null;
  now: string;
}

export interface Settings {
  enforcement: { fallbackAtPercent: number; blockAtPercent: number };
  nearAtPercent: number;
}

export interface Product {
  id: string;
  name: string;
}

export interface EntitlementSource {
  product: string;
  quantity: number;
  credits: Amount;
  capped: boolean;
}

export interface CurrencyCapacity {
  currency: Currency;
  owned: Amount;
  allocated: Amount;
  unallocated: Amount;
  overAllocated: Amount;
  consumed: Amount;
  held: Amount;
  payAsYouGo: Amount;
  computedAt: string | null;
  status: Status;
  sources: EntitlementSource[];
}

export interface Capacity {
  now: string;
  month: string;
  era: EraId;
  currencies: CurrencyCapacity[];
  activeBillingPlans: number;
}

export interface EnvironmentCurrency {
  currency: Currency;
  source: 'allocation' | 'pool' | 'none';
  available: Amount;
  consumed: Amount;
  held: Amount;
  percent: string | null;
  status: Status;
  payAsYouGo: Amount;
}

export interface EnvironmentCapacity {
  environmentId: string;
  name: string;
  type: EnvironmentType;
  currencies: EnvironmentCurrency[];
}

export interface Tried {
  currency: Currency;
  source: SourceKind;
  available: Amount | null;
  consumed: Amount;
  held: Amount;
  usable: boolean;
  reason: string;
}

export interface ActivityItem {
  id: string;
  sequence: number;
  occurredAt: string;
  recordedAt: string;
  environmentId: string;
  userId: string;
  caller: Caller;
  resource: Resource | null;
  capability: string;
  model: string | null;
  mode: Mode;
  usage: Usage;
  status: RecordStatus;
  currency: Currency | null;
  credits: Amount;
  source: SourceKind | null;
  free: FreeReason | null;
  era: EraId;
  price: {
    prices: { currency: Currency; units: number; credits: Amount }[];
    rateCard: string;
    tier?: string | null;
    feature: string | null;
  };
  explanation: Tried[];
  /** Of a refusal. */
  code?: RefusalCode;
  detail?: string;
  resetsOn?: string;
  remedies?: Remedy[];
}

export interface ActivityFilter {
  environmentId?: string | undefined;
  status?: RecordStatus | undefined;
}

interface Page<T> {
  value: T[];
  nextCursor?: string;
}

function query(parameters: Record<string, string | number | undefined>): string {
  const given = Object.entries(parameters).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return new URLSearchParams(given).toString();
}

export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // What the rules said no to stays no; only what did not answer is asked again.
        retry: (failures, error) => failures < 3 && !(error instanceof Problem && error.status < 500),
        retryDelay: (failures) => Math.min(500 * 2 ** failures, 4_000),
        // Loopback and company networks work without the internet that the browser misses.
        networkMode: 'always',
      },
    },
  });
}

export const tenantQuery = queryOptions({
  queryKey: ['tenant'],
  queryFn: ({ signal }) => get<Tenant>('v1/tenant', signal),
  refetchInterval: FIGURES_EVERY_MS,
});

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => get<Settings>('v1/tenant/settings', signal),
  staleTime: 30_000,
});

export const productsQuery = queryOptions({
  queryKey: ['products'],
  queryFn: ({ signal }) => get<Page<Product>>('v1/products', signal),
  select: (page) => new Map(page.value.map((product) => [product.id, product.name])),
  staleTime: Number.POSITIVE_INFINITY,
});

export const capacityQuery = queryOptions({
  queryKey: ['capacity'],
  queryFn: ({ signal }) => get<Capacity>('v1/capacity', signal),
  refetchInterval: FIGURES_EVERY_MS,
});

/** All environments, page by page: they are searched and sorted here. */
export const environmentCapacitiesQuery = queryOptions({
  queryKey: ['environment-capacities'],
  queryFn: async ({ signal }) => {
    const environments: EnvironmentCapacity[] = [];
    let cursor: string | undefined;
    do {
      const page: Page<EnvironmentCapacity> = await get(
        `v1/environment-capacities?${query({ limit: LONGEST_PAGE, cursor })}`,
        signal,
      );
      environments.push(...page.value);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return environments;
  },
  refetchInterval: FIGURES_EVERY_MS,
});

/** The newest actions first. */
export function activityQuery(filter: ActivityFilter & { limit: number }, live = true) {
  return queryOptions({
    queryKey: ['activity', filter],
    queryFn: ({ signal }) => get<Page<ActivityItem>>(`v1/activity?${query({ ...filter })}`, signal),
    refetchInterval: live ? ACTIVITY_EVERY_MS : false,
    placeholderData: (previous) => previous,
  });
}

/** One action by its id: of a list that is here already, else among the newest; null where it is older than those. */
export function activityItemQuery(client: QueryClient, id: string) {
  const listed = () =>
    client
      .getQueriesData<Page<ActivityItem>>({ queryKey: ['activity'] })
      .flatMap(([, page]) => page?.value ?? [])
      .find((item) => item.id === id);
  return queryOptions({
    queryKey: ['activity-item', id],
    queryFn: async ({ signal }) => {
      const known = listed();
      if (known) return known;
      const newest = await get<Page<ActivityItem>>(`v1/activity?${query({ limit: LONGEST_PAGE })}`, signal);
      return newest.value.find((item) => item.id === id) ?? null;
    },
    // Records are never changed.
    staleTime: Number.POSITIVE_INFINITY,
  });
}
