// How an environment stands in one currency (M1): status, source, month to date, and what the month's end will bring (K2).

import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { EnvironmentCapacityOfCurrency, EnvironmentForecastOfCurrency } from '../../../sdk/src/index.ts';
import { CapacityBar } from '../capacity/capacity-bar.tsx';
import { levelOf, type Thresholds } from '../capacity/consumption-level.ts';
import { Figure } from '../capacity/figure.tsx';
import { approximate, formatAmount, formatDate, formatMonth, formatPercent, isNone, percentOf } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { environmentText as t } from '../strings/environment.ts';
import { words } from '../strings/words.ts';
import { ForecastPicture } from './forecast-picture.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  measure: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: `0 ${tokens.spacingHorizontalS}` },
  percent: { marginLeft: 'auto', fontVariantNumeric: 'tabular-nums' },
  figures: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(112px, 1fr))',
    gap: tokens.spacingVerticalM,
    margin: 0,
  },
  parted: { paddingTop: tokens.spacingVerticalM, borderTop: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}` },
});

export interface EnvironmentStandingProps {
  of: EnvironmentCapacityOfCurrency;
  /** undefined: not there yet. */
  forecast: EnvironmentForecastOfCurrency | undefined;
  month: string | undefined;
  thresholds: Thresholds;
}

export function EnvironmentStanding({ of, forecast, month, thresholds }: EnvironmentStandingProps) {
  const styles = useStyles();
  return (
    <Section title={words.currencies[of.currency]} actions={<StatusBadge status={of.status} />}>
      <div className={styles.root}>
        <MonthToDate of={of} thresholds={thresholds} />
        <dl className={styles.figures}>
          <Figure name={t.sourceName} value={words.sources[of.source]} />
          <Figure name={t.size} value={formatAmount(of.available)} />
          {of.source === 'pool' && forecast && <Figure name={t.ofThis} value={formatAmount(forecast.consumed)} />}
          <Figure name={t.heldName} value={formatAmount(of.held)} />
          <Figure name={t.overage} value={formatAmount(of.overage)} />
          <Figure name={t.payAsYouGoName} value={formatAmount(of.payAsYouGo)} />
          <Figure name={t.resetsOn} value={formatDate(of.resetsOn)} />
        </dl>
        {forecast && month !== undefined && (
          <div className={mergeClasses(styles.measure, styles.parted)}>
            <Text weight="semibold">{t.forecast(formatMonth(month))}</Text>
            <ForecastPicture forecast={forecast} isSpent={approximate(of.consumed) >= approximate(of.available)} />
          </div>
        )}
      </div>
    </Section>
  );
}

function MonthToDate({ of, thresholds }: { of: EnvironmentCapacityOfCurrency; thresholds: Thresholds }) {
  const styles = useStyles();
  const percent = Number(of.percent ?? '0');
  const said = isNone(of.available)
    ? t.usedNothing(formatAmount(of.consumed))
    : t.used1(formatAmount(of.consumed), formatAmount(of.available));
  return (
    <div className={styles.measure}>
      <div className={styles.line}>
        <Text weight="semibold">{t.monthToDate}</Text>
        <Text>{said}</Text>
        {of.percent !== null && <Text className={styles.percent}>{formatPercent(of.percent)}</Text>}
      </div>
      <CapacityBar
        label={`${t.monthToDate}: ${said}`}
        full={thresholds.block * 1.12}
        parts={[
          { size: percent, level: levelOf(percent, thresholds) },
          { size: Number(percentOf(of.held, of.available) ?? '0'), level: 'held' },
        ]}
        marks={[...new Set([thresholds.full, thresholds.block])].map((at) => ({ at, label: t.mark(at) }))}
      />
    </div>
  );
}
