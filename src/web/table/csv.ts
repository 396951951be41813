// What is shown, as CSV for a spreadsheet (RFC 4180, UTF-8 with its mark, so that Excel reads it). A text that a spreadsheet would run as
// a formula gets an apostrophe before it, as in the reports of the server.

import type { CellValue, Column } from './column.ts';

const FORMULA = /^[=+\-@\t\r\uff1d\uff0b\uff0d\uff20]/;
const NUMBER = /^-?\d+(\.\d+)?$/;

function field(value: CellValue): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  const safe = FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function toCsv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const told = columns.filter(({ value }) => value !== undefined);
  const lines = [told.map(({ title }) => title), ...rows.map((row) => told.map(({ value }) => value?.(row)))];
  return lines.map((line) => `${line.map(field).join(',')}\r\n`).join('');
}
