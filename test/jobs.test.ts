// Jobs against a real PostgreSQL: added with what they belong to, done at least once, by one process at a time, through faults of the
// database, kills and stops.

import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Instant } from '../src/core/month.ts';
import { type Jobs, startJobs, type Task, type Tasks } from '../src/server/jobs.ts';
import { tasksOf } from '../src/server/tasks.ts';
import { addJob } from '../src/store/job.ts';
import { type OpenStore, openStore } from '../src/store/open-store.ts';
import { type ADatabase, aDatabase } from './support/a-database.ts';

let database: ADatabase;
let store: OpenStore;
let outside: pg.Client;
/** A worker that was not told of a job finds it at its next look, 2 s later. */
const SOON = { timeout: 10_000 };
const started: Jobs[] = [];
const faults: string[] = [];

beforeAll(async () => {
  database = await aDatabase();
  store = await openStore({ url: database.url });
  outside = new pg.Client({ connectionString: database.url });
  await outside.connect();
});

afterEach(async () => {
  await Promise.all(started.splice(0).map((jobs) => jobs.stop()));
  await outside.query('delete from graphile_worker._private_jobs');
  faults.length = 0;
});

afterAll(async () => {
  await outside?.end();
  await store?.close();
  await database?.drop();
});

/** Runs jobs with `prepare` in the place of the task that every test here adds. */
async function running(prepare: Task<'prepare-report'>, leaseMs?: number): Promise<Jobs> {
  const tasks: Tasks = { ...tasksOf(store), 'prepare-report': prepare };
  const jobs = await startJobs({ store, tasks, log: (line) => faults.push(line), ...(leaseMs === undefined ? {} : { leaseMs }) });
  started.push(jobs);
  return jobs;
}

const payload = (reportId: string) => ({ cell: 0, tenantId: 'contoso', reportId });

async function waiting(): Promise<{ key: string | null; attempts: number; locked: boolean; due: boolean }[]> {
  const { rows } = await outside.query(
    'select key, attempts, locked_at is not null as locked, run_at <= now() as due from graphile_worker.jobs order by id',
  );
  return rows;
}

describe('a job', () => {
  it('is done with its payload, then is gone', async () => {
    const done = Promise.withResolvers<unknown>();
    const jobs = await running(async (given, { attempt, last }) => done.resolve({ ...given, attempt, last }) as undefined);
    await jobs.addJob('prepare-report', payload('one'), { maxAttempts: 1 });
    expect(await done.promise).toEqual({ ...payload('one'), attempt: 1, last: true });
    await expect.poll(waiting, SOON).toEqual([]);
  });

  it('is there if and only if the transaction commits that added it', async () => {
    await store.database.everywhere
      .transaction(async (fly) => {
        await fly([addJob('prepare-report', payload('rolled back'))]);
        throw new Error('no');
      })
      .catch(() => {});
    expect(await waiting()).toEqual([]);
    await store.database.everywhere.transaction((fly) => fly([addJob('prepare-report', payload('committed'))]));
    expect(await waiting()).toHaveLength(1);
  });

  it('of a key that waits already replaces it', async () => {
    await store.database.everywhere.query(addJob('prepare-report', payload('first'), { key: 'same' }));
    await store.database.everywhere.query(addJob('prepare-report', payload('second'), { key: 'same' }));
    const seen: string[] = [];
    await running(async ({ reportId }) => void seen.push(reportId) as undefined);
    await expect.poll(waiting, SOON).toEqual([]);
    expect(seen).toEqual(['second']);
  });

  it('waits for its time', async () => {
    const seen: string[] = [];
    const jobs = await running(async ({ reportId }) => void seen.push(reportId) as undefined);
    await jobs.addJob('prepare-report', payload('tomorrow'), { runAt: (Date.now() + 86_400_000) as Instant });
    await jobs.addJob('prepare-report', payload('now'));
    await expect.poll(() => seen, SOON).toEqual(['now']);
    await expect.poll(waiting, SOON).toMatchObject([{ due: false, attempts: 0 }]);
  });

  it('that asks for another run gets one, with another payload, its key and a full count of attempts', async () => {
    const seen: string[] = [];
    const jobs = await running(async ({ reportId }) => {
      seen.push(reportId);
      if (reportId === 'first') return { again: 'now', payload: payload('second') };
      if (reportId === 'second') return { again: (Date.now() + 86_400_000) as Instant };
      return undefined;
    });
    await jobs.addJob('prepare-report', payload('first'), { key: 'mine' });
    await expect.poll(() => seen, SOON).toEqual(['first', 'second']);
    await expect.poll(waiting, SOON).toEqual([{ key: 'mine', attempts: 0, locked: false, due: false }]);
  });

  it('that fails is tried again after a while, and its fault is logged', async () => {
    const jobs = await running(async () => {
      throw new Error('the printer is on fire');
    });
    await jobs.addJob('prepare-report', payload('one'));
    await expect.poll(waiting, SOON).toEqual([{ key: null, attempts: 1, locked: false, due: false }]);
    expect(faults.join()).toContain('the printer is on fire');
  });
});

describe('several processes', () => {
  it('share the jobs, and do each one once', async () => {
    const seen: string[] = [];
    const done = async ({ reportId }: { reportId: string }) => void seen.push(reportId) as undefined;
    await running(done);
    await running(done);
    const names = Array.from({ length: 60 }, (_, index) => `r${String(index).padStart(2, '0')}`);
    await Promise.all(names.map((name) => store.database.everywhere.query(addJob('prepare-report', payload(name)))));
    await expect.poll(waiting, { timeout: 10_000 }).toEqual([]);
    expect(seen.toSorted()).toEqual(names);
  });

  it('free the job of one that died once its lease is over', async () => {
    await store.database.everywhere.query(addJob('prepare-report', payload('orphan')));
    // As a process leaves it that is killed in the middle of it.
    await outside.query(
      `update graphile_worker._private_jobs set attempts = 1, locked_by = 'pool-of-the-dead', locked_at = now()`,
    );
    const attempt = Promise.withResolvers<number>();
    await running(async (_, run) => attempt.resolve(run.attempt) as undefined, 500);
    expect(await attempt.promise).toBe(2);
    await expect.poll(waiting, SOON).toEqual([]);
  });

  it('leave a job alone that takes longer than its lease', async () => {
    const leaseMs = 400;
    const end = Promise.withResolvers<undefined>();
    let runs = 0;
    const slow = () => {
      runs += 1;
      return end.promise;
    };
    const jobs = await running(slow, leaseMs);
    await running(slow, leaseMs);
    await jobs.addJob('prepare-report', payload('slow'));
    await expect.poll(async () => (await waiting())[0]?.locked, SOON).toBe(true);
    const { rows } = await outside.query('select locked_at from graphile_worker.jobs');
    // Until its lease has been renewed for longer than three leases.
    await expect
      .poll(
        async () => {
          const { rows: now } = await outside.query('select locked_at from graphile_worker.jobs');
          return now[0].locked_at - rows[0].locked_at;
        },
        { timeout: 10_000 },
      )
      .toBeGreaterThan(3 * leaseMs);
    expect(runs).toBe(1);
    end.resolve(undefined);
    await expect.poll(waiting, SOON).toEqual([]);
    expect(runs).toBe(1);
  });
});

describe('stopping', () => {
  it('tells the running job, which goes on after the next start', async () => {
    const begun = Promise.withResolvers<void>();
    const jobs = await running(async (_, { signal }) => {
      begun.resolve();
      // It may be begun once more before the last worker knows that all of them are to stop.
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      return { again: 'now' };
    });
    await jobs.addJob('prepare-report', payload('long'), { key: 'long' });
    await begun.promise;
    const before = performance.now();
    await jobs.stop();
    expect(performance.now() - before).toBeLessThan(3_000);
    expect(await waiting()).toEqual([{ key: 'long', attempts: 0, locked: false, due: true }]);
    const resumed = Promise.withResolvers<string>();
    await running(async ({ reportId }) => resumed.resolve(reportId) as undefined);
    expect(await resumed.promise).toBe('long');
  });

  it('does not wait for ever for a job that does not listen', async () => {
    const begun = Promise.withResolvers<void>();
    const deaf = Promise.withResolvers<undefined>();
    const jobs = await running(() => {
      begun.resolve();
      return deaf.promise;
    });
    await jobs.addJob('prepare-report', payload('deaf'));
    await begun.promise;
    const before = performance.now();
    await jobs.stop();
    expect(performance.now() - before).toBeLessThan(8_500);
    deaf.resolve(undefined);
  }, 15_000);
});

describe('an outage of the database', () => {
  it('stops nothing for good: what was under way then is done again, what comes later is done', async () => {
    const seen: string[] = [];
    const begun = Promise.withResolvers<void>();
    const goOn = Promise.withResolvers<void>();
    const jobs = await running(async ({ reportId }) => {
      seen.push(reportId);
      if (seen.length > 1) return undefined;
      begun.resolve();
      await goOn.promise;
      return undefined;
    }, 800);
    await jobs.addJob('prepare-report', payload('interrupted'));
    await begun.promise;
    const name = new URL(database.url).pathname.slice(1);
    const elsewhere = new pg.Client({ connectionString: inject('postgresUrl') });
    await elsewhere.connect();
    await elsewhere.query(`alter database ${name} with allow_connections false`);
    await elsewhere.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and application_name like 'bursar%'`,
    );
    // The job ends now, and cannot say so.
    goOn.resolve();
    await expect.poll(() => faults.join(), { timeout: 10_000 }).toContain('the runner has ended and is started again');
    await elsewhere.query(`alter database ${name} with allow_connections true`);
    await elsewhere.end();
    const add = () => jobs.addJob('prepare-report', payload('later')).then(() => 'added');
    await expect.poll(add, { timeout: 10_000 }).toBe('added');
    await expect.poll(waiting, { timeout: 20_000 }).toEqual([]);
    expect(seen.toSorted()).toEqual(['interrupted', 'interrupted', 'later']);
  }, 40_000);
});
