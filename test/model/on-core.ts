// Plays sequences on the core alone, beside the reference model: after every step the answers are compared, and often all figures.

import { execute } from '../../src/core/command.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { aLedger, givePrepaidDays } from '../core/a-ledger.ts';
import { limitSums } from '../core/recount.ts';
import { newBook } from './book.ts';
import type { Command, Told } from './command.ts';
import { expectSame, expectSameFigures } from './compare.ts';
import type { Coverage } from './coverage.ts';
import { figuresOf } from './figures.ts';
import { play, timePasses } from './model.ts';
import type { Sequence } from './sequences.ts';
import { commandOf, type Waiting } from './step.ts';
import { figuresOfLedger, toldOf } from './told.ts';

/** How many steps lie between two comparisons of all figures. */
const STEPS_BETWEEN_FIGURES = 4;

export function playOnCore({ startsAt, sandbox, steps }: Sequence, coverage: Coverage): void {
  const ledger = aLedger({ now: startsAt, isSandbox: sandbox });
  const book = newBook(Date.parse(startsAt), sandbox);
  const played: (Command | Waiting)[] = [];
  const captured = new Map<string, Told>();
  for (const [index, step] of steps.entries()) {
    const command = commandOf(book, step, index + 1);
    played.push(command);
    if (command.do === 'wait') {
      timePasses(book, command.ms);
      Object.assign(ledger, { now: ledger.now + command.ms });
      execute(ledger, { do: 'expire-holds' });
      coverage.count('wait', {});
    } else {
      const expected = play(book, command);
      const actual = executeOn(ledger, command);
      const isAgain = 'again' in actual;
      expectSame(expected, isAgain ? captured.get(holdOf(command))! : actual, played, `the answer to step ${index + 1}`);
      if (command.do === 'capture' && !isAgain && !('refused' in actual)) captured.set(command.holdId, actual);
      coverage.count(command.do, isAgain ? actual : expected);
    }
    if (index % STEPS_BETWEEN_FIGURES === 0 || index === steps.length - 1) {
      const figures = figuresOf(book);
      expectSameFigures(figures, figuresOfLedger(ledger), played);
      coverage.countFigures(figures);
    }
  }
}

function holdOf(command: Command): string {
  return 'holdId' in command ? command.holdId : '';
}

/** Executes a command with what the store loads for it. */
function executeOn(ledger: Ledger, command: Command) {
  const isComputing = command.do === 'compute' || command.do === 'move-clock';
  if (isComputing && ledger.settings.computation.delayDays > 0) givePrepaidDays(ledger);
  if (command.do === 'set-limit') ledger.limitSums.set(command.limit.id, limitSums(ledger, command.limit as never));
  const outcome = execute(ledger, structuredClone(command) as never) as object;
  return toldOf(command, outcome);
}
