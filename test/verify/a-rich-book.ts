// A database in which something of everything has happened, made by the product: what `bursar verify` must find clean, and what its
// tests then corrupt. Three tenants: a sandbox that began in 2025 (trials, extensions, imports) and lives to April 2026 (limits, plans,
// pre-purchases, holds in each state, notices with deliveries, reports), a sandbox of never-exceed and the computed view, and a live one.

import { expect } from 'vitest';
import type { Action } from '../../src/core/action.ts';
import type { Command } from '../../src/core/command.ts';
import { credits } from '../../src/core/credits.ts';
import { type Instant, parseInstant } from '../../src/core/month.ts';
import type { TenantAddress } from '../../src/store/store.ts';
import { UsageRollups } from '../../src/store/usage-rollup.ts';
import { anAction, answers, moment, pages } from '../core/a-ledger.ts';
import { aReceiver } from '../support/a-receiver.ts';
import { type AServer, startServer } from '../support/a-server.ts';
import { call } from '../support/call.ts';

const AI = 'ai-builder-credits' as const;
const COPILOT = 'copilot-credits' as const;

export interface Player {
  tenant: TenantAddress;
  key: string;
  /** Submits a command that must be allowed. */
  done(command: Command, key?: string): Promise<void>;
  /** Consumes and answers the source that paid, `free`, or the code of the refusal. */
  consume(action: Action, key?: string): Promise<string>;
  moveTo(now: string): Promise<void>;
  hold(action: Action, expiresInSeconds?: number, key?: string): Promise<string>;
  capture(holdId: string, count: number): Promise<void>;
}

export async function aPlayer(server: AServer, name: string, now?: string): Promise<Player> {
  const { store } = server;
  const { id, key } = await server.tenant(name, now);
  const tenant = { cell: store.cellOf(id), tenantId: id };
  const idempotency = (said: string | undefined) =>
    said === undefined ? undefined : { key: said, fingerprint: 'ab'.repeat(32) };
  const done: Player['done'] = async (command, said) => {
    const { outcome } = await store.submit(tenant, command as never, idempotency(said));
    if ('refused' in outcome) throw new Error(`${command.do} was refused ${outcome.refused}: ${outcome.detail}`);
  };
  return {
    tenant,
    key,
    done,
    async consume(action, said) {
      const { outcome } = await store.submit(tenant, { do: 'consume', id: store.newId(), action }, idempotency(said));
      return 'refused' in outcome ? outcome.refused : (outcome.record.source ?? outcome.record.status);
    },
    moveTo: (to) => done({ do: 'move-clock', now: parseInstant(to) as Instant }),
    async hold(action, expiresInSeconds = 3600, said) {
      const holdId = store.newId();
      await done({ do: 'hold', id: holdId, action, expiresInSeconds }, said);
      return holdId;
    },
    capture: (holdId, count) => done({ do: 'capture', id: store.newId(), holdId, usage: { pages: count } }),
  };
}

const environment = (id: string, type: 'production' | 'sandbox' | 'developer' = 'production'): Command => ({
  do: 'create-environment',
  environment: { id, name: id, type, region: null },
});
const allocate = (environmentId: string, amount: string, currency: typeof AI | typeof COPILOT = AI): Command => ({
  do: 'allocate',
  changes: [{ environmentId, currency, credits: credits(amount) }],
});
const entitle = (id: string, product: string, quantity = 1): Command => ({ do: 'entitle', purchase: { id, product, quantity } });
const limit = (id: string, scope: object, monthly: string, currency: typeof AI | typeof COPILOT = AI, stop = false): Command => ({
  do: 'set-limit',
  limit: { id, scope, currency, monthly: credits(monthly), notifyAtPercent: 80, stop },
});
const bot = { type: 'agent' as const, id: 'bot', name: 'Bot' };
const flow = { type: 'flow' as const, id: 'approvals', app: 'expenses' };

/** Fills a server; answers its tenants. */
export async function fillRichly(server: AServer): Promise<{ first: Player; second: Player; live: Player }> {
  const receiver = await aReceiver();
  try {
    const first = await aPlayer(server, 'First', '2025-06-10T08:00:00Z');
    await call(server.url, 'POST /v1/webhooks', { key: first.key, body: { id: 'hook', url: receiver.url } });
    await liveThrough2025(server, first);
    await liveThrough2026(server, first);
    await server.deliver();
    const second = await aPlayer(server, 'Second', '2026-02-20T08:00:00Z');
    await liveStrictly(second);
    const live = await aPlayer(server, 'Live');
    await liveNow(server, live);
    for (const { tenant } of [first, second, live])
      await new UsageRollups(server.store.database, server.store.cells).refresh(tenant);
    return { first, second, live };
  } finally {
    await receiver.stop();
  }
}

/** Trials, extensions, the time of simple overage, and what was imported of the time before. */
async function liveThrough2025(server: AServer, { key, done, consume, moveTo, hold, capture }: Player): Promise<void> {
  for (const id of ['sales', 'finance', 'closed']) await done(environment(id));
  await done(environment('support', 'sandbox'));
  await done(environment('lab', 'developer'));
  expect(await consume(pages(1))).toBe('EntitlementNotAvailable');
  await done({ do: 'start-trial', userId: 'ada' });
  expect(await consume(pages(10), 'trial-1')).toBe('trial');
  const tried = await hold(pages(2));
  await capture(tried, 3);
  await moveTo('2025-07-12T08:00:00Z');
  await done({ do: 'extend-trial', userId: 'ada' });
  expect(await consume(pages(4))).toBe('trial');
  const csv = `Date,UserId,EnvironmentId,EnvironmentName,AIConsumption,IsTrial
2025-03-10,ada,sales,Sales,200,FALSE
2025-03-10,ada,sales,Sales,40,TRUE
2025-04-11,bob,finance,Finance,32,FALSE
`;
  const imported = await call(server.url, 'POST /v1/imports?dryRun=false&id=march', {
    key,
    raw: csv,
    headers: { 'content-type': 'text/csv' },
  });
  expect(imported.status, JSON.stringify(imported.body)).toBeLessThan(300);
  await moveTo('2025-09-10T08:00:00Z');
  await done(entitle('seats', 'power-automate-premium', 2));
  await done(allocate('sales', '500'));
  for (let count = 0; count < 7; count += 1) await consume(pages(1, { userId: 'bob' }));
  expect(await consume(pages(1, { userId: 'bob' }))).toBe('QuotaExceeded');
  await done({ do: 'extend-month', id: '00000000-0000-7000-8000-000000000001' });
  expect(await consume(pages(2, { userId: 'bob' }))).toBe('extension');
  expect(await consume(pages(3, { environmentId: 'closed', userId: 'bob' }))).toBe('pool');
  await done({ do: 'delete-environment', environmentId: 'closed' });
}

/** Both currencies, every source, holds in each state, limits, notices, late usage. */
async function liveThrough2026(server: AServer, player: Player): Promise<void> {
  const { key, done, consume, moveTo, hold, capture } = player;
  await moveTo('2026-03-20T08:00:00Z');
  await done({
    do: 'define-capability',
    capability: {
      id: 'own',
      name: 'Own',
      unit: 'page',
      from: '2026-01-01' as never,
      aiBuilderCredits: credits('2.5'),
      copilotCredits: credits('0.13'),
    },
  });
  await done(entitle('pack', 'copilot-credit-pack', 1));
  await done({ do: 'create-billing-plan', plan: { id: 'plan', name: 'Plan', status: 'Enabled', monthlyLimit: credits('5000') } });
  await done({
    do: 'change-environment',
    environmentId: 'support',
    change: { drawFromTenantPool: false, billingPlanId: 'plan' },
  });
  await done(allocate('sales', '1000'));
  await done(allocate('sales', '30', COPILOT));
  await done(limit('of-bot', { resourceId: 'bot' }, '60', COPILOT));
  await done(limit('of-ada', { userId: 'ada', capability: 'custom-document-processing' }, '700'));
  await done(limit('of-eve', { userId: 'eve' }, '100', AI, true));
  expect(await consume(answers(20, { environmentId: 'support' }), 'payg-1')).toBe('pay-as-you-go');
  const billed = await hold(answers(5, { environmentId: 'support' }), 86_400 * 7);
  await done(entitle('year', 'copilot-credit-pre-purchase', 300_000));
  expect(await consume(answers(30, { environmentId: 'support' }))).toBe('pre-purchase');
  await hold(answers(2, { environmentId: 'support' }), 86_400 * 14);
  for (let count = 0; count < 9; count += 1) await consume(pages(1, { resource: flow }), `sales-${count}`);
  expect(await consume(answers(25, { resource: bot }))).toBe('allocation');
  expect(await consume(answers(25, { resource: bot }))).toBe('allocation');
  expect(await consume(answers(12, { resource: bot }))).toBe('pool');
  const prompt = anAction({
    capability: 'prompt',
    model: 'gpt-4.1',
    usage: { inputTokens: 3100, outputTokens: 1500 },
    environmentId: 'finance',
  });
  expect(await consume(prompt, 'prompt')).toBe('pool');
  expect(await consume({ ...prompt, caller: 'agent', usage: { inputTokens: 100, outputTokens: 10 } })).toBe('pool');
  expect(await consume(anAction({ capability: 'text-translation', usage: { characters: 3400 }, environmentId: 'finance' }))).toBe(
    'pool',
  );
  expect(await consume(pages(4, { capability: 'own', environmentId: 'finance', userId: 'eve' }))).toBe('pool');
  expect(await consume(pages(1, { mode: 'test', environmentId: 'finance' }))).toBe('free');
  expect(await consume(pages(1, { mode: 'train', environmentId: 'lab' }))).toBe('free');
  expect(await consume(answers(1, { m365Copilot: true, channel: 'teams', environmentId: 'finance' }))).toBe('free');
  expect(await consume(pages(1, { environmentId: 'finance', userId: 'eve', labels: { a: '1', b: '2' } }))).toBe('pool');
  expect(await consume(pages(1, { environmentId: 'finance', userId: 'eve' }))).toBe('LimitReached');
  await done(allocate('lab', '100'));
  await done({ do: 'change-environment', environmentId: 'lab', change: { deny: true } });
  expect(await consume(pages(1, { environmentId: 'lab', userId: 'bob' }))).toBe('allocation');
  expect(await consume(pages(1, { environmentId: 'lab', userId: 'bob' }))).toBe('QuotaExceeded');
  expect(await consume(pages(1, { environmentId: 'lab', userId: 'bob', recordOnly: true }))).toBe('allocation');
  const captured = await hold(pages(2, { environmentId: 'finance', resource: flow }), 3600, 'hold-1');
  await capture(captured, 5);
  const released = await hold(pages(2, { environmentId: 'finance' }));
  await done({ do: 'release', holdId: released }, 'release-1');
  const late = await hold(pages(1, { environmentId: 'finance' }), 60);
  await hold(pages(1, { environmentId: 'finance' }), 60);
  await hold(pages(1, { environmentId: 'finance', mode: 'test' }), 60);
  await moveTo('2026-03-21T00:00:00Z');
  await capture(late, 1);
  await done({ do: 'release', holdId: billed });
  await hold(answers(7, { environmentId: 'sales' }), 86_400 * 14);
  await hold(pages(2, { environmentId: 'finance' }), 86_400 * 14, 'hold-2');
  await moveTo('2026-04-02T08:00:00Z');
  expect(await consume(pages(2, { environmentId: 'finance', occurredAt: moment('2026-03-30T08:00:00Z') }))).toBe('pool');
  expect(await consume(pages(1, { environmentId: 'finance' }), 'april-1')).toBe('pool');
  expect(await consume(pages(1, { environmentId: 'finance' }), 'april-1')).toBe('pool');
  expect(await consume(answers(50, { resource: bot }))).toBe('allocation');
  await hold(pages(1, { environmentId: 'finance' }), 3600);
  await done({ do: 'compute', onDemand: true });
  expect(await consume(pages(1, { environmentId: 'finance' }), 'april-2')).toBe('pool');
  const { body: report } = await call(server.url, 'POST /v1/reports', {
    key,
    body: { type: 'ai-builder-consumption', days: 60 },
  });
  const status = () => call(server.url, `GET /v1/reports/${report.id}`, { key }).then(({ body }) => body.status);
  while ((await status()) !== 'Completed') await new Promise((resolve) => setImmediate(resolve));
}

/** never-exceed, the computed view, computation held back, more allocated than owned. */
async function liveStrictly({ done, consume, moveTo, hold }: Player): Promise<void> {
  await done(environment('sales'));
  await done(environment('support'));
  await done(entitle('seats', 'power-automate-premium'));
  await done(entitle('more', 'power-automate-premium'));
  await done({ do: 'change-settings', change: { enforcement: { admission: 'never-exceed' } } });
  await done(allocate('sales', '1000'));
  await done(allocate('support', '8500'));
  for (let count = 0; count < 7; count += 1) await consume(pages(count % 3 === 0 ? 3 : 1));
  await done({ do: 'change-settings', change: { enforcement: { view: 'computed' }, computation: { delayDays: 2 } } });
  await moveTo('2026-02-24T08:00:00Z');
  for (let count = 0; count < 5; count += 1) await consume(pages(1, { environmentId: 'support' }));
  await hold(pages(2, { environmentId: 'support' }), 86_400);
  await done({ do: 'end-entitlement', entitlementId: 'more' });
  expect(await consume(pages(1, { environmentId: 'support' }))).toBe('allocation');
  await moveTo('2026-03-03T08:00:00Z');
  expect(await consume(pages(2, { environmentId: 'support' }))).toBe('allocation');
  await moveTo('2026-03-06T08:00:00Z');
}

/** By the server's clock. */
async function liveNow(server: AServer, { done, consume, hold }: Player): Promise<void> {
  await done(environment('sales'));
  await done(environment('finance'));
  await done(entitle('pack', 'copilot-credit-pack', 1));
  await done(allocate('sales', '100', COPILOT));
  const work: Promise<unknown>[] = [];
  for (let count = 0; count < 60; count += 1)
    work.push(
      consume(
        answers(2, { environmentId: count % 2 ? 'sales' : 'finance', userId: `user-${count % 5}`, resource: bot }),
        `live-${count}`,
      ),
    );
  await Promise.all(work);
  await server.store.computeAll();
  for (let count = 0; count < 10; count += 1) await consume(answers(1));
  await hold(answers(3), 86_400);
}

export async function startRichly(): Promise<{ server: AServer } & Awaited<ReturnType<typeof fillRichly>>> {
  const server = await startServer({ privateAddresses: true });
  return { server, ...(await fillRichly(server)) };
}
