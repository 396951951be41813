// The apps, flows and agents of an environment: premium or not, and why (F7).

import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { Environment, KnownResource } from '../../../sdk/src/index.ts';
import { ActionButton } from '../action-button.tsx';
import { formatMoment } from '../figures.ts';
import { Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { PageLink } from '../page-link.tsx';
import { usePanel } from '../panel/panel-state.ts';
import { environmentText as t } from '../strings/environment.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { DeclarePanel } from './declare-panel.tsx';
import { environmentResourcesQuery } from './environment-data.ts';

const useStyles = makeStyles({
  name: { display: 'flex', flexDirection: 'column', padding: '6px 0', minWidth: 0 },
  muted: { color: tokens.colorNeutralForeground3 },
});

function Name({ resource: { id, name, environmentId } }: { resource: KnownResource }) {
  const styles = useStyles();
  return (
    <span className={styles.name}>
      <PageLink to="/activity" state={{ environment: environmentId, resource: id, filters: 'more' }}>
        {name ?? id}
      </PageLink>
      {name !== null && name !== id && (
        <Text size={200} className={styles.muted}>
          {id}
        </Text>
      )}
    </span>
  );
}

function sentence(text: string): string {
  return `${text.charAt(0).toLocaleUpperCase()}${text.slice(1)}.`;
}

const COLUMNS: readonly Column<KnownResource>[] = [
  { id: 'name', title: t.name, value: ({ name, id }) => name ?? id, cell: (resource) => <Name resource={resource} /> },
  { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
  { id: 'kind', title: t.resourceType, value: ({ type }) => t.resourceTypes[type], nowrap: true },
  {
    id: 'premium',
    title: t.premium,
    value: ({ premium }) => (premium ? t.isPremium : t.notPremium),
    cell: ({ premium }) => (
      <Badge appearance="tint" color={premium ? 'brand' : 'subtle'}>
        {premium ? t.isPremium : t.notPremium}
      </Badge>
    ),
    nowrap: true,
  },
  { id: 'why', title: t.why, value: ({ why }) => sentence(why), width: '36%' },
  {
    id: 'seen',
    title: t.lastSeen,
    value: ({ lastSeenAt }) => lastSeenAt,
    cell: ({ lastSeenAt }) => (lastSeenAt === null ? t.neverSeen : formatMoment(lastSeenAt)),
    minor: true,
  },
];

export function EnvironmentResources({ environment: { id } }: { environment: Environment }) {
  const { data, error, refetch } = useQuery(environmentResourcesQuery(id));
  const panel = usePanel('declare');
  const declare = (
    <ActionButton operation="declareResource" environmentIds={[id]} onClick={() => panel.open()}>
      {t.declare}
    </ActionButton>
  );
  return (
    <>
      <List
        title={t.resources}
        columns={COLUMNS}
        rows={data}
        rowId={({ type, id: resource }) => `${type} ${resource}`}
        error={error}
        retry={() => void refetch()}
        defaultSort="name"
        csvName={`${id}-apps-flows-agents`}
        actions={declare}
        empty={
          <Section title={t.resourcesEmptyTitle} actions={declare}>
            <NextStep
              text={t.resourcesEmptyText}
              post={{ path: 'v1/resources/flow/f-17', body: { environmentId: id, name: 'Read receipts', aiAction: true } }}
              method="PUT"
            />
          </Section>
        }
      />
      <DeclarePanel panel={panel} environmentId={id} />
    </>
  );
}
