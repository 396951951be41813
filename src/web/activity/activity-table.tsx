// The rows of the activity (M6): every action as it was decided. A row opens the explanation of its decision.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ActivityItem } from '../data.ts';
import { formatAmount, formatDay, formatMoment, formatTime } from '../figures.ts';
import { useChangePageState } from '../page-state.ts';
import { capabilitiesQuery } from '../playground/playground-data.ts';
import { RowLink } from '../row-link.tsx';
import { RecordStatusBadge } from '../status-badge.tsx';
import { activityText } from '../strings/activity.ts';
import { explanationText } from '../strings/explanation.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';

const useStyles = makeStyles({
  // Readable on a row that is pointed at as well.
  time: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap', color: tokens.colorBrandForeground2 },
  day: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
});

function Time({ item }: { item: ActivityItem }) {
  const styles = useStyles();
  const change = useChangePageState();
  const time = formatTime(item.occurredAt);
  return (
    <span>
      <RowLink className={styles.time} aria-label={activityText.open(time)} open={() => change({ record: item.id })}>
        {time}
      </RowLink>{' '}
      <Text size={200} className={styles.day}>
        {formatDay(item.occurredAt)}
      </Text>
    </span>
  );
}

/** By its name, where one is known; its id on it. CSV and the search box have both. */
function capabilityColumn(names: ReadonlyMap<string, string>): Column<ActivityItem> {
  return {
    id: 'capability',
    width: '22%',
    title: activityText.capability,
    value: ({ capability }) => nameWithId(capability, names.get(capability)),
    cell: ({ capability }) => <span title={capability}>{names.get(capability) ?? capability}</span>,
  };
}

const columnsFor = (names: ReadonlyMap<string, string>): readonly Column<ActivityItem>[] => [
  {
    id: 'time',
    width: '150px',
    title: activityText.time,
    value: ({ occurredAt }) => occurredAt,
    cell: (item) => <Time item={item} />,
    nowrap: true,
  },
  { id: 'user', title: activityText.user, value: ({ userId }) => userId },
  { id: 'caller', width: '130px', title: activityText.caller, value: ({ caller }) => words.callers[caller], minor: true },
  capabilityColumn(names),
  { id: 'model', title: activityText.model, value: ({ model }) => model ?? words.none, minor: true },
  { id: 'environment', title: activityText.environment, value: ({ environmentId }) => environmentId },
  {
    id: 'currency',
    width: '150px',
    title: activityText.currency,
    value: ({ currency }) => (currency ? words.currencies[currency] : words.none),
    minor: true,
  },
  {
    id: 'credits',
    width: '90px',
    title: activityText.credits,
    value: ({ credits }) => credits,
    cell: ({ credits }) => formatAmount(credits),
    align: 'end',
    nowrap: true,
  },
  {
    id: 'source',
    width: '120px',
    title: activityText.source,
    value: ({ source }) => (source ? words.sources[source] : words.none),
    nowrap: true,
    minor: true,
  },
  {
    id: 'status',
    width: '110px',
    title: activityText.status,
    value: ({ status }) => words.recordStatuses[status],
    cell: ({ status }) => <RecordStatusBadge status={status} />,
    nowrap: true,
  },
  {
    id: 'resource',
    title: activityText.resource,
    value: ({ resource }) => resource && (resource.name ?? resource.id),
    extra: true,
  },
  { id: 'mode', title: activityText.mode, value: ({ mode }) => explanationText.modes[mode], extra: true },
  { id: 'code', title: activityText.code, value: ({ code }) => code, extra: true },
  {
    id: 'recorded',
    title: activityText.recorded,
    value: ({ recordedAt }) => recordedAt,
    cell: ({ recordedAt }) => formatMoment(recordedAt),
    nowrap: true,
    extra: true,
  },
  { id: 'id', title: activityText.id, value: ({ id }) => id, extra: true },
];

/** `invoices` is named by itself, `receipt-processing` is `Receipt processing (receipt-processing)`. */
export function nameWithId(id: string, name: string | undefined): string {
  return name === undefined || name === id ? id : `${name} (${id})`;
}

export function useActivityColumns(): readonly Column<ActivityItem>[] {
  const { data: capabilities } = useQuery(capabilitiesQuery);
  return useMemo(() => columnsFor(new Map(capabilities?.map(({ id, name }) => [id, name]))), [capabilities]);
}

export function ActivityTable({ items }: { items: readonly ActivityItem[] }) {
  const change = useChangePageState();
  const columns = useActivityColumns();
  // Those that come after the table did are shown to be new.
  const [firstShown] = useState(() => items[0]?.sequence ?? 0);
  return (
    <DataTable
      label={activityText.title}
      columns={columns.filter(({ extra }) => extra !== true)}
      rows={items}
      rowId={({ id }) => id}
      onOpen={({ id }) => change({ record: id })}
      isFresh={({ sequence }) => sequence > firstShown}
    />
  );
}
