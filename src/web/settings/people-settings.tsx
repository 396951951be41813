// People (T3): who may sign in, invited by a link that is shown once, changed, disabled, signed out.

import { Text } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import type { Person } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { environmentNamesQuery } from '../environment/environment-data.ts';
import { formatMoment } from '../figures.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { usePagedRows } from '../paged-rows.ts';
import { usePanel } from '../panel/panel-state.ts';
import { RowLink } from '../row-link.tsx';
import { useSignedIn } from '../session.ts';
import { signInOptionsQuery } from '../sign-in/sign-in-options.ts';
import { frameText } from '../strings/frame.ts';
import { peopleText as t } from '../strings/people.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { PersonDetails } from './person-details.tsx';
import { ChangePersonPanel, type Invited, InvitePanel } from './person-panel.tsx';
import { PersonState, stateOf } from './person-state.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { peopleQuery } from './settings-data.ts';

const PARAMETERS = ['person'] as const;

interface ForColumns {
  ownId: string | null;
  nameOf: (environmentId: string) => string;
  accountOf: (person: Person) => string;
  show: (personId: string) => void;
}

function columnsFor({ ownId, nameOf, accountOf, show }: ForColumns): readonly Column<Person>[] {
  return [
    {
      id: 'name',
      title: t.name,
      value: ({ name }) => name,
      cell: ({ id, name }) => (
        <RowLink aria-label={t.open(name)} open={() => show(id)}>
          {name}
        </RowLink>
      ),
    },
    { id: 'email', title: t.email, value: ({ email }) => email },
    { id: 'role', title: t.role, value: ({ role }) => frameText.roles[role] },
    {
      id: 'for',
      title: t.for,
      value: ({ userId, environmentIds }) => userId ?? (environmentIds.map(nameOf).join(', ') || words.none),
      minor: true,
    },
    { id: 'account', title: t.account, value: accountOf, minor: true },
    {
      id: 'signedInAt',
      title: t.signedInAt,
      value: ({ signedInAt }) => signedInAt,
      cell: ({ signedInAt }) => (signedInAt === null ? t.never : formatMoment(signedInAt)),
      minor: true,
    },
    {
      id: 'status',
      title: t.status,
      value: (person) => stateOf(person, ownId),
      cell: (person) => <PersonState of={person} ownId={ownId} />,
    },
    {
      id: 'createdAt',
      title: t.createdAt,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => formatMoment(createdAt),
      extra: true,
    },
    {
      id: 'disabledAt',
      title: t.disabledAt,
      value: ({ disabledAt }) => disabledAt,
      cell: ({ disabledAt }) => disabledAt && formatMoment(disabledAt),
      extra: true,
    },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
  ];
}

export function PeopleSettings() {
  const whyNot = useWhyNot('listPeople');
  return whyNot === null ? (
    <People />
  ) : (
    <Section title={t.title}>
      <MayNotSee why={whyNot} />
    </Section>
  );
}

function People() {
  const { personId: ownId } = useSignedIn();
  // With a person it changes them, without it invites somebody.
  const form = usePanel('invite', PARAMETERS);
  const details = usePanel('person', PARAMETERS);
  const [link, setLink] = useState<Invited | null>(null);
  const { open: show } = details;
  const paged = usePagedRows(peopleQuery);
  const { data: names } = useQuery(environmentNamesQuery);
  const nameOf = useCallback((id: string) => names?.get(id) ?? id, [names]);
  const { data: signIn } = useQuery(signInOptionsQuery);
  const accountOf = useMemo(() => {
    const providers = new Map(signIn?.providers.map(({ id, name }) => [id, name]));
    return ({ provider }: Person) => (provider === null ? t.local : (providers.get(provider) ?? provider));
  }, [signIn]);
  const columns = useMemo(
    () => columnsFor({ ownId, nameOf, accountOf, show: (id) => show({ person: id }) }),
    [ownId, nameOf, accountOf, show],
  );
  const wanted = details.parameters.person ?? form.parameters.person;
  const person = paged.rows?.find(({ id }) => id === wanted);
  const add = (
    <ActionButton operation="invitePerson" appearance="primary" icon={<AddRegular />} onClick={() => form.open()}>
      {t.invite}
    </ActionButton>
  );
  return (
    <>
      <List
        title={t.title}
        columns={columns}
        {...paged}
        rowId={({ id }) => id}
        csvName="people"
        actions={add}
        onOpen={({ id }) => show({ person: id })}
        empty={
          <Section title={t.empty} actions={add}>
            <Text>{t.lead}</Text>
          </Section>
        }
      />
      {form.isOpen && wanted === undefined && <InvitePanel panel={form} invited={setLink} />}
      <PersonDetails
        panel={details}
        person={person}
        ownId={ownId}
        nameOf={nameOf}
        accountOf={accountOf}
        change={() => form.open({ person: wanted! })}
        linked={setLink}
      />
      {form.isOpen && person && <ChangePersonPanel panel={form} person={person} isOwn={person.id === ownId} />}
      {link !== null && (
        <SecretDialog
          title={t.linkTitle(link.person.name)}
          text={[t.linkText(formatMoment(link.expiresAt)), link.mailed && t.linkMailed(link.person.email ?? '')]
            .filter(Boolean)
            .join(' ')}
          label={t.linkLabel}
          secret={link.link}
          close={() => setLink(null)}
        />
      )}
    </>
  );
}
