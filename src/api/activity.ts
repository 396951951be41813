// Activity (M6): every action as it was decided, newest first; refused ones with their code.

import { type Static, Type } from 'typebox';
import { CALLERS, MODES } from '../core/action.ts';
import { type ActivityRecord, RECORD_STATUSES } from '../core/activity.ts';
import { formatInstant, parseInstant } from '../core/month.ts';
import type { ActivityFilter } from '../store/store.ts';
import { resource, usage } from './action.ts';
import { decisionAnswer, decisionFields, refusalFigures } from './decision.ts';
import { visibleUser } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { currency, fields, instant, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';

const status = oneOf(RECORD_STATUSES);
const caller = oneOf(CALLERS);

const activityItem = fields(
  {
    id: Type.String(),
    sequence: Type.Integer({ description: '1, 2, 3 … in its tenant, without gaps' }),
    recordedAt: Type.String(),
    status,
    code: Type.Optional(Type.String({ description: 'why a refused action was refused' })),
    detail: Type.Optional(Type.String({ description: 'the same in words' })),
    ...refusalFigures,
    userId: Type.String(),
    caller,
    resource: nullable(resource),
    capability: Type.String(),
    model: nullable(Type.String()),
    mode: oneOf(MODES),
    usage,
    ...decisionFields,
  },
  { title: 'ActivityItem' },
);

function activityAnswer(record: ActivityRecord): Static<typeof activityItem> {
  const { action } = record;
  return {
    id: record.id,
    sequence: record.sequence,
    recordedAt: formatInstant(record.recordedAt),
    status: record.status,
    ...(record.refusal === null
      ? {}
      : { code: record.refusal.refused, detail: record.refusal.detail, ...record.refusal.members }),
    userId: action.userId,
    caller: action.caller,
    resource: action.resource,
    capability: action.capability,
    model: action.model,
    mode: action.mode,
    usage: action.usage,
    ...decisionAnswer(record),
  };
}

const TEXT_FILTERS = ['environmentId', 'userId', 'capability', 'model', 'resourceId'] as const;

const listActivity = route({
  operation: 'listActivity',
  concept: 'Activity',
  method: 'GET',
  path: '/v1/activity',
  summary: 'Lists the activity, newest first; a maker sees its own.',
  right: READERS,
  query: fields({
    ...(Object.fromEntries(TEXT_FILTERS.map((filter) => [filter, Type.Optional(text(256))])) as Record<
      (typeof TEXT_FILTERS)[number],
      ReturnType<typeof Type.Optional<ReturnType<typeof text>>>
    >),
    caller: Type.Optional(caller),
    currency: Type.Optional(currency),
    status: Type.Optional(status),
    from: Type.Optional(Type.String({ ...instant, description: 'an RFC 3339 instant in UTC; what happened then is included' })),
    to: Type.Optional(Type.String({ ...instant, description: 'an RFC 3339 instant in UTC; what happened then is not included' })),
    ...pageQuery,
  }),
  responses: { 200: pageOf(activityItem) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { limit, cursor, userId, from, to, ...others } = query;
    const visible = visibleUser(principal, userId);
    if ('refused' in visible) return visible;
    const filter: ActivityFilter = {
      ...others,
      ...visible,
      ...(from === undefined ? {} : { from: parseInstant(from)! }),
      ...(to === undefined ? {} : { to: parseInstant(to)! }),
    };
    const page = await store.listActivity(tenant, filter, pageRequest(query));
    const { value, nextCursor } = page;
    return answer(200, { value: value.map(activityAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

export const activityRoutes: Route[] = [listActivity];
