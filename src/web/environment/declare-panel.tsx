// Declares an app, flow or agent before it was seen (F7).

import { Checkbox, Input, Select, Text } from '@fluentui/react-components';
import { useState } from 'react';
import { RESOURCE_TYPES } from '../../core/action.ts';
import type { ResourceType } from '../../core/resource.ts';
import { ask } from '../client.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { environmentText as t } from '../strings/environment.ts';
import { panelText } from '../strings/panel.ts';

interface DeclarePanelProps {
  panel: PanelState<never>;
  environmentId: string;
}

export function DeclarePanel(props: DeclarePanelProps) {
  return props.panel.isOpen ? <Declare {...props} /> : null;
}

function Declare({ panel, environmentId }: DeclarePanelProps) {
  const [type, setType] = useState<ResourceType>('app');
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [aiAction, setAiAction] = useState(true);
  const [apps, setApps] = useState('');
  const appIds = apps
    .split(',')
    .map((each) => each.trim())
    .filter(Boolean);
  return (
    <FormPanel
      panel={panel}
      title={t.declareTitle}
      saveLabel={t.declare}
      saved={t.declared(name.trim() || id.trim())}
      isDirty={id !== '' || name !== '' || apps !== ''}
      blocked={id.trim() === '' ? `${t.id}: ${panelText.required}` : null}
      environmentId={environmentId}
      save={async () => {
        await ask('declareResource', {
          params: { type, id: id.trim() },
          body: {
            environmentId,
            aiAction,
            ...(name.trim() !== '' && { name: name.trim() }),
            ...(type === 'flow' && { apps: appIds }),
          },
        });
      }}
    >
      <Text>{t.declareLead}</Text>
      <PanelField pointer="/type" label={t.resourceType}>
        <Select value={type} onChange={(_, { value }) => setType(RESOURCE_TYPES.find((each) => each === value) ?? 'app')}>
          {RESOURCE_TYPES.map((each) => (
            <option key={each} value={each}>
              {t.resourceTypes[each]}
            </option>
          ))}
        </Select>
      </PanelField>
      <PanelField pointer="/id" label={t.id} required>
        <Input value={id} onChange={(_, { value }) => setId(value)} />
      </PanelField>
      <PanelField pointer="/name" label={t.name}>
        <Input value={name} onChange={(_, { value }) => setName(value)} />
      </PanelField>
      <PanelField pointer="/aiAction">
        <Checkbox label={t.hasAiAction} checked={aiAction} onChange={(_, { checked }) => setAiAction(checked === true)} />
      </PanelField>
      {type === 'flow' && (
        <PanelField pointer="/apps" label={t.apps} hint={t.appsHint}>
          <Input value={apps} onChange={(_, { value }) => setApps(value)} />
        </PanelField>
      )}
    </FormPanel>
  );
}
