// The picture of a trend, by Fluent's line chart.

import { LineChart } from '@fluentui/react-charts';
import { approximate, formatAmount, formatDate, formatDay } from '../figures.ts';
import { chartText } from '../strings/chart.ts';
import { axisAmount } from './axis.ts';
import { colorOf, markColorOf } from './colors.ts';
import { useLegend } from './legend.ts';
import type { TrendChartProps, TrendSeries } from './trend-chart.tsx';

export interface TrendPictureProps {
  title: string;
  series: readonly TrendSeries[];
  /** All that any series has, ascending. */
  days: readonly string[];
  limit: TrendChartProps['limit'];
  heightPx: number;
}

export function TrendPicture({ title, series, days, limit, heightPx }: TrendPictureProps) {
  const lines = series.map(({ name, points }, index) => ({
    legend: name,
    color: colorOf(index),
    lineOptions: { strokeWidth: 2 },
    data: points.map(({ day, amount }) => ({
      x: new Date(day),
      y: approximate(amount),
      xAxisCalloutData: formatDate(day),
      yAxisCalloutData: formatAmount(amount),
    })),
  }));
  const ends = [days[0], days.at(-1)].filter((day) => day !== undefined);
  const line = limit && {
    legend: `${limit.name}: ${formatAmount(limit.amount)}`,
    color: markColorOf(1),
    lineOptions: { strokeWidth: 2, strokeDasharray: '6 4', lineBorderWidth: 0 },
    hideNonActiveDots: true,
    data: ends.map((day) => ({
      x: new Date(day),
      y: approximate(limit.amount),
      xAxisCalloutData: formatDate(day),
      yAxisCalloutData: formatAmount(limit.amount),
    })),
  };
  const legend = useLegend();
  return (
    <LineChart
      data={{ chartTitle: chartText.drawn(title), lineChartData: line ? [...lines, line] : lines }}
      height={heightPx}
      useUTC
      customDateTimeFormatter={(date) => formatDay(date.toISOString())}
      yAxisTickFormat={axisAmount}
      yMinValue={0}
      margins={{ left: 64, right: 24, top: 16, bottom: 36 }}
      roundedTicks
      legendProps={legend}
      enabledLegendsWrapLines
    />
  );
}
