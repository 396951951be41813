// `bursar limit`: monthly limits (D13) on an environment, a user, a resource or a capability, as alert or as stop.

import type { Command } from 'commander';
import type { Limit } from '../../sdk/src/index.ts';
import { type Currency, readAs, readCredits, readCurrency, readPositive } from './options.ts';
import { currencyName, grouped, printDone, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

interface SetFlags extends ConnectionFlags {
  currency: Currency;
  environment?: string;
  user?: string;
  resource?: string;
  capability?: string;
  notifyAt?: number;
  stop?: boolean;
}

export function addLimit(program: Command): void {
  const limit = program.command('limit').description('set, list and delete monthly limits: alerts or stops');

  addVerb(
    limit,
    'set <id> <credits>',
    'set a monthly limit, or replace it; 0 with --stop stops at once',
    'bursar limit set ada 5,000 --currency copilot --user ada@contoso.com --stop\nbursar limit set sales-prompts 20000 --currency ai --environment sales --capability prompt',
  )
    .requiredOption('--currency <currency>', 'ai-builder-credits (ai), copilot-credits (copilot)', readCurrency)
    .option('--environment <id>', 'on what runs in this environment')
    .option('--user <id>', 'on what this user runs')
    .option('--resource <id>', 'on this app, flow or agent')
    .option('--capability <id>', 'on this capability; several of these together mean all of them')
    .option('--notify-at <percent>', 'from where on it is nearing (default: 80)', readPositive)
    .option('--stop', 'refuse what finds no room (default: only alert)')
    .action((id: string, monthly: string, flags: SetFlags) =>
      finish(async () => {
        const set = await connected(flags).limits.set(id, {
          scope: {
            environmentId: flags.environment,
            userId: flags.user,
            resourceId: flags.resource,
            capability: flags.capability,
          },
          currency: flags.currency,
          monthly: readAs('credits', monthly, readCredits),
          notifyAtPercent: flags.notifyAt,
          stop: flags.stop,
        });
        print([set], flags, set);
      }),
    );

  addVerb(limit, 'list', 'list the limits and what counts against them this month', 'bursar limit list').action(
    (flags: ConnectionFlags) => finish(async () => print(await connected(flags).limits.list().all(), flags)),
  );

  addVerb(limit, 'delete <id>', 'delete a limit', 'bursar limit delete ada').action((id: string, flags: ConnectionFlags) =>
    finish(async () => {
      await connected(flags).limits.delete(id);
      printDone(`limit ${id} is deleted`, { id, deleted: true }, flags);
    }),
  );
}

function print(rows: Limit[], flags: ConnectionFlags, one?: Limit): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'limit', of: (row) => row.id },
      { title: 'on', of: scopeOf },
      { title: 'currency', of: (row) => currencyName(row.currency) },
      { title: 'a month', of: (row) => grouped(row.monthly), align: 'right' },
      { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
      { title: 'held', of: (row) => grouped(row.held), align: 'right' },
      { title: 'then', of: (row) => (row.stop ? 'stops' : 'alerts') },
      { title: 'status', of: (row) => row.status },
    ],
    rows,
    'no limits yet; set one: bursar limit set ada 5000 --currency copilot --user ada@contoso.com --stop',
  );
}

function scopeOf({ scope }: Limit): string {
  const parts = [
    scope.environmentId && `environment ${scope.environmentId}`,
    scope.userId && `user ${scope.userId}`,
    scope.resourceId && `resource ${scope.resourceId}`,
    scope.capability && `capability ${scope.capability}`,
  ].filter((part) => part !== undefined);
  return parts.join(', ') || 'the whole tenant';
}
