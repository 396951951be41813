// The OpenAPI 3.1 document, made from the table of routes: schemas with a title become components, the refusals of a status one
// problem answer whose `code` lists them.

import type { TSchema } from 'typebox';
import type { RefusalCode } from '../core/refusal.ts';
import { PROBLEMS, problem } from './problem.ts';
import { allRefusals, type Right, type Route } from './route.ts';

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
type JsonObject = { [name: string]: Json };

const STATUS_TEXT: Record<string, string> = {
  200: 'Done, or as it is',
  201: 'Created',
  204: 'Done, nothing to say',
  303: 'Go to Location',
};

/** `GET /openapi.json` and the committed openapi.json. */
export function openApiDocument(routes: readonly Route[]): JsonObject {
  const components = new Components();
  const paths: Record<string, JsonObject> = {};
  for (const row of routes) {
    paths[row.path] ??= {};
    paths[row.path]![row.method.toLowerCase()] = operation(row, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Bursar',
      version: '1',
      summary: 'May this AI action run, who pays for it, and what is left?',
      description:
        'Credits are decimal strings, counts are integers, instants are RFC 3339 in UTC. Errors are application/problem+json; program against their code.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((row) => row.concept))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components.schemas,
      responses: components.responses,
      securitySchemes: {
        tenantKey: {
          type: 'http',
          scheme: 'bearer',
          description: 'A key of a tenant, made with POST /v1/keys, or a token of its OpenID provider',
        },
        operatorKey: { type: 'http', scheme: 'bearer', description: 'The key of the operator, which makes tenants' },
      },
    },
  };
}

/** Collects titled schemas; everywhere else they are references. */
class Components {
  readonly schemas: JsonObject = {};
  readonly responses: JsonObject = {};

  /** The problem answer of a status that these codes have. */
  problemOf(codes: readonly RefusalCode[]): JsonObject {
    const name = codes.join('Or');
    const narrowed = { type: 'object', properties: { code: { type: 'string', enum: [...codes] } }, required: ['code'] };
    this.responses[name] = {
      description: codes.map((code) => `${code}: ${PROBLEMS[code].title}`).join('. '),
      content: { 'application/problem+json': { schema: { allOf: [this.of(problem), narrowed] } } },
    };
    return { $ref: `#/components/responses/${name}` };
  }

  of(schema: TSchema): JsonObject {
    const plain = JSON.parse(JSON.stringify(schema)) as JsonObject;
    return this.#lift(plain) as JsonObject;
  }

  #lift(value: Json): Json {
    if (Array.isArray(value)) return value.map((each) => this.#lift(each));
    if (value === null || typeof value !== 'object') return value;
    // Judged otherwise than by its schema (an item of a batch, on its own), but documented as it.
    if (value.documentedAs !== undefined) return this.#lift(value.documentedAs);
    const lifted: JsonObject = {};
    // What is in `properties` are names, not keywords: one may be called title.
    for (const [name, member] of Object.entries(value)) {
      lifted[name] =
        name === 'properties' && member !== null && typeof member === 'object' && !Array.isArray(member)
          ? Object.fromEntries(Object.entries(member).map(([property, schema]) => [property, this.#lift(schema)]))
          : this.#lift(member);
    }
    const { title, ...schema } = lifted;
    if (typeof title !== 'string' || !('type' in schema || 'anyOf' in schema)) return lifted;
    // A titled schema or null.
    const nullable = Array.isArray(schema.type) && schema.type.includes('null');
    const component = nullable ? { ...schema, type: 'object' } : schema;
    const known = this.schemas[title];
    if (known !== undefined && JSON.stringify(known) !== JSON.stringify(component)) {
      throw new Error(`two different schemas have the title ${title}; give one of them another`);
    }
    this.schemas[title] = component;
    const reference: JsonObject = { $ref: `#/components/schemas/${title}` };
    return nullable ? { anyOf: [reference, { type: 'null' }] } : reference;
  }
}

function operation(row: Route, components: Components): JsonObject {
  return {
    operationId: row.operation,
    tags: [row.concept],
    summary: row.summary,
    description: [row.description, whoMay(row.right)].filter(Boolean).join('\n\n'),
    ...(row.right === 'anyone' || row.right === 'page'
      ? { security: [] }
      : { security: [{ [row.right === 'operator' ? 'operatorKey' : 'tenantKey']: [] }] }),
    parameters: parameters(row, components),
    ...(row.body
      ? { requestBody: { required: isRequired(row.body), content: { 'application/json': { schema: components.of(row.body) } } } }
      : row.csvBody
        ? { requestBody: { required: true, content: { 'text/csv': { schema: { type: 'string' } } } } }
        : {}),
    responses: responses(row, components),
  };
}

function isRequired(body: TSchema): boolean {
  return ((body as { required?: string[] }).required ?? []).length > 0;
}

export function whoMay(right: Right): string {
  if (right === 'anyone') return 'Needs no key.';
  if (right === 'page') return 'For the page of the admin centre; programs send a key with each request instead.';
  return right === 'operator' ? 'Needs the operator key.' : `Needs a key of ${right.join(', ')}.`;
}

function parameters(row: Route, components: Components): Json[] {
  const list: Json[] = [];
  for (const [place, object] of [
    ['path', row.params],
    ['query', row.query],
  ] as const) {
    for (const [name, schema] of Object.entries(object?.properties ?? {})) {
      const required = ((object as { required?: string[] }).required ?? []).includes(name);
      const isList = (schema as { type?: string }).type === 'array';
      list.push({
        name,
        in: place,
        required,
        schema: components.of(schema as TSchema),
        ...(isList ? { style: 'form', explode: false } : {}),
      });
    }
  }
  if (row.idempotent) {
    list.push({
      name: 'Idempotency-Key',
      in: 'header',
      required: false,
      description: 'One key has one effect: the same request again answers what the first answered.',
      schema: { type: 'string', minLength: 1, maxLength: 128 },
    });
  }
  return list;
}

function mediaTypeOf(row: Route, schema: TSchema): string {
  if (row.streams) return 'text/event-stream';
  return (schema as { contentMediaType?: string }).contentMediaType ?? 'application/json';
}

function responses(row: Route, components: Components): JsonObject {
  const answers: JsonObject = {};
  for (const [status, schema] of Object.entries(row.responses)) {
    const replayed = row.idempotent
      ? {
          headers: {
            'Idempotency-Replayed': {
              description: 'true: an earlier request with this key had the effect',
              schema: { type: 'string' },
            },
          },
        }
      : {};
    answers[status] = {
      description: STATUS_TEXT[status] ?? 'Answered',
      ...replayed,
      ...(schema ? { content: { [mediaTypeOf(row, schema)]: { schema: components.of(schema) } } } : {}),
    };
  }
  const codes = new Map<number, RefusalCode[]>();
  for (const code of allRefusals(row)) {
    const { status } = PROBLEMS[code];
    codes.set(status, [...(codes.get(status) ?? []), code]);
  }
  for (const [status, those] of [...codes].sort(([a], [b]) => a - b)) answers[status] = components.problemOf(those);
  return answers;
}
