// One environment: how it stands and where the month is heading; what uses credits in it; which of its apps are premium; its limits.

import { Button, MessageBar, MessageBarActions, MessageBarBody, makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { BursarError, type Environment } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { PageHeading } from '../frame/section.tsx';
import { useOpenPage } from '../page-link.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { PageTabs } from '../page-tabs.tsx';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { usePanel } from '../panel/panel-state.ts';
import { problemSentence } from '../problem/problem-sentence.ts';
import { useSignedIn } from '../session.ts';
import { environmentText as t } from '../strings/environment.ts';
import { words } from '../strings/words.ts';
import { environmentQuery } from './environment-data.ts';
import { EnvironmentLimits } from './environment-limits.tsx';
import { EnvironmentOverview } from './environment-overview.tsx';
import { EnvironmentResources } from './environment-resources.tsx';
import { EnvironmentUsage } from './environment-usage.tsx';
import { SwitchesPanel } from './switches-panel.tsx';

const useStyles = makeStyles({
  actions: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

const TABS = {
  overview: EnvironmentOverview,
  usage: EnvironmentUsage,
  resources: EnvironmentResources,
  limits: EnvironmentLimits,
};

type TabId = keyof typeof TABS;
const TAB_IDS = Object.keys(TABS) as TabId[];

export function EnvironmentPage() {
  const { environmentId = '' } = useParams({ strict: false }) as { environmentId?: string };
  const openPage = useOpenPage();
  const { data: environment, error, refetch } = useQuery(environmentQuery(environmentId));
  if (error instanceof BursarError && (error.status === 404 || error.status === 403)) {
    return (
      <>
        <PageHeading title={environmentId} />
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{error.status === 404 ? t.notThere(environmentId) : problemSentence(error)}</MessageBarBody>
          <MessageBarActions>
            <Button onClick={() => openPage('/environments')}>{t.toAll}</Button>
          </MessageBarActions>
        </MessageBar>
      </>
    );
  }
  if (!environment) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  return <ShownEnvironment key={environmentId} environment={environment} />;
}

function leadOf({ type, region, id }: Environment): string {
  const name = words.environmentTypes[type];
  return region === null ? t.lead1(name, id) : t.leadRegion(name, region, id);
}

function ShownEnvironment({ environment }: { environment: Environment }) {
  const { role, userId } = useSignedIn();
  const { tab: wanted } = usePageState();
  const change = useChangePageState();
  const tab = TAB_IDS.find((each) => each === wanted) ?? 'overview';
  const Shown = TABS[tab];
  return (
    <>
      <PageHeading title={environment.name} lead={leadOf(environment)} actions={<Actions environment={environment} />} />
      {role === 'maker' && userId !== null && userId !== undefined && tab !== 'limits' && (
        <MessageBar layout="multiline">
          <MessageBarBody>{t.onlyOwn(userId)}</MessageBarBody>
        </MessageBar>
      )}
      <PageTabs
        label={t.tabsLabel}
        names={TAB_IDS}
        titles={t.tabs}
        shown={tab}
        onShow={(name) => change({ tab: name === 'overview' ? undefined : name })}
      />
      <Shown environment={environment} />
    </>
  );
}

function Actions({ environment }: { environment: Environment }) {
  const styles = useStyles();
  const openPage = useOpenPage();
  const switches = usePanel('switches');
  const { id, name } = environment;
  return (
    <div className={styles.actions}>
      <ActionButton
        operation="changeAllocations"
        environmentIds={[id]}
        appearance="primary"
        onClick={() => openPage('/licensing/add-ons', { state: { panel: 'assign', environment: id } })}
      >
        {t.allocate}
      </ActionButton>
      <ActionButton operation="changeEnvironment" environmentIds={[id]} onClick={() => switches.open()}>
        {t.change}
      </ActionButton>
      <ConfirmButton
        operation="deleteEnvironment"
        environmentIds={[id]}
        label={t.delete}
        question={t.deleteQuestion(name)}
        consequence={t.deleteConsequence}
        act={async () => {
          await ask('deleteEnvironment', { params: { id } });
          openPage('/environments');
        }}
        done={t.deleted(name)}
      />
      <SwitchesPanel panel={switches} environment={environment} />
    </div>
  );
}
