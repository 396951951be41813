// Somebody with all that is known of them, and what can be done with their account.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Person } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { Facts } from '../activity/facts.tsx';
import { ask } from '../client.ts';
import { formatMoment } from '../figures.ts';
import { PageLink } from '../page-link.tsx';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { ViewPanel } from '../panel/view-panel.tsx';
import { frameText } from '../strings/frame.ts';
import { peopleText as t } from '../strings/people.ts';
import { type Invited, invitedOf } from './person-panel.tsx';
import { PersonState } from './person-state.tsx';

const useStyles = makeStyles({
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

interface AboutPerson {
  ownId: string | null;
  nameOf: (environmentId: string) => string;
  accountOf: (person: Person) => string;
  change: () => void;
  /** Given the new link. */
  linked: (invitation: Invited) => void;
}

export interface PersonDetailsProps extends AboutPerson {
  panel: PanelState<'person'>;
  /** undefined: not among those that are loaded. */
  person: Person | undefined;
}

export function PersonDetails({ panel, person, ...about }: PersonDetailsProps) {
  return (
    <ViewPanel panel={panel} title={person?.name ?? t.title}>
      {person ? <Details person={person} {...about} /> : <Text>{t.gone}</Text>}
    </ViewPanel>
  );
}

function Details({ person, ownId, nameOf, accountOf, change, linked }: AboutPerson & { person: Person }) {
  const styles = useStyles();
  const { id, name, email, role, provider, disabledAt, signedInAt } = person;
  const isOwn = id === ownId;
  const params = { id };
  return (
    <>
      <div className={styles.buttons}>
        <ActionButton
          operation="changePerson"
          appearance="primary"
          blocked={provider === null ? null : t.ofProvider(accountOf(person))}
          onClick={change}
        >
          {t.change}
        </ActionButton>
        <ConfirmButton
          operation="invitePersonAgain"
          label={t.link}
          question={t.linkQuestion(name)}
          consequence={t.linkConsequence}
          blocked={provider !== null ? t.linkNotLocal(accountOf(person)) : disabledAt !== null ? t.linkDisabled : null}
          act={async () => linked(invitedOf(await ask('invitePersonAgain', { params })))}
          done={t.linkDone}
        />
        <ConfirmButton
          operation="signOutPerson"
          label={t.signOut}
          question={t.signOutQuestion(name)}
          consequence={t.signOutConsequence}
          act={() => ask('signOutPerson', { params })}
          done={t.signOutDone}
        />
        {disabledAt === null ? (
          <ConfirmButton
            operation="changePerson"
            label={t.disable}
            question={t.disableQuestion(name)}
            consequence={t.disableConsequence}
            blocked={isOwn ? t.disableOwn : null}
            act={() => ask('changePerson', { params, body: { disabled: true } })}
            done={t.disableDone}
          />
        ) : (
          <ConfirmButton
            operation="changePerson"
            label={t.enable}
            question={t.enableQuestion(name)}
            consequence={t.enableConsequence}
            act={() => ask('changePerson', { params, body: { disabled: false } })}
            done={t.enableDone}
          />
        )}
      </div>
      <Facts
        facts={[
          [t.email, email],
          [t.role, frameText.roles[role]],
          [t.environments, person.environmentIds.map(nameOf).join(', ')],
          [t.user, person.userId],
          [t.account, accountOf(person)],
          [t.status, <PersonState key="status" of={person} ownId={ownId} />],
          [t.signedInAt, signedInAt === null ? t.never : formatMoment(signedInAt)],
          [t.createdAt, formatMoment(person.createdAt)],
          [t.disabledAt, disabledAt && formatMoment(disabledAt)],
          [t.id, id],
        ]}
      />
      <PageLink to="/audit" state={{ actor: `person:${id}`, filters: 'more' }}>
        {t.audit}
      </PageLink>
    </>
  );
}
