// `bursar capability`: lists what can be used with its rates, and defines capabilities of the tenant's own (R1).

import { type Command, Option } from 'commander';
import type { Capability } from '../../sdk/src/index.ts';
import { readCredits } from './options.ts';
import { grouped, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const UNITS = ['page', 'image', '1000-characters', 'row', 'response', 'action', 'message', 'minute', 'session'] as const;

interface DefineFlags extends ConnectionFlags {
  name?: string;
  unit: (typeof UNITS)[number];
  from?: string;
  ai?: string;
  copilot?: string;
}

export function addCapability(program: Command): void {
  const capability = program.command('capability').description('list what can be used and its rates; define your own');

  addVerb(capability, 'list', 'list the capabilities with their rates of today', 'bursar capability list').action(
    (flags: ConnectionFlags) => finish(async () => print(await connected(flags).capabilities.list().all(), flags)),
  );

  addVerb(
    capability,
    'define <id>',
    'define a capability of your own, or its rates from a day on',
    'bursar capability define invoice-check --unit page --copilot 2.5\nbursar capability define invoice-check --unit page --copilot 3 --from 2026-12-01',
  )
    .addOption(new Option('--unit <unit>', 'what is counted').choices(UNITS).makeOptionMandatory())
    .option('--name <name>', 'its name')
    .option('--ai <credits>', 'AI Builder credits a unit', readCredits)
    .option('--copilot <credits>', 'Copilot Credits a unit', readCredits)
    .option('--from <day>', 'the day from which this holds (default: today)')
    .action((id: string, { name, unit, from, ai: aiBuilderCredits, copilot: copilotCredits, ...flags }: DefineFlags) =>
      finish(async () => {
        const defined = await connected(flags).capabilities.define(id, { name, unit, from, aiBuilderCredits, copilotCredits });
        print([defined], flags, defined);
      }),
    );
}

function print(rows: Capability[], flags: ConnectionFlags, one?: Capability): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'capability', of: (row) => row.id },
      { title: 'name', of: (row) => row.name },
      { title: 'unit', of: (row) => row.unit },
      { title: 'AI Builder credits', of: (row) => rateOf(row.aiBuilderCredits), align: 'right' },
      { title: 'Copilot Credits', of: (row) => rateOf(row.copilotCredits), align: 'right' },
      { title: 'own', of: (row) => (row.own ? 'yes' : '') },
    ],
    rows,
    'no capabilities',
  );
}

function rateOf(credits: string | null): string {
  return credits === null ? '–' : grouped(credits);
}
