// Resources (F7): the apps, flows and agents that were seen, and which of them are premium.

import { Type } from 'typebox';
import { RESOURCE_TYPES } from '../core/action.ts';
import { formatInstant } from '../core/month.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { fields, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';

const resource = fields(
  {
    type: oneOf(RESOURCE_TYPES),
    id: Type.String(),
    name: nullable(Type.String()),
    environmentId: Type.String(),
    premium: Type.Boolean({ description: 'an app with an AI action, or with a flow that has one' }),
    lastSeenAt: Type.String(),
  },
  { title: 'SeenResource' },
);

const listResources = route({
  operation: 'listResources',
  concept: 'Resources',
  method: 'GET',
  path: '/v1/resources',
  summary: 'Lists the apps, flows and agents that were seen in actions.',
  right: READERS,
  query: fields(pageQuery),
  responses: { 200: pageOf(resource) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.listResources(tenant, pageRequest(query));
    const seen = value.map(({ type, id, name, environmentId, premium, lastSeenAt }) => ({
      type,
      id,
      name,
      environmentId,
      premium,
      lastSeenAt: formatInstant(lastSeenAt),
    }));
    return answer(200, { value: seen, ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

export const resourceRoutes: Route[] = [listResources];
