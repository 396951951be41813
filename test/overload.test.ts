// Overload (I14, I12): who is shed first, that nobody is shed for what another does, that queues are bounded, and that all is as before
// when it is over. The rules by themselves, then a real server under a flood.

import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashKey, newOperatorKey } from '../src/api/key-secret.ts';
import { REQUEST_CLASSES, type RequestClass, requestClassOf } from '../src/api/request-class.ts';
import { ROUTES } from '../src/api/routes.ts';
import { Admission, LEAST_ROOM, MOST_ROOM, partsOf } from '../src/server/admission.ts';
import { buildServer } from '../src/server/app.ts';
import { LoopShare } from '../src/server/loop-share.ts';
import type { Pending } from '../src/store/batch.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import { WaitingCommands } from '../src/store/waiting-commands.ts';
import { aDatabase } from './support/a-database.ts';
import { comingOn } from './support/bytes.ts';
import { ACTION, call } from './support/call.ts';

describe('every route has its class', () => {
  const classOf = (operation: string) => requestClassOf(ROUTES.find((row) => row.operation === operation)!);

  it.each([
    ['createReport', 'reports'],
    ['getUsage', 'reports'],
    ['compareViews', 'reports'],
    ['importFile', 'imports'],
    ['createEntitlement', 'management'],
    ['listEnvironments', 'management'],
    ['consumeAction', 'consume'],
    ['consumeBatch', 'consume'],
    ['captureHold', 'consume'],
    ['checkAction', 'check'],
  ])('%s is of %s', (operation, wanted) => expect(classOf(operation)).toBe(wanted));

  it('but how the server is may always be asked', () => {
    expect(ROUTES.filter((row) => requestClassOf(row) === null).map((row) => row.path)).toEqual(['/livez', '/readyz']);
  });
});

describe('admission', () => {
  /** How much one tenant gets in of a class while nothing else goes on. */
  function fill(admission: Admission, tenantId: string, requestClass: RequestClass): number {
    let count = 0;
    for (; admission.admits(tenantId, requestClass); count += 1) admission.begin(tenantId);
    return count;
  }

  it('lets in whatever of a more urgent class, wherever it lets in a less urgent one', () => {
    for (let room = 0; room <= 40; room += 1) {
      for (let own = 0; own <= room + 10; own += 1) {
        const admission = new Admission(40);
        for (let begun = 0; begun < own; begun += 1) admission.begin('own');
        for (let begun = 0; begun < 40 - room; begun += 1) admission.begin('other');
        const admitted = REQUEST_CLASSES.map((each) => admission.admits('own', each));
        expect(admitted, `${own} of ${room}`).toEqual(admitted.toSorted());
      }
    }
  });

  it('sheds reports first, then imports, management, consumption, and checks last', () => {
    const admission = new Admission(1_000);
    const full = REQUEST_CLASSES.map((each) => {
      fill(admission, 'flood', each);
      return admission.underWay;
    });
    expect(full).toEqual([112, 200, 334, 500, 667]);
    expect(full).toEqual(full.toSorted((a, b) => a - b));
  });

  it('leaves room for others whatever one tenant sends, and sheds who has the most first', () => {
    const admission = new Admission(1_000);
    fill(admission, 'flood', 'consume');
    expect(admission.admits('flood', 'consume')).toBe(false);
    expect(fill(admission, 'quiet', 'consume')).toBe(250);
    for (const tenantId of ['a', 'b', 'c']) expect(admission.admits(tenantId, 'consume')).toBe(true);
  });

  it('lets a tenant that has nothing under way in also where the room shrank below what is under way', () => {
    const admission = new Admission(1_000);
    fill(admission, 'flood', 'consume');
    for (let window = 0; window < 50; window += 1) {
      admission.waited(0, 10_000);
      admission.endWindow([]);
    }
    expect(admission.room).toBe(LEAST_ROOM);
    expect(admission.underWay).toBeGreaterThan(admission.room);
    expect(admission.admits('quiet', 'consume')).toBe(true);
    expect(admission.admits('quiet', 'reports')).toBe(false);
    expect(admission.admits('flood', 'check')).toBe(false);
  });

  it('is bounded whatever the number of tenants', () => {
    const admission = new Admission(100);
    for (let tenant = 0; tenant < 10_000; tenant += 1) fill(admission, `tenant ${tenant}`, 'check');
    expect(admission.underWay).toBe(400);
  });

  it('has all its room again once what was under way is done', () => {
    const admission = new Admission(100);
    const done = Array.from({ length: 30 }, (_, index) => admission.begin(`tenant ${index % 3}`, 1 + (index % 5)));
    for (const each of done) each();
    expect(admission.underWay).toBe(0);
    expect(admission.underWayOf('tenant 0')).toBe(0);
  });

  describe('its room follows the time in queue', () => {
    it('shrinks while all that a lane takes has waited long, and grows again when it does not', () => {
      const admission = new Admission();
      fill(admission, 'flood', 'consume');
      admission.waited(1, 900);
      admission.waited(1, 800);
      admission.endWindow([]);
      expect(admission.room).toBe(Math.floor(MOST_ROOM * 0.8));
      for (let window = 0; window < 3; window += 1) {
        admission.waited(1, 3);
        admission.endWindow([]);
      }
      expect(admission.room).toBe(MOST_ROOM);
    });

    it('not while little is under way: then something else takes the time', () => {
      const admission = new Admission();
      for (let begun = 1; begun < LEAST_ROOM; begun += 1) admission.begin('busy');
      admission.waited(1, 900);
      admission.endWindow([]);
      expect(admission.room).toBe(MOST_ROOM);
    });

    it('not for one long wait among short ones', () => {
      const admission = new Admission();
      for (const ms of [900, 2, 900]) admission.waited(1, ms);
      admission.endWindow([]);
      expect(admission.room).toBe(MOST_ROOM);
    });

    it('not for one lane that stands still while another moves', () => {
      const admission = new Admission();
      admission.waited(1, 2);
      admission.endWindow([30_000]);
      expect(admission.room).toBe(MOST_ROOM);
    });

    it('but where nothing moves at all', () => {
      const admission = new Admission();
      fill(admission, 'flood', 'consume');
      admission.endWindow([30_000, 20_000]);
      expect(admission.room).toBeLessThan(MOST_ROOM);
    });
  });

  it('of a flood of refusals the first of a window are quick, then connections rest', () => {
    const admission = new Admission();
    const rests = Array.from({ length: 120 }, () => admission.restMs());
    expect(rests.filter((ms) => ms === 0).length).toBe(100);
    admission.endWindow([]);
    expect(admission.restMs()).toBe(0);
  });

  it('a batch counts by its length, up to a bound', () => {
    expect([0, 200, 2_048, 23_000, 8_000_000].map(partsOf)).toEqual([1, 1, 2, 12, 64]);
  });
});

describe('the queue of a lane', () => {
  let number = 0;
  const command = (tenantId: string): Pending => ({
    tenantId,
    command: { do: 'expire-holds' },
    idempotency: undefined,
    resolve() {},
    reject() {},
    submittedAt: ++number,
  });
  const sizes = (batch: readonly Pending[]) =>
    Object.fromEntries([...Map.groupBy(batch, (each) => each.tenantId)].map(([tenantId, own]) => [tenantId, own.length]));

  it('gives what fits as it came', () => {
    const waiting = new WaitingCommands(20, 10);
    const all = ['a', 'b', 'a', 'c'].map(command);
    for (const each of all) expect(waiting.add(each)).toBe(true);
    expect(waiting.first()).toEqual(all);
    waiting.remove(all.slice(0, 2));
    expect(waiting.first()).toEqual(all.slice(2));
    expect(waiting.oldestSince).toBe(all[2]!.submittedAt);
  });

  it('of a crowd every tenant has its part in the next batch, and who wants less leaves it to the others', () => {
    const waiting = new WaitingCommands(200, 100);
    for (let index = 0; index < 1_000; index += 1) waiting.add(command('flood'));
    for (const tenantId of ['a', 'b', 'b', 'c', 'c', 'c']) waiting.add(command(tenantId));
    expect(sizes(waiting.first())).toEqual({ flood: 94, a: 1, b: 2, c: 3 });
  });

  it('a tenant alone has long batches, and short ones for a while after others were there', () => {
    const waiting = new WaitingCommands(100, 40);
    for (let index = 0; index < 1_000; index += 1) waiting.add(command('alone'));
    expect(waiting.first().length).toBe(100);
    waiting.add(command('other'));
    expect(sizes(waiting.first())).toEqual({ alone: 39, other: 1 });
    const lengths: number[] = [];
    while (waiting.length > 0) {
      const batch = waiting.first();
      waiting.remove(batch);
      lengths.push(batch.length);
    }
    expect(lengths.slice(0, 2)).toEqual([40, 40]);
    for (let index = 0; index < 10_000; index += 1) waiting.add(command('alone'));
    for (let batch = 0; batch < 32; batch += 1) waiting.remove(waiting.first());
    expect(waiting.first().length).toBe(100);
  });

  it('more tenants than a batch has places take turns', () => {
    const waiting = new WaitingCommands(20, 10);
    for (let round = 0; round < 3; round += 1)
      for (let tenant = 0; tenant < 25; tenant += 1) waiting.add(command(`tenant ${tenant}`));
    const served: Record<string, number> = {};
    for (let batch = 0; batch < 5; batch += 1) {
      const taken = waiting.first();
      expect(taken.length).toBe(10);
      for (const { tenantId } of taken) served[tenantId] = (served[tenantId] ?? 0) + 1;
      waiting.remove(taken);
    }
    expect(Object.keys(served).length).toBe(25);
    expect(Math.max(...Object.values(served))).toBeLessThanOrEqual(3);
  });

  it('keeps the order of each tenant and loses nothing, whatever comes and goes', () => {
    const waiting = new WaitingCommands(7, 5);
    const given = new Map<string, Pending[]>();
    const taken = new Map<string, Pending[]>();
    const take = () => {
      const batch = waiting.first();
      waiting.remove(batch);
      for (const each of batch) taken.set(each.tenantId, [...(taken.get(each.tenantId) ?? []), each]);
    };
    let seed = 7;
    const random = (below: number) => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % below;
    };
    for (let step = 0; step < 2_000; step += 1) {
      for (let more = random(9); more > 0; more -= 1) {
        const each = command(`tenant ${random(random(4) === 0 ? 12 : 2)}`);
        waiting.add(each);
        given.set(each.tenantId, [...(given.get(each.tenantId) ?? []), each]);
      }
      take();
    }
    while (waiting.length > 0) take();
    expect(new Map([...taken].sort())).toEqual(new Map([...given].sort()));
  });

  it('is bounded, and always has room for another tenant', () => {
    const waiting = new WaitingCommands(20, 10, 1_000);
    const fill = (tenantId: string) => {
      let count = 0;
      while (waiting.add(command(tenantId))) count += 1;
      return count;
    };
    expect(fill('flood')).toBe(500);
    expect(fill('second')).toBe(250);
    expect(waiting.add(command('third'))).toBe(true);
    for (let tenant = 0; tenant < 5_000; tenant += 1) fill(`tenant ${tenant}`);
    expect(waiting.length).toBeLessThanOrEqual(1_000);
    while (waiting.length > 0) waiting.remove(waiting.first());
    expect(fill('flood')).toBe(500);
  });
});

describe('a server under a flood', () => {
  const ROOM = 24;
  const admission = new Admission(ROOM);
  const closing: (() => Promise<unknown>)[] = [];
  let store: OpenStore;
  let url: string;
  let noisy: string;
  let quiet: string;

  beforeAll(async () => {
    const database = await aDatabase();
    store = await openStore({ url: database.url });
    const operatorKey = newOperatorKey();
    const server = await buildServer({ store, operatorKeyHash: hashKey(operatorKey), logLevel: 'silent', admission });
    url = await server.listen({ host: '127.0.0.1', port: 0 });
    closing.push(
      () => server.close(),
      () => store.close(),
      () => database.drop(),
    );
    const make = async (name: string) => {
      const { body } = await call(url, 'POST /v1/tenants', { key: operatorKey, body: { name } });
      const key: string = body.adminKey;
      const purchase = { product: 'ai-builder-add-on-t1', quantity: 1, purchasedOn: '2025-06-01' };
      expect((await call(url, 'POST /v1/entitlements', { key, body: purchase })).status).toBe(201);
      await call(url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales', type: 'production' } });
      return key;
    };
    [noisy, quiet] = [await make('Noisy'), await make('Quiet')];
  });
  afterAll(async () => {
    for (const close of closing) await close();
  });

  const consume = (key: string) => call(url, 'POST /v1/consumptions', { key, body: ACTION });
  const flood = (calls: number) => Promise.all(Array.from({ length: calls }, () => consume(noisy)));

  it('answers what it sheds with 503, Retry-After and a problem, and takes what it can; a quiet tenant is not shed', async () => {
    const underWay = flood(600);
    const besides: number[] = [];
    for (let index = 0; index < 10; index += 1) besides.push((await consume(quiet)).status);
    const answers = await underWay;
    const shed = answers.filter(({ status }) => status === 503);
    expect(answers.filter(({ status }) => status === 201).length + shed.length).toBe(600);
    expect(shed.length).toBeGreaterThan(0);
    expect(shed.length).toBeLessThan(600);
    for (const { headers, body } of shed) {
      expect(['1', '2']).toContain(headers.get('retry-after'));
      expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(body).toMatchObject({ code: 'Unavailable', status: 503, type: '/problems/Unavailable' });
      expect(body.instance).toBe(`/v1/consumptions#${headers.get('x-request-id')}`);
    }
    expect(besides).toEqual(Array(10).fill(201));
    expect(admission.shed.consume).toBe(shed.length);
  });

  it('does what it admitted, once each, and nothing of what it shed', async () => {
    const consumed = async () =>
      Number(
        (await call(url, 'GET /v1/capacity', { key: noisy })).body.currencies.find(
          (each: { currency: string }) => each.currency === 'ai-builder-credits',
        ).consumed,
      );
    const before = await consumed();
    const answers = await flood(400);
    const admitted = answers.filter(({ status }) => status === 201).length;
    expect(await consumed()).toBe(before + 100 * admitted);
  });

  it('never has more under way than there is room for, and nothing when it is over', async () => {
    let most = 0;
    store.figures.observe({
      taken() {
        most = Math.max(most, admission.underWay);
      },
    });
    const before = process.memoryUsage().rss;
    for (let round = 0; round < 5; round += 1) await flood(300);
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(ROOM);
    expect(admission.underWay).toBe(0);
    expect(store.figures.lanes().every(({ waiting }) => waiting === 0)).toBe(true);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });

  it('sheds reports while it still takes checks, and never how it is', async () => {
    // Half of the room is taken by this tenant, as far as consumption may.
    const tenantId = (await call(url, 'GET /v1/tenant', { key: noisy })).body.id;
    const done = Array.from({ length: ROOM / 2 }, () => admission.begin(tenantId));
    const status = async (methodAndPath: string, body?: object) =>
      (await call(url, methodAndPath, { key: noisy, ...(body ? { body } : {}) })).status;
    expect(await status('GET /v1/reports')).toBe(503);
    expect(await status('GET /v1/imports')).toBe(503);
    expect(await status('GET /v1/environments')).toBe(503);
    expect(await status('POST /v1/consumptions', ACTION)).toBe(503);
    expect(await status('POST /v1/checks', ACTION)).toBe(200);
    expect(await status('GET /livez')).toBe(200);
    expect(await status('GET /readyz')).toBe(200);
    expect((await call(url, 'GET /metrics')).status).toBe(200);
    for (const each of done) each();
    expect(await status('GET /v1/reports')).toBe(200);
  });

  it('keeps a connection of which it shed a request, body and all', async () => {
    const tenantId = (await call(url, 'GET /v1/tenant', { key: noisy })).body.id;
    const done = admission.begin(tenantId, ROOM);
    const { port } = new URL(url);
    const socket = connect(Number(port), '127.0.0.1');
    const received = comingOn(socket);
    const until = async (count: number) => {
      while (received().split('HTTP/1.1 ').length <= count) await delay(5);
      return received().split('HTTP/1.1 ')[count]!.slice(0, 3);
    };
    const body = JSON.stringify({ ...ACTION, userId: 'x'.repeat(100_000) });
    const send = (text: string) =>
      socket.write(
        `POST /v1/consumptions HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${noisy}\r\nContent-Type: application/json\r\nContent-Length: ${text.length}\r\n\r\n${text}`,
      );
    send(body);
    expect(await until(1)).toBe('503');
    done();
    send(JSON.stringify(ACTION));
    expect(await until(2)).toBe('201');
    socket.destroy();
  });

  it('takes everything again when the flood is over', async () => {
    await flood(300);
    for (let index = 0; index < 20; index += 1) expect((await consume(noisy)).status).toBe(201);
  });
});

describe("the event loop's time", () => {
  it('begins so much in a turn, then looks at what else came, and begins first what is of who has the least under way', async () => {
    const admission = new Admission();
    const share = new LoopShare(admission);
    const order: string[] = [];
    const take = (tenantId: string, parts: number, name = tenantId) => share.take(tenantId, parts, () => order.push(name));
    for (const name of ['noisy 1', 'noisy 2', 'noisy 3', 'noisy 4']) take('noisy', 7, name);
    take('quiet', 1);
    expect(order).toEqual(['noisy 1', 'noisy 2']);
    expect([admission.underWayOf('noisy'), admission.underWayOf('quiet')]).toEqual([14, 1]);
    setImmediate(() => order.push('others'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['noisy 1', 'noisy 2', 'quiet', 'noisy 3', 'noisy 4', 'others']);
    expect(admission.underWay).toBe(0);
  });

  it('begins one that is larger than a turn by itself, and at once where nobody waits', async () => {
    const share = new LoopShare(new Admission());
    const order: string[] = [];
    for (const name of ['large', 'second', 'third']) share.take('one', name === 'large' ? 64 : 8, () => order.push(name));
    expect(order).toEqual(['large']);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order).toEqual(['large', 'second', 'third']);
    await new Promise((resolve) => setImmediate(resolve));
    share.take('one', 64, () => order.push('again'));
    expect(order.at(-1)).toBe('again');
  });
});
