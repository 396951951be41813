// Traces as a collector receives them: a small one of our own that takes OTLP as JSON over HTTP.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { hashKey, newOperatorKey } from '../src/api/key-secret.ts';
import { buildServer } from '../src/server/app.ts';
import { readServeSettings } from '../src/server/serve-settings.ts';
import { startTracing, type Tracing } from '../src/server/tracing.ts';
import { openStore } from '../src/store/open-store.ts';
import { aDatabase } from './support/a-database.ts';
import { ACTION, call } from './support/call.ts';

interface ReceivedSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string; intValue?: number | string } }[];
}

const received: ReceivedSpan[] = [];
const paths: string[] = [];
const closing: (() => Promise<unknown>)[] = [];
let url: string;
let tenant: { id: string; adminKey: string };
let tracing: Tracing;

async function startCollector(): Promise<Server> {
  const collector = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    paths.push(`${request.method} ${request.url}`);
    const { resourceSpans } = JSON.parse(Buffer.concat(parts).toString('utf8'));
    for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) received.push(...spans);
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise<void>((resolve) => collector.listen(0, '127.0.0.1', resolve));
  return collector;
}

beforeAll(async () => {
  const collector = await startCollector();
  const endpoint = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
  const database = await aDatabase();
  const store = await openStore({ url: database.url });
  const { tracing: settings } = readServeSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint });
  tracing = startTracing(settings!);
  const operatorKey = newOperatorKey();
  const server = await buildServer({ store, operatorKeyHash: hashKey(operatorKey), logLevel: 'silent', tracing });
  url = await server.listen({ host: '127.0.0.1', port: 0 });
  closing.push(
    () => server.close(),
    () => store.close(),
    () => database.drop(),
    async () => collector.close(),
  );
  tenant = (await call(url, 'POST /v1/tenants', { key: operatorKey, body: { name: 'Contoso' } })).body;
  const { adminKey: key } = tenant;
  await call(url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales', type: 'production' } });
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await call(url, 'POST /v1/consumptions', { key, body: ACTION, headers: { traceparent } });
  const unsampled = '00-1af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
  await call(url, 'POST /v1/consumptions', { key, body: ACTION, headers: { traceparent: unsampled } });
  await call(url, 'POST /v1/consumptions/batch', { key, body: { actions: Array.from({ length: 40 }, () => ACTION) } });
  await tracing.stop();
});
afterAll(async () => {
  for (const close of closing) await close();
});

const attribute = (span: ReceivedSpan, key: string) => {
  const value = span.attributes.find((each) => each.key === key)?.value;
  return value?.stringValue ?? (value?.intValue === undefined ? undefined : Number(value.intValue));
};

it('a request continues the trace of its caller, and says what it was', () => {
  expect(new Set(paths)).toEqual(new Set(['POST /v1/traces']));
  const request = received.find(
    (span) => span.traceId === '0af7651916cd43dd8448eb211c80319c' && span.parentSpanId === 'b7ad6b7169203331',
  )!;
  expect(request.name).toBe('POST /v1/consumptions');
  expect(attribute(request, 'http.route')).toBe('/v1/consumptions');
  expect(attribute(request, 'http.response.status_code')).toBe(402);
  expect(attribute(request, 'bursar.tenant')).toBe(tenant.id);
  expect(attribute(request, 'bursar.request_id')).toMatch(/^req-/);
});

it('below it are queue, decide and save, one after the other, within it', () => {
  const request = received.find((span) => span.parentSpanId === 'b7ad6b7169203331')!;
  const parts = received.filter((span) => span.parentSpanId === request.spanId);
  expect(parts.map((span) => span.name)).toEqual(['queue', 'decide', 'save']);
  const ends = parts.map((span) => BigInt(span.endTimeUnixNano));
  const begins = parts.map((span) => BigInt(span.startTimeUnixNano));
  expect(begins.slice(1)).toEqual(ends.slice(0, 2));
  for (const span of parts) expect(BigInt(span.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(span.startTimeUnixNano));
});

it('a caller that does not sample is obeyed', () => {
  expect(received.filter((span) => span.traceId.startsWith('1af76519'))).toEqual([]);
});

it('of a batch the first ten commands have spans of their own', () => {
  const request = received.find((span) => span.name === 'POST /v1/consumptions/batch')!;
  expect(received.filter((span) => span.parentSpanId === request.spanId && span.name === 'save').length).toBe(10);
});

it('without an endpoint there are no traces, and a wrong one is told', () => {
  expect(readServeSettings({}).tracing).toBeNull();
  expect(() => readServeSettings({ OTEL_EXPORTER_OTLP_ENDPOINT: 'collector' })).toThrow(/OTEL_EXPORTER_OTLP_ENDPOINT/);
  expect(() => readServeSettings({ OTEL_TRACES_SAMPLER_ARG: '2' })).toThrow(/from 0 to 1/);
});
