// Where what is exported now differs from a file that was imported.

import { makeStyles, Spinner, Text, tokens } from '@fluentui/react-components';
import { useQuery } from '@tanstack/react-query';
import type { ImportDifference } from '../../../sdk/src/index.ts';
import { formatCount } from '../figures.ts';
import { PageFailed } from '../frame/page-notice.tsx';
import type { PanelState } from '../panel/panel-state.ts';
import { ViewPanel } from '../panel/view-panel.tsx';
import { importText as t } from '../strings/import.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { differencesQuery } from './import-data.ts';

export const IMPORT_PARAMETERS = ['import'] as const;

const useStyles = makeStyles({ muted: { color: tokens.colorNeutralForeground3 } });

function NotThere() {
  const styles = useStyles();
  return <Text className={styles.muted}>{t.notThere}</Text>;
}

const COLUMNS: readonly Column<ImportDifference & { id: string }>[] = [
  { id: 'line', title: t.line, value: ({ line }) => line, align: 'end' },
  { id: 'row', title: t.row, value: ({ row }) => row.map(({ text }) => text).join(' · ') },
  { id: 'column', title: t.column, value: ({ column }) => column },
  {
    id: 'imported',
    title: t.imported,
    value: ({ imported }) => imported,
    cell: ({ imported }) => imported ?? <NotThere />,
    align: 'end',
  },
  { id: 'now', title: t.now, value: ({ now }) => now, cell: ({ now }) => now ?? <NotThere />, align: 'end' },
];

export interface DifferencesPanelProps {
  panel: PanelState<'import'>;
  fileName: string | null;
}

export function DifferencesPanel({ panel, fileName }: DifferencesPanelProps) {
  return (
    <ViewPanel panel={panel} title={t.differencesOf(fileName ?? panel.parameters.import ?? '')} size="wide">
      <Text>{t.differencesText}</Text>
      {panel.parameters.import !== undefined && <Differences importId={panel.parameters.import} />}
    </ViewPanel>
  );
}

function Differences({ importId }: { importId: string }) {
  const { data, error, refetch } = useQuery(differencesQuery(importId));
  if (!data) {
    return error ? <PageFailed error={error} retry={() => void refetch()} /> : <Spinner label={t.comparing} />;
  }
  const { rows, unreadable, differences, value } = data;
  return (
    <>
      <Text weight="semibold">
        {differences === 0 ? t.same(formatCount(rows)) : t.found(formatCount(differences), formatCount(rows))}
      </Text>
      {unreadable > 0 && <Text>{t.unreadable(formatCount(unreadable))}</Text>}
      {value.length > 0 && (
        <List
          title={t.differences}
          prefix="difference"
          columns={COLUMNS}
          rows={value.map((each, place) => ({ ...each, id: String(place) }))}
          rowId={({ id }) => id}
          csvName="differences"
          empty={null}
        />
      )}
    </>
  );
}
