// What was sent, by mail or by webhook, and what came of it (N2): in the panels of a notice and of a webhook.

import { Badge, type BadgeProps, Button, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Delivery } from '../../../sdk/src/index.ts';
import type { DeliveryStatus } from '../../core/delivery.ts';
import { formatCount, formatMoment } from '../figures.ts';
import { Loading, PageFailed } from '../frame/page-notice.tsx';
import { noticeText as t } from '../strings/notice.ts';
import { tableText } from '../strings/table.ts';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import type { deliveriesOfNoticeQuery } from './notice-data.ts';

const COLORS: Record<DeliveryStatus, NonNullable<BadgeProps['color']>> = {
  waiting: 'informative',
  delivered: 'success',
  failed: 'danger',
};

const useStyles = makeStyles({
  root: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalS, minWidth: 0 },
  heading: { margin: 0, fontSize: tokens.fontSizeBase400, lineHeight: tokens.lineHeightBase400 },
  answer: { display: 'flex', flexDirection: 'column', overflowWrap: 'anywhere', minWidth: 0 },
  muted: { color: tokens.colorNeutralForeground3 },
});

function Answer({ delivery: { attempts, nextAttemptAt, status } }: { delivery: Delivery }) {
  const styles = useStyles();
  const last = attempts.at(-1);
  return (
    <span className={styles.answer}>
      {last && <span>{t.took(last.status === null ? t.noAnswer : String(last.status), formatCount(last.durationMs))}</span>}
      {last?.error != null && (
        <Text size={200} className={styles.muted}>
          {last.error}
        </Text>
      )}
      {status === 'waiting' && nextAttemptAt !== null && (
        <Text size={200} className={styles.muted}>
          {t.nextAttemptAt}: {formatMoment(nextAttemptAt)}
        </Text>
      )}
    </span>
  );
}

function columnsOf(act: ((delivery: Delivery) => ReactNode) | undefined): Column<Delivery>[] {
  return [
    {
      id: 'createdAt',
      title: t.createdAt,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => formatMoment(createdAt),
    },
    act === undefined
      ? { id: 'to', title: t.deliveryTo, value: ({ webhookId, email }) => email ?? t.webhook(webhookId ?? '') }
      : {
          id: 'of',
          title: t.of,
          value: ({ notices }) => (notices.length === 0 ? t.aTest : t.ofNotices(notices.join(', '))),
        },
    {
      id: 'status',
      title: t.deliveryStatus,
      value: ({ status }) => t.deliveryStatuses[status],
      cell: ({ status }) => (
        <Badge appearance="tint" color={COLORS[status]}>
          {t.deliveryStatuses[status]}
        </Badge>
      ),
    },
    { id: 'attempts', title: t.attempts, value: ({ attempts }) => attempts.length, align: 'end' },
    { id: 'answer', title: t.lastAnswer, cell: (delivery) => <Answer delivery={delivery} /> },
    ...(act === undefined ? [] : [{ id: 'act', title: t.replay, cell: act }]),
  ];
}

export interface DeliveryTableProps {
  /** Of notice-data.ts. */
  query: ReturnType<typeof deliveriesOfNoticeQuery>;
  empty: string;
  /** What can be done with one. */
  act?: (delivery: Delivery) => ReactNode;
}

export function DeliveryTable({ query, empty, act }: DeliveryTableProps) {
  const styles = useStyles();
  const { data, error, refetch, hasNextPage, fetchNextPage, isFetchingNextPage } = useInfiniteQuery(query);
  return (
    <section className={styles.root}>
      <h3 className={styles.heading}>{t.deliveries}</h3>
      {!data && (error ? <PageFailed error={error} retry={() => void refetch()} /> : <Loading />)}
      {data?.length === 0 && <Text>{empty}</Text>}
      {data && data.length > 0 && (
        <DataTable of="list" label={t.deliveries} columns={columnsOf(act)} rows={data} rowId={({ id }) => id} />
      )}
      {hasNextPage && (
        <Button appearance="subtle" disabledFocusable={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {tableText.more}
        </Button>
      )}
    </section>
  );
}
