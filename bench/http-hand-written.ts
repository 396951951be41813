// The hand-written meter behind the same kind of HTTP server as Bursar, a process of its own: Fastify, a bearer key compared
// by its SHA-256, a schema that validates the action strictly and serialises the answer. `startHandWrittenServer` forks this
// file; run as a process it tells its parent where it listens and ends when the parent disconnects.

import { fork } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import Fastify from 'fastify';
import { Type } from 'typebox';
import type { BenchAction } from './action.ts';
import { openHandWrittenMeter } from './hand-written.ts';

export type HandWrittenServer = { origin: string; key: string; close(): Promise<void> };

type Settings = { url: string; connections: number; keySha256: string };

export async function startHandWrittenServer(options: { url: string; connections: number }): Promise<HandWrittenServer> {
  const key = randomBytes(32).toString('base64url');
  const settings: Settings = { ...options, keySha256: createHash('sha256').update(key).digest('hex') };
  const server = fork(fileURLToPath(import.meta.url));
  const exited = once(server, 'exit');
  server.send(settings);
  const gone = exited.then(([code]) => {
    throw new Error(`the hand-written server ended before it listened (exit code ${code}); its error is printed above`);
  });
  const [{ port }] = (await Promise.race([once(server, 'message'), gone])) as [{ port: number }];
  gone.catch(() => undefined);
  return {
    origin: `http://127.0.0.1:${port}`,
    key,
    async close() {
      if (server.connected) server.disconnect();
      await exited;
    },
  };
}

const id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$' });
const actionSchema = Type.Object(
  {
    idempotencyKey: Type.String({ minLength: 1, maxLength: 255 }),
    environmentId: id,
    userId: id,
    caller: Type.Enum(['canvas-app', 'model-driven-app', 'cloud-flow', 'agent', 'agent-flow', 'api']),
    capability: id,
    usage: Type.Object({ pages: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }) }, { additionalProperties: false }),
  },
  { additionalProperties: false },
);
const allowedSchema = Type.Object({
  id: Type.String(),
  decision: Type.Literal('allowed'),
  currency: Type.Literal('ai-builder-credits'),
  credits: Type.String(),
  source: Type.Enum(['allocation', 'pool']),
  inOverage: Type.Boolean(),
});
const problemSchema = Type.Object({
  status: Type.Integer(),
  code: Type.String(),
  available: Type.Optional(Type.String()),
  consumed: Type.Optional(Type.String()),
});

async function serve(settings: Settings): Promise<number> {
  const meter = await openHandWrittenMeter(settings);
  const keys = new Set([settings.keySha256]);
  const app = Fastify({ ajv: { customOptions: { removeAdditional: false, coerceTypes: false } } });
  app.addHook('onRequest', async (request, reply) => {
    const key = request.headers.authorization?.replace(/^Bearer /, '') ?? '';
    if (keys.has(createHash('sha256').update(key).digest('hex'))) return;
    return reply.code(401).type('application/problem+json').send({ status: 401, code: 'Unauthenticated' });
  });
  app.addHook('onClose', () => meter.close());
  const response = { 201: allowedSchema, 402: problemSchema, 404: problemSchema, 409: problemSchema, 422: problemSchema };
  app.post<{ Body: BenchAction }>('/v1/consumptions', { schema: { body: actionSchema, response } }, async (request, reply) => {
    const answer = await meter.consume(request.body);
    switch (answer.decision) {
      case 'allowed': {
        if (answer.replayed) reply.header('idempotency-replayed', 'true');
        const { id, decision, source, inOverage } = answer;
        return reply
          .code(201)
          .send({ id, decision, currency: 'ai-builder-credits', credits: String(answer.credits), source, inOverage });
      }
      case 'refused': {
        const { code, available, consumed } = answer;
        reply.code(402).type('application/problem+json');
        return reply.send({ status: 402, code, available: String(available), consumed: String(consumed) });
      }
      case 'not-found':
        return reply.code(404).type('application/problem+json').send({ status: 404, code: 'NotFound' });
      case 'idempotency-conflict':
        return reply.code(409).type('application/problem+json').send({ status: 409, code: 'IdempotencyConflict' });
      case 'unknown-capability':
        return reply.code(422).type('application/problem+json').send({ status: 422, code: 'UnknownCapability' });
    }
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  process.once('disconnect', () => app.close());
  return (app.server.address() as AddressInfo).port;
}

if (import.meta.main) {
  process.once('message', async (settings: Settings) => process.send?.({ port: await serve(settings) }));
}
