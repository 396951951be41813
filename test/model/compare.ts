// Two answers side by side: equal, or an error that says what differs and after which commands.

import type { Command, Told } from './command.ts';
import type { Figures } from './figures.ts';
import type { Waiting } from './step.ts';

/** As text, with credits as decimals of millionths, keys in order. */
export function asText(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (typeof each === 'bigint') return `${each}n`;
    if (each === null || typeof each !== 'object' || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** Whether two answers of plain data are equal, whatever the order of their keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b))
    return false;
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return false;
  return names.every((name) => name in b && isSame(a[name as never], b[name as never]));
}

export function expectSame(expected: Told, actual: Told, played: readonly (Command | Waiting)[], what: string): void {
  if (isSame(expected, actual) || namesOneOf(expected, actual)) return;
  const names = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  const lines = names
    .filter((name) => !isSame(expected[name], actual[name]))
    .map((name) => `  ${name}\n    model: ${asText(expected[name])}\n    code:  ${asText(actual[name])}`);
  throw new Error(`${what} differs:\n${lines.join('\n')}\nafter:\n${played.map((command) => `  ${asText(command)}`).join('\n')}`);
}

/** Where several limits stop an action, any of them may be named. */
export function namesOneOf(expected: Told, actual: Told): boolean {
  const members = expected.members as { anyOf?: string[] } | undefined;
  const limit = (actual.members as { limit?: string } | undefined)?.limit;
  if (!members?.anyOf || limit === undefined || !members.anyOf.includes(limit)) return false;
  const { anyOf: _, ...rest } = members;
  return isSame({ ...expected, members: { ...rest, limit } }, actual);
}

export function expectSameFigures(expected: Figures, actual: Figures, played: readonly (Command | Waiting)[]): void {
  expectSame(expected, actual, played, 'a figure');
}
