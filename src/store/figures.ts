// What an operator wants to know of the inside, asked for when metrics are read: lanes, connections, background work, and how the pools
// of tenants stand. Reads, each of a few rows a cell; nothing of it is on the decision path.

import { poolSize, poolUse } from '../core/capacity.ts';
import { type Credits, CURRENCIES, type Currency } from '../core/credits.ts';
import { type Ledger, owned } from '../core/ledger.ts';
import { type Instant, monthOf } from '../core/month.ts';
import type { Database, Row } from './database.ts';
import type { Engine } from './engine.ts';
import type { EngineObserver } from './engine-observer.ts';
import { firstFlight, noNeeds, putAnswers } from './load.ts';
import { instantText, sql } from './sql.ts';
import { ledgerOf, readTenants, type Scope } from './tenant.ts';
import type { UsageRollups } from './usage-rollup.ts';

export interface JobFigures {
  task: string;
  /** Waiting, and their time has come. */
  due: number;
  running: number;
  /** Given up after their last attempt. */
  failed: number;
  /** How long the first that is due has been so. */
  lateSeconds: number;
}

export interface BackgroundFigures {
  jobs: JobFigures[];
  /** Notices that are not yet made into deliveries. */
  notices: number;
  deliveries: { waiting: number; due: number; lateSeconds: number };
  /** Tenants whose usage this process has to look at, whether it is added up. */
  rollups: number;
}

export interface PoolFigures {
  tenantId: string;
  currency: Currency;
  owned: Credits;
  allocated: Credits;
  /** A3: the size of the pool. */
  available: Credits;
  consumed: Credits;
  held: Credits;
}

export interface StoreFigures {
  /** Hears of every batch from now on. */
  observe(observer: EngineObserver): void;
  /** `oldestSince` is of `performance.now()`; undefined: none waits. */
  lanes(): { cell: number; waiting: number; oldestSince: number | undefined }[];
  /** Of the pool for reads and administration; the lanes have one each beside it. */
  connections(): { inUse: number; idle: number; waiting: number };
  /** Whether PostgreSQL itself keeps tenants apart (runtime-role.ts). */
  hasWall: boolean;
  background(): Promise<BackgroundFigures>;
  /** Of at most so many tenants; `leftOut`: how many more there are. */
  pools(most: number): Promise<{ pools: PoolFigures[]; leftOut: number }>;
}

const TENANTS_AT_ONCE = 100;

export function figuresOf(from: {
  database: Database;
  engine: Engine;
  rollups: UsageRollups;
  cells: number;
  clock: () => Instant;
  hasWall: boolean;
}): StoreFigures {
  const { database, engine, rollups, cells, clock, hasWall } = from;
  return {
    observe: (observer) => engine.observers.add(observer),
    lanes: () => engine.lanes(),
    connections: () => database.connections(),
    hasWall,
    async background() {
      const figures = { notices: 0, deliveries: { waiting: 0, due: 0, lateSeconds: 0 } };
      for (let cell = 0; cell < cells; cell += 1) {
        const { notices, waiting, due, late } = await notifyingOf(database, cell, clock());
        figures.notices += Number(notices);
        figures.deliveries.waiting += Number(waiting);
        figures.deliveries.due += Number(due);
        figures.deliveries.lateSeconds = Math.max(figures.deliveries.lateSeconds, Number(late));
      }
      return { jobs: await jobsOf(database), ...figures, rollups: rollups.waiting };
    },
    async pools(most) {
      const pools: PoolFigures[] = [];
      let left = most;
      let leftOut = 0;
      for (let cell = 0; cell < cells; cell += 1) {
        const rows = await database.everywhere.query(sql`
          select tenant_id
          from tenant
          where cell = ${cell}
          order by tenant_id
          limit ${left}`);
        const ids = rows.map((row) => row.tenant_id as string);
        for (let at = 0; at < ids.length; at += TENANTS_AT_ONCE) {
          const scope = { cell, tenantIds: ids.slice(at, at + TENANTS_AT_ONCE), now: clock() };
          for (const ledger of await ledgersOf(database, scope)) pools.push(...poolsOf(ledger));
        }
        left -= ids.length;
        if (left === 0) leftOut += (await tenantsOf(database, cell)) - ids.length;
      }
      return { pools, leftOut };
    },
  };
}

async function tenantsOf(database: Database, cell: number): Promise<number> {
  const [row] = await database.everywhere.query(sql`select count(*)::int as tenants from tenant where cell = ${cell}`);
  return row!.tenants;
}

async function ledgersOf(database: Database, scope: Scope): Promise<Ledger[]> {
  return database.everywhere.snapshot(async (fly) => {
    let ledgers: ReadonlyMap<string, Ledger> = new Map();
    const steps = firstFlight(scope, noNeeds(), () => ledgers);
    const [tenants, ...answers] = await fly([readTenants(scope), ...steps.flatMap((step) => step.queries)]);
    ledgers = new Map((tenants!.rows as Row[]).map((row) => [row.tenant_id, ledgerOf(row, scope.now)]));
    putAnswers(steps, answers);
    return [...ledgers.values()];
  });
}

function poolsOf(ledger: Ledger): PoolFigures[] {
  return CURRENCIES.map((currency) => {
    const available = poolSize(ledger, currency, ledger.now);
    return {
      tenantId: ledger.tenantId,
      currency,
      owned: owned(ledger, currency, ledger.now),
      allocated: ledger.allocated[currency],
      available,
      ...poolUse(ledger, monthOf(ledger.now), currency, available),
    };
  });
}

/** A delivery counts as late from the moment at which it might have been sent; of notices all that wait are new. */
async function notifyingOf(database: Database, cell: number, now: Instant): Promise<Row> {
  const [row] = await database.everywhere.query(sql`
    select
      (select count(*) from notice where cell = ${cell} and dispatched_at is null) as notices,
      count(*) as waiting,
      count(*) filter (where next_attempt_at <= ${instantText(now)}::timestamptz) as due,
      coalesce(greatest(extract(epoch from ${instantText(now)}::timestamptz - min(next_attempt_at)), 0), 0) as late
    from delivery
    where cell = ${cell} and status = 'waiting'`);
  return row!;
}

async function jobsOf(database: Database): Promise<JobFigures[]> {
  const rows = await database.everywhere.query(sql`
    select task_identifier as task,
      count(*) filter (where locked_at is null and run_at <= now() and attempts < max_attempts) as due,
      count(*) filter (where locked_at is not null) as running,
      count(*) filter (where locked_at is null and attempts >= max_attempts) as failed,
      coalesce(extract(epoch from now() - min(run_at) filter (where locked_at is null and run_at <= now() and attempts < max_attempts)), 0) as late
    from graphile_worker.jobs
    group by task_identifier
    order by task_identifier`);
  return rows.map(({ task, due, running, failed, late }) => ({
    task,
    due: Number(due),
    running: Number(running),
    failed: Number(failed),
    lateSeconds: Number(late),
  }));
}
