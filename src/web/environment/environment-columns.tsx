// The columns of the environments: who they are, and in each currency what they draw from, how they stand and how far they have come.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import type { Currency } from '../../core/credits.ts';
import { STATUSES } from '../../core/status.ts';
import type { Thresholds } from '../capacity/consumption-level.ts';
import { Used, type UsedProps } from '../capacity/used.tsx';
import type { EnvironmentCapacityOfCurrency, EnvironmentCapacityRow } from '../data.ts';
import { approximate, formatAmount } from '../figures.ts';
import { PageLink } from '../page-link.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { environmentText } from '../strings/environment.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { CARDS_OF_LIST } from '../table/table-styles.ts';

const useStyles = makeStyles({
  stack: {
    display: 'flex',
    flexDirection: 'column',
    gap: '2px',
    padding: '6px 0',
    [CARDS_OF_LIST]: { alignItems: 'flex-end', minWidth: 0 },
  },
  muted: { color: tokens.colorNeutralForeground3 },
  // Readable on a row that is pointed at as well.
  name: { fontWeight: tokens.fontWeightSemibold, color: tokens.colorBrandForeground2 },
});

function Name({ environment: { name, environmentId } }: { environment: EnvironmentCapacityRow }) {
  const styles = useStyles();
  return (
    <div className={styles.stack}>
      <PageLink to="/environments/$environmentId" params={{ environmentId }} className={styles.name}>
        {name}
      </PageLink>
      {name !== environmentId && (
        <Text size={200} className={styles.muted}>
          {environmentId}
        </Text>
      )}
    </div>
  );
}

function Standing({ of }: { of: EnvironmentCapacityOfCurrency }) {
  const styles = useStyles();
  return (
    <div className={styles.stack}>
      <span>
        <StatusBadge status={of.status} />
      </span>
      <Text size={200} className={styles.muted}>
        {environmentText.source(words.sources[of.source])}
      </Text>
    </div>
  );
}

function UsedCell(props: UsedProps) {
  const styles = useStyles();
  return <Used {...props} className={styles.stack} />;
}

function of(environment: EnvironmentCapacityRow, currency: Currency): EnvironmentCapacityOfCurrency {
  const found = environment.currencies.find((each) => each.currency === currency);
  if (!found) throw new Error(`the server said nothing of ${currency} in environment ${environment.environmentId}`);
  return found;
}

/** By how much is used; those that have nothing to use come first. */
function byUse(currency: Currency) {
  const use = (environment: EnvironmentCapacityRow) => Number(of(environment, currency).percent ?? '-1');
  const consumed = (environment: EnvironmentCapacityRow) => approximate(of(environment, currency).consumed);
  return (a: EnvironmentCapacityRow, b: EnvironmentCapacityRow) => use(a) - use(b) || consumed(a) - consumed(b);
}

function byName(a: EnvironmentCapacityRow, b: EnvironmentCapacityRow): number {
  return a.name.localeCompare(b.name) || a.environmentId.localeCompare(b.environmentId);
}

/** The figures by themselves, for those who choose them, and for CSV. */
function amountColumns(currency: Currency): Column<EnvironmentCapacityRow>[] {
  const name = words.currencies[currency];
  const column = (figure: 'available' | 'consumed' | 'held' | 'payAsYouGo', title: string): Column<EnvironmentCapacityRow> => ({
    id: `${currency}-${figure}`,
    title,
    value: (environment) => of(environment, currency)[figure],
    cell: (environment) => formatAmount(of(environment, currency)[figure]),
    align: 'end',
    extra: true,
  });
  return [
    column('available', environmentText.available(name)),
    column('consumed', environmentText.consumed(name)),
    column('held', environmentText.held(name)),
    column('payAsYouGo', environmentText.payAsYouGo(name)),
  ];
}

export function environmentColumns(currencies: readonly Currency[], thresholds: Thresholds): Column<EnvironmentCapacityRow>[] {
  return [
    {
      id: 'name',
      title: environmentText.name,
      value: ({ name }) => name,
      cell: (environment) => <Name environment={environment} />,
      compare: byName,
    },
    { id: 'id', title: environmentText.id, value: ({ environmentId }) => environmentId, extra: true },
    {
      id: 'type',
      title: environmentText.type,
      value: ({ type }) => words.environmentTypes[type],
      compare: (a, b) => a.type.localeCompare(b.type) || byName(a, b),
      nowrap: true,
      minor: true,
    },
    ...currencies.flatMap((currency): Column<EnvironmentCapacityRow>[] => [
      {
        id: `${currency}-status`,
        title: environmentText.status(words.currencies[currency]),
        value: (environment) => words.statuses[of(environment, currency).status],
        cell: (environment) => <Standing of={of(environment, currency)} />,
        compare: (a, b) => STATUSES.indexOf(of(a, currency).status) - STATUSES.indexOf(of(b, currency).status) || byName(a, b),
      },
      {
        id: `${currency}-used`,
        title: environmentText.used(words.currencies[currency]),
        value: (environment) => of(environment, currency).percent,
        cell: (environment) => <UsedCell of={of(environment, currency)} thresholds={thresholds} />,
        compare: byUse(currency),
      },
      ...amountColumns(currency),
    ]),
  ];
}
