// A row of the one table.

import { Checkbox, mergeClasses, TableCell, TableRow } from '@fluentui/react-components';
import { memo, type ReactNode } from 'react';
import { tableText } from '../strings/table.ts';
import type { Column } from './column.ts';
import type { DataTableProps } from './data-table.tsx';
import { useCardStyles, useTableStyles } from './table-styles.ts';

export interface DataRowProps<Row> extends DataTableProps<Row> {
  row: Row;
  /** Of a long table: its place in it. */
  index?: number;
  measure?: (element: HTMLElement | null) => void;
}

function Row<Row>({ row, index, measure, of = 'list', columns, rowId, onOpen, isFresh, selection }: DataRowProps<Row>) {
  const styles = useTableStyles();
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

/** While a long table is scrolled its rows stay as they are. */
export const DataRow = memo(Row) as typeof Row;

function contentOf<Row>({ cell, value }: Column<Row>, row: Row): ReactNode {
  if (cell) return cell(row);
  const said = value?.(row);
  return said === null || said === undefined ? null : String(said);
}
