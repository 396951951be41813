// An entry of the activity as verify reads it: its columns in one text (they are read a million times), and what it keeps as JSON.

import { type Amount, dayOfMicros, wholeNumber } from './exact.ts';
import { type Inputs, type Outcome, readDetail, whyUnreadable } from './inputs.ts';
import type { TextRow } from './snapshot.ts';
import type { Check } from './violation.ts';

export type Report = (check: Check, offender: string) => void;

/** Between the columns in a text, and what stands for null: no text of the product has control characters. */
const SEPARATOR = '\x1f';
const NULL = '\x1e';
const orNull = (column: string) => `coalesce(${column}::text, E'\\x1e')`;

/** The columns that entries and daily usage have in common, in the order of their text. */
export const USAGE_TEXT = `environment_id, user_id, caller, ${orNull('resource_type')}, ${orNull('resource_id')}, capability,
  ${orNull('model')}, ${orNull('currency')}, ${orNull('source')}`;

/** After cell and tenant: the number, for entries that cannot be read; all other columns but the last in one text; and the last. */
export const ENTRY_COLUMNS = `sequence, concat_ws(E'\\x1f', stored_month, id, (extract(epoch from recorded_at) * 1000000)::bigint,
  (extract(epoch from occurred_at) * 1000000)::bigint, credits, status, ${orNull('code')}, ${orNull('hold_id')},
  ${USAGE_TEXT}), detail`;
const COLUMNS = 17;
const COLUMNS_BEFORE_USAGE = 8;

export interface Entry {
  inputs: Inputs;
  outcome: Outcome;
  sequence: number;
  storedMonth: string;
  id: string;
  recordedAt: number;
  occurredAt: number;
  day: string;
  month: string;
  environmentId: string;
  userId: string;
  caller: string;
  resourceType: string | null;
  resourceId: string | null;
  capability: string;
  model: string | null;
  status: string;
  code: string | null;
  currency: string | null;
  credits: Amount;
  source: string | null;
  holdId: string | null;
  /** The text of all columns, and where in it those begin that daily usage has as well. */
  text: string;
  usageFrom: number;
  /** Measured by another product and imported: neither priced nor decided here. */
  imported: boolean;
}

const nullable = (text: string | undefined) => (text === NULL ? null : text!);

/** Reads a row of `ENTRY_COLUMNS`; a text says why it cannot be read. */
export function entryOf(row: TextRow): Entry | string {
  try {
    const text = row[3]!;
    const columns = text.split(SEPARATOR);
    if (columns.length !== COLUMNS) return 'its texts have control characters';
    const { inputs, outcome } = readDetail(row[4]!);
    const occurredAt = Number(columns[3]);
    const { day, month } = dayOfMicros(occurredAt);
    let usageFrom = 0;
    for (let index = 0; index < COLUMNS_BEFORE_USAGE; index += 1) usageFrom += columns[index]!.length + 1;
    return {
      inputs,
      outcome,
      sequence: Number(row[2]),
      storedMonth: columns[0]!.slice(0, 7),
      id: columns[1]!,
      recordedAt: Number(columns[2]),
      occurredAt,
      day,
      month,
      environmentId: columns[8]!,
      userId: columns[9]!,
      caller: columns[10]!,
      resourceType: nullable(columns[11]),
      resourceId: nullable(columns[12]),
      capability: columns[13]!,
      model: nullable(columns[14]),
      status: columns[5]!,
      code: nullable(columns[6]),
      currency: nullable(columns[15]),
      credits: wholeNumber(columns[4]),
      source: nullable(columns[16]),
      holdId: nullable(columns[7]),
      text,
      usageFrom,
      imported: inputs.rateCard === 'imported',
    };
  } catch (error) {
    return whyUnreadable(error);
  }
}
