// What should be seen now (N1): of administrators for their environments, of a maker for the environment that it is in.

import {
  MessageBar,
  MessageBarBody,
  type MessageBarProps,
  MessageBarTitle,
  makeStyles,
  Select,
  Text,
  tokens,
} from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Banner } from '../../../sdk/src/index.ts';
import type { BannerKind } from '../../core/banner.ts';
import { environmentCapacitiesQuery } from '../data.ts';
import { formatCount, formatPercent } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { PageLink } from '../page-link.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { useSignedIn } from '../session.ts';
import { StatusBadge } from '../status-badge.tsx';
import { noticeText as t } from '../strings/notice.ts';
import { bannersQuery } from './notice-data.ts';

const INTENTS: Record<BannerKind, NonNullable<MessageBarProps['intent']>> = {
  'environments-near-or-over': 'warning',
  'over-allocated': 'error',
  'consumed-all': 'error',
  'license-needed': 'error',
  'capacity-missing': 'error',
};

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  body: { overflowWrap: 'anywhere' },
  environments: {
    display: 'flex',
    flexWrap: 'wrap',
    gap: `${tokens.spacingVerticalXS} ${tokens.spacingHorizontalL}`,
    margin: `${tokens.spacingVerticalS} 0 0`,
    padding: 0,
    listStyleType: 'none',
    '& li': { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalXS },
  },
});

/** The environment that a maker is in is chosen here, and kept in the address. */
export function Banners() {
  const { role } = useSignedIn();
  const { environment } = usePageState();
  const change = useChangePageState();
  const isMaker = role === 'maker';
  return (
    <Section title={t.now} actions={isMaker && <EnvironmentChoice chosen={environment} choose={change} />}>
      {isMaker && environment === undefined ? (
        <Text>{t.chooseFirst}</Text>
      ) : (
        <BannerList environmentId={isMaker ? environment : undefined} />
      )}
    </Section>
  );
}

function EnvironmentChoice({ chosen, choose }: { chosen: string | undefined; choose: (state: { environment: string }) => void }) {
  const { data: environments = [] } = useQuery(environmentCapacitiesQuery);
  return (
    <Select aria-label={t.environmentOfMaker} value={chosen ?? ''} onChange={(_, { value }) => choose({ environment: value })}>
      <option value="">{t.chooseEnvironment}</option>
      {environments.map(({ environmentId, name }) => (
        <option key={environmentId} value={environmentId}>
          {name}
        </option>
      ))}
    </Select>
  );
}

function BannerList({ environmentId }: { environmentId: string | undefined }) {
  const styles = useStyles();
  const { data, error, refetch } = useQuery(bannersQuery(environmentId));
  if (!data) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  if (data.value.length === 0) return <Text>{t.nothingNow}</Text>;
  return (
    <div className={styles.root}>
      {data.value.map((banner) => (
        <BannerBar key={`${banner.kind} ${banner.currency}`} banner={banner} />
      ))}
    </div>
  );
}

function BannerBar({ banner: { kind, sentence, whatToDo, environments, count } }: { banner: Banner }) {
  const styles = useStyles();
  return (
    <MessageBar intent={INTENTS[kind]} layout="multiline">
      <MessageBarBody className={styles.body}>
        <MessageBarTitle>{sentence}.</MessageBarTitle> {whatToDo}
        {environments.length > 0 && (
          <ul className={styles.environments}>
            {environments.map(({ environmentId, name, status, percent }) => (
              <li key={environmentId}>
                <PageLink to="/environments/$environmentId" params={{ environmentId }}>
                  {name}
                </PageLink>
                <StatusBadge status={status} />
                {percent !== null && <Text size={200}>{formatPercent(percent)}</Text>}
              </li>
            ))}
            {count > environments.length && <li>{t.more(formatCount(count - environments.length))}</li>}
          </ul>
        )}
      </MessageBarBody>
    </MessageBar>
  );
}
