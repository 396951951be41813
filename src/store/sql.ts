// SQL as tagged templates: every `${}` becomes a parameter, and each text is a prepared statement of its own. Arrays go over as
// PostgreSQL array literals for `unnest`, written here because this is where a batch spends its time. The statements that write most
// unnest in their select list: from there rows come one by one, where `from unnest(…)` would first put every column aside (a sixth slower).

import { createHash } from 'node:crypto';
import type { CustomTypesConfig, QueryConfig } from 'pg';
import pg from 'pg';
import type { Instant, Month } from '../core/month.ts';

export type Parameter = string | number | bigint | boolean | Buffer | null;
export type Query = QueryConfig<Parameter[]>;

const statements = new WeakMap<TemplateStringsArray, { name: string; text: string }>();

/** ``sql`select name from tenant where cell = ${cell}` `` → a prepared statement with one parameter. */
export function sql(strings: TemplateStringsArray, ...values: Parameter[]): Query {
  let statement = statements.get(strings);
  if (!statement) {
    const text = strings.reduce((joined, part, index) => (index === 0 ? part : `${joined}$${index}${part}`), '');
    statement = { text, name: createHash('sha256').update(text).digest('hex').slice(0, 20) };
    statements.set(strings, statement);
  }
  return { ...statement, values };
}

/** How many of them are sent: `unnest` of several arrays fills up with nulls, so that a column without values costs nothing. */
function lengthWithoutNulls(values: readonly unknown[]): number {
  let length = values.length;
  while (length > 0 && (values[length - 1] ?? null) === null) length -= 1;
  return length;
}

/** An array literal of texts. Nulls at its end are left out. */
export function texts(values: readonly (string | null)[]): string {
  const length = lengthWithoutNulls(values);
  let literal = '{';
  let last: string | null = null;
  let text = '';
  for (let index = 0; index < length; index += 1) {
    const value = values[index] ?? null;
    if (index > 0) literal += ',';
    if (value === null) literal += 'null';
    else {
      // Many columns of a batch say the same again and again.
      if (value !== last) text = quoted(value);
      last = value;
      literal += text;
    }
  }
  return `${literal}}`;
}

const NEEDS_ESCAPE = /["\\]/;

function quoted(value: string): string {
  return `"${NEEDS_ESCAPE.test(value) ? value.replace(/["\\]/g, '\\$&') : value}"`;
}

/** An array literal of whole numbers or booleans. Nulls at its end are left out. */
export function scalars(values: readonly (bigint | number | boolean | null)[]): string {
  const length = lengthWithoutNulls(values);
  let literal = '{';
  for (let index = 0; index < length; index += 1) literal += index === 0 ? values[index] : `,${values[index]}`;
  return `${literal}}`;
}

/** An array literal of instants. */
export function instants(values: readonly (Instant | null)[]): string {
  let last: Instant | null = null;
  let text = '';
  return `{${values
    .map((value) => {
      if (value === null) return 'null';
      // The instants of a batch are mostly the same one.
      if (value !== last) text = `"${instantText(value)}"`;
      last = value;
      return text;
    })
    .join(',')}}`;
}

/** As `::timestamptz` takes it; null, where there is none, stays null. */
export function instantText(instant: Instant): string;
export function instantText(instant: Instant | null): string | null;
export function instantText(instant: Instant | null): string | null {
  return instant === null ? null : new Date(instant).toISOString();
}

export function monthText(month: Month): string {
  return `${month}-01`;
}

export function monthFrom(date: string): Month {
  return date.slice(0, 7) as Month;
}

const { builtins } = pg.types;
const parsers: Record<number, (text: string) => unknown> = {
  [builtins.INT8]: BigInt,
  // Sums of micro-credits; always whole.
  [builtins.NUMERIC]: BigInt,
  [builtins.DATE]: (text) => text,
  [builtins.TIMESTAMPTZ]: (text) => Date.parse(text.replace(' ', 'T').replace('+00', 'Z')),
};

/** Columns as the core has them: bigint for int8 and numeric, `2026-11-21` for dates, epoch milliseconds for instants (connections run in UTC). */
export const columnTypes: CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    parsers[oid] ?? pg.types.getTypeParser(oid, format)) as CustomTypesConfig['getTypeParser'],
};
