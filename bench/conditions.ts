// What a figure was measured on. Refuses a database whose commits are not durable: its figures would compare with nothing.

import { availableParallelism, cpus } from 'node:os';
import { Pool } from 'pg';

export type Conditions = {
  measuredAt: string;
  processors: string;
  node: string;
  postgresql: string;
  durability: string;
  rounds: number;
  secondsOfOneRound: number;
};

export async function readConditions(url: string, time: { rounds: number; seconds: number }): Promise<Conditions> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    const { rows } = await pool.query<{ name: string; setting: string }>(
      `select name, setting
       from pg_settings
       where name in ('fsync', 'full_page_writes', 'server_version', 'synchronous_commit')
       order by name`,
    );
    const settings = new Map(rows.map((row) => [row.name, row.setting]));
    for (const name of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      if (settings.get(name) === 'on') continue;
      throw new Error(`the database has ${name} = ${settings.get(name)}; the benchmark needs the default durability (on)`);
    }
    return {
      measuredAt: new Date().toISOString(),
      processors: `${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
      node: process.version,
      postgresql: settings.get('server_version') ?? 'unknown',
      durability: 'fsync, full_page_writes and synchronous_commit on',
      rounds: time.rounds,
      secondsOfOneRound: time.seconds,
    };
  } finally {
    await pool.end();
  }
}
