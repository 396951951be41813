// A column of a list, and what follows from it: search, order and CSV. Columns are a constant of the list that shows them.

import type { ReactNode } from 'react';

/** What a cell says as plain data: amounts as they are on the wire, so that they are exact. */
export type CellValue = string | number | boolean | null | undefined;

export interface Column<Row> {
  id: string;
  /** Empty over what can be done with a row. */
  title: string;
  /** What is searched, sorted by and written to CSV. A column without it has nothing of its own to say: buttons, pictures. */
  value?: (row: Row) => CellValue;
  /** What is shown; the value as text where it is left out. */
  cell?: (row: Row) => ReactNode;
  /** Ascending order, where that of the values is not it. */
  compare?: (a: Row, b: Row) => number;
  /** Its rows are not sorted by it. */
  unsortable?: boolean;
  /** Figures stand at the end, under one another. */
  align?: 'end';
  /** Keeps its content on one line. */
  nowrap?: boolean;
  /** Left out where there is less room: what opens from the row says it. */
  minor?: boolean;
  /** Shown only when it is chosen. */
  extra?: boolean;
  /** A width of CSS, for lists that may be long: `120px`, `30%`. The others share the rest. */
  width?: string;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });
const NUMBER = /^-?\d+(\.\d+)?$/;

function compareValues(a: CellValue, b: CellValue): number {
  if (a === b) return 0;
  if (a === null || a === undefined || a === '') return -1;
  if (b === null || b === undefined || b === '') return 1;
  const [x, y] = [String(a), String(b)];
  if (NUMBER.test(x) && NUMBER.test(y)) return Number(x) - Number(y);
  return collator.compare(x, y);
}

export function isSortable<Row>({ value, compare, unsortable }: Column<Row>): boolean {
  return unsortable !== true && (value !== undefined || compare !== undefined);
}

/** `sort`: a column's id, with `-` before it for descending; rows stay in the order of the list where no column has it. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string | undefined): readonly Row[] {
  const column = columns.find(({ id }) => id === sort?.replace(/^-/, ''));
  if (!column || !isSortable(column)) return rows;
  const compare = column.compare ?? ((a: Row, b: Row) => compareValues(column.value?.(a), column.value?.(b)));
  return rows.toSorted(sort!.startsWith('-') ? (a, b) => compare(b, a) : compare);
}

/** What the columns say of a row, for searching: made once, because what the server said of a row does not change. */
const saidBy = new WeakMap<readonly Column<never>[], WeakMap<object, string>>();

function saidOf<Row>(columns: readonly Column<Row>[]): (row: Row) => string {
  const known = saidBy.get(columns as readonly Column<never>[]) ?? new WeakMap<object, string>();
  saidBy.set(columns as readonly Column<never>[], known);
  return (row) => {
    const before = known.get(row as object);
    if (before !== undefined) return before;
    // No word of a search holds a line's end, so none is found across two columns.
    const said = columns
      .map(({ value }) => value?.(row) ?? '')
      .join('\n')
      .toLocaleLowerCase();
    known.set(row as object, said);
    return said;
  };
}

/** The rows of which some column says every word of `find`, whatever its case. */
export function found<Row>(rows: readonly Row[], columns: readonly Column<Row>[], find: string): readonly Row[] {
  const wanted = find.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return rows;
  const said = saidOf(columns);
  return rows.filter((row) => wanted.every((word) => said(row).includes(word)));
}
