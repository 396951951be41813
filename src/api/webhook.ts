// Webhooks (N2): where notices are posted to, signed by the Standard Webhooks scheme, and the log of what was sent.

import { type Static, Type } from 'typebox';
import { formatInstant } from '../core/month.ts';
import { NOTICE_KINDS, type NoticeKind } from '../core/notice.ts';
import { isRefusal, type Refusal, refuse, refuseField } from '../core/refusal.ts';
import { MOST_WEBHOOKS, type Webhook } from '../store/webhook.ts';
import { delivery, deliveryAnswer } from './delivery.ts';
import type { Outward } from './route.ts';
import { answer, type Route, route, TENANT_ADMINS } from './route.ts';
import { fields, flag, id, nullable, oneOf, pageOf, pageQuery, pageRequest, text } from './schema.ts';
import { readWebhookUrl } from './webhook-address.ts';

const CONCEPT = 'Webhooks';
const params = fields({ id });

const url = Type.String({
  ...text(2048, 'a URL'),
  examples: ['https://example.com/notices'],
});
const kinds = nullable(
  Type.Array(oneOf(NOTICE_KINDS), { minItems: 1, maxItems: 20, description: 'kinds of notices; null: every kind' }),
);
const description = nullable(text(256, 'a description'));

const webhookFields = {
  id: Type.String(),
  url: Type.String(),
  kinds: nullable(Type.Array(oneOf(NOTICE_KINDS))),
  description: nullable(Type.String()),
  enabled: Type.Boolean(),
  disabledReason: nullable(Type.String()),
  failingSince: nullable(Type.String({ description: 'the first failure since the last success' })),
  createdAt: Type.String(),
};
const webhook = fields(webhookFields, { title: 'Webhook' });
const secret = Type.String({
  description: 'what deliveries are signed with (whsec_…), shown this once; kept as it is, because it is needed to sign',
});
const webhookWithSecret = fields({ ...webhookFields, secret }, { title: 'WebhookWithSecret' });

function webhookAnswer(of: Webhook): Static<typeof webhook> {
  return {
    ...of,
    failingSince: formatInstant(of.failingSince),
    createdAt: formatInstant(of.createdAt),
  };
}

/** In the order of the rules and each once, so that the same content is the same text. */
function sorted(wanted: readonly NoticeKind[] | null): NoticeKind[] | null {
  return wanted === null ? null : NOTICE_KINDS.filter((kind) => wanted.includes(kind));
}

/** The URL as it is called. */
function addressOf(written: string, outward: Outward): string | Refusal {
  const read = readWebhookUrl(written, outward);
  return typeof read === 'string' ? refuseField('InvalidRequest', '/url', read) : read.href;
}

const createWebhook = route({
  operation: 'createWebhook',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/webhooks',
  summary: `Makes a webhook, with the secret that its deliveries are signed with; at most ${MOST_WEBHOOKS} a tenant.`,
  description:
    'Each notice is posted as {"type": "notice.<kind>", "timestamp", "data"} with the headers webhook-id, webhook-timestamp and webhook-signature of Standard Webhooks. Any 2xx takes it; else it is sent again, up to ten times within about three days, under the same webhook-id. 410, or five days without one success, disables the webhook. Redirects are not followed.',
  right: TENANT_ADMINS,
  body: fields({
    id: Type.Optional(id),
    url,
    kinds: Type.Optional(kinds),
    description: Type.Optional(description),
  }),
  responses: { 201: webhookWithSecret, 200: webhook },
  refusals: ['AlreadyExists'],
  async handle({ tenant, body, store, outward }) {
    const address = addressOf(body.url, outward);
    if (typeof address !== 'string') return address;
    const made = await store.outbox.createWebhook(tenant, {
      id: body.id ?? store.newId(),
      url: address,
      kinds: sorted(body.kinds ?? null),
      description: body.description ?? null,
    });
    if (isRefusal(made)) return made;
    const shown = webhookAnswer(made.webhook);
    return made.secret === null ? answer(200, shown) : answer(201, { ...shown, secret: made.secret });
  },
});

const listWebhooks = route({
  operation: 'listWebhooks',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/webhooks',
  summary: 'Lists the webhooks, by id, without their secrets.',
  right: TENANT_ADMINS,
  query: fields(pageQuery),
  responses: { 200: pageOf(webhook) },
  refusals: [],
  async handle({ tenant, query, store }) {
    const { value, nextCursor } = await store.outbox.listWebhooks(tenant, pageRequest(query));
    return answer(200, { value: value.map(webhookAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const getWebhook = route({
  operation: 'getWebhook',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/webhooks/{id}',
  summary: 'Shows a webhook, without its secret.',
  right: TENANT_ADMINS,
  params,
  responses: { 200: webhook },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: webhookId }, store }) {
    const found = await store.outbox.findWebhook(tenant, webhookId);
    return isRefusal(found) ? found : answer(200, webhookAnswer(found));
  },
});

const changeWebhook = route({
  operation: 'changeWebhook',
  concept: CONCEPT,
  method: 'PATCH',
  path: '/v1/webhooks/{id}',
  summary: 'Changes what is named; enabled switches it off, or on again after it was disabled.',
  description: 'What waits for a webhook that is switched off fails; it can be replayed when the webhook is on again.',
  right: TENANT_ADMINS,
  params,
  body: fields({
    url: Type.Optional(url),
    kinds: Type.Optional(kinds),
    description: Type.Optional(description),
    enabled: Type.Optional(flag),
  }),
  responses: { 200: webhook },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: webhookId }, body, store, outward }) {
    const address = body.url === undefined ? undefined : addressOf(body.url, outward);
    if (typeof address === 'object') return address;
    const changed = await store.outbox.changeWebhook(tenant, webhookId, {
      ...body,
      ...(address === undefined ? {} : { url: address }),
      ...(body.kinds === undefined ? {} : { kinds: sorted(body.kinds) }),
    });
    return isRefusal(changed) ? changed : answer(200, webhookAnswer(changed));
  },
});

const deleteWebhook = route({
  operation: 'deleteWebhook',
  concept: CONCEPT,
  method: 'DELETE',
  path: '/v1/webhooks/{id}',
  summary: 'Deletes a webhook with the log of its deliveries; what waits for it is not sent.',
  right: TENANT_ADMINS,
  params,
  responses: { 204: null },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: webhookId }, store }) {
    return (await store.outbox.deleteWebhook(tenant, webhookId)) ?? answer(204);
  },
});

const rotateWebhookSecret = route({
  operation: 'rotateWebhookSecret',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/webhooks/{id}/rotate-secret',
  summary: 'Gives a webhook a new secret, shown this once; the one before signs beside it for 24 hours.',
  right: TENANT_ADMINS,
  params,
  responses: { 200: webhookWithSecret },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: webhookId }, store }) {
    const rotated = await store.outbox.rotateSecret(tenant, webhookId);
    return isRefusal(rotated) ? rotated : answer(200, { ...webhookAnswer(rotated.webhook), secret: rotated.secret });
  },
});

const testWebhook = route({
  operation: 'testWebhook',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/webhooks/{id}/test',
  summary: 'Sends a delivery of type "test", once, also to a webhook that is disabled; its log tells what came of it.',
  right: TENANT_ADMINS,
  params,
  responses: { 202: delivery },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: webhookId }, store }) {
    const made = await store.outbox.testWebhook(tenant, webhookId);
    return isRefusal(made) ? made : answer(202, deliveryAnswer(made));
  },
});

const listDeliveriesOfWebhook = route({
  operation: 'listDeliveriesOfWebhook',
  concept: CONCEPT,
  method: 'GET',
  path: '/v1/webhooks/{id}/deliveries',
  summary: 'What was sent to a webhook, newest first, with every attempt; kept for 90 days.',
  right: TENANT_ADMINS,
  params,
  query: fields(pageQuery),
  responses: { 200: pageOf(delivery) },
  refusals: ['NotFound'],
  async handle({ tenant, params: { id: webhookId }, query, store }) {
    const found = await store.outbox.findWebhook(tenant, webhookId);
    if (isRefusal(found)) return found;
    const { value, nextCursor } = await store.outbox.deliveriesOfWebhook(tenant, webhookId, pageRequest(query));
    return answer(200, { value: value.map(deliveryAnswer), ...(nextCursor === undefined ? {} : { nextCursor }) });
  },
});

const DELIVERY_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const replayDelivery = route({
  operation: 'replayDelivery',
  concept: CONCEPT,
  method: 'POST',
  path: '/v1/webhooks/{id}/deliveries/{deliveryId}/replay',
  summary: 'Sends a delivery again at once, under the same webhook-id; its retries count anew.',
  right: TENANT_ADMINS,
  params: fields({ id, deliveryId: id }),
  responses: { 202: delivery },
  refusals: ['NotFound', 'WebhookDisabled'],
  async handle({ tenant, params: { id: webhookId, deliveryId }, store }) {
    const found = await store.outbox.findWebhook(tenant, webhookId);
    if (isRefusal(found)) return found;
    if (!DELIVERY_ID.test(deliveryId))
      return refuse('NotFound', `no delivery ${JSON.stringify(deliveryId)} of webhook ${webhookId}`);
    if (!found.enabled) {
      return refuse(
        'WebhookDisabled',
        `webhook ${webhookId} is disabled (${found.disabledReason}); enable it with PATCH {"enabled": true}, then replay`,
      );
    }
    const replayed = await store.outbox.replay(tenant, webhookId, deliveryId);
    return isRefusal(replayed) ? replayed : answer(202, deliveryAnswer(replayed));
  },
});

export const webhookRoutes: Route[] = [
  createWebhook,
  listWebhooks,
  getWebhook,
  changeWebhook,
  deleteWebhook,
  rotateWebhookSecret,
  testWebhook,
  listDeliveriesOfWebhook,
  replayDelivery,
];
