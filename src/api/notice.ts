// Notices (N1, N2): what crossed a threshold, what should be seen now, and whom it is mailed to.

import { type Static, Type } from 'typebox';
import { administratorBanners, BANNER_KINDS, makerBanners } from '../core/banner.ts';
import { formatCredits, percentOf } from '../core/credits.ts';
import { environmentNotFound } from '../core/environment.ts';
import { findEnvironment } from '../core/ledger.ts';
import { formatInstant, type Month, resetOf } from '../core/month.ts';
import { NOTICE_KINDS } from '../core/notice.ts';
import { noticeDetail, noticeSubject } from '../core/notice-text.ts';
import { isRefusal, refuse, refuseField } from '../core/refusal.ts';
import { seesEnvironment } from '../core/sight.ts';
import { STATUSES } from '../core/status.ts';
import type { StoredNotice } from '../store/notice.ts';
import { delivery, deliveryAnswer } from './delivery.ts';
import { foreignEnvironment, sightOf, visible } from './right.ts';
import { answer, type Outward, READERS, type Route, route, TENANT_ADMINS } from './route.ts';
import { currency, email, fields, id, nullable, oneOf, pageOf, pageQuery, pageRequest } from './schema.ts';

const CONCEPT = 'Notices';
const MOST_RECIPIENTS = 50;

export const notice = fields(
  {
    id: Type.String(),
    at: Type.String(),
    kind: oneOf(NOTICE_KINDS),
    month: Type.String(),
    environmentId: Type.Optional(Type.String()),
    environmentName: Type.Optional(Type.String()),
    currency,
    limitId: Type.Optional(Type.String()),
    available: Type.String({
      description: 'the size of what was crossed: of the allocation, the pool or the limit, as it stood',
    }),
    consumed: Type.String({ description: 'what had been consumed of it' }),
    percent: nullable(Type.String({ description: '100 × consumed / available; null where nothing is available' })),
    resetsOn: Type.String(),
    sandbox: Type.Boolean({ description: 'whether the tenant is a sandbox, with a clock of its own' }),
    subject: Type.String({ description: 'one line for people' }),
    detail: Type.String({ description: 'the figures, when they reset, and what helps' }),
  },
  { title: 'Notice' },
);

/** A notice as lists and webhooks show it. */
export function noticeAnswer(of: StoredNotice): Static<typeof notice> {
  return {
    id: String(of.number),
    at: formatInstant(of.at),
    kind: of.kind,
    month: of.month,
    ...(of.environmentId === null ? {} : { environmentId: of.environmentId }),
    ...(of.environmentName === null ? {} : { environmentName: of.environmentName }),
    currency: of.currency,
    ...(of.limitId === null ? {} : { limitId: of.limitId }),
    available: formatCredits(of.available),
    consumed: formatCredits(of.consumed),
    percent: percentOf(of.consumed, of.available),
    resetsOn: resetOf(of.month),
    sandbox: of.sandbox,
    subject: noticeSubject(of),
    detail: noticeDetail(of),
  };
}

const month = Type.String({
  pattern: '^20\\d\\d-(0[1-9]|1[0-2])$',
  description: 'a month such as 2026-11',
  examples: ['2026-11'],
});

const listNotices = route({
  operation: 'listNotices',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/notices',
  summary: 'What crossed a threshold, newest first: once per crossing and month (N2).',
  description:
    'A maker sees the notices of environments, and of limits those on its own user; an environment administrator those of its environments, and of the tenant as a whole.',
  right: READERS,
  query: fields({
    ...pageQuery,
    kind: Type.Optional(oneOf(NOTICE_KINDS)),
    environmentId: Type.Optional(id),
    month: Type.Optional(month),
  }),
  responses: { 200: pageOf(notice) },
  refusals: [],
  async handle({ tenant, principal, query, store }) {
    const { limit: _limit, cursor: _cursor, month: asked, ...filter } = query;
    const sight = visible(principal, filter);
    if (isRefusal(sight)) return sight;
    const { value, nextCursor } = await store.outbox.listNotices(
      tenant,
      {
        ...filter,
        ...(asked === undefined ? {} : { month: asked as Month }),
        sight,
      },
      pageRequest(query),
    );
    return answer(200, { value: value.map(noticeAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const listDeliveriesOfNotice = route({
  operation: 'listDeliveriesOfNotice',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/notices/{id}/deliveries',
  summary: 'Whom a notice was sent to, by mail and by webhook, and what came of each attempt; newest first.',
  right: TENANT_ADMINS,
  params: fields({ id }),
  query: fields(pageQuery),
  responses: { 200: pageOf(delivery) },
  refusals: ['NotFound'],
  async handle({ tenant, params, query, store }) {
    if (!/^[1-9]\d{0,14}$/.test(params.id)) return refuse('NotFound', `no notice ${JSON.stringify(params.id)} in this tenant`);
    const found = await store.outbox.deliveriesOfNotice(tenant, Number(params.id), pageRequest(query));
    if (isRefusal(found)) return found;
    const { value, nextCursor } = found;
    return answer(200, { value: value.map(deliveryAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const banner = fields(
  {
    kind: oneOf(BANNER_KINDS),
    currency,
    sentence: Type.String(),
    whatToDo: Type.String(),
    environments: Type.Array(
      fields({
        environmentId: Type.String(),
        name: Type.String(),
        status: oneOf(STATUSES),
        percent: nullable(Type.String()),
      }),
      { description: 'the worst first, at most ten' },
    ),
    count: Type.Integer({ description: 'how many environments it is about' }),
  },
  { title: 'Banner' },
);

const listBanners = route({
  operation: 'listBanners',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/banners',
  summary: 'What an administrator, or a maker in an environment, should see now (N1).',
  description:
    'Without environmentId: what administrators should see; an environment administrator of its own environments. With it: what makers should see there. A maker must name its environment.',
  right: READERS,
  query: fields({ environmentId: Type.Optional(id) }),
  responses: { 200: fields({ value: Type.Array(banner) }) },
  refusals: ['NotFound'],
  async handle({ tenant, principal, query: { environmentId }, store }) {
    if (environmentId !== undefined) {
      const foreign = foreignEnvironment(principal, [environmentId]);
      if (foreign) return foreign;
      const ledger = await store.readLedger(tenant, [environmentId]);
      const environment = findEnvironment(ledger, environmentId);
      return environment ? answer(200, { value: makerBanners(ledger, environment) }) : environmentNotFound(environmentId);
    }
    if (principal.role === 'maker')
      return refuseField('InvalidRequest', '/environmentId', 'is missing: a maker names the environment it is in');
    const ledger = await store.readLedger(tenant, 'all');
    const sight = sightOf(principal);
    return answer(200, { value: administratorBanners(ledger, (each) => seesEnvironment(sight, each)) });
  },
});

const recipients = fields(
  {
    emails: Type.Array(Type.String()),
    mail: oneOf(['on', 'off']),
  },
  { title: 'NoticeRecipients', description: 'mail is off where this installation has no SMTP_URL: then nothing is mailed' },
);

function recipientsAnswer(emails: string[], outward: Outward): Static<typeof recipients> {
  return { emails, mail: outward.mail ? 'on' : 'off' };
}

const getNoticeRecipients = route({
  operation: 'getNoticeRecipients',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/notice-recipients',
  summary: 'Whom notices are mailed to, and whether this installation sends mail.',
  right: TENANT_ADMINS,
  responses: { 200: recipients },
  refusals: [],
  async handle({ tenant, store, outward }) {
    return answer(200, recipientsAnswer(await store.outbox.recipients(tenant), outward));
  },
});

const setNoticeRecipients = route({
  operation: 'setNoticeRecipients',
  concept: CONCEPT,
  method: 'PUT',
  path: '/v1/notice-recipients',
  summary: 'Sets whom notices are mailed to from now on; an empty list ends it. Each gets a mail of its own.',
  right: TENANT_ADMINS,
  body: fields({
    emails: Type.Array(email, { maxItems: MOST_RECIPIENTS, description: `a list of at most ${MOST_RECIPIENTS} email addresses` }),
  }),
  responses: { 200: recipients },
  refusals: [],
  async handle({ tenant, body, store, outward }) {
    // The same address in other letters is the same mailbox in practice.
    const emails = [...new Map(body.emails.map((each) => [each.toLowerCase(), each])).values()];
    await store.outbox.setRecipients(tenant, emails);
    return answer(200, recipientsAnswer(emails, outward));
  },
});

export const noticeRoutes: Route[] = [listNotices, listDeliveriesOfNotice, listBanners, getNoticeRecipients, setNoticeRecipients];
