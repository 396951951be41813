// The format of a backup: text that anybody can read and that is the same for the same state, byte by byte, apart from its first line.
//
//   bursar-backup 1 taken 2026-11-21T10:00:00.000Z sha256 <of what is before it in this line>
//   {"migrations":["0001_foundation.sql",…],"cells":4}
//   {"table":"installation","columns":["one","cells",…]}
//   <rows as COPY text, in the order of the primary key>
//   \.
//   … each table that has rows, after those that it refers to; activity by months: {"table":"activity","month":"2026-11","columns":[…]}
//   end sha256 <of everything between the first line and this one>
//
// So two backups with the same last line hold the same state.

import { createHash } from 'node:crypto';

export const FORMAT = 1;

/** What keeps a backup from being taken or restored and the operator can mend; the message is for them. */
export class BackupError extends Error {}

export interface BackupHeader {
  /** As `Date.toISOString` writes it. */
  takenAt: string;
  /** The names of the migrations that the tables had. */
  migrations: string[];
  /** null: nothing was ever stored. */
  cells: number | null;
}

/** Rows of one table; of activity those of one stored month, such as 2026-11. */
export interface Section {
  table: string;
  month?: string;
  columns: string[];
}

const TERMINATOR = Buffer.from('\\.\n');
const TERMINATOR_WITHIN = Buffer.from('\n\\.\n');
const NEWLINE = 10;
/** The longest row is a part of an import (20 MiB) as hexadecimal digits: what is longer is not a backup. */
const LONGEST_LINE = 256 << 20;

function firstLine(takenAt: string): string {
  const begin = `bursar-backup ${FORMAT} taken ${takenAt}`;
  return `${begin} sha256 ${createHash('sha256').update(begin).digest('hex')}\n`;
}

/** Makes the pieces of a backup in their order, and keeps the checksum. */
export class BackupWriter {
  readonly #hash = createHash('sha256');

  begin({ takenAt, migrations, cells }: BackupHeader): Buffer {
    return Buffer.concat([Buffer.from(firstLine(takenAt)), this.#counted(`${JSON.stringify({ migrations, cells })}\n`)]);
  }

  beginSection({ table, month, columns }: Section): Buffer {
    return this.#counted(`${JSON.stringify({ table, ...(month === undefined ? {} : { month }), columns })}\n`);
  }

  rows(text: Buffer): Buffer {
    this.#hash.update(text);
    return text;
  }

  endSection(): Buffer {
    return this.rows(TERMINATOR);
  }

  /** The last line, and the checksum in it. */
  end(): { line: Buffer; sha256: string } {
    const sha256 = this.#hash.digest('hex');
    return { line: Buffer.from(`end sha256 ${sha256}\n`), sha256 };
  }

  #counted(text: string): Buffer {
    return this.rows(Buffer.from(text));
  }
}

export type Piece =
  | { kind: 'header'; header: BackupHeader }
  | { kind: 'section'; section: Section }
  /** Whole rows. */
  | { kind: 'rows'; text: Buffer; count: number }
  | { kind: 'section-end' }
  | { kind: 'end'; sha256: string };

export function damaged(what: string): BackupError {
  return new BackupError(`the backup is damaged: ${what}; nothing was restored. Take another copy of it, or an earlier backup`);
}

/** Reads a backup piece by piece in bounded memory. Throws `BackupError` where it is not one, is damaged, cut short or of a newer format. */
export async function* readBackup(input: AsyncIterable<Buffer>): AsyncGenerator<Piece, void> {
  const hash = createHash('sha256');
  let place: 'first-line' | 'header' | 'between' | 'rows' | 'ended' = 'first-line';
  let takenAt = '';
  for await (let lines of wholeLines(input)) {
    while (lines.length > 0) {
      if (place === 'rows') {
        const end = endOfRows(lines);
        const text = end === -1 ? lines : lines.subarray(0, end);
        if (text.length > 0) yield { kind: 'rows', text, count: newlinesOf(text) };
        const used = end === -1 ? lines.length : end + TERMINATOR.length;
        hash.update(lines.subarray(0, used));
        lines = lines.subarray(used);
        if (end === -1) continue;
        place = 'between';
        yield { kind: 'section-end' };
        continue;
      }
      const length = lines.indexOf(NEWLINE) + 1;
      const line = lines.toString('utf8', 0, length - 1);
      if (place === 'first-line') {
        takenAt = readFirstLine(line);
        place = 'header';
      } else if (place === 'header') {
        hash.update(lines.subarray(0, length));
        yield { kind: 'header', header: { takenAt, ...headerFrom(line) } };
        place = 'between';
      } else if (place === 'ended') {
        throw damaged('something follows its end');
      } else if (line.startsWith('end ')) {
        const sha256 = hash.digest('hex');
        if (line !== `end sha256 ${sha256}`) throw damaged('its checksum is another');
        place = 'ended';
        yield { kind: 'end', sha256 };
      } else {
        hash.update(lines.subarray(0, length));
        yield { kind: 'section', section: sectionFrom(line) };
        place = 'rows';
      }
      lines = lines.subarray(length);
    }
  }
  if (place === 'first-line') throw new BackupError('this is not a backup of Bursar: it is empty');
  if (place !== 'ended') throw damaged('it is cut short');
}

/** The input in pieces that end with a newline. */
async function* wholeLines(input: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  let begun: Buffer[] = [];
  let length = 0;
  let any = false;
  for await (const chunk of input) {
    const last = chunk.lastIndexOf(NEWLINE);
    if (last === -1) {
      begun.push(chunk);
      length += chunk.length;
      if (length > LONGEST_LINE) throw damaged('a line of it has no end');
      continue;
    }
    any = true;
    const whole = chunk.subarray(0, last + 1);
    yield begun.length === 0 ? whole : Buffer.concat([...begun, whole]);
    begun = last + 1 < chunk.length ? [chunk.subarray(last + 1)] : [];
    length = chunk.length - last - 1;
  }
  if (length === 0) return;
  if (any) throw damaged('it is cut short');
  // Not even one line: whoever reads it says that this is something else.
  yield Buffer.concat([...begun, Buffer.from('\n')]);
}

/** Where the line `\.` begins; -1: not in these lines. No row can look like it, because COPY doubles a backslash. */
function endOfRows(lines: Buffer): number {
  if (lines.subarray(0, TERMINATOR.length).equals(TERMINATOR)) return 0;
  const before = lines.indexOf(TERMINATOR_WITHIN);
  return before === -1 ? -1 : before + 1;
}

export function newlinesOf(text: Buffer): number {
  let count = 0;
  for (let at = text.indexOf(NEWLINE); at !== -1; at = text.indexOf(NEWLINE, at + 1)) count += 1;
  return count;
}

function readFirstLine(line: string): string {
  const parts = /^bursar-backup (\d{1,9}) taken (\S{1,40}) sha256 [0-9a-f]{64}$/.exec(line);
  if (!parts) {
    if (line.startsWith('bursar-backup ')) throw damaged('its first line cannot be read');
    throw new BackupError('this is not a backup of Bursar: it does not begin with "bursar-backup"');
  }
  if (Number(parts[1]) > FORMAT)
    throw new BackupError(`the backup has format ${parts[1]}, and this Bursar reads ${FORMAT}; restore it with a newer Bursar`);
  if (`${line}\n` !== firstLine(parts[2]!)) throw damaged('its first line has another checksum');
  return parts[2]!;
}

const NAME = /^[a-z_][a-z0-9_]*$/;

function headerFrom(line: string): Omit<BackupHeader, 'takenAt'> {
  const { migrations, cells } = objectFrom(line);
  const named = Array.isArray(migrations) && migrations.every((each) => /^\d{4}_[a-z0-9_]+\.sql$/.test(each));
  if (!named || !(cells === null || Number.isInteger(cells))) throw damaged('its header cannot be read');
  return { migrations, cells: cells as number | null };
}

function sectionFrom(line: string): Section {
  const { table, month, columns } = objectFrom(line);
  const named = [table, ...(Array.isArray(columns) ? columns : [null])].every((each) => NAME.test(String(each)));
  if (!named || !(month === undefined || /^\d{4}-(0[1-9]|1[0-2])$/.test(String(month))))
    throw damaged('the heading of a table cannot be read');
  return { table: table as string, columns: columns as string[], ...(month === undefined ? {} : { month: month as string }) };
}

function objectFrom(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (value !== null && typeof value === 'object') return value as Record<string, unknown>;
  } catch {
    // said below
  }
  throw damaged('a line between two tables cannot be read');
}
