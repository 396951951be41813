// Every code that the rules can refuse with, by its smallest cause; and commands that are asked twice.

import { describe, expect, it } from 'vitest';
import { credits } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import type { Day } from '../../src/core/month.ts';
import type { Refusal, RefusalCode } from '../../src/core/refusal.ts';
import { aLedger, anAction, answers, bought, done, environmentOf, moment, pages, refused, refusedAction } from './a-ledger.ts';

const NOW = '2026-03-10T08:00:00Z';

/** What only a route can answer. */
type OfARoute =
  | 'MalformedRequest'
  | 'Unauthenticated'
  | 'Forbidden'
  | 'MethodNotAllowed'
  | 'TooLarge'
  | 'UnsupportedMediaType'
  | 'TooManyRequests'
  | 'Unavailable'
  | 'AccountNotLocal'
  | 'IdempotencyConflict'
  | 'ReportNotAvailable'
  | 'NoLongerKept'
  | 'CountedAlready'
  | 'WebhookDisabled'
  | 'InternalError';

const given = (): Ledger => aLedger({ now: NOW, plans: { azure: {} }, environments: { sales: {}, lab: { type: 'developer' } } });

const smallestCause = {
  NotFound: () => refusedAction(given(), anAction({ environmentId: 'nowhere' })),
  InvalidRequest: () => refusedAction(given(), anAction({ usage: {} })),
  MinimumQuantityNotMet: () => refused(given(), { do: 'entitle', purchase: bought('ai-builder-add-on-t2', 9) }),
  UnknownCapability: () => refusedAction(given(), anAction({ capability: 'telepathy' })),
  UnknownModel: () =>
    refusedAction(given(), anAction({ capability: 'prompt', model: 'gpt-0', usage: { inputTokens: 1, outputTokens: 1 } })),
  UnknownProduct: () => refused(given(), { do: 'entitle', purchase: bought('free-lunch') }),
  QuotaExceeded: () => {
    const ledger = aLedger({
      now: NOW,
      plans: { azure: { monthlyLimit: '1' } },
      environments: { sales: { billingPlanId: 'azure' } },
    });
    done(ledger, { do: 'consume', id: 'first', action: answers(1) });
    return refusedAction(ledger, answers(1));
  },
  LimitReached: () => {
    const ledger = given();
    const nothing = { id: 'stop', scope: {}, currency: 'ai-builder-credits' as const, monthly: credits('0') };
    done(ledger, { do: 'set-limit', limit: { ...nothing, notifyAtPercent: 80, stop: true } });
    return refusedAction(ledger, pages(1));
  },
  EntitlementNotAvailable: () => refusedAction(given(), pages(1)),
  PreviewModelsDisabled: () => {
    const ledger = aLedger({ now: NOW, environments: { sales: { previewModels: false } } });
    return refusedAction(
      ledger,
      anAction({ capability: 'prompt', model: 'gpt-5.2-chat', usage: { inputTokens: 1, outputTokens: 1 } }),
    );
  },
  InsufficientUnallocatedCredits: () =>
    refused(given(), {
      do: 'allocate',
      changes: [{ environmentId: 'sales', currency: 'copilot-credits', credits: credits('0.000001') }],
    }),
  EndOfSale: () => refused(given(), { do: 'entitle', purchase: bought('ai-builder-add-on-t1') }),
  AlreadyExists: () =>
    refused(given(), { do: 'create-environment', environment: { id: 'sales', name: 'Sales', type: 'production', region: null } }),
  PeriodClosed: () => refusedAction(given(), pages(1, { occurredAt: moment('2026-02-28T23:59:59.999Z') })),
  HoldClosed: () => {
    const ledger = given();
    done(ledger, { do: 'hold', id: 'h', action: pages(1, { mode: 'test' }), expiresInSeconds: 1 });
    done(ledger, { do: 'release', holdId: 'h' });
    return refused(ledger, { do: 'capture', id: 'c', holdId: 'h', usage: { pages: 1 } });
  },
  NotASandbox: () => refused(aLedger({ now: NOW, isSandbox: false }), { do: 'move-clock', now: moment('2026-03-11T00:00:00Z') }),
  ClockMovesForwardOnly: () => refused(given(), { do: 'move-clock', now: moment('2026-03-10T07:59:59.999Z') }),
  PayAsYouGoNotAvailable: () =>
    refused(given(), { do: 'change-environment', environmentId: 'lab', change: { billingPlanId: 'azure' } }),
  TrialNotAvailable: () => refused(given(), { do: 'start-trial', userId: 'ada' }),
  ExtensionNotAvailable: () => refused(given(), { do: 'extend-month', id: 'more' }),
} satisfies Record<Exclude<RefusalCode, OfARoute>, () => Refusal>;

describe('the smallest cause of every refusal', () => {
  it.each(Object.entries(smallestCause))('%s', (code, cause) => {
    const refusal = cause();
    expect(refusal.refused).toBe(code);
    expect(refusal.detail.length).toBeGreaterThan(20);
    for (const error of refusal.errors ?? []) expect(error.pointer).toMatch(/^\//);
  });
});

describe('T2: pay-as-you-go can be linked to production and sandbox only', () => {
  it.each([
    ['production', true],
    ['sandbox', true],
    ['trial', false],
    ['developer', false],
    ['default', false],
  ] as const)('%s: %s', (type, linkable) => {
    const build = () => aLedger({ now: NOW, plans: { azure: {} }, environments: { sales: { type, billingPlanId: 'azure' } } });
    if (linkable) expect(environmentOf(build(), 'sales').billingPlanId).toBe('azure');
    else expect(build).toThrow('PayAsYouGoNotAvailable');
  });

  it('unlinking is always possible, a plan that is not there is not found', () => {
    const ledger = given();
    done(ledger, { do: 'change-environment', environmentId: 'lab', change: { billingPlanId: null } });
    const refusal = refused(ledger, { do: 'change-environment', environmentId: 'sales', change: { billingPlanId: 'amex' } });
    expect([refusal.refused, refusal.errors?.[0]?.pointer]).toEqual(['NotFound', '/billingPlanId']);
  });
});

describe('what is not there is not found', () => {
  it.each<[string, (ledger: Ledger) => Refusal]>([
    ['an environment to change', (ledger) => refused(ledger, { do: 'change-environment', environmentId: 'x', change: {} })],
    ['an environment to delete', (ledger) => refused(ledger, { do: 'delete-environment', environmentId: 'x' })],
    ['an entitlement to end', (ledger) => refused(ledger, { do: 'end-entitlement', entitlementId: 'x' })],
    ['a plan to change', (ledger) => refused(ledger, { do: 'change-billing-plan', planId: 'x', change: {} })],
    ['a plan to delete', (ledger) => refused(ledger, { do: 'delete-billing-plan', planId: 'x' })],
  ])('%s', (_, ask) => {
    expect(ask(given()).refused).toBe('NotFound');
  });

  it.each<[string, (ledger: Ledger) => Refusal]>([
    ['changed', (ledger) => refused(ledger, { do: 'change-environment', environmentId: 'sales', change: {} })],
    ['deleted', (ledger) => refused(ledger, { do: 'delete-environment', environmentId: 'sales' })],
    ['used', (ledger) => refusedAction(ledger, pages(1))],
    [
      'allocated to',
      (ledger) =>
        refused(ledger, {
          do: 'allocate',
          changes: [{ environmentId: 'sales', currency: 'copilot-credits', credits: credits('0') }],
        }),
    ],
  ])('a deleted environment cannot be %s', (_, ask) => {
    const ledger = given();
    done(ledger, { do: 'delete-environment', environmentId: 'sales' });
    expect(ask(ledger).refused).toBe('NotFound');
  });

  it('a deleted plan cannot be linked', () => {
    const ledger = given();
    done(ledger, { do: 'delete-billing-plan', planId: 'azure' });
    expect(
      refused(ledger, { do: 'change-environment', environmentId: 'sales', change: { billingPlanId: 'azure' } }).refused,
    ).toBe('NotFound');
  });
});

describe('the same id again: the same content answers what is there, other content is refused', () => {
  it('an environment', () => {
    const ledger = given();
    const wanted = { id: 'sales', name: 'sales', type: 'production' as const, region: null };
    expect(done(ledger, { do: 'create-environment', environment: wanted })).toMatchObject({ made: false });
    for (const other of [{ name: 'Sales' }, { type: 'sandbox' as const }, { region: 'europe' }]) {
      expect(refused(ledger, { do: 'create-environment', environment: { ...wanted, ...other } }).refused).toBe('AlreadyExists');
    }
  });

  it('a billing plan', () => {
    const ledger = given();
    const wanted = { id: 'azure', name: 'azure', status: 'Enabled' as const, monthlyLimit: null };
    expect(done(ledger, { do: 'create-billing-plan', plan: wanted })).toMatchObject({ made: false });
    for (const other of [{ name: 'Azure' }, { status: 'Disabled' as const }, { monthlyLimit: credits('1') }]) {
      expect(refused(ledger, { do: 'create-billing-plan', plan: { ...wanted, ...other } }).refused).toBe('AlreadyExists');
    }
  });

  it('an entitlement; what the first left to defaults need not be said again', () => {
    const first = bought('power-automate-premium', 1, { id: 'seats' });
    const ledger = aLedger({ now: NOW, entitlements: [first] });
    expect(done(ledger, { do: 'entitle', purchase: first })).toMatchObject({ made: false });
    expect(done(ledger, { do: 'entitle', purchase: { ...first, startsOn: '2026-03-10' as Day } })).toMatchObject({ made: false });
    for (const other of [
      { quantity: 2 },
      { product: 'power-apps-premium' },
      { endsOn: '2026-05-01' as Day },
      { servicePlanEnabled: false },
    ]) {
      expect(refused(ledger, { do: 'entitle', purchase: { ...first, ...other } }).refused).toBe('AlreadyExists');
    }
    expect(ledger.entitlements).toHaveLength(1);
  });

  it('E7: a purchase that is asked again is not judged again', () => {
    const addOn = bought('ai-builder-add-on-t1', 1, { id: 'add-on' });
    const ledger = aLedger({ now: '2025-10-31T00:00:00Z', entitlements: [addOn] });
    done(ledger, { do: 'move-clock', now: moment('2026-11-01T00:00:00Z') });
    expect(done(ledger, { do: 'entitle', purchase: addOn })).toMatchObject({ made: false });
  });
});

describe('R1: capabilities of one’s own', () => {
  const mine = {
    id: 'stamp-reader',
    name: 'Stamps',
    unit: 'page' as const,
    from: '2026-03-10' as Day,
    aiBuilderCredits: credits('3'),
    copilotCredits: null,
  };

  it('the same day again replaces the version, another day adds one', () => {
    const ledger = given();
    done(ledger, { do: 'define-capability', capability: mine });
    done(ledger, { do: 'define-capability', capability: { ...mine, aiBuilderCredits: credits('4') } });
    done(ledger, { do: 'define-capability', capability: { ...mine, from: '2026-04-01' as Day } });
    expect(ledger.capabilities.map((each) => [each.from, each.aiBuilderCredits])).toEqual([
      ['2026-03-10', credits('4')],
      ['2026-04-01', credits('3')],
    ]);
  });

  it.each(['prompt', 'receipt-processing', 'AISummarize', 'code-execution', 'byom-prompt'])('%s is the product’s', (id) => {
    expect(refused(given(), { do: 'define-capability', capability: { ...mine, id } }).refused).toBe('AlreadyExists');
  });
});

it('T4: a sandbox’s clock may be set to where it is', () => {
  const ledger = given();
  done(ledger, { do: 'move-clock', now: moment(NOW) });
  expect(ledger.now).toBe(moment(NOW));
});
