// `bursar import`: records files of consumption that another product has measured. Shows first what would be recorded and what cannot
// be, then records it; doing it twice changes nothing, so that what was cut off is mended by doing it again.

import { basename } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { type Command, Option } from 'commander';
import { type Bursar, type ImportPart, type ImportRun, totalOfImport } from '../../sdk/src/index.ts';
import { fileHash, partsOf, repeatedRows, surveyFile } from './import-parts.ts';
import { readCount } from './options.ts';
import { currencyName, grouped, note, printJson, printLine, printPairs, printTable } from './print.ts';
import { progressOf } from './progress.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

const VIEWS = [
  'ai-builder-consumption',
  'copilot-credits-environments',
  'copilot-credits-agents',
  'copilot-credits-users',
] as const;
/** A part is some thousand rows; a busy server may take its time. */
const TIMEOUT_MS = 300_000;
const MOST_NAMED = 10;

interface ImportFlags extends ConnectionFlags {
  dryRun?: boolean;
  yes?: boolean;
  view?: (typeof VIEWS)[number];
  from?: string;
  to?: string;
  belowThousandAs?: number;
  environment?: string;
  countAgain?: boolean;
}

export function addImport(program: Command): void {
  addVerb(
    program,
    'import <files...>',
    'record files of consumption (AI Builder report, Copilot Credits exports) as history; doing it twice changes nothing',
    [
      'bursar import AIBuilderConsumption.csv                  # shows what would be recorded, then asks',
      'bursar import PerAgent.csv --to 2026-07-31 --dry-run    # of a file without days: its last day',
      'bursar import *.csv --yes --json',
    ].join('\n'),
  )
    .option('--dry-run', 'only show what would be recorded, and what cannot be')
    .option('--yes', 'record without asking')
    .addOption(new Option('--view <view>', 'what the file is, where its header fits several').choices(VIEWS))
    .option('--from <day>', 'the first day of a file without days (default: 29 days before --to)')
    .option('--to <day>', 'the last day of a file without days, on which it is recorded (default: today)')
    .option('--below-thousand-as <credits>', 'what "<1K" counts as, 0 to 999 (default: 500)', readCount)
    .option('--environment <id>', 'where rows are recorded that do not say their environment (default: imported)')
    .option('--count-again', 'also what an import of another view shows already')
    .action((files: string[], flags: ImportFlags) => finish(() => importFiles(files, flags)));
}

interface Told {
  file: string;
  dryRun: ImportRun;
  /** null: it was not recorded. */
  recorded: ImportRun | null;
}

async function importFiles(files: readonly string[], flags: ImportFlags): Promise<number> {
  if (flags.yes && flags.dryRun) throw new UsageError('--yes records and --dry-run does not: give one of them');
  const canAsk = process.stdin.isTTY && process.stderr.isTTY;
  if (!flags.yes && !flags.dryRun && !canAsk)
    throw new UsageError('nobody can be asked here: --yes records, --dry-run only shows what would be recorded');
  const bursar = connected(flags, { retries: 8, timeoutMs: TIMEOUT_MS });
  const told: Told[] = [];
  for (const file of files) {
    const one = await importFile(bursar, file, flags);
    told.push(one);
  }
  if (flags.json) printJson(told);
  const isIncomplete = ({ dryRun, recorded }: Told) => (recorded ?? dryRun).problemCount > 0;
  return told.some(isIncomplete) ? 1 : 0;
}

async function importFile(bursar: Bursar, file: string, flags: ImportFlags): Promise<Told> {
  const terms = termsOf(file, flags);
  const { rows, first, isWhole } = await surveyFile(file);
  const begun = await bursar.imports.send(first.csv, { ...terms, dryRun: 'true' });
  // Every pass over the file is the same: the server tells by which columns rows are known.
  const repeated = isWhole ? null : await repeatedRows(file, begun.identifiedBy);
  const parts = () => (repeated === null ? [first] : partsOf(file, begun.identifiedBy, repeated));
  const dry: ImportRun[] = [];
  if (isWhole) dry.push(begun);
  else
    await sendAll(`checking ${file}`, rows, parts(), async ({ csv }) => {
      dry.push(await bursar.imports.send(csv, { ...terms, dryRun: 'true' }));
    });
  const dryRun = totalOfImport(dry);
  if (!flags.json) show(file, dryRun);
  if (flags.dryRun || !(await isWanted(dryRun, flags))) return { file, dryRun, recorded: null };

  const recorded: ImportRun[] = [];
  const period = begun.view === 'copilot-credits-agents' || begun.view === 'copilot-credits-users' ? daysOf(dryRun) : {};
  const settled = { ...terms, ...period };
  // The same file with the same terms is the same import, whatever was recorded of it before.
  const id = isWhole ? undefined : await fileHash(file, JSON.stringify([begun.view, settled]));
  const whole = { ...settled, id, parts: dry.length, dryRun: 'false' as const };
  await sendAll(`recording ${file}`, rows, parts(), async ({ csv }) => {
    recorded.push(await bursar.imports.send(csv, { ...whole, part: recorded.length + 1 }));
  });
  const total = totalOfImport(recorded);
  if (!flags.json) showRecorded(total);
  return { file, dryRun, recorded: total };
}

function termsOf(file: string, { view, from, to, belowThousandAs, environment, countAgain }: ImportFlags) {
  return {
    fileName: basename(file).slice(0, 256),
    view,
    from,
    to,
    belowThousandAs,
    environmentId: environment,
    ...(countAgain ? { countAgain: 'true' as const } : {}),
  };
}

/** What the dry run took for the days, so that it is recorded so, also past midnight. */
function daysOf({ from, to }: ImportRun): { from?: string; to?: string } {
  return from === null || to === null ? {} : { from, to };
}

async function sendAll(
  what: string,
  rows: number,
  parts: Iterable<ImportPart> | AsyncIterable<ImportPart>,
  send: (part: ImportPart) => Promise<void>,
): Promise<void> {
  const progress = progressOf(what, rows);
  try {
    for await (const part of parts) {
      await send(part);
      progress.done(part.rows);
    }
  } finally {
    progress.stop();
  }
}

async function isWanted({ wouldRecord = 0 }: ImportRun, { yes }: ImportFlags): Promise<boolean> {
  if (wouldRecord === 0) {
    note('There is nothing to record.');
    return false;
  }
  if (yes) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await terminal.question(`Record ${rowsText(wouldRecord)}? [y/N] `)).trim());
  } finally {
    terminal.close();
  }
}

function show(file: string, run: ImportRun): void {
  const made = run.environmentsToMake ?? [];
  const more = made.length > MOST_NAMED ? `, and ${grouped(made.length - MOST_NAMED)} more` : '';
  printPairs([
    ['file', file],
    ['view', run.view],
    ['days', run.from === null ? 'none' : `${run.from} to ${run.to}`],
    ['rows', grouped(run.rows)],
    ['to be recorded', grouped(run.wouldRecord ?? 0)],
    ['recorded before', grouped(run.unchanged)],
    ['cannot be recorded', grouped(run.problemCount)],
    [
      'environments to make',
      made.length === 0
        ? 'none'
        : made
            .slice(0, MOST_NAMED)
            .map(({ name }) => name)
            .join(', ') + more,
    ],
  ]);
  printLine('');
  showCurrencies(run, 'would be added');
  showProblems(run);
}

/** What is to know of the file was said by the dry run. */
function showRecorded(run: ImportRun): void {
  printLine(
    `\nRecorded ${rowsText(run.recorded ?? 0)} as import ${run.id ?? '–'}; ${grouped(run.unchanged)} were there already, ${grouped(run.problemCount)} could not be recorded.`,
  );
  showCurrencies(run, 'added');
  printLine(`bursar imports differences ${run.id ?? 'ID'}: whether an export says the same now`);
}

function rowsText(count: number): string {
  return count === 1 ? '1 row' : `${grouped(count)} rows`;
}

function showCurrencies({ currencies }: ImportRun, added: string): void {
  printTable(
    [
      { title: 'currency', of: (row) => currencyName(row.currency) },
      { title: 'in the file', of: (row) => grouped(row.credits), align: 'right' },
      { title: 'not billed', of: (row) => grouped(row.nonBilled), align: 'right' },
      { title: added, of: (row) => grouped(row.recorded), align: 'right' },
    ],
    currencies,
    'no credits',
  );
}

function showProblems({ problems, problemCount, sameDays, notes }: ImportRun): void {
  for (const { rows, detail } of notes) note(`note: ${detail}${rows === undefined ? '' : ` (rows: ${grouped(rows)})`}`);
  for (const { id, view, from, to } of sameDays)
    note(
      `import ${id} shows Copilot Credits of ${from} to ${to} already (${view}): recording counts them twice, and needs --count-again`,
    );
  for (const { line, column, detail } of problems) note(`line ${line} is not recorded: ${column ? `${column} ` : ''}${detail}`);
  if (problemCount > problems.length) note(`… and ${grouped(problemCount - problems.length)} more lines`);
}
