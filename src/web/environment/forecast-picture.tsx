// What the month's end will bring, as a picture: what is used, the range in which it should end, and the size of the source; the same
// in words.

import { Badge, makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { EnvironmentForecastOfCurrency } from '../../../sdk/src/index.ts';
import { approximate, formatAmount, formatDate, isNone } from '../figures.ts';
import { environmentText as t } from '../strings/environment.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  line: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: `0 ${tokens.spacingHorizontalS}` },
  strong: { fontVariantNumeric: 'tabular-nums' },
  muted: { color: tokens.colorNeutralForeground3 },
  picture: { position: 'relative', height: '28px' },
  axis: {
    position: 'absolute',
    left: 0,
    right: 0,
    top: '13px',
    height: '2px',
    backgroundColor: tokens.colorNeutralStroke1,
  },
  used: {
    position: 'absolute',
    left: 0,
    top: '8px',
    height: '12px',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground,
  },
  range: {
    position: 'absolute',
    top: '8px',
    height: '12px',
    boxSizing: 'border-box',
    borderRadius: tokens.borderRadiusMedium,
    backgroundColor: tokens.colorBrandBackground2,
    border: `1px solid ${tokens.colorBrandStroke1}`,
  },
  expected: {
    position: 'absolute',
    top: '4px',
    width: '2px',
    height: '20px',
    marginLeft: '-1px',
    backgroundColor: tokens.colorBrandForeground1,
  },
  size: {
    position: 'absolute',
    top: 0,
    width: '2px',
    height: '28px',
    marginLeft: '-1px',
    backgroundColor: tokens.colorNeutralForeground1,
  },
  legend: { display: 'flex', flexWrap: 'wrap', gap: `0 ${tokens.spacingHorizontalL}` },
  key: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalXS, color: tokens.colorNeutralForeground3 },
  mark: { position: 'static', flexShrink: 0, margin: 0 },
  markBox: { width: '14px', height: '10px' },
  markLine: { height: '14px' },
});

/** A little room after the last mark. */
const ROOM = 1.05;

export interface ForecastPictureProps {
  forecast: EnvironmentForecastOfCurrency;
  /** Whether the source has nothing left already. */
  isSpent: boolean;
}

export function ForecastPicture({ forecast, isSpent }: ForecastPictureProps) {
  const styles = useStyles();
  const { consumed, available, expected } = forecast;
  const [low, high] = [approximate(expected.low), approximate(expected.high)];
  const full = Math.max(approximate(consumed), approximate(available), high) * ROOM;
  const at = (amount: number) => `${full > 0 ? (amount / full) * 100 : 0}%`;
  const range = t.range(formatAmount(expected.low), formatAmount(expected.high));
  return (
    <div className={styles.root}>
      <div className={styles.line}>
        <Text className={styles.strong}>{t.expected(formatAmount(expected.credits))}</Text>
        {expected.low !== expected.high && <Text className={mergeClasses(styles.muted, styles.strong)}>{range}</Text>}
      </div>
      {full > 0 && (
        <>
          <div
            className={styles.picture}
            role="img"
            aria-label={t.forecastBar(
              formatAmount(consumed),
              formatAmount(expected.low),
              formatAmount(expected.high),
              formatAmount(available),
            )}
          >
            <div className={styles.axis} />
            <div className={styles.range} style={{ left: at(low), width: at(high - low) }} />
            <div className={styles.used} style={{ width: at(approximate(consumed)) }} />
            <div className={styles.expected} style={{ left: at(approximate(expected.credits)) }} />
            {!isNone(available) && <div className={styles.size} style={{ left: at(approximate(available)) }} />}
          </div>
          <div className={styles.legend} aria-hidden>
            <Text size={200} className={styles.key}>
              <span className={mergeClasses(styles.used, styles.mark, styles.markBox)} />
              {t.legendUsed}
            </Text>
            <Text size={200} className={styles.key}>
              <span className={mergeClasses(styles.range, styles.mark, styles.markBox)} />
              {t.legendRange}
            </Text>
            {!isNone(available) && (
              <Text size={200} className={styles.key}>
                <span className={mergeClasses(styles.size, styles.mark, styles.markLine)} />
                {forecast.source === 'pool' ? t.legendPool : t.legendSize}
              </Text>
            )}
          </div>
        </>
      )}
      <div className={styles.line}>
        {forecast.source === 'pool' && <Text>{t.poolShared}</Text>}
        <RunOut forecast={forecast} isSpent={isSpent} />
      </div>
      <Text size={200} className={styles.muted}>
        {expected.reason} {!isNone(forecast.forecast) && t.linear(formatAmount(forecast.forecast))}
      </Text>
    </div>
  );
}

function RunOut({ forecast: { runsOut, available }, isSpent }: ForecastPictureProps) {
  const styles = useStyles();
  if (isNone(available)) return null;
  if (runsOut === null)
    return (
      <Badge appearance="tint" color="success">
        {t.lastsTheMonth}
      </Badge>
    );
  const { on, earliest, latest } = runsOut;
  if (isSpent)
    return (
      <Badge appearance="tint" color="danger">
        {t.isSpent(formatDate(on ?? earliest))}
      </Badge>
    );
  if (on === null)
    return (
      <Badge appearance="tint" color="warning">
        {t.mayRunOut(formatDate(earliest))}
      </Badge>
    );
  const span = latest === null ? t.runsOutFrom(formatDate(earliest)) : t.runsOutBetween(formatDate(earliest), formatDate(latest));
  return (
    <>
      <Badge appearance="tint" color="danger">
        {t.runsOut(formatDate(on))}
      </Badge>
      {earliest !== latest && <Text className={styles.muted}>{span}</Text>}
    </>
  );
}
