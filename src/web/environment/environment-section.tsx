// The list of environments: live, searched and sorted by the state in the address.

import { SearchBox, Text } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { CURRENCIES, type Currency } from '../../core/credits.ts';
import { thresholdsOf } from '../capacity/consumption-level.ts';
import { type EnvironmentCapacityRow, environmentCapacitiesQuery, settingsQuery } from '../data.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { Section } from '../frame/section.tsx';
import { NextStep } from '../next-step.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { strings } from '../strings.ts';
import { DataTable } from '../table.tsx';
import { environmentColumns } from './environment-columns.tsx';

const text = strings.environments;

function matches({ name, environmentId, type }: EnvironmentCapacityRow, find: string): boolean {
  const wanted = find.toLocaleLowerCase();
  return [name, environmentId, strings.environmentTypes[type]].some((each) => each.toLocaleLowerCase().includes(wanted));
}

export function EnvironmentSection({ currencies }: { currencies: readonly Currency[] }) {
  const { data: environments, error, refetch } = useQuery(environmentCapacitiesQuery);
  const { data: settings } = useQuery(settingsQuery);
  const { find = '', sort = 'name' } = usePageState();
  const change = useChangePageState();

  if (!environments) return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />;
  if (environments.length === 0) {
    return (
      <Section title={text.emptyTitle}>
        <NextStep text={text.emptyText} post={{ path: 'v1/environments', body: { id: 'sales', name: 'Sales' } }} />
      </Section>
    );
  }
  const shown = environments.filter((environment) => matches(environment, find));
  const columns = environmentColumns(currencies.length === 0 ? CURRENCIES.slice(0, 2) : currencies, thresholdsOf(settings));
  return (
    <Section
      title={text.title}
      holds="table"
      actions={
        <>
          <Text size={200}>{text.count(shown.length, environments.length)}</Text>
          <SearchBox
            aria-label={text.search}
            placeholder={text.search}
            value={find}
            onChange={(_, { value }) => change({ find: value === '' ? undefined : value }, { replace: true })}
          />
        </>
      }
    >
      {shown.length === 0 ? (
        <Text>{text.noneMatch(find)}</Text>
      ) : (
        <DataTable
          label={text.title}
          columns={columns}
          rows={shown}
          rowId={({ environmentId }) => environmentId}
          sort={sort}
          onSort={(by) => change({ sort: by }, { replace: true })}
        />
      )}
    </Section>
  );
}
