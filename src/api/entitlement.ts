// Entitlements and products: what a tenant owns and what can be owned (E1–E9).

import { type Static, Type } from 'typebox';
import { PRODUCTS } from '../core/catalogue.ts';
import { formatCredits } from '../core/credits.ts';
import {
  creditsPerMonth,
  type Entitlement,
  prePurchaseLeft,
  prePurchaseSize,
  productOfEntitlement,
  seededCreditsCount,
} from '../core/entitlement.ts';
import { formatInstant, type Instant, parseDay } from '../core/month.ts';
import { isRefusal } from '../core/refusal.ts';
import type { Settings } from '../core/settings.ts';
import { pageOfAll } from '../store/page.ts';
import { answer, BUYERS, READERS, type Route, route } from './route.ts';
import { amount, currency, day, fields, flag, id, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';

const CONCEPT = 'Entitlements';
/** A pre-purchase is counted in credits; the core caps what a tenant can own. */
const MOST_QUANTITY = 1_000_000_000;

const product = fields(
  {
    id: Type.String(),
    name: Type.String(),
    currency,
    kind: oneOf(['add-on', 'seeded', 'pack', 'pre-purchase']),
    creditsPerUnit: amount,
    cadence: oneOf(['month', 'year-from-start']),
    minimumQuantity: Type.Integer(),
    capPerTenant: nullable(amount),
  },
  { title: 'Product' },
);

const products = PRODUCTS.map((of) => ({
  id: of.id,
  name: of.name,
  currency: of.currency,
  kind: of.kind,
  creditsPerUnit: formatCredits(of.creditsPerUnit),
  cadence: of.cadence,
  minimumQuantity: of.minimumQuantity,
  capPerTenant: of.capPerTenant === null ? null : formatCredits(of.capPerTenant),
}));

const listProducts = route({
  operation: 'listProducts',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/products',
  summary: 'Lists what can be owned.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(product) },
  refusals: [],
  handle: ({ query }) =>
    answer(
      200,
      pageOfAll(products, pageRequest(query), (row) => row.id),
    ),
});

const entitlement = fields(
  {
    id: Type.String(),
    product: Type.String(),
    currency,
    quantity: Type.Integer(),
    purchasedOn: Type.String(),
    startsOn: Type.String(),
    endsOn: nullable(Type.String({ description: 'the first day on which it no longer counts' })),
    endedAt: nullable(Type.String({ description: 'when somebody ended it before its day' })),
    servicePlanEnabled: Type.Boolean(),
    createdAt: Type.String(),
    creditsPerMonth: Type.String({ description: 'what it would bring alone, capped; of a pre-purchase "0"' }),
    prePurchase: nullable(
      fields(
        { credits: amount, drawn: amount, held: amount, remaining: amount },
        { description: 'of a pre-purchase (E8): its quantity for the year, and what is left of it; else null' },
      ),
    ),
  },
  { title: 'Entitlement' },
);

function entitlementAnswer(of: Entitlement, at: Instant, { honourSeededCreditsUntilTerm }: Settings): Static<typeof entitlement> {
  return {
    id: of.id,
    product: of.product,
    currency: productOfEntitlement(of).currency,
    quantity: of.quantity,
    purchasedOn: of.purchasedOn,
    startsOn: of.startsOn,
    endsOn: of.endsOn,
    endedAt: formatInstant(of.endedAt),
    servicePlanEnabled: of.servicePlanEnabled,
    createdAt: formatInstant(of.createdAt),
    creditsPerMonth: formatCredits(
      creditsPerMonth(of, { now: at, seeded: seededCreditsCount(at), honourSeededCreditsUntilTerm }),
    ),
    prePurchase:
      productOfEntitlement(of).kind === 'pre-purchase'
        ? {
            credits: formatCredits(prePurchaseSize(of)),
            drawn: formatCredits(of.drawn),
            held: formatCredits(of.held),
            remaining: formatCredits(prePurchaseLeft(of)),
          }
        : null,
  };
}

const createEntitlement = route({
  operation: 'createEntitlement',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/entitlements',
  summary: 'Buys: the tenant owns the credits of a product from its start on.',
  description:
    'purchasedOn defaults to today, or to startsOn where that is earlier; startsOn defaults to purchasedOn. A purchase dated in the past is judged by the rules of that day.',
  right: BUYERS,
  body: fields({
    id: Type.Optional(id),
    product: Type.String({ ...text(128, 'the id of a product'), examples: ['power-automate-premium'] }),
    quantity: Type.Integer({
      minimum: 1,
      maximum: MOST_QUANTITY,
      description: `a whole number from 1 to ${MOST_QUANTITY}`,
      examples: [1],
    }),
    purchasedOn: Type.Optional(day),
    startsOn: Type.Optional(day),
    endsOn: Type.Optional(day),
    servicePlanEnabled: Type.Optional(flag),
  }),
  responses: { 201: entitlement, 200: entitlement },
  refusals: ['UnknownProduct', 'MinimumQuantityNotMet', 'EndOfSale', 'AlreadyExists'],
  idempotent: true,
  async handle({ tenant, body, idempotency, store }) {
    const { purchasedOn, startsOn, endsOn, ...rest } = body;
    const purchase = {
      ...rest,
      id: body.id ?? store.newId(),
      ...(purchasedOn === undefined ? {} : { purchasedOn: parseDay(purchasedOn)! }),
      ...(startsOn === undefined ? {} : { startsOn: parseDay(startsOn)! }),
      ...(endsOn === undefined ? {} : { endsOn: parseDay(endsOn)! }),
    };
    const { replayed, outcome } = await store.submit<'entitle'>(tenant, { do: 'entitle', purchase }, idempotency);
    if (isRefusal(outcome)) return outcome;
    const { settings } = await store.readLedger(tenant, []);
    // Judged at its making, so that a replay answers what the first answered.
    const bought = entitlementAnswer(outcome.entitlement, outcome.entitlement.createdAt, settings);
    return answer(outcome.made ? 201 : 200, bought, replayed);
  },
});

const listEntitlements = route({
  operation: 'listEntitlements',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/entitlements',
  summary: 'Lists what was ever bought, ended ones too, by id.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(entitlement) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor, ledger } = await store.listEntitlements(tenant, pageRequest(query));
    const answers = value.map((each) => entitlementAnswer(each, ledger.now, ledger.settings));
    return answer(200, { value: answers, ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const endEntitlement = route({
  operation: 'endEntitlement',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/entitlements/{id}',
  summary: 'Ends an entitlement now (E9).',
  right: BUYERS,
  params: fields({ id }),
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params, store }) {
    const { outcome } = await store.submit<'end-entitlement'>(tenant, { do: 'end-entitlement', entitlementId: params.id });
    return isRefusal(outcome) ? outcome : answer(204);
  },
});

export const entitlementRoutes: Route[] = [listProducts, createEntitlement, listEntitlements, endEntitlement];
