// Enforcement: what decisions are judged on (D9), when a source is spent (D3) and when nothing runs any more (D5); and what the two views
// would have done.

import { Input, Radio, RadioGroup } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { VIEWS } from '../../core/comparison.ts';
import { ActionButton } from '../action-button.tsx';
import { type Settings, settingsQuery, tenantQuery } from '../data.ts';
import { formatPercent } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { settingsText } from '../strings/settings.ts';
import { ComparisonSection } from './comparison-section.tsx';
import { SettingList } from './setting-list.tsx';
import { useSaveSettings } from './use-save-settings.ts';
import { faultOfWholeNumber } from './whole-number.ts';

const t = settingsText.enforcement;
const ADMISSIONS = ['until-exhausted', 'never-exceed'] as const satisfies readonly Settings['enforcement']['admission'][];
const MOST_PERCENT = 1_000;
const MOST_DELAY_DAYS = 31;

export function EnforcementSettings() {
  const { data: settings, error, refetch } = useQuery(settingsQuery);
  const { data: tenant } = useQuery(tenantQuery);
  const panel = usePanel('enforcement');
  if (!settings || !tenant) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const { enforcement, nearAtPercent, computation } = settings;
  const isSandbox = tenant.sandbox !== null;
  return (
    <>
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
            { name: t.view, why: t.viewWhy, value: t.views[enforcement.view] },
            { name: t.admission, why: t.admissionWhy, value: t.admissions[enforcement.admission] },
            { name: t.near, why: t.nearWhy, value: formatPercent(String(nearAtPercent)) },
            { name: t.fallback, why: t.fallbackWhy, value: formatPercent(String(enforcement.fallbackAtPercent)) },
            { name: t.block, why: t.blockWhy, value: formatPercent(String(enforcement.blockAtPercent)) },
            ...(isSandbox ? [{ name: t.delay, why: t.delayWhy, value: settingsText.days(String(computation.delayDays)) }] : []),
          ]}
        />
        {panel.isOpen && <EnforcementPanel panel={panel} settings={settings} isSandbox={isSandbox} />}
      </Section>
      <ComparisonSection now={tenant.now} />
    </>
  );
}

function EnforcementPanel({ panel, settings, isSandbox }: { panel: PanelState<never>; settings: Settings; isSandbox: boolean }) {
  const saveSettings = useSaveSettings();
  const [before] = useState(() => ({
    view: settings.enforcement.view,
    admission: settings.enforcement.admission,
    near: String(settings.nearAtPercent),
    fallback: String(settings.enforcement.fallbackAtPercent),
    block: String(settings.enforcement.blockAtPercent),
    delay: String(settings.computation.delayDays),
  }));
  const [typed, setTyped] = useState(before);
  const set = (change: Partial<typeof before>) => setTyped({ ...typed, ...change });
  const percents = [
    { name: 'near', pointer: '/nearAtPercent', label: t.near, hint: t.nearWhy },
    { name: 'fallback', pointer: '/enforcement/fallbackAtPercent', label: t.fallback, hint: t.fallbackWhy },
    { name: 'block', pointer: '/enforcement/blockAtPercent', label: t.block, hint: t.blockWhy },
  ] as const;
  const faultOf = (text: string) => faultOfWholeNumber(text, 1, MOST_PERCENT);
  const delayFault = faultOfWholeNumber(typed.delay, 0, MOST_DELAY_DAYS);
  const blocked = percents.map(({ name }) => faultOf(typed[name])).find((fault) => fault !== null) ?? delayFault;
  return (
    <FormPanel
      panel={panel}
      title={t.title}
      saveLabel={settingsText.save}
      saved={settingsText.saved}
      isDirty={JSON.stringify(typed) !== JSON.stringify(before)}
      blocked={blocked}
      save={() =>
        saveSettings({
          enforcement: {
            view: typed.view,
            admission: typed.admission,
            fallbackAtPercent: Number(typed.fallback),
            blockAtPercent: Number(typed.block),
          },
          nearAtPercent: Number(typed.near),
          ...(typed.delay !== before.delay && { computation: { delayDays: Number(typed.delay) } }),
        })
      }
    >
      <PanelField pointer="/enforcement/view" label={t.view} hint={t.viewWhy}>
        <RadioGroup
          value={typed.view}
          onChange={(_, { value }) => set({ view: VIEWS.find((each) => each === value) ?? 'realtime' })}
        >
          {VIEWS.map((each) => (
            <Radio key={each} value={each} label={t.views[each]} />
          ))}
        </RadioGroup>
      </PanelField>
      <PanelField pointer="/enforcement/admission" label={t.admission} hint={t.admissionWhy}>
        <RadioGroup
          value={typed.admission}
          onChange={(_, { value }) => set({ admission: ADMISSIONS.find((each) => each === value) ?? 'until-exhausted' })}
        >
          {ADMISSIONS.map((each) => (
            <Radio key={each} value={each} label={t.admissions[each]} />
          ))}
        </RadioGroup>
      </PanelField>
      {percents.map(({ name, pointer, label, hint }) => (
        <PanelField key={name} pointer={pointer} label={label} hint={hint} fault={faultOf(typed[name])}>
          <Input
            type="number"
            min={1}
            max={MOST_PERCENT}
            value={typed[name]}
            contentAfter="%"
            onChange={(_, { value }) => set({ [name]: value })}
          />
        </PanelField>
      ))}
      {isSandbox && (
        <PanelField pointer="/computation/delayDays" label={t.delay} hint={t.delayWhy} fault={delayFault}>
          <Input
            type="number"
            min={0}
            max={MOST_DELAY_DAYS}
            value={typed.delay}
            onChange={(_, { value }) => set({ delay: value })}
          />
        </PanelField>
      )}
    </FormPanel>
  );
}
