// Schemas that several routes share: ids, credits, instants, days, pages. A description says what is wanted, in the words that an
// error shows ("wanted …") and the reference prints. A title makes a schema a component of the OpenAPI document.

import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import { CREDITS_PATTERN, CURRENCIES } from '../core/credits.ts';

/** No control characters (NUL among them) and no lone surrogates: neither can be stored as it came. */
const CLEAN_TEXT = '^[^\\p{Cc}\\p{Cs}]*$';
const ID_PATTERN = '^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$';

export const id = Type.String({
  pattern: ID_PATTERN,
  description: 'an id: 1 to 128 letters, digits and . _ @ -, beginning with a letter or digit',
  examples: ['sales'],
});

export function text(most: number, what = 'text'): ReturnType<typeof Type.String> {
  return Type.String({
    minLength: 1,
    maxLength: most,
    pattern: CLEAN_TEXT,
    description: `${what}: 1 to ${most} characters, without control characters`,
  });
}

export const name = text(256, 'a name');
export const environmentIds = Type.Array(id, { maxItems: 1000, description: 'a list of ids of environments' });
export const userId = Type.String({ ...text(256, 'a user id'), examples: ['ada@contoso.com'] });
/** One address, without a name and nothing that could end a header or begin another one. */
export const email = Type.String({
  maxLength: 254,
  pattern:
    "^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*$",
  description: 'an email address such as ada@contoso.com',
  examples: ['ada@contoso.com'],
});

/** A secret that somebody typed or pasted: whatever it is, no error repeats it. */
export function secretText(what: string): ReturnType<typeof Type.String> {
  return Type.String({ minLength: 1, maxLength: 1024, description: what });
}

export const idempotencyKey = Type.String({ ...text(128, 'an idempotency key'), examples: ['run-0042-step-3'] });

export const credits = Type.String({
  pattern: CREDITS_PATTERN,
  description: 'credits as a decimal string such as "7.5": at most 12 digits and 6 places, no sign, no exponent',
  examples: ['1000'],
});

/** A decimal string that an answer carries; sums may be longer than what a request can say. */
export const amount = Type.String({ description: 'credits as a decimal string', examples: ['7.5'] });

export const instant = Type.String({
  format: 'instant',
  description: 'an RFC 3339 instant in UTC such as 2026-11-21T08:00:00Z',
  examples: ['2026-11-21T08:00:00Z'],
});

export const day = Type.String({ format: 'day', description: 'a day such as 2026-11-21', examples: ['2026-11-21'] });

export const flag = Type.Boolean({ description: 'true or false' });

export function oneOf<const V extends readonly string[]>(values: V) {
  return Type.Enum([...values] as unknown as V[number][], { type: 'string', description: `one of ${values.join(', ')}` });
}

export const currency = oneOf(CURRENCIES);

/** The schema or null, as a type array: a union would make serialising an answer slow and an error double. */
export function nullable<T extends TSchema>(schema: T) {
  const { type, enum: values } = schema as { type?: string; enum?: unknown[] };
  return Type.Unsafe<Static<T> | null>({
    ...schema,
    ...(type === undefined ? {} : { type: [type, 'null'] }),
    ...(values === undefined ? {} : { enum: [...values, null] }),
  });
}

/** An object that takes no other fields. */
export function fields<P extends TProperties>(
  properties: P,
  options: { title?: string; description?: string; minProperties?: number } = {},
) {
  return Type.Object(properties, { additionalProperties: false, ...options });
}

/** A list in pages, as every list is answered. */
export function pageOf<T extends TSchema>(item: T) {
  return fields({ value: Type.Array(item), nextCursor: Type.Optional(Type.String({ description: 'absent on the last page' })) });
}

export const MOST_OF_A_PAGE = 1000;
const USUAL_PAGE = 100;

export const pageQuery = {
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MOST_OF_A_PAGE,
      description: `a whole number from 1 to ${MOST_OF_A_PAGE}; ${USUAL_PAGE} if left out`,
    }),
  ),
  cursor: Type.Optional(Type.String({ maxLength: 1024, pattern: CLEAN_TEXT, description: 'nextCursor of the page before' })),
} satisfies TProperties;

export function pageRequest(query: { limit?: number; cursor?: string }): { limit: number; cursor: string | undefined } {
  return { limit: query.limit ?? USUAL_PAGE, cursor: query.cursor };
}

/** The body of a route that takes none. */
export const nothing: TObject = fields({});
