// The billing plans (D4): what was billed this month, who is linked; a new one, changing, deleting.

import { Badge, makeStyles, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ActionButton } from '../action-button.tsx';
import { ask } from '../client.ts';
import { formatAmount, formatCount } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { useSeesAll } from '../may.ts';
import { NextStep } from '../next-step.tsx';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { licensingText } from '../strings/licensing.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { formatCost } from './cost.ts';
import { type BillingPlan, billingPlansQuery, environmentsQuery } from './licensing-data.ts';

const t = licensingText.plans;

const useStyles = makeStyles({
  acts: { display: 'flex', gap: tokens.spacingHorizontalXS, padding: '4px 0' },
});

interface PlanRow {
  plan: BillingPlan;
  /** The names of the environments that are linked to it. */
  linked: readonly string[];
}

export function BillingPlanList({ onOpen }: { onOpen: (planId?: string) => void }) {
  const { data: plans, error, refetch } = useQuery(billingPlansQuery);
  const { data: environments } = useQuery(environmentsQuery);
  const rows = useMemo(() => {
    const linkedTo = (planId: string) => (environments ?? []).filter(({ billingPlanId }) => billingPlanId === planId);
    return plans?.map((plan): PlanRow => ({ plan, linked: linkedTo(plan.id).map(({ name }) => name) }));
  }, [plans, environments]);
  const seesAll = useSeesAll();
  const columns = useMemo(() => planColumns(onOpen, seesAll ? t.linked : t.linkedOwn), [onOpen, seesAll]);
  const add = (
    <ActionButton operation="createBillingPlan" icon={<AddRegular />} onClick={() => onOpen()}>
      {t.add}
    </ActionButton>
  );
  return (
    <List
      title={t.list}
      columns={columns}
      rows={rows}
      rowId={({ plan }) => plan.id}
      error={error}
      retry={() => void refetch()}
      defaultSort="name"
      csvName="billing-plans"
      actions={add}
      empty={
        <Section title={t.emptyTitle} actions={add}>
          <NextStep text={t.emptyText} post={{ path: 'v1/billing-plans', body: { name: 'Azure subscription' } }} />
        </Section>
      }
    />
  );
}

function planColumns(onOpen: (planId: string) => void, linkedTitle: string): Column<PlanRow>[] {
  return [
    { id: 'name', title: t.name, value: ({ plan }) => plan.name },
    {
      id: 'status',
      title: licensingText.status,
      value: ({ plan }) => t.statuses[plan.status],
      cell: ({ plan }) => (
        <Badge appearance="tint" color={plan.status === 'Enabled' ? 'success' : 'subtle'}>
          {t.statuses[plan.status]}
        </Badge>
      ),
    },
    {
      id: 'credits',
      title: t.credits,
      value: ({ plan }) => plan.monthToDate.credits,
      cell: ({ plan }) => formatAmount(plan.monthToDate.credits),
      align: 'end',
    },
    {
      id: 'limit',
      title: t.limit,
      value: ({ plan }) => plan.monthlyLimit,
      cell: ({ plan }) => (plan.monthlyLimit === null ? t.noLimit : formatAmount(plan.monthlyLimit)),
      align: 'end',
    },
    {
      id: 'cost',
      title: t.cost,
      value: ({ plan }) => plan.monthToDate.cost.amount,
      cell: ({ plan }) => formatCost(plan.monthToDate.cost.amount),
      align: 'end',
    },
    {
      id: 'held',
      title: t.held,
      value: ({ plan }) => plan.monthToDate.held,
      cell: ({ plan }) => formatAmount(plan.monthToDate.held),
      align: 'end',
      extra: true,
    },
    {
      id: 'linked',
      title: linkedTitle,
      value: ({ linked }) => linked.join(', '),
      cell: ({ linked }) => (linked.length > 3 ? formatCount(linked.length) : linked.join(', ') || licensingText.none),
      minor: true,
    },
    { id: 'id', title: t.id, value: ({ plan }) => plan.id, extra: true },
    { id: 'acts', title: licensingText.acts, nowrap: true, cell: (row) => <Acts row={row} onOpen={onOpen} /> },
  ];
}

function Acts({ row: { plan, linked }, onOpen }: { row: PlanRow; onOpen: (planId: string) => void }) {
  const styles = useStyles();
  return (
    <div className={styles.acts}>
      <ActionButton operation="changeBillingPlan" size="small" aria-label={t.changeOf(plan.name)} onClick={() => onOpen(plan.id)}>
        {t.change}
      </ActionButton>
      <ConfirmButton
        operation="deleteBillingPlan"
        size="small"
        label={t.remove}
        name={t.removeOf(plan.name)}
        question={t.removeQuestion(plan.name)}
        consequence={t.removeConsequence(linked.length, formatCount(linked.length))}
        act={() => ask('deleteBillingPlan', { params: { id: plan.id } })}
        done={t.removed(plan.name)}
      />
    </div>
  );
}
