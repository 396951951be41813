// What would be recorded of a file, or was: its rows, its sums, what is made for it, and the lines that are bad.

import { makeStyles, tokens } from '@fluentui/react-components';
import type { ImportProblem, ImportRun } from '../../../sdk/src/index.ts';
import { formatAmount, formatCount, formatDate } from '../figures.ts';
import { importText as t } from '../strings/import.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { List } from '../table/list.tsx';

const MOST_NAMED = 5;

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL, minWidth: 0 },
  facts: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXXL}`, margin: 0 },
  fact: { display: 'flex', gap: tokens.spacingHorizontalS },
  name: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, fontWeight: tokens.fontWeightSemibold, fontVariantNumeric: 'tabular-nums' },
  notes: { margin: 0, paddingLeft: tokens.spacingHorizontalXL, overflowWrap: 'anywhere' },
});

const SUM_COLUMNS: readonly Column<ImportRun['currencies'][number]>[] = [
  { id: 'currency', title: t.currency, value: ({ currency }) => words.currencies[currency] },
  { id: 'inFile', title: t.inFile, cell: ({ credits }) => formatAmount(credits), align: 'end' },
  { id: 'nonBilled', title: t.nonBilled, cell: ({ nonBilled }) => formatAmount(nonBilled), align: 'end' },
  { id: 'adds', title: t.adds, cell: ({ recorded }) => formatAmount(recorded), align: 'end' },
];

const PROBLEM_COLUMNS: readonly Column<ImportProblem>[] = [
  { id: 'line', title: t.line, value: ({ line }) => line, cell: ({ line }) => formatCount(line), align: 'end', width: '90px' },
  { id: 'column', title: t.column, value: ({ column }) => column, width: '200px' },
  { id: 'detail', title: t.detail, value: ({ detail }) => detail },
];

export function ImportRunView({ run }: { run: ImportRun }) {
  const styles = useStyles();
  const { view, rows, wouldRecord, recorded, unchanged, problemCount, currencies, from, to } = run;
  const facts = [
    [t.kind, t.views[view]],
    ...(from !== null && to !== null ? [[t.days, t.of(formatDate(from), formatDate(to))]] : []),
    [t.rows, formatCount(rows)],
    recorded === undefined ? [t.wouldRecord, formatCount(wouldRecord ?? 0)] : [t.recorded, formatCount(recorded)],
    [t.unchanged, formatCount(unchanged)],
    [t.problems, formatCount(problemCount)],
  ] as [string, string][];
  const notes = notesOf(run);
  return (
    <div className={styles.root}>
      <dl className={styles.facts}>
        {facts.map(([name, value]) => (
          <div key={name} className={styles.fact}>
            <dt className={styles.name}>{name}</dt>
            <dd className={styles.value}>{value}</dd>
          </div>
        ))}
      </dl>
      {currencies.length > 0 && (
        <DataTable of="figures" label={t.sums} columns={SUM_COLUMNS} rows={currencies} rowId={({ currency }) => currency} />
      )}
      {notes.length > 0 && (
        <ul className={styles.notes}>
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The bad lines, as a card of their own; nothing where there are none. */
export function BadLines({ file, run: { problems, problemCount } }: { file: string; run: ImportRun }) {
  if (problems.length === 0) return null;
  const [shown, all] = [formatCount(problems.length), formatCount(problemCount)];
  return (
    <List
      title={shown === all ? t.badLines(file) : t.badLinesFirst(file, shown, all)}
      prefix="bad"
      columns={PROBLEM_COLUMNS}
      rows={problems}
      rowId={({ line, column, detail }) => `${line} ${column} ${detail}`}
      csvName="bad-lines"
      empty={null}
    />
  );
}

function notesOf({ notes, ignoredColumns, environmentsToMake, environmentsMade }: ImportRun): string[] {
  const made = [...(environmentsToMake ?? []), ...(environmentsMade ?? [])].map(({ name }) => name);
  const named = made.slice(0, MOST_NAMED).join(', ');
  const names = made.length > MOST_NAMED ? t.andMore(named, formatCount(made.length - MOST_NAMED)) : named;
  return [
    ...(made.length === 0 ? [] : [made.length === 1 ? t.makesOne(names) : t.makes(formatCount(made.length), names)]),
    ...(ignoredColumns.length === 0 ? [] : [t.ignoredColumns(ignoredColumns.join(', '))]),
    ...notes.map(({ detail, rows }) => sentence(rows === undefined ? detail : t.noteOf(detail, formatCount(rows)))),
  ];
}

function sentence(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
