// Reports (M4, M5): asked for, prepared in the background, downloaded as CSV.

import { asProblem, BursarError, errorOfProblem } from './bursar-error.ts';
import { call } from './call.ts';
import { backoffMs, type Connection, wait } from './connection.ts';
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

/**
 * The file, chunk by chunk as it is read, however large. Begins again by itself until the first answer; where the connection is lost
 * later the stream fails, so that half a file is never taken for a whole one.
 */
export async function download(
  connection: Connection,
  id: string,
  signal = new AbortController().signal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
  const path = `/v1/reports/${encodeURIComponent(id)}/content`;
  for (let round = 0; ; round++) {
    let answer: Response;
    try {
      answer = await connection.open(path, { accept: 'text/csv, application/problem+json' }, signal);
    } catch (error) {
      if (signal.aborted) throw signal.reason;
      if (round >= connection.retries) throw unreachable(error);
      await wait(backoffMs(round), signal);
      continue;
    }
    if (answer.ok && answer.body) return answer.body;
    const problem = asProblem(answer.status, await answer.json().catch(() => undefined));
    const busy = answer.status === 429 || answer.status === 503;
    if (!busy || round >= connection.retries) throw errorOfProblem(problem);
    await wait(backoffMs(round), signal);
  }
}

function unreachable(error: unknown): BursarError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
  return new BursarError(
    { code: 'Unreachable', status: 0, detail: `the report cannot be downloaded: ${cause}` },
    { cause: error },
  );
}
