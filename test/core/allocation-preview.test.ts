// Previews of a change of allocations and switches (A2, A4–A8, M1): what they say is what the change then does.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { SwitchChange } from '../../src/core/allocation.ts';
import { type AllocationPreview, allocationPreview } from '../../src/core/allocation-preview.ts';
import { poolSize } from '../../src/core/capacity.ts';
import { CURRENCIES, type Currency, credits, formatCredits } from '../../src/core/credits.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import { isRefusal } from '../../src/core/refusal.ts';
import { environmentCapacity } from '../../src/core/status.ts';
import { aLedger, answers, bought, consume, done, environmentOf, pages } from './a-ledger.ts';

/** 10,000 AI Builder credits and 25,000 Copilot Credits; sales has 4,000 of the first; finance and support draw from the pool. */
function given(): Ledger {
  const ledger = aLedger({
    now: '2026-03-10T08:00:00Z',
    entitlements: [bought('power-automate-premium', 2), bought('copilot-credit-pack')],
    plans: { azure: {} },
    environments: {
      sales: { allocations: { 'ai-builder-credits': '4000' } },
      finance: {},
      support: {},
      lab: { type: 'developer' },
    },
  });
  consume(ledger, pages(41));
  consume(ledger, pages(30, { environmentId: 'finance' }));
  return ledger;
}

function change(environmentId: string, amount: string, currency: Currency = 'ai-builder-credits') {
  return { environmentId, currency, credits: credits(amount) };
}

function previewed(ledger: Ledger, changes: ReturnType<typeof change>[], switches: SwitchChange[] = []): AllocationPreview {
  const preview = allocationPreview(ledger, changes, switches);
  if (isRefusal(preview)) throw new Error(`refused ${preview.refused}: ${preview.detail}`);
  return preview;
}

/** `sales covered-overage → within-capacity`; those of AI Builder credits. */
function statuses(of: AllocationPreview['named']): string[] {
  return of
    .filter(({ currency }) => currency === 'ai-builder-credits')
    .map(({ environmentId, before, after }) => `${environmentId} ${before.status} → ${after.status}`);
}

it('says what a raise does: to the pool, to the environment, to those that share the pool', () => {
  const { pools, named, others } = previewed(given(), [change('sales', '6500')]);
  expect(pools.map((pool) => [pool.currency, formatCredits(pool.owned), pool.sharedBy])).toEqual([
    ['ai-builder-credits', '10000', 3],
  ]);
  const figures = pools.map(({ before, after }) => [before, after].map((each) => formatCredits(each.unallocated)));
  expect(figures).toEqual([['6000', '3500']]);
  expect(statuses(named)).toEqual(['sales covered-overage → within-capacity']);
  // 3,000 of a pool of 3,500 instead of 6,000.
  expect(statuses(others)).toEqual([
    'finance within-capacity → near-capacity',
    'support within-capacity → near-capacity',
    'lab within-capacity → near-capacity',
  ]);
});

it('takes the month of an environment out of the pool with its first allocation (A6)', () => {
  const { pools, named } = previewed(given(), [change('finance', '100')]);
  expect(pools.map(({ before, after }) => [formatCredits(before.consumed), formatCredits(after.consumed)])).toEqual([
    ['3000', '0'],
  ]);
  expect(named.map(({ before, after }) => [before.source, after.source])).toEqual([['pool', 'allocation']]);
  expect(statuses(named)).toEqual(['finance within-capacity → covered-overage']);
});

it('says what a switch does, in both currencies', () => {
  const ledger = given();
  consume(ledger, answers(100));
  const { pools, named } = previewed(ledger, [], [{ environmentId: 'sales', deny: true }]);
  expect(pools.map(({ currency }) => currency)).toEqual(['ai-builder-credits', 'copilot-credits']);
  expect(named.map(({ currency, after }) => `${currency} ${after.source} ${after.status}`)).toEqual([
    'ai-builder-credits allocation blocked',
    'copilot-credits none no-capacity',
  ]);
});

it.each<[string, ReturnType<typeof change>[], SwitchChange[], string, string[]]>([
  ['more than is unallocated', [change('sales', '10001')], [], 'InsufficientUnallocatedCredits', []],
  ['an unknown environment', [change('nowhere', '1')], [], 'NotFound', ['/changes/0/environmentId']],
  [
    'a switch of an unknown environment',
    [],
    [{ environmentId: 'nowhere', deny: true }],
    'NotFound',
    ['/environments/0/environmentId'],
  ],
  ['an unknown plan', [], [{ environmentId: 'sales', billingPlanId: 'no' }], 'NotFound', ['/environments/0/billingPlanId']],
  [
    'a plan where none can be',
    [],
    [{ environmentId: 'lab', billingPlanId: 'azure' }],
    'PayAsYouGoNotAvailable',
    ['/environments/0/environmentId'],
  ],
  [
    'an environment that is switched twice',
    [],
    [
      { environmentId: 'sales', deny: true },
      { environmentId: 'sales', deny: false },
    ],
    'InvalidRequest',
    ['/environments/1/environmentId'],
  ],
])('refuses %s', (_, changes, switches, code, pointers) => {
  const refusal = allocationPreview(given(), changes, switches);
  expect(refusal).toMatchObject({ refused: code });
  expect(isRefusal(refusal) && (refusal.errors ?? []).map(({ pointer }) => pointer)).toEqual(pointers);
});

it('is what the change then does, whatever it is', () => {
  const ids = ['sales', 'finance', 'support', 'lab'];
  const anAmount = fc.constantFrom('0', '100', '2500.5', '5000');
  const changes = fc.uniqueArray(
    fc.record({
      environmentId: fc.constantFrom(...ids),
      currency: fc.constantFrom<Currency>('ai-builder-credits', 'copilot-credits'),
      amount: anAmount,
    }),
    { selector: ({ environmentId, currency }) => `${currency} ${environmentId}`, maxLength: 4 },
  );
  const switches = fc.uniqueArray(
    fc.record({ environmentId: fc.constantFrom(...ids), drawFromTenantPool: fc.boolean(), deny: fc.boolean() }),
    { selector: ({ environmentId }) => environmentId, maxLength: 2 },
  );
  fc.assert(
    fc.property(changes, switches, (wanted, switched) => {
      const set = wanted.map(({ environmentId, currency, amount }) => change(environmentId, amount, currency));
      const preview = allocationPreview(given(), set, switched);
      if (isRefusal(preview)) return;
      const ledger = given();
      done(ledger, { do: 'allocate', changes: set });
      for (const { environmentId, ...of } of switched) done(ledger, { do: 'change-environment', environmentId, change: of });
      const atOnce = given();
      done(atOnce, { do: 'allocate', changes: set, switches: switched });
      // What stands between the two steps is crossed only where they are two (N2).
      forgetNoticed(atOnce, ledger);
      expect(atOnce.environments).toEqual(ledger.environments);
      expect(atOnce.months).toEqual(ledger.months);
      for (const { currency, after } of preview.pools) expect(after.unallocated).toBe(poolSize(ledger, currency, ledger.now));
      const foreseen = new Map(
        [...preview.named, ...preview.others].map((each) => [`${each.currency} ${each.environmentId}`, each.after.status]),
      );
      const unchanged = given();
      for (const id of ids) {
        for (const currency of CURRENCIES) {
          const was = environmentCapacity(unchanged, environmentOf(unchanged, id), currency).status;
          expect(foreseen.get(`${currency} ${id}`) ?? was).toBe(
            environmentCapacity(ledger, environmentOf(ledger, id), currency).status,
          );
        }
      }
    }),
  );
});

/** Noticed crossings are forgotten, and with them the months that were stored for nothing else. */
function forgetNoticed(...ledgers: Ledger[]): void {
  for (const { environments } of ledgers) {
    for (const { months } of environments.values()) {
      for (const [month, ofCurrency] of months) {
        for (const currency of CURRENCIES) ofCurrency[currency].noticed = 0;
        const figures = CURRENCIES.flatMap((currency) => {
          const { changed, ...rest } = ofCurrency[currency];
          return Object.values(rest);
        });
        if (figures.every((figure) => Number(figure) === 0)) months.delete(month);
      }
    }
  }
}
