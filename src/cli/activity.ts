// `bursar activity`: what was decided, newest first; with --follow as it happens.

import { type Command, Option } from 'commander';
import type { ActivityItem, Bursar } from '../../sdk/src/index.ts';
import { type Currency, readCurrency, readPositive } from './options.ts';
import { type Column, currencyName, grouped, printLine, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const STATUSES = ['charged', 'in-overage', 'free', 'refused'] as const;
const FOLLOW_EVERY_MS = 1000;
const MOST_AT_ONCE = 1000;

interface ActivityFlags extends ConnectionFlags {
  environment?: string;
  user?: string;
  capability?: string;
  model?: string;
  resource?: string;
  currency?: Currency;
  status?: (typeof STATUSES)[number];
  from?: string;
  to?: string;
  limit: number;
  follow?: boolean;
}

const COLUMNS: Column<ActivityItem>[] = [
  { title: '#', of: (row) => grouped(row.sequence), align: 'right' },
  { title: 'occurred at', of: (row) => row.occurredAt },
  { title: 'environment', of: (row) => row.environmentId },
  { title: 'user', of: (row) => row.userId },
  { title: 'caller', of: (row) => row.caller },
  { title: 'capability', of: (row) => row.capability + (row.model ? ` on ${row.model}` : '') },
  { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
  {
    title: 'charged to',
    of: (row) => (row.currency === null ? '–' : `${currencyName(row.currency)}, ${row.source ?? 'no source'}`),
  },
  { title: 'status', of: (row) => row.code ?? (row.free ? `free (${row.free})` : row.status) },
];

export function addActivity(program: Command): void {
  addVerb(
    program,
    'activity',
    'list what was decided, newest first (--json: one JSON document a line)',
    'bursar activity --environment sales --status refused\nbursar activity --follow --json',
  )
    .option('--environment <id>', 'only of this environment')
    .option('--user <id>', 'only of this user')
    .option('--capability <id>', 'only of this capability')
    .option('--model <id>', 'only of this model')
    .option('--resource <id>', 'only of this app, flow or agent')
    .option('--currency <currency>', 'only what was charged in it', readCurrency)
    .addOption(new Option('--status <status>', 'only with this status').choices(STATUSES))
    .option('--from <instant>', 'what happened from then on')
    .option('--to <instant>', 'what happened before then')
    .option('--limit <count>', 'how many', readPositive, 20)
    .option('--follow', 'go on as it happens, oldest first, until stopped')
    .action((flags: ActivityFlags) =>
      finish(async () => {
        const bursar = connected(flags);
        const items = await listed(bursar, flags, flags.limit);
        if (flags.follow) {
          print(items.reverse(), flags);
          return follow(bursar, flags, items.at(-1)?.sequence ?? 0);
        }
        print(items, flags);
      }),
    );
}

function listed(bursar: Bursar, flags: ActivityFlags, most: number): Promise<ActivityItem[]> {
  const { environment: environmentId, user: userId, capability, model, resource: resourceId, currency, status, from, to } = flags;
  return bursar.activity({ environmentId, userId, capability, model, resourceId, currency, status, from, to }).all(most);
}

async function follow(bursar: Bursar, flags: ActivityFlags, last: number): Promise<never> {
  let newest = last;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, FOLLOW_EVERY_MS));
    const fresh = (await listed(bursar, flags, MOST_AT_ONCE)).filter((item) => item.sequence > newest).reverse();
    newest = fresh.at(-1)?.sequence ?? newest;
    for (const item of fresh) {
      printLine(flags.json ? JSON.stringify(item) : COLUMNS.map((column) => column.of(item)).join('  '));
    }
  }
}

function print(items: readonly ActivityItem[], flags: ActivityFlags): undefined {
  if (!flags.json) return printTable(COLUMNS, items, 'no activity yet; try: bursar consume --help');
  for (const item of items) printLine(JSON.stringify(item));
}
