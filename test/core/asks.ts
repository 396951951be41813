// Random tenants and what can be asked of them, for the laws (laws.test.ts). Tenants own little and actions are large, so that every
// boundary is met again and again.

import fc from 'fast-check';
import type { Action } from '../../src/core/action.ts';
import { type Command, execute } from '../../src/core/command.ts';
import { CURRENCIES, type Currency, credits } from '../../src/core/credits.ts';
import type { HistoryEntry } from '../../src/core/history.ts';
import type { Ledger } from '../../src/core/ledger.ts';
import type { LimitScope } from '../../src/core/limit.ts';
import { DAY_MS, dayOf, type Instant } from '../../src/core/month.ts';
import { aLedger, anAction, bought, type GivenEnvironment, type GivenLedger, givePrepaidDays } from './a-ledger.ts';
import { limitSums } from './recount.ts';

export const IDS = ['sales', 'finance', 'support'] as const;
const USERS = ['ada', 'bob'] as const;
/** `LAW_RUNS=5000 npx vitest run test/core/laws.test.ts` searches longer. */
export const RUNS = { numRuns: Number(process.env.LAW_RUNS ?? 250) };

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
const views = fc.constantFrom('realtime' as const, 'realtime' as const, 'computed' as const);
const moments = fc.constantFrom('2025-06-10T08:00:00Z', '2026-03-10T08:00:00Z', '2026-11-10T08:00:00Z');

export const tenants: fc.Arbitrary<GivenLedger> = fc
  .record({
    now: moments,
    settings: fc.record({
      consumeUnallocatedAiBuilderCredits: fc.boolean(),
      enforcement: fc
        .tuple(percentages, admissions, views)
        .map(([percents, admission, view]) => ({ ...percents, admission, view })),
      computation: fc.record({ delayDays: fc.constantFrom(0, 0, 0, 2) }),
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

export const actions: fc.Arbitrary<Action> = fc
  .record({
    environmentId: fc.constantFrom(...IDS),
    userId: fc.constantFrom(...USERS),
    caller: callers,
    usage: usages,
    test: fc.integer({ min: 0, max: 9 }),
    bot: fc.boolean(),
  })
  .map(({ environmentId, userId, caller, usage, test, bot }) =>
    anAction({
      environmentId,
      userId,
      caller,
      mode: test === 0 ? 'test' : 'run',
      resource: bot ? { type: 'agent', id: 'bot' } : null,
      ...usage,
    }),
  );

/** What can be asked of a ledger, by numbers that are given their meaning when it is asked: which hold, which amount. */
export type Ask =
  | { ask: 'consume' | 'record-only' | 'hold'; action: Action }
  | { ask: 'capture'; which: number; pages: number }
  | { ask: 'release'; which: number }
  | { ask: 'later'; minutes: number }
  | { ask: 'allocate'; environmentId: string; currency: Currency; amount: string }
  | { ask: 'switch'; environmentId: string; change: { drawFromTenantPool?: boolean; deny?: boolean } }
  | { ask: 'delete' | 'create'; environmentId: string }
  | { ask: 'end'; entitlementId: string }
  | { ask: 'late'; action: Action; days: number }
  | { ask: 'history'; entry: Omit<HistoryEntry, 'day'>; days: number }
  | { ask: 'compute' | 'extend-month' }
  | { ask: 'start-trial' | 'extend-trial'; userId: string }
  | { ask: 'set-limit'; limitId: string; scope: LimitScope; currency: Currency; monthly: string; stop: boolean }
  | { ask: 'delete-limit'; limitId: string };

const which = fc.nat({ max: 20 });
const environmentIds = fc.constantFrom(...IDS);
/** What callers do. */
export const uses: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ ask: fc.constant('consume' as const), action: actions }) },
  { weight: 4, arbitrary: fc.record({ ask: fc.constant('hold' as const), action: actions }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('capture' as const), which, pages: fc.constantFrom(0, 1, 5) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constant('release' as const), which }) },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('later' as const), minutes: fc.constantFrom(1, 4, 6) }) },
);
const kinds = fc.constantFrom<HistoryEntry['kind'][]>('prepaid', 'prepaid', 'pay-as-you-go', 'trial', 'non-billed');

/** Of a user who is given no trial here: history tells of trials that were given elsewhere. */
function aHistoryEntry(said: Pick<HistoryEntry, 'kind' | 'currency' | 'environmentId'>): Omit<HistoryEntry, 'day'> {
  return {
    userId: 'cleo',
    caller: 'cloud-flow',
    resource: null,
    capability: 'custom-document-processing',
    feature: null,
    model: null,
    channel: null,
    m365Copilot: false,
    credits: credits('90'),
    labels: null,
    ...said,
  };
}

/** What administrators do besides, and usage that no decision held back. */
export const withoutLimits: fc.Arbitrary<Ask> = fc.oneof(
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
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('later' as const),
      minutes: fc.constantFrom(60, 6 * 24 * 60, 22 * 24 * 60, 31 * 24 * 60),
    }),
  },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('late' as const), action: actions, days: fc.constantFrom(1, 10, 22) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      ask: fc.constant('history' as const),
      entry: fc
        .record({ kind: kinds, currency: fc.constantFrom(...CURRENCIES), environmentId: environmentIds })
        .map(aHistoryEntry),
      days: fc.constantFrom(0, 1, 22, 100),
    }),
  },
  { weight: 2, arbitrary: fc.record({ ask: fc.constantFrom('compute' as const, 'extend-month' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constantFrom('start-trial' as const, 'extend-trial' as const),
      userId: fc.constantFrom(...USERS),
    }),
  },
);

/** D13: limits on the narrowest and the widest of scopes. */
export const limits: fc.Arbitrary<Extract<Ask, { ask: 'set-limit' }>> = fc.record({
  ask: fc.constant('set-limit' as const),
  limitId: fc.constantFrom('first', 'second'),
  scope: fc.constantFrom<LimitScope>(
    {},
    { environmentId: 'sales' },
    { userId: 'ada' },
    { resourceId: 'bot' },
    { capability: 'custom-document-processing' },
    { environmentId: 'sales', userId: 'ada', resourceId: 'bot' },
  ),
  currency: fc.constantFrom(...CURRENCIES),
  monthly: fc.constantFrom('0', '50', '250.5', '1000'),
  stop: fc.boolean(),
});
export const anything: fc.Arbitrary<Ask> = fc.oneof(
  { weight: 20, arbitrary: withoutLimits },
  { weight: 2, arbitrary: limits },
  {
    weight: 1,
    arbitrary: fc.record({ ask: fc.constant('delete-limit' as const), limitId: fc.constantFrom('first', 'second') }),
  },
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
    case 'late':
      return { do: 'consume', id, action: { ...asked.action, occurredAt: (ledger.now - asked.days * DAY_MS) as Instant } };
    case 'history':
      return { do: 'record-history', id, entry: { ...asked.entry, day: dayOf((ledger.now - asked.days * DAY_MS) as Instant) } };
    case 'compute':
      return { do: 'compute', onDemand: true };
    case 'extend-month':
      return { do: 'extend-month', id };
    case 'start-trial':
    case 'extend-trial':
      return { do: asked.ask, userId: asked.userId };
    case 'set-limit': {
      const { limitId, scope, currency, monthly, stop } = asked;
      return {
        do: 'set-limit',
        limit: { id: limitId, scope, currency, monthly: credits(monthly), notifyAtPercent: 80, stop },
      };
    }
    case 'delete-limit':
      return { do: 'delete-limit', limitId: asked.limitId };
    case 'end':
      return ledger.entitlements.some((each) => each.id === asked.entitlementId)
        ? { do: 'end-entitlement', entitlementId: asked.entitlementId }
        : null;
  }
}

/** Executes a command with what the store loads for it from records and holds. */
export function give(ledger: Ledger, command: Command): void {
  givePrepaidDays(ledger);
  if (command.do === 'set-limit') ledger.limitSums.set(command.limit.id, limitSums(ledger, command.limit));
  execute(ledger, command as never);
  // What is recorded later is recorded at a later moment, so that a recount can tell what was computed.
  if (command.do === 'compute') execute(ledger, { do: 'move-clock', now: (ledger.now + 1) as Instant });
}

/** Asks all in order, whatever is answered; `each` sees the ledger after every one. */
export function run(ledger: Ledger, asks: readonly Ask[], each: (ledger: Ledger, asked: Ask) => void = () => {}): Ledger {
  for (const asked of asks) {
    const command = commandOf(ledger, asked);
    if (command) give(ledger, command);
    each(ledger, asked);
  }
  return ledger;
}

/** The tenant as given, less the allocations that it cannot have. */
export function built(given: GivenLedger): Ledger {
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

export const asksOf = (ask: fc.Arbitrary<Ask>, maxLength = 40) => fc.array(ask, { maxLength, size: 'max' });
