// What every verb has in common: how it connects, how it says what went wrong and what to do next, and how it ends
// (0 done, 1 refused or failed, 2 wrong usage).

import type { Command } from 'commander';
import { Bursar, BursarError } from '../../sdk/src/index.ts';

export const USUAL_URL = 'http://127.0.0.1:4600';

export interface ConnectionFlags {
  url?: string;
  key?: string;
  json?: boolean;
}

/** Something that the person at the terminal can mend: told without a stack, and ends with 2. */
export class UsageError extends Error {}

/** Adds a verb with the options of every verb and an example in its help. */
export function addVerb(
  parent: Command,
  nameAndArguments: string,
  description: string,
  example: string,
  { isDefault = false, json = 'one JSON document, for programs' }: { isDefault?: boolean; json?: string } = {},
): Command {
  return parent
    .command(nameAndArguments, { isDefault })
    .description(description)
    .option('--url <url>', `where Bursar serves (BURSAR_URL; default ${USUAL_URL})`)
    .option('--key <key>', 'a key of the tenant (BURSAR_KEY)')
    .option('--json', json)
    .addHelpText('after', `\nExample:\n${example.replace(/^/gm, '  ')}`);
}

export function urlOf({ url }: ConnectionFlags): string {
  return url ?? process.env.BURSAR_URL ?? USUAL_URL;
}

/** Connects by --url and --key or their environment variables. */
export function connected(
  flags: ConnectionFlags,
  options: { retries?: number; timeoutMs?: number; operator?: boolean } = {},
): Bursar {
  const variable = options.operator ? 'BURSAR_OPERATOR_KEY' : 'BURSAR_KEY';
  const key = flags.key ?? process.env[variable];
  if (!key) throw new UsageError(`no key: give --key or set ${variable}. ${whereKeysAre(options.operator ?? false)}`);
  try {
    return new Bursar({
      url: urlOf(flags),
      key,
      retries: options.retries ?? 2,
      ...(options.timeoutMs ? { timeoutMs: options.timeoutMs } : {}),
    });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whereKeysAre(operator: boolean): string {
  return operator
    ? 'The operator key was printed by the first start of Bursar, unless BURSAR_OPERATOR_KEY named one.'
    : "The administrator's key was printed by the first start of Bursar; `bursar tenant create` prints those of other tenants.";
}

/** Runs the work of a verb and turns whatever it throws into a message and an exit code. The work answers its exit code, or nothing for 0. */
export async function finish(work: () => Promise<number | undefined>): Promise<void> {
  // `bursar activity | head` closes the pipe: nothing is wrong with that.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    process.exitCode = (await work()) ?? 0;
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(`bursar: ${error.message}`);
      process.exitCode = 2;
    } else if (error instanceof BursarError) {
      console.error(`bursar: ${messageOf(error)}`);
      process.exitCode = 1;
    } else {
      throw error;
    }
  }
}

export function messageOf(error: BursarError): string {
  switch (error.code) {
    case 'Unreachable':
      return `${error.message}\nIs Bursar running? Start it with: npm start. Where it serves elsewhere, say so with --url or BURSAR_URL.`;
    case 'Unauthenticated':
      return `${error.message}\n${whereKeysAre(false)} Give it with --key or BURSAR_KEY.`;
    case 'UnknownProduct':
      return `${error.message}\nbursar entitle --products lists them.`;
    case 'UnexpectedAnswer':
      return `${error.message} (--url or BURSAR_URL)`;
  }
  const { message, code, errors } = error;
  // A problem says its only fault in its own words, sometimes with where it is.
  const [only] = errors.length === 1 && message.endsWith(errors[0]!.detail) ? errors : [];
  if (only) return `${message.includes(only.pointer) ? '' : `${only.pointer}: `}${message} (${code})`;
  return [`${message} (${code})`, ...errors.map((each) => `  ${each.pointer}: ${each.detail}`)].join('\n');
}
