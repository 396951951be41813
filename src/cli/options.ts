// Reading of arguments that several verbs take. What is wrong is said with what is wanted.

import { InvalidArgumentError } from 'commander';
import { UsageError } from './verb.ts';

export const CURRENCIES = ['ai-builder-credits', 'copilot-credits', 'copilot-sessions'] as const;
export type Currency = (typeof CURRENCIES)[number];
const SHORT: Record<string, Currency> = { ai: 'ai-builder-credits', copilot: 'copilot-credits', sessions: 'copilot-sessions' };

export function readCurrency(text: string): Currency {
  const currency = SHORT[text] ?? CURRENCIES.find((each) => each === text);
  if (!currency) throw new InvalidArgumentError(`wanted one of ${CURRENCIES.join(', ')}, or in short ai, copilot, sessions.`);
  return currency;
}

/** Thousands may be parted, here and in credits: `1,000,000`. */
export function readCount(text: string): number {
  const plain = withoutParting(text);
  const count = Number(plain);
  if (!/^\d+$/.test(plain) || !Number.isSafeInteger(count)) throw new InvalidArgumentError('wanted a whole number.');
  return count;
}

export function readPositive(text: string): number {
  const count = readCount(text);
  if (count === 0) throw new InvalidArgumentError('wanted a whole number from 1.');
  return count;
}

/** Credits as the API takes them. */
export function readCredits(text: string): string {
  const plain = withoutParting(text);
  if (!/^\d+(\.\d{1,6})?$/.test(plain)) throw new InvalidArgumentError('wanted credits such as 1000 or 7.5.');
  return plain;
}

function withoutParting(text: string): string {
  return text.replace(/(?<=\d)[,_](?=\d{3})/g, '');
}

export function readOnOff(text: string): boolean {
  if (text !== 'on' && text !== 'off') throw new InvalidArgumentError('wanted on or off.');
  return text === 'on';
}

/** What people may be (T3); keys may be a service, too. */
export const ROLES_OF_PEOPLE = ['tenant-admin', 'billing-admin', 'environment-admin', 'maker', 'reader'] as const;

/** Ids parted by commas. */
export function readIds(text: string): string[] {
  return text.split(',').map((id) => id.trim());
}

/** Some of what is known, parted by commas. */
export function readSome<T extends string>(known: readonly T[]): (text: string) => T[] {
  return (text) =>
    readIds(text).map((name) => {
      const found = known.find((each) => each === name);
      if (found === undefined) throw new InvalidArgumentError(`${JSON.stringify(name)} is none of ${known.join(', ')}.`);
      return found;
    });
}

/** Collects an option that may be given several times. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

/** Reads an argument that commander does not read, and says which one is wrong. */
export function readAs<T>(name: string, text: string, read: (text: string) => T): T {
  try {
    return read(text);
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new UsageError(`${name} ${JSON.stringify(text)}: ${error.message}`);
  }
}
