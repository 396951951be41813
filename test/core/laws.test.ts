// Laws: what holds for every ledger, whatever was done to it before (A6, A8, C2, D3, D9, D10, D13, N2, T4, I4, I5, I8, I9, I15). Each
// runs on random tenants and random commands (asks.ts); a failure prints its seed and the smallest case, and `{ seed, path }` runs that
// again.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import { allocationInForce, allocationUse, hasAllocation, poolSize, poolUse } from '../../src/core/capacity.ts';
import { execute } from '../../src/core/command.ts';
import { type Credits, CURRENCIES } from '../../src/core/credits.ts';
import { decide, isAllowed } from '../../src/core/decision.ts';
import { prePurchaseSize } from '../../src/core/entitlement.ts';
import { type Ledger, limitMonth, owned, seenSums, tenantMonth } from '../../src/core/ledger.ts';
import { DAY_MS, type Instant, monthOf } from '../../src/core/month.ts';
import { noticeEnvironment } from '../../src/core/notice.ts';
import type { SettingsChange } from '../../src/core/settings.ts';
import { aLedger, anAction, bought, done, type GivenLedger } from './a-ledger.ts';
import { type Ask, actions, anything, asksOf, built, give, limits, RUNS, run, tenants, uses, withoutLimits } from './asks.ts';
import { counted, recounted } from './recount.ts';

function withEnforcement(given: GivenLedger, enforcement: SettingsChange['enforcement']): SettingsChange {
  return { ...given.settings, enforcement: { ...given.settings?.enforcement, ...enforcement } };
}

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
          const sums = tenantMonth(ledger, month, currency);
          const { consumed } = seenSums(ledger, sums);
          expect({ currency, ...shares }).toEqual({ currency, consumed, held: sums.held });
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
    settings: withEnforcement(given, { admission: 'never-exceed', view: 'realtime' }),
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

// D13: a limit stops what would be charged in its currency, and no other currency steps in. So what is bought may bring an action under
// a limit that it did not meet before; laws about more and less are of tenants without limits.
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
      fc.property(tenants, asksOf(withoutLimits, 20), actions, more, (given, asks, action, products) => {
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
      asksOf(withoutLimits, 20),
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

describe('D9: the computed view', () => {
  it('with a computation before every decision is the realtime view', () => {
    fc.assert(
      fc.property(tenants, asksOf(anything), (given, asks) => {
        const settings = (view: 'realtime' | 'computed') => ({
          ...withEnforcement(given, { view }),
          computation: { delayDays: 0 },
        });
        // Both are computed, so that their clocks agree; only one decides on it.
        const [realtime, computed] = (['realtime', 'computed'] as const).map((view) => {
          const ledger = built({ ...given, settings: settings(view) });
          give(ledger, { do: 'compute', onDemand: true });
          return run(ledger, asks, () => give(ledger, { do: 'compute', onDemand: true }));
        });
        const answersOf = ({ records }: Ledger) => records.map(({ id: _, holdId: __, ...answer }) => answer);
        expect(answersOf(computed!)).toEqual(answersOf(realtime!));
        expect(counted(computed!)).toEqual(counted(realtime!));
      }),
      RUNS,
    );
  });

  it('a computation changes no answer of the realtime view', () => {
    fc.assert(
      fc.property(tenants, asksOf(anything, 20), actions, (given, asks, action) => {
        const ledger = run(built({ ...given, settings: withEnforcement(given, { view: 'realtime' }) }), asks);
        const before = decide(ledger, action);
        execute(ledger, { do: 'compute', onDemand: true });
        expect(decide(ledger, action)).toEqual(before);
      }),
      RUNS,
    );
  });
});

describe('D13: limits', () => {
  it('a limit that stops never lets more than it says, with never-exceed', () => {
    const careful = tenants.map((given) => ({ ...given, settings: withEnforcement(given, { admission: 'never-exceed' }) }));
    const stops = fc.array(
      limits.map((limit) => ({ ...limit, stop: true })),
      { minLength: 1, maxLength: 2 },
    );
    fc.assert(
      // Time stands still, as for I5: a capture after expiry is recorded as it is.
      fc.property(careful, stops, asksOf(uses.filter((asked) => asked.ask !== 'later')), (given, set, asks) => {
        run(built(given), [...set, ...asks], (ledger) => {
          for (const limit of ledger.limits.values()) {
            const { consumed, held } = limitMonth(limit, monthOf(ledger.now));
            expect(consumed + held <= limit.monthly, `${limit.id}: ${consumed} + ${held} of ${limit.monthly}`).toBe(true);
          }
        });
      }),
      RUNS,
    );
  });

  it('a stop at 0 stops all that would be charged in its currency, and nothing else', () => {
    fc.assert(
      fc.property(tenants, asksOf(withoutLimits, 20), actions, limits, (given, asks, action, limit) => {
        const ledger = run(built(given), asks);
        const before = decide(ledger, action);
        if (!isAllowed(before)) return;
        run(ledger, [{ ...limit, scope: { environmentId: action.environmentId }, monthly: '0', stop: true }]);
        const after = decide(ledger, action);
        if (before.currency === limit.currency) expect(after).toMatchObject({ refusal: { refused: 'LimitReached' } });
        else expect(after).toEqual(before);
      }),
      RUNS,
    );
  });

  it('limits that only alert, and limits that are deleted, change no answer', () => {
    fc.assert(
      fc.property(tenants, asksOf(anything), (given, asks) => {
        const alerting = asks.map((asked) => (asked.ask === 'set-limit' ? { ...asked, stop: false } : asked));
        const without = asks.filter((asked) => asked.ask !== 'set-limit' && asked.ask !== 'delete-limit');
        const answersOf = ({ records }: Ledger) => records.map(({ id: _, holdId: __, ...answer }) => answer);
        const [limited, free] = [run(built(given), alerting), run(built(given), without)];
        expect(answersOf(limited)).toEqual(answersOf(free));
        for (const limitId of [...limited.limits.keys()]) done(limited, { do: 'delete-limit', limitId });
        expect(counted(limited)).toEqual(counted(free));
      }),
      RUNS,
    );
  });
});

describe('N2: notices', () => {
  it('at most one of a kind per month, environment and currency, or limit', () => {
    fc.assert(
      // A limit that is deleted and made again is another one.
      fc.property(tenants, asksOf(anything.filter((asked) => asked.ask !== 'delete-limit')), (given, asks) => {
        const { notices } = run(built(given), asks);
        const about = notices.map(({ kind, month, environmentId, currency, limitId }) =>
          [kind, month, limitId ?? `${environmentId} ${currency}`].join(' '),
        );
        expect(about).toEqual([...new Set(about)]);
        expect(notices.map((notice) => notice.number)).toEqual(notices.map((_, index) => index + 1));
      }),
      RUNS,
    );
  });

  it('what is used leaves nothing of its own environment and currency untold', () => {
    const tells = new Set<Ask['ask']>(['consume', 'record-only', 'late', 'capture']);
    fc.assert(
      fc.property(tenants, asksOf(anything), (given, asks) => {
        let records = 0;
        run(built(given), asks, (ledger, asked) => {
          const record = ledger.records[records];
          records = ledger.records.length;
          if (!tells.has(asked.ask) || !record || record.currency === null) return;
          const environment = ledger.environments.get(record.action.environmentId)!;
          const told = ledger.notices.length;
          noticeEnvironment(ledger, environment, record.month, [record.currency]);
          expect(ledger.notices.slice(told)).toEqual([]);
        });
      }),
      RUNS,
    );
  });
});

it('T4: a clock that is moved in one step has done what one that is moved in many has', () => {
  const pieces = fc.array(fc.integer({ min: 1, max: 20 * DAY_MS }), { minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(tenants, asksOf(anything), pieces, (given, asks, steps) => {
      const [once, often] = [run(built(given), asks), run(built(given), asks)];
      let until = once.now;
      for (const step of steps) {
        until = (until + step) as Instant;
        give(often, { do: 'move-clock', now: until });
      }
      give(once, { do: 'move-clock', now: until });
      const books = (ledger: Ledger) => ({
        counters: counted(ledger),
        now: ledger.now,
        computations: ledger.computations,
        notices: ledger.notices,
        holds: [...ledger.holds.values()].map(({ status }) => status),
      });
      expect(books(once)).toEqual(books(often));
    }),
    RUNS,
  );
});
