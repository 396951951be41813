// Bursar as a contender: its engine called directly, and over HTTP in a process of its own, single actions and batches. The same
// actions and the same limits as the peers: every environment has an allocation that no run can spend.

import { createHash, randomUUID } from 'node:crypto';
import type { Action } from '../src/core/action.ts';
import { openStore } from '../src/store/open-store.ts';
import { type BenchAction, benchAction } from './action.ts';
import { startBursarServer } from './http-bursar.ts';
import { drive, type HttpClient } from './load.ts';
import type { Peers } from './peers.ts';
import type { Contender } from './rounds.ts';
import { createBenchTenant } from './tenant.ts';

export const BURSAR = 'Bursar';
/** Callers of the engine in one process; a caller waits for its answer before it asks again. */
const CALLERS = [1, 16, 64, 1000];
const CONNECTIONS = [1, 16, 64];
const BATCHES = [
  { actions: 100, connections: 16 },
  { actions: 1000, connections: 4 },
];

export function actionOf(action: BenchAction): Action {
  const { environmentId: environment, userId, caller, capability, usage } = action;
  return {
    environmentId: environment,
    userId,
    caller,
    capability,
    usage,
    model: null,
    resource: null,
    mode: 'run',
    occurredAt: null,
    m365Copilot: false,
    channel: null,
    startedByAgent: false,
    preview: false,
    recordOnly: false,
  };
}

/** Opens Bursar on the database: its store in this process, and its server in another. `http` stays the caller's to close. */
export async function openBursar(options: { url: string; environments: number; http: HttpClient }): Promise<Peers> {
  const { url, environments, http } = options;
  const store = await openStore({ url });
  const tenant = await createBenchTenant(store, environments);
  const server = await startBursarServer({ url, tenant });
  const contenders: Contender[] = CALLERS.map((connections) => ({
    name: `${BURSAR} engine`,
    way: 'called',
    connections,
    environments,
    measure: (time) => {
      const keyPrefix = randomUUID();
      return drive(
        async (i) => {
          const action = benchAction(i, environments, keyPrefix);
          const fingerprint = createHash('sha256').update(action.idempotencyKey).digest('hex');
          const command = { do: 'consume' as const, id: store.newId(), action: actionOf(action) };
          const { outcome } = await store.submit(tenant, command, { key: action.idempotencyKey, fingerprint });
          if ('refused' in outcome) throw new Error(`Bursar: ${outcome.detail}`);
        },
        { concurrency: connections, ...time },
      );
    },
  }));
  const overHttp = (connections: number, actionsPerRequest: number): Contender => ({
    name: actionsPerRequest === 1 ? BURSAR : `${BURSAR}, batches of ${actionsPerRequest}`,
    way: 'http',
    connections,
    environments,
    measure: (time) => {
      const { origin, key } = server;
      return http.measure({ ...time, origin, key, connections, environments, actionsPerRequest, keyPrefix: randomUUID() });
    },
  });
  contenders.push(...CONNECTIONS.map((connections) => overHttp(connections, 1)));
  contenders.push(...BATCHES.map(({ actions, connections }) => overHttp(connections, actions)));
  return {
    contenders,
    async close() {
      await server.close();
      await store.close();
    },
  };
}
