// Billing plans (D4): pay-as-you-go that environments are linked to by PATCH /v1/environments/{id}.

import { type Static, Type } from 'typebox';
import { type BillingPlanChange, costOf } from '../core/billing-plan.ts';
import { type Credits, formatCredits, credits as readCredits } from '../core/credits.ts';
import { type BillingPlan, billingPlanMonth, type Ledger } from '../core/ledger.ts';
import { formatInstant, type Instant, monthOf } from '../core/month.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { pageInOrder } from '../store/page.ts';
import { answer, BUYERS, READERS, type Route, route } from './route.ts';
import { amount, credits, fields, id, name, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Billing plans';
const params = fields({ id });
const status = oneOf(['Enabled', 'Disabled']);

const billingPlan = fields(
  {
    id: Type.String(),
    name: Type.String(),
    status,
    monthlyLimit: nullable(amount),
    createdAt: Type.String(),
    monthToDate: fields(
      {
        month: Type.String(),
        credits: Type.String({ description: 'Copilot Credits billed this month, up to this moment' }),
        held: amount,
        cost: fields({ currency: oneOf(['USD']), amount: Type.String({ examples: ['12.34'] }) }),
      },
      { description: 'always up to date, whatever enforcement.view is (D9)' },
    ),
  },
  { title: 'BillingPlan' },
);

/** `now` is the tenant's. */
function planAnswer(of: BillingPlan, now: Instant): Static<typeof billingPlan> {
  const month = monthOf(now);
  const { consumed, held } = billingPlanMonth(of, month);
  return {
    id: of.id,
    name: of.name,
    status: of.status,
    monthlyLimit: of.monthlyLimit === null ? null : formatCredits(of.monthlyLimit),
    createdAt: formatInstant(of.createdAt),
    monthToDate: {
      month,
      credits: formatCredits(consumed),
      held: formatCredits(held),
      cost: { currency: 'USD', amount: costOf(consumed) },
    },
  };
}

function limitOf(decimal: string | null | undefined): Credits | null {
  return typeof decimal === 'string' ? readCredits(decimal) : null;
}

const createBillingPlan = route({
  operation: 'createBillingPlan',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/billing-plans',
  summary: 'Makes a billing plan; without monthlyLimit it has no limit of its own.',
  right: BUYERS,
  body: fields({ id: Type.Optional(id), name, status: Type.Optional(status), monthlyLimit: Type.Optional(nullable(credits)) }),
  responses: { 201: billingPlan, 200: billingPlan },
  refusals: ['AlreadyExists'],
  idempotent: true,
  async handle({ tenant, body, idempotency, store }) {
    const plan = {
      id: body.id ?? store.newId(),
      name: body.name,
      status: body.status ?? ('Enabled' as const),
      monthlyLimit: limitOf(body.monthlyLimit),
    };
    const { replayed, outcome } = await store.submit<'create-billing-plan'>(
      tenant,
      { do: 'create-billing-plan', plan },
      idempotency,
    );
    if (isRefusal(outcome)) return outcome;
    const { now } = await store.readLedger(tenant, []);
    // The first answer was given when nothing was billed yet; its months are not kept with it.
    const first = replayed ? { ...outcome.plan, months: new Map() } : outcome.plan;
    return answer(outcome.made ? 201 : 200, planAnswer(first, now), replayed);
  },
});

/** Those that are there, by id. */
function plansOf(ledger: Ledger): BillingPlan[] {
  return [...ledger.plans.values()].filter((plan) => plan.deletedAt === null).sort((a, b) => (a.id < b.id ? -1 : 1));
}

const listBillingPlans = route({
  operation: 'listBillingPlans',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/billing-plans',
  summary: 'Lists the billing plans with what was billed to them this month, by id.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(billingPlan) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const ledger = await store.readLedger(tenant, []);
    const { value, nextCursor } = pageInOrder(plansOf(ledger), pageRequest(query), (plan) => plan.id);
    return answer(200, {
      value: value.map((plan) => planAnswer(plan, ledger.now)),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    });
  },
});

const getBillingPlan = route({
  operation: 'getBillingPlan',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/billing-plans/{id}',
  summary: 'Shows a billing plan with what was billed to it this month.',
  right: READERS,
  params,
  responses: { 200: billingPlan },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: planId }, store }) {
    const ledger = await store.readLedger(tenant, []);
    const plan = plansOf(ledger).find((each) => each.id === planId);
    if (!plan) return refuse('NotFound', `no billing plan ${JSON.stringify(planId)} in this tenant`);
    return answer(200, planAnswer(plan, ledger.now));
  },
});

const changeBillingPlan = route({
  operation: 'changeBillingPlan',
  concept: CONCEPT,
  method: 'PATCH',
  path: '/v1/billing-plans/{id}',
  summary: 'Changes what is named; monthlyLimit null takes the limit away.',
  right: BUYERS,
  params,
  body: fields({ name: Type.Optional(name), status: Type.Optional(status), monthlyLimit: Type.Optional(nullable(credits)) }),
  responses: { 200: billingPlan },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: planId }, body, store }) {
    const { monthlyLimit, ...rest } = body;
    const change: BillingPlanChange = { ...rest, ...(monthlyLimit === undefined ? {} : { monthlyLimit: limitOf(monthlyLimit) }) };
    const { outcome } = await store.submit<'change-billing-plan'>(tenant, { do: 'change-billing-plan', planId, change });
    if (isRefusal(outcome)) return outcome;
    const { now } = await store.readLedger(tenant, []);
    return answer(200, planAnswer(outcome.plan, now));
  },
});

const deleteBillingPlan = route({
  operation: 'deleteBillingPlan',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/billing-plans/{id}',
  summary: 'Deletes a plan and unlinks its environments; what was billed stays.',
  right: BUYERS,
  params,
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: planId }, store }) {
    const { outcome } = await store.submit<'delete-billing-plan'>(tenant, { do: 'delete-billing-plan', planId });
    return isRefusal(outcome) ? outcome : answer(204);
  },
});

export const billingPlanRoutes: Route[] = [
  createBillingPlan,
  listBillingPlans,
  getBillingPlan,
  changeBillingPlan,
  deleteBillingPlan,
];
