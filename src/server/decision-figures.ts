// What the engine did, counted as it happens: decisions by outcome, how long they took and waited, and their batches. On the hot path: one
// look at each answer, counters in maps, nothing else.

import { isRefusal } from '../core/refusal.ts';
import type { AnsweredBatch, EngineObserver } from '../store/engine-observer.ts';
import { Distribution } from './distribution.ts';

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const COMMANDS = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const DECISIONS = ['consume', 'hold', 'capture', 'record-history'] as const;
type Decision = (typeof DECISIONS)[number];

const isDecision = (name: string): name is Decision => (DECISIONS as readonly string[]).includes(name);

export class DecisionFigures implements EngineObserver {
  /** By do, status, code and source, with a space between them. */
  readonly outcomes = new Map<string, number>();
  readonly seconds: Record<Decision, Distribution> = {
    consume: new Distribution(SECONDS),
    hold: new Distribution(SECONDS),
    capture: new Distribution(SECONDS),
    'record-history': new Distribution(SECONDS),
  };
  readonly queue = new Distribution(SECONDS);
  readonly commands = new Distribution(COMMANDS);
  readonly parts = { decide: new Distribution(SECONDS), save: new Distribution(SECONDS) };

  answered({ batch, answers, takenAt, decidedAt, savedAt }: AnsweredBatch): void {
    this.commands.observe(batch.length);
    this.parts.decide.observe((decidedAt - takenAt) / 1000);
    this.parts.save.observe((savedAt - decidedAt) / 1000);
    for (const [index, { command, submittedAt }] of batch.entries()) {
      this.queue.observe((takenAt - submittedAt) / 1000);
      if (!isDecision(command.do)) continue;
      this.seconds[command.do].observe((savedAt - submittedAt) / 1000);
      const name = outcomeOf(command.do, answers[index]!);
      this.outcomes.set(name, (this.outcomes.get(name) ?? 0) + 1);
    }
  }
}

function outcomeOf(done: Decision, { replayed, outcome }: AnsweredBatch['answers'][number]): string {
  if (replayed) return `${done} replayed  `;
  if (isRefusal(outcome)) return `${done} refused ${outcome.refused} `;
  const record = 'record' in outcome ? outcome.record : null;
  // A capture that is asked again has no record of its own where the first one is stored already.
  if (record === null) return `${done} ${done === 'hold' ? 'held' : 'replayed'}  `;
  return `${done} ${record.status}  ${record.source ?? ''}`;
}
