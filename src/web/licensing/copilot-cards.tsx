// The two cards of Copilot Studio: what is billed as it is used, and what is prepaid (M2); sessions too, where there are any.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { costOf } from '../../core/billing-plan.ts';
import { creditsAsWritten } from '../../core/credits.ts';
import { CapacityBar } from '../capacity/capacity-bar.tsx';
import { ConsumptionMeasure, WorstStatus } from '../capacity/capacity-card.tsx';
import { thresholdsOf } from '../capacity/consumption-level.ts';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { type CurrencyCapacity, settingsQuery, type TenantCapacity } from '../data.ts';
import { approximate, formatAmount, formatCount, percentOf } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { formatCost } from './cost.ts';
import type { BillingPlan } from './licensing-data.ts';

const t = licensingText.copilot;
const MOST_PLANS = 4;
const PRE_PURCHASE = 'copilot-credit-pre-purchase';

const useStyles = makeStyles({
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
    gap: tokens.spacingHorizontalL,
  },
  stack: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalL },
  figures: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(128px, 1fr))',
    gap: tokens.spacingVerticalM,
    margin: 0,
  },
  name: { color: tokens.colorNeutralForeground3, fontSize: tokens.fontSizeBase200 },
  value: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
    overflowWrap: 'anywhere',
  },
  currency: { display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: tokens.spacingHorizontalS },
  plan: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalXS },
  planName: { overflowWrap: 'anywhere' },
  muted: { color: tokens.colorNeutralForeground3 },
});

export function CopilotCards({ capacity, plans }: { capacity: TenantCapacity; plans: readonly BillingPlan[] }) {
  const styles = useStyles();
  const of = (currency: CurrencyCapacity['currency']) => capacity.currencies.find((each) => each.currency === currency)!;
  const credits = of('copilot-credits');
  const sessions = of('copilot-sessions');
  return (
    <div className={styles.cards}>
      <Section title={t.payAsYouGo}>
        <div className={styles.stack}>
          <dl className={styles.figures}>
            <Figure name={t.activePlans} value={formatCount(capacity.activeBillingPlans)} />
            <Figure name={t.monthToDate} value={formatAmount(credits.payAsYouGo)} />
            <Figure name={t.cost} value={formatCost(costOf(creditsAsWritten(credits.payAsYouGo)))} />
          </dl>
          {plans.length === 0 ? <Text className={styles.muted}>{t.noPlans}</Text> : <MostBilled plans={plans} />}
        </div>
      </Section>
      <Section title={t.prepaid}>
        <div className={styles.stack}>
          <Prepaid of={credits} />
          {shownCurrencies(capacity).includes('copilot-sessions') && <Prepaid of={sessions} />}
        </div>
      </Section>
    </div>
  );
}

/** The plans that were billed most this month, against their limits. */
function MostBilled({ plans }: { plans: readonly BillingPlan[] }) {
  const styles = useStyles();
  const billed = plans
    .filter(({ status }) => status === 'Enabled')
    .sort((a, b) => approximate(b.monthToDate.credits) - approximate(a.monthToDate.credits))
    .slice(0, MOST_PLANS);
  return billed.map(({ id, name, monthlyLimit, monthToDate: { credits } }) => {
    const said =
      monthlyLimit === null ? t.billed(formatAmount(credits)) : t.billedOf(formatAmount(credits), formatAmount(monthlyLimit));
    const percent = monthlyLimit === null ? null : percentOf(credits, monthlyLimit);
    return (
      <div key={id} className={styles.plan}>
        <div className={styles.currency}>
          <Text weight="semibold" className={styles.planName}>
            {name}
          </Text>
          <Text>{said}</Text>
        </div>
        {percent !== null && (
          <CapacityBar small label={`${name}: ${said}`} full={100} parts={[{ size: Number(percent), level: 'plain' }]} />
        )}
      </div>
    );
  });
}

function Prepaid({ of }: { of: CurrencyCapacity }) {
  const styles = useStyles();
  const { data: settings } = useQuery(settingsQuery);
  const prePurchase = of.sources.find(({ product }) => product === PRE_PURCHASE);
  return (
    <>
      <div className={styles.currency}>
        <Text weight="semibold">{words.currencies[of.currency]}</Text>
        <WorstStatus status={of.status} />
      </div>
      <dl className={styles.figures}>
        <Figure name={t.purchased} value={formatAmount(of.owned)} />
        <Figure name={t.assigned} value={formatAmount(of.allocated)} />
        <Figure name={t.consumed} value={formatAmount(of.consumed)} />
        {prePurchase && <Figure name={t.prePurchase} value={formatAmount(prePurchase.credits)} />}
      </dl>
      <ConsumptionMeasure capacity={of} thresholds={thresholdsOf(settings)} />
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  const styles = useStyles();
  return (
    <div>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{value}</dd>
    </div>
  );
}
