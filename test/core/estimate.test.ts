// Estimates (K1): volumes → credits in both currencies → what to buy after what is owned.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Usage } from '../../src/core/action.ts';
import { type Credits, credits, formatCredits } from '../../src/core/credits.ts';
import { type Estimate, type EstimateTotal, estimate, type Volume } from '../../src/core/estimate.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { aLedger, bought, done, type GivenLedger, readable } from './a-ledger.ts';

const IN_2025 = '2025-06-10T08:00:00Z';
const IN_2026 = '2026-03-10T08:00:00Z';

function volume(capability: string, usage: Usage, rest: Partial<Volume> = {}): Volume {
  return { capability, usage, model: null, actions: 1, ...rest };
}

function estimated(given: GivenLedger, volumes: Volume[]): Estimate {
  const of = estimate(aLedger(given), volumes);
  if (isRefusal(of)) throw new Error(`refused ${of.refused}: ${of.detail}`);
  return of;
}

function refusedEstimate(given: GivenLedger, volumes: Volume[]) {
  const of = estimate(aLedger(given), volumes);
  if (!isRefusal(of)) throw new Error('was not refused');
  return of;
}

function totals(given: GivenLedger, volumes: Volume[]) {
  return estimated(given, volumes).totals.map((total) => ({ ...readable(total), product: total.product.id }));
}

const RECEIPTS = volume('receipt-processing', { pages: 32_000 });

describe('K1', () => {
  it.each<[string, GivenLedger, Volume[], Partial<Record<keyof EstimateTotal, unknown>>[]]>([
    [
      'nothing owned: 32,000 receipts are two add-ons, or eleven packs',
      { now: IN_2025 },
      [RECEIPTS],
      [
        { credits: '1024000', owned: '0', missing: '1024000', product: 'ai-builder-add-on-t1', toBuy: 2 },
        { credits: '256000', owned: '0', missing: '256000', product: 'copilot-credit-pack', toBuy: 11 },
      ],
    ],
    [
      'what licences seed is owned (E1)',
      { now: IN_2025, entitlements: [bought('power-automate-premium', 5)] },
      [RECEIPTS],
      [{ owned: '25000', seeded: '25000', missing: '999000', toBuy: 1 }, { toBuy: 11 }],
    ],
    [
      'one add-on and five licences suffice',
      { now: IN_2025, entitlements: [bought('power-automate-premium', 5), bought('ai-builder-add-on-t1', 1)] },
      [RECEIPTS],
      [{ owned: '1025000', seeded: '25000', missing: '0', toBuy: 0 }, { toBuy: 11 }],
    ],
    [
      'exactly what is missing, not one more',
      { now: IN_2025, entitlements: [bought('copilot-credit-pack', 1)] },
      [volume('classic-answer', { responses: 75_000 })],
      [
        { credits: '0', notPriced: ['classic-answer'], toBuy: 0 },
        { owned: '25000', missing: '50000', toBuy: 2 },
      ],
    ],
    [
      'a fraction of a credit above is one pack more',
      { now: IN_2026 },
      [volume('classic-answer', { responses: 25_000 }), volume('agent-flow-actions', { actions: 1 })],
      [{}, { credits: '25000.13', toBuy: 2 }],
    ],
    [
      'a pre-purchase is of a year and is not subtracted (E8)',
      { now: IN_2026, entitlements: [bought('copilot-credit-pre-purchase', 300_000)] },
      [volume('classic-answer', { responses: 100 })],
      [{}, { owned: '0', prePurchaseLeft: '300000', missing: '100', toBuy: 1 }],
    ],
  ])('%s', (_, given, volumes, expected) => {
    expect(totals(given, volumes)).toMatchObject(expected);
  });

  it('keeps its lines apart, in order, and says what no currency has a rate for', () => {
    const { lines, totals: both } = estimated({ now: IN_2026 }, [
      RECEIPTS,
      volume('classic-answer', { responses: 3 }),
      volume('classic-answer', { responses: 4 }),
    ]);
    const told = lines.map(({ volume: of, price }) => [
      of.capability,
      ...price.prices.map((each) => `${formatCredits(each.credits)} ${each.currency}`),
    ]);
    expect(told).toEqual([
      ['receipt-processing', '1024000 ai-builder-credits', '256000 copilot-credits'],
      ['classic-answer', '3 copilot-credits'],
      ['classic-answer', '4 copilot-credits'],
    ]);
    expect(both.map((total) => total.notPriced)).toEqual([['classic-answer'], []]);
  });

  it('has a total of sessions only where a volume is counted in them', () => {
    const currencies = (volumes: Volume[]) => estimated({ now: IN_2025 }, volumes).totals.map((total) => total.currency);
    expect(currencies([RECEIPTS])).toEqual(['ai-builder-credits', 'copilot-credits']);
    expect(currencies([RECEIPTS, volume('session', { sessions: 10 })])).toContain('copilot-sessions');
  });

  it('rounds every action where it is told how many there are (R2, R3)', () => {
    const prompt = { model: 'gpt-4.1', usage: { inputTokens: 100, outputTokens: 50 } };
    const [once] = totals({ now: IN_2026 }, [
      volume('prompt', { inputTokens: 100_000, outputTokens: 50_000 }, { model: 'gpt-4.1' }),
    ]);
    const [each, copilot] = totals({ now: IN_2026 }, [volume('prompt', prompt.usage, { model: 'gpt-4.1', actions: 1000 })]);
    // ⌈0.1 × 20 + 0.05 × 60⌉ = 5 credits each; ⌈150 / 1,000⌉ × 1.5 Copilot Credits.
    expect([once!.credits, each!.credits, copilot!.credits]).toEqual(['5000', '5000', '1500']);
    const short = volume('prompt', { inputTokens: 10, outputTokens: 5 }, { model: 'gpt-4.1', actions: 1000 });
    expect(totals({ now: IN_2026 }, [short])[0]!.credits).toBe('1000');
  });

  it('prices the tenant’s own capabilities', () => {
    const ledger = aLedger({ now: IN_2026 });
    const rates = { aiBuilderCredits: credits('3'), copilotCredits: null };
    const capability = { id: 'signatures', name: 'Signatures', unit: 'page' as const, from: '2026-01-01' as never, ...rates };
    done(ledger, { do: 'define-capability', capability });
    const of = estimate(ledger, [volume('signatures', { pages: 10 })]);
    expect(isRefusal(of) ? of : of.totals.map((total) => [formatCredits(total.credits), total.notPriced])).toEqual([
      ['30', []],
      ['0', ['signatures']],
    ]);
  });
});

describe('E5, E7: what can be owned and bought', () => {
  const addOn = bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01' });
  it.each([
    ['anybody until 2025-11-01', '2025-10-31T23:59:59Z', [], true, '2025-11-01'],
    ['nobody without an add-on from then', '2025-11-01T00:00:00Z', [], false, '2025-11-01'],
    ['who has one, a year longer', '2025-11-01T00:00:00Z', [addOn], true, '2026-11-01'],
    ['until 2026-11-01', '2026-10-31T23:59:59Z', [addOn], true, '2026-11-01'],
    ['nobody from then', '2026-11-01T00:00:00Z', [addOn], false, '2026-11-01'],
  ])('add-ons: %s', (_, now, entitlements, canBuy, endOfSale) => {
    const [aiBuilder, copilot] = totals({ now, entitlements }, [RECEIPTS]);
    expect(aiBuilder).toMatchObject({ canBuy, endOfSale });
    expect(copilot).toMatchObject({ canBuy: true, endOfSale: null });
  });

  it('seeded credits are owned until 2026-11-01 only', () => {
    const seats = bought('power-automate-premium', 5, { purchasedOn: '2026-01-01' });
    const at = (now: string) => totals({ now, entitlements: [seats] }, [RECEIPTS])[0];
    expect(at('2026-10-31T23:59:59Z')).toMatchObject({ owned: '25000', seeded: '25000' });
    expect(at('2026-11-01T00:00:00Z')).toMatchObject({ owned: '0', seeded: '0', missing: '1024000' });
  });
});

describe('refusals point into the volume', () => {
  it.each<[string, Volume, string, string]>([
    ['an unknown capability', volume('nonsense', { pages: 1 }), 'UnknownCapability', '/volumes/1/capability'],
    [
      'an unknown model',
      volume('prompt', { inputTokens: 1, outputTokens: 1 }, { model: 'hal' }),
      'UnknownModel',
      '/volumes/1/model',
    ],
    ['another unit', volume('receipt-processing', { images: 1 }), 'InvalidRequest', '/volumes/1/usage/pages'],
    ['too much for one action', volume('receipt-processing', { pages: 1e9 }), 'InvalidRequest', '/volumes/1/usage'],
    [
      'more units than can be counted',
      volume('receipt-processing', { pages: 1e7 }, { actions: 1e9 }),
      'InvalidRequest',
      '/volumes/1/actions',
    ],
    ['more than anybody can own', volume('receipt-processing', { pages: 1e6 }, { actions: 1e9 }), 'InvalidRequest', '/volumes'],
  ])('%s', (_, bad, code, pointer) => {
    const { refused, errors } = refusedEstimate({ now: IN_2026 }, [RECEIPTS, bad]);
    expect([refused, errors?.[0]?.pointer]).toEqual([code, pointer]);
  });
});

describe('laws', () => {
  const amounts = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 20 });

  it('what is bought is enough, and one less is not', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 200 }), (counts, packs) => {
        const entitlements = packs === 0 ? [] : [bought('copilot-credit-pack', packs)];
        const { totals: both } = estimated(
          { now: IN_2026, entitlements },
          counts.map((responses) => volume('generative-answer', { responses })),
        );
        const { credits: needed, owned, toBuy, missing, product } = both[1]!;
        const has = (bought_: number) => (owned + product.creditsPerUnit * BigInt(bought_)) as Credits;
        expect(has(toBuy) >= needed).toBe(true);
        if (toBuy > 0) expect(has(toBuy - 1) < needed).toBe(true);
        expect(missing === 0n).toBe(toBuy === 0);
      }),
    );
  });

  it('volumes together cost what they cost alone', () => {
    fc.assert(
      fc.property(amounts, (counts) => {
        const volumes = counts.map((pages) => volume('receipt-processing', { pages }));
        const alone = volumes.map((each) => estimated({ now: IN_2026 }, [each]).totals.map((total) => total.credits));
        const together = estimated({ now: IN_2026 }, volumes).totals.map((total) => total.credits);
        for (const [index, sum] of together.entries()) expect(sum).toBe(alone.reduce((total, each) => total + each[index]!, 0n));
      }),
    );
  });
});
