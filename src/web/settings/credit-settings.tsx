// AI Builder credits: who may use unassigned ones (A4), who may allocate (T3), seeded ones (E5), late usage (C3).

import { Input, Radio, RadioGroup, Switch } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ActionButton } from '../action-button.tsx';
import { type Settings, settingsQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { settingsText } from '../strings/settings.ts';
import { SettingList } from './setting-list.tsx';
import { useSaveSettings } from './use-save-settings.ts';
import { faultOfWholeNumber, readWholeNumber } from './whole-number.ts';

const t = settingsText.credits;
const ALLOCATORS = ['anyone', 'tenant-admins'] as const satisfies readonly Settings['allocationBy'][];
const MOST_LATE_DAYS = 31;

export function CreditSettings() {
  const { data: settings, error, refetch } = useQuery(settingsQuery);
  const panel = usePanel('credits');
  if (!settings) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const onOrOff = (is: boolean) => (is ? settingsText.yes : settingsText.no);
  return (
    <Section
      title={t.title}
      actions={
        <ActionButton operation="changeSettings" onClick={() => panel.open()}>
          {settingsText.change}
        </ActionButton>
      }
    >
      <SettingList
        settings={[
          { name: t.unallocated, why: t.unallocatedWhy, value: onOrOff(settings.consumeUnallocatedAiBuilderCredits) },
          { name: t.allocationBy, why: t.allocationByWhy, value: t.allocators[settings.allocationBy] },
          { name: t.honour, why: t.honourWhy, value: onOrOff(settings.honourSeededCreditsUntilTerm) },
          { name: t.late, why: t.lateWhy, value: settingsText.days(String(settings.lateUsageDays)) },
        ]}
      />
      {panel.isOpen && <CreditPanel panel={panel} settings={settings} />}
    </Section>
  );
}

function CreditPanel({ panel, settings }: { panel: PanelState<never>; settings: Settings }) {
  const saveSettings = useSaveSettings();
  // What was there when it opened: somebody else's change meanwhile is no change of ours.
  const [before] = useState(settings);
  const [unallocated, setUnallocated] = useState(before.consumeUnallocatedAiBuilderCredits);
  const [allocationBy, setAllocationBy] = useState(before.allocationBy);
  const [honour, setHonour] = useState(before.honourSeededCreditsUntilTerm);
  const [late, setLate] = useState(String(before.lateUsageDays));
  const lateFault = faultOfWholeNumber(late, 0, MOST_LATE_DAYS);
  const isDirty =
    unallocated !== before.consumeUnallocatedAiBuilderCredits ||
    allocationBy !== before.allocationBy ||
    honour !== before.honourSeededCreditsUntilTerm ||
    late !== String(before.lateUsageDays);
  return (
    <FormPanel
      panel={panel}
      title={t.title}
      saveLabel={settingsText.save}
      saved={settingsText.saved}
      isDirty={isDirty}
      blocked={lateFault}
      save={() =>
        saveSettings({
          consumeUnallocatedAiBuilderCredits: unallocated,
          allocationBy,
          honourSeededCreditsUntilTerm: honour,
          lateUsageDays: readWholeNumber(late, 0, MOST_LATE_DAYS) ?? before.lateUsageDays,
        })
      }
    >
      <PanelField pointer="/consumeUnallocatedAiBuilderCredits" hint={t.unallocatedWhy}>
        <Switch label={t.unallocated} checked={unallocated} onChange={(_, { checked }) => setUnallocated(checked)} />
      </PanelField>
      <PanelField pointer="/allocationBy" label={t.allocationBy} hint={t.allocationByWhy}>
        <RadioGroup
          value={allocationBy}
          onChange={(_, { value }) => setAllocationBy(ALLOCATORS.find((each) => each === value) ?? 'anyone')}
        >
          {ALLOCATORS.map((each) => (
            <Radio key={each} value={each} label={t.allocators[each]} />
          ))}
        </RadioGroup>
      </PanelField>
      <PanelField pointer="/honourSeededCreditsUntilTerm" hint={t.honourWhy}>
        <Switch label={t.honour} checked={honour} onChange={(_, { checked }) => setHonour(checked)} />
      </PanelField>
      <PanelField pointer="/lateUsageDays" label={t.late} hint={t.lateWhy} fault={lateFault}>
        <Input type="number" min={0} max={MOST_LATE_DAYS} value={late} onChange={(_, { value }) => setLate(value)} />
      </PanelField>
    </FormPanel>
  );
}
