// `bursar activity`: what was decided, newest first; one by its id, with why. `bursar watch` shows it as it happens.

import { type Command, Option } from 'commander';
import type { ActivityItem } from '../../sdk/src/index.ts';
import { printExplanation, printRemedies, usageWords } from './action-flags.ts';
import { type Currency, readCurrency, readPositive } from './options.ts';
import { type Column, currencyName, grouped, printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const STATUSES = ['charged', 'in-overage', 'free', 'refused'] as const;

/** The flags that say which activity, for activity and watch. */
export interface ActivityFilterFlags {
  environment?: string;
  user?: string;
  capability?: string;
  model?: string;
  resource?: string;
  currency?: Currency;
  status?: (typeof STATUSES)[number];
}

interface ActivityFlags extends ConnectionFlags, ActivityFilterFlags {
  from?: string;
  to?: string;
  limit: number;
}

/** What is told of one action, also on a line by itself. */
export const ACTIVITY_COLUMNS: Column<ActivityItem>[] = [
  { title: '#', of: (row) => grouped(row.sequence), align: 'right' },
  { title: 'occurred at', of: (row) => row.occurredAt },
  { title: 'environment', of: (row) => row.environmentId },
  { title: 'user', of: (row) => row.userId },
  { title: 'caller', of: (row) => row.caller },
  { title: 'capability', of: (row) => row.capability + (row.model ? ` on ${row.model}` : '') },
  { title: 'credits', of: (row) => grouped(row.credits), align: 'right' },
  { title: 'charged to', of: chargedTo },
  { title: 'status', of: statusOf },
];

export function addActivity(program: Command): void {
  addActivityFilter(
    addVerb(
      program,
      'activity [id]',
      'list what was decided, newest first; with an id show one, and why',
      'bursar activity --environment sales --status refused\nbursar activity 01a1fc91-…',
      { json: 'one JSON document a line, for programs' },
    ),
  )
    .option('--from <instant>', 'what happened from then on')
    .option('--to <instant>', 'what happened before then')
    .option('--limit <count>', 'how many', readPositive, 20)
    .action((id: string | undefined, flags: ActivityFlags) =>
      finish(async () => {
        const bursar = connected(flags);
        if (id !== undefined) return show(await bursar.activityItem(id), flags);
        const { from, to } = flags;
        print(await bursar.activity({ ...activityFilterOf(flags), from, to }).all(flags.limit), flags);
      }),
    );
}

export function addActivityFilter(command: Command): Command {
  return command
    .option('--environment <id>', 'only of this environment')
    .option('--user <id>', 'only of this user')
    .option('--capability <id>', 'only of this capability')
    .option('--model <id>', 'only of this model')
    .option('--resource <id>', 'only of this app, flow or agent')
    .option('--currency <currency>', 'only what was charged in it', readCurrency)
    .addOption(new Option('--status <status>', 'only with this status').choices(STATUSES));
}

export function activityFilterOf(flags: ActivityFilterFlags) {
  const { environment: environmentId, user: userId, capability, model, resource: resourceId, currency, status } = flags;
  return { environmentId, userId, capability, model, resourceId, currency, status };
}

function print(items: readonly ActivityItem[], flags: ConnectionFlags): undefined {
  if (!flags.json) return printTable(ACTIVITY_COLUMNS, items, 'no activity; try: bursar consume --help');
  for (const item of items) printLine(JSON.stringify(item));
}

function show(item: ActivityItem, flags: ConnectionFlags): undefined {
  if (flags.json) return printJson(item);
  printPairs([
    ['action', `${item.id} (#${grouped(item.sequence)})`],
    ['occurred at', `${item.occurredAt}, recorded at ${item.recordedAt}`],
    ['environment', item.environmentId],
    ['user', item.userId],
    ['caller', item.caller + (item.resource ? `, ${item.resource.type} ${item.resource.id}` : '')],
    ['capability', item.capability + (item.model ? ` on ${item.model}` : '')],
    ['usage', usageWords(item.usage)],
    ['price', item.price.prices.map((each) => `${grouped(each.credits)} ${currencyName(each.currency)}`).join(' or ')],
    ['credits', `${grouped(item.credits)}, ${chargedTo(item)}`],
    ['status', statusOf(item)],
    ['era', item.era],
  ]);
  if (item.detail) printLine(item.detail);
  printRemedies(item.remedies ?? []);
  printExplanation(item.explanation);
}

function chargedTo({ currency, source }: ActivityItem): string {
  return currency === null ? '–' : `${currencyName(currency)}, ${source ?? 'no source'}`;
}

function statusOf({ code, free, status }: ActivityItem): string {
  return code ?? (free ? `free (${free})` : status);
}
