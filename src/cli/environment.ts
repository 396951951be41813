// `bursar environment`: makes, lists, changes, links and deletes environments.

import { type Command, Option } from 'commander';
import type { Environment } from '../../sdk/src/index.ts';
import { readOnOff } from './options.ts';
import { printDone, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const TYPES = ['production', 'sandbox', 'trial', 'developer', 'default'] as const;

interface CreateFlags extends ConnectionFlags {
  name?: string;
  type?: (typeof TYPES)[number];
}

interface ChangeFlags extends ConnectionFlags {
  name?: string;
  pool?: boolean;
  deny?: boolean;
  preview?: boolean;
  plan?: string;
}

export function addEnvironment(program: Command): void {
  const environment = program.command('environment').description('make, list, change, link and delete environments');

  addVerb(environment, 'create <id>', 'make an environment', 'bursar environment create sales --name "Sales" --type production')
    .option('--name <name>', 'its name (default: its id)')
    .addOption(new Option('--type <type>', 'what it is for (default: production)').choices(TYPES))
    .action((id: string, flags: CreateFlags) =>
      finish(async () => {
        const made = await connected(flags).environments.create({ id, name: flags.name ?? id, type: flags.type });
        print([made], flags, made);
      }),
    );

  addVerb(environment, 'list', 'list the environments', 'bursar environment list').action((flags: ConnectionFlags) =>
    finish(async () => print(await connected(flags).environments.list().all(), flags)),
  );

  addVerb(
    environment,
    'change <id>',
    'change what an environment may draw from',
    'bursar environment change sales --pool off\nbursar environment change sales --plan none',
  )
    .option('--name <name>', 'its name')
    .option('--pool <on|off>', 'whether it draws Copilot Credits from the tenant pool', readOnOff)
    .option('--deny <on|off>', 'whether it stops at its allocation', readOnOff)
    .option('--preview <on|off>', 'whether prompts may run on preview models', readOnOff)
    .option('--plan <id|none>', 'the pay-as-you-go plan that it is linked to')
    .action((id: string, flags: ChangeFlags) =>
      finish(async () => {
        const changed = await connected(flags).environments.change(id, {
          name: flags.name,
          drawFromTenantPool: flags.pool,
          deny: flags.deny,
          previewModels: flags.preview,
          billingPlanId: flags.plan === 'none' ? null : flags.plan,
        });
        print([changed], flags, changed);
      }),
    );

  addVerb(
    environment,
    'link <id> <plan>',
    'link an environment to a pay-as-you-go plan; none as plan unlinks it',
    'bursar environment link sales azure-1\nbursar environment link sales none',
  ).action((id: string, plan: string, flags: ConnectionFlags) =>
    finish(async () => {
      const linked = await connected(flags).environments.change(id, { billingPlanId: plan === 'none' ? null : plan });
      print([linked], flags, linked);
    }),
  );

  addVerb(
    environment,
    'delete <id>',
    'delete an environment: its allocation returns to the pool, its history stays',
    'bursar environment delete sales',
  ).action((id: string, flags: ConnectionFlags) =>
    finish(async () => {
      await connected(flags).environments.delete(id);
      printDone(`environment ${id} is deleted; its allocation returned to the pool`, { id, deleted: true }, flags);
    }),
  );
}

function print(rows: Environment[], flags: ConnectionFlags, one?: Environment): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'environment', of: (row) => row.id },
      { title: 'name', of: (row) => row.name },
      { title: 'type', of: (row) => row.type },
      { title: 'draws from pool', of: (row) => (row.drawFromTenantPool ? 'yes' : 'no') },
      { title: 'deny', of: (row) => (row.deny ? 'yes' : 'no') },
      { title: 'preview models', of: (row) => (row.previewModels ? 'yes' : 'no') },
      { title: 'pay-as-you-go', of: (row) => row.billingPlanId ?? '–' },
    ],
    rows,
    'no environments yet; make one: bursar environment create sales',
  );
}
