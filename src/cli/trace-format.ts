// Formats of traces of real AI calls: recognised by their header, or told by --map. A trace is a CSV file with a header, one call a line.

import { UsageError } from './verb.ts';

/** Which column says what. */
export interface TraceColumns {
  time: string;
  input: string;
  output: string;
  model?: string;
  user?: string;
  environment?: string;
}

export interface TraceFormat {
  name: string;
  columns: TraceColumns;
}

const KNOWN_FORMATS: readonly TraceFormat[] = [
  {
    name: 'Azure LLM inference trace 2023',
    columns: { time: 'TIMESTAMP', input: 'ContextTokens', output: 'GeneratedTokens' },
  },
];

const REQUIRED = ['time', 'input', 'output'] as const;
const OPTIONAL = ['model', 'user', 'environment'] as const;
const MAP_WANTED = '--map time=COLUMN,input=COLUMN,output=COLUMN[,model=COLUMN,user=COLUMN,environment=COLUMN]';

/** Reads `time=Timestamp,input=Request tokens,…`. */
export function readMap(text: string): TraceColumns {
  const columns: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [, name = '', column = ''] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    if (![...REQUIRED, ...OPTIONAL].some((each) => each === name) || column === '') {
      throw new UsageError(`--map: ${JSON.stringify(pair)} is not understood; wanted ${MAP_WANTED}`);
    }
    columns[name] = column;
  }
  const missing = REQUIRED.filter((name) => columns[name] === undefined);
  if (missing.length > 0) throw new UsageError(`--map says nothing of ${missing.join(' and ')}; wanted ${MAP_WANTED}`);
  return columns as unknown as TraceColumns;
}

/** The format of a file with this header. Without a map it must be a known one. */
export function formatOf(header: readonly string[], map: TraceColumns | undefined): TraceFormat {
  const has = (columns: TraceColumns) => Object.values(columns).every((column) => header.includes(column));
  if (map === undefined) {
    const known = KNOWN_FORMATS.find((format) => has(format.columns));
    if (known) return known;
    const formats = KNOWN_FORMATS.map(({ name, columns }) => `${Object.values(columns).join(',')} (${name})`).join('; ');
    throw new UsageError(
      `the header ${header.join(',')} is of no known trace. Known: ${formats}. Say which column is what: ${MAP_WANTED}`,
    );
  }
  const missing = Object.values(map).filter((column) => !header.includes(column));
  if (missing.length > 0) {
    throw new UsageError(
      `--map names ${missing.map((column) => JSON.stringify(column)).join(' and ')}, but the header is ${header.join(',')}`,
    );
  }
  return { name: 'columns as mapped', columns: map };
}

const DATE_AND_TIME = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d+))?\s*(Z|UTC|[+-]\d\d:?\d\d)?$/i;
const FIRST_EPOCH_SECOND = 1e9;
const FIRST_EPOCH_MILLISECOND = 1e11;

/**
 * A moment of a trace in milliseconds: a date with time (UTC unless it says otherwise), seconds or milliseconds since 1970, or seconds
 * since its start. Null where it is none.
 */
export function readTime(text: string): number | null {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const value = Number(text);
    return value >= FIRST_EPOCH_MILLISECOND ? value : value * 1000;
  }
  const [, day, time, fraction = '', zone = 'Z'] = DATE_AND_TIME.exec(text) ?? [];
  if (day === undefined) return null;
  const offset = /^(Z|UTC)$/i.test(zone) ? 'Z' : zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2');
  const ms = Date.parse(`${day}T${time}.${fraction.padEnd(3, '0').slice(0, 3)}${offset}`);
  return Number.isNaN(ms) ? null : ms;
}

/** Whether the moments of a trace are dates, or only count from its start. */
export function isDate(ms: number): boolean {
  return ms >= FIRST_EPOCH_SECOND * 1000;
}
