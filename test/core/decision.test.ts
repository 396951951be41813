// The decision: may this action run, who pays for it, and why (D1–D8, D11, D4's order of sources, the boundaries of the eras).

import { describe, expect, it } from 'vitest';
import type { Action, Caller } from '../../src/core/action.ts';
import type { RefusalWithDecision } from '../../src/core/command.ts';
import { credits, formatCredits } from '../../src/core/credits.ts';
import { explainReason } from '../../src/core/explanation.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import type { Day } from '../../src/core/month.ts';
import type { Remedy } from '../../src/core/remedy.ts';
import {
  aLedger,
  allocate,
  anAction,
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
  refusedAction,
} from './a-ledger.ts';
import { counted } from './recount.ts';

const NOW = '2026-03-10T08:00:00Z';
const IN_2025 = '2025-06-10T08:00:00Z';
const neverExceed = { enforcement: { admission: 'never-exceed' as const } };

/** The outcomes of a list of actions, one after the other. */
function outcomes(ledger: Ledger, actions: Action[]): string[] {
  return actions.map((action) => outcomeOf(ledger, action));
}

describe('D1: which currencies a caller may use, by the era', () => {
  const CAPACITY = '2025-10-31T23:59:59.999Z';
  const DUAL_MODE = '2025-11-01T00:00:00Z';
  const both = [bought('power-automate-premium'), bought('copilot-credit-pack')];
  const copilotOnly = [bought('copilot-credit-pack')];
  const aiBuilder = '100 ai-builder-credits from pool';
  const copilot = '8 copilot-credits from pool';

  it.each<[Caller, string, string]>([
    ['canvas-app', CAPACITY, 'EntitlementNotAvailable'],
    ['model-driven-app', CAPACITY, 'EntitlementNotAvailable'],
    ['cloud-flow', CAPACITY, 'EntitlementNotAvailable'],
    ['api', CAPACITY, 'EntitlementNotAvailable'],
    ['agent', CAPACITY, copilot],
    ['agent-flow', CAPACITY, copilot],
    ['canvas-app', DUAL_MODE, copilot],
    ['model-driven-app', DUAL_MODE, copilot],
    ['cloud-flow', DUAL_MODE, copilot],
    ['api', DUAL_MODE, copilot],
    ['agent', DUAL_MODE, copilot],
    ['agent-flow', DUAL_MODE, copilot],
  ])('D1: %s at %s, with Copilot Credits only', (caller, now, expected) => {
    expect(outcomeOf(aLedger({ now, entitlements: copilotOnly, environments: { sales: {} } }), pages(1, { caller }))).toBe(
      expected,
    );
  });

  it.each<[Caller, string, string]>([
    ['cloud-flow', CAPACITY, aiBuilder],
    ['cloud-flow', DUAL_MODE, aiBuilder],
    ['api', DUAL_MODE, aiBuilder],
    ['agent', CAPACITY, copilot],
    ['agent', DUAL_MODE, copilot],
    ['agent-flow', DUAL_MODE, copilot],
  ])('D1: %s at %s, with both', (caller, now, expected) => {
    expect(outcomeOf(aLedger({ now, entitlements: both, environments: { sales: {} } }), pages(1, { caller }))).toBe(expected);
  });

  it.each<[string, string, Partial<Action>, string]>([
    [
      'what has no AI Builder rate costs an app Copilot Credits at once',
      NOW,
      { capability: 'generative-answer', usage: { responses: 1 } },
      '2 copilot-credits from pool',
    ],
    [
      'but not in the capacity era',
      IN_2025,
      { capability: 'generative-answer', usage: { responses: 1 } },
      'EntitlementNotAvailable',
    ],
    [
      'an agent cannot run what has an AI Builder rate only',
      NOW,
      { caller: 'agent', capability: 'stamp-reader' },
      'EntitlementNotAvailable',
    ],
    ['an app can', NOW, { capability: 'stamp-reader' }, '3 ai-builder-credits from pool'],
  ])('D1: %s', (_, now, said, expected) => {
    const ledger = aLedger({
      now,
      entitlements: both.map((each) => ({ ...each, purchasedOn: '2025-06-01' as Day })),
      environments: { sales: {} },
    });
    const capability = {
      id: 'stamp-reader',
      name: 'Stamps',
      unit: 'page' as const,
      from: '2025-01-01' as Day,
      aiBuilderCredits: credits('3'),
      copilotCredits: null,
    };
    done(ledger, { do: 'define-capability', capability });
    expect(outcomeOf(ledger, anAction(said))).toBe(expected);
  });

  it('the era is that of the moment of the action', () => {
    const ledger = aLedger({ now: '2025-11-02T08:00:00Z', entitlements: copilotOnly, environments: { sales: {} } });
    const before = { occurredAt: moment(CAPACITY) };
    expect(consume(ledger, pages(1, { occurredAt: moment(DUAL_MODE) })).era).toBe('dual-mode');
    expect(outcomeOf(ledger, pages(1, before))).toBe('EntitlementNotAvailable');
    expect(consume(ledger, pages(1, { ...before, caller: 'agent' })).era).toBe('capacity');
  });

  it('add-on-only is dual-mode without seeded credits', () => {
    const ledger = aLedger({ now: '2026-10-31T23:59:59.999Z', entitlements: both, environments: { sales: {} } });
    expect(outcomeOf(ledger, pages(1))).toBe(aiBuilder);
    moveTo(ledger, '2026-11-01T00:00:00Z');
    expect(outcomeOf(ledger, pages(1))).toBe(copilot);
    expect(ledger.records.map((record) => record.era)).toEqual(['dual-mode', 'add-on-only']);
  });
});

describe('D2, D3: one action on one source, which is usable while anything is left, or while it covers the whole action', () => {
  const given: GivenLedger = {
    now: NOW,
    entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
    environments: { sales: { allocations: { 'ai-builder-credits': '250' } } },
  };
  const onAllocation = (amount: number) => `${amount} ai-builder-credits from allocation`;

  it.each<[string, GivenLedger, Action[], string[]]>([
    [
      'D2, D3: the action that crosses the line still runs, on one source',
      given,
      [pages(2), pages(3), pages(1)],
      [onAllocation(200), onAllocation(300), '8 copilot-credits from pool'],
    ],
    [
      'D3: at exactly 100 % it is no longer usable',
      { ...given, environments: { sales: { allocations: { 'ai-builder-credits': '300' } } } },
      [pages(2), pages(1), pages(1)],
      [onAllocation(200), onAllocation(100), '8 copilot-credits from pool'],
    ],
    [
      'D3: never-exceed: what does not cover the whole action is passed over',
      { ...given, settings: neverExceed },
      [pages(2), pages(1), anAction({ capability: 'receipt-processing' })],
      [onAllocation(200), '8 copilot-credits from pool', onAllocation(32)],
    ],
  ])('%s', (_, said, actions, expected) => {
    expect(outcomes(aLedger(said), actions)).toEqual(expected);
  });

  it('D3: never-exceed: the remainder that is exactly the cost is used, and then nothing', () => {
    const ledger = aLedger({
      ...given,
      settings: { enforcement: { admission: 'never-exceed', blockAtPercent: 100 } },
      environments: { sales: { allocations: { 'ai-builder-credits': '300' }, deny: true } },
    });
    expect(outcomes(ledger, [pages(3), pages(1)])).toEqual([onAllocation(300), 'QuotaExceeded']);
  });

  it('D3: the percentages are of allocation and pool; a pre-purchase and the limit of a plan count at 100', () => {
    const ledger = aLedger({
      now: NOW,
      settings: { enforcement: { fallbackAtPercent: 50 } },
      entitlements: [bought('copilot-credit-pack'), bought('copilot-credit-pre-purchase', 300_000)],
      plans: { azure: { monthlyLimit: '100' } },
      environments: { sales: { billingPlanId: 'azure' } },
    });
    expect(outcomes(ledger, [answers(12_500), answers(299_999), answers(1), answers(99), answers(1), answers(1)])).toEqual([
      '12500 copilot-credits from pool',
      '299999 copilot-credits from pre-purchase',
      '1 copilot-credits from pre-purchase',
      '99 copilot-credits from pay-as-you-go',
      '1 copilot-credits from pay-as-you-go',
      '1 copilot-credits from pool in overage',
    ]);
  });

  it('D3: above 100 the allocation stretches before the pool is asked', () => {
    const ledger = aLedger({
      now: NOW,
      settings: { enforcement: { fallbackAtPercent: 110 } },
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '100' } } },
    });
    expect(outcomes(ledger, [answers(109), answers(1), answers(1)])).toEqual([
      '109 copilot-credits from allocation',
      '1 copilot-credits from allocation',
      '1 copilot-credits from pool',
    ]);
  });

  it('D3: a percentage is exact: 110 % of 0.1 is more than 0.1', () => {
    const ledger = aLedger({
      now: NOW,
      settings: { enforcement: { fallbackAtPercent: 110, blockAtPercent: 100 } },
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '0.1' }, drawFromTenantPool: false } },
    });
    const basic = anAction({ caller: 'agent', capability: 'text-recognition' });
    expect(outcomes(ledger, [basic, basic, basic])).toEqual([
      '0.1 copilot-credits from allocation',
      '0.1 copilot-credits from allocation',
      'QuotaExceeded',
    ]);
  });
});

describe('D4: the order of sources', () => {
  it('Copilot Credits: allocation, pool, pre-purchase, pay-as-you-go without a limit', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack'), bought('copilot-credit-pre-purchase', 300_000)],
      plans: { azure: {} },
      environments: { sales: { billingPlanId: 'azure', allocations: { 'copilot-credits': '5000' } } },
    });
    expect(outcomes(ledger, [answers(5000), answers(20_000), answers(300_000), answers(40_000), answers(1)])).toEqual([
      '5000 copilot-credits from allocation',
      '20000 copilot-credits from pool',
      '300000 copilot-credits from pre-purchase',
      '40000 copilot-credits from pay-as-you-go',
      '1 copilot-credits from pay-as-you-go',
    ]);
    expect(counted(ledger)).toMatchObject({
      '2026-03 copilot-credits tenant consumed': credits('25000'),
      '2026-03 copilot-credits sales prePurchase': credits('300000'),
      '2026-03 copilot-credits sales payAsYouGo': credits('40001'),
    });
  });

  it('pay-as-you-go is for Copilot Credits only', () => {
    const ledger = aLedger({ now: IN_2025, plans: { azure: {} }, environments: { sales: { billingPlanId: 'azure' } } });
    expect(outcomes(ledger, [pages(1), answers(1)])).toEqual(['EntitlementNotAvailable', '1 copilot-credits from pay-as-you-go']);
  });

  it('pay-as-you-go: linked, enabled, under its own limit, which is monthly and of all its environments', () => {
    const ledger = aLedger({
      now: NOW,
      plans: { azure: { monthlyLimit: '100' } },
      environments: { sales: { billingPlanId: 'azure' }, finance: { billingPlanId: 'azure' }, support: {} },
    });
    const change = (said: { monthlyLimit?: string; status?: 'Enabled' | 'Disabled' }) => {
      const { monthlyLimit, ...rest } = said;
      const limit = monthlyLimit === undefined ? {} : { monthlyLimit: credits(monthlyLimit) };
      done(ledger, { do: 'change-billing-plan', planId: 'azure', change: { ...rest, ...limit } });
    };
    expect(
      outcomes(ledger, [
        answers(60),
        answers(50, { environmentId: 'finance' }),
        answers(1),
        answers(1, { environmentId: 'support' }),
      ]),
    ).toEqual([
      '60 copilot-credits from pay-as-you-go',
      '50 copilot-credits from pay-as-you-go',
      'QuotaExceeded',
      'EntitlementNotAvailable',
    ]);
    change({ monthlyLimit: '200' });
    expect(outcomeOf(ledger, answers(1))).toBe('1 copilot-credits from pay-as-you-go');
    change({ status: 'Disabled' });
    expect(outcomeOf(ledger, answers(1))).toBe('EntitlementNotAvailable');
    change({ status: 'Enabled', monthlyLimit: '0' });
    expect(outcomeOf(ledger, answers(1))).toBe('EntitlementNotAvailable'); // a source of size 0 is no capacity
    change({ monthlyLimit: '150' });
    moveTo(ledger, '2026-04-01T00:00:00Z');
    expect(outcomeOf(ledger, answers(150))).toBe('150 copilot-credits from pay-as-you-go');
  });

  it('a plan that is deleted pays no more, and its environments are unlinked', () => {
    const ledger = aLedger({ now: NOW, plans: { azure: {} }, environments: { sales: { billingPlanId: 'azure' } } });
    done(ledger, { do: 'delete-billing-plan', planId: 'azure' });
    expect(outcomeOf(ledger, answers(1))).toBe('EntitlementNotAvailable');
    expect(environmentOf(ledger, 'sales').billingPlanId).toBeNull();
  });
});

describe('D5: overage', () => {
  it('capacity era: from 100 % runs go on, from 125 % they are blocked', () => {
    const ledger = aLedger({ now: IN_2025, entitlements: [bought('power-automate-premium')], environments: { sales: {} } });
    expect(outcomes(ledger, [pages(50), pages(12), pages(1), pages(1)])).toEqual([
      '5000 ai-builder-credits from pool',
      '1200 ai-builder-credits from pool in overage',
      '100 ai-builder-credits from pool in overage',
      'QuotaExceeded',
    ]);
  });

  it('dual-mode: at 100 % Copilot Credits, then AI Builder to 125 %, then Copilot Credits to 125 %', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
      environments: {
        sales: { allocations: { 'ai-builder-credits': '1000', 'copilot-credits': '16' }, drawFromTenantPool: false },
      },
    });
    expect(outcomes(ledger, [pages(10), pages(1), pages(1), pages(2), pages(1), pages(1), pages(1)])).toEqual([
      '1000 ai-builder-credits from allocation',
      '8 copilot-credits from allocation',
      '8 copilot-credits from allocation',
      '200 ai-builder-credits from allocation in overage',
      '100 ai-builder-credits from allocation in overage',
      '8 copilot-credits from allocation in overage',
      'QuotaExceeded',
    ]);
  });

  it('the last prepaid source that exists carries it: the pool; agent flows stop at 100 %', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '24900' } } },
    });
    const flow = anAction({ caller: 'agent-flow', capability: 'agent-flow-actions', usage: { actions: 1 } });
    expect(outcomes(ledger, [answers(24_900), answers(100), flow, answers(25), answers(1)])).toEqual([
      '24900 copilot-credits from allocation',
      '100 copilot-credits from pool',
      'QuotaExceeded',
      '25 copilot-credits from pool in overage',
      'QuotaExceeded',
    ]);
  });

  it('a cloud flow has the grace on Copilot Credits that an agent flow has not', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'copilot-credits': '8' }, drawFromTenantPool: false } },
    });
    expect(outcomes(ledger, [pages(1), pages(1, { caller: 'agent-flow' }), pages(1)])).toEqual([
      '8 copilot-credits from allocation',
      'QuotaExceeded',
      '8 copilot-credits from allocation in overage',
    ]);
  });

  it('a pre-purchase has no overage', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('copilot-credit-pre-purchase', 300_000)],
      environments: { sales: {} },
    });
    expect(outcomes(ledger, [answers(300_000), answers(1)])).toEqual([
      '300000 copilot-credits from pre-purchase',
      'QuotaExceeded',
    ]);
  });

  it('never-exceed: the grace too must cover the whole action', () => {
    const ledger = aLedger({
      now: IN_2025,
      settings: neverExceed,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { allocations: { 'ai-builder-credits': '1000' } } },
    });
    expect(outcomes(ledger, [pages(10), pages(2), pages(1), anAction({ capability: 'receipt-processing' })])).toEqual([
      '1000 ai-builder-credits from allocation',
      '200 ai-builder-credits from allocation in overage',
      'QuotaExceeded',
      '32 ai-builder-credits from allocation in overage',
    ]);
  });

  it('both percentages are settings', () => {
    const ledger = aLedger({
      now: IN_2025,
      settings: { enforcement: { fallbackAtPercent: 90, blockAtPercent: 100 } },
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { allocations: { 'ai-builder-credits': '1000' } } },
    });
    expect(outcomes(ledger, [pages(9), pages(1), pages(1)])).toEqual([
      '900 ai-builder-credits from allocation',
      '100 ai-builder-credits from allocation in overage',
      'QuotaExceeded',
    ]);
    done(ledger, { do: 'change-settings', change: { enforcement: { blockAtPercent: 110 } } });
    expect(outcomes(ledger, [pages(1), pages(1)])).toEqual([
      '100 ai-builder-credits from allocation in overage',
      'QuotaExceeded',
    ]);
    done(ledger, { do: 'change-settings', change: { enforcement: { fallbackAtPercent: 200 } } });
    expect(outcomeOf(ledger, pages(1))).toBe('100 ai-builder-credits from allocation');
    expect(ledger.settings.enforcement).toEqual({
      view: 'realtime',
      admission: 'until-exhausted',
      fallbackAtPercent: 200,
      blockAtPercent: 110,
    });
  });

  it('D8: overage is not billed, ends with its month, and touches no other environment', () => {
    const ledger = aLedger({
      now: IN_2025,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { allocations: { 'ai-builder-credits': '1000' } }, finance: {} },
    });
    consume(ledger, pages(13));
    expect(outcomeOf(ledger, pages(1))).toBe('QuotaExceeded');
    expect(outcomeOf(ledger, pages(40, { environmentId: 'finance' }))).toBe('4000 ai-builder-credits from pool');
    moveTo(ledger, '2025-07-01T00:00:00Z');
    expect(outcomeOf(ledger, pages(10))).toBe('1000 ai-builder-credits from allocation');
    expect(Object.keys(counted(ledger)).filter((name) => name.includes('payAsYouGo'))).toEqual([]);
  });
});

describe('D6: a refusal says what people know, what is used up, and what helps', () => {
  const TYPE_WITHOUT_PLANS = { type: 'developer' } as const;
  const ofRefusal = (refusal: RefusalWithDecision) => {
    const { available, consumed, resetsOn, remedies } = refusal.members as Record<string, unknown> & { remedies: Remedy[] };
    const helps = remedies.map((remedy) => [remedy.action, remedy.credits, remedy.date].filter(Boolean).join(' '));
    return {
      code: refusal.refused,
      message: refusal.detail.slice(0, refusal.detail.indexOf('.')),
      available,
      consumed,
      resetsOn,
      helps,
    };
  };
  const ALL_CONSUMED = 'All AI Builder credits in this environment have been consumed';
  const MISSING = 'Missing Copilot Credit or AI Builder credit capacity';
  const AGENT = 'This agent is currently unavailable';

  it.each<[string, GivenLedger, Action[], Action, object]>([
    [
      'an app with nothing at all',
      { now: NOW, environments: { sales: TYPE_WITHOUT_PLANS } },
      [],
      pages(1),
      {
        code: 'EntitlementNotAvailable',
        message: MISSING,
        available: '0',
        consumed: '0',
        resetsOn: '2026-04-01',
        helps: ['buy-copilot-credits'],
      },
    ],
    [
      'an agent with nothing at all',
      { now: NOW, environments: { sales: TYPE_WITHOUT_PLANS } },
      [],
      answers(1),
      {
        code: 'EntitlementNotAvailable',
        message: AGENT,
        available: '0',
        consumed: '0',
        resetsOn: '2026-04-01',
        helps: ['buy-copilot-credits'],
      },
    ],
    [
      'an agent has nothing where there are AI Builder credits only',
      { now: NOW, entitlements: [bought('power-automate-premium')], environments: { sales: {} } },
      [],
      pages(1, { caller: 'agent' }),
      {
        code: 'EntitlementNotAvailable',
        message: AGENT,
        available: '0',
        consumed: '0',
        resetsOn: '2026-04-01',
        helps: ['buy-copilot-credits', 'link-pay-as-you-go'],
      },
    ],
    [
      'a spent allocation: the gap is the month to date and the action less the allocation',
      {
        now: NOW,
        entitlements: [bought('power-automate-premium')],
        environments: { sales: { allocations: { 'ai-builder-credits': '1000' } } },
      },
      [pages(13)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: ALL_CONSUMED,
        available: '1000',
        consumed: '1300',
        resetsOn: '2026-04-01',
        helps: ['reallocate 400', 'buy-copilot-credits', 'link-pay-as-you-go', 'wait 2026-04-01'],
      },
    ],
    [
      'an add-on customer may buy another, and Copilot Credits are elsewhere',
      {
        now: NOW,
        entitlements: [bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01' }), bought('copilot-credit-pack')],
        environments: { sales: { allocations: { 'ai-builder-credits': '1000' }, drawFromTenantPool: false } },
      },
      [pages(13)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: ALL_CONSUMED,
        available: '1000',
        consumed: '1300',
        resetsOn: '2026-04-01',
        helps: [
          'reallocate 400',
          'buy-add-on',
          'buy-copilot-credits',
          'allocate-copilot-credits 8',
          'link-pay-as-you-go',
          'wait 2026-04-01',
        ],
      },
    ],
    [
      'in the capacity era Copilot Credits help no app',
      {
        now: IN_2025,
        entitlements: [bought('ai-builder-add-on-t1')],
        environments: { sales: { allocations: { 'ai-builder-credits': '100' } } },
      },
      [pages(2)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: ALL_CONSUMED,
        available: '100',
        consumed: '200',
        resetsOn: '2025-07-01',
        helps: ['reallocate 200', 'buy-add-on', 'wait 2025-07-01'],
      },
    ],
    [
      'from 2026-11-01 no add-on is to be had',
      {
        now: '2026-11-10T00:00:00Z',
        entitlements: [bought('ai-builder-add-on-t1', 1, { purchasedOn: '2025-06-01' })],
        environments: { sales: { allocations: { 'ai-builder-credits': '100' } } },
      },
      [pages(2)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: ALL_CONSUMED,
        available: '100',
        consumed: '200',
        resetsOn: '2026-12-01',
        helps: ['reallocate 200', 'buy-copilot-credits', 'link-pay-as-you-go', 'wait 2026-12-01'],
      },
    ],
    [
      'all allocated to another environment: it can be reallocated from there',
      {
        now: IN_2025,
        entitlements: [bought('power-automate-premium', 1, { purchasedOn: '2025-06-01' })],
        environments: { sales: {}, finance: { allocations: { 'ai-builder-credits': '5000' } } },
      },
      [],
      pages(1),
      {
        code: 'EntitlementNotAvailable',
        message: MISSING,
        available: '0',
        consumed: '0',
        resetsOn: '2025-07-01',
        helps: ['reallocate 100', 'buy-add-on'],
      },
    ],
    [
      'all allocated here: there is nothing to reallocate',
      {
        now: IN_2025,
        entitlements: [bought('power-automate-premium')],
        environments: { sales: { allocations: { 'ai-builder-credits': '5000' } } },
      },
      [pages(63)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: ALL_CONSUMED,
        available: '5000',
        consumed: '6300',
        resetsOn: '2025-07-01',
        helps: ['buy-add-on', 'wait 2025-07-01'],
      },
    ],
    [
      'with deny pay-as-you-go would not help',
      {
        now: NOW,
        entitlements: [bought('copilot-credit-pack')],
        environments: { sales: { deny: true, allocations: { 'copilot-credits': '10' } } },
      },
      [answers(10)],
      answers(5),
      {
        code: 'QuotaExceeded',
        message: AGENT,
        available: '10',
        consumed: '10',
        resetsOn: '2026-04-01',
        helps: ['buy-copilot-credits', 'allocate-copilot-credits 5', 'wait 2026-04-01'],
      },
    ],
    [
      'a plan at its limit is capacity that is spent; it is linked already; no prepaid source has figures',
      { now: NOW, plans: { azure: { monthlyLimit: '5' } }, environments: { sales: { billingPlanId: 'azure' } } },
      [answers(5)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: MISSING,
        available: '0',
        consumed: '0',
        resetsOn: '2026-04-01',
        helps: ['buy-copilot-credits', 'wait 2026-04-01'],
      },
    ],
    [
      'Copilot Credits alone: the figures are theirs, the message is the common one',
      {
        now: NOW,
        entitlements: [bought('copilot-credit-pack')],
        environments: { sales: { allocations: { 'copilot-credits': '25000' }, type: 'trial' } },
      },
      [answers(31_250)],
      pages(1),
      {
        code: 'QuotaExceeded',
        message: MISSING,
        available: '25000',
        consumed: '31250',
        resetsOn: '2026-04-01',
        helps: ['buy-copilot-credits', 'wait 2026-04-01'],
      },
    ],
    [
      'an action without a rate that its caller may use',
      {
        now: IN_2025,
        entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
        environments: { sales: {} },
      },
      [],
      answers(1, { caller: 'cloud-flow' }),
      { code: 'EntitlementNotAvailable', message: MISSING, available: '0', consumed: '0', resetsOn: '2025-07-01', helps: [] },
    ],
  ])('D6: %s', (_, given, before, action, expected) => {
    const ledger = aLedger(given);
    for (const each of before) consume(ledger, each);
    expect(ofRefusal(refusedAction(ledger, action))).toEqual(expected);
  });

  it('D6: what is held is part of the gap, and the caller is told of it', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium')],
      environments: { sales: { allocations: { 'ai-builder-credits': '100' } } },
    });
    done(ledger, { do: 'hold', id: nextId(), action: pages(2), expiresInSeconds: 300 });
    const refusal = refusedAction(ledger, pages(1));
    expect(refusal.detail).toContain('0 of 100 credits are used, 200 held');
    expect(ofRefusal(refusal)).toMatchObject({
      consumed: '0',
      helps: ['reallocate 200', 'buy-copilot-credits', 'link-pay-as-you-go', 'wait 2026-04-01'],
    });
  });

  it('the agents’ message is the whole one', () => {
    expect(refusedAction(aLedger({ now: NOW, environments: { sales: {} } }), answers(1)).detail).toMatch(
      /^This agent is currently unavailable\. It has reached its usage limit\./,
    );
  });

  it('a refusal is recorded with its code and changes no counter', () => {
    const ledger = aLedger({ now: NOW, environments: { sales: {} } });
    refusedAction(ledger, pages(1));
    expect(ledger.records).toMatchObject([
      {
        sequence: 1,
        status: 'refused',
        credits: 0n,
        currency: null,
        source: null,
        refusal: { refused: 'EntitlementNotAvailable' },
      },
    ]);
    expect(counted(ledger)).toEqual({});
  });

  it('bad input is not recorded', () => {
    const ledger = aLedger({ now: NOW, environments: { sales: {} } });
    expect(
      outcomes(ledger, [anAction({ capability: 'telepathy' }), anAction({ environmentId: 'nowhere' }), anAction({ usage: {} })]),
    ).toEqual(['UnknownCapability', 'NotFound', 'InvalidRequest']);
    expect([ledger.records, ledger.sequence]).toEqual([[], 0]);
  });
});

describe('D7: every answer explains itself', () => {
  const told = (ledger: Ledger) =>
    ledger.records
      .at(-1)!
      .explanation.map((row) => `${row.currency} ${row.source} ${row.usable ? 'usable' : 'not usable'}: ${explainReason(row)}`);

  it('each source tried, in order, with its figures, up to the one that is used', () => {
    const ledger = aLedger({
      now: NOW,
      entitlements: [bought('power-automate-premium'), bought('copilot-credit-pack')],
      environments: { sales: { allocations: { 'ai-builder-credits': '100' } } },
    });
    consume(ledger, pages(1));
    const record = consume(ledger, pages(2));
    expect(
      record.explanation.map(({ available, consumed, held }) => [available, consumed, held].map((each) => formatCredits(each!))),
    ).toEqual([
      ['100', '100', '0'],
      ['25000', '0', '0'],
    ]);
    expect(told(ledger)).toEqual([
      'ai-builder-credits allocation not usable: is spent: 100 used of 100',
      'copilot-credits pool usable: has room: 0 used of 25000',
    ]);
    expect(record).toMatchObject({ era: 'dual-mode', price: { rateCard: '2025-11', feature: 'content-processing-tools' } });
  });

  it('why the others were not used: empty, too small, spent, with what is held', () => {
    const ledger = aLedger({
      now: NOW,
      settings: neverExceed,
      entitlements: [bought('copilot-credit-pack')],
      plans: { azure: {} },
      environments: { sales: { billingPlanId: 'azure', allocations: { 'copilot-credits': '24999' } } },
    });
    done(ledger, { do: 'hold', id: nextId(), action: answers(24_990), expiresInSeconds: 300 });
    consume(ledger, pages(2));
    expect(told(ledger)).toEqual([
      'ai-builder-credits pool not usable: has no credits',
      'copilot-credits allocation not usable: has no room for this action below 100 %: 0 used and 24990 held of 24999',
      'copilot-credits pool not usable: has no room for this action below 100 %: 0 used of 1',
      'copilot-credits pay-as-you-go usable: has room: 0 used, no limit',
    ]);
  });

  it('an action in overage says on what, and until when', () => {
    const ledger = aLedger({ now: IN_2025, entitlements: [bought('power-automate-premium')], environments: { sales: {} } });
    consume(ledger, pages(50));
    consume(ledger, pages(1));
    expect(told(ledger)).toEqual([
      'ai-builder-credits pool not usable: is spent (5000 used of 5000), but the action runs on it in overage until 125 %',
    ]);
  });

  it('the explanation of a refusal is recorded', () => {
    const ledger = aLedger({ now: NOW, environments: { sales: {} } });
    refusedAction(ledger, pages(1));
    expect(told(ledger)).toEqual([
      'ai-builder-credits pool not usable: has no credits',
      'copilot-credits pool not usable: has no credits',
    ]);
  });
});

describe('D11: usage that has already happened is never refused for lack of credits', () => {
  const recordOnly = { recordOnly: true };
  const given: GivenLedger = {
    now: NOW,
    entitlements: [bought('power-automate-premium')],
    environments: { sales: { allocations: { 'ai-builder-credits': '100' } } },
  };

  it.each<[string, GivenLedger, Action[], Action, string]>([
    ['charged as a decision would', given, [], pages(20, recordOnly), '2000 ai-builder-credits from allocation'],
    [
      'to the source of D5 whatever its room',
      given,
      [pages(20)],
      pages(5, recordOnly),
      '500 ai-builder-credits from allocation in overage',
    ],
    [
      'of the first currency that has one',
      { ...given, entitlements: [bought('copilot-credit-pack')], environments: { sales: {} } },
      [answers(40_000)],
      pages(1, recordOnly),
      '8 copilot-credits from pool in overage',
    ],
    [
      'else to no source of the first currency that the caller may use',
      { now: NOW, environments: { sales: {} } },
      [],
      pages(1, recordOnly),
      '100 ai-builder-credits from null in overage',
    ],
    [
      'for an agent',
      { now: NOW, environments: { sales: {} } },
      [],
      answers(3, recordOnly),
      '3 copilot-credits from null in overage',
    ],
    [
      'an agent flow has no grace, but was run',
      { now: NOW, entitlements: [bought('copilot-credit-pack')], environments: { sales: {} } },
      [answers(25_000)],
      pages(1, { ...recordOnly, caller: 'agent-flow' }),
      '8 copilot-credits from pool in overage',
    ],
    [
      'a pre-purchase that is spent carries no overage',
      { now: NOW, entitlements: [bought('copilot-credit-pre-purchase', 300_000)], environments: { sales: {} } },
      [answers(300_000)],
      answers(1, recordOnly),
      '1 copilot-credits from null in overage',
    ],
    [
      'what is free is free',
      { now: NOW, environments: { sales: {} } },
      [],
      pages(1, { ...recordOnly, mode: 'test' }),
      'free: test',
    ],
    [
      'also where F6 would refuse',
      { ...given, environments: { sales: { previewModels: false } } },
      [],
      anAction({ ...recordOnly, capability: 'prompt', model: 'gpt-5.2-chat', usage: { inputTokens: 1000, outputTokens: 0 } }),
      '20 ai-builder-credits from pool in overage',
    ],
    ['but bad input is refused', given, [], anAction({ ...recordOnly, capability: 'telepathy' }), 'UnknownCapability'],
    [
      'and usage that is too old',
      given,
      [],
      pages(1, { ...recordOnly, occurredAt: moment('2025-12-01T00:00:00Z') }),
      'PeriodClosed',
    ],
  ])('D11: %s', (_, said, before, action, expected) => {
    const ledger = aLedger(said);
    for (const each of before) consume(ledger, each);
    expect(outcomeOf(ledger, action)).toBe(expected);
  });
});

it('I9: records are numbered 1..n without gaps, refused ones among them', () => {
  const ledger = aLedger({
    now: NOW,
    entitlements: [bought('power-automate-premium')],
    environments: { sales: {}, finance: { deny: true } },
  });
  outcomes(ledger, [
    pages(1),
    pages(1, { environmentId: 'finance' }),
    anAction({ capability: 'telepathy' }),
    pages(1, { mode: 'test' }),
  ]);
  allocate(ledger, 'sales', '5');
  expect(ledger.records.map((record) => [record.sequence, record.status])).toEqual([
    [1, 'charged'],
    [2, 'refused'],
    [3, 'free'],
  ]);
});
