// The page of the environments.

import { useQuery } from '@tanstack/react-query';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { capacityQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading } from '../frame/section.tsx';
import { strings } from '../strings.ts';
import { EnvironmentSection } from './environment-section.tsx';

export function EnvironmentsPage() {
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <PageHeading title={strings.environments.title} lead={strings.environments.lead} />
      <EnvironmentSection currencies={shownCurrencies(capacity)} />
    </>
  );
}
