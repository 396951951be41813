// The rows of a long table: those that can be seen, and room for the others. Loaded with the first long table.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useLayoutEffect, useRef, useState } from 'react';
import { DataRow } from './data-row.tsx';
import type { DataTableProps } from './data-table.tsx';

const ROW_HEIGHT = 45;
const OVERSCAN = 8;

interface LongRowsProps<Row> extends DataTableProps<Row> {
  rows: readonly Row[];
  /** Where the table stands. */
  room: RefObject<HTMLElement | null>;
}

/** Of the rows that stood there before: whoever reads a list that becomes long stays where he is, on cards too. */
function heightsIn(room: HTMLElement | null): readonly number[] {
  return Array.from(room?.querySelectorAll('tbody > tr') ?? [], (row) => row.getBoundingClientRect().height);
}

export function LongRows<Row>(props: LongRowsProps<Row>) {
  const { rows, rowId, columns, selection, room } = props;
  const [heights] = useState(() => heightsIn(room.current));
  const usual = heights.length === 0 ? ROW_HEIGHT : heights.reduce((sum, height) => sum + height) / heights.length;
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
  // All places are reckoned anew where this is another.
  const idOf = useRef(rowId);
  idOf.current = rowId;
  const getItemKey = useCallback((index: number) => idOf.current(rows[index]!), [rows]);
  // Between the first rendering and its being shown the reader may have scrolled on; the virtualizer's own effect comes after this one.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the virtualizer stays the same
  useLayoutEffect(() => {
    virtualizer.scrollOffset = window.scrollY;
  }, []);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: (index) => heights[index] ?? usual,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey,
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
