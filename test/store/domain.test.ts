// What only a database shows of limits, trials, computations, notices and history: what is counted from what is stored, over
// processes, batches and months.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Command } from '../../src/core/command.ts';
import { type Currency, credits, formatCredits, MICRO } from '../../src/core/credits.ts';
import type { HistoryEntry } from '../../src/core/history.ts';
import { type Ledger, limitMonth } from '../../src/core/ledger.ts';
import type { LimitScope } from '../../src/core/limit.ts';
import { DAY_MS, type Day, type Instant, type Month, monthOf } from '../../src/core/month.ts';
import { type OpenStore, openStore } from '../../src/store/open-store.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { anAction, answers, moment, pages } from '../core/a-ledger.ts';
import { aTenant, consume } from '../support/a-tenant.ts';
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

async function rows(text: string, tenant: TenantAddress): Promise<Record<string, unknown>[]> {
  return (await client.query(text, [tenant.tenantId])).rows;
}

/** Submits a command that must be allowed. */
async function done(through: OpenStore, tenant: TenantAddress, command: Command): Promise<void> {
  const { outcome } = await through.submit(tenant, command as never);
  if ('refused' in outcome) throw new Error(`${command.do} was refused ${outcome.refused}: ${outcome.detail}`);
}

interface GivenLimit {
  scope?: LimitScope;
  currency?: Currency;
  monthly?: string;
  stop?: boolean;
}

function setLimit(
  id: string,
  { scope = {}, currency = 'ai-builder-credits', monthly = '1000', stop = false }: GivenLimit,
): Command {
  return { do: 'set-limit', limit: { id, scope, currency, monthly: credits(monthly), notifyAtPercent: 80, stop } };
}

/** `consumed + held` of a limit. */
function against(ledger: Ledger, limitId: string, month = monthOf(ledger.now)): string {
  const { consumed, held } = limitMonth(ledger.limits.get(limitId)!, month);
  return `${formatCredits(consumed)} + ${formatCredits(held)}`;
}

const bot = { type: 'agent' as const, id: 'bot' };

describe('D13: a limit that is set counts what is stored', () => {
  it('consumption and open holds in its scope, of its currency, of this month and the last', async () => {
    const tenant = await aTenant(store, { now: '2026-03-31T12:00:00Z' });
    await done(store, tenant, { do: 'entitle', purchase: { id: 'pack', product: 'copilot-credit-pack', quantity: 1 } });
    await consume(store, tenant, pages(3));
    await done(store, tenant, { do: 'move-clock', now: moment('2026-04-02T00:00:00Z') });
    await consume(store, tenant, pages(1));
    await consume(store, tenant, pages(2, { userId: 'bob', resource: bot }));
    await consume(store, tenant, pages(1, { occurredAt: moment('2026-03-31T12:00:00Z') }));
    await consume(store, tenant, pages(1, { mode: 'test' }));
    await consume(store, tenant, answers(7, { resource: bot }));
    const hold = (id: string, action: Action, expiresInSeconds: number): Command => ({
      do: 'hold',
      id,
      action,
      expiresInSeconds,
    });
    const [open, gone, kept] = [store.newId(), store.newId(), store.newId()];
    await done(store, tenant, hold(open, pages(5), 300));
    await done(store, tenant, hold(gone, pages(9), 60));
    await done(store, tenant, hold(kept, pages(1, { userId: 'bob', resource: bot }), 300));
    await done(store, tenant, { do: 'move-clock', now: moment('2026-04-02T00:01:00Z') });
    const limits: [string, GivenLimit, string, string][] = [
      ['all', {}, '300 + 600', '400 + 0'],
      ['sales', { scope: { environmentId: 'sales' } }, '300 + 600', '400 + 0'],
      ['nowhere', { scope: { environmentId: 'nowhere' } }, '0 + 0', '0 + 0'],
      ['ada', { scope: { userId: 'ada' } }, '100 + 500', '400 + 0'],
      ['bot', { scope: { resourceId: 'bot' } }, '200 + 100', '0 + 0'],
      ['bob and bot', { scope: { userId: 'bob', resourceId: 'bot' } }, '200 + 100', '0 + 0'],
      ['documents', { scope: { capability: 'custom-document-processing' } }, '300 + 600', '400 + 0'],
      ['receipts', { scope: { capability: 'receipt-processing' } }, '0 + 0', '0 + 0'],
      ['copilot', { currency: 'copilot-credits', scope: { resourceId: 'bot' } }, '7 + 0', '0 + 0'],
    ];
    // All at once: each is decided alone, whatever gathers.
    await Promise.all(limits.map(([id, limit]) => done(store, tenant, setLimit(id, limit))));
    const ledger = await other.readLedger(tenant, []);
    const counted = limits.map(([id]) => [id, against(ledger, id), against(ledger, id, '2026-03' as Month)]);
    expect(counted).toEqual(limits.map(([id, , april, march]) => [id, april, march]));
    await done(store, tenant, { do: 'capture', id: store.newId(), holdId: open, usage: { pages: 4 } });
    await done(other, tenant, { do: 'release', holdId: kept });
    expect(against(await store.readLedger(tenant, []), 'all')).toBe('700 + 0');
  });

  it('what its own batch, and those of another process, have recorded meanwhile', async () => {
    const tenant = await aTenant(store, { now: '2026-03-10T08:00:00Z' });
    await done(store, tenant, { do: 'entitle', purchase: { id: 'pack', product: 'copilot-credit-pack', quantity: 1 } });
    const work: Promise<unknown>[] = [];
    for (let index = 0; index < 200; index += 1) {
      const through = index % 3 ? store : other;
      if (index % 20 === 7) work.push(done(through, tenant, setLimit(`limit-${index % 3}`, { scope: { userId: 'ada' } })));
      else if (index % 20 === 11) {
        const id = store.newId();
        work.push(done(through, tenant, { do: 'hold', id, action: pages(1), expiresInSeconds: 300 }));
        if (index % 40 === 11) work.push(done(through, tenant, { do: 'release', holdId: id }));
      } else work.push(consume(through, tenant, pages(1, { userId: index % 2 ? 'ada' : 'bob' })));
    }
    await Promise.all(work);
    const [sums] = await rows(
      `select (select sum(credits) from activity where tenant_id = $1 and user_id = 'ada' and currency = 'ai-builder-credits') as consumed,
              (select sum(credits) from hold where tenant_id = $1 and status = 'open' and currency = 'ai-builder-credits') as held`,
      tenant,
    );
    const limits = await rows('select limit_id, consumed, held from limit_month where tenant_id = $1 order by 1', tenant);
    expect(limits).toEqual(['limit-0', 'limit-1', 'limit-2'].map((limit_id) => ({ limit_id, ...sums })));
  });

  it('replaced, it is counted anew, in both processes', async () => {
    const tenant = await aTenant(store);
    await consume(store, tenant, pages(2));
    await done(store, tenant, setLimit('l', { monthly: '200', stop: true }));
    expect(await consume(store, tenant)).toBe('LimitReached');
    await done(other, tenant, setLimit('l', { scope: { userId: 'bob' }, monthly: '200', stop: true }));
    expect(await consume(store, tenant)).toMatchObject({ status: 'charged' });
    expect(await rows('select consumed from limit_month where tenant_id = $1', tenant)).toEqual([{ consumed: '0' }]);
  });

  it('deleted, it and its months are gone', async () => {
    const tenant = await aTenant(store);
    await done(store, tenant, setLimit('l', {}));
    await consume(store, tenant);
    await done(store, tenant, { do: 'delete-limit', limitId: 'l' });
    expect(await rows('select 1 from limit_month where tenant_id = $1', tenant)).toEqual([]);
    expect(await rows('select 1 from monthly_limit where tenant_id = $1', tenant)).toEqual([]);
  });

  it('with never-exceed two processes that race never let more than it says', async () => {
    const tenant = await aTenant(store);
    await done(store, tenant, { do: 'change-settings', change: { enforcement: { admission: 'never-exceed' } } });
    await done(store, tenant, setLimit('l', { monthly: '1000', stop: true }));
    const outcomes = await Promise.all(
      Array.from({ length: 80 }, (_, index) =>
        consume(index % 2 ? store : other, tenant, pages(1, { capability: 'receipt-processing' })),
      ),
    );
    expect(outcomes.filter((outcome) => outcome === 'LimitReached')).toHaveLength(80 - 31);
    expect(await rows('select consumed from limit_month where tenant_id = $1', tenant)).toEqual([
      { consumed: String(31n * 32n * MICRO) },
    ]);
  });
});

describe('what a lane remembers does not hide what another process has changed', () => {
  it('limits, both set and deleted', async () => {
    const tenant = await aTenant(store);
    await consume(store, tenant);
    await done(other, tenant, setLimit('l', { monthly: '100', stop: true }));
    expect(await consume(store, tenant)).toBe('LimitReached');
    await done(other, tenant, { do: 'delete-limit', limitId: 'l' });
    expect(await consume(store, tenant)).toMatchObject({ status: 'charged' });
  });

  it('what counts against them', async () => {
    const tenant = await aTenant(store);
    await done(store, tenant, setLimit('l', { monthly: '300', stop: true }));
    await consume(store, tenant);
    await consume(other, tenant, pages(2));
    expect(await consume(store, tenant)).toBe('LimitReached');
  });

  it('trials and extensions', async () => {
    const tenant = await aTenant(store, { now: '2025-06-10T08:00:00Z' });
    await done(store, tenant, { do: 'end-entitlement', entitlementId: 'seats' });
    expect(await consume(store, tenant)).toBe('EntitlementNotAvailable');
    await done(other, tenant, { do: 'start-trial', userId: 'ada' });
    expect(await consume(store, tenant)).toMatchObject({ source: 'trial' });
    await consume(other, tenant, pages(1_999));
    expect(await consume(store, tenant)).toBe('QuotaExceeded');
    await done(other, tenant, { do: 'entitle', purchase: { id: 'seats-2', product: 'power-automate-premium', quantity: 1 } });
    await consume(store, tenant, pages(50));
    await done(other, tenant, { do: 'extend-month', id: store.newId() });
    expect(await consume(store, tenant)).toMatchObject({ source: 'extension' });
  });

  it('the computed figure', async () => {
    const tenant = await aTenant(store, { allocated: '100' });
    await done(store, tenant, { do: 'change-settings', change: { enforcement: { view: 'computed' } } });
    await consume(store, tenant, pages(9));
    expect(await consume(store, tenant)).toMatchObject({ source: 'allocation' });
    await done(other, tenant, { do: 'compute', onDemand: true });
    expect(await consume(store, tenant)).toBe('QuotaExceeded');
  });

  it('N2: what was told: one notice a crossing, numbered without gaps', async () => {
    const tenant = await aTenant(store, { allocated: '1000' });
    await done(store, tenant, setLimit('l', { monthly: '500' }));
    await Promise.all(Array.from({ length: 40 }, (_, index) => consume(index % 2 ? store : other, tenant)));
    const told = await rows('select number, kind from notice where tenant_id = $1 order by number', tenant);
    expect(told).toEqual(
      ['nearing-limit', 'over-limit', 'near-capacity', 'exhausted', 'blocked'].map((kind, index) => ({
        number: String(index + 1),
        kind,
      })),
    );
  });
});

describe('D11: history is recorded', () => {
  function history(said: Partial<Omit<HistoryEntry, 'day' | 'credits'>> & { day: string; credits: string }): Command {
    const { day, credits: amount, ...rest } = said;
    const { environmentId, userId, caller, resource, capability, model, channel, m365Copilot } = anAction();
    const entry = {
      ...{ environmentId, userId, caller, resource, capability, model, channel, m365Copilot },
      feature: null,
      currency: 'ai-builder-credits' as const,
      kind: 'prepaid' as const,
      labels: null,
      ...rest,
      day: day as Day,
      credits: credits(amount),
    };
    return { do: 'record-history', id: store.newId(), entry };
  }

  it('into months long gone, batch after batch, and every counter is the sum of its records', async () => {
    const tenant = await aTenant(store, { allocated: '100' });
    await done(store, tenant, setLimit('l', {}));
    for (const through of [store, other, store]) {
      const entries = ['2025-05-05', '2025-05-06', '2025-12-31', '2026-02-01', '2026-03-01'];
      await Promise.all(entries.map((day) => done(through, tenant, history({ day, credits: '10.5' }))));
      await done(
        through,
        tenant,
        history({ day: '2025-05-05', credits: '3', kind: 'pay-as-you-go', currency: 'copilot-credits' }),
      );
    }
    const counters = (table: string, column: string) =>
      rows(
        `select month::text, sum(${column})::text as sum from ${table} where tenant_id = $1 and currency = 'ai-builder-credits' group by 1 order by 1`,
        tenant,
      );
    const expected = ['2025-05-01', '2025-12-01', '2026-02-01', '2026-03-01'].map((month, index) => ({
      month,
      sum: String((index === 0 ? 6n : 3n) * 10_500_000n),
    }));
    expect(await counters('environment_month', 'consumed')).toEqual(expected);
    expect(await counters('tenant_month', 'consumed')).toEqual(expected);
    // Nothing is decided any more on what was consumed before last month.
    const limits = await rows('select month::text, consumed as sum from limit_month where tenant_id = $1 order by 1', tenant);
    expect(limits).toEqual(expected.slice(-2));
    expect(
      await rows(
        `select pay_as_you_go as sum from tenant_month where tenant_id = $1 and month = '2025-05-01' and currency = 'copilot-credits'`,
        tenant,
      ),
    ).toEqual([{ sum: '9000000' }]);
  });

  it('under a key that is never forgotten, once', async () => {
    const tenant = await aTenant(store);
    const command = history({ day: '2025-05-05', credits: '10' });
    const key = { key: 'row-1', fingerprint: '0a' };
    const first = await store.submit(tenant, command as never, key);
    await done(store, tenant, { do: 'move-clock', now: moment('2029-01-01T00:00:00Z') });
    const again = await other.submit(tenant, { ...command, id: store.newId() } as never, key);
    expect([first.replayed, again.replayed]).toEqual([false, true]);
    expect(await rows('select count(*)::int from activity where tenant_id = $1', tenant)).toEqual([{ count: 1 }]);
  });
});

describe('C2: computations', () => {
  /** A live tenant, on a server whose clock is given. */
  async function live(now: { is: Instant }): Promise<{ server: OpenStore; tenant: TenantAddress }> {
    const server = await openStore({ url: stores.url, clock: () => now.is });
    const id = `live-${store.newId()}`;
    const tenant = { cell: server.cellOf(id), tenantId: id };
    await server.createTenant({
      id,
      name: id,
      sandboxNow: null,
      adminKeyId: store.newId(),
      adminKeyHash: Buffer.from(store.newId()),
    });
    await done(server, tenant, {
      do: 'create-environment',
      environment: { id: 'sales', name: 'Sales', type: 'production', region: null },
    });
    await done(server, tenant, { do: 'entitle', purchase: { id: 'seats', product: 'power-automate-premium', quantity: 1 } });
    return { server, tenant };
  }

  async function computed(tenant: TenantAddress): Promise<unknown[]> {
    const found = await rows(
      'select month::text, computed from environment_month where tenant_id = $1 and computed > 0 order by 1',
      tenant,
    );
    return found.map(({ month, computed: figure }) => `${month}: ${formatCredits(BigInt(figure as string) as never)}`);
  }

  it('all live tenants once a day, whoever asks', async () => {
    const now = { is: moment('2026-03-10T08:00:00Z') };
    const { server, tenant } = await live(now);
    await consume(server, tenant, pages(2));
    expect(await server.computeAll()).toBeGreaterThanOrEqual(1);
    expect(await computed(tenant)).toEqual(['2026-03-01: 200']);
    await consume(server, tenant);
    expect(await server.computeAll()).toBe(0);
    now.is = moment('2026-03-11T00:00:00Z');
    expect(await server.computeAll()).toBeGreaterThanOrEqual(1);
    expect(await computed(tenant)).toEqual(['2026-03-01: 300']);
    expect(await rows('select on_demand from computation where tenant_id = $1', tenant)).toEqual([
      { on_demand: false },
      { on_demand: false },
    ]);
    await server.close();
  });

  it('C3: last month too, until it is closed', async () => {
    const now = { is: moment('2026-03-31T08:00:00Z') };
    const { server, tenant } = await live(now);
    await consume(server, tenant, pages(2));
    now.is = moment('2026-04-07T00:00:01Z');
    await consume(server, tenant);
    await server.computeAll();
    expect(await computed(tenant)).toEqual(['2026-03-01: 200', '2026-04-01: 100']);
    await consume(server, tenant, pages(1, { occurredAt: moment('2026-03-31T08:00:00Z') }));
    now.is = moment('2026-04-08T00:00:00Z');
    await server.computeAll();
    expect(await computed(tenant)).toEqual(['2026-03-01: 200', '2026-04-01: 100']);
    await server.close();
  });

  it('C1: a live tenant that nobody touched for months is right at the next request, also where it is remembered', async () => {
    const now = { is: moment('2026-03-31T08:00:00Z') };
    const { server, tenant } = await live(now);
    await done(server, tenant, setLimit('l', { monthly: '500', stop: true }));
    await consume(server, tenant, pages(5));
    expect(await consume(server, tenant)).toBe('LimitReached');
    now.is = moment('2026-10-01T00:00:00Z');
    expect(await consume(server, tenant, pages(5))).toMatchObject({ month: '2026-10', source: 'pool' });
    expect(await consume(server, tenant)).toBe('LimitReached');
    const ledger = await other.readLedger(tenant, 'all');
    expect(Object.keys(Object.fromEntries(ledger.environments.get('sales')!.months))).not.toContain('2026-03');
    await server.close();
  });

  it('not of sandboxes, which compute as their own clock passes 00:00', async () => {
    const tenant = await aTenant(store, { now: '2026-03-10T23:00:00Z' });
    await consume(store, tenant, pages(2));
    await store.computeAll();
    expect(await computed(tenant)).toEqual([]);
    await done(store, tenant, { do: 'move-clock', now: moment('2026-03-12T00:00:00Z') });
    await consume(store, tenant);
    await done(store, tenant, { do: 'compute', onDemand: true });
    expect(await computed(tenant)).toEqual(['2026-03-01: 300']);
    const { value } = await store.listComputations(tenant, { limit: 10 });
    // At 00:00 of the 12th it was computed by itself, and again on demand: one moment, one computation.
    expect(value).toEqual([
      { at: moment('2026-03-12T00:00:00Z'), onDemand: false },
      { at: moment('2026-03-11T00:00:00Z'), onDemand: false },
    ]);
  });

  it('a sandbox that holds computation back knows the days before, from what is stored', async () => {
    const tenant = await aTenant(store, { now: '2026-03-01T08:00:00Z' });
    await done(store, tenant, { do: 'change-settings', change: { computation: { delayDays: 2 } } });
    for (let day = 1; day <= 5; day += 1) {
      await done(store, tenant, { do: 'move-clock', now: (moment('2026-03-01T08:00:00Z') + (day - 1) * DAY_MS) as Instant });
      await consume(store, tenant);
      await consume(
        store,
        tenant,
        pages(1, { recordOnly: true, caller: 'agent', capability: 'classic-answer', usage: { responses: 1 } }),
      );
    }
    expect(await computed(tenant)).toEqual(['2026-03-01: 200']);
    await done(store, tenant, { do: 'compute', onDemand: true });
    expect(await computed(tenant)).toEqual(['2026-03-01: 200']); // of the 1st and the 2nd
    await done(store, tenant, { do: 'move-clock', now: moment('2026-03-08T00:00:00Z') });
    expect(await computed(tenant)).toEqual(['2026-03-01: 500']);
  });
});

describe('months that are over', () => {
  // With 31 days a hold on last month can be opened on the last day of a month, and outlive it.
  it.each<[string, string, string]>([
    ['an environment that has given its allocation back', '1000', '0'],
    ['an environment that was given an allocation', '0', '1000'],
  ])('a hold of the month before last expires, of %s', async (_, before, after) => {
    const tenant = await aTenant(store, { now: '2026-02-20T08:00:00Z', allocated: before });
    const allocate = (amount: string): Command => ({
      do: 'allocate',
      changes: [{ environmentId: 'sales', currency: 'ai-builder-credits', credits: credits(amount) }],
    });
    await done(store, tenant, { do: 'change-settings', change: { lateUsageDays: 31 } });
    await done(store, tenant, { do: 'move-clock', now: moment('2026-03-31T23:00:00Z') });
    const action = pages(1, { occurredAt: moment('2026-02-28T12:00:00Z') });
    await done(store, tenant, { do: 'hold', id: store.newId(), action, expiresInSeconds: 86_400 });
    await done(store, tenant, { do: 'move-clock', now: moment('2026-04-01T12:00:00Z') });
    await done(store, tenant, allocate(after));
    await done(store, tenant, { do: 'move-clock', now: moment('2026-04-02T00:00:00Z') });
    expect(await rows('select status from hold where tenant_id = $1', tenant)).toEqual([{ status: 'expired' }]);
    expect(await consume(store, tenant)).toMatchObject({ status: 'charged' });
    expect(
      await rows('select sum(held) as held, sum(unallocated_held) as pool from tenant_month where tenant_id = $1', tenant),
    ).toEqual([{ held: '0', pool: '0' }]);
  });
});
