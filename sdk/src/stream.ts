// The stream of what happens, over fetch: server-sent events, read as they are wanted. It goes on by itself after a lost connection,
// with the id of the last event, so that nothing is lost or repeated.

import { asProblem, BursarError, errorOfProblem } from './bursar-error.ts';
import type { Input } from './call.ts';
import { backoffMs, type Connection, wait } from './connection.ts';
import type { StreamEvent } from './openapi.ts';

/** The filters are for activity: `{ environmentId: 'sales', status: 'refused' }`. */
export type StreamOptions = Exclude<Input<'openStream'>['query'], undefined> & { signal?: AbortSignal | undefined };

/** Bursar says something every 15 s; a connection that is silent for longer is dead. */
const DEAD_AFTER_MS = 45_000;

/**
 * `for await (const { event, data } of streamOf(connection))`. Begins with what happens now, or after the id `after`. Throws `BursarError`
 * where it is refused, or where its first connection cannot be made; once it was connected it tries for ever. Ends with its `signal`,
 * by throwing its reason, or when the loop is left.
 */
export async function* streamOf(
  connection: Connection,
  { after, signal, ...filter }: StreamOptions = {},
): AsyncGenerator<StreamEvent, void> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filter)) if (value !== undefined) query.set(name, String(value));
  const path = query.size === 0 ? '/v1/stream' : `/v1/stream?${query}`;
  let lastEventId = after;
  let wasConnected = false;
  for (let failures = 0; ; failures += 1) {
    const silence = new Silence(signal);
    let retryAfterMs = 0;
    try {
      const headers = lastEventId === undefined ? {} : { 'last-event-id': lastEventId };
      const answer = await connection.open(path, headers, silence.signal);
      if (answer.status === 200 && answer.body) {
        wasConnected = true;
        for await (const block of blocksOf(answer.body, silence)) {
          failures = 0;
          const { id, event } = read(block);
          if (id !== undefined) lastEventId = id;
          if (event) yield event;
        }
      } else {
        const error = errorOfProblem(asProblem(answer.status, await bodyOf(answer)));
        const isBusy = answer.status === 429 || answer.status >= 500;
        if (!isBusy || (!wasConnected && failures >= connection.retries)) throw error;
        retryAfterMs = Number(answer.headers.get('retry-after') ?? 0) * 1000 || 0;
      }
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (error instanceof BursarError) throw error;
      if (!wasConnected && failures >= connection.retries) throw unreachable(error);
    } finally {
      // Also where the loop was left: nobody listens any more.
      silence.end();
    }
    await wait(Math.max(retryAfterMs, backoffMs(failures)), signal);
  }
}

/** Ends a connection that says nothing any more. */
class Silence {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(outer: AbortSignal | undefined) {
    this.#outer = outer;
    outer?.addEventListener('abort', this.end, { once: true });
    if (outer?.aborted) this.end();
    else this.broken();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  broken(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.end, DEAD_AFTER_MS);
  }

  /** While the reader works on an event, nothing is read, and nothing is dead. */
  borne(): void {
    clearTimeout(this.#timer);
  }

  end = (): void => {
    clearTimeout(this.#timer);
    this.#outer?.removeEventListener('abort', this.end);
    this.#controller.abort();
  };
}

async function* blocksOf(body: ReadableStream<Uint8Array>, silence: Silence): AsyncGenerator<string, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    silence.broken();
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? '';
    silence.borne();
    yield* blocks;
  }
}

function read(block: string): { id?: string; event?: StreamEvent } {
  const fields = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name !== undefined && value !== undefined) fields.set(name, value);
  }
  const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
  if (id === undefined) return {};
  return event === undefined || data === undefined ? { id } : { id, event: { id, event, data: JSON.parse(data) } as StreamEvent };
}

async function bodyOf(answer: Response): Promise<unknown> {
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function unreachable(error: unknown): BursarError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new BursarError({ code: 'Unreachable', status: 0, detail: `the stream cannot be opened: ${cause}` }, { cause: error });
}
