// The action: the body of a price, a check, a consumption and a hold, and its translation into the core's, with the defaults of the API.

import { type Static, Type } from 'typebox';
import {
  type Action,
  CALLERS,
  CHANNELS,
  MODES,
  MOST_USAGE,
  RESOURCE_TYPES,
  USAGE_FIELDS,
  type UsageField,
} from '../core/action.ts';
import { parseInstant } from '../core/month.ts';
import { fields, flag, id, idempotencyKey, instant, nullable, oneOf, text, userId } from './schema.ts';

const count = Type.Integer({
  minimum: 0,
  maximum: MOST_USAGE,
  description: `a whole number from 0 to ${MOST_USAGE}`,
  examples: [2],
});

export const usage = fields(
  Object.fromEntries(USAGE_FIELDS.map((field) => [field, Type.Optional(count)])) as Record<
    UsageField,
    ReturnType<typeof Type.Optional<typeof count>>
  >,
  {
    title: 'Usage',
    description:
      'an object with the one count that the capability is counted in, such as {"pages": 2}; for prompts inputTokens and outputTokens',
  },
);

export const resource = fields(
  {
    type: oneOf(RESOURCE_TYPES),
    id: text(256, 'the id of the app, flow or agent'),
    name: Type.Optional(text(256, 'a name')),
    app: Type.Optional(text(256, 'the id of an app that has the flow')),
  },
  { title: 'Resource', description: 'an object with type and id: the app, flow or agent that the action belongs to' },
);

export const model = nullable(Type.String({ ...text(128, 'the id of a model'), examples: ['gpt-4.1'] }));
export const capability = Type.String({ ...text(128, 'the id of a capability'), examples: ['receipt-processing'] });

const required = { environmentId: id, userId, caller: oneOf(CALLERS), capability, usage };

const optional = {
  idempotencyKey: Type.Optional(idempotencyKey),
  resource: Type.Optional(nullable(resource)),
  model: Type.Optional(model),
  mode: Type.Optional(oneOf(MODES)),
  occurredAt: Type.Optional(nullable(instant)),
  m365Copilot: Type.Optional(flag),
  channel: Type.Optional(nullable(oneOf(CHANNELS))),
  startedByAgent: Type.Optional(flag),
  preview: Type.Optional(flag),
  recordOnly: Type.Optional(flag),
};

export const action = fields({ ...required, ...optional }, { title: 'Action', description: 'an action' });
export type ActionBody = Static<typeof action>;

const MOST_HOLD_SECONDS = 86_400;
export const USUAL_HOLD_SECONDS = 300;

export const holdAction = fields(
  {
    ...required,
    ...optional,
    expiresInSeconds: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: MOST_HOLD_SECONDS,
        description: `a whole number of seconds from 1 to ${MOST_HOLD_SECONDS}; ${USUAL_HOLD_SECONDS} if left out`,
      }),
    ),
  },
  { title: 'HoldAction', description: 'an action' },
);

/** A price needs no more than what is used; the rest of an action may be there. */
export const pricedAction = fields(
  {
    capability,
    usage,
    ...optional,
    environmentId: Type.Optional(id),
    userId: Type.Optional(userId),
    caller: Type.Optional(oneOf(CALLERS)),
  },
  { title: 'PricedAction' },
);

export function actionOf(body: ActionBody): Action {
  return {
    environmentId: body.environmentId,
    userId: body.userId,
    caller: body.caller,
    resource: body.resource ?? null,
    capability: body.capability,
    model: body.model ?? null,
    usage: body.usage,
    mode: body.mode ?? 'run',
    occurredAt: typeof body.occurredAt === 'string' ? parseInstant(body.occurredAt) : null,
    m365Copilot: body.m365Copilot ?? false,
    channel: body.channel ?? null,
    startedByAgent: body.startedByAgent ?? false,
    preview: body.preview ?? false,
    recordOnly: body.recordOnly ?? false,
  };
}
