// Examples made from schemas, for the reference: the first that a schema gives, else the plainest value that fits.

import type { TSchema } from 'typebox';

interface Readable {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  examples?: unknown[];
  anyOf?: Readable[];
  items?: Readable;
  properties?: Record<string, Readable>;
  required?: string[];
  minimum?: number;
  title?: string;
}

/** `requiredOnly`: of objects only the fields that must be there. */
export function exampleOf(schema: TSchema, options: { requiredOnly: boolean }): unknown {
  return example(schema as Readable, options.requiredOnly);
}

function example(schema: Readable, requiredOnly: boolean): unknown {
  if (schema.examples?.length) return schema.examples[0];
  if (schema.const !== undefined) return schema.const;
  if (schema.enum?.length) return schema.enum[0];
  if (schema.anyOf?.[0]) return example(schema.anyOf[0], requiredOnly);
  // Usage takes the one count of its capability.
  if (schema.title === 'Usage') return { pages: 2 };
  switch ([schema.type].flat()[0]) {
    case 'object': {
      const names = Object.keys(schema.properties ?? {}).filter((name) => !requiredOnly || schema.required?.includes(name));
      return Object.fromEntries(names.map((name) => [name, example(schema.properties![name]!, requiredOnly)]));
    }
    case 'array':
      return schema.items ? [example(schema.items, requiredOnly)] : [];
    case 'integer':
    case 'number':
      return schema.minimum ?? 1;
    case 'boolean':
      return true;
    case 'string':
      return 'Sales';
    default:
      return {};
  }
}
