// Settings, in parts that the address names: `/settings?tab=keys`.

import type { ComponentType } from 'react';
import { PageHeading } from '../frame/section.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { PageTabs } from '../page-tabs.tsx';
import { settingsText as t } from '../strings/settings.ts';
import { ClockSettings } from './clock-settings.tsx';
import { CreditSettings } from './credit-settings.tsx';
import { EnforcementSettings } from './enforcement-settings.tsx';
import { KeySettings } from './key-settings.tsx';
import { NoticeSettings } from './notice-settings.tsx';
import { PeopleSettings } from './people-settings.tsx';
import { TrialSettings } from './trial-settings.tsx';

type TabName = keyof typeof t.tabs;

const TABS: Record<TabName, ComponentType> = {
  credits: CreditSettings,
  enforcement: EnforcementSettings,
  notices: NoticeSettings,
  people: PeopleSettings,
  keys: KeySettings,
  clock: ClockSettings,
  trials: TrialSettings,
};
const NAMES = Object.keys(TABS) as TabName[];

export function SettingsPage() {
  const { tab: asked } = usePageState();
  const change = useChangePageState();
  const tab = NAMES.find((each) => each === asked) ?? 'credits';
  const Content = TABS[tab];
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      <PageTabs
        label={t.tabsLabel}
        names={NAMES}
        titles={t.tabs}
        shown={tab}
        onShow={(name) => change({ tab: name, panel: undefined })}
      />
      <Content />
    </>
  );
}
