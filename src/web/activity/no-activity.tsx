// Before the first action: how to meter one.

import { useQuery } from '@tanstack/react-query';
import { environmentCapacitiesQuery } from '../data.ts';
import { Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { activityText } from '../strings/activity.ts';

export function NoActivity() {
  const { data: environments } = useQuery(environmentCapacitiesQuery);
  const action = {
    environmentId: environments?.[0]?.environmentId ?? 'sales',
    userId: 'ada@contoso.com',
    caller: 'cloud-flow',
    capability: 'receipt-processing',
    usage: { pages: 2 },
  };
  return (
    <Section title={activityText.emptyTitle}>
      <NextStep text={activityText.emptyText} post={{ path: 'v1/consumptions', body: action }} />
    </Section>
  );
}
