// History (D11, C3): what another product has measured is recorded as it says, where its month takes it.

import { describe, expect, it } from 'vitest';
import { type Currency, credits, formatCredits } from '../../src/core/credits.ts';
import type { HistoryEntry } from '../../src/core/history.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { type Day, formatInstant } from '../../src/core/month.ts';
import { environmentCapacity } from '../../src/core/status.ts';
import {
  aLedger,
  allocate,
  bought,
  done,
  environmentOf,
  type GivenLedger,
  moment,
  moveTo,
  nextId,
  outcomeOf,
  pages,
  refused,
  toldBy,
} from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

const given: GivenLedger = {
  now: '2026-03-10T08:00:00Z',
  entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
  environments: { sales: {}, finance: {} },
};

function anEntry(said: Partial<Omit<HistoryEntry, 'day' | 'credits'>> & { day?: string; credits?: string } = {}): HistoryEntry {
  const { day = '2026-03-05', credits: amount = '100', ...rest } = said;
  return {
    environmentId: 'sales',
    userId: 'ada',
    caller: 'cloud-flow',
    resource: null,
    capability: 'custom-document-processing',
    feature: null,
    model: null,
    channel: null,
    m365Copilot: false,
    currency: 'ai-builder-credits',
    kind: 'prepaid',
    labels: null,
    ...rest,
    day: day as Day,
    credits: credits(amount),
  };
}

function record(ledger: Ledger, said: Parameters<typeof anEntry>[0] = {}) {
  return done(ledger, { do: 'record-history', id: nextId(), entry: anEntry(said) }).record;
}

function consumed(ledger: Ledger, currency: Currency = 'ai-builder-credits'): string {
  return formatCredits(environmentCapacity(ledger, environmentOf(ledger, 'sales'), currency).consumed);
}

describe('D11: it is recorded as it says', () => {
  it('priced elsewhere: no rate, no room and no switch is asked', () => {
    const ledger = aLedger({ ...given, entitlements: [], environments: { sales: { deny: true, previewModels: false } } });
    const made = record(ledger, { capability: 'nobody knows it', model: 'nor this', credits: '1234.567891' });
    expect(made).toMatchObject({
      status: 'charged',
      currency: 'ai-builder-credits',
      credits: 1_234_567_891n,
      source: 'pool',
      inOverage: false,
      free: null,
      explanation: [],
      price: { rateCard: 'imported', model: 'nor this' },
    });
    expect(made.action).toMatchObject({ capability: 'nobody knows it', usage: {}, recordOnly: true });
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it.each<[string, Parameters<typeof anEntry>[0], GivenLedger, object]>([
    [
      'prepaid, of an environment with an allocation',
      {},
      { ...given, environments: { sales: { allocations: { 'ai-builder-credits': '50' } } } },
      { source: 'allocation' },
    ],
    ['prepaid, of one without', {}, given, { source: 'pool' }],
    [
      'pay-as-you-go, on no plan of ours',
      { kind: 'pay-as-you-go', currency: 'copilot-credits' },
      given,
      { source: 'pay-as-you-go', planId: null },
    ],
    ['of a trial', { kind: 'trial' }, given, { source: 'trial', status: 'charged' }],
    [
      'not billed: what it would have cost is its price',
      { kind: 'non-billed', currency: 'copilot-credits', credits: '7' },
      given,
      {
        source: null,
        currency: null,
        credits: 0n,
        status: 'free',
        free: 'zero-rated',
        price: { prices: [{ currency: 'copilot-credits', units: 1, credits: 7_000_000n }] },
      },
    ],
  ])('%s', (_, said, from, expected) => {
    const ledger = aLedger(from);
    expect(record(ledger, said)).toMatchObject(expected);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('what it says beside is kept', () => {
    const labels = { 'Agent type': 'custom' };
    const made = record(aLedger(given), { labels, channel: 'teams', m365Copilot: true, resource: { type: 'agent', id: 'bot' } });
    expect(made.action).toMatchObject({ labels, channel: 'teams', m365Copilot: true, resource: { id: 'bot' } });
    expect(record(aLedger(given)).action).not.toHaveProperty('labels');
  });

  it('it counts in its month: what is decided later stands on it', () => {
    const ledger = aLedger({ ...given, entitlements: [bought('power-automate-premium')] });
    record(ledger, { credits: '6250' });
    expect([consumed(ledger), outcomeOf(ledger, pages(1))]).toEqual(['6250', 'QuotaExceeded']);
  });

  it('it counts against limits', () => {
    const ledger = aLedger({ ...given, limits: { l: { scope: { userId: 'ada' }, monthly: '100', stop: true } } });
    record(ledger);
    expect(outcomeOf(ledger, pages(1))).toBe('LimitReached');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('N2: it tells what it crosses', () => {
    const ledger = aLedger(given);
    expect(toldBy(ledger, () => record(ledger, { credits: '4000' }))).toEqual([
      '2026-03 near-capacity sales ai-builder-credits 4000 of 5000',
    ]);
  });
});

describe('its moment', () => {
  it.each<[string, string, string]>([
    ['2026-03-05', '2026-03-10T08:00:00Z', '2026-03-05T12:00:00Z'],
    ['2026-03-10', '2026-03-10T08:00:00Z', '2026-03-10T08:00:00Z'], // noon is still to come
    ['2026-03-10', '2026-03-10T12:00:00Z', '2026-03-10T12:00:00Z'],
    ['2026-03-10', '2026-03-10T00:00:00Z', '2026-03-10T00:00:00Z'],
    ['2026-03-09', '2026-03-10T00:00:00Z', '2026-03-09T12:00:00Z'],
    ['2024-02-29', '2026-03-10T08:00:00Z', '2024-02-29T12:00:00Z'], // long before the tenant began
  ])('of %s, recorded at %s: %s', (day, now, expected) => {
    expect(formatInstant(record(aLedger({ ...given, now }), { day }).occurredAt)).toBe(expected);
  });
});

describe('C3: which months take it', () => {
  it.each<[string, string, string, string | null]>([
    // the day, when the tenant began, now
    ['2026-03-10', '2026-03-01T00:00:00Z', '2026-03-10T23:59:59Z', null],
    ['2026-03-11', '2026-03-01T00:00:00Z', '2026-03-10T23:59:59Z', 'InvalidRequest'], // tomorrow
    ['2026-03-01', '2026-01-15T00:00:00Z', '2026-04-07T23:59:59.999Z', null], // last month, still open
    ['2026-03-01', '2026-01-15T00:00:00Z', '2026-04-08T00:00:00Z', 'PeriodClosed'],
    ['2026-01-01', '2026-01-15T00:00:00Z', '2026-04-08T00:00:00Z', 'PeriodClosed'], // the month in which it began
    ['2025-12-31', '2026-01-15T00:00:00Z', '2026-04-08T00:00:00Z', null], // the month before
    ['2026-02-28', '2026-03-10T00:00:00Z', '2026-03-10T00:00:00Z', null], // closed, but before it began
  ])('%s, began %s, now %s', (day, began, now, expected) => {
    const ledger = aLedger({ ...given, now: began });
    moveTo(ledger, now);
    if (expected === null) {
      record(ledger, { day });
      expect(counted(ledger)).toEqual(recounted(ledger));
      return;
    }
    const before = counted(ledger);
    const refusal = refused(ledger, { do: 'record-history', id: 'h', entry: anEntry({ day }) });
    expect([refusal.refused, ledger.records, counted(ledger)]).toEqual([expected, [], before]);
  });

  it('an environment that is not there, or no longer, is not found', () => {
    const ledger = aLedger(given);
    done(ledger, { do: 'delete-environment', environmentId: 'finance' });
    for (const environmentId of ['finance', 'nowhere']) {
      const refusal = refused(ledger, { do: 'record-history', id: 'h', entry: anEntry({ environmentId }) });
      expect([refusal.refused, refusal.errors?.[0]?.pointer]).toEqual(['NotFound', '/environmentId']);
    }
  });

  it('a closed month from before it began changes nothing of now, and nobody is told of it', () => {
    const ledger = aLedger({ ...given, limits: { l: { monthly: '10', stop: true } } });
    expect(toldBy(ledger, () => record(ledger, { day: '2025-05-05', credits: '100000' }))).toEqual([]);
    expect([consumed(ledger), outcomeOf(ledger, pages(1))]).toEqual(['0', '100 ai-builder-credits from pool']);
    // Nor does a change of the allocation reach back.
    allocate(ledger, 'sales', '5000');
    record(ledger, { day: '2025-05-06', credits: '100' });
    expect(counted(ledger)).toEqual(recounted(ledger));
  });
});

describe('X1: history of trials', () => {
  const trial: GivenLedger = { now: '2025-06-10T08:00:00Z', environments: { sales: {} }, trials: ['ada'] };

  it('draws on the trial that ran at its moment', () => {
    const ledger = aLedger(trial);
    moveTo(ledger, '2025-06-20T08:00:00Z');
    record(ledger, { day: '2025-06-15', kind: 'trial', credits: '200000' });
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
  });

  it.each<[string, string, string]>([
    ['of a day before it', '2025-06-09', 'ada'],
    ['of a user who has none here', '2025-06-10', 'bob'],
  ])('%s is recorded, and draws on none', (_, day, userId) => {
    const ledger = aLedger(trial);
    moveTo(ledger, '2025-06-10T20:00:00Z');
    expect(record(ledger, { day, userId, kind: 'trial', credits: '200000' }).source).toBe('trial');
    expect(outcomeOf(ledger, pages(1, { occurredAt: moment('2025-06-10T09:00:00Z') }))).toBe('100 ai-builder-credits from trial');
  });
});
