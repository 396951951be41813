// Activity (M6): every action as it was decided, newest first; refused ones with their code.

import { type Static, Type } from 'typebox';
import { CALLERS, MODES } from '../core/action.ts';
import { type ActivityRecord, RECORD_STATUSES } from '../core/activity.ts';
import { formatInstant, parseInstant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { seesAction } from '../core/sight.ts';
import { MOST_LOOKED_AT } from '../store/activity-search.ts';
import type { ActivityFilter, Principal } from '../store/store.ts';
import { resource, usage } from './action.ts';
import { decisionAnswer, decisionFields, refusalFigures, SOURCES } from './decision.ts';
import { sightOf, visible } from './right.ts';
import { answer, READERS, type Route, route } from './route.ts';
import { currency, fields, id, instant, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';

const status = oneOf(RECORD_STATUSES);
const caller = oneOf(CALLERS);

export const activityItem = fields(
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

export function activityAnswer(record: ActivityRecord): Static<typeof activityItem> {
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

/** What of the activity is wanted; the list and the stream take the same. */
export const activityFilterQuery = {
  ...(Object.fromEntries(TEXT_FILTERS.map((filter) => [filter, Type.Optional(text(256))])) as Record<
    (typeof TEXT_FILTERS)[number],
    ReturnType<typeof Type.Optional<ReturnType<typeof text>>>
  >),
  caller: Type.Optional(caller),
  currency: Type.Optional(currency),
  status: Type.Optional(status),
  code: Type.Optional(Type.String({ ...text(64), description: 'the code of a refusal, such as QuotaExceeded' })),
  source: Type.Optional(oneOf(SOURCES)),
  billable: Type.Optional(Type.Boolean({ description: 'true or false; whether it was charged at all, also in overage' })),
};
const activityFilterFields = fields(activityFilterQuery);

/** A filter within what a principal may see (T3, M6), or why it may not. */
export function activityFilter(principal: Principal, asked: Static<typeof activityFilterFields>): ActivityFilter | Refusal {
  const sight = visible(principal, asked);
  return isRefusal(sight) ? sight : { ...asked, sight };
}

const listActivity = route({
  operation: 'listActivity',
  concept: 'Activity',
  method: 'GET',
  path: '/v1/activity',
  summary: 'Lists the activity, newest first; a maker sees its own, an environment administrator that of its environments.',
  description: `One page looks at ${MOST_LOOKED_AT.toLocaleString('en')} records at most. Where few of them are wanted it is shorter than the limit, or empty, and yet has a nextCursor: go on with it until there is none. "from" ends the search where everything older was recorded before it; "to" does not shorten it, since usage may be recorded late.`,
  right: READERS,
  query: fields({
    ...activityFilterQuery,
    from: Type.Optional(Type.String({ ...instant, description: 'an RFC 3339 instant in UTC; what happened then is included' })),
    to: Type.Optional(Type.String({ ...instant, description: 'an RFC 3339 instant in UTC; what happened then is not included' })),
    ...pageQuery,
  }),
  responses: { 200: pageOf(activityItem) },
  refusals: [],
  async handle({ principal, tenant, query, store }) {
    const { limit, cursor, from, to, ...others } = query;
    const filter = activityFilter(principal, others);
    if ('refused' in filter) return filter;
    const { value, nextCursor } = await store.listActivity(
      tenant,
      {
        ...filter,
        ...(from === undefined ? {} : { from: parseInstant(from)! }),
        ...(to === undefined ? {} : { to: parseInstant(to)! }),
      },
      pageRequest(query),
    );
    return answer(200, { value: value.map(activityAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const getActivity = route({
  operation: 'getActivity',
  concept: 'Activity',
  method: 'GET',
  path: '/v1/activity/{id}',
  summary: 'Shows one action as it was decided; to a maker its own, to an environment administrator those of its environments.',
  right: READERS,
  params: fields({ id }),
  responses: { 200: activityItem },
  refusals: ['NotFound', 'NoLongerKept'],
  async handle({ principal, tenant, params, store }) {
    const record = await store.findActivity(tenant, params.id.toLowerCase());
    if (record && isRefusal(record)) return record;
    if (!record || !seesAction(sightOf(principal), record.action))
      return refuse('NotFound', `no activity ${JSON.stringify(params.id)} in this tenant`);
    return answer(200, activityAnswer(record));
  },
});

export const activityRoutes: Route[] = [listActivity, getActivity];
