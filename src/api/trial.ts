// Trials and extensions (X1–X3): AI Builder credits that were given until 2025-10-31; for sandboxes and old months.

import { type Static, Type } from 'typebox';
import { formatCredits, minus } from '../core/credits.ts';
import { formatInstant } from '../core/month.ts';
import { isRefusal } from '../core/refusal.ts';
import { type Extension, TRIAL, type Trial } from '../core/trial.ts';
import { sightOf } from './right.ts';
import { answer, READERS, type Route, route, SEEING_ALL, TENANT_ADMINS } from './route.ts';
import { amount, fields, pageOf, pageQuery, pageRequest, userId } from './schema.ts';

const CONCEPT = 'Trials and extensions';

const trial = fields(
  {
    userId: Type.String(),
    credits: Type.String({ description: 'of the period that runs, or ran last' }),
    consumed: amount,
    startsAt: Type.String(),
    endsAt: Type.String({ description: 'the first moment at which it no longer counts' }),
    extended: Type.Boolean(),
  },
  { title: 'Trial' },
);

function trialAnswer(of: Trial): Static<typeof trial> {
  return {
    userId: of.userId,
    credits: formatCredits(TRIAL.credits),
    consumed: formatCredits(minus(of.consumed, of.consumedBefore)),
    startsAt: formatInstant(of.startsAt),
    endsAt: formatInstant(of.endsAt),
    extended: of.extended,
  };
}

const startTrial = route({
  operation: 'startTrial',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/trials',
  summary: 'Gives a user a trial: 200,000 AI Builder credits for 30 days, in any environment (X1).',
  right: TENANT_ADMINS,
  body: fields({ userId }),
  responses: { 201: trial },
  refusals: ['TrialNotAvailable'],
  idempotent: true,
  async handle({ tenant, body, idempotency, store }) {
    const { replayed, outcome } = await store.submit<'start-trial'>(
      tenant,
      { do: 'start-trial', userId: body.userId },
      idempotency,
    );
    return isRefusal(outcome) ? outcome : answer(201, trialAnswer(outcome.trial), replayed);
  },
});

const listTrials = route({
  operation: 'listTrials',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/trials',
  summary: 'Lists the trials that were given, by user; a maker sees its own.',
  right: [...SEEING_ALL, 'maker'],
  query: fields(pageQuery),
  responses: { 200: pageOf(trial) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { value, nextCursor } = await store.listTrials(tenant, sightOf(principal), pageRequest(query));
    return answer(200, { value: value.map(trialAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const extendTrial = route({
  operation: 'extendTrial',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/trials/{userId}/extend',
  summary: 'Extends a trial one time, after it has ended: another 200,000 for 30 days from now (X1).',
  right: TENANT_ADMINS,
  params: fields({ userId }),
  body: fields({}),
  responses: { 200: trial },
  refusals: ['NotFound', 'TrialNotAvailable'],
  async handle({ tenant, params, store }) {
    const { outcome } = await store.submit<'extend-trial'>(tenant, { do: 'extend-trial', userId: params.userId });
    return isRefusal(outcome) ? outcome : answer(200, trialAnswer(outcome.trial));
  },
});

const extension = fields(
  { id: Type.String(), month: Type.String(), credits: amount, createdAt: Type.String() },
  { title: 'Extension' },
);

function extensionAnswer(of: Extension): Static<typeof extension> {
  return { id: of.id, month: of.month, credits: formatCredits(of.credits), createdAt: formatInstant(of.createdAt) };
}

const createExtension = route({
  operation: 'createExtension',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/extensions',
  summary: 'Gives the tenant 200,000 AI Builder credits for the current month, for environments in overage (X3).',
  right: TENANT_ADMINS,
  body: fields({}),
  responses: { 201: extension },
  refusals: ['ExtensionNotAvailable'],
  idempotent: true,
  async handle({ tenant, idempotency, store }) {
    const { replayed, outcome } = await store.submit<'extend-month'>(
      tenant,
      { do: 'extend-month', id: store.newId() },
      idempotency,
    );
    return isRefusal(outcome) ? outcome : answer(201, extensionAnswer(outcome.extension), replayed);
  },
});

const listExtensions = route({
  operation: 'listExtensions',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/extensions',
  summary: 'Lists the extensions that were given, oldest first.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(extension) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.listExtensions(tenant, pageRequest(query));
    return answer(200, { value: value.map(extensionAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

export const trialRoutes: Route[] = [startTrial, listTrials, extendTrial, createExtension, listExtensions];
