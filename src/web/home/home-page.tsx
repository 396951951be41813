// Home: what needs attention (N1), three tasks, how far the month has come, and which environments are near or over. A maker sees how its
// environment stands, and its own activity.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { ActionButton } from '../action-button.tsx';
import { shownCurrencies } from '../capacity/shown-currencies.ts';
import { capacityQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useSeesAll, useSightSaid } from '../may.ts';
import { useOpenPage } from '../page-link.tsx';
import { useSignedIn } from '../session.ts';
import { homeText as t } from '../strings/home.ts';
import { Banners } from './banners.tsx';
import { MonthProgress } from './month-progress.tsx';
import { NearEnvironments } from './near-environments.tsx';
import { Tasks } from './tasks.tsx';

const MakerHome = lazy(async () => ({ default: (await import('./maker-home.tsx')).MakerHome }));

const useStyles = makeStyles({
  start: { display: 'flex', flexDirection: 'column', alignItems: 'flex-start', gap: tokens.spacingVerticalM },
});

export function HomePage() {
  const { role, tenant } = useSignedIn();
  const seesAll = useSeesAll();
  const sight = useSightSaid('usage');
  const { data: capacity, error, refetch } = useQuery(capacityQuery);
  if (!capacity) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const isEmpty = shownCurrencies(capacity).length === 0;
  return (
    <>
      <PageHeading title={t.title} lead={t.lead(tenant.name)} sight={sight} />
      {role === 'maker' ? (
        <Suspense fallback={<Loading />}>
          <MakerHome />
        </Suspense>
      ) : (
        <>
          {isEmpty ? (
            <Start />
          ) : (
            <Section title={t.attention}>
              <Banners well={seesAll ? t.allWell : t.ownWell} />
            </Section>
          )}
          <Tasks />
          {!isEmpty && <MonthProgress capacity={capacity} />}
          {!isEmpty && <NearEnvironments />}
        </>
      )}
    </>
  );
}

function Start() {
  const styles = useStyles();
  const openPage = useOpenPage();
  return (
    <Section title={t.startTitle}>
      <div className={styles.start}>
        <Text>{t.startText}</Text>
        <ActionButton
          operation="createEntitlement"
          appearance="primary"
          onClick={() => openPage('/licensing/capacity', { state: { panel: 'purchase' } })}
        >
          {t.start}
        </ActionButton>
      </div>
    </Section>
  );
}
