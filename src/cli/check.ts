// `bursar check`: whether an action would be allowed and who would pay; records nothing. Ends with 1 where it would be refused.

import type { Command } from 'commander';
import { type ActionFlags, actionOf, addActionFlags, EXAMPLE_ACTION, printDecision } from './action-flags.ts';
import { addVerb, connected, finish } from './verb.ts';

export function addCheck(program: Command): void {
  addActionFlags(
    addVerb(program, 'check', 'tell whether an action would be allowed, recording nothing', `bursar check ${EXAMPLE_ACTION}`),
  ).action((flags: ActionFlags) =>
    finish(async () => {
      const action = actionOf(flags);
      return printDecision(await connected(flags).check(action), flags.json);
    }),
  );
}
