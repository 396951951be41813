// Price, check, consume and batch: what an action costs, whether it may run, and the record that it did (D1–D12).

import { type Static, Type } from 'typebox';
import { parseInstant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { type Principal, type Store, Unavailable } from '../store/store.ts';
import { type ActionBody, action, actionOf, pricedAction } from './action.ts';
import {
  allowedCheck,
  checkAnswer,
  consumption,
  consumptionAnswer,
  DECISION_REFUSALS,
  explainedRefusal,
  price,
  priceAnswer,
  refusedCheck,
} from './decision.ts';
import { fingerprintOf } from './idempotency.ts';
import { problem, problemOf } from './problem.ts';
import { meteringRefusal } from './right.ts';
import { answer, METERERS, READERS, type Route, route } from './route.ts';
import { fields } from './schema.ts';
import { Unreadable } from './unreadable.ts';
import { invalid, validatorOf } from './validation.ts';

const CONCEPT = 'Actions';
const CONSUME = { method: 'POST', path: '/v1/consumptions' } as const;
export const BATCH_BODY_LIMIT = 8 * 1024 * 1024;
const MOST_ACTIONS = 1000;

const priceAction = route({
  operation: 'priceAction',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/price',
  summary: 'Tells what an action costs, in every currency that has a rate for it; needs no environment.',
  right: READERS,
  body: pricedAction,
  responses: { 200: price },
  refusals: ['UnknownCapability', 'UnknownModel'],
  async handle({ tenant, body, store }) {
    const priced = await store.price(tenant, {
      capability: body.capability,
      model: body.model ?? null,
      usage: body.usage,
      occurredAt: typeof body.occurredAt === 'string' ? parseInstant(body.occurredAt) : null,
    });
    return 'refused' in priced ? priced : answer(200, priceAnswer(priced));
  },
});

const checkAction = route({
  operation: 'checkAction',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/checks',
  summary: 'Tells whether an action would be allowed and who would pay; records nothing.',
  description:
    'A refusal for credits is an answer here (200 with decision "refused"); every other error is as for a consumption.',
  right: METERERS,
  body: action,
  responses: { 200: Type.Union([allowedCheck, refusedCheck], { title: 'Check' }) },
  refusals: ['NotFound', 'UnknownCapability', 'UnknownModel', 'PeriodClosed'],
  async handle({ principal, tenant, body, store }) {
    const wanted = actionOf(body);
    const forbidden = meteringRefusal(principal, wanted);
    if (forbidden) return forbidden;
    const outcome = await store.check(tenant, wanted);
    return isRefusal(outcome) ? outcome : answer(200, checkAnswer(outcome));
  },
});

const consumeAction = route({
  operation: 'consumeAction',
  concept: CONCEPT,
  ...CONSUME,
  summary: 'Decides an action, charges it and records it; a refusal for credits is a 402 with what helps.',
  right: METERERS,
  body: action,
  responses: { 201: consumption },
  refusals: [...DECISION_REFUSALS, 'NoLongerKept'],
  idempotent: true,
  async handle({ principal, tenant, body, idempotency, store }) {
    const wanted = actionOf(body);
    const forbidden = meteringRefusal(principal, wanted);
    if (forbidden) return forbidden;
    const { replayed, outcome } = await store.submit<'consume'>(
      tenant,
      { do: 'consume', id: store.newId(), action: wanted },
      idempotency,
    );
    return isRefusal(outcome) ? explainedRefusal(outcome) : answer(201, consumptionAnswer(outcome.record), replayed);
  },
});

const batchItem = Type.Union(
  [
    Type.Object(
      { status: Type.Enum([200, 201]), replayed: Type.Optional(Type.Boolean()), ...consumption.properties },
      { title: 'RecordedItem' },
    ),
    fields({ status: Type.Integer(), problem }, { title: 'RefusedItem' }),
  ],
  { title: 'BatchItem' },
);
type BatchItem = Static<typeof batchItem>;

// Each item is validated by the schema of an action on its own: here it is any JSON.
const batch = fields({
  actions: Type.Array(Type.Unsafe<ActionBody | Unreadable>(Type.Unknown({ documentedAs: action })), {
    minItems: 1,
    maxItems: MOST_ACTIONS,
    description: `a list of 1 to ${MOST_ACTIONS} actions`,
  }),
});

const consumeBatch = route({
  operation: 'consumeBatch',
  concept: CONCEPT,
  method: 'POST',
  path: `${CONSUME.path}/batch`,
  summary: 'Consumes up to 1,000 actions, decided in order; one bad action spoils no other.',
  description:
    'Each action has its own idempotencyKey; the batch has none. A replayed action has status 200 and "replayed": true.',
  right: METERERS,
  body: batch,
  responses: { 200: fields({ results: Type.Array(batchItem) }) },
  refusals: [],
  idempotencyKeyInItemsOnly: true,
  bodyLimit: BATCH_BODY_LIMIT,
  async handle({ principal, body, instance, store }) {
    // All are submitted in this turn, so that they are decided in their order.
    const underWay = body.actions.map((each) => consumeItem(principal, each, store));
    const settled = await Promise.allSettled(underWay);
    const faults = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    const fault = faults.find((reason) => !(reason instanceof Unavailable));
    if (fault !== undefined || (faults.length > 0 && faults.length === settled.length)) throw fault ?? faults[0];
    const results = settled.map((each, index): BatchItem => {
      const answered = each.status === 'fulfilled' ? each.value : unavailable(each.reason as Unavailable);
      if (!isRefusal(answered)) return answered;
      const told = problemOf(explainedRefusal(answered), `${instance}/actions/${index}`);
      return { status: told.status, problem: told };
    });
    return answer(200, { results });
  },
});

const validateAction = validatorOf(action);

async function consumeItem(principal: Principal, item: ActionBody | Unreadable, store: Store): Promise<BatchItem | Refusal> {
  if (item instanceof Unreadable) return item.refusal;
  const errors = validateAction(item);
  if (errors) return invalid(errors);
  const wanted = actionOf(item);
  const forbidden = meteringRefusal(principal, wanted);
  if (forbidden) return forbidden;
  // The same content as a single consumption of it, so that a replay through either route is known.
  const idempotency =
    item.idempotencyKey === undefined
      ? undefined
      : { key: item.idempotencyKey, fingerprint: fingerprintOf({ ...CONSUME, body: item }) };
  const { replayed, outcome } = await store.submit<'consume'>(
    principal,
    { do: 'consume', id: store.newId(), action: wanted },
    idempotency,
  );
  if (isRefusal(outcome)) return outcome;
  const recorded = consumptionAnswer(outcome.record);
  return replayed ? { status: 200, replayed: true, ...recorded } : { status: 201, ...recorded };
}

/** What a lost database means to the caller. */
export function unavailable(fault: Unavailable): Refusal {
  return refuse(
    'Unavailable',
    fault.outcomeUnknown
      ? 'the connection to the database was lost while this was under way: whether it happened is unknown. Send the same again with the same idempotency key, which tells'
      : 'the database cannot be reached now and nothing was done; send the same again',
  );
}

export const consumptionRoutes: Route[] = [priceAction, checkAction, consumeAction, consumeBatch];
