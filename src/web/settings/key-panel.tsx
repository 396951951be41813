// Makes a key: who it is for, and what it may do.

import { Input, makeStyles, Radio, RadioGroup, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { ask } from '../client.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import type { Role } from '../session.ts';
import { frameText } from '../strings/frame.ts';
import { settingsText } from '../strings/settings.ts';
import { EnvironmentPicker } from './environment-picker.tsx';

const t = settingsText.keys;
const ROLES = Object.keys(frameText.roles) as Role[];

const useStyles = makeStyles({
  label: { display: 'flex', flexDirection: 'column' },
  hint: { color: tokens.colorNeutralForeground3 },
});

export function KeyPanel({ panel, made }: { panel: PanelState<never>; made: (secret: string) => void }) {
  const styles = useStyles();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('reader');
  const [environmentIds, setEnvironmentIds] = useState<readonly string[]>([]);
  const [userId, setUserId] = useState('');
  const missing =
    role === 'environment-admin' && environmentIds.length === 0
      ? t.needsEnvironments
      : role === 'maker' && userId.trim() === ''
        ? t.needsUser
        : null;
  return (
    <FormPanel
      panel={panel}
      title={t.new}
      saveLabel={t.create}
      saved={t.created}
      isDirty={name !== '' || role !== 'reader' || userId !== '' || environmentIds.length > 0}
      blocked={missing}
      save={async () => {
        const { key } = await ask('createKey', {
          body: {
            role,
            ...(name.trim() !== '' && { name: name.trim() }),
            ...(role === 'environment-admin' && { environmentIds: [...environmentIds] }),
            ...(role === 'maker' && { userId: userId.trim() }),
          },
        });
        made(key);
      }}
    >
      <PanelField pointer="/name" label={t.name} hint={t.nameHint}>
        <Input value={name} onChange={(_, { value }) => setName(value)} />
      </PanelField>
      <PanelField pointer="/role" label={t.role} required>
        <RadioGroup value={role} onChange={(_, { value }) => setRole(ROLES.find((each) => each === value) ?? 'reader')}>
          {ROLES.map((each) => (
            <Radio
              key={each}
              value={each}
              label={
                <span className={styles.label}>
                  <Text>{frameText.roles[each]}</Text>
                  <Text size={200} className={styles.hint}>
                    {t.roleHints[each]}
                  </Text>
                </span>
              }
            />
          ))}
        </RadioGroup>
      </PanelField>
      {role === 'environment-admin' && (
        <PanelField pointer="/environmentIds" label={t.environments} hint={t.environmentsHint} required>
          <EnvironmentPicker chosen={environmentIds} choose={setEnvironmentIds} />
        </PanelField>
      )}
      {role === 'maker' && (
        <PanelField pointer="/userId" label={t.user} hint={t.userHint} required>
          <Input value={userId} onChange={(_, { value }) => setUserId(value)} />
        </PanelField>
      )}
    </FormPanel>
  );
}
