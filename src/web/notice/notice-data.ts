// What the page of notices asks.

import { queryOptions } from '@tanstack/react-query';
import type { Delivery, Notice } from '../../../sdk/src/index.ts';
import type { NoticeKind } from '../../core/notice.ts';
import { ask } from '../client.ts';
import { pagedQuery } from '../data.ts';

const NOTICES_OF_A_PAGE = 50;

/** The newest first. */
export function noticesQuery(kind: NoticeKind | undefined) {
  return pagedQuery<Notice>({
    key: ['notices', kind],
    page: (query, signal) => ask('listNotices', { query: { ...query, kind }, signal }),
    live: 'notice',
    pageSize: NOTICES_OF_A_PAGE,
  });
}

/** `environmentId`: what a maker should see there; without: what administrators should see. */
export function bannersQuery(environmentId: string | undefined) {
  return queryOptions({
    queryKey: ['banners', environmentId],
    queryFn: ({ signal }) => ask('listBanners', { query: { environmentId }, signal }),
    meta: { live: 'tenant' },
  });
}

const ASK_AGAIN_MS = 1_000;
/** So that an answer that does not come is not asked for each second over days. */
const SOON_MS = 30_000;

/** Deliveries are made in the background, and change nothing of the tenant: what is due soon is asked for again until it is done. */
const followingDeliveries = {
  refetchInterval: (query: { state: { data?: { pages: { value: readonly Delivery[] }[] } | undefined } }) =>
    query.state.data?.pages.some(({ value }) => value.some(isUnderWay)) ? ASK_AGAIN_MS : (false as const),
};

function isUnderWay({ status, nextAttemptAt }: Delivery): boolean {
  return status === 'waiting' && (nextAttemptAt === null || Date.parse(nextAttemptAt) < Date.now() + SOON_MS);
}

export function deliveriesOfNoticeQuery(noticeId: string) {
  return {
    ...pagedQuery<Delivery>({
      key: ['deliveries', 'notice', noticeId],
      page: (query, signal) => ask('listDeliveriesOfNotice', { params: { id: noticeId }, query, signal }),
      live: 'notice',
    }),
    ...followingDeliveries,
  };
}

export function deliveriesOfWebhookQuery(webhookId: string) {
  return {
    ...pagedQuery<Delivery>({
      key: ['deliveries', 'webhook', webhookId],
      page: (query, signal) => ask('listDeliveriesOfWebhook', { params: { id: webhookId }, query, signal }),
      live: 'notice',
    }),
    ...followingDeliveries,
  };
}
