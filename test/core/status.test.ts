// Status: how an environment stands (M1), what its makers may do (M1b), and the picture of the tenant (M2).

import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Currency } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { environmentCapacity, type MakerFeatures, makerFeatures, tenantCapacity } from '../../src/core/status.ts';
import {
  aLedger,
  answers,
  bought,
  consume,
  done,
  environmentOf,
  type GivenLedger,
  moveTo,
  nextId,
  pages,
  readable,
} from './a-ledger.ts';

const NOW = '2026-03-10T08:00:00Z';
const IN_2025 = '2025-06-10T08:00:00Z';
const AI_BUILDER = 'ai-builder-credits';
const COPILOT = 'copilot-credits';

function capacityOf(ledger: Ledger, currency: Currency, id = 'sales') {
  return readable(environmentCapacity(ledger, environmentOf(ledger, id), currency));
}

function having(given: GivenLedger, actions: Action[]): Ledger {
  const ledger = aLedger(given);
  for (const action of actions) consume(ledger, action);
  return ledger;
}

const seats = bought('power-automate-premium', 1, { purchasedOn: '2025-06-01' });
const pack = bought('copilot-credit-pack', 1, { purchasedOn: '2025-06-01' });
const thousand: GivenLedger = {
  now: IN_2025,
  entitlements: [seats],
  environments: { sales: { allocations: { [AI_BUILDER]: '1000' } } },
};

describe('M1: the states of an environment', () => {
  it.each<[string, GivenLedger, Action[], Currency, string]>([
    ['nothing used', thousand, [], AI_BUILDER, 'within-capacity'],
    ['70 %', thousand, [pages(7)], AI_BUILDER, 'within-capacity'],
    ['80 % is near', thousand, [pages(8)], AI_BUILDER, 'near-capacity'],
    ['99 % is near', thousand, [pages(9), pages(2, { capability: 'receipt-processing' })], AI_BUILDER, 'near-capacity'],
    ['a setting says what is near', { ...thousand, settings: { nearAtPercent: 50 } }, [pages(5)], AI_BUILDER, 'near-capacity'],
    ['100 % is overage', thousand, [pages(10)], AI_BUILDER, 'overage'],
    ['124 % is overage', thousand, [pages(12)], AI_BUILDER, 'overage'],
    [
      '125 % is blocked',
      { ...thousand, environments: { sales: { allocations: { [AI_BUILDER]: '800' } } } },
      [pages(10)],
      AI_BUILDER,
      'blocked',
    ],
    ['130 % is blocked', thousand, [pages(13)], AI_BUILDER, 'blocked'],
    [
      'a setting says from when a source is spent',
      { ...thousand, settings: { enforcement: { fallbackAtPercent: 50 } } },
      [pages(5)],
      AI_BUILDER,
      'overage',
    ],
    [
      'never-exceed is judged as until-exhausted',
      { ...thousand, settings: { enforcement: { admission: 'never-exceed' } } },
      [pages(9)],
      AI_BUILDER,
      'near-capacity',
    ],
    [
      'deny has no overage',
      { ...thousand, environments: { sales: { deny: true, allocations: { [AI_BUILDER]: '1000' } } } },
      [pages(10)],
      AI_BUILDER,
      'blocked',
    ],
    ['nothing owned', { now: NOW, environments: { sales: {} } }, [], AI_BUILDER, 'no-capacity'],
    [
      'no source at all',
      { now: NOW, entitlements: [seats], environments: { sales: { deny: true } } },
      [],
      AI_BUILDER,
      'no-capacity',
    ],
    [
      'covered by Copilot Credits from dual-mode on',
      { ...thousand, now: NOW, entitlements: [seats, pack] },
      [pages(10)],
      AI_BUILDER,
      'covered-overage',
    ],
    [
      'covered by pay-as-you-go',
      {
        ...thousand,
        now: NOW,
        plans: { azure: {} },
        environments: { sales: { billingPlanId: 'azure', allocations: { [AI_BUILDER]: '1000' } } },
      },
      [pages(10)],
      AI_BUILDER,
      'covered-overage',
    ],
    ['not covered by them in the capacity era', { ...thousand, entitlements: [seats, pack] }, [pages(10)], AI_BUILDER, 'overage'],
    ['blocked there too', { ...thousand, entitlements: [seats, pack] }, [pages(13)], AI_BUILDER, 'blocked'],
    [
      'Copilot Credits: a spent allocation is covered by the pool',
      { now: NOW, entitlements: [pack], environments: { sales: { allocations: { [COPILOT]: '10' } } } },
      [answers(10)],
      COPILOT,
      'covered-overage',
    ],
    [
      'not where the pool may not be drawn from',
      {
        now: NOW,
        entitlements: [pack],
        environments: { sales: { drawFromTenantPool: false, allocations: { [COPILOT]: '10' } } },
      },
      [answers(10)],
      COPILOT,
      'overage',
    ],
    [
      'Copilot Credits: AI Builder credits cover no agent',
      { now: NOW, entitlements: [seats, pack], environments: { sales: {} } },
      [answers(25_000)],
      COPILOT,
      'overage',
    ],
    [
      'a spent pool is covered by a pre-purchase',
      { now: NOW, entitlements: [pack, bought('copilot-credit-pre-purchase', 300_000)], environments: { sales: {} } },
      [answers(25_000)],
      COPILOT,
      'covered-overage',
    ],
    [
      'a pool of size 0 is no capacity even with pay-as-you-go',
      { now: NOW, plans: { azure: {} }, environments: { sales: { billingPlanId: 'azure' } } },
      [answers(5)],
      COPILOT,
      'no-capacity',
    ],
    [
      'or a pre-purchase',
      { now: NOW, entitlements: [bought('copilot-credit-pre-purchase', 300_000)], environments: { sales: {} } },
      [],
      COPILOT,
      'no-capacity',
    ],
    [
      'sessions',
      { now: NOW, entitlements: [bought('copilot-session-pack', 10)], environments: { sales: {} } },
      [answers(1, { capability: 'session', usage: { sessions: 8 } })],
      'copilot-sessions',
      'near-capacity',
    ],
  ])('M1: %s', (_, given, actions, currency, expected) => {
    expect(capacityOf(having(given, actions), currency).status).toBe(expected);
  });

  it('M1: holds do not count for near-capacity, but a source that is held away is not usable', () => {
    const ledger = aLedger(thousand);
    const hold = (count: number) => done(ledger, { do: 'hold', id: nextId(), action: pages(count), expiresInSeconds: 60 });
    hold(9);
    expect(capacityOf(ledger, AI_BUILDER).status).toBe('within-capacity');
    hold(1);
    expect(capacityOf(ledger, AI_BUILDER)).toMatchObject({ status: 'overage', consumed: '0', held: '1000', percent: '0' });
  });

  it('M1: the figures: percent is half up to two places, overage is what is above the source', () => {
    const ledger = having(thousand, [pages(13)]);
    expect(capacityOf(ledger, AI_BUILDER)).toEqual({
      currency: AI_BUILDER,
      source: 'allocation',
      available: '1000',
      consumed: '1300',
      held: '0',
      overage: '300',
      percent: '130',
      status: 'blocked',
      payAsYouGo: '0',
      resetsOn: '2025-07-01',
    });
    expect(capacityOf(aLedger({ now: NOW, environments: { sales: { deny: true } } }), COPILOT)).toMatchObject({
      source: 'none',
      available: '0',
      percent: null,
      overage: '0',
    });
  });

  it('C1: on the 1st all is well again', () => {
    const ledger = having(thousand, [pages(13)]);
    moveTo(ledger, '2025-07-01T00:00:00Z');
    expect(capacityOf(ledger, AI_BUILDER)).toMatchObject({
      status: 'within-capacity',
      consumed: '0',
      overage: '0',
      resetsOn: '2025-08-01',
    });
  });
});

describe('M1b: what makers may do', () => {
  const allowed = (features: MakerFeatures) =>
    Object.entries(features)
      .map(([name, feature]) => `${name}: ${feature.allowed ? 'yes' : feature.code}`)
      .join(', ');
  const ALL = 'run: yes, create: yes, edit: yes, test: yes, train: yes';
  const none = (code: string, run = code) => `run: ${run}, create: ${code}, edit: ${code}, test: ${code}, train: ${code}`;
  const onlyRun = (code: string) => `run: ${code}, create: yes, edit: yes, test: yes, train: yes`;

  it.each<[string, GivenLedger, Action[], string]>([
    ['capacity era, no capacity at all', { now: IN_2025, environments: { sales: {} } }, [], none('EntitlementNotAvailable')],
    [
      'capacity era, Copilot Credits only',
      { now: IN_2025, entitlements: [pack], environments: { sales: {} } },
      [],
      none('EntitlementNotAvailable'),
    ],
    ['capacity era, within', thousand, [], ALL],
    ['capacity era, near', thousand, [pages(9)], ALL],
    ['capacity era, overage', thousand, [pages(11)], none('QuotaExceeded', 'yes')],
    ['capacity era, blocked', thousand, [pages(13)], none('QuotaExceeded')],
    ['dual-mode, no capacity at all', { now: NOW, environments: { sales: {} } }, [], onlyRun('EntitlementNotAvailable')],
    ['dual-mode, overage', { ...thousand, now: NOW }, [pages(12)], ALL],
    ['dual-mode, blocked', { ...thousand, now: NOW }, [pages(13)], onlyRun('QuotaExceeded')],
    ['dual-mode, carried by Copilot Credits', { ...thousand, now: NOW, entitlements: [seats, pack] }, [pages(13)], ALL],
    ['dual-mode, Copilot Credits only', { now: NOW, entitlements: [pack], environments: { sales: {} } }, [], ALL],
    [
      'dual-mode, pay-as-you-go only',
      { now: NOW, plans: { azure: {} }, environments: { sales: { billingPlanId: 'azure' } } },
      [],
      ALL,
    ],
    [
      'dual-mode, pay-as-you-go at its limit',
      { now: NOW, plans: { azure: { monthlyLimit: '5' } }, environments: { sales: { billingPlanId: 'azure' } } },
      [answers(5)],
      onlyRun('QuotaExceeded'),
    ],
    [
      'dual-mode, the overage of Copilot Credits',
      { now: NOW, entitlements: [pack], environments: { sales: {} } },
      [answers(25_000)],
      ALL,
    ],
    [
      'dual-mode, deny and spent',
      { now: NOW, entitlements: [seats], environments: { sales: { deny: true, allocations: { [AI_BUILDER]: '100' } } } },
      [pages(1)],
      onlyRun('QuotaExceeded'),
    ],
    [
      'dual-mode, sessions carry no cloud flow',
      { now: NOW, entitlements: [bought('copilot-session-pack', 10)], environments: { sales: {} } },
      [],
      onlyRun('EntitlementNotAvailable'),
    ],
  ])('M1b: %s', (_, given, actions, expected) => {
    const ledger = having(given, actions);
    expect(allowed(makerFeatures(ledger, environmentOf(ledger, 'sales')))).toBe(expected);
  });
});

describe('M2: the picture of the tenant', () => {
  const picture = (ledger: Ledger, currency: Currency) =>
    readable(tenantCapacity(ledger).find((each) => each.currency === currency)!);

  it('owned, allocated, unallocated, consumed, held and what it comes from', () => {
    const ledger = having(
      {
        now: NOW,
        entitlements: [seats, pack, bought('copilot-credit-pre-purchase', 300_000)],
        environments: { sales: { allocations: { [COPILOT]: '5000' } }, finance: {} },
      },
      [answers(6000), answers(10), answers(7, { environmentId: 'finance' })],
    );
    done(ledger, { do: 'hold', id: nextId(), action: answers(3), expiresInSeconds: 60 });
    const { sources, ...figures } = picture(ledger, COPILOT);
    expect(figures).toEqual({
      currency: COPILOT,
      owned: '25000',
      allocated: '5000',
      unallocated: '20000',
      overAllocated: '0',
      consumed: '6017',
      held: '3',
      payAsYouGo: '0',
      status: 'covered-overage',
    });
    expect(sources.map((source) => readable(source))).toEqual([
      { product: 'copilot-credit-pack', currency: COPILOT, quantity: 1, credits: '25000', capped: false },
      { product: 'copilot-credit-pre-purchase', currency: COPILOT, quantity: 300_000, credits: '300000', capped: false },
    ]);
    expect(tenantCapacity(ledger).map((each) => each.currency)).toEqual([AI_BUILDER, COPILOT, 'copilot-sessions']);
  });

  it('A7: over-allocated, with the missing figure', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [seats, bought('power-automate-premium', 1, { id: 'ends' })],
      environments: { sales: { allocations: { [AI_BUILDER]: '8001' } } },
    });
    done(ledger, { do: 'end-entitlement', entitlementId: 'ends' });
    expect(picture(ledger, AI_BUILDER)).toMatchObject({
      owned: '5000',
      allocated: '8001',
      unallocated: '0',
      overAllocated: '3001',
    });
  });

  it.each<[string, GivenLedger, Action[], string]>([
    ['nothing owned', { now: IN_2025, environments: { sales: {} } }, [], 'no-capacity'],
    ['no environment', { now: IN_2025, entitlements: [seats] }, [], 'within-capacity'],
    [
      'one without capacity does not count where something is owned',
      { now: IN_2025, entitlements: [seats], environments: { sales: {}, finance: { deny: true } } },
      [],
      'within-capacity',
    ],
    [
      'the worst counts',
      { now: IN_2025, entitlements: [seats], environments: { sales: { allocations: { [AI_BUILDER]: '1000' } }, finance: {} } },
      [pages(8)],
      'near-capacity',
    ],
    [
      'one that is blocked is worse than one in overage',
      {
        now: IN_2025,
        entitlements: [seats],
        environments: { sales: { allocations: { [AI_BUILDER]: '1000' } }, finance: { allocations: { [AI_BUILDER]: '1000' } } },
      },
      [pages(13), pages(10, { environmentId: 'finance' })],
      'blocked',
    ],
  ])('M1: the tenant’s status: %s', (_, given, actions, expected) => {
    expect(picture(having(given, actions), AI_BUILDER).status).toBe(expected);
  });

  it('M1: a deleted environment has no status', () => {
    const ledger = having(thousand, [pages(13)]);
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(picture(ledger, AI_BUILDER)).toMatchObject({ status: 'within-capacity', consumed: '1300', allocated: '0' });
  });
});
