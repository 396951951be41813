// Reports (M4): the list, whose statuses follow by themselves, and the panel that asks for one.

import { Badge, type BadgeProps, Button, makeStyles, ProgressBar, Text, tokens } from '@fluentui/react-components';
import { AddRegular } from '@fluentui/react-icons/svg/add';
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download';
import { DeleteRegular } from '@fluentui/react-icons/svg/delete';
import type { Report } from '../../../sdk/src/index.ts';
import type { ReportStatus } from '../../core/report.ts';
import { ActionButton } from '../action-button.tsx';
import { apiUrl, ask } from '../client.ts';
import { formatCount, formatDate, formatMoment } from '../figures.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { usePagedRows } from '../paged-rows.ts';
import { ConfirmButton } from '../panel/confirm-button.tsx';
import { usePanel } from '../panel/panel-state.ts';
import { reportText as t } from '../strings/report.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { NEW_REPORT_PARAMETERS, NewReportPanel } from './new-report-panel.tsx';
import { isPending, reportsQuery } from './report-data.ts';

const STATUS_COLORS: Record<ReportStatus, NonNullable<BadgeProps['color']>> = {
  Submitted: 'informative',
  InProgress: 'brand',
  Completed: 'success',
  Failed: 'danger',
  Expired: 'subtle',
};

const COLUMNS: readonly Column<Report>[] = [
  { id: 'type', title: t.type, value: ({ type }) => t.types[type] },
  { id: 'from', title: t.from, value: ({ firstDay }) => firstDay, cell: ({ firstDay }) => formatDate(firstDay), nowrap: true },
  {
    id: 'to',
    title: t.to,
    value: ({ targetDate }) => targetDate,
    cell: ({ targetDate }) => formatDate(targetDate),
    nowrap: true,
  },
  {
    id: 'status',
    title: t.status,
    value: ({ status }) => t.statuses[status],
    cell: (report) => <ReportStatusCell report={report} />,
    width: '140px',
  },
  {
    id: 'requestedAt',
    title: t.requestedAt,
    value: ({ createdAt }) => createdAt,
    cell: ({ createdAt }) => formatMoment(createdAt),
    nowrap: true,
  },
  {
    id: 'expiresAt',
    title: t.expiresAt,
    value: ({ expiresAt }) => expiresAt,
    cell: ({ expiresAt }) => (expiresAt === null ? null : formatDate(expiresAt)),
    nowrap: true,
    minor: true,
  },
  {
    id: 'rows',
    title: t.rows,
    value: ({ progress }) => progress.rows,
    cell: ({ progress }) => formatCount(progress.rows),
    align: 'end',
    minor: true,
  },
  {
    id: 'size',
    title: t.size,
    value: ({ bytes }) => bytes,
    cell: ({ bytes }) => t.kilobytes(formatCount(Math.ceil(bytes / 1000))),
    align: 'end',
    nowrap: true,
    extra: true,
  },
  {
    id: 'completedAt',
    title: t.completedAt,
    value: ({ completedAt }) => completedAt,
    cell: ({ completedAt }) => (completedAt === null ? null : formatMoment(completedAt)),
    extra: true,
  },
  { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
  { id: 'act', title: '', cell: (report) => <ReportButtons report={report} />, nowrap: true },
];

export function ReportsPage() {
  const panel = usePanel('new', NEW_REPORT_PARAMETERS);
  const whyNot = useWhyNot('listReports');
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      {whyNot === null ? <ReportList openNew={() => panel.open()} /> : <MayNotSee why={whyNot} />}
      <NewReportPanel panel={panel} />
    </>
  );
}

function ReportList({ openNew }: { openNew: () => void }) {
  const paged = usePagedRows(reportsQuery);
  const add = (
    <ActionButton operation="createReport" appearance="primary" icon={<AddRegular />} onClick={openNew}>
      {t.new}
    </ActionButton>
  );
  return (
    <List
      title={t.list}
      columns={COLUMNS}
      {...paged}
      rowId={({ id }) => id}
      csvName="reports"
      actions={add}
      empty={
        <Section title={t.empty} actions={add}>
          <Text>{t.emptyText}</Text>
        </Section>
      }
    />
  );
}

const useStyles = makeStyles({
  status: { display: 'flex', flexDirection: 'column', alignItems: 'start', gap: tokens.spacingVerticalXS, maxWidth: '100%' },
  bar: { width: '120px' },
  why: { color: tokens.colorNeutralForeground3, overflowWrap: 'anywhere' },
  buttons: { display: 'flex', gap: tokens.spacingHorizontalXS, justifyContent: 'start' },
});

function ReportStatusCell({ report }: { report: Report }) {
  const styles = useStyles();
  const { status, progress, failure, type } = report;
  return (
    <span className={styles.status}>
      <Badge appearance="tint" color={STATUS_COLORS[status]}>
        {t.statuses[status]}
      </Badge>
      {isPending(report) && (
        <>
          <ProgressBar
            className={styles.bar}
            aria-label={t.progressLabel(t.types[type])}
            {...(progress.daysDone > 0 && { value: progress.daysDone, max: progress.days })}
          />
          {progress.daysDone > 0 && (
            <Text size={200}>{t.progress(formatCount(progress.daysDone), formatCount(progress.days))}</Text>
          )}
        </>
      )}
      {failure !== null && (
        <Text size={200} className={styles.why}>
          {failure}
        </Text>
      )}
    </span>
  );
}

function ReportButtons({ report }: { report: Report }) {
  const styles = useStyles();
  const { id, type, status, fileName, firstDay, targetDate } = report;
  const days = `${formatDate(firstDay)} – ${formatDate(targetDate)}`;
  return (
    <div className={styles.buttons}>
      {status === 'Completed' && (
        <Button
          as="a"
          size="small"
          icon={<ArrowDownloadRegular />}
          href={apiUrl(`v1/reports/${encodeURIComponent(id)}/content`)}
          download={fileName}
          aria-label={t.downloadOf(t.types[type], days)}
        >
          {t.download}
        </Button>
      )}
      <ConfirmButton
        operation="deleteReport"
        appearance="subtle"
        size="small"
        icon={<DeleteRegular />}
        label={t.delete}
        name={t.deleteOf(t.types[type], days)}
        question={t.deleteQuestion(`${t.types[type]}, ${days}`)}
        consequence={t.deleteConsequence}
        act={() => ask('deleteReport', { params: { id } })}
        done={t.deleted}
      />
    </div>
  );
}
