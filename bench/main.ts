// The benchmark: `npm run bench` (or `node bench/main.ts --url postgres://… [--seconds 2] [--rounds 3]`). Bursar beside what a user would
// otherwise pick, on one PostgreSQL with default durability, taking turns in the same rounds; on one hot environment and on 200.
// Prints the table and keeps it in bench/results/. By default it takes about eight minutes.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { openBursar } from './bursar.ts';
import { readConditions } from './conditions.ts';
import { startHttpClient } from './load.ts';
import { openPeers } from './peers.ts';
import { withPostgres } from './private-postgres.ts';
import { measureInRounds, type Row } from './rounds.ts';
import { formatTable, writeResults } from './table.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    seconds: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
if (!(seconds > 0 && seconds <= 60)) throw new Error(`--seconds must be a number over 0 and at most 60, not ${values.seconds}`);
if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds must be a whole number over 0, not ${values.rounds}`);

const given = values.url ?? process.env.DATABASE_URL;
await (given ? bench(given) : withPostgres('decisions', ({ url }) => bench(url)));

async function bench(database: string): Promise<void> {
  const conditions = await readConditions(database, { rounds, seconds });
  const rows: Row[] = [];
  const http = startHttpClient();
  for (const environments of [1, 200]) {
    const peers = await openPeers({ url: database, environments, http });
    const bursar = await openBursar({ url: database, environments, http });
    const progress = (message: string) => console.error(message);
    rows.push(
      ...(await measureInRounds([...peers.contenders, ...bursar.contenders], { rounds, seconds, warmUpSeconds: 0.5, progress })),
    );
    await bursar.close();
    await peers.close();
  }
  await http.close();
  console.log(formatTable(rows));
  console.error(`written: ${fileURLToPath(await writeResults(rows, conditions))}latest.md and latest.json`);
}
