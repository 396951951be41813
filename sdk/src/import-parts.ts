// A file that is imported, in parts that one request takes each, so that a long one fits and its progress can be told. Rows that are
// about the same go together in the last part, because only all of them together can be told apart; each row says its line in the
// whole file. Reading the file is the caller's; for the parser `csv-parse`, which the server reads with, there are options and lines.

const ROWS_OF_A_PART = 5_000;
const CHARACTERS_OF_A_PART = 4 * 1024 * 1024;
const LINE_COLUMN = 'Bursar Line';

/** A row of the file, or its header. */
export interface ImportRow {
  cells: readonly string[];
  /** As it stands in the file, with its quotes. */
  raw: string;
  /** The line of the file on which it begins, from 1. */
  line: number;
}

/** What one request sends: CSV with the file's header, and a first column that says each row's line. */
export interface ImportPart {
  csv: string;
  /** Without the header. */
  rows: number;
}

/** What parts the columns of a file, by its first line, as the server sees it: tabs where there are no commas. */
export function importDelimiter(header: string): ',' | '\t' {
  return header.includes('\t') && !header.includes(',') ? '\t' : ',';
}

/**
 * What a row is about, as text that the same has again: `importIdentity(header, run.identifiedBy)` makes the function that tells.
 * `identifiedBy` are the columns that tell rows from others, in the file's own words, as the answer to any part says them.
 */
export function importIdentity(header: Pick<ImportRow, 'cells'>, identifiedBy: readonly string[]): (row: ImportRow) => string {
  const places = identifiedBy.map((title) => header.cells.findIndex((each) => each.trim() === title));
  return ({ cells }) => JSON.stringify(places.map((place) => cells[place]?.trim()));
}

/**
 * Divides the rows of one file, the same ones always in the same way. `isTogether` tells rows that are about the same as another:
 *
 *     const division = new ImportDivision(header, (row) => counts.get(identityOf(row)) !== 1);
 *     for (const row of rows) { const part = division.add(row); if (part) await send(part); }
 *     for (const part of division.rest()) await send(part);
 */
export class ImportDivision {
  readonly #header: string;
  readonly #delimiter: ',' | '\t';
  readonly #isTogether: (row: ImportRow) => boolean;
  readonly #together: string[] = [];
  #lines: string[] = [];
  #size = 0;

  constructor(header: Pick<ImportRow, 'raw'>, isTogether: (row: ImportRow) => boolean = () => false) {
    this.#delimiter = importDelimiter(header.raw);
    this.#header = `${LINE_COLUMN}${this.#delimiter}${header.raw.trim()}\n`;
    this.#isTogether = isTogether;
  }

  /** Takes the next row; answers the part that was full before it, or undefined. */
  add(row: ImportRow): ImportPart | undefined {
    const text = `${row.line}${this.#delimiter}${row.raw.replace(/^[\r\n]+|[\r\n]+$/g, '')}\n`;
    if (this.#isTogether(row)) {
      this.#together.push(text);
      return undefined;
    }
    const isFull = this.#lines.length >= ROWS_OF_A_PART || this.#size >= CHARACTERS_OF_A_PART;
    const full = isFull ? this.#taken() : undefined;
    this.#lines.push(text);
    this.#size += text.length;
    return full;
  }

  /** After the last row: the part that is begun, then the rows that go together. None of a file without rows. */
  rest(): ImportPart[] {
    const rest = this.#lines.length > 0 ? [this.#taken()] : [];
    if (this.#together.length > 0) rest.push(this.#partOf(this.#together));
    return rest;
  }

  #taken(): ImportPart {
    const part = this.#partOf(this.#lines);
    this.#lines = [];
    this.#size = 0;
    return part;
  }

  #partOf(lines: readonly string[]): ImportPart {
    return { csv: this.#header + lines.join(''), rows: lines.length };
  }
}

/** How `csv-parse` reads a file as the server does, beside its `delimiter`; what it makes of a row goes to `ImportLines`. */
export const IMPORT_PARSER_OPTIONS = {
  info: true,
  raw: true,
  // Files that were put together from several may end their lines in either way.
  record_delimiter: ['\r\n', '\n'] as string[],
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  // What is never closed is sent as it is (`broken`): the server says from which line on it could not be read.
  skip_records_with_error: true,
} as const;

/** The rows that `csv-parse` has read with IMPORT_PARSER_OPTIONS, in their order, each with the line on which it begins. */
export class ImportLines {
  #drift = 0;
  #last = 0;

  row({ record, raw, info }: { record: readonly string[]; raw: string; info: { lines: number } }): ImportRow {
    const count = (what: RegExp) => record.reduce((sum, cell) => sum + (cell.match(what)?.length ?? 0), 0);
    // The parser counts a line that ends with CRLF within quotes twice.
    const twice = count(/\r\n/g);
    const line = info.lines - this.#drift - count(/\n/g) - twice;
    this.#drift += twice;
    this.#last = info.lines - this.#drift;
    return { cells: record, raw, line };
  }

  /** The text after the last row that could be read. */
  broken(raw: string): ImportRow {
    return { cells: [], raw, line: this.#last + 1 };
  }
}
