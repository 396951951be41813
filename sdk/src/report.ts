// Reports (M4, M5): asked for, prepared in the background.

import { BursarError } from './bursar-error.ts';
import { call } from './call.ts';
import { type Connection, wait } from './connection.ts';
import type { Report } from './openapi.ts';

export interface CompletedOptions {
  /** Called with the report each time it was looked at. */
  progress?: ((report: Report) => void) | undefined;
  signal?: AbortSignal | undefined;
}

const FIRST_LOOK_MS = 100;
const LONGEST_LOOK_MS = 2000;

/** Waits until a report is completed, as long as it takes. Throws `BursarError` with `ReportNotAvailable` where it failed or expired. */
export async function completed(connection: Connection, id: string, options: CompletedOptions = {}): Promise<Report> {
  for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_LOOK_MS)) {
    const report = await call(connection, 'getReport', { params: { id }, signal: options.signal });
    options.progress?.(report);
    if (report.status === 'Completed') return report;
    if (report.status === 'Failed' || report.status === 'Expired') {
      const why = report.failure === null ? '' : `: ${report.failure}`;
      throw new BursarError({
        code: 'ReportNotAvailable',
        status: 409,
        detail: `report ${id} is ${report.status}${why}; ask for a new one`,
      });
    }
    await wait(waitMs, options.signal);
  }
}
