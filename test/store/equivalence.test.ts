// However commands reach the engine (in one batch, one by one, over two processes that take turns), the answers are the same and so are
// the books.

import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Command } from '../../src/core/command.ts';
import { credits } from '../../src/core/credits.ts';
import type { LimitScope } from '../../src/core/limit.ts';
import { DAY_MS, dayOf, formatInstant, type Instant } from '../../src/core/month.ts';
import type { OpenStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { verify } from '../../src/verify/verify.ts';
import { anAction, moment } from '../core/a-ledger.ts';
import { aTenant } from '../support/a-tenant.ts';
import { type TwoStores, twoStores } from '../support/two-stores.ts';

let stores: TwoStores;
let store: OpenStore;
let other: OpenStore;
let client: TwoStores['client'];

beforeAll(async () => {
  stores = await twoStores();
  ({ store, other, client } = stores);
});

afterAll(() => stores.close());

interface Step {
  command: Command;
  key?: string;
}

const holdId = (number: number) => `00000000-0000-7000-8000-00000000000${number}`;
const HOUR_MS = 3_600_000;
const environments = ['sales', 'finance', 'support'];

/** Two families of tenants: one of today, and one of the time of trials and extensions (X1, X3), which owns no AI Builder credits at first. */
interface Family {
  now: Instant;
  early: boolean;
}
const FAMILIES: Record<string, Family> = {
  'of 2026': { now: moment('2026-03-10T08:00:00Z'), early: false },
  'of 2025': { now: moment('2025-06-10T08:00:00Z'), early: true },
};

const someActionOf = ({ now }: Family): fc.Arbitrary<Action> =>
  fc
    .record({
      environmentId: fc.constantFrom(...environments, 'nowhere'),
      userId: fc.constantFrom('ada', 'bob'),
      caller: fc.constantFrom('cloud-flow' as const, 'agent' as const, 'agent-flow' as const),
      usage: fc.record({ pages: fc.integer({ min: 0, max: 6 }) }),
      mode: fc.constantFrom('run' as const, 'run' as const, 'test' as const),
      recordOnly: fc.boolean(),
      resource: fc.constantFrom(null, { type: 'agent' as const, id: 'bot' }),
      occurredAt: fc.constantFrom(null, (now - HOUR_MS) as Instant, (now - 10 * DAY_MS - HOUR_MS) as Instant),
    })
    .map((change) => anAction(change));

// Ids are given, so that the same sequence can be played to several tenants.
const useOf = (someAction: fc.Arbitrary<Action>): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 12,
      arbitrary: fc
        .record({ action: someAction, key: fc.option(fc.integer({ min: 0, max: 5 })) })
        .map(({ action, key }) => consumeStep(action, key)),
    },
    {
      weight: 3,
      arbitrary: fc.record({ action: someAction, hold: fc.integer({ min: 0, max: 4 }) }).map(({ action, hold }) => ({
        command: { do: 'hold' as const, id: holdId(hold), action, expiresInSeconds: 60 },
        key: `hold-${hold}`,
      })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({ hold: fc.integer({ min: 0, max: 4 }), pages: fc.integer({ min: 0, max: 3 }) })
        .map(({ hold, pages }) => ({
          command: { do: 'capture' as const, id: crypto.randomUUID(), holdId: holdId(hold), usage: { pages } },
        })),
    },
    {
      weight: 1,
      arbitrary: fc.integer({ min: 0, max: 4 }).map((hold) => ({ command: { do: 'release' as const, holdId: holdId(hold) } })),
    },
    {
      weight: 2,
      arbitrary: fc
        .record({
          environmentId: fc.constantFrom(...environments),
          currency: fc.constantFrom('ai-builder-credits' as const, 'copilot-credits' as const),
          amount: fc.integer({ min: 0, max: 1500 }),
        })
        .map(({ amount, ...change }) => ({
          command: { do: 'allocate' as const, changes: [{ ...change, credits: credits(String(amount)) }] },
        })),
    },
    {
      weight: 1,
      arbitrary: fc
        .record({
          environmentId: fc.constantFrom(...environments),
          change: fc.record({ deny: fc.boolean(), drawFromTenantPool: fc.boolean() }),
        })
        .map((command) => ({ command: { do: 'change-environment' as const, ...command } })),
    },
  );

/** What changes more than one environment, or adds up what is stored. */
const administration = ({ now }: Family): fc.Arbitrary<Step> =>
  fc
    .oneof(
      {
        weight: 3,
        arbitrary: fc
          .record({
            id: fc.constantFrom('first', 'second'),
            scope: fc.constantFrom<LimitScope>({}, { environmentId: 'sales' }, { userId: 'ada', resourceId: 'bot' }),
            currency: fc.constantFrom('ai-builder-credits' as const, 'copilot-credits' as const),
            monthly: fc.constantFrom(credits('0'), credits('20'), credits('700')),
            stop: fc.boolean(),
          })
          .map((limit): Command => ({ do: 'set-limit', limit: { ...limit, notifyAtPercent: 80 } })),
      },
      { weight: 1, arbitrary: fc.constantFrom<Command[]>({ do: 'delete-limit', limitId: 'first' }) },
      { weight: 1, arbitrary: fc.constantFrom<Command[]>({ do: 'compute', onDemand: true }) },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom('realtime' as const, 'computed' as const)
          .map((view): Command => ({ do: 'change-settings', change: { enforcement: { view } } })),
      },
      {
        weight: 1,
        arbitrary: fc
          .constantFrom(0, 2)
          .map((delayDays): Command => ({ do: 'change-settings', change: { computation: { delayDays } } })),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({ userId: fc.constantFrom('ada', 'bob'), extend: fc.boolean() })
          .map(({ userId, extend }): Command => ({ do: extend ? 'extend-trial' : 'start-trial', userId })),
      },
      { weight: 1, arbitrary: fc.uuid().map((id): Command => ({ do: 'extend-month', id })) },
      {
        weight: 1,
        arbitrary: fc.constantFrom<Command[]>(
          { do: 'end-entitlement', entitlementId: 'seats' },
          { do: 'entitle', purchase: { id: 'more-seats', product: 'power-automate-premium', quantity: 1 } },
        ),
      },
      {
        weight: 2,
        arbitrary: fc
          .record({
            environmentId: fc.constantFrom(...environments),
            daysAgo: fc.constantFrom(0, 1, 12, 100, 101),
            kind: fc.constantFrom('prepaid' as const, 'prepaid' as const, 'trial' as const, 'pay-as-you-go' as const),
          })
          .map(({ environmentId, daysAgo, kind }): Command => {
            const { userId, caller, resource, capability, model, channel, m365Copilot } = anAction({ environmentId });
            const day = dayOf((now - daysAgo * DAY_MS) as Instant);
            return {
              do: 'record-history',
              id: crypto.randomUUID(),
              entry: {
                ...{ environmentId, userId, caller, resource, capability, model, channel, m365Copilot, kind, day },
                feature: null,
                currency: 'ai-builder-credits',
                credits: credits('90'),
                labels: null,
              },
            };
          }),
      },
      {
        weight: 2,
        arbitrary: fc
          .constantFrom(1 / 60, 2, 26, 24 * 7, 24 * 31)
          .map((hours): Command => ({ do: 'move-clock', now: (now + hours * HOUR_MS) as Instant })),
      },
    )
    .map((command) => ({ command }));

function consumeStep(action: Action, key: number | null): Step {
  const command = { do: 'consume' as const, id: crypto.randomUUID(), action };
  return key === null ? { command } : { command, key: `key-${key}` };
}

async function fresh({ now, early }: Family): Promise<TenantAddress> {
  const tenant = await aTenant(store, { now: formatInstant(now), ...(early ? {} : { allocated: '500' }) });
  if (early) await store.submit(tenant, { do: 'end-entitlement', entitlementId: 'seats' });
  for (const id of environments.slice(1)) {
    await store.submit(tenant, { do: 'create-environment', environment: { id, name: id, type: 'production', region: null } });
  }
  await store.submit(tenant, { do: 'entitle', purchase: { id: 'pack', product: 'copilot-credit-pack', quantity: 1 } });
  return tenant;
}

function send(through: OpenStore, tenant: TenantAddress, { command, key }: Step): Promise<unknown> {
  // The content of a key is what it is asked to do: the same key with another action is a conflict.
  const content = command.do === 'consume' || command.do === 'hold' ? JSON.stringify(command.action) : '';
  const fingerprint = Buffer.from(content).toString('hex').padEnd(2, '0');
  return through
    .submit(tenant, command as never, key === undefined ? undefined : { key, fingerprint })
    .then(({ replayed, outcome }) => essence(replayed, outcome));
}

/** What must be equal: everything but ids and record times. */
function essence(replayed: boolean, outcome: object): unknown {
  if ('refused' in outcome) return { refused: outcome.refused, members: (outcome as { members?: unknown }).members };
  if ('record' in outcome && outcome.record) {
    const {
      sequence,
      status,
      currency,
      credits: amount,
      source,
      inOverage,
      free,
      explanation,
    } = outcome.record as never as Record<string, unknown>;
    return { replayed, sequence, status, currency, amount, source, inOverage, free, explanation };
  }
  if ('hold' in outcome) {
    const { status, currency, credits: amount, source } = outcome.hold as never as Record<string, unknown>;
    return { replayed, status, currency, amount, source };
  }
  return { replayed, done: Object.keys(outcome) };
}

async function books(tenant: TenantAddress): Promise<unknown> {
  const tables = {
    tenant: 'sequence, settings, sandbox_now, recorded_at, computed_at, notices',
    environment_month: 'environment_id, month::text, currency, consumed, held, pre_purchase, pay_as_you_go, computed, noticed',
    tenant_month: `month::text, currency, consumed, held, pay_as_you_go, unallocated_consumed, unallocated_held, spilled_consumed,
      spilled_total, computed, unallocated_computed, spilled_computed, spilled_computed_total, extension_size, extension_consumed,
      extension_held`,
    computation: 'computed_at, on_demand',
    monthly_limit:
      'limit_id, environment_id, user_id, resource_id, capability, currency, monthly, notify_at_percent, stop, created_at',
    limit_month: 'limit_id, month::text, consumed, held, noticed',
    trial: 'user_id, started_at, starts_at, ends_at, extended, consumed, consumed_before, held',
    extension: 'extension_id, month::text, credits, created_at',
    notice: 'number, at, kind, month::text, environment_id, currency, limit_id, available, consumed',
    entitlement: 'entitlement_id, quantity, ended_at, drawn, held',
    activity: 'sequence, recorded_at, occurred_at, environment_id, currency, credits, source, status',
    daily_usage: 'day::text, dimensions, credits, units, actions, non_billed',
    pool: 'currency, allocated',
    allocation: 'environment_id, currency, credits',
    hold: 'hold_id, status, credits, source',
  };
  const read: Record<string, unknown> = {};
  for (const [table, columns] of Object.entries(tables)) {
    const { rows } = await client.query(`select ${columns} from ${table} where tenant_id = $1`, [tenant.tenantId]);
    // A counter that is 0 and one that was never written are the same.
    const counted = rows.filter(
      (row) => !table.endsWith('_month') || Object.values(row).some((value) => /^[1-9]\d*$/.test(String(value))),
    );
    read[table] = counted.map((row) => JSON.stringify(row)).sort();
  }
  return read;
}

it.each(Object.entries(FAMILIES))(
  'a batch equals its sequence, in one process and over two that take turns: tenants %s',
  async (_, family) => {
    const someStep = fc.oneof(
      { weight: 3, arbitrary: useOf(someActionOf(family)) },
      { weight: 1, arbitrary: administration(family) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(someStep, { minLength: 1, maxLength: 40 }), async (steps) => {
        const [batched, single, taken] = [await fresh(family), await fresh(family), await fresh(family)];
        const inBatch = await Promise.all(steps.map((step) => send(store, batched, step)));
        const oneByOne: unknown[] = [];
        const inTurns: unknown[] = [];
        for (const [index, step] of steps.entries()) {
          oneByOne.push(await send(store, single, step));
          inTurns.push(await send(index % 3 === 1 ? other : store, taken, step));
        }
        expect(oneByOne).toEqual(inBatch);
        expect(inTurns).toEqual(inBatch);
        const expected = await books(batched);
        expect(await books(single)).toEqual(expected);
        expect(await books(taken)).toEqual(expected);
      }),
      { numRuns: 75 },
    );
  },
);

it('leaves books in which everything adds up', async () => {
  expect((await verify({ url: stores.url })).violations).toEqual([]);
});
