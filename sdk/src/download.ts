// Files: a report (M5), the audit log (T3), as CSV.

import { asProblem, BursarError, errorOfProblem } from './bursar-error.ts';
import { backoffMs, type Connection, wait } from './connection.ts';

/**
 * A file, chunk by chunk as it is read, however large. Begins again by itself until the first answer; where the connection is lost
 * later the stream fails, so that half a file is never taken for a whole one.
 */
export async function download(
  connection: Connection,
  path: string,
  signal = new AbortController().signal,
): Promise<ReadableStream<Uint8Array<ArrayBuffer>>> {
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
  return new BursarError({ code: 'Unreachable', status: 0, detail: `the file cannot be downloaded: ${cause}` }, { cause: error });
}
