// Licensing › Copilot Studio: pay-as-you-go, prepaid capacity, usage (M3), billing plans, and the panel that manages an environment's
// capacity.

import { SettingsRegular } from '@fluentui/react-icons/svg/settings';
import { useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { ActionButton } from '../action-button.tsx';
import { capacityQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading } from '../frame/section.tsx';
import { useSightSaid } from '../may.ts';
import { licensingText } from '../strings/licensing.ts';
import { BillingPlanList } from './billing-plan-list.tsx';
import { BillingPlanPanel, useBillingPlanPanel } from './billing-plan-panel.tsx';
import { CopilotCards } from './copilot-cards.tsx';
import { CopilotCharts } from './copilot-charts.tsx';
import { billingPlansQuery } from './licensing-data.ts';
import { ManagePanel, useManagePanel } from './manage-panel.tsx';

const t = licensingText.copilot;

export function CopilotStudioPage() {
  const sight = useSightSaid('usage');
  const manage = useManagePanel();
  const plan = useBillingPlanPanel();
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  const { data: plans } = useQuery(billingPlansQuery);
  const { open } = plan;
  const openPlan = useCallback((planId?: string) => open(planId === undefined ? {} : { plan: planId }), [open]);
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <PageHeading
        title={t.title}
        lead={t.lead}
        sight={sight}
        actions={
          <ActionButton
            operation="changeEnvironment"
            appearance="primary"
            icon={<SettingsRegular />}
            onClick={() => manage.open()}
          >
            {t.manage}
          </ActionButton>
        }
      />
      <CopilotCards capacity={capacity} plans={plans ?? []} />
      <CopilotCharts capacity={capacity} />
      <BillingPlanList onOpen={openPlan} />
      <ManagePanel panel={manage} />
      <BillingPlanPanel panel={plan} />
    </>
  );
}
