// Notices (N2): told in the transaction that brings them about, once per crossing and month.

import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import {
  aLedger,
  allocate,
  answers,
  bought,
  compute,
  consume,
  done,
  type GivenLedger,
  type GivenLimit,
  moment,
  moveTo,
  nextId,
  outcomeOf,
  pages,
  setLimit,
  toldBy,
} from './a-ledger.ts';

const AI_BUILDER = 'ai-builder-credits';
/** 1,000 AI Builder credits for sales, 4,000 in the pool; no Copilot Credits that could cover. */
const given: GivenLedger = {
  now: '2026-03-10T08:00:00Z',
  entitlements: [bought('power-automate-premium')],
  environments: { sales: { allocations: { [AI_BUILDER]: '1000' } }, finance: {} },
};

/** What is told by each of the actions: the kinds. */
function kindsOf(ledger: Ledger, actions: readonly Action[]): string[][] {
  return actions.map((action) => toldBy(ledger, () => outcomeOf(ledger, action)).map((line) => line.split(' ')[1]!));
}

describe('N2: an environment crosses near, 100 % and the blocking point', () => {
  it.each<[string, GivenLedger, number[], string[][]]>([
    // pages of 100 credits each
    ['below near', given, [7], [[]]],
    ['exactly near', given, [8], [['near-capacity']]],
    ['exactly 100 %', given, [8, 2], [['near-capacity'], ['exhausted']]],
    ['several at once', given, [10], [['near-capacity', 'exhausted']]],
    ['all at once', given, [13], [['near-capacity', 'exhausted', 'blocked']]],
    ['below the blocking point', given, [9, 3], [['near-capacity'], ['exhausted']]],
    ['once each', given, [8, 1, 1, 1, 2, 1], [['near-capacity'], [], ['exhausted'], [], ['blocked'], []]],
    ['a setting says what is near', { ...given, settings: { nearAtPercent: 50 } }, [4, 1], [[], ['near-capacity']]],
    [
      'settings say what is exhausted and what is blocked',
      { ...given, settings: { enforcement: { fallbackAtPercent: 60, blockAtPercent: 70 } } },
      [5, 1, 1],
      [[], ['near-capacity', 'exhausted'], ['blocked']],
    ],
  ])('%s', (_, from, counts, expected) => {
    expect(
      kindsOf(
        aLedger(from),
        counts.map((count) => pages(count)),
      ),
    ).toEqual(expected);
  });

  it('says what it is about, as it stood', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(8));
    expect(ledger.notices).toEqual([
      {
        number: 1,
        at: moment('2026-03-10T08:00:00Z'),
        kind: 'near-capacity',
        month: '2026-03',
        currency: AI_BUILDER,
        environmentId: 'sales',
        limitId: null,
        available: 1_000_000_000n,
        consumed: 800_000_000n,
      },
    ]);
    expect([ledger.noticeNumber, ledger.changed]).toEqual([1, true]);
  });

  it('of the pool for an environment without an allocation', () => {
    const ledger = aLedger(given);
    expect(toldBy(ledger, () => consume(ledger, pages(32, { environmentId: 'finance' })))).toEqual([
      '2026-03 near-capacity finance ai-builder-credits 3200 of 4000',
    ]);
  });

  it('of each currency on its own', () => {
    const ledger = aLedger({ ...given, entitlements: [...given.entitlements!, bought('copilot-credit-pack')] });
    expect(toldBy(ledger, () => consume(ledger, pages(8)))).toHaveLength(1);
    expect(toldBy(ledger, () => consume(ledger, answers(20_000)))).toEqual([
      '2026-03 near-capacity sales copilot-credits 20000 of 25000',
    ]);
  });

  it('what covers the overage does not hide that it is exhausted', () => {
    const ledger = aLedger({ ...given, entitlements: [...given.entitlements!, bought('copilot-credit-pack')] });
    expect(kindsOf(ledger, [pages(10), pages(1)])).toEqual([['near-capacity', 'exhausted'], []]);
  });

  it('again in the next month', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T23:59:59Z' });
    consume(ledger, pages(8));
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(toldBy(ledger, () => consume(ledger, pages(8)))).toEqual([
      '2026-04 near-capacity sales ai-builder-credits 800 of 1000',
    ]);
  });

  it('C3: late usage tells of its own month, which was told of what it was', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T23:59:59Z' });
    consume(ledger, pages(8));
    moveTo(ledger, '2026-04-02T00:00:00Z');
    const late = { occurredAt: moment('2026-03-31T12:00:00Z') };
    expect(toldBy(ledger, () => consume(ledger, pages(1, late)))).toEqual([]);
    expect(toldBy(ledger, () => consume(ledger, pages(1, late)))).toEqual([
      '2026-03 exhausted sales ai-builder-credits 1000 of 1000',
    ]);
  });

  it('C3, E5: late usage is told of by the seeded credits and the era of its own month', () => {
    const late = (occurredAt: string) => (count: number) => pages(count, { occurredAt: moment(occurredAt) });
    const inNovember = aLedger({ ...given, now: '2026-11-02T08:00:00Z', environments: { sales: {} } });
    expect(kindsOf(inNovember, [45, 20].map(late('2026-10-30T08:00:00Z')))).toEqual([
      ['near-capacity'],
      ['exhausted', 'blocked'],
    ]);
    // In the capacity era no Copilot Credits let a cloud flow run.
    const dualMode = aLedger({
      now: '2025-11-02T08:00:00Z',
      entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
      environments: { sales: {} },
    });
    expect(kindsOf(dualMode, [63].map(late('2025-10-30T08:00:00Z')))).toEqual([['near-capacity', 'exhausted', 'blocked']]);
  });

  it('not again when it comes down and up again', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(10));
    allocate(ledger, 'sales', '5000');
    allocate(ledger, 'sales', '1000');
    expect(toldBy(ledger, () => consume(ledger, pages(1)))).toEqual([]);
  });

  it('by what an administrator changes', () => {
    const ledger = aLedger(given);
    consume(ledger, pages(5));
    expect(toldBy(ledger, () => allocate(ledger, 'sales', '600'))).toEqual([
      '2026-03 near-capacity sales ai-builder-credits 500 of 600',
    ]);
    expect(
      toldBy(ledger, () => {
        allocate(ledger, 'sales', '500');
        done(ledger, { do: 'change-environment', environmentId: 'sales', change: { deny: true } });
      }),
    ).toEqual(['2026-03 exhausted sales ai-builder-credits 500 of 500', '2026-03 blocked sales ai-builder-credits 500 of 500']);
  });

  it('by a capture, by what is only recorded, and by what is refused', () => {
    const ledger = aLedger(given);
    done(ledger, { do: 'hold', id: 'h', action: pages(8), expiresInSeconds: 300 });
    expect(toldBy(ledger, () => done(ledger, { do: 'capture', id: nextId(), holdId: 'h', usage: { pages: 8 } }))).toHaveLength(1);
    expect(kindsOf(ledger, [pages(2, { recordOnly: true }), pages(3, { recordOnly: true }), pages(1)])).toEqual([
      ['exhausted'],
      ['blocked'],
      [],
    ]);
  });

  it('M1: what is held counts for what is still usable, so an action beside a hold can exhaust', () => {
    const ledger = aLedger(given);
    done(ledger, { do: 'hold', id: 'h', action: pages(9), expiresInSeconds: 300 });
    expect(kindsOf(ledger, [pages(1)])).toEqual([['near-capacity', 'exhausted']]);
  });

  it('E9: by the end of an entitlement, with the next action or computation', () => {
    const losing = () => {
      const ledger = aLedger({
        ...given,
        entitlements: [bought('power-automate-premium'), bought('power-apps-premium', 2, { id: 'ends', endsOn: '2026-03-12' })],
        environments: { sales: {} },
      });
      consume(ledger, pages(41));
      expect(toldBy(ledger, () => moveTo(ledger, '2026-03-11T12:00:00Z'))).toEqual([]);
      return ledger;
    };
    const told = (count: number) => `2026-03 near-capacity sales ai-builder-credits ${count} of 5000`;
    const byItsDay = losing();
    expect(toldBy(byItsDay, () => moveTo(byItsDay, '2026-03-12T00:00:00Z'))).toEqual([told(4100)]);
    const byHand = losing();
    expect(toldBy(byHand, () => done(byHand, { do: 'end-entitlement', entitlementId: 'ends' }))).toEqual([]);
    expect(toldBy(byHand, () => consume(byHand, pages(1)))).toEqual([told(4200)]);
  });

  it('not of what is free, of a trial, or of an environment that is deleted', () => {
    const ledger = aLedger({
      ...given,
      now: '2025-06-10T08:00:00Z',
      entitlements: [],
      environments: { sales: {} },
      trials: ['ada'],
    });
    done(ledger, { do: 'entitle', purchase: bought('power-automate-premium') });
    expect(kindsOf(ledger, [pages(90, { mode: 'test' }), pages(90)])).toEqual([[], []]);
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(toldBy(ledger, () => compute(ledger))).toEqual([]);
  });

  it('an environment without any capacity has nothing to cross', () => {
    const ledger = aLedger({ ...given, entitlements: [], environments: { sales: {} } });
    expect(kindsOf(ledger, [pages(1), pages(1, { recordOnly: true })])).toEqual([[], []]);
  });

  it('D9: in the computed view by a computation, not by what it does not know', () => {
    const ledger = aLedger({ ...given, settings: { enforcement: { view: 'computed' } } });
    expect(kindsOf(ledger, [pages(13)])).toEqual([[]]);
    expect(toldBy(ledger, () => moveTo(ledger, '2026-03-11T00:00:00Z'))).toEqual([
      '2026-03 near-capacity sales ai-builder-credits 1300 of 1000',
      '2026-03 exhausted sales ai-builder-credits 1300 of 1000',
      '2026-03 blocked sales ai-builder-credits 1300 of 1000',
    ]);
  });
});

describe('N2, D13: a limit is crossed', () => {
  const limited = (limit: GivenLimit, more: Partial<GivenLedger> = {}) =>
    aLedger({ ...given, environments: { sales: {}, finance: {} }, ...more, limits: { l: limit } });

  it.each<[string, GivenLimit, number[], string[][]]>([
    ['below what it notifies at', { monthly: '1000' }, [7], [[]]],
    ['exactly what it notifies at', { monthly: '1000' }, [8], [['nearing-limit']]],
    ['a setting of its own', { monthly: '1000', notifyAtPercent: 50 }, [4, 1], [[], ['nearing-limit']]],
    ['exactly the limit', { monthly: '1000' }, [9, 1], [['nearing-limit'], ['over-limit']]],
    ['both at once', { monthly: '1000' }, [11], [['nearing-limit', 'over-limit']]],
    ['notify at 100', { monthly: '1000', notifyAtPercent: 100 }, [9, 1], [[], ['nearing-limit', 'over-limit']]],
    ['once each', { monthly: '1000' }, [8, 1, 1, 1, 1], [['nearing-limit'], [], ['over-limit'], [], []]],
    ['a stop at 0 when it stops something', { monthly: '0', stop: true }, [1, 1], [['nearing-limit', 'over-limit'], []]],
  ])('%s', (_, limit, counts, expected) => {
    const ledger = limited(limit);
    expect(
      kindsOf(
        ledger,
        counts.map((count) => pages(count)),
      ),
    ).toEqual(expected);
  });

  it('says which, with its figures, and the environment where it is of one', () => {
    const ledger = limited({ scope: { environmentId: 'sales' }, monthly: '1000' });
    consume(ledger, pages(9));
    expect(ledger.notices[0]).toMatchObject({
      limitId: 'l',
      environmentId: 'sales',
      consumed: 900_000_000n,
      available: 1_000_000_000n,
    });
    const wide = limited({ monthly: '1000' });
    consume(wide, pages(9));
    expect(wide.notices[0]).toMatchObject({ limitId: 'l', environmentId: null });
  });

  it('holds do not count until they are captured', () => {
    const ledger = limited({ monthly: '1000' });
    expect(toldBy(ledger, () => done(ledger, { do: 'hold', id: 'h', action: pages(10), expiresInSeconds: 300 }))).toEqual([]);
    expect(toldBy(ledger, () => done(ledger, { do: 'capture', id: nextId(), holdId: 'h', usage: { pages: 8 } }))).toHaveLength(1);
  });

  it('again in the next month', () => {
    const ledger = limited({ monthly: '1000' }, { now: '2026-03-31T23:59:59Z' });
    consume(ledger, pages(8));
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(toldBy(ledger, () => consume(ledger, pages(8)))).toEqual([
      '2026-04 nearing-limit limit l ai-builder-credits 800 of 1000',
    ]);
  });

  it('one that is set over what was consumed tells at once, of this month', () => {
    const ledger = aLedger({ ...given, now: '2026-03-31T23:59:59Z', environments: { sales: {} } });
    consume(ledger, pages(9));
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(toldBy(ledger, () => setLimit(ledger, 'march', { monthly: '500' }))).toEqual([]); // it was none in March
    consume(ledger, pages(9));
    expect(toldBy(ledger, () => setLimit(ledger, 'april', { monthly: '1000' }))).toEqual([
      '2026-04 nearing-limit limit april ai-builder-credits 900 of 1000',
    ]);
  });

  it('one that is replaced tells only of what was not told', () => {
    const ledger = limited({ monthly: '1000' });
    consume(ledger, pages(8));
    expect(toldBy(ledger, () => setLimit(ledger, 'l', { monthly: '900' }))).toEqual([]);
    expect(toldBy(ledger, () => setLimit(ledger, 'l', { monthly: '800' }))).toEqual([
      '2026-03 over-limit limit l ai-builder-credits 800 of 800',
    ]);
  });

  it('an action may cross several limits and its environment', () => {
    const ledger = aLedger({ ...given, limits: { b: { monthly: '800' }, a: { scope: { userId: 'ada' }, monthly: '1000' } } });
    expect(toldBy(ledger, () => consume(ledger, pages(8)))).toEqual([
      '2026-03 nearing-limit limit a ai-builder-credits 800 of 1000',
      '2026-03 nearing-limit limit b ai-builder-credits 800 of 800',
      '2026-03 over-limit limit b ai-builder-credits 800 of 800',
      '2026-03 near-capacity sales ai-builder-credits 800 of 1000',
    ]);
  });
});
