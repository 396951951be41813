// The newest actions, on the first page.

import { useQuery } from '@tanstack/react-query';
import { activityQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { PageLink } from '../page-link.tsx';
import { activityText } from '../strings/activity.ts';
import { ActivityTable } from './activity-table.tsx';
import { NoActivity } from './no-activity.tsx';

const SHOWN = 10;

export function LatestActivity() {
  const { data, error, refetch } = useQuery(activityQuery({ limit: SHOWN }));
  if (!data) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  if (data.value.length === 0) return <NoActivity />;
  return (
    <Section title={activityText.latest} holds="table" actions={<PageLink to="/activity">{activityText.all}</PageLink>}>
      <ActivityTable items={data.value} />
    </Section>
  );
}
