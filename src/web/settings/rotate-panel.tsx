// Gives a key another secret, and says how long the one it has works on.

import { Radio, RadioGroup, Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { Key } from '../../../sdk/src/index.ts';
import { ask } from '../client.ts';
import { formatMoment } from '../figures.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { settingsText } from '../strings/settings.ts';

const t = settingsText.keys;
const USUAL_GRACE = '86400';

export interface RotatePanelProps {
  panel: PanelState<'rotating'>;
  rotating: Key;
  /** Whether who rotates it signed in with it. */
  isOwn: boolean;
  /** Given the new secret. */
  rotated: (secret: string) => void;
}

export function RotatePanel({ panel, rotating: { id, name, rotatedUntil }, isOwn, rotated }: RotatePanelProps) {
  const [grace, setGrace] = useState(USUAL_GRACE);
  return (
    <FormPanel
      panel={panel}
      title={t.rotateTitle(name ?? id)}
      saveLabel={t.rotate}
      saved={t.rotated}
      isDirty={grace !== USUAL_GRACE}
      save={async () => {
        const { key } = await ask('rotateKey', { params: { id }, body: { graceSeconds: Number(grace) } });
        rotated(key);
      }}
    >
      <Text>{t.rotateText}</Text>
      {isOwn && <Text>{t.rotateOwn}</Text>}
      {rotatedUntil !== null && <Text>{t.rotatedBefore(formatMoment(rotatedUntil))}</Text>}
      <PanelField pointer="/graceSeconds" label={t.grace}>
        <RadioGroup value={grace} onChange={(_, { value }) => setGrace(value)}>
          {Object.entries(t.graces).map(([seconds, label]) => (
            <Radio key={seconds} value={seconds} label={label} disabled={isOwn && seconds === '0'} />
          ))}
        </RadioGroup>
      </PanelField>
    </FormPanel>
  );
}
