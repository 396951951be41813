// The cells of one row of an imported file, read by the names of their columns. What cannot be taken is thrown as a misfit, which
// readRow (import-row.ts) turns into the problem of its row: a row has too many places where it can go wrong to hand each one up.

import type { Credits } from './credits.ts';
import { type Figure, quoted, readDay, readFigure, readFlag, readText, textMisfit } from './import-value.ts';
import { columnsOf, type Header } from './import-view.ts';
import type { Day } from './month.ts';

const ENVIRONMENT_ID = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,127}$/;
const MOST_OF_A_NAME = 256;
const MOST_OF_A_LABEL = 2000;
/** Columns that become more than labels. */
const MOST_OF: Record<string, number> = {
  userId: MOST_OF_A_NAME,
  agentId: MOST_OF_A_NAME,
  agentName: MOST_OF_A_NAME,
  environmentName: MOST_OF_A_NAME,
  model: 128,
};

/** Something to know of many rows. */
export interface Remark {
  about: 'below-thousand' | 'rounded' | 'feature' | 'product' | 'no-user';
  of?: string;
}

/** A cell that cannot be taken; never leaves readRow. */
export class Misfit extends Error {
  readonly column: string;

  constructor(column: string, detail: string) {
    super(detail);
    this.column = column;
  }
}

export class Cells {
  readonly header: Header;
  readonly remarks: Remark[] = [];
  readonly #cells: readonly string[];

  constructor(header: Header, cells: readonly string[]) {
    this.header = header;
    this.#cells = cells;
  }

  /** A text without what it was made safe with; '' where the file has no such column. */
  text(name: string): string {
    const place = this.header.places.get(name);
    if (place === undefined) return '';
    const text = readText(this.#cells[place]!);
    const misfit = textMisfit(text, MOST_OF[name] ?? MOST_OF_A_LABEL);
    if (misfit) throw this.misfit(name, misfit);
    return text;
  }

  /** null: the file has no such column. */
  figure(name: string, belowThousandAs: Credits): Figure | null {
    const place = this.header.places.get(name);
    if (place === undefined) return null;
    const text = this.#cells[place]!.trim();
    const needed = columnsOf(this.header.view).some((column) => column.name === name && column.needed);
    if (text === '' && !needed) return { credits: 0n as Credits, inexact: null };
    const figure = readFigure(text, belowThousandAs);
    if (typeof figure === 'string') throw this.misfit(name, figure);
    if (figure.inexact) this.remarks.push({ about: figure.inexact.startsWith('<') ? 'below-thousand' : 'rounded' });
    return figure;
  }

  day(): Day {
    const text = this.text('day');
    const day = readDay(text);
    if (day === null) throw this.misfit('day', `is ${quoted(text)}: wanted month/day/year such as 5/31/2026, or 2026-05-31`);
    return day;
  }

  flag(name: string): boolean {
    const flag = readFlag(this.text(name));
    if (flag === null) throw this.misfit(name, `is ${quoted(this.text(name))}: wanted TRUE or FALSE`);
    return flag;
  }

  environment(): { id: string; name: string } {
    const id = this.text('environmentId');
    if (!ENVIRONMENT_ID.test(id))
      throw this.misfit('environmentId', `is ${quoted(id)}: wanted 1 to 128 letters, digits and . _ @ -`);
    return { id, name: this.text('environmentName') || id };
  }

  user(): string {
    const userId = this.text('userId');
    if (userId === '') this.remarks.push({ about: 'no-user' });
    return userId;
  }

  misfit(name: string, detail: string): Misfit {
    return new Misfit(columnsOf(this.header.view).find((column) => column.name === name)!.title, detail);
  }
}
