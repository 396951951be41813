// Allocation: who has how much of what is owned, and what counts against it (A1–A8).

import { describe, expect, it } from 'vitest';
import { allocationInForce, poolSize, poolUse } from '../../src/core/capacity.ts';
import { type Currency, credits, formatCredits } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { monthOf } from '../../src/core/month.ts';
import { environmentCapacity } from '../../src/core/status.ts';
import {
  aLedger,
  allocate,
  answers,
  bought,
  consume,
  done,
  environmentOf,
  type GivenLedger,
  moveTo,
  nextId,
  outcomeOf,
  pages,
  refused,
} from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

const NOW = '2026-03-10T08:00:00Z';
const IN_2025 = '2025-06-10T08:00:00Z';

/** A set of changes to AI Builder allocations: `{ sales: '9000' }`. */
function theSet(figures: Record<string, string>) {
  const changes = Object.entries(figures).map(([environmentId, amount]) => ({
    environmentId,
    currency: 'ai-builder-credits' as const,
    credits: credits(amount),
  }));
  return { do: 'allocate' as const, changes };
}

/** What the pool has: `consumed + held of size`. */
function pool(ledger: Ledger, currency: Currency = 'ai-builder-credits'): string {
  const size = poolSize(ledger, currency, ledger.now);
  const { consumed, held } = poolUse(ledger, monthOf(ledger.now), currency, size);
  return `${formatCredits(consumed)} + ${formatCredits(held)} of ${formatCredits(size)}`;
}

/** What an administrator sees of an environment: `allocation: consumed + held of size`. */
function shown(ledger: Ledger, id: string, currency: Currency = 'ai-builder-credits'): string {
  const { source, consumed, held, available } = environmentCapacity(ledger, environmentOf(ledger, id), currency);
  return `${source}: ${formatCredits(consumed)} + ${formatCredits(held)} of ${formatCredits(available)}`;
}

function holdAnswers(ledger: Ledger, count: number, environmentId = 'sales') {
  return done(ledger, { do: 'hold', id: nextId(), action: answers(count, { environmentId }), expiresInSeconds: 300 }).hold;
}

describe('A1, A2, A3: the pool is what is owned less the allocations, which are absolute figures', () => {
  // 10,000 owned; sales has 4,000.
  const given = (): Ledger =>
    aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium', 2)],
      environments: { sales: { allocations: { 'ai-builder-credits': '4000' } }, finance: {}, support: {} },
    });

  it('A1: what is bought is in the pool', () => {
    expect(pool(aLedger({ now: NOW, entitlements: [bought('power-automate-premium', 2)] }))).toBe('0 + 0 of 10000');
  });

  it.each<[string, Record<string, string>, string]>([
    ['up', { sales: '9000' }, '1000'],
    ['down', { sales: '10' }, '9990'],
    ['to all there is', { sales: '10000' }, '0'],
    ['0 releases to the pool', { sales: '0' }, '10000'],
    ['fractions', { finance: '1500.500001' }, '4499.499999'],
    ['a set is one change: its order does not matter', { finance: '10000', sales: '0' }, '0'],
    ['what a set lowers can be raised in it', { finance: '6000', sales: '2000', support: '2000' }, '0'],
  ])('A2: %s', (_, set, unallocated) => {
    const ledger = given();
    done(ledger, theSet(set));
    expect(formatCredits(poolSize(ledger, 'ai-builder-credits', ledger.now))).toBe(unallocated);
  });

  it.each<[string, Record<string, string>, string]>([
    ['more than is unallocated', { finance: '6000.000001' }, '6000'],
    ['its own figure counts as available to itself', { sales: '10001' }, '10000'],
    ['a set that comes to more', { sales: '4000', finance: '6000', support: '1' }, '10000'],
    ['a set leaves what it does not name', { finance: '3000', support: '3001' }, '6000'],
  ])('A2: refused with what is available, and nothing is changed: %s', (_, set, available) => {
    const ledger = given();
    const refusal = refused(ledger, theSet(set));
    expect([refusal.refused, refusal.members?.available]).toEqual(['InsufficientUnallocatedCredits', available]);
    expect(shown(ledger, 'sales')).toBe('allocation: 0 + 0 of 4000');
    expect(pool(ledger)).toBe('0 + 0 of 6000');
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['an unknown environment', { sales: '1', nowhere: '1' }, 'NotFound', '/changes/1/environmentId'],
    ['an unknown environment alone', { nowhere: '1' }, 'NotFound', '/changes/0/environmentId'],
  ])('A2: all or none: %s', (_, set, code, pointer) => {
    const ledger = given();
    const refusal = refused(ledger, theSet(set));
    expect([refusal.refused, refusal.errors?.[0]?.pointer]).toEqual([code, pointer]);
    expect(shown(ledger, 'sales')).toBe('allocation: 0 + 0 of 4000');
  });

  it('A2: a set that names an environment twice for one currency is refused; for two currencies it is not', () => {
    const ledger = given();
    const change = { environmentId: 'sales', currency: 'ai-builder-credits' as const, credits: credits('1') };
    const refusal = refused(ledger, { do: 'allocate', changes: [change, change] });
    expect([refusal.refused, refusal.errors?.[0]?.pointer]).toEqual(['InvalidRequest', '/changes/1/environmentId']);
    done(ledger, { do: 'allocate', changes: [change, { ...change, currency: 'copilot-credits', credits: credits('0') }] });
  });

  it('A2: one currency that is short spoils the whole set', () => {
    const ledger = given();
    const refusal = refused(ledger, {
      do: 'allocate',
      changes: [
        { environmentId: 'sales', currency: 'ai-builder-credits', credits: credits('1') },
        { environmentId: 'sales', currency: 'copilot-credits', credits: credits('1') },
      ],
    });
    expect(refusal.members).toEqual({ available: '0', currency: 'copilot-credits' });
    expect(shown(ledger, 'sales')).toBe('allocation: 0 + 0 of 4000');
  });
});

describe('A2, A5: allocations and switches in one set', () => {
  const given = (): Ledger =>
    aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium')],
      plans: { azure: {} },
      environments: { sales: {}, lab: { type: 'developer' } },
    });

  it('A5: are made together', () => {
    const ledger = given();
    const switches = [{ environmentId: 'sales', drawFromTenantPool: false, billingPlanId: 'azure' }];
    done(ledger, { ...theSet({ sales: '1000' }), switches });
    expect(shown(ledger, 'sales')).toBe('allocation: 0 + 0 of 1000');
    expect(environmentOf(ledger, 'sales')).toMatchObject({ drawFromTenantPool: false, deny: false, billingPlanId: 'azure' });
  });

  it.each([
    ['more credits than there are', '5001', { environmentId: 'sales', deny: true }, 'InsufficientUnallocatedCredits'],
    ['a plan that is not there', '1000', { environmentId: 'sales', deny: true, billingPlanId: 'none' }, 'NotFound'],
    ['a plan where none can be', '1000', { environmentId: 'lab', billingPlanId: 'azure' }, 'PayAsYouGoNotAvailable'],
    ['an unknown environment', '1000', { environmentId: 'nowhere', deny: true }, 'NotFound'],
  ])('A2: %s: nothing of the set is made', (_, amount, wrong, code) => {
    const ledger = given();
    const before = structuredClone(ledger);
    const switches = [{ environmentId: 'lab', deny: true }, wrong].slice(wrong.environmentId === 'lab' ? 1 : 0);
    expect(refused(ledger, { ...theSet({ sales: amount }), switches }).refused).toBe(code);
    expect(ledger).toEqual(before);
  });
});

describe('A4: AI Builder credits: the allocation or the pool', () => {
  const given: GivenLedger = {
    now: IN_2025,
    entitlements: [bought('power-automate-premium')],
    environments: { sales: { allocations: { 'ai-builder-credits': '1000' } }, finance: {} },
  };

  it('A4: with an allocation only it, even when it is spent', () => {
    const ledger = aLedger(given);
    expect(outcomeOf(ledger, pages(10))).toBe('1000 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(3))).toBe('300 ai-builder-credits from allocation in overage');
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
    expect(outcomeOf(ledger, pages(40, { environmentId: 'finance' }))).toBe('4000 ai-builder-credits from pool');
  });

  it('A4: without one the pool, unless the tenant says otherwise', () => {
    const ledger = aLedger({ ...given, settings: { consumeUnallocatedAiBuilderCredits: false } });
    expect(outcomeOf(ledger, pages(1, { environmentId: 'finance' }))).toBe('EntitlementNotAvailable');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    done(ledger, { do: 'change-settings', change: { consumeUnallocatedAiBuilderCredits: true } });
    expect(outcomeOf(ledger, pages(1, { environmentId: 'finance' }))).toBe('100 ai-builder-credits from pool');
  });

  it('A4: that setting is not meant for Copilot Credits', () => {
    const ledger = aLedger({
      now: NOW,
      settings: { consumeUnallocatedAiBuilderCredits: false },
      entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
      environments: { sales: {} },
    });
    expect(outcomeOf(ledger, pages(1))).toBe('8 copilot-credits from pool');
  });

  it('A4: drawFromTenantPool is not meant for AI Builder credits', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { drawFromTenantPool: false } },
    });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from pool');
  });
});

describe('A5: the switches of an environment', () => {
  const copilot: GivenLedger = {
    now: NOW,
    entitlements: [bought('copilot-credit-pack')],
    plans: { azure: {} },
    environments: { sales: { drawFromTenantPool: false } },
  };

  it('A5: without the pool there is the allocation, then pay-as-you-go', () => {
    const ledger = aLedger(copilot);
    expect(outcomeOf(ledger, answers(1))).toBe('EntitlementNotAvailable');
    allocate(ledger, 'sales', '10', 'copilot-credits');
    expect(outcomeOf(ledger, answers(10))).toBe('10 copilot-credits from allocation');
    expect(outcomeOf(ledger, answers(2))).toBe('2 copilot-credits from allocation in overage');
    done(ledger, { do: 'change-environment', environmentId: 'sales', change: { billingPlanId: 'azure' } });
    expect(outcomeOf(ledger, answers(5))).toBe('5 copilot-credits from pay-as-you-go');
    done(ledger, { do: 'change-environment', environmentId: 'sales', change: { drawFromTenantPool: true } });
    expect(outcomeOf(ledger, answers(3))).toBe('3 copilot-credits from pool');
  });

  it('A5: deny stops at the allocation for both currencies: no pool, no pre-purchase, no pay-as-you-go, no overage', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [
        bought('power-automate-premium'),
        bought('copilot-credit-pack'),
        bought('copilot-credit-pre-purchase', 300_000),
      ],
      plans: { azure: {} },
      environments: { sales: { deny: true, billingPlanId: 'azure' } },
    });
    expect(outcomeOf(ledger, pages(1))).toBe('EntitlementNotAvailable');
    expect(outcomeOf(ledger, answers(1))).toBe('EntitlementNotAvailable');
    allocate(ledger, 'sales', '100');
    allocate(ledger, 'sales', '10', 'copilot-credits');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(2))).toBe('16 copilot-credits from allocation');
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
    expect(outcomeOf(ledger, answers(1))).toBe('QuotaExceeded');
  });
});

describe('A6: consumption is attributed by the allocations in force', () => {
  it('A6: AI Builder: an allocation takes the whole month out of the pool and counts it at once', () => {
    const ledger = aLedger({
      now: IN_2025,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: {}, finance: {} },
    });
    consume(ledger, pages(10));
    consume(ledger, pages(5, { environmentId: 'finance' }));
    expect(pool(ledger)).toBe('1500 + 0 of 5000');
    allocate(ledger, 'sales', '800');
    expect(shown(ledger, 'sales')).toBe('allocation: 1000 + 0 of 800');
    expect(pool(ledger)).toBe('500 + 0 of 4200');
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
    allocate(ledger, 'sales', '1100'); // what fills the gap
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    allocate(ledger, 'sales', '0');
    expect(shown(ledger, 'sales')).toBe('pool: 1600 + 0 of 5000');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('A6: Copilot Credits: up to the allocation it is the allocation’s, the rest the pool’s', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '100' } }, finance: {} },
    });
    consume(ledger, answers(90));
    expect(outcomeOf(ledger, answers(30))).toBe('30 copilot-credits from allocation');
    expect(outcomeOf(ledger, answers(5))).toBe('5 copilot-credits from pool');
    expect(shown(ledger, 'sales', 'copilot-credits')).toBe('allocation: 100 + 0 of 100');
    expect(pool(ledger, 'copilot-credits')).toBe('25 + 0 of 24900');
    allocate(ledger, 'sales', '200', 'copilot-credits');
    expect(shown(ledger, 'sales', 'copilot-credits')).toBe('allocation: 125 + 0 of 200');
    expect(pool(ledger, 'copilot-credits')).toBe('0 + 0 of 24800');
    allocate(ledger, 'sales', '25', 'copilot-credits');
    expect(pool(ledger, 'copilot-credits')).toBe('100 + 0 of 24975');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('A6: open holds are counted after consumption in the same manner', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '100' } } },
    });
    holdAnswers(ledger, 80);
    consume(ledger, answers(30));
    expect(shown(ledger, 'sales', 'copilot-credits')).toBe('allocation: 30 + 70 of 100');
    expect(pool(ledger, 'copilot-credits')).toBe('0 + 10 of 24900');
    consume(ledger, answers(90));
    expect(shown(ledger, 'sales', 'copilot-credits')).toBe('allocation: 100 + 0 of 100');
    expect(pool(ledger, 'copilot-credits')).toBe('20 + 80 of 24900');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it.each<[string, { drawFromTenantPool?: boolean; deny?: boolean }]>([
    ['drawFromTenantPool off', { drawFromTenantPool: false }],
    ['deny', { deny: true }],
  ])('A6: with %s all of an allocated environment’s month is its allocation’s, and back again', (_, change) => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '100' } }, finance: {} },
    });
    consume(ledger, answers(100));
    consume(ledger, answers(20));
    expect(pool(ledger, 'copilot-credits')).toBe('20 + 0 of 24900');
    done(ledger, { do: 'change-environment', environmentId: 'sales', change });
    expect(shown(ledger, 'sales', 'copilot-credits')).toBe('allocation: 120 + 0 of 100');
    expect(pool(ledger, 'copilot-credits')).toBe('0 + 0 of 24900');
    expect(counted(ledger)).toEqual(recounted(ledger));
    done(ledger, { do: 'change-environment', environmentId: 'sales', change: { drawFromTenantPool: true, deny: false } });
    expect(pool(ledger, 'copilot-credits')).toBe('20 + 0 of 24900');
  });

  it('A6: where the pool is of size 0 all is the allocation’s, with its grace', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '25000' } }, finance: {} },
    });
    consume(ledger, answers(25_000));
    expect(outcomeOf(ledger, answers(6249))).toBe('6249 copilot-credits from allocation in overage');
    expect(outcomeOf(ledger, answers(1))).toBe('1 copilot-credits from allocation in overage');
    expect(outcomeOf(ledger, answers(1))).toBe('QuotaExceeded');
    expect(shown(ledger, 'sales', 'copilot-credits')).toBe('allocation: 31250 + 0 of 25000');
    expect(pool(ledger, 'copilot-credits')).toBe('0 + 0 of 0');
  });

  it.each<[string, Currency, { drawFromTenantPool?: boolean; deny?: boolean }]>([
    ['deny', 'ai-builder-credits', { deny: true }],
    ['deny', 'copilot-credits', { deny: true }],
    ['drawFromTenantPool off', 'copilot-credits', { drawFromTenantPool: false }],
  ])('A6: what an environment without an allocation has drawn stays the pool’s, with %s later: %s', (_, currency, change) => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
      environments: { sales: {} },
    });
    consume(ledger, currency === 'copilot-credits' ? answers(100) : pages(1));
    done(ledger, { do: 'change-environment', environmentId: 'sales', change });
    expect(pool(ledger, currency)).toMatch(/^100 \+ 0 of/);
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('A6: a deleted environment counts as one without an allocation, which returns to the pool', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'ai-builder-credits': '1000', 'copilot-credits': '100' } } },
    });
    consume(ledger, pages(3));
    consume(ledger, answers(40));
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(pool(ledger)).toBe('300 + 0 of 5000');
    expect(pool(ledger, 'copilot-credits')).toBe('40 + 0 of 25000');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('A6: the same id made again takes up its history, without an allocation, and what the deletion changed is still to be saved', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { allocations: { 'ai-builder-credits': '1000' }, deny: true } },
    });
    consume(ledger, pages(3));
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    const again = { id: 'sales', name: 'sales', type: 'sandbox' as const, region: null };
    const { environment, made } = done(ledger, { do: 'create-environment', environment: again });
    expect([made, environment.type, environment.deny, environment.deletedAt]).toEqual([true, 'sandbox', false, null]);
    // Deleted and made again within one batch: without this the old allocation would stay in the database.
    expect(environment.allocationsChanged).toBe(true);
    expect(shown(ledger, 'sales')).toBe('pool: 300 + 0 of 5000');
    expect(counted(ledger)).toEqual(recounted(ledger));
  });

  it('A6: every open month is attributed anew', () => {
    const ledger = aLedger({
      now: '2026-03-31T23:00:00Z',
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '10' } } },
    });
    consume(ledger, answers(25));
    consume(ledger, answers(5));
    moveTo(ledger, '2026-04-02T00:00:00Z');
    consume(ledger, answers(7));
    allocate(ledger, 'sales', '2', 'copilot-credits');
    expect(counted(ledger)).toEqual(recounted(ledger));
    expect(counted(ledger)).toMatchObject({
      '2026-03 copilot-credits tenant spilledConsumed': credits('28'),
      '2026-04 copilot-credits tenant spilledConsumed': credits('5'),
    });
  });
});

describe('A7: owned below the allocations', () => {
  function overAllocated() {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium'), bought('power-automate-premium', 1, { id: 'ends' })],
      environments: {
        sales: { allocations: { 'ai-builder-credits': '6001' } },
        finance: { allocations: { 'ai-builder-credits': '2000' } },
        support: {},
      },
    });
    done(ledger, { do: 'end-entitlement', entitlementId: 'ends' });
    return ledger;
  }
  const inForce = (ledger: Ledger, id: string) =>
    formatCredits(allocationInForce(ledger, environmentOf(ledger, id), 'ai-builder-credits', ledger.now));

  it('A7: each counts in proportion, rounded down to whole credits, and the pool is 0, not what rounding leaves', () => {
    const ledger = overAllocated();
    expect([inForce(ledger, 'sales'), inForce(ledger, 'finance')]).toEqual(['3750', '1249']);
    expect(pool(ledger)).toBe('0 + 0 of 0');
    expect(outcomeOf(ledger, pages(1, { environmentId: 'support' }))).toBe('EntitlementNotAvailable');
    expect(outcomeOf(ledger, pages(38))).toBe('3800 ai-builder-credits from allocation');
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation in overage');
  });

  it('A7: raising is refused, lowering never, until the allocations fit again', () => {
    const ledger = overAllocated();
    const raise = { environmentId: 'finance', currency: 'ai-builder-credits' as const, credits: credits('2001') };
    expect(refused(ledger, { do: 'allocate', changes: [raise] }).members?.available).toBe('0');
    allocate(ledger, 'sales', '5000');
    expect(inForce(ledger, 'finance')).toBe('1428');
    allocate(ledger, 'sales', '3000');
    expect([inForce(ledger, 'sales'), inForce(ledger, 'finance')]).toEqual(['3000', '2000']);
  });

  it('A7: nothing owned is nothing in force', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium', 1, { id: 'all' })],
      environments: { sales: { allocations: { 'ai-builder-credits': '5000' } } },
    });
    done(ledger, { do: 'end-entitlement', entitlementId: 'all' });
    expect(inForce(ledger, 'sales')).toBe('0');
    expect(outcomeOf(ledger, pages(1))).toBe('EntitlementNotAvailable');
  });
});

it('A8: what one environment consumes changes nothing for another, except through the pool', () => {
  const ledger = aLedger({
    now: IN_2025,
    entitlements: [bought('power-automate-premium')],
    environments: {
      sales: { allocations: { 'ai-builder-credits': '1000' } },
      finance: { allocations: { 'ai-builder-credits': '1000' } },
      support: {},
    },
  });
  consume(ledger, pages(10));
  consume(ledger, pages(3));
  expect(shown(ledger, 'finance')).toBe('allocation: 0 + 0 of 1000');
  expect(shown(ledger, 'support')).toBe('pool: 0 + 0 of 3000');
  expect(outcomeOf(ledger, pages(10, { environmentId: 'finance' }))).toBe('1000 ai-builder-credits from allocation');
});
