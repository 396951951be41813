// The peer that people reach for: rate-limiter-flexible on the same PostgreSQL, used as its README says: points are the
// credits of a month, the key is the environment, one upsert per request. It counts, and no more: no record of
// the action, no idempotency key, no daily usage, no allocation that can be changed while it runs. So it does far less than
// the others for each decision, and its figure is a ceiling for a statement per request.

import { Pool } from 'pg';
import { RateLimiterPostgres } from 'rate-limiter-flexible';
import { type BenchAction, CREDITS_OF_ONE_ACTION, CREDITS_OF_ONE_ENVIRONMENT } from './action.ts';

export type RateLimiterMeter = { consume(action: BenchAction): Promise<void>; close(): Promise<void> };

const SCHEMA = 'rate_limiter_flexible';
const MONTH_SECONDS = 30 * 86_400;

/** Drops the schema `rate_limiter_flexible` and makes it anew, empty: the limiter makes its own table. */
export async function createRateLimiterSchema(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await pool.query(`drop schema if exists ${SCHEMA} cascade; create schema ${SCHEMA};`);
  } finally {
    await pool.end();
  }
}

export async function openRateLimiter(options: { url: string; connections: number }): Promise<RateLimiterMeter> {
  const pool = new Pool({ connectionString: options.url, max: options.connections, min: options.connections });
  const clients = await Promise.all(Array.from({ length: options.connections }, () => pool.connect()));
  for (const client of clients) client.release();
  const limiter = await new Promise<RateLimiterPostgres>((resolve, reject) => {
    const made: RateLimiterPostgres = new RateLimiterPostgres(
      {
        storeClient: pool,
        schemaName: SCHEMA,
        tableName: 'credits',
        keyPrefix: 'environment',
        points: CREDITS_OF_ONE_ENVIRONMENT,
        duration: MONTH_SECONDS,
      },
      (error) => (error ? reject(error) : resolve(made)),
    );
  });
  return {
    async consume(action) {
      await limiter.consume(action.environmentId, CREDITS_OF_ONE_ACTION);
    },
    close: () => pool.end(),
  };
}
