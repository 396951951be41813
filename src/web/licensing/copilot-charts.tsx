// The tiles of Copilot Studio (M3): consumption by product, the trend of three months day by day, and who uses most.

import { makeStyles, Select, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { type Credits, creditsAsWritten, formatCredits } from '../../core/credits.ts';
import { addMonths, firstDayOf, type Month } from '../../core/month.ts';
import { BarChart } from '../chart/bar-chart.tsx';
import { TopChart } from '../chart/top-chart.tsx';
import { TrendChart } from '../chart/trend-chart.tsx';
import { environmentCapacitiesQuery, type TenantCapacity } from '../data.ts';
import { PageFailed } from '../frame/page-notice.tsx';
import { useSeesAll } from '../may.ts';
import { useChangePageState, usePageState } from '../page-state.ts';
import { licensingText } from '../strings/licensing.ts';
import { copilotUsageQuery, type UsageRow } from './licensing-data.ts';

const t = licensingText.copilot;
/** This month and the two before it. */
const MONTHS_BEFORE = 2;
const MOST_ENVIRONMENTS = 7;
const TWO_BESIDE = '@media (min-width: 1100px)';
const THREE_BESIDE = '@media (min-width: 1700px)';
const PAID = ['prepaid', 'pay-as-you-go'] as const;

const useStyles = makeStyles({
  tiles: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingHorizontalL,
    [TWO_BESIDE]: { gridTemplateColumns: 'repeat(2, minmax(0, 1fr))' },
    [THREE_BESIDE]: { gridTemplateColumns: 'repeat(3, minmax(0, 1fr))' },
  },
  // Under the two others it takes the whole width, beside them its share.
  last: { display: 'grid', [TWO_BESIDE]: { gridColumn: '1 / -1' }, [THREE_BESIDE]: { gridColumn: 'auto' } },
});

type Paid = (typeof PAID)[number];

function paidOf({ source }: UsageRow): Paid {
  return source === 'pay-as-you-go' ? 'pay-as-you-go' : 'prepaid';
}

/** Exact sums by some key, in the order in which the keys are met. */
function sums<Key>(rows: readonly UsageRow[], keyOf: (row: UsageRow) => Key): Map<Key, Credits> {
  const by = new Map<Key, Credits>();
  for (const row of rows) {
    const key = keyOf(row);
    by.set(key, ((by.get(key) ?? 0n) + creditsAsWritten(row.credits)) as Credits);
  }
  return by;
}

export function CopilotCharts({ capacity }: { capacity: TenantCapacity }) {
  const styles = useStyles();
  return (
    <div className={styles.tiles}>
      <ByProduct capacity={capacity} />
      <Trend capacity={capacity} />
      <div className={styles.last}>
        <ByEnvironment capacity={capacity} />
      </div>
    </div>
  );
}

function thisMonth({ month, now }: TenantCapacity) {
  return { from: firstDayOf(month as Month), to: now.slice(0, 10), granularity: 'month' as const };
}

function ByProduct({ capacity }: { capacity: TenantCapacity }) {
  const { data, error, refetch } = useQuery(copilotUsageQuery({ ...thisMonth(capacity), groupBy: ['product', 'source'] }));
  if (!data && error) return <PageFailed error={error} retry={() => void refetch()} />;
  const rows = data ?? [];
  const names: Readonly<Record<string, string>> = t.products;
  const products = [...new Set(rows.map(({ product }) => product ?? ''))];
  const credits = sums(rows, (row) => `${row.product ?? ''} ${paidOf(row)}`);
  return (
    <BarChart
      title={t.byProduct}
      csvName="copilot-credits-by-product"
      categoryTitle={t.productName}
      none={t.noUsage}
      series={PAID.map((id) => ({ id, name: t.paid[id] }))}
      categories={products.map((product) => ({
        id: product,
        name: names[product] ?? product,
        amounts: Object.fromEntries(
          PAID.map((paid) => [paid, formatCredits(credits.get(`${product} ${paid}`) ?? (0n as Credits))]),
        ),
      }))}
    />
  );
}

function Trend({ capacity }: { capacity: TenantCapacity }) {
  const state = usePageState();
  const change = useChangePageState();
  const seesAll = useSeesAll();
  const isDaily = state.trend === 'daily';
  const to = capacity.now.slice(0, 10);
  const from = firstDayOf(addMonths(capacity.month as Month, -MONTHS_BEFORE));
  const { data, error, refetch } = useQuery(copilotUsageQuery({ from, to, granularity: 'day', groupBy: ['source'] }));
  if (!data && error) return <PageFailed error={error} retry={() => void refetch()} />;
  const rows = data ?? [];
  const owned = capacity.currencies.find(({ currency }) => currency === 'copilot-credits')?.owned ?? '0';
  const byDay = sums(rows, (row) => `${row.period} ${paidOf(row)}`);
  const days = daysBetween(from, to);
  const series = PAID.map((paid) => {
    let total = 0n;
    const points = days.map((day) => {
      const amount = byDay.get(`${day} ${paid}`) ?? 0n;
      // C1: on the 1st every count starts at 0.
      total = day.endsWith('-01') ? amount : total + amount;
      return { day, amount: formatCredits((isDaily ? amount : total) as Credits) };
    });
    return { id: paid, name: t.paid[paid], points };
  }).filter(({ id }) => id === 'prepaid' || rows.some((row) => paidOf(row) === id));
  return (
    <TrendChart
      title={t.trend}
      csvName={isDaily ? 'copilot-credits-daily' : 'copilot-credits-month-to-date'}
      none={t.noUsage}
      series={series}
      {...(seesAll && !isDaily && owned !== '0' && { limit: { name: t.limit, amount: owned } })}
      actions={
        <Select
          size="small"
          aria-label={t.trendOf}
          value={isDaily ? 'daily' : 'month'}
          onChange={(_, { value }) => change({ trend: value === 'daily' ? 'daily' : undefined })}
        >
          <option value="month">{t.trends.month}</option>
          <option value="daily">{t.trends.daily}</option>
        </Select>
      }
    />
  );
}

/** Both included. */
function daysBetween(from: string, to: string): string[] {
  const days: string[] = [];
  for (const day = new Date(from); day <= new Date(to); day.setUTCDate(day.getUTCDate() + 1))
    days.push(day.toISOString().slice(0, 10));
  return days;
}

function ByEnvironment({ capacity }: { capacity: TenantCapacity }) {
  const { data, error, refetch } = useQuery(copilotUsageQuery({ ...thisMonth(capacity), groupBy: ['environment'] }));
  const { data: environments } = useQuery(environmentCapacitiesQuery);
  if (!data && error) return <PageFailed error={error} retry={() => void refetch()} />;
  const names = new Map(environments?.map(({ environmentId, name }) => [environmentId, name]));
  const bars = [...sums(data ?? [], ({ environment }) => environment ?? '')]
    .sort(([, a], [, b]) => (a === b ? 0 : a < b ? 1 : -1))
    .slice(0, MOST_ENVIRONMENTS)
    .map(([id, credits]) => ({ id, name: names.get(id) ?? t.deletedEnvironment(id), amount: formatCredits(credits) }));
  return (
    <TopChart
      title={t.byEnvironment}
      csvName="copilot-credits-by-environment"
      nameTitle={licensingText.environment}
      none={t.noUsage}
      bars={bars}
    />
  );
}
