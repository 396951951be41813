// What administrators do, at random, and what a tenant begins with.

import fc from 'fast-check';
import { micro } from './amount.ts';
import { AI_BUILDER, ALL_CURRENCIES, COPILOT, type Scope, SESSIONS } from './book.ts';
import { DAY, HOUR, MINUTE } from './calendar.ts';
import { ENVIRONMENTS, environmentIds, often, one, TYPES, users } from './callers.ts';
import type { Command, SettingsChange } from './command.ts';
import type { Step, Until } from './step.ts';

export const command = (wanted: fc.Arbitrary<Command>): fc.Arbitrary<Step> =>
  wanted.map((each) => ({ step: 'command', command: each }));
export const environmentChanges = one<Extract<Command, { do: 'change-environment' }>['change'][]>(
  { drawFromTenantPool: false },
  { drawFromTenantPool: true },
  { deny: true },
  { deny: false },
  { deny: false, drawFromTenantPool: true },
  { previewModels: false },
  { previewModels: true },
  { name: 'Renamed' },
  { billingPlanId: 'azure' },
  { billingPlanId: 'azure' },
  { billingPlanId: 'spare' },
  { billingPlanId: null },
);
export const settingsChanges: fc.Arbitrary<SettingsChange> = fc.oneof(
  one<SettingsChange[]>(
    { consumeUnallocatedAiBuilderCredits: false },
    { consumeUnallocatedAiBuilderCredits: true },
    { allocationBy: 'tenant-admins' },
    { honourSeededCreditsUntilTerm: true },
    { honourSeededCreditsUntilTerm: false },
    { lateUsageDays: 0 },
    { lateUsageDays: 7 },
    { lateUsageDays: 31 },
    { nearAtPercent: 50 },
    { nearAtPercent: 80 },
    { computation: { delayDays: 2 } },
    { computation: { delayDays: 0 } },
  ),
  one<SettingsChange[]>(
    { enforcement: { view: 'computed' } },
    { enforcement: { view: 'realtime' } },
    { enforcement: { admission: 'never-exceed' } },
    { enforcement: { admission: 'until-exhausted' } },
    { enforcement: { fallbackAtPercent: 50, blockAtPercent: 90 } },
    { enforcement: { fallbackAtPercent: 90, blockAtPercent: 100 } },
    { enforcement: { fallbackAtPercent: 100, blockAtPercent: 125 } },
    { enforcement: { fallbackAtPercent: 110, blockAtPercent: 200 } },
  ),
);
export const amounts = one('0', '0', '0.000001', '16', '30', '100', '250', '1000', '1666.666666', '4000', '8333.5', '20000').map(
  micro,
);
export const allocations = fc
  .array(
    fc.record({
      environmentId: environmentIds,
      currency: one(AI_BUILDER, AI_BUILDER, COPILOT, COPILOT, SESSIONS),
      credits: amounts,
    }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((changes): Command => ({ do: 'allocate', changes }));
export const limits = fc
  .record({
    id: one('first', 'second', 'third'),
    scope: one<Scope[]>(
      {},
      { environmentId: 'sales' },
      { userId: 'ada' },
      { resourceId: 'bot' },
      { capability: 'custom-document-processing' },
      { environmentId: 'finance', userId: 'bob', resourceId: 'f-1' },
    ),
    currency: one(...ALL_CURRENCIES),
    monthly: one('0', '20', '50', '250.5', '1000').map(micro),
    notifyAtPercent: one(50, 80),
    stop: fc.boolean(),
  })
  .map((limit): Command => ({ do: 'set-limit', limit }));
export const plans = fc
  .record({
    id: one('azure', 'spare'),
    name: one('Azure', 'Azure', 'Azure', 'Blue'),
    status: one<('Enabled' | 'Disabled')[]>('Enabled', 'Enabled', 'Disabled'),
    monthlyLimit: one(null, null, micro('0'), micro('40'), micro('500'), micro('10000')),
  })
  .map((plan): Command => ({ do: 'create-billing-plan', plan }));
export const planChanges = fc
  .record({
    planId: one('azure', 'azure', 'spare'),
    change: one<{ status?: 'Enabled' | 'Disabled'; monthlyLimit?: bigint | null }[]>(
      { status: 'Disabled' },
      { status: 'Enabled' },
      { monthlyLimit: micro('500') },
      { monthlyLimit: null },
    ),
  })
  .map((change): Command => ({ do: 'change-billing-plan', ...change }));

export const PRODUCTS: [string, number][] = [
  ['power-automate-premium', 1],
  ['power-automate-premium', 1],
  ['power-automate-premium', 300],
  ['power-apps-per-app', 3],
  ['dynamics-365-finance-operations', 2],
  ['ai-builder-add-on-t1', 1],
  ['ai-builder-add-on-t2', 9],
  ['ai-builder-add-on-t2', 10],
  ['copilot-credit-pack', 1],
  ['copilot-credit-pack', 1],
  ['copilot-credit-pre-purchase', 300_000],
  ['copilot-credit-pre-purchase', 9],
  ['copilot-session-pack', 40],
  ['windows', 1],
];
export const entitling = (
  ids: readonly string[],
  days: fc.Arbitrary<[number | null, number | null, number | null]>,
): fc.Arbitrary<Step> =>
  fc.tuple(one(...ids), one(...PRODUCTS), days).map(([which, [product, quantity], [bought, starts, ends]]) => ({
    step: 'entitle',
    which,
    product,
    quantity,
    bought,
    starts,
    ends,
  }));
export const dates = one<[number | null, number | null, number | null][]>(
  [null, null, null],
  [null, null, null],
  [null, null, null],
  [-30, null, null],
  [-400, null, null],
  [-1300, null, null],
  [null, -10, null],
  [null, -364, null],
  [null, 3, null],
  [null, null, 9],
  [null, null, 0],
  [1, null, null],
  [0, -5, null],
);

export const historyEntries: fc.Arbitrary<Step> = fc
  .record({
    environmentId: environmentIds,
    userId: users,
    currency: one(...ALL_CURRENCIES),
    kind: one<('prepaid' | 'pay-as-you-go' | 'trial' | 'non-billed')[]>(
      'prepaid',
      'prepaid',
      'pay-as-you-go',
      'trial',
      'non-billed',
    ),
    daysAgo: one(0, 0, 1, 10, 32, 100, -1),
  })
  .map(({ daysAgo, ...entry }) => ({ step: 'history', entry, daysAgo }));

/** R1: capabilities of one's own, in versions; one is of the catalogue. */
export const definitions: fc.Arbitrary<Step> = fc
  .tuple(
    one('translate-to-elvish', 'translate-to-elvish', 'session'),
    one(0, 1, 40),
    one<[string | null, string | null][]>(['7', '0.5'], ['12.5', null], [null, '3']),
  )
  .map(([which, daysAgo, [aiBuilder, copilot]]): Step => ({ step: 'define-capability', which, daysAgo, aiBuilder, copilot }));

export const administration: fc.Arbitrary<Step> = fc.oneof(
  often(6, command(allocations)),
  often(
    4,
    command(
      fc.record({ do: fc.constant('change-environment' as const), environmentId: environmentIds, change: environmentChanges }),
    ),
  ),
  often(3, command(settingsChanges.map((change) => ({ do: 'change-settings', change })))),
  often(3, entitling(['e1', 'e2', 'e3', 'e4', 'e5', 'e6', 'new', 'new'], dates)),
  often(1, command(one('e1', 'e2', 'e3', 'e4', 'e9').map((entitlementId) => ({ do: 'end-entitlement', entitlementId })))),
  often(3, command(limits)),
  often(1, command(one('first', 'second', 'third').map((limitId) => ({ do: 'delete-limit', limitId })))),
  often(1, command(environmentIds.map((environmentId) => ({ do: 'delete-environment', environmentId })))),
  often(
    2,
    fc.tuple(one(...ENVIRONMENTS), one('same', 'same', 'Other')).map(([id, name]): Step => creation(id, name)),
  ),
  often(2, command(plans)),
  often(1, command(planChanges)),
  often(1, command(one('azure', 'spare').map((planId) => ({ do: 'delete-billing-plan', planId })))),
  often(2, command(fc.record({ do: one('start-trial' as const, 'extend-trial' as const), userId: users }))),
  often(1, command(fc.constant({ do: 'extend-month', id: '' }))),
  often(2, command(fc.constant({ do: 'compute', onDemand: true }))),
  often(1, command(fc.constant({ do: 'expire-holds' }))),
  often(2, historyEntries),
  often(1, definitions),
);

export const clock: fc.Arbitrary<Step> = fc
  .oneof(
    often(12, one<Until[]>(MINUTE, 4 * MINUTE, 6 * MINUTE, 3 * HOUR, DAY)),
    often(1, one<Until[]>(7 * DAY, 31 * DAY)),
    often(2, one<Until[]>('end of month', 'next month', 'before the 8th', 'the 8th')),
    often(1, one<Until[]>('2025-11-01', '2026-11-01', 'before', 'back')),
  )
  .map((until) => ({ step: 'clock', until }));

export function creation(id: keyof typeof TYPES, name = 'same'): Step {
  return {
    step: 'command',
    command: { do: 'create-environment', environment: { id, name: name === 'same' ? id : name, type: TYPES[id], region: null } },
  };
}

export const owning = (which: string, product: string, quantity: number, bought: number | null = -40): Step => ({
  ...{ step: 'entitle', which, product, quantity, bought, starts: null, ends: null },
});
/** What a tenant may own from the start: of each currency little, so that it is soon spent. */
export const POSSESSIONS: Step[] = [
  owning('e1', 'power-automate-premium', 1, -400),
  owning('e2', 'power-apps-per-app', 3),
  owning('e3', 'copilot-credit-pack', 1),
  owning('e4', 'copilot-session-pack', 40),
  owning('e5', 'copilot-credit-pre-purchase', 300_000, null),
  owning('e6', 'ai-builder-add-on-t1', 1, -400),
];

/** How a tenant begins: its environments, settings, something to spend, and who may spend it. */
export const openings: fc.Arbitrary<Step[]> = fc
  .tuple(
    fc.oneof(often(5, fc.subarray(POSSESSIONS.slice(0, 4))), often(2, fc.subarray(POSSESSIONS))),
    fc.array(command(settingsChanges.map((change) => ({ do: 'change-settings', change }))), { maxLength: 3 }),
    fc.option(command(plans)),
    fc.array(command(allocations), { maxLength: 4 }),
  )
  .map(([possessions, settings, plan, shares]) => [
    ...ENVIRONMENTS.map((id) => creation(id)),
    ...settings,
    ...possessions,
    ...(plan ? [plan] : []),
    ...shares,
  ]);
