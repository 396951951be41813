// How much an environment has used of what it has, in a cell of a list: the figures, the percentage and a bar.

import { makeStyles, mergeClasses, Text, tokens } from '@fluentui/react-components';
import type { EnvironmentCapacityOfCurrency } from '../data.ts';
import { formatAmount, formatPercent } from '../figures.ts';
import { capacityText } from '../strings/capacity.ts';
import { words } from '../strings/words.ts';
import { CapacityBar } from './capacity-bar.tsx';
import { levelOf, type Thresholds } from './consumption-level.ts';

const useStyles = makeStyles({
  used: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    width: '100%',
    minWidth: '120px',
    maxWidth: '240px',
    fontVariantNumeric: 'tabular-nums',
  },
  line: { display: 'flex', justifyContent: 'space-between', gap: tokens.spacingHorizontalS, width: '100%' },
});

export interface UsedProps {
  of: EnvironmentCapacityOfCurrency;
  thresholds: Thresholds;
  className?: string;
}

export function Used({ of, thresholds, className }: UsedProps) {
  const styles = useStyles();
  const used = capacityText.usedOf(formatAmount(of.consumed), formatAmount(of.available));
  const percent = Number(of.percent ?? '0');
  return (
    <div className={mergeClasses(className, styles.used)}>
      <div className={styles.line}>
        <Text size={200}>{used}</Text>
        <Text size={200} weight="semibold" wrap={false}>
          {of.percent === null ? words.none : formatPercent(of.percent)}
        </Text>
      </div>
      <CapacityBar
        small
        label={used}
        full={100}
        parts={[{ size: Math.min(percent, 100), level: levelOf(percent, thresholds) }]}
      />
    </div>
  );
}
