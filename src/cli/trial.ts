// `bursar trial`: AI Builder credits for one user (X1): history that sandboxes and old months need.

import type { Command } from 'commander';
import type { Trial } from '../../sdk/src/index.ts';
import { grouped, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addTrial(program: Command): void {
  const trial = program.command('trial').description('start, extend and list trials of users (until 2025-10-31)');

  addVerb(
    trial,
    'start <user>',
    'give a user 200,000 AI Builder credits for 30 days',
    'bursar trial start ada@contoso.com',
  ).action((user: string, flags: ConnectionFlags) =>
    finish(async () => {
      const started = await connected(flags).trials.start(user);
      print([started], flags, started);
    }),
  );

  addVerb(trial, 'extend <user>', 'extend a trial that has ended, one time', 'bursar trial extend ada@contoso.com').action(
    (user: string, flags: ConnectionFlags) =>
      finish(async () => {
        const extended = await connected(flags).trials.extend(user);
        print([extended], flags, extended);
      }),
  );

  addVerb(trial, 'list', 'list the trials', 'bursar trial list').action((flags: ConnectionFlags) =>
    finish(async () => print(await connected(flags).trials.list().all(), flags)),
  );
}

function print(rows: Trial[], flags: ConnectionFlags, one?: Trial): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'user', of: (row) => row.userId },
      { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
      { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
      { title: 'starts', of: (row) => row.startsAt },
      { title: 'ends', of: (row) => row.endsAt },
      { title: 'extended', of: (row) => (row.extended ? 'yes' : 'no') },
    ],
    rows,
    'no trials; they could be started until 2025-10-31: bursar trial start ada@contoso.com (on a sandbox with an earlier clock)',
  );
}
