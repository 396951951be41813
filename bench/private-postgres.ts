// The private PostgreSQL of a benchmark, as Bursar runs it, in a folder that goes with it.

import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPrivatePostgres } from '../src/store/private-postgres.ts';

export interface BenchPostgres {
  /** Another one after a restart. */
  readonly url: string;
  /** The process id of the parent of all its processes. */
  postmaster(): Promise<number>;
  /** Stops it in good order and starts it again. */
  restart(): Promise<void>;
}

/** A new folder of this machine's for what passes, which PostgreSQL can enter as another user; whoever asks for it removes it. */
export async function benchFolder(name: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `bursar-bench-${name}-`));
  await chmod(folder, 0o755);
  return folder;
}

/** `await withPostgres('verify', ({ url }) => bench(url))`: on one that is stopped and removed afterwards. */
export async function withPostgres(name: string, use: (postgres: BenchPostgres) => Promise<void>): Promise<void> {
  const folder = await benchFolder(name);
  const start = () => startPrivatePostgres({ folder: join(folder, 'data'), explicit: true, log: console.error });
  let running = await start();
  try {
    await use({
      get url() {
        return running.url;
      },
      async postmaster() {
        return Number((await readFile(join(running.folder, 'postgresql', 'postmaster.pid'), 'utf8')).split('\n')[0]);
      },
      async restart() {
        await running.stop();
        running = await start();
      },
    });
  } finally {
    await running.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
