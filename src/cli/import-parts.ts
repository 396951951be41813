// A file that is imported, in parts that one request takes each. Rows that are about the same go together in the last part, because
// only all of them together can be told apart; each row says its line in the whole file. A short file is one part, as it is.

import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import { UsageError } from './verb.ts';

/** What is sent as it is, with its own lines. */
const SHORT_BYTES = 2 * 1024 * 1024;
const ROWS_OF_A_PART = 5_000;
const CHARACTERS_OF_A_PART = 4 * 1024 * 1024;
const LINE_COLUMN = 'Bursar Line';

export interface FilePart {
  csv: string;
  rows: number;
}

export interface SurveyedFile {
  rows: number;
  first: FilePart;
  /** Whether the first part is all of it. */
  isWhole: boolean;
}

interface CsvRow {
  cells: string[];
  raw: string;
  line: number;
}

/** Looks through a file once: how many rows it has, and its first part. Throws `UsageError` where it cannot be read. */
export async function surveyFile(file: string): Promise<SurveyedFile> {
  const rows = recordsOf(file);
  let count = 0;
  let header: CsvRow | undefined;
  const part = new Part();
  let isWhole = true;
  for await (const row of rows) {
    if (!header) {
      header = row;
      part.begin(header);
      continue;
    }
    count += 1;
    if (part.isFull) isWhole = false;
    else part.add(row);
  }
  if (isWhole && (await sizeOf(file)) <= SHORT_BYTES) {
    return { rows: count, first: { csv: await decodedWhole(file), rows: count }, isWhole };
  }
  return { rows: count, first: part.taken(), isWhole };
}

/** Of a file and what else it is told by. */
export async function fileHash(file: string, about: string): Promise<string> {
  const sum = createHash('sha256').update(about);
  for await (const chunk of createReadStream(file)) sum.update(chunk);
  return sum.digest('hex').slice(0, 32);
}

/** The hashes of rows that are about the same as another; `identifiedBy` are the columns that tell, in the file's own words. */
export async function repeatedRows(file: string, identifiedBy: readonly string[]): Promise<ReadonlySet<bigint>> {
  let hashes = new BigUint64Array(4096);
  let count = 0;
  let places: number[] | undefined;
  for await (const { cells } of recordsOf(file)) {
    if (!places) {
      places = placesOf(cells, identifiedBy);
      continue;
    }
    if (count === hashes.length) {
      const larger = new BigUint64Array(hashes.length * 2);
      larger.set(hashes);
      hashes = larger;
    }
    hashes[count++] = identityOf(cells, places);
  }
  const sorted = hashes.subarray(0, count).sort();
  const repeated = new Set<bigint>();
  for (let index = 1; index < count; index += 1) if (sorted[index] === sorted[index - 1]) repeated.add(sorted[index]!);
  return repeated;
}

/** The parts of a file, the same ones every time. */
export async function* partsOf(
  file: string,
  identifiedBy: readonly string[],
  repeated: ReadonlySet<bigint>,
): AsyncGenerator<FilePart, void> {
  const part = new Part();
  const together = new Part();
  let places: number[] | undefined;
  for await (const row of recordsOf(file)) {
    if (!places) {
      places = placesOf(row.cells, identifiedBy);
      part.begin(row);
      together.begin(row);
      continue;
    }
    if (repeated.size > 0 && repeated.has(identityOf(row.cells, places))) {
      together.add(row);
      continue;
    }
    if (part.isFull) yield part.taken();
    part.add(row);
  }
  if (part.rows > 0) yield part.taken();
  if (together.rows > 0) yield together.taken();
}

class Part {
  rows = 0;
  #header = '';
  #lines: string[] = [];
  #size = 0;

  begin({ raw }: CsvRow): void {
    this.#header = `${LINE_COLUMN}${delimiterOf(raw)}${raw.trim()}\n`;
  }

  add({ raw, line }: CsvRow): void {
    const text = `${line}${delimiterOf(this.#header)}${raw.replace(/^[\r\n]+|[\r\n]+$/g, '')}\n`;
    this.#lines.push(text);
    this.#size += text.length;
    this.rows += 1;
  }

  get isFull(): boolean {
    return this.rows >= ROWS_OF_A_PART || this.#size >= CHARACTERS_OF_A_PART;
  }

  taken(): FilePart {
    const part = { csv: this.#header + this.#lines.join(''), rows: this.rows };
    this.#lines = [];
    this.#size = 0;
    this.rows = 0;
    return part;
  }
}

function placesOf(titles: readonly string[], identifiedBy: readonly string[]): number[] {
  return identifiedBy.map((title) => titles.findIndex((each) => each.trim() === title));
}

function identityOf(cells: readonly string[], places: readonly number[]): bigint {
  const identity = JSON.stringify(places.map((place) => cells[place]?.trim()));
  return hash('sha256', identity, 'buffer').readBigUInt64LE(0);
}

/** As the server sees it: tabs where there are no commas. */
function delimiterOf(header: string): ',' | '\t' {
  return header.includes('\t') && !header.includes(',') ? '\t' : ',';
}

async function sizeOf(file: string): Promise<number> {
  const handle = await open(file);
  try {
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
}

async function encodingOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const start = Buffer.alloc(2);
    await handle.read(start, 0, 2, 0);
    return start[0] === 0xff && start[1] === 0xfe ? 'utf-16le' : start[0] === 0xfe && start[1] === 0xff ? 'utf-16be' : 'utf-8';
  } finally {
    await handle.close();
  }
}

async function decodedWhole(file: string): Promise<string> {
  return new TextDecoder(await encodingOf(file), { fatal: true }).decode(await readFile(file));
}

async function* recordsOf(file: string): AsyncGenerator<CsvRow, void> {
  try {
    const encoding = await encodingOf(file);
    yield* parsed(Readable.from(decoded(file, encoding)), await firstLineOf(file, encoding));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new UsageError(`there is no file ${file}`);
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new UsageError(`${file} is no text in UTF-8, or in UTF-16 with a byte order mark; save it as "CSV UTF-8"`);
    if (code?.startsWith('E') && !code.startsWith('ERR_')) throw new UsageError(`${file} cannot be read: ${message}`);
    throw error;
  }
}

/** Pieces of text without half characters, so that what is no text is found and not replaced. */
async function* decoded(file: string, encoding: string): AsyncGenerator<string, void> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  for await (const chunk of createReadStream(file)) {
    const text = decoder.decode(chunk as Buffer, { stream: true });
    if (text !== '') yield text;
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

async function firstLineOf(file: string, encoding: string): Promise<string> {
  for await (const text of decoded(file, encoding)) return text.slice(0, Math.max(0, text.search(/\r?\n/))) || text;
  return '';
}

async function* parsed(input: Readable, firstLine: string): AsyncGenerator<CsvRow, void> {
  const parser = parse({
    delimiter: delimiterOf(firstLine),
    info: true,
    raw: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // What is never closed is sent as it is: the server says from which line on it could not be read.
    skip_records_with_error: true,
  });
  let broken = '';
  parser.on('skip', (_error, raw) => {
    broken = raw ?? '';
  });
  input.on('error', (error) => parser.destroy(error));
  let drift = 0;
  let last = 0;
  try {
    for await (const { record, raw, info } of input.pipe(parser) as AsyncIterable<{
      record: string[];
      raw: string;
      info: { lines: number };
    }>) {
      // The parser counts a line that ends with CRLF within quotes twice.
      const breaks = record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0);
      const twice = record.reduce((sum, cell) => sum + (cell.match(/\r\n/g)?.length ?? 0), 0);
      yield { cells: record, raw, line: info.lines - drift - breaks - twice };
      drift += twice;
      last = info.lines - drift;
    }
    if (broken !== '') yield { cells: [], raw: broken, line: last + 1 };
  } finally {
    input.destroy();
  }
}
