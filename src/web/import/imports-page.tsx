// Imports (M4, M5): files are dropped or chosen, checked, shown, and recorded when somebody says so; and the list of those that were.

import { Badge, makeStyles, Text, tokens } from '@fluentui/react-components';
import { useMemo, useState } from 'react';
import type { Import } from '../../../sdk/src/index.ts';
import { formatCount, formatDate, formatMoment } from '../figures.ts';
import { MayNotSee } from '../frame/may-not-see.tsx';
import { PageHeading, Section } from '../frame/section.tsx';
import { useWhyNot } from '../may.ts';
import { usePagedRows } from '../paged-rows.ts';
import { usePanel } from '../panel/panel-state.ts';
import { RowLink } from '../row-link.tsx';
import { importText as t } from '../strings/import.ts';
import type { Column } from '../table/column.ts';
import { List } from '../table/list.tsx';
import { DifferencesPanel, IMPORT_PARAMETERS } from './differences-panel.tsx';
import { DropZone } from './drop-zone.tsx';
import { FileImport } from './file-import.tsx';
import { importsQuery } from './import-data.ts';
import { ImportOptions } from './import-options.tsx';
import type { ImportTerms } from './run-import.ts';

const useStyles = makeStyles({
  add: { display: 'flex', flexDirection: 'column', gap: tokens.spacingVerticalM, minWidth: 0 },
});

export function ImportsPage() {
  const whyNot = useWhyNot('importFile');
  return (
    <>
      <PageHeading title={t.title} lead={t.lead} />
      {whyNot === null ? (
        <>
          <NewImports />
          <ImportList />
        </>
      ) : (
        <MayNotSee why={whyNot} />
      )}
    </>
  );
}

interface ChosenFile {
  number: number;
  file: File;
}

let chosenSoFar = 0;

function NewImports() {
  const styles = useStyles();
  const [files, setFiles] = useState<readonly ChosenFile[]>([]);
  const [terms, setTerms] = useState<ImportTerms>({});
  const add = (added: readonly File[]) =>
    setFiles((before) => [
      ...before,
      ...added.map((file) => {
        chosenSoFar += 1;
        return { number: chosenSoFar, file };
      }),
    ]);
  return (
    <>
      <Section title={t.add}>
        <div className={styles.add}>
          <DropZone choose={add} />
          <ImportOptions apply={setTerms} />
        </div>
      </Section>
      {files.map(({ number, file }) => (
        <FileImport
          key={number}
          file={file}
          terms={terms}
          remove={() => setFiles((before) => before.filter((each) => each.number !== number))}
        />
      ))}
    </>
  );
}

function columnsFor(open: (of: Import) => void): readonly Column<Import>[] {
  const count = (id: 'rows' | 'recorded' | 'unchanged' | 'problemCount', title: string): Column<Import> => ({
    id,
    title,
    value: (of) => of[id],
    cell: (of) => formatCount(of[id]),
    align: 'end',
  });
  return [
    {
      id: 'file',
      title: t.file,
      value: ({ fileName }) => fileName ?? t.noName,
      cell: (of) => <RowLink open={() => open(of)}>{of.fileName ?? t.noName}</RowLink>,
    },
    { id: 'view', title: t.kind, value: ({ view }) => t.views[view] },
    {
      id: 'from',
      title: t.days,
      value: ({ from, to }) => `${from} ${to}`,
      cell: ({ from, to }) => t.of(formatDate(from), formatDate(to)),
      minor: true,
    },
    { ...count('rows', t.rows), minor: true },
    count('recorded', t.recorded),
    { ...count('unchanged', t.unchanged), minor: true },
    count('problemCount', t.problems),
    {
      id: 'createdAt',
      title: t.createdAt,
      value: ({ createdAt }) => createdAt,
      cell: ({ createdAt }) => formatMoment(createdAt),
      nowrap: true,
    },
    {
      id: 'status',
      title: t.status,
      value: ({ completed }) => (completed ? t.completed : t.cutOff),
      cell: ({ completed }) =>
        completed ? (
          <Badge appearance="tint" color="success">
            {t.completed}
          </Badge>
        ) : (
          t.cutOff
        ),
    },
    { id: 'parts', title: t.parts, value: ({ parts }) => parts, align: 'end', extra: true },
    { id: 'id', title: t.id, value: ({ id }) => id, extra: true },
  ];
}

function ImportList() {
  const panel = usePanel('differences', IMPORT_PARAMETERS);
  const paged = usePagedRows(importsQuery);
  const { open: openPanel } = panel;
  const open = useMemo(
    () =>
      ({ id }: Import) =>
        openPanel({ import: id }),
    [openPanel],
  );
  const columns = useMemo(() => columnsFor(open), [open]);
  return (
    <>
      <List
        title={t.list}
        columns={columns}
        {...paged}
        rowId={({ id }) => id}
        csvName="imports"
        onOpen={open}
        empty={
          <Section title={t.empty}>
            <Text>{t.emptyText}</Text>
          </Section>
        }
      />
      <DifferencesPanel panel={panel} fileName={paged.rows?.find(({ id }) => id === panel.parameters.import)?.fileName ?? null} />
    </>
  );
}
