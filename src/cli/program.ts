// The command line: its verbs by task, and how it ends on wrong usage. `serve` is added by main.ts, which may know the server.

import { Command } from 'commander';
import { addActivity } from './activity.ts';
import { addAllocate } from './allocate.ts';
import { addAudit } from './audit.ts';
import { addCapability } from './capability.ts';
import { addCapacity } from './capacity.ts';
import { addCheck } from './check.ts';
import { addCompare } from './compare.ts';
import { addCompute } from './compute.ts';
import { addConsume } from './consume.ts';
import { addEntitle } from './entitle.ts';
import { addEntitlement } from './entitlement.ts';
import { addEnvironment } from './environment.ts';
import { addEstimate } from './estimate.ts';
import { addExtension } from './extension.ts';
import { addForecast } from './forecast.ts';
import { addHold } from './hold.ts';
import { addImport } from './import.ts';
import { addImports } from './imports.ts';
import { addKey } from './key.ts';
import { addLimit } from './limit.ts';
import { addModels } from './models.ts';
import { addNotices } from './notices.ts';
import { addPerson } from './person.ts';
import { addPlan } from './plan.ts';
import { addPrice } from './price.ts';
import { addReplay } from './replay.ts';
import { addReport } from './report.ts';
import { addResources } from './resources.ts';
import { addSettings } from './settings.ts';
import { addTenant } from './tenant.ts';
import { addTrial } from './trial.ts';
import { addUsage } from './usage.ts';
import { USUAL_URL } from './verb.ts';
import { addWatch } from './watch.ts';
import { addWebhook } from './webhook.ts';

const WRONG_USAGE = 2;

/** The verbs under the headings of the help, in the order in which a newcomer needs them. */
const VERBS_BY_TASK: Record<string, ((program: Command) => void)[]> = {
  'Set up:': [addTenant, addKey, addPerson, addEnvironment, addSettings, addCapability],
  'Own, allocate, limit:': [addEntitle, addEntitlement, addAllocate, addPlan, addLimit, addTrial, addExtension],
  'Decide and record:': [addCheck, addConsume, addHold, addReplay, addImport],
  'See:': [addCapacity, addUsage, addActivity, addWatch, addReport, addImports, addResources, addCompute, addAudit],
  'Be told:': [addNotices, addWebhook],
  'Plan:': [addPrice, addModels, addEstimate, addForecast, addCompare],
};

const MORE_HELP = `
bursar VERB --help tells its options and shows an example. Verbs talk to ${USUAL_URL} (--url or BURSAR_URL) with the key
of --key or BURSAR_KEY. They end with 0 when done, 1 when refused or failed, 2 on wrong usage.`;

/** The program without `serve`; run it with `parseAsync()`. */
export function cliProgram(): Command {
  const program = new Command('bursar')
    .description('May this AI action run, who pays for it, and what is left?')
    .showHelpAfterError('(--help tells how)')
    .helpCommand(false)
    .addHelpText('after', MORE_HELP)
    // commander ends with 1 for wrong usage; 1 is for what was refused or failed.
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : WRONG_USAGE));
  for (const [task, adders] of Object.entries(VERBS_BY_TASK)) {
    program.commandsGroup(task);
    for (const add of adders) add(program);
  }
  program.commandsGroup('Run Bursar:');
  return program;
}
