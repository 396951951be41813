// Jobs: work that is done in the background, kept in this database by graphile-worker (schema graphile_worker) so that it outlives
// the process that was asked for it. A job is added in the transaction of what it belongs to; it is done at least once, so every task
// must bear being done again. server/jobs.ts runs them.

import { Logger, runMigrations } from 'graphile-worker';
import pg from 'pg';
import type { Instant } from '../core/month.ts';
import type { Database } from './database.ts';
import { instantText, type Query, scalars, sql } from './sql.ts';

/** Every task with what a job of it carries (JSON). */
export interface TaskPayloads {
  /** C2: the daily run, of all tenants. */
  'compute-consumption': Record<never, never>;
  /** M4, M5. */
  'prepare-report': { cell: number; tenantId: string; reportId: string };
  /** M4: forgets the content of reports that have expired. */
  'discard-reports': Record<never, never>;
  /** Retention: forgets single actions of months that are no longer kept. */
  'drop-old-activity': Record<never, never>;
}
export type TaskName = keyof TaskPayloads;

export interface JobOptions {
  /** A job of this key that waits is replaced by this one; one that runs goes on, and this one follows. At most 512 characters. */
  key?: string;
  /** Default: now. */
  runAt?: Instant;
  /** How often it is tried before it is given up; between attempts e^attempt seconds, at most 6 hours. Default: 25, which is days. */
  maxAttempts?: number;
}

/** The statement that adds a job; in a flight of a transaction the job is there if and only if the transaction commits. */
export function addJob<T extends TaskName>(task: T, payload: TaskPayloads[T], options: JobOptions = {}): Query {
  return sql`
    select graphile_worker.add_job(
      ${task},
      ${JSON.stringify(payload)}::json,
      run_at => ${options.runAt === undefined ? null : instantText(options.runAt)}::timestamptz,
      max_attempts => ${options.maxAttempts ?? null}::int,
      job_key => ${options.key ?? null}::text
    ) is not null as added`;
}

/** The same of the one job that is added in a transaction of a tenant, which may do nothing else with the tables of jobs. */
export function addReportJob(payload: TaskPayloads['prepare-report'], options: { key: string; maxAttempts: number }): Query {
  return sql`select add_report_job(${JSON.stringify(payload)}::json, ${options.key}, ${options.maxAttempts}::int)`;
}

/** Makes or updates the tables of jobs. Under the lock of the migrations, because graphile-worker's own do not wait for each other. */
export async function migrateJobs(url: string): Promise<void> {
  const connections = jobConnections(url, 1, () => {});
  try {
    await runMigrations({ pgPool: connections, logger: new Logger(() => () => {}) });
  } finally {
    await connections.end();
  }
}

/** Connections for graphile-worker: its own close without being waited for. */
export function jobConnections(url: string, most: number, onFault: (error: Error) => void): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'bursar jobs',
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=UTC -c idle_in_transaction_session_timeout=60000',
    keepAlive: true,
    max: most,
  });
  pool.on('error', onFault);
  // Of a connection that is in use: whoever uses it gets the error as well.
  pool.on('connect', (client) => void client.on('error', () => {}));
  return pool;
}

/**
 * A lock on a job is a lease: whoever runs it renews it, and once nobody did for `leaseMs` the job is free again, because its process
 * was killed or could not say that it was done. graphile-worker itself waits for 4 hours. Reads and writes the private table of the
 * version that package.json pins, as its own release of old locks does. Answers how many were freed.
 */
export async function renewLeases(database: Database, running: readonly string[], leaseMs: number): Promise<number> {
  const rows = await database.everywhere.query(sql`
    with renewed as (
      update graphile_worker._private_jobs
      set locked_at = now()
      where id = any(${scalars(running.map(BigInt))}::bigint[]) and locked_at is not null
    )
    update graphile_worker._private_jobs
    set locked_at = null, locked_by = null
    where locked_at < now() - ${leaseMs} * interval '1 millisecond' and id <> all(${scalars(running.map(BigInt))}::bigint[])
    returning 1 as freed`);
  return rows.length;
}
