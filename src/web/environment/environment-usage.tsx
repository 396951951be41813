// What uses credits in an environment this month (C4, M7): by app, flow and agent with product and feature, by user, by model.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Environment, UsageRow } from '../../../sdk/src/index.ts';
import { formatAmount, formatCount } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { PageLink } from '../page-link.tsx';
import { capabilitiesQuery } from '../playground/playground-data.ts';
import { environmentText as t } from '../strings/environment.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { sumOf } from './amount-sum.ts';
import { environmentResourcesQuery, environmentUsageQuery } from './environment-data.ts';

const useStyles = makeStyles({
  name: { display: 'flex', flexDirection: 'column', padding: '6px 0', minWidth: 0 },
  muted: { color: tokens.colorNeutralForeground3 },
  pair: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 680px), 1fr))',
    gap: tokens.spacingHorizontalL,
    alignItems: 'start',
  },
});

/** One line of the grid: what one resource used of one feature, in one currency. */
interface GridRow {
  key: string;
  resource: string | null;
  name: string | null;
  kind: keyof typeof t.resourceTypes | null;
  product: string;
  capability: string;
  feature: string | null;
  currency: string;
  credits: string;
  billedActions: number;
  freeActions: number;
  environmentId: string;
}

const DIMENSIONS = ['resource', 'product', 'capability', 'feature', 'billable'] as const;

/** Free actions have no currency: they stand in a line of their own where nothing was billed beside them. */
function gridOf(
  rows: readonly UsageRow[],
  resources: ReadonlyMap<string, { name: string | null; type: GridRow['kind'] & string }>,
  capabilities: ReadonlyMap<string, string>,
  environmentId: string,
): GridRow[] {
  const lines = new Map<string, UsageRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.resource, row.product, row.capability, row.feature]);
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  return [...lines].flatMap(([key, all]) => {
    const billed = all.filter(({ billable }) => billable === true);
    const freeActions = all.filter(({ billable }) => billable !== true).reduce((sum, { actions }) => sum + actions, 0);
    const shown = billed.length > 0 ? billed : all.slice(0, 1);
    return shown.map((row, index): GridRow => {
      const known = row.resource ? resources.get(row.resource) : undefined;
      const isBilled = row.billable === true;
      return {
        key: `${key} ${row.currency}`,
        resource: row.resource ?? null,
        name: known?.name ?? null,
        kind: known?.type ?? null,
        product: t.products[row.product as keyof typeof t.products] ?? words.none,
        capability: capabilities.get(row.capability ?? '') ?? row.capability ?? words.none,
        feature: row.feature ?? null,
        currency: isBilled && row.currency ? words.currencies[row.currency] : words.none,
        credits: isBilled ? row.credits : '0',
        billedActions: isBilled ? row.actions : 0,
        freeActions: index === 0 ? freeActions : 0,
        environmentId,
      };
    });
  });
}

function ResourceName({ row }: { row: GridRow }) {
  const styles = useStyles();
  if (row.resource === null) return <Text className={styles.muted}>{t.noResource}</Text>;
  return (
    <span className={styles.name}>
      <PageLink to="/activity" state={{ environment: row.environmentId, resource: row.resource, filters: 'more' }}>
        {row.name ?? row.resource}
      </PageLink>
      {row.name !== null && row.name !== row.resource && (
        <Text size={200} className={styles.muted}>
          {row.resource}
        </Text>
      )}
    </span>
  );
}

const GRID_COLUMNS: readonly Column<GridRow>[] = [
  {
    id: 'resource',
    title: t.resource,
    value: ({ name, resource }) => name ?? resource,
    cell: (row) => <ResourceName row={row} />,
  },
  { id: 'kind', title: t.resourceType, value: ({ kind }) => (kind ? t.resourceTypes[kind] : words.none), minor: true },
  { id: 'id', title: t.id, value: ({ resource }) => resource, extra: true },
  { id: 'product', title: t.product, value: ({ product }) => product },
  { id: 'capability', title: t.capability, value: ({ capability }) => capability },
  { id: 'feature', title: t.feature, value: ({ feature }) => feature ?? words.none, minor: true },
  { id: 'currency', title: t.currency, value: ({ currency }) => currency, nowrap: true },
  {
    id: 'credits',
    title: t.credits,
    value: ({ credits }) => credits,
    cell: ({ credits }) => formatAmount(credits),
    align: 'end',
    nowrap: true,
  },
  {
    id: 'billed',
    title: t.billedActions,
    value: ({ billedActions }) => billedActions,
    cell: ({ billedActions }) => formatCount(billedActions),
    align: 'end',
    minor: true,
  },
  {
    id: 'free',
    title: t.freeActions,
    value: ({ freeActions }) => freeActions,
    cell: ({ freeActions }) => formatCount(freeActions),
    align: 'end',
  },
];

/** What somebody, or a model, used in each currency. */
interface UseRow {
  id: string | null;
  aiBuilder: string;
  copilot: string;
  actions: number;
  environmentId: string;
}

function usageOf(rows: readonly UsageRow[], by: 'user' | 'model', environmentId: string): UseRow[] {
  const groups = new Map<string | null, UsageRow[]>();
  for (const row of rows) groups.set(row[by] ?? null, [...(groups.get(row[by] ?? null) ?? []), row]);
  return [...groups].map(([id, of]) => {
    const inCurrency = (currency: string) => sumOf(of.filter((row) => row.currency === currency).map(({ credits }) => credits));
    return {
      id,
      aiBuilder: inCurrency('ai-builder-credits'),
      copilot: inCurrency('copilot-credits'),
      actions: of.reduce((sum, { actions }) => sum + actions, 0),
      environmentId,
    };
  });
}

function usageColumns(title: string, none: string, filter: 'user' | 'model'): readonly Column<UseRow>[] {
  return [
    {
      id: 'name',
      title,
      value: ({ id }) => id ?? none,
      cell: ({ id, environmentId }) =>
        id === null ? (
          none
        ) : (
          <PageLink to="/activity" state={{ environment: environmentId, [filter]: id, filters: 'more' }}>
            {id}
          </PageLink>
        ),
    },
    {
      id: 'ai-builder',
      title: words.currencies['ai-builder-credits'],
      value: ({ aiBuilder }) => aiBuilder,
      cell: ({ aiBuilder }) => formatAmount(aiBuilder),
      align: 'end',
    },
    {
      id: 'copilot',
      title: words.currencies['copilot-credits'],
      value: ({ copilot }) => copilot,
      cell: ({ copilot }) => formatAmount(copilot),
      align: 'end',
    },
    {
      id: 'actions',
      title: t.actions,
      value: ({ actions }) => actions,
      cell: ({ actions }) => formatCount(actions),
      align: 'end',
    },
  ];
}

const USER_COLUMNS = usageColumns(t.user, words.none, 'user');
const MODEL_COLUMNS = usageColumns(t.model, t.noModel, 'model');

export function EnvironmentUsage({ environment: { id } }: { environment: Environment }) {
  const styles = useStyles();
  const grid = useQuery(environmentUsageQuery(id, DIMENSIONS));
  const users = useQuery(environmentUsageQuery(id, ['user']));
  const models = useQuery(environmentUsageQuery(id, ['model']));
  const { data: capabilities = [] } = useQuery(capabilitiesQuery);
  const { data: known = [] } = useQuery(environmentResourcesQuery(id));
  if (grid.data?.length === 0) return <NothingUsed environmentId={id} />;
  const names = new Map(capabilities.map(({ id: capability, name }) => [capability, name]));
  const resources = new Map(known.map(({ id: resource, name, type }) => [resource, { name, type }]));
  return (
    <>
      <List
        title={t.grid}
        prefix="grid"
        columns={GRID_COLUMNS}
        rows={grid.data && gridOf(grid.data, resources, names, id)}
        rowId={({ key }) => key}
        error={grid.error}
        retry={() => void grid.refetch()}
        defaultSort="-credits"
        csvName={`${id}-resources`}
        empty={null}
      />
      <div className={styles.pair}>
        <List
          title={t.users}
          prefix="users"
          columns={USER_COLUMNS}
          rows={users.data && usageOf(users.data, 'user', id)}
          rowId={(row) => row.id ?? ''}
          error={users.error}
          retry={() => void users.refetch()}
          defaultSort="-actions"
          csvName={`${id}-users`}
          empty={null}
        />
        <List
          title={t.models}
          prefix="models"
          columns={MODEL_COLUMNS}
          rows={models.data && usageOf(models.data, 'model', id)}
          rowId={(row) => row.id ?? ''}
          error={models.error}
          retry={() => void models.refetch()}
          defaultSort="-actions"
          csvName={`${id}-models`}
          empty={null}
        />
      </div>
    </>
  );
}

function NothingUsed({ environmentId }: { environmentId: string }) {
  const action = {
    environmentId,
    userId: 'ada@contoso.com',
    caller: 'cloud-flow',
    resource: { type: 'flow', id: 'f-17', name: 'Read receipts' },
    capability: 'receipt-processing',
    usage: { pages: 2 },
  };
  return (
    <Section title={t.gridEmptyTitle}>
      <NextStep text={t.gridEmptyText} post={{ path: 'v1/consumptions', body: action }} />
    </Section>
  );
}
