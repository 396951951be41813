// The lines of the calculator, as they are typed and as the address keeps them: `[["receipt-processing","",1000,2]]`, so that a
// calculation can be shared and gone back to.

import type { Capability, Volume } from '../../../sdk/src/index.ts';
import { MOST_USAGE, USAGE_FIELDS, type UsageField, usageFieldsOf } from '../../core/action.ts';

export interface VolumeLine {
  /** '': not chosen yet. */
  capability: string;
  /** '': none named. */
  model: string;
  /** As typed. */
  actions: string;
  /** As typed, in the order of the capability's usage. */
  amounts: readonly string[];
}

export const NEW_LINE: VolumeLine = { capability: '', model: '', actions: '1000', amounts: [] };
/** A month of a company, for who wants to see how it works. */
export const EXAMPLE: readonly VolumeLine[] = [
  { capability: 'receipt-processing', model: '', actions: '20000', amounts: ['2'] },
  { capability: 'prompt', model: 'gpt-4.1', actions: '5000', amounts: ['3000', '1000'] },
  { capability: 'generative-answer', model: '', actions: '30000', amounts: ['1'] },
];
/** So that the address stays one that can be sent around. */
export const MOST_LINES = 40;

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= 128;

/** What is no list of lines is none. */
export function readLines(text: string | undefined): readonly VolumeLine[] {
  let rows: unknown;
  try {
    rows = JSON.parse(text ?? '[]');
  } catch {
    return [];
  }
  if (!Array.isArray(rows)) return [];
  return rows.slice(0, MOST_LINES).flatMap((row): VolumeLine[] => {
    if (!Array.isArray(row) || !row.every(isText)) return [];
    const [capability = '', model = '', actions = '', ...amounts] = row as string[];
    return [{ capability, model, actions, amounts: amounts.slice(0, USAGE_FIELDS.length) }];
  });
}

/** undefined: nothing to keep. */
export function writeLines(lines: readonly VolumeLine[]): string | undefined {
  if (lines.length === 0) return undefined;
  return JSON.stringify(lines.map(({ capability, model, actions, amounts }) => [capability, model, actions, ...amounts]));
}

export function fieldsOf(capability: Capability | undefined): readonly UsageField[] {
  return capability === undefined ? [] : usageFieldsOf(capability.unit);
}

/** null: not a whole number that is taken. */
export function readCount(text: string | undefined, least: number): number | null {
  if (!/^\d{1,10}$/.test(text ?? '')) return null;
  const count = Number(text);
  return count >= least && count <= MOST_USAGE ? count : null;
}

/** What is estimated of a line; null: it is not complete. */
export function volumeOf(line: VolumeLine, capability: Capability | undefined): Volume | null {
  const fields = fieldsOf(capability);
  const actions = readCount(line.actions, 1);
  const amounts = fields.map((_, place) => readCount(line.amounts[place], 0));
  if (fields.length === 0 || actions === null || amounts.some((amount) => amount === null)) return null;
  return {
    capability: line.capability,
    ...(line.model !== '' && { model: line.model }),
    actions,
    usage: Object.fromEntries(fields.map((field, place) => [field, amounts[place]!])),
  };
}
