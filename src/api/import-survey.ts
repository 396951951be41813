// What is to know of an imported file before anything is recorded: what is wrong with it, what it names, which of its rows are about
// the same; and its rows again, in portions, each with its place among those that are about the same.

import { hash } from 'node:crypto';
import { type Credits, type Currency, NO_CREDITS, plus } from '../core/credits.ts';
import type { HistoryEntry } from '../core/history.ts';
import type { Remark } from '../core/import-cells.ts';
import { type ImportRow, type ImportTerms, type Period, readRow } from '../core/import-row.ts';
import { type ImportFile, rowsOf } from './import-file.ts';

export interface FileProblem {
  line: number;
  column?: string;
  detail: string;
}

export interface CurrencyTotal {
  currency: Currency;
  /** Of all rows that can be read. */
  credits: Credits;
  nonBilled: Credits;
  /** Of those that are recorded, or would be. */
  recorded: Credits;
}

export interface PlacedRow {
  line: number;
  row: ImportRow;
  /** Of its identity. */
  hash: string;
  /** 1, 2 … among the rows of the same identity. */
  occurrence: number;
}

/** Of problems and of kinds of remarks. */
export const MOST_TOLD = 100;
const ROWS_AT_A_TIME = 1000;

export interface Survey {
  terms: ImportTerms;
  rows: number;
  problems: FileProblem[];
  problemCount: number;
  /** By id, with the name that the file says last. */
  environments: Map<string, string>;
  days: Period | null;
  /** Hashes of identities that are there more than once: only all of them together can be told apart. */
  repeated: ReadonlySet<string>;
  remarks: Map<string, { remark: Remark; count: number }>;
  totals: Map<Currency, CurrencyTotal>;
}

/** Reads a file once before anything is recorded: what is wrong with it, what it names, which of its rows are about the same. */
export async function surveyOf(file: ImportFile, terms: ImportTerms): Promise<Survey> {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  const survey: Survey = {
    terms,
    rows: 0,
    problems: [],
    problemCount: 0,
    environments: new Map(),
    days: null,
    repeated,
    remarks: new Map(),
    totals: new Map(),
  };
  for await (const each of rowsOf(file)) {
    survey.rows += 1;
    const row = 'broken' in each ? { detail: each.broken } : readRow(file.header, each.cells, terms);
    if ('detail' in row) {
      tellProblem(survey, { line: each.line, ...row });
      continue;
    }
    const identity = hashOf(row);
    if (seen.has(identity)) repeated.add(identity);
    else seen.add(identity);
    survey.environments.set(row.environment.id, row.environment.name);
    const { from, to } = survey.days ?? { from: row.day, to: row.day };
    survey.days = { from: row.day < from ? row.day : from, to: row.day > to ? row.day : to };
    for (const remark of row.remarks) countRemark(survey, remark);
    for (const entry of row.entries) addTotal(survey.totals, entry, 'seen');
  }
  return survey;
}

export function tellProblem(to: Pick<Survey, 'problems' | 'problemCount'>, problem: FileProblem): void {
  to.problemCount += 1;
  if (to.problems.length < MOST_TOLD) to.problems.push(problem);
}

function countRemark({ remarks }: Survey, remark: Remark): void {
  const name = `${remark.about} ${remark.of ?? ''}`;
  const counted = remarks.get(name);
  if (counted) counted.count += 1;
  else if (remarks.size < MOST_TOLD) remarks.set(name, { remark, count: 1 });
}

export function addTotal(totals: Survey['totals'], { currency, kind, credits }: HistoryEntry, as: 'seen' | 'recorded'): void {
  let total = totals.get(currency);
  if (!total) {
    total = { currency, credits: NO_CREDITS, nonBilled: NO_CREDITS, recorded: NO_CREDITS };
    totals.set(currency, total);
  }
  if (as === 'seen' && kind === 'non-billed') total.nonBilled = plus(total.nonBilled, credits);
  if (as === 'seen' && kind !== 'non-billed') total.credits = plus(total.credits, credits);
  if (as === 'recorded' && kind !== 'non-billed') total.recorded = plus(total.recorded, credits);
}

function hashOf(row: ImportRow): string {
  return hash('sha256', row.identity, 'hex').slice(0, 32);
}

/** Rows with their place among those of the same identity, some at a time; those that are there more than once come last, in an order of their own. */
export async function* portionsOf(
  file: ImportFile,
  terms: ImportTerms,
  repeated: ReadonlySet<string>,
): AsyncGenerator<PlacedRow[], void> {
  let portion: PlacedRow[] = [];
  const several: Omit<PlacedRow, 'occurrence'>[] = [];
  for await (const each of rowsOf(file)) {
    if ('broken' in each) continue;
    const row = readRow(file.header, each.cells, terms);
    if ('detail' in row) continue;
    const read = { line: each.line, row, hash: hashOf(row) };
    if (repeated.has(read.hash)) several.push(read);
    else portion.push({ ...read, occurrence: 1 });
    if (portion.length < ROWS_AT_A_TIME) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
  const counts = new Map<string, number>();
  // Whatever the order of the file: the same rows have the same places.
  const ordered = several.map((read) => ({ read, order: orderOf(read) })).sort((a, b) => (a.order < b.order ? -1 : 1));
  const placed = ordered.map(({ read }) => {
    const occurrence = (counts.get(read.hash) ?? 0) + 1;
    counts.set(read.hash, occurrence);
    return { ...read, occurrence };
  });
  for (let at = 0; at < placed.length; at += ROWS_AT_A_TIME) yield placed.slice(at, at + ROWS_AT_A_TIME);
}

function orderOf({ row }: { row: ImportRow }): string {
  return `${row.figures} ${JSON.stringify(row.entries[0]!.labels)}`;
}
