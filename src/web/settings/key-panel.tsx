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
import { SCOPES_OF_ROLE, type Scope } from './key-scope.ts';
import { type EnteredRole, missingOfRole, ROLES, RoleFields, sentOfRole } from './role-fields.tsx';
import { ScopeChoice } from './scope-choice.tsx';

const t = settingsText.keys;

export function KeyPanel({ panel, made }: { panel: PanelState<never>; made: (secret: string) => void }) {
  const [name, setName] = useState('');
  const [entered, setEntered] = useState<EnteredRole<Role>>({ role: 'reader', environmentIds: [], userId: '' });
  const [scopes, setScopes] = useState<readonly Scope[] | null>(null);
  const [expiresOn, setExpiresOn] = useState('');
  const { role, environmentIds, userId } = entered;
  const expiryDay = expiresOn === '' ? null : parseDay(expiresOn);
  const tooEarly = expiryDay !== null && expiryDay <= dayOf(Date.now() as Instant) ? t.expiresTooEarly : null;
  const missing = missingOfRole(entered) ?? (scopes?.length === 0 ? t.needsScopes : tooEarly);

  function change(changed: Partial<EnteredRole<Role>>): void {
    setEntered({ ...entered, ...changed });
    if (changed.role !== undefined && scopes !== null)
      setScopes(SCOPES_OF_ROLE[changed.role].filter((each) => scopes.includes(each)));
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
            ...sentOfRole(entered),
            ...(name.trim() !== '' && { name: name.trim() }),
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
      <RoleFields roles={ROLES} entered={entered} change={change} />
      <PanelField pointer="/scopes" label={t.scopes}>
        <ScopeChoice offered={SCOPES_OF_ROLE[role]} chosen={scopes} choose={setScopes} />
      </PanelField>
      <PanelField pointer="/expiresAt" label={t.expiresOn} hint={t.expiresOnHint} fault={tooEarly}>
        <Input type="date" value={expiresOn} onChange={(_, { value }) => setExpiresOn(value)} />
      </PanelField>
    </FormPanel>
  );
}
