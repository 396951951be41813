// Trials and extensions (X1–X3): of the past, so for sandboxes whose clock is in it.

import { Input, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Extension, Trial } from '../../../sdk/src/index.ts';
import { EXTENSION, TRIAL } from '../../core/trial.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { tenantQuery } from '../data.ts';
import { formatAmount, formatMoment, formatMonth } from '../figures.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { usePagedRows } from '../paged-rows.ts';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { settingsText } from '../strings/settings.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { extensionsQuery, trialsQuery } from './settings-data.ts';

export function TrialSettings() {
  const whyNot = useWhyNot('listTrials');
  const { data: tenant, error, refetch } = useQuery(tenantQuery);
  if (!tenant) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const now = Date.parse(tenant.now);
  return (
    <>
      {whyNot === null ? <Trials now={now} /> : <MayNotSee why={whyNot} />}
      <Extensions now={now} />
    </>
  );
}

/** X1: why a trial cannot be extended now. */
function whyNotExtend({ endsAt, extended }: Trial, now: number): string | null {
  const t = settingsText.trials;
  if (now >= TRIAL.closed) return t.closed;
  if (extended) return t.wasExtended;
  return Date.parse(endsAt) > now ? t.stillRuns : null;
}

function trialColumns(now: number): readonly Column<Trial>[] {
  const t = settingsText.trials;
  return [
    { id: 'user', title: t.user, value: ({ userId }) => userId },
    {
      id: 'consumed',
      title: t.consumed,
      value: ({ consumed }) => consumed,
      cell: ({ consumed }) => formatAmount(consumed),
      align: 'end',
    },
    {
      id: 'credits',
      title: t.credits,
      value: ({ credits }) => credits,
      cell: ({ credits }) => formatAmount(credits),
      align: 'end',
    },
    { id: 'startsAt', title: t.startsAt, value: ({ startsAt }) => startsAt, cell: ({ startsAt }) => formatMoment(startsAt) },
    { id: 'endsAt', title: t.endsAt, value: ({ endsAt }) => endsAt, cell: ({ endsAt }) => formatMoment(endsAt) },
    { id: 'extended', title: t.extended, value: ({ extended }) => (extended ? t.yes : t.no) },
    {
      id: 'act',
      title: '',
      cell: (trial) => (
        <ConfirmButton
          operation="extendTrial"
          size="small"
          blocked={whyNotExtend(trial, now)}
          label={t.extend}
          name={t.extendOf(trial.userId)}
          question={t.extendQuestion(trial.userId)}
          consequence={t.extendConsequence}
          act={() => ask('extendTrial', { params: { userId: trial.userId } })}
          done={t.extendedDone}
        />
      ),
    },
  ];
}

function Trials({ now }: { now: number }) {
  const t = settingsText.trials;
  const panel = usePanel('trial');
  const paged = usePagedRows(trialsQuery);
  const columns = useMemo(() => trialColumns(now), [now]);
  const start = (
    <ActionButton operation="startTrial" blocked={now >= TRIAL.closed ? t.closed : null} onClick={() => panel.open()}>
      {t.start}
    </ActionButton>
  );
  return (
    <>
      <List
        title={t.title}
        prefix="trial"
        columns={columns}
        {...paged}
        rowId={({ userId }) => userId}
        csvName="trials"
        actions={start}
        empty={
          <Section title={t.title} actions={start}>
            <Text>
              {t.lead} {t.empty}
            </Text>
          </Section>
        }
      />
      {panel.isOpen && <TrialPanel panel={panel} />}
    </>
  );
}

function TrialPanel({ panel }: { panel: PanelState<never> }) {
  const t = settingsText.trials;
  const [userId, setUserId] = useState('');
  return (
    <FormPanel
      panel={panel}
      title={t.startTitle}
      saveLabel={t.start}
      saved={t.started}
      isDirty={userId !== ''}
      blocked={userId.trim() === '' ? t.userHint : null}
      save={async () => {
        await ask('startTrial', { body: { userId: userId.trim() } });
      }}
    >
      <Text>{t.lead}</Text>
      <PanelField pointer="/userId" label={t.user} hint={t.userHint} required>
        <Input value={userId} onChange={(_, { value }) => setUserId(value)} />
      </PanelField>
    </FormPanel>
  );
}

const EXTENSION_COLUMNS: readonly Column<Extension>[] = [
  {
    id: 'month',
    title: settingsText.extensions.month,
    value: ({ month }) => month,
    cell: ({ month }) => formatMonth(month),
  },
  {
    id: 'credits',
    title: settingsText.extensions.credits,
    value: ({ credits }) => credits,
    cell: ({ credits }) => formatAmount(credits),
    align: 'end',
  },
  {
    id: 'createdAt',
    title: settingsText.extensions.createdAt,
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => formatMoment(createdAt),
  },
];

function Extensions({ now }: { now: number }) {
  const t = settingsText.extensions;
  const { data, error, refetch } = useQuery(extensionsQuery);
  const give = (
    <ConfirmButton
      operation="createExtension"
      blocked={now >= EXTENSION.ended ? t.closed : null}
      label={t.give}
      question={t.question}
      consequence={t.consequence}
      act={() => ask('createExtension', {})}
      done={t.given}
    />
  );
  return (
    <List
      title={t.title}
      prefix="extension"
      columns={EXTENSION_COLUMNS}
      rows={data}
      rowId={({ id }) => id}
      error={error}
      retry={() => void refetch()}
      csvName="extensions"
      actions={give}
      empty={
        <Section title={t.title} actions={give}>
          <Text>
            {t.lead} {t.empty}
          </Text>
        </Section>
      }
    />
  );
}
