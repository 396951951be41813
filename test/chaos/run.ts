// npm run chaos -- --minutes 10 [--seed 7]: rounds of chaos for as long as told, on a PostgreSQL of its own (or that of DATABASE_URL,
// which must be one to play with). Prints what it does; ends with 1 where anything was violated.

import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startPrivatePostgres } from '../../src/store/private-postgres.ts';
import { randomOf } from '../../src/traffic/random.ts';
import { ClientLog } from './client-log.ts';
import {
  type Chaos,
  cutConnections,
  killDatabases,
  killServers,
  type Round,
  raceServers,
  terminateServers,
  verifyAll,
} from './rounds.ts';

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } } });
const minutes = Number(values.minutes);
if (!(minutes > 0)) throw new Error(`--minutes is ${values.minutes}; say for how long, such as --minutes 10`);
const seed = values.seed ?? String(Date.now() % 1_000_000);
const until = Date.now() + minutes * 60_000;

const folder = await mkdtemp(join(tmpdir(), 'bursar-chaos-'));
await chmod(folder, 0o755);
// A server starts in half the time where its code is compiled already.
process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
const given = process.env.DATABASE_URL;
const postgres = given ? null : await startPrivatePostgres({ folder: join(folder, 'kept'), explicit: true, log: () => {} });
const log = await ClientLog.create(join(folder, 'client.log'));
const chaos: Chaos = { databaseUrl: given ?? postgres!.url, log, random: randomOf(seed), rounds: 0 };

const turns: [string, () => Promise<Round[]>][] = [
  ['kill -9 of the server', () => killServers(chaos, 10)],
  ['kill -9 of the database', () => killDatabases(chaos, join(folder, 'killed'), 5)],
  ['connection cut', () => cutConnections(chaos, 10)],
  ['2 servers at the cap', async () => [await raceServers(chaos, 2, 400)]],
  ['4 servers at the cap', async () => [await raceServers(chaos, 4, 400)]],
  ['SIGTERM', () => terminateServers(chaos, 5)],
  ['verify', async () => [{ violations: await verifyAll(chaos), acknowledged: 0, milliseconds: 0 }]],
];

console.log(`Chaos for ${minutes} minutes, seed ${seed}, in ${folder}.`);
const counted = new Map<string, number>();
const violations: string[] = [];
let acknowledged = 0;
for (let turn = 0; Date.now() < until; turn += 1) {
  const [what, play] = turns[turn % turns.length]!;
  const began = Date.now();
  const rounds = await play();
  const found = rounds.flatMap((round) => round.violations);
  violations.push(...found);
  counted.set(what, (counted.get(what) ?? 0) + rounds.length);
  acknowledged += rounds.reduce((sum, round) => sum + round.acknowledged, 0);
  console.log(
    `${new Date().toISOString()} ${what} × ${rounds.length} in ${Date.now() - began} ms: ${found.length === 0 ? 'kept' : 'VIOLATED'}`,
  );
  for (const violation of found) console.log(`  ${violation}`);
}
await log.close();
await postgres?.stop();
const summary = [...counted].map(([what, times]) => `${what} × ${times}`).join(', ');
console.log(`${summary}; ${acknowledged} actions acknowledged; ${violations.length} violations; seed ${seed}`);
if (violations.length === 0) await rm(folder, { recursive: true, force: true });
else console.log(`What there is of it is kept in ${folder}.`);
process.exit(violations.length === 0 ? 0 : 1);
