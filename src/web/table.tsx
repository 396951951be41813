// The one table: columns are a constant of the list that shows it. Where there is less room it leaves out the minor columns, and with
// little room every row becomes a card of names and values; the roles are said, so that it stays a table for those who listen to it.

import {
  makeStyles,
  mergeClasses,
  Table,
  TableBody,
  TableCell,
  TableHeader,
  TableHeaderCell,
  TableRow,
  tokens,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';

export interface Column<Row> {
  id: string;
  title: string;
  cell: (row: Row) => ReactNode;
  /** Makes the column sortable: ascending order. */
  compare?: (a: Row, b: Row) => number;
  /** Figures stand at the end, under one another. */
  align?: 'end';
  /** Keeps its content on one line. */
  nowrap?: boolean;
  /** Left out where there is less room: what opens from the row says it. */
  minor?: boolean;
}

/** Less room than this, and a list leaves out what is minor. */
const MAJOR_OF_LIST = '@container (max-width: 860px)';
/** Less room than this, and the rows of a list are cards. */
export const CARDS_OF_LIST = '@container (max-width: 620px)';
/** The same for a small table of figures. */
const CARDS_OF_FIGURES = '@container (max-width: 440px)';

const asCards = {
  table: { display: 'block' },
  header: { display: 'none' },
  body: { display: 'block' },
  row: { display: 'block', padding: `${tokens.spacingVerticalS} 0` },
  cell: {
    display: 'flex',
    height: 'auto',
    minHeight: '28px',
    gap: tokens.spacingHorizontalM,
    justifyContent: 'space-between',
    alignItems: 'center',
    textAlign: 'end',
    '::before': {
      content: 'attr(data-title)',
      flexShrink: 0,
      maxWidth: '45%',
      textAlign: 'start',
      color: tokens.colorNeutralForeground3,
    },
  },
} as const;

const useCardStyles = {
  list: makeStyles({
    table: { [CARDS_OF_LIST]: asCards.table },
    header: { [CARDS_OF_LIST]: asCards.header },
    body: { [CARDS_OF_LIST]: asCards.body },
    row: { [CARDS_OF_LIST]: asCards.row },
    cell: { [CARDS_OF_LIST]: asCards.cell },
    minor: { [MAJOR_OF_LIST]: { display: 'none' } },
  }),
  figures: makeStyles({
    table: { [CARDS_OF_FIGURES]: asCards.table },
    header: { [CARDS_OF_FIGURES]: asCards.header },
    body: { [CARDS_OF_FIGURES]: asCards.body },
    row: { [CARDS_OF_FIGURES]: asCards.row },
    cell: { [CARDS_OF_FIGURES]: asCards.cell },
    minor: {},
  }),
};

const useStyles = makeStyles({
  room: { containerType: 'inline-size', overflowX: 'auto' },
  table: { tableLayout: 'auto' },
  headerCell: { fontWeight: tokens.fontWeightSemibold },
  headerCellEnd: { '& button': { justifyContent: 'flex-end' }, textAlign: 'end' },
  clickable: { cursor: 'pointer' },
  fresh: {
    animationName: { from: { backgroundColor: tokens.colorBrandBackground2 }, to: {} },
    animationDuration: '2.5s',
    animationTimingFunction: 'ease-out',
    '@media (prefers-reduced-motion: reduce)': { animationName: 'none' },
  },
  cell: { overflowWrap: 'break-word' },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  nowrap: { whiteSpace: 'nowrap' },
});

export interface DataTableProps<Row> {
  label: string;
  /** A list fills the page; a small table of figures stays one in a panel. */
  of?: 'list' | 'figures';
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** A column's id, with `-` before it for descending; rows come in the order of the list where it is absent. */
  sort?: string | undefined;
  onSort?: (sort: string) => void;
  /** A click anywhere on a row; the keyboard has a button or link in one of its cells. */
  onOpen?: (row: Row) => void;
  /** Rows that have just come. */
  isFresh?: (row: Row) => boolean;
}

function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], sort: string | undefined): readonly Row[] {
  const descending = sort?.startsWith('-') ?? false;
  const compare = columns.find((column) => column.id === sort?.replace(/^-/, ''))?.compare;
  if (!compare) return rows;
  return [...rows].sort(descending ? (a, b) => compare(b, a) : compare);
}

export function DataTable<Row>({ label, of = 'list', columns, rows, rowId, sort, onSort, onOpen, isFresh }: DataTableProps<Row>) {
  const styles = useStyles();
  const cards = useCardStyles[of]();
  const sortedBy = sort?.replace(/^-/, '');
  return (
    <div className={styles.room}>
      <Table role="table" aria-label={label} className={mergeClasses(styles.table, cards.table)} sortable={onSort !== undefined}>
        <TableHeader role="rowgroup" className={cards.header}>
          <TableRow role="row">
            {columns.map((column) => {
              const direction = column.id === sortedBy ? (sort?.startsWith('-') ? 'descending' : 'ascending') : undefined;
              const isSortable = column.compare !== undefined && onSort !== undefined;
              return (
                <TableHeaderCell
                  key={column.id}
                  role="columnheader"
                  sortable={isSortable}
                  {...(direction && { sortDirection: direction })}
                  className={mergeClasses(
                    styles.headerCell,
                    column.align === 'end' && styles.headerCellEnd,
                    column.minor && cards.minor,
                  )}
                  {...(isSortable && { onClick: () => onSort(direction === 'ascending' ? `-${column.id}` : column.id) })}
                >
                  {column.title}
                </TableHeaderCell>
              );
            })}
          </TableRow>
        </TableHeader>
        <TableBody role="rowgroup" className={cards.body}>
          {sorted(rows, columns, sort).map((row) => (
            <TableRow
              key={rowId(row)}
              role="row"
              className={mergeClasses(cards.row, onOpen && styles.clickable, isFresh?.(row) && styles.fresh)}
              onClick={onOpen && (() => onOpen(row))}
            >
              {columns.map((column) => (
                <TableCell
                  key={column.id}
                  role="cell"
                  data-title={column.title}
                  className={mergeClasses(
                    styles.cell,
                    column.align === 'end' && styles.end,
                    column.nowrap && styles.nowrap,
                    cards.cell,
                    column.minor && cards.minor,
                  )}
                >
                  {column.cell(row)}
                </TableCell>
              ))}
            </TableRow>
          ))}
        </TableBody>
      </Table>
    </div>
  );
}
