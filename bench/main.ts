// The benchmark: `node bench/main.ts --url postgres://… [--seconds 2.2] [--rounds 3]`. Measures the peers on one
// hot environment and on 200, prints the table and keeps it in bench/results/. By default it takes less than three minutes.

import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { readConditions } from './conditions.ts';
import { runPeers } from './peers.ts';
import type { Row } from './rounds.ts';
import { formatTable, writeResults } from './table.ts';

const { values } = parseArgs({
  options: {
    url: { type: 'string', default: process.env.DATABASE_URL ?? '' },
    seconds: { type: 'string', default: '2.2' },
    rounds: { type: 'string', default: '3' },
  },
});
const seconds = Number(values.seconds);
const rounds = Number(values.rounds);
if (values.url === '') throw new Error('no database: give --url postgres://… or set DATABASE_URL');
if (!(seconds > 0 && seconds <= 60)) throw new Error(`--seconds must be a number over 0 and at most 60, not ${values.seconds}`);
if (!(Number.isInteger(rounds) && rounds > 0)) throw new Error(`--rounds must be a whole number over 0, not ${values.rounds}`);

const conditions = await readConditions(values.url, { rounds, seconds });
const rows: Row[] = [];
for (const environments of [1, 200]) {
  rows.push(
    ...(await runPeers({ url: values.url, environments, seconds, rounds, progress: (message) => console.error(message) })),
  );
}
console.log(formatTable(rows));
const folder = await writeResults(rows, conditions);
console.error(`written: ${fileURLToPath(folder)}latest.md and latest.json`);
