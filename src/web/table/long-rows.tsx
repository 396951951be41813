// The rows of a long table: those that can be seen, and room for the others. Loaded with the first long table.

import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useLayoutEffect, useRef, useState } from 'react';
import { DataRow } from './data-row.tsx';
import type { DataTableProps } from './data-table.tsx';

const ROW_HEIGHT = 45;
const OVERSCAN = 8;

export function LongRows<Row>(props: DataTableProps<Row> & { rows: readonly Row[] }) {
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
  // All places are reckoned anew where this is another.
  const idOf = useRef(rowId);
  idOf.current = rowId;
  const getItemKey = useCallback((index: number) => idOf.current(rows[index]!), [rows]);
  const virtualizer = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => ROW_HEIGHT,
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
