// Keys (T3): made for a role, shown once, listed without their secret, revoked.

import { Badge, Text } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Key } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { environmentCapacitiesQuery } from '../data.ts';
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
import { SecretDialog } from './secret-dialog.tsx';
import { keysQuery } from './settings-data.ts';

const t = settingsText.keys;

function columnsFor(ownKeyId: string | null, nameOf: (environmentId: string) => string): readonly Column<Key>[] {
  return [
    { id: 'name', title: t.name, value: ({ name }) => name ?? t.noName },
    { id: 'role', title: t.role, value: ({ role }) => frameText.roles[role] },
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
      id: 'status',
      title: t.status,
      value: ({ id, revokedAt }) => (revokedAt !== null ? t.revoked : id === ownKeyId ? t.yours : t.active),
      cell: ({ id, revokedAt }) => (
        <Badge appearance="tint" color={revokedAt !== null ? 'subtle' : id === ownKeyId ? 'brand' : 'success'}>
          {revokedAt !== null ? t.revoked : id === ownKeyId ? t.yours : t.active}
        </Badge>
      ),
    },
    {
      id: 'revokedAt',
      title: t.revokedAt,
      value: ({ revokedAt }) => revokedAt,
      cell: ({ revokedAt }) => (revokedAt === null ? null : formatMoment(revokedAt)),
      extra: true,
    },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
    {
      id: 'act',
      title: '',
      cell: ({ id, name, revokedAt }) =>
        revokedAt === null && (
          <ConfirmButton
            operation="revokeKey"
            size="small"
            label={t.revoke}
            name={t.revokeOf(name ?? id)}
            question={t.revokeQuestion(name ?? id)}
            consequence={id === ownKeyId ? `${t.revokeConsequence} ${t.revokeOwn}` : t.revokeConsequence}
            act={() => ask('revokeKey', { params: { id } })}
            done={t.revokedDone}
          />
        ),
    },
  ];
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
  const [secret, setSecret] = useState<string | null>(null);
  const paged = usePagedRows(keysQuery);
  const { data: environments } = useQuery(environmentCapacitiesQuery);
  const columns = useMemo(() => {
    const names = new Map(environments?.map(({ environmentId, name }) => [environmentId, name]));
    return columnsFor(keyId, (id) => names.get(id) ?? id);
  }, [keyId, environments]);
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
      {panel.isOpen && <KeyPanel panel={panel} made={setSecret} />}
      {secret !== null && (
        <SecretDialog title={t.secretTitle} text={t.secretText} secret={secret} close={() => setSecret(null)} />
      )}
    </>
  );
}
