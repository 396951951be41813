// `bursar entitlement`: lists what is owned, and ends it before its day (E9). `bursar entitle` records what was bought.

import type { Command } from 'commander';
import { currencyName, grouped, printDone, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addEntitlement(program: Command): void {
  const entitlement = program.command('entitlement').description('list and end what was bought');

  addVerb(entitlement, 'list', 'list what was bought', 'bursar entitlement list').action((flags: ConnectionFlags) =>
    finish(async () => {
      const entitlements = await connected(flags).entitlements.list().all();
      if (flags.json) return printJson(entitlements);
      printTable(
        [
          { title: 'entitlement', of: (row) => row.id },
          { title: 'product', of: (row) => row.product },
          { title: 'quantity', of: (row) => grouped(row.quantity), align: 'right' },
          { title: 'currency', of: (row) => currencyName(row.currency) },
          { title: 'credits a month, alone', of: (row) => grouped(row.creditsPerMonth), align: 'right' },
          {
            title: 'left of the year',
            of: (row) => (row.prePurchase ? grouped(row.prePurchase.remaining) : '–'),
            align: 'right',
          },
          { title: 'starts on', of: (row) => row.startsOn },
          { title: 'ends on', of: (row) => (row.endedAt ? `ended at ${row.endedAt}` : (row.endsOn ?? '–')) },
        ],
        entitlements,
        'nothing is owned yet; record what was bought: bursar entitle copilot-credit-pack 1',
      );
    }),
  );

  addVerb(entitlement, 'end <id>', 'end it now', 'bursar entitlement end 01a1fc91-…').action(
    (id: string, flags: ConnectionFlags) =>
      finish(async () => {
        await connected(flags).entitlements.end(id);
        printDone(`entitlement ${id} has ended`, { id, ended: true }, flags);
      }),
  );
}
