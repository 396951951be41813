// What people at Contoso did, day by day: bought, allocated, changed, forgot. Every step may be done again without another effect, so
// that a sample which was cut off is finished by the next start.

import { type Action, type Bursar, BursarError } from '../../sdk/src/index.ts';
import { ALLOCATION_PLANS, plannedChanges } from './allocation-plan.ts';
import { BEGIN, isFirstWorkingDay } from './calendar.ts';
import { EARLIER_FILE, earlierConsumption } from './earlier-consumption.ts';
import { ENVIRONMENTS, OWN_CAPABILITY } from './environments.ts';
import { DEPARTMENTS } from './people.ts';

export interface Chapter {
  bursar: Bursar;
  day: string;
  /** How much of the usual traffic there is: what is sized by traffic goes with it. */
  scale: number;
}

type Step = (chapter: Chapter) => Promise<unknown>;

const PLAN = 'azure-subscription';
const BURST_EVERY_MS = 90_000;
/** They try AI Builder before the licences come (X1). */
const TRIAL_USERS = [DEPARTMENTS.sales[0]!, DEPARTMENTS.sales[1]!, DEPARTMENTS.makers[0]!];
/** What the trade fair leaves behind is deleted, and gone at a second try. */
const GONE = new Set(['NotFound']);

const LICENCES: readonly { product: string; quantity: number; purchasedOn?: string; servicePlanEnabled?: boolean }[] = [
  { product: 'power-apps-premium', quantity: 320 },
  // Bought before 2022-11-01: they bring none (E3).
  { product: 'power-apps-per-app', quantity: 150, purchasedOn: '2022-06-01' },
  { product: 'power-automate-premium', quantity: 24 },
  { product: 'power-automate-hosted-rpa', quantity: 4, servicePlanEnabled: false },
  // Capped at 20,000 for the tenant (E2).
  { product: 'dynamics-365-finance-operations', quantity: 12 },
];

const STEPS: Readonly<Record<string, readonly Step[]>> = {
  [BEGIN]: [
    buy('packs-2025', 'copilot-credit-pack', 1, '2026-10-01'),
    async ({ bursar }) => {
      for (const userId of TRIAL_USERS) await bursar.trials.start(userId, { idempotencyKey: `sample-trial-${userId}` });
    },
    ({ bursar }) => bursar.imports.send(earlierConsumption(), { id: 'earlier', dryRun: 'false', fileName: EARLIER_FILE }),
    ({ bursar }) => bursar.declareResource('app', 'app-holidays', { environmentId: 'contoso-default', name: 'Holiday planner' }),
    ({ bursar }) =>
      bursar.declareResource('flow', 'flow-newsletter', {
        environmentId: 'contoso-default',
        name: 'Send newsletter',
        aiAction: false,
      }),
  ],
  // What one of them found out: all contracts of a year, in a few hours.
  '2025-10-08': [
    burst('contract-archive', 'Contract archive', 90, {
      environmentId: 'innovation-lab',
      userId: TRIAL_USERS[2]!,
      capability: 'custom-document-processing',
      usage: { pages: 12 },
    }),
  ],
  '2025-10-14': [
    async ({ bursar }) => {
      for (const { product, ...rest } of LICENCES)
        await bursar.entitlements.create({ id: `licences-${product}`, product, ...rest }, keyed(`licences-${product}`));
    },
  ],
  // More than the pool has left: the extension carries the rest of the month (X3).
  '2025-10-28': [
    ({ bursar }) => bursar.extensions.give(keyed('extension')),
    burst('stocktaking', 'Stocktaking', 60, {
      environmentId: 'logistics',
      userId: DEPARTMENTS.logistics[0]!,
      capability: 'custom-document-processing',
      usage: { pages: 60 },
    }),
  ],
  // The last day on which whoever has none can buy an add-on (E7).
  '2025-10-31': [buy('add-on-2025', 'ai-builder-add-on-t1', 1, '2026-10-31')],
  '2025-12-01': [
    buy('packs-winter', 'copilot-credit-pack', 1),
    // What its robots need for a year, and they are not to touch anything else.
    buy('pre-purchase-robots', 'copilot-credit-pre-purchase', 300_000),
    change('robotic-automation', { drawFromTenantPool: false }),
  ],
  '2026-01-12': [
    ({ bursar }) =>
      bursar.billingPlans.create({ id: PLAN, name: 'Azure subscription Contoso', monthlyLimit: '100000' }, keyed('plan')),
    ({ bursar }) =>
      bursar.billingPlans.create(
        { id: 'old-subscription', name: 'Azure subscription (old)', status: 'Disabled' },
        keyed('old-plan'),
      ),
    change('customer-service', { billingPlanId: PLAN }),
  ],
  [OWN_CAPABILITY.from]: [ownCapability(OWN_CAPABILITY.from, '45', '12')],
  '2026-02-03': [
    async ({ bursar }) => {
      await bursar.webhooks.create({
        id: 'operations',
        url: 'https://hooks.contoso.example/bursar',
        description: 'Operations channel',
      });
      await bursar.webhooks.change('operations', { enabled: false });
    },
    change('compliance', { previewModels: false }),
    // Somebody tries all the same (F6).
    burst('policy-draft', 'Policy draft', 3, {
      environmentId: 'compliance',
      userId: DEPARTMENTS.legal[4]!,
      capability: 'prompt',
      model: 'claude-sonnet-4.5',
      usage: { inputTokens: 2200, outputTokens: 600 },
    }),
  ],
  '2026-02-10': [
    limit('marketing-month', { environmentId: 'marketing' }, 'copilot-credits', 7_000),
    limit('campaign-writer', { resourceId: 'agent-campaigns' }, 'copilot-credits', 2_000),
    limit('busiest-in-finance', { userId: DEPARTMENTS.finance[0]! }, 'ai-builder-credits', 50_000),
    limit('phone-calls', { capability: 'voice-generative' }, 'copilot-credits', 13_000),
  ],
  '2026-02-27': [
    ({ bursar }) =>
      bursar.environments.delete('trade-fair').catch((error) => {
        if (!(error instanceof BursarError && GONE.has(error.code))) throw error;
      }),
  ],
  '2026-04-20': [
    // Nobody answers its questions any more (D13: stop now).
    ({ bursar }) =>
      bursar.limits.set('old-faq-stopped', {
        scope: { resourceId: 'agent-old-faq' },
        currency: 'copilot-credits',
        monthly: '0',
        stop: true,
      }),
  ],
  // With one that is active that day, the last chance to buy another (E7).
  '2026-05-04': [buy('add-on-2026', 'ai-builder-add-on-t1', 1)],
  '2026-06-01': [
    buy('packs-summer', 'copilot-credit-pack', 1, '2027-06-01'),
    change('northwind', { drawFromTenantPool: false, billingPlanId: PLAN }),
  ],
  '2026-06-15': [
    change('legal', { drawFromTenantPool: false }),
    change('procurement', { drawFromTenantPool: false }),
    change('human-resources', { drawFromTenantPool: false }),
  ],
  [OWN_CAPABILITY.changed]: [ownCapability(OWN_CAPABILITY.changed, '40', '10')],
  '2026-08-03': [
    change('partner-portal', { deny: true }),
    change('compliance', { deny: true }),
    limit('website-assistant', { resourceId: 'agent-website' }, 'copilot-credits', 2_100, true),
  ],
  '2026-09-30': [
    async ({ bursar }) => {
      const asked = await bursar.reports.ask(
        { type: 'ai-builder-consumption', targetDate: '2026-09-29' },
        keyed('report-september'),
      );
      await bursar.reports.completed(asked.id);
    },
  ],
  '2026-09-01': [change('customer-service', { drawFromTenantPool: false }), change('finance', { billingPlanId: PLAN })],
};

/** What is done on a day, in its order: environments that open, steps of the story, the plan of a new month. */
export function stepsOf(day: string): Step[] {
  const opening = ENVIRONMENTS.filter((environment) => environment.opened === day).map(
    ({ id, name, type, region }): Step =>
      ({ bursar }) =>
        bursar.environments.create({ id, name, type, region }),
  );
  return [...opening, ...(STEPS[day] ?? []), ...(plansOn(day) ? [allocateForMonth] : [])];
}

/** On the first working day of a month, and on the days on which plans begin. */
function plansOn(day: string): boolean {
  return (
    (ALLOCATION_PLANS.some(({ from }) => from < day) && isFirstWorkingDay(day)) ||
    ALLOCATION_PLANS.some(({ from, until }) => from === day || until === day)
  );
}

/** All or none: what is lowered makes room for what is raised. */
async function allocateForMonth({ bursar, day, scale }: Chapter): Promise<void> {
  const { currencies } = await bursar.capacity.tenant();
  const owned = new Map(currencies.map((each) => [each.currency, Number(each.owned)]));
  await bursar.allocations.change(plannedChanges(day, scale, owned), keyed(`allocations-${day}-${scale}`));
}

function keyed(name: string): { idempotencyKey: string } {
  return { idempotencyKey: `sample-${name}` };
}

function buy(id: string, product: string, quantity: number, endsOn?: string): Step {
  return ({ bursar }) =>
    bursar.entitlements.create({ id, product, quantity, ...(endsOn === undefined ? {} : { endsOn }) }, keyed(id));
}

function change(id: string, what: Parameters<Bursar['environments']['change']>[1]): Step {
  return ({ bursar }) => bursar.environments.change(id, what);
}

function ownCapability(from: string, aiBuilderCredits: string, copilotCredits: string): Step {
  const { id, name } = OWN_CAPABILITY;
  return ({ bursar }) => bursar.capabilities.define(id, { name, unit: 'page', from, aiBuilderCredits, copilotCredits });
}

function limit(
  id: string,
  scope: Parameters<Bursar['limits']['set']>[1]['scope'],
  currency: 'ai-builder-credits' | 'copilot-credits',
  monthly: number,
  stop = false,
): Step {
  return ({ bursar, scale }) => bursar.limits.set(id, { scope, currency, monthly: String(Math.ceil(monthly * scale)), stop });
}

/** So many actions at once, whatever the scale. */
function burst(
  id: string,
  name: string,
  count: number,
  of: Pick<Action, 'environmentId' | 'userId' | 'capability' | 'model' | 'usage'>,
): Step {
  return ({ bursar, day }) =>
    bursar.consumeBatch(
      Array.from({ length: count }, (_, index) => ({
        ...of,
        idempotencyKey: `sample-${id}-${index}`,
        caller: 'api' as const,
        resource: { type: 'app' as const, id: `app-${id}`, name },
        occurredAt: new Date(Date.parse(`${day}T04:00:00Z`) + index * BURST_EVERY_MS).toISOString(),
      })),
    );
}
