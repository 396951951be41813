// What callers do, at random. Tenants own little and actions are large, so that the line between enough and not enough is met often.

import fc from 'fast-check';
import type { Action } from './book.ts';
import type { SaidAction, Step, When } from './step.ts';

export const often = <T>(weight: number, arbitrary: fc.Arbitrary<T>) => ({ weight, arbitrary });
export const one = fc.constantFrom;

export const ENVIRONMENTS = ['sales', 'finance', 'support', 'lab'] as const;
export const TYPES = { sales: 'production', finance: 'production', support: 'sandbox', lab: 'developer' } as const;
export const environmentIds = fc.oneof(
  often(40, one('sales', 'sales', 'sales', 'finance', 'finance', 'support', 'lab')),
  often(1, fc.constant('nowhere')),
);
export const users = one('ada', 'bob');

/** What is done: small, large and very large, so that the line between enough and not enough is crossed often. */
export const USUAL_WORK: Partial<Action>[] = [
  { capability: 'custom-document-processing', usage: { pages: 1 } },
  { capability: 'custom-document-processing', usage: { pages: 7 } },
  { capability: 'custom-document-processing', usage: { pages: 30 } },
  { capability: 'custom-document-processing', usage: { pages: 60 } },
  { capability: 'custom-document-processing', usage: { pages: 900 } },
  { capability: 'receipt-processing', usage: { pages: 3 } },
  { capability: 'text-translation', usage: { characters: 3400 } },
  { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 } },
  { capability: 'prompt', usage: { inputTokens: 4100, outputTokens: 100 } },
  { capability: 'classic-answer', usage: { responses: 40 } },
  { capability: 'classic-answer', usage: { responses: 4000 } },
  { capability: 'generative-answer', usage: { responses: 20 } },
  { capability: 'generative-answer', usage: { responses: 6000 } },
  { capability: 'agent-flow-actions', usage: { actions: 70_007 } },
  { capability: 'session', usage: { sessions: 9 } },
  { capability: 'session', usage: { sessions: 15 } },
];
export const RARE_WORK: Partial<Action>[] = [
  { capability: 'custom-document-processing', usage: { pages: 9000 } },
  { capability: 'receipt-processing', usage: { pages: 0 } },
  { capability: 'prompt', model: 'gpt-5-chat', usage: { inputTokens: 9, outputTokens: 0 } },
  { capability: 'prompt', model: 'gpt-5-chat', usage: { inputTokens: 9000, outputTokens: 10 } },
  { capability: 'prompt', model: 'o3', usage: { inputTokens: 90_000, outputTokens: 1 } },
  { capability: 'prompt', model: 'claude-opus-4.5', usage: { inputTokens: 0, outputTokens: 0 } },
  { capability: 'prompt', model: 'gpt-4o', usage: { inputTokens: 1000, outputTokens: 1 } },
  { capability: 'prompt', model: 'byom', usage: { inputTokens: 5, outputTokens: 5 } },
  { capability: 'prompt', model: 'hal-9000', usage: { inputTokens: 1, outputTokens: 1 } },
  { capability: 'AISummarize', model: 'gpt-5-chat', usage: { inputTokens: 999, outputTokens: 2 } },
  { capability: 'voice-premium-generative', usage: { minutes: 1333 } },
  { capability: 'voice-premium-generative', usage: { minutes: 4000 } },
  { capability: 'computer-use', usage: { actions: 2 } },
  { capability: 'business-card-reader', usage: { pages: 2 } },
  { capability: 'prediction', usage: { rows: 5 } },
  { capability: 'code-execution', usage: { responses: 1 } },
  { capability: 'translate-to-elvish', usage: { pages: 3 } },
  { capability: 'translate-to-elvish', usage: { pages: 300 } },
  { capability: 'receipt-processing', usage: { characters: 3 } },
  { capability: 'prompt', usage: { inputTokens: 3 } },
  { capability: 'custom-document-processing', usage: { pages: 20_000_000 } },
];
export const TRIAL_WORK: Partial<Action> = { caller: 'cloud-flow', capability: 'custom-document-processing', model: null };
export const DOCUMENT: Partial<Action> = { ...TRIAL_WORK, usage: { pages: 1 } };
export const SESSION: Partial<Action> = { caller: 'agent', capability: 'session', model: null, usage: { sessions: 3 } };
export const ANSWERS: Partial<Action> = { caller: 'agent', capability: 'classic-answer', model: null, usage: { responses: 12 } };
export const work = fc.oneof(often(5, one(...USUAL_WORK)), often(1, one(...RARE_WORK)));

/** What is said besides; mostly nothing. */
export const NATURES: Partial<Action>[] = [
  ...Array.from({ length: 30 }, () => ({})),
  { mode: 'test' },
  { mode: 'train' },
  { preview: true },
  { m365Copilot: true, channel: 'teams' },
  { m365Copilot: true, channel: 'sharepoint', startedByAgent: true },
  { m365Copilot: true, channel: 'web' },
  { recordOnly: true },
  { recordOnly: true },
  { recordOnly: true, caller: 'agent' },
  { recordOnly: true, caller: 'cloud-flow' },
  { recordOnly: true, mode: 'test' },
];

export const actions: fc.Arbitrary<SaidAction> = fc
  .tuple(
    environmentIds,
    users,
    one<Action['caller'][]>(
      'cloud-flow',
      'cloud-flow',
      'cloud-flow',
      'canvas-app',
      'model-driven-app',
      'api',
      'agent',
      'agent',
      'agent-flow',
    ),
    work,
    one(...NATURES),
    fc.oneof(
      often(12, fc.constant<When>('now')),
      often(2, fc.constant<When>('two hours ago')),
      often(2, one<When[]>('ten days ago', 'end of last month', 'forty days ago', 'in 4 minutes', 'in 6 minutes')),
    ),
    one<Action['resource'][]>(null, null, { type: 'agent', id: 'bot' }, { type: 'flow', id: 'f-1' }),
  )
  .map(([environmentId, userId, caller, work, nature, when, resource]) => ({
    environmentId,
    userId,
    caller,
    when,
    resource,
    ...work,
    ...nature,
  }));

/** What callers do: the bulk. */
export const uses: fc.Arbitrary<Step> = fc.oneof(
  often(
    14,
    actions.map((action): Step => ({ step: 'consume', action })),
  ),
  often(
    3,
    fc
      .tuple(actions, one(60, 300, 86_400))
      .map(([action, seconds]): Step => ({ step: 'hold', action: { ...action, recordOnly: false }, seconds })),
  ),
  often(
    2,
    fc
      .tuple(fc.nat({ max: 9 }), one<('same' | 'other' | 'misfit')[]>('same', 'same', 'other', 'misfit'))
      .map(([which, usage]): Step => ({ step: 'capture', which, usage })),
  ),
  often(
    1,
    fc.nat({ max: 9 }).map((which): Step => ({ step: 'release', which })),
  ),
);
