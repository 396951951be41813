// The monthly limits that meet actions in an environment (D13): its own, and those of the whole tenant.

import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Environment, Limit } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { CapacityBar } from '../capacity/capacity-bar.tsx';
import { ask } from '../client.ts';
import { approximate, formatAmount, formatPercent, percentOf } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { useSeesAll } from '../may.ts';
import { NextStep } from '../next-step.tsx';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { usePanel } from '../panel/panel-state.ts';
import { environmentText as t } from '../strings/environment.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { limitsQuery } from './environment-data.ts';
import { LIMIT_PARAMETERS, LimitPanel } from './limit-panel.tsx';

const useStyles = makeStyles({
  used: { display: 'flex', flexDirection: 'column', gap: '2px', width: '200px', maxWidth: '100%', padding: '6px 0' },
  line: { display: 'flex', justifyContent: 'space-between', gap: tokens.spacingHorizontalS, fontVariantNumeric: 'tabular-nums' },
  buttons: { display: 'flex', gap: tokens.spacingHorizontalXS },
});

const STATUS_COLORS = { 'within-limit': 'success', 'nearing-limit': 'warning', 'over-limit': 'danger' } as const;
const STATUS_LEVELS = { 'within-limit': 'good', 'nearing-limit': 'near', 'over-limit': 'far-over' } as const;

function scopeOf({ scope }: Limit): string {
  const { environmentId, userId, resourceId, capability } = scope;
  const parts = [
    userId !== undefined && t.scopeUser(userId),
    resourceId !== undefined && t.scopeResource(resourceId),
    capability !== undefined && t.scopeCapability(capability),
  ].filter((each) => each !== false);
  return [environmentId === undefined ? t.wholeTenant : t.scopeEnvironment, ...parts].join(', ');
}

function Used({ limit: { consumed, monthly, status } }: { limit: Limit }) {
  const styles = useStyles();
  const said = t.consumedOf(formatAmount(consumed), formatAmount(monthly));
  const percent = percentOf(consumed, monthly);
  return (
    <div className={styles.used}>
      <div className={styles.line}>
        <Text size={200}>{said}</Text>
        <Text size={200} weight="semibold">
          {percent === null ? words.none : formatPercent(percent)}
        </Text>
      </div>
      <CapacityBar
        small
        label={said}
        full={Math.max(approximate(monthly), approximate(consumed))}
        parts={[{ size: approximate(consumed), level: STATUS_LEVELS[status] }]}
      />
    </div>
  );
}

function Buttons({ limit: { id } }: { limit: Limit }) {
  const styles = useStyles();
  const panel = usePanel('limit', LIMIT_PARAMETERS);
  return (
    <div className={styles.buttons}>
      <ActionButton operation="setLimit" size="small" aria-label={t.changeLimitOf(id)} onClick={() => panel.open({ limit: id })}>
        {t.change}
      </ActionButton>
      <ConfirmButton
        operation="deleteLimit"
        size="small"
        label={t.delete}
        name={t.deleteLimitOf(id)}
        question={t.deleteLimitQuestion(id)}
        consequence={t.deleteLimitConsequence}
        act={() => ask('deleteLimit', { params: { id } })}
        done={t.limitDeleted(id)}
      />
    </div>
  );
}

const COLUMNS: readonly Column<Limit>[] = [
  { id: 'id', title: t.limitId, value: ({ id }) => id },
  { id: 'scope', title: t.scope, value: scopeOf },
  { id: 'currency', title: t.currency, value: ({ currency }) => words.currencies[currency], minor: true },
  { id: 'monthly', title: t.monthly, value: ({ monthly }) => monthly, align: 'end', extra: true },
  {
    id: 'used',
    title: t.consumedOfLimit,
    value: ({ consumed }) => consumed,
    cell: (limit) => <Used limit={limit} />,
    compare: (a, b) => Number(percentOf(a.consumed, a.monthly) ?? '0') - Number(percentOf(b.consumed, b.monthly) ?? '0'),
  },
  {
    id: 'status',
    title: t.limitStatus,
    value: ({ status }) => t.limitStatuses[status],
    cell: ({ status }) => (
      <Badge appearance="tint" color={STATUS_COLORS[status]}>
        {t.limitStatuses[status]}
      </Badge>
    ),
    nowrap: true,
  },
  { id: 'does', title: t.does, value: ({ stop }) => (stop ? t.stops : t.alerts), minor: true, nowrap: true },
  { id: 'act', title: t.changeOrDelete, cell: (limit) => <Buttons limit={limit} />, nowrap: true },
];

export function EnvironmentLimits({ environment: { id } }: { environment: Environment }) {
  const seesAll = useSeesAll();
  const { data, error, refetch } = useQuery(limitsQuery);
  const panel = usePanel('limit', LIMIT_PARAMETERS);
  const here = data?.filter(({ scope }) => scope.environmentId === undefined || scope.environmentId === id);
  const add = (
    <ActionButton operation="setLimit" onClick={() => panel.open()}>
      {t.newLimit}
    </ActionButton>
  );
  return (
    <>
      <List
        title={t.limits}
        columns={COLUMNS}
        rows={here}
        rowId={(limit) => limit.id}
        error={error}
        retry={() => void refetch()}
        defaultSort="id"
        csvName={`${id}-limits`}
        actions={add}
        empty={
          <Section title={seesAll ? t.limitsEmptyTitle : t.limitsUnseenTitle} actions={add}>
            <NextStep
              text={t.limitsEmptyText}
              post={{
                path: `v1/limits/${id}-monthly`,
                body: { scope: { environmentId: id }, currency: 'copilot-credits', monthly: '5000', stop: true },
              }}
              method="PUT"
            />
          </Section>
        }
      />
      <LimitPanel panel={panel} environmentId={id} limits={data} />
    </>
  );
}
