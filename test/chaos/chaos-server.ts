// `bursar serve` as a process that is killed, on a database that is given or on a data folder of its own; and a client that loads it.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { NO_RATES } from '../support/a-process.ts';
import type { ClientLog } from './client-log.ts';

const MAIN = fileURLToPath(new URL('../../src/main.ts', import.meta.url));
const READY = /^Bursar is ready at (http:\/\/\S+)$/m;
export const OPERATOR_KEY = 'an-operator-key-for-chaos';

export interface ChaosServer {
  url: string;
  output(): string;
  /** Sends a signal; answers the exit code (null: killed) and how long it took. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<{ code: number | null; milliseconds: number }>;
}

/** `place`: DATABASE_URL or BURSAR_DATA. */
export async function startChaosServer(place: { DATABASE_URL: string } | { BURSAR_DATA: string }): Promise<ChaosServer> {
  const { DATABASE_URL: _, ...rest } = process.env;
  const child: ChildProcess = spawn(process.execPath, [MAIN, 'serve'], {
    env: { ...rest, ...NO_RATES, BURSAR_PORT: '0', BURSAR_OPERATOR_KEY: OPERATOR_KEY, ...place },
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
    async end(signal) {
      const began = performance.now();
      child.kill(signal);
      const code = await exited;
      return { code, milliseconds: performance.now() - began };
    },
  };
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it
  body: any;
  replayed: boolean;
}

/** null: no answer. */
export async function send(url: string, key: string, methodAndPath: string, body?: unknown): Promise<Answer | null> {
  const [method, path] = methodAndPath.split(' ');
  try {
    const answer = await fetch(url + path, {
      method: method!,
      headers: { authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: text ? JSON.parse(text) : null,
      replayed: answer.headers.get('idempotency-replayed') === 'true',
    };
  } catch {
    return null;
  }
}

export interface ChaosTenant {
  id: string;
  key: string;
}

let made = 0;

/** A live tenant with an environment `sales` and 25,000,000 Copilot Credits a month; with `cap`, only so many and never more. */
export async function aChaosTenant(url: string, cap?: number): Promise<ChaosTenant> {
  made += 1;
  const done = async (key: string, methodAndPath: string, body: unknown) => {
    const answer = await send(url, key, methodAndPath, body);
    if (!answer || answer.status >= 300) throw new Error(`${methodAndPath} answers ${JSON.stringify(answer)}`);
    return answer.body;
  };
  const { id, adminKey: key } = await done(OPERATOR_KEY, 'POST /v1/tenants', { name: `Chaos ${made}` });
  await done(key, 'POST /v1/environments', { id: 'sales', name: 'Sales' });
  await done(key, 'POST /v1/entitlements', { product: 'copilot-credit-pack', quantity: 1000 });
  if (cap !== undefined) {
    await done(key, 'PATCH /v1/tenant/settings', { enforcement: { admission: 'never-exceed', blockAtPercent: 100 } });
    await done(key, 'PATCH /v1/environments/sales', { drawFromTenantPool: false });
    await done(key, 'PUT /v1/environments/sales/allocations/copilot-credits', { credits: String(cap) });
  }
  return { id, key };
}

export function chaosAction(idempotencyKey: string, responses = 1): object {
  return {
    idempotencyKey,
    environmentId: 'sales',
    userId: 'ada',
    caller: 'agent',
    capability: 'classic-answer',
    usage: { responses },
  };
}

export interface Load {
  acknowledged(): number;
  /** Whether a status was seen so far. */
  saw(status: number): boolean;
  /** Resolves when so many more are acknowledged, or everybody has given up. */
  reach(acknowledged: number): Promise<void>;
  /** Asks its callers to stop, and waits for them; answers the statuses that were seen. */
  stop(): Promise<Map<number, number>>;
}

/** Callers that each send one action after the other. Without an answer they give up, unless `stubborn`: then they send it again. */
export function startLoad(
  url: () => string,
  tenant: ChaosTenant,
  log: ClientLog,
  { prefix, callers = 8, stubborn = false }: { prefix: string; callers?: number; stubborn?: boolean },
): Load {
  let stopped = false;
  let number = 0;
  let acknowledged = 0;
  const statuses = new Map<number, number>();
  let tell: () => void = () => {};
  const work = async () => {
    while (!stopped) {
      number += 1;
      const key = `${prefix}${number}`;
      log.attempt(key);
      for (;;) {
        const answer = await send(url(), tenant.key, 'POST /v1/consumptions', chaosAction(key));
        const status = answer?.status ?? 0;
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        if (status === 201) {
          await log.acknowledge(key);
          acknowledged += 1;
          tell();
          break;
        }
        if (!answer && !stubborn) return;
        if (stopped || !stubborn) break;
      }
    }
  };
  const working = Promise.all(Array.from({ length: callers }, work)).then(() => tell());
  return {
    acknowledged: () => acknowledged,
    saw: (status) => statuses.has(status),
    reach(more) {
      const wanted = acknowledged + more;
      return new Promise((resolve) => {
        tell = () => {
          if (acknowledged >= wanted) resolve();
        };
        void working.then(resolve);
      });
    },
    async stop() {
      stopped = true;
      await working;
      return statuses;
    },
  };
}
