// Licensing › Capacity › Summary: the tenant's capacity a currency (M2), what it bought, its environments, and
// the latest activity, all of it live.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { CURRENCIES } from '../../core/credits.ts';
import { ActionButton } from '../action-button.tsx';
import { LatestActivity } from '../activity/latest-activity.tsx';
import { CapacityCard } from '../capacity/capacity-card.tsx';
import { thresholdsOf } from '../capacity/consumption-level.ts';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { capacityQuery, settingsQuery, type TenantCapacity } from '../data.ts';
import { EnvironmentSection } from '../environment/environment-section.tsx';
import { formatCount, formatMonth } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { useOpenPage } from '../page-link.tsx';
import { capacityText } from '../strings/capacity.ts';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { EntitlementList } from './entitlement-list.tsx';
import { PurchasePanel, usePurchasePanel } from './purchase-panel.tsx';

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

export function CapacitySummaryPage() {
  const styles = useStyles();
  const openPage = useOpenPage();
  const purchase = usePurchasePanel();
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <PageHeading
        title={capacityText.title}
        lead={capacityText.lead(formatMonth(capacity.month))}
        actions={
          <>
            <ActionButton
              operation="changeAllocations"
              onClick={() => openPage('/licensing/add-ons', { state: { panel: 'assign' } })}
            >
              {licensingText.addOns.assign}
            </ActionButton>
            <ActionButton
              operation="createEntitlement"
              appearance="primary"
              icon={<AddRegular />}
              onClick={() => purchase.open()}
            >
              {licensingText.entitlements.enter}
            </ActionButton>
          </>
        }
      />
      <Facts capacity={capacity} />
      <Cards capacity={capacity} />
      <EntitlementList />
      <div className={styles.lists}>
        <EnvironmentSection currencies={shownCurrencies(capacity)} />
        <LatestActivity />
      </div>
      <PurchasePanel panel={purchase} />
    </>
  );
}

function Facts({ capacity: { month, era, activeBillingPlans } }: { capacity: TenantCapacity }) {
  const styles = useStyles();
  const facts = [
    [capacityText.month, formatMonth(month)],
    [capacityText.era, words.eras[era]],
    [capacityText.billingPlans, formatCount(activeBillingPlans)],
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
  const unused = CURRENCIES.filter((currency) => !shown.includes(currency)).map((currency) => words.currencies[currency]);
  if (shown.length === 0) {
    return (
      <Section title={capacityText.emptyTitle}>
        <NextStep
          text={capacityText.emptyText}
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
          {capacityText.unused(unused.join(', '))}
        </Text>
      )}
    </>
  );
}
