// The clock of a sandbox (T4), and when consumption was computed (C2).

import { Badge, Button, Input, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Computation, Tenant } from '../../../sdk/src/index.ts';
import { formatInstant, type Instant, type Month, parseInstant, resetOf } from '../../core/month.ts';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { tenantQuery } from '../data.ts';
import { formatMoment } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { refresh } from '../live.ts';
import { usePagedRows } from '../paged-rows.ts';
import { FormPanel } from '../panel/form-panel.tsx';
import { PanelField } from '../panel/panel-field.tsx';
import { type PanelState, usePanel } from '../panel/panel-state.ts';
import { useToast } from '../problem/toast.tsx';
import { settingsText } from '../strings/settings.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { computationsQuery } from './settings-data.ts';

const HOUR_MS = 3_600_000;

const useStyles = makeStyles({
  clock: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS },
  now: {
    fontSize: tokens.fontSizeBase500,
    lineHeight: tokens.lineHeightBase500,
    fontVariantNumeric: 'tabular-nums',
    whiteSpace: 'nowrap',
  },
  steps: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

export function ClockSettings() {
  return (
    <>
      <Clock />
      <Computations />
    </>
  );
}

function Clock() {
  const t = settingsText.clock;
  const styles = useStyles();
  const { data: tenant, error, refetch } = useQuery(tenantQuery);
  const panel = usePanel('clock');
  if (!tenant) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const isSandbox = tenant.sandbox !== null;
  return (
    <Section
      title={t.title}
      actions={
        <ActionButton operation="moveClock" blocked={isSandbox ? null : t.notASandbox} onClick={() => panel.open()}>
          {t.move}
        </ActionButton>
      }
    >
      <div className={styles.clock}>
        <Text>{isSandbox ? t.sandbox : t.real}</Text>
        <Text>
          {t.now}: <Text className={styles.now}>{formatMoment(tenant.now)}</Text>
        </Text>
      </div>
      {panel.isOpen && isSandbox && <ClockPanel panel={panel} tenant={tenant} />}
    </Section>
  );
}

/** As a field for date and time has it, without a zone: `2026-11-21T08:00:00`. */
function fieldOf(instant: number): string {
  return formatInstant(instant as Instant).slice(0, 19);
}

function ClockPanel({ panel, tenant }: { panel: PanelState<never>; tenant: Tenant }) {
  const t = settingsText.clock;
  const styles = useStyles();
  const now = Date.parse(tenant.now);
  const [typed, setTyped] = useState('');
  const to = typed === '' ? null : parseInstant(`${typed.length === 16 ? `${typed}:00` : typed}Z`);
  const steps = [
    [t.hour, fieldOf(now + HOUR_MS)],
    [t.day, fieldOf(now + 24 * HOUR_MS)],
    [t.week, fieldOf(now + 7 * 24 * HOUR_MS)],
    [t.month, `${resetOf(tenant.now.slice(0, 7) as Month)}T00:00:00`],
  ] as const;
  const isForward = to !== null && to > now;
  return (
    <FormPanel
      panel={panel}
      title={t.moveTitle}
      saveLabel={t.move}
      saved={t.moved}
      isDirty={typed !== ''}
      blocked={isForward ? null : t.forwardOnly}
      save={async () => {
        if (to !== null) await ask('moveClock', { body: { now: formatInstant(to) } });
      }}
    >
      <Text>
        {t.now}: {formatMoment(tenant.now)}
      </Text>
      <div className={styles.steps}>
        {steps.map(([name, instant]) => (
          <Button key={name} size="small" onClick={() => setTyped(instant)}>
            {name}
          </Button>
        ))}
      </div>
      <PanelField pointer="/now" label={t.to} hint={t.hint} required fault={typed !== '' && !isForward ? t.forwardOnly : null}>
        <Input type="datetime-local" step={1} value={typed} onChange={(_, { value }) => setTyped(value)} />
      </PanelField>
    </FormPanel>
  );
}

const COMPUTATION_COLUMNS: readonly Column<Computation>[] = [
  {
    id: 'at',
    title: settingsText.computations.at,
    value: ({ computedAt }) => computedAt,
    cell: ({ computedAt }) => formatMoment(computedAt),
  },
  {
    id: 'how',
    title: settingsText.computations.how,
    value: ({ onDemand }) => settingsText.computations[onDemand ? 'onDemand' : 'daily'],
    cell: ({ onDemand }) => (
      <Badge appearance="tint" color={onDemand ? 'brand' : 'informative'}>
        {settingsText.computations[onDemand ? 'onDemand' : 'daily']}
      </Badge>
    ),
  },
];

function Computations() {
  const t = settingsText.computations;
  const toast = useToast();
  const paged = usePagedRows(computationsQuery);
  const [isComputing, setComputing] = useState(false);
  async function compute(): Promise<void> {
    setComputing(true);
    try {
      await ask('compute', {});
      refresh();
      toast.done(t.done);
    } catch (thrown) {
      toast.failed(thrown);
    } finally {
      setComputing(false);
    }
  }
  const now = (
    <ActionButton operation="compute" onClick={() => isComputing || void compute()}>
      {t.now}
    </ActionButton>
  );
  return (
    <List
      title={t.title}
      prefix="computation"
      columns={COMPUTATION_COLUMNS}
      {...paged}
      rowId={({ computedAt, onDemand }) => `${computedAt} ${onDemand}`}
      csvName="computations"
      actions={now}
      empty={
        <Section title={t.title} actions={now}>
          <Text>{t.empty}</Text>
        </Section>
      }
    />
  );
}
