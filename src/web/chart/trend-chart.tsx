// How something went from day to day, with a limit as a line across.

import { lazy } from 'react';
import type { Amount } from '../data.ts';
import { approximate, formatAmount, formatDate } from '../figures.ts';
import { chartText } from '../strings/chart.ts';
import type { Column } from '../table/column.ts';
import { Chart, type ChartHeading } from './chart.tsx';

const TrendPicture = lazy(async () => ({ default: (await import('./trend-picture.tsx')).TrendPicture }));

const HEIGHT_PX = 300;

export interface TrendSeries {
  id: string;
  name: string;
  /** By day (2026-03-01), ascending; a day that is left out has none. */
  points: readonly { day: string; amount: Amount }[];
}

export interface TrendChartProps extends ChartHeading {
  series: readonly TrendSeries[];
  /** A line across: what the month may use. */
  limit?: { name: string; amount: Amount };
}

interface Day {
  day: string;
  amounts: ReadonlyMap<string, Amount>;
}

function daysOf(series: readonly TrendSeries[]): Day[] {
  const days = new Map<string, Map<string, Amount>>();
  for (const { id, points } of series) {
    for (const { day, amount } of points) days.set(day, (days.get(day) ?? new Map()).set(id, amount));
  }
  return [...days].map(([day, amounts]) => ({ day, amounts })).sort((a, b) => a.day.localeCompare(b.day));
}

export function TrendChart({ series, limit, ...heading }: TrendChartProps) {
  const days = daysOf(series);
  const columns: Column<Day>[] = [
    { id: 'day', title: chartText.day, value: ({ day }) => day, cell: ({ day }) => formatDate(day) },
    ...series.map(({ id, name }): Column<Day> => {
      const amountOf = ({ amounts }: Day) => amounts.get(id) ?? '0';
      return { id, title: name, value: amountOf, cell: (day) => formatAmount(amountOf(day)), align: 'end' };
    }),
  ];
  const isEmpty = series.every(({ points }) => points.every(({ amount }) => approximate(amount) === 0));
  return (
    <Chart {...heading} columns={columns} rows={days} rowId={({ day }) => day} isEmpty={isEmpty} heightPx={HEIGHT_PX}>
      <TrendPicture title={heading.title} series={series} days={days.map(({ day }) => day)} limit={limit} heightPx={HEIGHT_PX} />
    </Chart>
  );
}
