// `bursar person`: invites, lists and changes who may sign in to the admin centre, and signs them out.

import { type Command, Option } from 'commander';
import type { InvitedPerson, Person } from '../../sdk/src/index.ts';
import { ROLES_OF_PEOPLE, readIds, readOnOff } from './options.ts';
import { printDone, printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, urlOf } from './verb.ts';

interface PersonFlags extends ConnectionFlags {
  name?: string;
  role?: (typeof ROLES_OF_PEOPLE)[number];
  environments?: string[];
  user?: string;
}

function withPersonOptions(verb: Command): Command {
  return verb
    .option('--name <name>', 'what they are called')
    .option('--environments <ids>', "an environment administrator's own", readIds)
    .option('--user <id>', 'the user that a maker is');
}

function printInvitation({ person, invitation }: InvitedPerson, flags: ConnectionFlags): undefined {
  // Where the server does not know how people reach it, they reach it as this program did.
  const base = urlOf(flags).replace(/\/+$/, '');
  const link = invitation.link ?? `${base}/invitation#${invitation.secret}`;
  if (flags.json) return printJson({ person, invitation: { ...invitation, link } });
  printPairs([
    ['id', person.id],
    ['person', `${person.name} ${person.email ?? ''}`.trim()],
    ['role', person.role],
    ['link', link],
    ['until', invitation.expiresAt],
  ]);
  printLine(`The link is shown this once and works once.${invitation.mailed ? ' It is mailed as well.' : ''}`);
}

function printPeople(people: readonly Person[], empty: string): undefined {
  return printTable(
    [
      { title: 'person', of: (row) => row.id },
      { title: 'e-mail', of: (row) => row.email ?? '–' },
      { title: 'name', of: (row) => row.name },
      { title: 'role', of: (row) => row.role },
      { title: 'of', of: (row) => row.userId ?? (row.environmentIds.join(', ') || '–') },
      { title: 'signs in', of: (row) => row.provider ?? 'here' },
      { title: 'status', of: (row) => row.status },
      { title: 'last signed in', of: (row) => row.signedInAt ?? 'never' },
    ],
    people,
    empty,
  );
}

export function addPerson(program: Command): void {
  const personVerb = program.command('person').description('invite, list, change and disable who may sign in');

  withPersonOptions(
    addVerb(
      personVerb,
      'invite <email>',
      'invite somebody by a link, with which they choose a password',
      'bursar person invite ada@contoso.com --role tenant-admin --name "Ada Lovelace"\nbursar person invite bob@contoso.com --role maker --user bob',
    ),
  )
    .addOption(new Option('--role <role>', 'what they may').choices(ROLES_OF_PEOPLE).makeOptionMandatory())
    .action((email: string, { name, role, environments: environmentIds, user: userId, ...flags }: PersonFlags) =>
      finish(async () => {
        const person = { email, name: name ?? email, role: role!, environmentIds, userId };
        return printInvitation(await connected(flags).people.invite(person), flags);
      }),
    );

  addVerb(
    personVerb,
    'link <id>',
    'another link, for who was invited or has lost the password',
    'bursar person link 01a1fc91-…',
  ).action((id: string, flags: ConnectionFlags) =>
    finish(async () => printInvitation(await connected(flags).people.inviteAgain(id), flags)),
  );

  addVerb(personVerb, 'list', 'list who may sign in', 'bursar person list').action((flags: ConnectionFlags) =>
    finish(async () => {
      const people = await connected(flags).people.list().all();
      if (flags.json) return printJson(people);
      return printPeople(
        people,
        'nobody has an account; invite somebody: bursar person invite ada@contoso.com --role tenant-admin',
      );
    }),
  );

  withPersonOptions(
    addVerb(
      personVerb,
      'change <id>',
      'change what somebody may, or disable the account; felt within a second',
      'bursar person change 01a1fc91-… --role reader\nbursar person change 01a1fc91-… --disabled on',
    ),
  )
    .addOption(new Option('--role <role>', 'what they may').choices(ROLES_OF_PEOPLE))
    .option('--disabled <on|off>', 'whether nobody can sign in with it', readOnOff)
    .action(
      (
        id: string,
        { name, role, environments: environmentIds, user: userId, disabled, ...flags }: PersonFlags & { disabled?: boolean },
      ) =>
        finish(async () => {
          const changed = await connected(flags).people.change(id, { name, role, environmentIds, userId, disabled });
          if (flags.json) return printJson(changed);
          return printPeople([changed], '');
        }),
    );

  addVerb(personVerb, 'sign-out <id>', 'end every session of somebody', 'bursar person sign-out 01a1fc91-…').action(
    (id: string, flags: ConnectionFlags) =>
      finish(async () => {
        await connected(flags).people.signOut(id);
        printDone(`every session of ${id} is over`, { id, signedOut: true }, flags);
      }),
  );
}
