// The catalogue: its data is the specification's, its look-ups go by date (R1, R4, section 6).

import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  currentCapabilities,
  eraAt,
  findCapability,
  findModel,
  isCatalogueCapability,
  isPreview,
  knownModels,
  PRODUCTS,
  RATE_CARDS,
  rateCardAt,
} from '../../src/core/catalogue.ts';
import { catalogueData } from '../../src/core/catalogue-data.ts';
import { formatCredits } from '../../src/core/credits.ts';
import { moment } from './a-ledger.ts';

const specification = fileURLToPath(new URL('../../../shared/spec/catalogue.json', import.meta.url));
const isHere = existsSync(specification);

it.skipIf(!isHere)(
  `catalogue-data is the specification's catalogue${isHere ? '' : ` (skipped: ${specification} is not on this machine)`}`,
  () => {
    const { note, ...figures } = JSON.parse(readFileSync(specification, 'utf8'));
    expect(note).toBeTypeOf('string');
    expect(catalogueData).toEqual(figures);
  },
);

describe('R1: the card in force by date', () => {
  it.each([
    ['2024-01-01T00:00:00Z', '2025-04'], // before the first card the first one
    ['2025-04-08T00:00:00Z', '2025-04'],
    ['2025-09-02T23:59:59.999Z', '2025-04'],
    ['2025-09-03T00:00:00Z', '2025-09-03'],
    ['2025-10-31T23:59:59.999Z', '2025-09-03'],
    ['2025-11-01T00:00:00Z', '2025-11'],
    ['2030-01-01T00:00:00Z', '2025-11'],
  ])('at %s it is %s', (at, card) => {
    expect(rateCardAt(moment(at)).id).toBe(card);
  });

  it('cards stand oldest first', () => {
    const starts = RATE_CARDS.map((card) => card.from);
    expect(starts).toEqual([...starts].sort((a, b) => a - b));
  });
});

describe('R1: a capability as the card in force has it', () => {
  it.each([
    ['business-card-reader', '2024-06-01', { free: false, aiBuilderCredits: '32', feature: 'content-processing-tools' }],
    ['business-card-reader', '2025-10-31', { free: false, aiBuilderCredits: '32', feature: 'content-processing-tools' }],
    ['business-card-reader', '2025-11-01', { free: true, aiBuilderCredits: null, feature: null }],
    ['prediction', '2025-10-31', { free: false, aiBuilderCredits: '2', feature: 'text-and-generative-ai-tools-basic' }],
    ['prediction', '2025-11-01', { free: true, aiBuilderCredits: null, feature: null }],
    ['receipt-processing', '2024-06-01', { free: false, aiBuilderCredits: '32', feature: 'content-processing-tools' }],
    ['receipt-processing', '2025-09-10', { free: false, aiBuilderCredits: '32', feature: 'content-processing-tools' }],
    ['code-execution', '2025-09-02', null],
    ['code-execution', '2025-09-03', { free: false, aiBuilderCredits: null, feature: 'text-and-generative-ai-tools-premium' }],
    ['code-execution', '2025-10-31', { free: false, aiBuilderCredits: null, feature: 'text-and-generative-ai-tools-premium' }],
    ['code-execution', '2025-11-01', null],
    ['byom-prompt', '2026-05-13', null],
    ['byom-prompt', '2026-05-14', { free: false, aiBuilderCredits: null, feature: 'agent-action' }],
    ['telepathy', '2026-03-10', null],
  ])('%s on %s', (id, day, expected) => {
    const row = findCapability(id, moment(`${day}T00:00:00Z`));
    const { free, feature } = row ?? {};
    const aiBuilderCredits = row?.aiBuilderCredits == null ? null : formatCredits(row.aiBuilderCredits);
    expect(row ? { free, aiBuilderCredits, feature } : null).toEqual(expected);
  });

  it.each(['prompt', 'AISummarize', 'code-execution', 'byom-prompt', 'session'])('no tenant can define %s', (id) => {
    expect(isCatalogueCapability(id)).toBe(true);
  });

  it('the list of a day has each capability once, the functions among them', () => {
    const ids = currentCapabilities(moment('2026-03-10T00:00:00Z')).map((row) => row.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('AITranslate');
    expect(ids).toContain('receipt-processing');
    expect(ids).not.toContain('byom-prompt');
  });
});

describe('R4: models by date', () => {
  it.each([
    ['gpt-4o', '2025-04-07', null],
    ['gpt-4o', '2025-04-08', 'gpt-4o'],
    ['gpt-4o', '2025-11-30', 'gpt-4o'],
    ['gpt-4o', '2025-12-01', null], // ended without a successor
    ['o3', '2025-06-30', null],
    ['o3', '2025-11-30', 'o3'],
    ['o3', '2025-12-01', 'gpt-5-reasoning'],
    ['gpt-5.2-chat', '2026-01-31', null],
    ['gpt-5.2-chat', '2026-02-01', 'gpt-5.2-chat'],
    ['no-such-model', '2026-03-10', null],
  ])('%s on %s runs as %s', (id, day, runs) => {
    expect(findModel(id, moment(`${day}T00:00:00Z`))?.id ?? null).toBe(runs);
  });

  it.each([
    ['gpt-5-chat', '2026-01-31', true],
    ['gpt-5-chat', '2026-02-01', false],
    ['gpt-5.2-chat', '2199-01-01', true],
    ['gpt-4.1', '2026-02-01', false],
  ])('F6: %s on %s is in preview: %s', (id, day, preview) => {
    const at = moment(`${day}T00:00:00Z`);
    expect(isPreview(findModel(id, at)!, at)).toBe(preview);
  });

  it('the known models of a day are those whose dates hold it, with models of one’s own from their first day', () => {
    expect(knownModels(moment('2025-12-01T00:00:00Z'))).toEqual(['gpt-4.1-mini', 'gpt-4.1', 'gpt-5-chat', 'gpt-5-reasoning']);
    expect(knownModels(moment('2026-05-13T00:00:00Z'))).not.toContain('byom');
    expect(knownModels(moment('2026-05-14T00:00:00Z'))).toContain('byom');
  });
});

describe('section 6: the eras', () => {
  it.each([
    ['2000-01-01T00:00:00Z', 'capacity'],
    ['2025-10-31T23:59:59.999Z', 'capacity'],
    ['2025-11-01T00:00:00Z', 'dual-mode'],
    ['2026-10-31T23:59:59.999Z', 'dual-mode'],
    ['2026-11-01T00:00:00Z', 'add-on-only'],
  ])('%s is in %s', (at, era) => {
    expect(eraAt(moment(at))).toBe(era);
  });
});

it('E2: every product has credits, a currency and a minimum', () => {
  for (const product of PRODUCTS) {
    expect(product.creditsPerUnit, product.id).toBeGreaterThan(0n);
    expect(product.minimumQuantity, product.id).toBeGreaterThan(0);
  }
});
