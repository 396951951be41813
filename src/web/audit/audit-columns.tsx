// The columns of the audit log. A row opens all of its event.

import { makeStyles, Text, tokens } from '@fluentui/react-components';
import { formatCount, formatMoment } from '../figures.ts';
import { usePanel } from '../panel/panel-state.ts';
import { RowLink } from '../row-link.tsx';
import { auditText as t } from '../strings/audit.ts';
import { frameText } from '../strings/frame.ts';
import type { Column } from '../table/column.ts';
import type { AuditEvent } from './audit-data.ts';
import { actorSaid, OutcomeBadge, operationSaid, subjectSaid } from './audit-words.tsx';

/** Of the panel that shows an event, in the address. */
export const EVENT_PARAMETERS = ['event'] as const;

const useStyles = makeStyles({
  // Readable on a row that is pointed at as well.
  time: { fontVariantNumeric: 'tabular-nums', whiteSpace: 'nowrap', color: tokens.colorBrandForeground2 },
  outcome: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalS },
  muted: { color: tokens.colorNeutralForeground3 },
});

function Time({ event: { sequence, at, operation } }: { event: AuditEvent }) {
  const styles = useStyles();
  const { open } = usePanel('event', EVENT_PARAMETERS);
  const time = formatMoment(at);
  return (
    <RowLink
      className={styles.time}
      aria-label={t.open(operationSaid(operation), time)}
      open={() => open({ event: String(sequence) })}
    >
      {time}
    </RowLink>
  );
}

function Outcome({ event: { outcome, times } }: { event: AuditEvent }) {
  const styles = useStyles();
  return (
    <span className={styles.outcome}>
      <OutcomeBadge outcome={outcome} />
      {times > 1 && (
        <Text size={200} className={styles.muted}>
          {t.timesShort(formatCount(times))}
        </Text>
      )}
    </span>
  );
}

export const AUDIT_COLUMNS: readonly Column<AuditEvent>[] = [
  { id: 'at', title: t.at, value: ({ at }) => at, cell: (event) => <Time event={event} />, width: '190px', nowrap: true },
  { id: 'actor', title: t.actor, value: actorSaid, width: '16%' },
  { id: 'operation', title: t.operation, value: ({ operation }) => operationSaid(operation), width: '18%' },
  { id: 'subject', title: t.subject, value: subjectSaid },
  {
    id: 'outcome',
    title: t.outcome,
    value: ({ outcome }) => t.outcomes[outcome],
    cell: (event) => <Outcome event={event} />,
    width: '130px',
  },
  { id: 'address', title: t.address, value: ({ address }) => address, width: '130px', minor: true },
  { id: 'subjects', title: t.subjects, value: ({ subjects }) => subjects.join(', '), extra: true },
  { id: 'role', title: t.role, value: ({ role }) => role && frameText.roles[role], extra: true },
  { id: 'code', title: t.code, value: ({ code }) => code, extra: true },
  { id: 'detail', title: t.detail, value: ({ detail }) => detail, extra: true },
  { id: 'times', title: t.times, value: ({ times }) => times, align: 'end', extra: true },
  { id: 'called', title: t.called, value: ({ operation }) => operation, extra: true },
  { id: 'actorId', title: t.actorId, value: ({ actor }) => actor, extra: true },
  { id: 'subjectId', title: t.subjectId, value: ({ subject }) => subject, extra: true },
  { id: 'agent', title: t.agent, value: ({ agent }) => agent, extra: true },
  { id: 'requestId', title: t.requestId, value: ({ requestId }) => requestId, extra: true },
  { id: 'sequence', title: t.sequence, value: ({ sequence }) => sequence, align: 'end', extra: true },
  { id: 'hash', title: t.hash, value: ({ hash }) => hash, extra: true },
];
