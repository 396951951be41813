// Holds (D10): reserved before a long call, captured with the real usage, released, or expired.

import { type Static, Type } from 'typebox';
import { eraAt } from '../core/catalogue.ts';
import { formatCredits } from '../core/credits.ts';
import type { Hold } from '../core/hold.ts';
import { formatInstant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { seesAction } from '../core/sight.ts';
import type { Principal, Store } from '../store/store.ts';
import { actionOf, holdAction, USUAL_HOLD_SECONDS, usage } from './action.ts';
import {
  consumption,
  consumptionAnswer,
  DECISION_REFUSALS,
  decisionFields,
  explainedRefusal,
  explanationAnswer,
  priceAnswer,
} from './decision.ts';
import { meteringRefusal, sightOf } from './right.ts';
import { answer, HOLDERS, READERS, type Route, route } from './route.ts';
import { fields, id, nothing, nullable, oneOf } from './schema.ts';

const CONCEPT = 'Holds';
const params = fields({ id });

const { holdId: _, billable: __, ...sharedFields } = decisionFields;
const hold = fields(
  {
    id: Type.String(),
    status: oneOf(['open', 'captured', 'released', 'expired']),
    ...sharedFields,
    createdAt: Type.String(),
    expiresAt: Type.String(),
    userId: Type.String(),
    capability: Type.String(),
    consumptionId: nullable(Type.String({ description: 'the consumption that captured it' })),
  },
  { title: 'Hold' },
);

function holdAnswer(held: Hold, status: Hold['status'] = held.status): Static<typeof hold> {
  return {
    id: held.id,
    status,
    environmentId: held.action.environmentId,
    occurredAt: formatInstant(held.occurredAt),
    currency: held.currency,
    credits: formatCredits(held.credits),
    source: held.source,
    free: held.free,
    inOverage: held.inOverage,
    era: eraAt(held.occurredAt),
    price: priceAnswer(held.price),
    explanation: explanationAnswer(held.explanation),
    createdAt: formatInstant(held.createdAt),
    expiresAt: formatInstant(held.expiresAt),
    userId: held.action.userId,
    capability: held.action.capability,
    consumptionId: status === 'open' ? null : (held.capture?.id ?? null),
  };
}

const createHold = route({
  operation: 'createHold',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/holds',
  summary: 'Reserves the expected cost of an action; decided as a consumption is.',
  right: HOLDERS,
  body: holdAction,
  responses: { 201: hold },
  refusals: DECISION_REFUSALS,
  idempotent: true,
  async handle({ principal, tenant, body, idempotency, store }) {
    const { expiresInSeconds = USUAL_HOLD_SECONDS, ...rest } = body;
    const action = actionOf(rest);
    const forbidden = meteringRefusal(principal, action);
    if (forbidden) return forbidden;
    const { replayed, outcome } = await store.submit<'hold'>(
      tenant,
      { do: 'hold', id: store.newId(), action, expiresInSeconds },
      idempotency,
    );
    if (isRefusal(outcome)) return explainedRefusal(outcome);
    // A replay answers what the first answered: then it was open.
    return answer(201, holdAnswer(outcome.hold, 'open'), replayed);
  },
});

function holdNotFound(holdId: string): Refusal {
  return refuse('NotFound', `no hold ${JSON.stringify(holdId)} in this tenant`);
}

/** Who is for some environments closes their holds only; null: go on. */
async function closingRefusal(principal: Principal, holdId: string, store: Store): Promise<Refusal | null> {
  if (principal.environmentIds.length === 0) return null;
  const held = await store.findHold(principal, holdId);
  return held && seesAction(sightOf(principal), held.action) ? null : holdNotFound(holdId);
}

const captureHold = route({
  operation: 'captureHold',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/holds/{id}/capture',
  summary: 'Records the real usage on the source of the hold; never refused for credits.',
  description: 'The same capture again answers its first record; with other usage, or after a release, it is refused.',
  right: HOLDERS,
  params,
  body: fields({ usage }),
  responses: { 200: consumption },
  refusals: ['NotFound', 'HoldClosed', 'NoLongerKept', 'UnknownCapability', 'UnknownModel'],
  idempotent: true,
  async handle({ principal, tenant, params: { id: holdId }, body, idempotency, store }) {
    const forbidden = await closingRefusal(principal, holdId, store);
    if (forbidden) return forbidden;
    const { replayed, outcome } = await store.submit<'capture'>(
      tenant,
      { do: 'capture', id: store.newId(), holdId, usage: body.usage },
      idempotency,
    );
    if (isRefusal(outcome)) return outcome;
    if (outcome.record === null) throw new Error(`the record of hold ${holdId}, which was captured before, was not loaded`);
    return answer(200, consumptionAnswer(outcome.record), replayed);
  },
});

const releaseHold = route({
  operation: 'releaseHold',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/holds/{id}/release',
  summary: 'Gives back what a hold reserves.',
  right: HOLDERS,
  params,
  body: nothing,
  responses: { 200: hold },
  refusals: ['NotFound', 'HoldClosed'],
  idempotent: true,
  async handle({ principal, tenant, params: { id: holdId }, idempotency, store }) {
    const forbidden = await closingRefusal(principal, holdId, store);
    if (forbidden) return forbidden;
    const { replayed, outcome } = await store.submit<'release'>(tenant, { do: 'release', holdId }, idempotency);
    return isRefusal(outcome) ? outcome : answer(200, holdAnswer(outcome.hold), replayed);
  },
});

const getHold = route({
  operation: 'getHold',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/holds/{id}',
  summary: 'Shows a hold.',
  right: READERS,
  params,
  responses: { 200: hold },
  refusals: ['NotFound'],
  async handle({ principal, tenant, params: { id: holdId }, store }) {
    const held = await store.findHold(tenant, holdId);
    return held && seesAction(sightOf(principal), held.action) ? answer(200, holdAnswer(held)) : holdNotFound(holdId);
  },
});

export const holdRoutes: Route[] = [createHold, captureHold, releaseHold, getHold];
