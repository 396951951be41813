// Requests made from our own OpenAPI document: what it says is valid, with ids that exist and ids that do not, and the same broken in one
// place or several. A seed makes the same requests again.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { IDS, JSON_OF_ANY_KIND, NO_JSON, NUMBERS, TEXTS, TIMES } from './corpora.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  format?: string;
  pattern?: string;
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  items?: Schema;
  minItems?: number;
  maxItems?: number;
  properties?: Record<string, Schema>;
  required?: string[];
}

interface Parameter {
  name: string;
  in: 'path' | 'query' | 'header';
  required?: boolean;
  schema: Schema;
}

interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** How a request was made: as the document says, broken in its content, or no JSON at all. */
export type Kind = 'valid' | 'broken' | 'no-json';

export interface MadeRequest {
  operation: string;
  kind: Kind;
  method: string;
  /** Encoded, with the query. */
  path: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer> | null;
}

const DOCUMENT: OpenApi = JSON.parse(readFileSync(new URL('../../openapi.json', import.meta.url), 'utf8'));

/** A stream does not end by itself; a test of a webhook calls what the document calls an example. */
const NEVER = new Set(['openStream', 'testWebhook', 'replayDelivery']);
/** What a server is asked most. */
const OFTEN = new Set(['consumeAction', 'consumeBatch', 'createHold', 'captureHold', 'checkAction', 'changeAllocations']);
/** They read much, or write a file: seldom. */
const SELDOM = new Set(['compareViews', 'createReport', 'importFile', 'moveClock', 'createTenant', 'listTenants', 'compute']);

/** What exists on the server, by the name under which it is asked for. */
export type Known = Readonly<Record<string, readonly string[]>>;

interface Made {
  operation: string;
  method: string;
  template: string;
  path: Record<string, string>;
  query: Record<string, string>;
  headers: Record<string, string>;
  body: unknown;
  mediaType: string | null;
}

/** All requests of a seed: half of them broken. */
export function requestsOf(known: Known): fc.Arbitrary<MadeRequest> {
  const operations = Object.entries(DOCUMENT.paths).flatMap(([template, methods]) =>
    Object.entries(methods)
      .filter(([, { operationId }]) => !NEVER.has(operationId))
      .map(([method, operation]) => ({
        weight: SELDOM.has(operation.operationId) ? 1 : OFTEN.has(operation.operationId) ? 80 : 20,
        arbitrary: validRequest(method.toUpperCase(), template, operation, known),
      })),
  );
  const valid = fc.oneof(...operations);
  return fc.oneof(
    { weight: 3, arbitrary: valid.map((made) => sent(made, 'valid')) },
    { weight: 5, arbitrary: fc.tuple(valid, fc.array(fc.nat(), { minLength: 4, maxLength: 12 })).map(broken) },
    { weight: 1, arbitrary: fc.tuple(valid, fc.constantFrom(...NO_JSON)).map(([made, text]) => withBody(made, text, 'no-json')) },
    {
      weight: 1,
      arbitrary: fc.tuple(valid, fc.constantFrom(...JSON_OF_ANY_KIND)).map(([made, text]) => withBody(made, text, 'broken')),
    },
  );
}

function validRequest(method: string, template: string, operation: Operation, known: Known): fc.Arbitrary<Made> {
  const parameters = (operation.parameters ?? []).map((each) => ({ ...each, schema: resolve(each.schema) }));
  const some = (place: Parameter['in']) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((each) => each.in === place)
          .map((each) => [each.name, arbitraryOf(each.schema, each.name, known, 0).map(plain)]),
      ),
      { requiredKeys: parameters.filter((each) => each.in === place && each.required).map(({ name }) => name) },
    ) as fc.Arbitrary<Record<string, string>>;
  const [mediaType, content] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [null, null];
  const body =
    content === null
      ? fc.constant(undefined)
      : mediaType === 'text/csv'
        ? csv
        : arbitraryOf(resolve(content.schema), '', known, 0);
  return fc.record({
    operation: fc.constant(operation.operationId),
    method: fc.constant(method),
    template: fc.constant(template),
    path: some('path'),
    query: some('query'),
    headers: some('header'),
    body,
    mediaType: fc.constant(mediaType),
  });
}

const csv = fc.oneof(
  fc.constantFrom('', 'a,b\n1,2\n', '﻿Date,User\r\n"2026-01-01","a""b"\r\nragged\n', '"open', `${'x,'.repeat(3_000)}\n`),
  fc
    .array(
      fc.array(fc.constantFrom('1', '', '"a,b"', '=1+1', '2026-01-01', 'é'), { maxLength: 12 }).map((row) => row.join(',')),
      {
        maxLength: 40,
      },
    )
    .map((rows) => rows.join('\n')),
);

function plain(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function resolve(schema: Schema): Schema {
  if (!schema.$ref) return schema;
  const found = DOCUMENT.components.schemas[schema.$ref.split('/').at(-1)!];
  if (!found) throw new Error(`the document has no ${schema.$ref}`);
  return resolve(found);
}

const MOST_DEPTH = 6;
const MOST_ITEMS = 3;

function arbitraryOf(given: Schema, name: string, known: Known, depth: number): fc.Arbitrary<unknown> {
  const schema = resolve(given);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((each) => arbitraryOf(each, name, known, depth + 1)));
  const types = [schema.type ?? 'string'].flat();
  return fc.oneof(...types.map((type) => valueOfType(type, schema, name, known, depth)));
}

function valueOfType(type: string, schema: Schema, name: string, known: Known, depth: number): fc.Arbitrary<unknown> {
  switch (type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
    case 'number': {
      const { minimum = 0, maximum = 1_000_000 } = schema;
      return fc.oneof(fc.constantFrom(minimum, maximum), fc.integer({ min: minimum, max: Math.min(maximum, minimum + 50) }));
    }
    case 'array':
      return fc.array(arbitraryOf(schema.items ?? {}, name, known, depth + 1), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS)),
      });
    case 'object': {
      const properties = depth > MOST_DEPTH ? [] : Object.entries(schema.properties ?? {});
      return fc
        .record(Object.fromEntries(properties.map(([key, each]) => [key, arbitraryOf(each, key, known, depth + 1)])), {
          requiredKeys: schema.required ?? [],
          noNullPrototype: true,
        })
        .chain((value) => fc.boolean().map((asMeant) => (asMeant ? withUsageOfCapability(value) : value)));
    }
    default:
      return textOf(schema, name, known);
  }
}

/** What the document cannot say: a capability is used in its own unit. */
const USAGE: Readonly<Record<string, object>> = {
  'generative-answer': { responses: 1 },
  'classic-answer': { responses: 3 },
  'receipt-processing': { pages: 2 },
  'text-recognition': { pages: 1 },
  'agent-action': { actions: 1 },
  prompt: { inputTokens: 1_000, outputTokens: 500 },
};

function withUsageOfCapability(value: Record<string, unknown>): unknown {
  const capability = String(value.capability);
  // A name that is made at random may be one that every object has, such as toString.
  const usage = Object.hasOwn(USAGE, capability) ? USAGE[capability] : undefined;
  if (usage === undefined || !('usage' in value)) return value;
  const { occurredAt: _, ...action } = value;
  return { ...action, usage };
}

function textOf(schema: Schema, name: string, known: Known): fc.Arbitrary<string> {
  const existing = known[name] ?? known[name.replace(/Ids$/, 'Id')];
  const made = madeText(schema);
  return existing === undefined
    ? made
    : fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...existing) }, { weight: 1, arbitrary: made });
}

function madeText({ format, pattern, minLength = 0, maxLength = 40 }: Schema): fc.Arbitrary<string> {
  const date = fc.date({ min: new Date('2025-10-01'), max: new Date('2026-12-31'), noInvalidDate: true });
  if (format === 'day') return date.map((day) => day.toISOString().slice(0, 10));
  if (format === 'instant') return date.map((day) => day.toISOString());
  if (pattern !== undefined && !pattern.includes('\\p{')) return fc.stringMatching(new RegExp(pattern), { size: 'xsmall' });
  return fc.string({ minLength, maxLength: Math.max(minLength, Math.min(maxLength, 40)) });
}

// ---- breaking

/** Breaks what is valid, in as many places as there are numbers for. */
function broken([made, choices]: [Made, number[]]): MadeRequest {
  let next = 0;
  const choose = (below: number) => (choices[next++ % choices.length]! + next) % Math.max(1, below);
  const pick = <T>(from: readonly T[]): T => from[choose(from.length)]!;
  const request: Made = { ...made, path: { ...made.path }, query: { ...made.query }, headers: { ...made.headers } };
  switch (choose(10)) {
    case 0:
      for (const name of Object.keys(request.path)) request.path[name] = pick(pick([IDS, TEXTS, TIMES]));
      return sent(request, 'broken');
    case 1:
    case 2: {
      const names = Object.keys(request.query);
      request.query[names.length > 0 ? pick(names) : pick(['limit', 'cursor', 'find', '__proto__'])] = pick(
        pick([IDS, TEXTS, TIMES, NUMBERS]),
      );
      return sent(request, 'broken');
    }
    case 3:
      Object.assign(request.headers, pick(BAD_HEADERS));
      return sent(request, 'broken');
    case 4: {
      if (typeof request.body !== 'object') break;
      // Any number, or text, is replaced as it stands in the text.
      const text = JSON.stringify(request.body);
      const places = [...text.matchAll(/:(-?\d+|"[^"]*"|true|false|null)/g)];
      if (places.length === 0) break;
      const place = pick(places);
      const from = place.index + 1;
      return withBody(request, `${text.slice(0, from)}${pick(NUMBERS)}${text.slice(place.index + place[0].length)}`, 'broken');
    }
  }
  if (request.mediaType === 'application/json') {
    let body: unknown = structuredClone(request.body);
    for (let times = 1 + choose(3); times > 0; times -= 1) body = brokenValue(body, choose, pick);
    request.body = body;
  }
  return sent(request, 'broken');
}

type Choose = (below: number) => number;
type Pick = <T>(from: readonly T[]) => T;

const BAD_HEADERS: readonly Record<string, string>[] = [
  { 'content-type': 'text/plain' },
  { 'content-type': 'application/x-www-form-urlencoded' },
  { 'content-type': 'application/json; charset=latin1' },
  { 'content-type': '' },
  { 'content-encoding': 'gzip' },
  { accept: 'text/html' },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(300) },
  { 'idempotency-key': '\u00e9\u00ff' },
  { 'if-match': '*' },
  { range: 'bytes=0-1' },
  { origin: 'http://evil.example' },
  { cookie: `bursar_session=${'x'.repeat(200)}` },
  { authorization: '' },
  { authorization: 'Bearer' },
  { authorization: 'Bearer bursar_0_nobody' },
  { authorization: 'Basic YTpi' },
  { 'x-http-method-override': 'DELETE' },
  { expect: '100-continue' },
  { 'last-event-id': 'a1.n99999999999999999' },
];

const OTHER_VALUES: readonly unknown[] = [null, true, 0, -1, 1.5, 2 ** 53, '', [], {}, [null], { a: 1 }, 'text'];

/** One place of a value, changed: left out, added, of another type, out of bounds. */
function brokenValue(value: unknown, choose: Choose, pick: Pick): unknown {
  if (Array.isArray(value)) {
    if (value.length > 0 && choose(4) > 0) {
      const place = choose(value.length);
      return value.map((each, index) => (index === place ? brokenValue(each, choose, pick) : each));
    }
    return pick<unknown>([[], Array.from({ length: 3_000 }, () => value[0] ?? 1), [...value, null], ...OTHER_VALUES]);
  }
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    const kind = choose(8);
    if (names.length > 0 && kind > 2) {
      const name = pick(names);
      return { ...value, [name]: brokenValue((value as Record<string, unknown>)[name], choose, pick) };
    }
    if (names.length > 0 && kind === 0) {
      const { [pick(names)]: _, ...rest } = value as Record<string, unknown>;
      return rest;
    }
    if (kind === 1) return { ...value, [pick(TEXTS)]: pick(OTHER_VALUES) };
    return pick(OTHER_VALUES);
  }
  if (typeof value === 'string') return pick<unknown>([pick(TEXTS), pick(IDS), pick(TIMES), pick(TEXTS), pick(OTHER_VALUES)]);
  return pick<unknown>([...OTHER_VALUES, pick(TEXTS), -(2 ** 31), 1e21]);
}

// ---- putting together

function sent(made: Made, kind: Kind): MadeRequest {
  const json = made.mediaType === 'application/json';
  const body = made.body === undefined ? null : json ? JSON.stringify(made.body) : String(made.body);
  return withBody(made, body, kind);
}

function withBody(made: Made, body: MadeRequest['body'], kind: Kind): MadeRequest {
  const path = made.template.replace(/\{(\w+)\}/g, (_, name: string) => encoded(made.path[name] ?? ''));
  const query = Object.entries(made.query).map(([name, value]) => `${encoded(name)}=${encoded(value)}`);
  const takesBody = made.method !== 'GET' && body !== null;
  return {
    operation: made.operation,
    // Nothing reads the body of a GET, and of an import any text is a file.
    kind: kind === 'no-json' && (!takesBody || made.mediaType !== 'application/json') ? 'broken' : kind,
    method: made.method,
    path: query.length === 0 ? path : `${path}?${query.join('&')}`,
    headers: {
      ...(takesBody ? { 'content-type': made.mediaType ?? 'application/json' } : {}),
      ...Object.fromEntries(Object.entries(made.headers).map(([name, value]) => [name.toLowerCase(), header(value)])),
    },
    body: takesBody ? body : null,
  };
}

/** Also of what is no well-formed text. */
function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E');
}

/** What a client can send in a header at all. */
function header(text: string): string {
  return text.replace(/[^\t\x20-\x7e\x80-\xff]/g, '');
}
