// The differences of an import: the days of a file exported again, by the very rows of the report of its view, and held against the
// file. Rows are matched by what tells them from others; compared are the figures, added up where several rows are about the same, and
// what else a row says. A long file is compared in shares, so that memory stays bounded.

import { type Credits, formatCredits, NO_CREDITS, plus } from '../core/credits.ts';
import { type ImportTerms, readRow } from '../core/import-row.ts';
import { readFigure, readText } from '../core/import-value.ts';
import { columnsOf, type Header, readHeader } from '../core/import-view.ts';
import { isRefusal } from '../core/refusal.ts';
import { headerOf } from '../core/report.ts';
import type { Import } from '../store/import.ts';
import type { Store, TenantAddress } from '../store/store.ts';
import { openImportFile, rowsOf } from './import-file.ts';

export interface Difference {
  line: number | null;
  row: { column: string; text: string }[];
  column: string;
  imported: string | null;
  now: string | null;
}

export interface Differences {
  rows: number;
  unreadable: number;
  exported: number;
  differences: number;
  value: Difference[];
}

interface Side {
  line: number | null;
  row: Difference['row'];
  figures: Map<string, Credits>;
  /** Of a row that is alone in what it is about. */
  said: Map<string, string> | null;
}

const ROWS_OF_A_SHARE = 100_000;

/** At most `limit` differences are told, all are counted. */
export async function differencesOf(store: Store, tenant: TenantAddress, of: Import, limit: number): Promise<Differences> {
  const terms: ImportTerms = { period: of, belowThousandAs: of.belowThousandAs, environment: of.environment };
  const exportHeader = readHeader(headerOf(of.view), of.view);
  if (isRefusal(exportHeader))
    throw new Error(`the report ${of.view} has a header that cannot be imported: ${exportHeader.detail}`);
  const result: Differences = { rows: 0, unreadable: 0, exported: 0, differences: 0, value: [] };
  const shares = Math.max(1, Math.ceil(of.rows / ROWS_OF_A_SHARE));
  for (let share = 0; share < shares; share += 1) {
    const imported = new Map<string, Side>();
    let titles: ReadonlySet<string> = new Set();
    for await (const content of store.imports.contents(tenant, of.id)) {
      const file = await openImportFile(content, of.view);
      if (isRefusal(file)) throw new Error(`import ${of.id} cannot be read again: ${file.detail}`);
      titles = new Set([...titles, ...file.header.places.keys()]);
      for await (const each of rowsOf(file)) {
        const row = 'broken' in each ? null : readRow(file.header, each.cells, terms);
        if (row === null || 'detail' in row) {
          if (share === 0) result.unreadable += 1;
        } else if (shareOf(row.identity, shares) === share && 'cells' in each) {
          result.rows += 1;
          add(imported, row.identity, each.line, file.header, each.cells, terms);
        }
      }
    }
    const exported = new Map<string, Side>();
    await store.imports.exportRows(tenant, of, (rows) => {
      for (const cells of rows) {
        const row = readRow(exportHeader, cells, terms);
        // What was recorded here may have names that no file has.
        const identity = 'detail' in row ? JSON.stringify(cells) : row.identity;
        if (shareOf(identity, shares) !== share) continue;
        result.exported += 1;
        add(exported, identity, null, exportHeader, cells, terms);
      }
    });
    compare(imported, exported, titles, of, limit, result);
  }
  return result;
}

function shareOf(identity: string, shares: number): number {
  if (shares === 1) return 0;
  let sum = 0;
  for (let index = 0; index < identity.length; index += 1) sum = (sum * 31 + identity.charCodeAt(index)) >>> 0;
  return sum % shares;
}

function add(
  to: Map<string, Side>,
  identity: string,
  line: number | null,
  header: Header,
  cells: readonly string[],
  terms: ImportTerms,
): void {
  const text = (name: string) => readText(cells[header.places.get(name)!]!);
  const columns = columnsOf(header.view).filter(({ name }) => header.places.has(name));
  const figures = columns.flatMap(({ name, part }): [string, Credits][] => {
    const figure = part === 'figure' ? readFigure(text(name) || '0', terms.belowThousandAs) : '';
    return typeof figure === 'string' ? [] : [[name, figure.credits]];
  });
  const known = to.get(identity);
  if (known) {
    for (const [name, figure] of figures) known.figures.set(name, plus(known.figures.get(name) ?? NO_CREDITS, figure));
    known.said = null;
    return;
  }
  to.set(identity, {
    line,
    row: columns.flatMap(({ name, title, part }) => (part === 'identifies' ? [{ column: title, text: text(name) }] : [])),
    figures: new Map(figures),
    said: new Map(columns.flatMap(({ name, part }) => (part === 'says' ? [[name, text(name)] as const] : []))),
  });
}

function compare(
  imported: ReadonlyMap<string, Side>,
  exported: ReadonlyMap<string, Side>,
  titles: ReadonlySet<string>,
  { view }: Import,
  limit: number,
  result: Differences,
): void {
  const tell = (side: Side, column: string, texts: Pick<Difference, 'imported' | 'now'>) => {
    result.differences += 1;
    if (result.value.length < limit) result.value.push({ line: side.line, row: side.row, column, ...texts });
  };
  for (const identity of new Set([...imported.keys(), ...exported.keys()])) {
    const before = imported.get(identity);
    const now = exported.get(identity);
    const side = (before ?? now)!;
    for (const { name, title, part } of columnsOf(view)) {
      if (!titles.has(name)) continue;
      if (part === 'figure') {
        const [was, is] = [before?.figures.get(name), now?.figures.get(name)];
        if (was === is || ((was ?? 0n) === 0n && (is ?? 0n) === 0n && before && now)) continue;
        tell(side, title, {
          imported: was === undefined ? null : formatCredits(was),
          now: is === undefined ? null : formatCredits(is),
        });
      } else if (part === 'says' && before?.said && now?.said) {
        const [was = '', is = ''] = [before.said.get(name), now.said.get(name)];
        // What a file left out was filled in here.
        if (was !== '' && plainText(was) !== plainText(is)) tell(side, title, { imported: was, now: is });
      }
    }
  }
}

/** `TRUE` and `true` are the same, as in a spreadsheet. */
function plainText(text: string): string {
  return /^(true|false)$/i.test(text) ? text.toLowerCase() : text;
}
