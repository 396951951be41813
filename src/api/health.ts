// Health: whether the process lives, and whether it can serve.

import { Type } from 'typebox';
import { refuse } from '../core/refusal.ts';
import { answer, type Route, route } from './route.ts';
import { fields } from './schema.ts';

const CONCEPT = 'Health';

const getLiveness = route({
  operation: 'getLiveness',
  concept: CONCEPT,
  method: 'GET',
  path: '/livez',
  summary: 'Whether the process answers.',
  right: 'anyone',
  responses: { 200: fields({ status: Type.Literal('live') }) },
  refusals: [],
  handle: () => answer(200, { status: 'live' as const }),
});

const getReadiness = route({
  operation: 'getReadiness',
  concept: CONCEPT,
  method: 'GET',
  path: '/readyz',
  summary: 'Whether the database answers and takes writes.',
  right: 'anyone',
  responses: { 200: fields({ status: Type.Literal('ready') }) },
  refusals: ['Unavailable'],
  async handle({ store }) {
    if (await store.isReady()) return answer(200, { status: 'ready' as const });
    return refuse('Unavailable', 'the database does not answer, or takes no writes');
  },
});

export const healthRoutes: Route[] = [getLiveness, getReadiness];
