// Invites a person, or changes what somebody is called and may do.

import { Input, Text } from '@fluentui/react-components';
import { useState } from 'react';
import type { InvitedPerson, Person } from '../../../sdk/src/index.ts';
import { apiUrl, ask } from '../client.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { peopleText as t } from '../strings/people.ts';
import { type EnteredRole, missingOfRole, ROLES, RoleFields, sentOfRole } from './role-fields.tsx';

type RoleOfPerson = Person['role'];

const ROLES_OF_PEOPLE = ROLES.filter((role) => role !== 'service');

interface Entered extends EnteredRole<RoleOfPerson> {
  name: string;
}

function missingOf(entered: Entered): string | null {
  return entered.name.trim() === '' ? t.needsName : missingOfRole(entered);
}

function sent(entered: Entered) {
  return { name: entered.name.trim(), ...sentOfRole(entered) };
}

function Fields({ entered, change }: { entered: Entered; change: (change: Partial<Entered>) => void }) {
  return (
    <>
      <PanelField pointer="/name" label={t.name} required>
        <Input value={entered.name} onChange={(_, { value }) => change({ name: value })} />
      </PanelField>
      <RoleFields roles={ROLES_OF_PEOPLE} entered={entered} change={change} />
    </>
  );
}

const NOBODY: Entered = { name: '', role: 'reader', environmentIds: [], userId: '' };

/** Somebody with the link that was made for them. */
export interface Invited {
  person: Person;
  link: string;
  expiresAt: string;
  mailed: boolean;
}

/** Where this installation does not know its own address, it is where this page is. */
export function invitedOf({ person, invitation: { link, secret, expiresAt, mailed } }: InvitedPerson): Invited {
  return { person, link: link ?? apiUrl(`invitation#${secret}`), expiresAt, mailed };
}

export function InvitePanel({ panel, invited }: { panel: PanelState<'person'>; invited: (invitation: Invited) => void }) {
  const [email, setEmail] = useState('');
  const [entered, setEntered] = useState(NOBODY);
  return (
    <FormPanel
      panel={panel}
      title={t.invite}
      saveLabel={t.inviteSave}
      saved={t.invited}
      isDirty={email !== '' || entered !== NOBODY}
      blocked={email.trim() === '' ? t.needsEmail : missingOf(entered)}
      save={async () => {
        invited(invitedOf(await ask('invitePerson', { body: { email: email.trim(), ...sent(entered) } })));
      }}
    >
      <PanelField pointer="/email" label={t.email} hint={t.emailHint} required>
        <Input type="email" autoComplete="off" value={email} onChange={(_, { value }) => setEmail(value)} />
      </PanelField>
      <Fields entered={entered} change={(change) => setEntered({ ...entered, ...change })} />
    </FormPanel>
  );
}

export function ChangePersonPanel({ panel, person, isOwn }: { panel: PanelState<'person'>; person: Person; isOwn: boolean }) {
  const [entered, setEntered] = useState<Entered>({ ...person, userId: person.userId ?? '' });
  const isDirty =
    entered.name !== person.name ||
    entered.role !== person.role ||
    entered.userId !== (person.userId ?? '') ||
    entered.environmentIds.join() !== person.environmentIds.join();
  return (
    <FormPanel
      panel={panel}
      title={t.changeTitle(person.name)}
      saveLabel={t.save}
      saved={t.changed}
      isDirty={isDirty}
      blocked={isOwn && entered.role !== person.role ? t.ownRole : missingOf(entered)}
      save={async () => {
        await ask('changePerson', { params: { id: person.id }, body: sent(entered) });
      }}
    >
      <Text>{t.changeText}</Text>
      <Fields entered={entered} change={(change) => setEntered({ ...entered, ...change })} />
    </FormPanel>
  );
}
