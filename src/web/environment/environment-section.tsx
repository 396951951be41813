// The list of environments: live, searched and sorted by the state in the address.

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { CURRENCIES, type Currency } from '../../core/credits.ts';
import { thresholdsOf } from '../capacity/consumption-level.ts';
import { environmentCapacitiesQuery, settingsQuery } from '../data.ts';
import { Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { useOpenPage } from '../page-link.tsx';
import { environmentText } from '../strings/environment.ts';
import { List } from '../table/list.tsx';
import { environmentColumns } from './environment-columns.tsx';

export function EnvironmentSection({ currencies }: { currencies: readonly Currency[] }) {
  const { data: environments, error, refetch } = useQuery(environmentCapacitiesQuery);
  const { data: settings } = useQuery(settingsQuery);
  const openPage = useOpenPage();
  const shown = currencies.length === 0 ? CURRENCIES.slice(0, 2).join() : currencies.join();
  const columns = useMemo(() => environmentColumns(shown.split(',') as Currency[], thresholdsOf(settings)), [shown, settings]);
  return (
    <List
      title={environmentText.title}
      columns={columns}
      rows={environments}
      rowId={({ environmentId }) => environmentId}
      error={error}
      retry={() => void refetch()}
      defaultSort="name"
      csvName="environments"
      onOpen={({ environmentId }) => openPage('/environments/$environmentId', { params: { environmentId } })}
      empty={
        <Section title={environmentText.emptyTitle}>
          <NextStep text={environmentText.emptyText} post={{ path: 'v1/environments', body: { id: 'sales', name: 'Sales' } }} />
        </Section>
      }
    />
  );
}
