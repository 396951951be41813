// The HTTP application: the routes of the API, the pages made from them, the admin centre, and how everything else is refused.

import { randomUUID } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import fastifyCookie from '@fastify/cookie';
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest, LogController } from 'fastify';
import type { Outward } from '../api/route.ts';
import type { Store } from '../store/store.ts';
import { Admission } from './admission.ts';
import { addApiRoutes } from './api-routes.ts';
import { authenticator } from './authentication.ts';
import type { BearerTokens } from './bearer-token.ts';
import { BODY_LIMIT, readBodies } from './body.ts';
import { trustedProxies } from './client-address.ts';
import { Gate } from './gate.ts';
import { logOptions } from './log.ts';
import { measure } from './metrics.ts';
import { addPages } from './pages.ts';
import { answerError, clientErrorAnswer } from './problem-answer.ts';
import { RateLimits, type Rates } from './rate-limit.ts';
import { RefusedActs } from './refused-acts.ts';
import { securityHeaders } from './security-headers.ts';
import { closeSilentConnections } from './silent-connections.ts';
import { PATIENCE, type Patience, patienceOptions, SlowClients } from './slow-clients.ts';
import type { Tls } from './tls.ts';
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
  /** Judges tokens of OpenID providers; without it only keys and sessions are taken. */
  tokens?: BearerTokens;
  /** The folder of the built page, served at `/`. */
  webRoot?: string;
  admission?: Admission;
  /** Without them nobody is limited by rate. */
  rates?: Rates;
  /** Addresses and ranges of proxies that are believed what they say in X-Forwarded-For; default: none. */
  trustedProxies?: readonly string[];
  /** Without it the server speaks plain HTTP. */
  tls?: Tls;
  /** Whether people reach it over TLS that something before it speaks. */
  behindTls?: boolean;
  patience?: Patience;
  tracing?: Tracing;
}

const NO_RATES: Rates = { perKey: 0, perAddress: 0 };
const KEEP_ALIVE_TIMEOUT_MS = 72_000;
/** An id of 128 characters, each percent-encoded. */
const MOST_OF_A_PATH_PARAMETER = 128 * 3;

export async function buildServer(options: ServerOptions): Promise<FastifyInstance> {
  const overTls = options.tls !== undefined || options.behindTls === true;
  const headers = securityHeaders({ overTls });
  const isTrusted = trustedProxies(options.trustedProxies ?? []);
  const gate = new Gate({
    admission: options.admission ?? new Admission(),
    rates: new RateLimits(options.rates ?? NO_RATES, isTrusted),
    figures: options.store.figures,
    headers,
  });
  const slowClients = new SlowClients(options.patience ?? PATIENCE);
  const setHeaders = (request: FastifyRequest, reply: FastifyReply) => {
    reply.headers(headers);
    reply.header('x-request-id', request.id);
    const ofRate = gate.rates.headersOf(request.raw);
    if (ofRate) reply.headers(ofRate);
  };
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
    serverFactory: (handle) =>
      serverOf(options, (request, response) => {
        slowClients.begins(response);
        gate.receive(request, response, () => handle(request, response));
      }),
    ...(isTrusted ? { trustProxy: isTrusted } : {}),
    // What was accepted is finished while closing, not answered with a 503 of another shape.
    return503OnClosing: false,
    routerOptions: { maxParamLength: MOST_OF_A_PATH_PARAMETER },
    // Hooks do not run for paths that cannot be read.
    frameworkErrors: (error, request, reply) => {
      setHeaders(request, reply);
      answerError(error, request, reply);
    },
    clientErrorHandler: clientErrorAnswer(headers),
  });
  app.decorateRequest('principal', null);
  app.decorateRequest('asking', null);
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
  slowClients.watch(app.server, { connections: options.tls ? 'secureConnection' : 'connection' });
  gate.watch(app);
  app.setErrorHandler(answerError);
  readBodies(app);
  // Without its hook: only requests without a key are looked at for a cookie.
  await app.register(fastifyCookie, { hook: false });
  options.tracing?.follow(app, options.store.figures);
  const measured = measure(app, { figures: options.store.figures, gate });
  const refusedActs = new RefusedActs(options.store, (error) => app.log.error(error, 'a refused act could not be recorded'));
  const refusedActsEnd = refusedActs.watch();
  app.addHook('onClose', refusedActsEnd);
  addApiRoutes(app, {
    store: options.store,
    refusedActs,
    authenticate: authenticator(options.store, options.operatorKeyHash, options.tokens),
    outward: options.outward ?? { mail: false, privateAddresses: false },
    gate,
    overTls,
  });
  addPages(app, { measured, operatorKeyHash: options.operatorKeyHash });
  if (options.webRoot === undefined) app.get('/', (_request, reply) => reply.redirect('/docs'));
  else await addWebPage(app, options.webRoot);
  addUnknownPaths(app, { hasWebPage: options.webRoot !== undefined });
  await app.ready();
  return app;
}

function serverOf({ tls, patience = PATIENCE }: ServerOptions, handle: RequestListener): Server {
  const settings = { ...patienceOptions(patience), keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS };
  if (tls === undefined) return createServer(settings, handle);
  const server = createTlsServer({ ...tls.options, ...settings, handshakeTimeout: patience.headersMs }, handle);
  tls.follow(server);
  return server;
}
