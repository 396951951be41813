// A step of a random sequence: small data that is given its meaning when it is played (which hold, which moment), so that a shrunk
// sequence still means something.

import { micro } from './amount.ts';
import { type Action, AI_BUILDER, type Book } from './book.ts';
import { DAY, dayAt, HOUR, MINUTE, midnight, monthAfter, monthAt } from './calendar.ts';
import type { Command } from './command.ts';

export type When =
  | 'now'
  | 'two hours ago'
  | 'ten days ago'
  | 'end of last month'
  | 'forty days ago'
  | 'in 4 minutes'
  | 'in 6 minutes';
export type Said = Partial<Action> & { when?: When };
export type SaidAction = Partial<Action> & { when: When };
export type Until =
  | number
  | 'end of month'
  | 'next month'
  | 'before the 8th'
  | 'the 8th'
  | '2025-11-01'
  | '2026-11-01'
  | 'before'
  | 'back';

export type Step =
  | { step: 'consume' | 'hold'; action: SaidAction; seconds?: number }
  | { step: 'capture'; which: number; usage: 'same' | 'other' | 'misfit' }
  | { step: 'release'; which: number }
  | { step: 'history'; entry: Partial<Extract<Command, { do: 'record-history' }>['entry']>; daysAgo: number }
  | {
      step: 'entitle';
      which: string;
      product: string;
      quantity: number;
      bought: number | null;
      starts: number | null;
      ends: number | null;
    }
  | { step: 'clock'; until: Until }
  | { step: 'define-capability'; which: string; daysAgo: number; aiBuilder: string | null; copilot: string | null }
  | { step: 'command'; command: Command };

/** A clock that goes on by itself, of a live tenant. */
export interface Waiting {
  do: 'wait';
  ms: number;
}

const HOLD_ID = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** What a step means on this book, as the `serial`-th command; a hold that is not there is asked for all the same. */
export function commandOf(book: Book, step: Step, serial: number): Command | Waiting {
  const id = HOLD_ID(serial);
  switch (step.step) {
    case 'consume':
      return { do: 'consume', id, action: actionOf(book, step.action) };
    case 'hold':
      return { do: 'hold', id, action: actionOf(book, step.action), expiresInSeconds: step.seconds ?? 300 };
    case 'capture': {
      const hold = holdAt(book, step.which);
      return { do: 'capture', id, holdId: hold?.id ?? HOLD_ID(0), usage: capturedUsage(hold?.action.usage ?? {}, step.usage) };
    }
    case 'release':
      return { do: 'release', holdId: holdAt(book, step.which)?.id ?? HOLD_ID(0) };
    case 'history': {
      const entry = {
        caller: 'cloud-flow',
        resource: null,
        capability: 'custom-document-processing',
        credits: micro('90'),
      } as const;
      const rest = { feature: null, model: null, channel: null, m365Copilot: false, labels: null };
      const said = { environmentId: 'sales', userId: 'ada', currency: AI_BUILDER, kind: 'prepaid', ...step.entry } as const;
      return { do: 'record-history', id, entry: { ...entry, ...rest, ...said, day: dayAt(book.now - step.daysAgo * DAY) } };
    }
    case 'entitle': {
      const day = (daysFromNow: number | null, name: string) =>
        daysFromNow === null ? {} : { [name]: dayAt(book.now + daysFromNow * DAY) };
      const { which, product, quantity, bought, starts, ends } = step;
      const purchase = { id: which === 'new' ? `e-${serial}` : which, product, quantity };
      return {
        do: 'entitle',
        purchase: { ...purchase, ...day(bought, 'purchasedOn'), ...day(starts, 'startsOn'), ...day(ends, 'endsOn') },
      };
    }
    case 'define-capability': {
      const { which, daysAgo, aiBuilder, copilot } = step;
      const rates = {
        aiBuilderCredits: aiBuilder === null ? null : micro(aiBuilder),
        copilotCredits: copilot === null ? null : micro(copilot),
      };
      return {
        do: 'define-capability',
        capability: { id: which, name: which, unit: 'page', from: dayAt(book.now - daysAgo * DAY), ...rates },
      };
    }
    case 'clock': {
      const now = momentOf(book, step.until);
      // Most of the clock's moves of a live tenant are time that passes; some are asked for, and refused.
      return book.sandbox || step.until === 'back' ? { do: 'move-clock', now } : { do: 'wait', ms: Math.max(0, now - book.now) };
    }
    case 'command':
      return step.command.do === 'extend-month' ? { do: 'extend-month', id } : step.command;
  }
}

function actionOf(book: Book, { when, ...said }: SaidAction): Action {
  const nothing = {
    environmentId: 'sales',
    userId: 'ada',
    caller: 'cloud-flow',
    resource: null,
    capability: '',
    model: null,
    usage: {},
    mode: 'run',
  } as const;
  const more = { m365Copilot: false, channel: null, startedByAgent: false, preview: false, recordOnly: false };
  return { ...nothing, ...more, ...said, occurredAt: occurredAt(book, when) };
}

function occurredAt(book: Book, when: When): number | null {
  switch (when) {
    case 'now':
      return null;
    case 'two hours ago':
      return book.now - 2 * HOUR;
    case 'ten days ago':
      return book.now - 10 * DAY;
    case 'forty days ago':
      return book.now - 40 * DAY;
    case 'end of last month':
      return midnight(monthAt(book.now)) - 1;
    case 'in 4 minutes':
      return book.now + 4 * MINUTE;
    case 'in 6 minutes':
      return book.now + 6 * MINUTE;
  }
}

function holdAt(book: Book, which: number) {
  const holds = [...book.holds.values()].slice(-8);
  return holds[which % Math.max(1, holds.length)];
}

function capturedUsage(usage: Record<string, number>, how: 'same' | 'other' | 'misfit'): Record<string, number> {
  if (how === 'same') return usage;
  if (how === 'misfit') return { rows: 1, images: 1 };
  return Object.fromEntries(Object.entries(usage).map(([field, count]) => [field, count * 2 + 1]));
}

function momentOf(book: Book, until: Until): number {
  const next = midnight(monthAfter(monthAt(book.now)));
  const eighth = midnight(monthAt(book.now)) + 7 * DAY;
  switch (until) {
    case 'end of month':
      return Math.max(book.now, next - 2 * MINUTE);
    case 'next month':
      return next;
    case 'before the 8th':
      return book.now < eighth ? Math.max(book.now, eighth - 1) : next + 7 * DAY - 1;
    case 'the 8th':
      return book.now < eighth ? eighth : next + 7 * DAY;
    case '2025-11-01':
    case '2026-11-01':
      return Math.max(book.now, midnight(until));
    case 'before':
      return Math.max(
        book.now,
        ...['2025-11-01', '2026-11-01'].map((day) => midnight(day) - MINUTE).filter((moment) => moment < book.now + 40 * DAY),
      );
    case 'back':
      return book.now - MINUTE;
    default:
      return book.now + until;
  }
}
