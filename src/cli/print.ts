// How verbs print: tables for people, JSON for programs.

import Table from 'cli-table3';

const BORDERLESS = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
};

export interface Column<Row> {
  title: string;
  of: (row: Row) => string;
  align?: 'left' | 'right';
}

/** Prints rows under titles; `empty` where there are none, saying what to do next. */
export function printTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[], empty: string): undefined {
  if (rows.length === 0) return printLine(empty);
  const bold = process.stdout.isTTY ? (text: string) => `\u001b[1m${text}\u001b[22m` : (text: string) => text;
  const table = new Table({
    head: columns.map((column) => bold(column.title)),
    chars: BORDERLESS,
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) table.push(columns.map((column) => column.of(row)));
  printLine(table.toString().replace(/ +$/gm, ''));
}

/** Prints pairs of a name and a value, one a line. */
export function printPairs(pairs: readonly (readonly [name: string, value: string])[]): void {
  const width = Math.max(...pairs.map(([name]) => name.length));
  for (const [name, value] of pairs) printLine(`${name.padEnd(width)}  ${value}`);
}

export function printLine(text: string): undefined {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): undefined {
  printLine(JSON.stringify(value, null, 2));
}

/** Prints that something was done: a sentence for people, a document for programs. */
export function printDone(sentence: string, done: object, flags: { json?: boolean }): undefined {
  if (flags.json) return printJson(done);
  printLine(sentence);
}

/** Beside the output: what is under way, and what to know. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A decimal string or a count with its thousands parted: `1025000.5` → `1,025,000.5`. */
export function grouped(value: string | number): string {
  const [whole, fraction] = String(value).split('.');
  const parted = whole!.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}

const SHORT_CURRENCY: Record<string, string> = {
  'ai-builder-credits': 'AI Builder credits',
  'copilot-credits': 'Copilot Credits',
  'copilot-sessions': 'Copilot sessions',
};

export function currencyName(currency: string | null): string {
  return currency === null ? 'none' : (SHORT_CURRENCY[currency] ?? currency);
}
