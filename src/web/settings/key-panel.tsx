// Makes a key: who it is for, what it may do, and until when.

import { Input } from '@fluentui/react-components';
import { useState } from 'react';
import { dayOf, formatInstant, type Instant, parseDay, startOfDay } from '../../core/month.ts';
import { ask } from '../client.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import type { Role } from '../session.ts';
import { settingsText } from '../strings/settings.ts';
import { EnvironmentPicker } from './environment-picker.tsx';
import { SCOPES_OF_ROLE, type Scope } from './key-scope.ts';
import { RoleChoice } from './role-choice.tsx';
import { ScopeChoice } from './scope-choice.tsx';

const t = settingsText.keys;

export function KeyPanel({ panel, made }: { panel: PanelState<never>; made: (secret: string) => void }) {
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('reader');
  const [environmentIds, setEnvironmentIds] = useState<readonly string[]>([]);
  const [userId, setUserId] = useState('');
  const [scopes, setScopes] = useState<readonly Scope[] | null>(null);
  const [expiresOn, setExpiresOn] = useState('');
  const hasEnvironments = role === 'environment-admin' || role === 'service';
  const expiryDay = expiresOn === '' ? null : parseDay(expiresOn);
  const tooEarly = expiryDay !== null && expiryDay <= dayOf(Date.now() as Instant) ? t.expiresTooEarly : null;
  const missing =
    role === 'environment-admin' && environmentIds.length === 0
      ? t.needsEnvironments
      : role === 'maker' && userId.trim() === ''
        ? t.needsUser
        : scopes?.length === 0
          ? t.needsScopes
          : tooEarly;

  function chooseRole(chosen: Role): void {
    setRole(chosen);
    if (scopes !== null) setScopes(SCOPES_OF_ROLE[chosen].filter((each) => scopes.includes(each)));
  }

  return (
    <FormPanel
      panel={panel}
      title={t.new}
      saveLabel={t.create}
      saved={t.created}
      isDirty={
        name !== '' || role !== 'reader' || userId !== '' || environmentIds.length > 0 || scopes !== null || expiresOn !== ''
      }
      blocked={missing}
      save={async () => {
        const { key } = await ask('createKey', {
          body: {
            role,
            ...(name.trim() !== '' && { name: name.trim() }),
            ...(hasEnvironments && { environmentIds: [...environmentIds] }),
            ...(role === 'maker' && { userId: userId.trim() }),
            ...(scopes !== null && { scopes: [...scopes] }),
            ...(expiryDay !== null && { expiresAt: formatInstant(startOfDay(expiryDay)) }),
          },
        });
        made(key);
      }}
    >
      <PanelField pointer="/name" label={t.name} hint={t.nameHint}>
        <Input value={name} onChange={(_, { value }) => setName(value)} />
      </PanelField>
      <PanelField pointer="/role" label={t.role} required>
        <RoleChoice hints={t.roleHints} role={role} choose={chooseRole} />
      </PanelField>
      {hasEnvironments && (
        <PanelField
          pointer="/environmentIds"
          label={t.environments}
          hint={role === 'service' ? t.serviceEnvironmentsHint : t.environmentsHint}
          required={role === 'environment-admin'}
        >
          <EnvironmentPicker chosen={environmentIds} choose={setEnvironmentIds} />
        </PanelField>
      )}
      {role === 'maker' && (
        <PanelField pointer="/userId" label={t.user} hint={t.userHint} required>
          <Input value={userId} onChange={(_, { value }) => setUserId(value)} />
        </PanelField>
      )}
      <PanelField pointer="/scopes" label={t.scopes}>
        <ScopeChoice offered={SCOPES_OF_ROLE[role]} chosen={scopes} choose={setScopes} />
      </PanelField>
      <PanelField pointer="/expiresAt" label={t.expiresOn} hint={t.expiresOnHint} fault={tooEarly}>
        <Input type="date" value={expiresOn} onChange={(_, { value }) => setExpiresOn(value)} />
      </PanelField>
    </FormPanel>
  );
}
