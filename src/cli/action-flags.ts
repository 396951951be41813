// The flags that say an action, for consume and check, and how a decision is printed.

import { type Command, Option } from 'commander';
import type { Action, Allowed, AllowedCheck, Refused, Remedy, Resource, TriedSource, Usage } from '../../sdk/src/index.ts';
import { collect } from './options.ts';
import { currencyName, grouped, printJson, printLine, printPairs, printTable } from './print.ts';
import { type ConnectionFlags, UsageError } from './verb.ts';

const CALLERS = ['canvas-app', 'model-driven-app', 'cloud-flow', 'agent', 'agent-flow', 'api'] as const;
const MODES = ['run', 'test', 'train'] as const;
const CHANNELS = ['teams', 'sharepoint', 'm365-copilot', 'web', 'custom'] as const;
const UNITS = 'pages, images, characters, rows, responses, actions, messages, minutes, sessions, inputTokens, outputTokens';
export const USAGE_FLAG = [
  '--usage <unit=count>',
  `how much; twice for prompts, inputTokens and outputTokens. Units: ${UNITS}`,
] as const;

export interface ActionFlags extends ConnectionFlags {
  environment: string;
  user: string;
  caller: Action['caller'];
  capability: string;
  usage: string[];
  model?: string;
  mode?: Action['mode'];
  at?: string;
  channel?: Action['channel'];
  resource?: string;
  m365Copilot?: boolean;
  startedByAgent?: boolean;
  preview?: boolean;
}

export const EXAMPLE_ACTION =
  '--environment sales --user ada@contoso.com --caller cloud-flow --capability receipt-processing --usage pages=2';

export function addActionFlags(command: Command): Command {
  return command
    .requiredOption('--environment <id>', 'where it runs')
    .requiredOption('--user <id>', 'who runs it')
    .addOption(new Option('--caller <caller>', 'what runs it').choices(CALLERS).makeOptionMandatory())
    .requiredOption('--capability <id>', 'what is used, such as prompt or receipt-processing')
    .requiredOption(...USAGE_FLAG, collect)
    .option('--model <id>', 'of a prompt; without it the basic tier')
    .addOption(new Option('--mode <mode>', 'default: run').choices(MODES))
    .option('--at <instant>', 'when it happened (default: now)')
    .addOption(new Option('--channel <channel>', "an agent's channel").choices(CHANNELS))
    .option('--resource <type:id>', 'the app, flow or agent, such as flow:f-17')
    .option('--m365-copilot', 'the user has a Microsoft 365 Copilot licence')
    .option('--started-by-agent', 'an agent started the agent flow')
    .option('--preview', 'the AI model is in preview');
}

export function actionOf(flags: ActionFlags): Action {
  return {
    environmentId: flags.environment,
    userId: flags.user,
    caller: flags.caller,
    capability: flags.capability,
    usage: readUsage(flags.usage),
    model: flags.model,
    mode: flags.mode,
    occurredAt: flags.at,
    channel: flags.channel,
    resource: flags.resource === undefined ? undefined : readResource('--resource', flags.resource),
    m365Copilot: flags.m365Copilot,
    startedByAgent: flags.startedByAgent,
    preview: flags.preview,
  };
}

export function readUsage(pairs: readonly string[]): Usage {
  return Object.fromEntries(
    pairs.map((pair) => {
      const [, unit, count] = /^(\w+)=(\d+)$/.exec(pair) ?? [];
      if (!unit || !count)
        throw new UsageError(`--usage ${JSON.stringify(pair)}: wanted UNIT=COUNT such as pages=2; units: ${UNITS}`);
      return [unit, Number(count)];
    }),
  );
}

export function usageWords(usage: Usage): string {
  return Object.entries(usage)
    .map(([unit, count]) => `${grouped(count)} ${unit}`)
    .join(', ');
}

/** `named` is how the argument is called where it is wrong. */
export function readResource(named: string, text: string): Resource {
  const [, type, id] = /^(app|flow|agent):(.+)$/.exec(text) ?? [];
  if (!type || !id)
    throw new UsageError(`${named} ${JSON.stringify(text)}: wanted TYPE:ID with a type app, flow or agent, such as flow:f-17`);
  return { type: type as Resource['type'], id };
}

/** Prints what was decided and why; answers the exit code. */
export function printDecision(decision: Allowed | AllowedCheck | Refused, json: boolean | undefined): number {
  const exitCode = decision.decision === 'refused' ? 1 : 0;
  if (json) {
    printJson(decision);
    return exitCode;
  }
  if (decision.decision === 'refused') {
    printLine(`refused: ${decision.detail} (${decision.code})`);
    printRemedies(decision.remedies);
  } else {
    const paid = decision.free
      ? `free (${decision.free})`
      : `${grouped(decision.credits)} ${currencyName(decision.currency)} from ${decision.source ?? 'no source'}`;
    printPairs([
      ['allowed', `${paid}${decision.inOverage ? ', in overage' : ''}`],
      ['at', decision.occurredAt],
      ...('id' in decision
        ? [['consumption', `${decision.id}${decision.replayed ? ' (replayed: this key was used before)' : ''}`] as const]
        : []),
    ]);
  }
  printExplanation(decision.explanation);
  return exitCode;
}

export function printRemedies(remedies: readonly Remedy[]): void {
  for (const remedy of remedies) {
    const more = [
      remedy.credits === undefined ? '' : ` ${grouped(remedy.credits)} credits`,
      remedy.date ? ` until ${remedy.date}` : '',
    ];
    printLine(`  what helps: ${remedy.action}${more.join('')}`);
  }
}

export function printExplanation(explanation: readonly TriedSource[]): undefined {
  if (explanation.length === 0) return;
  printLine('');
  printTable(
    [
      { title: 'source tried', of: (row) => `${currencyName(row.currency)}, ${row.source}` },
      { title: 'available', of: (row) => (row.available === null ? 'no limit' : grouped(row.available)), align: 'right' },
      { title: 'consumed', of: (row) => grouped(row.consumed), align: 'right' },
      { title: 'held', of: (row) => grouped(row.held), align: 'right' },
      { title: 'why', of: (row) => row.reason },
    ],
    explanation,
    '',
  );
}
