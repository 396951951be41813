// `bursar settings`: shows and changes the settings of the tenant. A setting is named by its path, such as enforcement.view.

import type { Command } from 'commander';
import type { Settings } from '../../sdk/src/index.ts';
import { printJson, printPairs } from './print.ts';
import { addVerb, type ConnectionFlags, connected, finish, UsageError } from './verb.ts';

type Value = string | number | boolean;

export function addSettings(program: Command): void {
  const settings = program.command('settings').description('show and change the settings of the tenant');

  addVerb(settings, 'show', 'show the settings (the default)', 'bursar settings show', { isDefault: true }).action(
    (flags: ConnectionFlags) => finish(async () => print(await connected(flags).settings.get(), flags)),
  );

  addVerb(
    settings,
    'set <key=value...>',
    'change settings, all of them or none',
    'bursar settings set enforcement.view=computed computation.delayDays=2\nbursar settings set consumeUnallocatedAiBuilderCredits=off',
  ).action((pairs: string[], flags: ConnectionFlags) =>
    finish(async () => {
      const bursar = connected(flags);
      const known = new Map(flattened(await bursar.settings.get()));
      const change: Record<string, unknown> = {};
      for (const pair of pairs) put(change, ...readPair(pair, known));
      // What each setting is was read from the settings themselves; which values it takes the server says.
      print(await bursar.settings.change(change as Parameters<typeof bursar.settings.change>[0]), flags);
    }),
  );
}

/** `{ enforcement: { view } }` → `['enforcement.view', view]` */
function flattened(settings: object, prefix = ''): [path: string, value: Value][] {
  return Object.entries(settings).flatMap(([name, value]): [string, Value][] =>
    typeof value === 'object' && value !== null ? flattened(value, `${prefix}${name}.`) : [[prefix + name, value as Value]],
  );
}

/** A value is read as what the setting holds now: a number, on or off, or a word. */
function readPair(pair: string, known: ReadonlyMap<string, Value>): [path: string, value: Value] {
  const [, path, text] = /^([^=]+)=(.*)$/.exec(pair) ?? [];
  if (path === undefined || text === undefined)
    throw new UsageError(`${JSON.stringify(pair)}: wanted KEY=VALUE such as enforcement.view=computed`);
  const now = known.get(path);
  if (now === undefined)
    throw new UsageError(`there is no setting ${JSON.stringify(path)}; there are ${[...known.keys()].join(', ')}`);
  if (typeof now === 'boolean') {
    if (!/^(on|off|true|false)$/.test(text)) throw new UsageError(`${path}: wanted on or off, not ${JSON.stringify(text)}`);
    return [path, text === 'on' || text === 'true'];
  }
  if (typeof now === 'number') {
    if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${path}: wanted a whole number, not ${JSON.stringify(text)}`);
    return [path, Number(text)];
  }
  return [path, text];
}

function put(change: Record<string, unknown>, path: string, value: Value): void {
  const names = path.split('.');
  const last = names.pop()!;
  let inner = change;
  for (const name of names) {
    inner[name] ??= {};
    inner = inner[name] as Record<string, unknown>;
  }
  inner[last] = value;
}

function print(settings: Settings, flags: ConnectionFlags): undefined {
  if (flags.json) return printJson(settings);
  printPairs(
    flattened(settings).map(([path, value]) => [path, typeof value === 'boolean' ? (value ? 'on' : 'off') : String(value)]),
  );
}
