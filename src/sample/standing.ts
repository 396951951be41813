// How Contoso stands at the end, whatever the day of the month: an environment in every status of either currency (M1), limits in every
// state (D13). Where the traffic did not lead there by itself, somebody allocates differently, and a few more actions follow.

import type { Action, Bursar } from '../../sdk/src/index.ts';
import type { PlannedCurrency } from './allocation-plan.ts';
import { robotRun } from './daily-actions.ts';
import { ENVIRONMENTS } from './environments.ts';

/** Who acts, where more has to be consumed: an app, flow or agent of an environment. */
interface Actor {
  environmentId: string;
  resourceId: string;
}

interface Goal extends Actor {
  currency: PlannedCurrency;
  status: 'within-capacity' | 'near-capacity' | 'covered-overage' | 'overage' | 'blocked';
  /** Consumed, of the allocation. */
  percent: number;
}

/** Without an allocation: robotic-automation (its pre-purchase is spent) and compliance (`deny`) have no capacity. */
const GOALS: readonly Goal[] = [
  {
    environmentId: 'logistics',
    resourceId: 'app-goods-in',
    currency: 'ai-builder-credits',
    status: 'within-capacity',
    percent: 60,
  },
  { environmentId: 'sales', resourceId: 'flow-offers', currency: 'ai-builder-credits', status: 'near-capacity', percent: 88 },
  // The plan carries it.
  {
    environmentId: 'finance',
    resourceId: 'flow-invoices',
    currency: 'ai-builder-credits',
    status: 'covered-overage',
    percent: 104,
  },
  // Neither the pool nor a plan may carry these two.
  { environmentId: 'legal', resourceId: 'flow-contracts', currency: 'ai-builder-credits', status: 'overage', percent: 112 },
  { environmentId: 'procurement', resourceId: 'flow-orders', currency: 'ai-builder-credits', status: 'blocked', percent: 129 },
  {
    environmentId: 'it-help-desk',
    resourceId: 'agent-help-desk',
    currency: 'copilot-credits',
    status: 'within-capacity',
    percent: 55,
  },
  {
    environmentId: 'marketing',
    resourceId: 'agent-campaigns',
    currency: 'copilot-credits',
    status: 'near-capacity',
    percent: 86,
  },
  {
    environmentId: 'customer-service',
    resourceId: 'agent-phone',
    currency: 'copilot-credits',
    status: 'covered-overage',
    percent: 106,
  },
  { environmentId: 'human-resources', resourceId: 'agent-ask-hr', currency: 'copilot-credits', status: 'overage', percent: 112 },
  // `deny` stops it at 100 %.
  { environmentId: 'partner-portal', resourceId: 'agent-partners', currency: 'copilot-credits', status: 'blocked', percent: 104 },
];

interface LimitGoal extends Actor {
  id: string;
  status: 'within-limit' | 'nearing-limit' | 'over-limit';
  percent: number;
}

const LIMIT_GOALS: readonly LimitGoal[] = [
  { id: 'marketing-month', environmentId: 'marketing', resourceId: 'agent-campaigns', status: 'within-limit', percent: 45 },
  { id: 'campaign-writer', environmentId: 'marketing', resourceId: 'agent-campaigns', status: 'nearing-limit', percent: 88 },
  { id: 'busiest-in-finance', environmentId: 'finance', resourceId: 'flow-invoices', status: 'over-limit', percent: 109 },
  { id: 'website-assistant', environmentId: 'customer-service', resourceId: 'agent-website', status: 'over-limit', percent: 103 },
];

/** Enough for percentages to mean something, and what is sent to reach it. */
const FLOOR: Record<PlannedCurrency, number> = { 'ai-builder-credits': 4_000, 'copilot-credits': 800 };
const LARGE: Record<PlannedCurrency, Part & { credits: number }> = {
  'ai-builder-credits': { capability: 'custom-document-processing', usage: { pages: 2 }, credits: 200 },
  'copilot-credits': { capability: 'generative-answer', usage: { responses: 20 }, credits: 40 },
};
const SMALL: Record<PlannedCurrency, Part> = {
  'ai-builder-credits': { capability: 'text-recognition', usage: { pages: 1 } },
  'copilot-credits': { capability: 'classic-answer', usage: { responses: 1 } },
};
const SMALL_ACTIONS = 4;
const EVERY_MS = 40_000;
const ROOM_TIMES = 4;
/** Of what is free: rounding must not ask for more. */
const MOST_SHARE = 0.95;
/** Of a limit that is to be neared or passed. */
const LEAST_OF_A_LIMIT = 40;
const ROOM_OF_A_LIMIT = '100000';
const ROBOT_RUN_CREDITS = 2_000;
const CREDITS_PER_ROBOT_STEP = 5;

type Part = Pick<Action, 'capability' | 'usage'>;

/** Brings everything to where it should be at the tenant's present moment; what is there already is left alone. */
export async function reachStanding(bursar: Bursar, now: string): Promise<void> {
  await spendPrePurchase(bursar, now);
  for (const goal of GOALS) await reach(bursar, goal, now);
  for (const goal of LIMIT_GOALS) await reachLimit(bursar, goal, now);
}

/** While it lasts it covers every environment but those with `deny` (D4), so that none would be in overage. */
async function spendPrePurchase(bursar: Bursar, now: string): Promise<void> {
  const { sources } = (await bursar.capacity.tenant()).currencies.find(({ currency }) => currency === 'copilot-credits')!;
  const left = Number(sources.find(({ product }) => product === 'copilot-credit-pre-purchase')?.credits ?? 0);
  const runs = Math.ceil(left / ROBOT_RUN_CREDITS);
  const usage = { actions: ROBOT_RUN_CREDITS / CREDITS_PER_ROBOT_STEP };
  await bursar.consumeBatch(Array.from({ length: runs }, (_, index) => robotRun(`sample-robots-${now}-${index}`, now, usage)));
}

async function reach(bursar: Bursar, goal: Goal, now: string): Promise<void> {
  const { environmentId, currency } = goal;
  const standing = async () =>
    (await bursar.capacity.environment(environmentId)).currencies.find((each) => each.currency === currency)!;
  const before = await standing();
  if (before.status === goal.status) return;
  const allocate = (credits: number) =>
    bursar.allocations.set({ environmentId, currency, credits: String(Math.max(1, rounded(credits))) });
  // With room, what was consumed is all shown as the allocation's (A6).
  const { unallocated } = (await bursar.capacity.tenant()).currencies.find((each) => each.currency === currency)!;
  const current = before.source === 'allocation' ? Number(before.available) : 0;
  await allocate(Math.min(MOST_SHARE * (Number(unallocated) + current), ROOM_TIMES * Math.max(current, FLOOR[currency])));
  const { credits, ...large } = LARGE[currency];
  const missing = FLOOR[currency] - Number((await standing()).consumed);
  if (missing > 0) await bursar.consumeBatch(actions(goal, `large-${environmentId}`, now, Math.ceil(missing / credits), large));
  await allocate((Number((await standing()).consumed) * 100) / goal.percent);
  await bursar.consumeBatch(actions(goal, `small-${environmentId}`, now, SMALL_ACTIONS, SMALL[currency]));
}

async function reachLimit(bursar: Bursar, goal: LimitGoal, now: string): Promise<void> {
  const { scope, currency, stop, consumed, status } = await bursar.limits.get(goal.id);
  if (status === goal.status) return;
  const set = (monthly: string) => bursar.limits.set(goal.id, { scope, currency, stop, monthly });
  let reached = Number(consumed);
  if (reached < LEAST_OF_A_LIMIT) {
    await set(ROOM_OF_A_LIMIT);
    const { credits: _, ...large } = LARGE[currency as PlannedCurrency];
    await bursar.consumeBatch(actions(goal, `limit-${goal.id}`, now, SMALL_ACTIONS, large));
    reached = Number((await bursar.limits.get(goal.id)).consumed);
  }
  await set(String(rounded((reached * 100) / goal.percent)));
  await bursar.consumeBatch(actions(goal, `after-${goal.id}`, now, SMALL_ACTIONS, SMALL[currency as PlannedCurrency]));
}

/** To three digits, as people write figures: far finer than what parts one status from the next. */
function rounded(credits: number): number {
  return Math.round(Number(credits.toPrecision(3)));
}

/** One after another until the present moment, by the busiest of the environment. */
function actions({ environmentId, resourceId }: Actor, name: string, now: string, count: number, part: Part): Action[] {
  const { users, resources } = ENVIRONMENTS.find(({ id }) => id === environmentId)!;
  const today = now.slice(0, 10);
  const { caller, channel, resource } = resources(today).find((each) => each.resource.id === resourceId)!;
  const midnight = Date.parse(`${today}T00:00:00Z`);
  return Array.from({ length: count }, (_, index) => ({
    ...part,
    idempotencyKey: `sample-${name}-${now}-${index}`,
    environmentId,
    userId: users[index % SMALL_ACTIONS]!,
    caller,
    ...(channel === undefined ? {} : { channel }),
    resource,
    occurredAt: new Date(Math.max(midnight, Date.parse(now) - (count - index) * EVERY_MS)).toISOString(),
  }));
}
