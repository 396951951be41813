// Capacity (M1, M1b, M2): how the tenant and each environment stand this month.

import { type Static, Type } from 'typebox';
import { eraAt } from '../core/catalogue.ts';
import { CURRENCIES, formatCredits } from '../core/credits.ts';
import { environmentNotFound } from '../core/environment.ts';
import { ENVIRONMENT_TYPES, type Environment, findEnvironment, type Ledger } from '../core/ledger.ts';
import { formatInstant, monthOf } from '../core/month.ts';
import { environmentCapacity, MAKER_FEATURES, makerFeatures, STATUSES, tenantCapacity } from '../core/status.ts';
import { era } from './decision.ts';
import { foreignEnvironment, sightOf } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { amount, currency, fields, id, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Capacity';
const status = oneOf(STATUSES);
const computedAt = nullable(Type.String({ description: 'when consumption was last computed; null: never' }));

const tenantCapacitySchema = fields(
  {
    now: Type.String(),
    month: Type.String(),
    era,
    currencies: Type.Array(
      fields({
        currency,
        owned: Type.String({ description: 'credits a month; pre-purchases are not in it' }),
        allocated: amount,
        unallocated: amount,
        overAllocated: Type.String({ description: 'what is allocated beyond what is owned (A7)' }),
        consumed: amount,
        held: amount,
        payAsYouGo: amount,
        computedAt,
        status,
        sources: Type.Array(
          fields({ product: Type.String(), quantity: Type.Integer(), credits: amount, capped: Type.Boolean() }),
        ),
      }),
    ),
    activeBillingPlans: Type.Integer(),
  },
  { title: 'TenantCapacity' },
);

const getCapacity = route({
  operation: 'getCapacity',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/capacity',
  summary: "The tenant's picture this month: owned, allocated, consumed, and where it comes from.",
  right: READERS,
  responses: { 200: tenantCapacitySchema },
  refusals: [],
  async handle({ tenant, store }) {
    const ledger = await store.readLedger(tenant, 'all');
    const currencies = tenantCapacity(ledger).map((of) => ({
      currency: of.currency,
      owned: formatCredits(of.owned),
      allocated: formatCredits(of.allocated),
      unallocated: formatCredits(of.unallocated),
      overAllocated: formatCredits(of.overAllocated),
      consumed: formatCredits(of.consumed),
      held: formatCredits(of.held),
      payAsYouGo: formatCredits(of.payAsYouGo),
      computedAt: formatInstant(ledger.computedAt),
      status: of.status,
      sources: of.sources.map(({ product, quantity, credits, capped }) => ({
        product,
        quantity,
        credits: formatCredits(credits),
        capped,
      })),
    }));
    const enabled = [...ledger.plans.values()].filter((plan) => plan.deletedAt === null && plan.status === 'Enabled');
    return answer(200, {
      now: formatInstant(ledger.now),
      month: monthOf(ledger.now),
      era: eraAt(ledger.now),
      currencies,
      activeBillingPlans: enabled.length,
    });
  },
});

const environmentCurrency = fields(
  {
    currency,
    source: oneOf(['allocation', 'pool', 'none']),
    available: Type.String({ description: 'the size of the source: the allocation in force, or the unallocated credits' }),
    consumed: Type.String({ description: 'what counts against it this month (A6)' }),
    held: amount,
    overage: amount,
    percent: nullable(
      Type.String({ description: '100 × consumed / available, at most 2 places; null where nothing is available' }),
    ),
    status,
    payAsYouGo: Type.String({ description: 'credits billed to its plan this month' }),
    resetsOn: Type.String(),
  },
  { title: 'EnvironmentCapacityOfCurrency' },
);

function currenciesAnswer(ledger: Ledger, environment: Environment): Static<typeof environmentCurrency>[] {
  return CURRENCIES.map((each) => {
    const of = environmentCapacity(ledger, environment, each);
    return {
      currency: of.currency,
      source: of.source,
      available: formatCredits(of.available),
      consumed: formatCredits(of.consumed),
      held: formatCredits(of.held),
      overage: formatCredits(of.overage),
      percent: of.percent,
      status: of.status,
      payAsYouGo: formatCredits(of.payAsYouGo),
      resetsOn: of.resetsOn,
    };
  });
}

const feature = fields({
  allowed: Type.Boolean(),
  code: Type.Optional(oneOf(['QuotaExceeded', 'EntitlementNotAvailable'])),
});

const getEnvironmentCapacity = route({
  operation: 'getEnvironmentCapacity',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/environments/{id}/capacity',
  summary: 'How an environment stands in each currency, and what makers may do there (M1b).',
  right: READERS,
  params: fields({ id }),
  responses: {
    200: fields(
      {
        currencies: Type.Array(environmentCurrency),
        features: fields(
          Object.fromEntries(MAKER_FEATURES.map((name) => [name, feature])) as Record<
            (typeof MAKER_FEATURES)[number],
            typeof feature
          >,
        ),
      },
      { title: 'EnvironmentCapacity' },
    ),
  },
  refusals: ['NotFound'],
  async handle({ principal, tenant, params: { id: environmentId }, store }) {
    const foreign = foreignEnvironment(principal, [environmentId]);
    if (foreign) return foreign;
    const ledger = await store.readLedger(tenant, [environmentId]);
    const environment = findEnvironment(ledger, environmentId);
    if (!environment) return environmentNotFound(environmentId);
    return answer(200, { currencies: currenciesAnswer(ledger, environment), features: makerFeatures(ledger, environment) });
  },
});

const environmentRow = fields(
  {
    environmentId: Type.String(),
    name: Type.String(),
    type: oneOf(ENVIRONMENT_TYPES),
    currencies: Type.Array(environmentCurrency),
  },
  { title: 'EnvironmentCapacityRow' },
);

const listEnvironmentCapacities = route({
  operation: 'listEnvironmentCapacities',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/environment-capacities',
  summary: 'The capacity of every environment, in pages by id; an environment administrator sees its own.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(environmentRow) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { value, nextCursor, ledger } = await store.listEnvironments(tenant, sightOf(principal), pageRequest(query));
    const rows = value.map((environment) => ({
      environmentId: environment.id,
      name: environment.name,
      type: environment.type,
      currencies: currenciesAnswer(ledger, environment),
    }));
    return answer(200, { value: rows, ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

export const capacityRoutes: Route[] = [getCapacity, getEnvironmentCapacity, listEnvironmentCapacities];
