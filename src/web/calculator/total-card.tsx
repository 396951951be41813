// What the volumes cost in one currency, what is owned of it, and what to buy.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { EstimateTotal } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { productsQuery } from '../data.ts';
import { formatAmount, formatCount, formatDate, isNone } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { useOpenPage } from '../page-link.tsx';
import { calculatorText as t } from '../strings/calculator.ts';
import { words } from '../strings/words.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  figures: {
    display: 'grid',
    gridTemplateColumns: '1fr max-content',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    margin: 0,
  },
  name: { color: tokens.colorNeutralForeground3 },
  value: { margin: 0, textAlign: 'end', fontVariantNumeric: 'tabular-nums' },
  toBuy: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    justifyContent: 'space-between',
    gap: tokens.spacingHorizontalM,
  },
  remark: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
});

const MOST_NAMED = 10;

export interface TotalCardProps {
  total: EstimateTotal;
  /** Of a capability. */
  nameOf: (capability: string) => string;
}

export function TotalCard({ total, nameOf }: TotalCardProps) {
  const styles = useStyles();
  const openPage = useOpenPage();
  const { data: products } = useQuery(productsQuery);
  const { currency, credits, owned, seeded, prePurchaseLeft, missing, product, toBuy, canBuy } = total;
  const remarks = remarksOf(total, nameOf);
  const figures = [
    [t.credits, credits],
    [t.owned, owned],
    ...(isNone(seeded) ? [] : [[t.seeded, seeded]]),
    ...(isNone(prePurchaseLeft) ? [] : [[t.prePurchase, prePurchaseLeft]]),
    [t.missing, missing],
  ] as [string, string][];
  return (
    <Section title={words.currencies[currency]}>
      <div className={styles.root}>
        <dl className={styles.figures}>
          {figures.map(([name, amount]) => (
            <Figure key={name} name={name} amount={amount} />
          ))}
        </dl>
        <div className={styles.toBuy}>
          <Text size={400} weight="semibold">
            {toBuy === 0 ? t.nothingToBuy : t.toBuy(formatCount(toBuy), products?.get(product) ?? product)}
          </Text>
          {toBuy > 0 && (
            <ActionButton
              operation="createEntitlement"
              blocked={canBuy ? null : t.cannotBuy}
              onClick={() => openPage('/licensing/capacity', { state: { panel: 'purchase', product, quantity: String(toBuy) } })}
            >
              {t.buy}
            </ActionButton>
          )}
        </div>
        {remarks.map((remark) => (
          <Text key={remark} size={200} className={styles.remark}>
            {remark}
          </Text>
        ))}
      </div>
    </Section>
  );
}

function Figure({ name, amount }: { name: string; amount: string }) {
  const styles = useStyles();
  return (
    <>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{formatAmount(amount)}</dd>
    </>
  );
}

/** What the figures do not say: when it is no longer sold (E7), and what is not among them. */
function remarksOf({ toBuy, canBuy, endOfSale, notPriced }: EstimateTotal, nameOf: (capability: string) => string): string[] {
  const names = notPriced.slice(0, MOST_NAMED).map(nameOf).join(', ');
  const rest = notPriced.length - MOST_NAMED;
  return [
    ...(toBuy > 0 && !canBuy ? [t.cannotBuy] : []),
    ...(toBuy > 0 && canBuy && endOfSale !== null ? [t.endOfSale(formatDate(endOfSale))] : []),
    ...(notPriced.length > 0 ? [t.notPriced(rest > 0 ? t.more(names, formatCount(rest)) : names)] : []),
  ];
}
