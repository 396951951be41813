// Amounts side by side, each stacked from its series, with marks across: what is full, what is stopped at.

import { lazy } from 'react';
import type { Amount } from '../data.ts';
import { approximate, formatAmount } from '../figures.ts';
import { chartText } from '../strings/chart.ts';
import type { Column } from '../table/column.ts';
import { Chart, type ChartHeading } from './chart.tsx';

const BarPicture = lazy(async () => ({ default: (await import('./bar-picture.tsx')).BarPicture }));

const HEIGHT_PX = 300;

export interface BarCategory {
  id: string;
  name: string;
  /** By series; what is left out is none. */
  amounts: Readonly<Record<string, Amount>>;
}

export interface BarSeries {
  id: string;
  name: string;
}

export interface BarMark {
  name: string;
  amount: Amount;
}

export interface BarChartProps extends ChartHeading {
  categories: readonly BarCategory[];
  series: readonly BarSeries[];
  /** Lines across: at two categories and more. For one amount of another there is capacity/capacity-bar.tsx. */
  marks?: readonly BarMark[];
  /** How the first column of the table is called. */
  categoryTitle?: string;
}

export function BarChart({ categories, series, marks = [], categoryTitle = chartText.name, ...heading }: BarChartProps) {
  const columns: Column<BarCategory>[] = [
    { id: 'name', title: categoryTitle, value: ({ name }) => name },
    ...series.map(({ id, name }): Column<BarCategory> => {
      const amountOf = ({ amounts }: BarCategory) => amounts[id] ?? '0';
      return { id, title: name, value: amountOf, cell: (category) => formatAmount(amountOf(category)), align: 'end' };
    }),
  ];
  const isEmpty = categories.every(({ amounts }) => Object.values(amounts).every((amount) => approximate(amount) === 0));
  return (
    <Chart {...heading} columns={columns} rows={categories} rowId={({ id }) => id} isEmpty={isEmpty} heightPx={HEIGHT_PX}>
      <BarPicture title={heading.title} categories={categories} series={series} marks={marks} heightPx={HEIGHT_PX} />
    </Chart>
  );
}
