// The peers that Bursar is compared with, on one database given by its connection URL: a transaction per request written by
// hand, called directly and behind HTTP, and rate-limiter-flexible. `openPeers` gives them as contenders, so that they can take
// turns with Bursar in the same rounds.

import { randomUUID } from 'node:crypto';
import { benchAction } from './action.ts';
import { assertHandWrittenSums, createHandWrittenSchema, openHandWrittenMeter, type Save } from './hand-written.ts';
import { saveInOneStatement } from './hand-written-one-statement.ts';
import { startHandWrittenServer } from './http-hand-written.ts';
import { drive, type HttpClient } from './load.ts';
import { createRateLimiterSchema, openRateLimiter } from './rate-limiter.ts';
import type { Contender } from './rounds.ts';

export const HAND_WRITTEN = 'hand-written';
const CONNECTIONS = [1, 16, 64];
/**
 * Of the pool behind the hand-written server, whatever the number of HTTP connections. On 2 cores, asked from 64 connections,
 * 4 and 8 were its best (hot 1,300–1,500/s, spread 2,800–3,000/s); 64 had half of it on the hot environment.
 */
const DATABASE_CONNECTIONS_BEHIND_HTTP = 8;

export type Peers = { contenders: Contender[]; close(): Promise<void> };

type PeersOptions = { url: string; environments: number };

/** Makes the peers' schemas (`hand_written`, `rate_limiter_flexible`) anew and starts the hand-written server. `http` stays the caller's to close. */
export async function openPeers(options: PeersOptions & { http: HttpClient }): Promise<Peers> {
  const { url, environments, http } = options;
  await createHandWrittenSchema(url, environments);
  await createRateLimiterSchema(url);
  const server = await startHandWrittenServer({ url, connections: DATABASE_CONNECTIONS_BEHIND_HTTP });
  const contenders = CONNECTIONS.map((connections) => calledHandWritten({ ...options, name: HAND_WRITTEN, connections }));
  // Its best number of connections only, to keep the run short: it shows what more work on the peer would bring.
  const tuned = { name: `${HAND_WRITTEN}, tuned (saves in 1 statement)`, connections: 16, save: saveInOneStatement };
  contenders.push(calledHandWritten({ ...options, ...tuned }));
  for (const connections of CONNECTIONS) {
    contenders.push({
      name: HAND_WRITTEN,
      way: 'http',
      connections,
      environments,
      measure: (time) => {
        const { origin, key } = server;
        return http.measure({ ...time, origin, key, connections, environments, actionsPerRequest: 1, keyPrefix: randomUUID() });
      },
    });
  }
  for (const connections of CONNECTIONS) contenders.push(calledRateLimiter(connections, options));
  return {
    contenders,
    async close() {
      await server.close();
      await assertHandWrittenSums(url);
    },
  };
}

// Called directly, a contender opens its connections for its own turn only: together they would be more than PostgreSQL's
// default of 100, and idle ones would still cost the others.

function calledHandWritten(options: PeersOptions & { name: string; connections: number; save?: Save }): Contender {
  const { name, connections, environments } = options;
  return {
    name,
    way: 'called',
    connections,
    environments,
    async measure(time) {
      const meter = await openHandWrittenMeter(options);
      const keyPrefix = randomUUID();
      try {
        return await drive(
          async (i) => {
            const answer = await meter.consume(benchAction(i, environments, keyPrefix));
            if (answer.decision !== 'allowed' || answer.replayed) throw new Error(`hand-written: ${JSON.stringify(answer)}`);
          },
          { concurrency: connections, ...time },
        );
      } finally {
        await meter.close();
      }
    },
  };
}

function calledRateLimiter(connections: number, { url, environments }: PeersOptions): Contender {
  return {
    name: 'rate-limiter-flexible (counts only)',
    way: 'called',
    connections,
    environments,
    async measure(time) {
      const limiter = await openRateLimiter({ url, connections });
      try {
        return await drive((i) => limiter.consume(benchAction(i, environments, 'unused')), { concurrency: connections, ...time });
      } finally {
        await limiter.close();
      }
    },
  };
}
