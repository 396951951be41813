// The environments that are near their capacity or over it, the worst first, with the day on which what they draw from is spent (K2).

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQueries, useQuery } from '@tanstack/react-query';
import type { EnvironmentForecastOfCurrency } from '../../../sdk/src/index.ts';
import type { Currency } from '../../core/credits.ts';
import { STATUSES } from '../../core/status.ts';
import { type EnvironmentCapacityOfCurrency, type EnvironmentCapacityRow, environmentCapacitiesQuery } from '../data.ts';
import { formatAmount, formatCount, formatDate, formatPercent } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { PageLink } from '../page-link.tsx';
import { StatusBadge } from '../status-badge.tsx';
import { homeText as t } from '../strings/home.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { environmentForecastQuery } from './home-data.ts';

/** Each asks for its forecast. */
const MOST_SHOWN = 8;
const NEAR = STATUSES.indexOf('near-capacity');

const useStyles = makeStyles({
  none: { display: 'block', padding: `0 ${tokens.spacingHorizontalS} ${tokens.spacingVerticalS}` },
});

interface NearRow {
  environmentId: string;
  name: string;
  currency: Currency;
  of: EnvironmentCapacityOfCurrency;
  forecast: EnvironmentForecastOfCurrency | undefined;
}

const COLUMNS: readonly Column<NearRow>[] = [
  {
    id: 'environment',
    title: t.environment,
    value: ({ name }) => name,
    cell: ({ environmentId, name }) => (
      <PageLink to="/environments/$environmentId" params={{ environmentId }}>
        {name}
      </PageLink>
    ),
  },
  { id: 'currency', title: t.currency, value: ({ currency }) => words.currencies[currency] },
  { id: 'source', title: t.source, value: ({ of }) => words.sources[of.source], minor: true },
  { id: 'status', title: t.status, value: ({ of }) => of.status, cell: ({ of }) => <StatusBadge status={of.status} /> },
  {
    id: 'used',
    title: t.used,
    value: ({ of }) => of.percent,
    cell: ({ of }) =>
      t.usedOf(
        formatAmount(of.consumed),
        formatAmount(of.available),
        of.percent === null ? words.none : formatPercent(of.percent),
      ),
    align: 'end',
  },
  { id: 'runsOut', title: t.runsOut, value: runOutOf, align: 'end', nowrap: true },
];

function runOutOf({ of, forecast }: NearRow): string {
  if (Number(of.consumed) >= Number(of.available)) return t.spent;
  if (!forecast) return words.none;
  if (forecast.runsOut === null) return t.notThisMonth;
  const { on, earliest } = forecast.runsOut;
  return on === null ? t.earliest(formatDate(earliest)) : t.around(formatDate(on));
}

function nearOf(environments: readonly EnvironmentCapacityRow[]): Omit<NearRow, 'forecast'>[] {
  return environments
    .flatMap(({ environmentId, name, currencies }) =>
      currencies
        .filter(({ status }) => status !== 'no-capacity' && STATUSES.indexOf(status) >= NEAR)
        .map((of) => ({ environmentId, name, currency: of.currency, of })),
    )
    .sort(
      (a, b) =>
        STATUSES.indexOf(b.of.status) - STATUSES.indexOf(a.of.status) ||
        Number(b.of.percent ?? '0') - Number(a.of.percent ?? '0') ||
        a.name.localeCompare(b.name),
    );
}

export function NearEnvironments() {
  const styles = useStyles();
  const { data: environments, error, refetch } = useQuery(environmentCapacitiesQuery);
  const near = nearOf(environments ?? []);
  const shown = near.slice(0, MOST_SHOWN);
  const ids = [...new Set(shown.map(({ environmentId }) => environmentId))];
  const forecasts = useQueries({ queries: ids.map(environmentForecastQuery) });
  if (!environments) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  const rows = shown.map((row): NearRow => {
    const currencies = forecasts[ids.indexOf(row.environmentId)]?.data?.currencies;
    return { ...row, forecast: currencies?.find(({ currency }) => currency === row.currency) };
  });
  return (
    <Section
      title={t.near}
      holds="table"
      actions={near.length > shown.length && <PageLink to="/environments">{t.nearMore(formatCount(near.length))}</PageLink>}
    >
      {rows.length === 0 ? (
        <Text className={styles.none}>{t.nearNone}</Text>
      ) : (
        <DataTable
          label={t.near}
          columns={COLUMNS}
          rows={rows}
          rowId={({ currency, environmentId }) => `${currency} ${environmentId}`}
        />
      )}
    </Section>
  );
}
