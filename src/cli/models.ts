// `bursar models`: the models that prompts can run on, with their tiers and dates (R4).

import type { Command } from 'commander';
import { printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addModels(program: Command): void {
  addVerb(program, 'models', 'list the models that prompts can run on, with their tiers and dates', 'bursar models').action(
    (flags: ConnectionFlags) =>
      finish(async () => {
        const models = await connected(flags).models();
        if (flags.json) return printJson(models);
        printTable(
          [
            { title: 'model', of: (row) => row.id },
            { title: 'tier', of: (row) => row.tier },
            { title: 'from', of: (row) => row.from },
            { title: 'until', of: (row) => row.until ?? '–' },
            { title: 'then', of: (row) => row.replacedBy ?? '–' },
            { title: 'preview', of: (row) => (row.preview ? 'yes' : '') },
          ],
          models,
          'no models',
        );
      }),
  );
}
