// The stream (M6, N2) over real HTTP: each activity and notice once and in order, whatever is cut, restarted or written elsewhere.

import net from 'node:net';
import type { FastifyInstance } from 'fastify';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Bursar, BursarError } from '../sdk/src/index.ts';
import { hashKey, newKey } from '../src/api/key-secret.ts';
import { streamRoutes } from '../src/api/stream.ts';
import { validatorOf } from '../src/api/validation.ts';
import { buildServer } from '../src/server/app.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import { anAction } from './core/a-ledger.ts';
import { type ADatabase, aDatabase } from './support/a-database.ts';
import { ACTION, call } from './support/call.ts';

interface Running {
  url: string;
  store: OpenStore;
  stop(): Promise<void>;
}

interface Event {
  id: string;
  event?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  data?: any;
}

const operatorKey = newKey(0);
let database: ADatabase;
let server: Running;
const running = new Set<Running>();
const listening = new Set<AbortController>();

beforeAll(async () => {
  database = await aDatabase();
  server = await serve();
});

afterEach(() => {
  for (const controller of listening) controller.abort();
  listening.clear();
});

afterAll(async () => {
  for (const each of running) await each.stop();
  await database.drop();
});

/** A server of its own on the database of this file, as a second process or a restarted one would be. */
async function serve(port = 0): Promise<Running> {
  const store = await openStore({ url: database.url });
  const app: FastifyInstance = await buildServer({ store, operatorKeyHash: hashKey(operatorKey), logLevel: 'silent' });
  const url = await app.listen({ host: '127.0.0.1', port });
  const made: Running = {
    url,
    store,
    async stop() {
      running.delete(made);
      await app.close();
      await store.close();
    },
  };
  running.add(made);
  return made;
}

/** A sandbox with an environment `sales` that has 1,000 of 5,000 AI Builder credits. */
async function aTenant(): Promise<{ id: string; key: string }> {
  const sandbox = { now: '2026-03-10T08:00:00Z' };
  const { body } = await call(server.url, 'POST /v1/tenants', { key: operatorKey, body: { name: 'Contoso', sandbox } });
  const key = body.adminKey;
  await call(server.url, 'POST /v1/environments', { key, body: { id: 'sales', name: 'Sales' } });
  await call(server.url, 'POST /v1/entitlements', { key, body: { product: 'power-automate-premium', quantity: 1 } });
  await allocate(key, '1000');
  return { id: body.id, key };
}

const allocate = (key: string, credits: string) =>
  call(server.url, 'PUT /v1/environments/sales/allocations/ai-builder-credits', { key, body: { credits } });

async function consume(key: string, count = 1, said: object = {}, url = server.url): Promise<void> {
  for (let left = count; left > 0; left -= 1000) {
    const actions = Array.from({ length: Math.min(left, 1000) }, () => ({ ...ACTION, ...said }));
    const { status } = await call(url, 'POST /v1/consumptions/batch', { key, body: { actions } });
    expect(status).toBe(200);
  }
}

async function aKey(admin: string, body: object): Promise<{ id: string; key: string }> {
  return (await call(server.url, 'POST /v1/keys', { key: admin, body })).body;
}

class Stream {
  readonly events: Event[] = [];
  readonly response: Response;
  readonly #controller: AbortController;
  readonly ended: Promise<void>;
  #look: (() => void)[] = [];

  constructor(response: Response, controller: AbortController) {
    this.response = response;
    this.#controller = controller;
    this.ended = this.#read().catch(() => {});
  }

  async #read(): Promise<void> {
    let text = '';
    for await (const part of this.response.body!.pipeThrough(new TextDecoderStream())) {
      text += part;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      this.events.push(...blocks.map(eventOf));
      for (const look of this.#look.splice(0)) look();
    }
  }

  /** Of one kind, in the order in which they came. */
  of(event: string): Event[] {
    return this.events.filter((each) => each.event === event);
  }

  get sequences(): number[] {
    return this.of('activity').map(({ data }) => data.sequence);
  }

  get lastId(): string {
    return this.events.at(-1)!.id;
  }

  async until(isThere: () => boolean): Promise<void> {
    const ended = this.ended.then(() => true);
    while (!isThere()) {
      const { promise, resolve } = Promise.withResolvers<boolean>();
      this.#look.push(() => resolve(false));
      if ((await Promise.race([promise, ended])) && !isThere())
        throw new Error(`the stream ended after ${JSON.stringify(this.events.at(-1))}`);
    }
  }

  async leave(): Promise<void> {
    this.#controller.abort();
    await this.ended;
  }
}

function eventOf(block: string): Event {
  const fields = block.split('\n').flatMap((line) => {
    const [name, ...rest] = line.split(': ');
    return name === 'id' || name === 'event' || name === 'data' ? [[name, rest.join(': ')]] : [];
  });
  const { data, ...event } = Object.fromEntries(fields);
  return data === undefined ? event : { ...event, data: JSON.parse(data) };
}

/** Resolves once the stream has begun: what happens from then on is in it. */
async function listen(key: string, options: { query?: string; after?: string; url?: string } = {}): Promise<Stream> {
  const controller = new AbortController();
  listening.add(controller);
  const response = await fetch(`${options.url ?? server.url}/v1/stream${options.query ?? ''}`, {
    headers: { authorization: `Bearer ${key}`, ...(options.after ? { 'last-event-id': options.after } : {}) },
    signal: controller.signal,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
  const stream = new Stream(response, controller);
  await stream.until(() => stream.events.length > 0);
  return stream;
}

const upTo = (count: number, from = 1) => Array.from({ length: count - from + 1 }, (_, index) => from + index);

describe('a stream', () => {
  it('begins with what happens now, and has each action as the list shows it', async () => {
    const { key } = await aTenant();
    await consume(key, 2);
    const stream = await listen(key);
    await consume(key, 3);
    await stream.until(() => stream.sequences.length === 3);
    const { body } = await call(server.url, 'GET /v1/activity?limit=3', { key });
    expect(stream.of('activity').map(({ data }) => data)).toEqual(body.value.reverse());
    expect(stream.events[0]).toEqual({ id: 'a2.n0' });
  });

  it('goes on after the id that it is given, in the header or the query, without loss or repetition', async () => {
    const { key } = await aTenant();
    await consume(key, 250);
    const whole = await listen(key, { query: '?after=a0.n0' });
    await whole.until(() => whole.sequences.length === 250);
    expect(whole.sequences).toEqual(upTo(250));
    const ids = whole.of('activity').map(({ id }) => id);
    for (const after of [ids[0]!, ids[99]!, ids[100]!, ids[248]!]) {
      const { sequence } = whole.of('activity').find(({ id }) => id === after)!.data;
      const byHeader = await listen(key, { after, query: '?after=a0.n0' });
      const byQuery = await listen(key, { query: `?after=${after}` });
      for (const stream of [byHeader, byQuery]) {
        await stream.until(() => stream.sequences.at(-1) === 250);
        expect(stream.sequences).toEqual(upTo(250, sequence + 1));
        await stream.leave();
      }
    }
  });

  it('takes the filters of the list, and comes past what they leave out', async () => {
    const { key } = await aTenant();
    await consume(key, 5_200);
    await consume(key, 1, { userId: 'bob' });
    const stream = await listen(key, { query: '?after=a0.n0&userId=bob' });
    await stream.until(() => stream.sequences.length === 1);
    expect(stream.sequences).toEqual([5_201]);
    expect((await call(server.url, 'GET /v1/stream?colour=red', { key })).status).toBe(422);
  });

  it('refuses ids that are none, or of another stream', async () => {
    const { key } = await aTenant();
    for (const after of ['sales', 'a1', 'a-1.n0', 'a1.n0x']) {
      const { status, body } = await call(server.url, `GET /v1/stream?after=${after}`, { key });
      expect([status, body.errors[0].pointer]).toEqual([422, '/after']);
      expect((await call(server.url, 'GET /v1/stream', { key, headers: { 'last-event-id': after } })).status).toBe(422);
    }
    const beyond = await call(server.url, 'GET /v1/stream?after=a5.n0', { key });
    expect([beyond.status, beyond.body.detail]).toEqual([422, expect.stringContaining('beyond the end')]);
  });

  it('tells that something else has changed, once a second at most', async () => {
    const { key } = await aTenant();
    const stream = await listen(key);
    const firstAt = stream.until(() => stream.of('capacity').length === 1).then(() => performance.now());
    const secondAt = stream.until(() => stream.of('capacity').length === 2).then(() => performance.now());
    for (let credits = 1; credits <= 20; credits += 1) await allocate(key, String(credits));
    expect((await secondAt) - (await firstAt)).toBeGreaterThan(500);
    expect(stream.of('capacity')[0]!.data).toEqual({ now: '2026-03-10T08:00:00Z' });
    expect(stream.of('activity')).toEqual([]);
  });

  it('has the notices as the list shows them, in the ids that follow', async () => {
    const { key } = await aTenant();
    const stream = await listen(key);
    await consume(key, 9);
    await stream.until(() => stream.of('notice').length === 1 && stream.sequences.length === 9);
    const [told] = stream.of('notice');
    const { body } = await call(server.url, 'GET /v1/notices', { key });
    expect(told!.data).toEqual(body.value[0]);
    expect(told!.data).toMatchObject({ kind: 'near-capacity', environmentId: 'sales' });
    expect(stream.lastId).toBe('a9.n1');
    await stream.until(() => stream.of('capacity').length === 1);
    const validate = validatorOf(streamRoutes[0]!.responses[200]!);
    for (const event of stream.events) if (event.data) expect(validate(event)).toBeNull();
    const again = await listen(key, { after: 'a9.n0' });
    await again.until(() => again.of('notice').length === 1);
    expect(again.of('notice')[0]!.data).toEqual(told!.data);
  });

  it('answers HEAD with its headers and ends', async () => {
    const { key } = await aTenant();
    const response = await fetch(`${server.url}/v1/stream`, { method: 'HEAD', headers: { authorization: `Bearer ${key}` } });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });
});

describe('nothing is lost or repeated', () => {
  it('across a restart of the server', async () => {
    const { key } = await aTenant();
    const first = await serve();
    const before = await listen(key, { url: first.url });
    await consume(key, 30, {}, first.url);
    await before.until(() => before.sequences.length >= 10);
    await first.stop();
    await before.ended;
    await consume(key, 30);
    const second = await serve();
    const after = await listen(key, { url: second.url, after: before.lastId });
    await consume(key, 30, {}, second.url);
    await after.until(() => after.sequences.at(-1) === 90);
    expect([...before.sequences, ...after.sequences]).toEqual(upTo(90));
    await second.stop();
  });

  it('where two processes write to one tenant at the same time', async () => {
    const { id, key } = await aTenant();
    const other = await openStore({ url: database.url });
    const tenant = { cell: other.cellOf(id), tenantId: id };
    const here = await listen(key);
    const there = await serve();
    const elsewhere = await listen(key, { url: there.url });
    const write = async (store: OpenStore) => {
      for (let turn = 0; turn < 40; turn += 1) {
        const one = () => store.submit(tenant, { do: 'consume', id: store.newId(), action: anAction() });
        await Promise.all([one(), one(), one()]);
      }
    };
    await Promise.all([write(server.store), write(other)]);
    for (const stream of [here, elsewhere]) {
      await stream.until(() => stream.sequences.length === 240);
      expect(stream.sequences).toEqual(upTo(240));
    }
    // What only the other process writes is found by polling.
    await other.submit(tenant, { do: 'consume', id: other.newId(), action: anAction() });
    await here.until(() => here.sequences.at(-1) === 241);
    await there.stop();
    await other.close();
  });

  it('where the connection is cut again and again', async () => {
    const { key } = await aTenant();
    const writing = (async () => {
      for (let turn = 0; turn < 60; turn += 1) await consume(key, 5);
    })();
    const sequences: number[] = [];
    let after = 'a0.n0';
    while (sequences.length < 300) {
      const stream = await listen(key, { after });
      await stream.until(() => stream.sequences.length > 0);
      await stream.leave();
      sequences.push(...stream.sequences);
      after = stream.lastId;
    }
    await writing;
    expect(sequences).toEqual(upTo(300));
  });
});

describe('a slow reader', () => {
  /** A socket that has asked for the stream and takes nothing until it is resumed. */
  async function aSlowReader(key: string, query: string): Promise<net.Socket> {
    const socket = net.connect(Number(new URL(server.url).port), '127.0.0.1');
    socket.pause();
    socket.write(`GET /v1/stream${query} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n\r\n`);
    return socket;
  }

  it('costs a bounded part of the history, and gets all of it once it reads', async () => {
    const { key } = await aTenant();
    const resource = { type: 'flow', id: 'f', name: 'n'.repeat(256) };
    await consume(key, 12_000, { resource });
    // What goes over the wire is counted. Nothing is replaced.
    let pages = 0;
    const query = pg.Client.prototype.query as (...given: unknown[]) => unknown;
    pg.Client.prototype.query = function counted(this: pg.Client, ...given: unknown[]) {
      if ((given[0] as { name?: string }).name === 'activity-oldest-first') pages += 1;
      return query.apply(this, given);
    } as typeof pg.Client.prototype.query;
    const slow = await aSlowReader(key, '?after=a0.n0');
    const quick = await listen(key, { query: '?after=a0.n0' });
    await quick.until(() => quick.sequences.length === 12_000);
    const readByBoth = pages;
    pg.Client.prototype.query = query as typeof pg.Client.prototype.query;
    // 120 pages for the one that reads; the other has filled the buffers between it and the server, and waits.
    expect(readByBoth).toBeLessThan(120 + 100);
    const parts: string[] = [];
    slow.setEncoding('utf8').resume();
    for await (const part of slow) {
      parts.push(part);
      if (/id: a12000\.n/.test(parts.slice(-2).join(''))) break;
    }
    const ids = [...parts.join('').matchAll(/^id: a(\d+)\.n\d+\nevent: activity$/gm)].map(([, number]) => Number(number));
    expect(ids).toEqual(upTo(12_000));
    slow.destroy();
  });

  it('does not keep the server from closing, and neither do others', async () => {
    const { key } = await aTenant();
    await consume(key, 12_000, { resource: { type: 'flow', id: 'f', name: 'n'.repeat(256) } });
    const leaving = await serve();
    const socket = net.connect(Number(new URL(leaving.url).port), '127.0.0.1');
    socket.on('error', () => {});
    socket.pause();
    socket.write(`GET /v1/stream?after=a0.n0 HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n\r\n`);
    const quick = await listen(key, { url: leaving.url, query: '?after=a0.n0' });
    const idle = await listen(key, { url: leaving.url });
    const silent = net.connect(Number(new URL(leaving.url).port), '127.0.0.1');
    silent.on('error', () => {});
    await new Promise((resolve) => silent.once('connect', resolve));
    await quick.until(() => quick.sequences.length === 12_000);
    const before = performance.now();
    await leaving.stop();
    expect(performance.now() - before).toBeLessThan(5_000);
    await quick.ended;
    await idle.ended;
    socket.destroy();
  });
});

describe('a key sees in a stream what it sees in lists', () => {
  it("a maker: its own activity, notices of environments, not those of others' limits", async () => {
    const { key } = await aTenant();
    for (const userId of ['ada', 'bob']) {
      const body = { scope: { userId }, currency: 'ai-builder-credits', monthly: '300' };
      expect((await call(server.url, `PUT /v1/limits/${userId}`, { key, body })).status).toBe(200);
    }
    const maker = await aKey(key, { role: 'maker', userId: 'ada' });
    const stream = await listen(maker.key);
    const all = await listen(key);
    for (const userId of ['bob', 'ada', 'bob', 'ada']) await consume(key, 3, { userId });
    await all.until(() => all.sequences.length === 12);
    await stream.until(() => stream.sequences.length === 6);
    expect(stream.sequences).toEqual([4, 5, 6, 10, 11, 12]);
    expect(new Set(stream.of('activity').map(({ data }) => data.userId))).toEqual(new Set(['ada']));
    await stream.until(() => stream.of('notice').length >= 4);
    const { body } = await call(server.url, 'GET /v1/notices', { key: maker.key });
    expect(stream.of('notice').map(({ data }) => data)).toEqual(body.value.reverse());
    expect(stream.of('notice').map(({ data }) => data.limitId)).not.toContain('bob');
    expect((await call(server.url, 'GET /v1/stream?userId=bob', { key: maker.key })).status).toBe(403);
  });

  it('an environment administrator: activity and notices of its own environments', async () => {
    const { key } = await aTenant();
    await call(server.url, 'POST /v1/environments', { key, body: { id: 'elsewhere', name: 'Elsewhere' } });
    for (const environmentId of ['sales', 'elsewhere']) {
      const body = { scope: { environmentId }, currency: 'ai-builder-credits', monthly: '300' };
      expect((await call(server.url, `PUT /v1/limits/${environmentId}`, { key, body })).status).toBe(200);
    }
    const administrator = await aKey(key, { role: 'environment-admin', environmentIds: ['sales'] });
    const stream = await listen(administrator.key);
    const all = await listen(key);
    for (const environmentId of ['elsewhere', 'sales', 'elsewhere', 'sales']) await consume(key, 5, { environmentId });
    await all.until(() => all.sequences.length === 20);
    await stream.until(() => stream.sequences.length === 10);
    expect(new Set(stream.of('activity').map(({ data }) => data.environmentId))).toEqual(new Set(['sales']));
    const { body } = await call(server.url, 'GET /v1/notices', { key: administrator.key });
    expect(body.value.length).toBeGreaterThan(0);
    await stream.until(() => stream.of('notice').length >= body.value.length);
    expect(stream.of('notice').map(({ data }) => data)).toEqual(body.value.reverse());
    expect(JSON.stringify(all.of('notice'))).toContain('elsewhere');
    expect(JSON.stringify(stream.of('notice'))).not.toContain('elsewhere');
  });

  it('nobody: anything of another tenant', async () => {
    const [mine, other] = [await aTenant(), await aTenant()];
    const stream = await listen(mine.key);
    await consume(other.key, 5);
    await allocate(other.key, '10');
    await consume(mine.key, 1, { userId: 'mine' });
    await stream.until(() => stream.of('capacity').length === 1);
    expect(stream.of('activity').map(({ data }) => data.userId)).toEqual(['mine']);
    expect(stream.lastId).toBe('a1.n0');
  });

  it('a service key: nothing', async () => {
    const { key } = await aTenant();
    const service = await aKey(key, { role: 'service' });
    expect((await call(server.url, 'GET /v1/stream', { key: service.key })).status).toBe(403);
  });

  it('until it is revoked', async () => {
    const { key } = await aTenant();
    const reader = await aKey(key, { role: 'reader' });
    const stream = await listen(reader.key);
    const other = await listen(key);
    const before = performance.now();
    await call(server.url, `DELETE /v1/keys/${reader.id}`, { key });
    await stream.ended;
    expect(performance.now() - before).toBeLessThan(6_000);
    await consume(key, 1);
    await other.until(() => other.sequences.length === 1);
    expect(stream.sequences).toEqual([]);
  });
});

it('one tenant cannot take all the streams of a server', async () => {
  const { key } = await aTenant();
  const many = await Promise.all(Array.from({ length: 250 }, () => listen(key)));
  const refused = await call(server.url, 'GET /v1/stream', { key });
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
  await consume(key, 1);
  for (const stream of many) await stream.until(() => stream.sequences.length === 1);
  await many[0]!.leave();
  const other = await aTenant();
  expect((await listen(other.key)).events.length).toBeGreaterThan(0);
});

describe('the SDK', () => {
  it('goes on by itself after the server was away', async () => {
    const { id, key } = await aTenant();
    const first = await serve();
    const bursar = new Bursar({ url: first.url, key });
    const tenant = { cell: server.store.cellOf(id), tenantId: id };
    const write = async (count: number) => {
      for (let left = count; left > 0; left -= 1)
        await server.store.submit(tenant, { do: 'consume', id: server.store.newId(), action: anAction() });
    };
    await write(5);
    const sequences: number[] = [];
    let restarted: Promise<Running> | null = null;
    for await (const event of bursar.stream({ after: 'a0.n0' })) {
      if (event.event !== 'activity') continue;
      sequences.push(event.data.sequence);
      if (sequences.length === 20) break;
      if (sequences.length !== 5) continue;
      await first.stop();
      await write(15);
      restarted = serve(Number(new URL(first.url).port));
    }
    expect(sequences).toEqual(upTo(20));
    await (await restarted)!.stop();
  });

  it('throws what refuses it, and ends with its signal', async () => {
    const { key } = await aTenant();
    const wrong = new Bursar({ url: server.url, key }).stream({ after: 'a9.n0' }).next();
    await expect(wrong).rejects.toThrow(BursarError);
    const controller = new AbortController();
    const stream = new Bursar({ url: server.url, key }).stream({ signal: controller.signal });
    const next = stream.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});
