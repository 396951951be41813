// Entitlement: what a tenant owns, and what can still be bought (E1–E9).

import { describe, expect, it } from 'vitest';
import { formatCredits } from '../../src/core/credits.ts';
import {
  creditsPerMonth,
  entitlementSources,
  type Purchase,
  prePurchaseLeft,
  prePurchases,
  seededCreditsCount,
} from '../../src/core/entitlement.ts';
import { type Ledger, owned } from '../../src/core/ledger.ts';
import { aLedger, answers, bought, consume, done, moment, moveTo, outcomeOf, pages, refused } from './a-ledger.ts';

const IN_2025 = '2025-06-10T08:00:00Z';

function ownedBy(ledger: Ledger, currency: 'ai-builder-credits' | 'copilot-credits' | 'copilot-sessions' = 'ai-builder-credits') {
  return formatCredits(owned(ledger, currency, ledger.now));
}

describe('E1, E2: credits a month', () => {
  it.each<[string, Purchase[], string]>([
    ['nothing', [], '0'],
    ['1 add-on and 5 Power Automate Premium', [bought('ai-builder-add-on-t1'), bought('power-automate-premium', 5)], '1025000'],
    ['an add-on brings a million', [bought('ai-builder-add-on-t1', 3)], '3000000'],
    ['add-ons have no cap', [bought('ai-builder-add-on-t3', 50), bought('ai-builder-add-on-t2', 10)], '60000000'],
    ['Power Apps Premium 500', [bought('power-apps-premium', 3)], '1500'],
    ['Power Apps per app 250', [bought('power-apps-per-app', 3)], '750'],
    ['Power Automate Process 5,000', [bought('power-automate-process', 2)], '10000'],
    ['Hosted RPA 5,000', [bought('power-automate-hosted-rpa', 2)], '10000'],
    ['Unattended RPA 5,000', [bought('power-automate-unattended-rpa', 2)], '10000'],
    ['Finance & Operations 20,000 once', [bought('dynamics-365-finance-operations', 40)], '20000'],
    ['Sustainability 25,000 without a cap', [bought('power-apps-sustainability-usl-plus', 100)], '2500000'],
    ['200 licences are at the cap', [bought('power-automate-premium', 200)], '1000000'],
    ['201 are over it', [bought('power-automate-premium', 201)], '1000000'],
    [
      'the cap is over all purchases of a type',
      [bought('power-automate-premium', 150), bought('power-automate-premium', 150)],
      '1000000',
    ],
    ['each type has a cap of its own', [bought('power-automate-premium', 300), bought('power-apps-premium', 3000)], '2000000'],
    ['Copilot Credits are another currency', [bought('copilot-credit-pack', 4)], '0'],
  ])('%s', (_, entitlements, expected) => {
    expect(ownedBy(aLedger({ now: IN_2025, entitlements }))).toBe(expected);
  });

  it('the sources say what is capped', () => {
    const ledger = aLedger({
      now: IN_2025,
      entitlements: [bought('power-automate-premium', 200), bought('dynamics-365-finance-operations', 2)],
    });
    const sources = entitlementSources(ledger.entitlements, {
      now: ledger.now,
      seeded: true,
      honourSeededCreditsUntilTerm: false,
    });
    expect(sources.map(({ product, quantity, capped }) => [product, quantity, capped])).toEqual([
      ['power-automate-premium', 200, false],
      ['dynamics-365-finance-operations', 2, true],
    ]);
  });

  it('32,000 receipts need one add-on and 5 licences: 1,024,000 of 1,025,000', () => {
    const ledger = aLedger({
      now: IN_2025,
      settings: { enforcement: { admission: 'never-exceed', blockAtPercent: 100 } },
      entitlements: [bought('ai-builder-add-on-t1'), bought('power-automate-premium', 5)],
      environments: { sales: {} },
    });
    expect(outcomeOf(ledger, pages(32000, { capability: 'receipt-processing' }))).toBe('1024000 ai-builder-credits from pool');
    expect(outcomeOf(ledger, pages(32, { capability: 'receipt-processing' }))).toBe('QuotaExceeded');
  });

  it('nothing rolls over: 800,000 of 1,000,000 in each month of a year are 9,600,000, and the rest is lost', () => {
    const ledger = aLedger({
      now: '2024-01-15T00:00:00Z',
      settings: { enforcement: { admission: 'never-exceed', blockAtPercent: 100 } },
      entitlements: [bought('ai-builder-add-on-t1')],
      environments: { sales: {} },
    });
    let used = 0n;
    for (let month = 1; month <= 12; month += 1) {
      moveTo(ledger, `2024-${String(month).padStart(2, '0')}-15T00:00:00Z`);
      used += consume(ledger, pages(8000)).credits;
      expect(outcomeOf(ledger, pages(2001))).toBe('QuotaExceeded');
    }
    expect(used).toBe(9_600_000n * 1_000_000n);
  });
});

describe('E3, E4: licences that bring none, and those that still do', () => {
  it.each<[string, Purchase, string]>([
    ['E3: per app bought on 2022-10-31 brings none', bought('power-apps-per-app', 10, { purchasedOn: '2022-10-31' }), '0'],
    ['E3: per app bought on 2022-11-01 brings 250', bought('power-apps-per-app', 10, { purchasedOn: '2022-11-01' }), '2500'],
    [
      'E3: it goes by the purchase, not by the start',
      bought('power-apps-per-app', 10, { purchasedOn: '2022-10-31', startsOn: '2023-01-01' }),
      '0',
    ],
    ['E3: other licences of that time do bring', bought('power-apps-premium', 10, { purchasedOn: '2022-10-31' }), '5000'],
    [
      'E4: a service plan that is switched off still counts',
      bought('power-automate-premium', 2, { servicePlanEnabled: false }),
      '10000',
    ],
  ])('%s', (_, purchase, expected) => {
    const ledger = aLedger({ now: IN_2025, entitlements: [purchase] });
    expect(ownedBy(ledger)).toBe(expected);
    const counting = { now: ledger.now, seeded: true, honourSeededCreditsUntilTerm: false };
    expect(formatCredits(creditsPerMonth(ledger.entitlements[0]!, counting))).toBe(expected);
  });
});

describe('E5: seeded credits end on 2026-11-01', () => {
  const mixed = [
    bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01' }),
    bought('power-automate-premium', 1, { startsOn: '2025-10-31', endsOn: '2027-01-01' }),
    bought('power-automate-process', 1, { startsOn: '2025-11-01', endsOn: '2027-01-01' }),
  ];
  it.each([
    ['2026-10-31T23:59:59.999Z', false, '1010000'],
    ['2026-11-01T00:00:00Z', false, '1000000'],
    ['2026-11-01T00:00:00Z', true, '1005000'], // the contract begun before 2025-11-01
    ['2026-12-31T23:59:59.999Z', true, '1005000'],
    ['2027-01-01T00:00:00Z', true, '1000000'],
  ])('at %s, honoured until term: %s', (now, honourSeededCreditsUntilTerm, expected) => {
    expect(ownedBy(aLedger({ now, settings: { honourSeededCreditsUntilTerm }, entitlements: mixed }))).toBe(expected);
  });

  it('a licence that is bought later brings none', () => {
    expect(ownedBy(aLedger({ now: '2026-11-21T08:00:00Z', entitlements: [bought('power-automate-premium')] }))).toBe('0');
  });

  it('it goes by the moment of the action: late usage of October still meets them', () => {
    const ledger = aLedger({
      now: '2026-10-31T08:00:00Z',
      entitlements: [bought('power-automate-premium')],
      environments: { sales: {}, finance: { allocations: { 'ai-builder-credits': '1000' } } },
    });
    moveTo(ledger, '2026-11-02T08:00:00Z');
    const october = { occurredAt: moment('2026-10-31T23:59:59Z') };
    const november = { occurredAt: moment('2026-11-01T00:00:00Z') };
    expect(outcomeOf(ledger, pages(1, october))).toBe('100 ai-builder-credits from pool');
    expect(outcomeOf(ledger, pages(1, { ...october, environmentId: 'finance' }))).toBe('100 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(1, november))).toBe('EntitlementNotAvailable');
    expect(outcomeOf(ledger, pages(1, { ...november, environmentId: 'finance' }))).toBe('EntitlementNotAvailable');
    expect([seededCreditsCount(october.occurredAt), seededCreditsCount(november.occurredAt)]).toEqual([true, false]);
  });
});

describe('E6, E7, E8: what can be bought', () => {
  const addOnIn2025 = bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01', endsOn: '2026-03-01' });
  const seats = bought('power-automate-premium', 5, { purchasedOn: '2025-06-01' });

  it.each<[string, string, Purchase[], Purchase, string]>([
    ['E6: T1 has no minimum', IN_2025, [], bought('ai-builder-add-on-t1', 1), 'bought'],
    ['E6: T2 needs 10', IN_2025, [], bought('ai-builder-add-on-t2', 9), 'MinimumQuantityNotMet'],
    ['E6: T2 of 10', IN_2025, [], bought('ai-builder-add-on-t2', 10), 'bought'],
    [
      'E6: in one purchase: what is owned does not lower it',
      IN_2025,
      [bought('ai-builder-add-on-t2', 10)],
      bought('ai-builder-add-on-t2', 1),
      'MinimumQuantityNotMet',
    ],
    ['E6: T3 needs 50', IN_2025, [], bought('ai-builder-add-on-t3', 49), 'MinimumQuantityNotMet'],
    ['E6: T3 of 50', IN_2025, [], bought('ai-builder-add-on-t3', 50), 'bought'],
    ['E8: a pre-purchase needs 300,000', IN_2025, [], bought('copilot-credit-pre-purchase', 299_999), 'MinimumQuantityNotMet'],
    ['E8: a pre-purchase of 300,000', IN_2025, [], bought('copilot-credit-pre-purchase', 300_000), 'bought'],
    ['E7: until 2025-10-31 anybody can buy', '2025-10-31T23:59:59Z', [], bought('ai-builder-add-on-t1'), 'bought'],
    ['E7: from 2025-11-01 only with an active add-on', '2025-11-01T00:00:00Z', [], bought('ai-builder-add-on-t1'), 'EndOfSale'],
    ['E7: seeded licences make no add-on customer', '2025-11-01T00:00:00Z', [seats], bought('ai-builder-add-on-t1'), 'EndOfSale'],
    ['E7: an add-on customer can', '2026-02-28T23:59:59Z', [addOnIn2025], bought('ai-builder-add-on-t1'), 'bought'],
    [
      'E7: not from the day on which the last one ends',
      '2026-03-01T00:00:00Z',
      [addOnIn2025],
      bought('ai-builder-add-on-t1'),
      'EndOfSale',
    ],
    [
      'E7: but for a day on which it had one',
      '2026-03-01T00:00:00Z',
      [addOnIn2025],
      bought('ai-builder-add-on-t1', 1, { purchasedOn: '2026-02-28' }),
      'bought',
    ],
    [
      'E7: history is judged by the rules of its day',
      '2026-12-01T00:00:00Z',
      [],
      bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-10-31' }),
      'bought',
    ],
    [
      'E7: a start in the past dates the purchase',
      '2026-12-01T00:00:00Z',
      [],
      bought('ai-builder-add-on-t1', 1, { startsOn: '2025-10-31' }),
      'bought',
    ],
    [
      'E7: on 2026-10-31 an add-on customer still can',
      '2026-10-31T23:59:59Z',
      [bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01' })],
      bought('ai-builder-add-on-t1'),
      'bought',
    ],
    [
      'E7: from 2026-11-01 nobody can',
      '2026-11-01T00:00:00Z',
      [bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01' })],
      bought('ai-builder-add-on-t1'),
      'EndOfSale',
    ],
    ['E7: every tier ends', '2026-11-01T00:00:00Z', [], bought('ai-builder-add-on-t3', 50), 'EndOfSale'],
    ['E7: Copilot Credits are always sold', '2026-11-21T00:00:00Z', [], bought('copilot-credit-pack'), 'bought'],
    ['no such product', IN_2025, [], bought('ai-builder-add-on-t4'), 'UnknownProduct'],
    [
      'a purchase tomorrow',
      IN_2025,
      [],
      bought('copilot-credit-pack', 1, { purchasedOn: '2025-06-11' }),
      'InvalidRequest /purchasedOn',
    ],
    ['a start tomorrow', IN_2025, [], bought('copilot-credit-pack', 1, { startsOn: '2025-06-11' }), 'bought'],
    [
      'a start before the purchase',
      IN_2025,
      [],
      bought('copilot-credit-pack', 1, { purchasedOn: '2025-06-10', startsOn: '2025-06-09' }),
      'InvalidRequest /startsOn',
    ],
    [
      'an end on the day of the start',
      IN_2025,
      [],
      bought('copilot-credit-pack', 1, { endsOn: '2025-06-10' }),
      'InvalidRequest /endsOn',
    ],
    [
      'an end of one’s own for a pre-purchase',
      IN_2025,
      [],
      bought('copilot-credit-pre-purchase', 300_000, { endsOn: '2026-06-09' }),
      'InvalidRequest /endsOn',
    ],
    ['its own end said again', IN_2025, [], bought('copilot-credit-pre-purchase', 300_000, { endsOn: '2026-06-10' }), 'bought'],
    ['more than a tenant can own', IN_2025, [], bought('ai-builder-add-on-t3', 1_000_001), 'InvalidRequest /quantity'],
  ])('%s', (_, now, entitlements, purchase, expected) => {
    const ledger = aLedger({ now, entitlements: [] });
    for (const each of entitlements) done(ledger, { do: 'entitle', purchase: each });
    if (expected === 'bought') {
      expect(done(ledger, { do: 'entitle', purchase })).toMatchObject({ made: true });
      return;
    }
    const refusal = refused(ledger, { do: 'entitle', purchase });
    expect(expected).toBe(
      refusal.refused === 'InvalidRequest' ? `InvalidRequest ${refusal.errors?.[0]?.pointer}` : refusal.refused,
    );
    expect(ledger.entitlements).toHaveLength(entitlements.length);
  });

  it('E7, E9: an add-on that was ended this morning does not help this afternoon', () => {
    const ledger = aLedger({ now: '2026-02-01T12:00:00Z', entitlements: [addOnIn2025] });
    done(ledger, { do: 'end-entitlement', entitlementId: addOnIn2025.id });
    expect(refused(ledger, { do: 'entitle', purchase: bought('ai-builder-add-on-t1') }).refused).toBe('EndOfSale');
    const dated = bought('ai-builder-add-on-t1', 1, { purchasedOn: '2026-01-31' });
    expect(done(ledger, { do: 'entitle', purchase: dated }).made).toBe(true);
  });

  it.each<[string, Parameters<typeof bought>[2], string[]]>([
    ['nothing said: today', {}, ['2025-06-10', '2025-06-10']],
    ['a start in the past: bought then', { startsOn: '2025-03-01' }, ['2025-03-01', '2025-03-01']],
    ['a start in the future: bought today', { startsOn: '2025-07-01' }, ['2025-06-10', '2025-07-01']],
    ['bought in the past: started then', { purchasedOn: '2025-05-01' }, ['2025-05-01', '2025-05-01']],
  ])('the days of a purchase: %s', (_, said, expected) => {
    const { purchasedOn, startsOn } = aLedger({ now: IN_2025, entitlements: [bought('copilot-credit-pack', 1, said)] })
      .entitlements[0]!;
    expect([purchasedOn, startsOn]).toEqual(expected);
  });
});

describe('E8: pre-purchases', () => {
  const buying = (startsOn: string, id: string) => bought('copilot-credit-pre-purchase', 300_000, { startsOn, id });

  it.each([
    ['2026-03-10', '2027-03-10'],
    ['2028-02-29', '2029-03-01'],
  ])('begun on %s it ends on %s, and is no monthly credit', (startsOn, endsOn) => {
    const ledger = aLedger({ now: `${startsOn}T08:00:00Z`, entitlements: [buying(startsOn, 'year')] });
    expect(ledger.entitlements[0]?.endsOn).toBe(endsOn);
    expect(ownedBy(ledger, 'copilot-credits')).toBe('0');
  });

  it('packs first, then of several the one that ends first, one action on one of them', () => {
    const ledger = aLedger({
      now: '2026-03-10T08:00:00Z',
      entitlements: [bought('copilot-credit-pack'), buying('2026-03-01', 'later'), buying('2025-06-01', 'earlier')],
      environments: { sales: {} },
    });
    const drawn = (count: number) => consume(ledger, answers(count)).entitlementId;
    expect(drawn(25_000)).toBeNull();
    expect(drawn(299_999)).toBe('earlier');
    expect(drawn(10)).toBe('earlier'); // the action that crosses the line still runs on it, whole
    expect(drawn(1)).toBe('later');
    const left = prePurchases(ledger.entitlements, 'copilot-credits', ledger.now).map((each) =>
      formatCredits(prePurchaseLeft(each)),
    );
    expect(left).toEqual(['0', '299999']);
  });

  it('what is left ends with its year', () => {
    const ledger = aLedger({
      now: '2026-03-10T08:00:00Z',
      entitlements: [buying('2026-03-10', 'year')],
      environments: { sales: {} },
    });
    moveTo(ledger, '2027-03-09T23:59:59Z');
    expect(outcomeOf(ledger, answers(1))).toBe('1 copilot-credits from pre-purchase');
    moveTo(ledger, '2027-03-10T00:00:00Z');
    expect(outcomeOf(ledger, answers(1))).toBe('EntitlementNotAvailable');
  });
});

describe('E9: buying, ending and expiry take effect at once; intervals are half-open', () => {
  it.each([
    ['2026-03-19T23:59:59.999Z', '0'],
    ['2026-03-20T00:00:00Z', '5000'],
    ['2026-03-24T23:59:59.999Z', '5000'],
    ['2026-03-25T00:00:00Z', '0'],
  ])('from the 20th to the 25th, at %s', (now, expected) => {
    const ledger = aLedger({
      now: '2026-03-10T08:00:00Z',
      entitlements: [bought('power-automate-premium', 1, { startsOn: '2026-03-20', endsOn: '2026-03-25' })],
    });
    moveTo(ledger, now);
    expect(ownedBy(ledger)).toBe(expected);
  });

  it('ended now, it counts no more; ending it again changes nothing', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z', entitlements: [bought('power-automate-premium', 1, { id: 'seats' })] });
    done(ledger, { do: 'end-entitlement', entitlementId: 'seats' });
    expect(ownedBy(ledger)).toBe('0');
    moveTo(ledger, '2026-03-11T08:00:00Z');
    const { entitlement } = done(ledger, { do: 'end-entitlement', entitlementId: 'seats' });
    expect(entitlement.endedAt).toBe(moment('2026-03-10T08:00:00Z'));
  });

  it('sessions can be owned and used', () => {
    const ledger = aLedger({
      now: '2026-03-10T08:00:00Z',
      entitlements: [bought('copilot-session-pack', 10)],
      environments: { sales: {} },
    });
    expect(ownedBy(ledger, 'copilot-sessions')).toBe('10');
    expect(outcomeOf(ledger, answers(0, { capability: 'session', usage: { sessions: 2 } }))).toBe('2 copilot-sessions from pool');
  });
});

describe('a bound on entitlements', () => {
  it('refuses the 201st that has not ended, and takes it once one has', () => {
    const ledger = aLedger({ now: '2026-03-10T08:00:00Z' });
    for (let count = 0; count < 200; count += 1) {
      done(ledger, { do: 'entitle', purchase: { id: `e${count}`, product: 'copilot-credit-pack', quantity: 1 } });
    }
    const another = { do: 'entitle' as const, purchase: { id: 'one-more', product: 'copilot-credit-pack', quantity: 1 } };
    expect(refused(ledger, another).refused).toBe('InvalidRequest');
    done(ledger, { do: 'end-entitlement', entitlementId: 'e0' });
    expect(done(ledger, another)).toMatchObject({ made: true });
  });
});
