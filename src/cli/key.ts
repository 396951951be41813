// `bursar key`: makes, lists and revokes the keys of the tenant.

import { type Command, Option } from 'commander';
import { printDone, printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const ROLES = ['tenant-admin', 'billing-admin', 'environment-admin', 'maker', 'reader', 'service'] as const;

interface CreateFlags extends ConnectionFlags {
  name?: string;
  environments?: string[];
  user?: string;
}

export function addKey(program: Command): void {
  const keyVerb = program.command('key').description('make, list and revoke keys');

  const create = addVerb(
    keyVerb,
    'create <role>',
    `make a key: ${ROLES.join(', ')}`,
    'bursar key create service --name "Flow runner"\nbursar key create environment-admin --environments sales,support\nbursar key create maker --user ada@contoso.com',
  );
  create.registeredArguments[0]?.choices(ROLES);
  create
    .addOption(new Option('--name <name>', 'what it is for'))
    .option('--environments <ids>', "an environment administrator's own", (text) => text.split(',').map((id) => id.trim()))
    .option('--user <id>', 'the user that a maker is')
    .action((role: (typeof ROLES)[number], { name, environments: environmentIds, user: userId, ...flags }: CreateFlags) =>
      finish(async () => {
        const made = await connected(flags).keys.create({ role, name, environmentIds, userId });
        if (flags.json) return printJson(made);
        printPairs([
          ['id', made.id],
          ['role', made.role],
          ['key', made.key],
        ]);
        printLine('The key is shown this once.');
      }),
    );

  addVerb(keyVerb, 'list', 'list the keys, without their secrets', 'bursar key list').action((flags: ConnectionFlags) =>
    finish(async () => {
      const keys = await connected(flags).keys.list().all();
      if (flags.json) return printJson(keys);
      printTable(
        [
          { title: 'key', of: (row) => row.id },
          { title: 'role', of: (row) => row.role },
          { title: 'name', of: (row) => row.name ?? '–' },
          { title: 'of', of: (row) => row.userId ?? (row.environmentIds?.join(', ') || '–') },
          { title: 'made at', of: (row) => row.createdAt },
        ],
        keys,
        'no keys; make one: bursar key create service',
      );
    }),
  );

  addVerb(keyVerb, 'revoke <id>', 'revoke a key; felt within a second', 'bursar key revoke 01a1fc91-…').action(
    (id: string, flags: ConnectionFlags) =>
      finish(async () => {
        await connected(flags).keys.revoke(id);
        printDone(`key ${id} is revoked`, { id, revoked: true }, flags);
      }),
  );
}
