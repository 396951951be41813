// The first page: the tenant's capacity a currency, its environments, and the latest activity, all of it live.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { CURRENCIES } from '../../core/credits.ts';
import { LatestActivity } from '../activity/latest-activity.tsx';
import { capacityQuery, settingsQuery, type TenantCapacity } from '../data.ts';
import { EnvironmentSection } from '../environment/environment-section.tsx';
import { formatCount, formatMonth } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { strings } from '../strings.ts';
import { CapacityCard } from './capacity-card.tsx';
import { thresholdsOf } from './consumption-level.ts';
import { shownCurrencies } from './shown-currencies.ts';

const text = strings.capacity;

const useStyles = makeStyles({
  facts: { display: 'flex', flexWrap: 'wrap', gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXXL}`, margin: 0 },
  fact: { display: 'flex', gap: tokens.spacingHorizontalS },
  factName: { color: tokens.colorNeutralForeground3 },
  factValue: { margin: 0, fontWeight: tokens.fontWeightSemibold },
  cards: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 400px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  // Beside one another only where each has the room of a page.
  lists: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 1040px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  unused: { color: tokens.colorNeutralForeground3 },
});

export function CapacityPage() {
  const styles = useStyles();
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <PageHeading title={text.title} lead={text.lead(formatMonth(capacity.month))} />
      <Facts capacity={capacity} />
      <Cards capacity={capacity} />
      <div className={styles.lists}>
        <EnvironmentSection currencies={shownCurrencies(capacity)} />
        <LatestActivity />
      </div>
    </>
  );
}

function Facts({ capacity: { month, era, activeBillingPlans } }: { capacity: TenantCapacity }) {
  const styles = useStyles();
  const facts = [
    [text.month, formatMonth(month)],
    [text.era, strings.eras[era]],
    [text.billingPlans, formatCount(activeBillingPlans)],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={styles.fact}>
          <dt className={styles.factName}>{name}</dt>
          <dd className={styles.factValue}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Cards({ capacity }: { capacity: TenantCapacity }) {
  const styles = useStyles();
  const { data: settings } = useQuery(settingsQuery);
  const shown = shownCurrencies(capacity);
  const unused = CURRENCIES.filter((currency) => !shown.includes(currency)).map((currency) => strings.currencies[currency]);
  if (shown.length === 0) {
    return (
      <Section title={text.emptyTitle}>
        <NextStep
          text={text.emptyText}
          post={{ path: 'v1/entitlements', body: { product: 'copilot-credit-pack', quantity: 1 } }}
        />
      </Section>
    );
  }
  return (
    <>
      <div className={styles.cards}>
        {capacity.currencies
          .filter(({ currency }) => shown.includes(currency))
          .map((of) => (
            <CapacityCard key={of.currency} capacity={of} thresholds={thresholdsOf(settings)} />
          ))}
      </div>
      {unused.length > 0 && (
        <Text size={200} className={styles.unused}>
          {text.unused(unused.join(', '))}
        </Text>
      )}
    </>
  );
}
