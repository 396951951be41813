// Reads a trace line by line, however long it is. A line that cannot be used is told with its number and passed over.

import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { formatOf, readTime, type TraceColumns, type TraceFormat } from './trace-format.ts';
import { UsageError } from './verb.ts';

export interface TraceCall {
  /** In the file, from 1; the header is line 1. */
  line: number;
  /** The whole line, for the idempotency key. */
  text: string;
  ms: number;
  inputTokens: number;
  outputTokens: number;
  model: string | undefined;
  userId: string | undefined;
  environmentId: string | undefined;
}

export interface BadLine {
  line: number;
  /** Why it cannot be used. */
  bad: string;
}

export interface TraceSurvey {
  format: TraceFormat;
  calls: number;
  firstMs: number;
  lastMs: number;
  badLines: number;
  firstBadLines: BadLine[];
  /** Of the column `environment`. */
  environments: Set<string>;
}

const MOST_TOKENS = 1_000_000_000;
const MOST_SHOWN_BAD_LINES = 20;
const MOST_ENVIRONMENTS = 1000;
const ENVIRONMENT_ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;

/** The lines of a trace in their order. Throws `UsageError` where the file cannot be read or its format is not known. */
export async function* readTrace(file: string, map: TraceColumns | undefined): AsyncGenerator<TraceCall | BadLine, void> {
  let read: ((record: string[]) => Omit<TraceCall, 'line' | 'text'> | string) | undefined;
  for await (const { record, raw, line } of recordsOf(file)) {
    if (!read) {
      const names = record.map((name) => name.trim());
      read = reader(names, formatOf(names, map));
      continue;
    }
    const call = read(record);
    yield typeof call === 'string' ? { line, bad: call } : { line, text: raw.trim(), ...call };
  }
  if (!read) throw new UsageError(`${file} is empty; wanted a CSV file with a header`);
}

/** Reads a trace once before it is replayed: how long it is, and what it names. */
export async function surveyTrace(file: string, map: TraceColumns | undefined): Promise<TraceSurvey> {
  const survey: TraceSurvey = {
    format: formatOf(await headerOf(file), map),
    calls: 0,
    firstMs: Number.POSITIVE_INFINITY,
    lastMs: Number.NEGATIVE_INFINITY,
    badLines: 0,
    firstBadLines: [],
    environments: new Set(),
  };
  for await (const each of readTrace(file, map)) {
    if ('bad' in each) {
      survey.badLines += 1;
      if (survey.firstBadLines.length < MOST_SHOWN_BAD_LINES) survey.firstBadLines.push(each);
      continue;
    }
    survey.calls += 1;
    survey.firstMs = Math.min(survey.firstMs, each.ms);
    survey.lastMs = Math.max(survey.lastMs, each.ms);
    if (each.environmentId !== undefined) survey.environments.add(each.environmentId);
    if (survey.environments.size > MOST_ENVIRONMENTS) {
      throw new UsageError(
        `the column ${map?.environment} names more than ${MOST_ENVIRONMENTS} environments; is it the right one?`,
      );
    }
  }
  if (survey.calls === 0) {
    const [first] = survey.firstBadLines;
    throw new UsageError(`${file} has no line that can be used${first ? `; line ${first.line}: ${first.bad}` : ''}`);
  }
  return survey;
}

async function headerOf(file: string): Promise<string[]> {
  for await (const { record } of recordsOf(file)) return record.map((name) => name.trim());
  throw new UsageError(`${file} is empty; wanted a CSV file with a header`);
}

interface CsvRecord {
  record: string[];
  raw: string;
  line: number;
}

async function* recordsOf(file: string): AsyncGenerator<CsvRecord, void> {
  const input = createReadStream(file);
  const parser = parse({
    bom: true,
    info: true,
    raw: true,
    // Files that were put together from several may end their lines in either way.
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  input.on('error', (error) => parser.destroy(error));
  try {
    for await (const parsed of input.pipe(parser) as AsyncIterable<{ record: string[]; raw: string; info: { lines: number } }>) {
      yield { record: parsed.record, raw: parsed.raw, line: parsed.info.lines };
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`there is no file ${file}`);
    if (code?.startsWith('E') || code?.startsWith('CSV_')) throw new UsageError(`${file} cannot be read: ${message}`);
    throw error;
  } finally {
    input.destroy();
  }
}

/** What reads a record of this format: the call, or why it is none. */
function reader(header: readonly string[], { columns }: TraceFormat) {
  const place = (name: keyof TraceColumns): number => (columns[name] === undefined ? -1 : header.indexOf(columns[name]));
  const places = {
    time: place('time'),
    input: place('input'),
    output: place('output'),
    model: place('model'),
    user: place('user'),
    environment: place('environment'),
  };
  return (record: string[]): Omit<TraceCall, 'line' | 'text'> | string => {
    if (record.length !== header.length) return `${record.length} columns where the header has ${header.length}`;
    const text = (name: keyof TraceColumns) => (places[name] < 0 ? undefined : record[places[name]]!.trim() || undefined);
    const ms = readTime(text('time') ?? '');
    if (ms === null) return `${columns.time} is ${JSON.stringify(text('time') ?? '')}: wanted a date with time, or seconds`;
    const tokens = { inputTokens: readTokens(text('input')), outputTokens: readTokens(text('output')) };
    if (tokens.inputTokens === null)
      return `${columns.input} is ${JSON.stringify(text('input') ?? '')}: wanted a whole number of tokens`;
    if (tokens.outputTokens === null)
      return `${columns.output} is ${JSON.stringify(text('output') ?? '')}: wanted a whole number of tokens`;
    const environmentId = text('environment');
    if (environmentId !== undefined && !ENVIRONMENT_ID.test(environmentId)) {
      return `${columns.environment} is ${JSON.stringify(environmentId)}: wanted letters, digits and . _ @ -, at most 128`;
    }
    const { inputTokens, outputTokens } = tokens;
    return { ms, inputTokens, outputTokens, model: text('model'), userId: text('user'), environmentId };
  };
}

function readTokens(text: string | undefined): number | null {
  if (text === undefined || !/^\d{1,10}$/.test(text)) return null;
  return Number(text) <= MOST_TOKENS ? Number(text) : null;
}
