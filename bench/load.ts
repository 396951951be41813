// The closed-loop driver of the benchmark: so many callers, each waiting for its answer before it asks again. Bounded in time
// by its caller and in memory by a histogram of fixed size. `startHttpClient` runs the same loop in a process of its own
// (http-client.ts), so that the server under test has its event loop for itself.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type Measurement = {
  /** Decisions per second: calls × the actions in one call. */
  perSecond: number;
  /** Latency of one call (of a whole batch where a call is one). */
  p50Ms: number;
  p99Ms: number;
  /** Decisions counted; those of the warm-up are not. */
  count: number;
};

export type Load = { concurrency: number; seconds: number; warmUpSeconds: number; actionsPerCall?: number };

/** Calls `act` from `concurrency` callers at once until the time is up; a call that throws ends the measurement with its error. */
export async function drive(act: (i: number) => Promise<void>, load: Load): Promise<Measurement> {
  const latencies = new Latencies();
  const begin = performance.now() + load.warmUpSeconds * 1000;
  const end = begin + load.seconds * 1000;
  let next = 0;
  let failed = false;

  async function caller(): Promise<void> {
    let askedAt = performance.now();
    while (askedAt < end && !failed) {
      await act(next++);
      const answeredAt = performance.now();
      if (answeredAt >= begin && answeredAt < end) latencies.add(answeredAt - askedAt);
      askedAt = answeredAt;
    }
  }

  // allSettled: nothing of a failed measurement is still running when it is reported.
  const callers = Array.from({ length: load.concurrency }, () =>
    caller().catch((error) => {
      failed = true;
      throw error;
    }),
  );
  for (const outcome of await Promise.allSettled(callers)) if (outcome.status === 'rejected') throw outcome.reason;

  const count = latencies.count * (load.actionsPerCall ?? 1);
  return { perSecond: count / load.seconds, p50Ms: latencies.quantile(0.5), p99Ms: latencies.quantile(0.99), count };
}

/** A histogram of latencies whose buckets grow by 1 %, from a microsecond to a minute and more. */
export class Latencies {
  readonly #buckets = new Uint32Array(2048);
  count = 0;

  add(ms: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms * 1000, 1)) / Math.log(1.01));
    const last = this.#buckets.length - 1;
    this.#buckets[Math.min(bucket, last)]! += 1;
    this.count += 1;
  }

  /** The upper edge in milliseconds of the bucket that holds the quantile; 0 where nothing was measured. */
  quantile(share: number): number {
    let left = Math.ceil(this.count * share);
    if (left === 0) return 0;
    for (let bucket = 0; bucket < this.#buckets.length; bucket += 1) {
      left -= this.#buckets[bucket]!;
      if (left <= 0) return 1.01 ** bucket / 1000;
    }
    throw new Error('the histogram holds less than it counted');
  }
}

/** What the HTTP client process is asked to do: single actions, or batches where `actionsPerRequest` is more than 1. */
export type HttpLoad = {
  /** Where the server listens, as in `http://127.0.0.1:4600`. */
  origin: string;
  key: string;
  connections: number;
  actionsPerRequest: number;
  environments: number;
  keyPrefix: string;
  seconds: number;
  warmUpSeconds: number;
};

/** What the process answers. */
export type HttpLoadAnswer = { measured: Measurement } | { failed: string };

export type HttpClient = { pid: number; measure(load: HttpLoad): Promise<Measurement>; close(): Promise<void> };

/** Starts the client process. One serves any number of measurements, one after another. */
export function startHttpClient(): HttpClient {
  const client = fork(fileURLToPath(new URL('http-client.ts', import.meta.url)));
  const exited = once(client, 'exit');
  return {
    pid: client.pid!,
    async measure(load) {
      const answered = once(client, 'message');
      client.send(load);
      const gone = exited.then(([code]) => ({ failed: `the HTTP client process ended by itself (exit code ${code})` }));
      const answer = (await Promise.race([answered.then(([message]) => message), gone])) as HttpLoadAnswer;
      if ('failed' in answer) throw new Error(answer.failed);
      return answer.measured;
    },
    async close() {
      if (client.connected) client.disconnect();
      await exited;
    },
  };
}
