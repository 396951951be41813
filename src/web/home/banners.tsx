// What needs attention now (N1), in the server's words, with the environments that it is about and the way to help them.

import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Text,
  tokens,
} from '@fluentui/react-components';
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle';
import { useQuery } from '@tanstack/react-query';
import type { Banner } from '../../../sdk/src/index.ts';
import { formatCount, formatPercent } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { useWhyNot } from '../may.ts';
import { PageLink, useOpenPage } from '../page-link.tsx';
import { problemSentence } from '../problem/problem-sentence.ts';
import { StatusBadge } from '../status-badge.tsx';
import { homeText as t } from '../strings/home.ts';
import { bannersQuery } from './home-data.ts';

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM },
  body: { overflowWrap: 'anywhere', paddingBottom: tokens.spacingVerticalS },
  title: { display: 'block' },
  text: { display: 'block' },
  environments: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalXL}`,
    margin: `${tokens.spacingVerticalS} 0 0`,
    padding: 0,
    listStyleType: 'none',
  },
  environment: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  // On the colour of a banner a link in the brand's colour is too faint: it is underlined instead.
  link: { color: tokens.colorNeutralForeground1, textDecorationLine: 'underline' },
  well: { display: 'flex', alignItems: 'center', gap: tokens.spacingHorizontalS },
  wellIcon: { color: tokens.colorStatusSuccessForeground1, fontSize: '20px', flexShrink: 0 },
});

/** `environmentId`: what makers should see there; without it what administrators should see. */
export function Banners({ environmentId, well }: { environmentId?: string | undefined; well: string }) {
  const styles = useStyles();
  const { data: banners, error, refetch } = useQuery(bannersQuery(environmentId));
  if (!banners)
    return error ? <PageFailed error={new Error(problemSentence(error))} retry={() => void refetch()} /> : <Loading />;
  if (banners.length === 0) {
    return (
      <div className={styles.well}>
        <CheckmarkCircleRegular className={styles.wellIcon} />
        <Text>{well}</Text>
      </div>
    );
  }
  return (
    <div className={styles.root}>
      {banners.map((banner) => (
        <BannerBar key={`${banner.kind} ${banner.currency}`} banner={banner} forMakers={environmentId !== undefined} />
      ))}
    </div>
  );
}

function BannerBar({ banner, forMakers }: { banner: Banner; forMakers: boolean }) {
  const styles = useStyles();
  const openPage = useOpenPage();
  const environmentIds = banner.environments.map(({ environmentId }) => environmentId);
  const whyNot = useWhyNot('changeAllocations', { environmentIds });
  return (
    <MessageBar intent={banner.kind === 'over-allocated' || forMakers ? 'error' : 'warning'} layout="multiline">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle className={styles.title}>{banner.sentence}</MessageBarTitle>
        <Text className={styles.text}>{banner.whatToDo}</Text>
        {!forMakers && banner.environments.length > 0 && (
          <ul className={styles.environments}>
            {banner.environments.map(({ environmentId, name, status, percent }) => (
              <li key={environmentId} className={styles.environment}>
                <PageLink to="/environments/$environmentId" params={{ environmentId }} className={styles.link}>
                  {name}
                </PageLink>
                <StatusBadge status={status} />
                {percent !== null && <Text size={200}>{formatPercent(percent)}</Text>}
              </li>
            ))}
            {banner.count > banner.environments.length && (
              <li>{t.more(formatCount(banner.count - banner.environments.length))}</li>
            )}
          </ul>
        )}
      </MessageBarBody>
      {!forMakers && whyNot === null && (
        <MessageBarActions>
          <Button
            onClick={() =>
              openPage('/licensing/add-ons', {
                state: { panel: 'assign', environment: environmentIds.join() || undefined, currency: banner.currency },
              })
            }
          >
            {t.assign}
          </Button>
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
