// The one table. Where there is less room it leaves out the minor columns, and with little room every row becomes a card of names and
// values; the roles are said, so that it stays a table for those who listen to it. A long one has only the rows in it that can be seen.

import {
  Checkbox,
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
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useLayoutEffect, useRef, useState } from 'react';
import { tableText } from '../strings/table.ts';
import { type Column, isSortable } from './column.ts';

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
    selection: { [CARDS_OF_LIST]: { display: 'block', width: 'auto' } },
  }),
  figures: makeStyles({
    table: { [CARDS_OF_FIGURES]: asCards.table },
    header: { [CARDS_OF_FIGURES]: asCards.header },
    body: { [CARDS_OF_FIGURES]: asCards.body },
    row: { [CARDS_OF_FIGURES]: asCards.row },
    cell: { [CARDS_OF_FIGURES]: asCards.cell },
    minor: {},
    selection: { [CARDS_OF_FIGURES]: { display: 'block', width: 'auto' } },
  }),
};

const useStyles = makeStyles({
  room: { containerType: 'inline-size' },
  sideways: { overflowX: 'auto' },
  auto: { tableLayout: 'auto' },
  // Rows that come and go must not move the columns.
  fixed: { tableLayout: 'fixed' },
  headerCell: { fontWeight: tokens.fontWeightSemibold },
  sticky: { position: 'sticky', top: 0, zIndex: 1, backgroundColor: tokens.colorNeutralBackground1 },
  // The button of a header that sorts, and what stands in its place in one that does not.
  headerCellEnd: { '& .fui-TableHeaderCell__button': { justifyContent: 'flex-end' }, textAlign: 'end' },
  // On the colour of a row that is pointed at the usual colour of a link is too faint in the dark.
  row: {
    ':hover a': { color: tokens.colorBrandForegroundLinkHover },
    ':hover .fui-Link': { color: tokens.colorBrandForegroundLinkHover },
  },
  clickable: { cursor: 'pointer' },
  selected: { backgroundColor: tokens.colorSubtleBackgroundSelected },
  fresh: {
    animationName: { from: { backgroundColor: tokens.colorBrandBackground2 }, to: {} },
    animationDuration: '2.5s',
    animationTimingFunction: 'ease-out',
    '@media (prefers-reduced-motion: reduce)': { animationName: 'none' },
  },
  cell: { overflowWrap: 'break-word' },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  nowrap: { whiteSpace: 'nowrap' },
  selection: { width: '44px' },
  unseen: { position: 'absolute', width: '1px', height: '1px', overflow: 'hidden', clipPath: 'inset(50%)', whiteSpace: 'nowrap' },
  skeleton: {
    display: 'block',
    height: '14px',
    width: '70%',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorNeutralStencil1,
  },
});

/** More rows than this, and only those are there that can be seen. */
const LONG = 100;
const ROW_HEIGHT = 45;
const OVERSCAN = 12;
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
  const styles = useStyles();
  const cards = useCardStyles[of]();
  const isLong = rows !== undefined && rows.length > LONG;
  const sortedBy = sort?.replace(/^-/, '');
  const allSelected = rows !== undefined && rows.length > 0 && rows.every((row) => selection?.ids.has(rowId(row)));
  return (
    <div className={mergeClasses(styles.room, !isLong && styles.sideways)}>
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
            <LongRows {...props} rows={rows} />
          ) : (
            rows.map((row) => <DataRow key={rowId(row)} {...props} row={row} />)
          )}
        </TableBody>
      </Table>
    </div>
  );
}

function LongRows<Row>(props: DataTableProps<Row> & { rows: readonly Row[] }) {
  const { rows, rowId, columns, selection } = props;
  const startRef = useRef<HTMLTableRowElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const measure = () => {
      const start = startRef.current;
      if (start) setTop(start.getBoundingClientRect().top + window.scrollY);
    };
    measure();
    // What stands above the table may come later, or take more room.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => rowId(rows[index]!),
  });
  const shown = virtualizer.getVirtualItems();
  const before = (shown[0]?.start ?? top) - top;
  const after = virtualizer.getTotalSize() - ((shown.at(-1)?.end ?? top) - top);
  const span = columns.length + (selection ? 1 : 0);
  return (
    <>
      <tr ref={startRef} aria-hidden>
        <td colSpan={span} style={{ height: Math.max(before, 0), padding: 0 }} />
      </tr>
      {shown.map(({ index, key }) => (
        <DataRow key={key as string} {...props} row={rows[index]!} index={index} measure={virtualizer.measureElement} />
      ))}
      <tr aria-hidden>
        <td colSpan={span} style={{ height: Math.max(after, 0), padding: 0 }} />
      </tr>
    </>
  );
}

interface DataRowProps<Row> extends DataTableProps<Row> {
  row: Row;
  /** Of a long table: its place in it. */
  index?: number;
  measure?: (element: HTMLElement | null) => void;
}

function DataRow<Row>({ row, index, measure, of = 'list', columns, rowId, onOpen, isFresh, selection }: DataRowProps<Row>) {
  const styles = useStyles();
  const cards = useCardStyles[of]();
  const id = rowId(row);
  const isSelected = selection?.ids.has(id) ?? false;
  return (
    <TableRow
      role="row"
      {...(measure && { ref: measure })}
      {...(index !== undefined && { 'data-index': index, 'aria-rowindex': index + 2 })}
      {...(selection && { 'aria-selected': isSelected })}
      className={mergeClasses(
        cards.row,
        styles.row,
        onOpen && styles.clickable,
        isSelected && styles.selected,
        isFresh?.(row) && styles.fresh,
      )}
      onClick={onOpen && (() => onOpen(row))}
    >
      {selection && (
        <TableCell
          role="cell"
          className={mergeClasses(styles.selection, cards.selection)}
          onClick={(event) => event.stopPropagation()}
        >
          <Checkbox
            aria-label={tableText.select(selection.nameOf(row))}
            checked={isSelected}
            onChange={(_, { checked }) => {
              const ids = new Set(selection.ids);
              if (checked === true) ids.add(id);
              else ids.delete(id);
              selection.onChange(ids);
            }}
          />
        </TableCell>
      )}
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
          {contentOf(column, row)}
        </TableCell>
      ))}
    </TableRow>
  );
}

function contentOf<Row>({ cell, value }: Column<Row>, row: Row): ReactNode {
  if (cell) return cell(row);
  const said = value?.(row);
  return said === null || said === undefined ? null : String(said);
}

/** What is not there yet takes the room that it will. */
function SkeletonRows<Row>({ of = 'list', columns, selection }: DataTableProps<Row>) {
  const styles = useStyles();
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
