// Computed consumption (C2, D9): when it is computed, what of it is known, and what decides on it. And the clock that passes (T4, C1).

import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import { type Currency, formatCredits } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { formatInstant, type Month } from '../../src/core/month.ts';
import type { SettingsChange } from '../../src/core/settings.ts';
import { environmentCapacity, tenantCapacity } from '../../src/core/status.ts';
import {
  aLedger,
  allocate,
  answers,
  bought,
  compute,
  consume,
  done,
  environmentOf,
  type GivenLedger,
  moment,
  moveTo,
  outcomeOf,
  pages,
  refused,
  refusedAction,
  toldBy,
} from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

const COMPUTED: SettingsChange = { enforcement: { view: 'computed' } };
const given: GivenLedger = {
  now: '2026-03-10T08:00:00Z',
  settings: COMPUTED,
  entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
  environments: { sales: { allocations: { 'ai-builder-credits': '500' } }, finance: {} },
};

function computedOf(ledger: Ledger, month: string, id = 'sales', currency: Currency = 'ai-builder-credits'): string {
  return formatCredits(environmentOf(ledger, id).months.get(month as Month)?.[currency].computed ?? (0n as never));
}

function computedAt(ledger: Ledger): string[] {
  return ledger.computations.map(({ at, onDemand }) => `${formatInstant(at)}${onDemand ? ' on demand' : ''}`);
}

describe('C2: when it is computed', () => {
  it('on demand', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(2));
    expect([computedOf(ledger, '2026-03'), ledger.computedAt]).toEqual(['0', null]);
    compute(ledger);
    expect([computedOf(ledger, '2026-03'), computedAt(ledger)]).toEqual(['200', ['2026-03-10T08:00:00Z on demand']]);
    expect(ledger.computedAt).toBe(ledger.now);
  });

  it.each<[string, string, string[]]>([
    ['2026-03-10T08:00:00Z', '2026-03-10T23:59:59.999Z', []],
    ['2026-03-10T08:00:00Z', '2026-03-11T00:00:00Z', ['2026-03-11T00:00:00Z']],
    ['2026-03-11T00:00:00Z', '2026-03-11T23:59:59.999Z', []], // that of the 11th was before the tenant began
    ['2026-03-11T00:00:00Z', '2026-03-12T00:00:00Z', ['2026-03-12T00:00:00Z']],
    ['2026-03-31T08:00:00Z', '2026-04-02T08:00:00Z', ['2026-04-01T00:00:00Z', '2026-04-02T00:00:00Z']],
    [
      '2028-02-28T08:00:00Z',
      '2028-03-01T08:00:00Z',
      ['2028-02-29T00:00:00Z', '2028-03-01T00:00:00Z'], // a leap day
    ],
    ['2027-02-28T08:00:00Z', '2027-03-01T08:00:00Z', ['2027-03-01T00:00:00Z']],
  ])('daily at 00:00: from %s to %s', (from, to, expected) => {
    const ledger = aLedger({ now: from, environments: { sales: {} } });
    moveTo(ledger, to);
    expect(computedAt(ledger)).toEqual(expected);
  });

  it('what is recorded at 00:00 comes after the computation of that moment', () => {
    const ledger = aLedger({ ...given, now: '2026-03-10T23:59:59Z' });
    consume(ledger, pages(1));
    moveTo(ledger, '2026-03-11T00:00:00Z');
    consume(ledger, pages(1));
    expect(computedOf(ledger, '2026-03')).toBe('100');
    compute(ledger);
    // One moment has one computation.
    expect([computedOf(ledger, '2026-03'), computedAt(ledger)]).toEqual(['200', ['2026-03-11T00:00:00Z on demand']]);
  });

  it('every environment, deleted ones too, and of prepaid consumption only', () => {
    const ledger = aLedger({
      ...given,
      entitlements: [bought('power-automate-premium')],
      plans: { azure: {} },
      environments: { sales: {}, finance: { billingPlanId: 'azure' } },
    });
    consume(ledger, pages(1));
    consume(ledger, pages(2, { environmentId: 'finance' }));
    consume(ledger, answers(7, { environmentId: 'finance' }));
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    compute(ledger);
    expect([computedOf(ledger, '2026-03', 'sales'), computedOf(ledger, '2026-03', 'finance')]).toEqual(['100', '200']);
    expect(computedOf(ledger, '2026-03', 'finance', 'copilot-credits')).toBe('0');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('C3: last month until it is closed, never after', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T12:00:00Z' });
    const late = (count: number) =>
      consume(ledger, pages(count, { occurredAt: moment('2026-03-31T11:00:00Z'), recordOnly: true }));
    const computed: string[] = [];
    late(1);
    for (const now of ['2026-04-01T00:00:00Z', '2026-04-06T12:00:00Z', '2026-04-07T00:00:00Z', '2026-04-07T12:00:00Z']) {
      moveTo(ledger, now);
      computed.push(computedOf(ledger, '2026-03'));
      late(1);
    }
    moveTo(ledger, '2026-04-08T00:00:00Z');
    compute(ledger);
    moveTo(ledger, '2026-05-20T00:00:00Z');
    expect([...computed, computedOf(ledger, '2026-03')]).toEqual(['100', '200', '300', '300', '300']);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('for as long as the setting says', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T12:00:00Z', settings: { ...COMPUTED, lateUsageDays: 31 } });
    moveTo(ledger, '2026-04-29T12:00:00Z');
    consume(ledger, pages(1, { occurredAt: moment('2026-03-31T12:00:00Z') }));
    expect(computedOf(ledger, '2026-03')).toBe('0');
    moveTo(ledger, '2026-04-30T00:00:00Z');
    expect(computedOf(ledger, '2026-03')).toBe('100');
  });
});

describe('C2: a sandbox can hold computation back for days', () => {
  it.each<[number, string, string]>([
    // days held back, on demand at, of 100 credits on each of 1, 2, … 10 March known
    [0, '2026-03-10T12:00:00Z', '1000'],
    [1, '2026-03-10T12:00:00Z', '800'], // before the 9th
    [1, '2026-03-11T00:00:00Z', '900'],
    [2, '2026-03-10T12:00:00Z', '700'],
    [9, '2026-03-10T12:00:00Z', '0'],
    [31, '2026-03-10T12:00:00Z', '0'],
  ])('%i days, at %s: %s', (delayDays, at, expected) => {
    const settings = { ...COMPUTED, computation: { delayDays } };
    const ledger = aLedger({ ...given, now: '2026-03-01T08:00:00Z', settings, environments: { sales: {} } });
    for (let day = 1; day <= 10; day += 1) {
      moveTo(ledger, `2026-03-${String(day).padStart(2, '0')}T08:00:00Z`);
      consume(ledger, pages(1, { recordOnly: true }));
    }
    moveTo(ledger, at);
    compute(ledger);
    expect(computedOf(ledger, '2026-03')).toBe(expected);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('so overage builds up unseen for days', () => {
    const ledger = aLedger({
      ...given,
      entitlements: [bought('power-automate-premium')],
      settings: { ...COMPUTED, computation: { delayDays: 3 } },
    });
    const days = [10, 11, 12, 13, 14].map((day) => {
      moveTo(ledger, `2026-03-${day}T09:00:00Z`);
      return outcomeOf(ledger, pages(7));
    });
    expect(days).toEqual([...Array(4).fill('700 ai-builder-credits from allocation'), 'QuotaExceeded']);
    expect(computedOf(ledger, '2026-03')).toBe('700');
  });

  it('usage of the last days of a month becomes known in the next', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T12:00:00Z', settings: { ...COMPUTED, computation: { delayDays: 5 } } });
    consume(ledger, pages(1));
    moveTo(ledger, '2026-04-05T23:59:59Z');
    expect(computedOf(ledger, '2026-03')).toBe('0');
    moveTo(ledger, '2026-04-06T00:00:00Z');
    expect(computedOf(ledger, '2026-03')).toBe('100');
  });

  it('a live tenant cannot', () => {
    const ledger = aLedger({ ...given, isSandbox: false });
    const change = { nearAtPercent: 50, computation: { delayDays: 1 } };
    expect(refused(ledger, { do: 'change-settings', change }).refused).toBe('NotASandbox');
    expect(ledger.settings.nearAtPercent).toBe(80);
    done(ledger, { do: 'change-settings', change: { computation: { delayDays: 0 } } });
  });
});

describe('D9: what view computed decides on', () => {
  it('the last computed figure: overage builds up unseen until it is computed', () => {
    const ledger = aLedger({ ...given, entitlements: [bought('power-automate-premium')] });
    const outcomes = [5, 5, 5].map((count) => outcomeOf(ledger, pages(count)));
    expect(outcomes).toEqual(Array(3).fill('500 ai-builder-credits from allocation'));
    compute(ledger);
    const refusal = refusedAction(ledger, pages(1));
    expect([refusal.refused, refusal.members?.consumed]).toEqual(['QuotaExceeded', '1500']);
  });

  it('the pool’s figure as well, A6 on computed figures', () => {
    const ledger = aLedger({ ...given, environments: { sales: { allocations: { 'copilot-credits': '100' } }, finance: {} } });
    consume(ledger, answers(25_150));
    consume(ledger, answers(1, { environmentId: 'finance' }));
    compute(ledger);
    const pool = environmentCapacity(ledger, environmentOf(ledger, 'finance'), 'copilot-credits');
    expect([pool.available, pool.consumed].map(formatCredits)).toEqual(['24900', '25051']);
    // An allocation for the whole of it takes it out of the pool at once, without a computation.
    allocate(ledger, 'sales', '25000', 'copilot-credits');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('is what is shown, too', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(4));
    const shown = () => [
      formatCredits(environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'ai-builder-credits').consumed),
      environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'ai-builder-credits').status,
      formatCredits(tenantCapacity(ledger)[0]!.consumed),
    ];
    expect(shown()).toEqual(['0', 'within-capacity', '0']);
    compute(ledger);
    expect(shown()).toEqual(['400', 'near-capacity', '400']);
  });

  it('a month without a computation counts 0', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T12:00:00Z' });
    consume(ledger, pages(5));
    compute(ledger);
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(outcomeOf(ledger, pages(5))).toBe('500 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(5))).toBe('500 ai-builder-credits from allocation');
    expect(computedOf(ledger, '2026-04')).toBe('0');
  });

  it('held is always up to date', () => {
    const ledger = aLedger(given);
    done(ledger, { do: 'hold', id: 'h', action: pages(5), expiresInSeconds: 300 });
    expect(outcomeOf(ledger, pages(1))).toBe('8 copilot-credits from pool');
    done(ledger, { do: 'release', holdId: 'h' });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
  });

  it.each<[string, Action, Omit<GivenLedger, 'now'>]>([
    ['trial', pages(2_000), { trials: ['ada'] }],
    ['pre-purchase', answers(300_000), { entitlements: [bought('copilot-credit-pre-purchase', 300_000)] }],
    [
      'pay-as-you-go',
      answers(300_000),
      { plans: { azure: { monthlyLimit: '300000' } }, environments: { sales: { billingPlanId: 'azure' } } },
    ],
  ])('so is %s', (source, all, more) => {
    const ledger = aLedger({ now: '2025-06-10T08:00:00Z', settings: COMPUTED, environments: { sales: {} }, ...more });
    expect(outcomeOf(ledger, all)).toMatch(new RegExp(` from ${source}$`));
    expect(outcomeOf(ledger, all)).toBe('QuotaExceeded');
  });

  it('so is an extension', () => {
    const seats = bought('power-automate-premium', 1, { purchasedOn: '2025-06-01' });
    const ledger = aLedger({
      now: '2025-06-10T08:00:00Z',
      settings: { enforcement: { view: 'computed', blockAtPercent: 100 } },
      entitlements: [seats],
      environments: { sales: { allocations: { 'ai-builder-credits': '100' } } },
    });
    consume(ledger, pages(1));
    compute(ledger);
    done(ledger, { do: 'extend-month', id: 'e' });
    expect(outcomeOf(ledger, pages(2_000))).toBe('200000 ai-builder-credits from extension');
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
  });

  it('switching the view takes effect at once, both ways', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(5));
    const view = (of: 'realtime' | 'computed') => {
      done(ledger, { do: 'change-settings', change: { enforcement: { view: of } } });
      return outcomeOf(ledger, pages(1));
    };
    expect([view('realtime'), view('computed')]).toEqual([
      '8 copilot-credits from pool',
      '100 ai-builder-credits from allocation',
    ]);
  });

  it('the remedy that fills the gap is told from the computed figure', () => {
    const ledger = aLedger({ ...given, entitlements: [bought('power-automate-premium')] });
    consume(ledger, pages(7));
    compute(ledger);
    consume(ledger, pages(3, { recordOnly: true }));
    const { remedies } = refusedAction(ledger, pages(1)).members as { remedies: unknown[] };
    expect(remedies[0]).toEqual({ action: 'reallocate', credits: '300' });
  });
});

describe('N2: a computation tells what it shows', () => {
  it('also of environments that did nothing themselves', () => {
    const ledger = aLedger({
      ...given,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: {}, finance: {} },
    });
    expect(toldBy(ledger, () => consume(ledger, pages(45)))).toEqual([]);
    expect(toldBy(ledger, () => compute(ledger))).toEqual([
      '2026-03 near-capacity sales ai-builder-credits 4500 of 5000',
      '2026-03 near-capacity finance ai-builder-credits 4500 of 5000',
    ]);
    expect(toldBy(ledger, () => compute(ledger))).toEqual([]);
  });
});

describe('T4, C1: time that passes', () => {
  it('a tenant that nobody touched for months is right at the next request', () => {
    const ledger = aLedger({ ...given, settings: {}, isSandbox: false });
    consume(ledger, pages(5));
    // A live clock is read, not moved: nothing has run in between.
    ledger.now = moment('2026-09-01T00:00:00Z');
    expect(outcomeOf(ledger, pages(5))).toBe('500 ai-builder-credits from allocation');
    const { consumed, resetsOn } = environmentCapacity(ledger, environmentOf(ledger, 'sales'), 'ai-builder-credits');
    expect([formatCredits(consumed), resetsOn]).toEqual(['500', '2026-10-01']);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('holds expire at their moment on the way', () => {
    const ledger = aLedger(given);
    done(ledger, { do: 'hold', id: 'h', action: pages(5), expiresInSeconds: 86_400 });
    moveTo(ledger, '2027-03-10T08:00:00Z');
    expect(ledger.holds.get('h')?.status).toBe('expired');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('of a clock that is moved by years the first computations and the last 400 are listed, in order', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(1));
    moveTo(ledger, '2036-03-10T08:00:00Z');
    const times = ledger.computations.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times.length).toBeGreaterThanOrEqual(400);
    expect(times.length).toBeLessThan(500);
    expect([formatInstant(times.at(-1)!), formatInstant(ledger.computedAt!)]).toEqual(Array(2).fill('2036-03-10T00:00:00Z'));
    expect(computedOf(ledger, '2026-03')).toBe('100');
  });

  it('to where it is already, nothing happens; a live tenant has no clock; none goes back', () => {
    const ledger = aLedger(given);
    moveTo(ledger, given.now);
    expect(ledger.computations).toEqual([]);
    expect(refused(ledger, { do: 'move-clock', now: moment('2026-03-10T07:59:59.999Z') }).refused).toBe('ClockMovesForwardOnly');
    const live = aLedger({ ...given, isSandbox: false });
    expect(refused(live, { do: 'move-clock', now: moment('2026-04-01T00:00:00Z') }).refused).toBe('NotASandbox');
  });
});
