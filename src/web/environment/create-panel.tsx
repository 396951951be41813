// Creates an environment (T2).

import { Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import { ENVIRONMENT_TYPES, type EnvironmentType } from '../../core/ledger.ts';
import { ask } from '../client.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { environmentText as t } from '../strings/environment.ts';
import { panelText } from '../strings/panel.ts';
import { words } from '../strings/words.ts';

export function CreatePanel({ panel }: { panel: PanelState<never> }) {
  return panel.isOpen ? <Create panel={panel} /> : null;
}

function Create({ panel }: { panel: PanelState<never> }) {
  const [name, setName] = useState('');
  const [id, setId] = useState('');
  const [type, setType] = useState<EnvironmentType>('production');
  const [region, setRegion] = useState('');
  return (
    <FormPanel
      panel={panel}
      title={t.new}
      saveLabel={t.create}
      saved={t.created(name.trim())}
      isDirty={name !== '' || id !== '' || region !== ''}
      blocked={name.trim() === '' ? `${t.name}: ${panelText.required}` : null}
      save={async () => {
        await ask('createEnvironment', {
          body: {
            name: name.trim(),
            type,
            ...(id.trim() !== '' && { id: id.trim() }),
            ...(region.trim() !== '' && { region: region.trim() }),
          },
        });
      }}
    >
      <PanelField pointer="/name" label={t.name} hint={t.nameHint} required>
        <Input value={name} onChange={(_, { value }) => setName(value)} />
      </PanelField>
      <PanelField pointer="/id" label={t.id} hint={t.idHint}>
        <Input value={id} onChange={(_, { value }) => setId(value)} />
      </PanelField>
      <PanelField pointer="/type" label={t.type} hint={t.typeHint}>
        <Select
          value={type}
          onChange={(_, { value }) => setType(ENVIRONMENT_TYPES.find((each) => each === value) ?? 'production')}
        >
          {ENVIRONMENT_TYPES.map((each) => (
            <option key={each} value={each}>
              {words.environmentTypes[each]}
            </option>
          ))}
        </Select>
      </PanelField>
      <PanelField pointer="/region" label={t.region} hint={t.regionHint}>
        <Input value={region} onChange={(_, { value }) => setRegion(value)} />
      </PanelField>
    </FormPanel>
  );
}
