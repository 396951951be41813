// `bursar compute` and `bursar computations`: consumption as it was added up (C2), now and before.

import type { Command } from 'commander';
import { readPositive } from './options.ts';
import { printJson, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addCompute(program: Command): void {
  addVerb(program, 'compute', 'add up consumption now (it is done daily by itself)', 'bursar compute && bursar capacity').action(
    (flags: ConnectionFlags) =>
      finish(async () => {
        const computed = await connected(flags).computations.compute();
        if (flags.json) return printJson(computed);
        printLine(`computed at ${computed.computedAt}`);
      }),
  );

  addVerb(program, 'computations', 'list when consumption was added up, newest first', 'bursar computations --limit 5')
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((flags: ConnectionFlags & { limit: number }) =>
      finish(async () => {
        const computations = await connected(flags).computations.list().all(flags.limit);
        if (flags.json) return printJson(computations);
        printTable(
          [
            { title: 'computed at', of: (row) => row.computedAt },
            { title: 'by', of: (row) => (row.onDemand ? 'on demand' : 'the daily run') },
          ],
          computations,
          'nothing was computed yet; it is done daily at 00:00 UTC, or now: bursar compute',
        );
      }),
    );
}
