// Trials and extensions (X1–X3): who is given one, how long it lasts, what is drawn from it, and what it leaves alone.

import { describe, expect, it } from 'vitest';
import { formatCredits } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { formatInstant, monthOf } from '../../src/core/month.ts';
import { environmentCapacity, tenantCapacity } from '../../src/core/status.ts';
import { EXTENSION } from '../../src/core/trial.ts';
import {
  aLedger,
  allocate,
  answers,
  bought,
  consume,
  done,
  environmentOf,
  type GivenLedger,
  moment,
  moveTo,
  nextId,
  outcomeOf,
  pages,
  refused,
  refusedAction,
} from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

const NOW = '2025-06-10T08:00:00Z';
const nothing: GivenLedger = { now: NOW, environments: { sales: {}, finance: {} } };
const seats = bought('power-automate-premium', 1, { purchasedOn: '2025-06-01' });
/** 199,900 of the 200,000. */
const nearlyAll = 1_999;

function extend(ledger: Ledger, userId = 'ada') {
  return done(ledger, { do: 'extend-trial', userId }).trial;
}

describe('X1: a trial is 200,000 credits for one user and 30 days', () => {
  it('from its moment on, half-open', () => {
    const ledger = aLedger(nothing);
    const { trial } = done(ledger, { do: 'start-trial', userId: 'ada' });
    expect([trial.startsAt, trial.endsAt].map(formatInstant)).toEqual(['2025-06-10T08:00:00Z', '2025-07-10T08:00:00Z']);
    moveTo(ledger, '2025-07-10T07:59:59.999Z');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from trial');
    moveTo(ledger, '2025-07-10T08:00:00Z');
    expect(outcomeOf(ledger, pages(1))).toBe('EntitlementNotAvailable');
  });

  it('30 days over a leap day', () => {
    const ledger = aLedger({ now: '2024-02-10T00:00:00Z', environments: { sales: {} }, trials: ['ada'] });
    expect(formatInstant(ledger.trials.get('ada')!.endsAt)).toBe('2024-03-11T00:00:00Z');
  });

  it('in any environment, without allocation, of that user only', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    const outcomes = [
      outcomeOf(ledger, pages(1)),
      outcomeOf(ledger, pages(1, { environmentId: 'finance' })),
      outcomeOf(ledger, pages(1, { userId: 'bob' })),
    ];
    expect(outcomes).toEqual([
      '100 ai-builder-credits from trial',
      '100 ai-builder-credits from trial',
      'EntitlementNotAvailable',
    ]);
  });

  it('the month does not renew it', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    consume(ledger, pages(2_000));
    moveTo(ledger, '2025-07-01T00:00:00Z');
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
  });

  it.each<[string, GivenLedger['settings'], string[]]>([
    ['the action that crosses its end still runs', {}, ['199900', '200', 'QuotaExceeded']],
    [
      'with never-exceed it covers the whole action or is not used',
      { enforcement: { admission: 'never-exceed' } },
      ['199900', 'QuotaExceeded', 'QuotaExceeded'],
    ],
    [
      'it counts at 100, whatever the percentages of allocation and pool',
      { enforcement: { fallbackAtPercent: 50, blockAtPercent: 200 } },
      ['199900', '200', 'QuotaExceeded'],
    ],
  ])('%s; it has no overage', (_, settings, expected) => {
    const ledger = aLedger({ ...nothing, settings: settings ?? {}, trials: ['ada'] });
    expect([nearlyAll, 2, 2].map((count) => outcomeOf(ledger, pages(count)).split(' ')[0])).toEqual(expected);
  });

  it('what is held counts', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    done(ledger, { do: 'hold', id: 'h', action: pages(2_000), expiresInSeconds: 300 });
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
    done(ledger, { do: 'release', holdId: 'h' });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from trial');
  });

  it('it is drawn first, then what the tenant has bought since', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'], entitlements: [seats] });
    allocate(ledger, 'sales', '1000');
    consume(ledger, pages(2_000));
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(1, { environmentId: 'finance' }))).toBe('100 ai-builder-credits from pool');
  });

  it('it works in environments with deny', () => {
    const ledger = aLedger({ ...nothing, environments: { sales: { deny: true } }, trials: ['ada'] });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from trial');
  });

  it('an agent draws no AI Builder credits, so no trial', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    expect(outcomeOf(ledger, pages(1, { caller: 'agent' }))).toBe('EntitlementNotAvailable');
  });

  it('D11: what has already happened is charged to it while it is usable, and never in overage', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    expect(consume(ledger, pages(2_000, { recordOnly: true }))).toMatchObject({ source: 'trial', inOverage: false });
    expect(consume(ledger, pages(1, { recordOnly: true }))).toMatchObject({ source: null, inOverage: true });
  });

  it('C3: late usage draws on the trial that ran at its moment', () => {
    const ledger = aLedger({ ...nothing, now: '2025-06-30T08:00:00Z', trials: ['ada'] });
    moveTo(ledger, '2025-07-03T08:00:00Z');
    const at = (text: string) => outcomeOf(ledger, pages(1, { occurredAt: moment(text) }));
    expect([at('2025-06-30T08:00:00Z'), at('2025-06-30T07:59:59Z')]).toEqual([
      '100 ai-builder-credits from trial',
      'EntitlementNotAvailable',
    ]);
  });

  it('D10: a capture after its end is recorded on it', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    moveTo(ledger, '2025-07-10T07:59:00Z');
    done(ledger, { do: 'hold', id: 'h', action: pages(1), expiresInSeconds: 3600 });
    moveTo(ledger, '2025-07-10T08:30:00Z');
    const { record } = done(ledger, { do: 'capture', id: nextId(), holdId: 'h', usage: { pages: 3 } });
    expect(record).toMatchObject({ source: 'trial', credits: 300_000_000n });
    expect(counted(ledger)).toEqual(recounted(ledger));
  });
});

describe('X1: when no trial can start', () => {
  it.each<[string, GivenLedger, string]>([
    ['the user has one', { ...nothing, trials: ['ada'] }, 'ada has had a trial'],
    ['the tenant owns AI Builder credits', { ...nothing, entitlements: [seats] }, 'AI Builder credits of its own'],
    ['from 2025-11-01', { ...nothing, now: '2025-11-01T00:00:00Z' }, 'from 2025-11-01T00:00:00Z on'],
  ])('%s', (_, given, detail) => {
    const ledger = aLedger(given);
    const before = ledger.trials.size;
    const refusal = refused(ledger, { do: 'start-trial', userId: 'ada' });
    expect([refusal.refused, refusal.detail]).toEqual(['TrialNotAvailable', expect.stringContaining(detail)]);
    expect(ledger.trials.size).toBe(before);
  });

  it('an ended one is one', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    moveTo(ledger, '2025-08-01T00:00:00Z');
    expect(refused(ledger, { do: 'start-trial', userId: 'ada' }).refused).toBe('TrialNotAvailable');
  });

  it.each<[string, Partial<GivenLedger>]>([
    [
      'Copilot Credits are none of AI Builder',
      { entitlements: [bought('copilot-credit-pack', 1, { purchasedOn: '2025-06-01' })] },
    ],
    ['the last moment of October', { now: '2025-10-31T23:59:59.999Z' }],
    [
      'what was owned and has ended',
      { entitlements: [bought('power-automate-premium', 1, { purchasedOn: '2025-05-01', endsOn: '2025-06-10' })] },
    ],
    ['another user has one', { trials: ['bob'] }],
  ])('it can start though: %s', (_, more) => {
    const ledger = aLedger({ ...nothing, ...more });
    expect(done(ledger, { do: 'start-trial', userId: 'ada' }).trial.userId).toBe('ada');
  });
});

describe('X1: it can be extended one time, after it has ended', () => {
  function ended(now = '2025-07-10T08:00:00Z'): Ledger {
    const ledger = aLedger({ ...nothing, trials: ['ada'] });
    consume(ledger, pages(2_000));
    moveTo(ledger, now);
    return ledger;
  }

  it('another 200,000 for 30 days from then', () => {
    const ledger = ended('2025-08-01T00:00:00Z');
    expect(formatInstant(extend(ledger).endsAt)).toBe('2025-08-31T00:00:00Z');
    expect([nearlyAll, 1, 1].map((count) => outcomeOf(ledger, pages(count)).split(' ')[0])).toEqual([
      '199900',
      '100',
      'QuotaExceeded',
    ]);
    expect(counted(ledger)).toEqual(recounted(ledger));
    moveTo(ledger, '2025-08-31T00:00:00Z');
    expect(outcomeOf(ledger, pages(1))).toBe('EntitlementNotAvailable');
  });

  it('at the moment at which it ends, and not a moment before', () => {
    const early = ended('2025-07-10T07:59:59.999Z');
    expect(refused(early, { do: 'extend-trial', userId: 'ada' }).refused).toBe('TrialNotAvailable');
    expect(extend(ended()).extended).toBe(true);
  });

  it.each<[string, () => Ledger]>([
    [
      'a second time',
      () => {
        const ledger = ended();
        extend(ledger);
        moveTo(ledger, '2025-09-01T00:00:00Z');
        return ledger;
      },
    ],
    ['from 2025-11-01', () => ended('2025-11-01T00:00:00Z')],
    [
      'the tenant owns AI Builder credits by now',
      () => {
        const ledger = ended();
        done(ledger, { do: 'entitle', purchase: bought('power-automate-premium') });
        return ledger;
      },
    ],
  ])('but not %s', (_, made) => {
    const ledger = made();
    const before = { ...ledger.trials.get('ada')! };
    expect(refused(ledger, { do: 'extend-trial', userId: 'ada' }).refused).toBe('TrialNotAvailable');
    expect(ledger.trials.get('ada')).toEqual(before);
  });

  it('one that was never given is not found', () => {
    expect(refused(aLedger(nothing), { do: 'extend-trial', userId: 'ada' }).refused).toBe('NotFound');
  });

  it('a running one lives out its days after 2025-11-01, and draws before Copilot Credits', () => {
    const ledger = aLedger({
      ...nothing,
      now: '2025-10-20T00:00:00Z',
      trials: ['ada'],
      entitlements: [bought('copilot-credit-pack')],
    });
    moveTo(ledger, '2025-11-18T23:59:59Z');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from trial');
    moveTo(ledger, '2025-11-19T00:00:00Z');
    expect(outcomeOf(ledger, pages(1))).toBe('8 copilot-credits from pool');
  });
});

describe('X2: trial consumption touches neither allocation nor pool', () => {
  it('nor what the tenant owns, nor its months', () => {
    const ledger = aLedger({ ...nothing, trials: ['ada'], entitlements: [seats] });
    allocate(ledger, 'sales', '1000');
    consume(ledger, pages(12));
    consume(ledger, pages(12, { environmentId: 'finance' }));
    const [tenant] = tenantCapacity(ledger);
    expect([tenant!.owned, tenant!.consumed].map(formatCredits)).toEqual(['5000', '0']);
    const sales = environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'ai-builder-credits');
    expect([sales.status, formatCredits(sales.consumed)]).toEqual(['within-capacity', '0']);
    expect(ledger.notices).toEqual([]);
  });
});

describe('X3: an extension is 200,000 for the current month, a source of its own', () => {
  function grant(ledger: Ledger, count = 1): void {
    for (let number = 0; number < count; number += 1) done(ledger, { do: 'extend-month', id: nextId() });
  }

  const owning: GivenLedger = {
    now: NOW,
    entitlements: [seats],
    environments: { sales: { allocations: { 'ai-builder-credits': '1000' } }, finance: {} },
  };

  it('it is drawn after allocation and pool, before overage', () => {
    const ledger = aLedger(owning);
    grant(ledger);
    const sources = [10, nearlyAll, 2, 1].map((count) => outcomeOf(ledger, pages(count)));
    expect(sources).toEqual([
      '1000 ai-builder-credits from allocation',
      '199900 ai-builder-credits from extension',
      '200 ai-builder-credits from extension',
      '100 ai-builder-credits from allocation in overage',
    ]);
    expect(outcomeOf(ledger, pages(40, { environmentId: 'finance' }))).toBe('4000 ai-builder-credits from pool');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('it is of the tenant: what one environment draws another has not', () => {
    const ledger = aLedger({
      ...owning,
      environments: {
        sales: { allocations: { 'ai-builder-credits': '100' } },
        finance: { allocations: { 'ai-builder-credits': '100' } },
      },
    });
    grant(ledger);
    for (const environmentId of ['sales', 'finance']) consume(ledger, pages(1, { environmentId }));
    consume(ledger, pages(2_000));
    expect(outcomeOf(ledger, pages(1, { environmentId: 'finance' }))).toBe('100 ai-builder-credits from allocation in overage');
  });

  it('it is not owned, not allocatable, and counts against neither', () => {
    const ledger = aLedger(owning);
    grant(ledger, 3);
    const [tenant] = tenantCapacity(ledger);
    expect([tenant!.owned, tenant!.unallocated].map(formatCredits)).toEqual(['5000', '4000']);
    const changes = [{ environmentId: 'finance', currency: 'ai-builder-credits' as const, credits: 4_000_000_001n as never }];
    expect(refused(ledger, { do: 'allocate', changes }).refused).toBe('InsufficientUnallocatedCredits');
    consume(ledger, pages(10));
    consume(ledger, pages(1_000));
    expect(tenantCapacity(ledger)[0]!.consumed).toBe(1_000_000_000n);
  });

  it.each<[string, Partial<GivenLedger>]>([
    ['deny', { environments: { sales: { deny: true, allocations: { 'ai-builder-credits': '100' } } } }],
    ['no allocation and no pool', { settings: { consumeUnallocatedAiBuilderCredits: false }, environments: { sales: {} } }],
    ['nothing owned', { entitlements: [], environments: { sales: {} } }],
  ])('it is no source where there is %s', (_, more) => {
    const ledger = aLedger({ ...owning, ...more });
    grant(ledger);
    consume(ledger, pages(1, { recordOnly: true }));
    const refusal = refusedAction(ledger, pages(1));
    expect(refusal.decision.explanation.map((row) => row.source)).not.toContain('extension');
  });

  it('Copilot Credits have none', () => {
    const ledger = aLedger({
      ...owning,
      entitlements: [bought('copilot-credit-pack', 1, { purchasedOn: '2025-06-01' })],
      environments: { sales: {} },
    });
    grant(ledger);
    consume(ledger, answers(40_000));
    expect(outcomeOf(ledger, answers(1))).toBe('QuotaExceeded');
  });

  it('it ends with its month', () => {
    const ledger = aLedger({ ...owning, now: '2025-06-30T23:59:59Z' });
    grant(ledger);
    consume(ledger, pages(10));
    moveTo(ledger, '2025-07-01T00:00:00Z');
    expect([outcomeOf(ledger, pages(10)), outcomeOf(ledger, pages(1))]).toEqual([
      '1000 ai-builder-credits from allocation',
      '100 ai-builder-credits from allocation in overage',
    ]);
    const late = pages(1, { occurredAt: moment('2025-06-30T12:00:00Z') });
    expect(outcomeOf(ledger, late)).toBe('100 ai-builder-credits from extension'); // C3: decided on its own month
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('at most 3 a month, and again in the next', () => {
    const ledger = aLedger(owning);
    grant(ledger, 3);
    const refusal = refused(ledger, { do: 'extend-month', id: 'fourth' });
    expect([refusal.refused, refusal.detail]).toEqual(['ExtensionNotAvailable', expect.stringContaining('2025-06 has had 3')]);
    expect(ledger.months.get(monthOf(ledger.now))!['ai-builder-credits'].extensionSize).toBe(3n * EXTENSION.credits);
    moveTo(ledger, '2025-07-01T00:00:00Z');
    grant(ledger, 3);
  });

  it('until 2025-10-31', () => {
    const ledger = aLedger({ ...owning, now: '2025-10-31T23:59:59.999Z' });
    grant(ledger);
    moveTo(ledger, '2025-11-01T00:00:00Z');
    expect(refused(ledger, { do: 'extend-month', id: 'late' }).refused).toBe('ExtensionNotAvailable');
  });

  it('M1: an environment that draws on it is in covered overage', () => {
    const ledger = aLedger(owning);
    consume(ledger, pages(10));
    const status = () => environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'ai-builder-credits').status;
    expect(status()).toBe('overage');
    grant(ledger);
    expect(status()).toBe('covered-overage');
  });
});
