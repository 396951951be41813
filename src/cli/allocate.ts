// `bursar allocate`: sets allocations, several as one.

import type { Command } from 'commander';
import { type Currency, readAs, readCredits, readCurrency } from './options.ts';
import { currencyName, grouped, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

interface AllocateFlags extends ConnectionFlags {
  currency?: Currency;
}

export function addAllocate(program: Command): void {
  addVerb(
    program,
    'allocate [environment=credits...]',
    'set allocations, all or none; 0 releases to the pool; without arguments lists them',
    'bursar allocate sales=200000 support=50000 --currency ai\nbursar allocate sales=0 --currency copilot',
  )
    .option(
      '--currency <currency>',
      'ai-builder-credits (ai), copilot-credits (copilot) or copilot-sessions (sessions)',
      readCurrency,
    )
    .action((pairs: string[], flags: AllocateFlags) =>
      finish(async () => {
        const bursar = connected(flags);
        const allocations =
          pairs.length === 0
            ? await bursar.allocations.list().all()
            : await bursar.allocations.change(readPairs(pairs, flags.currency));
        if (flags.json) return printJson(allocations);
        printTable(
          [
            { title: 'environment', of: (row) => row.environmentId },
            { title: 'currency', of: (row) => currencyName(row.currency) },
            { title: 'allocated', of: (row) => grouped(row.credits), align: 'right' },
          ],
          allocations,
          'nothing is allocated: every environment draws from the pool. Allocate: bursar allocate sales=1000 --currency ai',
        );
      }),
    );
}

function readPairs(pairs: readonly string[], currency: Currency | undefined) {
  if (!currency) throw new UsageError('say which currency: --currency ai-builder-credits (ai) or copilot-credits (copilot)');
  return pairs.map((pair) => {
    const [, environmentId, credits] = /^([^=]+)=(.+)$/.exec(pair) ?? [];
    if (!environmentId || !credits)
      throw new UsageError(`${JSON.stringify(pair)}: wanted ENVIRONMENT=CREDITS such as sales=1000`);
    return { environmentId, currency, credits: readAs(environmentId, credits, readCredits) };
  });
}
