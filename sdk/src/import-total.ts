// The answers to the parts of a file that was imported, added up to one.

import { formatMicroCredits, microCreditsOf } from './credits.ts';
import type { ImportRun } from './openapi.ts';

const MOST_PROBLEMS = 100;

/**
 * The runs of one file's parts as one run, exact: figures added up, days from the first to the last, the first 100 problems by line.
 * `totalOfImport([await bursar.imports.send(part.csv, query), …])`; there is at least one.
 */
export function totalOfImport(runs: readonly ImportRun[]): ImportRun {
  const [first] = runs;
  if (!first) throw new TypeError('totalOfImport: there is no run to add up; send at least one part of the file');
  const sum = (of: (run: ImportRun) => number | undefined) => runs.reduce((total, run) => total + (of(run) ?? 0), 0);
  const problems = runs.flatMap((run) => run.problems).sort((a, b) => a.line - b.line);
  const days = runs.flatMap(({ from, to }) => (from === null || to === null ? [] : [from, to])).sort();
  const { environmentsToMake, environmentsMade, wouldRecord, recorded } = first;
  return {
    ...first,
    rows: sum((run) => run.rows),
    ...(wouldRecord === undefined ? {} : { wouldRecord: sum((run) => run.wouldRecord) }),
    ...(recorded === undefined ? {} : { recorded: sum((run) => run.recorded) }),
    unchanged: sum((run) => run.unchanged),
    ...(environmentsToMake && { environmentsToMake: distinct(runs.flatMap((run) => run.environmentsToMake ?? [])) }),
    ...(environmentsMade && { environmentsMade: distinct(runs.flatMap((run) => run.environmentsMade ?? [])) }),
    currencies: currenciesOf(runs),
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    sameDays: distinct(runs.flatMap((run) => run.sameDays)),
    problemCount: sum((run) => run.problemCount),
    problems: problems.slice(0, MOST_PROBLEMS),
    notes: notesOf(runs),
  };
}

function distinct<T extends { id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((each) => [each.id, each])).values()];
}

function currenciesOf(runs: readonly ImportRun[]): ImportRun['currencies'] {
  const totals = new Map<ImportRun['currencies'][number]['currency'], [bigint, bigint, bigint]>();
  for (const { currency, credits, nonBilled, recorded } of runs.flatMap((run) => run.currencies)) {
    const [a, b, c] = totals.get(currency) ?? [0n, 0n, 0n];
    totals.set(currency, [a + microCreditsOf(credits), b + microCreditsOf(nonBilled), c + microCreditsOf(recorded)]);
  }
  return [...totals].map(([currency, [credits, nonBilled, recorded]]) => ({
    currency,
    credits: formatMicroCredits(credits),
    nonBilled: formatMicroCredits(nonBilled),
    recorded: formatMicroCredits(recorded),
  }));
}

function notesOf(runs: readonly ImportRun[]): ImportRun['notes'] {
  const rows = new Map<string, number | undefined>();
  for (const note of runs.flatMap((run) => run.notes)) {
    const before = rows.get(note.detail);
    rows.set(note.detail, note.rows === undefined ? undefined : (before ?? 0) + note.rows);
  }
  return [...rows].map(([detail, count]) => ({ ...(count === undefined ? {} : { rows: count }), detail }));
}
