// The texts of Notices.

import type { DeliveryStatus } from '../../core/delivery.ts';
import type { NoticeKind } from '../../core/notice.ts';

export const noticeText = {
  title: 'Notices',
  lead: 'What crossed a threshold, told once a month, and what needs attention now.',
  list: 'Notices',
  now: 'What needs attention now',
  nothingNow: 'Nothing needs attention at the moment.',
  more: (count: string) => `and ${count} more`,
  environmentOfMaker: 'Environment',
  chooseEnvironment: 'Choose an environment',
  chooseFirst: 'Choose the environment that you are in, to see what you should know there.',

  kinds: {
    'near-capacity': 'Near capacity',
    exhausted: 'All consumed',
    blocked: 'Blocked',
    'nearing-limit': 'Nearing a limit',
    'over-limit': 'Limit used up',
  } satisfies Record<NoticeKind, string>,
  anyKind: 'Any kind',

  at: 'When (UTC)',
  kind: 'Kind',
  subject: 'What happened',
  environment: 'Environment',
  currency: 'Currency',
  month: 'Month',
  consumed: 'Consumed',
  available: 'Size of what was crossed',
  ofAvailable: (consumed: string, available: string) => `${consumed} of ${available}`,
  percent: 'Used',
  resetsOn: 'Starts again on',
  limit: 'Limit',
  id: 'Id',
  openEnvironment: 'Open the environment',
  assign: 'Assign credits',
  empty: 'No notices yet',
  emptyText:
    'A notice comes when an environment is near its capacity, has consumed all of it or is blocked, and when a monthly limit is nearly or wholly used. Say in Settings who is told by mail or by a webhook.',
  toSettings: 'Open Settings',
  gone: 'This notice is not among those that are loaded. Load more in the list, or clear its filters.',

  deliveries: 'Deliveries',
  noDeliveries: 'It was sent to nobody: no mail recipient and no webhook wanted it then.',
  noDeliveriesYet: 'Nothing was sent yet. Press Test to send one.',
  deliveryTo: 'To',
  webhook: (id: string) => `Webhook ${id}`,
  deliveryStatuses: {
    waiting: 'Waiting',
    delivered: 'Delivered',
    failed: 'Failed',
  } satisfies Record<DeliveryStatus, string>,
  deliveryStatus: 'Status',
  createdAt: 'Sent (UTC)',
  nextAttemptAt: 'Next attempt (UTC)',
  attempts: 'Attempts',
  lastAnswer: 'Last answer',
  aTest: 'Test',
  of: 'Of',
  ofNotices: (ids: string) => `Notice ${ids}`,
  took: (status: string, milliseconds: string) => `${status} after ${milliseconds}\u00a0ms`,
  noAnswer: 'No answer',
  replay: 'Send again',
  replayed: 'It is sent again',
} as const;
