// Runs the jobs of this database (store/job.ts) beside the server: two at a time, in as many processes as there are. A job whose
// process died is free again after its lease; a fault of the database stops nothing, the jobs wait until it is there again. When the
// server stops, running jobs are told to and go on where they were at the next start.

import { type JobHelpers, Logger, parseCronItems, type Runner, run } from 'graphile-worker';
import type { Instant } from '../core/month.ts';
import { addJob, type JobOptions, jobConnections, renewLeases, type TaskName, type TaskPayloads } from '../store/job.ts';
import type { OpenStore } from '../store/open-store.ts';
import { Unavailable } from '../store/store.ts';

/** What a task is told of its run. */
export interface JobRun {
  /** 1 at the first attempt. */
  attempt: number;
  maxAttempts: number;
  /** Whether no other attempt follows if this one fails. */
  last: boolean;
  /** Aborted when the server stops: end soon, and answer `{ again: … }` where something is left to do. */
  signal: AbortSignal;
}

/** The same job once more, as a new one: at a time, and with another payload where one is given. */
export interface Again<T extends TaskName> {
  again: Instant | 'now';
  payload?: TaskPayloads[T];
}

/** Does a job; what it throws is logged, and the job tried again later. May be done twice, also at the same moment. */
export type Task<T extends TaskName> = (payload: TaskPayloads[T], run: JobRun) => Promise<Again<T> | undefined>;
export type Tasks = { [T in TaskName]: Task<T> };

export interface Jobs {
  /** Adds a job on its own; to add one together with what it is about, put `addJob` of store/job.ts into that transaction. */
  addJob<T extends TaskName>(task: T, payload: TaskPayloads[T], options?: JobOptions): Promise<void>;
  /** Takes no more jobs, tells the running ones to end, and waits for them, for some seconds at most. */
  stop(): Promise<void>;
}

/** In UTC. What was missed while nothing ran is made up for, within a day. */
const SCHEDULE: readonly { task: TaskName; match: string }[] = [
  { task: 'compute-consumption', match: '0 0 * * *' },
  { task: 'discard-reports', match: '17 * * * *' },
  { task: 'drop-old-activity', match: '41 3 * * *' },
];
const DAY_MS = 86_400_000;

const CONCURRENCY = 2;
const POLL_INTERVAL_MS = 2_000;
const LEASE_MS = 10_000;
const RENEW_INTERVAL_MS = 2_000;
const STOP_WITHIN_MS = 5_000;
const START_AGAIN_AFTER_MS = 1_000;

/** Starts to run the jobs of the store's database; `log` takes one line for each fault. */
export async function startJobs(options: {
  store: OpenStore;
  tasks: Tasks;
  log: (line: string) => void;
  /** After how long a job whose process died is free again. */
  leaseMs?: number;
}): Promise<Jobs> {
  const { store, tasks, log } = options;
  const { database } = store;
  const leaseMs = options.leaseMs ?? LEASE_MS;
  const stopping = new AbortController();
  const running = new Set<string>();
  const logger = new Logger(() => (level, message) => {
    if (level === 'error' && !stopping.signal.aborted) log(`jobs: ${message.split('\n', 1)[0]}`);
  });
  // One a job, one that listens, one for the schedule.
  const connections = jobConnections(database.url, CONCURRENCY + 2, (error) => {
    if (!stopping.signal.aborted) log(`jobs, database connection: ${error.message}`);
  });
  let runner: Runner | null = null;

  async function perform<T extends TaskName>(task: T, payload: TaskPayloads[T], { job }: JobHelpers): Promise<void> {
    running.add(job.id);
    try {
      const outcome = await tasks[task](payload, {
        attempt: job.attempts,
        maxAttempts: job.max_attempts,
        last: job.attempts >= job.max_attempts,
        signal: stopping.signal,
      });
      if (!outcome) return;
      await database.everywhere.query(
        addJob(task, outcome.payload ?? payload, {
          maxAttempts: job.max_attempts,
          ...(job.key === null ? {} : { key: job.key }),
          ...(outcome.again === 'now' ? {} : { runAt: outcome.again }),
        }),
      );
    } finally {
      running.delete(job.id);
    }
  }

  async function start(): Promise<void> {
    runner = await run({
      pgPool: connections,
      logger,
      concurrency: CONCURRENCY,
      pollInterval: POLL_INTERVAL_MS,
      noHandleSignals: true,
      taskList: Object.fromEntries(
        (Object.keys(tasks) as TaskName[]).map((task) => [
          task,
          (payload: unknown, helpers: JobHelpers) => perform(task, payload as never, helpers),
        ]),
      ),
      parsedCronItems: parseCronItems(
        SCHEDULE.map(({ task, match }) => ({ task, match, options: { backfillPeriod: DAY_MS, jobKey: task } })),
      ),
      // Without these it does not wait for what it writes of a job's end, and a fault of the database there would end the process.
      preset: { plugins: [replaceWorkers], worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    });
    void runner.promise
      .catch(() => {})
      .then(() => {
        if (stopping.signal.aborted) return;
        log('jobs: the runner has ended and is started again');
        startAgainSoon();
      });
  }

  function startAgainSoon(): void {
    setTimeout(() => {
      if (stopping.signal.aborted) return;
      start().catch((error: Error) => {
        log(`jobs: the runner cannot be started: ${error.message}`);
        startAgainSoon();
      });
    }, START_AGAIN_AFTER_MS).unref();
  }

  async function renew(): Promise<void> {
    try {
      await renewLeases(database, [...running], leaseMs);
    } catch (error) {
      // Whoever asks the database says so already.
      if (!(error instanceof Unavailable)) log(`jobs: leases could not be renewed: ${(error as Error).message}`);
    }
  }

  await start();
  await renew();
  const renewing = setInterval(() => void renew(), Math.min(RENEW_INTERVAL_MS, leaseMs / 4));
  renewing.unref();

  return {
    async addJob(task, payload, jobOptions) {
      await database.everywhere.query(addJob(task, payload, jobOptions));
    },
    async stop() {
      if (stopping.signal.aborted) return;
      stopping.abort(new Error('Bursar is stopping'));
      clearInterval(renewing);
      await within(
        STOP_WITHIN_MS,
        runner?.stop().catch(() => {}),
      );
      await within(STOP_WITHIN_MS / 2, connections.end());
    },
  };
}

/** graphile-worker ends as a whole where a worker could not say that its job was done; here another takes its place. */
const replaceWorkers: GraphileConfig.Plugin = {
  name: 'bursar-replace-workers',
  version: '1.0.0',
  worker: {
    middleware: {
      poolWorkerPrematureExit: (_next, event) => event.replaceWithNewWorker(),
    },
  },
};

async function within(ms: number, work: Promise<unknown> | undefined): Promise<void> {
  const { promise: tooLong, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work, tooLong]);
  clearTimeout(timer);
}
