// Validation: one Ajv for every schema, and its errors as pointers with plain words: what is wanted, what came. Bodies are taken as
// they are, never coerced; a query is text, so that its numbers and lists are read by the schema before it is judged.

import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { TObject, TSchema } from 'typebox';
import { parseDay, parseInstant } from '../core/month.ts';
import type { FieldError, Refusal } from '../core/refusal.ts';

const ajv = new Ajv({
  allErrors: true,
  verbose: true,
  strict: true,
  allowUnionTypes: true,
  coerceTypes: false,
  useDefaults: false,
});
// An annotation for the OpenAPI document; it judges nothing.
ajv.addKeyword('documentedAs');
ajv.addFormat('instant', (value: string) => parseInstant(value) !== null);
ajv.addFormat('day', (value: string) => parseDay(value) !== null);

/** Of the name of an unknown field: a body can be one long name. */
const MOST_OF_A_NAME = 200;
/** Most errors of one request that are told. */
const MOST_ERRORS = 100;

export type Validator = (data: unknown) => FieldError[] | null;

const compiled = new WeakMap<TSchema, Validator>();

export function validatorOf(schema: TSchema): Validator {
  const known = compiled.get(schema);
  if (known) return known;
  const validate: ValidateFunction = ajv.compile(schema);
  const validator: Validator = (data) => (validate(data) ? null : fieldErrors(validate.errors ?? []));
  compiled.set(schema, validator);
  return validator;
}

export function invalid(errors: FieldError[]): Refusal {
  const [first] = errors;
  const more = errors.length > 1 ? ` (and ${errors.length - 1} more: see errors)` : '';
  return { refused: 'InvalidRequest', detail: `${first?.pointer || 'the body'}: ${first?.detail}${more}`, errors };
}

function fieldErrors(errors: readonly ErrorObject[]): FieldError[] {
  // Of a union only that no branch fits is told, not how each branch fails.
  const unions = errors.filter((error) => error.keyword === 'anyOf').map((error) => `${error.schemaPath}/`);
  const told = errors.filter(
    (error) => !unions.some((path) => error.schemaPath !== path.slice(0, -1) && error.schemaPath.startsWith(path)),
  );
  const seen = new Set<string>();
  const described: FieldError[] = [];
  for (const error of told) {
    const field = describe(error);
    // One error a place: "" is too short as well as no id.
    if (seen.has(field.pointer)) continue;
    seen.add(field.pointer);
    described.push(field);
    if (described.length === MOST_ERRORS) break;
  }
  return described;
}

export function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

interface Described {
  description?: string;
  properties?: Record<string, Described>;
}

function describe(error: ErrorObject): FieldError {
  const { keyword, instancePath, params, parentSchema, data } = error;
  const schema = (parentSchema ?? {}) as Described;
  switch (keyword) {
    case 'required': {
      const missing = params.missingProperty as string;
      const wanted = schema.properties?.[missing]?.description;
      return {
        pointer: `${instancePath}/${escapePointer(missing)}`,
        detail: wanted ? `is missing: wanted ${wanted}` : 'is missing',
      };
    }
    case 'additionalProperties': {
      const unknown = params.additionalProperty as string;
      const known = Object.keys(schema.properties ?? {});
      const takes = known.length === 0 ? 'no fields are taken here' : `taken are ${known.join(', ')}`;
      const shown = unknown.length > MOST_OF_A_NAME ? `${unknown.slice(0, MOST_OF_A_NAME)}…` : unknown;
      return {
        pointer: `${instancePath}/${escapePointer(shown.toWellFormed())}`,
        detail: `is not a field of this request; ${takes}`,
      };
    }
    case 'minItems':
      return {
        pointer: instancePath,
        detail: `wanted at least ${params.limit} ${params.limit === 1 ? 'item' : 'items'}, came ${came(data)}`,
      };
    case 'maxItems':
      return { pointer: instancePath, detail: `wanted at most ${params.limit} items, came ${came(data)}` };
    case 'minProperties':
      return {
        pointer: instancePath,
        detail: `wanted at least ${params.limit} of ${Object.keys(schema.properties ?? {}).join(', ')}`,
      };
    default:
      return {
        pointer: instancePath,
        detail: `wanted ${schema.description?.split(';', 1)[0] ?? wantedOf(error)}, came ${came(data)}`,
      };
  }
}

function wantedOf({ keyword, params, schema, message }: ErrorObject): string {
  switch (keyword) {
    case 'type':
      return nameOfType([params.type].flat().join(' or '));
    case 'enum':
      return `one of ${(params.allowedValues as unknown[]).join(', ')}`;
    case 'minimum':
      return `at least ${params.limit}`;
    case 'maximum':
      return `at most ${params.limit}`;
    case 'const':
      return JSON.stringify(schema);
    default:
      return message ?? 'another value';
  }
}

function nameOfType(type: string): string {
  return (
    {
      object: 'an object',
      array: 'a list',
      string: 'a text',
      integer: 'a whole number',
      number: 'a number',
      boolean: 'true or false',
    }[type] ?? type
  );
}

/** What came, short enough for a message. */
function came(data: unknown): string {
  if (data === null) return 'null';
  if (Array.isArray(data)) return `a list of ${data.length}`;
  if (typeof data === 'object') return 'an object';
  if (typeof data !== 'string') return String(data);
  if (data === '') return 'an empty text';
  if (!data.isWellFormed()) return 'a text with a lone surrogate';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (/[\u0000-\u001f\u007f-\u009f]/.test(data)) return `a text with a control character (code ${controlCode(data)})`;
  return data.length > 60 ? `a text of ${[...data].length} characters` : JSON.stringify(data);
}

function controlCode(data: string): number {
  for (const character of data) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) return code;
  }
  return 0;
}

/** Reads the texts of a query as its schema has them: whole numbers, true and false, and lists parted by commas; the rest stays as it is. */
export function readQuery(schema: TObject, query: Record<string, unknown>): Record<string, unknown> {
  const read: Record<string, unknown> = { ...query };
  for (const [name, property] of Object.entries(schema.properties) as [string, { type?: string }][]) {
    const value = query[name];
    if (typeof value !== 'string') continue;
    if (property.type === 'integer' && /^(0|-?[1-9]\d{0,14})$/.test(value)) read[name] = Number(value);
    if (property.type === 'boolean' && (value === 'true' || value === 'false')) read[name] = value === 'true';
    if (property.type === 'array') read[name] = value === '' ? [] : value.split(',');
  }
  return read;
}
