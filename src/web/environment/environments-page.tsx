// The page of the environments.

import { useQuery } from '@tanstack/react-query';
import { ActionButton } from '../action-button.tsx';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { capacityQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading } from '../frame/section.tsx';
import { useSightSaid } from '../may.ts';
import { usePanel } from '../panel/panel-state.ts';
import { environmentText } from '../strings/environment.ts';
import { CreatePanel } from './create-panel.tsx';
import { EnvironmentSection } from './environment-section.tsx';

export function EnvironmentsPage() {
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  const panel = usePanel('new');
  const sight = useSightSaid('environments');
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return (
    <>
      <PageHeading
        title={environmentText.title}
        lead={environmentText.lead}
        sight={sight}
        actions={
          <ActionButton operation="createEnvironment" appearance="primary" onClick={() => panel.open()}>
            {environmentText.new}
          </ActionButton>
        }
      />
      <EnvironmentSection currencies={shownCurrencies(capacity)} />
      <CreatePanel panel={panel} />
    </>
  );
}
