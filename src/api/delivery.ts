// Deliveries of notices (N2): the log that an administrator reads when a mail or a call did not arrive.

import { type Static, Type } from 'typebox';
import { DELIVERY_STATUSES } from '../core/delivery.ts';
import { formatInstant } from '../core/month.ts';
import type { Delivery } from '../store/delivery-log.ts';
import { fields, nullable, oneOf } from './schema.ts';

export const delivery = fields(
  {
    id: Type.String({ description: 'stays the same however often it is sent: the webhook-id header' }),
    webhookId: Type.Optional(Type.String()),
    email: Type.Optional(Type.String()),
    notices: Type.Array(Type.String(), { description: 'the ids of the notices that it tells of; none: a test' }),
    status: oneOf(DELIVERY_STATUSES),
    createdAt: Type.String(),
    nextAttemptAt: nullable(Type.String({ description: 'null: there is none' })),
    attempts: Type.Array(
      fields({
        number: Type.Integer(),
        at: Type.String(),
        durationMs: Type.Integer(),
        status: nullable(Type.Integer({ description: 'of HTTP or SMTP; null: no answer' })),
        error: nullable(Type.String()),
        answer: nullable(Type.String({ description: 'its first kilobyte' })),
      }),
    ),
  },
  { title: 'Delivery' },
);

export function deliveryAnswer(of: Delivery): Static<typeof delivery> {
  return {
    id: of.id,
    ...(of.webhookId === null ? {} : { webhookId: of.webhookId }),
    ...(of.email === null ? {} : { email: of.email }),
    notices: of.notices.map(String),
    status: of.status,
    createdAt: formatInstant(of.createdAt),
    nextAttemptAt: formatInstant(of.nextAttemptAt),
    attempts: of.attempts.map(({ at, ...rest }) => ({ ...rest, at: formatInstant(at) })),
  };
}
