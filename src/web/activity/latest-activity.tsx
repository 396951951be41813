// The newest actions, on the first page.

import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { activityQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { strings } from '../strings.ts';
import { ActivityTable } from './activity-table.tsx';
import { LiveSwitch } from './live-switch.tsx';
import { NoActivity } from './no-activity.tsx';

const text = strings.activity;
const SHOWN = 10;

const useStyles = makeStyles({
  link: {
    color: tokens.colorBrandForegroundLink,
    textDecorationLine: 'none',
    ':hover': { color: tokens.colorBrandForegroundLinkHover, textDecorationLine: 'underline' },
  },
});

export function LatestActivity() {
  const styles = useStyles();
  const [live, setLive] = useState(true);
  const { data, error, refetch } = useQuery(activityQuery({ limit: SHOWN }, live));
  if (!data) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  if (data.value.length === 0) return <NoActivity />;
  return (
    <Section
      title={text.latest}
      holds="table"
      actions={
        <>
          <LiveSwitch live={live} onChange={setLive} />
          <Link to="/activity" className={styles.link}>
            {text.all}
          </Link>
        </>
      }
    >
      <ActivityTable items={data.value} />
    </Section>
  );
}
