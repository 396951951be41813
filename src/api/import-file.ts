// An imported file: its encoding, its delimiter, its header, and its rows one by one, each with its line. What is broken is told with
// its line and never ends the reading silently.

import { isUtf8 } from 'node:buffer';
import { Readable } from 'node:stream';
import { setImmediate as othersGoFirst } from 'node:timers/promises';
import { parse } from 'csv-parse';
import { type Header, type ImportView, readHeader } from '../core/import-view.ts';
import { isRefusal, type Refusal, refuse } from '../core/refusal.ts';

export interface ImportFile {
  header: Header;
  /** UTF-8, without a byte order mark. */
  content: Buffer;
  delimiter: ',' | '\t';
}

/** `broken`: from this line on nothing could be read. */
export type FileRow = { line: number; cells: string[] } | { line: number; broken: string; text: string };

/** Parsed at one go: while it lasts nobody else is answered. */
const CHUNK = 4_096;
/** No export comes near these, and what goes beyond them would keep the server busy for minutes. */
const MOST_LINES = 500_000;
const MOST_BYTES_OF_A_LINE = 65_536;

/** Reads the encoding and the header; refuses what is no text, or has the header of no view. */
export async function openImportFile(bytes: Buffer, view: ImportView | undefined): Promise<ImportFile | Refusal> {
  const content = asUtf8(bytes);
  if (isRefusal(content)) return content;
  const tooMuch = refuseLines(content);
  if (tooMuch) return tooMuch;
  const firstLine = content.subarray(0, Math.max(0, content.indexOf('\n'))).toString('utf8') || content.toString('utf8');
  const delimiter = firstLine.includes('\t') && !firstLine.includes(',') ? '\t' : ',';
  for await (const row of recordsOf({ content, delimiter })) {
    if ('broken' in row) return refuse('InvalidRequest', `the header cannot be read: ${row.broken}`);
    const header = readHeader(
      row.cells.map((title) => title.trim()),
      view,
    );
    return isRefusal(header) ? header : { header, content, delimiter };
  }
  return refuse('InvalidRequest', 'the file is empty; wanted CSV with a header, its columns parted by commas or tabs');
}

function refuseLines(content: Buffer): Refusal | null {
  let line = 1;
  for (let at = 0; at < content.length; line += 1) {
    if (line > MOST_LINES)
      return refuse('InvalidRequest', `the file has more than ${MOST_LINES} lines; send it in parts, as bursar import does`);
    const end = content.indexOf(LINE_FEED, at);
    const length = (end < 0 ? content.length : end) - at;
    if (length > MOST_BYTES_OF_A_LINE) {
      const detail = `line ${line} of the file has ${length} bytes, at most ${MOST_BYTES_OF_A_LINE} are taken; is it CSV with a row in each line?`;
      return refuse('InvalidRequest', detail);
    }
    at += length + 1;
  }
  return null;
}

/** The rows after the header, but those that are empty. */
export async function* rowsOf({ header, ...file }: ImportFile): AsyncGenerator<FileRow, void> {
  let isHeader = true;
  for await (const row of recordsOf(file)) {
    if (isHeader) isHeader = false;
    else if ('cells' in row && row.cells.every((cell, place) => place === header.linePlace || cell.trim() === '')) continue;
    else if (header.linePlace === undefined) yield row;
    else {
      const line = 'broken' in row ? row.text : row.cells[header.linePlace]!;
      yield { ...row, line: Number.parseInt(line, 10) || row.line };
    }
  }
}

async function* recordsOf({ content, delimiter }: Omit<ImportFile, 'header'>): AsyncGenerator<FileRow, void> {
  const parser = parse({
    delimiter,
    info: true,
    // Files that were put together from several may end their lines in either way.
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // Told as "skip": an error would take records with it that were read before.
    skip_records_with_error: true,
  });
  let broken: string | null = null;
  parser.on('skip', (error) => {
    broken = brokenBy(error as NodeJS.ErrnoException);
  });
  const input = Readable.from(chunksOf(content));
  const lines = new Lines(content);
  let end = 0;
  try {
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<{ record: string[]; info: { bytes: number } }>) {
      yield { line: lines.next(end), cells: record };
      end = info.bytes;
    }
    if (broken !== null) yield { line: lines.next(end), broken, text: content.toString('utf8', end, end + 100).trimStart() };
  } finally {
    input.destroy();
    parser.destroy();
  }
}

function brokenBy({ code, message }: NodeJS.ErrnoException): string {
  return code === 'CSV_QUOTE_NOT_CLOSED'
    ? 'a quotation mark is opened here and not closed: nothing was read from this line on'
    : `nothing was read from this line on: ${message}`;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Counts lines up to where records begin; places must not go back. */
class Lines {
  readonly #content: Buffer;
  #place = 0;
  #line = 1;

  constructor(content: Buffer) {
    this.#content = content;
  }

  /** The line of the record that begins at a place, or after empty lines there. */
  next(place: number): number {
    let start = place;
    while (this.#content[start] === LINE_FEED || this.#content[start] === CARRIAGE_RETURN) start += 1;
    for (let at = this.#content.indexOf(LINE_FEED, this.#place); at >= 0 && at < start; ) {
      this.#line += 1;
      at = this.#content.indexOf(LINE_FEED, at + 1);
    }
    this.#place = start;
    return this.#line;
  }
}

async function* chunksOf(content: Buffer): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < content.length; at += CHUNK) {
    yield content.subarray(at, at + CHUNK);
    await othersGoFirst();
  }
}

/** UTF-8 as it is, UTF-16 by its byte order mark (as spreadsheets write "Unicode text"). */
function asUtf8(bytes: Buffer): Buffer | Refusal {
  const [first, second, third] = bytes;
  if (first === 0xff && second === 0xfe) return decoded(bytes, 'utf-16le');
  if (first === 0xfe && second === 0xff) return decoded(bytes, 'utf-16be');
  const content = first === 0xef && second === 0xbb && third === 0xbf ? bytes.subarray(3) : bytes;
  return isUtf8(content) && !content.includes(0) ? content : notText();
}

function decoded(bytes: Buffer, encoding: 'utf-16le' | 'utf-16be'): Buffer | Refusal {
  try {
    return Buffer.from(new TextDecoder(encoding, { fatal: true }).decode(bytes), 'utf8');
  } catch {
    return notText();
  }
}

function notText(): Refusal {
  return refuse('MalformedRequest', 'the file is no text in UTF-8, or in UTF-16 with a byte order mark; save it as "CSV UTF-8"');
}
