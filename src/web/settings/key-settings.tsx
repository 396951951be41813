// Keys (T3): made for a role, shown once, listed without their secret, rotated, revoked.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Key } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { environmentNamesQuery } from '../environment/environment-data.ts';
import { formatMoment } from '../figures.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { usePagedRows } from '../paged-rows.ts';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { usePanel } from '../panel/panel-state.ts';
import { useSignedIn } from '../session.ts';
import { frameText } from '../strings/frame.ts';
import { settingsText } from '../strings/settings.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { KeyPanel } from './key-panel.tsx';
import { KeyRole, KeyState, scopesOf, stateOf, works } from './key-state.tsx';
import { RotatePanel } from './rotate-panel.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { keysQuery } from './settings-data.ts';

const t = settingsText.keys;

const ROTATING = ['rotating'] as const;

const useStyles = makeStyles({
  acts: { display: 'flex', gap: tokens.spacingHorizontalS },
});

interface ForColumns {
  ownKeyId: string | null;
  nameOf: (environmentId: string) => string;
  rotate: (keyId: string) => void;
}

function columnsFor({ ownKeyId, nameOf, rotate }: ForColumns): readonly Column<Key>[] {
  return [
    { id: 'name', title: t.name, value: ({ name }) => name ?? t.noName },
    { id: 'role', title: t.role, value: ({ role }) => frameText.roles[role], cell: (key) => <KeyRole of={key} /> },
    { id: 'scopes', title: t.scopes, value: scopesOf, extra: true },
    {
      id: 'for',
      title: t.for,
      value: ({ userId, environmentIds }) => userId ?? (environmentIds.map(nameOf).join(', ') || words.none),
    },
    {
      id: 'createdAt',
      title: t.createdAt,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => formatMoment(createdAt),
      minor: true,
    },
    {
      id: 'lastUsedAt',
      title: t.lastUsedAt,
      value: ({ lastUsedAt }) => lastUsedAt,
      cell: ({ lastUsedAt }) => (lastUsedAt === null ? t.never : formatMoment(lastUsedAt)),
      minor: true,
    },
    {
      id: 'expiresAt',
      title: t.expiresAt,
      value: ({ expiresAt }) => expiresAt,
      cell: ({ expiresAt }) => (expiresAt === null ? t.never : formatMoment(expiresAt)),
      minor: true,
    },
    {
      id: 'status',
      title: t.status,
      value: (key) => stateOf(key, ownKeyId),
      cell: (key) => <KeyState of={key} ownKeyId={ownKeyId} />,
    },
    {
      id: 'revokedAt',
      title: t.revokedAt,
      value: ({ revokedAt }) => revokedAt,
      cell: ({ revokedAt }) => (revokedAt === null ? null : formatMoment(revokedAt)),
      extra: true,
    },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
    { id: 'act', title: '', cell: (key) => <Acts of={key} isOwn={key.id === ownKeyId} rotate={rotate} />, nowrap: true },
  ];
}

function Acts({ of, isOwn, rotate }: { of: Key; isOwn: boolean; rotate: (keyId: string) => void }) {
  const styles = useStyles();
  const { id, revokedAt } = of;
  if (revokedAt !== null) return null;
  const name = of.name ?? id;
  return (
    <div className={styles.acts}>
      {works(of) && (
        <ActionButton operation="rotateKey" size="small" aria-label={t.rotateOf(name)} onClick={() => rotate(id)}>
          {t.rotate}
        </ActionButton>
      )}
      <ConfirmButton
        operation="revokeKey"
        size="small"
        label={t.revoke}
        name={t.revokeOf(name)}
        question={t.revokeQuestion(name)}
        consequence={isOwn ? `${t.revokeConsequence} ${t.revokeOwn}` : t.revokeConsequence}
        act={() => ask('revokeKey', { params: { id } })}
        done={t.revokedDone}
      />
    </div>
  );
}

export function KeySettings() {
  const whyNot = useWhyNot('listKeys');
  return whyNot === null ? (
    <Keys />
  ) : (
    <Section title={t.title}>
      <MayNotSee why={whyNot} />
    </Section>
  );
}

function Keys() {
  const { keyId } = useSignedIn();
  const panel = usePanel('key');
  const rotation = usePanel('rotate', ROTATING);
  const [shown, setShown] = useState<{ title: string; secret: string } | null>(null);
  const { open: openRotation } = rotation;
  const paged = usePagedRows(keysQuery);
  const { data: names } = useQuery(environmentNamesQuery);
  const columns = useMemo(
    () =>
      columnsFor({
        ownKeyId: keyId,
        nameOf: (id) => names?.get(id) ?? id,
        rotate: (rotating) => openRotation({ rotating }),
      }),
    [keyId, names, openRotation],
  );
  const rotating = paged.rows?.find(({ id }) => id === rotation.parameters.rotating);
  const add = (
    <ActionButton operation="createKey" appearance="primary" icon={<AddRegular />} onClick={() => panel.open()}>
      {t.new}
    </ActionButton>
  );
  return (
    <>
      <List
        title={t.title}
        columns={columns}
        {...paged}
        rowId={({ id }) => id}
        csvName="keys"
        actions={add}
        empty={
          <Section title={t.empty} actions={add}>
            <Text>{t.lead}</Text>
          </Section>
        }
      />
      {panel.isOpen && <KeyPanel panel={panel} made={(secret) => setShown({ title: t.secretTitle, secret })} />}
      {rotation.isOpen && rotating && works(rotating) && (
        <RotatePanel
          panel={rotation}
          rotating={rotating}
          isOwn={rotating.id === keyId}
          rotated={(secret) => setShown({ title: t.rotatedTitle, secret })}
        />
      )}
      {shown !== null && <SecretDialog {...shown} text={t.secretText} close={() => setShown(null)} />}
    </>
  );
}
