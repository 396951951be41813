// What an action costs, in every currency that has a rate for it (R1).

import { Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Price, PricedAction } from '../../../sdk/src/index.ts';
import { formatAmount, formatCount, isNone } from '../figures.ts';
import { Loading } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { ProblemMessage } from '../problem/problem-message.tsx';
import { playgroundText as t } from '../strings/playground.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { priceQuery } from './playground-data.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  example: { alignSelf: 'start' },
  muted: { color: tokens.colorNeutralForeground3 },
});

const COLUMNS: readonly Column<Price['prices'][number]>[] = [
  { id: 'currency', title: t.currencyColumn, value: ({ currency }) => words.currencies[currency] },
  { id: 'units', title: t.unitColumn, value: ({ units }) => units, cell: ({ units }) => formatCount(units), align: 'end' },
  {
    id: 'credits',
    title: t.creditsColumn,
    value: ({ credits }) => credits,
    cell: ({ credits }) => <strong>{formatAmount(credits)}</strong>,
    align: 'end',
  },
];

/** `fillIn` offers an example where nothing is chosen yet. */
export function CostCard({ action, fillIn }: { action: PricedAction | null; fillIn: (() => void) | null }) {
  const styles = useStyles();
  const { data: price, error } = useQuery(priceQuery(action));
  return (
    <Section title={t.cost}>
      {action === null ? (
        <div className={styles.root}>
          <Text className={styles.muted}>{t.incomplete}</Text>
          {fillIn && (
            <Button className={styles.example} onClick={fillIn}>
              {t.example}
            </Button>
          )}
        </div>
      ) : price ? (
        <div className={styles.root} aria-live="polite">
          {price.prices.length > 0 && price.prices.every(({ credits }) => isNone(credits)) && (
            <Text weight="semibold">{t.free}</Text>
          )}
          <DataTable of="figures" label={t.cost} columns={COLUMNS} rows={price.prices} rowId={({ currency }) => currency} />
          <Text size={200} className={styles.muted}>
            {t.rateCard(price.rateCard)}
            {price.tier !== undefined && t.tier(price.tier)}
            {price.feature !== null && t.feature(price.feature)}. {price.prices.length > 1 && t.whicheverPays}
          </Text>
        </div>
      ) : error ? (
        <ProblemMessage error={error} />
      ) : (
        <Loading />
      )}
    </Section>
  );
}
