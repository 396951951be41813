// Idempotency keys (D12) beside the reference model: the same key with the same content has one effect and one answer; with other content it
// is refused; a refusal has no effect, so that its key is free. Some consumptions get a key, and some are sent once more.

import { type Book, no } from './book.ts';
import type { Command, Told } from './command.ts';
import { asText } from './compare.ts';
import { play } from './model.ts';

export interface Keyed {
  command: Command;
  key?: { key: string; fingerprint: string };
}

interface Effect {
  content: string;
  command: Command;
  told: Told;
}

export class Keys {
  readonly effects = new Map<string, Effect>();

  /** What the model answers to a command that may have a key. */
  play(book: Book, { command, key }: Keyed): Told {
    if (!key) return play(book, command);
    const before = this.effects.get(key.key);
    if (before) return before.content === key.fingerprint ? before.told : { ...no('IdempotencyConflict') };
    const told = play(book, command);
    if (!('refused' in told)) this.effects.set(key.key, { content: key.fingerprint, command, told });
    return told;
  }
}

/** Every third consumption has a key of its own; every seventh is a repetition of one that had an effect, each fourth time with other content. */
export function asKeyed(keys: Keys, command: Command, index: number, isOpen: (month: string) => boolean): Keyed {
  if (command.do !== 'consume') return { command };
  const known = [...keys.effects].filter(([, { told }]) => isOpen(told.month as string));
  const repeated = index % 7 === 3 ? known[index % Math.max(1, known.length)] : undefined;
  if (repeated) {
    const [key, effect] = repeated;
    const again: Command = { ...effect.command, id: command.id } as Command;
    return { command: again, key: { key, fingerprint: index % 4 === 0 ? `${effect.content}00` : effect.content } };
  }
  if (index % 3 !== 0) return { command };
  return { command, key: { key: `key-${index}`, fingerprint: Buffer.from(asText(command.action)).toString('hex') } };
}
