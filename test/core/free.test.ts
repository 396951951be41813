// What is free, and in which order it is judged: F6 first, then F1–F4, then the sources (section 5).

import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import { formatCredits } from '../../src/core/credits.ts';
import type { Day } from '../../src/core/month.ts';
import { aLedger, anAction, answers, bought, consume, done, nextId, outcomeOf, pages, refusedAction } from './a-ledger.ts';
import { counted } from './recount.ts';

const NOW = '2026-03-10T08:00:00Z';
const prompt = (model: string | null, said: Partial<Action> = {}): Action =>
  anAction({ capability: 'prompt', model, usage: { inputTokens: 1000, outputTokens: 0 }, ...said });
const internal = { m365Copilot: true, channel: 'teams' } as const;

function given(now = NOW, previewModels = true) {
  return aLedger({
    now,
    entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
    environments: { sales: { previewModels } },
  });
}

describe('F1: tests and training', () => {
  it.each<[string, Action, string]>([
    ['testing a model is free', pages(1, { mode: 'test' }), 'free: test'],
    ['testing a prompt is free', prompt('gpt-4.1', { mode: 'test', caller: 'canvas-app' }), 'free: test'],
    ['the embedded agent test chat is free', answers(1, { mode: 'test' }), 'free: test'],
    ['a test by API is free', pages(1, { mode: 'test', caller: 'api' }), 'free: test'],
    ['training is free', pages(500, { mode: 'train' }), 'free: training'],
    ['a test inside an agent flow is charged', pages(1, { mode: 'test', caller: 'agent-flow' }), '8 copilot-credits from pool'],
    ['a run is charged', pages(1), '100 ai-builder-credits from pool'],
  ])('F1: %s', (_, action, expected) => {
    expect(outcomeOf(given(), action)).toBe(expected);
  });
});

describe('F2: preview scenarios of AI models are free, prompts on preview models are charged', () => {
  const image = { capability: 'image-description', usage: { images: 1 } };
  it.each<[string, Action, string]>([
    ['an AI model in preview', anAction({ ...image, preview: true }), 'free: preview'],
    ['not in preview', anAction(image), '32 ai-builder-credits from pool'],
    ['a preview model in a prompt', prompt('gpt-5.2-chat'), '20 ai-builder-credits from pool'],
    ['a prompt that says it is a preview', prompt('gpt-5.2-chat', { preview: true }), '20 ai-builder-credits from pool'],
    [
      'an AI function',
      anAction({ capability: 'AIReply', usage: { inputTokens: 1, outputTokens: 1 }, preview: true }),
      '1 ai-builder-credits from pool',
    ],
    ['what has no AI Builder rate', answers(1, { preview: true }), '1 copilot-credits from pool'],
  ])('F2: %s', (_, action, expected) => {
    expect(outcomeOf(given(), action)).toBe(expected);
  });
});

describe('F3: business card reader and prediction are free from 2025-11-01', () => {
  it.each<[string, Action, string]>([
    [
      '2025-10-31T23:59:59.999Z',
      anAction({ capability: 'business-card-reader', usage: { pages: 1 } }),
      '32 ai-builder-credits from pool',
    ],
    ['2025-11-01T00:00:00Z', anAction({ capability: 'business-card-reader', usage: { pages: 1 } }), 'free: free-capability'],
    ['2025-10-31T23:59:59.999Z', anAction({ capability: 'prediction', usage: { rows: 1 } }), '2 ai-builder-credits from pool'],
    ['2025-11-01T00:00:00Z', anAction({ capability: 'prediction', usage: { rows: 1 } }), 'free: free-capability'],
  ])('F3: at %s', (now, action, expected) => {
    expect(outcomeOf(given(now), action)).toBe(expected);
  });

  it('a capability of one’s own whose rates are 0 is free as well', () => {
    const ledger = given();
    const capability = {
      id: 'hello',
      name: 'Hello',
      unit: 'action' as const,
      from: '2026-03-01' as Day,
      aiBuilderCredits: null,
      copilotCredits: 0n as never,
    };
    done(ledger, { do: 'define-capability', capability });
    expect(outcomeOf(ledger, anAction({ capability: 'hello', usage: { actions: 3 } }))).toBe('free: free-capability');
  });
});

describe('F4: a Microsoft 365 Copilot user in an internal channel, through an agent, pays no Copilot Credits', () => {
  it.each<[string, Action, string]>([
    ['in Teams', answers(2, internal), 'free: zero-rated'],
    ['in SharePoint', answers(2, { ...internal, channel: 'sharepoint' }), 'free: zero-rated'],
    ['in Microsoft 365 Copilot', answers(2, { ...internal, channel: 'm365-copilot' }), 'free: zero-rated'],
    [
      'through an agent flow that an agent started',
      answers(2, { ...internal, caller: 'agent-flow', startedByAgent: true }),
      'free: zero-rated',
    ],
    ['not on the web', answers(2, { ...internal, channel: 'web' }), '2 copilot-credits from pool'],
    ['not in a custom channel', answers(2, { ...internal, channel: 'custom' }), '2 copilot-credits from pool'],
    ['no channel given is not an internal one', answers(2, { m365Copilot: true }), '2 copilot-credits from pool'],
    ['not without the licence', answers(2, { channel: 'teams' }), '2 copilot-credits from pool'],
    [
      'not through an agent flow that no agent started',
      answers(2, { ...internal, caller: 'agent-flow' }),
      '2 copilot-credits from pool',
    ],
    ['not through a cloud flow', pages(1, internal), '100 ai-builder-credits from pool'],
    [
      'not through a cloud flow that an agent started',
      pages(1, { ...internal, startedByAgent: true }),
      '100 ai-builder-credits from pool',
    ],
    [
      'not for computer use',
      anAction({ ...internal, caller: 'agent', capability: 'computer-use', usage: { actions: 1 } }),
      '5 copilot-credits from pool',
    ],
    [
      'sessions are not zero-rated',
      anAction({ ...internal, caller: 'agent', capability: 'session', usage: { sessions: 1 } }),
      'EntitlementNotAvailable',
    ],
  ])('F4: %s', (_, action, expected) => {
    expect(outcomeOf(given(), action)).toBe(expected);
  });

  it('F4: it is recorded with its would-be price', () => {
    const { price, credits, currency } = consume(given(), prompt('gpt-4.1', { ...internal, caller: 'agent' }));
    expect(price.prices.map((each) => `${formatCredits(each.credits)} ${each.currency}`)).toContain('1.5 copilot-credits');
    expect([credits, currency]).toEqual([0n, null]);
  });
});

describe('F6: with the preview toggle off a prompt on a preview model fails everywhere', () => {
  it.each<[string, Action]>([
    ['in a run', prompt('gpt-5.2-chat')],
    ['before F1: in a test', prompt('gpt-5.2-chat', { mode: 'test' })],
    ['before F1: in training', prompt('gpt-5.2-chat', { mode: 'train' })],
    ['before F4: where it would be zero-rated', prompt('claude-opus-4.5', { ...internal, caller: 'agent' })],
  ])('F6: %s', (_, action) => {
    expect(outcomeOf(given(NOW, false), action)).toBe('PreviewModelsDisabled');
    expect(outcomeOf(given(NOW, true), action)).not.toBe('PreviewModelsDisabled');
  });

  it.each<[string, Action]>([
    ['another model', prompt('gpt-5-chat')],
    ['no model', prompt(null)],
    ['an AI model in preview is no prompt', anAction({ capability: 'image-description', usage: { images: 1 }, preview: true })],
    ['a function that names a preview model', prompt('gpt-5.2-chat', { capability: 'AISummarize' })],
  ])('F6: not %s', (_, action) => {
    expect(outcomeOf(given(NOW, false), action)).not.toBe('PreviewModelsDisabled');
  });

  it('F6: a hold fails as well', () => {
    const ledger = given(NOW, false);
    expect(() => done(ledger, { do: 'hold', id: nextId(), action: prompt('gpt-5.2-chat'), expiresInSeconds: 60 })).toThrow(
      'PreviewModelsDisabled',
    );
    expect(ledger.holds.size).toBe(0);
  });

  it('F6: a model that leaves preview runs with the toggle off, by the moment of the action', () => {
    const ledger = given('2026-02-01T00:00:00Z', false);
    expect(outcomeOf(ledger, prompt('gpt-5-chat'))).toBe('20 ai-builder-credits from pool');
    const before = { occurredAt: (ledger.now - 1) as typeof ledger.now };
    expect(outcomeOf(ledger, prompt('gpt-5-chat', before))).toBe('PreviewModelsDisabled');
    expect(outcomeOf(ledger, prompt('o3', before))).toBe('PreviewModelsDisabled'); // its successor is in preview
  });

  it('F6: the refusal names the environment and the model and is recorded without charge', () => {
    const ledger = given(NOW, false);
    const refusal = refusedAction(ledger, prompt('gpt-5.2-chat'));
    expect(refusal.detail).toMatch(/sales.*gpt-5\.2-chat/);
    expect(ledger.records.map(({ status, credits }) => [status, credits])).toEqual([['refused', 0n]]);
  });
});

describe('F5 and the precedence among what is free', () => {
  it.each<[string, Action, string]>([
    ['F1 before F2', pages(1, { mode: 'test', preview: true }), 'free: test'],
    ['F1 before F3', anAction({ capability: 'prediction', usage: { rows: 1 }, mode: 'train' }), 'free: training'],
    ['F1 before F4', answers(1, { ...internal, mode: 'test' }), 'free: test'],
    [
      'F2 before F4',
      anAction({ ...internal, caller: 'agent', capability: 'image-description', usage: { images: 1 }, preview: true }),
      'free: preview',
    ],
    [
      'F3 before F4',
      anAction({ ...internal, caller: 'agent', capability: 'prediction', usage: { rows: 1 } }),
      'free: free-capability',
    ],
  ])('%s', (_, action, expected) => {
    expect(outcomeOf(given(), action)).toBe(expected);
  });

  it('F5: what is free needs no capacity and changes none, but is recorded with its rule', () => {
    const ledger = aLedger({ now: NOW, environments: { sales: { deny: true } } });
    const record = consume(ledger, pages(3, { mode: 'test' }));
    expect(record).toMatchObject({
      status: 'free',
      free: 'test',
      currency: null,
      credits: 0n,
      source: null,
      inOverage: false,
      explanation: [],
    });
    expect(ledger.records).toHaveLength(1);
    expect(counted(ledger)).toEqual({});
  });
});
