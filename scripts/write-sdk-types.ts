// Writes sdk/src/openapi.ts from openapi.json: `node scripts/write-sdk-types.ts`. The components become interfaces, each operation a
// row of types (parameters, query, body, answer) and of data (method and path), so that one typed call serves them all. Our own,
// because openapi-typescript needs the JavaScript interface of TypeScript 5, which TypeScript 7 no longer has.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  description?: string;
}

interface Content {
  content?: Record<string, { schema: Schema }>;
}

interface Operation {
  operationId: string;
  summary: string;
  parameters: { name: string; in: 'path' | 'query' | 'header'; required: boolean; schema: Schema }[];
  requestBody?: Content & { required: boolean };
  responses: Record<string, Content>;
}

interface OpenApi {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const TYPE_OF: Record<string, string> = {
  integer: 'number',
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  null: 'null',
};

function typeOf(schema: Schema, indent: string): string {
  if (schema.$ref) return schema.$ref.slice(schema.$ref.lastIndexOf('/') + 1);
  if (schema.enum) return schema.enum.map((value) => literal(value)).join(' | ');
  if (schema.const !== undefined) return literal(schema.const);
  const union = schema.anyOf ?? schema.oneOf;
  if (union) return union.map((each) => typeOf(each, indent)).join(' | ');
  if (schema.allOf) return schema.allOf.map((each) => typeOf(each, indent)).join(' & ');
  const types = [schema.type ?? []].flat().map((type) => {
    if (type === 'array') return arrayOf(schema.items ?? {}, indent);
    return type === 'object' ? objectOf(schema, indent) : TYPE_OF[type]!;
  });
  return types.length === 0 ? 'unknown' : types.join(' | ');
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}

function arrayOf(items: Schema, indent: string): string {
  const item = typeOf(items, indent);
  return / [|&] /.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
}

function objectOf(schema: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const optional = !(schema.required ?? []).includes(name);
    const comment = property.description && !property.enum ? [`${inner}/** ${property.description} */`] : [];
    return [...comment, `${inner}${name}${optional ? '?' : ''}: ${typeOf(property, inner)}${optional ? ' | undefined' : ''};`];
  });
  // Only where it is said: a schema without the word allows more, but its types need not.
  if (schema.additionalProperties === true) lines.push(`${inner}[member: string]: unknown;`);
  return lines.length === 0 ? 'Record<never, never>' : `{\n${lines.join('\n')}\n${indent}}`;
}

function parametersOf(operation: Operation, place: 'path' | 'query'): string {
  const those = operation.parameters.filter((parameter) => parameter.in === place);
  const properties = Object.fromEntries(those.map((parameter) => [parameter.name, parameter.schema]));
  const required = those.filter((parameter) => parameter.required).map((parameter) => parameter.name);
  return those.length === 0 ? 'undefined' : objectOf({ properties, required }, '    ');
}

function answerOf(operation: Operation): string {
  const types = Object.entries(operation.responses)
    .filter(([status]) => status.startsWith('2'))
    .map(([, response]) => response.content?.['application/json'])
    .map((content) => (content ? typeOf(content.schema, '    ') : 'undefined'));
  // What only sends a browser elsewhere answers nothing.
  return types.length === 0 ? 'undefined' : [...new Set(types)].join(' | ');
}

function operationTypes(operation: Operation): string {
  const body = operation.requestBody?.content?.['application/json']?.schema;
  const noBody = !body || Object.keys(body.properties ?? {}).length === 0;
  const bodyType = operation.requestBody?.content?.['text/csv']
    ? 'string'
    : `${noBody && !body?.$ref ? 'undefined' : typeOf(body!, '    ')}${!noBody && !operation.requestBody?.required ? ' | undefined' : ''}`;
  return `  /** ${operation.summary} */
  ${operation.operationId}: {
    params: ${parametersOf(operation, 'path')};
    query: ${parametersOf(operation, 'query')};
    body: ${bodyType};
    answer: ${answerOf(operation)};
  };`;
}

function operationRow(path: string, method: string, operation: Operation): string {
  const takesKey = operation.parameters.some((parameter) => parameter.name === 'Idempotency-Key');
  return `  ${operation.operationId}: { method: '${method.toUpperCase()}', path: '${path}', takesKey: ${takesKey} },`;
}

/** The text of sdk/src/openapi.ts. */
export function sdkTypes(document: OpenApi): string {
  const schemas = Object.entries(document.components.schemas).map(([name, schema]) => {
    const comment = schema.description ? `/** ${schema.description} */\n` : '';
    const isObject = schema.type === 'object' && !schema.allOf;
    return `${comment}export ${isObject ? `interface ${name} ${objectOf(schema, '')}` : `type ${name} = ${typeOf(schema, '')};`}`;
  });
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return `// Written by scripts/write-sdk-types.ts from openapi.json. Do not edit.

${schemas.join('\n\n')}

export interface Operations {
${operations.map(({ operation }) => operationTypes(operation)).join('\n')}
}

/** How each operation is called. \`takesKey\`: it takes an Idempotency-Key. */
export const OPERATIONS = {
${operations.map(({ path, method, operation }) => operationRow(path, method, operation)).join('\n')}
} as const satisfies Record<keyof Operations, { method: string; path: string; takesKey: boolean }>;
`;
}

const OPENAPI = new URL('../openapi.json', import.meta.url);
const TYPES = new URL('../sdk/src/openapi.ts', import.meta.url);

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(TYPES, sdkTypes(JSON.parse(readFileSync(OPENAPI, 'utf8')) as OpenApi));
}
