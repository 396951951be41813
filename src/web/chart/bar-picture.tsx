// The picture of bars, by Fluent's stacked bar chart.

import { VerticalStackedBarChart } from '@fluentui/react-charts';
import { approximate, formatAmount } from '../figures.ts';
import { chartText } from '../strings/chart.ts';
import { axisAmount } from './axis.ts';
import type { BarCategory, BarMark, BarSeries } from './bar-chart.tsx';
import { colorOf, markColorOf } from './colors.ts';
import { useLegend } from './legend.ts';

export interface BarPictureProps {
  title: string;
  categories: readonly BarCategory[];
  series: readonly BarSeries[];
  marks: readonly BarMark[];
  heightPx: number;
}

export function BarPicture({ title, categories, series, marks, heightPx }: BarPictureProps) {
  const data = categories.map(({ name, amounts }) => ({
    xAxisPoint: name,
    chartData: series.map(({ id, name: legend }, index) => ({
      legend,
      data: approximate(amounts[id] ?? '0'),
      color: colorOf(index),
      xAxisCalloutData: name,
      yAxisCalloutData: formatAmount(amounts[id] ?? '0'),
    })),
    lineData: marks.map((mark, index) => ({
      y: approximate(mark.amount),
      legend: mark.name,
      color: markColorOf(index),
      yAxisCalloutData: formatAmount(mark.amount),
    })),
  }));
  const sums = categories.map(({ amounts }) => Object.values(amounts).reduce((sum, amount) => sum + approximate(amount), 0));
  const highest = Math.max(...sums, ...marks.map(({ amount }) => approximate(amount)));
  const legend = useLegend();
  return (
    <VerticalStackedBarChart
      chartTitle={chartText.drawn(title)}
      data={data}
      height={heightPx}
      barWidth="auto"
      maxBarWidth={56}
      hideLabels
      lineOptions={{ strokeWidth: 2, strokeDasharray: '6 4', lineBorderWidth: 0 }}
      yAxisTickFormat={axisAmount}
      yMinValue={0}
      margins={{ left: 64, right: 24, top: 16, bottom: 36 }}
      wrapXAxisLables
      roundedTicks
      yMaxValue={highest}
      legendProps={legend}
      enabledLegendsWrapLines
    />
  );
}
