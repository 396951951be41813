// `bursar plan`: pay-as-you-go plans (D4), with what was billed to them this month. `bursar environment link` links environments.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { BillingPlan } from '../../sdk/src/index.ts';
import { readCredits } from './options.ts';
import { grouped, printDone, printJson, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

const STATUSES = ['Enabled', 'Disabled'] as const;

interface PlanFlags extends ConnectionFlags {
  name?: string;
  status?: (typeof STATUSES)[number];
  /** Credits, or none. */
  monthlyLimit?: string;
}

export function addPlan(program: Command): void {
  const plan = program.command('plan').description('make, list, change and delete pay-as-you-go plans');

  withPlanFlags(
    addVerb(plan, 'create <id>', 'make a plan', 'bursar plan create azure-1 --name "Azure, sales" --monthly-limit 50,000'),
  ).action((id: string, { name = id, status, monthlyLimit, ...flags }: PlanFlags) =>
    finish(async () => {
      const made = await connected(flags).billingPlans.create({ id, name, status, monthlyLimit: limitOf(monthlyLimit) });
      print([made], flags, made);
    }),
  );

  addVerb(plan, 'list', 'list the plans', 'bursar plan list').action((flags: ConnectionFlags) =>
    finish(async () => print(await connected(flags).billingPlans.list().all(), flags)),
  );

  withPlanFlags(
    addVerb(
      plan,
      'change <id>',
      'change what is named',
      'bursar plan change azure-1 --status Disabled\nbursar plan change azure-1 --monthly-limit none',
    ),
  ).action((id: string, { name, status, monthlyLimit, ...flags }: PlanFlags) =>
    finish(async () => {
      const changed = await connected(flags).billingPlans.change(id, { name, status, monthlyLimit: limitOf(monthlyLimit) });
      print([changed], flags, changed);
    }),
  );

  addVerb(
    plan,
    'delete <id>',
    'delete a plan and unlink its environments; what was billed stays',
    'bursar plan delete azure-1',
  ).action((id: string, flags: ConnectionFlags) =>
    finish(async () => {
      await connected(flags).billingPlans.delete(id);
      printDone(`plan ${id} is deleted; its environments are unlinked`, { id, deleted: true }, flags);
    }),
  );
}

function withPlanFlags(command: Command): Command {
  return command
    .option('--name <name>', 'its name (default: its id)')
    .addOption(new Option('--status <status>', 'whether it pays (default: Enabled)').choices(STATUSES))
    .option('--monthly-limit <credits|none>', 'its own limit a month (default: none)', readLimit);
}

function readLimit(text: string): string {
  // Not null yet: commander would make an empty text of it.
  if (text === 'none') return text;
  try {
    return readCredits(text);
  } catch {
    throw new InvalidArgumentError('wanted credits such as 50000, or none.');
  }
}

function limitOf(flag: string | undefined): string | null | undefined {
  return flag === 'none' ? null : flag;
}

function print(rows: BillingPlan[], flags: ConnectionFlags, one?: BillingPlan): undefined {
  if (flags.json) return printJson(one ?? rows);
  printTable(
    [
      { title: 'plan', of: (row) => row.id },
      { title: 'name', of: (row) => row.name },
      { title: 'status', of: (row) => row.status },
      { title: 'billed this month', of: (row) => grouped(row.monthToDate.credits), align: 'right' },
      { title: 'cost', of: ({ monthToDate: { cost } }) => `${grouped(cost.amount)} ${cost.currency}`, align: 'right' },
      { title: 'limit a month', of: (row) => (row.monthlyLimit === null ? 'none' : grouped(row.monthlyLimit)), align: 'right' },
    ],
    rows,
    'no plans yet; make one and link an environment: bursar plan create azure-1, bursar environment link sales azure-1',
  );
}
