// `bursar serve` as a process of its own on a database that is given, to be killed.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY = /^Bursar is ready at (https?:\/\/\S+)$/m;

/** Tests send as fast as they can, from one address. */
export const NO_RATES = { BURSAR_REQUESTS_PER_SECOND_PER_KEY: '0', BURSAR_REQUESTS_PER_SECOND_PER_ADDRESS: '0' };

export interface AProcess {
  url: string;
  output(): string;
  /** Bytes of memory that it holds now. */
  memory(): Promise<number>;
  /** Sends a signal and answers the exit code once it has ended. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

export async function aProcess(
  databaseUrl: string,
  operatorKey: string,
  settings: Record<string, string> = NO_RATES,
): Promise<AProcess> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...process.env, ...settings, BURSAR_PORT: '0', DATABASE_URL: databaseUrl, BURSAR_OPERATOR_KEY: operatorKey },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const exited = once(child, 'exit').then(([code]) => code as number | null);
  const url = await new Promise<string>((resolve, reject) => {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.setEncoding('utf8').on('data', (part: string) => {
        output += part;
        const ready = READY.exec(output);
        if (ready) resolve(ready[1]!);
      });
    }
    void exited.then((code) => reject(new Error(`ended with ${code} before it was ready:\n${output}`)));
  });
  return {
    url,
    output: () => output,
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8');
      return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
    },
    async end(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}
