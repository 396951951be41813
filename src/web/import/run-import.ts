// Checks a file, and records it: part by part, telling how far it is.

import { type ImportRun, type Input, totalOfImport } from '../../../sdk/src/index.ts';
import type { ImportView } from '../../core/import-view.ts';
import { ask } from '../client.ts';
import { firstPart, idOfContent, partsOf, type ReadFile } from './file-parts.ts';

/** How a file is read, where it does not say itself. */
export interface ImportTerms {
  view?: ImportView;
  from?: string;
  to?: string;
  belowThousandAs?: number;
  environmentId?: string;
}

export interface Running {
  signal: AbortSignal;
  /** Told after each part: how many rows are done. */
  progress: (rows: number) => void;
}

async function send(csv: string, query: Input<'importFile'>['query'], signal: AbortSignal): Promise<ImportRun> {
  return ask('importFile', { query, body: csv, signal });
}

/** What would be recorded of it; nothing is. */
export async function checkFile(file: ReadFile, terms: ImportTerms, { signal, progress }: Running): Promise<ImportRun> {
  const query = { ...terms, fileName: file.name, dryRun: 'true' as const };
  const first = await send(firstPart(file).csv, query, signal);
  if (file.records === null) return first;
  const runs: ImportRun[] = [];
  let done = 0;
  for (const { csv, rows } of partsOf(file, first.identifiedBy)) {
    runs.push(await send(csv, query, signal));
    done += rows;
    progress(done);
  }
  return totalOfImport(runs);
}

/** Records it as it was checked; doing it again finishes what was cut off. */
export async function recordFile(
  file: ReadFile,
  terms: ImportTerms,
  checked: ImportRun,
  countAgain: boolean,
  { signal, progress }: Running,
): Promise<ImportRun> {
  const parts = partsOf(file, checked.identifiedBy);
  const isOfPeriod = checked.view === 'copilot-credits-agents' || checked.view === 'copilot-credits-users';
  const query = {
    ...terms,
    // What the check took for the days, so that it is recorded so, also past midnight.
    ...(isOfPeriod && checked.from !== null && checked.to !== null && { from: checked.from, to: checked.to }),
    fileName: file.name,
    dryRun: 'false' as const,
    ...(countAgain && { countAgain: 'true' as const }),
    ...(parts.length > 1 && { id: idOfContent(JSON.stringify([checked.view, terms, file.text])), parts: parts.length }),
  };
  const runs: ImportRun[] = [];
  let done = 0;
  for (const [place, { csv, rows }] of parts.entries()) {
    runs.push(await send(csv, parts.length > 1 ? { ...query, part: place + 1 } : query, signal));
    done += rows;
    progress(done);
  }
  return totalOfImport(runs);
}
