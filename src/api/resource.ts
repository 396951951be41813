// Resources (F7): the apps, flows and agents that were seen or declared, which of them are premium, and why.

import { type Static, Type } from 'typebox';
import { RESOURCE_TYPES } from '../core/action.ts';
import { formatInstant } from '../core/month.ts';
import { isRefusal, refuseField } from '../core/refusal.ts';
import { isPremium, type KnownResource, type ResourceType, whyPremium } from '../core/resource.ts';
import { foreignEnvironment, visible } from './right.ts';
import { ALLOCATORS, answer, READERS, type Route, route } from './route.ts';
import { fields, flag, id, name, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Resources';
const MOST_APPS = 100;

const resource = fields(
  {
    type: oneOf(RESOURCE_TYPES),
    id: Type.String(),
    name: nullable(Type.String()),
    environmentId: Type.String(),
    premium: Type.Boolean({ description: 'an app with an AI action, or with a flow that has one' }),
    why: Type.String({ description: 'the reason, in words' }),
    aiAction: nullable(oneOf(['seen', 'declared'])),
    aiFlows: Type.Array(Type.String(), { description: 'of an app: flows of it that have an AI action, at most five' }),
    apps: Type.Array(Type.String(), { description: 'of a flow: apps that have it, at most five' }),
    lastSeenAt: nullable(Type.String()),
  },
  { title: 'KnownResource' },
);

function resourceAnswer(of: KnownResource): Static<typeof resource> {
  const { lastSeenAt, ...rest } = of;
  return {
    ...rest,
    premium: isPremium(of),
    why: whyPremium(of),
    lastSeenAt: formatInstant(lastSeenAt),
  };
}

const listResources = route({
  operation: 'listResources',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/resources',
  summary: 'Lists the apps, flows and agents that were seen in actions or declared: premium or not, and why (F7).',
  right: READERS,
  query: fields({
    environmentId: Type.Optional(id),
    type: Type.Optional(oneOf(RESOURCE_TYPES)),
    premium: Type.Optional(flag),
    ...pageQuery,
  }),
  responses: { 200: pageOf(resource) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { limit, cursor, ...filter } = query;
    const sight = visible(principal, filter);
    if (isRefusal(sight)) return sight;
    const { value, nextCursor } = await store.listResources(tenant, { ...filter, sight }, pageRequest(query));
    return answer(200, { value: value.map(resourceAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const declareResource = route({
  operation: 'declareResource',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/resources/{type}/{id}',
  summary: 'Declares an app, flow or agent before it was seen: whether it has an AI action, and which apps have a flow.',
  description: 'What was seen stays seen, whatever is declared. A name that is left out stays.',
  right: ALLOCATORS,
  params: fields({ type: oneOf(RESOURCE_TYPES), id }),
  body: fields({
    environmentId: id,
    name: Type.Optional(name),
    aiAction: Type.Optional(flag),
    apps: Type.Optional(
      Type.Array(id, { maxItems: MOST_APPS, description: `of a flow: at most ${MOST_APPS} apps that have it` }),
    ),
  }),
  responses: { 200: resource },
  refusals: ['NotFound'],
  async handle({ principal, tenant, params, body, store }) {
    const foreign = foreignEnvironment(principal, [body.environmentId]);
    if (foreign) return foreign;
    const { environmentId, name: called = null, aiAction = false, apps = [] } = body;
    if (apps.length > 0 && params.type !== 'flow')
      return refuseField('InvalidRequest', '/apps', 'only a flow is had by apps; declare each flow with the apps that have it');
    const declared = { environmentId, type: params.type as ResourceType, id: params.id, name: called, aiAction, apps };
    const outcome = await store.declareResource(tenant, declared);
    return isRefusal(outcome) ? outcome : answer(200, resourceAnswer(outcome));
  },
});

export const resourceRoutes: Route[] = [listResources, declareResource];
