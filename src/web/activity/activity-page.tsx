// The activity: every action as it happens, newest first, filtered by the state in the address.

import { Button, Select, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { RECORD_STATUSES } from '../../core/activity.ts';
import { activityQuery, environmentCapacitiesQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { strings } from '../strings.ts';
import { ActivityTable } from './activity-table.tsx';
import { LiveSwitch } from './live-switch.tsx';
import { NoActivity } from './no-activity.tsx';

const text = strings.activity;
const FIRST_SHOWN = 50;
/** Older ones come with paging; what is live stays small enough to be asked for every second. */
const MOST_SHOWN = 400;

export function ActivityPage() {
  const { status, environment } = usePageState();
  const change = useChangePageState();
  const [live, setLive] = useState(true);
  const [limit, setLimit] = useState(FIRST_SHOWN);
  const { data, error, refetch } = useQuery(activityQuery({ status, environmentId: environment, limit }, live));
  const { data: environments = [] } = useQuery(environmentCapacitiesQuery);
  const isFiltered = status !== undefined || environment !== undefined;

  function list() {
    if (!data) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
    if (data.value.length === 0) return isFiltered ? <Text>{text.noneMatch}</Text> : <NoActivity />;
    return (
      <>
        <ActivityTable key={`${status} ${environment}`} items={data.value} />
        {data.nextCursor !== undefined && limit < MOST_SHOWN && (
          <Button appearance="subtle" onClick={() => setLimit(limit * 2)}>
            {text.more}
          </Button>
        )}
      </>
    );
  }

  return (
    <>
      <PageHeading title={text.title} lead={text.lead} />
      <Section
        title={text.latest}
        holds="table"
        actions={
          <>
            <LiveSwitch live={live} onChange={setLive} />
            <Select
              aria-label={text.status}
              value={status ?? ''}
              onChange={(_, { value }) => change({ status: RECORD_STATUSES.find((each) => each === value) })}
            >
              <option value="">{text.anyStatus}</option>
              {RECORD_STATUSES.map((each) => (
                <option key={each} value={each}>
                  {strings.recordStatuses[each]}
                </option>
              ))}
            </Select>
            <Select
              aria-label={text.environment}
              value={environment ?? ''}
              onChange={(_, { value }) => change({ environment: value === '' ? undefined : value })}
            >
              <option value="">{text.anyEnvironment}</option>
              {environments.map(({ environmentId, name }) => (
                <option key={environmentId} value={environmentId}>
                  {name}
                </option>
              ))}
            </Select>
          </>
        }
      >
        {list()}
      </Section>
    </>
  );
}
