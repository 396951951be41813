// Licensing › Capacity › Add-ons: which environments have credits of their own, how many are left, and the panel that assigns (A2, A3).

import { MessageBar, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { Currency } from '../../core/credits.ts';
import { ActionButton } from '../action-button.tsx';
import { AllocationMeasure } from '../capacity/capacity-card.tsx';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { type CurrencyCapacity, capacityQuery } from '../data.ts';
import { formatAmount, isNone } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useSightSaid } from '../may.ts';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import { AllocationList } from './allocation-list.tsx';
import { AssignPanel, useAssignPanel } from './assign-panel.tsx';

const t = licensingText.addOns;

const useStyles = makeStyles({
  pools: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 320px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
  pool: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  left: {
    margin: 0,
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontWeight: tokens.fontWeightSemibold,
    fontVariantNumeric: 'tabular-nums',
  },
});

export function CapacityAddOnsPage() {
  const styles = useStyles();
  const panel = useAssignPanel();
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  const { open } = panel;
  const change = useCallback(
    (environmentIds: readonly string[], currency: Currency) => open({ environment: environmentIds.join(), currency }),
    [open],
  );
  const sight = useSightSaid('environments');
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const shown = shownCurrencies(capacity);
  return (
    <>
      <PageHeading
        title={t.title}
        lead={t.lead}
        sight={sight}
        actions={
          <ActionButton operation="changeAllocations" appearance="primary" icon={<AddRegular />} onClick={() => open()}>
            {t.assign}
          </ActionButton>
        }
      />
      <div className={styles.pools}>
        {capacity.currencies
          .filter(({ currency }) => shown.includes(currency))
          .map((of) => (
            <Pool key={of.currency} of={of} />
          ))}
      </div>
      <AllocationList onChange={change} />
      <AssignPanel panel={panel} />
    </>
  );
}

function Pool({ of }: { of: CurrencyCapacity }) {
  const styles = useStyles();
  return (
    <Section title={words.currencies[of.currency]}>
      <div className={styles.pool}>
        <p className={styles.left}>{t.left(formatAmount(of.unallocated), formatAmount(of.owned))}</p>
        {!isNone(of.overAllocated) && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>{t.overAllocated(formatAmount(of.overAllocated))}</MessageBarBody>
          </MessageBar>
        )}
        <AllocationMeasure capacity={of} />
      </div>
    </Section>
  );
}
