// The most of something, one bar a name.

import { lazy } from 'react';
import type { Amount } from '../data.ts';
import { approximate, formatAmount } from '../figures.ts';
import { chartText } from '../strings/chart.ts';
import type { Column } from '../table/column.ts';
import { Chart, type ChartHeading } from './chart.tsx';

const TopPicture = lazy(async () => ({ default: (await import('./top-picture.tsx')).TopPicture }));

const BAR_PX = 44;

export interface TopBar {
  id: string;
  name: string;
  amount: Amount;
}

export interface TopChartProps extends ChartHeading {
  /** The largest first. */
  bars: readonly TopBar[];
  /** How the first column of the table is called. */
  nameTitle?: string;
  /** How the amounts are called. */
  amountTitle?: string;
}

export function TopChart({ bars, nameTitle = chartText.name, amountTitle = chartText.credits, ...heading }: TopChartProps) {
  const columns: Column<TopBar>[] = [
    { id: 'name', title: nameTitle, value: ({ name }) => name },
    { id: 'amount', title: amountTitle, value: ({ amount }) => amount, cell: ({ amount }) => formatAmount(amount), align: 'end' },
  ];
  const isEmpty = bars.every(({ amount }) => approximate(amount) === 0);
  return (
    <Chart {...heading} columns={columns} rows={bars} rowId={({ id }) => id} isEmpty={isEmpty} heightPx={bars.length * BAR_PX}>
      <TopPicture bars={bars} />
    </Chart>
  );
}
