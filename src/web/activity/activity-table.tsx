// The rows of the activity (M6): every action as it was decided. A row opens the explanation of its decision.

import { Link, makeStyles, Text, tokens, useRestoreFocusTarget } from '@fluentui/react-components';
import { useState } from 'react';
import type { ActivityItem } from '../data.ts';
import { formatAmount, formatDay, formatTime } from '../figures.ts';
import { useChangePageState } from '../page-state.ts';
import { RecordStatusBadge } from '../status-badge.tsx';
import { strings } from '../strings.ts';
import { type Column, DataTable } from '../table.tsx';

const text = strings.activity;

const useStyles = makeStyles({
  time: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap' },
  day: { color: tokens.colorNeutralForeground3, whiteSpace: 'nowrap' },
});

function Time({ item }: { item: ActivityItem }) {
  const styles = useStyles();
  const change = useChangePageState();
  const restoreFocusTarget = useRestoreFocusTarget();
  const time = formatTime(item.occurredAt);
  return (
    <span>
      <Link
        as="button"
        className={styles.time}
        aria-label={text.open(time)}
        onClick={(event) => {
          event.stopPropagation();
          change({ record: item.id });
        }}
        {...restoreFocusTarget}
      >
        {time}
      </Link>{' '}
      <Text size={200} className={styles.day}>
        {formatDay(item.occurredAt)}
      </Text>
    </span>
  );
}

const COLUMNS: readonly Column<ActivityItem>[] = [
  { id: 'time', title: text.time, cell: (item) => <Time item={item} />, nowrap: true },
  { id: 'user', title: text.user, cell: ({ userId }) => userId },
  { id: 'caller', title: text.caller, cell: ({ caller }) => strings.callers[caller], minor: true },
  { id: 'capability', title: text.capability, cell: ({ capability }) => capability },
  { id: 'model', title: text.model, cell: ({ model }) => model ?? strings.none, minor: true },
  { id: 'environment', title: text.environment, cell: ({ environmentId }) => environmentId },
  {
    id: 'currency',
    title: text.currency,
    cell: ({ currency }) => (currency ? strings.currencies[currency] : strings.none),
    minor: true,
  },
  { id: 'credits', title: text.credits, cell: ({ credits }) => formatAmount(credits), align: 'end', nowrap: true },
  {
    id: 'source',
    title: text.source,
    cell: ({ source }) => (source ? strings.sources[source] : strings.none),
    nowrap: true,
    minor: true,
  },
  { id: 'status', title: text.status, cell: ({ status }) => <RecordStatusBadge status={status} />, nowrap: true },
];

export function ActivityTable({ items }: { items: readonly ActivityItem[] }) {
  const change = useChangePageState();
  // Those that come after the table did are shown to be new.
  const [firstShown] = useState(() => items[0]?.sequence ?? 0);
  return (
    <DataTable
      label={text.title}
      columns={COLUMNS}
      rows={items}
      rowId={({ id }) => id}
      onOpen={({ id }) => change({ record: id })}
      isFresh={({ sequence }) => sequence > firstShown}
    />
  );
}
