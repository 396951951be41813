// Bursar's own server for the benchmark, a process of its own: `startBursarServer` forks this file; run as a process it tells its parent
// where it listens and ends when the parent disconnects.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { fileURLToPath } from 'node:url';
import { hashKey, newKey } from '../src/api/key-secret.ts';
import { buildServer } from '../src/server/app.ts';
import { openStore } from '../src/store/open-store.ts';
import type { TenantAddress } from '../src/store/store.ts';
import { createBenchKey } from './tenant.ts';

export interface BursarServer {
  origin: string;
  key: string;
  pid: number;
  startProfile(): Promise<void>;
  stopProfile(): Promise<Profiler.Profile>;
  close(): Promise<void>;
}

type Request = { profile: 'start' | 'stop' };

interface Settings {
  url: string;
  tenant: TenantAddress;
}

export async function startBursarServer(settings: Settings): Promise<BursarServer> {
  const server = fork(fileURLToPath(import.meta.url));
  const exited = once(server, 'exit');
  server.send(settings);
  const gone = exited.then(([code]) => {
    throw new Error(`Bursar's server ended before it listened (exit code ${code}); its error is printed above`);
  });
  const [{ origin, key }] = (await Promise.race([once(server, 'message'), gone])) as [{ origin: string; key: string }];
  gone.catch(() => undefined);
  const ask = async (request: Request): Promise<unknown> => {
    const answered = once(server, 'message');
    server.send(request);
    return (await Promise.race([answered, gone]))[0];
  };
  return {
    origin,
    key,
    pid: server.pid!,
    async startProfile() {
      await ask({ profile: 'start' });
    },
    async stopProfile() {
      return (await ask({ profile: 'stop' })) as Profiler.Profile;
    },
    async close() {
      if (server.connected) server.disconnect();
      await exited;
    },
  };
}

async function serve({ url, tenant }: Settings): Promise<void> {
  const store = await openStore({ url });
  const key = await createBenchKey(store, tenant);
  const server = await buildServer({ store, operatorKeyHash: hashKey(newKey(0)), logLevel: 'silent' });
  const origin = await server.listen({ host: '127.0.0.1', port: 0 });
  process.send?.({ origin, key });
  const session = new Session();
  process.on('message', async ({ profile }: Request) => {
    if (profile === 'start') {
      session.connect();
      await session.post('Profiler.enable');
      await session.post('Profiler.setSamplingInterval', { interval: 200 });
      await session.post('Profiler.start');
      process.send?.({});
    } else {
      const { profile: seen } = await session.post('Profiler.stop');
      session.disconnect();
      process.send?.(seen);
    }
  });
  process.on('disconnect', async () => {
    await server.close();
    await store.close();
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.once('message', (settings: Settings) => void serve(settings));
