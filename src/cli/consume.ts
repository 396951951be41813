// `bursar consume`: decides, charges and records one action. Ends with 1 where it is refused.

import type { Command } from 'commander';
import { type ActionFlags, actionOf, addActionFlags, EXAMPLE_ACTION, printDecision } from './action-flags.ts';
import { addVerb, connected, finish } from './verb.ts';

export function addConsume(program: Command): void {
  addActionFlags(addVerb(program, 'consume', 'decide, charge and record an action', `bursar consume ${EXAMPLE_ACTION}`))
    .option('--idempotency-key <key>', 'the same key again has no second effect')
    .option('--record-only', 'it has happened already: record it, whatever the credits')
    .action((flags: ActionFlags & { idempotencyKey?: string; recordOnly?: boolean }) =>
      finish(async () => {
        const action = { ...actionOf(flags), idempotencyKey: flags.idempotencyKey, recordOnly: flags.recordOnly };
        return printDecision(await connected(flags).consume(action), flags.json);
      }),
    );
}
