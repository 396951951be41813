// Before the first action: how to meter one.

import { useQuery } from '@tanstack/react-query';
import { environmentCapacitiesQuery } from '../data.ts';
import { Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { strings } from '../strings.ts';

const text = strings.activity;

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
    <Section title={text.emptyTitle}>
      <NextStep text={text.emptyText} post={{ path: 'v1/consumptions', body: action }} />
    </Section>
  );
}
