// Laws: what holds for every ledger, whatever was done to it before (A6, A8, D3, D10, I4, I5, I8, I9, I15). Each runs on random
// tenants and random commands; a failure prints its seed and the smallest case, and `{ seed, path }` runs that again.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import { allocationInForce, allocationUse, hasAllocation, poolSize, poolUse } from '../../src/core/capacity.ts';
import { type Command, execute } from '../../src/core/command.ts';
import { type Credits, CURRENCIES, type Currency, credits } from '../../src/core/credits.ts';
import { decide, isAllowed } from '../../src/core/decision.ts';
import { prePurchaseSize } from '../../src/core/entitlement.ts';
import { type Ledger, owned, tenantMonth } from '../../src/core/ledger.ts';
import { type Instant, monthOf } from '../../src/core/month.ts';
import { aLedger, anAction, bought, done, type GivenEnvironment, type GivenLedger } from './a-ledger.ts';
import { counted, recounted } from './recount.ts';

const IDS = ['sales', 'finance', 'support'] as const;
/** `LAW_RUNS=5000 npx vitest run test/core/laws.test.ts` searches longer. */
const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 250) };

// Tenants own little and actions are large, so that every boundary is met again and again.
const SESSIONS = bought('copilot-session-pack', 40);

const environments: fc.Arbitrary<GivenEnvironment> = fc.record(
  {
    drawFromTenantPool: fc.boolean(),
    deny: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
    billingPlanId: fc.constantFrom(null, 'azure'),
    allocations: fc.record(
      {
        'ai-builder-credits': fc.constantFrom('100', '250', '1000', '1666.666666'),
        'copilot-credits': fc.constantFrom('8', '100', '5000', '8333.5'),
      },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['drawFromTenantPool', 'deny', 'billingPlanId', 'allocations'] },
);

const percentages = fc.record({
  fallbackAtPercent: fc.constantFrom(50, 90, 100),
  blockAtPercent: fc.constantFrom(90, 100, 125, 200),
});
const admissions = fc.constantFrom('until-exhausted' as const, 'never-exceed' as const);
const moments = fc.constantFrom('2025-06-10T08:00:00Z', '2026-03-10T08:00:00Z', '2026-11-10T08:00:00Z');

const tenants: fc.Arbitrary<GivenLedger> = fc
  .record({
    now: moments,
    settings: fc.record({
      consumeUnallocatedAiBuilderCredits: fc.boolean(),
      enforcement: fc.tuple(percentages, admissions).map(([percents, admission]) => ({ ...percents, admission })),
    }),
    packs: fc.constantFrom(0, 1),
    seats: fc.constantFrom(0, 1),
    prePurchase: fc.boolean(),
    planLimit: fc.constantFrom(undefined, '0', '40', '500'),
    environments: fc.tuple(environments, environments, environments),
  })
  .map(({ now, settings, packs, seats, prePurchase, planLimit, environments: [sales, finance, support] }) => {
    const dated = { purchasedOn: '2025-06-01', id: '' };
    const all = (given: GivenEnvironment): GivenEnvironment => {
      // Only what is owned can be allocated; without it the environments have none.
      const allocations = { ...given.allocations };
      if (seats === 0 || now >= '2026-11') delete allocations['ai-builder-credits'];
      if (packs === 0) delete allocations['copilot-credits'];
      return { ...given, allocations };
    };
    return {
      now,
      settings,
      plans: { azure: planLimit === undefined ? {} : { monthlyLimit: planLimit } },
      entitlements: [
        SESSIONS,
        ...(seats ? [bought('power-automate-premium', seats, { ...dated, id: 'seats' })] : []),
        ...(packs ? [bought('copilot-credit-pack', packs, { ...dated, id: 'packs' })] : []),
        ...(prePurchase ? [bought('copilot-credit-pre-purchase', 300_000, { id: 'year' })] : []),
      ],
      environments: { sales: all(sales), finance: all(finance), support: all(support) },
    };
  });

const usages = fc.constantFrom<Partial<Action>>(
  { capability: 'custom-document-processing', usage: { pages: 1 } },
  { capability: 'custom-document-processing', usage: { pages: 7 } },
  { capability: 'custom-document-processing', usage: { pages: 60 } },
  { capability: 'receipt-processing', usage: { pages: 3 } },
  { capability: 'prompt', model: 'gpt-4.1', usage: { inputTokens: 3100, outputTokens: 1500 } },
  { capability: 'prompt', model: 'gpt-5-chat', usage: { inputTokens: 9, outputTokens: 0 } },
  { capability: 'classic-answer', usage: { responses: 4000 } },
  { capability: 'generative-answer', usage: { responses: 20 } },
  { capability: 'agent-flow-actions', usage: { actions: 7 } },
  { capability: 'session', usage: { sessions: 9 } },
  { capability: 'telepathy', usage: {} },
);
const callers = fc.constantFrom<Action['caller']>('cloud-flow', 'agent', 'agent-flow', 'canvas-app');

const actions: fc.Arbitrary<Action> = fc
  .record({ environmentId: fc.constantFrom(...IDS), caller: callers, usage: usages, test: fc.integer({ min: 0, max: 9 }) })
  .map(({ environmentId, caller, usage, test }) =>
    anAction({ environmentId, caller, mode: test === 0 ? 'test' : 'run', ...usage }),
  );

/** What can be asked of a ledger, by numbers that are given their meaning when it is asked: which hold, which amount. */
type Ask =
  | { ask: 'consume' | 'record-only' | 'hold'; action: Action }
  | { ask: 'capture'; which: number; pages: number }
  | { ask: 'release'; which: number }
  | { ask: 'later'; minutes: number }
  | { ask: 'allocate'; environmentId: string; currency: Currency; amount: string }
  | { ask: 'switch'; environmentId: string; change: { drawFromTenantPool?: boolean; deny?: boolean } }
  | { ask: 'delete' | 'create'; environmentId: string }
  | { ask: 'end'; entitlementId: string };

const which = fc.nat({ max: 20 });
const environmentIds = fc.constantFrom(...IDS);
/** What callers do. */
const uses: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ask: fc.constant('consume' as const), action: actions }) },
  { weight: 4, arbitrary: fc.record({ ask: fc.constant('hold' as const), action: actions }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('capture' as const), which, pages: fc.constantFrom(0, 1, 5) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('release' as const), which }) },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('later' as const), minutes: fc.constantFrom(1, 4, 6) }) },
);
/** What administrators do besides, and usage that no decision held back. */
const anything: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 10, arbitrary: uses },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('record-only' as const), action: actions }) },
  {
    weight: 3,
    arbitrary: fc.record({
      ask: fc.constant('allocate' as const),
      environmentId: environmentIds,
      currency: fc.constantFrom(...CURRENCIES),
      amount: fc.constantFrom('0', '0.000001', '16', '100', '5000', '25000'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('switch' as const),
      environmentId: environmentIds,
      change: fc.record({ drawFromTenantPool: fc.boolean(), deny: fc.boolean() }, { requiredKeys: [] }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ ask: fc.constantFrom('delete' as const, 'create' as const), environmentId: environmentIds }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('end' as const), entitlementId: fc.constantFrom('seats', 'packs') }) },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('later' as const), minutes: fc.constant(22 * 24 * 60) }) },
);

let ids = 0;
function commandOf(ledger: Ledger, asked: Ask): Command | null {
  ids += 1;
  const id = `${asked.ask}-${ids}`;
  const holds = [...ledger.holds.keys()];
  switch (asked.ask) {
    case 'consume':
      return { do: 'consume', id, action: asked.action };
    case 'record-only':
      return { do: 'consume', id, action: { ...asked.action, recordOnly: true } };
    case 'hold':
      return { do: 'hold', id, action: asked.action, expiresInSeconds: 300 };
    case 'capture': {
      const hold = ledger.holds.get(holds[asked.which % holds.length] ?? '');
      if (!hold) return null;
      // Never more than was held: what exceeds a hold is recorded as it is, on purpose.
      const usage = asked.pages < 5 && 'pages' in hold.action.usage ? { pages: asked.pages } : hold.action.usage;
      return { do: 'capture', id, holdId: hold.id, usage };
    }
    case 'release': {
      const holdId = holds[asked.which % holds.length];
      return holdId === undefined ? null : { do: 'release', holdId };
    }
    case 'later':
      return { do: 'move-clock', now: (ledger.now + asked.minutes * 60_000) as Instant };
    case 'allocate':
      return {
        do: 'allocate',
        changes: [{ environmentId: asked.environmentId, currency: asked.currency, credits: credits(asked.amount) }],
      };
    case 'switch':
      return { do: 'change-environment', environmentId: asked.environmentId, change: asked.change };
    case 'delete':
      return { do: 'delete-environment', environmentId: asked.environmentId };
    case 'create':
      return {
        do: 'create-environment',
        environment: { id: asked.environmentId, name: asked.environmentId, type: 'production', region: null },
      };
    case 'end':
      return ledger.entitlements.some((each) => each.id === asked.entitlementId)
        ? { do: 'end-entitlement', entitlementId: asked.entitlementId }
        : null;
  }
}

/** Asks all in order, whatever is answered; `each` sees the ledger after every one. */
function run(ledger: Ledger, asks: readonly Ask[], each: (ledger: Ledger) => void = () => {}): Ledger {
  for (const asked of asks) {
    const command = commandOf(ledger, asked);
    if (command) execute(ledger, command as never);
    each(ledger);
  }
  return ledger;
}

/** The tenant as given, less the allocations that it cannot have. */
function built(given: GivenLedger): Ledger {
  const bare = Object.entries(given.environments ?? {}).map(([id, { allocations: _, ...rest }]) => [id, rest] as const);
  const ledger = aLedger({ ...given, environments: Object.fromEntries(bare) });
  for (const [environmentId, { allocations = {} }] of Object.entries(given.environments ?? {})) {
    for (const currency of CURRENCIES) {
      const amount = allocations[currency];
      if (amount !== undefined)
        execute(ledger, { do: 'allocate', changes: [{ environmentId, currency, credits: credits(amount) }] });
    }
  }
  return ledger;
}

const asksOf = (ask: fc.Arbitrary<Ask>, maxLength = 40) => fc.array(ask, { maxLength, size: 'max' });

it('I4: every counter equals its recount from records, open holds and allocations, after every command', () => {
  fc.assert(
    fc.property(tenants, asksOf(anything), (given, asks) => {
      run(built(given), asks, (ledger) => expect(counted(ledger)).toEqual(recounted(ledger)));
    }),
    RUNS,
  );
});

it('A6: the month of a tenant is the shares of its allocations and of its pool, consumed and held', () => {
  fc.assert(
    fc.property(tenants, asksOf(anything), (given, asks) => {
      run(built(given), asks, (ledger) => {
        const month = monthOf(ledger.now);
        for (const currency of CURRENCIES) {
          const shares = { ...poolUse(ledger, month, currency, poolSize(ledger, currency, ledger.now)) };
          for (const environment of ledger.environments.values()) {
            if (!hasAllocation(environment, currency)) continue;
            const share = allocationUse(ledger, environment, month, currency, ledger.now);
            shares.consumed = (shares.consumed + share.consumed) as Credits;
            shares.held = (shares.held + share.held) as Credits;
          }
          const { consumed, held } = tenantMonth(ledger, month, currency);
          expect({ currency, ...shares }).toEqual({ currency, consumed, held });
        }
      });
    }),
    RUNS,
  );
});

it('I8: what is allocated was owned when it was written, and what is in force is owned now', () => {
  fc.assert(
    fc.property(tenants, asksOf(anything), (given, asks) => {
      run(built(given), asks, (ledger) => {
        for (const currency of CURRENCIES) {
          const inForce = [...ledger.environments.values()]
            .filter((environment) => hasAllocation(environment, currency))
            .reduce((sum, environment) => sum + allocationInForce(ledger, environment, currency, ledger.now), 0n);
          const size = poolSize(ledger, currency, ledger.now);
          expect(inForce + size <= owned(ledger, currency, ledger.now)).toBe(true);
        }
      });
    }),
    RUNS,
  );
});

it('I9: records are numbered 1..n and their time never decreases', () => {
  fc.assert(
    fc.property(tenants, asksOf(anything), (given, asks) => {
      const { records } = run(built(given), asks);
      expect(records.map((record) => record.sequence)).toEqual(records.map((_, index) => index + 1));
      expect(records.every((record, index) => index === 0 || record.recordedAt >= records[index - 1]!.recordedAt)).toBe(true);
    }),
    RUNS,
  );
});

it('I5: never-exceed never spends or holds more than the size of a source up to its blocking point', () => {
  const careful = tenants.map((given) => ({
    ...given,
    settings: { ...given.settings, enforcement: { ...given.settings?.enforcement, admission: 'never-exceed' as const } },
  }));
  fc.assert(
    // Time stands still: a capture after expiry is recorded on a source that may have been given to others since (D10).
    fc.property(careful, asksOf(uses.filter((asked) => asked.ask !== 'later')), (given, asks) => {
      run(built(given), asks, (ledger) => {
        const month = monthOf(ledger.now);
        const { fallbackAtPercent, blockAtPercent } = ledger.settings.enforcement;
        const percent = BigInt(Math.max(fallbackAtPercent, blockAtPercent));
        const within = (use: { consumed: Credits; held: Credits }, size: Credits, most = percent) =>
          expect((use.consumed + use.held) * 100n <= size * most, `${use.consumed} + ${use.held} of ${size}`).toBe(true);
        for (const currency of CURRENCIES) {
          const size = poolSize(ledger, currency, ledger.now);
          within(poolUse(ledger, month, currency, size), size);
          for (const environment of ledger.environments.values()) {
            if (!hasAllocation(environment, currency)) continue;
            // A6: what is drawn from the pool fills the allocation first, to its whole size, also where D3 has it usable to less.
            const use = allocationUse(ledger, environment, month, currency, ledger.now);
            const most = percent > 100n ? percent : 100n;
            within(use, allocationInForce(ledger, environment, currency, ledger.now), most);
          }
        }
        for (const entitlement of ledger.entitlements) {
          within({ consumed: entitlement.drawn, held: entitlement.held }, prePurchaseSize(entitlement), 100n);
        }
        for (const plan of ledger.plans.values()) {
          const use = plan.months.get(month);
          if (use && plan.monthlyLimit !== null) within(use, plan.monthlyLimit, 100n);
        }
      });
    }),
    RUNS,
  );
});

it('D10: a hold and its release are nothing', () => {
  fc.assert(
    fc.property(tenants, asksOf(anything, 15), actions, (given, asks, action) => {
      const ledger = run(built(given), asks);
      const [before, records] = [counted(ledger), ledger.records.length];
      const outcome = execute(ledger, { do: 'hold', id: 'the-hold', action, expiresInSeconds: 300 });
      if (!('hold' in outcome)) return;
      done(ledger, { do: 'release', holdId: 'the-hold' });
      expect(counted(ledger)).toEqual(before);
      expect(ledger.records).toHaveLength(records);
    }),
    RUNS,
  );
});

it('D10: a hold and its capture with the same usage are a consumption', () => {
  fc.assert(
    fc.property(tenants, asksOf(uses, 15), actions, (given, asks, action) => {
      const [held, consumed] = [run(built(given), asks), run(built(given), asks)];
      const outcome = execute(held, { do: 'hold', id: 'the-hold', action, expiresInSeconds: 300 });
      if ('hold' in outcome) done(held, { do: 'capture', id: 'the-capture', holdId: 'the-hold', usage: action.usage });
      execute(consumed, { do: 'consume', id: 'the-consumption', action });
      expect(counted(held)).toEqual(counted(consumed));
    }),
    RUNS,
  );
});

it('a decision reads and writes nothing, and answers the same when asked again', () => {
  fc.assert(
    fc.property(tenants, asksOf(anything, 15), actions, (given, asks, action) => {
      const ledger = run(built(given), asks);
      const [before, sequence] = [counted(ledger), ledger.sequence];
      expect(decide(ledger, action)).toEqual(decide(ledger, action));
      expect([counted(ledger), ledger.sequence]).toEqual([before, sequence]);
    }),
    RUNS,
  );
});

describe('A8, I12: what an allocated environment does changes no answer of another', () => {
  /** All that another environment is answered: its decisions and its records, without their numbers in the tenant. */
  const answersOf = (ledger: Ledger, id: string) =>
    ledger.records
      .filter((record) => record.action.environmentId === id)
      .map(({ id: _, sequence: __, holdId: ___, ...answer }) => answer);

  it.each<[string, (given: GivenLedger) => GivenLedger]>([
    // It may not draw from what is shared: the pool, the pre-purchases of the tenant, the plan of another.
    [
      'in both currencies, where it keeps to them',
      (given) => ({
        ...given,
        entitlements: (given.entitlements ?? []).filter((each) => each.id !== 'year'),
        environments: {
          ...given.environments,
          sales: {
            drawFromTenantPool: false,
            billingPlanId: null,
            allocations: { 'ai-builder-credits': '250', 'copilot-credits': '100' },
          },
        },
      }),
    ],
    [
      'with deny',
      (given) => ({
        ...given,
        environments: {
          ...given.environments,
          sales: { deny: true, allocations: { 'ai-builder-credits': '250', 'copilot-credits': '100' } },
        },
      }),
    ],
  ])('%s', (_, change) => {
    const owning = tenants.filter(
      (given) =>
        given.now < '2026-11' &&
        (given.entitlements?.filter((each) => each.id === 'seats' || each.id === 'packs').length ?? 0) === 2,
    );
    // Sessions have a pool and no allocation here.
    const ofAllocated = uses.filter((asked) => !('action' in asked) || asked.action.capability !== 'session');
    fc.assert(
      fc.property(owning, asksOf(ofAllocated), (given, asks) => {
        const steps = asks.filter((asked) => asked.ask === 'consume' || asked.ask === 'hold' || asked.ask === 'later');
        const without = steps.filter((asked) => !('action' in asked) || asked.action.environmentId !== 'sales');
        const [busy, quiet] = [run(built(change(given)), steps), run(built(change(given)), without)];
        for (const id of ['finance', 'support']) expect(answersOf(busy, id)).toEqual(answersOf(quiet, id));
      }),
      RUNS,
    );
  });
});

describe('I15: more credits never turn allowed into refused', () => {
  /** More of everything: licences, packs, a pre-purchase. */
  function enrich(ledger: Ledger, products: readonly string[]): void {
    for (const product of products) {
      const quantity = product === 'copilot-credit-pre-purchase' ? 300_000 : 1;
      done(ledger, { do: 'entitle', purchase: bought(product, quantity, { id: `more-${product}`, purchasedOn: '2025-06-01' }) });
    }
  }
  const more = fc.subarray(
    [
      'power-automate-premium',
      'ai-builder-add-on-t1',
      'copilot-credit-pack',
      'copilot-credit-pre-purchase',
      'copilot-session-pack',
    ],
    { minLength: 1 },
  );

  // D5 and A6 together let the grace of an allocation shrink at the moment at which a pool comes into being: see below.
  const poolAppears = (ledger: Ledger, action: Action, products: readonly string[]) =>
    (['copilot-credits', 'copilot-sessions'] as const).some(
      (currency) =>
        hasAllocation(ledger.environments.get(action.environmentId)!, currency) &&
        poolSize(ledger, currency, ledger.now) === 0n &&
        products.some((product) =>
          product.startsWith(currency === 'copilot-credits' ? 'copilot-credit-pack' : 'copilot-session'),
        ),
    );

  it('on the same ledger, with the same settings', () => {
    fc.assert(
      fc.property(tenants, asksOf(anything, 20), actions, more, (given, asks, action, products) => {
        const ledger = run(built(given), asks);
        if (ledger.environments.get(action.environmentId)?.deletedAt !== null) return;
        if (poolAppears(ledger, action, products) || !isAllowed(decide(ledger, action))) return;
        enrich(ledger, products);
        expect(isAllowed(decide(ledger, action))).toBe(true);
      }),
      RUNS,
    );
  });

  it('the one exception, by the letter of D5: the first credit of a pool takes an allocation’s grace from it', () => {
    const ledger = aLedger({
      now: '2026-03-10T08:00:00Z',
      entitlements: [bought('copilot-session-pack', 100)],
      environments: { sales: { allocations: { 'copilot-sessions': '100' } } },
    });
    const sessions = (count: number) => anAction({ caller: 'agent', capability: 'session', usage: { sessions: count } });
    done(ledger, { do: 'consume', id: 'all', action: sessions(110) });
    expect(isAllowed(decide(ledger, sessions(1)))).toBe(true); // in overage on the allocation, to 125
    done(ledger, { do: 'entitle', purchase: bought('copilot-session-pack', 1) });
    expect(isAllowed(decide(ledger, sessions(1)))).toBe(false); // the pool of 1 has the 10 above it
  });
});

it('I15: a bigger action never turns refused into allowed', () => {
  const sized = fc.constantFrom<[Partial<Action>, (count: number) => Action['usage']]>(
    [{ capability: 'custom-document-processing' }, (pages) => ({ pages })],
    [{ capability: 'text-translation' }, (count) => ({ characters: count * 700 })],
    [{ capability: 'prompt', model: 'gpt-4.1' }, (count) => ({ inputTokens: count * 900, outputTokens: count * 30 })],
    [{ capability: 'classic-answer' }, (responses) => ({ responses })],
  );
  fc.assert(
    fc.property(
      tenants,
      asksOf(anything, 20),
      actions,
      sized,
      fc.tuple(fc.nat({ max: 300 }), fc.nat({ max: 300 })),
      (given, asks, action, [said, usageOf], sizes) => {
        const ledger = run(built(given), asks);
        const [small, big] = [Math.min(...sizes), Math.max(...sizes)];
        const allowed = (count: number) => isAllowed(decide(ledger, { ...action, ...said, usage: usageOf(count) }));
        if (!allowed(small)) expect(allowed(big)).toBe(false);
      },
    ),
    RUNS,
  );
});
