// One event of the audit log in a panel: who, what, when, from where, and what was changed.

import { Button, MessageBar, MessageBarBody, MessageBarTitle, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useState } from 'react';
import { Facts, Part } from '../activity/facts.tsx';
import { formatCount, formatMoment } from '../figures.ts';
import { useChangePageState } from '../page-state.ts';
import { usePanel } from '../panel/panel-state.ts';
import { ViewPanel } from '../panel/view-panel.tsx';
import { auditText as t } from '../strings/audit.ts';
import { frameText } from '../strings/frame.ts';
import type { Column } from '../table/column.ts';
import { DataTable } from '../table/data-table.tsx';
import { EVENT_PARAMETERS } from './audit-columns.tsx';
import type { AuditEvent } from './audit-data.ts';
import { actorSaid, OutcomeBadge, operationSaid } from './audit-words.tsx';
import { type Change, changesOf } from './changes.ts';

const useStyles = makeStyles({
  text: { whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' },
  none: { color: tokens.colorNeutralForeground3 },
  hash: { fontFamily: tokens.fontFamilyMonospace, fontSize: tokens.fontSizeBase200 },
  buttons: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS },
});

/** `events`: those that are loaded; undefined: none yet. */
export function AuditPanel({ events }: { events: readonly AuditEvent[] | undefined }) {
  const panel = usePanel('event', EVENT_PARAMETERS);
  const wanted = panel.parameters.event;
  const found = events?.find(({ sequence }) => String(sequence) === wanted);
  // While the list is filtered behind it, it still shows what it showed.
  const [shown, setShown] = useState(found);
  if (found !== undefined && found !== shown) setShown(found);
  const event = String(shown?.sequence) === wanted ? shown : undefined;
  return (
    <ViewPanel panel={panel} title={event ? operationSaid(event.operation) : t.title} size="wide">
      {event ? <Event event={event} /> : events && <Text>{t.gone}</Text>}
    </ViewPanel>
  );
}

function Event({ event }: { event: AuditEvent }) {
  const styles = useStyles();
  const change = useChangePageState();
  const { actor, role, subject, subjects, outcome, code, detail, times } = event;
  const only = (filter: Record<string, string>) => change({ ...filter, panel: undefined, event: undefined, filters: 'more' });
  return (
    <>
      {outcome === 'refused' && (
        <MessageBar intent="error" layout="multiline">
          <MessageBarBody className={styles.text}>
            <MessageBarTitle>{code}</MessageBarTitle>
            {detail}
          </MessageBarBody>
        </MessageBar>
      )}
      <Part title={t.facts}>
        <Facts
          facts={[
            [t.at, formatMoment(event.at)],
            [t.actor, actorSaid(event)],
            [t.role, role && frameText.roles[role]],
            [t.actorId, actor],
            [t.subject, subject],
            [t.subjects, subjects.length > 0 ? subjects.join(', ') : null],
            [t.outcome, <OutcomeBadge key="outcome" outcome={outcome} />],
            [t.times, times > 1 ? t.timesSaid(formatCount(times)) : null],
            [t.address, event.address],
            [t.agent, event.agent],
            [t.called, event.operation],
            [t.requestId, event.requestId],
            [t.sequence, formatCount(event.sequence)],
            [
              t.hash,
              <span key="hash" className={styles.hash}>
                {event.hash}
              </span>,
            ],
          ]}
        />
        <div className={styles.buttons}>
          <Button size="small" onClick={() => only({ actor })}>
            {t.onlyActor}
          </Button>
          {subject !== null && (
            <Button size="small" onClick={() => only({ subject })}>
              {t.onlySubject}
            </Button>
          )}
        </div>
      </Part>
      <Changes of={event} />
    </>
  );
}

const FIELD: Column<Change> = {
  id: 'field',
  title: t.field,
  value: ({ field }) => field || t.whole,
  unsortable: true,
};

function valueColumn(id: 'before' | 'after', title: string): Column<Change> {
  return { id, title, value: (change) => change[id], cell: (change) => <Value value={change[id]} />, unsortable: true };
}

const CHANGED = [FIELD, valueColumn('before', t.before), valueColumn('after', t.after)];
const MADE = [FIELD, valueColumn('after', t.value)];
const REMOVED = [FIELD, valueColumn('before', t.value)];

function Changes({ of: { before, after, outcome } }: { of: AuditEvent }) {
  const styles = useStyles();
  const changes = changesOf(before, after);
  if (changes.length === 0)
    return <Text className={styles.none}>{outcome === 'refused' ? t.refusedUnchanged : t.unchanged}</Text>;
  const title = before === null ? t.made : after === null ? t.removed : t.changes;
  return (
    <Part title={title}>
      <DataTable
        label={title}
        of="figures"
        columns={before === null ? MADE : after === null ? REMOVED : CHANGED}
        rows={changes}
        rowId={({ field }) => field}
      />
    </Part>
  );
}

function Value({ value }: { value: string | undefined }) {
  const styles = useStyles();
  return <span className={styles.text}>{value ?? '–'}</span>;
}
