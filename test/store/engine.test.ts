import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityRecord } from '../../src/core/activity.ts';
import { credits, MICRO } from '../../src/core/credits.ts';
import type { Day } from '../../src/core/month.ts';
import { SEES_ALL } from '../../src/core/sight.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import { Unavailable } from '../../src/store/store.ts';
import { anAction } from '../core/a-ledger.ts';
import { type ADatabase, aDatabase } from '../support/a-database.ts';
import { aDatabaseProxy } from '../support/a-database-proxy.ts';
import { aTenant, consume } from '../support/a-tenant.ts';

let database: ADatabase;
let store: OpenStore;
let other: OpenStore;

beforeAll(async () => {
  database = await aDatabase();
  store = await openStore({ url: database.url });
  other = await openStore({ url: database.url });
});

afterAll(async () => {
  await store.close();
  await other.close();
  await database.drop();
});

async function rows<T extends pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<T[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

describe('one commit', () => {
  it('counts an action in its environment, its tenant, its day and its key at once', async () => {
    const tenant = await aTenant(store, { allocated: '1000' });
    await consume(store, tenant, anAction({ usage: { pages: 2 } }), 'k');
    const environment = await rows('select consumed from environment_month where tenant_id = $1', [tenant.tenantId]);
    const sums = await rows('select consumed, unallocated_consumed from tenant_month where tenant_id = $1', [tenant.tenantId]);
    const days = await rows('select day::text, credits, units, actions from daily_usage where tenant_id = $1', [tenant.tenantId]);
    const keys = await rows('select key, sequence from idempotency_key where tenant_id = $1', [tenant.tenantId]);
    expect(environment).toEqual([{ consumed: '200000000' }]);
    expect(sums).toEqual([{ consumed: '200000000', unallocated_consumed: '0' }]);
    expect(days).toEqual([{ day: '2026-03-10', credits: '200000000', units: '2', actions: '1' }]);
    expect(keys).toEqual([{ key: 'k', sequence: '1' }]);
  });

  it('I9: numbers the records of a tenant 1..n without gaps, refused ones too, whoever records', async () => {
    const tenant = await aTenant(store, { allocated: '1000' });
    await Promise.all(Array.from({ length: 60 }, (_, index) => consume(index % 2 ? store : other, tenant)));
    const numbers = await rows<{ sequence: string }>('select sequence from activity where tenant_id = $1 order by sequence', [
      tenant.tenantId,
    ]);
    expect(numbers.map((row) => Number(row.sequence))).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
  });

  it('I4: every counter is the sum of its records', async () => {
    const tenant = await aTenant(store, { allocated: '2000' });
    await store.submit(tenant, { do: 'entitle', purchase: { id: 'packs', product: 'copilot-credit-pack', quantity: 1 } });
    await store.submit(tenant, {
      do: 'create-environment',
      environment: { id: 'finance', name: 'Finance', type: 'production', region: null },
    });
    const actions = Array.from({ length: 300 }, (_, index) =>
      anAction({
        environmentId: index % 3 ? 'sales' : 'finance',
        userId: `user-${index % 7}`,
        caller: index % 5 ? 'cloud-flow' : 'agent',
        mode: index % 11 ? 'run' : 'test',
        usage: { pages: 1 + (index % 4) },
      }),
    );
    await Promise.all(actions.map((action, index) => consume(index % 2 ? store : other, tenant, action)));
    const byRecords = await rows(
      `select environment_id, currency, sum(credits) as consumed from activity
       where tenant_id = $1 and source in ('allocation', 'pool') group by 1, 2 order by 1, 2`,
      [tenant.tenantId],
    );
    const byCounters = await rows(
      `select environment_id, currency, consumed::numeric as consumed from environment_month where tenant_id = $1 and consumed > 0 order by 1, 2`,
      [tenant.tenantId],
    );
    const byDays = await rows(
      `select environment_id, currency, sum(credits) as consumed from daily_usage
       where tenant_id = $1 and source in ('allocation', 'pool') group by 1, 2 order by 1, 2`,
      [tenant.tenantId],
    );
    const [sums] = await rows<{ ai: string; records: string }>(
      `select (select sum(consumed) from tenant_month where tenant_id = $1) as ai,
              (select sum(credits) from activity where tenant_id = $1) as records`,
      [tenant.tenantId],
    );
    expect(byCounters).toEqual(byRecords);
    expect(byDays).toEqual(byRecords);
    expect(sums!.ai).toBe(sums!.records);
  });
});

describe('D12: one key has one effect', () => {
  it('answers the first record again, in the same batch, later, and from another process', async () => {
    const tenant = await aTenant(store);
    const [first, sameBatch] = await Promise.all([
      consume(store, tenant, anAction(), 'k'),
      consume(store, tenant, anAction(), 'k'),
    ]);
    const later = await consume(store, tenant, anAction(), 'k');
    const elsewhere = await consume(other, tenant, anAction(), 'k');
    const id = (first as ActivityRecord).id;
    expect([sameBatch, later, elsewhere].map((record) => (record as ActivityRecord).id)).toEqual([id, id, id]);
    const again = elsewhere as ActivityRecord;
    expect(again.explanation).toEqual((first as ActivityRecord).explanation);
    expect(again.credits).toBe(100n * MICRO);
  });

  it('has one effect when two processes send it at the same moment, many times', async () => {
    const tenant = await aTenant(store);
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => consume(index % 2 ? store : other, tenant, anAction(), `race-${index % 4}`)),
    );
    const [count] = await rows<{ count: string }>('select count(*) from activity where tenant_id = $1', [tenant.tenantId]);
    expect(count!.count).toBe('4');
  });

  it('refuses other content', async () => {
    const tenant = await aTenant(store);
    await consume(store, tenant, anAction(), 'k', '01');
    expect(await consume(store, tenant, anAction(), 'k', '02')).toBe('IdempotencyConflict');
  });

  it('answers an act of administration again', async () => {
    const tenant = await aTenant(store);
    const buy = () =>
      store.submit(
        tenant,
        { do: 'entitle', purchase: { id: store.newId(), product: 'copilot-credit-pack', quantity: 2 } },
        { key: 'buy', fingerprint: '0a' },
      );
    const first = await buy();
    const second = await buy();
    expect(second.replayed).toBe(true);
    expect((second.outcome as { entitlement: { id: string } }).entitlement.id).toBe(
      (first.outcome as { entitlement: { id: string } }).entitlement.id,
    );
  });
});

describe('what a lane remembers', () => {
  it('knows every version of a capability once it knows one', async () => {
    const tenant = await aTenant(store);
    const define = (from: string, amount: string) =>
      store.submit(tenant, {
        do: 'define-capability',
        capability: {
          id: 'own',
          name: 'Own',
          unit: 'page',
          from: from as Day,
          aiBuilderCredits: credits(amount),
          copilotCredits: null,
        },
      });
    await define('2026-03-01', '5');
    // Another process writes, so that nothing of the tenant is remembered here.
    await consume(other, tenant);
    await consume(store, tenant);
    await define('2025-06-01', '1');
    const record = (await consume(store, tenant, anAction({ capability: 'own' }))) as ActivityRecord;
    expect(record.credits).toBe(5n * MICRO);
  });

  it('does not refuse by what another process has changed', async () => {
    const tenant = await aTenant(store);
    await consume(store, tenant);
    await store.submit(tenant, { do: 'delete-environment', environmentId: 'sales' });
    expect(await consume(store, tenant)).toBe('NotFound');
    await other.submit(tenant, {
      do: 'create-environment',
      environment: { id: 'sales', name: 'Sales', type: 'production', region: null },
    });
    expect(await consume(store, tenant)).toMatchObject({ status: 'charged' });
  });
});

describe('I13: sums without end', () => {
  it('counts what no 64-bit column could hold', async () => {
    const tenant = await aTenant(store);
    await store.submit(tenant, {
      do: 'create-billing-plan',
      plan: { id: 'plan', name: 'Plan', status: 'Enabled', monthlyLimit: null },
    });
    await store.submit(tenant, { do: 'change-environment', environmentId: 'sales', change: { billingPlanId: 'plan' } });
    const most = anAction({ caller: 'agent', capability: 'classic-answer', usage: { responses: 1_000_000_000 } });
    const answers = await Promise.all(Array.from({ length: 9_400 }, () => consume(store, tenant, most)));
    expect(answers.filter((answer) => typeof answer === 'string')).toEqual([]);
    const [month] = await rows<{ pay_as_you_go: string }>(`select pay_as_you_go from environment_month where tenant_id = $1`, [
      tenant.tenantId,
    ]);
    expect(BigInt(month!.pay_as_you_go)).toBe(9_400n * 1_000_000_000n * MICRO);
    const { value: usage } = await store.usage(
      tenant,
      { from: '2026-03-01' as Day, to: '2026-03-31' as Day, granularity: 'month', groupBy: [], sight: SEES_ALL },
      { limit: 10 },
    );
    expect(usage).toMatchObject([{ credits: 9_400n * 1_000_000_000n * MICRO, actions: 9_400 }]);
  });
});

describe('D3: never-exceed', () => {
  it('I5: two processes racing on one environment never overspend', async () => {
    const tenant = await aTenant(store, { allocated: '1000' });
    await store.submit(tenant, {
      do: 'change-settings',
      change: { enforcement: { admission: 'never-exceed', blockAtPercent: 100 } },
    });
    const answers = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        consume(index % 2 ? store : other, tenant, anAction({ capability: 'receipt-processing' })),
      ),
    );
    const [{ consumed }] = (await rows<{ consumed: string }>('select consumed from environment_month where tenant_id = $1', [
      tenant.tenantId,
    ])) as [{ consumed: string }];
    expect(answers.filter((answer) => typeof answer !== 'string')).toHaveLength(31);
    expect(BigInt(consumed)).toBe(31n * 32n * MICRO);
  });
});

describe('bad moments', () => {
  it('a command that the database refuses takes no other with it', async () => {
    const tenant = await aTenant(store);
    const answers = await Promise.allSettled([
      consume(store, tenant),
      consume(store, tenant, anAction({ userId: 'a\0b' })),
      consume(store, tenant),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const [count] = await rows<{ count: string }>('select count(*) from activity where tenant_id = $1', [tenant.tenantId]);
    expect(count!.count).toBe('2');
  });

  it('a connection that is cut answers Unavailable, and the next command works without a restart', async () => {
    const tenant = await aTenant(store);
    await consume(store, tenant);
    await rows(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    );
    const attempts = await Promise.allSettled(Array.from({ length: 5 }, () => consume(store, tenant)));
    for (const attempt of attempts) if (attempt.status === 'rejected') expect(attempt.reason).toBeInstanceOf(Unavailable);
    expect(typeof (await consume(store, tenant))).toBe('object');
  });

  it('I2: after an unknown outcome the key tells, whether the commit happened or not', async () => {
    const proxy = await aDatabaseProxy(database.url);
    const through = await openStore({ url: proxy.url });
    const tenant = await aTenant(through);
    // The first batch of a tenant is loaded, the next ones are decided on what is remembered: both are cut.
    for (const round of [1, 2]) {
      for (const cut of ['before-commit', 'after-commit'] as const) {
        if (round === 2) await consume(through, tenant, anAction({ userId: 'warm' }));
        const key = `${cut}-${round}`;
        proxy.cut = cut;
        const error = await consume(through, tenant, anAction(), key).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(Unavailable);
        expect((error as Unavailable).outcomeUnknown).toBe(true);
        const again = await through.submit(
          tenant,
          { do: 'consume', id: through.newId(), action: anAction() },
          { key, fingerprint: '00' },
        );
        expect([key, again.replayed]).toEqual([key, cut === 'after-commit']);
      }
    }
    const [count] = await rows<{ count: string }>(`select count(*) from activity where tenant_id = $1 and user_id = 'ada'`, [
      tenant.tenantId,
    ]);
    expect(count!.count).toBe('4');
    await through.close();
    await proxy.stop();
  });

  it('a transaction that is rolled back in the middle leaves nothing, and the lane goes on', async () => {
    const tenant = await aTenant(store);
    await rows(
      `create function refuse_activity() returns trigger language plpgsql as $$ begin raise exception 'disk full' using errcode = '53100'; end $$`,
    );
    await rows(`create trigger refuse before insert on activity for each row execute function refuse_activity()`);
    await expect(consume(store, tenant, anAction(), 'k')).rejects.toBeInstanceOf(Unavailable);
    await rows(`drop trigger refuse on activity`);
    expect(await rows('select 1 from idempotency_key where tenant_id = $1', [tenant.tenantId])).toEqual([]);
    expect(await rows('select 1 from environment_month where tenant_id = $1', [tenant.tenantId])).toEqual([]);
    expect(typeof (await consume(store, tenant, anAction(), 'k'))).toBe('object');
  });

  it('closing finishes what was accepted and takes nothing more', async () => {
    const third = await openStore({ url: database.url });
    const tenant = await aTenant(third);
    const accepted = Array.from({ length: 20 }, () => consume(third, tenant, anAction({ mode: 'test' })));
    const closed = third.close();
    await expect(consume(third, tenant)).rejects.toBeInstanceOf(Unavailable);
    expect((await Promise.all(accepted)).every((record) => typeof record === 'object')).toBe(true);
    await closed;
  });
});

describe('activity', () => {
  it('pages newest first, and neither skips nor repeats while new records arrive', async () => {
    const tenant = await aTenant(store);
    for (let index = 0; index < 5; index += 1) await consume(store, tenant, anAction({ userId: `u${index}`, mode: 'test' }));
    const first = await store.listActivity(tenant, { sight: SEES_ALL }, { limit: 2 });
    await consume(store, tenant, anAction({ userId: 'new', mode: 'test' }));
    const second = await store.listActivity(tenant, { sight: SEES_ALL }, { limit: 2, cursor: first.nextCursor });
    const third = await store.listActivity(tenant, { sight: SEES_ALL }, { limit: 2, cursor: second.nextCursor });
    expect([...first.value, ...second.value, ...third.value].map((record) => record.action.userId)).toEqual([
      'u4',
      'u3',
      'u2',
      'u1',
      'u0',
    ]);
    expect(third.nextCursor).toBeUndefined();
  });

  it('C4: adds up by any dimensions, always apart by currency', async () => {
    const tenant = await aTenant(store);
    await consume(store, tenant, anAction({ userId: 'ada' }));
    await consume(store, tenant, anAction({ userId: 'bob', usage: { pages: 3 } }));
    await consume(store, tenant, anAction({ userId: 'bob', mode: 'test' }));
    const { value: usage } = await store.usage(
      tenant,
      { from: '2026-03-01' as Day, to: '2026-03-31' as Day, granularity: 'month', groupBy: ['user'], sight: SEES_ALL },
      { limit: 10 },
    );
    expect(usage).toEqual([
      {
        period: '2026-03',
        dimensions: { user: 'ada', currency: 'ai-builder-credits' },
        credits: 100n * MICRO,
        units: 1,
        actions: 1,
      },
      {
        period: '2026-03',
        dimensions: { user: 'bob', currency: 'ai-builder-credits' },
        credits: 300n * MICRO,
        units: 3,
        actions: 1,
      },
      { period: '2026-03', dimensions: { user: 'bob', currency: null }, credits: 0n, units: 1, actions: 1 },
    ]);
  });
});
