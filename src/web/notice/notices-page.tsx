// Notices (N1, N2): what needs attention now, and every crossing that was told, each with whom it was told to.

import { Badge, type BadgeProps, makeStyles, Select, Text, tokens } from '@fluentui/react-components';
import { useMemo } from 'react';
import type { Notice } from '../../../sdk/src/index.ts';
import { NOTICE_KINDS, type NoticeKind } from '../../core/notice.ts';
import { formatAmount, formatDate, formatMoment, formatMonth, formatPercent } from '../figures.ts';
import { PageHeading, Section } from '../frame/section.tsx';
import { PageLink } from '../page-link.tsx';
import { useChangePageState, usePageState } from '../page-state.ts';
import { usePagedRows } from '../paged-rows.ts';
import { usePanel } from '../panel/panel-state.ts';
import { RowLink } from '../row-link.tsx';
import { noticeText as t } from '../strings/notice.ts';
import { words } from '../strings/words.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { Banners } from './banners.tsx';
import { noticesQuery } from './notice-data.ts';
import { NOTICE_PARAMETERS, NoticePanel } from './notice-panel.tsx';

const COLORS: Record<NoticeKind, NonNullable<BadgeProps['color']>> = {
  'near-capacity': 'warning',
  exhausted: 'severe',
  blocked: 'danger',
  'nearing-limit': 'warning',
  'over-limit': 'danger',
};

const useStyles = makeStyles({
  kinds: { minWidth: '150px' },
  empty: { display: 'flex', flexDirection: 'column', alignItems: 'start', gap: tokens.spacingVerticalM },
});

function columnsFor(open: (notice: Notice) => void): readonly Column<Notice>[] {
  return [
    { id: 'at', title: t.at, value: ({ at }) => at, cell: ({ at }) => formatMoment(at), width: '180px' },
    {
      id: 'kind',
      title: t.kind,
      value: ({ kind }) => t.kinds[kind],
      cell: ({ kind }) => (
        <Badge appearance="tint" color={COLORS[kind]}>
          {t.kinds[kind]}
        </Badge>
      ),
      width: '150px',
    },
    {
      id: 'subject',
      title: t.subject,
      value: ({ subject }) => subject,
      width: '40%',
      cell: (notice) => <RowLink open={() => open(notice)}>{notice.subject}</RowLink>,
    },
    {
      id: 'consumed',
      title: t.consumed,
      value: ({ consumed }) => consumed,
      cell: ({ consumed, available }) => t.ofAvailable(formatAmount(consumed), formatAmount(available)),
      align: 'end',
      width: '170px',
      minor: true,
    },
    {
      id: 'percent',
      title: t.percent,
      value: ({ percent }) => percent,
      cell: ({ percent }) => (percent === null ? words.none : formatPercent(percent)),
      align: 'end',
      width: '100px',
    },
    {
      id: 'available',
      title: t.available,
      value: ({ available }) => available,
      cell: ({ available }) => formatAmount(available),
      align: 'end',
      extra: true,
    },
    {
      id: 'environment',
      title: t.environment,
      value: ({ environmentName, environmentId }) => environmentName ?? environmentId,
      extra: true,
    },
    { id: 'currency', title: t.currency, value: ({ currency }) => words.currencies[currency], extra: true },
    { id: 'month', title: t.month, value: ({ month }) => month, cell: ({ month }) => formatMonth(month), extra: true },
    {
      id: 'resetsOn',
      title: t.resetsOn,
      value: ({ resetsOn }) => resetsOn,
      cell: ({ resetsOn }) => formatDate(resetsOn),
      extra: true,
    },
    { id: 'limit', title: t.limit, value: ({ limitId }) => limitId, extra: true },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
  ];
}

export function NoticesPage() {
  const styles = useStyles();
  const { kind: wanted } = usePageState();
  const kind = NOTICE_KINDS.find((each) => each === wanted);
  const change = useChangePageState();
  const panel = usePanel('notice', NOTICE_PARAMETERS);
  const paged = usePagedRows(noticesQuery(kind));
  const { open: openPanel } = panel;
  const open = useMemo(
    () =>
      ({ id }: Notice) =>
        openPanel({ notice: id }),
    [openPanel],
  );
  const columns = useMemo(() => columnsFor(open), [open]);
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      <Banners />
      <List
        title={t.list}
        columns={columns}
        {...paged}
        rowId={({ id }) => id}
        csvName="notices"
        onOpen={open}
        isFiltered={kind !== undefined}
        filters={
          <Select
            className={styles.kinds}
            aria-label={t.kind}
            value={kind ?? ''}
            onChange={(_, { value }) => change({ kind: value })}
          >
            <option value="">{t.anyKind}</option>
            {NOTICE_KINDS.map((each) => (
              <option key={each} value={each}>
                {t.kinds[each]}
              </option>
            ))}
          </Select>
        }
        empty={
          <Section title={t.empty}>
            <div className={styles.empty}>
              <Text>{t.emptyText}</Text>
              <PageLink to="/settings" state={{ tab: 'notices' }}>
                {t.toSettings}
              </PageLink>
            </div>
          </Section>
        }
      />
      <NoticePanel
        panel={panel}
        notice={paged.rows?.find(({ id }) => id === panel.parameters.notice)}
        isLoading={paged.rows === undefined}
      />
    </>
  );
}
