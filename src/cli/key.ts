// `bursar key`: makes, lists, rotates and revokes the keys of the tenant.

import { type Command, Option } from 'commander';
import type { Key } from '../../sdk/src/index.ts';
import { ROLES_OF_PEOPLE, readCount, readIds, readSome } from './options.ts';
import { printDone, printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const ROLES = [...ROLES_OF_PEOPLE, 'service'] as const;
const SCOPES = ['consume', 'check', 'read', 'administer'] as const;
type Scope = (typeof SCOPES)[number];

interface CreateFlags extends ConnectionFlags {
  name?: string;
  environments?: string[];
  user?: string;
  scopes?: Scope[];
  expires?: string;
}

function endOf({ revokedAt, expiresAt }: Key): string {
  return revokedAt !== null ? `revoked ${revokedAt}` : (expiresAt ?? 'never');
}

export function addKey(program: Command): void {
  const keyVerb = program.command('key').description('make, list, rotate and revoke keys');

  const create = addVerb(
    keyVerb,
    'create <role>',
    `make a key: ${ROLES.join(', ')}`,
    'bursar key create service --name "Flow runner"\nbursar key create environment-admin --environments sales,support\nbursar key create maker --user ada@contoso.com\nbursar key create service --scopes check --expires 2027-01-31T00:00:00Z',
  );
  create.registeredArguments[0]?.choices(ROLES);
  create
    .addOption(new Option('--name <name>', 'what it is for'))
    .option('--environments <ids>', "an environment administrator's own, or where a service meters", readIds)
    .option('--user <id>', 'the user that a maker is')
    .option('--scopes <scopes>', `what of its role it may, of ${SCOPES.join(',')} (default: all)`, readSome(SCOPES))
    .option('--expires <instant>', 'when it ends, such as 2027-01-31T00:00:00Z (default: never)')
    .action((role: (typeof ROLES)[number], created: CreateFlags) =>
      finish(async () => {
        const { name, environments: environmentIds, user: userId, scopes, expires: expiresAt, ...flags } = created;
        const made = await connected(flags).keys.create({ role, name, environmentIds, userId, scopes, expiresAt });
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
          { title: 'may', of: (row) => row.scopes?.join(', ') ?? 'all of its role' },
          { title: 'made at', of: (row) => row.createdAt },
          { title: 'last used', of: (row) => row.lastUsedAt ?? 'never' },
          { title: 'expires', of: endOf },
        ],
        keys,
        'no keys; make one: bursar key create service',
      );
    }),
  );

  addVerb(
    keyVerb,
    'rotate <id>',
    'give a key another secret; the one it has works on for a day, or as long as --grace says',
    'bursar key rotate 01a1fc91-…\nbursar key rotate 01a1fc91-… --grace 0',
  )
    .option('--grace <seconds>', 'how long the old secret works on, at most 2592000 (30 days)', readCount)
    .action((id: string, { grace: graceSeconds, ...flags }: ConnectionFlags & { grace?: number }) =>
      finish(async () => {
        const rotated = await connected(flags).keys.rotate(id, { graceSeconds });
        if (flags.json) return printJson(rotated);
        printPairs([
          ['id', rotated.id],
          ['key', rotated.key],
          ['the old one works until', rotated.rotatedUntil ?? 'now'],
        ]);
        printLine('The key is shown this once.');
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
