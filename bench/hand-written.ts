// The peer that a good engineer writes by hand in an afternoon: credits metered with one PostgreSQL transaction per request.
// Lock the environment's month, check, insert the consumption under its unique key, update the counter, upsert the daily row,
// commit. Written to be fast: prepared statements, one row per lock, counters with room on the page for hot updates,
// only the indexes that the rules need, no foreign keys, no tenants. AI Builder credits only, with rules A4 (allocation or
// pool), D3 (until exhausted) and D5 (overage to 125 %): less than Bursar decides, never more.

import { Pool, type PoolClient } from 'pg';
import { type BenchAction, CREDITS_OF_ONE_ENVIRONMENT, environmentId } from './action.ts';

export type HandWrittenAnswer =
  | { decision: 'allowed'; id: string; credits: number; source: 'allocation' | 'pool'; inOverage: boolean; replayed: boolean }
  | { decision: 'refused'; code: 'QuotaExceeded' | 'EntitlementNotAvailable'; available: number; consumed: number }
  | { decision: 'not-found' | 'idempotency-conflict' | 'unknown-capability' };

export type HandWrittenMeter = {
  consume(action: BenchAction): Promise<HandWrittenAnswer>;
  close(): Promise<void>;
};

/** What was decided and is to be written down. */
export type Decided = {
  credits: number;
  source: 'allocation' | 'pool';
  inOverage: boolean;
  /** Days, in UTC: the day of the action and the first of its month. */
  day: string;
  month: string;
};

/** Writes consumption, counters and daily row; answers the consumption's id, or nothing (and writes nothing) for a key seen before. */
export type Save = (client: PoolClient, action: BenchAction, decided: Decided) => Promise<string | undefined>;

const CREDITS_PER_PAGE: Record<string, number> = { 'receipt-processing': 32, 'invoice-processing': 32 };
const BLOCK_AT_PERCENT = 125;

/** Drops the schema `hand_written` and makes it anew, with the environments allocated for this month. */
export async function createHandWrittenSchema(url: string, environments: number): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    await pool.query(`
      drop schema if exists hand_written cascade;
      create schema hand_written;
      create table hand_written.pool (
        month date primary key,
        available bigint not null,
        consumed bigint not null check (consumed >= 0)
      ) with (fillfactor = 50);
      create table hand_written.environment (
        environment_id text not null,
        month date not null,
        allocated bigint, -- null: draws from the pool
        consumed bigint not null check (consumed >= 0),
        primary key (environment_id, month)
      ) with (fillfactor = 50);
      create table hand_written.consumption (
        id bigint generated always as identity primary key,
        idempotency_key text not null unique,
        environment_id text not null,
        user_id text not null,
        caller text not null,
        capability text not null,
        pages integer not null,
        credits bigint not null,
        source text not null,
        in_overage boolean not null,
        recorded_at timestamptz not null default now()
      );
      create table hand_written.daily_usage (
        day date not null,
        environment_id text not null,
        user_id text not null,
        capability text not null,
        credits bigint not null,
        units bigint not null,
        actions bigint not null,
        primary key (day, environment_id, user_id, capability)
      ) with (fillfactor = 70);`);
    await pool.query("insert into hand_written.pool values (date_trunc('month', now() at time zone 'utc')::date, 0, 0)");
    await pool.query(
      `insert into hand_written.environment
       select id, date_trunc('month', now() at time zone 'utc')::date, $2, 0
       from unnest($1::text[]) as id`,
      [Array.from({ length: environments }, (_, index) => environmentId(index)), CREDITS_OF_ONE_ENVIRONMENT],
    );
  } finally {
    await pool.end();
  }
}

/** Opens the meter with all its connections made, so that a measurement does not begin with making them. */
export async function openHandWrittenMeter(options: {
  url: string;
  connections: number;
  save?: Save;
}): Promise<HandWrittenMeter> {
  const save = options.save ?? saveInSteps;
  const pool = new Pool({ connectionString: options.url, max: options.connections, min: options.connections });
  const clients = await Promise.all(Array.from({ length: options.connections }, () => pool.connect()));
  for (const client of clients) client.release();
  return {
    async consume(action) {
      const client = await pool.connect();
      try {
        const answer = await consumeInTransaction(client, action, save);
        client.release();
        return answer;
      } catch (error) {
        // The connection may be in the middle of a transaction: closing it rolls back.
        client.release(true);
        throw error;
      }
    },
    close: () => pool.end(),
  };
}

async function consumeInTransaction(client: PoolClient, action: BenchAction, save: Save): Promise<HandWrittenAnswer> {
  const rate = CREDITS_PER_PAGE[action.capability];
  if (rate === undefined) return { decision: 'unknown-capability' };
  const credits = action.usage.pages * rate;
  const now = new Date();
  const day = now.toISOString().slice(0, 10);
  const month = `${day.slice(0, 7)}-01`;

  await client.query('begin');
  const environment = await lockEnvironment(client, action.environmentId, month);
  if (environment === undefined) return rollBack(client, { decision: 'not-found' });
  const source = environment.allocated === null ? 'pool' : 'allocation';
  const { available, consumed } =
    environment.allocated === null
      ? await lockPool(client, month)
      : { available: environment.allocated, consumed: environment.consumed };

  const usable = available - consumed > 0;
  const inOverage = !usable && (available * BLOCK_AT_PERCENT) / 100 - consumed > 0;
  if (!usable && !inOverage) {
    // A key seen before answers what it answered first, also when the credits are spent by now.
    const before = await findByKey(client, action);
    const code = available > 0 ? 'QuotaExceeded' : 'EntitlementNotAvailable';
    return rollBack(client, before ?? { decision: 'refused', code, available, consumed });
  }

  const id = await save(client, action, { credits, source, inOverage, day, month });
  if (id === undefined) return rollBack(client, (await findByKey(client, action)) ?? { decision: 'idempotency-conflict' });
  await client.query('commit');
  return { decision: 'allowed', id, credits, source, inOverage, replayed: false };
}

async function rollBack(client: PoolClient, answer: HandWrittenAnswer): Promise<HandWrittenAnswer> {
  await client.query('rollback');
  return answer;
}

async function lockEnvironment(
  client: PoolClient,
  environment: string,
  month: string,
): Promise<{ allocated: number | null; consumed: number } | undefined> {
  const { rows } = await client.query<{ allocated: string | null; consumed: string }>({
    name: 'lock-environment',
    text: `select allocated, consumed
           from hand_written.environment
           where environment_id = $1 and month = $2
           for update`,
    values: [environment, month],
  });
  const row = rows[0];
  return row && { allocated: row.allocated === null ? null : Number(row.allocated), consumed: Number(row.consumed) };
}

async function lockPool(client: PoolClient, month: string): Promise<{ available: number; consumed: number }> {
  const { rows } = await client.query<{ available: string; consumed: string }>({
    name: 'lock-pool',
    text: `select available, consumed
           from hand_written.pool
           where month = $1
           for update`,
    values: [month],
  });
  return { available: Number(rows[0]?.available ?? 0), consumed: Number(rows[0]?.consumed ?? 0) };
}

async function saveInSteps(client: PoolClient, action: BenchAction, decided: Decided): Promise<string | undefined> {
  const id = await insertConsumption(client, action, decided);
  if (id === undefined) return undefined;
  await addToEnvironment(client, action.environmentId, decided.month, decided.credits);
  if (decided.source === 'pool') await addToPool(client, decided.month, decided.credits);
  await addToDailyUsage(client, action, decided.day, decided.credits);
  return id;
}

async function insertConsumption(client: PoolClient, action: BenchAction, decided: Decided): Promise<string | undefined> {
  const { rows } = await client.query<{ id: string }>({
    name: 'insert-consumption',
    text: `insert into hand_written.consumption
             (idempotency_key, environment_id, user_id, caller, capability, pages, credits, source, in_overage)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           on conflict (idempotency_key) do nothing
           returning id`,
    values: [
      action.idempotencyKey,
      action.environmentId,
      action.userId,
      action.caller,
      action.capability,
      action.usage.pages,
      decided.credits,
      decided.source,
      decided.inOverage,
    ],
  });
  return rows[0]?.id;
}

async function findByKey(client: PoolClient, action: BenchAction): Promise<HandWrittenAnswer | undefined> {
  const { rows } = await client.query<{
    id: string;
    credits: string;
    source: 'allocation' | 'pool';
    inOverage: boolean;
    same: boolean;
  }>({
    name: 'find-by-key',
    text: `select id, credits, source, in_overage as "inOverage",
             (environment_id, user_id, caller, capability, pages) = ($2, $3, $4, $5, $6::integer) as same
           from hand_written.consumption
           where idempotency_key = $1`,
    values: [action.idempotencyKey, action.environmentId, action.userId, action.caller, action.capability, action.usage.pages],
  });
  const row = rows[0];
  if (row === undefined) return undefined;
  if (!row.same) return { decision: 'idempotency-conflict' };
  const { id, source, inOverage } = row;
  return { decision: 'allowed', id, credits: Number(row.credits), source, inOverage, replayed: true };
}

async function addToEnvironment(client: PoolClient, environment: string, month: string, credits: number): Promise<void> {
  await client.query({
    name: 'add-to-environment',
    text: `update hand_written.environment
           set consumed = consumed + $3
           where environment_id = $1 and month = $2`,
    values: [environment, month, credits],
  });
}

async function addToPool(client: PoolClient, month: string, credits: number): Promise<void> {
  await client.query({
    name: 'add-to-pool',
    text: `update hand_written.pool
           set consumed = consumed + $2
           where month = $1`,
    values: [month, credits],
  });
}

async function addToDailyUsage(client: PoolClient, action: BenchAction, day: string, credits: number): Promise<void> {
  await client.query({
    name: 'add-to-daily-usage',
    text: `insert into hand_written.daily_usage as daily
             (day, environment_id, user_id, capability, credits, units, actions)
           values ($1, $2, $3, $4, $5, $6, 1)
           on conflict (day, environment_id, user_id, capability) do update
           set credits = daily.credits + excluded.credits,
               units = daily.units + excluded.units,
               actions = daily.actions + 1`,
    values: [day, action.environmentId, action.userId, action.capability, credits, action.usage.pages],
  });
}

/** Throws unless counters, daily rows and consumptions agree: a figure is only quoted for work that was done. */
export async function assertHandWrittenSums(url: string): Promise<void> {
  const pool = new Pool({ connectionString: url, max: 1 });
  try {
    const { rows } = await pool.query<{ consumptions: string; counters: string; daily: string }>(
      `select (select coalesce(sum(credits), 0) from hand_written.consumption) as consumptions,
              (select coalesce(sum(consumed), 0) from hand_written.environment) as counters,
              (select coalesce(sum(credits), 0) from hand_written.daily_usage) as daily`,
    );
    const { consumptions, counters, daily } = rows[0]!;
    if (consumptions !== counters || consumptions !== daily) {
      throw new Error(`hand-written: consumptions sum to ${consumptions}, counters to ${counters}, daily rows to ${daily}`);
    }
  } finally {
    await pool.end();
  }
}
