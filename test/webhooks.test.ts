// Webhooks (N2): signed calls that are repeated over days, their log, and where they may not lead.

import { type ChildProcess, spawn } from 'node:child_process';
import type { lookup } from 'node:dns';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../src/api/webhook-address.ts';
import { DAY_MS, type Instant } from '../src/core/month.ts';
import { startDelivering } from '../src/server/notice-dispatch.ts';
import { postWebhook } from '../src/server/webhook-delivery.ts';
import { openStore } from '../src/store/open-store.ts';
import { aReceiver, type Receiver } from './support/a-receiver.ts';
import { type AServer, startServer } from './support/a-server.ts';
import { ACTION, call } from './support/call.ts';

const HOUR_MS = 3_600_000;

let server: AServer;
let receiver: Receiver;
/** The server's clock: only tests move it. */
let now = Date.now() as Instant;

beforeAll(async () => {
  server = await startServer({ privateAddresses: true, clock: () => now });
});

afterAll(async () => {
  await server?.stop();
});

beforeEach(async () => {
  receiver = await aReceiver();
});

afterEach(async () => {
  await receiver.stop();
});

/** A sandbox whose environment `sales` has 1,000 AI Builder credits, and calls with its administrator's key. */
async function aTenant() {
  const { id, key } = await server.tenant('Contoso', '2026-03-10T08:00:00Z');
  const ask = (methodAndPath: string, body?: unknown) => call(server.url, methodAndPath, { key, body });
  await ask('POST /v1/environments', { id: 'sales', name: 'Sales' });
  await ask('POST /v1/entitlements', { product: 'power-automate-premium', quantity: 1 });
  await ask('PUT /v1/environments/sales/allocations/ai-builder-credits', { credits: '1000' });
  return {
    id,
    key,
    ask,
    /** 8 pages are 800 credits: near; 2 more are all. */
    consume: async (pages: number) =>
      expect((await ask('POST /v1/consumptions', { ...ACTION, usage: { pages } })).status).toBe(201),
    deliveries: async (webhookId: string) => (await ask(`GET /v1/webhooks/${webhookId}/deliveries`)).body.value,
  };
}

describe('a notice is posted', () => {
  it('to each webhook that wants its kind, signed so that whoever has the secret can verify it', async () => {
    const tenant = await aTenant();
    const all = await tenant.ask('POST /v1/webhooks', { url: `${receiver.url}/all?of=them` });
    expect(all.status).toBe(201);
    expect(all.body.secret).toMatch(/^whsec_[A-Za-z0-9+/=]{44}$/);
    const some = await tenant.ask('POST /v1/webhooks', { id: 'some', url: `${receiver.url}/some`, kinds: ['exhausted'] });
    await tenant.consume(8);
    await server.deliver();
    expect(receiver.received.map((each) => each.path)).toEqual(['/all?of=them']);
    await tenant.consume(2);
    await server.deliver();
    expect(receiver.received.map((each) => each.path).sort()).toEqual(['/all?of=them', '/all?of=them', '/some']);

    const [first] = receiver.received;
    expect(new Verifier(all.body.secret).verify(first!.body, first!.headers)).toMatchObject({
      type: 'notice.near-capacity',
      timestamp: '2026-03-10T08:00:00Z',
      data: {
        id: '1',
        tenantId: tenant.id,
        kind: 'near-capacity',
        environmentId: 'sales',
        environmentName: 'Sales',
        currency: 'ai-builder-credits',
        month: '2026-03',
        available: '1000',
        consumed: '800',
        percent: '80',
        resetsOn: '2026-04-01',
        sandbox: true,
        subject: 'Environment Sales (sales) has consumed almost all AI Builder credits (80 %)',
      },
    });
    expect(() => new Verifier(some.body.secret).verify(first!.body, first!.headers)).toThrow();
    const [delivery] = (await tenant.deliveries(all.body.id)).slice(-1);
    expect(delivery).toMatchObject({
      id: first!.headers['webhook-id'],
      webhookId: all.body.id,
      notices: ['1'],
      status: 'delivered',
      nextAttemptAt: null,
      attempts: [{ number: 1, status: 200, error: null, answer: '…' }],
    });
    expect((await tenant.ask('GET /v1/notices/1/deliveries')).body.value).toEqual([delivery]);
  });

  it('once, whatever crossed before the webhook was there', async () => {
    const tenant = await aTenant();
    await tenant.consume(8);
    await server.deliver();
    await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    await server.deliver();
    await tenant.consume(2);
    await server.deliver();
    await server.deliver();
    expect(receiver.received.map((each) => JSON.parse(each.body).type)).toEqual(['notice.exhausted']);
  });

  it('once, where two processes dispatch and deliver side by side', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    const environments = Array.from({ length: 50 }, (_, index) => `e${index}`);
    for (const id of environments) await tenant.ask('POST /v1/environments', { id, name: id });
    // Over the pool: each environment that acts tells of near, exhausted and blocked.
    for (const environmentId of environments)
      await tenant.ask('POST /v1/consumptions', { ...ACTION, environmentId, recordOnly: true, usage: { pages: 60 } });
    const crossed = (await tenant.ask('GET /v1/notices?limit=1000')).body.value.map((notice: { id: string }) => notice.id);
    expect(crossed.length).toBeGreaterThan(100);
    const other = await openStore({ url: server.databaseUrl, clock: () => now });
    const options = { mailer: null, privateAddresses: true, log: console.error, intervalMs: null };
    const beside = startDelivering({ outbox: other.outbox, ...options });
    await Promise.all([server.deliver(), beside.settle(), server.deliver(), beside.settle()]);
    await beside.stop();
    await other.close();
    await server.deliver();
    const told = receiver.received.map((each) => JSON.parse(each.body).data.id);
    expect(told.sort()).toEqual([...crossed].sort());
    expect(new Set(receiver.received.map((each) => each.headers['webhook-id'])).size).toBe(crossed.length);
    expect((await tenant.ask(`GET /v1/webhooks/${body.id}/deliveries?limit=1000`)).body.value).toHaveLength(crossed.length);
  });

  it('while a place that hangs holds up its own tenant only', async () => {
    const hanging = await aTenant();
    const well = await aTenant();
    receiver.answer = ({ path }) => (path === '/hangs' ? null : { status: 200 });
    const ids = Array.from({ length: 10 }, (_, index) => `hook${index}`);
    for (const id of ids) await hanging.ask('POST /v1/webhooks', { id, url: `${receiver.url}/hangs` });
    await hanging.consume(8);
    const delivering = server.deliver();
    await receiver.until(4);
    await well.ask('POST /v1/webhooks', { url: `${receiver.url}/well` });
    await well.consume(8);
    const beside = server.deliver();
    while (!receiver.received.some((each) => each.path === '/well')) await receiver.until(receiver.received.length + 1);
    expect(receiver.received.filter((each) => each.path === '/hangs').length).toBeLessThanOrEqual(7);
    await receiver.stop();
    await Promise.all([delivering, beside]);
    // What still waits for it is nothing to the tests that follow.
    for (const id of ids) await hanging.ask(`DELETE /v1/webhooks/${id}`);
  });
});

describe('what is not taken is sent again', () => {
  it('under the same id for about three days, then given up, and replayed on demand', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    receiver.answer = () => ({ status: 503, body: `busy\0${'x'.repeat(5_000)}` });
    await tenant.consume(8);
    const began = now;
    const waited: number[] = [];
    for (;;) {
      await server.deliver();
      const [delivery] = await tenant.deliveries(body.id);
      if (delivery.status !== 'waiting') break;
      const next = Date.parse(delivery.nextAttemptAt);
      waited.push(next - now);
      // Nothing is sent before its time.
      now = (next - 1) as Instant;
      await server.deliver();
      expect(receiver.received).toHaveLength(waited.length);
      now = next as Instant;
    }
    const planned = [5_000, 300_000, HOUR_MS / 2, 2 * HOUR_MS, 5 * HOUR_MS, 10 * HOUR_MS, 14 * HOUR_MS, 20 * HOUR_MS, DAY_MS];
    expect(waited).toHaveLength(planned.length);
    for (const [index, ms] of waited.entries()) expect(Math.abs(ms / planned[index]! - 1)).toBeLessThan(0.15);
    expect((now - began) / DAY_MS).toBeGreaterThan(2.5);

    const [failed] = await tenant.deliveries(body.id);
    expect(failed).toMatchObject({ status: 'failed', nextAttemptAt: null });
    expect(failed.attempts.map((attempt: { number: number }) => attempt.number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(failed.attempts[0]).toMatchObject({ status: 503, error: 'it answered 503', answer: `busy${'x'.repeat(1019)}` });
    expect(new Set(receiver.received.map((each) => each.headers['webhook-id']))).toEqual(new Set([failed.id]));
    expect(new Set(receiver.received.map((each) => each.body)).size).toBe(1);

    receiver.answer = () => ({ status: 204 });
    const replayed = await tenant.ask(`POST /v1/webhooks/${body.id}/deliveries/${failed.id}/replay`);
    expect(replayed).toMatchObject({ status: 202, body: { status: 'waiting' } });
    await server.deliver();
    expect((await tenant.deliveries(body.id))[0]).toMatchObject({ id: failed.id, status: 'delivered' });
    expect((await tenant.ask(`GET /v1/webhooks/${body.id}`)).body.failingSince).toBeNull();
  });

  it('with retries counted anew after a replay', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    receiver.answer = () => ({ status: 500 });
    await tenant.consume(8);
    await server.deliver();
    now = (now + 10_000) as Instant;
    await server.deliver();
    const [waiting] = await tenant.deliveries(body.id);
    expect(waiting.attempts).toHaveLength(2);
    await tenant.ask(`POST /v1/webhooks/${body.id}/deliveries/${waiting.id}/replay`);
    await server.deliver();
    const [replayed] = await tenant.deliveries(body.id);
    expect(replayed.attempts).toHaveLength(3);
    expect(Date.parse(replayed.nextAttemptAt) - now).toBeLessThan(6_000);
  });

  it('where no answer comes, a redirect, another protocol, or nobody listens; an answer that never ends has its status all the same', async () => {
    const tenant = await aTenant();
    const ends: Record<string, unknown> = {};
    const outcome = async (path: string) => {
      const { body } = await tenant.ask('POST /v1/webhooks', { url: path });
      await tenant.ask(`POST /v1/webhooks/${body.id}/test`);
      return body.id as string;
    };
    const quick = { privateAddresses: true, log: console.error, intervalMs: null, timeoutMs: 500 };
    const delivering = startDelivering({ outbox: server.store.outbox, mailer: null, ...quick });
    receiver.answer = ({ path }) => {
      if (path === '/silent') return null;
      if (path === '/endless') return { status: 200, body: 'on and on', endless: true };
      if (path === '/upgrade') return { status: 101, headers: { connection: 'upgrade', upgrade: 'other' } };
      return path === '/moved' ? { status: 302, headers: { location: `${receiver.url}/elsewhere` } } : { status: 200 };
    };
    const ids = {
      silent: await outcome(`${receiver.url}/silent`),
      moved: await outcome(`${receiver.url}/moved`),
      endless: await outcome(`${receiver.url}/endless`),
      upgrade: await outcome(`${receiver.url}/upgrade`),
      nobody: await outcome('http://127.0.0.1:1/'),
    };
    await delivering.settle();
    await delivering.stop();
    for (const [name, id] of Object.entries(ids)) {
      const [{ status, attempts }] = await tenant.deliveries(id);
      ends[name] = [status, attempts[0].status, attempts[0].error];
    }
    expect(ends).toEqual({
      silent: ['failed', null, 'no answer within 0.5 s'],
      moved: ['failed', 302, 'it answered 302; redirects are not followed'],
      endless: ['delivered', 200, null],
      upgrade: ['failed', 101, 'it answered 101'],
      nobody: ['failed', null, 'connect ECONNREFUSED 127.0.0.1:1'],
    });
    expect(receiver.received.map((each) => each.path)).not.toContain('/elsewhere');
  });

  it('after kill -9 of the process that had taken it, by another, under the same id', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    now = Date.now() as Instant;
    receiver.answer = () => null;
    await tenant.consume(12);
    const crossed = (await tenant.ask('GET /v1/notices')).body.value.length;
    expect(crossed).toBeGreaterThanOrEqual(2);
    const { child, until } = serveBeside();
    await until(crossed);
    child.kill('SIGKILL');
    await once(child, 'exit');
    receiver.answer = () => ({ status: 200 });
    // What was taken is not taken by another while the attempt may still last …
    await server.deliver();
    expect(receiver.received).toHaveLength(crossed);
    // … and is afterwards.
    now = (Date.now() + 150_000) as Instant;
    await server.deliver();
    expect(receiver.received).toHaveLength(2 * crossed);
    expect(new Set(receiver.received.map((each) => each.headers['webhook-id'])).size).toBe(crossed);
    const deliveries = await tenant.deliveries(body.id);
    expect(deliveries).toHaveLength(crossed);
    expect(new Set(deliveries.map((each: { status: string }) => each.status))).toEqual(new Set(['delivered']));
  });

  it('at once by another, where the process was told to stop', async () => {
    const tenant = await aTenant();
    await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    now = Date.now() as Instant;
    receiver.answer = () => null;
    await tenant.consume(8);
    const { child, until } = serveBeside();
    await until(1);
    child.kill('SIGTERM');
    expect((await once(child, 'exit'))[0]).toBe(0);
    receiver.answer = () => ({ status: 200 });
    now = Date.now() as Instant;
    await server.deliver();
    expect(receiver.received.map((each) => each.headers['webhook-id'])).toHaveLength(2);
    expect(receiver.received[0]!.headers['webhook-id']).toBe(receiver.received[1]!.headers['webhook-id']);
  });

  /** Another process on the same database; its end before its time is said rather than waited for. */
  function serveBeside(): { child: ChildProcess; until: (count: number) => Promise<void> } {
    const child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url)), 'serve'], {
      env: {
        ...process.env,
        DATABASE_URL: server.databaseUrl,
        BURSAR_PORT: '0',
        BURSAR_WEBHOOKS_TO_PRIVATE_ADDRESSES: 'yes',
        BURSAR_OPERATOR_KEY: 'an-operator-key-of-my-own',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let errors = '';
    child.stderr!.setEncoding('utf8').on('data', (part: string) => {
      errors += part;
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the process beside ended with ${code}:\n${errors}`);
    });
    ended.catch(() => {});
    return { child, until: (count) => Promise.race([receiver.until(count), ended]) };
  }
});

describe('a webhook is disabled', () => {
  it('by 410 at once: what waits fails, nothing more is made, until it is enabled again', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    receiver.answer = () => ({ status: 500 });
    await tenant.consume(8);
    await server.deliver();
    receiver.answer = () => ({ status: 410 });
    await tenant.consume(2);
    await server.deliver();
    expect((await tenant.ask(`GET /v1/webhooks/${body.id}`)).body).toMatchObject({
      enabled: false,
      disabledReason: 'it answered 410 Gone',
    });
    now = (now + 10_000) as Instant;
    await tenant.consume(2);
    await server.deliver();
    expect(receiver.received).toHaveLength(2);
    const [gone, waited] = await tenant.deliveries(body.id);
    expect(gone).toMatchObject({ status: 'failed', notices: ['2'], attempts: [{ status: 410 }] });
    expect(waited).toMatchObject({ status: 'failed', notices: ['1'] });
    expect(waited.attempts.at(-1).error).toBe('not sent, because the webhook is disabled: it answered 410 Gone');
    const refused = await tenant.ask(`POST /v1/webhooks/${body.id}/deliveries/${gone.id}/replay`);
    expect(refused).toMatchObject({ status: 409, body: { code: 'WebhookDisabled' } });

    receiver.answer = () => ({ status: 200 });
    expect((await tenant.ask(`PATCH /v1/webhooks/${body.id}`, { enabled: true })).body).toMatchObject({
      enabled: true,
      disabledReason: null,
      failingSince: null,
    });
    await tenant.ask(`POST /v1/webhooks/${body.id}/deliveries/${gone.id}/replay`);
    await server.deliver();
    expect((await tenant.deliveries(body.id))[0]).toMatchObject({ id: gone.id, status: 'delivered' });
  });

  it('by five days without one success', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    receiver.answer = () => ({ status: 500 });
    const began = now;
    await tenant.consume(8);
    await server.deliver();
    const webhook = async () => (await tenant.ask(`GET /v1/webhooks/${body.id}`)).body;
    expect(Date.parse((await webhook()).failingSince) - began).toBeLessThan(5_000);
    now = (began + 5 * DAY_MS - 1_000) as Instant;
    await server.deliver();
    expect((await webhook()).enabled).toBe(true);
    now = (began + 5 * DAY_MS + 60_000) as Instant;
    await tenant.consume(2);
    await server.deliver();
    expect(await webhook()).toMatchObject({ enabled: false, disabledReason: 'it has failed for five days' });
  });

  it('by an administrator, and still takes a test, which is sent once', async () => {
    const tenant = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { url: receiver.url });
    await tenant.ask(`PATCH /v1/webhooks/${body.id}`, { enabled: false });
    await tenant.consume(8);
    receiver.answer = () => ({ status: 500 });
    const test = await tenant.ask(`POST /v1/webhooks/${body.id}/test`);
    expect(test).toMatchObject({ status: 202, body: { status: 'waiting', notices: [] } });
    await server.deliver();
    expect(receiver.received.map((each) => JSON.parse(each.body))).toEqual([
      { type: 'test', timestamp: expect.any(String), data: { tenantId: tenant.id, webhookId: body.id } },
    ]);
    expect((await tenant.deliveries(body.id)).map((each: { status: string }) => each.status)).toEqual(['failed']);
    expect((await tenant.ask(`GET /v1/webhooks/${body.id}`)).body).toMatchObject({
      disabledReason: 'an administrator disabled it',
      failingSince: null,
    });
  });
});

describe('secrets', () => {
  it('are shown when they are made and never again', async () => {
    const tenant = await aTenant();
    const wanted = { id: 'hook', url: receiver.url, kinds: ['blocked', 'near-capacity'], description: 'to the team' };
    const made = await tenant.ask('POST /v1/webhooks', wanted);
    const again = await tenant.ask('POST /v1/webhooks', { ...wanted, kinds: ['near-capacity', 'blocked'] });
    expect([made.status, again.status]).toEqual([201, 200]);
    expect((await tenant.ask('POST /v1/webhooks', { ...wanted, description: 'other' })).body.code).toBe('AlreadyExists');
    const shown = [
      again,
      await tenant.ask('GET /v1/webhooks'),
      await tenant.ask('GET /v1/webhooks/hook'),
      await tenant.ask('PATCH /v1/webhooks/hook', { description: null }),
    ];
    for (const { body } of shown) expect(JSON.stringify(body)).not.toContain('whsec_');
    expect(shown[3]!.body).toMatchObject({ kinds: ['near-capacity', 'blocked'], description: null });
  });

  it('are rotated: the one before signs beside the new one for a day', async () => {
    now = Date.now() as Instant;
    const tenant = await aTenant();
    const made = await tenant.ask('POST /v1/webhooks', { id: 'hook', url: receiver.url });
    const rotated = await tenant.ask('POST /v1/webhooks/hook/rotate-secret');
    expect(rotated.status).toBe(200);
    expect(rotated.body.secret).not.toBe(made.body.secret);
    await tenant.ask('POST /v1/webhooks/hook/test');
    await server.deliver();
    const [first] = receiver.received;
    for (const secret of [made.body.secret, rotated.body.secret])
      expect(new Verifier(secret).verify(first!.body, first!.headers)).toMatchObject({ type: 'test' });
    now = (now + DAY_MS) as Instant;
    await tenant.ask('POST /v1/webhooks/hook/test');
    await server.deliver();
    const { headers, body } = receiver.received[1]!;
    const signature = new Verifier(rotated.body.secret).sign(headers['webhook-id']!, new Date(now), body);
    expect(headers['webhook-signature']).toBe(signature);
  });
});

describe('webhooks of one tenant', () => {
  it('are not there for another, nor their deliveries', async () => {
    const tenant = await aTenant();
    const other = await aTenant();
    const { body } = await tenant.ask('POST /v1/webhooks', { id: 'mine', url: receiver.url });
    await tenant.ask('POST /v1/webhooks/mine/test');
    const [delivery] = await tenant.deliveries(body.id);
    for (const path of [
      'GET /v1/webhooks/mine',
      'GET /v1/webhooks/mine/deliveries',
      'DELETE /v1/webhooks/mine',
      'POST /v1/webhooks/mine/test',
      'POST /v1/webhooks/mine/rotate-secret',
      `POST /v1/webhooks/mine/deliveries/${delivery.id}/replay`,
    ])
      expect((await other.ask(path)).status, path).toBe(404);
    await other.ask('POST /v1/webhooks', { id: 'mine', url: receiver.url });
    expect((await other.ask(`POST /v1/webhooks/mine/deliveries/${delivery.id}/replay`)).status).toBe(404);
    expect((await tenant.ask('DELETE /v1/webhooks/mine')).status).toBe(204);
    expect((await tenant.ask('GET /v1/webhooks/mine')).status).toBe(404);
    await server.deliver();
    expect(receiver.received).toEqual([]);
  });

  it('are at most twenty, and listed in pages', async () => {
    const tenant = await aTenant();
    for (let each = 0; each < 20; each += 1)
      expect((await tenant.ask('POST /v1/webhooks', { url: receiver.url })).status).toBe(201);
    expect((await tenant.ask('POST /v1/webhooks', { url: receiver.url })).status).toBe(422);
    const first = await tenant.ask('GET /v1/webhooks?limit=15');
    const second = await tenant.ask(`GET /v1/webhooks?limit=15&cursor=${first.body.nextCursor}`);
    expect([first.body.value.length, second.body.value.length, second.body.nextCursor]).toEqual([15, 5, undefined]);
    expect((await tenant.ask(`GET /v1/webhooks/${first.body.value[0].id}/deliveries?cursor=bm9uZQ`)).body.code).toBe(
      'InvalidRequest',
    );
  });
});

describe('a webhook does not lead into private networks', () => {
  let guarded: AServer;
  let key: string;

  beforeAll(async () => {
    guarded = await startServer();
    key = (await guarded.tenant()).key;
  });

  afterAll(async () => {
    await guarded?.stop();
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://017700000001/',
    'http://localhost/',
    'http://LOCALHOST./',
    'http://db.localhost:5432/',
    'http://10.1.2.3/',
    'http://172.16.0.1/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data',
    'http://100.64.0.1/',
    'http://224.0.0.1/',
    'http://255.255.255.255/',
    'http://0.0.0.0/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[::127.0.0.1]/',
    'http://[64:ff9b::7f00:1]/',
    'http://[64:ff9b:1::1]/',
    'http://[2002:7f00:1::]/',
    'http://[2001:0:7f00:1::]/',
    'http://[fe80::1]/',
    'http://[fc00::1]/',
    'http://[fec0::1]/',
    'http://[ff02::1]/',
    'http://user:password@example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'example.com',
    'http://',
  ])('%s is refused when it is made, and when it is changed', async (url) => {
    const made = await call(guarded.url, 'POST /v1/webhooks', { key, body: { url } });
    expect(made).toMatchObject({ status: 422, body: { code: 'InvalidRequest', errors: [{ pointer: '/url' }] } });
    await call(guarded.url, 'POST /v1/webhooks', { key, body: { id: 'good', url: 'https://example.com/' } });
    expect((await call(guarded.url, 'PATCH /v1/webhooks/good', { key, body: { url } })).status).toBe(422);
  });

  it.each(['https://example.com/notices?x=1', 'http://93.184.215.14:8080/', 'https://[2606:2800:21f:cb07::1]/'])(
    '%s is taken',
    async (url) => {
      expect((await call(guarded.url, 'POST /v1/webhooks', { key, body: { url } })).status).toBe(201);
    },
  );

  it('nor by what a name leads to when it is called', async () => {
    const leadingTo = (...addresses: string[]) =>
      ((_: string, __: object, done: (error: null, all: object[]) => void) =>
        done(
          null,
          addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
        )) as unknown as typeof lookup;
    const message = { id: 'x', at: now, body: '{}', secrets: ['whsec_c2VjcmV0'] };
    const url = `http://innocent.example:${new URL(receiver.url).port}/`;
    const options = { privateAddresses: false, timeoutMs: 5_000 };
    for (const addresses of [['127.0.0.1'], ['::1'], ['::ffff:127.0.0.1'], ['93.184.215.14', '127.0.0.1'], []]) {
      const end = await postWebhook(url, message, { ...options, resolve: leadingTo(...addresses) });
      expect(end).toMatchObject({ outcome: 'failed', status: null });
      expect(end.error).toContain('private or local address');
    }
    // A URL that was taken while they were allowed is not called when they no longer are.
    expect((await postWebhook(receiver.url, message, options)).error).toContain('private or local address');
    expect(receiver.received).toEqual([]);
    const allowed = { ...options, privateAddresses: true, resolve: leadingTo('127.0.0.1') };
    expect(await postWebhook(url, message, allowed)).toMatchObject({ outcome: 'delivered', status: 200 });
    expect(receiver.received[0]!.headers.host).toBe(new URL(url).host);
  });

  it('and what is no address is none', () => {
    expect(['', 'example.com', '1.2.3', '1.2.3.4/8', '93.184.215.14'].map(isPublicAddress)).toEqual([
      false,
      false,
      false,
      false,
      true,
    ]);
  });
});
