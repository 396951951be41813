// Clients that are slow, by accident or to hold what others need. Headers have a fixed time. A body may take as long as it needs while it
// comes at a rate that any line has: a file of an import over a slow one is no attack. An answer of which its reader takes nothing for
// a while is cut. Work of the server itself is never cut here, however long it takes. Streams of events look after themselves
// (event-stream.ts).

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface Patience {
  headersMs: number;
  /** What every body has, however long it is. */
  bodyMs: number;
  /** A body that comes at this rate has as long as it needs. */
  bodyBytesPerSecond: number;
  /** How long an answer may wait for its reader without any progress. */
  answerMs: number;
  lookEveryMs: number;
}

export const PATIENCE: Patience = {
  headersMs: 10_000,
  bodyMs: 30_000,
  bodyBytesPerSecond: 16 * 1024,
  answerMs: 60_000,
  lookEveryMs: 5_000,
};

/** For `createServer`. Node's own time for a whole request knows no progress, and is not used. */
export function patienceOptions({ headersMs, lookEveryMs }: Patience) {
  return { headersTimeout: headersMs, requestTimeout: 0, connectionsCheckingInterval: lookEveryMs };
}

const ANSWER = Symbol('the answer that is under way, or was last');

interface Watched extends Socket {
  [ANSWER]?: ServerResponse;
}

interface ComingBody {
  since: number;
  /** That the connection had read by then. */
  bytes: number;
}

export class SlowClients {
  readonly #patience: Patience;
  readonly #clock: () => number;
  readonly #sockets = new Set<Watched>();
  readonly #bodies = new WeakMap<IncomingMessage, ComingBody>();
  #server: Server | undefined;

  constructor(patience: Patience, clock: () => number = () => performance.now()) {
    this.#patience = patience;
    this.#clock = clock;
  }

  /** Follows a server for as long as it runs. */
  watch(server: Server, { connections }: { connections: 'connection' | 'secureConnection' }): void {
    this.#server = server;
    server.on(connections, (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.timeout = this.#patience.answerMs;
    server.on('timeout', endWhereStalled);
    const timer = setInterval(() => this.look(), this.#patience.lookEveryMs);
    timer.unref();
    server.once('close', () => clearInterval(timer));
  }

  /** To be called with each request: a note on its connection, because a list of requests would cost each of them more. */
  begins(response: ServerResponse): void {
    (response.req.socket as Watched)[ANSWER] = response;
  }

  /** Cuts bodies that are too slow. */
  look(): void {
    const now = this.#clock();
    for (const socket of this.#sockets) {
      const response = socket[ANSWER];
      if (response === undefined || response.req.complete) continue;
      const body = this.#bodies.get(response.req);
      if (body === undefined) this.#bodies.set(response.req, { since: now, bytes: socket.bytesRead });
      else if (now - body.since > this.#timeFor(socket.bytesRead - body.bytes)) this.#cut(socket, response);
    }
  }

  #timeFor(bytes: number): number {
    return this.#patience.bodyMs + (bytes * 1000) / this.#patience.bodyBytesPerSecond;
  }

  /** As Node does it where a request does not come to its end. */
  #cut(socket: Socket, response: ServerResponse): void {
    if (response.headersSent) socket.destroy();
    else this.#server!.emit('clientError', Object.assign(new Error('too slow'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket);
  }
}

/** Nothing went over this connection for a while, in either direction. */
function endWhereStalled(socket: Watched): void {
  const response = socket[ANSWER];
  const isAtWork = response !== undefined && !response.writableEnded && socket.writableLength === 0;
  if (!isAtWork) socket.destroy();
}
