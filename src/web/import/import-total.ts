// The answers to the parts of a file, added up to one.

import type { ImportRun } from '../../../sdk/src/index.ts';
import { credits as creditsOf, formatCredits, plus } from '../../core/credits.ts';

const MOST_PROBLEMS = 100;

/** Adds up the runs of one file; there is at least one. */
export function addedUp(runs: readonly ImportRun[]): ImportRun {
  const [first] = runs;
  if (!first) throw new Error('a file without parts');
  const sum = (of: (run: ImportRun) => number | undefined) => runs.reduce((total, run) => total + (of(run) ?? 0), 0);
  const days = runs.flatMap(({ from, to }) => (from === null || to === null ? [] : [from, to])).sort();
  return {
    ...first,
    rows: sum(({ rows }) => rows),
    ...(first.wouldRecord === undefined ? {} : { wouldRecord: sum(({ wouldRecord }) => wouldRecord) }),
    ...(first.recorded === undefined ? {} : { recorded: sum(({ recorded }) => recorded) }),
    unchanged: sum(({ unchanged }) => unchanged),
    environmentsToMake: distinct(runs.flatMap(({ environmentsToMake }) => environmentsToMake ?? [])),
    environmentsMade: distinct(runs.flatMap(({ environmentsMade }) => environmentsMade ?? [])),
    currencies: currenciesOf(runs),
    from: days[0] ?? null,
    to: days.at(-1) ?? null,
    sameDays: distinct(runs.flatMap(({ sameDays }) => sameDays)),
    problemCount: sum(({ problemCount }) => problemCount),
    problems: runs
      .flatMap(({ problems }) => problems)
      .sort((a, b) => a.line - b.line)
      .slice(0, MOST_PROBLEMS),
    notes: notesOf(runs),
  };
}

function distinct<T extends { id: string }>(all: readonly T[]): T[] {
  return [...new Map(all.map((each) => [each.id, each])).values()];
}

function currenciesOf(runs: readonly ImportRun[]): ImportRun['currencies'] {
  type Total = ImportRun['currencies'][number];
  const totals = new Map<Total['currency'], Total>();
  const added = (a: string, b: string) => formatCredits(plus(creditsOf(a), creditsOf(b)));
  for (const each of runs.flatMap((run) => run.currencies)) {
    const before = totals.get(each.currency);
    totals.set(
      each.currency,
      before
        ? {
            currency: each.currency,
            credits: added(before.credits, each.credits),
            nonBilled: added(before.nonBilled, each.nonBilled),
            recorded: added(before.recorded, each.recorded),
          }
        : each,
    );
  }
  return [...totals.values()];
}

function notesOf(runs: readonly ImportRun[]): ImportRun['notes'] {
  const rows = new Map<string, number | undefined>();
  for (const note of runs.flatMap((run) => run.notes))
    rows.set(note.detail, note.rows === undefined ? undefined : (rows.get(note.detail) ?? 0) + note.rows);
  return [...rows].map(([detail, count]) => ({ ...(count === undefined ? {} : { rows: count }), detail }));
}
