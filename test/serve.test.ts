// `bursar serve` as a user meets it: real processes, real signals, a data folder of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aDatabase } from './support/a-database.ts';
import { OWN_PAGE } from './support/call.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const READY = /^Bursar is ready at (http:\/\/\S+)$/m;
const isRoot = process.getuid?.() === 0;

interface Running {
  process: ChildProcess;
  url: string;
  output: () => string;
  /** Sends a signal and answers the exit code once it has ended. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

let folder: string;
const started: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-serve-'));
  await chmod(folder, 0o755);
});

afterAll(async () => {
  for (const child of started) if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

function launch(
  settings: Record<string, string>,
  options: { uid?: number; gid?: number } = {},
): { child: ChildProcess; output: () => string } {
  const { DATABASE_URL: _, ...rest } = process.env;
  const child = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...rest, BURSAR_PORT: '0', ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options,
  });
  started.push(child);
  let text = '';
  for (const stream of [child.stdout!, child.stderr!])
    stream.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
  return { child, output: () => text };
}

async function start(settings: Record<string, string>, options: { uid?: number; gid?: number } = {}): Promise<Running> {
  const { child, output } = launch(settings, options);
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    const look = () => {
      const ready = READY.exec(output());
      if (ready) resolve(ready[1]!);
    };
    child.stdout!.on('data', look);
    child.stderr!.on('data', look);
    void exited.then((code) => reject(new Error(`ended with ${code} before it was ready:\n${output()}`)));
  });
  return {
    process: child,
    url,
    output,
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

async function refusedStart(settings: Record<string, string>): Promise<{ code: number; output: string }> {
  const { child, output } = launch(settings);
  const [code] = await once(child, 'exit');
  return { code, output: output() };
}

function keysIn(output: string): { operator: string | undefined; admin: string | undefined } {
  return {
    operator: /operator key.*: +(\S+)$/m.exec(output)?.[1],
    admin: /administrator of tenant.*: +(\S+)$/m.exec(output)?.[1],
  };
}

async function call(
  running: Running,
  key: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: Record<string, unknown>; headers: Headers }> {
  const answer = await fetch(running.url + path, {
    method,
    headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown>, headers: answer.headers };
}

const action = (key: string) => ({
  idempotencyKey: key,
  environmentId: 'sales',
  userId: 'ada',
  caller: 'agent',
  capability: 'classic-answer',
  usage: { responses: 1 },
});

/** The postmaster of a data folder. */
async function postmaster(data: string): Promise<number> {
  return Number((await readFile(join(data, 'postgresql', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('bursar serve', () => {
  it('starts on an empty folder, says its keys this once, works, stops in good order, and starts again', async () => {
    const data = join(folder, 'first');
    const first = await start({ BURSAR_DATA: data });
    const { operator, admin } = keysIn(first.output());
    expect(operator).toMatch(/^\S{40,}$/);
    expect(admin).toMatch(/^bursar_/);
    // Somebody becomes the first administrator by a link, which is there once.
    const link = /^ {2}(http\S+\/invitation)#(bursar-invite_\S+)$/m.exec(first.output())!;
    expect(link[1]).toBe(`${first.url}/invitation`);
    expect((await fetch(link[1]!, { headers: { accept: 'text/html' } })).status).toBe(200);
    const accept = (password: string) =>
      fetch(`${first.url}/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...OWN_PAGE },
        body: JSON.stringify({ invitation: link[2], email: 'ada@contoso.com', name: 'Ada', password }),
      });
    expect((await accept('marmot teapot gravel')).status).toBe(201);
    expect((await accept('marmot teapot gravel')).status).toBe(401);
    expect((await fetch(`${first.url}/`)).status).toBe(200);
    expect((await fetch(`${first.url}/docs`)).status).toBe(200);
    expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
    await call(first, admin!, 'POST', '/v1/environments', { id: 'sales', name: 'Sales' });
    await call(first, admin!, 'POST', '/v1/entitlements', { product: 'copilot-credit-pack', quantity: 1 });
    const consumed = await call(first, admin!, 'POST', '/v1/consumptions', action('one'));
    expect(consumed.status).toBe(201);
    const pid = await postmaster(data);
    expect(await first.end('SIGINT')).toBe(0);
    expect(isAlive(pid)).toBe(false);

    const second = await start({ BURSAR_DATA: data });
    expect(keysIn(second.output())).toEqual({ operator: undefined, admin: undefined });
    expect(second.output()).not.toContain('bursar-invite_');
    const again = await call(second, admin!, 'POST', '/v1/consumptions', action('one'));
    expect(again.headers.get('idempotency-replayed')).toBe('true');
    expect(again.body.id).toBe(consumed.body.id);

    const third = await refusedStart({ BURSAR_DATA: data });
    expect(third.code).toBe(2);
    expect(third.output).toContain(String(second.process.pid));
    expect(await second.end()).toBe(0);
  });

  it('recovers from kill -9 of Bursar, of its database, and of both; what was acknowledged is there', async () => {
    const data = join(folder, 'killed');
    let running = await start({ BURSAR_DATA: data });
    const { admin } = keysIn(running.output());
    await call(running, admin!, 'POST', '/v1/environments', { id: 'sales', name: 'Sales' });
    await call(running, admin!, 'POST', '/v1/entitlements', { product: 'copilot-credit-pack', quantity: 10 });
    const acknowledged: string[] = [];
    const consume = async (key: string) => {
      const answer = await call(running, admin!, 'POST', '/v1/consumptions', action(key));
      if (answer.status === 201) acknowledged.push(key);
      return answer;
    };
    await Promise.all(Array.from({ length: 20 }, (_, index) => consume(`a${index}`)));
    await running.end('SIGKILL');

    running = await start({ BURSAR_DATA: data });
    await consume('b');
    const first = await postmaster(data);
    process.kill(first, 'SIGKILL');
    // While it is away the answer is 503 with Retry-After; then it heals without a restart of Bursar.
    const deadline = Date.now() + 20_000;
    let answer = await consume('c');
    const statuses = new Set([answer.status]);
    while (answer.status !== 201 && Date.now() < deadline) {
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toBeTruthy();
      answer = await consume('c');
      statuses.add(answer.status);
    }
    expect(statuses).toContain(201);

    // A connection lives a little longer than its postmaster: the first answer may have come over it.
    await expect
      .poll(() => postmaster(data).catch(() => 0), { timeout: 20_000 })
      .toSatisfy((pid: number) => pid > 0 && pid !== first);
    const pid = await postmaster(data);
    running.process.kill('SIGKILL');
    process.kill(pid, 'SIGKILL');
    await once(running.process, 'exit');
    running = await start({ BURSAR_DATA: data });
    const usage = await call(running, admin!, 'GET', '/v1/capacity');
    const copilot = (usage.body.currencies as { currency: string; consumed: string }[]).find(
      (each) => each.currency === 'copilot-credits',
    );
    expect(Number(copilot!.consumed)).toBe(new Set(acknowledged).size);
    expect(await running.end()).toBe(0);
  });

  it('SIGTERM under load finishes what was accepted', async () => {
    const data = join(folder, 'loaded');
    const running = await start({ BURSAR_DATA: data });
    const { admin } = keysIn(running.output());
    await call(running, admin!, 'POST', '/v1/environments', { id: 'sales', name: 'Sales' });
    await call(running, admin!, 'POST', '/v1/entitlements', { product: 'copilot-credit-pack', quantity: 10 });
    const acknowledged: string[] = [];
    let number = 0;
    const callers = Array.from({ length: 16 }, async () => {
      for (;;) {
        const key = `load-${number++}`;
        const answer = await call(running, admin!, 'POST', '/v1/consumptions', action(key)).catch(() => null);
        if (!answer) return;
        if (answer.status === 201) acknowledged.push(key);
        else expect(answer.status).toBe(503);
        if (acknowledged.length === 200) running.process.kill('SIGTERM');
      }
    });
    const [code] = await once(running.process, 'exit');
    await Promise.all(callers);
    expect(code).toBe(0);
    expect(acknowledged.length).toBeGreaterThanOrEqual(200);

    const next = await start({ BURSAR_DATA: data });
    const replays = await Promise.all(acknowledged.map((key) => call(next, admin!, 'POST', '/v1/consumptions', action(key))));
    expect(replays.filter((answer) => answer.headers.get('idempotency-replayed') !== 'true')).toEqual([]);
    await next.end();
  });

  it('uses the PostgreSQL of DATABASE_URL, and an operator key that is given', async () => {
    const database = await aDatabase();
    const operatorKey = 'an-operator-key-of-my-own';
    const running = await start({ DATABASE_URL: database.url, BURSAR_OPERATOR_KEY: operatorKey });
    expect(running.output()).not.toContain('operator key (');
    const tenant = await call(running, operatorKey, 'POST', '/v1/tenants', { name: 'Contoso' });
    expect(tenant.status).toBe(201);
    expect(await running.end()).toBe(0);
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    expect((await client.query('select count(*)::int as count from tenant')).rows).toEqual([{ count: 2 }]);
    await client.end();
    await database.drop();
  });

  it('says what is wrong with a setting', async () => {
    expect(await refusedStart({ BURSAR_PORT: 'eighty' })).toMatchObject({
      code: 2,
      output: expect.stringContaining('BURSAR_PORT'),
    });
    expect(await refusedStart({ DATABASE_URL: 'mysql://x' })).toMatchObject({
      code: 2,
      output: expect.stringContaining('DATABASE_URL'),
    });
    expect(await refusedStart({ DATABASE_URL: 'postgres://127.0.0.1:1/none' })).toMatchObject({
      code: 2,
      output: expect.stringContaining('DATABASE_URL'),
    });
    expect(await refusedStart({ BURSAR_OPERATOR_KEY: 'short' })).toMatchObject({
      code: 2,
      output: expect.stringContaining('20 characters'),
    });
  });

  it('runs for an ordinary user', async (context) => {
    if (!isRoot) return context.skip('this run is one of an ordinary user already');
    const nobody = 65_534;
    const own = join(folder, 'ordinary');
    await mkdir(own);
    await chown(own, nobody, nobody);
    const canRead = await new Promise<boolean>((resolve) => {
      const look = spawn(process.execPath, ['-e', `require('node:fs').accessSync(${JSON.stringify(MAIN)}, ${constants.R_OK})`], {
        uid: nobody,
        gid: nobody,
        stdio: 'ignore',
      });
      look.on('error', () => resolve(false)).on('exit', (code) => resolve(code === 0));
    });
    if (!canRead) return context.skip('an ordinary user may not read this clone');
    accessSync(MAIN, constants.R_OK);
    const running = await start({ BURSAR_DATA: join(own, 'data'), HOME: own }, { uid: nobody, gid: nobody });
    expect((await fetch(`${running.url}/readyz`)).status).toBe(200);
    expect(await running.end()).toBe(0);
  });
});
