// Bursar as `npm start -- --sample` runs it, for the benchmark of the page: a process of its own, with a private PostgreSQL in a folder that
// goes with it, and the tenant Contoso with a year of history.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { benchFolder } from './private-postgres.ts';

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const READY = /^Bursar is ready at (http:\/\/\S+)$/m;
const ADMINISTRATOR = /^ {2}administrator \(sign in with this one\): +(\S+)$/m;

export interface PageServer {
  url: string;
  operatorKey: string;
  /** Of the administrator of Contoso. */
  sampleKey: string;
  stop(): Promise<void>;
}

export async function startPageServer({ scale, log }: { scale: string; log: (line: string) => void }): Promise<PageServer> {
  const folder = await benchFolder('page');
  const operatorKey = `operator-${randomBytes(24).toString('hex')}`;
  const { DATABASE_URL: _, ...env } = process.env;
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'serve', '--sample', scale], {
    env: { ...env, BURSAR_PORT: '0', BURSAR_DATA: join(folder, 'data'), BURSAR_OPERATOR_KEY: operatorKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const stop = async () => {
    if (child.exitCode === null) child.kill('SIGTERM');
    await exited;
    await rm(folder, { recursive: true, force: true });
  };
  let output = '';
  child.stderr!.setEncoding('utf8').on('data', log);
  const ready = new Promise<void>((resolve) => {
    child.stdout!.setEncoding('utf8').on('data', (part: string) => {
      output += part;
      if (READY.test(output)) resolve();
    });
  });
  const ended = exited.then(([code]) => {
    throw new Error(`the server ended with ${code} before it was ready:\n${output}`);
  });
  try {
    await Promise.race([ready, ended]);
    ended.catch(() => {});
    const sampleKey = ADMINISTRATOR.exec(output)?.[1];
    if (sampleKey === undefined) throw new Error(`the server has not said the key of Contoso's administrator:\n${output}`);
    return { url: READY.exec(output)![1]!, operatorKey, sampleKey, stop };
  } catch (error) {
    ended.catch(() => {});
    await stop();
    throw error;
  }
}
