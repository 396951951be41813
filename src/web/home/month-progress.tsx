// How far the month has come, and how far each currency: today as a mark on the bar, what is expected by its end, when the pool is spent (K2).

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { TenantForecast } from '../../../sdk/src/openapi.ts';
import { DAY_MS, type Month, resetOf } from '../../core/month.ts';
import { CapacityBar } from '../capacity/capacity-bar.tsx';
import { levelOf, type Thresholds, thresholdsOf } from '../capacity/consumption-level.ts';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { type CurrencyCapacity, settingsQuery, type TenantCapacity } from '../data.ts';
import { formatAmount, formatCount, formatDate, formatMonth, formatPercent, isNone, percentOf } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { homeText as t } from '../strings/home.ts';
import { words } from '../strings/words.ts';
import { forecastQuery } from './home-data.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  currencies: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 360px), 1fr))',
    gap: `${tokens.spacingVerticalXL} ${tokens.spacingHorizontalXXXL}`,
  },
  currency: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS, minWidth: 0 },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: `0 ${tokens.spacingHorizontalS}` },
  end: { marginLeft: 'auto', fontVariantNumeric: 'tabular-nums' },
  muted: { color: tokens.colorNeutralForeground2 },
});

type ForecastOfCurrency = TenantForecast['currencies'][number];

export function MonthProgress({ capacity }: { capacity: TenantCapacity }) {
  const styles = useStyles();
  const { data: forecast } = useQuery(forecastQuery);
  const { data: settings } = useQuery(settingsQuery);
  const { day, days, percent, reset } = progressOf(capacity);
  const shown = shownCurrencies(capacity);
  return (
    <Section title={formatMonth(capacity.month)}>
      <div className={styles.root}>
        <Text>{t.dayOf(formatCount(day), formatCount(days), formatDate(reset))}</Text>
        <div className={styles.currencies}>
          {capacity.currencies
            .filter(({ currency }) => shown.includes(currency))
            .map((of) => (
              <CurrencyProgress
                key={of.currency}
                of={of}
                monthPercent={percent}
                thresholds={thresholdsOf(settings)}
                forecast={forecast?.currencies.find(({ currency }) => currency === of.currency)}
              />
            ))}
        </div>
      </div>
    </Section>
  );
}

/** C1: a month of UTC. */
function progressOf({ now, month }: TenantCapacity) {
  const reset = resetOf(month as Month);
  const begun = Date.parse(`${month}-01T00:00:00Z`);
  const length = Date.parse(reset) - begun;
  const elapsed = Date.parse(now) - begun;
  return { day: Math.floor(elapsed / DAY_MS) + 1, days: Math.round(length / DAY_MS), percent: (elapsed / length) * 100, reset };
}

interface CurrencyProgressProps {
  of: CurrencyCapacity;
  monthPercent: number;
  thresholds: Thresholds;
  forecast: ForecastOfCurrency | undefined;
}

function CurrencyProgress({ of, monthPercent, thresholds, forecast }: CurrencyProgressProps) {
  const styles = useStyles();
  const percent = percentOf(of.consumed, of.owned);
  const used = Number(percent ?? '0');
  const said = t.consumed(formatAmount(of.consumed), formatAmount(of.owned));
  return (
    <div className={styles.currency}>
      <Text weight="semibold">{words.currencies[of.currency]}</Text>
      <div className={styles.line}>
        <Text>{said}</Text>
        {percent !== null && <Text className={styles.end}>{formatPercent(percent)}</Text>}
      </div>
      <CapacityBar
        label={`${words.currencies[of.currency]}: ${said}`}
        full={Math.max(100, Math.min(used, thresholds.block))}
        parts={[{ size: used, level: levelOf(used, thresholds) }]}
        marks={[{ at: monthPercent, label: t.today }]}
      />
      {forecast && <Expected of={forecast} />}
    </div>
  );
}

function Expected({ of: { expected, pool } }: { of: ForecastOfCurrency }) {
  const styles = useStyles();
  const { runsOut } = pool;
  const isSpent = !isNone(pool.available) && Number(pool.consumed) >= Number(pool.available);
  return (
    <>
      <Text className={styles.muted}>
        {t.expected(formatAmount(expected.credits))}
        {expected.low !== expected.high && ` (${t.range(formatAmount(expected.low), formatAmount(expected.high))})`}
      </Text>
      {runsOut !== null && !isSpent && (
        <Text weight="semibold">
          {runsOut.on === null ? t.poolMayRunOut(formatDate(runsOut.earliest)) : t.poolRunsOut(formatDate(runsOut.on))}
        </Text>
      )}
    </>
  );
}
