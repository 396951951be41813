// What each job does: one line a task, so that a task without a handler does not compile. The work itself is in the concept's file.

import type { OpenStore } from '../store/open-store.ts';
import type { Tasks } from './jobs.ts';

/** `retentionMonths`: null keeps single actions for ever. */
export function tasksOf(store: OpenStore, { retentionMonths = null }: { retentionMonths?: number | null } = {}): Tasks {
  return {
    'compute-consumption': async () => {
      await store.computeAll();
    },
    'prepare-report': async (report, run) => ((await store.prepareReport(report, run)) ? undefined : { again: 'now' }),
    'discard-reports': async () => {
      await store.discardReports();
    },
    'drop-old-activity': async (_payload, { signal }) => {
      if (retentionMonths !== null) await store.dropOldActivity(retentionMonths, signal);
    },
  };
}
