// The picture of the most of something, by Fluent's horizontal bars.

import { HorizontalBarChart, HorizontalBarChartVariant } from '@fluentui/react-charts';
import { approximate, formatAmount } from '../figures.ts';
import { colorOf } from './colors.ts';
import type { TopBar } from './top-chart.tsx';

export function TopPicture({ bars }: { bars: readonly TopBar[] }) {
  const total = approximate(bars[0]?.amount ?? '0');
  const data = bars.map(({ name, amount }) => ({
    // Its own labels would round.
    chartTitle: `${name}: ${formatAmount(amount)}`,
    chartData: [
      {
        legend: name,
        horizontalBarChartdata: { x: approximate(amount), total },
        color: colorOf(0),
        xAxisCalloutData: name,
        yAxisCalloutData: formatAmount(amount),
      },
    ],
  }));
  return <HorizontalBarChart data={data} variant={HorizontalBarChartVariant.AbsoluteScale} hideLabels />;
}
