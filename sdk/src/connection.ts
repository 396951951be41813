// One request over fetch, repeated until it is answered or patience ends. Repeated is only what has one effect however often it
// arrives: reads, replacements, and writes with an idempotency key (D12), which is the same in every attempt. Waits grow
// (full jitter), obey Retry-After, and are bounded.

import { asProblem, BursarError, errorOfProblem } from './bursar-error.ts';

export interface ConnectionOptions {
  /** Where Bursar serves, such as `http://127.0.0.1:4600`. */
  url: string;
  /** A key of the tenant (or the operator's, for tenants). */
  key: string;
  /** Default: the global one. */
  fetch?: typeof globalThis.fetch;
  /** How often a request is repeated after a 429, a 503 or a lost answer. Default 5. */
  retries?: number;
  /** How long one attempt may take, its answer included. Default 30,000. */
  timeoutMs?: number;
}

export interface Sending {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query. */
  path: string;
  /** Sent as JSON; a text is sent as it is, as CSV. */
  body?: unknown;
  /** Sent as the header Idempotency-Key. */
  idempotencyKey?: string | undefined;
  /** Whether it may be repeated after its answer was lost. Default: everything but a POST without a key. */
  repeatable?: boolean;
  signal?: AbortSignal | undefined;
}

export interface Received {
  status: number;
  body: unknown;
  /** An earlier request with the same key had the effect, and this is its answer. */
  replayed: boolean;
}

export interface Connection {
  /** Answers whatever is not 2xx as well; throws `BursarError` only where no answer came. */
  send(sending: Sending): Promise<Received>;
  /** Opens an answer that goes on, once, without a limit of time; whatever its status. */
  open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response>;
  retries: number;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5000;
/** A Retry-After beyond this is not waited for: the caller is told instead. */
const LONGEST_RETRY_AFTER_MS = 60_000;

export function connect(options: ConnectionOptions): Connection {
  const base = baseUrl(options.url);
  if (!options.key) throw new TypeError('a key is needed: new Bursar({ url, key }); POST /v1/keys makes keys');
  const retries = options.retries ?? 5;
  const timeoutMs = options.timeoutMs ?? 30_000;
  const fetching = options.fetch ?? globalThis.fetch.bind(globalThis);

  async function attempt(sending: Sending): Promise<Received & { retryAfterMs: number | null }> {
    const aborting = new AbortController();
    const timer = setTimeout(
      () => aborting.abort(new DOMException(`no answer within ${timeoutMs} ms`, 'TimeoutError')),
      timeoutMs,
    );
    const giveUp = () => aborting.abort(sending.signal?.reason);
    sending.signal?.addEventListener('abort', giveUp, { once: true });
    try {
      sending.signal?.throwIfAborted();
      const answer = await fetching(base + sending.path, {
        method: sending.method,
        headers: {
          authorization: `Bearer ${options.key}`,
          accept: 'application/json',
          ...(sending.body === undefined
            ? {}
            : { 'content-type': typeof sending.body === 'string' ? 'text/csv; charset=utf-8' : 'application/json' }),
          ...(sending.idempotencyKey === undefined ? {} : { 'idempotency-key': sending.idempotencyKey }),
        },
        ...(sending.body === undefined
          ? {}
          : { body: typeof sending.body === 'string' ? sending.body : JSON.stringify(sending.body) }),
        signal: aborting.signal,
      });
      const text = await answer.text();
      return {
        status: answer.status,
        body: parsed(text, answer.headers.get('content-type')),
        replayed: answer.headers.get('idempotency-replayed') === 'true',
        retryAfterMs: retryAfterMs(answer.headers.get('retry-after')),
      };
    } finally {
      clearTimeout(timer);
      sending.signal?.removeEventListener('abort', giveUp);
    }
  }

  async function send(sending: Sending): Promise<Received> {
    const repeatable = sending.repeatable ?? (sending.method !== 'POST' || sending.idempotencyKey !== undefined);
    let answerWasLost = false;
    for (let round = 0; ; round++) {
      const last = round >= retries;
      try {
        const received = await attempt(sending);
        const busy = received.status === 429 || (received.status === 503 && repeatable);
        // What a lost attempt deleted is not found any more.
        if (sending.method === 'DELETE' && received.status === 404 && answerWasLost)
          return { ...received, status: 204, body: undefined };
        if (!busy || last || (received.retryAfterMs ?? 0) > LONGEST_RETRY_AFTER_MS) return received;
        if (received.status === 503) answerWasLost = true;
        await wait(Math.max(received.retryAfterMs ?? 0, backoffMs(round)), sending.signal);
      } catch (error) {
        if (sending.signal?.aborted) throw sending.signal.reason;
        if (!repeatable || last) throw unanswered(error, base, timeoutMs, sending, round + 1);
        answerWasLost = true;
        await wait(backoffMs(round), sending.signal);
      }
    }
  }

  function open(path: string, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const accept = 'text/event-stream, application/problem+json';
    return fetching(base + path, { headers: { authorization: `Bearer ${options.key}`, accept, ...headers }, signal });
  }

  return { send, open, retries };
}

/** The body of a 2xx answer; throws `BursarError` for every other. */
export function bodyOf(received: Received): unknown {
  if (received.status >= 200 && received.status < 300) return received.body;
  throw errorOfProblem(asProblem(received.status, received.body));
}

/** A new idempotency key. */
export function newIdempotencyKey(): string {
  const { crypto } = globalThis;
  if (typeof crypto?.randomUUID === 'function') return crypto.randomUUID();
  // Node 18, and pages that were not served over TLS: still 128 bits that nobody else has.
  const words =
    typeof crypto?.getRandomValues === 'function'
      ? crypto.getRandomValues(new Uint32Array(4))
      : Array.from({ length: 4 }, randomWord);
  return Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
}

function randomWord(): number {
  return Math.floor(Math.random() * 2 ** 32);
}

function baseUrl(url: string): string {
  let parsedUrl: URL;
  try {
    parsedUrl = new URL(url);
  } catch {
    throw new TypeError(`${JSON.stringify(url)} is no URL; give one such as http://127.0.0.1:4600`);
  }
  return parsedUrl.origin + parsedUrl.pathname.replace(/\/+$/, '');
}

function parsed(text: string, contentType: string | null): unknown {
  if (text === '') return undefined;
  if (!/\bjson\b/.test(contentType ?? '')) return text;
  return JSON.parse(text);
}

function retryAfterMs(header: string | null): number | null {
  if (header === null) return null;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isNaN(ms) ? null : Math.max(0, ms);
}

export function backoffMs(round: number): number {
  return Math.random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** round);
}

export function wait(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const giveUp = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', giveUp);
      resolve();
    }, ms);
    signal?.addEventListener('abort', giveUp, { once: true });
  });
}

function unanswered(error: unknown, base: string, timeoutMs: number, sending: Sending, attempts: number): BursarError {
  const timedOut = error instanceof Error && error.name === 'TimeoutError';
  const cause =
    error instanceof Error && error.cause instanceof Error ? error.cause.message || String(error.cause) : String(error);
  const what = `${sending.method} ${base}${sending.path}`;
  const times = attempts > 1 ? ` (${attempts} attempts)` : '';
  return new BursarError(
    {
      code: timedOut ? 'TimedOut' : 'Unreachable',
      status: 0,
      detail: timedOut ? `no answer to ${what} within ${timeoutMs} ms${times}` : `no answer to ${what}: ${cause}${times}`,
      outcomeUnknown: sending.method !== 'GET',
    },
    { cause: error },
  );
}
