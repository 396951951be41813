// One's own account: another password, and an end to every session of it.

import { Text } from '@fluentui/react-components';
import { useState } from 'react';
import { passwordFault, SHORTEST_PASSWORD } from '../../core/password.ts';
import { ask, leave } from '../client.ts';
import { formatCount } from '../figures.ts';
import { ConfirmDialog } from '../panel/confirm-dialog.tsx';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { sentenceOf } from '../problem/problem-sentence.ts';
import { useSignedIn } from '../session.ts';
import { PasswordInput } from '../sign-in/password-input.tsx';
import { accountText as t } from '../strings/account.ts';
import { signInText } from '../strings/sign-in.ts';
import { PASSWORD_PANEL, SIGN_OUT_PANEL } from './account-panels.ts';

export function AccountPanels() {
  const { personId, hasPassword } = useSignedIn();
  const password = usePanel(PASSWORD_PANEL);
  const signingOut = usePanel(SIGN_OUT_PANEL);
  return (
    <>
      {password.isOpen && hasPassword && <PasswordPanel panel={password} />}
      <ConfirmDialog
        isOpen={signingOut.isOpen && personId !== null}
        close={signingOut.close}
        label={t.signOutEverywhere}
        question={t.signOutQuestion}
        consequence={t.signOutConsequence}
        act={() => leave('signOutEverywhere')}
      />
    </>
  );
}

function PasswordPanel({ panel }: { panel: PanelState<never> }) {
  const [present, setPresent] = useState('');
  const [wanted, setWanted] = useState('');
  const { email } = useSignedIn();
  const fault = wanted === '' ? null : passwordFault(wanted, { email });
  const blocked = present === '' ? t.needsPresent : wanted === '' ? t.needsNew : fault && sentenceOf(fault);
  return (
    <FormPanel
      panel={panel}
      title={t.changePassword}
      saveLabel={t.change}
      saved={t.changed}
      isDirty={present !== '' || wanted !== ''}
      blocked={blocked}
      save={async () => {
        await ask('changePassword', { body: { password: present, newPassword: wanted } });
      }}
    >
      <Text>{t.changeText}</Text>
      <PanelField pointer="/password" label={t.present} required>
        <PasswordInput autoComplete="current-password" value={present} change={setPresent} />
      </PanelField>
      <PanelField
        pointer="/newPassword"
        label={signInText.newPassword}
        hint={signInText.newPasswordHint(formatCount(SHORTEST_PASSWORD))}
        required
      >
        <PasswordInput name="newPassword" autoComplete="new-password" value={wanted} change={setWanted} />
      </PanelField>
    </FormPanel>
  );
}
