// A file that is imported, in parts that one request takes each, so that its progress can be told. Rows that are about the same go
// together in the last part, because only all of them together can be told apart; each row says its line in the whole file. A short
// file is one part, as it is. The same as `bursar import` does.

import { importText } from '../strings/import.ts';

/** What is sent as it is, with its own lines. */
const SHORT_CHARACTERS = 512 * 1024;
const ROWS_OF_A_PART = 5_000;
const CHARACTERS_OF_A_PART = 4 * 1024 * 1024;
const LINE_COLUMN = 'Bursar Line';

export interface FilePart {
  csv: string;
  rows: number;
}

interface CsvRow {
  cells: readonly string[];
  raw: string;
  line: number;
}

export interface ReadFile {
  name: string;
  text: string;
  /** Without its header. */
  rows: number;
  /** null: it is short, and is sent as it is. */
  records: readonly CsvRow[] | null;
}

/** Reads a file; throws an error for people where it is no text. */
export async function readImportFile(file: File): Promise<ReadFile> {
  const text = decoded(await file.arrayBuffer());
  const name = file.name.slice(0, 256);
  if (text.length <= SHORT_CHARACTERS)
    return { name, text, rows: Math.max(0, text.split('\n').filter((line) => line.trim() !== '').length - 1), records: null };
  const records = await recordsOf(text);
  return { name, text, rows: records.length - 1, records };
}

function decoded(bytes: ArrayBuffer): string {
  const [first, second] = new Uint8Array(bytes, 0, Math.min(2, bytes.byteLength));
  const encoding = first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new Error(importText.notText);
  }
}

/** As the server sees it: tabs where there are no commas. */
function delimiterOf(header: string): ',' | '\t' {
  return header.includes('\t') && !header.includes(',') ? '\t' : ',';
}

/** The parser is loaded for long files only. */
async function recordsOf(text: string): Promise<CsvRow[]> {
  const { parse } = await import('csv-parse/browser/esm/sync');
  const broken: string[] = [];
  const parsed = parse(text, {
    delimiter: delimiterOf(text.slice(0, Math.max(0, text.search(/\r?\n/)))),
    info: true,
    raw: true,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    // What is never closed is sent as it is: the server says from which line on it could not be read.
    skip_records_with_error: true,
    on_skip: (_error, raw) => void broken.push(raw ?? ''),
  }) as unknown as { record: string[]; raw: string; info: { lines: number } }[];
  let drift = 0;
  const rows = parsed.map(({ record, raw, info }): CsvRow => {
    // The parser counts a line that ends with CRLF within quotes twice.
    const count = (what: RegExp) => record.reduce((sum, cell) => sum + (cell.match(what)?.length ?? 0), 0);
    const twice = count(/\r\n/g);
    const line = info.lines - drift - count(/\n/g) - twice;
    drift += twice;
    return { cells: record, raw, line };
  });
  const last = (parsed.at(-1)?.info.lines ?? 0) - drift;
  if (broken.length > 0) rows.push({ cells: [], raw: broken.join(''), line: last + 1 });
  return rows;
}

/** The first part: what tells by which columns rows are known. */
export function firstPart({ text, rows, records }: ReadFile): FilePart {
  if (records === null) return { csv: text, rows };
  return partOf(records[0]!, records.slice(1, ROWS_OF_A_PART + 1));
}

/** The parts of a file, the same ones every time; `identifiedBy` are the columns that tell, in the file's own words. */
export function partsOf(file: ReadFile, identifiedBy: readonly string[]): FilePart[] {
  const { records } = file;
  if (records === null) return [firstPart(file)];
  const [header, ...rows] = records;
  const places = identifiedBy.map((title) => header!.cells.findIndex((each) => each.trim() === title));
  const identityOf = ({ cells }: CsvRow) => JSON.stringify(places.map((place) => cells[place]?.trim()));
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(identityOf(row), (counts.get(identityOf(row)) ?? 0) + 1);
  const parts: FilePart[] = [];
  const together: CsvRow[] = [];
  let part: CsvRow[] = [];
  let size = 0;
  for (const row of rows) {
    if (counts.get(identityOf(row)) !== 1) {
      together.push(row);
      continue;
    }
    if (part.length >= ROWS_OF_A_PART || size >= CHARACTERS_OF_A_PART) {
      parts.push(partOf(header!, part));
      part = [];
      size = 0;
    }
    part.push(row);
    size += row.raw.length;
  }
  if (part.length > 0) parts.push(partOf(header!, part));
  if (together.length > 0) parts.push(partOf(header!, together));
  return parts;
}

function partOf(header: CsvRow, rows: readonly CsvRow[]): FilePart {
  const delimiter = delimiterOf(header.raw);
  const lines = rows.map(({ raw, line }) => `${line}${delimiter}${raw.replace(/^[\r\n]+|[\r\n]+$/g, '')}\n`);
  return { csv: `${LINE_COLUMN}${delimiter}${header.raw.trim()}\n${lines.join('')}`, rows: rows.length };
}

/**
 * An id that the same content has again, so that an import that was cut off is finished by doing it again. Not against people who want
 * two files to have the same one: they could give any id.
 */
export function idOfContent(content: string): string {
  const half = (seed: number) => {
    let hash = seed;
    for (let index = 0; index < content.length; index += 1) hash = Math.imul(hash ^ content.charCodeAt(index), 0x01000193);
    return (hash >>> 0).toString(16).padStart(8, '0');
  };
  return [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35].map(half).join('');
}
