// The stream: what happens in a tenant as it happens, by server-sent events, from where its listener left off (M6, N2).

import { type Static, Type } from 'typebox';
import type { ActivityRecord } from '../core/activity.ts';
import { formatInstant } from '../core/month.ts';
import { refuseField } from '../core/refusal.ts';
import type { Change, Changes, StreamPosition } from '../store/stream.ts';
import { activityAnswer, activityFilter, activityFilterQuery, activityItem } from './activity.ts';
import { notice, noticeAnswer } from './notice.ts';
import { type EventChunk, READERS, type Route, streamRoute } from './route.ts';
import { fields } from './schema.ts';

const eventId = Type.String({
  description: 'how far the stream has come: send it as Last-Event-ID, or as "after", to go on from here',
  examples: ['a1234.n5'],
});

const streamEvent = Type.Union(
  [
    fields({ id: eventId, event: Type.Literal('activity'), data: activityItem }, { title: 'ActivityEvent' }),
    fields({ id: eventId, event: Type.Literal('notice'), data: notice }, { title: 'NoticeEvent' }),
    fields(
      {
        id: eventId,
        event: Type.Literal('capacity'),
        data: fields({ now: Type.String({ description: 'what time it is in the tenant' }) }),
      },
      { title: 'CapacityEvent' },
    ),
  ],
  { title: 'StreamEvent' },
);

const EVENT_ID = /^a(\d{1,15})\.n(\d{1,15})$/;

function eventIdOf({ activity, notice: number }: StreamPosition): string {
  return `a${activity}.n${number}`;
}

function positionOf(id: string): StreamPosition | null {
  const parts = EVENT_ID.exec(id);
  return parts && { activity: Number(parts[1]), notice: Number(parts[2]) };
}

/** Listeners at the same place are given the same records: their answers are made once, and so written once. */
const answers = new WeakMap<ActivityRecord, Static<typeof activityItem>>();

function answerOnce(record: ActivityRecord): Static<typeof activityItem> {
  const made = answers.get(record) ?? activityAnswer(record);
  answers.set(record, made);
  return made;
}

function eventOf(change: Change): Static<typeof streamEvent> {
  const id = eventIdOf(change.position);
  switch (change.kind) {
    case 'activity':
      return { id, event: 'activity', data: answerOnce(change.record) };
    case 'notice':
      return { id, event: 'notice', data: noticeAnswer(change.notice) };
    case 'capacity':
      return { id, event: 'capacity', data: { now: formatInstant(change.now) } };
    default:
      return change satisfies never;
  }
}

async function* chunks(stream: AsyncIterable<Changes>): AsyncGenerator<EventChunk<Static<typeof streamEvent>>, void> {
  for await (const { position, changes } of stream) yield { id: eventIdOf(position), events: changes.map(eventOf) };
}

const openStream = streamRoute({
  operation: 'openStream',
  concept: 'Activity',
  path: '/v1/stream',
  summary:
    'Streams what happens as server-sent events; a maker gets its own activity, an environment administrator that of its environments.',
  description:
    'Events: "activity" (as GET /v1/activity lists it), "notice" (as GET /v1/notices does) and "capacity" (anything of the tenant has changed, by an action or by its administration: look again; once a second at most). Begins with what happens now, or after the id that Last-Event-ID or "after" gives (Last-Event-ID goes before); "a0.n0" is the very beginning. Activity and notices come once each, in order, whichever process wrote them and however often the stream was cut. The filters are for activity only. Each block of the stream carries an id, also those without an event, which come every 15 s at least. A stream ends when its key is revoked, when the server stops, or when nothing of it is taken for a minute.',
  right: READERS,
  query: fields({
    after: Type.Optional(Type.String({ pattern: EVENT_ID.source, description: 'the id of an event, such as a1234.n5' })),
    ...activityFilterQuery,
  }),
  event: streamEvent,
  refusals: ['MalformedRequest', 'TooManyRequests'],
  async open({ principal, tenant, query, store }, { lastEventId, ended }) {
    const { after: asked, ...filters } = query;
    const filter = activityFilter(principal, filters);
    if ('refused' in filter) return filter;
    // An empty id is that of a listener that has seen none.
    const last = lastEventId || asked;
    const after = last === undefined ? null : positionOf(last);
    if (last !== undefined && after === null)
      return refuseField('InvalidRequest', '/after', 'Last-Event-ID is not an id of this stream, such as a1234.n5');
    const stream = await store.openStream(tenant, { after, filter, ended });
    return 'refused' in stream ? stream : chunks(stream);
  },
});

export const streamRoutes: Route[] = [openStream];
