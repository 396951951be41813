// The one table. Where there is less room it leaves out the minor columns, and with little room every row becomes a card of names and
// values; the roles are said, so that it stays a table for those who listen to it. A long one has only the rows in it that can be seen.

import {
  Checkbox,
  mergeClasses,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
} from '@fluentui/react-components';
import { lazy, Suspense, useRef } from 'react';
import { tableText } from '../strings/table.ts';
import { type Column, isSortable } from './column.ts';
import { DataRow } from './data-row.tsx';
import type { LongRows as LongRowsOf } from './long-rows.tsx';
import { useCardStyles, useTableStyles } from './table-styles.ts';

const LongRows = lazy(async () => ({ default: (await import('./long-rows.tsx')).LongRows })) as unknown as typeof LongRowsOf;

/** More rows than this, and only those are there that can be seen. */
const LONG = 100;
const SKELETON_ROWS = 5;

export interface Selection<Row> {
  ids: ReadonlySet<string>;
  onChange: (ids: ReadonlySet<string>) => void;
  /** What a row is called: "Select Sales". */
  nameOf: (row: Row) => string;
}

export interface DataTableProps<Row> {
  label: string;
  /** A list fills the page; a small table of figures stays one in a panel. */
  of?: 'list' | 'figures';
  columns: readonly Column<Row>[];
  /** In their order; undefined: not there yet. */
  rows: readonly Row[] | undefined;
  rowId: (row: Row) => string;
  /** A column's id, with `-` before it for descending: what the order of the rows is. */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  /** A click anywhere on a row; the keyboard has a button or link in one of its cells. */
  onOpen?: (row: Row) => void;
  /** Rows that have just come. */
  isFresh?: (row: Row) => boolean;
  selection?: Selection<Row> | undefined;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, of = 'list', columns, rows, rowId, sort, onSort, selection } = props;
  const styles = useTableStyles();
  const cards = useCardStyles[of]();
  const room = useRef<HTMLDivElement>(null);
  const isLong = rows !== undefined && rows.length > LONG;
  const sortedBy = sort?.replace(/^-/, '');
  const allSelected = rows !== undefined && rows.length > 0 && rows.every((row) => selection?.ids.has(rowId(row)));
  return (
    <div ref={room} className={mergeClasses(styles.room, !isLong && styles.sideways)}>
      <Table
        aria-label={label}
        role="table"
        aria-busy={rows === undefined}
        {...(isLong && { 'aria-rowcount': rows.length + 1 })}
        className={mergeClasses(isLong ? styles.fixed : styles.auto, cards.table)}
        sortable={onSort !== undefined}
      >
        <TableHeader role="rowgroup" className={cards.header}>
          <TableRow role="row" {...(isLong && { 'aria-rowindex': 1 })}>
            {selection && (
              <TableHeaderCell
                role="columnheader"
                sortable={false}
                className={mergeClasses(styles.selection, isLong && styles.sticky)}
              >
                <Checkbox
                  aria-label={tableText.selectAll}
                  checked={allSelected || (selection.ids.size > 0 && 'mixed')}
                  onChange={() => selection.onChange(new Set(allSelected ? [] : rows?.map(rowId)))}
                />
              </TableHeaderCell>
            )}
            {columns.map((column) => {
              const direction = column.id === sortedBy ? (sort?.startsWith('-') ? 'descending' : 'ascending') : undefined;
              const sorts = isSortable(column) && onSort !== undefined;
              return (
                <TableHeaderCell
                  key={column.id}
                  role="columnheader"
                  sortable={sorts}
                  {...(direction && { sortDirection: direction })}
                  {...(column.width !== undefined && { style: { width: column.width } })}
                  className={mergeClasses(
                    styles.headerCell,
                    isLong && styles.sticky,
                    column.align === 'end' && styles.headerCellEnd,
                    column.minor && cards.minor,
                  )}
                  {...(sorts && { onClick: () => onSort(direction === 'ascending' ? `-${column.id}` : column.id) })}
                >
                  {column.title || <span className={styles.unseen}>{tableText.actions}</span>}
                </TableHeaderCell>
              );
            })}
          </TableRow>
        </TableHeader>
        <TableBody role="rowgroup" className={cards.body}>
          {rows === undefined ? (
            <SkeletonRows {...props} />
          ) : isLong ? (
            // Whoever reads it stays where he is.
            <Suspense fallback={rows.slice(0, LONG).map((row) => <DataRow key={rowId(row)} {...props} row={row} />)}>
              <LongRows {...props} rows={rows} room={room} />
            </Suspense>
          ) : (
            rows.map((row) => <DataRow key={rowId(row)} {...props} row={row} />)
          )}
        </TableBody>
      </Table>
    </div>
  );
}

/** What is not there yet takes the room that it will. */
function SkeletonRows<Row>({ of = 'list', columns, selection }: DataTableProps<Row>) {
  const styles = useTableStyles();
  const cards = useCardStyles[of]();
  return Array.from({ length: SKELETON_ROWS }, (_, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
    <TableRow key={index} role="row" className={cards.row} aria-hidden>
      {selection && <TableCell role="cell" className={mergeClasses(styles.selection, cards.selection)} />}
      {columns.map((column) => (
        <TableCell key={column.id} role="cell" className={mergeClasses(cards.cell, column.minor && cards.minor)}>
          <span className={styles.skeleton} />
        </TableCell>
      ))}
    </TableRow>
  ));
}
