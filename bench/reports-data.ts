// The usage of one large tenant for bench/reports: 10 million actions of 5,000 users in 1,000 environments over a year, made from a seed.
// People have habits (this user, this flow, this capability), and a habit is followed on some days and not on others; so the days
// have about as many rows as those of a real tenant, where few combinations of what is possible occur, again and again.
// It is written straight into daily_usage, one row per day and habit, and counted in usage_day, as the product would have left it.
// Activity is left out: no usage query reads it.

import pg from 'pg';
import { type Caller, productOf } from '../src/core/action.ts';
import type { Currency } from '../src/core/credits.ts';
import { type Day, startOfDay } from '../src/core/month.ts';
import { price } from '../src/core/rate-card.ts';
import { isRefusal } from '../src/core/refusal.ts';
import type { TenantAddress } from '../src/store/store.ts';
import { type Random, randomOf } from '../src/traffic/random.ts';

export const SIZE = { environments: 1_000, users: 5_000, resources: 6_000 };
/** How many actions a habit that is followed on a day has on average; with it the year comes to 10 million. */
const MEAN_ACTIONS = 4.05;

interface Use {
  weight: number;
  capability: string;
  model: string | null;
  usage: Record<string, number>;
}

const PROMPTS = ['gpt-4.1-mini', 'gpt-4.1', 'gpt-5-chat', 'gpt-5-reasoning', 'claude-sonnet-4.5', 'gpt-5.2-chat'].map(
  (model, index) => ({
    weight: 6 / (index + 1),
    capability: 'prompt',
    model,
    usage: { inputTokens: 2_000, outputTokens: 700 },
  }),
);

function counted(weight: number, capability: string, usage: Record<string, number>): Use {
  return { weight, capability, model: null, usage };
}

const OF_APPS_AND_FLOWS: readonly Use[] = [
  ...PROMPTS,
  counted(5, 'invoice-processing', { pages: 2 }),
  counted(4, 'receipt-processing', { pages: 1 }),
  counted(3, 'custom-document-processing', { pages: 3 }),
  counted(2, 'text-recognition', { pages: 1 }),
  counted(2, 'sentiment-analysis', { characters: 1_400 }),
  counted(1, 'text-translation', { characters: 900 }),
  counted(1, 'entity-extraction', { characters: 1_200 }),
  counted(1, 'image-description', { images: 1 }),
];
const OF_AGENTS: readonly Use[] = [
  counted(9, 'generative-answer', { responses: 1 }),
  counted(4, 'classic-answer', { responses: 1 }),
  counted(3, 'agent-action', { actions: 2 }),
  counted(2, 'tenant-graph-grounding', { messages: 1 }),
  ...PROMPTS,
];

const CALLERS: readonly { weight: number; caller: Caller; type: string }[] = [
  { weight: 30, caller: 'cloud-flow', type: 'flow' },
  { weight: 20, caller: 'canvas-app', type: 'app' },
  { weight: 12, caller: 'model-driven-app', type: 'app' },
  { weight: 28, caller: 'agent', type: 'agent' },
  { weight: 10, caller: 'agent-flow', type: 'flow' },
];

interface Resource {
  environment: number;
  type: string;
  id: string;
  caller: Caller;
  channel: string | null;
  uses: Use[];
}

/** One combination of dimensions that recurs. */
interface Habit {
  environmentId: string;
  userId: string;
  resource: Resource;
  use: Use;
  currency: Currency | null;
  source: string | null;
  m365Copilot: boolean;
  /** The share of working days on which it is followed. */
  share: number;
  credits: bigint;
  units: number;
  feature: string | null;
}

function resourcesOf(random: Random): Resource[] {
  return Array.from({ length: SIZE.resources }, (_, index) => {
    const { caller, type } = random.pick(CALLERS);
    const all = productOf(caller) === 'copilot-studio' ? OF_AGENTS : OF_APPS_AND_FLOWS;
    return {
      // Every environment has one at least.
      environment: index < SIZE.environments ? index : Math.floor(random.next() * SIZE.environments),
      type,
      id: `${type}-${index}`,
      caller,
      channel:
        caller === 'agent'
          ? random.pick([
              { weight: 5, name: 'teams' },
              { weight: 3, name: 'web' },
              { weight: 1, name: 'sharepoint' },
            ]).name
          : null,
      uses: Array.from({ length: 1 + Math.floor(random.next() * 2.5) }, () => random.pick(all)),
    };
  });
}

function habitsOf(random: Random, at: Day): Habit[] {
  const resources = resourcesOf(random);
  const ofEnvironment = Map.groupBy(resources, (resource) => resource.environment);
  const habits: Habit[] = [];
  for (let user = 0; user < SIZE.users; user += 1) {
    const m365Copilot = random.next() < 0.25;
    // Each environment has somebody, large ones many; a fifth of the people work in two.
    const environments = [user < SIZE.environments ? user : random.rank(SIZE.environments)];
    if (random.next() < 0.2) environments.push(random.rank(SIZE.environments));
    for (const environment of new Set(environments)) {
      const mine = ofEnvironment.get(environment)!;
      const count = Math.min(mine.length, 1 + Math.floor(random.next() * 7));
      const first = Math.floor(random.next() * mine.length);
      for (let index = 0; index < count; index += 1) {
        const resource = mine[(first + index) % mine.length]!;
        for (const use of new Set(resource.uses)) {
          habits.push(...habitsOfUse({ environment, user, resource, use, m365Copilot, share: shareOf(random) }, at));
        }
      }
    }
  }
  return habits;
}

/** Few habits are of every day, most of now and then. */
function shareOf(random: Random): number {
  return 0.01 + 0.75 * random.next() ** 2.5;
}

function habitsOfUse(
  {
    environment,
    user,
    resource,
    use,
    m365Copilot,
    share,
  }: { environment: number; user: number; resource: Resource; use: Use; m365Copilot: boolean; share: number },
  at: Day,
): Habit[] {
  const priced = price(use, [], startOfDay(at));
  if (isRefusal(priced)) throw new Error(`the bench's own ${use.capability} has no price: ${priced.detail}`);
  const ofCopilot =
    productOf(resource.caller) === 'copilot-studio' || !priced.prices.some((each) => each.currency === 'ai-builder-credits');
  const currency: Currency = ofCopilot ? 'copilot-credits' : 'ai-builder-credits';
  const charged = priced.prices.find((each) => each.currency === currency) ?? priced.prices[0]!;
  const free = m365Copilot && resource.caller === 'agent';
  const habit: Habit = {
    environmentId: `environment-${environment}`,
    userId: `user-${user}@contoso.com`,
    resource,
    use,
    currency: free ? null : currency,
    source: free ? null : environment % 3 === 0 ? 'allocation' : 'pool',
    m365Copilot,
    share,
    credits: free ? 0n : charged.credits,
    units: charged.units,
    feature: priced.feature,
  };
  // Some environments spend their allocation and go on otherwise: the same habit on another source, on fewer days.
  if (free || environment % 3 !== 0) return [habit];
  const then = currency === 'copilot-credits' ? 'pay-as-you-go' : 'pool';
  return [habit, { ...habit, source: then, share: share * 0.3 }];
}

/** Fills the tenant's usage of the days from `from` to `to`, which is included; answers what it came to. */
export async function fillUsage(
  url: string,
  { cell, tenantId }: TenantAddress,
  { seed, from, to, log }: { seed: string; from: Day; to: Day; log: (line: string) => void },
): Promise<{ actions: number; rows: number }> {
  const habits = habitsOf(randomOf(seed), to);
  const client = new pg.Client({ connectionString: url, options: '-c timezone=UTC -c jit=off -c synchronous_commit=off' });
  await client.connect();
  try {
    await client.query(`
      create temporary table habit (habit int, environment_id text, user_id text, caller text, resource_type text, resource_id text, feature text,
        capability text, model text, currency currency, source source, channel text, m365_copilot boolean, share float8, credits bigint, units int)`);
    const column = (of: (habit: Habit) => unknown) => habits.map(of);
    await client.query(
      `insert into habit
       select row_number() over (), *
       from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::currency[], $10::source[],
         $11::text[], $12::boolean[], $13::float8[], $14::bigint[], $15::int[])`,
      [
        column((habit) => habit.environmentId),
        column((habit) => habit.userId),
        column((habit) => habit.resource.caller),
        column((habit) => habit.resource.type),
        column((habit) => habit.resource.id),
        column((habit) => habit.feature),
        column((habit) => habit.use.capability),
        column((habit) => habit.use.model),
        column((habit) => habit.currency),
        column((habit) => habit.source),
        column((habit) => habit.resource.channel),
        column((habit) => habit.m365Copilot),
        column((habit) => habit.share),
        column((habit) => habit.credits),
        column((habit) => habit.units),
      ],
    );
    log(`${habits.length} habits`);
    // What a habit does on a day is a hash of both: u for whether, v for how often. On weekends a fifth.
    await client.query(
      `insert into daily_usage (cell, tenant_id, day, dimensions, environment_id, user_id, caller, resource_type, resource_id, feature,
         capability, model, currency, source, billable, channel, m365_copilot, credits, units, actions, non_billed)
       select $1, $2, day, md5(habit::text)::uuid, environment_id, user_id, caller, resource_type, resource_id, feature,
         capability, model, currency, source, currency is not null, channel, m365_copilot, credits * actions, units * actions, actions, 0
       from (select day::date, extract(isodow from day) > 5 as weekend from generate_series($3::date, $4::date, interval '1 day') day) as days
       cross join habit
       cross join lateral (select
         (hashint8extended(habit::bigint * 100000 + (day - date '2020-01-01'), 1) & 16777215) / 16777216.0::float8 as u,
         (1 + (hashint8extended(habit::bigint * 100000 + (day - date '2020-01-01'), 2) & 16777215)) / 16777217.0::float8 as v) as chance
       cross join lateral (select 1 + floor(-ln(v) * $5::float8)::bigint as actions) as done
       where u < case when weekend then share * 0.2 else share end
       order by day`,
      [cell, tenantId, from, to, MEAN_ACTIONS - 0.5],
    );
    await client.query(
      `insert into usage_day (cell, tenant_id, day, changes)
       select cell, tenant_id, day, count(*)
       from daily_usage
       where cell = $1 and tenant_id = $2
       group by cell, tenant_id, day`,
      [cell, tenantId],
    );
    await client.query('vacuum analyze daily_usage');
    const { rows } = await client.query(
      'select sum(actions)::float8 as actions, count(*)::int as rows from daily_usage where cell = $1 and tenant_id = $2',
      [cell, tenantId],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}
