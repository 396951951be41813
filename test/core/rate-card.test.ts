// Rating: what an action costs (R1–R6), in both currencies, and which usage is taken.

import { describe, expect, it } from 'vitest';
import type { Priceable, Usage } from '../../src/core/action.ts';
import { credits, formatCredits } from '../../src/core/credits.ts';
import type { Day } from '../../src/core/month.ts';
import { type OwnCapability, type Price, price } from '../../src/core/rate-card.ts';
import { isRefusal, type Refusal } from '../../src/core/refusal.ts';
import { moment } from './a-ledger.ts';

const TODAY = '2026-03-10T08:00:00Z';

function priced(action: Partial<Priceable>, at = TODAY, own: OwnCapability[] = []): Price | Refusal {
  return price({ capability: 'prompt', model: null, usage: {}, ...action }, own, moment(at));
}

/** `{ 'ai-builder-credits': '152', 'copilot-credits': '7.5' }`, or the code of the refusal. */
function costs(outcome: Price | Refusal): Record<string, string> | string {
  if (isRefusal(outcome)) return outcome.refused;
  return Object.fromEntries(outcome.prices.map((each) => [each.currency, formatCredits(each.credits)]));
}

const both = (aiBuilder: string, copilot: string) => ({ 'ai-builder-credits': aiBuilder, 'copilot-credits': copilot });
const tokens = (inputTokens: number, outputTokens: number): Usage => ({ inputTokens, outputTokens });

describe('R1: every capability of the newest card, one unit', () => {
  it.each<[string, Usage, Record<string, string>]>([
    ['contract-processing', { images: 1 }, both('32', '8')],
    ['health-insurance-card-processing', { images: 1 }, both('32', '8')],
    ['image-description', { images: 1 }, both('32', '8')],
    ['object-detection', { images: 1 }, both('8', '8')],
    ['custom-document-processing', { pages: 1 }, both('100', '8')],
    ['receipt-processing', { pages: 1 }, both('32', '8')],
    ['invoice-processing', { pages: 1 }, both('32', '8')],
    ['identity-document-reader', { pages: 1 }, both('32', '8')],
    ['text-recognition', { pages: 1 }, both('3', '0.1')],
    ['sentiment-analysis', { characters: 1 }, both('2', '0.1')],
    ['language-detection', { characters: 1 }, both('2', '0.1')],
    ['key-phrase-extraction', { characters: 1 }, both('2', '0.1')],
    ['category-classification', { characters: 1 }, both('20', '1.5')],
    ['entity-extraction', { characters: 1 }, both('20', '1.5')],
    ['text-translation', { characters: 1 }, both('22', '1.5')],
    ['business-card-reader', { pages: 1 }, both('0', '0')],
    ['prediction', { rows: 1 }, both('0', '0')],
    ['classic-answer', { responses: 1 }, { 'copilot-credits': '1' }],
    ['generative-answer', { responses: 1 }, { 'copilot-credits': '2' }],
    ['agent-action', { actions: 1 }, { 'copilot-credits': '5' }],
    ['computer-use', { actions: 1 }, { 'copilot-credits': '5' }],
    ['tenant-graph-grounding', { messages: 1 }, { 'copilot-credits': '10' }],
    ['agent-flow-actions', { actions: 1 }, { 'copilot-credits': '0.13' }],
    ['voice-classic', { minutes: 1 }, { 'copilot-credits': '10' }],
    ['voice-generative', { minutes: 1 }, { 'copilot-credits': '35' }],
    ['voice-premium-generative', { minutes: 1 }, { 'copilot-credits': '75' }],
    ['session', { sessions: 1 }, { 'copilot-sessions': '1' }],
  ])('%s', (capability, usage, expected) => {
    expect(costs(priced({ capability, usage }))).toEqual(expected);
  });
});

describe('worked examples', () => {
  it.each<[string, Partial<Priceable>, Record<string, string>]>([
    ['3,100 in and 1,500 out on a standard model', { model: 'gpt-4.1', usage: tokens(3100, 1500) }, both('152', '7.5')],
    ['4,200 tokens basic', { model: 'gpt-4.1-mini', usage: tokens(4200, 0) }, both('5', '0.5')],
    ['3 pages of custom documents', { capability: 'custom-document-processing', usage: { pages: 3 } }, both('300', '24')],
    ['3,400 characters of translation', { capability: 'text-translation', usage: { characters: 3400 } }, both('88', '6')],
    ['32,000 receipts', { capability: 'receipt-processing', usage: { pages: 32000 } }, both('1024000', '256000')],
    ['100 agent-flow actions', { capability: 'agent-flow-actions', usage: { actions: 100 } }, { 'copilot-credits': '13' }],
  ])('%s', (_, action, expected) => {
    expect(costs(priced(action))).toEqual(expected);
  });
});

describe('R1: the card is that of the moment', () => {
  it.each<[string, string, Usage, Record<string, string> | string]>([
    ['2024-06-01T00:00:00Z', 'business-card-reader', { pages: 2 }, both('64', '16')],
    ['2025-10-31T23:59:59.999Z', 'business-card-reader', { pages: 2 }, both('64', '16')],
    ['2025-11-01T00:00:00Z', 'business-card-reader', { pages: 2 }, both('0', '0')],
    ['2025-10-31T23:59:59.999Z', 'prediction', { rows: 5 }, both('10', '0.5')],
    ['2025-09-03T00:00:00Z', 'code-execution', { responses: 2 }, { 'copilot-credits': '20' }],
    ['2025-09-02T23:59:59.999Z', 'code-execution', { responses: 2 }, 'UnknownCapability'],
    ['2025-11-01T00:00:00Z', 'code-execution', { responses: 2 }, 'UnknownCapability'],
    ['2025-06-01T00:00:00Z', 'receipt-processing', { pages: 1 }, both('32', '8')],
    ['2026-05-13T23:59:59.999Z', 'byom-prompt', { actions: 1 }, 'UnknownCapability'],
    ['2026-05-14T00:00:00Z', 'byom-prompt', { actions: 1 }, { 'copilot-credits': '5' }],
  ])('%s %s', (at, capability, usage, expected) => {
    expect(costs(priced({ capability, usage }, at))).toEqual(expected);
  });
});

describe('R1: a tenant’s own capabilities, by version', () => {
  const version = (from: string, aiBuilder: string | null, copilot: string | null): OwnCapability => ({
    id: 'stamp-reader',
    name: 'Stamp reader',
    unit: 'page',
    from: from as Day,
    aiBuilderCredits: aiBuilder === null ? null : credits(aiBuilder),
    copilotCredits: copilot === null ? null : credits(copilot),
  });
  const versions = [version('2026-03-01', '0.25', '1'), version('2026-02-01', '10', null), version('2026-04-01', null, '3')];
  const stamps = { capability: 'stamp-reader', usage: { pages: 3 } };

  it.each([
    ['2026-01-31T23:59:59Z', 'UnknownCapability'],
    ['2026-02-01T00:00:00Z', { 'ai-builder-credits': '30' }],
    ['2026-03-01T00:00:00Z', both('0.75', '3')],
    ['2026-04-01T00:00:00Z', { 'copilot-credits': '9' }],
  ])('at %s', (at, expected) => {
    expect(costs(priced(stamps, at, versions))).toEqual(expected);
  });

  it('the rate card of an answer is the day of the version', () => {
    expect(priced(stamps, '2026-03-31T23:59:59Z', versions)).toMatchObject({ rateCard: '2026-03-01', feature: null });
  });
});

describe('R2: units', () => {
  it.each<[string, Partial<Priceable>, number]>([
    ['no page is one page', { capability: 'receipt-processing', usage: { pages: 0 } }, 1],
    ['pages as counted', { capability: 'receipt-processing', usage: { pages: 7 } }, 7],
    ['no character is a thousand', { capability: 'text-translation', usage: { characters: 0 } }, 1],
    ['999 characters are one unit', { capability: 'text-translation', usage: { characters: 999 } }, 1],
    ['1,000 characters are one unit', { capability: 'text-translation', usage: { characters: 1000 } }, 1],
    ['1,001 characters are two', { capability: 'text-translation', usage: { characters: 1001 } }, 2],
    ['no token is one unit', { usage: tokens(0, 0) }, 1],
    ['input and output tokens are added up, then rounded up', { usage: tokens(500, 500) }, 1],
    ['1,001 tokens are two units', { usage: tokens(1, 1000) }, 2],
  ])('%s', (_, action, expected) => {
    const { prices } = priced(action) as Price;
    expect(new Set(prices.map((each) => each.units))).toEqual(new Set([expected]));
  });
});

describe('R2: the count of the capability’s own unit is required and no other is accepted', () => {
  it.each<[string, Partial<Priceable>, string[]]>([
    ['no usage at all', { capability: 'receipt-processing', usage: {} }, ['/usage/pages']],
    ['another unit', { capability: 'receipt-processing', usage: { images: 1 } }, ['/usage/pages', '/usage/images']],
    ['one unit too many', { capability: 'receipt-processing', usage: { pages: 1, rows: 1 } }, ['/usage/rows']],
    ['a prompt without tokens', {}, ['/usage/inputTokens', '/usage/outputTokens']],
    ['a prompt without output tokens', { usage: { inputTokens: 1 } }, ['/usage/outputTokens']],
    ['a prompt without input tokens', { usage: { outputTokens: 1 } }, ['/usage/inputTokens']],
    ['a prompt with pages', { usage: { ...tokens(1, 1), pages: 1 } }, ['/usage/pages']],
    [
      'a function in characters',
      { capability: 'AITranslate', usage: { characters: 1 } },
      ['/usage/inputTokens', '/usage/outputTokens', '/usage/characters'],
    ],
  ])('%s', (_, action, pointers) => {
    const outcome = priced(action) as Refusal;
    expect(outcome.refused).toBe('InvalidRequest');
    expect(outcome.errors?.map((error) => error.pointer)).toEqual(pointers);
  });

  it('one action that would cost more than 1,000,000,000 credits is refused', () => {
    const most = { capability: 'custom-document-processing', usage: { pages: 10_000_000 } };
    expect(costs(priced(most))).toEqual(both('1000000000', '80000000'));
    const outcome = priced({ ...most, usage: { pages: 10_000_001 } }) as Refusal;
    expect([outcome.refused, outcome.errors?.[0]?.pointer]).toEqual(['InvalidRequest', '/usage']);
  });
});

describe('R3: prompts in AI Builder credits: the sum is rounded up to a whole credit once, at least 1', () => {
  it.each<[string, string, Usage, string]>([
    ['nothing costs 1', 'gpt-4.1-mini', tokens(0, 0), '1'],
    ['0.001 costs 1', 'gpt-4.1-mini', tokens(1, 0), '1'],
    ['exactly 1 costs 1', 'gpt-4.1-mini', tokens(1000, 0), '1'],
    ['1.001 costs 2', 'gpt-4.1-mini', tokens(1001, 0), '2'],
    ['0.5 + 1.5 costs 2, not 1 + 2', 'gpt-4.1-mini', tokens(500, 500), '2'],
    ['0.4 + 0.6 costs 1', 'gpt-4.1-mini', tokens(400, 200), '1'],
    ['0.02 + 0.06 costs 1', 'gpt-4.1', tokens(1, 1), '1'],
    ['19.98 + 0 costs 20', 'gpt-4.1', tokens(999, 0), '20'],
    ['140 + 560 costs 700', 'gpt-5-reasoning', tokens(1000, 1000), '700'],
    ['the largest usage is exact', 'gpt-5-reasoning', tokens(999_999_999, 1), '140000001'],
  ])('%s', (_, model, usage, expected) => {
    expect(costs(priced({ model, usage }))).toMatchObject({ 'ai-builder-credits': expected });
  });
});

describe('R4: the tier comes from the model', () => {
  it.each<[string, Partial<Priceable>, string, object]>([
    [
      'a prompt without a model is basic',
      { usage: tokens(1000, 1000) },
      TODAY,
      { tier: 'basic', model: null, previewModel: false },
    ],
    ['a standard model', { model: 'gpt-4.1', usage: tokens(1, 1) }, TODAY, { tier: 'standard', model: 'gpt-4.1' }],
    [
      'a premium model',
      { model: 'gpt-5-reasoning', usage: tokens(1, 1) },
      TODAY,
      { tier: 'premium', feature: 'text-and-generative-ai-tools-premium' },
    ],
    [
      'a model past its end runs as its successor',
      { model: 'o3', usage: tokens(1, 1) },
      TODAY,
      { tier: 'premium', model: 'gpt-5-reasoning', previewModel: false },
    ],
    [
      'F6: and is in preview where that one is',
      { model: 'o3', usage: tokens(1, 1) },
      '2026-01-10T00:00:00Z',
      { model: 'gpt-5-reasoning', previewModel: true },
    ],
    ['F6: a preview model', { model: 'gpt-5.2-chat', usage: tokens(1, 1) }, TODAY, { tier: 'standard', previewModel: true }],
    [
      'AISummarize is basic whatever model is named',
      { capability: 'AISummarize', model: 'gpt-5-reasoning', usage: tokens(1, 1) },
      TODAY,
      { tier: 'basic', model: 'gpt-5-reasoning', previewModel: false },
    ],
    [
      'a model is checked in prompts only',
      { capability: 'receipt-processing', model: 'no-such-model', usage: { pages: 1 } },
      TODAY,
      { tier: null, model: 'no-such-model' },
    ],
  ])('%s', (_, action, at, expected) => {
    expect(priced(action, at)).toMatchObject(expected);
  });

  it.each(['AISummarize', 'AIExtract', 'AIReply', 'AIClassify', 'AISentiment', 'AITranslate'])(
    '%s costs a basic prompt',
    (capability) => {
      expect(costs(priced({ capability, usage: tokens(1000, 1000) }))).toEqual(both('4', '0.2'));
    },
  );

  it.each([
    ['no-such-model', TODAY],
    ['gpt-4o', TODAY], // ended, without a successor
    ['gpt-5.2-chat', '2026-01-31T23:59:59.999Z'], // not yet there
    ['byom', '2026-05-13T23:59:59.999Z'], // before its first day
  ])('%s at %s is an unknown model, and the known ones are listed', (model, at) => {
    const outcome = priced({ model, usage: tokens(1, 1) }, at) as Refusal;
    expect([outcome.refused, outcome.errors?.[0]?.pointer]).toEqual(['UnknownModel', '/model']);
    expect(outcome.members?.knownModels).toContain('gpt-4.1');
    expect(outcome.members?.knownModels).not.toContain(model);
  });

  it.each<[string, Usage]>([
    ['tokens', tokens(9000, 9000)],
    ['nothing', {}],
    ['pages', { pages: 4 }],
  ])('a model of one’s own is one unit of byom-prompt in Copilot Credits, whatever its usage says: %s', (_, usage) => {
    const outcome = priced({ model: 'byom', usage }, '2026-05-14T00:00:00Z');
    expect(costs(outcome)).toEqual({ 'copilot-credits': '5' });
    expect(outcome).toMatchObject({ model: 'byom', feature: 'agent-action', previewModel: false });
  });
});

describe('R5, F2, F3, F4: what the card says beside the rates', () => {
  it.each<[string, Partial<Priceable>, object]>([
    [
      'an AI model is free in preview',
      { capability: 'image-description', usage: { images: 1 } },
      { previewIsFree: true, free: false },
    ],
    ['a prompt is not', { usage: tokens(1, 1) }, { previewIsFree: false }],
    ['nor a function', { capability: 'AIReply', usage: tokens(1, 1) }, { previewIsFree: false }],
    ['nor what has no AI Builder rate', { capability: 'classic-answer', usage: { responses: 1 } }, { previewIsFree: false }],
    ['prediction is free', { capability: 'prediction', usage: { rows: 1 } }, { free: true }],
    ['computer use is never zero-rated', { capability: 'computer-use', usage: { actions: 1 } }, { zeroRatable: false }],
  ])('%s', (_, action, expected) => {
    expect(priced(action)).toMatchObject(expected);
  });
});
