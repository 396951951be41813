// What is shown, as a file that the browser keeps.

import { download } from '../download.ts';
import type { Column } from './column.ts';
import { toCsv } from './csv.ts';

/** `name` without its ending. */
export function downloadCsv<Row>(name: string, columns: readonly Column<Row>[], rows: readonly Row[]): void {
  download(`${name}.csv`, ['\ufeff', toCsv(columns, rows)], 'text/csv;charset=utf-8');
}
