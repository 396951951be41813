// However commands reach the engine (in one batch, one by one, over two processes that take turns), the answers are the same and so are
// the books.

import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Command } from '../../src/core/command.ts';
import { credits } from '../../src/core/credits.ts';
import type { Instant } from '../../src/core/month.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { anAction } from '../core/a-ledger.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { aTenant } from '../support/a-tenant.ts';

let database: ADatabase;
let store: OpenStore;
let other: OpenStore;
let client: pg.Client;

beforeAll(async () => {
  database = await aDatabase();
  store = await openStore({ url: database.url });
  other = await openStore({ url: database.url });
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
});

afterAll(async () => {
  await client.end();
  await store.close();
  await other.close();
  await database.drop();
});

interface Step {
  command: Command;
  key?: string;
}

const holdId = (number: number) => `00000000-0000-7000-8000-00000000000${number}`;
const environments = ['sales', 'finance', 'support'];

const someAction: fc.Arbitrary<Action> = fc
  .record({
    environmentId: fc.constantFrom(...environments, 'nowhere'),
    userId: fc.constantFrom('ada', 'bob'),
    caller: fc.constantFrom('cloud-flow' as const, 'agent' as const, 'agent-flow' as const),
    usage: fc.record({ pages: fc.integer({ min: 0, max: 6 }) }),
    mode: fc.constantFrom('run' as const, 'run' as const, 'test' as const),
    recordOnly: fc.boolean(),
    occurredAt: fc.constantFrom(
      null,
      Date.parse('2026-03-10T07:00:00Z') as Instant,
      Date.parse('2026-02-28T07:00:00Z') as Instant,
    ),
  })
  .map((change) => anAction(change));

// Ids are given, so that the same sequence can be played to several tenants.
const someStep: fc.Arbitrary<Step> = fc.oneof(
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

function consumeStep(action: Action, key: number | null): Step {
  const command = { do: 'consume' as const, id: crypto.randomUUID(), action };
  return key === null ? { command } : { command, key: `key-${key}` };
}

async function fresh(): Promise<TenantAddress> {
  const tenant = await aTenant(store, { allocated: '500' });
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
    environment_month: 'environment_id, month::text, currency, consumed, held, pre_purchase, pay_as_you_go',
    tenant_month:
      'month::text, currency, consumed, held, unallocated_consumed, unallocated_held, spilled_consumed, spilled_total',
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

it('a batch equals its sequence, in one process and over two that take turns', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(someStep, { minLength: 1, maxLength: 40 }), async (steps) => {
      const [batched, single, taken] = [await fresh(), await fresh(), await fresh()];
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
    { numRuns: 150 },
  );
});
