// The HTTP application: the routes of the API, the pages made from them, the admin centre, and how everything else is refused.

import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import fastifyCookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Outward } from '../api/route.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission.ts';
import { addApiRoutes } from './api-routes.ts';
import { authenticator } from './authentication.ts';
import { BODY_LIMIT, readBodies } from './body.ts';
import { Gate } from './gate.ts';
import { logOptions } from './log.ts';
import { measure } from './metrics.ts';
import { addPages } from './pages.ts';
import { answerClientError, answerError } from './problem-answer.ts';
import { closeSilentConnections } from './silent-connections.ts';
import type { Tracing } from './tracing.ts';
import { addUnknownPaths } from './unknown-path.ts';
import { addWebPage } from './web-page.ts';

export interface ServerOptions {
  store: Store;
  operatorKeyHash: Buffer;
  logLevel: string;
  /** Of this installation: kept out of the log. */
  secrets?: readonly string[];
  /** Default: the standard error. */
  logStream?: { write(line: string): void };
  /** Without it nothing is mailed, and webhooks lead to the public internet only. */
  outward?: Outward;
  /** The folder of the built page, served at `/`. */
  webRoot?: string;
  admission?: Admission;
  tracing?: Tracing;
}

const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** An id of 128 characters, each percent-encoded. */
const MOST_OF_A_PATH_PARAMETER = 128 * 3;

/** No scripts or styles in line, none from elsewhere, no framing. */
const SECURITY_HEADERS = {
  'content-security-policy':
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const gate = new Gate(options.admission ?? new Admission(), options.store.figures, SECURITY_HEADERS);
  const app = Fastify({
    logger:
      options.logLevel === 'silent'
        ? false
        : {
            ...logOptions({ level: options.logLevel, secrets: options.secrets ?? [] }),
            stream: options.logStream ?? process.stderr,
          },
    // One line a request would cost more than the request; metrics count them, faults are logged.
    logController: new LogController({ disableRequestLogging: true }),
    // No number in it: one tenant must not count the requests of the others.
    genReqId: () => `req-${randomUUID()}`,
    bodyLimit: BODY_LIMIT,
    serverFactory: (handle) => {
      const server = createServer((request, response) => {
        if (!gate.shedsEarly(request, response)) gate.inTurn(request, () => handle(request, response));
      });
      server.requestTimeout = REQUEST_TIMEOUT_MS;
      server.keepAliveTimeout = KEEP_ALIVE_TIMEOUT_MS;
      return server;
    },
    // What was accepted is finished while closing, not answered with a 503 of another shape.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MOST_OF_A_PATH_PARAMETER },
    // Hooks do not run for paths that cannot be read.
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      answerError(error, request, reply);
    },
    clientErrorHandler: answerClientError,
  });
  app.decorateRequest('principal', null);
  let closing = false;
  app.addHook('preClose', (done) => {
    closing = true;
    done();
  });
  app.addHook('onRequest', (request, reply, done) => {
    setHeaders(request, reply);
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // A busy client that keeps its connection would keep the server from closing.
    if (closing) reply.header('connection', 'close');
    done();
  });
  closeSilentConnections(app);
  gate.watch(app);
  app.setErrorHandler(answerError);
  readBodies(app);
  // Without its hook: only requests without a key are looked at for a cookie.
  await app.register(fastifyCookie, { hook: false });
  options.tracing?.follow(app, options.store.figures);
  const registry = measure(app, { figures: options.store.figures, gate });
  addApiRoutes(app, {
    store: options.store,
    authenticate: authenticator(options.store, options.operatorKeyHash),
    outward: options.outward ?? { mail: false, privateAddresses: false },
    gate,
  });
  addPages(app, registry);
  if (options.webRoot === undefined) app.get('/', (_request, reply) => reply.redirect('/docs'));
  else await addWebPage(app, options.webRoot);
  addUnknownPaths(app, { hasWebPage: options.webRoot !== undefined });
  await app.ready();
  return app;
}

function setHeaders(request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(SECURITY_HEADERS);
  reply.header('x-request-id', request.id);
}
