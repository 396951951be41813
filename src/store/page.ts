// Pages of lists that are ordered by a text key: a cursor is the key after which the next page starts.

import type { Page, PageRequest } from './store.ts';

export interface Listing<T> {
  /** One more than the page takes, where there are more. */
  rows: T[];
  keyOf: (row: T) => string;
}

/** A cursor that is none of ours. */
export class BadCursor extends Error {}

export function encodeCursor(key: string): string {
  return Buffer.from(key, 'utf8').toString('base64url');
}

export function decodeCursor(cursor: string): string {
  const key = Buffer.from(cursor, 'base64url').toString('utf8');
  if (encodeCursor(key) !== cursor || key.includes('\0'))
    throw new BadCursor('not a cursor of this list; use nextCursor of the page before, or leave it out');
  return key;
}

/** The number below which a page begins, of a list by number, newest first; `list` names it. */
export function sequenceOf(cursor: string, list: string): number {
  const below = decodeCursor(cursor);
  if (!/^[1-9]\d{0,14}$/.test(below)) throw new BadCursor(`not a cursor of the ${list}; use nextCursor of the page before`);
  return Number(below);
}

/** The key after which a page starts; '' for the first. */
export function startAfter(page: PageRequest): string {
  return page.cursor === undefined ? '' : decodeCursor(page.cursor);
}

export function paged<T>(page: PageRequest, { rows, keyOf }: Listing<T>): Page<T> {
  if (rows.length <= page.limit) return { value: rows };
  const value = rows.slice(0, page.limit);
  return { value, nextCursor: encodeCursor(keyOf(value.at(-1)!)) };
}

/** A page of a list that is at hand as a whole, in its own order. */
export function pageOfAll<T>(all: readonly T[], page: PageRequest, keyOf: (row: T) => string): Page<T> {
  const after = startAfter(page);
  const index = after === '' ? -1 : all.findIndex((row) => keyOf(row) === after);
  if (after !== '' && index === -1)
    throw new BadCursor('not a cursor of this list; use nextCursor of the page before, or leave it out');
  return paged(page, { rows: all.slice(index + 1, index + 2 + page.limit), keyOf });
}

/** The same of a list in the order of its keys, from which rows may go between two pages. */
export function pageInOrder<T>(all: readonly T[], page: PageRequest, keyOf: (row: T) => string): Page<T> {
  const after = startAfter(page);
  const rest = all.filter((row) => keyOf(row) > after);
  return paged(page, { rows: rest.slice(0, page.limit + 1), keyOf });
}
