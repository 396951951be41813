// Settings, in parts that the address names: `/settings?tab=keys`.

import { makeStyles, Tab, TabList } from '@fluentui/react-components';
import type { ComponentType } from 'react';
import { PageHeading } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { settingsText as t } from '../strings/settings.ts';
import { ClockSettings } from './clock-settings.tsx';
import { CreditSettings } from './credit-settings.tsx';
import { EnforcementSettings } from './enforcement-settings.tsx';
import { KeySettings } from './key-settings.tsx';
import { NoticeSettings } from './notice-settings.tsx';
import { TrialSettings } from './trial-settings.tsx';

type TabName = keyof typeof t.tabs;

const TABS: Record<TabName, ComponentType> = {
  credits: CreditSettings,
  enforcement: EnforcementSettings,
  notices: NoticeSettings,
  keys: KeySettings,
  clock: ClockSettings,
  trials: TrialSettings,
};
const NAMES = Object.keys(TABS) as TabName[];

const useStyles = makeStyles({ tabs: { flexWrap: 'wrap' } });

export function SettingsPage() {
  const styles = useStyles();
  const { tab: asked } = usePageState();
  const change = useChangePageState();
  const tab = NAMES.find((each) => each === asked) ?? 'credits';
  const Content = TABS[tab];
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      <TabList
        className={styles.tabs}
        aria-label={t.tabsLabel}
        selectedValue={tab}
        onTabSelect={(_, { value }) => change({ tab: String(value), panel: undefined })}
      >
        {NAMES.map((each) => (
          <Tab key={each} value={each}>
            {t.tabs[each]}
          </Tab>
        ))}
      </TabList>
      <Content />
    </>
  );
}
