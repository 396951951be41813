// Allocations (A2): an environment's own share of what the tenant owns, set to an absolute figure; several as one atomic set.

import { type Static, Type } from 'typebox';
import type { AllocationChange } from '../core/allocation.ts';
import { formatCredits, credits as readCredits } from '../core/credits.ts';
import { environmentNotFound } from '../core/environment.ts';
import { isRefusal } from '../core/refusal.ts';
import type { AllocationRow } from '../store/store.ts';
import { allocatingRefusal, sightOf } from './right.ts';
import { ALLOCATORS, answer, READERS, type Route, route } from './route.ts';
import { amount, credits, currency, fields, flag, id, nullable, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Allocations';
const MOST_CHANGES = 1000;

const allocation = fields({ environmentId: Type.String(), currency, credits: amount }, { title: 'Allocation' });

/** What else environments may draw from (A5), switched in the same set. */
export const switches = Type.Array(
  fields({
    environmentId: id,
    drawFromTenantPool: Type.Optional(flag),
    deny: Type.Optional(flag),
    billingPlanId: Type.Optional(nullable(id)),
  }),
  { maxItems: MOST_CHANGES, description: `a list of at most ${MOST_CHANGES} environments with what changes` },
);

function allocationAnswer({ environmentId, currency: of, credits: set }: AllocationRow): Static<typeof allocation> {
  return { environmentId, currency: of, credits: formatCredits(set) };
}

const setAllocation = route({
  operation: 'setAllocation',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/environments/{id}/allocations/{currency}',
  summary: "Sets an environment's allocation of a currency; 0 releases it to the pool.",
  right: ALLOCATORS,
  params: fields({ id, currency }),
  body: fields({ credits }),
  responses: { 200: allocation },
  refusals: ['NotFound', 'InsufficientUnallocatedCredits'],
  idempotent: true,
  async handle({ principal, tenant, params, body, idempotency, store }) {
    const forbidden = await allocatingRefusal(principal, [params.id], store);
    if (forbidden) return forbidden;
    const change = { environmentId: params.id, currency: params.currency, credits: readCredits(body.credits) };
    const { replayed, outcome } = await store.submit<'allocate'>(tenant, { do: 'allocate', changes: [change] }, idempotency);
    if (!isRefusal(outcome)) return answer(200, allocationAnswer(outcome.changes[0] ?? change), replayed);
    // Its environment is named by the path: there is nothing in the body to point at.
    return outcome.refused === 'NotFound' ? environmentNotFound(params.id) : outcome;
  },
});

const changeAllocations = route({
  operation: 'changeAllocations',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/allocations/changes',
  summary: 'Sets several allocations as one, with switches of environments: all or none.',
  description:
    'In "environments" stands what PATCH /v1/environments/{id} would change of what an environment may draw from; POST /v1/allocations/previews tells before what the whole would do.',
  right: ALLOCATORS,
  body: fields({
    changes: Type.Array(fields({ environmentId: id, currency, credits }), {
      minItems: 1,
      maxItems: MOST_CHANGES,
      description: `a list of 1 to ${MOST_CHANGES} changes`,
    }),
    environments: Type.Optional(switches),
  }),
  responses: { 200: fields({ changes: Type.Array(allocation) }) },
  refusals: ['NotFound', 'InsufficientUnallocatedCredits', 'PayAsYouGoNotAvailable'],
  idempotent: true,
  async handle({ principal, tenant, body, idempotency, store }) {
    const switched = body.environments ?? [];
    const named = [...body.changes, ...switched].map(({ environmentId }) => environmentId);
    const forbidden = await allocatingRefusal(principal, named, store);
    if (forbidden) return forbidden;
    const changes: AllocationChange[] = body.changes.map((change) => ({ ...change, credits: readCredits(change.credits) }));
    const command = { do: 'allocate' as const, changes, switches: switched };
    const { replayed, outcome } = await store.submit<'allocate'>(tenant, command, idempotency);
    return isRefusal(outcome) ? outcome : answer(200, { changes: outcome.changes.map(allocationAnswer) }, replayed);
  },
});

const listAllocations = route({
  operation: 'listAllocations',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/allocations',
  summary: 'Lists the allocations as they are set; an environment administrator sees those of its environments.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(allocation) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { value, nextCursor } = await store.listAllocations(tenant, sightOf(principal), pageRequest(query));
    return answer(200, { value: value.map(allocationAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

export const allocationRoutes: Route[] = [setAllocation, changeAllocations, listAllocations];
