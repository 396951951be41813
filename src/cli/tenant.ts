// `bursar tenant`: makes, lists and shows tenants, and moves a sandbox's clock.

import type { Command } from 'commander';
import { printJson, printLine, printPairs, printTable } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish } from './verb.ts';

export function addTenant(program: Command): void {
  const tenant = program.command('tenant').description('make, list and show tenants; move the clock of a sandbox');

  addVerb(
    tenant,
    'create <name>',
    'make a tenant (with the operator key: --key or BURSAR_OPERATOR_KEY)',
    'bursar tenant create Contoso\nbursar tenant create "Play through March" --sandbox 2026-03-01T00:00:00Z --id march',
  )
    .option('--id <id>', 'its id; made where it is left out')
    .option('--sandbox <instant>', 'a sandbox whose clock starts then, such as 2026-03-01T00:00:00Z')
    .action((name: string, flags: ConnectionFlags & { id?: string; sandbox?: string }) =>
      finish(async () => {
        const sandbox = flags.sandbox === undefined ? undefined : { now: flags.sandbox };
        const made = await connected(flags, { operator: true }).tenants.create({ id: flags.id, name, sandbox });
        if (flags.json) return printJson(made);
        printPairs([['tenant', made.id], ...('adminKey' in made ? [['key', made.adminKey] as const] : [])]);
        if (!('adminKey' in made)) return printLine('It was there already; its key was shown when it was made.');
        printLine("The key is its administrator's and is shown this once. Next:");
        printLine(
          `  export BURSAR_KEY=${made.adminKey}\n  bursar environment create sales\n  bursar entitle copilot-credit-pack 1`,
        );
      }),
    );

  addVerb(tenant, 'list', 'list the tenants (with the operator key)', 'bursar tenant list').action((flags: ConnectionFlags) =>
    finish(async () => {
      const tenants = await connected(flags, { operator: true }).tenants.list().all();
      if (flags.json) return printJson(tenants);
      printTable(
        [
          { title: 'tenant', of: (row) => row.id },
          { title: 'name', of: (row) => row.name },
          { title: 'clock', of: (row) => (row.sandbox ? `sandbox, ${row.sandbox.now}` : 'real') },
        ],
        tenants,
        'no tenants yet; make one: bursar tenant create NAME',
      );
    }),
  );

  addVerb(tenant, 'show', 'show the tenant of the key', 'bursar tenant show').action((flags: ConnectionFlags) =>
    finish(async () => show(await connected(flags).tenant(), flags)),
  );

  addVerb(
    tenant,
    'clock <instant>',
    "move a sandbox's clock forward; what falls due on the way happens",
    'bursar tenant clock 2026-04-01T00:00:00Z',
  ).action((instant: string, flags: ConnectionFlags) =>
    finish(async () => show(await connected(flags).moveClock(instant), flags)),
  );
}

function show(shown: { id: string; name: string; now: string; sandbox: unknown }, flags: ConnectionFlags): undefined {
  if (flags.json) return printJson(shown);
  printPairs([
    ['tenant', shown.id],
    ['name', shown.name],
    ['now', `${shown.now}${shown.sandbox ? ' (sandbox)' : ''}`],
  ]);
}
