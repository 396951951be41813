// `bursar imports`: what was imported, and whether an export says the same now.

import type { Command } from 'commander';
import type { ImportDifference } from '../../sdk/src/index.ts';
import { readPositive } from './options.ts';
import { grouped, note, printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addImports(program: Command): void {
  const imports = program.command('imports').description('list imports; hold one against what is exported now');

  addVerb(imports, 'list', 'list the imports, newest first', 'bursar imports list', { isDefault: true })
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((flags: ConnectionFlags & { limit: number }) =>
      finish(async () => {
        const all = await connected(flags).imports.list().all(flags.limit);
        if (flags.json) return printJson(all);
        printTable(
          [
            { title: 'import', of: (row) => row.id },
            { title: 'file', of: (row) => row.fileName ?? '–' },
            { title: 'view', of: (row) => row.view },
            { title: 'from', of: (row) => row.from },
            { title: 'to', of: (row) => row.to },
            { title: 'rows', of: (row) => grouped(row.rows), align: 'right' },
            { title: 'recorded', of: (row) => grouped(row.recorded), align: 'right' },
            { title: 'not recorded', of: (row) => grouped(row.problemCount), align: 'right' },
            { title: 'complete', of: (row) => (row.completed ? 'yes' : 'no: import the file again') },
          ],
          all,
          'no imports yet; begin with: bursar import FILE --dry-run',
        );
      }),
    );

  addVerb(
    imports,
    'differences <id>',
    'export the days of an import again and say where that differs from its file; ends with 1 where it does',
    'bursar imports differences 01a1fc91-…',
  )
    .option('--limit <count>', 'how many are shown', readPositive, 100)
    .action((id: string, flags: ConnectionFlags & { limit: number }) =>
      finish(async () => {
        const found = await connected(flags).imports.differences(id, flags.limit);
        if (flags.json) printJson(found);
        else {
          printTable(
            [
              { title: 'line', of: (row) => (row.line === null ? '–' : grouped(row.line)), align: 'right' },
              { title: 'row', of: rowText },
              { title: 'column', of: (row) => row.column },
              { title: 'in the file', of: (row) => row.imported ?? 'no such row', align: 'right' },
              { title: 'now', of: (row) => row.now ?? 'no such row', align: 'right' },
            ],
            found.value,
            'no differences',
          );
          printLine(
            `${grouped(found.rows)} rows of the file, ${grouped(found.exported)} of the export, ${grouped(found.differences)} differences`,
          );
          if (found.unreadable > 0) note(`${grouped(found.unreadable)} rows of the file cannot be read and were never recorded`);
        }
        return found.differences > 0 ? 1 : 0;
      }),
    );
}

function rowText({ row }: ImportDifference): string {
  return row.flatMap(({ text }) => (text === '' ? [] : [text])).join(' · ');
}
