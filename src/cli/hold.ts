// `bursar hold`, `capture` and `release`: reserve what a long call is expected to cost, then record what it really used (D10).

import type { Command } from 'commander';
import type { Hold } from '../../sdk/src/index.ts';
import { type ActionFlags, actionOf, addActionFlags, EXAMPLE_ACTION, printDecision, readUsage } from './action-flags.ts';
import { collect, readPositive } from './options.ts';
import { currencyName, grouped, printJson, printPairs } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

interface HoldFlags extends ActionFlags {
  idempotencyKey?: string;
  expiresIn?: number;
}

export function addHold(program: Command): void {
  addActionFlags(
    addVerb(program, 'hold', 'reserve what an action is expected to cost', `bursar hold ${EXAMPLE_ACTION} --expires-in 600`),
  )
    .option('--idempotency-key <key>', 'the same key again has no second effect')
    .option('--expires-in <seconds>', 'how long it is reserved (default: 300)', readPositive)
    .action((flags: HoldFlags) =>
      finish(async () => {
        const { expiresIn: expiresInSeconds, idempotencyKey } = flags;
        const held = await connected(flags).hold({ ...actionOf(flags), idempotencyKey, expiresInSeconds });
        if (held.decision === 'refused') return printDecision(held, flags.json);
        print(held, flags);
        return 0;
      }),
    );

  addVerb(program, 'capture <hold>', 'record what a held action really used', 'bursar capture 01a1fc91-… --usage pages=3')
    .requiredOption('--usage <unit=count>', 'how much; twice for prompts, inputTokens and outputTokens', collect)
    .action((id: string, flags: ConnectionFlags & { usage: string[] }) =>
      finish(async () => {
        const usage = readUsage(flags.usage);
        return printDecision(await connected(flags).capture(id, usage), flags.json);
      }),
    );

  addVerb(program, 'release <hold>', 'give a reservation back', 'bursar release 01a1fc91-…').action(
    (id: string, flags: ConnectionFlags) => finish(async () => print(await connected(flags).release(id), flags)),
  );
}

function print(hold: Hold, flags: ConnectionFlags): undefined {
  if (flags.json) return printJson(hold);
  printPairs([
    ['hold', hold.id],
    ['status', hold.status],
    [
      'reserves',
      hold.free
        ? `nothing: free (${hold.free})`
        : `${grouped(hold.credits)} ${currencyName(hold.currency)} from ${hold.source ?? 'no source'}`,
    ],
    ['expires', hold.expiresAt],
  ]);
}
