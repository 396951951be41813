// Traces for OpenTelemetry, where an endpoint is set: a span for each request, below it what its commands waited for (queue, decide, save).
// Loaded only then (serve.ts), so that nobody else pays for it. A trace that the caller began (W3C traceparent) is continued; whether it is
// sampled is the caller's to say, and for others OTEL_TRACES_SAMPLER_ARG's (a share from 0 to 1; all without it).

import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, type TextMapGetter, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, ParentBasedSampler, TraceIdRatioBasedSampler, TracerProvider } from '@opentelemetry/sdk-trace';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CommandTiming } from '../store/engine-observer.ts';
import type { StoreFigures } from '../store/figures.ts';

/** A batch has up to 1,000 actions, which mostly share their transaction. */
const MOST_COMMANDS_OF_A_REQUEST = 10;
const MOST_WAITING_SPANS = 4_096;

export interface Tracing {
  /** Makes spans of the requests of a server from now on. */
  follow(app: FastifyInstance, figures: StoreFigures): void;
  /** Sends what is waiting. */
  stop(): Promise<void>;
}

interface Traced {
  span: Span;
  context: Context;
  commands: number;
}

export interface TracingOptions {
  /** Where OTLP over HTTP is taken, such as http://127.0.0.1:4318. */
  endpoint: string;
  serviceName?: string;
  /** Of the traces that begin here; 0 to 1. */
  share?: number;
}

const headerGetter: TextMapGetter<FastifyRequest['headers']> = {
  keys: (carrier) => Object.keys(carrier),
  get: (carrier, key) => carrier[key],
};

/** The time of `performance.now()` as a moment. */
const momentOf = (at: number) => performance.timeOrigin + at;

export function startTracing({ endpoint, serviceName = 'bursar', share = 1 }: TracingOptions): Tracing {
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces` });
  const provider = new TracerProvider({
    resource: resourceFromAttributes({ 'service.name': serviceName }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter, maxQueueSize: MOST_WAITING_SPANS })],
  });
  const tracer = provider.getTracer('bursar');
  const propagator = new W3CTraceContextPropagator();
  const requests = new WeakMap<FastifyRequest, Traced>();
  const current = new AsyncLocalStorage<Traced>();

  function part(traced: Traced, name: string, from: number, to: number): void {
    tracer.startSpan(name, { startTime: momentOf(from) }, traced.context).end(momentOf(to));
  }

  function follow(app: FastifyInstance, figures: StoreFigures): void {
    app.addHook('onRequest', (request, _reply, done) => {
      const caller = propagator.extract(ROOT_CONTEXT, request.headers, headerGetter);
      const route = request.routeOptions.url ?? 'none';
      const attributes = { 'http.request.method': request.method, 'http.route': route, 'bursar.request_id': request.id };
      const span = tracer.startSpan(`${request.method} ${route}`, { kind: SpanKind.SERVER, attributes }, caller);
      requests.set(request, { span, context: trace.setSpan(caller, span), commands: 0 });
      done();
    });
    // Not sooner: what reads a body does so in the context of its connection.
    app.addHook('preHandler', (request, _reply, done) => {
      const traced = requests.get(request);
      if (traced?.span.isRecording()) current.run(traced, done);
      else done();
    });
    app.addHook('onResponse', (request, reply, done) => {
      const span = requests.get(request)?.span;
      span?.setAttribute('http.response.status_code', reply.statusCode);
      if (request.principal) span?.setAttribute('bursar.tenant', request.principal.tenantId);
      if (reply.statusCode >= 500) span?.setStatus({ code: SpanStatusCode.ERROR });
      span?.end();
      done();
    });
    app.addHook('onRequestAbort', (request, done) => {
      requests.get(request)?.span.end();
      done();
    });
    figures.observe({
      follow() {
        const traced = current.getStore();
        if (!traced || traced.commands >= MOST_COMMANDS_OF_A_REQUEST) return undefined;
        traced.commands += 1;
        return ({ submittedAt, takenAt, decidedAt, savedAt }: CommandTiming) => {
          part(traced, 'queue', submittedAt, takenAt);
          part(traced, 'decide', takenAt, decidedAt);
          part(traced, 'save', decidedAt, savedAt);
        };
      },
    });
  }

  return { follow, stop: () => provider.shutdown() };
}
