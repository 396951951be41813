// Streams of server-sent events over HTTP. Each pulls: what its socket does not take is not asked for, so a slow reader costs one chunk.
// All of them end with the server, with their key, or when nobody reads.

import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { AnyInput, EventChunk, Route } from '../api/route.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';
import { type Principal, Unavailable } from '../store/store.ts';
import type { Authenticate } from './authentication.ts';
import { sendProblem } from './problem-answer.ts';
import { RequestRefused } from './request-refused.ts';

const MOST_OF_A_PROCESS = 1_000;
/** So that one tenant does not keep the others out. */
const MOST_OF_A_TENANT = 250;
/** Proxies cut what is silent, mostly after 30 or 60 s. */
const HEARTBEAT_MS = 15_000;
const LOOK_EVERY_MS = 2_000;
const STALLED_AFTER_MS = 60_000;
/** How long a client waits before it comes again, unless it knows better. */
const RETRY_MS = 1_000;

interface OpenStream {
  tenantId: string;
  request: FastifyRequest;
  reply: FastifyReply;
  row: Route;
  /** What who asked might see when it began: its filter was made for that. */
  might: string;
  ending: AbortController;
  /** Since when a chunk waits for its reader to take it; null: none does. */
  waitingSince: number | null;
}

export class EventStreams {
  readonly #open = new Set<OpenStream>();
  /** Throws where the request's key has no such right, or has lost it. */
  readonly #authenticate: Authenticate;
  #looking = false;
  #closing = false;

  constructor(app: FastifyInstance, authenticate: Authenticate) {
    this.#authenticate = authenticate;
    const timer = setInterval(() => void this.#look(), LOOK_EVERY_MS);
    timer.unref();
    app.addHook('preClose', (done) => {
      clearInterval(timer);
      this.#closing = true;
      for (const stream of this.#open) end(stream);
      done();
    });
  }

  /** Answers with the events of a row. */
  async answer(request: FastifyRequest, reply: FastifyReply, row: Route, input: AnyInput): Promise<FastifyReply> {
    const { tenantId } = input.tenant!;
    const full = this.#full(tenantId);
    if (full) return sendProblem(request, reply, full);
    const ending = new AbortController();
    const might = mightOf(input.principal!);
    const stream: OpenStream = { tenantId, request, reply, row, might, ending, waitingSince: null };
    this.#open.add(stream);
    const gone = () => {
      this.#open.delete(stream);
      ending.abort();
    };
    reply.raw.once('close', gone);
    if (reply.raw.destroyed) gone();
    const lastEventId = request.headers['last-event-id']?.toString();
    const outcome = await row.handle({ ...input, listening: { lastEventId, ended: ending.signal } });
    if (isRefusal(outcome)) return sendProblem(request, reply, outcome);
    reply.code(outcome.status).type('text/event-stream; charset=utf-8').header('x-accel-buffering', 'no');
    // A connection that waits for another request after its stream would keep the server from closing.
    reply.header('connection', 'close');
    // Who reads slowly is looked after here, not by slow-clients.ts.
    request.raw.socket.setTimeout(0);
    // What asks for the headers only is not listening.
    if (request.method === 'HEAD') return reply.send('');
    return reply.send(Readable.from(blocks(stream, outcome.events!)));
  }

  #full(tenantId: string): Refusal | null {
    if (this.#closing) return refuse('Unavailable', 'Bursar is stopping');
    if (this.#open.size >= MOST_OF_A_PROCESS)
      return refuse('Unavailable', `this server has ${MOST_OF_A_PROCESS} streams open and takes no more now`);
    let ofTenant = 0;
    for (const stream of this.#open) if (stream.tenantId === tenantId) ofTenant += 1;
    if (ofTenant < MOST_OF_A_TENANT) return null;
    return refuse('TooManyRequests', `this tenant has ${MOST_OF_A_TENANT} streams open; close one, or let listeners share one`);
  }

  /** Ends what is stalled, and what has lost its right. */
  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    for (const stream of [...this.#open]) {
      const stalled = stream.waitingSince !== null && performance.now() - stream.waitingSince > STALLED_AFTER_MS;
      if (stalled || !(await this.#hasRight(stream))) end(stream);
    }
    this.#looking = false;
  }

  /** A database that cannot be asked takes no right away. */
  async #hasRight({ request, row, might }: OpenStream): Promise<boolean> {
    try {
      await this.#authenticate(request, row);
      return mightOf(request.principal!) === might;
    } catch (error) {
      return !(error instanceof RequestRefused);
    }
  }
}

function mightOf({ role, userId, environmentIds, scopes }: Principal): string {
  return JSON.stringify([role, userId, environmentIds, scopes]);
}

/** The stream as text, as fast as it is taken. */
async function* blocks(stream: OpenStream, chunks: AsyncIterable<EventChunk>): AsyncGenerator<string, void> {
  const taken = async function* (text: string) {
    stream.waitingSince = performance.now();
    yield text;
    stream.waitingSince = null;
  };
  const iterator = chunks[Symbol.asyncIterator]();
  try {
    let id = '';
    yield* taken(`retry: ${RETRY_MS}\n`);
    for (let begun = false; ; begun = true) {
      const next = iterator.next();
      let result = await unlessSilent(next);
      for (; result === null; result = await unlessSilent(next)) yield* taken(idBlock(id));
      if (result.done) return;
      id = result.value.id;
      if (result.value.events.length > 0) yield* taken(result.value.events.map(block).join(''));
      else if (!begun) yield* taken(idBlock(id));
    }
  } catch (error) {
    // Its listener comes again with the last id.
    stream.request.log.warn(
      { err: error },
      error instanceof Unavailable ? 'a stream ends: the database cannot be asked' : 'a stream ends',
    );
  } finally {
    stream.ending.abort();
    await iterator.return?.().catch(() => {});
  }
}

/** What comes, or null where nothing does for as long as a proxy bears. */
async function unlessSilent<T>(next: Promise<T>): Promise<T | null> {
  const { promise: silence, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(resolve, HEARTBEAT_MS, null);
  try {
    return await Promise.race([next, silence]);
  } finally {
    clearTimeout(timer);
  }
}

/** In good order, but for a reader that takes nothing: what waits for it would keep the server. */
function end({ reply, ending, waitingSince }: OpenStream): void {
  ending.abort();
  if (waitingSince !== null) reply.raw.destroy();
}

/** The text of data that several streams send. */
const texts = new WeakMap<object, string>();

function block({ id, event, data }: EventChunk['events'][number]): string {
  const text = texts.get(data) ?? JSON.stringify(data);
  texts.set(data, text);
  return `id: ${id}\nevent: ${event}\ndata: ${text}\n\n`;
}

/** No event, but an id: it keeps the connection, and says how far the stream has come. */
function idBlock(id: string): string {
  return `: still here\nid: ${id}\n\n`;
}
