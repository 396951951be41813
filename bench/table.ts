// Prints the measured rows as one aligned table, which is valid Markdown as well, and keeps the run in bench/results/.
// The ratios are against the fastest hand-written row on the same environments, whatever its connections: called directly
// for one column, behind HTTP for the other, so that no contender shines by a peer's worst setting.

import { mkdir, writeFile } from 'node:fs/promises';
import type { Conditions } from './conditions.ts';
import { HAND_WRITTEN } from './peers.ts';
import type { Row, Way } from './rounds.ts';

type RowWithRatios = Row & { toHandWrittenCalled: number | null; toHandWrittenOverHttp: number | null };

export function withRatios(rows: readonly Row[]): RowWithRatios[] {
  return rows.map((row) => ({
    ...row,
    toHandWrittenCalled: ratio(row, fastestHandWritten(rows, 'called', row.environments)),
    toHandWrittenOverHttp: ratio(row, fastestHandWritten(rows, 'http', row.environments)),
  }));
}

function fastestHandWritten(rows: readonly Row[], way: Way, environments: number): number {
  const same = rows.filter((row) => row.name === HAND_WRITTEN && row.way === way && row.environments === environments);
  return Math.max(0, ...same.map((row) => row.perSecond));
}

function ratio(row: Row, baseline: number): number | null {
  return baseline === 0 ? null : row.perSecond / baseline;
}

type Column = { title: string; right: boolean; show(row: RowWithRatios): string };

const COLUMNS: readonly Column[] = [
  { title: 'contender', right: false, show: (row) => row.name },
  { title: 'way', right: false, show: (row) => row.way },
  { title: 'connections', right: true, show: (row) => String(row.connections) },
  { title: 'environments', right: true, show: (row) => String(row.environments) },
  { title: 'decisions/s', right: true, show: (row) => Math.round(row.perSecond).toLocaleString('en-US') },
  { title: 'lowest–highest', right: true, show: showRange },
  { title: 'p50 ms', right: true, show: (row) => row.p50Ms.toFixed(2) },
  { title: 'p99 ms', right: true, show: (row) => row.p99Ms.toFixed(2) },
  { title: '× hand-written called', right: true, show: (row) => showRatio(row.toHandWrittenCalled) },
  { title: '× hand-written http', right: true, show: (row) => showRatio(row.toHandWrittenOverHttp) },
];

function showRange(row: Row): string {
  const speeds = row.rounds.map((round) => Math.round(round.perSecond));
  return `${Math.min(...speeds).toLocaleString('en-US')}–${Math.max(...speeds).toLocaleString('en-US')}`;
}

function showRatio(value: number | null): string {
  return value === null ? '' : value.toFixed(2);
}

export function formatTable(rows: readonly Row[]): string {
  const cells = withRatios(rows).map((row) => COLUMNS.map((column) => column.show(row)));
  const widths = COLUMNS.map((column, at) => Math.max(column.title.length, ...cells.map((row) => row[at]!.length)));
  const pad = (text: string, at: number) => (COLUMNS[at]!.right ? text.padStart(widths[at]!) : text.padEnd(widths[at]!));
  const line = (texts: readonly string[]) => `| ${texts.map(pad).join(' | ')} |`;
  const rule = COLUMNS.map((column, at) => (column.right ? `${'-'.repeat(widths[at]! - 1)}:` : '-'.repeat(widths[at]!)));
  return [line(COLUMNS.map((column) => column.title)), `| ${rule.join(' | ')} |`, ...cells.map(line)].join('\n');
}

/** Writes `latest.json` and `latest.md` into bench/results/ and answers that folder. */
export async function writeResults(rows: readonly Row[], conditions: Conditions): Promise<URL> {
  const folder = new URL('results/', import.meta.url);
  await mkdir(folder, { recursive: true });
  const settings = Object.entries(conditions).map(([name, value]) => `- ${name}: ${value}`);
  const markdown = `# Benchmark\n\n${settings.join('\n')}\n\n${formatTable(rows)}\n`;
  await writeFile(new URL('latest.md', folder), markdown);
  await writeFile(new URL('latest.json', folder), `${JSON.stringify({ conditions, rows: withRatios(rows) }, null, 2)}\n`);
  return folder;
}
