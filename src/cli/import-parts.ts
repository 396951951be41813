// A file that is imported, read from the disk piece by piece and divided into the parts that the SDK makes. A short file is one part,
// as it is.

import { createHash, hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { parse } from 'csv-parse';
import {
  IMPORT_PARSER_OPTIONS,
  ImportDivision,
  ImportLines,
  type ImportPart,
  type ImportRow,
  importDelimiter,
  importIdentity,
} from '../../sdk/src/index.ts';
import { UsageError } from './verb.ts';

/** What is sent as it is, with its own lines. */
const SHORT_BYTES = 2 * 1024 * 1024;

export interface SurveyedFile {
  rows: number;
  first: ImportPart;
  /** Whether the first part is all of it. */
  isWhole: boolean;
}

/** Looks through a file once: how many rows it has, and its first part. Throws `UsageError` where it cannot be read. */
export async function surveyFile(file: string): Promise<SurveyedFile> {
  let rows = 0;
  let division: ImportDivision | undefined;
  let first: ImportPart | undefined;
  for await (const row of recordsOf(file)) {
    if (!division) {
      division = new ImportDivision(row);
      continue;
    }
    rows += 1;
    first ??= division.add(row);
  }
  if (first) return { rows, first, isWhole: false };
  const [only] = division?.rest() ?? [];
  const isShort = only === undefined || (await sizeOf(file)) <= SHORT_BYTES;
  return { rows, first: isShort ? { csv: await decodedWhole(file), rows } : only, isWhole: true };
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
  let identityOf: ((row: ImportRow) => string) | undefined;
  for await (const row of recordsOf(file)) {
    if (!identityOf) {
      identityOf = importIdentity(row, identifiedBy);
      continue;
    }
    if (count === hashes.length) {
      const larger = new BigUint64Array(hashes.length * 2);
      larger.set(hashes);
      hashes = larger;
    }
    hashes[count++] = hashOf(identityOf(row));
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
): AsyncGenerator<ImportPart, void> {
  let division: ImportDivision | undefined;
  for await (const row of recordsOf(file)) {
    if (!division) {
      const identityOf = importIdentity(row, identifiedBy);
      division = new ImportDivision(row, (each) => repeated.size > 0 && repeated.has(hashOf(identityOf(each))));
      continue;
    }
    const full = division.add(row);
    if (full) yield full;
  }
  if (division) yield* division.rest();
}

/** Eight bytes a row, so that the longest file fits. */
function hashOf(identity: string): bigint {
  return hash('sha256', identity, 'buffer').readBigUInt64LE(0);
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

async function* recordsOf(file: string): AsyncGenerator<ImportRow, void> {
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

async function* parsed(input: Readable, firstLine: string): AsyncGenerator<ImportRow, void> {
  const parser = parse({ ...IMPORT_PARSER_OPTIONS, delimiter: importDelimiter(firstLine) });
  let broken = '';
  parser.on('skip', (_error, raw) => {
    broken = raw ?? '';
  });
  input.on('error', (error) => parser.destroy(error));
  const lines = new ImportLines();
  try {
    for await (const read of input.pipe(parser) as AsyncIterable<Parameters<ImportLines['row']>[0]>) yield lines.row(read);
    if (broken !== '') yield lines.broken(broken);
  } finally {
    input.destroy();
  }
}
