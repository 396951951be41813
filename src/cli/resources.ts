// `bursar resources` and `declare`: the apps, flows and agents that were seen or declared, which of them are premium, and why (F7).

import { type Command, Option } from 'commander';
import type { KnownResource } from '../../sdk/src/index.ts';
import { readResource } from './action-flags.ts';
import { readIds } from './options.ts';
import { printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const TYPES = ['app', 'flow', 'agent'] as const;

interface ResourcesFlags extends ConnectionFlags {
  environment?: string;
  type?: (typeof TYPES)[number];
  premium?: boolean;
}

interface DeclareFlags extends ConnectionFlags {
  environment: string;
  name?: string;
  aiAction?: boolean;
  apps?: string[];
}

export function addResources(program: Command): void {
  addVerb(
    program,
    'resources',
    'list the apps, flows and agents that are known: premium or not, and why',
    'bursar resources --premium --environment sales',
  )
    .option('--environment <id>', 'only of this environment')
    .addOption(new Option('--type <type>', 'only of this type').choices(TYPES))
    .option('--premium', 'only what is premium')
    .action((flags: ResourcesFlags) =>
      finish(async () => {
        const { environment: environmentId, type, premium } = flags;
        const resources = await connected(flags).resources({ environmentId, type, premium }).all();
        if (flags.json) return printJson(resources);
        print(resources);
      }),
    );

  addVerb(
    program,
    'declare <type:id>',
    'declare an app, flow or agent before it was seen',
    'bursar declare flow:f-17 --environment sales --ai-action --apps a-3,a-4',
  )
    .requiredOption('--environment <id>', 'where it is')
    .option('--name <name>', 'its name')
    .option('--ai-action', 'it has an AI action')
    .option('--apps <ids>', 'of a flow: the apps that have it', readIds)
    .action((resource: string, flags: DeclareFlags) =>
      finish(async () => {
        const { environment: environmentId, name, aiAction, apps } = flags;
        const { type, id } = readResource('the resource', resource);
        const declared = await connected(flags).declareResource(type, id, { environmentId, name, aiAction, apps });
        if (flags.json) return printJson(declared);
        print([declared]);
      }),
    );
}

function print(resources: readonly KnownResource[]): undefined {
  printTable(
    [
      { title: 'type', of: (row) => row.type },
      { title: 'resource', of: (row) => row.id },
      { title: 'name', of: (row) => row.name ?? '–' },
      { title: 'environment', of: (row) => row.environmentId },
      { title: 'premium', of: (row) => (row.premium ? 'yes' : 'no') },
      { title: 'why', of: (row) => row.why },
      { title: 'last seen', of: (row) => row.lastSeenAt ?? 'not yet' },
    ],
    resources,
    'none; actions name them (bursar consume --resource flow:f-17 …), or declare one: bursar declare flow:f-17 --environment sales',
  );
}
