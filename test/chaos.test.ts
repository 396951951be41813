// Real processes and real signals (shared/design/reliability.md): kill -9 of the server and of its database, connections that are cut
// around a commit, servers that race at the cap, SIGTERM under load. `npm run chaos` does more of the same.

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomOf } from '../src/traffic/random.ts';
import { ClientLog } from './chaos/client-log.ts';
import {
  type Chaos,
  cutConnections,
  killDatabases,
  killServers,
  type Round,
  raceServers,
  terminateServers,
  verifyAll,
} from './chaos/rounds.ts';
import { type ADatabase, aDatabase } from './support/a-database.ts';

const SEED = process.env.CHAOS_SEED ?? String(Date.now() % 1_000_000);

let folder: string;
let database: ADatabase;
let chaos: Chaos;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bursar-chaos-'));
  // Started by root, the private database runs as another user, who must be able to enter.
  await chmod(folder, 0o755);
  // A server starts in half the time where its code is compiled already.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  database = await aDatabase();
  const log = await ClientLog.create(join(folder, 'client.log'));
  chaos = { databaseUrl: database.url, log, random: randomOf(SEED), rounds: 0 };
});

afterAll(async () => {
  await chaos.log.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

function tell(what: string, rounds: readonly Round[]): void {
  const milliseconds = rounds.reduce((sum, round) => sum + round.milliseconds, 0);
  const acknowledged = rounds.reduce((sum, round) => sum + round.acknowledged, 0);
  console.log(`chaos: ${what} × ${rounds.length}, seed ${SEED}: ${acknowledged} acknowledged in ${Math.round(milliseconds)} ms`);
  expect(rounds.flatMap((round) => round.violations)).toEqual([]);
}

describe('chaos', { timeout: 400_000 }, () => {
  it('I1, I2, I3: kill -9 of the server under load, 50 times', async () => {
    tell('kill -9 of the server', await killServers(chaos, 50));
  });

  it('I1, I2: kill -9 of the private database under load, 20 times; it comes back by itself', async () => {
    tell('kill -9 of the database', await killDatabases(chaos, join(folder, 'data'), 20));
  });

  it('I1, I3: the connection is cut before and after the commit, 10 times each', async () => {
    tell('connection cut', await cutConnections(chaos, 20));
  });

  it('I5: 2 and 4 servers race on one environment at its cap', async () => {
    tell('2 servers at the cap', [await raceServers(chaos, 2, 400)]);
    tell('4 servers at the cap', [await raceServers(chaos, 4, 400)]);
  });

  it('SIGTERM under load finishes, flushes and exits in time, 20 times', async () => {
    tell('SIGTERM', await terminateServers(chaos, 20));
  });

  it('leaves books in which verify finds nothing', async () => {
    expect(await verifyAll(chaos)).toEqual([]);
  });
});
