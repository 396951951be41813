// The command line: its verbs, and how it ends on wrong usage. `serve` is added by main.ts, which may know the server.

import { Command } from 'commander';
import { addActivity } from './activity.ts';
import { addAllocate } from './allocate.ts';
import { addCapacity } from './capacity.ts';
import { addCheck } from './check.ts';
import { addConsume } from './consume.ts';
import { addEntitle } from './entitle.ts';
import { addEnvironment } from './environment.ts';
import { addReplay } from './replay.ts';
import { addTenant } from './tenant.ts';

const WRONG_USAGE = 2;

/** The program without `serve`; run it with `parseAsync()`. */
export function cliProgram(): Command {
  const program = new Command('bursar')
    .description('May this AI action run, who pays for it, and what is left?')
    .showHelpAfterError('(--help tells how)')
    .helpCommand(false)
    // commander ends with 1 for wrong usage; 1 is for what was refused or failed.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : WRONG_USAGE));
  addTenant(program);
  addEnvironment(program);
  addEntitle(program);
  addAllocate(program);
  addConsume(program);
  addCheck(program);
  addCapacity(program);
  addActivity(program);
  addReplay(program);
  return program;
}
