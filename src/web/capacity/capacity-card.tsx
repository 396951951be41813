// One currency of the tenant (M2): how much of what is owned is assigned, how much was consumed, and where it comes from.

import { Badge, MessageBar, MessageBarBody, makeStyles, mergeClasses, Text, Tooltip, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Status } from '../../core/status.ts';
import { type CurrencyCapacity, productsQuery, settingsQuery } from '../data.ts';
import { approximate, formatAmount, formatCount, formatMoment, formatPercent, isNone, percentOf } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { capacityText } from '../strings/capacity.ts';
import { words } from '../strings/words.ts';
import { CapacityBar } from './capacity-bar.tsx';
import { levelOf, type Thresholds } from './consumption-level.ts';
import { Figure } from './figure.tsx';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  measure: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  words: { display: 'flex', flexWrap: 'wrap', alignItems: 'baseline', gap: `0 ${tokens.spacingHorizontalS}` },
  percent: { marginLeft: 'auto', fontVariantNumeric: 'tabular-nums' },
  worst: { display: 'inline-flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  muted: { color: tokens.colorNeutralForeground3 },
  figures: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(112px, 1fr))',
    gap: tokens.spacingVerticalM,
    margin: 0,
    paddingTop: tokens.spacingVerticalM,
    borderTop: `${tokens.strokeWidthThin} solid ${tokens.colorNeutralStroke2}`,
  },
  sources: { width: '100%', borderCollapse: 'collapse', fontSize: tokens.fontSizeBase200, lineHeight: tokens.lineHeightBase300 },
  sourcesTitle: { textAlign: 'start', fontWeight: tokens.fontWeightSemibold, paddingBottom: tokens.spacingVerticalXS },
  columnName: {
    textAlign: 'start',
    fontWeight: tokens.fontWeightRegular,
    color: tokens.colorNeutralForeground3,
    padding: '2px 0',
  },
  cell: { padding: `2px ${tokens.spacingHorizontalS} 2px 0`, overflowWrap: 'anywhere' },
  end: { textAlign: 'end', fontVariantNumeric: 'tabular-nums', padding: `2px 0 2px ${tokens.spacingHorizontalS}` },
});

export function CapacityCard({ capacity, thresholds }: { capacity: CurrencyCapacity; thresholds: Thresholds }) {
  const styles = useStyles();
  const { data: settings } = useQuery(settingsQuery);
  // D9: what is shown is of this moment, or of the last computation.
  const isLive = settings?.enforcement.view !== 'computed';
  return (
    <Section title={words.currencies[capacity.currency]} actions={<WorstStatus status={capacity.status} />}>
      <div className={styles.root}>
        {!isNone(capacity.overAllocated) && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{capacityText.overAllocated(formatAmount(capacity.overAllocated))}</MessageBarBody>
          </MessageBar>
        )}
        <AllocationMeasure capacity={capacity} />
        <ConsumptionMeasure capacity={capacity} thresholds={thresholds} />
        <dl className={styles.figures}>
          <Figure name={capacityText.unallocated} value={formatAmount(capacity.unallocated)} />
          <Figure name={capacityText.held} value={formatAmount(capacity.held)} />
          <Figure name={capacityText.payAsYouGo} value={formatAmount(capacity.payAsYouGo)} />
          <Figure
            name={capacityText.updated}
            value={isLive || capacity.computedAt === null ? capacityText.live : formatMoment(capacity.computedAt)}
          />
        </dl>
        <Sources sources={capacity.sources} />
      </div>
    </Section>
  );
}

/** M2: the tenant's status is that of its worst environment, which does not mean all of them. */
export function WorstStatus({ status }: { status: Status }) {
  const styles = useStyles();
  return (
    <span className={styles.worst}>
      <Text size={200} className={styles.muted}>
        {capacityText.worst}
      </Text>
      <StatusBadge status={status} />
    </span>
  );
}

/** How much of what is owned is assigned. */
export function AllocationMeasure({ capacity: { owned, allocated } }: { capacity: CurrencyCapacity }) {
  const styles = useStyles();
  const words = capacityText.assigned(formatAmount(allocated), formatAmount(owned));
  const [all, assigned] = [approximate(owned), approximate(allocated)];
  const percent = percentOf(allocated, owned);
  return (
    <div className={styles.measure}>
      <div className={styles.words}>
        <Text weight="semibold">{capacityText.allocation}</Text>
        <Text>{words}</Text>
        {percent !== null && <Text className={styles.percent}>{formatPercent(percent)}</Text>}
      </div>
      <CapacityBar
        label={`${capacityText.allocation}: ${words}`}
        full={Math.max(all, assigned)}
        parts={[
          { size: Math.min(all, assigned), level: 'plain' },
          { size: assigned - all, level: 'far-over' },
        ]}
      />
    </div>
  );
}

/** How much of what is owned was consumed, with the marks at which something changes. */
export function ConsumptionMeasure({ capacity, thresholds }: { capacity: CurrencyCapacity; thresholds: Thresholds }) {
  const styles = useStyles();
  const { owned, consumed, held } = capacity;
  const percent = percentOf(consumed, owned);
  const words =
    percent === null
      ? capacityText.consumedUnowned(formatAmount(consumed))
      : capacityText.consumed(formatAmount(consumed), formatAmount(owned));
  // In per cent of what is owned; a little room after the last mark, so that being beyond it can be seen.
  const shown = percent === null ? 0 : Number(percent);
  const heldPercent = Number(percentOf(held, owned) ?? '0');
  return (
    <div className={styles.measure}>
      <div className={styles.words}>
        <Text weight="semibold">{capacityText.consumption}</Text>
        <Text>{words}</Text>
        {!isNone(held) && <Text className={styles.muted}>+ {capacityText.heldToo(formatAmount(held))}</Text>}
        {percent !== null && <Text className={styles.percent}>{formatPercent(percent)}</Text>}
      </div>
      <CapacityBar
        label={`${capacityText.consumption}: ${words}`}
        full={thresholds.block * 1.12}
        parts={[
          { size: shown, level: levelOf(shown, thresholds) },
          { size: heldPercent, level: 'held' },
        ]}
        marks={[...new Set([thresholds.full, thresholds.block])].map((at) => ({ at, label: capacityText.mark(at) }))}
      />
    </div>
  );
}

function Sources({ sources }: { sources: CurrencyCapacity['sources'] }) {
  const styles = useStyles();
  const { data: names } = useQuery(productsQuery);
  if (sources.length === 0) return <Text className={styles.muted}>{`${capacityText.sources}: ${capacityText.noSources}`}</Text>;
  return (
    <table className={styles.sources}>
      <caption className={styles.sourcesTitle}>{capacityText.sources}</caption>
      <thead>
        <tr>
          <th scope="col" className={styles.columnName}>
            {capacityText.licence}
          </th>
          <th scope="col" className={mergeClasses(styles.columnName, styles.end)}>
            {capacityText.quantity}
          </th>
          <th scope="col" className={mergeClasses(styles.columnName, styles.end)}>
            {capacityText.credits}
          </th>
        </tr>
      </thead>
      <tbody>
        {sources.map(({ product, quantity, credits, capped }) => (
          <tr key={product}>
            <td className={styles.cell}>
              {names?.get(product) ?? product}{' '}
              {capped && (
                <Tooltip content={capacityText.cappedWhy} relationship="description">
                  <Badge appearance="tint" color="warning" size="small" tabIndex={0}>
                    {capacityText.capped}
                  </Badge>
                </Tooltip>
              )}
            </td>
            <td className={styles.end}>{formatCount(quantity)}</td>
            <td className={styles.end}>{formatAmount(credits)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
