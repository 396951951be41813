// What every chart has: its heading, the same figures as a table for those who read rather than look, and as CSV. The picture itself is
// loaded when it is first shown.

import { Button, makeStyles, Text, Tooltip, tokens } from '@fluentui/react-components';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { DataBarVerticalRegular } from '@fluentui/react-icons/svg/data-bar-vertical';
import { TableRegular } from '@fluentui/react-icons/svg/table';
import { type ReactNode, Suspense, useState } from 'react';
import { Section } from '../frame/section.tsx';
import { chartText } from '../strings/chart.ts';
import type { Column } from '../table/column.ts';

import { DataTable } from '../table/data-table.tsx';
import { downloadCsv } from '../table/download-csv.ts';

const useStyles = makeStyles({
  picture: { minWidth: 0, overflow: 'hidden' },
  table: { maxHeight: '320px', overflowY: 'auto' },
  none: { color: tokens.colorNeutralForeground3 },
  waiting: { display: 'block' },
});

/** What the caller of every chart says. */
export interface ChartHeading {
  title: string;
  /** The name of the CSV file. */
  csvName: string;
  /** Beside the title: a choice of the period, say. */
  actions?: ReactNode;
  /** Said where there is nothing to draw. */
  none?: string;
}

export interface ChartProps<Row> extends ChartHeading {
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  isEmpty: boolean;
  /** The room that the picture takes, before it is there as well. */
  heightPx: number;
  children: ReactNode;
}

export function Chart<Row>(props: ChartProps<Row>) {
  const { title, csvName, actions, none = chartText.none, columns, rows, rowId, isEmpty, heightPx, children } = props;
  const styles = useStyles();
  const [isTable, setTable] = useState(false);
  const room = <span className={styles.waiting} style={{ height: heightPx }} />;
  return (
    <Section
      title={title}
      actions={
        <>
          {actions}
          <div>
            <Tooltip content={isTable ? chartText.asChart : chartText.asTable} relationship="label">
              <Button
                appearance="subtle"
                icon={isTable ? <DataBarVerticalRegular /> : <TableRegular />}
                onClick={() => setTable(!isTable)}
              />
            </Tooltip>
            <Tooltip content={chartText.csv} relationship="label">
              <Button
                appearance="subtle"
                icon={<ArrowDownloadRegular />}
                disabledFocusable={rows.length === 0}
                onClick={() => downloadCsv(csvName, columns, rows)}
              />
            </Tooltip>
          </div>
        </>
      }
    >
      {isTable ? (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        <section className={styles.table} aria-label={chartText.tableOf(title)} tabIndex={0}>
          <DataTable label={title} of="figures" columns={columns} rows={rows} rowId={rowId} />
        </section>
      ) : isEmpty ? (
        <Text className={styles.none}>{none}</Text>
      ) : (
        <div className={styles.picture} style={{ minHeight: heightPx }}>
          <Suspense fallback={room}>{children}</Suspense>
        </div>
      )}
    </Section>
  );
}
