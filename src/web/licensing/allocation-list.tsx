// The list of environments with credits of their own (A2): as set and in force, how far they have come; change and release.

import { makeStyles, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Currency } from '../../core/credits.ts';
import { STATUSES } from '../../core/status.ts';
import { ActionButton } from '../action-button.tsx';
import { type Thresholds, thresholdsOf } from '../capacity/consumption-level.ts';
import { Used } from '../capacity/used.tsx';
import { ask } from '../client.ts';
import { type EnvironmentCapacityOfCurrency, environmentCapacitiesQuery, settingsQuery } from '../data.ts';
import { approximate, formatAmount, formatCount } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { useSeesAll } from '../may.ts';
import { NextStep } from '../next-step.tsx';
import { PageLink } from '../page-link.tsx';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { licensingText } from '../strings/licensing.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { allocationsQuery } from './licensing-data.ts';

const t = licensingText.addOns;

const useStyles = makeStyles({
  acts: { display: 'flex', gap: tokens.spacingHorizontalXS, padding: '4px 0' },
});

interface AllocationOf {
  environmentId: string;
  name: string;
  currency: Currency;
  /** As set. */
  allocated: string;
  of: EnvironmentCapacityOfCurrency;
}

function idOf({ currency, environmentId }: AllocationOf): string {
  return `${currency} ${environmentId}`;
}

/** As shown beside the buttons of the list, with what they were. */
export function AllocationList({ onChange }: { onChange: (environmentIds: readonly string[], currency: Currency) => void }) {
  const seesAll = useSeesAll();
  const { data: allocations, error, refetch } = useQuery(allocationsQuery);
  const { data: environments } = useQuery(environmentCapacitiesQuery);
  const { data: settings } = useQuery(settingsQuery);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const columns = useMemo(() => allocationColumns(thresholdsOf(settings), onChange), [settings, onChange]);
  const rows = useMemo(() => {
    if (!allocations || !environments) return undefined;
    const byId = new Map(environments.map((each) => [each.environmentId, each]));
    return allocations.flatMap(({ environmentId, currency, credits }): AllocationOf[] => {
      const environment = byId.get(environmentId);
      const of = environment?.currencies.find((each) => each.currency === currency);
      // One that was made or deleted between the two answers comes with the next.
      return environment && of && credits !== '0'
        ? [{ environmentId, name: environment.name, currency, allocated: credits, of }]
        : [];
    });
  }, [allocations, environments]);
  const chosen = rows?.filter((row) => selected.has(idOf(row))) ?? [];
  const currencies = new Set(chosen.map(({ currency }) => currency));
  const nothing = chosen.length === 0 ? t.nothingSelected : null;
  return (
    <List
      title={t.list}
      columns={columns}
      rows={rows}
      rowId={idOf}
      error={error}
      retry={() => void refetch()}
      defaultSort="environment"
      csvName="add-ons"
      selection={{
        ids: selected,
        onChange: setSelected,
        nameOf: ({ name, currency }) => `${name}, ${words.currencies[currency]}`,
      }}
      actions={
        <>
          <ActionButton
            operation="changeAllocations"
            environmentIds={chosen.map(({ environmentId }) => environmentId)}
            blocked={nothing ?? (currencies.size > 1 ? t.severalCurrencies : null)}
            onClick={() =>
              onChange(
                chosen.map(({ environmentId }) => environmentId),
                chosen[0]!.currency,
              )
            }
          >
            {t.changeSelected}
          </ActionButton>
          <ConfirmButton
            operation="changeAllocations"
            environmentIds={chosen.map(({ environmentId }) => environmentId)}
            blocked={nothing}
            label={t.releaseSelected}
            question={t.releaseSelectedQuestion(formatCount(chosen.length))}
            consequence={t.releaseSelectedConsequence}
            act={() => release(chosen)}
            done={t.releasedSelected(formatCount(chosen.length))}
          />
        </>
      }
      empty={
        <Section title={seesAll ? t.emptyTitle : t.emptyOwnTitle}>
          <NextStep
            text={t.emptyText}
            post={{
              path: 'v1/allocations/changes',
              body: { changes: [{ environmentId: 'sales', currency: 'copilot-credits', credits: '1000' }] },
            }}
          />
        </Section>
      }
    />
  );
}

/** A2: 0 returns them to the pool; all or none. */
async function release(rows: readonly AllocationOf[]): Promise<void> {
  const changes = rows.map(({ environmentId, currency }) => ({ environmentId, currency, credits: '0' }));
  await ask('changeAllocations', { body: { changes } });
}

function allocationColumns(
  thresholds: Thresholds,
  onChange: (environmentIds: readonly string[], currency: Currency) => void,
): Column<AllocationOf>[] {
  return [
    {
      id: 'environment',
      title: licensingText.environment,
      value: ({ name }) => name,
      cell: ({ environmentId, name }) => (
        <PageLink to="/environments/$environmentId" params={{ environmentId }}>
          {name}
        </PageLink>
      ),
    },
    { id: 'id', title: licensingText.entitlements.id, value: ({ environmentId }) => environmentId, extra: true },
    { id: 'currency', title: licensingText.currency, value: ({ currency }) => words.currencies[currency] },
    {
      id: 'allocated',
      title: t.allocated,
      value: ({ allocated }) => allocated,
      cell: ({ allocated }) => formatAmount(allocated),
      align: 'end',
      nowrap: true,
    },
    {
      id: 'in-force',
      title: t.inForce,
      value: ({ of }) => of.available,
      cell: ({ of }) => formatAmount(of.available),
      align: 'end',
      nowrap: true,
      extra: true,
    },
    {
      id: 'consumed',
      title: t.consumed,
      value: ({ of }) => of.consumed,
      cell: ({ of }) => formatAmount(of.consumed),
      align: 'end',
      extra: true,
    },
    {
      id: 'used',
      title: t.used,
      value: ({ of }) => of.percent,
      cell: ({ of }) => <Used of={of} thresholds={thresholds} />,
      compare: (a, b) =>
        Number(a.of.percent ?? '-1') - Number(b.of.percent ?? '-1') || approximate(a.of.consumed) - approximate(b.of.consumed),
    },
    {
      id: 'status',
      title: licensingText.status,
      value: ({ of }) => words.statuses[of.status],
      cell: ({ of }) => <StatusBadge status={of.status} />,
      compare: (a, b) => STATUSES.indexOf(a.of.status) - STATUSES.indexOf(b.of.status),
    },
    { id: 'acts', title: licensingText.acts, nowrap: true, cell: (row) => <Acts row={row} onChange={onChange} /> },
  ];
}

function Acts({
  row,
  onChange,
}: {
  row: AllocationOf;
  onChange: (environmentIds: readonly string[], currency: Currency) => void;
}) {
  const styles = useStyles();
  const { environmentId, name, currency, allocated } = row;
  return (
    <div className={styles.acts}>
      <ActionButton
        operation="changeAllocations"
        environmentIds={[environmentId]}
        size="small"
        aria-label={t.changeOf(name, words.currencies[currency])}
        onClick={() => onChange([environmentId], currency)}
      >
        {t.change}
      </ActionButton>
      <ConfirmButton
        operation="changeAllocations"
        environmentIds={[environmentId]}
        size="small"
        label={t.release}
        name={t.releaseOf(name, words.currencies[currency])}
        question={t.releaseQuestion(name)}
        consequence={t.releaseConsequence(formatAmount(allocated), words.currencies[currency])}
        act={() => release([row])}
        done={t.released(name)}
      />
    </div>
  );
}
