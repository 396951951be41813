// Billing plans (D4): pay-as-you-go that environments are linked to by PATCH /v1/environments/{id}.

import { type Static, Type } from 'typebox';
import type { BillingPlanChange } from '../core/billing-plan.ts';
import { type Credits, formatCredits, credits as readCredits } from '../core/credits.ts';
import type { BillingPlan } from '../core/ledger.ts';
import { formatInstant } from '../core/month.ts';
import { isRefusal } from '../core/refusal.ts';
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
  },
  { title: 'BillingPlan' },
);

function planAnswer(of: BillingPlan): Static<typeof billingPlan> {
  return {
    id: of.id,
    name: of.name,
    status: of.status,
    monthlyLimit: of.monthlyLimit === null ? null : formatCredits(of.monthlyLimit),
    createdAt: formatInstant(of.createdAt),
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
    return answer(outcome.made ? 201 : 200, planAnswer(outcome.plan), replayed);
  },
});

const listBillingPlans = route({
  operation: 'listBillingPlans',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/billing-plans',
  summary: 'Lists the billing plans, by id.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(billingPlan) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.listBillingPlans(tenant, pageRequest(query));
    return answer(200, { value: value.map(planAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
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
    return isRefusal(outcome) ? outcome : answer(200, planAnswer(outcome.plan));
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

export const billingPlanRoutes: Route[] = [createBillingPlan, listBillingPlans, changeBillingPlan, deleteBillingPlan];
