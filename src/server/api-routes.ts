// Puts the table of routes on the HTTP server: for each row who may, what it takes, its key, its handler, its answer.

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { TSchema } from 'typebox';
import { idempotencyOf } from '../api/idempotency.ts';
import type { AnyAnswer, AnyInput, Outward, Responses, Route, Tell } from '../api/route.ts';
import { ROUTES } from '../api/routes.ts';
import { nothing } from '../api/schema.ts';
import { isAudited } from '../api/scope.ts';
import { invalid, readQuery, validatorOf } from '../api/validation.ts';
import type { Instant } from '../core/month.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { doneEvent, INSTALLATION, refusedEvent } from '../store/audit.ts';
import type { Idempotency, Store } from '../store/store.ts';
import { actOf, originOf, subjectOfPath } from './act.ts';
import { BODY_LIMIT } from './body.ts';
import { EventStreams } from './event-stream.ts';
import type { Gate } from './gate.ts';
import { instanceOf, sendProblem } from './problem-answer.ts';
import { type RefusedActs, refusesTheAct } from './refused-acts.ts';
import { RequestRefused } from './request-refused.ts';
import { isFromElsewhere, sessionOf, setSession, setSignIn, signInSecretOf } from './session-cookie.ts';
import { OF_DOWNLOADS, OF_LONG_WORK, Turns } from './turns.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    row?: Route;
  }
}

type Authenticate = (request: FastifyRequest, row: Route) => Promise<void>;

interface RoutesOptions {
  store: Store;
  authenticate: Authenticate;
  outward: Outward;
  gate: Gate;
  refusedActs: RefusedActs;
  /** Whether people reach it over TLS, and nothing else. */
  overTls: boolean;
}

export function addApiRoutes(
  app: FastifyInstance,
  { store, authenticate, outward, gate, refusedActs, overTls }: RoutesOptions,
): void {
  const streams = new EventStreams(app, authenticate);
  const turns = new Turns(OF_LONG_WORK);
  const downloads = new Turns(OF_DOWNLOADS);
  const noteRefused = (request: FastifyRequest, row: Route, refusal: Refusal) =>
    refusedActs.note(
      request.asking === null || request.asking === 'operator' ? INSTALLATION : request.asking,
      refusedEvent(actOf(request, row), refusal, subjectOfPath(row.path, request.params)),
    );
  const tell: Tell = (tenant, event) =>
    event.outcome === 'refused' ? refusedActs.note(tenant, event) : store.recordAct(tenant, event);
  for (const row of ROUTES) {
    app.route({
      method: row.method,
      url: row.path.replace(/\{(\w+)\}/g, ':$1'),
      bodyLimit: row.bodyLimit ?? BODY_LIMIT,
      config: { row },
      schema: { response: fastResponses(row.responses) },
      onRequest: (request, reply) =>
        gate.enter(request, reply, row, authenticate).catch(async (error: unknown) => {
          if (error instanceof RequestRefused && isOfRights(request, error.refusal))
            await noteRefused(request, row, error.refusal);
          throw error;
        }),
      handler: handlerOf(row, store, outward, { streams, turns, downloads, gate, noteRefused, tell, overTls }),
    });
  }
}

/** Answers that the compiled serialiser is fast for; unions are left to JSON.stringify, which need not find out which one it is. */
function fastResponses(responses: Responses): Record<number, TSchema> {
  return Object.fromEntries(
    Object.entries(responses).flatMap(([status, schema]) =>
      schema && !JSON.stringify(schema).includes('"anyOf"') ? [[status, schema]] : [],
    ),
  );
}

/** Whether somebody asked for what he may not, or with a key that is none; not who has signed out meanwhile. */
function isOfRights({ headers }: FastifyRequest, { refused }: Refusal): boolean {
  return refused === 'Forbidden' || (refused === 'Unauthenticated' && headers.authorization !== undefined);
}

const now = () => Date.now() as Instant;

function handlerOf(
  row: Route,
  store: Store,
  outward: Outward,
  {
    streams,
    turns,
    downloads,
    gate,
    noteRefused,
    tell,
    overTls,
  }: {
    streams: EventStreams;
    turns: Turns;
    downloads: Turns;
    gate: Gate;
    noteRefused: (request: FastifyRequest, row: Route, refusal: Refusal) => Promise<void>;
    tell: Tell;
    overTls: boolean;
  },
) {
  const validateParams = row.params && validatorOf(row.params);
  // A parameter that nobody reads is refused: "?dryRun=true" must not charge. Probes (no key) may add what they like.
  const query = row.query ?? (row.right === 'anyone' ? undefined : nothing);
  const validateQuery = query && validatorOf(query);
  const validateBody = row.body && validatorOf(row.body);
  const audited = isAudited(row);

  /** The parts of a request that fit the row, or why it does not. */
  function read(request: FastifyRequest): { query: unknown; body: unknown; idempotency: Idempotency | undefined } | Refusal {
    const notParams = validateParams?.(request.params);
    if (notParams)
      return row.method === 'PUT'
        ? invalid(notParams)
        : refuse('NotFound', `there is no such thing: ${invalid(notParams).detail}`);
    const asked = query ? readQuery(query, request.query as Record<string, unknown>) : {};
    const notQuery = validateQuery?.(asked);
    if (notQuery) return invalid(notQuery);
    const body = request.body ?? {};
    const notBody = validateBody?.(body);
    if (notBody) return invalid(notBody);
    const header = request.headers['idempotency-key'];
    if (row.idempotencyKeyInItemsOnly && header !== undefined) {
      return refuse('MalformedRequest', 'a batch takes no Idempotency-Key header: give each action an idempotencyKey of its own');
    }
    // Node joins several headers of one name; two keys are none.
    if (header?.includes(',') && (request.raw.headersDistinct['idempotency-key']?.length ?? 1) > 1)
      return refuse('MalformedRequest', 'the header Idempotency-Key is there more than once; send one');
    if (!row.idempotent) return { query: asked, body, idempotency: undefined };
    const idempotency = idempotencyOf(header, { method: row.method, path: row.path, params: request.params, body });
    return idempotency !== undefined && 'refused' in idempotency ? idempotency : { query: asked, body, idempotency };
  }

  function inputOf(
    request: FastifyRequest,
    taken: { query: unknown; body: unknown; idempotency: Idempotency | undefined },
  ): AnyInput {
    const { principal } = request;
    const act = audited ? actOf(request, row) : undefined;
    return {
      ...taken,
      principal,
      tenant: act && principal ? { cell: principal.cell, tenantId: principal.tenantId, act } : principal,
      params: request.params,
      instance: instanceOf(request),
      get origin() {
        return originOf(request);
      },
      act,
      tell,
      store,
      now,
      outward,
      session: row.right === 'page' ? sessionOf(request) : undefined,
      signInSecret: row.right === 'page' ? signInSecretOf(request) : undefined,
      fromElsewhere: row.right === 'page' && isFromElsewhere(request),
    };
  }

  return async function handle(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const done = gate.begin(request, row);
    let outcome: AnyAnswer | Refusal;
    try {
      const taken = read(request);
      if (isRefusal(taken)) return sendProblem(request, reply, taken);
      const input = inputOf(request, taken);
      // Not awaited: a stream goes on for as long as somebody listens, and is no work.
      if (row.streams) return streams.answer(request, reply, row, input);
      const full = row.downloads ? await downloads.takeUntilSent(input.tenant!.tenantId, reply.raw) : null;
      if (full) return sendProblem(request, reply, full);
      outcome = row.takesLong ? await turns.take(input.tenant!.tenantId, async () => row.handle(input)) : await row.handle(input);
      if (isRefusal(outcome)) {
        if (audited ? refusesTheAct(outcome) : row.right !== 'page' && outcome.refused === 'Forbidden')
          await noteRefused(request, row, outcome);
      } else if (input.act?.recorded === false) {
        // What a handler did without telling the store whose act it is must not go unseen.
        const did = { subject: subjectOfPath(row.path, request.params), before: null, after: null };
        await store.recordAct(input.tenant ?? INSTALLATION, doneEvent(input.act, did));
      }
    } finally {
      done();
    }
    if (isRefusal(outcome)) return sendProblem(request, reply, outcome);
    if (outcome.sessionSecret !== undefined) setSession(request, reply, { secret: outcome.sessionSecret, overTls });
    if (outcome.signInSecret !== undefined) setSignIn(reply, { secret: outcome.signInSecret, overTls });
    return send(reply, outcome);
  };
}

function send(reply: FastifyReply, { status, body, replayed, headers }: AnyAnswer): FastifyReply {
  reply.code(status);
  if (replayed) reply.header('idempotency-replayed', 'true');
  if (headers) reply.headers(headers);
  return reply.send(body);
}
