// A file that is imported, read as a whole and divided into the parts that the SDK makes, so that its progress can be told. A short file
// is one part, as it is.

import {
  IMPORT_PARSER_OPTIONS,
  ImportDivision,
  ImportLines,
  type ImportPart,
  type ImportRow,
  importDelimiter,
  importIdentity,
} from '../../../sdk/src/index.ts';
import { importText } from '../strings/import.ts';

/** What is sent as it is, with its own lines. */
const SHORT_CHARACTERS = 512 * 1024;

export interface ReadFile {
  name: string;
  text: string;
  /** Without its header. */
  rows: number;
  /** null: it is short, and is sent as it is. */
  records: readonly ImportRow[] | null;
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

/** The parser is loaded for long files only. */
async function recordsOf(text: string): Promise<ImportRow[]> {
  const { parse } = await import('csv-parse/browser/esm/sync');
  const broken: string[] = [];
  const parsed = parse(text, {
    ...IMPORT_PARSER_OPTIONS,
    delimiter: importDelimiter(text.slice(0, Math.max(0, text.search(/\r?\n/)))),
    on_skip: (_error, raw) => void broken.push(raw ?? ''),
  }) as unknown as Parameters<ImportLines['row']>[0][];
  const lines = new ImportLines();
  const rows = parsed.map((each) => lines.row(each));
  if (broken.length > 0) rows.push(lines.broken(broken.join('')));
  return rows;
}

/** The first part: what tells by which columns rows are known. */
export function firstPart({ text, rows, records }: ReadFile): ImportPart {
  const [first] = records === null ? [] : divided(records);
  return first ?? { csv: text, rows };
}

/** The parts of a file, the same ones every time; `identifiedBy` are the columns that tell, in the file's own words. */
export function partsOf(file: ReadFile, identifiedBy: readonly string[]): ImportPart[] {
  const { records } = file;
  if (records === null) return [firstPart(file)];
  const identityOf = importIdentity(records[0]!, identifiedBy);
  const counts = new Map<string, number>();
  for (const row of records.slice(1)) counts.set(identityOf(row), (counts.get(identityOf(row)) ?? 0) + 1);
  return [...divided(records, (row) => counts.get(identityOf(row)) !== 1)];
}

function* divided(
  [header, ...rows]: readonly ImportRow[],
  isTogether?: (row: ImportRow) => boolean,
): Generator<ImportPart, void> {
  const division = new ImportDivision(header!, isTogether);
  for (const row of rows) {
    const full = division.add(row);
    if (full) yield full;
  }
  yield* division.rest();
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
