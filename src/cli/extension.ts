// `bursar extension`: AI Builder credits for the current month (X3): history that sandboxes and old months need.

import type { Command } from 'commander';
import type { Extension } from '../../sdk/src/index.ts';
import { grouped, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addExtension(program: Command): void {
  const extension = program.command('extension').description('give and list extensions of a month (until 2025-10-31)');

  addVerb(
    extension,
    'give',
    'give the tenant 200,000 AI Builder credits for the current month, at most 3 times a month',
    'bursar extension give',
  ).action((flags: ConnectionFlags) =>
    finish(async () => {
      const given = await connected(flags).extensions.give();
      print([given], flags, given);
    }),
  );

  addVerb(extension, 'list', 'list the extensions', 'bursar extension list').action((flags: ConnectionFlags) =>
    finish(async () => print(await connected(flags).extensions.list().all(), flags)),
  );
}

function print(rows: Extension[], flags: ConnectionFlags, one?: Extension): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'extension', of: (row) => row.id },
      { title: 'month', of: (row) => row.month },
      { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
      { title: 'given at', of: (row) => row.createdAt },
    ],
    rows,
    'no extensions; they could be given until 2025-10-31: bursar extension give (on a sandbox with an earlier clock)',
  );
}
