// The gate: where requests are let in or shed (admission.ts), whoever they are from. Requests of callers that were seen before are shed
// before anything else is done with them, with an answer written by hand, because a flood of refusals must not cost what the
// answers would have; all others after their key was looked up, and before their body is read. Bodies have a room of their own.
// Who sends more than its rate allows (rate-limit.ts) is refused in the same place and way, with 429.

import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import { problemOf } from '../api/problem.ts';
import { type RequestClass, requestClassOf } from '../api/request-class.ts';
import type { Route } from '../api/route.ts';
import { ROUTES } from '../api/routes.ts';
import { type Refusal, refuse } from '../core/refusal.ts';
import type { StoreFigures } from '../store/figures.ts';
import { type Admission, partsOf, STRANGERS, WINDOW_MS } from './admission.ts';
import { type Authenticate, keyOf } from './authentication.ts';
import { BODY_LIMIT } from './body.ts';
import { LoopShare } from './loop-share.ts';
import { PROBLEM_JSON } from './problem-answer.ts';
import type { Bucket, RateLimits } from './rate-limit.ts';
import { RequestRefused } from './request-refused.ts';
import { isFromElsewhere, sessionTextOf } from './session-cookie.ts';

/** Connections beyond this are closed at once: each costs a descriptor and some memory. */
export const MOST_CONNECTIONS = 8_192;
/** Of all bodies that are being read or worked on, in bytes; those that are smaller than the least are not counted. */
const ROOM_FOR_BODIES = 256 * 1024 * 1024;
const LEAST_COUNTED = 64 * 1024;
/** Whose keys are known to be good, or were. */
const MOST_CALLERS = 10_000;
/** A header of a key, a token or some cookies; of longer ones nothing is kept, for what is cut out of a text keeps all of it in memory. */
const LONGEST_REMEMBERED = 4_096;
/** The operator has no tenant; ids have no space. */
const OPERATOR = 'the operator';
const LOOP = -1;
const SAY_EVERY_MS = 10_000;

const SHED = refuse(
  'Unavailable',
  'the server has more to do than it can, and nothing of this was done; send it again after Retry-After',
);

/** Routes without parameters, which are those that a flood comes through. */
const CLASS_OF_TARGET: ReadonlyMap<string, RequestClass> = new Map(
  ROUTES.flatMap((row) => {
    const requestClass = requestClassOf(row);
    return requestClass === null || row.path.includes('{') ? [] : [[`${row.method} ${row.path}`, requestClass]];
  }),
);

interface Caller {
  tenantId: string;
  /** Of its key; null: it may send as much as it likes. */
  bucket: Bucket | null;
}

interface GateOptions {
  admission: Admission;
  rates: RateLimits;
  figures: StoreFigures;
  /** Of every answer. */
  headers: Readonly<Record<string, string>>;
}

export class Gate {
  readonly admission: Admission;
  readonly rates: RateLimits;
  /** Connections that were closed because there are too many. */
  droppedConnections = 0;
  openConnections = 0;
  readonly #loop: LoopShare;
  readonly #figures: StoreFigures;
  readonly #headers: readonly string[];
  readonly #callers = new LRUCache<string, Caller>({ max: MOST_CALLERS });
  readonly #bodies = new Map<string, number>();
  #bytes = 0;
  #app: FastifyInstance | undefined;
  #closing = false;

  constructor({ admission, rates, figures, headers }: GateOptions) {
    this.admission = admission;
    this.rates = rates;
    this.#loop = new LoopShare(admission);
    this.#figures = figures;
    this.#headers = Object.entries(headers).flat();
    figures.observe({ taken: (cell, _size, oldestSince, now) => admission.waited(cell, now - oldestSince) });
  }

  /** Bytes of bodies that are counted now. */
  get bodyBytes(): number {
    return this.#bytes;
  }

  /** Follows the load for as long as the server runs. */
  watch(app: FastifyInstance): void {
    this.#app = app;
    app.server.maxConnections = MOST_CONNECTIONS;
    app.server.on('connection', (socket) => {
      this.openConnections += 1;
      socket.once('close', () => {
        this.openConnections -= 1;
      });
    });
    app.server.on('drop', () => {
      this.droppedConnections += 1;
    });
    const telling = tellOfShedding(this.admission, app.log);
    let due = performance.now() + WINDOW_MS;
    const timer = setInterval(() => {
      const now = performance.now();
      this.admission.waited(LOOP, Math.max(0, now - due));
      due = now + WINDOW_MS;
      this.admission.endWindow(
        this.#figures.lanes().flatMap(({ oldestSince }) => (oldestSince === undefined ? [] : [now - oldestSince])),
      );
      telling(now);
    }, WINDOW_MS);
    timer.unref();
    app.addHook('preClose', (done) => {
      clearInterval(timer);
      this.#closing = true;
      done();
    });
  }

  /** Refuses or sheds a request at once, or hands it on when it is its turn; one whose caller has gone by then is forgotten. */
  receive(request: IncomingMessage, response: ServerResponse, handle: () => void): void {
    const known = this.#callers.get(this.#callerOf(request.headers));
    if (!this.#closing && (this.#refusesEarly(request, response, known) || this.#shedsEarly(request, response, known))) return;
    this.#loop.take(known?.tenantId ?? STRANGERS, partsOf(Number(request.headers['content-length'] ?? 0)), () => {
      if (!request.socket.destroyed) handle();
    });
  }

  /** What a request says of who sends it: its key or token, or its session, however it is written; empty: nothing. */
  #callerOf({ authorization, cookie }: IncomingHttpHeaders): string {
    return (authorization === undefined ? sessionTextOf(this.#app!, cookie) : keyOf(authorization)) ?? '';
  }

  /** Whether a request was refused at once, because its key or its address sends more than it may. */
  #refusesEarly(request: IncomingMessage, response: ServerResponse, known: Caller | undefined): boolean {
    const refusal = this.rates.take(request, known?.bucket);
    if (refusal === null) return false;
    const retryAfterSeconds = refusal.members?.retryAfterSeconds as number;
    const own = { ...this.rates.headersOf(request), 'retry-after': String(retryAfterSeconds) };
    this.#answerByHand(request, response, { status: 429, refusal, own });
    return true;
  }

  /** Whether a request was shed at once, by its target and whose key it brings. */
  #shedsEarly(request: IncomingMessage, response: ServerResponse, known: Caller | undefined): boolean {
    if (known === undefined || request.headers.authorization === undefined) return false;
    const url = request.url ?? '';
    const end = url.indexOf('?');
    const path = end < 0 ? url : url.slice(0, end);
    const requestClass = CLASS_OF_TARGET.get(`${request.method} ${path}`);
    if (requestClass === undefined || this.admission.admits(known.tenantId, requestClass)) return false;
    this.#answerByHand(request, response, { status: 503, refusal: SHED, own: { 'retry-after': retryAfter() } });
    return true;
  }

  #answerByHand(
    request: IncomingMessage,
    response: ServerResponse,
    { status, refusal, own }: { status: number; refusal: Refusal; own: Readonly<Record<string, string>> },
  ): void {
    const id = `req-${randomUUID()}`;
    const body = JSON.stringify(problemOf(refusal, `${(request.url ?? '').split('?', 1)[0]}#${id}`));
    const length = String(Buffer.byteLength(body));
    const ofAnswer = ['x-request-id', id, 'content-type', PROBLEM_JSON, 'content-length', length];
    response.writeHead(status, [...this.#headers, ...ofAnswer, ...Object.entries(own).flat()]);
    response.end(body);
    this.#letRest(request, response);
  }

  /** Lets a request in whose headers were read, or throws why not. */
  async enter(request: FastifyRequest, reply: FastifyReply, row: Route, authenticate: Authenticate): Promise<void> {
    const requestClass = requestClassOf(row);
    if (row.right === 'anyone') return;
    const caller = this.#callerOf(request.headers);
    const known = this.#callers.get(caller);
    try {
      if (known === undefined) await this.#enterAsStranger(request, reply, row, authenticate);
      else await authenticate(request, row);
    } catch (error) {
      // A key that is no longer good is a stranger's from now on.
      if (error instanceof RequestRefused && error.refusal.refused === 'Unauthenticated') this.#callers.delete(caller);
      throw error;
    }
    const tenantId = request.principal?.tenantId ?? (row.right === 'operator' ? OPERATOR : STRANGERS);
    if (tenantId !== STRANGERS) this.#countAsKnown(request, reply, { caller, known, tenantId });
    // What another site's page sends, or leads to, tries nothing: it must not use up the tries of a network.
    if (this.rates.limitsSignIn(row.operation) && !isFromElsewhere(request))
      this.#goOnUnless(this.rates.takeSignIn(request.raw), request, reply);
    if (requestClass !== null && !this.admission.admits(tenantId, requestClass)) throw this.#shed(request, reply);
    if (request.method !== 'GET') this.#countBody(request, reply, row, tenantId);
  }

  /** Counts a request that is worked on; what it answers must be called when it is done. */
  begin(request: FastifyRequest, row: Route): () => void {
    const tenantId = request.principal?.tenantId ?? (row.right === 'operator' ? OPERATOR : STRANGERS);
    // What takes long waits for its turn (turns.ts), and costs little meanwhile.
    const parts = row.takesLong ? 1 : partsOf(Number(request.headers['content-length'] ?? 0));
    return this.admission.begin(tenantId, parts);
  }

  /** A key that nobody has seen costs a look-up in the database, good or bad. */
  async #enterAsStranger(request: FastifyRequest, reply: FastifyReply, row: Route, authenticate: Authenticate): Promise<void> {
    if (!this.admission.admits(STRANGERS, 'management')) throw this.#shed(request, reply);
    const done = this.admission.begin(STRANGERS);
    try {
      await authenticate(request, row);
    } finally {
      done();
    }
  }

  #countAsKnown(
    request: FastifyRequest,
    reply: FastifyReply,
    { caller, known, tenantId }: { caller: string; known: Caller | undefined; tenantId: string },
  ): void {
    let bucket = known?.bucket ?? null;
    if (known?.tenantId !== tenantId) {
      // By the key's id: it may be there with several secrets and sessions.
      bucket = this.rates.bucketOfKey(request.principal?.id ?? OPERATOR);
      const { authorization, cookie } = request.headers;
      if ((authorization ?? cookie)!.length <= LONGEST_REMEMBERED) this.#callers.set(caller, { tenantId, bucket });
    }
    if (this.rates.isCountedAsStranger(request.raw))
      this.#goOnUnless(this.rates.becameKnown(request.raw, bucket), request, reply);
  }

  /** Tells the caller what its request was counted against, and throws where that was too much. */
  #goOnUnless(refusal: Refusal | null, request: FastifyRequest, reply: FastifyReply): void {
    const headers = this.rates.headersOf(request.raw);
    if (headers) reply.headers(headers);
    if (refusal === null) return;
    this.#letRest(request.raw, reply.raw);
    throw new RequestRefused(refusal);
  }

  #countBody(request: FastifyRequest, reply: FastifyReply, row: Route, tenantId: string): void {
    const announced = request.headers['content-length'];
    const bytes = announced === undefined ? bytesOfUnannounced(request, row) : Number(announced);
    if (!(bytes >= LEAST_COUNTED)) return;
    const own = this.#bodies.get(tenantId) ?? 0;
    if (own >= ROOM_FOR_BODIES - this.#bytes) {
      this.admission.shed[requestClassOf(row) ?? 'management'] += 1;
      throw this.#shed(request, reply);
    }
    this.#bytes += bytes;
    this.#bodies.set(tenantId, own + bytes);
    reply.raw.once('close', () => {
      this.#bytes -= bytes;
      const left = this.#bodies.get(tenantId)! - bytes;
      if (left === 0) this.#bodies.delete(tenantId);
      else this.#bodies.set(tenantId, left);
    });
  }

  #shed(request: FastifyRequest, reply: FastifyReply): RequestRefused {
    this.#letRest(request.raw, reply.raw);
    return new RequestRefused(SHED);
  }

  /** Who does not wait as he was told is read again later: else a flood of refusals would crowd out the others. */
  #letRest({ socket }: IncomingMessage, response: ServerResponse): void {
    const restMs = this.admission.restMs();
    if (restMs === 0) return;
    // Node reads on as soon as an answer was sent, so that is when it is to stop.
    response.once('finish', () => {
      setImmediate(() => {
        if (socket.destroyed || this.#closing) return;
        socket.pause();
        setTimeout(() => socket.resume(), restMs);
      });
    });
  }
}

/** Callers that were refused together are not to come back together. */
export function retryAfter(): '1' | '2' {
  return Math.random() < 0.5 ? '1' : '2';
}

/** In chunks it may be as long as the route takes; without a body there is neither length nor chunks. */
function bytesOfUnannounced(request: FastifyRequest, row: Route): number {
  return request.headers['transfer-encoding'] === undefined ? 0 : (row.bodyLimit ?? BODY_LIMIT);
}

/** One line in ten seconds at most: a line for each would be more work than the refusals. */
function tellOfShedding(admission: Admission, log: FastifyBaseLogger): (now: number) => void {
  let told = { ...admission.shed };
  let next = 0;
  return (now) => {
    if (now < next) return;
    const shed = Object.entries(admission.shed).map(([name, count]) => [name, count - told[name as RequestClass]] as const);
    if (shed.every(([, count]) => count === 0)) return;
    told = { ...admission.shed };
    next = now + SAY_EVERY_MS;
    log.warn(
      { shed: Object.fromEntries(shed), room: admission.room, underWay: admission.underWay },
      'requests were shed: more comes than can be done',
    );
  };
}
