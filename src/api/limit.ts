// Monthly limits (D13): on an environment, a user, a resource or a capability, or several of them together; as alert or as stop.

import { type Static, Type } from 'typebox';
import { formatCredits, credits as readCredits } from '../core/credits.ts';
import { type Ledger, limitMonth, type TrackedLimit } from '../core/ledger.ts';
import { type LimitScope, limitStatus } from '../core/limit.ts';
import { formatInstant, type Instant, monthOf, resetOf } from '../core/month.ts';
import { isRefusal, refuse } from '../core/refusal.ts';
import { seesLimit } from '../core/sight.ts';
import { pageInOrder } from '../store/page.ts';
import { sightOf } from './right.ts';
import { answer, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { amount, credits, currency, fields, flag, id, oneOf, pageOf, pageQuery, pageRequest, userId } from './schema.ts';

const CONCEPT = 'Limits';
const USUAL_NOTIFY_AT_PERCENT = 80;
const params = fields({ id });

const scope = fields(
  {
    environmentId: Type.Optional(id),
    userId: Type.Optional(userId),
    resourceId: Type.Optional(id),
    capability: Type.Optional(id),
  },
  { description: 'what it is about: several keys mean all of them, none the whole tenant' },
);

const limit = fields(
  {
    id: Type.String(),
    scope: fields({
      environmentId: Type.Optional(Type.String()),
      userId: Type.Optional(Type.String()),
      resourceId: Type.Optional(Type.String()),
      capability: Type.Optional(Type.String()),
    }),
    currency,
    monthly: amount,
    notifyAtPercent: Type.Integer(),
    stop: Type.Boolean(),
    month: Type.String(),
    consumed: amount,
    held: amount,
    status: oneOf(['within-limit', 'nearing-limit', 'over-limit']),
    resetsOn: Type.String(),
    createdAt: Type.String(),
  },
  { title: 'Limit' },
);

function limitAnswer(of: TrackedLimit, now: Instant): Static<typeof limit> {
  const month = monthOf(now);
  const { consumed, held } = limitMonth(of, month);
  return {
    id: of.id,
    scope: of.scope,
    currency: of.currency,
    monthly: formatCredits(of.monthly),
    notifyAtPercent: of.notifyAtPercent,
    stop: of.stop,
    month,
    consumed: formatCredits(consumed),
    held: formatCredits(held),
    status: limitStatus(of, month),
    resetsOn: resetOf(month),
    createdAt: formatInstant(of.createdAt),
  };
}

const setLimit = route({
  operation: 'setLimit',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/limits/{id}',
  summary: 'Sets a monthly limit; the same id again replaces it.',
  description:
    'What was consumed in its scope this month counts already. With "stop" an action that finds no room is refused LimitReached; without, it only alerts. A monthly limit of 0 with stop stops at once.',
  right: TENANT_ADMINS,
  params,
  body: fields({
    scope,
    currency,
    monthly: credits,
    notifyAtPercent: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 100,
        description: `a whole number of per cent from 1 to 100; ${USUAL_NOTIFY_AT_PERCENT} if left out`,
      }),
    ),
    stop: Type.Optional(flag),
  }),
  responses: { 200: limit },
  refusals: [],
  async handle({ tenant, params: { id: limitId }, body, store }) {
    const { outcome } = await store.submit<'set-limit'>(tenant, {
      do: 'set-limit',
      limit: {
        id: limitId,
        scope: body.scope as LimitScope,
        currency: body.currency,
        monthly: readCredits(body.monthly),
        notifyAtPercent: body.notifyAtPercent ?? USUAL_NOTIFY_AT_PERCENT,
        stop: body.stop ?? false,
      },
    });
    if (isRefusal(outcome)) return outcome;
    return answer(200, limitAnswer(outcome.limit, (await store.readLedger(tenant, [])).now));
  },
});

function limitsByPage(ledger: Ledger): TrackedLimit[] {
  return [...ledger.limits.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

const listLimits = route({
  operation: 'listLimits',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/limits',
  summary:
    'Lists the limits with what counts against them this month, by id; a maker sees those on its own user, an environment administrator those on its environments and on all.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(limit) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const ledger = await store.readLedger(tenant, []);
    const visible = limitsByPage(ledger).filter(({ scope }) => seesLimit(sightOf(principal), scope));
    const { value, nextCursor } = pageInOrder(visible, pageRequest(query), (each) => each.id);
    return answer(200, {
      value: value.map((each) => limitAnswer(each, ledger.now)),
      ...(nextCursor === undefined ? {} : { nextCursor }),
    });
  },
});

const getLimit = route({
  operation: 'getLimit',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/limits/{id}',
  summary: 'Shows one limit.',
  right: READERS,
  params,
  responses: { 200: limit },
  refusals: ['NotFound'],
  async handle({ principal, tenant, params: { id: limitId }, store }) {
    const ledger = await store.readLedger(tenant, []);
    const found = ledger.limits.get(limitId);
    if (!found || !seesLimit(sightOf(principal), found.scope))
      return refuse('NotFound', `no limit ${JSON.stringify(limitId)} in this tenant`);
    return answer(200, limitAnswer(found, ledger.now));
  },
});

const deleteLimit = route({
  operation: 'deleteLimit',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/limits/{id}',
  summary: 'Deletes a limit.',
  right: TENANT_ADMINS,
  params,
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: limitId }, store }) {
    const { outcome } = await store.submit<'delete-limit'>(tenant, { do: 'delete-limit', limitId });
    return isRefusal(outcome) ? outcome : answer(204);
  },
});

export const limitRoutes: Route[] = [setLimit, listLimits, getLimit, deleteLimit];
