// Computations (C2): when consumption was added up, and doing it now.

import { Type } from 'typebox';
import { formatInstant } from '../core/month.ts';
import { isRefusal } from '../core/refusal.ts';
import { answer, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, flag, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Computed consumption';

const computation = fields(
  { computedAt: Type.String(), onDemand: Type.Optional(flag) },
  { title: 'Computation', description: 'the moment at which the months that are open were added up' },
);

const compute = route({
  operation: 'compute',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/computations',
  summary: 'Computes the consumption of every environment now; it is done daily at 00:00 UTC by itself.',
  description:
    'The computed figures are what enforcement.view "computed" decides on (D9) and what is shown as "last updated". Months are computed until they are closed (C3).',
  right: TENANT_ADMINS,
  body: fields({}),
  responses: { 200: computation },
  refusals: [],
  async handle({ tenant, store }) {
    const { outcome } = await store.submit<'compute'>(tenant, { do: 'compute', onDemand: true });
    return isRefusal(outcome) ? outcome : answer(200, { computedAt: formatInstant(outcome.computedAt), onDemand: true });
  },
});

const listComputations = route({
  operation: 'listComputations',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/computations',
  summary: 'Lists the computations, newest first.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(computation) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.listComputations(tenant, pageRequest(query));
    return answer(200, {
      value: value.map(({ at, onDemand }) => ({ computedAt: formatInstant(at), onDemand })),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    });
  },
});

export const computationRoutes: Route[] = [compute, listComputations];
